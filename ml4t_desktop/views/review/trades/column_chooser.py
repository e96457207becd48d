"""A list of the columns of a table, to show, hide and move them."""

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from ml4t_desktop.session.language import shown, tr
from ml4t_desktop.tables.column import Column

_ROWS_SEEN = 18


class ColumnChooser(QFrame):
    """Ticked columns are shown, in the order of the list; rows are dragged to move them.

    Signals
    -------
    chosen : tuple of str
        The names of the columns to be shown, from left to right.
    """

    chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setObjectName("column_chooser")
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self.list = QListWidget()
        self.list.setObjectName("column_list")
        self.list.setAccessibleName(tr("Columns of the table, in their order"))
        self.list.setDragDropMode(QAbstractItemView.DragDropMode.InternalMove)
        self.list.setDefaultDropAction(Qt.DropAction.MoveAction)
        hint = QLabel(tr("Tick to show, drag to move"))
        self.all_button = QPushButton(tr("All"))
        self.all_button.setToolTip(tr("Show all columns, in their usual order"))
        self.none_button = QPushButton(tr("None"))
        self.none_button.setToolTip(tr("Untick all, to choose a few"))
        self._usual: tuple[Column, ...] = ()
        self._is_filling = False
        buttons = QHBoxLayout()
        buttons.addWidget(hint, 1)
        buttons.addWidget(self.all_button)
        buttons.addWidget(self.none_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 8, 8, 8)
        layout.addLayout(buttons)
        layout.addWidget(self.list)
        self.list.itemChanged.connect(self._tell)
        self.list.model().rowsMoved.connect(self._tell)
        self.all_button.clicked.connect(self._show_all)
        self.none_button.clicked.connect(self._show_none)

    def offer(self, columns: tuple[Column, ...], shown: tuple[str, ...]) -> None:
        """List the columns of a table, those that are shown first."""
        self._usual = columns
        self._fill(shown)

    def open_at(self, place: QPoint) -> None:
        """Open with the upper right corner at a place of the screen."""
        rows = min(self.list.count(), _ROWS_SEEN)
        self.list.setMinimumHeight(self.list.sizeHintForRow(0) * rows + 8)
        self.list.setMinimumWidth(self.list.sizeHintForColumn(0) + 40)
        self.adjustSize()
        self.move(place - QPoint(self.width(), 0))
        self.show()
        self.list.setFocus()

    def names(self) -> tuple[str, ...]:
        """Return the names of the ticked columns in their order."""
        items = (self.list.item(row) for row in range(self.list.count()))
        return tuple(
            item.data(Qt.ItemDataRole.UserRole)
            for item in items
            if item.checkState() == Qt.CheckState.Checked
        )

    def _fill(self, ticked: tuple[str, ...]) -> None:
        by_name = {column.name: column for column in self._usual}
        order = [*ticked, *(name for name in by_name if name not in ticked)]
        self._is_filling = True
        self.list.clear()
        for name in order:
            column = by_name[name]
            item = QListWidgetItem(f"{shown(column.header)}   ({shown(column.group)})")
            item.setData(Qt.ItemDataRole.UserRole, name)
            item.setToolTip(shown(column.tip))
            item.setFlags(
                Qt.ItemFlag.ItemIsEnabled
                | Qt.ItemFlag.ItemIsUserCheckable
                | Qt.ItemFlag.ItemIsSelectable
                | Qt.ItemFlag.ItemIsDragEnabled
            )
            is_shown = name in ticked
            item.setCheckState(Qt.CheckState.Checked if is_shown else Qt.CheckState.Unchecked)
            self.list.addItem(item)
        self._is_filling = False

    def _show_all(self) -> None:
        self._fill(tuple(column.name for column in self._usual))
        self._tell()

    def _show_none(self) -> None:
        self._fill(())

    def _tell(self, *_: object) -> None:
        if not self._is_filling and self.names():
            self.chosen.emit(self.names())
