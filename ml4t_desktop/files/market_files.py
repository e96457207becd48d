"""Reading the data part of a request: price files, predictions and context to a market."""

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from threading import Event
from types import MappingProxyType

from ml4t_desktop.errors import Cancelled, InputError, Problem
from ml4t_desktop.files.assembly import assemble
from ml4t_desktop.files.benchmark_file import read_benchmark, with_benchmark
from ml4t_desktop.files.column_map import ColumnMap
from ml4t_desktop.files.context import ContextMatch, join_context
from ml4t_desktop.files.context_table import context_columns, context_table
from ml4t_desktop.files.context_values import ContextTable
from ml4t_desktop.files.corporate_actions import (
    ActionRows,
    read_corporate_actions,
    with_action_rows,
)
from ml4t_desktop.files.digest import files_digest
from ml4t_desktop.files.findings import gathering
from ml4t_desktop.files.folders import with_files_of_folders
from ml4t_desktop.files.loaded import LoadedMarket
from ml4t_desktop.files.predictions import (
    Predictions,
    join_predictions,
    prediction_columns,
    read_predictions,
)
from ml4t_desktop.files.price_files import read_price_files
from ml4t_desktop.files.rows import FileRows
from ml4t_desktop.files.stamps import unchanged
from ml4t_desktop.files.tables import open_table, table_sample
from ml4t_desktop.files.watch import Watch
from ml4t_desktop.market import Column, Market
from ml4t_desktop.request import ContextSource, DataSource, PredictionSource, TableForm


