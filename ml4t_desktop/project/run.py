"""A run from request to result: in memory for the window, to a folder for the command line."""

import time
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from ml4t_desktop.engine.control import RunControl
from ml4t_desktop.errors import BadBarValue, Cancelled, InputError, Problem
from ml4t_desktop.project.background import in_background
from ml4t_desktop.request import DataSource, Request, load_request, request_toml
from ml4t_desktop.wording import joined, mark

if TYPE_CHECKING:  # polars and numba load while the file is read, not before
    from ml4t_desktop.files.head_start import HeadStart
    from ml4t_desktop.files.loaded import LoadedMarket
    from ml4t_desktop.files.pieces.market_in_pieces import LoadedPieces
    from ml4t_desktop.files.scripts.script import Script
    from ml4t_desktop.market import Market
    from ml4t_desktop.project.completed import CompletedRun
    from ml4t_desktop.project.scripts.script_run import ScriptRunner
    from ml4t_desktop.result.run_result import RunResult

Phase = Literal["reading", "compiling", "running", "writing"]


def execute(
    request: Request,
    loaded: "LoadedMarket | LoadedPieces",
    control: RunControl,
    *,
    base: Path | None = None,
    read_seconds: float = 0.0,
    prepare_seconds: float = 0.0,
    script: "Script | None" = None,
    run_script: "ScriptRunner | None" = None,
) -> "CompletedRun":
    """Return what a request makes of a market, in memory or in pieces.

    Parameters
    ----------
    request : Request
    loaded : LoadedMarket or LoadedPieces
        The market the request's files hold.
    control : RunControl
        Progress to read and cancel to set, from another thread.
    base : Path, optional
        The folder from which the request's paths work; with it, an error about one bar names its
        file and row.
    read_seconds, prepare_seconds : float
        What reading and loading the engine took, for the record.
    script : Script, optional
        The file of the request's Python strategy: whoever gives it vouches that it may be run.
    run_script : ScriptRunner, optional
        Runs it; in this process when left out.

    Raises
    ------
    InputError
        If the request and the market do not go together.
    StrategyFailed
        If the Python strategy of the request does not work.
    Cancelled
        If `control` was cancelled.
    """
    clock = _Clock()
    from ml4t_desktop.analysis.metrics import compute_metrics
    from ml4t_desktop.files.loaded import LoadedMarket
    from ml4t_desktop.market.lagging import lagged
    from ml4t_desktop.project.completed import CompletedRun, Phases
    from ml4t_desktop.project.identity import run_id

    in_memory = isinstance(loaded, LoadedMarket)
    lag = request.data.lag
    market = loaded.delayed(lag) if in_memory else lagged(loaded.pieces.timeline, lag)
    prepare_seconds += clock.lap()
    try:
        if request.strategy.python is not None:
            assert in_memory  # noqa: S101 (scripts are read whole)
            result = _run_script(request, script, market, control, run_script)
        elif in_memory:
            result = _run_whole(request, market, control)
        else:
            result = _run_pieces(request, loaded, control)
    except BadBarValue as error:
        if not in_memory:
            raise _placed(error, loaded.pieces.locate(error.symbol, error.time_us)) from error
        raise error if base is None else _located(error, request.data, base) from error
    engine_seconds = clock.lap()
    control.check()
    metrics = compute_metrics(result, stop_loss=request.strategy.exits.stop_loss)
    return CompletedRun(
        run_id=run_id(request, f"{loaded.digest}{script.digest if script is not None else ''}"),
        request=request,
        market=market,
        result=result,
        metrics=metrics,
        problems=(*loaded.problems, *unseen_prices(request, loaded)),
        phases=Phases(
            read=read_seconds, prepare=prepare_seconds, engine=engine_seconds, write=clock.lap()
        ),
        digest=loaded.digest,
        script=script,
    )


def _run_whole(request: Request, market: "Market", control: RunControl) -> "RunResult":
    from ml4t_desktop.engine.rules.rule_run import run_rules

    return run_rules(market, request, control)


def _run_script(
    request: Request,
    script: "Script | None",
    market: "Market",
    control: RunControl,
    run_script: "ScriptRunner | None",
) -> "RunResult":
    from ml4t_desktop.project.scripts.script_run import run_here

    if script is None:
        message = "a Python strategy is run only from a file that may be run"
        raise ValueError(message)
    return (run_script or run_here)(request, script, market, control)


