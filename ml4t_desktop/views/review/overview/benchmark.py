"""The choice of what a run is measured against."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from ml4t_desktop.session.language import shown, tr
from ml4t_desktop.session.review.reviews import ReviewStore
from ml4t_desktop.views.setup.editors import Choice

_MOST_SEEN = 24
_LEAST_WIDTH = 14  # characters
_FILE = "a file"  # no name of a benchmark has a blank


class BenchmarkChoice(QWidget):
    """A list of the market, its assets and the columns of numbers; choosing computes anew.

    Signals
    -------
    file_asked : no value
        A file is to be the benchmark.
    """

    file_asked = Signal()

    def __init__(self, reviews: ReviewStore, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._reviews = reviews
        self.names = Choice(width=_LEAST_WIDTH)
        self.names.setObjectName("benchmark_choice")
        self.names.setAccessibleName(tr("What the run is compared with"))
        self.names.setToolTip(
            tr(
                "The whole market in equal weights, one asset, or a column such as an index. "
                "It stands beside the run, and costs nothing."
            )
        )
        self.names.setMaxVisibleItems(_MOST_SEEN)
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
        offered = {
            self.names.itemData(index): self.names.itemText(index)
            for index in range(self.names.count())
            if self.names.itemData(index) not in (None, _FILE)
        }
        with QSignalBlocker(self.names):
            if offered != dict(review.benchmark_choices):
                self.names.clear()
                for name, title in review.benchmark_choices.items():
                    self.names.addItem(shown(title), name)
                self.names.insertSeparator(self.names.count())
                self.names.addItem(tr("A file…"), _FILE)
            self.names.setCurrentIndex(self.names.findData(review.benchmark_name))
        self.names.tell_cut()

    def _on_activated(self, index: int) -> None:
        name = self.names.itemData(index)
        if name == _FILE:
            self.show_choice()  # until the file is there
            self.file_asked.emit()
        elif name is not None:
            self._reviews.choose_benchmark(name)
