"""Is the signal any good: what followed its values, in small charts and tables."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QLocale, QRect, Qt
from PySide6.QtWidgets import (
    QComboBox,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QStackedLayout,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from ml4t_desktop.plots.figures import Figure, FigureChart
from ml4t_desktop.plots.texts_on_demand import TextsOnDemand
from ml4t_desktop.session.clocks import has_times_of_day
from ml4t_desktop.session.formats import day_on_screen, format_value
from ml4t_desktop.session.language import capitalised, shown, tr, tr_count
from ml4t_desktop.session.review.making import MakingStore
from ml4t_desktop.session.review.questions import of_signal
from ml4t_desktop.session.review.signals import SignalStore
from ml4t_desktop.session.runs.results import ResultStore
from ml4t_desktop.session.theme import Theme
from ml4t_desktop.units import moment
from ml4t_desktop.views.review.empty import EmptyState
from ml4t_desktop.views.review.evidence import signal_figures as figures
from ml4t_desktop.views.review.evidence.signal_tables import ContextTable, DriftTable
from ml4t_desktop.views.review.seen import SeenPanel
from ml4t_desktop.wording import mark

if TYPE_CHECKING:  # polars loads after the window is visible
    from ml4t_desktop.analysis.signals.review import SignalReview
    from ml4t_desktop.analysis.undefined import Undefined
    from ml4t_desktop.project.completed import CompletedRun

_NO_RUN = (
    mark("No signals to look at yet"),
    mark("Start a run: here you see what followed the values of each signal."),
    "run.start",
)
_HORIZONS: Final = (1, 2, 3, 5, 10, 15, 20)
_CHARTS: Final = (
    "values",
    "returns",
    "thresholds",
    "correlation",
    "decay",
    "trades",
    "calibration",
)
_SURE: Final = 2.0  # standard errors; of twenty signals without any edge, one is beyond
_PLAIN: Final = 3.0
_LEAST_LINES: Final = 9  # of text, that a chart is high


class SignalsPanel(SeenPanel):
    """What is known of one signal of the run on screen."""

    def __init__(
        self,
        results: ResultStore,
        signals: SignalStore,
        theme: Theme,
        making: MakingStore | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("signals_panel")
        self._results, self._signals, self._making = results, signals, making
        self._shown: object = None
        self.choice, self.horizon, self.context = QComboBox(), QComboBox(), QComboBox()
        self.note, self.verdict = QLabel(), QLabel()
        self.charts = {name: FigureChart(theme) for name in _CHARTS}
        self.grid, self.drift = ContextTable(theme), DriftTable()
        self.empty = EmptyState(*_NO_RUN)
        self._build()
        self.choice.activated.connect(self._on_choice)
        self.horizon.activated.connect(self._on_horizon)
        self.context.currentIndexChanged.connect(self._on_context)
        for name, chart in self.charts.items():
            chart.value_asked.connect(partial(self._on_value_asked, name))
        for table in (self.grid, self.drift):
            table.number_asked.connect(partial(self._on_cell_asked, table))
        self.verdict.setTextInteractionFlags(Qt.TextInteractionFlag.TextBrowserInteraction)
        self.verdict.linkActivated.connect(self._on_verdict_asked)
        results.run_changed.connect(self._on_run_changed)
        signals.changed.connect(self.draw_when_seen)
        signals.progressed.connect(self._on_progressed)
        self.apply_theme(theme)
        self.make_later(*(chart.build for chart in self.charts.values()))
        self._on_run_changed(results.run)

    def draw(self) -> None:
        """Show what is known of the signal; it is asked for when it is not there."""
        self._signals.want()
        self._show_choices()
        self._show_curve()
        review = self._signals.review
        if review is self._shown:
            return
        self._shown = review
        from ml4t_desktop.analysis.signals.review import SignalReview

        if isinstance(review, SignalReview):
            self._show_review(review)
        else:
            self._show_nothing(review)

    def ask_current(self) -> bool:
        """Ask how the figure of the chart with the keyboard is made, else the rank correlation."""
        for table in (self.grid, self.drift):
            if table.hasFocus():
                return table.ask_current()
        charts = self.charts.values()
        chosen = next((item for item in charts if item.hasFocus()), self.charts["correlation"])
        return chosen.ask_current()

    def _on_value_asked(self, chart: str, place: int, where: QRect) -> None:
        review, curve = self._signals.review, self._signals.curve
        from ml4t_desktop.analysis.signals.review import SignalReview
        from ml4t_desktop.analysis.signals.thresholds import ThresholdCurve

        if not isinstance(review, SignalReview):
            return
        known = curve if isinstance(curve, ThresholdCurve) else None
        name = figures.figure_name(chart, place, review, known)
        if name:
            self._ask(name, self.charts[chart], where)

    def _on_cell_asked(self, table: QWidget, name: str, where: QRect) -> None:
        self._ask(name, table, where)

    def _on_verdict_asked(self, name: str) -> None:
        self._ask(name, self.verdict, self.verdict.rect())

    def _ask(self, name: str, widget: QWidget, where: QRect) -> None:
        from ml4t_desktop.analysis.signals.review import SignalReview
        from ml4t_desktop.analysis.signals.thresholds import ThresholdCurve

        run, review, curve = self._results.run, self._signals.review, self._signals.curve
        if run is None or self._making is None or not isinstance(review, SignalReview):
            return
        known = curve if isinstance(curve, ThresholdCurve) else None
        self._making.ask(of_signal(run, review, known, name), widget, where)

    def apply_theme(self, theme: Theme) -> None:
        """Recolour."""
        for part in (*self.charts.values(), self.grid, self.empty):
            part.apply_theme(theme)
        self.note.setStyleSheet(f"color: {theme.muted};")

    def _build(self) -> None:
        bar = QHBoxLayout()
        for box, name, title, about in (
            (self.choice, "signal_choice", tr("&Signal"), tr("The signal that is looked at")),
            (
                self.horizon,
                "signal_horizon",
                tr("&Return over"),
                tr("Bars to the close that ends the return"),
            ),
        ):
            box.setObjectName(name)
            box.setAccessibleName(shown(about))
            box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
            label = QLabel(shown(title))
            label.setBuddy(box)
            bar.addWidget(label)
            bar.addWidget(box)
            bar.addSpacing(8)
        for bars in _HORIZONS:
            self.horizon.addItem(tr_count("{n} bar", "{n:,} bars", bars), bars)
        bar.addWidget(self.note, 1)
        self.note.setWordWrap(True)
        self.verdict.setObjectName("signal_verdict")
        self.verdict.setWordWrap(True)
        grid = QWidget()
        charts = QGridLayout(grid)
        charts.setContentsMargins(0, 0, 0, 0)
        charts.setSpacing(8)
        least = self.fontMetrics().lineSpacing() * _LEAST_LINES
        for place, name in enumerate(_CHARTS):
            charts.addWidget(self.charts[name], place // 3, place % 3)
        charts.addWidget(self._tables(), 2, 1, 1, 2)
        for place in range(3):
            charts.setColumnStretch(place, 1)
            charts.setColumnMinimumWidth(place, least)
            charts.setRowMinimumHeight(place, least)
        area = QScrollArea()  # where letters are large, three rows of charts do not fit
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setWidget(grid)
        content = QWidget()
        layout = QVBoxLayout(content)
        layout.setContentsMargins(8, 8, 8, 8)
        layout.addLayout(bar)
        layout.addWidget(self.verdict)
        layout.addWidget(area, 1)
        self._stack = QStackedLayout(self)
        self._stack.addWidget(self.empty)
        self._stack.addWidget(content)

    def _tables(self) -> QWidget:
        self.context.setObjectName("signal_context")
        self.context.setAccessibleName(tr("Context column the returns are shown by"))
        by_context = QWidget()
        layout = QVBoxLayout(by_context)
        layout.setContentsMargins(0, 4, 0, 0)
        layout.addWidget(self.context)
        layout.addWidget(self.grid, 1)
        tables = QTabWidget()
        tables.setDocumentMode(True)
        tables.addTab(by_context, tr("Return by market context"))
        tables.addTab(self.drift, tr("Year by year"))
        return tables

    def _show_choices(self) -> None:
        names = self._signals.names
        if [self.choice.itemText(i) for i in range(self.choice.count())] != list(names):
            self.choice.clear()
            self.choice.addItems(list(names))
        self.choice.setCurrentText(self._signals.name)
        if names:
            self.horizon.setCurrentIndex(self.horizon.findData(self._signals.horizon))

    def _show_review(self, review: SignalReview) -> None:
        run = self._results.run
        if run is None:
            return
        from ml4t_desktop.analysis.undefined import Undefined

        self.note.setText(_method(review))
        how = tr("How?")
        self.verdict.setText(f"{signal_verdict(review)} &nbsp; <a href='t'>{how}</a>")
        used = _clauses(run, review.sample.name)
        times, has_clock = run.market.timestamps[review.correlation.times], has_times_of_day(run)
        zone = run.market.time_zone

        def day(place: int) -> str:
            return day_on_screen(moment(int(times[place]), zone), QLocale(), has_clock=has_clock)

        days = TextsOnDemand(times.size, day)
        found = review.calibration
        made: dict[str, Callable[[], Figure]] = {
            "values": partial(figures.value_figure, review, used),
            "returns": partial(figures.return_figure, review),
            "trades": partial(figures.trade_figure, review),
            "correlation": partial(figures.correlation_figure, review, days),
            "decay": partial(figures.decay_figure, review),
            "calibration": partial(figures.empty_figure, tr("Said and happened"), found.reason)
            if isinstance(found, Undefined)
            else partial(figures.calibration_figure, found),
        }
        self.then(
            **{name: partial(self._show_figure, name, make) for name, make in made.items()},
            tables=partial(self._show_tables, review),
        )

    def _show_figure(self, name: str, make: Callable[[], Figure]) -> None:
        self.charts[name].show_figure(make())

    def _show_tables(self, review: SignalReview) -> None:
        self.drift.show_drift(review.drift)
        chosen = self.context.currentText()
        self.context.blockSignals(True)  # noqa: FBT003 (Qt's)
        self.context.clear()
        self.context.addItems([grid.context for grid in review.contexts])
        self.context.setCurrentIndex(max(self.context.findText(chosen), 0))
        self.context.blockSignals(False)  # noqa: FBT003 (Qt's)
        self._on_context()

    def _show_nothing(self, review: Undefined | None) -> None:
        """Say why nothing is known, or leave what is there until it is."""
        if review is None:
            return
        self.no_rest()
        self.note.setText("")
        self.verdict.setText(tr("{sentence}.", sentence=capitalised(shown(review.reason))))
        for name, chart in self.charts.items():
            if name != "thresholds" and chart.figure is not None:
                chart.show_figure(figures.empty_figure(chart.figure.title, "unknown"))
        self.grid.show_grid(None)

    def _show_curve(self) -> None:
        from ml4t_desktop.analysis.signals.thresholds import ThresholdCurve

        curve, chart = self._signals.curve, self.charts["thresholds"]
        if isinstance(curve, ThresholdCurve):
            chart.show_figure(figures.threshold_figure(curve))
            return
        reason = (
            curve.reason if curve is not None else tr("running the backtest at other thresholds…")
        )
        chart.show_figure(figures.empty_figure(figures.THRESHOLD, reason))

    def _on_progressed(self, share: float) -> None:
        if self.isVisible():
            text = tr(
                "running the backtest at other thresholds: {share}",
                share=format_value(share, "percent", QLocale()),
            )
            title = figures.THRESHOLD
            self.charts["thresholds"].show_figure(figures.empty_figure(title, text))

    def _on_choice(self, _index: int) -> None:
        self._signals.choose(self.choice.currentText())

    def _on_horizon(self, _index: int) -> None:
        self._signals.choose_horizon(int(self.horizon.currentData()))

    def _on_context(self, _index: int = 0) -> None:
        from ml4t_desktop.analysis.signals.review import SignalReview

        review = self._signals.review
        grids = review.contexts if isinstance(review, SignalReview) else ()
        place = self.context.currentIndex()
        self.grid.show_grid(grids[place] if 0 <= place < len(grids) else None)

    def _on_run_changed(self, run: CompletedRun | None) -> None:
        has_any = run is not None and bool(run.market.signals)
        self._stack.setCurrentIndex(1 if has_any else 0)
        if run is not None and not has_any:
            self.empty.tell(
                tr("This run uses no signals"),
                tr("Tick columns of predictions in the step Data to see what they are worth."),
            )
        elif run is None:
            self.no_rest()
            self.empty.tell(*_NO_RUN)
        self.draw_when_seen()


def _clauses(run: CompletedRun, name: str) -> tuple:
    from ml4t_desktop.request.conditions import clauses

    strategy = run.request.strategy
    sides = (
        strategy.entry,
        strategy.exit,
        strategy.short_entry,
        strategy.short_exit,
        strategy.filter,
    )
    return tuple(
        clause for side in sides for clause in clauses(side) if clause.column == f"signal.{name}"
    )


def _method(review: SignalReview) -> str:
    bars = format_value(review.sample.size, "count", QLocale())
    if review.sample.is_across:
        return tr(
            "{bars} bars; the assets of each time are compared with each other. Returns begin at "
            "the next open.",
            bars=bars,
        )
    return tr(
        "{bars} bars; values are compared over time, as there are too few assets to rank "
        "against each other: tenths know the whole history. Returns begin at the next open.",
        bars=bars,
    )


def signal_verdict(review: SignalReview) -> str:
    """Return in a sentence whether the signal has to do with what followed."""
    found, locale = review.correlation, QLocale()
    t = found.t_statistic
    mean, error = (format_value(value, "decimal", locale) for value in (found.mean, found.error))
    size = format_value(t, "ratio", locale)
    if t != t:  # noqa: PLR0124 (not a number)
        return tr("Too few values to say whether it has to do with what followed.")
    if abs(t) < _SURE:
        return tr(
            "<b>No relation with what followed can be seen:</b> rank correlation {mean} ± "
            "{error}, {size} standard errors from zero.",
            mean=mean,
            error=error,
            size=size,
        )
    said = (
        tr("Higher values were followed by higher returns")
        if t > 0
        else tr("Higher values were followed by lower returns")
    )
    if abs(t) < _PLAIN:
        said = tr("{said}, but hardly more than chance would make", said=said)
    return tr(
        "<b>{said}:</b> rank correlation {mean} ± {error}, {size} standard errors from zero.",
        said=said,
        mean=mean,
        error=error,
        size=size,
    )
