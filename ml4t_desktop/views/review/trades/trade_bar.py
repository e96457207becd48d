"""What stands above the trades table: search, filters, groups, views, columns, and what is shown adds up to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QComboBox,
    QLineEdit,
    QMenu,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from ml4t_desktop.session.language import shown, tr
from ml4t_desktop.session.theme import Theme
from ml4t_desktop.session.window.arrangements import BUILT_IN_VIEWS, ArrangementStore
from ml4t_desktop.tables.column import Column
from ml4t_desktop.tables.trade_rows import OUTCOMES
from ml4t_desktop.views.flow import FlowLayout
from ml4t_desktop.views.review.menus import give_menu
from ml4t_desktop.views.review.trades.totals_line import TotalsLine
from ml4t_desktop.wording import mark

if TYPE_CHECKING:  # polars loads after the window is visible
    from ml4t_desktop.analysis.trades.trade_totals import TradeTotals

_SEARCH_WIDTH, _GROUP_WIDTH = 22, 16  # characters
# What trades can be grouped by beside their own columns.
_GROUPINGS: Final = (
    ("", mark("No groups")),
    ("symbol", mark("Symbol")),
    ("exit_reason", mark("Exit reason")),
    ("entry_reason", mark("Entry reason")),
    ("direction", mark("Side")),
    ("outcome", mark("Won or lost")),
    ("year:exit_time", mark("Year of exit")),
    ("month:exit_time", mark("Month of exit")),
    ("year:entry_time", mark("Year of entry")),
    ("month:entry_time", mark("Month of entry")),
    ("weekday:entry_time", mark("Weekday of entry")),
    ("hour:entry_time", mark("Hour of entry")),
    ("bars_held", mark("Bars held")),
)
_OF_OTHERS: Final = frozenset(
    {"symbol", "exit_reason", "entry_reason", "direction", "bars_held", "trade_id", "position_id"}
)


class TradeBar(QWidget):
    """The controls of the trades table.

    Signals
    -------
    filter_changed, copy_asked, save_view_asked, everywhere_asked : no value
    fields_toggled : bool
        Whether every column has a field to filter by.
    group_chosen, view_chosen, view_removed, command_asked : str
    columns_asked : QPoint
        The columns are to be chosen, at a place of the screen.
    """

    filter_changed = Signal()
    fields_toggled = Signal(bool)
    group_chosen = Signal(str)
    view_chosen = Signal(str)
    view_removed = Signal(str)
    save_view_asked = Signal()
    columns_asked = Signal(object)
    copy_asked = Signal()
    everywhere_asked = Signal()
    command_asked = Signal(str)

    def __init__(self, arrangements: ArrangementStore, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._arrangements = arrangements
        self.search = QLineEdit()
        self.search.setObjectName("trade_search")
        self.search.setPlaceholderText(tr("Search"))
        self.search.setToolTip(tr("Part of a symbol, an exit reason or a note"))
        self.search.setClearButtonEnabled(True)
        self.search.setAccessibleName(
            tr("Show trades whose symbol, exit reason or notes contain this text")
        )
        self.search.setFixedWidth(self.fontMetrics().averageCharWidth() * _SEARCH_WIDTH)
        self.outcome = QComboBox()
        self.outcome.setObjectName("trade_outcome")
        self.outcome.setAccessibleName(tr("Which trades are shown"))
        for key, title in OUTCOMES:
            self.outcome.addItem(shown(title), key)
        self.group = QComboBox()
        self.group.setObjectName("trade_group")
        self.group.setAccessibleName(tr("What trades are grouped by"))
        self.group.setSizeAdjustPolicy(
            QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        )
        self.group.setMinimumContentsLength(_GROUP_WIDTH)
        self.group.setToolTip(tr("Put the trades in groups, each with its subtotals"))
        self.set_columns(())
        self.fields_button = self._button(
            tr("Filters"), tr("Show a field over every column to filter by it (Ctrl+F)")
        )
        self.fields_button.setObjectName("trade_fields")
        self.fields_button.setCheckable(True)
        self.views_button = self._button(
            tr("Views"), tr("Choose, save and remove views of the table")
        )
        self.views_button.setObjectName("trade_views")
        self.columns_button = self._button(tr("Columns"), tr("Show, hide and move columns"))
        self.columns_button.setObjectName("trade_columns")
        self.more_button = self._button(tr("Export"), tr("Copy or write what is shown"))
        self.more_button.setObjectName("trade_export")
        self.totals = TotalsLine()
        self._fill_menus()
        self._lay_out()
        self._connect()

    def set_columns(self, columns: tuple[Column, ...]) -> None:
        """Offer the columns of a table to group by; what is chosen stays while it can."""
        chosen = self.group.currentData() or ""
        self.group.blockSignals(True)  # noqa: FBT003 (Qt's; the choice itself does not change)
        self.group.clear()
        for key, title in _GROUPINGS:
            self.group.addItem(shown(title), key)
        for column in columns:
            if column.name not in _OF_OTHERS and column.kind not in {"time", "date"}:
                group = f"  ({shown(column.group)})" if "__" in column.name else ""
                self.group.addItem(f"{shown(column.header)}{group}", column.name)
        self.group.setCurrentIndex(max(self.group.findData(chosen), 0))
        self.group.blockSignals(False)  # noqa: FBT003 (Qt's)

    def choose_group(self, key: str) -> None:
        """Choose what trades are grouped by; no groups when it is not offered."""
        self.group.setCurrentIndex(max(self.group.findData(key), 0))

    def show_totals(self, totals: TradeTotals | None, theme: Theme, note: str = "") -> None:
        """Say what the trades shown add up to."""
        self.totals.show_totals(totals, theme, note)

    def _button(self, text: str, tip: str) -> QToolButton:
        button = QToolButton()
        button.setText(text)
        button.setToolTip(shown(tip))
        button.setAccessibleName(shown(tip))
        return button

    def _fill_menus(self) -> None:
        self.views_menu = QMenu(self)
        self.views_menu.aboutToShow.connect(self._fill_views)
        give_menu(self.views_button, self.views_menu)
        menu = QMenu(self)
        menu.addAction(tr("Copy (Ctrl+C)"), self.copy_asked.emit)
        menu.addAction(tr("Write as CSV, Parquet or Excel…"), self._ask_export)
        menu.addSeparator()
        everywhere = menu.addAction(
            tr("Look at these trades everywhere"), self.everywhere_asked.emit
        )
        everywhere.setToolTip(tr("Charts, breakdowns and statistics show the trades of this table"))
        menu.setToolTipsVisible(True)
        give_menu(self.more_button, menu)

    def _fill_views(self) -> None:
        menu = self.views_menu
        menu.clear()
        for name in BUILT_IN_VIEWS:
            menu.addAction(shown(name)).setData(str(name))
        saved = tuple(self._arrangements.views)
        if saved:
            menu.addSeparator()
        for name in saved:
            menu.addAction(name.replace("&", "&&")).setData(name)
        menu.addSeparator()
        menu.addAction(tr("Save this view…"), self.save_view_asked.emit)
        if saved:
            remove = menu.addMenu(tr("Remove a view"))
            for name in saved:
                remove.addAction(name.replace("&", "&&")).setData(name)
            remove.triggered.connect(self._on_remove_chosen)

    def _lay_out(self) -> None:
        above = FlowLayout()
        for widget in (self.search, self.outcome, self.group, self.fields_button):
            above.addWidget(widget)
        above.add_stretch()
        for widget in (self.views_button, self.columns_button, self.more_button):
            above.addWidget(widget)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addLayout(above)
        layout.addWidget(self.totals)

    def _connect(self) -> None:
        self.search.textChanged.connect(self.filter_changed)
        self.outcome.currentIndexChanged.connect(self.filter_changed)
        self.group.currentIndexChanged.connect(self._on_group_chosen)
        self.fields_button.toggled.connect(self.fields_toggled)
        self.views_menu.triggered.connect(self._on_view_chosen)
        self.columns_button.clicked.connect(self._on_columns_clicked)

    def _on_group_chosen(self, _index: int) -> None:
        self.group_chosen.emit(self.group.currentData() or "")

    def _on_view_chosen(self, action: QAction) -> None:
        if action.data() and action in self.views_menu.actions():
            self.view_chosen.emit(action.data())

    def _on_remove_chosen(self, action: QAction) -> None:
        self.view_removed.emit(action.data())

    def _on_columns_clicked(self) -> None:
        button = self.columns_button
        self.columns_asked.emit(button.mapToGlobal(button.rect().bottomRight()))

    def _ask_export(self) -> None:
        self.command_asked.emit("trade.export")
