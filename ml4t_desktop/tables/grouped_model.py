"""A frame as a Qt table model whose rows can be put in groups, each with a row of its subtotals."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QFont

from ml4t_desktop.session.direction import onwards
from ml4t_desktop.session.formats import format_value
from ml4t_desktop.session.words import as_words
from ml4t_desktop.tables.column import Column
from ml4t_desktop.tables.frame_model import FrameModel, Index

if TYPE_CHECKING:  # polars loads after the window is visible
    import polars as pl
    from numpy.typing import NDArray

    from ml4t_desktop.analysis.trades.trade_groups import TradeGroups

_SIGNS: Final = {"sum": "Σ", "mean": "Ø"}
_OPEN = "▾"
_RADIX_LIMIT: Final = 65_536  # numpy sorts 16-bit keys by radix, many times faster than wider ones


class GroupedModel(FrameModel):
    """Rows of a frame, sorted and filtered, and put in groups when asked.

    In `order` a group has the number ``-1 - place`` of its label. A group shows the sum (Σ) or the mean
    (Ø) of its rows that are shown. Sorting by a column that has subtotals sorts the groups by them.

    Signals
    -------
    arranged : no value
        Other rows are shown, or in another order.
    """

    arranged = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        self._groups: TradeGroups | None = None
        self._is_word = False
        self._open: set[int] = set()
        self._rows: NDArray[np.int64] = np.zeros(0, np.int64)
        self._ranks: NDArray[Any] | None = None
        self._counts: NDArray[np.int64] = np.zeros(0, np.int64)
        self._subtotals: dict[int, NDArray[np.float64]] = {}
        self._numbers: dict[int, NDArray[np.float64]] = {}
        self._ground = QColor()
        self._bold = QFont()
        super().__init__(parent)
        self._bold.setBold(True)

    @property
    def shown(self) -> NDArray[np.int64]:
        """Rows of the frame that pass the filter, in the order of the table, shut groups included."""
        if self._ranks is not None:  # put by groups when first asked for
            ranks = self._ranks[self._codes(self._rows)]
            self._rows = self._rows[np.argsort(ranks, kind="stable")]
            self._ranks = None
        return self._rows

    @property
    def is_grouped(self) -> bool:
        """Whether rows are in groups."""
        return self._groups is not None

    def set_frame(
        self,
        frame: pl.DataFrame | None,
        columns: tuple[Column, ...],
        row_titles: Sequence[str] = (),
    ) -> None:
        """Show another frame, all of its rows, without groups."""
        self._groups, self._numbers = None, {}
        self._open.clear()
        super().set_frame(frame, columns, row_titles)

    def set_groups(self, groups: TradeGroups | None, *, is_word: bool = False) -> None:
        """Put the rows in groups, all of them shut; None takes them out again."""
        self.beginResetModel()
        self._groups, self._is_word = groups, is_word
        self._open.clear()
        self._order = self._arranged()
        self.endResetModel()

    def set_ground(self, name: str) -> None:
        """Set the ground of the rows of groups."""
        self._ground = QColor(name)

    def group_at(self, row: int) -> int | None:
        """Return the group whose row this is, None for a row of the frame."""
        number = int(self._order[row])
        return -1 - number if number < 0 else None

    def group_of(self, frame_row: int) -> int | None:
        """Return the group that a row of the frame is in."""
        return None if self._groups is None else int(self._groups.codes[frame_row])

    def is_open(self, group: int) -> bool:
        """Return whether the rows of a group are shown."""
        return group in self._open

    def set_open(self, group: int, *, is_open: bool) -> None:
        """Show or hide the rows of a group."""
        if is_open == (group in self._open):
            return
        (self._open.add if is_open else self._open.remove)(group)
        self._rearrange()

    def value(self, row: int, column: int) -> Any:
        """Return the Python value of a cell, the subtotal in the row of a group."""
        group = self.group_at(row)
        if group is None:
            return super().value(row, column)
        if not self._columns[column].total:
            return None
        found = float(self._subtotal(column)[group])
        return None if np.isnan(found) else found

    def label(self, group: int) -> str:
        """Return the name of a group with the number of its rows that are shown."""
        if self._groups is None:
            return ""
        name = self._groups.labels[group]
        name = as_words(name) if self._is_word else name
        return f"{name}  ({self._locale.toString(int(self._counts[group]))})"

    def labels(self) -> list[str]:
        """Return the names of all groups that have a row that is shown."""
        return [self.label(int(group)) for group in np.flatnonzero(self._counts)]

    def _arranged(self) -> NDArray[np.int64]:
        self._rows = super()._arranged()
        self._ranks = None
        self._subtotals = {}
        if self._groups is None or self._frame is None:
            return self._rows
        count = len(self._groups.labels)
        masked = self._groups.codes if self._mask is None else self._groups.codes[self._mask]
        self._counts = np.bincount(masked, minlength=count)
        order = self._group_order(count)
        ranks = np.empty(count, np.uint16 if count < _RADIX_LIMIT else np.int64)
        ranks[order] = np.arange(count)
        self._ranks = ranks
        order = order[self._counts[order] > 0]
        if not self._open:
            return -1 - order
        shown = self.shown
        ends = np.cumsum(self._counts[order])
        parts: list[NDArray[np.int64]] = []
        for group, end in zip(order.tolist(), ends.tolist(), strict=True):
            parts.append(np.array([-1 - group], np.int64))
            if group in self._open:
                parts.append(shown[end - int(self._counts[group]) : end])
        return np.concatenate(parts) if parts else np.zeros(0, np.int64)

    def _codes(self, rows: NDArray[np.int64]) -> NDArray[np.int32]:
        assert self._groups is not None  # noqa: S101 (rows are put by groups)
        return self._groups.codes[rows]

    def _group_order(self, count: int) -> NDArray[np.int64]:
        """Return the groups in their order: that of their subtotals when sorted by them."""
        natural = np.arange(count)
        if self._sorting is None:
            return natural
        column, direction = self._sorting
        if not self._columns[column].total:
            is_descending = direction == Qt.SortOrder.DescendingOrder
            return natural[::-1] if is_descending else natural
        keys = self._subtotal(column)
        keys = -keys if direction == Qt.SortOrder.DescendingOrder else keys
        return np.argsort(keys, kind="stable")  # NaN comes last

    def _subtotal(self, column: int) -> NDArray[np.float64]:
        if column not in self._subtotals:
            import polars as pl

            from ml4t_desktop.analysis.trades.trade_groups import group_sums

            assert self._groups is not None  # noqa: S101 (there are rows of groups)
            if column not in self._numbers:
                series = self._series[column].cast(pl.Float64).fill_null(float("nan"))
                self._numbers[column] = series.to_numpy()
            total = self._columns[column].total
            values, codes = self._numbers[column], self._groups.codes
            if self._mask is not None:
                values, codes = values[self._mask], codes[self._mask]
            self._subtotals[column] = group_sums(
                values, codes, len(self._groups.labels), "mean" if total == "mean" else "sum"
            )
        return self._subtotals[column]

    def _rearrange(self) -> None:
        self.beginResetModel()
        self._order = self._arranged()
        self.endResetModel()

    def _row_title(self, row: int) -> str | int:
        group = self.group_at(row)
        if group is None:
            return "" if self.is_grouped else super()._row_title(row)
        return f"{_OPEN if group in self._open else onwards()} {self.label(group)}"

    # Qt

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:  # noqa: D102 (Qt's)
        if self._groups is None or not index.isValid() or int(self._order[index.row()]) >= 0:
            return super().data(index, role)
        column = self._columns[index.column()]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                value = self.value(index.row(), index.column())
                if value is None:
                    return ""
                kind = "ratio" if column.kind == "count" else column.kind
                return f"{_SIGNS[column.total]} {format_value(value, kind, self._locale)}"
            case Qt.ItemDataRole.FontRole:
                return self._bold
            case Qt.ItemDataRole.BackgroundRole:
                return self._ground
        return super().data(index, role)

    def endResetModel(self) -> None:  # noqa: D102, N802 (Qt's)
        super().endResetModel()
        self.arranged.emit()

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Sort by a column, the groups too where they have a subtotal in it."""
        if not self.is_grouped:
            super().sort(column, order)
            self.arranged.emit()
            return
        if column >= len(self._columns):
            return
        self.beginResetModel()  # rows of groups have no place to be followed to
        self._sort_by(column, order)
        self.endResetModel()
