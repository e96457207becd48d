"""What the window shows before there is any data: the first step."""

from functools import partial
from pathlib import Path

from PySide6.QtCore import QDateTime, QLocale, Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from ml4t_desktop.session.language import shown, tr
from ml4t_desktop.session.settings import SettingsStore

_RECENT = 5


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

    def __init__(self, settings: SettingsStore, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("welcome")
        self._settings = settings
        self._shown: tuple[Path, ...] = ()
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
        self._recent = QVBoxLayout()
        self._recent.setSpacing(2)
        layout = QVBoxLayout(self)
        layout.addStretch(2)
        layout.addLayout(row)
        layout.addSpacing(18)
        layout.addLayout(self._recent)
        layout.addStretch(3)
        settings.settings_changed.connect(self._show_recent)
        self._show_recent()

    def set_dropping(self, *, is_on: bool) -> None:
        """Show that files held over the window can be dropped."""
        self._box.setProperty("dropping", is_on)
        self._box.style().unpolish(self._box)
        self._box.style().polish(self._box)

    def _show_recent(self, _value: object = None) -> None:
        """List the requests that were open before and are there still, each with its last change."""
        names = self._settings.settings.recent_files[:_RECENT]
        paths = tuple(path for path in map(Path, names) if path.is_file())
        if paths == self._shown:
            return
        self._shown = paths
        while (item := self._recent.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.deleteLater()
        for path in paths:
            moment = QDateTime.fromSecsSinceEpoch(int(path.stat().st_mtime))
            when = QLocale().toString(moment, QLocale.FormatType.ShortFormat)
            button = QPushButton(f"{path.name}   ·   {when}".replace("&", "&&"))
            button.setObjectName(f"welcome.recent.{path.name}")
            button.setProperty("role", "secondary")
            button.setToolTip(str(path))
            button.setAccessibleDescription(tr("Opens a request that was open before"))
            button.setMinimumWidth(420)
            button.clicked.connect(partial(self.file_asked.emit, str(path)))
            self._recent.addWidget(button, 0, Qt.AlignmentFlag.AlignHCenter)

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
