"""The groups of the panels above their tabs: choosing one shows the tabs of its panels."""

from collections.abc import Set as AbstractSet

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtWidgets import QTabBar

from ml4t_desktop.app.docking.groups import GROUPS
from ml4t_desktop.session.language import shown, tr


class GroupRow(QTabBar):
    """One line with the groups, in the room that the tabs below leave above them.

    Qt makes the bars of docks itself and gives them one line; their tabs get a margin as high as
    this row, which lies over it.

    Signals
    -------
    group_chosen : QTabBar, str
        The bar below, and the key of the group that is to be seen.
    """

    group_chosen = Signal(QTabBar, str)

    def __init__(self, below: QTabBar) -> None:
        super().__init__(below)
        self.setObjectName("panel_groups")
        self.setAccessibleName(tr("Groups of panels"))
        self.setDrawBase(False)
        self.setExpanding(False)
        self.setUsesScrollButtons(False)
        self.setElideMode(Qt.TextElideMode.ElideRight)
        self._below = below
        self._margin = 0
        self._front = ""
        for item in GROUPS:
            place = self.addTab(shown(item.title))
            self.setTabData(place, item.key)
            self.setTabToolTip(place, f"{shown(item.title)}: {shown(item.tip)}")
        self.hide()
        self.currentChanged.connect(self._on_current_changed)
        below.installEventFilter(self)

    def show_groups(self, there: AbstractSet[str], front: str) -> None:
        """Show the groups that have panels below, and which is in front; none: the row is not needed."""
        self._front = front
        for place, item in enumerate(GROUPS):
            self.setTabVisible(place, item.key in there)
            if item.key == front:
                self.setCurrentIndex(place)
        self.setVisible(bool(there))
        self._make_room()

    def _on_current_changed(self, place: int) -> None:
        key = self.tabData(place)
        if key and key != self._front:
            self.group_chosen.emit(self._below, key)

    def _make_room(self) -> None:
        """Keep the line above the tabs free for this row."""
        margin = 0 if self.isHidden() else self.sizeHint().height()
        if margin != self._margin:
            self._margin = margin
            room = f"QTabBar#dock_tabs::tab {{ margin-top: {margin}px; }}" if margin else ""
            self._below.setStyleSheet(room)
        self.setGeometry(0, 0, self._below.width(), margin)

    # Qt

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802, D102 (Qt's)
        if watched is self._below and event.type() == QEvent.Type.Resize:
            self._make_room()
        return super().eventFilter(watched, event)

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802, D102 (Qt's)
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._make_room()
