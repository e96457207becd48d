"""The trades of the run: table, filter, totals and the detail card of the chosen one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QLocale, Qt
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QSplitter,
    QStackedLayout,
    QVBoxLayout,
    QWidget,
)  # fmt: skip

from ml4t_desktop.session.formats import format_value
from ml4t_desktop.session.results import ResultStore
from ml4t_desktop.session.theme import Theme
from ml4t_desktop.tables.trade_columns import has_time_of_day
from ml4t_desktop.tables.trade_rows import OUTCOMES, trade_mask, trade_row, trade_totals
from ml4t_desktop.views.review.empty import EmptyState
from ml4t_desktop.views.review.seen import SeenPanel
from ml4t_desktop.views.review.trade_card import TradeCard
from ml4t_desktop.views.review.trade_table import TradeTable

if TYPE_CHECKING:  # polars loads after the window is visible
    from ml4t_desktop.project.completed import CompletedRun

_NO_RUN = (
    "No trades yet",
    "Choose the data and the rules, then start the run: every trade appears here.",
)
_NO_TRADES = (
    "This run made no trades",
    "Loosen the entry rule or its filters, or look into the orders for those that were refused.",
)


class TradesPanel(SeenPanel):
    """Every trade of the run on screen; the chosen one is that of the result store."""

    def __init__(self, results: ResultStore, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("trades_panel")
        self._results = results
        self._theme = theme
        self.table = TradeTable(theme)
        self.card = TradeCard(theme)
        self.empty = EmptyState(*_NO_RUN)
        self._build()
        self.table.trade_chosen.connect(results.select_trade)
        results.run_changed.connect(self._on_run_changed)
        results.trade_selected.connect(self._on_trade_selected)
        self.apply_theme(theme)
        self._on_run_changed(results.run)

    def draw(self) -> None:
        """Show the trades of the run on screen and the chosen one."""
        run = self._results.run
        if run is None or not run.result.trades.height:
            self.table.clear_trades()
        else:
            self.table.set_trades(run.result.trades)
            self._apply_filter()
        self._show_totals()
        self._choose()

    def step(self, step: int) -> None:
        """Choose the trade so many rows further down; without a chosen one the first, or the last."""
        self.is_drawn()
        trade_id = self.table.neighbour(self._results.trade_id, step)
        if trade_id is not None:
            self._results.select_trade(trade_id)

    def apply_theme(self, theme: Theme) -> None:
        """Recolour."""
        self._theme = theme
        self.table.apply_theme(theme)
        self.card.apply_theme(theme)
        self.empty.apply_theme(theme)
        self._show_totals()

    def _build(self) -> None:
        self.search = QLineEdit()
        self.search.setObjectName("trade_search")
        self.search.setPlaceholderText("Symbol, exit reason or note")
        self.search.setClearButtonEnabled(True)
        self.search.setAccessibleName(
            "Show trades whose symbol, exit reason or notes contain this text"
        )
        self.search.setFixedWidth(self.fontMetrics().averageCharWidth() * 32)
        self.outcome = QComboBox()
        self.outcome.setObjectName("trade_outcome")
        self.outcome.setAccessibleName("Which trades are shown")
        for key, title in OUTCOMES:
            self.outcome.addItem(title, key)
        self.totals = QLabel()
        self.totals.setObjectName("trade_totals")
        self.totals.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.copy_button = QPushButton("Copy")
        self.copy_button.setToolTip(
            "Copy the selected rows, or all that are shown, as tab-separated text (Ctrl+C)"
        )
        self.search.textChanged.connect(self._on_filter_changed)
        self.outcome.currentIndexChanged.connect(self._on_filter_changed)
        self.copy_button.clicked.connect(self.table.copy_selection)

        bar = QHBoxLayout()
        for widget in (self.search, self.outcome):
            bar.addWidget(widget)
        bar.addSpacing(8)
        bar.addWidget(self.totals, 1)
        bar.addWidget(self.copy_button)
        split = QSplitter(Qt.Orientation.Horizontal)
        split.setObjectName("trades_split")
        split.setChildrenCollapsible(False)
        split.addWidget(self.table)
        split.addWidget(self.card)
        split.setStretchFactor(0, 1)
        split.setSizes([1000, self.fontMetrics().averageCharWidth() * 52])
        content = QWidget()
        layout = QVBoxLayout(content)
        layout.setContentsMargins(8, 8, 8, 8)
        layout.addLayout(bar)
        layout.addWidget(split, 1)
        self._stack = QStackedLayout(self)
        self._stack.addWidget(self.empty)
        self._stack.addWidget(content)

    def _on_run_changed(self, run: CompletedRun | None) -> None:
        has_trades = run is not None and run.result.trades.height > 0
        self._stack.setCurrentIndex(1 if has_trades else 0)
        if not has_trades:
            title, hint = _NO_RUN if run is None else _NO_TRADES
            self.empty.set_title(title)
            self.empty.set_hint(hint)
        self.draw_when_seen()

    def _on_trade_selected(self, _trade_id: int | None) -> None:
        if self.is_drawn():
            self._choose()

    def _choose(self) -> None:
        """Show which trade is chosen, in the table and on the card."""
        run, trade_id = self._results.run, self._results.trade_id
        self.table.choose(trade_id)
        if run is None or trade_id is None:
            self.card.show_trade(None)
            return
        trades = run.result.trades
        row = trade_row(trades["trade_id"].to_numpy(), trade_id)
        trade = None if row is None else trades.row(row, named=True)
        self.card.show_trade(trade, has_clock=has_time_of_day(trades))

    def _on_filter_changed(self, _value: object) -> None:
        self._apply_filter()
        self._show_totals()
        self.table.choose(self._results.trade_id)

    def _apply_filter(self) -> None:
        frame = self.table.trade_model.frame
        if frame is not None:
            mask = trade_mask(frame, self.search.text(), self.outcome.currentData())
            self.table.trade_model.set_filter(mask)

    def _show_totals(self) -> None:
        frame = self.table.trade_model.frame
        if frame is None:
            self.totals.setText("")
            return
        totals = trade_totals(frame, self.table.trade_model.order)
        locale = QLocale()
        tone = self._theme.gain if totals.pnl >= 0 else self._theme.loss
        shown = format_value(totals.shown, "count", locale)
        part = f" of {format_value(totals.of, 'count', locale)}" if totals.shown < totals.of else ""
        noun = "trade" if totals.of == 1 else "trades"
        self.totals.setText(
            f"<b>{shown}{part}</b> {noun} &nbsp;·&nbsp; P&amp;L <b style='color:{tone}'>"
            f"{format_value(totals.pnl, 'money', locale)}</b>"
            f" &nbsp;·&nbsp; fees {format_value(totals.fees, 'money', locale)}"
        )
