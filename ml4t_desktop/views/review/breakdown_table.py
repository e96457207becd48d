"""A small table of groups: sorts by any column, copies rows as tab-separated text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, QRect, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QGuiApplication, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QAbstractItemView, QTableView, QWidget

from ml4t_desktop.session.formats import format_value
from ml4t_desktop.session.language import shown, tr
from ml4t_desktop.session.theme import Theme
from ml4t_desktop.tables.column import Column
from ml4t_desktop.tables.frame_model import FrameModel
from ml4t_desktop.tables.grouped_header import GroupedHeader
from ml4t_desktop.tables.sort_keys import sort_by_keys
from ml4t_desktop.tables.trade_rows import wide_values
from ml4t_desktop.views.review.menus import open_menu

if TYPE_CHECKING:  # polars loads after the window is visible
    import polars as pl

_ROOM = 20  # beside the words of a cell


class BreakdownTable(QTableView):
    """Groups in rows; the sorting stays while the columns are the same.

    Signals
    -------
    number_asked : int, str, QRect
        How a number is made was asked for: its row of the frame, its column, and its place in the table.
    """

    number_asked = Signal(int, str, QRect)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("breakdown_table")
        self.setAccessibleName(tr("The run in groups"))
        self.frame_model = FrameModel(self)
        self._header = GroupedHeader(self)
        self.setHorizontalHeader(self._header)
        self.setModel(self.frame_model)
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
        self._header.sortIndicatorChanged.connect(self.frame_model.sort)
        self._header.setSortIndicatorClearable(True)
        self.horizontalScrollBar().valueChanged.connect(self._on_scrolled)
        self.clicked.connect(self._on_clicked)
        self.apply_theme(theme)

    def show_frame(self, frame: pl.DataFrame | None, columns: tuple[Column, ...]) -> None:
        """Show another table; None shows none."""
        is_same = columns == self.frame_model.columns
        self.frame_model.set_frame(frame, columns)
        if is_same:
            self.frame_model.sort(
                self._header.sortIndicatorSection(), self._header.sortIndicatorOrder()
            )
        else:
            self._header.setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
        self._fit_columns()

    def ask_current(self) -> bool:
        """Ask how the number with the cursor is made; say whether there is one."""
        index = self.currentIndex()
        if not index.isValid() or self.frame_model.columns[index.column()].is_text:
            return False
        row = int(self.frame_model.order[index.row()])
        place = self.visualRect(index).translated(self.viewport().pos())
        self.number_asked.emit(row, self.frame_model.columns[index.column()].name, place)
        return True

    def _on_clicked(self, _index: QModelIndex) -> None:
        is_choosing = QGuiApplication.keyboardModifiers() != Qt.KeyboardModifier.NoModifier
        if not is_choosing and len(self.selectionModel().selectedRows()) <= 1:
            self.ask_current()

    def copy_selection(self) -> None:
        """Put the selected rows (all when none is) on the clipboard as tab-separated text."""
        rows = sorted({index.row() for index in self.selectionModel().selectedRows()})
        chosen = rows or list(range(self.frame_model.rowCount()))
        QGuiApplication.clipboard().setText(self.frame_model.text_rows(chosen))

    def apply_theme(self, theme: Theme) -> None:
        """Recolour."""
        self.setStyleSheet(
            "QTableView::item { padding: 0 5px; } QHeaderView::section { padding: 0 5px; }"
        )
        self.frame_model.set_colours(theme.gain, theme.loss)
        self._header.set_colours(ground=theme.raised, text=theme.muted, line=theme.border)

    def _fit_columns(self) -> None:
        frame = self.frame_model.frame
        if frame is None:
            return
        metrics = self.fontMetrics()
        for number, column in enumerate(self.frame_model.columns):
            texts = [shown(column.header), shown(column.missing)]
            values = wide_values(frame[column.name])
            texts += [format_value(value, column.kind, self.locale()) for value in values]
            self.setColumnWidth(
                number, max(metrics.horizontalAdvance(text) for text in texts) + _ROOM
            )

    def _on_scrolled(self, _value: int) -> None:
        self._header.viewport().update()  # titles of groups stay in view

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: D102, N802 (Qt's)
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy_selection()
            return
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.ask_current():
            return
        if not sort_by_keys(self, event):
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:  # noqa: D102, N802 (Qt's)
        if self.currentIndex().isValid():
            actions = (
                (tr("How it is made"), self.ask_current),
                (tr("Copy"), self.copy_selection),
            )
            open_menu(self, event.globalPos(), actions)
