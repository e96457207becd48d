"""How trades and days are distributed: returns, holding times and streaks, each of which can be chosen from."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

import numpy as np
from PySide6.QtCore import QLocale, QRect
from PySide6.QtWidgets import QGridLayout, QLabel, QVBoxLayout, QWidget

from ml4t_desktop.plots.painted.bins_chart import BinsChart
from ml4t_desktop.session.formats import Kind, format_value
from ml4t_desktop.session.language import shown, tr
from ml4t_desktop.session.review.making import MakingStore
from ml4t_desktop.session.review.questions import of_run, of_values
from ml4t_desktop.session.review.studies import StudyStore
from ml4t_desktop.session.runs.results import ResultStore
from ml4t_desktop.session.theme import Theme
from ml4t_desktop.views.review.study.study_panel import StudyPanel
from ml4t_desktop.wording import mark

if TYPE_CHECKING:  # the analysis loads numba and polars, after the window is visible
    from numpy.typing import NDArray

    from ml4t_desktop.analysis.distributions import Histogram, Shape
    from ml4t_desktop.analysis.making.derivation import Ids, Sample, Things
    from ml4t_desktop.analysis.making.derivation import Kind as InputKind
    from ml4t_desktop.analysis.study import Study
    from ml4t_desktop.project.completed import CompletedRun

_HINT = mark("Start a run: how its trades and days are distributed appears here.")
_TIP = mark(
    "Drag over bars, or click one, to look at those trades everywhere. Values beyond the ends are in the outer bars."
)
_LONGEST = 12  # streaks of more are in the last bar
_WINS_IN_A_ROW: Final = mark("{height} times {number} wins in a row")
_LOSSES_IN_A_ROW: Final = mark("{height} times {number} losses in a row")


class DistributionPanel(StudyPanel):
    """Histograms of the run on screen."""

    def __init__(
        self,
        results: ResultStore,
        studies: StudyStore,
        theme: Theme,
        making: MakingStore | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(results, studies, _HINT, parent)
        self.setObjectName("distribution_panel")
        self._making = making
        self.trades = BinsChart(tr("Returns of trades"), theme, "percent")
        self.days = BinsChart(tr("Returns of days"), theme, "percent")
        self.holding = BinsChart(tr("Bars held"), theme, "count")
        self.streaks = BinsChart(tr("Wins and losses in a row"), theme, y_kind="count")
        self.streaks.can_choose = False
        self.tip = QLabel(shown(_TIP))
        self.tip.setWordWrap(True)
        grid = QGridLayout()
        grid.setSpacing(8)
        for place, chart in enumerate((self.trades, self.days, self.holding, self.streaks)):
            grid.addWidget(chart, place // 2, place % 2)
        content = QWidget()
        layout = QVBoxLayout(content)
        layout.setContentsMargins(8, 8, 8, 8)
        layout.addWidget(self.tip)
        layout.addLayout(grid, 1)
        for chart in (self.trades, self.days, self.holding, self.streaks):
            chart.figure_asked.connect(partial(self._on_figure_asked, chart))
        for chart in (self.trades, self.days, self.holding):
            chart.bar_asked.connect(partial(self._on_bar_asked, chart))
        self.trades.chosen.connect(self._on_trades_chosen)
        self.days.chosen.connect(self._on_days_chosen)
        self.holding.chosen.connect(self._on_holding_chosen)
        self.apply_theme(theme)
        self.begin(content)

    def show_study(self, study: Study, run: CompletedRun) -> None:
        """Show the histograms, and in front of them the part of the trades that is looked at."""
        del run
        from ml4t_desktop.analysis.distributions import shape_of

        front = self.in_front(study.trade_id)
        shown: tuple[tuple[BinsChart, Histogram, NDArray[np.float64], Kind], ...] = (
            (self.trades, study.returns, study.percent, "percent"),
            (self.holding, study.holding, study.bars, "ratio"),
        )
        for chart, bins, values, kind in shown:
            of_part = None if front is None else bins.counts_of(front).astype(np.float64)
            chart.set_bins(bins.edges, bins.counts.astype(np.float64), of_part)
            chart.set_figures(_figures(shape_of(values if front is None else values[front]), kind))
        days = None
        if front is not None:
            is_closing = np.isin(study.periods.days, study.closed_on[front])
            days = study.days.counts_of(is_closing).astype(np.float64)
        self.days.set_bins(study.days.edges, study.days.counts.astype(np.float64), days)
        self.days.set_figures(_figures(shape_of(study.periods.returns), "percent"))
        self._show_streaks(study)

    def apply_theme(self, theme: Theme) -> None:
        """Recolour."""
        super().apply_theme(theme)
        self.tip.setStyleSheet(f"color: {theme.muted};")
        for chart in (self.trades, self.days, self.holding, self.streaks):
            chart.apply_theme(theme)

    def _show_streaks(self, study: Study) -> None:
        """Show how often so many wins (above) and losses (below) came in a row."""
        longest = int(max(study.wins.max(initial=1), study.losses.max(initial=1)))
        most = min(longest, _LONGEST)
        wins, losses = (
            np.bincount(np.minimum(lengths, most), minlength=most + 1)[1:].astype(np.float64)
            for lengths in (study.wins, study.losses)
        )
        names = [str(length) for length in range(1, most + 1)]
        if longest > most:
            names[-1] += "+"
        labels = (*(f"-{name}" for name in reversed(names)), *names)
        heights = np.concatenate([-losses[::-1], wins])
        notes = tuple(
            tr(
                _LOSSES_IN_A_ROW if height < 0 else _WINS_IN_A_ROW,
                height=int(abs(height)),
                number=name.lstrip("-"),
            )
            for name, height in zip(labels, heights.tolist(), strict=True)
        )
        self.streaks.set_names(labels, heights, notes=notes)
        won, lost = int(study.wins.max(initial=0)), int(study.losses.max(initial=0))
        self.streaks.set_figures(
            (
                ("max_consecutive_wins", tr("longest: {won} wins", won=won)),
                ("max_consecutive_losses", tr("{lost} losses", lost=lost)),
            )
        )

    def ask_current(self) -> bool:
        """Ask how a figure of the chart with the keyboard is made, else of the first; say whether there is one."""
        charts = (self.trades, self.days, self.holding, self.streaks)
        chosen = next((chart for chart in charts if chart.hasFocus()), self.trades)
        return chosen.ask_current()

    def _on_figure_asked(self, chart: BinsChart, name: str, place: QRect) -> None:
        run, study = self.results.run, self.studies.study
        if run is None or study is None or self._making is None:
            return
        if chart is self.streaks:
            question = of_run(run, name)
        else:
            sample, kind = self._sample(chart, study, self.in_front(study.trade_id))
            question = of_values(sample, chart.title, kind, name)
        self._making.ask(question, chart, place)

    def _on_bar_asked(self, chart: BinsChart, bar: int, place: QRect) -> None:
        """Ask what is counted in a bar."""
        study = self.studies.study
        if study is None or self._making is None:
            return
        bins = {self.trades: study.returns, self.days: study.days, self.holding: study.holding}
        sample, kind = self._sample(chart, study, bins[chart].chosen(bar, bar))
        name = f"{chart.title}, {chart.range_text(bar, bar)}"
        self._making.ask(of_values(sample, name, kind, "count"), chart, place)

    def _sample(
        self, chart: BinsChart, study: Study, chosen: NDArray[np.bool_] | None
    ) -> tuple[Sample, InputKind]:
        """Return the values of a chart, all or some of them, and how they are written."""
        from ml4t_desktop.analysis.making.derivation import Sample

        known: dict[BinsChart, tuple[Things, Ids, NDArray[np.float64], InputKind]] = {
            self.trades: ("trades", study.trade_id, study.percent, "percent"),
            self.days: ("days", study.periods.days, study.periods.returns, "percent"),
            self.holding: ("trades", study.trade_id, study.bars, "number"),
        }
        things, ids, values, kind = known[chart]
        is_of_part = chosen is not None and chosen.size == values.size
        there = ~np.isnan(values) & (chosen if is_of_part else True)
        return Sample(things, ids[there], values[there]), kind

    def _on_trades_chosen(self, first: int, last: int) -> None:
        study = self.studies.study
        if study is not None:
            ids = np.sort(study.trade_id[study.returns.chosen(first, last)])
            self.look_at(
                tr("Returned {range_text}", range_text=self.trades.range_text(first, last)), ids
            )

    def _on_days_chosen(self, first: int, last: int) -> None:
        study = self.studies.study
        if study is not None:
            ids = study.closed_on_days(study.days.chosen(first, last))
            self.look_at(
                tr("Closed on days of {range_text}", range_text=self.days.range_text(first, last)),
                ids,
            )

    def _on_holding_chosen(self, first: int, last: int) -> None:
        study = self.studies.study
        if study is not None:
            ids = np.sort(study.trade_id[study.holding.chosen(first, last)])
            self.look_at(
                tr("Held {range_text} bars", range_text=self.holding.range_text(first, last)), ids
            )


def _figures(shape: Shape, kind: Kind) -> tuple[tuple[str, str], ...]:
    """Return what describes a distribution, by name."""
    locale = QLocale()

    def text(value: float | None, of: Kind = kind) -> str:
        return "n/a" if value is None else format_value(value, of, locale)

    return (
        ("mean", tr("mean {mean}", mean=text(shape.mean))),
        ("median", tr("median {median}", median=text(shape.median))),
        ("skew", tr("skew {skew}", skew=text(shape.skew, "ratio"))),
    )
