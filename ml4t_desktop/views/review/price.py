"""The price chart of an asset with its trades, and how to move about in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QComboBox,
    QCompleter,
    QHBoxLayout,
    QLabel,
    QMenu,
    QPushButton,
    QStackedLayout,
    QToolButton,
    QVBoxLayout,
    QWidget,
)  # fmt: skip

from ml4t_desktop.plots.asset_bars import asset_bars, trade_marks
from ml4t_desktop.plots.price import PriceChart
from ml4t_desktop.plots.trade_marks import long_colour, short_colour
from ml4t_desktop.session.results import ResultStore
from ml4t_desktop.session.theme import Theme
from ml4t_desktop.tables.trade_rows import trade_row
from ml4t_desktop.views.review.empty import EmptyState
from ml4t_desktop.views.review.seen import SeenPanel

if TYPE_CHECKING:  # polars loads after the window is visible
    import polars as pl

    from ml4t_desktop.market import Market
    from ml4t_desktop.project.completed import CompletedRun

_NO_RUN = (
    "No run to look at yet",
    "Start a run: its assets appear here as charts, each with its trades and signals.",
)
_SIGNALS_SHOWN = 3


class PriceChartPanel(SeenPanel):
    """One asset's bars, trades and signals; follows the chosen trade and chooses one by a click."""

    delay_ms = 1  # after the trades, which stand above

    def __init__(self, results: ResultStore, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("price_panel")
        self._results = results
        self._run: CompletedRun | None = None
        self._columns: tuple[str, ...] = ()
        self.chart = PriceChart(theme)
        self.empty = EmptyState(*_NO_RUN)
        self._build()
        self.chart.trade_clicked.connect(self._on_trade_clicked)
        results.run_changed.connect(self._on_run_changed)
        results.trade_selected.connect(self._on_trade_selected)
        self.apply_theme(theme)
        self._on_run_changed(results.run)

    def draw(self) -> None:
        """Show the asset of the chosen trade, else the one before, else the first with trades."""
        run = self._results.run
        before = self.symbol
        self._run = None  # the chooser is filled anew, which must not draw
        self.symbols.clear()
        if run is None:
            return
        self._fill_symbols(run.market, run.result.trades)
        self._fill_panes(run.market)
        wanted = _symbol_of(run.result.trades, self._results.trade_id) or before
        place = self.symbols.findData(wanted) if wanted else -1
        self.symbols.setCurrentIndex(max(place, 0))
        self._run = run
        self._draw()
        if not self._results.is_rerun or self.symbol != before:
            self.chart.show_trade()

    def apply_theme(self, theme: Theme) -> None:
        """Recolour."""
        self.chart.apply_theme(theme)
        self.empty.apply_theme(theme)
        self._key.setText(_key_html(theme))
        self._key.setStyleSheet(f"color: {theme.muted};")

    @property
    def symbol(self) -> str | None:
        """The asset that is shown."""
        return self.symbols.currentData()

    def _build(self) -> None:
        self.symbols = QComboBox()
        self.symbols.setObjectName("symbol_choice")
        self.symbols.setAccessibleName("Asset")
        self.symbols.setEditable(True)
        self.symbols.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.symbols.setMinimumContentsLength(16)
        completer = QCompleter(self.symbols.model(), self.symbols)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        completer.setCompletionMode(QCompleter.CompletionMode.PopupCompletion)
        self.symbols.setCompleter(completer)
        self.symbols.currentIndexChanged.connect(self._on_symbol_chosen)
        self.previous_button = _button("◂ Trade", "Choose the trade before, of this asset")
        self.next_button = _button("Trade ▸", "Choose the next trade of this asset")
        self.trade_button = _button("Chosen trade", "Show the bars around the chosen trade")
        self.all_button = _button("Whole history", "Show all bars of the asset (Home)")
        self.in_button = _button("+", "Zoom in (+, or the mouse wheel)")
        self.out_button = _button("-", "Zoom out (-, or the mouse wheel)")
        self.previous_button.clicked.connect(self._on_previous)
        self.next_button.clicked.connect(self._on_next)
        self.trade_button.clicked.connect(self.chart.show_trade)
        self.all_button.clicked.connect(self.chart.show_all)
        self.in_button.clicked.connect(self._on_zoom_in)
        self.out_button.clicked.connect(self._on_zoom_out)
        self.panes_button = QToolButton()
        self.panes_button.setText("Signals and context")
        self.panes_button.setToolTip("Choose the signals and context values shown below the prices")
        self.panes_button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.panes_menu = QMenu(self)
        self.panes_menu.triggered.connect(self._on_pane_toggled)
        self.panes_button.setMenu(self.panes_menu)
        self._key = QLabel()
        self._key.setObjectName("price_key")
        self._key.setWordWrap(True)
        self._key.setAccessibleName("What the marks mean")

        content = QWidget()
        layout = QVBoxLayout(content)
        layout.setContentsMargins(8, 8, 8, 8)
        layout.setSpacing(4)
        layout.addLayout(self._bar())
        layout.addWidget(self._key)
        layout.addWidget(self.chart, 1)
        self._stack = QStackedLayout(self)
        self._stack.addWidget(self.empty)
        self._stack.addWidget(content)

    def _bar(self) -> QHBoxLayout:
        bar = QHBoxLayout()
        for widget in (self.symbols, self.previous_button, self.next_button):
            bar.addWidget(widget)
        bar.addSpacing(12)
        for widget in (self.trade_button, self.all_button, self.in_button, self.out_button):
            bar.addWidget(widget)
        bar.addSpacing(12)
        bar.addWidget(self.panes_button)
        bar.addStretch(1)
        return bar

    def _on_run_changed(self, run: CompletedRun | None) -> None:
        self._stack.setCurrentIndex(0 if run is None else 1)
        if self._results.is_rerun:  # while values are dragged the window is to stay fluid
            self.draw_soon()
        else:
            self.draw_when_seen()
        if run is not None:
            QTimer.singleShot(0, self, self._prepare_pane)

    def _prepare_pane(self) -> None:
        """Make the panes that the first chart needs, one in each turn of the loop, before it is seen."""
        run = self._results.run
        if run is None or self.is_drawn() or self.isVisible():
            return
        wanted = min(len(run.market.signals), _SIGNALS_SHOWN)
        if len(self.chart.series_panes) < wanted:
            self.chart.prepare_series()
            QTimer.singleShot(0, self, self._prepare_pane)

    def _fill_symbols(self, market: Market, trades: pl.DataFrame) -> None:
        counts = dict(trades["symbol"].value_counts().iter_rows())
        ordered = sorted(market.symbols, key=lambda symbol: (symbol not in counts, symbol))
        for symbol in ordered:
            count = counts.get(symbol, 0)
            note = f"   {count} trade{'s' if count != 1 else ''}" if count else ""
            self.symbols.addItem(f"{symbol}{note}", symbol)

    def _fill_panes(self, market: Market) -> None:
        """Offer the signals and context of the market; what is shown stays when they are the same."""
        names = tuple(name for name in market.column_names() if not name.startswith("bar."))
        if names == tuple(action.data() for action in self.panes_menu.actions()):
            return
        self.panes_menu.clear()
        for name in names:
            kind, _, title = name.partition(".")
            action = self.panes_menu.addAction(f"{title}  ({kind})")
            action.setData(name)
            action.setCheckable(True)
        shown = [name for name in names if name.startswith("signal.")][:_SIGNALS_SHOWN]
        for action in self.panes_menu.actions():
            action.setChecked(action.data() in shown)
        self.panes_button.setEnabled(bool(names))
        self._columns = tuple(shown)

    def _draw(self) -> None:
        """Draw the asset and the chosen trade."""
        run, symbol = self._run, self.symbol
        if run is None or symbol is None:
            return
        bars = asset_bars(run.market, symbol, self._columns)
        self.chart.set_asset(bars, trade_marks(run.result.trades, bars))
        self.chart.choose_trade(self._results.trade_id)
        self._enable_buttons()

    def _enable_buttons(self) -> None:
        self.trade_button.setEnabled(self.chart.chosen_place is not None)
        has_trades = self.chart.trade_count > 0
        self.previous_button.setEnabled(has_trades)
        self.next_button.setEnabled(has_trades)

    def _on_symbol_chosen(self, _index: int) -> None:
        self._draw()

    def _on_trade_clicked(self, trade_id: int) -> None:
        self.chart.choose_trade(trade_id)  # first, so that the chart stays where it is
        self._results.select_trade(trade_id)

    def _on_trade_selected(self, trade_id: int | None) -> None:
        if not self.is_drawn() or self._run is None:
            return
        if trade_id is not None and self.chart.chosen_trade == trade_id:
            self._enable_buttons()
            return
        symbol = _symbol_of(self._run.result.trades, trade_id)
        if symbol is not None and symbol != self.symbol:
            self.symbols.setCurrentIndex(self.symbols.findData(symbol))
        self.chart.choose_trade(trade_id)
        self.chart.show_trade()
        self._enable_buttons()

    def _on_previous(self) -> None:
        self._step(-1)

    def _on_next(self) -> None:
        self._step(1)

    def _step(self, step: int) -> None:
        trade_id = self.chart.neighbour(step)
        if trade_id is not None:
            self._results.select_trade(trade_id)

    def _on_zoom_in(self) -> None:
        self.chart.zoom(0.7)

    def _on_zoom_out(self) -> None:
        self.chart.zoom(1 / 0.7)

    def _on_pane_toggled(self, _action: QAction) -> None:
        self._columns = tuple(
            action.data() for action in self.panes_menu.actions() if action.isChecked()
        )
        self._draw()


def _button(text: str, tip: str) -> QPushButton:
    button = QPushButton(text)
    button.setToolTip(tip)
    button.setAccessibleName(tip)
    if len(text) == 1:
        button.setFixedWidth(button.fontMetrics().averageCharWidth() * 5)
    return button


def _symbol_of(trades: pl.DataFrame, trade_id: int | None) -> str | None:
    row = trade_row(trades["trade_id"].to_numpy(), trade_id)
    return None if row is None else trades["symbol"][row]


def _key_html(theme: Theme) -> str:
    marks = (
        ("▲", long_colour(theme), "long entry"),
        ("▼", short_colour(theme), "short entry"),
        ("■", theme.gain, "exit of a long"),
        ("◆", theme.gain, "exit of a short"),
        ("■", theme.loss, "at a loss"),
        ("┊", theme.warning, "decided"),
    )
    return " &nbsp; ".join(
        f"<span style='color:{tint}'>{mark}</span>&nbsp;{title.replace(' ', '&nbsp;')}"
        for mark, tint, title in marks
    )
