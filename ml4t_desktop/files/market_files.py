"""Reading the data part of a request: price files and context to a market."""

from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from threading import Event

from ml4t_desktop.errors import Cancelled, InputError, Problem
from ml4t_desktop.files.assembly import assemble
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
from ml4t_desktop.files.loaded import LoadedMarket
from ml4t_desktop.files.recognition import bar_roles
from ml4t_desktop.files.rows import FileRows, file_rows
from ml4t_desktop.files.tables import read_columns, table_schema
from ml4t_desktop.market import Market
from ml4t_desktop.request import ContextSource, DataSource, Repairs


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
    steps = _Steps(2 * len(data.files) + 4, progress, cancelled)
    paths = [base / name for name in data.files]
    more = [context.file if context is not None else None, data.corporate_actions]
    used = [*paths, *(base / name for name in more if name is not None)]
    stop = Event()

    def check() -> None:
        if stop.is_set():
            raise Cancelled

    with ThreadPoolExecutor(1) as pool:
        digest: Future[str] = pool.submit(files_digest, used, check)
        try:
            market, problems = _read(data, context, paths, base, steps)
            return LoadedMarket(market=market, problems=problems, digest=digest.result())
        except OSError as error:
            where = str(error.filename or paths[0])
            raise InputError(Problem(where=where, what="can no longer be read")) from error
        finally:
            stop.set()


class _Steps:
    """Progress in equal steps, with a look at the cancel flag after each."""

    def __init__(
        self,
        count: int,
        progress: Callable[[float], None] | None,
        cancelled: Callable[[], bool] | None,
    ) -> None:
        self._count, self._done = count, 0
        self._progress, self._cancelled = progress, cancelled

    def done(self) -> None:
        self._done += 1
        if self._cancelled is not None and self._cancelled():
            message = "reading was cancelled"
            raise Cancelled(message)
        if self._progress is not None:
            self._progress(min(self._done / self._count, 1.0))


def _read(
    data: DataSource,
    context: ContextSource | None,
    paths: Sequence[Path],
    base: Path,
    steps: _Steps,
) -> tuple[Market, tuple[Problem, ...]]:
    columns = ColumnMap.of(data)
    problems: list[Problem] = []
    warnings: list[Problem] = []
    files: list[FileRows] = []
    table: ContextTable | None = None
    market: Market | None = None
    actions: ActionRows | None = None
    for path in paths:
        with gathering(problems):
            rows, found = _price_file(path, columns, steps)
            files.append(rows)
            warnings += found
    if context is not None:
        with gathering(problems):
            table = context_file(base / context.file, context, data.repairs)
    if data.corporate_actions is not None:
        with gathering(problems):
            actions = read_corporate_actions(base / data.corporate_actions)
    steps.done()
    if len(files) == len(paths):
        with gathering(problems):
            market, found = assemble(files, columns)
            warnings += found
    steps.done()
    if market is not None and actions is not None:
        with gathering(problems):
            market, found = with_action_rows(market, actions)
            warnings += found
    steps.done()
    if problems or market is None:
        raise InputError(problems)
    if context is not None and table is not None:
        how = ContextMatch(match=context.match, max_age=context.max_age, lag=context.lag)
        market, found = join_context(market, table, how, (base / context.file).name)
        warnings += found
    steps.done()
    return market, tuple(warnings)


def _price_file(
    path: Path, columns: ColumnMap, steps: _Steps
) -> tuple[FileRows, tuple[Problem, ...]]:
    text = (columns.asset,) if columns.asset else ()
    roles, warnings = bar_roles(table_schema(path, text=text), columns, path.name)
    frame = read_columns(path, roles.columns(), text=text)
    steps.done()
    rows = file_rows(frame, roles, columns, path.name)
    steps.done()
    return rows, warnings


def context_file(path: Path, context: ContextSource, repairs: Repairs) -> ContextTable:
    """Return the context a request names."""
    schema = table_schema(path)
    time, names = context_columns(schema, context.time, context.columns, path.name)
    frame = read_columns(path, [time, *(name for name in names if name != time)])
    return context_table(frame, time=time, columns=names, repairs=repairs, source=path.name)
