"""Sweeps of the request: which numbers vary, the trials as they come in, and what they came to."""

import os
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import QObject, Signal, Slot

from ml4t_desktop.errors import InputError, Problem
from ml4t_desktop.project.trials import Trial as CountedTrial
from ml4t_desktop.project.trials import TrialCount
from ml4t_desktop.session.data.data_store import DataStore, market_key
from ml4t_desktop.session.data.shared_reading import SharedReading
from ml4t_desktop.session.jobs import JobRunner, JobToken
from ml4t_desktop.session.language import capitalised, tr
from ml4t_desktop.session.request.changes import title_of_key
from ml4t_desktop.session.request.draft import Draft
from ml4t_desktop.session.request.request_store import RequestStore
from ml4t_desktop.session.runs.scripts import ScriptStore
from ml4t_desktop.session.runs.trials import TrialStore
from ml4t_desktop.session.words import as_words, word
from ml4t_desktop.session.work import Work
from ml4t_desktop.wording import mark

if TYPE_CHECKING:  # polars and numba load in the background
    from ml4t_desktop.files.scripts.script import Script
    from ml4t_desktop.project.scripts.script_host import ScriptHost
    from ml4t_desktop.request import Request
    from ml4t_desktop.sweep.grid import Grid
    from ml4t_desktop.sweep.pool import Runner, SweepControl, Trial
    from ml4t_desktop.sweep.summary import SweepSummary

_NONE: Final = TrialCount()
METRICS: Final = (
    ("sharpe", mark("Sharpe ratio")),
    ("total_return", mark("Total return")),
    ("cagr", mark("Yearly growth")),
    ("calmar", mark("Calmar ratio")),
    ("max_drawdown", mark("Worst drawdown")),
    ("profit_factor", mark("Profit factor")),
    ("num_trades", mark("Closed trades")),
)
_TABLES: Final = ("strategy", "execution", "costs", "account", "risk")


@dataclass(frozen=True, slots=True)
class SweptNumber:
    """A number of the request that can vary.

    Parameters
    ----------
    key : str
        Dotted; places in lists are numbers.
    title : str
        In words, such as ``Entry: ml_pred_5d >``.
    """

    key: str
    title: str
    value: float
    is_whole: bool


@dataclass(frozen=True, slots=True, eq=False)
class SweepState:
    """A sweep: its grid, and the trials there are.

    Parameters
    ----------
    request : Request or None
        What was varied; None in a sweep that is made up.
    summary : SweepSummary or None
        None until it has ended.
    digest : str
        Hash of the data it was run on, once it has ended.
    tried : TrialCount
        The variants that were run, as they are counted.
    """

    grid: "Grid"
    metric: str
    trials: "tuple[Trial, ...]" = ()
    request: "Request | None" = None
    summary: "SweepSummary | None" = None
    digest: str = ""
    tried: TrialCount = _NONE