def read_market(
    data: DataSource,
    context: ContextSource | None,
    *,
    base: Path,
    progress: Callable[[float], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> LoadedMarket:
    """Return the market that the data part of a request describes.

    Parameters
    ----------
    base : Path
        Folder that relative paths start from: that of the request file.
    progress : callable
        Told the share of the work done, 0 to 1.
    cancelled : callable
        Asked between the steps whether to stop.

    Raises
    ------
    InputError
        If files, columns or rows are refused; all problems at once.
    Cancelled
        If the user stopped the work.
    """
    watch = Watch(progress, cancelled)
    used = source_files(data, context, base=base)
    stop = Event()

    def check() -> None:
        if stop.is_set():
            raise Cancelled

    with ThreadPoolExecutor(1) as pool:
        digest: Future[str] = pool.submit(files_digest, used, check)
        try:
            with unchanged(used):
                market, problems, is_close_only = _read(data, context, base, watch)
                fingerprint = digest.result()
            return LoadedMarket(
                market=market,
                problems=problems,
                digest=fingerprint,
                is_close_only=is_close_only,
            )
        except OSError as error:  # the fingerprint is taken of what may go meanwhile
            where = str(error.filename or used[0])
            what, fix = "can no longer be read", "Check that it is there and who may read it"
            raise InputError(Problem(where=where, what=what, fix=fix)) from error
        finally:
            stop.set()


def market_of_path(
    path: Path, columns: ColumnMap, predictions: PredictionSource | None = None
) -> tuple[Market, tuple[Problem, ...]]:
    """Return the market of a file or a folder without a request, and warnings; for the feeds.

    Raises
    ------
    InputError
        If columns are missing or rows are refused; all problems at once.
    """
    joined: Predictions | None = None
    if predictions is not None:
        wanted = columns.signals
        if wanted is not None:
            known = prediction_columns(predictions, Path.cwd())
            theirs = tuple(name for name in wanted if name in known)
            columns = replace(columns, signals=tuple(n for n in wanted if n not in theirs))
            wanted = theirs or None
        joined = read_predictions(predictions, wanted, base=Path.cwd())
    files, notes = read_price_files([path], columns)
    if not any(file.time.size or file.span for file in files):
        what = "there are no rows"
        raise InputError(Problem(where=path.name, what=what, fix="Give a table of bars"))
    market, found = assemble(files, columns)
    if joined is not None and predictions is not None:
        market, more = join_predictions(market, joined, predictions, columns.repairs)
        found = (*found, *more)
    return market, (*notes, *found)


def source_files(data: DataSource, context: ContextSource | None, *, base: Path) -> list[Path]:
    """Return every file that bars, signals and context come from, those of folders one by one.

    That of a benchmark is none of them: nothing that trades depends on it.
    """
    more = [context.file if context is not None else None, data.corporate_actions]
    predictions = data.predictions.files if data.predictions is not None else ()
    names = [*data.files, *predictions, *(name for name in more if name is not None)]
    return with_files_of_folders([base / name for name in names])


def _read(
    data: DataSource, context: ContextSource | None, base: Path, watch: Watch
) -> tuple[Market, tuple[Problem, ...], bool]:
    columns = ColumnMap.of(data)
    problems: list[Problem] = []
    warnings: list[Problem] = []
    files: list[FileRows] = []
    predictions: Predictions | None = None
    table: ContextTable | None = None
    market: Market | None = None
    is_close_only = False
    prices, others = (
        Watch(watch.progress, watch.cancelled, 0.0, 0.7),
        Watch(watch.progress, watch.cancelled, 0.7, 0.85),
    )
    if data.predictions is not None:
        with gathering(problems):
            theirs = predicted_signals(data, base)
            columns = replace(columns, signals=tuple(n for n in data.signals if n not in theirs))
            predictions = read_predictions(data.predictions, theirs, base=base, watch=others)
    with gathering(problems):
        files, found = read_price_files([base / name for name in data.files], columns, prices)
        is_close_only = all(file.roles.is_close_only for file in files)
        warnings += found
    if context is not None:
        with gathering(problems):
            table = context_file(base / context.file, context, data)
    actions, benchmark = _beside(data, base, problems)
    watch.advance(0.87)
    if files:
        with gathering(problems):
            market, found = assemble(files, columns)
            warnings += found
    files = []  # the market holds them now
    watch.advance(0.92)
    if market is not None and predictions is not None and data.predictions is not None:
        with gathering(problems):
            market, found = join_predictions(market, predictions, data.predictions, data.repairs)
            market = replace(market, signals=_ordered(market.signals, data.signals))
            warnings += found
    if market is not None and actions is not None:
        with gathering(problems):
            market, found = with_action_rows(market, actions)
            warnings += found
    watch.advance(0.96)
    if problems or market is None:
        raise InputError(problems)
    if context is not None and table is not None:
        how = ContextMatch(match=context.match, max_age=context.max_age, lag=context.lag)
        market, found = join_context(market, table, how, (base / context.file).name)
        warnings += found
    if data.benchmark is not None and benchmark is not None:
        market, found = with_benchmark(market, benchmark, data.benchmark)
        warnings += found
    watch.advance(1.0)
    return market, tuple(warnings), is_close_only


def _beside(
    data: DataSource, base: Path, problems: list[Problem]
) -> tuple[ActionRows | None, ContextTable | None]:
    """Return the corporate actions and the worth of the benchmark, as far as they can be read."""
    actions: ActionRows | None = None
    benchmark: ContextTable | None = None
    if data.corporate_actions is not None:
        with gathering(problems):
            actions = read_corporate_actions(base / data.corporate_actions)
    if data.benchmark is not None:
        with gathering(problems):
            benchmark = read_benchmark(data.benchmark, base)
    return actions, benchmark


def predicted_signals(data: DataSource, base: Path) -> tuple[str, ...]:
    """Return the signals of a request that its files of predictions hold."""
    if data.predictions is None:
        return ()
    known = prediction_columns(data.predictions, base)
    theirs = tuple(name for name in data.signals if name in known)
    if data.signals and theirs:
        return theirs
    where = ", ".join(Path(name).name for name in data.predictions.files)
    what = f"none of its columns is a signal of the request; the columns are: {', '.join(known)}"
    fix = "Name those to use as signals in [data]"
    raise InputError(Problem(where=where, what=what, fix=fix))


def _ordered(signals: Mapping[str, Column], names: Sequence[str]) -> Mapping[str, Column]:
    """Return signals in the order of the request."""
    return MappingProxyType({name: signals[name] for name in names if name in signals})


def context_file(path: Path, context: ContextSource, data: DataSource) -> ContextTable:
    """Return the table of a request's context.

    Raises
    ------
    InputError
        If the file, its columns or values are refused.
    """
    form = TableForm(**{name: getattr(context, name) for name in TableForm.model_fields})
    sample = table_sample(path, form)
    time, names = context_columns(sample.schema, context.time, context.columns, path.name)
    read = open_table(path, form, columns=[time, *(name for name in names if name != time)])
    return context_table(
        read.frame,
        time=time,
        columns=names,
        repairs=data.repairs,
        source=path.name,
        form=form,
        decimal=read.decimal,
        notes=read.notes,
        is_repeated=context.file in data.files,
    )