def _run_pieces(request: Request, loaded: "LoadedPieces", control: RunControl) -> "RunResult":
    from ml4t_desktop.engine.rules.chunked_rules import run_rules_in_pieces
    from ml4t_desktop.market.read_ahead import ReadAhead

    return run_rules_in_pieces(ReadAhead(loaded.pieces, control.check), request, control)


def unseen_prices(request: Request, loaded: "LoadedMarket | LoadedPieces") -> tuple[Problem, ...]:
    """Return a warning when exits inside a bar are asked of closing prices only."""
    exits = request.strategy.exits
    stops = (exits.stop_loss, exits.take_profit, exits.trailing_stop)
    if not loaded.is_close_only or exits.evaluate != "intrabar" or stops == (None, None, None):
        return ()
    what = mark(
        "the data has only closing prices, so stops and targets inside a bar see nothing between"
    )
    fix = mark('Set strategy.exits.evaluate = "close", or give open, high and low')
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
    from ml4t_desktop.analysis.account.returns import daily_returns
    from ml4t_desktop.analysis.saved import saved_statistics
    from ml4t_desktop.project.identity import request_seen_from, versions
    from ml4t_desktop.result.run_folder import write_run_folder

    returns = daily_returns(run.result)
    statistics, undefined = saved_statistics(
        run.result, run.metrics, run.market, run.request.measured_against
    )
    phases = replace(run.phases, write=run.phases.write + clock.lap())
    write_run_folder(
        folder,
        run.result,
        daily_returns=returns,
        metrics=statistics,
        undefined=undefined,
        request_toml=request_toml(request_seen_from(run.request, folder, base=base)),
        run_id=run.run_id,
        phases=asdict(phases),
        versions=versions(),
    )


def run_file(  # noqa: PLR0913 (a run is asked for, watched and allowed in that many ways)
    path: Path,
    out: Path,
    *,
    overrides: Mapping[str, Any] | None = None,
    control: RunControl | None = None,
    on_phase: Callable[[Phase], None] | None = None,
    on_read: Callable[[float], None] | None = None,
    chunk_rows: int | None = None,
    may_run: "Callable[[Script], bool] | None" = None,
    head_start: "HeadStart | None" = None,
) -> "CompletedRun":
    """Run a request file into a run folder: what the command line does.

    Parameters
    ----------
    path, overrides, control, on_phase, on_read, chunk_rows, may_run, head_start
        As for `run_in_memory`.
    out : Path
        The run folder; it is written only when the run has finished.

    Raises
    ------
    InputError, Cancelled
        As `run_in_memory` does; also if something that is no run folder is in the way.
    """
    control = control or RunControl()

    def check_folder() -> None:
        from ml4t_desktop.result.run_folder import check_run_folder

        check_run_folder(out)

    run = run_in_memory(
        path,
        overrides=overrides,
        control=control,
        on_phase=on_phase,
        on_read=on_read,
        chunk_rows=chunk_rows,
        may_run=may_run,
        head_start=head_start,
        check=check_folder,
    )
    if on_phase is not None:
        on_phase("writing")
    control.check()
    save_run(run, out, base=path.parent)
    return run


