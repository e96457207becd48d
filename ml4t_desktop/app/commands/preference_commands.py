"""The preferences: their dialog, and the commands that change one at once."""

from functools import partial

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from ml4t_desktop.app.commands.desk import Desk
from ml4t_desktop.session.preferences import setting
from ml4t_desktop.session.request.new_requests import NewRequests
from ml4t_desktop.session.settings import SettingsStore
from ml4t_desktop.views.shell.preferences import PreferencesDialog

_STEP = 10  # percent


class PreferenceCommands(QObject):
    """Opens the preferences, and makes the text larger or smaller."""

    def __init__(
        self, settings: SettingsStore, new_requests: NewRequests, desk: Desk, window: QWidget
    ) -> None:
        super().__init__(window)
        self._settings, self._new_requests, self._window = settings, new_requests, window
        desk.add(
            {
                "edit.preferences": self.open_dialog,
                "view.larger": partial(self._grow, _STEP),
                "view.smaller": partial(self._grow, -_STEP),
                "view.proposed_size": partial(settings.choose, "text_size", 100),
                "view.full_screen": self._switch_full_screen,
            }
        )

    def open_dialog(self, key: str = "") -> PreferencesDialog:
        """Open the preferences, with one of them ready to be changed."""
        dialog = PreferencesDialog(self._settings, self._new_requests, self._window)
        dialog.show()
        if key:
            dialog.editors[key].setFocus()
        return dialog

    def _grow(self, step: int) -> None:
        limits = setting("text_size")
        size = self._settings.settings.text_size + step
        self._settings.choose("text_size", min(max(size, limits.low), limits.high))

    def _switch_full_screen(self) -> None:
        if self._window.isFullScreen():
            self._window.showNormal()
        else:
            self._window.showFullScreen()
