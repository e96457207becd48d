"""The tabs of panels that lie behind each other: what the mouse does with them."""

from collections.abc import Mapping

from PySide6.QtCore import QEvent, QObject, QPoint, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QMainWindow, QMenu, QTabBar

from ml4t_desktop.app.panel_dock import PanelDock
from ml4t_desktop.session.language import tr


class DockTabs(QObject):
    """Gives every tab bar of the docks a menu, and closes a panel by a click of the middle button.

    Qt makes and drops these bars as panels are moved, so they are prepared whenever that is over.
    """

    def __init__(self, docks: Mapping[str, PanelDock], host: QMainWindow) -> None:
        super().__init__(host)
        self._docks, self._host = docks, host

    def prepare(self) -> None:
        """Prepare the bars that are new."""
        for bar in self._host.findChildren(
            QTabBar, options=Qt.FindChildOption.FindDirectChildrenOnly
        ):
            if bar.objectName():
                continue
            bar.setObjectName("dock_tabs")
            bar.setAccessibleName(tr("Panels"))
            bar.setDocumentMode(True)
            bar.setDrawBase(False)
            bar.setExpanding(False)
            bar.setElideMode(Qt.TextElideMode.ElideNone)
            bar.installEventFilter(self)

    def dock_at(self, bar: QTabBar, place: QPoint) -> PanelDock | None:
        """Return the panel whose tab is there."""
        title = bar.tabText(bar.tabAt(place))
        return next((dock for dock in self._docks.values() if dock.windowTitle() == title), None)

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
