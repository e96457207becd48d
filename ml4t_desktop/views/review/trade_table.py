"""The trade table: sorts by any column, keeps its selection, copies rows as tab-separated text."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QItemSelectionModel, QModelIndex, Qt, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QAbstractItemView, QTableView, QWidget

from ml4t_desktop.session.formats import format_value
from ml4t_desktop.session.theme import Theme
from ml4t_desktop.tables.frame_model import FrameModel
from ml4t_desktop.tables.grouped_header import GroupedHeader
from ml4t_desktop.tables.trade_columns import trade_columns
from ml4t_desktop.tables.trade_rows import trade_row, wide_values

if TYPE_CHECKING:  # polars loads after the window is visible
    import polars as pl
    from numpy.typing import NDArray

_WIDEST = 220
_ROOM = 20  # beside the words of a cell
_MOST_KEPT = 1_000  # Qt moves selected cells one by one when the order changes


class TradeTable(QTableView):
    """Trades in rows.

    Signals
    -------
    trade_chosen : int
        The `trade_id` of the row that became the current one.
    """

    trade_chosen = Signal(int)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("trade_table")
        self.setAccessibleName("Trades")
        self._model = FrameModel(self)
        self._ids: NDArray[np.int64] = np.zeros(0, np.int64)
        self._header = GroupedHeader(self)
        self.setHorizontalHeader(self._header)
        self.setModel(self._model)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setWordWrap(False)
        self.setShowGrid(False)
        self.setAlternatingRowColors(True)
        self.setTabKeyNavigation(False)
        rows = self.verticalHeader()
        rows.hide()
        rows.setDefaultSectionSize(self.fontMetrics().height() + 9)
        self._header.setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
        self._header.sortIndicatorChanged.connect(self._on_sort_asked)
        self.selectionModel().currentRowChanged.connect(self._on_current_row_changed)
        self.horizontalScrollBar().valueChanged.connect(self._on_scrolled)
        self.apply_theme(theme)

    @property
    def trade_model(self) -> FrameModel:
        """The rows."""
        return self._model

    def set_trades(self, trades: pl.DataFrame) -> None:
        """Show the trades of a run; sorting and widths stay when the columns are the same."""
        columns = trade_columns(trades)
        is_same = columns == self._model.columns
        self._ids = trades["trade_id"].to_numpy()
        self._model.set_frame(trades, columns)
        if is_same:
            self._sort(self._header.sortIndicatorSection(), self._header.sortIndicatorOrder())
        else:
            self._header.setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
            self._fit_columns()

    def clear_trades(self) -> None:
        """Show none."""
        self._ids = np.zeros(0, np.int64)
        self._model.set_frame(None, ())

    def choose(self, trade_id: int | None) -> None:
        """Make the row of a trade the current one and bring it into view; none if it is not shown."""
        row = self._row_of(trade_id)
        selection = self.selectionModel()
        if row is None:
            selection.clear()
            return
        if self.currentIndex().row() == row and selection.isRowSelected(row):
            return
        index = self._model.index(row, max(self.currentIndex().column(), 0))
        flags = (
            QItemSelectionModel.SelectionFlag.ClearAndSelect
            | QItemSelectionModel.SelectionFlag.Rows
        )
        selection.setCurrentIndex(index, flags)
        self.scrollTo(index)

    def neighbour(self, trade_id: int | None, step: int) -> int | None:
        """Return the trade so many rows below another; None beyond the ends.

        From a trade that is not shown the first row is meant, or the last when `step` is negative.
        """
        count = self._model.rowCount()
        row = self._row_of(trade_id)
        wanted = row + step if row is not None else (0 if step > 0 else count - 1)
        return int(self._ids[self._model.order[wanted]]) if 0 <= wanted < count else None

    def copy_selection(self) -> None:
        """Put the selected rows (all when none is) on the clipboard as tab-separated text."""
        rows = sorted({index.row() for index in self.selectionModel().selectedRows()})
        chosen = rows or list(range(self._model.rowCount()))
        QGuiApplication.clipboard().setText(self._model.text_rows(chosen))

    def apply_theme(self, theme: Theme) -> None:
        """Recolour."""
        self.setStyleSheet(
            "QTableView::item { padding: 0 5px; } QHeaderView::section { padding: 0 5px; }"
        )
        self._model.set_colours(theme.gain, theme.loss)
        self._header.set_colours(ground=theme.raised, text=theme.muted, line=theme.border)

    def _row_of(self, trade_id: int | None) -> int | None:
        row = trade_row(self._ids, trade_id)
        return None if row is None else self._model.row_of(row)

    def _sort(self, column: int, order: Qt.SortOrder) -> None:
        if len(self.selectionModel().selectedRows()) > _MOST_KEPT:
            self.selectionModel().clearSelection()
        self._model.sort(column, order)

    def _fit_columns(self) -> None:
        """Set widths by the titles and the values that take most room."""
        metrics = self.fontMetrics()
        frame = self._model.frame
        for number, column in enumerate(self._model.columns):
            texts = [column.header]
            if frame is not None:
                values = wide_values(frame[column.name])
                texts += [format_value(value, column.kind, self.locale()) for value in values]
            width = max(metrics.horizontalAdvance(text) for text in texts) + _ROOM
            self.setColumnWidth(number, min(width, _WIDEST))

    def _on_sort_asked(self, column: int, order: Qt.SortOrder) -> None:
        self._sort(column, order)
        if self.currentIndex().isValid():
            self.scrollTo(self.currentIndex())

    def _on_current_row_changed(self, current: QModelIndex, _before: QModelIndex) -> None:
        if current.isValid():
            self.trade_chosen.emit(int(self._ids[self._model.order[current.row()]]))

    def _on_scrolled(self, _value: int) -> None:
        self._header.viewport().update()  # titles of groups stay in view

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: D102, N802 (Qt's)
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy_selection()
            return
        super().keyPressEvent(event)
