"""The tabs of panels that lie behind each other: grouped where they are many, and what the mouse does."""

from collections.abc import Callable, Iterator, Mapping
from typing import Final

from PySide6.QtCore import QEvent, QObject, QPoint, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QMainWindow, QMenu, QTabBar, QWidget

from ml4t_desktop.app.docking.group_row import GroupRow
from ml4t_desktop.app.docking.groups import GROUPS
from ml4t_desktop.app.docking.panel_dock import PanelDock
from ml4t_desktop.session.language import tr

MOST_TABS: Final = 8  # that are told apart at a glance; of more only one group is shown


class DockTabs(QObject):
    """Gives every tab bar of the docks its groups and a menu, and closes panels by the middle button.

    Qt makes and drops these bars as panels are moved, so they are prepared whenever that is over.
    """

    def __init__(
        self,
        docks: Mapping[str, PanelDock],
        show_panel: Callable[[str], None],
        host: QMainWindow,
    ) -> None:
        super().__init__(host)
        self._docks, self._host, self._show_panel = docks, host, show_panel
        self._last: dict[str, str] = {}  # the panel of each group that was seen last

    def prepare(self) -> None:
        """Prepare the bars that are new, and show the group of the panel in front in all."""
        for bar in self._bars():
            if bar.objectName() != "dock_tabs":
                self._dress(bar)
            self._show_group(bar)

    def beside(self, key: str) -> list[str]:
        """Return the panels that lie behind each other with one, itself among them, by groups."""
        for bar in self._bars():
            keys = [dock.panel.key for _, dock in self._there(bar)]
            if key in keys:
                order = {item.key: place for place, item in enumerate(GROUPS)}
                return sorted(keys, key=lambda it: order.get(self._docks[it].panel.group, -1))
        return []

    def dock_at(self, bar: QTabBar, place: QPoint) -> PanelDock | None:
        """Return the panel whose tab is there."""
        return self._dock_of(bar.tabText(bar.tabAt(place)))

    def menu_for(self, dock: PanelDock) -> QMenu:
        """Return what can be done with a panel, and which others there are."""
        menu = QMenu(self._host)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction(tr("Take out of the window"), dock.take_out)
        menu.addAction(tr("Close"), dock.close)
        menu.addSeparator()
        for other in self._docks.values():
            menu.addAction(other.toggleViewAction())
        return menu

    def _bars(self) -> Iterator[QTabBar]:
        """Yield the bars of docks within the window and in floating ones, none within a panel."""
        direct = Qt.FindChildOption.FindDirectChildrenOnly  # there are thousands of others
        for part in (self._host, *self._host.findChildren(QWidget, options=direct)):
            is_floating = part.metaObject().className() == "QDockWidgetGroupWindow"
            if part is self._host or is_floating:
                yield from part.findChildren(QTabBar, options=direct)

    def _dock_of(self, title: str) -> PanelDock | None:
        return next((dock for dock in self._docks.values() if dock.windowTitle() == title), None)

    def _there(self, bar: QTabBar) -> Iterator[tuple[int, PanelDock]]:
        """Yield the places of a bar with their panels."""
        for place in range(bar.count()):
            dock = self._dock_of(bar.tabText(place))
            if dock is not None:
                yield place, dock

    def _dress(self, bar: QTabBar) -> None:
        bar.setObjectName("dock_tabs")
        bar.setAccessibleName(tr("Panels"))
        bar.setDocumentMode(True)
        bar.setDrawBase(False)
        bar.setExpanding(False)
        bar.setUsesScrollButtons(False)
        bar.setElideMode(Qt.TextElideMode.ElideRight)
        bar.installEventFilter(self)
        row = GroupRow(bar)
        row.group_chosen.connect(self._on_group_chosen)

    def _show_group(self, bar: QTabBar) -> None:
        """Show the tabs of the group in front alone where there are many."""
        there = list(self._there(bar))
        now = next((dock.panel for place, dock in there if place == bar.currentIndex()), None)
        row = bar.findChild(GroupRow)
        if now is None or not isinstance(row, GroupRow):
            return
        self._last[now.group] = now.key
        groups = {dock.panel.group for _, dock in there} - {""}
        is_grouped = len(there) > MOST_TABS and len(groups) > 1
        row.show_groups(groups if is_grouped else set(), now.group)
        for place, dock in there:
            is_shown = not is_grouped or dock.panel.group in {now.group, ""}
            if bar.isTabVisible(place) != is_shown:
                bar.setTabVisible(place, is_shown)

    def _on_group_chosen(self, bar: QTabBar, group: str) -> None:
        """Show the panel of a group that was seen last, else its first."""
        keys = [dock.panel.key for _, dock in self._there(bar) if dock.panel.group == group]
        last = self._last.get(group, "")
        if keys:
            self._show_panel(last if last in keys else keys[0])

    # Qt

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802, D102 (Qt's)
        if not isinstance(watched, QTabBar) or not isinstance(event, QMouseEvent):
            return super().eventFilter(watched, event)
        dock = self.dock_at(watched, event.position().toPoint())
        is_release = event.type() == QEvent.Type.MouseButtonRelease
        if dock is not None and is_release and event.button() == Qt.MouseButton.MiddleButton:
            dock.close()
            return True
        if dock is not None and is_release and event.button() == Qt.MouseButton.RightButton:
            self.menu_for(dock).popup(event.globalPosition().toPoint())
            return True
        return super().eventFilter(watched, event)
