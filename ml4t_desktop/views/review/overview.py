"""The overview of the run: headline statistics, equity with drawdown, every statistic."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QSplitter, QStackedLayout, QVBoxLayout, QWidget

from ml4t_desktop.plots.equity import EquityChart
from ml4t_desktop.session.results import ResultStore
from ml4t_desktop.session.reviews import ReviewStore
from ml4t_desktop.session.theme import Theme
from ml4t_desktop.views.review.benchmark import BenchmarkChoice
from ml4t_desktop.views.review.empty import EmptyState
from ml4t_desktop.views.review.seen import SeenPanel
from ml4t_desktop.views.review.statistics import StatisticsTable
from ml4t_desktop.views.review.tiles import TileStrip

if TYPE_CHECKING:  # polars loads after the window is visible
    from ml4t_desktop.project.completed import CompletedRun

_NO_RUN = (
    "No result yet",
    "Choose the data and the rules, then start the run to see how they would have done.",
)


class OverviewPanel(SeenPanel):
    """How the run on screen did."""

    def __init__(
        self,
        results: ResultStore,
        reviews: ReviewStore,
        theme: Theme,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("overview_panel")
        self._results, self._reviews = results, reviews
        self.tiles = TileStrip(theme)
        self.chart = EquityChart(theme)
        self.statistics = StatisticsTable(theme)
        self.benchmark = BenchmarkChoice(reviews)
        self.empty = EmptyState(*_NO_RUN)
        self._build()
        results.run_changed.connect(self._on_run_changed)
        reviews.changed.connect(self._on_review_changed)
        self.apply_theme(theme)
        self._on_run_changed(results.run)

    def draw(self) -> None:
        """Show statistics, equity and drawdown of the run on screen."""
        run = self._results.run
        if run is None:
            return
        from ml4t_desktop.analysis.drawdowns import underwater

        self.tiles.show_metrics(run.metrics)
        self._reviews.want()
        self._on_review_changed()
        points = run.result.equity
        equity = points["equity"].to_numpy()
        capital = run.result.initial_capital
        times = points["timestamp"].to_physical().to_numpy()
        self.chart.set_curves(times, equity, underwater(equity, capital), capital)

    def apply_theme(self, theme: Theme) -> None:
        """Recolour."""
        for part in (self.tiles, self.chart, self.statistics, self.empty):
            part.apply_theme(theme)

    def _build(self) -> None:
        split = QSplitter(Qt.Orientation.Horizontal)
        split.setObjectName("overview_split")
        split.setChildrenCollapsible(False)
        split.addWidget(self.chart)
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

    def _beside(self) -> QWidget:
        """Return the statistics with the choice of what they are compared with."""
        beside = QWidget()
        layout = QVBoxLayout(beside)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(6)
        layout.addWidget(self.benchmark)
        layout.addWidget(self.statistics, 1)
        return beside

    def _on_review_changed(self) -> None:
        run = self._results.run
        if run is not None and self.isVisible():
            self.statistics.show_metrics(run.metrics, self._reviews.review)
            self.benchmark.show_choice()

    def _on_run_changed(self, run: CompletedRun | None) -> None:
        self._stack.setCurrentIndex(0 if run is None else 1)
        self.draw_when_seen()
