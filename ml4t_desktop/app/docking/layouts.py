"""The arrangements of the panels that can be chosen: built in, and saved by the analyst."""

from collections.abc import Callable, Mapping
from functools import partial

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu

from ml4t_desktop.app.dialogs import Dialogs
from ml4t_desktop.app.docking.arrangements import ARRANGEMENTS, SET_UP
from ml4t_desktop.app.docking.docks import DockHost
from ml4t_desktop.session.language import tr
from ml4t_desktop.session.settings import SettingsStore


class Layouts(QObject):
    """Chooses, saves and remembers arrangements, and lists the saved ones in a menu."""

    def __init__(
        self, settings: SettingsStore, host: DockHost, dialogs: Dialogs, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._settings, self._host, self._dialogs = settings, host, dialogs
        self._menu: QMenu | None = None
        self._listed: list[QAction] = []

    def restore(self) -> None:
        """Arrange the panels as they were when the window was closed."""
        layout = self._settings.settings.layout
        if layout.state:
            self._host.restore(layout)

    def handlers(self) -> Mapping[str, Callable[[], object]]:
        """Return what carries out the commands about layouts."""
        return {
            **{f"layout.{item.key}": partial(self._host.arrange, item) for item in ARRANGEMENTS},
            "layout.reset": partial(self._host.arrange, SET_UP),
            "layout.save": self._ask_name,
        }

    def save(self, name: str) -> None:
        """Save the present arrangement under a name."""
        if name.strip():
            self._settings.save_layout(name.strip(), self._host.layout_now())

    def choose(self, name: str, _is_checked: object = None) -> None:
        """Arrange the panels as they were saved under a name."""
        layout = self._settings.settings.layouts.get(name)
        if layout is not None:
            self._host.restore(layout)

    def forget(self, name: str, _is_checked: object = None) -> None:
        """Forget a saved arrangement."""
        self._settings.forget_layout(name)

    def _ask_name(self) -> None:
        self._dialogs.ask_text(tr("Save the layout"), tr("Name of the layout:"), self.save)

    def list_in(self, menu: QMenu) -> None:
        """List the saved arrangements in a menu, whenever it is opened."""
        self._menu = menu
        menu.aboutToShow.connect(self.fill)

    def fill(self) -> None:
        """List the saved arrangements as they are now."""
        menu = self._menu
        if menu is None:
            return
        for action in self._listed:
            menu.removeAction(action)
            action.deleteLater()
        names = sorted(self._settings.settings.layouts, key=str.casefold)
        self._listed = [menu.addSeparator()] if names else []
        for name in names:
            shown = name.replace("&", "&&")
            entry = menu.addMenu(shown)
            entry.addAction(tr("Choose"), partial(self.choose, name))
            entry.addAction(tr("Save the present one instead"), partial(self.save, name))
            entry.addAction(tr("Delete"), partial(self.forget, name))
            self._listed.append(entry.menuAction())
