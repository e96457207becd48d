"""The command palette: everything the window can do, found by a few letters."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPalette
from PySide6.QtWidgets import (
    QDialog,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from ml4t_desktop.session.language import shown, tr
from ml4t_desktop.session.window.palette import Entry, found

_WIDTH, _ROWS = 640, 11
_ENTRY = Qt.ItemDataRole.UserRole
_MOVES = {
    Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown,
}  # fmt: skip


class Palette(QDialog):
    """A field and the list of what its letters may mean; Enter chooses, Escape leaves.

    Signals
    -------
    chosen : str
        The id of the entry that was chosen; the dialog is closed by then.
    """

    chosen = Signal(str)

    def __init__(self, entries: Sequence[Entry], parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Dialog | Qt.WindowType.FramelessWindowHint)
        self.setObjectName("palette")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setAccessibleName(tr("Command palette"))
        self._entries = tuple(entries)
        self.field = QLineEdit()
        self.field.setObjectName("palette.field")
        self.field.setPlaceholderText(tr("Type what you want to do"))
        self.field.setAccessibleName(tr("Search all commands, panels, steps and settings"))
        self.field.setClearButtonEnabled(True)
        self.list = QListWidget()
        self.list.setObjectName("palette.list")
        self.list.setAccessibleName(tr("What was found"))
        self.list.setItemDelegate(_EntryDelegate(self.list))
        self.list.setUniformItemSizes(True)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # the keys of the field move in it
        self.hint = QLabel()
        self.hint.setObjectName("palette.hint")
        self.hint.setProperty("role", "hint")
        self.hint.setWordWrap(True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 8, 8, 8)
        layout.addWidget(self.field)
        layout.addWidget(self.list, 1)
        layout.addWidget(self.hint)
        self.field.textChanged.connect(self._fill)
        self.field.returnPressed.connect(self._choose)
        self.field.installEventFilter(self)
        self.list.itemClicked.connect(self._on_clicked)
        self.list.currentItemChanged.connect(self._on_current_changed)
        self._fill("")
        row = self.list.sizeHintForRow(0) if self.list.count() else 30
        self.resize(_WIDTH, row * _ROWS + 110)

    def open_over(self, window: QWidget) -> None:
        """Open below the top of a window, in its middle."""
        width = min(self.width(), window.width() - 40)
        self.resize(width, min(self.height(), window.height() - 120))
        place = window.mapToGlobal(window.rect().topLeft())
        self.move(place.x() + (window.width() - width) // 2, place.y() + 70)
        self.show()
        self.field.setFocus(Qt.FocusReason.PopupFocusReason)

    @property
    def titles(self) -> list[str]:
        """What is listed."""
        return [self.list.item(row).text() for row in range(self.list.count())]

    def _fill(self, typed: str) -> None:
        self.list.clear()
        for entry in found(self._entries, typed):
            item = QListWidgetItem(shown(entry.title))
            item.setData(_ENTRY, entry)
            item.setData(Qt.ItemDataRole.AccessibleTextRole, _spoken(entry))
            self.list.addItem(item)
        self.list.setCurrentRow(0)
        if not self.list.count():
            self.hint.setText(tr("Nothing is called so"))

    def _on_current_changed(self, item: QListWidgetItem | None, _old: object = None) -> None:
        if item is not None:
            entry: Entry = item.data(_ENTRY)
            self.hint.setText(shown(entry.why_not or entry.detail))

    def _on_clicked(self, _item: QListWidgetItem) -> None:
        self._choose()

    def _choose(self) -> None:
        item = self.list.currentItem()
        if item is None:
            return
        entry: Entry = item.data(_ENTRY)
        if not entry.why_not:  # what cannot be had says why, below the list
            self.close()
            self.chosen.emit(entry.id)

    # Qt

    def event(self, event: QEvent) -> bool:  # noqa: D102 (Qt's)
        if event.type() == QEvent.Type.WindowDeactivate:
            self.close()  # somebody clicked beside it
        return super().event(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802, D102 (Qt's)
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            if event.key() in {Qt.Key.Key_Up, Qt.Key.Key_Down}:
                step = 1 if event.key() == Qt.Key.Key_Down else -1
                count = self.list.count()
                if count:
                    self.list.setCurrentRow((self.list.currentRow() + step) % count)
                return True
            if event.key() in _MOVES:
                step = _ROWS if event.key() == Qt.Key.Key_PageDown else -_ROWS
                row = min(max(self.list.currentRow() + step, 0), self.list.count() - 1)
                self.list.setCurrentRow(row)
                return True
        return super().eventFilter(watched, event)


class _EntryDelegate(QStyledItemDelegate):
    """Title on the left; kind and shortcut on the right; grey when it cannot be had."""

    # Qt

    def sizeHint(self, option: QStyleOptionViewItem, index: object) -> QSize:  # noqa: ARG002, N802 (Qt's)
        return QSize(200, option.fontMetrics.height() + 12)  # type: ignore[attr-defined] (Qt's stub)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index) -> None:  # noqa: ANN001 (Qt's)
        entry: Entry = index.data(_ENTRY)
        rect = option.rect.adjusted(8, 0, -8, 0)  # type: ignore[attr-defined] (Qt's stub)
        palette: QPalette = option.palette  # type: ignore[attr-defined] (Qt's stub)
        is_chosen = bool(option.state & QStyle.StateFlag.State_Selected)  # type: ignore[attr-defined] (Qt's stub)
        role = QPalette.ColorRole
        if is_chosen:
            painter.fillRect(option.rect, palette.color(role.Highlight))  # type: ignore[attr-defined] (Qt's stub)
        quiet = palette.color(role.HighlightedText if is_chosen else role.PlaceholderText)
        plain = palette.color(role.HighlightedText if is_chosen else role.Text)
        painter.save()
        beside = f"{entry.kind}   {entry.shortcut}".strip()
        painter.setPen(quiet)
        painter.drawText(rect, _ALIGN_RIGHT, beside)
        taken = painter.fontMetrics().horizontalAdvance(beside) + 16
        painter.setPen(QColor(quiet if entry.why_not else plain))
        room = rect.adjusted(0, 0, -taken, 0)
        title = painter.fontMetrics().elidedText(
            shown(entry.title), Qt.TextElideMode.ElideRight, room.width()
        )
        painter.drawText(room, _ALIGN_LEFT, shown(title))
        painter.restore()


_ALIGN_RIGHT = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
_ALIGN_LEFT = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)


def _spoken(entry: Entry) -> str:
    """Return what a screen reader says of an entry."""
    parts = (entry.title, entry.kind, entry.shortcut, entry.why_not)
    return ", ".join(part for part in parts if part)
