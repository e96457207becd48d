"""What the run on screen is worth: gathered in the background when somebody looks, part by part."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any, Literal

from PySide6.QtCore import QObject, Signal, Slot

from ml4t_desktop.session.jobs import JobRunner, JobToken, Task
from ml4t_desktop.session.one_job import OneJob
from ml4t_desktop.session.review.reviews import ReviewStore
from ml4t_desktop.session.runs.reruns import (
    MayRun,
    may_run_none,
    runner_of,
    script_runs,
    why_not_again,
)
from ml4t_desktop.session.runs.rest import Rest
from ml4t_desktop.session.runs.results import ResultStore

if TYPE_CHECKING:  # polars and numba load after the window is visible
    from ml4t_desktop.analysis.undefined import Undefined
    from ml4t_desktop.analysis.validity.luck import Luck
    from ml4t_desktop.analysis.validity.stress import Variant
    from ml4t_desktop.analysis.validity.verdict import Evidence
    from ml4t_desktop.market import Market
    from ml4t_desktop.project.completed import CompletedRun
    from ml4t_desktop.request import Request
    from ml4t_desktop.result.run_result import RunResult

Part = Literal["first", "variants", "luck"]
Trials = Callable[["CompletedRun"], tuple[int, Sequence[float]]]


def one_trial(_run: "CompletedRun") -> tuple[int, Sequence[float]]:
    """Return that a run is the only one of its data, where nobody counts."""
    return 1, ()


class ValidityStore(QObject):
    """Holds the evidence of the run on screen as far as it has been gathered.

    Signals
    -------
    changed : no value
        The evidence, or what is being gathered, is another.
    progressed : float
        Share of the runs with other signals that are done.
    """

    changed = Signal()
    progressed = Signal(float)

    def __init__(
        self,
        jobs: JobRunner,
        results: ResultStore,
        reviews: ReviewStore,
        trials: Trials = one_trial,
        may_run: MayRun = may_run_none,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._may_run = may_run
        self._results, self._reviews, self._trials = results, reviews, trials
        self._job = OneJob(jobs, self._take, self, advance=self._on_advanced)
        self._part: Part | None = None
        self._evidence: Evidence | None = None
        self._rest = Rest(results, self.want, self)
        results.run_changed.connect(self._on_run_changed)
        reviews.changed.connect(self._on_review_changed)

    @property
    def evidence(self) -> "Evidence | None":
        """What is known of the run on screen; None until the first part is there."""
        return self._evidence

    @property
    def part(self) -> Part | None:
        """What is gathered or about to be: ``first``, ``variants`` or ``luck``; None when nothing is."""
        if self._rest.is_wanted:
            return "first"
        return self._part if self._job.is_busy else None

    def want(self) -> None:
        """Gather the evidence in the background, unless it is there or under way.

        That of a run on the way waits until there was no other for a moment.
        """
        run = self._results.run
        if run is None or self._evidence is not None or self._job.is_busy:
            return
        if self._rest.holds() or not self._job.can_begin:
            return
        trials, ratios = self._trials(run)
        benchmark = self._reviews.benchmark
        self._begin("first", partial(_first_task, run, benchmark, trials, tuple(ratios)))

    def refresh_trials(self) -> None:
        """Count the trials anew: another variant was run on this data."""
        run, evidence = self._results.run, self._evidence
        if run is None or evidence is None:
            return
        from ml4t_desktop.analysis.undefined import Undefined
        from ml4t_desktop.analysis.validity.sharpe import deflated

        if not isinstance(evidence.sample, Undefined):
            trials, ratios = self._trials(run)
            self._evidence = replace(evidence, deflated=deflated(evidence.sample, trials, ratios))
            self.changed.emit()

    def _begin(self, part: Part, task: Task) -> None:
        self._part = part
        self._job.begin(task)
        self.changed.emit()

    def _forget(self) -> None:
        self._job.drop()
        self._part, self._evidence = None, None

    @Slot(object)
    def _on_run_changed(self, _run: object) -> None:
        self._forget()
        self.changed.emit()

    @Slot()
    def _on_review_changed(self) -> None:
        """Take another benchmark over, once it has been measured."""
        review, evidence = self._reviews.review, self._evidence
        if review is not None and evidence is not None:
            self._evidence = replace(evidence, benchmark=review.benchmark)
            self.changed.emit()

    def _on_advanced(self, share: float) -> None:
        if self._part == "luck":
            self.progressed.emit(share)

    def _take(self, value: Any) -> None:
        """Take what a task returned, by the part, and begin the next one."""
        run = self._results.run
        if run is None:
            return
        part, self._part = self._part, None
        if part == "first":
            self._evidence = value
            reason = why_not_again(run, self._may_run)
            if not reason:
                self._begin("variants", partial(_variants_task, run))
                return
            self._evidence = _without_reruns(self._evidence, reason)
        elif self._evidence is not None and part == "variants":
            self._evidence = replace(self._evidence, variants=value)
            self._begin("luck", partial(_luck_task, run))
            return
        elif self._evidence is not None:
            self._evidence = replace(self._evidence, luck=value)
        self.changed.emit()


def _first_task(
    run: "CompletedRun", benchmark: str, trials: int, ratios: tuple[float, ...], token: JobToken
) -> "Evidence":
    from ml4t_desktop.analysis.validity.gathering import first_evidence

    return first_evidence(
        run.result,
        run.metrics,
        run.market,
        benchmark=benchmark,
        trials=trials,
        ratios=ratios,
        check=token.check,
    )


def _variants_task(run: "CompletedRun", token: JobToken) -> "tuple[Variant, ...]":
    from ml4t_desktop.analysis.validity.stress import run_variants
    from ml4t_desktop.engine.control import RunControl

    control = RunControl()
    if run.request.strategy.python is None:
        token.attach(control)
    with runner_of(run, token) as runner:
        return run_variants(run.market, run.request, run.result, control, runner)


def _without_reruns(evidence: "Evidence | None", reason: str) -> "Evidence | None":
    from ml4t_desktop.analysis.undefined import Undefined

    if evidence is None:
        return None
    return replace(evidence, luck=Undefined(reason), why_no_reruns=reason)


def _luck_task(run: "CompletedRun", token: JobToken) -> "Luck | Undefined":
    from ml4t_desktop.analysis.undefined import Undefined
    from ml4t_desktop.analysis.validity.luck import RUNS, measure_luck
    from ml4t_desktop.engine.control import RunControl

    def advance(share: float) -> None:
        token.check()
        token.advance(share)

    total = run.result.final_value / run.result.initial_capital - 1.0
    runs = RUNS if run.request.strategy.python is None else script_runs(run)
    if not isinstance(runs, int):
        return Undefined(runs)
    control = RunControl()
    if run.request.strategy.python is None:
        token.stop_too(control)
    with runner_of(run, token) as runner:

        def again(market: "Market", request: "Request") -> "RunResult":
            return runner(market, request, control)

        return measure_luck(run.market, run.request, total, advance, runs=runs, run=again)
