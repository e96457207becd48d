"""The statistics of several runs side by side, with their differences from the first."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QLocale, QRect, Qt, Signal
from PySide6.QtGui import QColor, QContextMenuEvent, QGuiApplication, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTreeWidget, QTreeWidgetItem, QWidget

from ml4t_desktop.session.formats import Kind, format_value, time_on_screen
from ml4t_desktop.session.language import shown, tr
from ml4t_desktop.session.theme import Theme
from ml4t_desktop.tables.plain import plain_table
from ml4t_desktop.views.review.menus import open_menu
from ml4t_desktop.views.review.statistic_text import NOT_DEFINED, TIMES

if TYPE_CHECKING:  # the analysis loads numba and polars, after the window is visible
    from ml4t_desktop.analysis.compare import StatisticRow
    from ml4t_desktop.analysis.definitions import Definition

BEST: Final = "★"
_LARGE: Final = 1000
_DELTA: Final = "\N{GREEK CAPITAL LETTER DELTA}"
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class CompareTable(QTreeWidget):
    """Statistics in rows, runs in columns; the best of a row has a star and stands in bold.

    Signals
    -------
    number_asked : str, int, bool, QRect
        How a statistic of a run, by its place, or its difference from the first is made was asked for at
        a place of the table.
    """

    number_asked = Signal(str, int, bool, QRect)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("compare_table")
        self.setAccessibleName(tr("Statistics of the runs side by side"))
        self._theme = theme
        self._rows: tuple[StatisticRow, ...] = ()
        self._titles: tuple[str, ...] = ()
        self._is_zoned = False
        self._only_different = True
        self.setRootIsDecorated(False)
        self.setIndentation(10)
        self.setUniformRowHeights(True)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.itemClicked.connect(self._on_item_clicked)

    def ask_current(self) -> bool:
        """Ask how the number with the cursor is made; say whether there is one."""
        item = self.currentItem()
        name = item.data(0, Qt.ItemDataRole.UserRole) if item is not None else None
        if not name:
            return False
        column = max(self.currentColumn(), 1)
        is_difference = column > 1 and column % 2 == 1
        if is_difference and not item.text(column):
            column, is_difference = column - 1, False
        index = self.indexFromItem(item, column)
        place = self.visualRect(index).translated(self.viewport().pos())
        self.number_asked.emit(name, column // 2, is_difference, place)
        return True

    def _on_item_clicked(self, _item: QTreeWidgetItem, column: int) -> None:
        is_choosing = QGuiApplication.keyboardModifiers() != Qt.KeyboardModifier.NoModifier
        if column > 0 and not is_choosing and len(self.selectedItems()) <= 1:
            self.ask_current()

    def show_rows(
        self, rows: Sequence[StatisticRow], titles: Sequence[str], *, is_zoned: bool = False
    ) -> None:
        """Show the statistics of runs with these titles; `is_zoned` says whether their times carry a zone."""
        self._is_zoned = is_zoned
        self._rows, self._titles = tuple(rows), tuple(titles)
        self._fill()

    def set_only_different(self, *, is_on: bool) -> None:
        """Show only statistics that are not the same for all runs."""
        self._only_different = is_on
        self._fill()

    def apply_theme(self, theme: Theme) -> None:
        """Recolour."""
        self._theme = theme
        self.setStyleSheet("QTreeView::item { padding: 2px 4px; }")
        self._fill()

    def text_of(self, name: str, column: int) -> str:
        """Return what stands in a column of a statistic; empty when it is not shown."""
        row = self.item_of(name)
        return row.text(column) if row is not None else ""

    def item_of(self, name: str) -> QTreeWidgetItem | None:
        """Return the row of a statistic; None when it is not shown."""
        for group in (self.topLevelItem(place) for place in range(self.topLevelItemCount())):
            for place in range(group.childCount() if group is not None else 0):
                row = group.child(place) if group is not None else None
                if row is not None and row.data(0, Qt.ItemDataRole.UserRole) == name:
                    return row
        return None

    def copy_rows(self) -> None:
        """Put all rows on the clipboard as tab-separated text."""
        QGuiApplication.clipboard().setText(plain_table(self).text())

    def _fill(self) -> None:
        self.clear()
        headers = _headers(self._titles)
        self.setColumnCount(len(headers))
        self.setHeaderLabels(headers)
        header = self.header()
        header.setStretchLastSection(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        for column in range(1, len(headers)):
            self.headerItem().setTextAlignment(column, _RIGHT)
            self.headerItem().setToolTip(column, headers[column])
            if headers[column] == _DELTA:
                self.headerItem().setToolTip(
                    column, tr("The difference from {titles}", titles=self._titles[0])
                )
        groups: dict[str, QTreeWidgetItem] = {}
        for row in self._rows:
            if self._only_different and row.is_equal:
                continue
            group = row.definition.group
            if group not in groups:
                groups[group] = self._group(group)
            groups[group].addChild(self._item(row))
        self.expandAll()

    def _group(self, title: str) -> QTreeWidgetItem:
        group = QTreeWidgetItem(self, [title])
        font = group.font(0)
        font.setBold(True)
        group.setFont(0, font)
        group.setFlags(Qt.ItemFlag.ItemIsEnabled)
        group.setFirstColumnSpanned(True)
        return group

    def _item(self, row: StatisticRow) -> QTreeWidgetItem:
        locale = QLocale()
        item = QTreeWidgetItem([shown(row.definition.title)])
        item.setData(0, Qt.ItemDataRole.UserRole, row.definition.name)
        item.setToolTip(
            0, tr("{title}: {text}", title=row.definition.title, text=row.definition.formula)
        )
        column = 1
        for place, value in enumerate(row.values):
            is_best = place in row.best
            text = self._text(value, row.definition, locale)
            item.setText(column, f"{BEST} {text}" if is_best else text)
            item.setTextAlignment(column, _RIGHT)
            if is_best:
                font = item.font(column)
                font.setBold(True)
                item.setFont(column, font)
            if text == NOT_DEFINED:
                item.setForeground(column, QColor(self._theme.muted))
            column += 1
            if place:
                item.setText(column, _signed(row.differences[place], row.definition.kind, locale))
                item.setTextAlignment(column, _RIGHT)
                item.setForeground(column, QColor(self._theme.muted))
                column += 1
        return item

    def _text(self, value: float | str | None, definition: Definition, locale: QLocale) -> str:
        if definition.name in TIMES and isinstance(value, str):
            return time_on_screen(value, locale, is_zoned=self._is_zoned)
        return _brief(value, definition.kind, locale) or NOT_DEFINED

    # Qt

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: D102, N802 (Qt's)
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy_rows()
            return
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.ask_current():
            return
        super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:  # noqa: D102, N802 (Qt's)
        if self.currentItem() is not None:
            actions = (
                (tr("How it is made"), self.ask_current),
                (tr("Copy"), self.copy_rows),
            )
            open_menu(self, event.globalPos(), actions)


def _headers(titles: Sequence[str]) -> list[str]:
    headers = [tr("Statistic")]
    for place, title in enumerate(titles):
        headers.append(title)
        if place:
            headers.append(_DELTA)
    return headers


def _brief(value: float | str | None, kind: Kind, locale: QLocale) -> str:
    """Return a value as text, large amounts of money without decimals."""
    is_large = kind == "money" and isinstance(value, int | float) and abs(value) >= _LARGE
    return format_value(value, "count" if is_large else kind, locale)


def _signed(value: float | None, kind: Kind, locale: QLocale) -> str:
    if value is None:
        return ""
    text = _brief(value, kind, locale)
    return f"+{text}" if value > 0 else text
