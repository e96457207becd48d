"""The price chart of an asset with its trades, and how to move about in it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
from PySide6.QtCore import QLocale, QPoint, Signal
from PySide6.QtGui import QAction, QGuiApplication, QShowEvent
from PySide6.QtWidgets import QLabel, QStackedLayout, QVBoxLayout, QWidget

from ml4t_desktop.plots.images import chart_image
from ml4t_desktop.plots.price.account_lines import ACCOUNT_PANES, with_account
from ml4t_desktop.plots.price.asset_bars import AssetBars, TradeMarks, asset_bars, trade_marks
from ml4t_desktop.plots.price.chart import PriceChart
from ml4t_desktop.plots.price.shading import Shading
from ml4t_desktop.plots.price.value_panes import EQUITY, TITLES, VOLUME
from ml4t_desktop.session.clocks import clock_words, has_times_of_day
from ml4t_desktop.session.language import shown, tr, tr_count
from ml4t_desktop.session.review.reviews import ReviewStore
from ml4t_desktop.session.review.time_range import TimeRange
from ml4t_desktop.session.runs.results import ResultStore, Subset
from ml4t_desktop.session.theme import Theme
from ml4t_desktop.session.window.arrangements import ArrangementStore
from ml4t_desktop.tables.trade_rows import trade_row
from ml4t_desktop.views.calm import WhenCalm
from ml4t_desktop.views.review.curves import benchmark_curve
from ml4t_desktop.views.review.empty import EmptyState
from ml4t_desktop.views.review.price.marker_key import marker_key
from ml4t_desktop.views.review.price.pane_menu import PaneMenu
from ml4t_desktop.views.review.price.price_bar import PriceBar
from ml4t_desktop.views.review.seen import SeenPanel
from ml4t_desktop.wording import mark

if TYPE_CHECKING:  # polars loads after the window is visible
    import polars as pl
    from numpy.typing import NDArray

    from ml4t_desktop.analysis.regimes import Regime
    from ml4t_desktop.market import Market
    from ml4t_desktop.project.completed import CompletedRun

_NO_RUN = (
    mark("No run to look at yet"),
    mark("Start a run: its assets appear here as charts, each with its trades and signals."),
    "run.start",
)
_SIGNALS_SHOWN = 3
_PREPARE_MS = 30  # between two panes: what is on screen goes first
_LEAST_HEIGHT = 120
_ACCOUNT_TITLES: Final = {**TITLES, EQUITY: mark("Equity and benchmark")}


class PriceChartPanel(SeenPanel):
    """One asset's bars, trades and signals; follows the chosen trade and chooses one by a click.

    Signals
    -------
    command_asked : str
        A command that the window carries out.
    """

    command_asked = Signal(str)
    delay_ms = 1  # after the trades, which stand above

    def __init__(
        self,
        results: ResultStore,
        theme: Theme,
        arrangements: ArrangementStore | None = None,
        time_range: TimeRange | None = None,
        reviews: ReviewStore | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("price_panel")
        self._results = results
        self._arrangements = arrangements or ArrangementStore(parent=self)
        self._time_range = time_range or TimeRange(self)
        self._reviews = reviews
        self._run: CompletedRun | None = None
        self._panes: tuple[str, ...] = ()
        self._regimes: tuple[Regime, ...] = ()
        self.chart = PriceChart(theme)
        self.bar = PriceBar()
        self.empty = EmptyState(*_NO_RUN)
        self.pane_menu = PaneMenu(self)
        self._preparing = WhenCalm(self._prepare_pane, _PREPARE_MS, self)
        self._build()
        self._connect()
        self.apply_theme(theme)
        self._on_run_changed(results.run)

    @property
    def symbol(self) -> str | None:
        """The asset that is shown."""
        return self.bar.symbols.currentData()

    def draw(self) -> None:
        """Show the asset of the chosen trade, else the one before, else the first with trades."""
        run = self._results.run
        before = self.symbol
        self._run = None  # the chooser is filled anew, which must not draw
        self.bar.symbols.clear()
        if run is None:
            return
        self._fill_symbols(run.market, run.result.trades)
        self._fill_panes(run.market)
        self._fill_shading(run)
        wanted = _symbol_of(run.result.trades, self._results.trade_id) or before
        place = self.bar.symbols.findData(wanted) if wanted else -1
        self.bar.symbols.setCurrentIndex(max(place, 0))
        self._run = run
        self._tell(None)
        self._draw()
        if not self._results.is_rerun or self.symbol != before:
            self.chart.show_trade()

    def apply_theme(self, theme: Theme) -> None:
        """Recolour."""
        self.chart.apply_theme(theme)
        self._show_levels()
        self.empty.apply_theme(theme)
        self._theme = theme
        self._tell(None)
        self._key.setStyleSheet(f"color: {theme.muted};")

    def choose_panes(self, names: tuple[str, ...]) -> None:
        """Show other panes below the prices, from top to bottom, and remember them."""
        self._panes = names
        self._arrangements.arrange_chart(panes=names)
        for action in self.bar.panes_menu.actions():
            action.setChecked(action.data() in names)
        self._draw()

    def _build(self) -> None:
        self._key = QLabel()
        self._key.setObjectName("price_key")
        self._key.setWordWrap(True)
        self._key.setAccessibleName(tr("What the marks mean, and the trade under the mouse"))
        content = QWidget()
        layout = QVBoxLayout(content)
        layout.setContentsMargins(8, 8, 8, 8)
        layout.setSpacing(4)
        layout.addWidget(self.bar)
        layout.addWidget(self._key)
        layout.addWidget(self.chart, 1)
        self.chart.setMinimumHeight(_LEAST_HEIGHT)
        self._stack = QStackedLayout(self)
        self._stack.addWidget(self.empty)
        self._stack.addWidget(content)
        kept = self._arrangements.chart
        self.chart.set_heights(kept.heights)
        self.chart.set_log(is_log=kept.is_log)
        self.bar.log_button.setChecked(kept.is_log)

    def _connect(self) -> None:
        chart, bar, results = self.chart, self.bar, self._results
        bar.symbols.currentIndexChanged.connect(self._on_symbol_chosen)
        bar.previous_button.clicked.connect(self._on_previous)
        bar.next_button.clicked.connect(self._on_next)
        bar.trade_button.clicked.connect(chart.show_trade)
        bar.all_button.clicked.connect(chart.show_all)
        bar.in_button.clicked.connect(self._on_zoom_in)
        bar.out_button.clicked.connect(self._on_zoom_out)
        bar.panes_menu.triggered.connect(self._on_pane_toggled)
        bar.shading_menu.triggered.connect(self._on_shading_chosen)
        bar.log_button.toggled.connect(self._on_log_toggled)
        bar.select_button.toggled.connect(self._on_select_toggled)
        bar.link_button.toggled.connect(self._on_link_toggled)
        chart.trade_clicked.connect(self._on_trade_clicked)
        chart.trade_hovered.connect(results.hover_trade)
        chart.brushed.connect(self._on_brushed)
        chart.range_changed.connect(self._on_range_changed)
        chart.heights_changed.connect(self._on_heights_changed)
        chart.menu_asked.connect(self._on_menu_asked)
        self.pane_menu.move_asked.connect(self._move_pane)
        self.pane_menu.remove_asked.connect(self._remove_pane)
        self.pane_menu.usual_heights_asked.connect(self._reset_heights)
        self.pane_menu.copy_asked.connect(self._copy_picture)
        self.pane_menu.command_asked.connect(self.command_asked)
        results.run_changed.connect(self._on_run_changed)
        results.trade_selected.connect(self._on_trade_selected)
        results.trade_hovered.connect(self._on_trade_hovered)
        results.subset_changed.connect(self._on_subset_changed)
        if self._reviews is not None:
            self._reviews.changed.connect(self._on_review_changed)
        self._time_range.changed.connect(self._on_times_changed)
        self._time_range.linked_changed.connect(bar.link_button.setChecked)

    def _on_run_changed(self, run: CompletedRun | None) -> None:
        if run is None:  # a panel that is not seen would keep the market in memory
            self._run, self._regimes = None, ()
        self._stack.setCurrentIndex(0 if run is None else 1)
        if self._results.is_rerun:  # while values are dragged the window is to stay fluid
            self.draw_soon()
        else:
            self.draw_when_seen()
        if run is not None:
            self._preparing.start()

    def _prepare_pane(self) -> None:
        """Make the panes that the first chart needs, one in each turn of the loop, before it is seen."""
        run = self._results.run
        if run is None or not self.is_due or self.isVisible():
            return
        wanted = min(len(run.market.signals), _SIGNALS_SHOWN) + 1
        if len(self.chart.value_panes) < wanted:
            self.chart.prepare_series()
            self._preparing.start()

    def _fill_symbols(self, market: Market, trades: pl.DataFrame) -> None:
        counts = dict(trades["symbol"].value_counts().iter_rows())
        ordered = sorted(market.symbols, key=lambda symbol: (symbol not in counts, symbol))
        notes = {0: ""}  # many have as many
        for symbol in ordered:
            count = counts.get(symbol, 0)
            if count not in notes:
                notes[count] = tr_count("   {n} trade", "   {n:,} trades", count)
            self.bar.symbols.addItem(f"{symbol}{notes[count]}", symbol)
        self.bar.fit_symbols()

    def _fill_panes(self, market: Market) -> None:
        """Offer what this market has; what is shown stays when it is the same, else it is as remembered."""
        columns = tuple(name for name in market.column_names() if not name.startswith("bar."))
        offered = (VOLUME, *columns, *ACCOUNT_PANES)
        menu = self.bar.panes_menu
        if offered == tuple(action.data() for action in menu.actions()):
            return
        kept = tuple(name for name in self._arrangements.chart.panes if name in offered)
        signals = [name for name in columns if name.startswith("signal.")][:_SIGNALS_SHOWN]
        self._panes = kept or (VOLUME, *signals)
        menu.clear()
        for name in offered:
            kind, _, title = name.rpartition(".")
            action = menu.addAction(
                _pane_title(kind, title) if kind else shown(_ACCOUNT_TITLES[name])
            )
            action.setData(name)
            action.setCheckable(True)
            action.setChecked(name in self._panes)

    def _fill_shading(self, run: CompletedRun) -> None:
        from ml4t_desktop.analysis.regimes import regimes

        self._regimes = regimes(run.market, run.request)
        menu, chosen = self.bar.shading_menu, self._arrangements.chart.shading
        menu.clear()
        for key, title in (
            ("", tr("Nothing")),
            *((item.key, item.title) for item in self._regimes),
        ):
            action = menu.addAction(shown(title))
            action.setData(key)
            action.setCheckable(True)
            action.setChecked(key == chosen)
        self.bar.shading_button.setEnabled(bool(self._regimes))

    def _draw(self) -> None:
        """Draw the asset and the chosen trade."""
        run, symbol = self._run, self.symbol
        if run is None or symbol is None:
            return
        columns = tuple(name for name in self._panes if "." in name)
        bars = with_account(
            asset_bars(run.market, symbol, columns), run.result, self._panes, self._benchmark(run)
        )
        self.chart.set_asset(bars, self._marks(run, bars), self._panes)
        self._shade()
        self._choose()

    def _benchmark(self, run: CompletedRun) -> NDArray[np.float64] | None:
        """Return what the capital would have become in the benchmark, at each equity point."""
        if self._reviews is None or EQUITY not in self._panes:
            return None
        review = self._reviews.review or self._reviews.last
        if review is None:
            self._reviews.want()
            return None
        curve = benchmark_curve(run, review)
        return None if curve is None else curve.equity

    def _marks(self, run: CompletedRun, bars: AssetBars) -> TradeMarks:
        """Return those of the trades that are looked at."""
        subset = self._results.subset
        return trade_marks(run.result.trades, bars, subset.trade_ids if subset else None)

    def _shade(self) -> None:
        run, symbol, key = self._run, self.symbol, self._arrangements.chart.shading
        regime = next((item for item in self._regimes if item.key == key), None)
        if run is None or symbol is None or regime is None:
            self.chart.set_shading(None)
            return
        column = asset_bars(run.market, symbol, (regime.column,)).series[regime.column]
        self.chart.set_shading(Shading(regime.title, *regime.states(column)))

    def _choose(self) -> None:
        """Stress the chosen trade, with the levels at which it was to be left."""
        self.chart.choose_trade(self._results.trade_id)
        self._show_levels()
        self._enable_buttons()

    def _show_levels(self) -> None:
        run, bars, part = self._run, self.chart.bars, self.chart.chosen_bars()
        if run is None or bars is None or part is None:
            return
        from ml4t_desktop.views.review.price.trade_levels import levels_of

        row = trade_row(run.result.trades["trade_id"].to_numpy(), self._results.trade_id)
        if row is not None:
            trade = run.result.trades.row(row, named=True)
            self.chart.show_levels(levels_of(run.request, trade, bars, part))

    def _enable_buttons(self) -> None:
        self.bar.trade_button.setEnabled(self.chart.chosen_place is not None)
        has_trades = self.chart.trade_count > 0
        self.bar.previous_button.setEnabled(has_trades)
        self.bar.next_button.setEnabled(has_trades)

    def _tell(self, trade_id: int | None) -> None:
        """Say what became of the trade under the mouse, else what the marks mean."""
        run = self._run
        row = None
        if run is not None and trade_id is not None:
            row = trade_row(run.result.trades["trade_id"].to_numpy(), trade_id)
        if run is None or row is None:
            note = clock_words(run) if run is not None else ""
            said = f" &nbsp; <span style='color:{self._theme.muted}'>{note}</span>" if note else ""
            self._key.setText(f"{marker_key(self._theme)}{said}")
            return
        from ml4t_desktop.views.review.trade_text import trade_line

        self._key.setText(
            trade_line(
                run.result.trades.row(row, named=True),
                self._theme,
                QLocale(),
                has_clock=has_times_of_day(run),
            )
        )

    def _on_symbol_chosen(self, _index: int) -> None:
        self._draw()

    def _on_trade_clicked(self, trade_id: int) -> None:
        self.chart.choose_trade(trade_id)  # first, so that the chart stays where it is
        self._results.select_trade(trade_id)

    def _on_trade_selected(self, trade_id: int | None) -> None:
        if not self.is_drawn() or self._run is None:
            return
        if trade_id is not None and self.chart.chosen_trade == trade_id:
            self._show_levels()
            self._enable_buttons()
            return
        self.then(trade=self._show_selected)  # the table that it was selected in goes first

    def _show_selected(self) -> None:
        """Show the selected trade on the chart of its asset."""
        run, trade_id = self._run, self._results.trade_id
        if run is None:
            return
        symbol = _symbol_of(run.result.trades, trade_id)
        if symbol is not None and symbol != self.symbol:
            self.bar.symbols.setCurrentIndex(self.bar.symbols.findData(symbol))
        self._choose()
        self.chart.centre_trade()

    def _on_trade_hovered(self, trade_id: int | None) -> None:
        if self._run is not None and self.isVisible():
            self.chart.hover_trade(trade_id)
            self._tell(trade_id)

    def _on_subset_changed(self, _subset: Subset | None) -> None:
        if self._run is not None and self.chart.bars is not None and self.is_drawn():
            self.chart.set_marks(self._marks(self._run, self.chart.bars))
            self._choose()

    def _on_review_changed(self) -> None:
        if EQUITY in self._panes and self._run is not None and self.isVisible():
            self._draw()

    def _on_brushed(self, first: int, last: int) -> None:
        """Look at the trades of the asset that were entered in a part of the time."""
        ids = self.chart.trades_between(first, last)
        times = self.chart.calendar
        name = tr(
            "{symbol}, entered {day_text} to {day_text2}",
            symbol=self.symbol,
            day_text=times.day_text(first),
            day_text2=times.day_text(last),
        )
        self._results.show_subset(Subset(name, ids))

    def _on_range_changed(self) -> None:
        times = self.chart.visible_times()
        if times is not None and self.isVisible():
            self._time_range.show(times, self)

    def _on_times_changed(self, source: object) -> None:
        if source is not self and self.isVisible():
            self._follow_times()

    def _follow_times(self) -> None:
        times = self._time_range.times
        if times is not None and self._run is not None:
            self.chart.show_times(*times)

    def _on_heights_changed(self) -> None:
        self._arrangements.arrange_chart(heights=self.chart.heights_chosen)

    def _reset_heights(self) -> None:
        self.chart.set_heights({})
        self._arrangements.arrange_chart(heights={})

    def _on_menu_asked(self, number: int, place: QPoint) -> None:
        self.pane_menu.ask(self.chart.pane_names, number, place)

    def _move_pane(self, name: str, step: int) -> None:
        names = list(self._panes)
        at = names.index(name)
        names.insert(at + step, names.pop(at))
        self.choose_panes(tuple(names))

    def _remove_pane(self, name: str) -> None:
        self.choose_panes(tuple(other for other in self._panes if other != name))

    def _copy_picture(self) -> None:
        QGuiApplication.clipboard().setImage(chart_image(self.chart))

    def _on_previous(self) -> None:
        self._step(-1)

    def _on_next(self) -> None:
        self._step(1)

    def _step(self, step: int) -> None:
        self.complete()
        trade_id = self.chart.neighbour(step)
        if trade_id is not None:
            self._results.select_trade(trade_id)

    def _on_zoom_in(self) -> None:
        self.chart.zoom(0.7)

    def _on_zoom_out(self) -> None:
        self.chart.zoom(1 / 0.7)

    def _on_pane_toggled(self, action: QAction) -> None:
        name = action.data()
        others = tuple(other for other in self._panes if other != name)
        self.choose_panes((*others, name) if action.isChecked() else others)

    def _on_shading_chosen(self, action: QAction) -> None:
        self._arrangements.arrange_chart(shading=action.data())
        for other in self.bar.shading_menu.actions():
            other.setChecked(other is action)
        self._shade()

    def _on_log_toggled(self, is_log: bool) -> None:  # noqa: FBT001 (Qt's signal)
        self._arrangements.arrange_chart(is_log=is_log)
        self.chart.set_log(is_log=is_log)
        self._show_levels()

    def _on_select_toggled(self, is_on: bool) -> None:  # noqa: FBT001 (Qt's signal)
        self.chart.set_brushing(is_on=is_on)

    def _on_link_toggled(self, is_linked: bool) -> None:  # noqa: FBT001 (Qt's signal)
        self._time_range.set_linked(is_linked=is_linked)
        self._on_range_changed()

    def showEvent(self, event: QShowEvent) -> None:  # noqa: D102, N802 (Qt's)
        super().showEvent(event)
        if self._time_range.is_linked:
            self._follow_times()


def _symbol_of(trades: pl.DataFrame, trade_id: int | None) -> str | None:
    row = trade_row(trades["trade_id"].to_numpy(), trade_id)
    return None if row is None else trades["symbol"][row]


def _pane_title(kind: str, column: str) -> str:
    """Return what a pane of a column is called."""
    if kind == "context":
        return tr("{column}  (context)", column=column)
    return tr("{column}  (signal)", column=column)
