"""The choice of what a run is measured against."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QSizePolicy, QWidget

from ml4t_desktop.session.language import tr
from ml4t_desktop.session.reviews import ReviewStore

_MOST_SEEN = 24
_LEAST_WIDTH = 14  # characters


class BenchmarkChoice(QWidget):
    """A list of the market, its assets and the columns of numbers; choosing computes anew."""

    def __init__(self, reviews: ReviewStore, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._reviews = reviews
        self.names = QComboBox()
        self.names.setObjectName("benchmark_choice")
        self.names.setAccessibleName("What the run is compared with")
        self.names.setToolTip(
            "The whole market in equal weights, one asset, or a column such as an index. "
            "It stands beside the run, and costs nothing."
        )
        self.names.setMaxVisibleItems(_MOST_SEEN)
        self.names.setMinimumContentsLength(_LEAST_WIDTH)
        self.names.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        label = QLabel(tr("&Benchmark"))
        label.setBuddy(self.names)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(label)
        layout.addWidget(self.names, 1)
        self.names.activated.connect(self._on_activated)

    def show_choice(self) -> None:
        """Show what can be chosen in the run on screen, and what is."""
        review = self._reviews.review
        self.names.setEnabled(review is not None)
        if review is None:
            return
        from ml4t_desktop.analysis.benchmark import title_of

        known = [self.names.itemData(index) for index in range(self.names.count())]
        with QSignalBlocker(self.names):
            if known != list(review.benchmark_choices):
                self.names.clear()
                for name in review.benchmark_choices:
                    self.names.addItem(title_of(name), name)
            self.names.setCurrentIndex(self.names.findData(review.benchmark_name))

    def _on_activated(self, index: int) -> None:
        self._reviews.choose_benchmark(self.names.itemData(index))
