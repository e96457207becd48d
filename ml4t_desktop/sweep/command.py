"""A sweep from request file to folder: what the command line does."""

import os
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ml4t_desktop.analysis.validity.bootstrap import Redrawn, redraw
from ml4t_desktop.engine.control import RunControl
from ml4t_desktop.files.scripts.script import Script
from ml4t_desktop.market import Market
from ml4t_desktop.project.identity import request_seen_from, versions
from ml4t_desktop.project.scripts.script_run import run_here, script_of
from ml4t_desktop.project.scripts.trust import not_trusted
from ml4t_desktop.project.warming import warm_engine
from ml4t_desktop.request import Request, load_request, request_toml
from ml4t_desktop.result.run_result import RunResult
from ml4t_desktop.sweep.folder import check_folder, write_sweep
from ml4t_desktop.sweep.grid import Grid, parse_axes
from ml4t_desktop.sweep.pool import Runner, SweepControl, Trial, rules_runner, run_grid
from ml4t_desktop.sweep.summary import SweepSummary, summarise
from ml4t_desktop.sweep.table import check_metric
from ml4t_desktop.sweep.walk_forward import WalkForward, count_runs, parse_spans, walk_forward

_PATHS = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class SweepOrder:
    """What is asked of a sweep.

    Parameters
    ----------
    params : sequence of str
        Axes as ``--param`` gives them.
    metric : str
        The statistic the variants are compared by.
    jobs : int or None
        How many run at once; None: as many as there are processors.
    walk_forward : str or None
        Spans to choose and to prove in, such as ``2y:6m``.
    paths : int
        Draws of the daily returns of the best variant.
    overrides : mapping of dotted key to value
    """

    params: Sequence[str]
    metric: str = "sharpe"
    jobs: int | None = None
    walk_forward: str | None = None
    paths: int = _PATHS
    overrides: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class FinishedSweep:
    """What a sweep from a file came to."""

    grid: Grid
    trials: tuple[Trial, ...]
    summary: SweepSummary
    walk: WalkForward | None
    redrawn: Redrawn | None


def sweep_file(
    path: Path,
    out: Path,
    order: SweepOrder,
    *,
    control: SweepControl | None = None,
    on_progress: Callable[[int, int], None] | None = None,
    may_run: Callable[[Script], bool] | None = None,
) -> FinishedSweep:
    """Run a sweep of a request file into a folder; one that is stopped keeps what is done.

    Parameters
    ----------
    on_progress : callable, optional
        Told how many runs are done, and how many there are.
    may_run : callable, optional
        Says whether the file of a Python strategy may be run; none may when left out.

    Raises
    ------
    InputError
        With what is wrong with request, axes or data.
    """
    control = control or SweepControl()
    metric, grid = check_metric(order.metric), parse_axes(order.params)
    spans = parse_spans(order.walk_forward) if order.walk_forward is not None else None
    request = load_request(path, order.overrides)
    next(grid.variants(request))  # what is wrong with the keys is told before the data is read
    check_folder(out)
    runner = _runner(request, path.parent, may_run)
    from ml4t_desktop.files.market_files import read_market

    loaded = read_market(request.data, request.context, base=path.parent)
    warm_engine()
    jobs = order.jobs or os.cpu_count() or 1
    if request.strategy.python is not None:
        jobs = 1  # Python strategies hold the interpreter
    progress = _Progress(grid.size, on_progress)
    if spans is not None:
        progress.total += count_runs(grid, loaded.market, spans)
    trials = run_grid(
        request,
        grid,
        loaded.market,
        jobs=jobs,
        control=control,
        on_trial=progress.trial,
        runner=runner,
    )
    summary = summarise(grid, trials, metric)
    walk = None
    if spans is not None and not control.is_stopped:
        walk = walk_forward(
            request,
            grid,
            loaded.market,
            spans,
            metric,
            jobs=jobs,
            control=control,
            on_run=progress.step,
        )
    redrawn = _redrawn(summary, request, order.paths)
    write_sweep(
        out,
        grid,
        trials,
        summary,
        request_toml=request_toml(request_seen_from(request, out, base=path.parent)),
        versions=versions(),
        walk=walk,
        more=_intervals(redrawn),
    )
    return FinishedSweep(grid=grid, trials=trials, summary=summary, walk=walk, redrawn=redrawn)


class _Progress:
    """How many runs are done; told from the threads that do them."""

    def __init__(self, total: int, tell: Callable[[int, int], None] | None) -> None:
        self.total, self._tell, self._done = total, tell, 0
        self._lock = threading.Lock()

    def trial(self, _trial: Trial) -> None:
        self.step()

    def step(self) -> None:
        with self._lock:
            self._done += 1
        if self._tell is not None:
            self._tell(self._done, self.total)


def _runner(request: Request, base: Path, may_run: Callable[[Script], bool] | None) -> Runner:
    """Return what runs a variant.

    Raises
    ------
    InputError
        If it is a Python strategy that may not be run.
    """
    if request.strategy.python is None:
        return rules_runner
    script = script_of(request, base)
    if may_run is None or not may_run(script):
        raise not_trusted(script)

    def run(variant: Request, market: Market, control: RunControl) -> RunResult:
        return run_here(variant, script, market, control)

    return run


def _redrawn(summary: SweepSummary, request: Request, paths: int) -> Redrawn | None:
    best = summary.best
    if best is None or best.periods is None or paths < 1:
        return None
    return redraw(best.periods, request.account.initial_capital, paths=paths)


def _intervals(redrawn: Redrawn | None) -> dict[str, Any]:
    if redrawn is None:
        return {}
    intervals = {item.name: item.figures for item in redrawn.intervals}
    return {
        "bootstrap_of_best": {
            "paths": redrawn.paths,
            "block": redrawn.block,
            "loss": redrawn.loss,
            "intervals": intervals,
        }
    }
