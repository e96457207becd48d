"""How trades and days are distributed: returns, holding times and streaks, each of which can be chosen from."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QLocale
from PySide6.QtWidgets import QGridLayout, QLabel, QVBoxLayout, QWidget

from ml4t_desktop.plots.bins_chart import BinsChart
from ml4t_desktop.session.formats import Kind, format_value
from ml4t_desktop.session.language import shown, tr
from ml4t_desktop.session.results import ResultStore
from ml4t_desktop.session.studies import StudyStore
from ml4t_desktop.session.theme import Theme
from ml4t_desktop.views.review.study_panel import StudyPanel
from ml4t_desktop.wording import mark

if TYPE_CHECKING:  # the analysis loads numba and polars, after the window is visible
    from numpy.typing import NDArray

    from ml4t_desktop.analysis.distributions import Histogram, Shape
    from ml4t_desktop.analysis.study import Study
    from ml4t_desktop.project.completed import CompletedRun

_HINT = mark("Start a run: how its trades and days are distributed appears here.")
_TIP = mark(
    "Drag over bars, or click one, to look at those trades everywhere. Values beyond the ends are in the outer bars."
)
_LONGEST = 12  # streaks of more are in the last bar


class DistributionPanel(StudyPanel):
    """Histograms of the run on screen."""

    def __init__(
        self,
        results: ResultStore,
        studies: StudyStore,
        theme: Theme,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(results, studies, _HINT, parent)
        self.setObjectName("distribution_panel")
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
            chart.set_note(_note(shape_of(values if front is None else values[front]), kind))
        days = None
        if front is not None:
            is_closing = np.isin(study.periods.days, study.closed_on[front])
            days = study.days.counts_of(is_closing).astype(np.float64)
        self.days.set_bins(study.days.edges, study.days.counts.astype(np.float64), days)
        self.days.set_note(_note(shape_of(study.periods.returns), "percent"))
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
                "{height} times {number} {value} in a row",
                height=int(abs(height)),
                number=name.lstrip("-"),
                value="losses" if height < 0 else "wins",
            )
            for name, height in zip(labels, heights.tolist(), strict=True)
        )
        self.streaks.set_names(labels, heights, notes=notes)
        self.streaks.set_note(
            tr(
                "longest: {value} wins, {value2} losses",
                value=int(study.wins.max(initial=0)),
                value2=int(study.losses.max(initial=0)),
            )
        )

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


def _note(shape: Shape, kind: Kind) -> str:
    locale = QLocale()

    def text(value: float | None, of: Kind = kind) -> str:
        return "n/a" if value is None else format_value(value, of, locale)

    return tr(
        "mean {mean}  ·  median {median}  ·  skew {skew}",
        mean=text(shape.mean),
        median=text(shape.median),
        skew=text(shape.skew, "ratio"),
    )