class SweepStore(QObject):
    """Runs sweeps and holds the last one.

    Signals
    -------
    changed : no value
        Another state, more trials, or a sweep began or ended.
    swept : SweepState
        A sweep has ended, or was stopped; every variant that was run counts as tried.
    """

    changed = Signal()
    swept = Signal(object)

    def __init__(
        self,
        jobs: JobRunner,
        work: Work,
        request: RequestStore,
        data: DataStore,
        scripts: ScriptStore,
        counts: TrialStore,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._jobs, self._work, self._counts = jobs, work, counts
        self._request, self._data, self._scripts = request, data, scripts
        self._state: SweepState | None = None
        self._job: int | None = None
        self._control: SweepControl | None = None
        self._arrived: list[Trial] = []
        self._problems: tuple[Problem, ...] = ()
        self._lock = threading.Lock()
        jobs.progressed.connect(self._on_progressed)
        jobs.finished.connect(self._on_finished)
        jobs.failed.connect(self._on_failed)
        jobs.cancelled.connect(self._on_cancelled)
        request.request_changed.connect(self._on_request_changed)

    @property
    def state(self) -> SweepState | None:
        """The sweep on screen."""
        return self._state

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What kept the last one from being run."""
        return self._problems

    @property
    def is_running(self) -> bool:
        """Whether a sweep goes on, be it paused."""
        return self._job is not None

    @property
    def is_paused(self) -> bool:
        """Whether no further variant begins."""
        return self._control is not None and self._control.is_paused

    def numbers(self) -> tuple[SweptNumber, ...]:
        """Return the numbers of the request that can vary."""
        raw = self._request.draft.tables()
        found = [item for table in _TABLES for item in _numbers(raw.get(table), table, "")]
        return tuple(found)

    def why_not(self) -> str:
        """Return in words what keeps a sweep from being run; empty when nothing does."""
        problems = self._request.draft.problems()
        if not self._request.draft.files or problems:
            return tr("Complete the set-up first")
        if self._scripts.is_python and not self._scripts.is_trusted:
            return tr("Agree to run the Python file first")
        return ""

    def start(self, grid: "Grid", metric: str) -> None:
        """Run every variant of the request; a sweep that goes on is stopped.

        Raises
        ------
        InputError
            If the draft is not a request.
        """
        from ml4t_desktop.sweep.pool import SweepControl

        request, base = self._request.draft.request(), self._request.base
        self.stop()
        reading = self._data.reading(market_key(request, base), request, base)
        self._control = SweepControl()
        self._arrived, self._problems = [], ()
        self._state = SweepState(grid, metric, request=request)
        script = self._scripts.script if self._scripts.is_python else None
        task = partial(
            _sweep_task,
            self,
            request,
            self._state,
            reading,
            self._control,
            script,
            self._work.scripts,
        )
        self._job = self._jobs.submit(task)
        self.changed.emit()

    def pause(self) -> None:
        """Begin no further variant, or go on."""
        if self._control is None:
            return
        if self._control.is_paused:
            self._control.go_on()
        else:
            self._control.pause()
        self.changed.emit()

    def stop(self) -> None:
        """End the sweep; what is done is kept."""
        if self._control is not None:
            self._control.stop()

    def choose_metric(self, metric: str) -> None:
        """Compare the variants by another statistic."""
        state = self._state
        if state is None or state.metric == metric:
            return
        summary = None
        if state.summary is not None:
            from ml4t_desktop.sweep.summary import summarise

            summary = summarise(state.grid, state.trials, metric)
        self._state = replace(state, metric=metric, summary=summary)
        self.changed.emit()

    def load(self, trial: "Trial") -> None:
        """Let the request have the values of a trial."""
        state = self._state
        if state is None:
            return
        variants = state.grid.variants(self._request.draft.request())
        for variant in variants:
            if variant.number == trial.number and variant.request is not None:
                self._request.replace(Draft.of(variant.request), tr("values of the sweep"))

    def arrived(self, trial: "Trial") -> None:
        """Take a trial, from the thread that ran it."""
        with self._lock:
            self._arrived.append(trial)

    def close(self) -> None:
        """Stop what goes on."""
        self.stop()

    @Slot(object)
    def _on_request_changed(self, _draft: object) -> None:
        self.changed.emit()

    @Slot(int, str, float)
    def _on_progressed(self, job_id: int, _phase: str, _share: float) -> None:
        if job_id != self._job or self._state is None:
            return
        with self._lock:
            trials = tuple(self._arrived)
        if len(trials) != len(self._state.trials):
            self._state = replace(self._state, trials=trials)
            self.changed.emit()

    @Slot(int, object)
    def _on_finished(self, job_id: int, value: object) -> None:
        if job_id != self._job or not isinstance(value, SweepState):
            return
        self._job = self._control = None
        self._state = value
        self._counts.add(value.digest, value.tried)
        self.changed.emit()
        self.swept.emit(value)

    @Slot(int, object)
    def _on_failed(self, job_id: int, error: object) -> None:
        if job_id != self._job:
            return
        self._job = self._control = self._state = None
        if isinstance(error, InputError):
            self._problems = error.problems
            self.changed.emit()
            return
        self.changed.emit()
        assert isinstance(error, BaseException)  # noqa: S101 (what a job failed with)
        raise error

    @Slot(int)
    def _on_cancelled(self, job_id: int) -> None:
        if job_id == self._job:
            self._job = self._control = None
            self.changed.emit()


def _sweep_task(
    store: SweepStore,
    request: "Request",
    asked: SweepState,
    reading: SharedReading,
    control: "SweepControl",
    script: "Script | None",
    host: "ScriptHost | None",
    token: JobToken,
) -> SweepState:
    from ml4t_desktop.sweep.pool import run_grid
    from ml4t_desktop.sweep.summary import summarise

    grid, metric = asked.grid, asked.metric
    loaded = reading.get(token)

    def told(trial: "Trial") -> None:
        store.arrived(trial)
        token.advance((trial.number + 1) / grid.size)
        if token.is_cancelled:
            control.stop()

    trials = run_grid(
        request,
        grid,
        loaded.market,
        jobs=1 if script is not None else max(1, os.cpu_count() or 1),
        control=control,
        on_trial=told,
        runner=_runner(script, host),
    )
    summary = summarise(grid, trials, metric)
    tried = _tried(request, grid, trials, script.digest if script is not None else "")
    return replace(asked, trials=trials, summary=summary, digest=loaded.digest, tried=tried)


def _tried(
    request: "Request", grid: "Grid", trials: "tuple[Trial, ...]", script: str
) -> TrialCount:
    """Return the variants that were run to their end, as they are counted."""
    from ml4t_desktop.analysis.undefined import Undefined
    from ml4t_desktop.analysis.validity.sharpe import sharpe_sample
    from ml4t_desktop.project.variants import variant_id

    done = {trial.number: trial.returns for trial in trials if trial.status == "done"}
    found: dict[str, CountedTrial] = {}
    for variant in grid.variants(request):
        if variant.request is not None and variant.number in done:
            returns = done[variant.number]
            sample = sharpe_sample(returns)
            sharpe = None if isinstance(sample, Undefined) else sample.sharpe
            found[variant_id(variant.request, script)] = CountedTrial(sharpe, int(returns.size))
    return TrialCount(MappingProxyType(found))


def _runner(script: "Script | None", host: "ScriptHost | None") -> "Runner":
    from ml4t_desktop.sweep.pool import rules_runner

    if script is None or host is None:
        return rules_runner
    return lambda request, market, control: host.run(request, script, market, control)


def _numbers(node: Any, key: str, side: str) -> Iterator[SweptNumber]:
    """Yield the numbers below a place of the request."""
    if isinstance(node, bool) or node is None:
        return
    if isinstance(node, int | float):
        title = side or title_of_key(key)
        title = capitalised(title)
        yield SweptNumber(key, title, float(node), is_whole=isinstance(node, int))
    elif isinstance(node, Mapping):
        is_clause = "op" in node and "column" in node
        for name, item in node.items():
            below = f"{key}.{name}"
            words = side
            if is_clause and name == "value":
                column = str(node["column"]).partition(".")[2]
                op = str(node["op"])
                words = tr(
                    "{rule}: {column} {op}",
                    rule=_rule_of(key),
                    column=column,
                    op=word(op),
                )
            yield from _numbers(item, below, words)
    elif isinstance(node, list | tuple):
        for place, item in enumerate(node):
            end = "" if not side else _end_of(side, is_first=place == 0)
            yield from _numbers(item, f"{key}.{place}", end)


def _end_of(title: str, *, is_first: bool) -> str:
    return tr("{title} (from)", title=title) if is_first else tr("{title} (to)", title=title)


def _rule_of(key: str) -> str:
    return as_words(key.split(".")[1])
