"""The shortcuts, as a list that can be searched."""

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QLineEdit,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from ml4t_desktop.session.language import shown, tr
from ml4t_desktop.session.window.palette import Entry, found

_ROOM = 8  # pixels above and below a line, together


class ShortcutSheet(QDialog):
    """Every command with its shortcut; typing keeps those that fit, by name or by key."""

    def __init__(self, entries: Sequence[Entry], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("shortcut_sheet")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(tr("Keyboard shortcuts"))
        self._entries = tuple(entries)
        self.field = QLineEdit()
        self.field.setObjectName("shortcut_sheet.field")
        self.field.setPlaceholderText(tr("Search for a command or a key"))
        self.field.setAccessibleName(tr("Search for a command or a key"))
        self.field.setClearButtonEnabled(True)
        self.list = QTreeWidget()
        self.list.setObjectName("shortcut_sheet.list")
        self.list.setAccessibleName(tr("Commands and their shortcuts"))
        self.list.setHeaderLabels([tr("Command"), tr("Shortcut"), tr("Menu")])
        self.list.setRootIsDecorated(False)
        self.list.setUniformRowHeights(True)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.close)
        layout = QVBoxLayout(self)
        layout.addWidget(self.field)
        layout.addWidget(self.list, 1)
        layout.addWidget(buttons)
        self.field.textChanged.connect(self._fill)
        self._fill("")
        for column in range(3):
            self.list.resizeColumnToContents(column)
        self.resize(620, 640)

    @property
    def rows(self) -> list[tuple[str, str]]:
        """The commands that are listed, with their shortcuts."""
        items = [self.list.topLevelItem(row) for row in range(self.list.topLevelItemCount())]
        return [(item.text(0), item.text(1)) for item in items if item is not None]

    def _fill(self, typed: str) -> None:
        wanted = typed.casefold().replace(" ", "")
        by_key = [
            entry for entry in self._entries if wanted and wanted in entry.shortcut.casefold()
        ]
        by_name = [entry for entry in found(self._entries, typed) if entry not in by_key]
        self.list.clear()
        metrics = self.fontMetrics()
        for entry in (*by_key, *by_name):
            item = QTreeWidgetItem([entry.title, entry.shortcut, entry.kind])
            item.setToolTip(0, shown(entry.detail))
            width = metrics.horizontalAdvance(entry.title) + 3 * _ROOM
            item.setSizeHint(0, QSize(width, metrics.height() + _ROOM))
            self.list.addTopLevelItem(item)
