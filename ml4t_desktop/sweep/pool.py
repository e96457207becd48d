"""The variants of a grid run side by side over one market in memory.

Threads are enough: the compiled engine lets go of the interpreter while it runs.
"""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from ml4t_desktop.analysis.account.returns import PeriodReturns, period_returns
from ml4t_desktop.analysis.metrics import Metrics, compute_metrics
from ml4t_desktop.engine.control import RunControl
from ml4t_desktop.engine.rules.rule_run import run_rules
from ml4t_desktop.errors import Cancelled, InputError, Problem, StrategyFailed, message_of
from ml4t_desktop.market import Market
from ml4t_desktop.market.lagging import lagged
from ml4t_desktop.request import Request
from ml4t_desktop.result.run_result import RunResult
from ml4t_desktop.sweep.grid import Grid, Scalar, Variant
from ml4t_desktop.wording import mark

Runner = Callable[[Request, Market, RunControl], RunResult]
Status = Literal["done", "refused", "failed", "left out"]
_PAUSE_SECONDS: Final = 0.05
_STOPPED: Final = mark("the sweep was stopped")


@dataclass(frozen=True, slots=True, eq=False)
class Trial:
    """What came of one variant.

    Parameters
    ----------
    status : {"done", "refused", "failed", "left out"}
        Refused: its values make no request; left out: the sweep was stopped before.
    metrics : Metrics or None
        Only when done.
    periods : PeriodReturns or None
        Only when done.
    """

    number: int
    place: tuple[int, ...]
    values: tuple[Scalar, ...]
    status: Status
    reason: str = ""
    metrics: Metrics | None = None
    periods: PeriodReturns | None = None

    @property
    def days(self) -> NDArray[np.int64]:
        """Days since 1970-01-01 that have a return; none unless done."""
        return np.zeros(0, np.int64) if self.periods is None else self.periods.days

    @property
    def returns(self) -> NDArray[np.float64]:
        """The returns of these days."""
        return np.zeros(0) if self.periods is None else self.periods.returns


class SweepControl:
    """Pause, stop and progress of a sweep, for other threads."""

    def __init__(self) -> None:
        self._may_go = threading.Event()
        self._may_go.set()
        self._stopped = threading.Event()
        self._running: set[RunControl] = set()
        self._lock = threading.Lock()
        self.done = 0

    def pause(self) -> None:
        """Begin no further variant until `go_on`; those that run are finished."""
        self._may_go.clear()

    def go_on(self) -> None:
        """Go on after `pause`."""
        self._may_go.set()

    def stop(self) -> None:
        """End at once; what is done is kept."""
        self._stopped.set()
        self._may_go.set()
        with self._lock:
            for control in self._running:
                control.cancel()

    @property
    def is_paused(self) -> bool:
        """Whether no further variant begins."""
        return not self._may_go.is_set()

    @property
    def is_stopped(self) -> bool:
        """Whether somebody stopped it."""
        return self._stopped.is_set()

    def wait(self) -> bool:
        """Wait while it is paused; return whether to go on."""
        while not self._may_go.wait(_PAUSE_SECONDS):
            pass
        return not self.is_stopped

    def begin(self, control: RunControl) -> None:
        """Say that a run has begun."""
        with self._lock:
            self._running.add(control)
        if self.is_stopped:
            control.cancel()

    def end(self, control: RunControl) -> None:
        """Say that a run has ended."""
        with self._lock:
            self._running.discard(control)
            self.done += 1


def rules_runner(request: Request, market: Market, control: RunControl) -> RunResult:
    """Run the rules of a request."""
    return run_rules(market, request, control)


def run_grid(
    request: Request,
    grid: Grid,
    market: Market,
    *,
    jobs: int = 1,
    control: SweepControl | None = None,
    on_trial: Callable[[Trial], None] | None = None,
    runner: Runner = rules_runner,
) -> tuple[Trial, ...]:
    """Run every variant of a grid and return what came of each, in order of the grid.

    Parameters
    ----------
    market : Market
        As it was read, without the request's delays.
    jobs : int
        How many run at once.
    on_trial : callable, optional
        Told every trial as it ends, from the thread that ran it.

    Raises
    ------
    InputError
        If a key is of no use, or no combination makes a request.
    """
    control = control or SweepControl()
    variants = list(grid.variants(request))
    if all(variant.request is None for variant in variants):
        reasons = dict.fromkeys(variant.refused for variant in variants)
        raise InputError(_problem(reason) for reason in list(reasons)[:3])
    found: list[Trial] = []

    def tried(variant: Variant) -> Trial:
        trial = _tried(variant, market, control, runner)
        if on_trial is not None:
            on_trial(trial)
        return trial

    with ThreadPoolExecutor(max(1, jobs), thread_name_prefix="ml4t-sweep") as pool:
        waiting = [pool.submit(tried, variant) for variant in variants]
        try:
            found.extend(future.result() for future in as_completed(waiting))
        except BaseException:
            control.stop()
            raise
    return tuple(sorted(found, key=lambda trial: trial.number))


def _problem(reason: str) -> Problem:
    return Problem(where="--param", what=reason)


def _first_line(error: InputError | StrategyFailed) -> str:
    told = str(error.problems[0]) if isinstance(error, InputError) else message_of(error)
    return told.partition("\n")[0] if "\n" in told else told


def _tried(variant: Variant, market: Market, control: SweepControl, runner: Runner) -> Trial:
    number, place, values = variant.number, variant.place, variant.values
    if variant.request is None:
        return Trial(number, place, values, "refused", variant.refused)
    if not control.wait():
        return Trial(number, place, values, "left out", _STOPPED)
    run = RunControl()
    control.begin(run)
    try:
        request = variant.request
        result = runner(request, lagged(market, request.data.lag), run)
        metrics = compute_metrics(result, stop_loss=request.strategy.exits.stop_loss)
        periods = period_returns(result)
    except Cancelled:
        return Trial(number, place, values, "left out", _STOPPED)
    except (InputError, StrategyFailed) as error:
        return Trial(number, place, values, "failed", _first_line(error))
    finally:
        control.end(run)
    return Trial(number, place, values, "done", "", metrics, periods)
