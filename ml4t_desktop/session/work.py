"""What the session lets others do, as replaceable functions: look, read, run and save.

The imports inside load polars and numba in the background, after the window is visible.
"""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from ml4t_desktop.files.columns.column_map import ColumnMap
from ml4t_desktop.session.looks import Look, look

if TYPE_CHECKING:
    from ml4t_desktop.analysis.leakage import LeakReport
    from ml4t_desktop.analysis.leakage.watch import Watch
    from ml4t_desktop.analysis.rules.rule_views import RuleLens
    from ml4t_desktop.engine.control import RunControl
    from ml4t_desktop.files.inner_tables import InnerTable
    from ml4t_desktop.files.loaded import LoadedMarket
    from ml4t_desktop.files.quality import QualityReport
    from ml4t_desktop.market import Market
    from ml4t_desktop.project.completed import CompletedRun
    from ml4t_desktop.project.scripts.script_host import ScriptHost
    from ml4t_desktop.project.scripts.trust import TrustList
    from ml4t_desktop.request import ContextSource, DataSource, Request
    from ml4t_desktop.session.sizing_view import SizingView

log = logging.getLogger(__name__)


class LookAt(Protocol):
    """Looks at a file."""

    def __call__(
        self,
        path: Path,
        columns: ColumnMap = ...,
        *,
        progress: Callable[[float], None] | None = None,
        cancelled: Callable[[], bool] | None = None,
    ) -> Look:
        """Return what is in a file that is written as `columns` says; as `ReadMarket` does."""
        ...


class LookInside(Protocol):
    """Looks at what the tables of an archive, a workbook or a folder are."""

    def __call__(
        self, path: Path, *, progress: Callable[[float], None], cancelled: Callable[[], bool]
    ) -> "tuple[InnerTable, ...]":
        """Return the tables, none of a file that holds but one; raises `Cancelled`."""
        ...


class ReadMarket(Protocol):
    """Reads price files and context into memory."""

    def __call__(
        self,
        data: "DataSource",
        context: "ContextSource | None",
        *,
        base: Path,
        progress: Callable[[float], None] | None = None,
        cancelled: Callable[[], bool] | None = None,
    ) -> "LoadedMarket":
        """Return the market; raises `InputError` and `Cancelled`."""
        ...


class Execute(Protocol):
    """Runs a request over a market in memory."""

    def __call__(
        self,
        request: "Request",
        loaded: "LoadedMarket",
        control: "RunControl",
        *,
        base: Path | None = None,
        read_seconds: float = 0.0,
    ) -> "CompletedRun":
        """Return the run; raises `InputError`, `RunFailed` and `Cancelled`."""
        ...


class SaveRun(Protocol):
    """Writes a run folder."""

    def __call__(self, run: "CompletedRun", folder: Path, *, base: Path) -> None:
        """Write the folder as a whole or not at all."""
        ...


class CheckLeaks(Protocol):
    """Checks what the columns of a request know that they should not know."""

    def __call__(
        self,
        request: "Request",
        base: Path,
        *,
        loaded: "LoadedMarket | None" = None,
        watch: "Watch | None" = None,
    ) -> "LeakReport":
        """Return the report; raises `InputError` and `Cancelled`."""
        ...


def _check_leaks(
    request: "Request",
    base: Path,
    *,
    loaded: "LoadedMarket | None" = None,
    watch: "Watch | None" = None,
) -> "LeakReport":
    from ml4t_desktop.project.leaks import check_request

    return check_request(request, base, loaded=loaded, watch=watch)


class CheckQuality(Protocol):
    """Finds what is wrong or doubtful in the data part of a request."""

    def __call__(
        self,
        data: "DataSource",
        context: "ContextSource | None",
        *,
        base: Path,
        progress: Callable[[float], None] | None = None,
        cancelled: Callable[[], bool] | None = None,
        loaded: "LoadedMarket | None" = None,
    ) -> "QualityReport":
        """Return the report; raises `Cancelled`."""
        ...


