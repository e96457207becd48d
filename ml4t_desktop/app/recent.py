"""The menu of request files that were open before."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtWidgets import QMenu, QWidget

from ml4t_desktop.session.language import tr
from ml4t_desktop.session.settings import SettingsStore


class RecentMenu(QMenu):
    """The recent files; two of one name are told apart by their folders."""

    def __init__(
        self, settings: SettingsStore, open_file: Callable[[str], None], parent: QWidget
    ) -> None:
        super().__init__(tr("Open &recent"), parent)
        self._settings, self._open_file = settings, open_file
        self.setToolTipsVisible(True)
        self.aboutToShow.connect(self.fill)

    def fill(self) -> None:
        """Show the files as they are now; those that are gone cannot be chosen."""
        self.clear()
        names = self._settings.settings.recent_files
        for number, (name, title) in enumerate(zip(names, _titles(names), strict=True), start=1):
            is_there = Path(name).is_file()
            shown = title.replace("&", "&&")
            if not is_there:
                shown = tr("{file}   (not there any more)", file=shown)
            action = self.addAction(f"&{number % 10} {shown}")
            action.setToolTip(name)
            action.setEnabled(is_there)
            action.triggered.connect(partial(self._open, name))
        if not names:
            self.addAction(tr("No request was open yet")).setEnabled(False)
            return
        self.addSeparator()
        self._list_to_remove(names)
        forget = self.addAction(tr("&Clear this list"))
        forget.setToolTip(tr("The files stay where they are"))
        forget.triggered.connect(self._forget)

    def _list_to_remove(self, names: tuple[str, ...]) -> None:
        """Offer to take one file from the list."""
        menu = self.addMenu(tr("&Remove from this list"))
        menu.setToolTipsVisible(True)
        for name, title in zip(names, _titles(names), strict=True):
            action = menu.addAction(title.replace("&", "&&"))
            action.setToolTip(name)
            action.triggered.connect(partial(self._remove, name))

    def _remove(self, name: str, _is_checked: object = None) -> None:
        self._settings.forget_file(name)

    def _open(self, name: str, _is_checked: object = None) -> None:
        self._open_file(name)

    def _forget(self, _is_checked: object = None) -> None:
        self._settings.forget_files()


def _titles(names: tuple[str, ...]) -> list[str]:
    files = [Path(name).name for name in names]
    return [
        file if files.count(file) == 1 else f"{file}  ({Path(name).parent.name})"
        for file, name in zip(files, names, strict=True)
    ]
