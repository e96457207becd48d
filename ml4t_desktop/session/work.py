"""What the session lets others do, as replaceable functions: look, read, run and save.

The imports inside load polars and numba in the background, after the window is visible.
"""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Protocol

from ml4t_desktop.files.columns.column_map import ColumnMap

if TYPE_CHECKING:
    import polars as pl

    from ml4t_desktop.analysis.leakage import LeakReport
    from ml4t_desktop.analysis.leakage.watch import Watch
    from ml4t_desktop.analysis.rules.rule_views import RuleLens
    from ml4t_desktop.engine.control import RunControl
    from ml4t_desktop.files.inner_tables import InnerTable
    from ml4t_desktop.files.inspection import FileInspection
    from ml4t_desktop.files.loaded import LoadedMarket
    from ml4t_desktop.files.quality import QualityReport
    from ml4t_desktop.market import Market
    from ml4t_desktop.project.completed import CompletedRun
    from ml4t_desktop.project.scripts.script_host import ScriptHost
    from ml4t_desktop.project.scripts.trust import TrustList
    from ml4t_desktop.request import ContextSource, DataSource, Request
    from ml4t_desktop.session.sizing_view import SizingView

log = logging.getLogger(__name__)
AS_FOUND = ColumnMap()
# Of the time a look takes: that of ten million rows of Parquet is read sooner, of text later.
_READ, _INSPECTED = 0.6, 0.9
_HIGH = 0.9
_MIDDLE = 0.5


@dataclass(frozen=True, slots=True)
class Levels:
    """Typical values of a signal, to propose thresholds from."""

    middle: float
    high: float


@dataclass(frozen=True, slots=True, eq=False)
class Slice:
    """Consecutive rows of a file.

    Parameters
    ----------
    first : int
        Number of the first row among those of the file, from 0.
    """

    first: int
    rows: "pl.DataFrame"


@dataclass(frozen=True, slots=True, eq=False)
class Look:
    """What is known of a file: its columns and a preview, and the levels of its signals.

    Parameters
    ----------
    further : Slice or None
        Rows from the first one on in which every signal has a value; None when the first rows of
        the preview have them.
    signals_begin : date or None
        First day of a row in which every signal has a value; None when nobody can tell.
    """

    inspection: "FileInspection"
    levels: Mapping[str, Levels] = field(default_factory=lambda: MappingProxyType({}))
    further: Slice | None = None
    signals_begin: date | None = None

    @property
    def path(self) -> Path:
        """The file."""
        return self.inspection.path


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
        look=_look,
        read=_read,
        execute=partial(_execute, scripts, trust),
        save=_save,
        warm_up=_warm_up,
        is_compiled=_is_compiled,
        scripts=scripts,
        trust=trust,
    )


def _look(
    path: Path,
    columns: ColumnMap = AS_FOUND,
    *,
    progress: Callable[[float], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> Look:
    from ml4t_desktop.files.inspection import inspect_source
    from ml4t_desktop.files.sources import read_source
    from ml4t_desktop.files.watch import Watch

    watch = Watch(progress, cancelled)
    source = read_source(path, columns, watch.between(0.0, _READ))
    watch.advance(_READ)
    inspection = inspect_source(source, path, columns, watch.between(_READ, _INSPECTED))
    names = inspection.columns_as("signal")
    levels: dict[str, Levels] = {}
    has_all: pl.Series | None = None
    for place, name in enumerate(names):
        watch.between(_INSPECTED, 1.0).advance(place / len(names))
        numbers = _numbers(source.frame[name])
        if numbers.null_count() < len(numbers):
            has_any = numbers.is_not_null()
            has_all = has_any if has_all is None else has_all & has_any
            levels[name] = _levels(numbers)
    further = _further(source.frame, has_all, inspection.preview.height)
    begin = _begin(source.frame, has_all, inspection.columns_as("time"))
    return Look(inspection, MappingProxyType(levels), further, begin)


def _numbers(column: "pl.Series") -> "pl.Series":
    """Return a column as numbers, null where there is none; texts such as percentages, too."""
    import polars as pl

    from ml4t_desktop.files.columns.number_texts import read_numbers, without_words

    if column.dtype == pl.String:
        column = read_numbers(without_words(column)).values
    return column.cast(pl.Float64, strict=False).fill_nan(None)


def _further(frame: "pl.DataFrame", has_all: "pl.Series | None", rows: int) -> Slice | None:
    """Return so many rows from where every signal has a value; None when that is among the first."""
    first = has_all.arg_max() if has_all is not None else None
    if has_all is None or not first or first < rows or not has_all[first]:
        return None
    return Slice(first, frame.slice(first, rows))


def _begin(
    frame: "pl.DataFrame", has_all: "pl.Series | None", time: tuple[str, ...]
) -> date | None:
    """Return the earliest day of the rows in which every signal has a value."""
    if has_all is None or not time or not has_all.any():
        return None
    first = frame[time[0]].filter(has_all).min()
    if isinstance(first, datetime):
        return first.date()
    if isinstance(first, date):
        return first
    try:
        return date.fromisoformat(str(first)[:10])
    except ValueError:  # days that are written otherwise are not ordered as texts
        return None


def _levels(numbers: "pl.Series") -> Levels:
    """Return the levels of a column that has any value."""
    import numpy as np

    values = numbers.drop_nulls().to_numpy()
    places = [int(share * (values.size - 1) + 0.5) for share in (_MIDDLE, _HIGH)]
    # Both at once, and without putting all in order.
    middle, high = np.partition(values, places)[places]
    return Levels(float(middle), float(high))


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
    from ml4t_desktop.rooms import remove_left

    remove_left()
    log.debug("%s, %s and %s are loaded", inspection.__name__, market_files.__name__, run.__name__)
    warming.warm_engine(cancelled)