def run_in_memory(  # noqa: PLR0913 (as `run_file`)
    path: Path,
    *,
    overrides: Mapping[str, Any] | None = None,
    control: RunControl | None = None,
    on_phase: Callable[[Phase], None] | None = None,
    on_read: Callable[[float], None] | None = None,
    chunk_rows: int | None = None,
    may_run: "Callable[[Script], bool] | None" = None,
    head_start: "HeadStart | None" = None,
    check: Callable[[], None] = lambda: None,
) -> "CompletedRun":
    """Run a request file and return what it left in memory.

    Parameters
    ----------
    path : Path
        The request file; its paths are relative to it.
    overrides : mapping of dotted key to value
        Values that replace those of the file.
    control : RunControl
        Progress of the engine to read and cancel to set, from another thread.
    on_phase, on_read : callable
        Told the phase that begins, and the share read (0 to 1).
    chunk_rows : int, optional
        Read and run about so many bars at once; left out, the memory there is decides. The result is
        the same.
    may_run : callable, optional
        Says whether the file of a Python strategy may be run; none may when left out.
    head_start : HeadStart or None
        What of the file of prices is read already.
    check : callable
        Called while the file is read; raises what keeps the run from being of any use.

    Raises
    ------
    InputError
        With every problem of the request, or of its data; also for a Python strategy that may not be run.
    Cancelled
        If `control` was cancelled; nothing was written.
    """
    control = control or RunControl()
    tell = on_phase or (lambda _phase: None)
    request = load_request(path, overrides)
    script = _script(request, path.parent, may_run)
    clock = _Clock()
    tell("reading")
    # What works on the file is loaded alone: from then on it needs the interpreter only now and then.
    from ml4t_desktop.files import market_files  # noqa: F401 (loaded for the other thread)
    from ml4t_desktop.files.pieces import piece_plan  # noqa: F401 (the same)

    reading = in_background(
        "read-market", lambda: _read(request, path.parent, on_read, control, chunk_rows, head_start)
    )
    # Everything else loads meanwhile.
    from ml4t_desktop.project.warming import is_compiled, warm_engine

    check()
    if not is_compiled():
        tell("compiling")
    with suppress(Cancelled):  # bad data is told at once, not after the engine is compiled
        warm_engine(lambda: control.is_cancelled or _has_failed(reading))
    from ml4t_desktop.analysis import metrics, saved  # noqa: F401 (loaded while the file is read)
    from ml4t_desktop.project import completed, identity  # noqa: F401 (the same)

    prepare_seconds = clock.lap()
    control.check()
    loaded, read_seconds = reading.result()
    try:
        control.check()
        tell("running")
        return execute(
            request,
            loaded,
            control,
            base=path.parent,
            read_seconds=read_seconds,
            prepare_seconds=prepare_seconds,
            script=script,
        )
    finally:
        loaded.close()


def _script(
    request: Request, base: Path, may_run: "Callable[[Script], bool] | None"
) -> "Script | None":
    """Return the file of a request's Python strategy, None for rules.

    Raises
    ------
    InputError
        If it does not work, or may not be run.
    """
    if request.strategy.python is None:
        return None
    from ml4t_desktop.project.scripts.script_run import script_of
    from ml4t_desktop.project.scripts.trust import not_trusted

    script = script_of(request, base)
    if may_run is None or not may_run(script):
        raise not_trusted(script)
    return script


def _has_failed(work: "Future[Any]") -> bool:
    return work.done() and work.exception() is not None


class _Clock:
    """Seconds since the last look."""

    def __init__(self) -> None:
        self._last = time.perf_counter()

    def lap(self) -> float:
        now = time.perf_counter()
        seconds, self._last = now - self._last, now
        return seconds


def _read(
    request: Request,
    base: Path,
    on_read: Callable[[float], None] | None,
    control: RunControl,
    chunk_rows: int | None,
    head_start: "HeadStart | None",
) -> "tuple[LoadedMarket | LoadedPieces, float]":
    """Return the market of a request, in pieces where it would not fit the memory, and the seconds it took."""
    clock = _Clock()

    def cancelled() -> bool:
        return control.is_cancelled

    data, context = request.data, request.context
    from ml4t_desktop.files.columns.column_map import ColumnMap
    from ml4t_desktop.files.market_files import read_market
    from ml4t_desktop.files.pieces.piece_plan import piece_plan

    plan = piece_plan(
        [base / name for name in data.files],
        ColumnMap.of(data),
        predictions=data.predictions,
        chunk_rows=chunk_rows,
    )
    if plan.rows is None or request.strategy.python is not None:
        loaded = read_market(
            data, context, base=base, progress=on_read, cancelled=cancelled, head_start=head_start
        )
        loaded = replace(loaded, problems=(*plan.warnings, *loaded.problems))
    else:
        from ml4t_desktop.files.pieces.market_in_pieces import read_in_pieces

        loaded = read_in_pieces(
            data,
            context,
            base=base,
            rows=plan.rows,
            progress=on_read,
            cancelled=cancelled,
        )
    return loaded, clock.lap()


def _located(error: BadBarValue, data: DataSource, base: Path) -> InputError:
    """Return the error with the file and row of its bar."""
    from ml4t_desktop.files.location import locate_bar

    return _placed(error, locate_bar(data, base, error.symbol, error.time_us))


def _placed(error: BadBarValue, place: str) -> InputError:
    return InputError(
        replace(problem, where=joined(", ", (place, problem.where))) for problem in error.problems
    )
