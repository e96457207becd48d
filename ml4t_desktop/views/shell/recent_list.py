"""The requests that were open before, each with its last change, and a way to forget it."""

from functools import partial
from pathlib import Path

from PySide6.QtCore import QDateTime, QLocale, Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QToolButton, QVBoxLayout, QWidget

from ml4t_desktop.session.language import tr
from ml4t_desktop.session.settings import SettingsStore

_MOST = 5
_WIDTH = 420


class RecentList(QWidget):
    """The latest requests; those that are gone are shown as such and cannot be opened.

    Signals
    -------
    file_asked : str
        A request that was open before.
    """

    file_asked = Signal(str)

    def __init__(self, settings: SettingsStore, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("welcome_recent")
        self._settings = settings
        self._shown: tuple[tuple[str, bool], ...] | None = None
        self._rows = QVBoxLayout(self)
        self._rows.setContentsMargins(0, 0, 0, 0)
        self._rows.setSpacing(2)
        settings.settings_changed.connect(self.refresh)
        self.refresh()

    def refresh(self, _value: object = None) -> None:
        """List the requests that are remembered now."""
        names = self._settings.settings.recent_files[:_MOST]
        found = tuple((name, Path(name).is_file()) for name in names)
        if found == self._shown:
            return
        self._shown = found
        while (item := self._rows.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.setParent(None)
                widget.deleteLater()  # later: the button that was pressed may be in it
        for name, is_there in found:
            self._rows.addWidget(self._row(Path(name), is_there=is_there))

    def _row(self, path: Path, *, is_there: bool) -> QWidget:
        row = QWidget()
        layout = QHBoxLayout(row)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        button = QPushButton(self._text(path, is_there=is_there).replace("&", "&&"))
        button.setObjectName(f"welcome.recent.{path.name}")
        button.setProperty("role", "secondary")
        button.setToolTip(str(path))
        button.setAccessibleDescription(tr("Opens a request that was open before"))
        button.setMinimumWidth(_WIDTH)
        button.setEnabled(is_there)
        button.clicked.connect(partial(self.file_asked.emit, str(path)))
        forget = QToolButton()
        forget.setObjectName(f"welcome.forget.{path.name}")
        forget.setText("✕")
        forget.setAutoRaise(True)
        forget.setToolTip(tr("Forget it; the file stays where it is"))
        forget.setAccessibleName(tr("Forget {file}", file=path.name))
        forget.clicked.connect(partial(self._settings.forget_file, str(path)))
        layout.addWidget(button)
        layout.addWidget(forget)
        return row

    def _text(self, path: Path, *, is_there: bool) -> str:
        if not is_there:
            return tr("{file}   ·   not there any more", file=path.name)
        moment = QDateTime.fromSecsSinceEpoch(int(path.stat().st_mtime))
        return f"{path.name}   ·   {QLocale().toString(moment, QLocale.FormatType.ShortFormat)}"
