"""The trade table: sorts, filters and groups by any column, keeps its selection, copies rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from PySide6.QtCore import QEvent, QItemSelectionModel, QModelIndex, QPoint, Qt, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QFontMetrics,
    QGuiApplication,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from ml4t_desktop.session.formats import format_value
from ml4t_desktop.session.language import shown, tr
from ml4t_desktop.session.theme import Theme
from ml4t_desktop.tables.filter_header import FilterHeader
from ml4t_desktop.tables.grouped_model import GroupedModel
from ml4t_desktop.tables.sort_keys import sort_by_keys
from ml4t_desktop.tables.trade_columns import trade_columns
from ml4t_desktop.tables.trade_rows import trade_row, wide_values

if TYPE_CHECKING:  # polars loads after the window is visible
    import polars as pl
    from numpy.typing import NDArray

_FITTED_FIRST = 12  # columns: as many as most windows show
_WIDEST = 220
_ROOM = 20  # beside the words of a cell
_MOST_KEPT = 1_000  # Qt moves selected cells one by one when the order changes
_WIDEST_GROUP = 240
_ROWS_MEASURED = 100


class TradeTable(QTableView):
    """Trades in rows.

    Signals
    -------
    trade_chosen : int
        The `trade_id` of the row that became the current one.
    trade_hovered : int or None
        The `trade_id` of the row under the mouse.
    """

    trade_chosen = Signal(int)
    trade_hovered = Signal(object)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("trade_table")
        self.setAccessibleName(tr("Trades"))
        self._model = GroupedModel(self)
        self._ids: NDArray[np.int64] = np.zeros(0, np.int64)
        self._is_fitted = True
        self.header = FilterHeader(self)
        self.setHorizontalHeader(self.header)
        self.setModel(self._model)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setWordWrap(False)
        self.setShowGrid(False)
        self.setAlternatingRowColors(True)
        self.setTabKeyNavigation(False)
        self.setMouseTracking(True)
        self._set_up_rows()
        self.header.setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
        self.header.sortIndicatorChanged.connect(self._on_sort_asked)
        self.selectionModel().currentRowChanged.connect(self._on_current_row_changed)
        self.horizontalScrollBar().valueChanged.connect(self._on_scrolled)
        self._model.arranged.connect(self._show_groups)
        self.apply_theme(theme)

    @property
    def trade_model(self) -> GroupedModel:
        """The rows."""
        return self._model

    def set_trades(self, trades: pl.DataFrame) -> None:
        """Show the trades of a run; sorting, filters and widths stay when the columns are the same."""
        columns = trade_columns(trades)
        is_same = columns == self._model.columns
        self._ids = trades["trade_id"].to_numpy()
        self._model.set_frame(trades, columns)
        if is_same:
            self._sort(self.header.sortIndicatorSection(), self.header.sortIndicatorOrder())
        else:
            self.header.setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
            self.header.set_columns(columns)
            self._fit(range(_FITTED_FIRST))
            self._is_fitted = len(columns) <= _FITTED_FIRST

    def clear_trades(self) -> None:
        """Show none."""
        self._ids = np.zeros(0, np.int64)
        self._model.set_frame(None, ())

    def choose(self, trade_id: int | None) -> None:
        """Make the row of a trade the current one and bring it into view; none if it is not shown.

        A group that is shut is opened for it.
        """
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

    def neighbour(
        self, trade_id: int | None, step: int, wanted: NDArray[np.bool_] | None = None
    ) -> int | None:
        """Return the trade so many rows below another; None beyond the ends.

        From a trade that is not shown the first row is meant, or the last when `step` is negative.
        With `wanted`, a mask over the rows of the frame, only those rows count.
        """
        shown = self._model.shown
        row = trade_row(self._ids, trade_id)
        found = np.flatnonzero(shown == row) if row is not None else np.zeros(0, np.int64)
        if wanted is None:
            at = int(found[0]) + step if found.size else (0 if step > 0 else shown.size - 1)
            return int(self._ids[shown[at]]) if 0 <= at < shown.size else None
        places = np.flatnonzero(wanted[shown])
        if found.size:
            places = places[places > found[0]] if step > 0 else places[places < found[0]]
        if not places.size:
            return None
        return int(self._ids[shown[places[step - 1 if step > 0 else step]]])

    def shown_columns(self) -> tuple[str, ...]:
        """Return the names of the columns that are shown, from left to right."""
        columns = self._model.columns
        sections = (self.header.logicalIndex(place) for place in range(len(columns)))
        return tuple(
            columns[section].name
            for section in sections
            if not self.header.isSectionHidden(section)
        )

    def show_columns(self, names: tuple[str, ...]) -> None:
        """Show some columns from left to right; none: all, in their usual order."""
        columns = self._model.columns
        usual = [column.name for column in columns]
        wanted = [name for name in names if name in usual] or usual
        order = [*wanted, *(name for name in usual if name not in wanted)]
        for place, name in enumerate(order):
            section = usual.index(name)
            self.header.moveSection(self.header.visualIndex(section), place)
            self.setColumnHidden(section, name not in wanted)
        self.header.follow()

    def copy_selection(self) -> None:
        """Put the selected rows (all when none is) on the clipboard as tab-separated text."""
        rows = sorted({index.row() for index in self.selectionModel().selectedRows()})
        chosen = rows or list(range(self._model.rowCount()))
        names = self.shown_columns()
        QGuiApplication.clipboard().setText(self._model.text_rows(chosen, names))

    def apply_theme(self, theme: Theme) -> None:
        """Recolour."""
        self.setStyleSheet(
            "QTableView::item { padding: 0 5px; } QHeaderView::section { padding: 0 5px; }"
        )
        self._model.set_colours(theme.gain, theme.loss)
        self._model.set_ground(theme.raised)
        self.header.set_colours(ground=theme.raised, text=theme.muted, line=theme.border)
        self.header.set_error_colour(theme.error)

    @property
    def is_fitted(self) -> bool:
        """Whether all columns have their widths, and not only those that are in view at first."""
        return self._is_fitted

    def fit_rest(self) -> None:
        """Set the widths of the columns beyond those that are in view at first."""
        self._is_fitted = True
        self._fit(range(_FITTED_FIRST, len(self._model.columns)))

    def _fit(self, numbers: range) -> None:
        """Set widths by the titles and the values that take most room."""
        metrics = self.fontMetrics()
        frame = self._model.frame
        for number, column in zip(numbers, self._model.columns[numbers.start :], strict=False):
            texts = [shown(column.header)]
            if frame is not None:
                values = wide_values(frame[column.name])
                texts += [format_value(value, column.kind, self.locale()) for value in values]
            width = max(metrics.horizontalAdvance(text) for text in texts) + _ROOM
            self.setColumnWidth(number, min(width, _WIDEST))

    def _set_up_rows(self) -> None:
        rows = self.verticalHeader()
        rows.hide()
        rows.setDefaultSectionSize(self.fontMetrics().height() + 9)
        rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        rows.setSectionsClickable(True)
        rows.setHighlightSections(False)
        rows.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        rows.sectionClicked.connect(self._toggle)
        self.setCornerButtonEnabled(False)

    def _show_groups(self) -> None:
        """Show the names of groups at the left when there are any."""
        rows = self.verticalHeader()
        rows.setVisible(self._model.is_grouped)
        if self._model.is_grouped:
            labels = self._model.labels()
            widest = max((self.fontMetrics().horizontalAdvance(text) for text in labels), default=0)
            rows.setFixedWidth(min(int(widest * 1.1) + _ROOM * 2, _WIDEST_GROUP))
            self._widen_for_subtotals()

    def _widen_for_subtotals(self) -> None:
        """Make columns wide enough for the subtotals of the first groups."""
        bold = self.font()
        bold.setBold(True)
        metrics = QFontMetrics(bold)
        places = np.flatnonzero(self._model.order[:_ROWS_MEASURED] < 0).tolist()
        for section, column in enumerate(self._model.columns):
            if column.total and not self.isColumnHidden(section):
                texts = (str(self._model.index(row, section).data()) for row in places)
                width = max((metrics.horizontalAdvance(text) for text in texts), default=0) + _ROOM
                if width > self.columnWidth(section):
                    self.setColumnWidth(section, width)

    def _row_of(self, trade_id: int | None) -> int | None:
        row = trade_row(self._ids, trade_id)
        if row is None:
            return None
        found = self._model.row_of(row)
        group = self._model.group_of(row)
        if found is None and group is not None and np.any(self._model.shown == row):
            self._model.set_open(group, is_open=True)
            found = self._model.row_of(row)
        return found

    def _sort(self, column: int, order: Qt.SortOrder) -> None:
        if len(self.selectionModel().selectedRows()) > _MOST_KEPT:
            self.selectionModel().clearSelection()
        self._model.sort(column, order)

    def _toggle(self, row: int) -> None:
        """Open or shut the group whose row this is; its row stays where it is on screen."""
        group = self._model.group_at(row)
        if group is None:
            return
        top = self.verticalScrollBar().value()
        self._model.set_open(group, is_open=not self._model.is_open(group))
        self.verticalScrollBar().setValue(top)

    def _trade_at(self, index: QModelIndex) -> int | None:
        if not index.isValid():
            return None
        number = int(self._model.order[index.row()])
        return int(self._ids[number]) if number >= 0 else None

    def _on_sort_asked(self, column: int, order: Qt.SortOrder) -> None:
        self._sort(column, order)
        if self.currentIndex().isValid():
            self.scrollTo(self.currentIndex())

    def _on_current_row_changed(self, current: QModelIndex, _before: QModelIndex) -> None:
        trade_id = self._trade_at(current)
        if trade_id is not None:
            self.trade_chosen.emit(trade_id)

    def _on_scrolled(self, _value: int) -> None:
        self.header.follow()  # titles of groups stay in view

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: D102, N802 (Qt's)
        super().resizeEvent(event)
        if self.currentIndex().isValid():  # a chart that opens below must not hide the chosen trade
            self.scrollTo(self.currentIndex())

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:  # noqa: D102, N802 (Qt's)
        index = self.indexAt(event.position().toPoint())
        if index.isValid() and self._model.group_at(index.row()) is not None:
            self._toggle(index.row())
            return
        super().mouseDoubleClickEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: D102, N802 (Qt's)
        super().mouseMoveEvent(event)
        self.trade_hovered.emit(self._trade_at(self.indexAt(QPoint(event.position().toPoint()))))

    def leaveEvent(self, event: QEvent) -> None:  # noqa: D102, N802 (Qt's)
        self.trade_hovered.emit(None)
        super().leaveEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:  # noqa: D102, N802 (Qt's)
        by_keys = event.reason() == QContextMenuEvent.Reason.Keyboard
        index = self.currentIndex() if by_keys else self.indexAt(event.pos())
        if index.isValid():
            corner = self.viewport().mapToGlobal(self.visualRect(index).bottomLeft())
            place = corner if by_keys else event.globalPos()
            self.header.menu_asked.emit(index.column(), place)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: D102, N802 (Qt's)
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy_selection()
            return
        if sort_by_keys(self, event):
            return
        row = self.currentIndex().row()
        group = self._model.group_at(row) if row >= 0 else None
        opening: dict[Any, bool] = {Qt.Key.Key_Right: True, Qt.Key.Key_Left: False}
        if group is not None and event.key() in opening:
            if self._model.is_open(group) != opening[event.key()]:
                self._toggle(row)
                self.setCurrentIndex(self._model.index(row, 0))
            return
        super().keyPressEvent(event)
