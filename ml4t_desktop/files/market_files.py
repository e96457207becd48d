"""Reading the data part of a request: price files, predictions and context to a market."""

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from ml4t_desktop.errors import InputError, Problem
from ml4t_desktop.files.assembly import assemble, assemble_traced
from ml4t_desktop.files.columns.column_map import ColumnMap
from ml4t_desktop.files.context.context_table import context_columns, context_table
from ml4t_desktop.files.context.context_values import ContextTable
from ml4t_desktop.files.context.match import ContextMatch, join_context
from ml4t_desktop.files.findings import gathering
from ml4t_desktop.files.fingerprint import Fingerprint, source_files, tables_elsewhere
from ml4t_desktop.files.formats.tables import open_table, table_sample
from ml4t_desktop.files.head_start import HeadStart
from ml4t_desktop.files.inner_tables import paths_of, said_of
from ml4t_desktop.files.inside import shown_name
from ml4t_desktop.files.loaded import LoadedMarket
from ml4t_desktop.files.price_files import read_price_files, said_once
from ml4t_desktop.files.row_origin import RowOrigin
from ml4t_desktop.files.rows import FileRows
from ml4t_desktop.files.spread import mixed_tables, spread
from ml4t_desktop.files.watch import Watch
from ml4t_desktop.market import Column, Market
from ml4t_desktop.request import ContextSource, DataSource, PredictionSource, TableForm
from ml4t_desktop.wording import mark, say

if TYPE_CHECKING:  # few requests have any
    from ml4t_desktop.files.corporate_actions import ActionRows
    from ml4t_desktop.files.predictions import Predictions


