"""The overview of the run: headline statistics, equity with drawdown, every statistic."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QRect, Qt, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QLabel, QSplitter, QStackedLayout, QVBoxLayout, QWidget

from ml4t_desktop.plots.drawdown_marks import Band
from ml4t_desktop.plots.equity import EquityChart
from ml4t_desktop.session.clocks import is_zoned
from ml4t_desktop.session.language import shown
from ml4t_desktop.session.review.making import MakingStore, Question
from ml4t_desktop.session.review.questions import against_benchmark, of_benchmark, of_run, of_side
from ml4t_desktop.session.review.reviews import ReviewStore
from ml4t_desktop.session.review.time_range import TimeRange
from ml4t_desktop.session.runs.results import ResultStore
from ml4t_desktop.session.theme import Theme
from ml4t_desktop.views.review.brushing import entered_between
from ml4t_desktop.views.review.curves import (
    bands_of,
    benchmark_curve,
    ghost_curve,
    times_of,
)
from ml4t_desktop.views.review.empty import EmptyState
from ml4t_desktop.views.review.overview.benchmark import BenchmarkChoice
from ml4t_desktop.views.review.overview.chart_bar import ChartBar
from ml4t_desktop.views.review.overview.statistics import StatisticsTable
from ml4t_desktop.views.review.overview.tiles import TileStrip
from ml4t_desktop.views.review.seen import SeenPanel
from ml4t_desktop.wording import mark

if TYPE_CHECKING:  # polars loads after the window is visible
    from ml4t_desktop.project.completed import CompletedRun

_ENOUGH_TRADES = 30
_FEW = mark("There are fewer than 30 closed trades: what is said of them rests on little.")
_WORST = 10  # drawdowns that are marked
_NO_RUN = (
    mark("No result yet"),
    mark("Choose the data and the rules, then start the run to see how they would have done."),
    "run.start",
)


class OverviewPanel(SeenPanel):
    """How the run on screen did.

    Signals
    -------
    command_asked : str
        Id of a command.
    """

    command_asked = Signal(str)

    def __init__(
        self,
        results: ResultStore,
        reviews: ReviewStore,
        theme: Theme,
        time_range: TimeRange | None = None,
        making: MakingStore | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("overview_panel")
        self._results, self._reviews = results, reviews
        self._time_range = time_range or TimeRange(self)
        self._making = making
        self.tiles = TileStrip(theme)
        self.chart_bar = ChartBar()
        self.chart = EquityChart(theme)
        self.statistics = StatisticsTable(theme)
        self.benchmark = BenchmarkChoice(reviews)
        self.few = QLabel(shown(_FEW))
        self.few.setProperty("role", "warning")
        self.few.setWordWrap(True)
        self.few.hide()
        self.empty = EmptyState(*_NO_RUN)
        self._build()
        self._marks_drawdowns = True
        self._bands: tuple[Band, ...] = ()
        self._chosen_drawdown: int | None = None
        self._drawn: tuple[CompletedRun | None, CompletedRun | None] = (None, None)
        self.chart_bar.log_chosen.connect(self._on_log_chosen)
        self.chart_bar.marks_chosen.connect(self._on_marks_chosen)
        self.chart_bar.drawdown_chosen.connect(self._show_drawdown)
        self.chart_bar.whole_asked.connect(self._show_whole)
        self.chart.band_clicked.connect(self._on_band_clicked)
        self.chart.brushed.connect(self._on_brushed)
        self.chart.range_changed.connect(self._on_range_changed)
        self._time_range.changed.connect(self._on_times_changed)
        self.tiles.number_asked.connect(self._on_tile_asked)
        self.statistics.number_asked.connect(self._on_statistic_asked)
        self.benchmark.file_asked.connect(partial(self.command_asked.emit, "file.add_benchmark"))
        results.run_changed.connect(self._on_run_changed)
        results.ghost_changed.connect(self._on_ghost_changed)
        reviews.changed.connect(self._on_review_changed)
        self.apply_theme(theme)
        self._on_run_changed(results.run)

    def draw(self) -> None:
        """Show statistics, equity and drawdown of the run on screen."""
        run = self._results.run
        if run is None:
            return
        from ml4t_desktop.analysis.account.drawdowns import underwater, worst_drawdowns
        from ml4t_desktop.analysis.account.performance import has_clock

        ghost = self._results.ghost
        self._drawn = run, ghost
        self.tiles.show_metrics(run.metrics, ghost.metrics if ghost is not None else None)
        self.few.setVisible(run.metrics.num_trades < _ENOUGH_TRADES)
        self._reviews.want()
        equity = run.result.equity["equity"].to_numpy()
        capital = run.result.initial_capital
        times = times_of(run)
        worst = worst_drawdowns(times, equity, capital, _WORST)
        self._bands = bands_of(times, worst)
        self._chosen_drawdown = None
        self.chart_bar.set_drawdowns(worst, has_clock=has_clock(times), is_zoned=is_zoned(run))
        self.chart_bar.tell(None)
        self._mark_drawdowns()
        beside = ghost_curve(run, ghost) if ghost is not None else None
        below = underwater(equity, capital)
        self.chart.set_curves(times, equity, below, capital, beside, is_zoned=is_zoned(run))
        if self._results.is_rerun:
            self._on_review_changed()
        else:  # the first picture of a run is long enough without them
            self.then(statistics=self._on_review_changed)

    def ask_current(self) -> bool:
        """Ask how the statistic with the keyboard, or the one that was chosen last, is made."""
        return self.tiles.ask_current() or self.statistics.ask_current()

    def ask(self, name: str) -> None:
        """Ask how a statistic is made."""
        self.statistics.ask(name)

    def _on_tile_asked(self, name: str, place: QRect) -> None:
        run = self._results.run
        if run is not None and self._making is not None:
            self._making.ask(of_run(run, name), self.tiles, place)

    def _on_statistic_asked(self, name: str, column: str, place: QRect) -> None:
        run = self._results.run
        if run is not None and self._making is not None:
            question = self._question(run, name, column)
            self._making.ask(question, self.statistics, place)

    def _question(self, run: CompletedRun, name: str, column: str) -> Question:
        from ml4t_desktop.analysis.benchmark import RELATIVE_STATISTICS

        review = self._reviews.review
        if name in RELATIVE_STATISTICS:
            return against_benchmark(run, review, name)
        if column == "Benchmark" and review is not None:
            return of_benchmark(run, review, name)
        if column in ("Long", "Short"):
            return of_side(run, "long" if column == "Long" else "short", name)
        return of_run(run, name)

    def apply_theme(self, theme: Theme) -> None:
        """Recolour."""
        for part in (self.tiles, self.chart, self.statistics, self.empty):
            part.apply_theme(theme)

    def _build(self) -> None:
        split = QSplitter(Qt.Orientation.Horizontal)
        split.setObjectName("overview_split")
        split.setChildrenCollapsible(False)
        split.addWidget(self._charts())
        split.addWidget(self._beside())
        split.setStretchFactor(0, 1)
        split.setSizes([1000, self.fontMetrics().averageCharWidth() * 58])
        content = QWidget()
        layout = QVBoxLayout(content)
        layout.setContentsMargins(8, 8, 8, 8)
        layout.addWidget(self.tiles)
        layout.addWidget(split, 1)
        self._stack = QStackedLayout(self)
        self._stack.addWidget(self.empty)
        self._stack.addWidget(content)

    def _charts(self) -> QWidget:
        """Return the chart with the buttons above it."""
        charts = QWidget()
        layout = QVBoxLayout(charts)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(6)
        layout.addWidget(self.chart_bar)
        layout.addWidget(self.chart, 1)
        return charts

    def _beside(self) -> QWidget:
        """Return the statistics with the choice of what they are compared with."""
        beside = QWidget()
        layout = QVBoxLayout(beside)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(6)
        layout.addWidget(self.benchmark)
        layout.addWidget(self.few)
        layout.addWidget(self.statistics, 1)
        return beside

    def _on_review_changed(self) -> None:
        """Show what is known of sides and benchmark; what the benchmark did holds for the next run too."""
        run, ghost = self._results.run, self._results.ghost
        if run is None or not self.isVisible():
            return
        current = self._reviews.review
        review = current or self._reviews.last
        self.statistics.show_metrics(
            run.metrics,
            review,
            ghost=ghost.metrics if ghost is not None else None,
            is_current=current is not None,
            is_zoned=is_zoned(run),
        )
        self.chart.set_benchmark(benchmark_curve(run, review) if review is not None else None)
        if current is not None:
            self.benchmark.show_choice()

    def _on_run_changed(self, run: CompletedRun | None) -> None:
        self._stack.setCurrentIndex(0 if run is None else 1)
        if run is None:  # a panel that is not seen would keep it in memory
            self._drawn = None, None
        self.draw_when_seen()

    def _on_ghost_changed(self, ghost: CompletedRun | None) -> None:
        if self.is_due or self._drawn != (self._results.run, ghost):  # else the run came with it
            self.draw_when_seen()

    def _on_log_chosen(self, is_log: bool) -> None:  # noqa: FBT001 (of a signal)
        self.chart.set_log(is_log=is_log)

    def _on_marks_chosen(self, is_marked: bool) -> None:  # noqa: FBT001 (of a signal)
        self._marks_drawdowns = is_marked
        self._mark_drawdowns()

    def _on_band_clicked(self, place: int) -> None:
        """Show the drawdown that was clicked; a second click shows the whole period again."""
        if place == self._chosen_drawdown:
            self._show_whole()
        else:
            self._show_drawdown(place)

    def _mark_drawdowns(self) -> None:
        self.chart.set_bands(self._bands if self._marks_drawdowns else (), self._chosen_drawdown)

    def _show_drawdown(self, place: int) -> None:
        self._chosen_drawdown = place
        self.chart_bar.tell(place)
        self._mark_drawdowns()
        self.chart.show_span(self._bands[place])

    def _show_whole(self) -> None:
        self._chosen_drawdown = None
        self.chart_bar.tell(None)
        self._mark_drawdowns()
        self.chart.show_all()

    def _on_brushed(self, first: int, last: int) -> None:
        run = self._results.run
        if run is not None:
            self._results.show_subset(entered_between(run, self.chart, first, last))

    def _on_range_changed(self) -> None:
        times = self.chart.visible_times()
        if times is not None and self.isVisible():
            self._time_range.show(times, self)

    def _on_times_changed(self, source: object) -> None:
        if source is not self and self.isVisible():
            self._follow_times()

    def _follow_times(self) -> None:
        if self._time_range.is_linked and self._time_range.times is not None:
            self.chart.show_times(*self._time_range.times)

    def showEvent(self, event: QShowEvent) -> None:  # noqa: D102, N802 (Qt's)
        super().showEvent(event)
        self._follow_times()