def _check_quality(
    data: "DataSource",
    context: "ContextSource | None",
    *,
    base: Path,
    progress: Callable[[float], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
    loaded: "LoadedMarket | None" = None,
) -> "QualityReport":
    from ml4t_desktop.files.quality import check_data
    from ml4t_desktop.files.watch import Watch

    return check_data(data, context, base=base, watch=Watch(progress, cancelled), loaded=loaded)


def _lens(market: "Market", lag: Mapping[str, int]) -> "RuleLens":
    from ml4t_desktop.analysis.rules.rule_views import RuleLens

    return RuleLens(market, lag)


def _size(market: "Market", request: "Request", number: int) -> "SizingView":
    from ml4t_desktop.session.sizing_view import size

    return size(market, request, number)


def _look_inside(
    path: Path, *, progress: Callable[[float], None], cancelled: Callable[[], bool]
) -> "tuple[InnerTable, ...]":
    from ml4t_desktop.files.inner_tables import tables_in
    from ml4t_desktop.files.watch import Watch

    return tables_in(path, watch=Watch(progress, cancelled))


def _fits_memory(data: "DataSource", base: Path) -> bool:
    """Return whether price files can be read before anybody asks to run them."""
    from ml4t_desktop.files.pieces.piece_plan import piece_plan

    paths = [base / name for name in data.files]
    plan = piece_plan(paths, ColumnMap.of(data), predictions=data.predictions)
    return plan.rows is None and not plan.warnings


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """The functions the session calls in the background.

    `warm_up` makes the engine ready, unless the function it is given says to give up; `is_compiled` says
    whether that is quick, which it is not the first time after installing. `scripts` is where Python
    strategies run, and `trust` says which of them may.
    """

    look: LookAt
    read: ReadMarket
    execute: Execute
    save: SaveRun
    warm_up: Callable[[Callable[[], bool]], None]
    is_compiled: Callable[[], bool] = lambda: True
    check_leaks: CheckLeaks = _check_leaks
    check_quality: CheckQuality = _check_quality
    scripts: "ScriptHost | None" = None
    trust: "TrustList | None" = None
    fits_memory: Callable[["DataSource", Path], bool] = _fits_memory
    look_inside: LookInside = _look_inside
    lens: Callable[["Market", Mapping[str, int]], "RuleLens"] = _lens
    size: Callable[["Market", "Request", int], "SizingView"] = _size


def real_work(trust_file: Path | None = None) -> Work:
    """Return the functions of the application.

    Parameters
    ----------
    trust_file : Path or None
        Where it is kept which Python files may be run; None: in the user's configuration folder.
    """
    from ml4t_desktop.project.scripts.script_host import ScriptHost
    from ml4t_desktop.project.scripts.trust import TrustList

    scripts, trust = ScriptHost(), TrustList(trust_file)
    return Work(
        look=look,
        read=_read,
        execute=partial(_execute, scripts, trust),
        save=_save,
        warm_up=_warm_up,
        is_compiled=_is_compiled,
        scripts=scripts,
        trust=trust,
    )


def _read(
    data: "DataSource",
    context: "ContextSource | None",
    *,
    base: Path,
    progress: Callable[[float], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> "LoadedMarket":
    from ml4t_desktop.files.market_files import read_market

    return read_market(data, context, base=base, progress=progress, cancelled=cancelled)


def _execute(
    scripts: "ScriptHost",
    trust: "TrustList",
    request: "Request",
    loaded: "LoadedMarket",
    control: "RunControl",
    *,
    base: Path | None = None,
    read_seconds: float = 0.0,
) -> "CompletedRun":
    from ml4t_desktop.project.run import execute
    from ml4t_desktop.project.scripts.script_run import script_of
    from ml4t_desktop.project.scripts.trust import not_trusted

    script = None
    if request.strategy.python is not None:
        # What is asked about, looked at and run is this one text.
        script = script_of(request, base or Path.cwd())
        if not trust.allows(script):
            raise not_trusted(script)
    return execute(
        request,
        loaded,
        control,
        base=base,
        read_seconds=read_seconds,
        script=script,
        run_script=scripts.run,
    )


def _save(run: "CompletedRun", folder: Path, *, base: Path) -> None:
    from ml4t_desktop.project.run import save_run

    save_run(run, folder, base=base)


def _is_compiled() -> bool:
    from ml4t_desktop.project.warming import is_compiled

    return is_compiled()


def _warm_up(cancelled: Callable[[], bool]) -> None:
    """Load what the first file and the first run need, while the analyst looks at the window."""
    from ml4t_desktop.files import inspection, market_files
    from ml4t_desktop.project import run, warming
    from ml4t_desktop.scratch import remove_left

    remove_left()
    log.debug("%s, %s and %s are loaded", inspection.__name__, market_files.__name__, run.__name__)
    warming.warm_engine(cancelled)