def read_market(
    data: DataSource,
    context: ContextSource | None,
    *,
    base: Path,
    progress: Callable[[float], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
    head_start: HeadStart | None = None,
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
    head_start : HeadStart
        What of it was begun before.

    Raises
    ------
    InputError
        If files, columns or rows are refused; all problems at once.
    Cancelled
        If the user stopped the work.
    """
    watch = Watch(progress, cancelled)
    with Fingerprint(source_files(data, context, base=base)) as fingerprint:
        try:
            found = _read(data, context, base, watch, head_start)
        except InputError:
            told_apart = spread(data, context, base=base)
            if told_apart is None:
                raise
            found = _read(told_apart.data, told_apart.context, base, watch, None)
            notes = (*told_apart.notes, *found.problems)
            found = replace(found, problems=notes, origin=None)
        digest = fingerprint.digest()
    return replace(found, digest=digest)


def market_of_path(
    path: Path, columns: ColumnMap, predictions: PredictionSource | None = None
) -> tuple[Market, tuple[Problem, ...]]:
    """Return the market of a file or a folder without a request, and warnings; for the feeds.

    Raises
    ------
    InputError
        If columns are missing or rows are refused; all problems at once.
    """
    inner = mixed_tables(path, columns)
    paths = [path]
    if inner:
        paths = [*paths_of(inner, "prices")]
        theirs = tuple(str(table.absolute()) for table in paths_of(inner, "predictions"))
        if predictions is None and theirs:
            predictions = PredictionSource(files=theirs)
    joined: Predictions | None = None
    if predictions is not None:
        from ml4t_desktop.files.predictions import prediction_columns, read_predictions

        wanted = columns.signals
        if wanted is not None:
            known = prediction_columns(predictions, Path.cwd())
            theirs = tuple(name for name in wanted if name in known)
            columns = replace(columns, signals=tuple(n for n in wanted if n not in theirs))
            wanted = theirs or None
        joined = read_predictions(predictions, wanted, base=Path.cwd())
    files, found = read_price_files(paths, columns)
    notes = (*said_once([said_of(table) for table in inner]), *found)
    if not any(file.time.size or file.span for file in files):
        what = mark("there are no rows")
        raise InputError(
            Problem(where=shown_name(path), what=what, fix=mark("Give a table of bars"))
        )
    market, found = assemble(files, columns)
    if joined is not None and predictions is not None:
        from ml4t_desktop.files.predictions import join_predictions

        market, more = join_predictions(market, joined, predictions, columns.repairs)
        found = (*found, *more)
    return market, (*notes, *found)


def _read(
    data: DataSource,
    context: ContextSource | None,
    base: Path,
    watch: Watch,
    head_start: HeadStart | None,
) -> LoadedMarket:
    columns = ColumnMap.of(data)
    problems: list[Problem] = []
    warnings: list[Problem] = []
    files: list[FileRows] = []
    predictions: Predictions | None = None
    table: ContextTable | None = None
    actions: ActionRows | None = None
    benchmark: ContextTable | None = None
    market: Market | None = None
    origin: RowOrigin | None = None
    is_close_only = False
    with gathering(problems):
        theirs = predicted_signals(data, base)
        columns = replace(columns, signals=tuple(n for n in data.signals if n not in theirs))
        predictions = _predictions(data, theirs, base, watch.between(0.0, _predicted(data)))
    reading = _context_beside(context, data, base)
    with gathering(problems):
        paths = [base / name for name in data.files]
        files, found = read_price_files(
            paths,
            columns,
            watch.between(_predicted(data), 0.65),
            head_start,
            tables_elsewhere(data, context, base=base),
        )
        is_close_only = all(file.roles.is_close_only for file in files)
        warnings += found
    with gathering(problems):
        table = _context(context, reading, data, base)
    with gathering(problems):
        actions = _actions(data, base)
    with gathering(problems):
        benchmark = _worth(data, base)
    watch.advance(0.65)
    if files:
        with gathering(problems):
            part = watch.between(0.65, 0.95)
            market, of_bars, origin = assemble_traced(files, columns, part)
            if origin is not None:
                origin = replace(origin, notes=(*found, *origin.notes))
            warnings += of_bars
    files = []  # the market holds them now
    watch.advance(0.95)
    joined: list[Problem] = []
    if market is not None:
        market, origin = _with_joined(market, origin, data, predictions, actions, problems, joined)
    warnings += joined
    watch.advance(0.97)
    if problems or market is None:
        raise InputError(problems)
    if context is not None and table is not None:
        how = ContextMatch(match=context.match, max_age=context.max_age, lag=context.lag)
        market, found = join_context(market, table, how, (base / context.file).name)
        warnings += found
    market, found = _measured(market, benchmark, data)
    watch.advance(1.0)
    return LoadedMarket(
        market=market,
        problems=(*warnings, *found),
        digest="",
        is_close_only=is_close_only,
        origin=origin,
    )


def _with_joined(
    market: Market,
    origin: "RowOrigin | None",
    data: DataSource,
    predictions: "Predictions | None",
    actions: "ActionRows | None",
    problems: list[Problem],
    notes: list[Problem],
) -> "tuple[Market, RowOrigin | None]":
    """Return the market with predictions and corporate actions, and where its rows came from.

    Parameters
    ----------
    problems, notes : list of Problem
        Added to: what refuses them, and warnings.
    """
    prices, own = market.prices, tuple(market.signals)
    if predictions is not None:
        with gathering(problems):
            market, found = _with_predictions(market, predictions, data)
            notes += found
    theirs = tuple(name for name in market.signals if name not in own)
    if actions is not None:
        with gathering(problems):
            market, found = _with_actions(market, actions)
            notes += found
    if origin is None or market.prices is not prices:  # rows that were added are in no file
        return market, None
    return market, replace(origin, signals=(*own, *theirs), joined_notes=tuple(notes))


def _predicted(data: DataSource) -> float:
    """Return the share of the reading that files of predictions take."""
    return 0.0 if data.predictions is None else 0.15


def _predictions(
    data: DataSource, names: tuple[str, ...], base: Path, watch: Watch
) -> "Predictions | None":
    if data.predictions is None:
        return None
    from ml4t_desktop.files.predictions import read_predictions

    return read_predictions(data.predictions, names, base=base, watch=watch)


def _with_predictions(
    market: Market, predictions: "Predictions", data: DataSource
) -> tuple[Market, tuple[Problem, ...]]:
    from ml4t_desktop.files.predictions import join_predictions

    assert data.predictions is not None  # noqa: S101 (they were read)
    joined, found = join_predictions(market, predictions, data.predictions, data.repairs)
    return replace(joined, signals=_ordered(joined.signals, data.signals)), tuple(found)


def _context(
    context: ContextSource | None,
    reading: "Future[ContextTable] | None",
    data: DataSource,
    base: Path,
) -> ContextTable | None:
    if context is None or reading is not None:
        return reading.result() if reading is not None else None
    return context_file(base / context.file, context, data)


def _actions(data: DataSource, base: Path) -> "ActionRows | None":
    if data.corporate_actions is None:
        return None
    from ml4t_desktop.files.corporate_actions import read_corporate_actions

    return read_corporate_actions(base / data.corporate_actions)


def _context_beside(
    context: ContextSource | None, data: DataSource, base: Path
) -> Future[ContextTable] | None:
    """Return the context while it is read beside the prices, None where it has none or lies in their file.

    That would take the memory of the file twice.
    """
    if context is None or context.file in data.files:
        return None
    pool = ThreadPoolExecutor(1)
    reading = pool.submit(context_file, base / context.file, context, data)
    pool.shutdown(wait=False)
    return reading


def _with_actions(market: Market, actions: "ActionRows") -> tuple[Market, tuple[Problem, ...]]:
    from ml4t_desktop.files.corporate_actions import with_action_rows

    return with_action_rows(market, actions)


def _measured(
    market: Market, benchmark: ContextTable | None, data: DataSource
) -> tuple[Market, tuple[Problem, ...]]:
    if data.benchmark is None or benchmark is None:
        return market, ()
    from ml4t_desktop.files.benchmark_file import with_benchmark

    return with_benchmark(market, benchmark, data.benchmark)


def _worth(data: DataSource, base: Path) -> ContextTable | None:
    if data.benchmark is None:
        return None
    from ml4t_desktop.files.benchmark_file import read_benchmark

    return read_benchmark(data.benchmark, base)


def predicted_signals(data: DataSource, base: Path) -> tuple[str, ...]:
    """Return the signals of a request that its files of predictions hold."""
    if data.predictions is None:
        return ()
    from ml4t_desktop.files.predictions import prediction_columns

    known = prediction_columns(data.predictions, base)
    theirs = tuple(name for name in data.signals if name in known)
    if data.signals and theirs:
        return theirs
    where = ", ".join(Path(name).name for name in data.predictions.files)
    what = say(
        "none of its columns is a signal of the request; the columns are: {known}",
        known=", ".join(known),
    )
    fix = mark("Name those to use as signals in [data]")
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
    time, names = context_columns(sample.schema, context.time, context.columns, shown_name(path))
    read = open_table(path, form, columns=[time, *(name for name in names if name != time)])
    return context_table(
        read.frame,
        time=time,
        columns=names,
        repairs=data.repairs,
        source=shown_name(path),
        form=form,
        decimal=read.decimal,
        notes=read.notes,
        is_repeated=context.file in data.files,
    )
