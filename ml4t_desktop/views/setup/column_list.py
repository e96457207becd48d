"""A list of a file's columns to tick."""

from collections.abc import Mapping

from PySide6.QtCore import QSignalBlocker, QSize, Qt, Signal
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QSizePolicy, QWidget

from ml4t_desktop.session.language import shown, tr

_MOST_ROWS = 9
_NAME = Qt.ItemDataRole.UserRole


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
        self.setAccessibleName(shown(title))
        self.setUniformItemSizes(True)
        self.setSelectionMode(QListWidget.SelectionMode.SingleSelection)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.itemChanged.connect(self._on_item_changed)

    def show_columns(
        self,
        offered: tuple[tuple[str, str], ...],
        ticked: tuple[str, ...],
        lag: Mapping[str, int] | None = None,
    ) -> None:
        """Show columns (name, explanation) and which are ticked; a ticked one is shown in any case.

        `lag` says which of them are used so many bars later than they are stamped.
        """
        names = {name for name, _ in offered}
        missing = (
            (name, tr("This column is not in the file")) for name in ticked if name not in names
        )
        rows = (*offered, *missing)
        with QSignalBlocker(self):
            if [self.item(i).data(_NAME) for i in range(self.count())] != [
                name for name, _ in rows
            ]:
                self.clear()
                self.addItems([name for name, _ in rows])
            for index, (name, tip) in enumerate(rows):
                item = self.item(index)
                item.setData(_NAME, name)
                item.setText(f"{name}{_delay((lag or {}).get(name, 0))}")
                item.setToolTip(shown(tip))
                item.setSizeHint(QSize(0, self._row_height))
                item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
                is_on = name in ticked
                item.setCheckState(Qt.CheckState.Checked if is_on else Qt.CheckState.Unchecked)
        rows_seen = min(max(self.count(), 1), _MOST_ROWS)
        self.setFixedHeight(rows_seen * self._row_height + 2 * self.frameWidth() + 2)

    @property
    def _row_height(self) -> int:
        return self.fontMetrics().height() + 8

    def _on_item_changed(self, _item: QListWidgetItem) -> None:
        items = (self.item(index) for index in range(self.count()))
        ticked = tuple(
            item.data(_NAME) for item in items if item.checkState() == Qt.CheckState.Checked
        )
        self.edited.emit(self._key, ticked)


def _delay(bars: int) -> str:
    """Return in words how much later a column is used."""
    if not bars:
        return ""
    return tr("   ·  one bar later") if bars == 1 else tr("   ·  {bars} bars later", bars=bars)
