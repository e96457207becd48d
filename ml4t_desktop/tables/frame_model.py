"""A polars frame as a Qt table model that sorts and filters by permuting row numbers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from PySide6.QtCore import (
    QAbstractTableModel,
    QLocale,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
)
from PySide6.QtGui import QColor

from ml4t_desktop.session.formats import format_value
from ml4t_desktop.session.language import shown, tr
from ml4t_desktop.tables.column import Column
from ml4t_desktop.tables.sorting import sorted_rows

if TYPE_CHECKING:  # polars loads after the window is visible
    import polars as pl
    from numpy.typing import NDArray

Index = QModelIndex | QPersistentModelIndex
VALUE_ROLE = Qt.ItemDataRole.UserRole
GROUP_ROLE = Qt.ItemDataRole.UserRole + 1
PLAIN_ROLE = Qt.ItemDataRole.UserRole + 20  # of every table: what stands in a copy
# What a cell answers; a table asks for as many other things again whenever it paints one.
ROLES: Final = frozenset(
    int(role)
    for role in (
        Qt.ItemDataRole.DisplayRole,
        Qt.ItemDataRole.TextAlignmentRole,
        Qt.ItemDataRole.ForegroundRole,
        Qt.ItemDataRole.ToolTipRole,
        VALUE_ROLE,
        PLAIN_ROLE,
    )
)
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_LONG_TEXT: Final = (
    24  # a column may be too narrow for more, so that it is shown in full over the cell
)
_NO_ROWS: NDArray[np.int64] = np.zeros(0, np.int64)


class FrameModel(QAbstractTableModel):
    """Rows of a frame in an order of their own.

    ``VALUE_ROLE`` gives the Python value of a cell (None where there is none), ``GROUP_ROLE`` of a
    header the title it shares with its neighbours.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._frame: pl.DataFrame | None = None
        self._columns: tuple[Column, ...] = ()
        self._series: list[pl.Series] = []
        self._row_titles: Sequence[str] = ()
        self._order = _NO_ROWS
        self._sorting: tuple[int, Qt.SortOrder] | None = None
        self._mask: NDArray[np.bool_] | None = None
        self._sorted: NDArray[np.int64] | None = None
        self._gain: QColor | None = None
        self._loss: QColor | None = None
        self._locale = QLocale()

    def set_frame(
        self,
        frame: pl.DataFrame | None,
        columns: tuple[Column, ...],
        row_titles: Sequence[str] = (),
    ) -> None:
        """Show another frame, in the order of its rows, all of them.

        Rows are called by `row_titles`, one for each row of the frame, else by their numbers.
        """
        self.beginResetModel()
        self._frame = frame
        self._columns = columns if frame is not None else ()
        self._series = [frame[column.name] for column in columns] if frame is not None else []
        self._row_titles = row_titles
        self._sorting = None
        self._sorted = None
        self._mask = None
        self._order = self._arranged()
        self.endResetModel()

    def set_colours(self, gain: str, loss: str) -> None:
        """Set the colours of positive and negative values in signed columns."""
        self._gain, self._loss = QColor(gain), QColor(loss)
        if self.rowCount() and self.columnCount():
            last = self.index(self.rowCount() - 1, self.columnCount() - 1)
            self.dataChanged.emit(self.index(0, 0), last, [Qt.ItemDataRole.ForegroundRole])

    def set_filter(self, mask: NDArray[np.bool_] | None) -> None:
        """Show only the rows of the frame where `mask` holds; None shows all. The sorting stays."""
        self.beginResetModel()
        self._mask = mask
        self._order = self._arranged()
        self.endResetModel()

    @property
    def frame(self) -> pl.DataFrame | None:
        """The frame that is shown."""
        return self._frame

    @property
    def columns(self) -> tuple[Column, ...]:
        """The columns that are shown."""
        return self._columns

    @property
    def order(self) -> NDArray[np.int64]:
        """Row of the frame at every row of the table."""
        return self._order

    def value(self, row: int, column: int) -> Any:
        """Return the Python value of a cell, None where there is none."""
        return self._series[column][int(self._order[row])]

    def row_of(self, frame_row: int) -> int | None:
        """Return the row of the table that shows a row of the frame, None if it is filtered out."""
        found = np.flatnonzero(self._order == frame_row)
        return int(found[0]) if found.size else None

    def text_rows(self, rows: list[int], names: Sequence[str] | None = None) -> str:
        """Return rows as tab-separated text with a header, values at full precision.

        `names` are the columns in their order; without, all of them.
        """
        places = {column.name: place for place, column in enumerate(self._columns)}
        chosen = list(names) if names is not None else list(places)
        lines = ["\t".join(chosen)]
        indexes = [places[name] for name in chosen]
        lines += ["\t".join(_plain(self.value(row, column)) for column in indexes) for row in rows]
        return "\n".join(lines)

    def _arranged(self) -> NDArray[np.int64]:
        """Return the order that sorting and filter ask for."""
        if self._frame is None:
            return _NO_ROWS
        if self._sorted is None:  # filters come and go more often than sortings
            self._sorted = self._sorted_rows(self._frame.height)
        order = self._sorted
        if self._mask is None:
            return order
        return np.flatnonzero(self._mask) if self._sorting is None else order[self._mask[order]]

    def _sorted_rows(self, count: int) -> NDArray[np.int64]:
        """Return all rows in the order that the sorting asks for."""
        if self._sorting is None:
            return np.arange(count, dtype=np.int64)
        column, direction = self._sorting
        is_descending = direction == Qt.SortOrder.DescendingOrder
        return sorted_rows(self._series[column], is_descending=is_descending)

    def _sort_by(self, column: int, order: Qt.SortOrder) -> None:
        """Remember what is sorted by, and arrange the rows anew."""
        self._sorting = None if column < 0 else (column, order)
        self._sorted = None
        self._order = self._arranged()

    def _row_title(self, row: int) -> str | int:
        return self._row_titles[int(self._order[row])] if self._row_titles else row + 1

    def _foreground(self, row: int, column: int) -> QColor | None:
        if not self._columns[column].is_signed or self._gain is None:
            return None
        value = self.value(row, column)
        if not isinstance(value, int | float) or value == 0 or value != value:  # noqa: PLR0124 (NaN)
            return None
        return self._gain if value > 0 else self._loss

    # Qt

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008, D102, N802 (Qt's signature)
        return 0 if parent.isValid() else self._order.size

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008, D102, N802 (Qt's signature)
        return 0 if parent.isValid() else len(self._columns)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:  # noqa: D102, PLR0911 (Qt's; one for each role)
        if role not in ROLES or not index.isValid():
            return None
        row, column = index.row(), index.column()
        if role == Qt.ItemDataRole.DisplayRole:
            text = format_value(self.value(row, column), self._columns[column].kind, self._locale)
            return text or self._columns[column].missing
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _LEFT if self._columns[column].is_text else _RIGHT
        if role == Qt.ItemDataRole.ForegroundRole:
            return self._foreground(row, column)
        if role in {VALUE_ROLE, PLAIN_ROLE}:
            return self.value(row, column)
        if role == Qt.ItemDataRole.ToolTipRole:
            value = self.value(row, column)
            if value is None and self._columns[column].missing:
                return tr("Not defined here: click it, or press Enter, to see why")
            is_long = isinstance(value, str) and len(value) > _LONG_TEXT
            return (
                format_value(value, self._columns[column].kind, self._locale) if is_long else None
            )
        return None

    def headerData(  # noqa: D102, N802 (Qt's)
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if orientation == Qt.Orientation.Vertical:
            return self._row_title(section) if role == Qt.ItemDataRole.DisplayRole else None
        if not 0 <= section < len(self._columns):
            return None
        column = self._columns[section]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return shown(column.header)
            case Qt.ItemDataRole.ToolTipRole:
                return "\n".join(filter(None, (shown(column.header), shown(column.tip))))
            case Qt.ItemDataRole.TextAlignmentRole:
                return _LEFT if column.is_text else _RIGHT
        return shown(column.group) if role == GROUP_ROLE else None

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Sort by a column; equal values keep the frame's order, missing ones come last."""
        if column >= len(self._columns):
            return
        self.layoutAboutToBeChanged.emit()
        kept = [(index, int(self._order[index.row()])) for index in self.persistentIndexList()]
        self._sort_by(column, order)
        if kept:
            place = np.empty(self._frame.height if self._frame is not None else 0, np.int64)
            place[self._order] = np.arange(self._order.size)
            moved = [self.index(int(place[row]), index.column()) for index, row in kept]
            self.changePersistentIndexList([index for index, _ in kept], moved)
        self.layoutChanged.emit()


def _plain(value: object) -> str:
    return "" if value is None else str(value)
