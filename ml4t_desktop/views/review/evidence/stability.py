"""Whether the run did as well all the time: stretches of it side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
from PySide6.QtCore import QLocale, QModelIndex, QRect, Qt
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSplitter,
    QStackedLayout,
    QVBoxLayout,
    QWidget,
)

from ml4t_desktop.plots.figures import Columns, Curve, Figure, FigureChart
from ml4t_desktop.session.formats import Kind, format_value
from ml4t_desktop.session.language import shown, tr
from ml4t_desktop.session.review.making import MakingStore, Question
from ml4t_desktop.session.review.questions import of_stretch, of_stretches
from ml4t_desktop.session.review.stability import StabilityStore
from ml4t_desktop.session.runs.results import ResultStore, Subset
from ml4t_desktop.session.theme import Theme
from ml4t_desktop.tables.stability_columns import stability_columns
from ml4t_desktop.views.review.breakdown_table import BreakdownTable
from ml4t_desktop.views.review.empty import EmptyState
from ml4t_desktop.views.review.seen import SeenPanel
from ml4t_desktop.wording import mark

if TYPE_CHECKING:  # polars loads after the window is visible
    from datetime import date

    import polars as pl

    from ml4t_desktop.analysis.stability import Division, Stability
    from ml4t_desktop.project.completed import CompletedRun

_NO_RUN: Final = (
    mark("No result to divide yet"),
    mark("Start a run: here its years or quarters stand side by side, each with its intervals."),
    "run.start",
)
_TOO_SHORT: Final = (
    mark("This run is too short to be divided"),
    mark("It lies within one month. A longer history says whether it does as well all the time."),
)
DIVISIONS: Final = {
    "split": mark("Model trained or not"),
    "year": mark("Year"),
    "half": mark("Half-year"),
    "quarter": mark("Quarter"),
    "month": mark("Month"),
    "periods": mark("Crises and other times with a name"),
}
_PARTS: Final = {
    "trained": mark("Model trained here"),
    "tested": mark("Model not trained here"),
    "other times": mark("All other times"),
    "no value": mark("no value"),
}
_MOST_LETTERS: Final = 14
_UNLIKELY: Final = 0.05
_FAR: Final = 1.645  # standard errors: one of twenty is farther above by chance


class StabilityPanel(SeenPanel):
    """The run on screen in stretches: Sharpe ratio and return of each, with intervals."""

    def __init__(
        self,
        results: ResultStore,
        stability: StabilityStore,
        theme: Theme,
        making: MakingStore | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("stability_panel")
        self._results, self._stability, self._making = results, stability, making
        self._drawn: Stability | None = None
        self.choice = QComboBox()
        self.verdict = QLabel()
        self.add_button = QPushButton(tr("Name a time…"))
        self.remove_button = QPushButton(tr("Remove the name"))
        self.sharpe, self.returns = FigureChart(theme), FigureChart(theme)
        self.make_later(self.sharpe.build, self.returns.build)
        self.table = BreakdownTable(theme)
        self.empty = EmptyState(*_NO_RUN)
        self._build()
        self.choice.activated.connect(self._on_chosen)
        self.add_button.clicked.connect(self._on_add_asked)
        self.remove_button.clicked.connect(self._on_remove_asked)
        self.table.selectionModel().currentRowChanged.connect(self._on_row_chosen)
        self.table.number_asked.connect(self._on_number_asked)
        self.verdict.linkActivated.connect(self._on_figure_asked)
        results.run_changed.connect(self._on_run_changed)
        stability.changed.connect(self.draw_when_seen)
        self.apply_theme(theme)
        self._on_run_changed(results.run)

    def draw(self) -> None:
        """Show the stretches; they are made when they are not there."""
        self._stability.want()
        run, found = self._results.run, self._stability.stability
        if run is None:
            return
        if self._stability.is_known and found is None:
            self.empty.tell(*_TOO_SHORT)
            self._stack.setCurrentIndex(0)
            return
        if found is self._drawn:
            return
        self._drawn = found
        self._stack.setCurrentIndex(1)
        if found is None:
            self.verdict.setText(tr("Dividing the run…"))
            return
        self._show_choices(found)
        self.verdict.setText(stability_words(found))
        table = _named(found)
        has_benchmark = table["benchmark_return"].null_count() < table.height
        columns = stability_columns(has_benchmark=has_benchmark)
        self.then(
            table=lambda: self.table.show_frame(table, columns),
            sharpe=lambda: self.sharpe.show_figure(_sharpe_figure(table)),
            returns=lambda: self.returns.show_figure(_return_figure(table)),
        )

    def ask_current(self) -> bool:
        """Ask how the number with the cursor is made; say whether there is one."""
        return self.table.ask_current()

    def apply_theme(self, theme: Theme) -> None:
        """Recolour."""
        for part in (self.sharpe, self.returns, self.table, self.empty):
            part.apply_theme(theme)

    def _build(self) -> None:
        self.choice.setObjectName("stability_choice")
        self.choice.setAccessibleName(tr("What the run is divided by"))
        self.choice.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.verdict.setObjectName("stability_verdict")
        self.add_button.setObjectName("stability_add")
        self.add_button.setToolTip(
            tr(
                "Give a time a name, such as a crisis: it is compared with the others in every project"
            )
        )
        self.remove_button.setObjectName("stability_remove")
        self.remove_button.setToolTip(
            tr("Take the name away from the chosen time, where it is one of your own")
        )
        self.remove_button.hide()
        self.verdict.setWordWrap(True)
        self.table.setObjectName("stability_table")
        self.table.setAccessibleName(tr("The stretches of the run"))
        label = QLabel(tr("&By"))
        label.setBuddy(self.choice)
        above = QHBoxLayout()
        above.addWidget(label)
        above.addWidget(self.choice)
        above.addStretch(1)
        for button in (self.add_button, self.remove_button):
            above.addWidget(button)
        charts = QSplitter(Qt.Orientation.Horizontal)
        charts.addWidget(self.sharpe)
        charts.addWidget(self.returns)
        split = QSplitter(Qt.Orientation.Vertical)
        for part in (charts, split):
            part.setChildrenCollapsible(False)
        split.addWidget(charts)
        split.addWidget(self.table)
        split.setSizes([400, 260])
        content = QWidget()
        layout = QVBoxLayout(content)
        layout.setContentsMargins(8, 8, 8, 8)
        layout.addLayout(above)
        layout.addWidget(self.verdict)
        layout.addWidget(split, 1)
        self._stack = QStackedLayout(self)
        self._stack.addWidget(self.empty)
        self._stack.addWidget(content)

    def _show_choices(self, found: Stability) -> None:
        offered = self._stability.divisions
        if [self.choice.itemData(place) for place in range(self.choice.count())] != list(offered):
            self.choice.clear()
            for name in offered:
                self.choice.addItem(division_title(name), name)
        self.choice.setCurrentIndex(self.choice.findData(found.division))
        is_named = found.division == "periods"
        self.remove_button.setVisible(is_named)
        self.remove_button.setEnabled(False)

    def _on_add_asked(self) -> None:
        """Ask for another time with a name; the days of the trades looked at are offered."""
        run, subset = self._results.run, self._results.subset
        if run is None:
            return
        from ml4t_desktop.views.review.evidence.period_dialog import PeriodDialog

        times = run.result.equity["timestamp"]
        if subset is not None and subset.trade_ids.size:
            trades = run.result.trades
            chosen = np.isin(trades["trade_id"].to_numpy(), subset.trade_ids)
            times = trades["entry_time"].to_frame().filter(chosen)["entry_time"].sort()
        periods = self._stability.periods
        dialog = PeriodDialog(
            times[0].date(), times[-1].date(), periods.why_not, self._add_period, self
        )
        dialog.open()

    def _add_period(self, name: str, first: date, last: date) -> None:
        self._stability.choose("periods")
        self._stability.periods.add(name, first, last)

    def _on_remove_asked(self) -> None:
        name = self._chosen_name()
        if name is not None:
            self._stability.periods.remove(name)

    def _chosen_name(self) -> str | None:
        found, row = self._drawn, self.table.currentIndex().row()
        if found is None or row < 0:
            return None
        return str(found.table["stretch"][int(self.table.frame_model.order[row])])

    def _on_chosen(self, _index: int) -> None:
        self._stability.choose(self.choice.currentData())

    def _on_row_chosen(self, current: QModelIndex, _before: QModelIndex) -> None:
        """Look at the trades of a stretch everywhere."""
        run, found = self._results.run, self._drawn
        if run is None or found is None or not current.isValid():
            return
        row = int(self.table.frame_model.order[current.row()])
        from ml4t_desktop.analysis.stability import trades_of

        ids = trades_of(run.result, run.market, found, row)
        self.remove_button.setEnabled(self._chosen_name() in self._stability.periods.own)
        name = _named(found)["stretch"][row]
        self._results.show_subset(Subset(name, np.sort(ids)))

    def _on_number_asked(self, row: int, column: str, place: QRect) -> None:
        run, found = self._results.run, self._drawn
        if run is not None and found is not None:
            name = _named(found)["stretch"][row]
            benchmark = self._stability.benchmark
            question = of_stretch(run, found, row, name, benchmark, column)
            self._ask(question, self.table, place)

    def _on_figure_asked(self, name: str) -> None:
        run, found = self._results.run, self._drawn
        if run is not None and found is not None:
            self._ask(of_stretches(run, found, name), self.verdict, self.verdict.rect())

    def _ask(self, question: Question, widget: QWidget, place: QRect) -> None:
        if self._making is not None:
            self._making.ask(question, widget, place)

    def _on_run_changed(self, run: CompletedRun | None) -> None:
        if run is None:
            self.empty.tell(*_NO_RUN)
        self._stack.setCurrentIndex(0 if run is None else 1)
        self._drawn = None
        self.draw_when_seen()


def division_title(name: Division) -> str:
    """Return what a run is divided by, as it is offered."""
    column = name.removeprefix("context.")
    return column if column != name else shown(DIVISIONS[name])


def stability_words(found: Stability) -> str:
    """Return what the stretches say, in two sentences."""
    table = found.table
    if found.division == "split" and table.height == 2:
        return _split_words(found)
    gained = tr("The account gained in {n} of {all} stretches.", n=found.gained, all=table.height)
    gained = f"{gained} {_how('gained')}"
    if found.chance is None:
        return gained
    chance = _text(found.chance, "percent")
    if found.chance < _UNLIKELY:
        differs = tr(
            "<b>It was not the same all the time:</b> the Sharpe ratios differ more than chance alone makes "
            "them differ (a chance of {chance}).",
            chance=chance,
        )
    else:
        differs = tr(
            "The Sharpe ratios differ no more than chance makes them differ ({chance} of such differences "
            "are larger).",
            chance=chance,
        )
    return f"{gained} {differs} {_how('chance')}"


def _split_words(found: Stability) -> str:
    ratios = {row["stretch"]: row["sharpe"] for row in found.table.iter_rows(named=True)}
    trained, tested = (_text(ratios[name], "ratio") or "n/a" for name in ("trained", "tested"))
    said = tr(
        "Where the model was trained the Sharpe ratio is {trained}, elsewhere {tested}.",
        trained=trained,
        tested=tested,
    )
    if found.gap is None:
        return said
    gap = _text(found.gap, "ratio")
    if found.gap > _FAR:
        judged = tr(
            "<b>That is {gap} standard errors better where it knew the answers:</b> only what is outside counts.",
            gap=gap,
        )
    elif found.gap < -_FAR:
        judged = tr(
            "That is {gap} standard errors worse where it knew the answers: it does not live on what it was "
            "trained on.",
            gap=_text(-found.gap, "ratio"),
        )
    else:
        judged = tr("The difference is {gap} standard errors, which chance makes as well.", gap=gap)
    return f"{said} {judged} {_how('gap')}"


def _how(name: str) -> str:
    """Return the link that asks how a figure is made."""
    asked = tr("How?")
    return f"<a href='{name}'>{asked}</a>"


def _named(found: Stability) -> pl.DataFrame:
    """Return the table with the names of its stretches as they are read."""
    import polars as pl

    stretches: list[str] = found.table["stretch"].to_list()
    names = [shown(_PARTS.get(name, name)) for name in stretches]
    return found.table.with_columns(stretch=pl.Series(names, dtype=pl.String))


def _short(table: pl.DataFrame) -> tuple[str, ...]:
    """Return the names as there is room for them below a chart; the words beside it have all of them."""
    return tuple(
        name if len(name) <= _MOST_LETTERS else f"{name[: _MOST_LETTERS - 1]}…"
        for name in table["stretch"]
    )


def _sharpe_figure(table: pl.DataFrame) -> Figure:
    return Figure(
        title=tr("Sharpe ratio"),
        hint=tr("with the range of 90 % of redrawn histories"),
        columns=Columns(
            at=np.arange(table.height, dtype=np.float64),
            height=_numbers(table, "sharpe"),
            low=_numbers(table, "sharpe_low"),
            high=_numbers(table, "sharpe_high"),
            by_sign=True,
        ),
        labels=_short(table),
        words=tuple(
            tr(
                "{name}: <b>{value}</b>, 90 %: {low} to {high}, {days} days",
                name=row["stretch"],
                value=_text(row["sharpe"], "ratio") or "n/a",
                low=_text(row["sharpe_low"], "ratio"),
                high=_text(row["sharpe_high"], "ratio"),
                days=_text(row["days"], "count"),
            )
            for row in table.iter_rows(named=True)
        ),
    )


def _return_figure(table: pl.DataFrame) -> Figure:
    at = np.arange(table.height, dtype=np.float64)
    theirs = _numbers(table, "benchmark_return")
    known = np.isfinite(theirs)
    curves = (Curve(x=at[known], y=theirs[known], is_faint=True, has_points=True),)
    return Figure(
        title=tr("Return"),
        hint=tr("points: the benchmark") if known.any() else "",
        columns=Columns(at=at, height=_numbers(table, "total_return"), by_sign=True),
        curves=curves if known.any() else (),
        labels=_short(table),
        y_kind="percent",
        words=tuple(
            tr(
                "{name}: <b>{value}</b>, benchmark {other}, {trades} trades",
                name=row["stretch"],
                value=_text(row["total_return"], "percent") or "n/a",
                other=_text(row["benchmark_return"], "percent") or "n/a",
                trades=_text(row["num_trades"], "count"),
            )
            for row in table.iter_rows(named=True)
        ),
    )


def _numbers(table: pl.DataFrame, name: str) -> np.ndarray:
    return table[name].cast(float).fill_null(float("nan")).to_numpy()


def _text(value: object, kind: Kind) -> str:
    return format_value(value, kind, QLocale())
