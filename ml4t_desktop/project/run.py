"""A run from request to result: in memory for the window, to a folder for the command line."""

import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from ml4t_desktop.engine.control import RunControl
from ml4t_desktop.errors import BadBarValue, InputError, Problem
from ml4t_desktop.project.background import in_background
from ml4t_desktop.request import DataSource, Request, load_request, request_toml

if TYPE_CHECKING:  # polars and numba load while the file is read, not before
    from ml4t_desktop.files.loaded import LoadedMarket
    from ml4t_desktop.project.completed import CompletedRun

Phase = Literal["reading", "compiling", "running", "writing"]


def execute(
    request: Request,
    loaded: "LoadedMarket",
    control: RunControl,
    *,
    base: Path | None = None,
    read_seconds: float = 0.0,
    prepare_seconds: float = 0.0,
) -> "CompletedRun":
    """Return what a request makes of a market in memory.

    Parameters
    ----------
    request : Request
    loaded : LoadedMarket
        The market the request's files hold.
    control : RunControl
        Progress to read and cancel to set, from another thread.
    base : Path, optional
        The folder from which the request's paths work; with it, an error about one bar names its
        file and row.
    read_seconds, prepare_seconds : float
        What reading and loading the engine took, for the record.

    Raises
    ------
    InputError
        If the request and the market do not go together.
    Cancelled
        If `control` was cancelled.
    """
    clock = _Clock()
    from ml4t_desktop.analysis.metrics import compute_metrics
    from ml4t_desktop.engine.rules import run_rules
    from ml4t_desktop.project.completed import CompletedRun, Phases
    from ml4t_desktop.project.identity import run_id

    prepare_seconds += clock.lap()
    try:
        result = run_rules(loaded.market, request, control)
    except BadBarValue as error:
        raise error if base is None else _located(error, request.data, base) from error
    engine_seconds = clock.lap()
    control.check()
    metrics = compute_metrics(result)
    return CompletedRun(
        run_id=run_id(request, loaded.digest),
        request=request,
        market=loaded.market,
        result=result,
        metrics=metrics,
        problems=(*loaded.problems, *unseen_prices(request, loaded)),
        phases=Phases(
            read=read_seconds, prepare=prepare_seconds, engine=engine_seconds, write=clock.lap()
        ),
    )


def unseen_prices(request: Request, loaded: "LoadedMarket") -> tuple[Problem, ...]:
    """Return a warning when exits inside a bar are asked of closing prices only."""
    exits = request.strategy.exits
    stops = (exits.stop_loss, exits.take_profit, exits.trailing_stop)
    if not loaded.is_close_only or exits.evaluate != "intrabar" or stops == (None, None, None):
        return ()
    what = "the data has only closing prices, so stops and targets inside a bar see nothing between"
    fix = 'Set strategy.exits.evaluate = "close", or give open, high and low'
    where = "strategy.exits.evaluate"
    return (Problem(where=where, what=what, fix=fix, severity="warning"),)


def save_run(run: "CompletedRun", folder: Path, *, base: Path) -> None:
    """Write a run to its folder, as a whole or not at all; a run folder in its place is replaced.

    Parameters
    ----------
    folder : Path
        Its parents are made when missing.
    base : Path
        The folder from which the paths of the request work; those in the run folder's
        ``request.toml`` work from there.

    Raises
    ------
    InputError
        If something that is no run folder is in the way.
    """
    clock = _Clock()
    from ml4t_desktop.analysis.metrics import metrics_dict
    from ml4t_desktop.analysis.returns import daily_returns
    from ml4t_desktop.project.identity import request_seen_from, versions
    from ml4t_desktop.result.run_folder import write_run_folder

    returns = daily_returns(run.result)
    phases = replace(run.phases, write=run.phases.write + clock.lap())
    write_run_folder(
        folder,
        run.result,
        daily_returns=returns,
        metrics=metrics_dict(run.metrics),
        undefined=run.metrics.undefined,
        request_toml=request_toml(request_seen_from(run.request, folder, base=base)),
        run_id=run.run_id,
        phases=asdict(phases),
        versions=versions(),
    )


def run_file(
    path: Path,
    out: Path,
    *,
    overrides: Mapping[str, Any] | None = None,
    control: RunControl | None = None,
    on_phase: Callable[[Phase], None] | None = None,
    on_read: Callable[[float], None] | None = None,
) -> "CompletedRun":
    """Run a request file into a run folder: what the command line does.

    Parameters
    ----------
    path : Path
        The request file; its paths are relative to it.
    out : Path
        The run folder; it is written only when the run has finished.
    overrides : mapping of dotted key to value
        Values that replace those of the file.
    control : RunControl
        Progress of the engine to read and cancel to set, from another thread.
    on_phase, on_read : callable
        Told the phase that begins, and the share read (0 to 1).

    Raises
    ------
    InputError
        With every problem of the request, or of its data.
    Cancelled
        If `control` was cancelled; nothing was written.
    """
    control = control or RunControl()
    tell = on_phase or (lambda _phase: None)
    request = load_request(path, overrides)
    clock = _Clock()
    tell("reading")
    reading = in_background("read market", lambda: _read(request, path.parent, on_read, control))
    # The engine loads while the file is read: most of reading needs no interpreter.
    from ml4t_desktop.project.warming import is_compiled, warm_engine
    from ml4t_desktop.result.run_folder import check_run_folder

    check_run_folder(out)
    if not is_compiled():
        tell("compiling")
    warm_engine()
    prepare_seconds = clock.lap()
    loaded, read_seconds = reading.result()
    control.check()
    tell("running")
    run = execute(
        request,
        loaded,
        control,
        base=path.parent,
        read_seconds=read_seconds,
        prepare_seconds=prepare_seconds,
    )
    tell("writing")
    control.check()
    save_run(run, out, base=path.parent)
    return run


class _Clock:
    """Seconds since the last look."""

    def __init__(self) -> None:
        self._last = time.perf_counter()

    def lap(self) -> float:
        now = time.perf_counter()
        seconds, self._last = now - self._last, now
        return seconds


def _read(
    request: Request, base: Path, on_read: Callable[[float], None] | None, control: RunControl
) -> "tuple[LoadedMarket, float]":
    """Return the market of a request and the seconds it took."""
    clock = _Clock()
    from ml4t_desktop.files.market_files import read_market

    loaded = read_market(
        request.data,
        request.context,
        base=base,
        progress=on_read,
        cancelled=lambda: control.is_cancelled,
    )
    return loaded, clock.lap()


def _located(error: BadBarValue, data: DataSource, base: Path) -> InputError:
    """Return the error with the file and row of its bar."""
    from ml4t_desktop.files.location import locate_bar

    place = locate_bar(data, base, error.symbol, error.time_us)
    return InputError(
        replace(problem, where=f"{place}, {problem.where}") for problem in error.problems
    )
