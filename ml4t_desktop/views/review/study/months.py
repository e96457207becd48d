"""The run month by month, by weekday and by hour; each month, weekday and hour can be looked at alone."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final, Literal

import numpy as np
from PySide6.QtCore import QLocale, QRect
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from ml4t_desktop.plots.painted.bins_chart import BinsChart
from ml4t_desktop.plots.painted.month_heatmap import MonthHeatmap
from ml4t_desktop.session.clocks import clock_words, clock_zone
from ml4t_desktop.session.formats import Kind, format_value
from ml4t_desktop.session.language import shown, tr
from ml4t_desktop.session.review.making import MakingStore, Question
from ml4t_desktop.session.review.questions import of_group, of_span, of_trades
from ml4t_desktop.session.review.studies import StudyStore
from ml4t_desktop.session.runs.results import ResultStore
from ml4t_desktop.session.theme import Theme
from ml4t_desktop.views.review.study.study_panel import StudyPanel
from ml4t_desktop.wording import mark

if TYPE_CHECKING:  # polars loads after the window is visible
    import polars as pl
    from numpy.typing import NDArray

    from ml4t_desktop.analysis.months import Measure
    from ml4t_desktop.analysis.study import Study
    from ml4t_desktop.project.completed import CompletedRun

_HINT = mark("Start a run: its months, weekdays and hours appear here.")
_TIP = mark(
    "Click a month or a year to look at the trades closed in it; a bar, at those entered then."
)
_MONTHS: Final = (
    mark("Jan"),
    mark("Feb"),
    mark("Mar"),
    mark("Apr"),
    mark("May"),
    mark("Jun"),
    mark("Jul"),
    mark("Aug"),
    mark("Sep"),
    mark("Oct"),
    mark("Nov"),
    mark("Dec"),
)
_LONG: Final = (
    mark("January"), mark("February"), mark("March"), mark("April"), mark("May"), mark("June"), mark("July"),
    mark("August"), mark("September"), mark("October"), mark("November"), mark("December"),
)  # fmt: skip
# What months are measured by: title, how it is written, whether it is a gain or loss, value without a tint.
_MEASURES: Final[dict[str, tuple[str, Kind, bool, float]]] = {
    "return": (mark("Return of the account"), "percent", True, 0.0),
    "pnl": (mark("P&L of trades closed"), "money", True, 0.0),
    "trades": (mark("Trades closed"), "count", False, 0.0),
    "win_rate": (mark("Share of trades that won"), "percent", True, 0.5),
}


class MonthsPanel(StudyPanel):
    """A heatmap of months with the whole year beside them, over bars for weekdays and hours."""

    def __init__(
        self,
        results: ResultStore,
        studies: StudyStore,
        theme: Theme,
        making: MakingStore | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(results, studies, _HINT, parent)
        self.setObjectName("months_panel")
        self.measure = QComboBox()
        self.measure.setObjectName("month_measure")
        self.measure.setAccessibleName(tr("What months are measured by"))
        for key, (title, *_) in _MEASURES.items():
            self.measure.addItem(shown(title), key)
        self.tip = QLabel(shown(_TIP))
        self.tip.setWordWrap(True)
        self.heatmap = MonthHeatmap(tr("Months of the run"), theme)
        self.weekdays = BinsChart(tr("P&L by weekday of entry"), theme, y_kind="money")
        self.hours = BinsChart(tr("P&L by hour of entry"), theme, y_kind="money")
        self.seasons = BinsChart(tr("P&L by month of entry"), theme, y_kind="money")
        self._years: tuple[str, ...] = ()
        self._making = making
        self._lay_out()
        self.measure.currentIndexChanged.connect(self._on_measure_chosen)
        self.heatmap.chosen.connect(self._on_month_chosen)
        self.heatmap.cell_asked.connect(self._on_cell_asked)
        self.weekdays.bar_asked.connect(self._on_weekday_asked)
        self.hours.bar_asked.connect(self._on_hour_asked)
        self.seasons.bar_asked.connect(self._on_season_asked)
        self.weekdays.chosen.connect(self._on_weekday_chosen)
        self.hours.chosen.connect(self._on_hour_chosen)
        self.seasons.chosen.connect(self._on_season_chosen)
        self.apply_theme(theme)

    def show_study(self, study: Study, run: CompletedRun) -> None:
        """Show months, weekdays and hours, of the part of the trades that is looked at where it has them."""
        del study
        from ml4t_desktop.analysis.months import month_grid

        trades, zone = self._trades(run), clock_zone(run)
        self.tip.setText(" ".join(filter(None, (shown(_TIP), clock_words(run)))))
        key: Measure = self.measure.currentData()
        _, kind, is_signed, middle = _MEASURES[key]
        grid = month_grid(run.result, trades, key)
        self._years = grid.years
        self.heatmap.set_values(
            grid.years,
            (*_MONTHS, tr("Year")),
            grid.values,
            kind,
            is_signed=is_signed,
            middle=middle,
        )
        if self.results.subset is None:
            self.heatmap.unpick()
        self.then(
            weekdays=partial(self._show_profits, self.weekdays, "weekday", trades, zone),
            hours=partial(self._show_profits, self.hours, "hour", trades, zone),
            seasons=partial(self._show_profits, self.seasons, "month", trades, zone),
        )

    def _show_profits(
        self,
        chart: BinsChart,
        part: Literal["weekday", "hour", "month"],
        trades: pl.DataFrame,
        zone: str,
    ) -> None:
        from ml4t_desktop.analysis.months import moment_profits

        profits = moment_profits(trades, part, zone)
        notes = tuple(
            tr(
                "{count} trades, P&L {pnl}",
                count=count,
                pnl=format_value(pnl, "money", QLocale()),
            )
            for count, pnl in zip(profits.counts.tolist(), profits.pnl.tolist(), strict=True)
        )
        chart.set_names(profits.labels, profits.pnl, notes=notes)
        if chart is self.hours:
            chart.setVisible(len(chart.heights) > 1)

    def ask_current(self) -> bool:
        """Ask how the chosen month is made; say whether there is one."""
        return self.heatmap.ask_current()

    def _on_cell_asked(self, row: int, column: int, place: QRect) -> None:
        run, year, measure = self.results.run, self._years[row], self.measure.currentData()
        if run is None:
            return
        by: Literal["year", "month"] = "month" if column < len(_MONTHS) else "year"
        label = f"{year}-{column + 1:02d}" if by == "month" else year
        if measure == "return":
            self._ask(of_span(run, None, by, label, "total_return"), self.heatmap, place)
            return
        name = {"pnl": "trades_pnl", "trades": "num_trades", "win_rate": "win_rate"}[measure]
        self._ask(of_group(run, by, label, name, self._chosen_ids()), self.heatmap, place)

    def _on_weekday_asked(self, bar: int, place: QRect) -> None:
        self._ask_group("weekday", self.weekdays, bar, place)

    def _on_hour_asked(self, bar: int, place: QRect) -> None:
        self._ask_group("hour", self.hours, bar, place)

    def _ask_group(
        self, by: Literal["weekday", "hour"], chart: BinsChart, bar: int, place: QRect
    ) -> None:
        run = self.results.run
        if run is not None:
            question = of_group(run, by, chart.labels[bar], "trades_pnl", self._chosen_ids())
            self._ask(question, chart, place)

    def _on_season_asked(self, bar: int, place: QRect) -> None:
        run = self.results.run
        if run is None:
            return
        from ml4t_desktop.analysis.months import entered_in

        label = self.seasons.labels[bar]
        month = _MONTHS.index(label) + 1
        chosen = entered_in(self._trades(run), "month", (month,), clock_zone(run))
        ids = np.sort(chosen["trade_id"].to_numpy())
        name = tr("Entered in {month}", month=_LONG[month - 1])
        self._ask(of_trades(run, ids, name, "trades_pnl"), self.seasons, place)

    def _ask(self, question: Question, widget: QWidget, place: QRect) -> None:
        if self._making is not None:
            self._making.ask(question, widget, place)

    def _chosen_ids(self) -> NDArray[np.int64] | None:
        subset = self.results.subset
        return None if subset is None else subset.trade_ids

    def apply_theme(self, theme: Theme) -> None:
        """Recolour."""
        super().apply_theme(theme)
        self.tip.setStyleSheet(f"color: {theme.muted};")
        for part in (self.heatmap, self.weekdays, self.hours, self.seasons):
            part.apply_theme(theme)

    def _lay_out(self) -> None:
        above = QHBoxLayout()
        above.addWidget(self.measure)
        above.addSpacing(8)
        above.addWidget(self.tip, 1)
        below = QHBoxLayout()
        below.setSpacing(8)
        below.addWidget(self.weekdays)
        below.addWidget(self.hours)
        below.addWidget(self.seasons)
        content = QWidget()
        layout = QVBoxLayout(content)
        layout.setContentsMargins(8, 8, 8, 8)
        layout.addLayout(above)
        layout.addWidget(self.heatmap)
        layout.addLayout(below, 1)
        self.begin(content)

    def _trades(self, run: CompletedRun) -> pl.DataFrame:
        trades = run.result.trades
        front = self.in_front(trades["trade_id"].to_numpy())
        return trades if front is None else trades.filter(front)

    def _on_measure_chosen(self, _index: int) -> None:
        self.draw_when_seen()

    def _on_month_chosen(self, row: int, column: int) -> None:
        import polars as pl

        year = int(self._years[row])
        moment = pl.col("exit_time")
        chosen = moment.dt.year() == year
        name = tr("Closed in {year}", year=year)
        if column < len(_MONTHS):
            chosen &= moment.dt.month() == column + 1
            name = tr("Closed in {long} {year}", long=_LONG[column], year=year)
        self._look_where(name, chosen)

    def _on_weekday_chosen(self, first: int, last: int) -> None:
        from ml4t_desktop.analysis.trades.breakdowns import WEEKDAYS

        labels = self.weekdays.labels[first : last + 1]
        days = [WEEKDAYS.index(label) + 1 for label in labels]
        name = tr("Entered on {range_text}", range_text=self.weekdays.range_text(first, last))
        self._look_at_entered(name, "weekday", days)

    def _on_hour_chosen(self, first: int, last: int) -> None:
        hours = [int(label[:2]) for label in self.hours.labels[first : last + 1]]
        name = tr(
            "Entered in the hours {range_text}", range_text=self.hours.range_text(first, last)
        )
        self._look_at_entered(name, "hour", hours)

    def _on_season_chosen(self, first: int, last: int) -> None:
        months = [_MONTHS.index(label) + 1 for label in self.seasons.labels[first : last + 1]]
        name = tr("Entered in {range_text}", range_text=self.seasons.range_text(first, last))
        self._look_at_entered(name, "month", months)

    def _look_at_entered(
        self, name: str, part: Literal["weekday", "hour", "month"], values: list[int]
    ) -> None:
        from ml4t_desktop.analysis.months import entered_in

        run = self.results.run
        if run is not None:
            chosen = entered_in(run.result.trades, part, values, clock_zone(run))
            self.look_at(name, np.sort(chosen["trade_id"].to_numpy()))

    def _look_where(self, name: str, chosen: pl.Expr) -> None:
        run = self.results.run
        if run is not None:
            ids = run.result.trades.filter(chosen)["trade_id"].to_numpy()
            self.look_at(name, np.sort(ids))
