"""The bar that is explained, and what became of every bar at which the entry rule held."""

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Literal

from PySide6.QtCore import QObject, Signal, Slot

from ml4t_desktop.session.jobs import JobRunner, JobToken
from ml4t_desktop.session.one_job import OneJob
from ml4t_desktop.session.runs.rest import Rest
from ml4t_desktop.session.runs.results import ResultStore

if TYPE_CHECKING:  # polars and numba load after the window is visible
    import polars as pl

    from ml4t_desktop.analysis.undefined import Undefined
    from ml4t_desktop.analysis.why.bar import Explanation
    from ml4t_desktop.analysis.why.size import SizeStep
    from ml4t_desktop.analysis.why.standing import Standing
    from ml4t_desktop.project.completed import CompletedRun

Decision = Literal["entry", "exit"]


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar of an asset: its time in microseconds since the epoch, or the last one before."""

    symbol: str
    time: int


@dataclass(frozen=True, slots=True, eq=False)
class Answer:
    """A bar explained, and the arithmetic of its size."""

    explanation: "Explanation"
    size: "tuple[SizeStep, ...]"


@dataclass(frozen=True, slots=True, eq=False)
class _Found:
    standing: "Standing | None"
    answer: Answer | None


class WhyStore(QObject):
    """Explains the decision of the selected trade, or any bar that is asked for.

    Signals
    -------
    changed : no value
        The bar, its explanation, or what became of the signals is another.
    """

    changed = Signal()

    def __init__(
        self, jobs: JobRunner, results: ResultStore, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._results = results
        self._bar: Bar | None = None
        self._decision: Decision = "entry"
        self._standing: Standing | None = None
        self._answer: Answer | None = None
        self._fates: pl.DataFrame | Undefined | None = None
        self._explaining = OneJob(jobs, self._take_answer, self)
        self._counting = OneJob(jobs, self._take_fates, self)
        self._rest = Rest(results, self.want, self)
        results.run_changed.connect(self._on_run_changed)
        results.trade_selected.connect(self._on_trade_selected)

    @property
    def bar(self) -> Bar | None:
        """The bar that is explained."""
        return self._bar

    @property
    def decision(self) -> Decision:
        """Which decision of a trade is explained when one is selected."""
        return self._decision

    @property
    def answer(self) -> Answer | None:
        """The explanation of the bar; None until it is there."""
        return self._answer

    @property
    def fates(self) -> "pl.DataFrame | Undefined | None":
        """What became of the bars at which the entry rule held; None until it is there."""
        return self._fates

    @property
    def can_explain(self) -> bool:
        """Whether the run on screen is one of rules over a market in memory."""
        run = self._results.run
        return run is not None and run.market.row_count > 0

    def explain(self, symbol: str, time: int) -> None:
        """Explain a bar: of an asset, at a time (microseconds since the epoch) or the last one before."""
        self._ask(Bar(symbol, time))

    def explain_decision(self, decision: Decision) -> None:
        """Explain the bar on which the selected trade was entered, or left."""
        self._decision = decision
        self._on_trade_selected(self._results.trade_id)

    def step(self, bars: int) -> None:
        """Explain the bar of the same asset so many bars on (or back)."""
        run, answer = self._results.run, self._answer
        if run is None or answer is None:
            return
        market, row = run.market, answer.explanation.row
        rows = market.asset_rows(market.symbols.index(answer.explanation.symbol))
        place = int(rows.searchsorted(row)) + bars
        if 0 <= place < rows.size:
            t = int(market.row_start.searchsorted(rows[place], side="right")) - 1
            self.explain(answer.explanation.symbol, int(market.timestamps[t]))

    def want(self) -> None:
        """Compute in the background what is not there nor under way.

        That of a run on the way waits until there was no other for a moment.
        """
        run = self._results.run
        if run is None or not self.can_explain:
            return
        if self._rest.holds() or not self._explaining.can_begin:
            return
        if self._fates is None and not self._counting.is_busy:
            self._counting.begin(partial(_fates_task, run))
        if self._bar is not None and self._answer is None and not self._explaining.is_busy:
            self._explaining.begin(partial(_explain_task, run, self._bar, self._standing))

    def _ask(self, bar: Bar) -> None:
        self._explaining.drop()
        self._bar, self._answer = bar, None
        self.changed.emit()

    @Slot(object)
    def _on_trade_selected(self, trade_id: int | None) -> None:
        run = self._results.run
        if run is None or trade_id is None:
            return
        trades = run.result.trades
        row = int(trades["trade_id"].to_numpy().searchsorted(trade_id))
        moment = trades[f"{self._decision}_decision_time"].to_physical()[row]
        if moment is None:  # an open trade has no exit
            moment = trades["entry_decision_time"].to_physical()[row]
        self._ask(Bar(str(trades["symbol"][row]), int(moment)))

    @Slot(object)
    def _on_run_changed(self, _run: object) -> None:
        self._explaining.drop()
        self._counting.drop()
        self._standing, self._answer, self._fates = None, None, None
        self.changed.emit()

    def _take_fates(self, fates: "pl.DataFrame | Undefined") -> None:
        self._fates = fates
        self.changed.emit()

    def _take_answer(self, found: _Found) -> None:
        self._standing, self._answer = found.standing, found.answer
        if found.answer is None:
            self._bar = None  # the asset has no bar so early, or is not in this run
        self.changed.emit()


def _explain_task(
    run: "CompletedRun", bar: Bar, stood: "Standing | None", token: JobToken
) -> _Found:
    from ml4t_desktop.analysis.why.bar import explain_bar, row_at
    from ml4t_desktop.analysis.why.size import size_steps
    from ml4t_desktop.analysis.why.standing import standing

    row = row_at(run.market, bar.symbol, bar.time)
    if row < 0:
        return _Found(stood, None)
    stood = stood or standing(run.market, run.request, run.result)
    token.check()
    python, script = run.request.strategy.python, run.script
    handlers: tuple[str, ...] = ()
    if python is not None and script is not None:
        from ml4t_desktop.files.scripts.script_handlers import handlers_of

        handlers = handlers_of(script, python.class_)
    found = explain_bar(run.market, run.request, run.result, row, stood, handlers)
    size = size_steps(run.market, run.request, row, found.close, found.equity)
    return _Found(stood, Answer(found, size))


def _fates_task(run: "CompletedRun", _token: JobToken) -> "pl.DataFrame | Undefined":
    from ml4t_desktop.analysis.why.fates import fates

    return fates(run.market, run.request, run.result)
