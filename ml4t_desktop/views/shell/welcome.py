"""What the window shows before there is any data: the first step."""

from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from ml4t_desktop.session.language import shown, tr
from ml4t_desktop.session.settings import SettingsStore
from ml4t_desktop.session.window.tour import TourStore
from ml4t_desktop.views.growing import GrowingColumn
from ml4t_desktop.views.shell.recent_list import RecentList
from ml4t_desktop.views.shell.tour import TourOffer


class Welcome(QWidget):
    """The invitation to drop a file or to open the sample.

    Signals
    -------
    command_asked : str
        Id of a command.
    file_asked : str
        A request that was open before.
    """

    command_asked = Signal(str)
    file_asked = Signal(str)

    def __init__(
        self,
        settings: SettingsStore,
        tour: TourStore | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("welcome")
        self._settings, self._tour = settings, tour
        title = QLabel(tr("Drop a Parquet or CSV file with prices and predictions"))
        title.setProperty("role", "title")
        title.setWordWrap(True)
        text = QLabel(
            tr(
                "or open the sample, a made-up market with the predictions of a model. "
                "Columns are recognised; every guess can be corrected on the left. Then press F5."
            )
        )
        text.setProperty("role", "hint")
        text.setWordWrap(True)
        box = QFrame()
        box.setObjectName("drop_area")
        inner = QVBoxLayout(box)
        inner.setContentsMargins(48, 44, 48, 44)
        inner.setSpacing(14)
        for label in (title, text):
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
            inner.addWidget(label)
        inner.addSpacing(6)
        inner.addLayout(self._buttons())
        box.setMaximumWidth(680)
        self._box = box
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(box, 8)
        row.addStretch(1)
        recent = RecentList(settings)
        recent.file_asked.connect(self.file_asked)
        page = QWidget()
        layout = GrowingColumn(page)
        layout.addStretch(2)
        layout.addLayout(row)
        if tour is not None:
            layout.addSpacing(14)
            layout.addLayout(self._offered(tour))
        layout.addSpacing(18)
        layout.addWidget(recent, 0, Qt.AlignmentFlag.AlignHCenter)
        layout.addStretch(3)
        area = QScrollArea()  # on a small screen, or with large letters
        area.setWidget(page)
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        around = QVBoxLayout(self)
        around.setContentsMargins(0, 0, 0, 0)
        around.addWidget(area)

    def _offered(self, tour: TourStore) -> QHBoxLayout:
        """Return the offer of the tour, which goes when it is taken or declined."""
        self._offer = TourOffer()
        self._offer.setMaximumWidth(680)
        self._offer.taken.connect(partial(self.command_asked.emit, "help.tour"))
        self._offer.declined.connect(tour.decline)
        self._settings.settings_changed.connect(self._show_offer)
        tour.changed.connect(self._show_offer)
        self._show_offer()
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(self._offer, 8)
        row.addStretch(1)
        return row

    def _show_offer(self, _value: object = None) -> None:
        tour = self._tour
        self._offer.setVisible(tour is not None and tour.is_offered and tour.step is None)

    def set_dropping(self, *, is_on: bool) -> None:
        """Show that files held over the window can be dropped."""
        self._box.setProperty("dropping", is_on)
        self._box.style().unpolish(self._box)
        self._box.style().polish(self._box)

    def _buttons(self) -> QHBoxLayout:
        sample = self._button("welcome.sample", tr("Open the sample"), "file.open_sample")
        sample.setProperty("role", "primary")
        opened = self._button("welcome.open", tr("Open a file…"), "file.open")
        opened.setProperty("role", "secondary")
        row = QHBoxLayout()
        row.setSpacing(10)
        row.addStretch(1)
        row.addWidget(opened)
        row.addWidget(sample)
        row.addStretch(1)
        return row

    def _button(self, name: str, title: str, command_id: str) -> QPushButton:
        button = QPushButton(shown(title))
        button.setObjectName(name)
        button.clicked.connect(partial(self.command_asked.emit, command_id))
        return button
