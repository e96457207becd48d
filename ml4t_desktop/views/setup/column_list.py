"""A list of a file's columns to tick."""

from PySide6.QtCore import QSignalBlocker, QSize, Qt, Signal
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QSizePolicy, QWidget

_MOST_ROWS = 9


class ColumnList(QListWidget):
    """Columns with a tick each.

    Signals
    -------
    edited : str, object
        Key and the ticked columns, in the order of the list.
    """

    edited = Signal(str, object)

    def __init__(self, key: str, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._key = key
        self.setObjectName(key)
        self.setAccessibleName(title)
        self.setUniformItemSizes(True)
        self.setSelectionMode(QListWidget.SelectionMode.SingleSelection)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.itemChanged.connect(self._on_item_changed)

    def show_columns(self, offered: tuple[tuple[str, str], ...], ticked: tuple[str, ...]) -> None:
        """Show columns (name, explanation) and which are ticked; a ticked one is shown in any case."""
        names = {name for name, _ in offered}
        missing = ((name, "This column is not in the file") for name in ticked if name not in names)
        rows = (*offered, *missing)
        with QSignalBlocker(self):
            if [self.item(i).text() for i in range(self.count())] != [name for name, _ in rows]:
                self.clear()
                self.addItems([name for name, _ in rows])
            for index, (name, tip) in enumerate(rows):
                item = self.item(index)
                item.setToolTip(tip)
                item.setSizeHint(QSize(0, self._row_height))
                item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
                is_on = name in ticked
                item.setCheckState(Qt.CheckState.Checked if is_on else Qt.CheckState.Unchecked)
        shown = min(max(self.count(), 1), _MOST_ROWS)
        self.setFixedHeight(shown * self._row_height + 2 * self.frameWidth() + 2)

    @property
    def _row_height(self) -> int:
        return self.fontMetrics().height() + 8

    def _on_item_changed(self, _item: QListWidgetItem) -> None:
        items = (self.item(index) for index in range(self.count()))
        ticked = tuple(item.text() for item in items if item.checkState() == Qt.CheckState.Checked)
        self.edited.emit(self._key, ticked)
