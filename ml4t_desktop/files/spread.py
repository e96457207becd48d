"""Archives, workbooks and folders named as a whole, with each of their tables put in its place."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ml4t_desktop.errors import Problem
from ml4t_desktop.files.columns.column_map import ColumnMap
from ml4t_desktop.files.folders import files_in
from ml4t_desktop.files.inner_tables import (
    InnerTable,
    are_of_kinds,
    paths_of,
    said_of,
    tables_in,
)
from ml4t_desktop.files.inside import may_hold_tables
from ml4t_desktop.files.price_files import said_once
from ml4t_desktop.request import ContextSource, DataSource, PredictionSource, TableForm


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """What a request asks for once the tables of its files are told apart.

    Parameters
    ----------
    data : DataSource
    context : ContextSource or None
    notes : tuple of Problem
        What each table is taken for, and why.
    """

    data: DataSource
    context: ContextSource | None
    notes: tuple[Problem, ...]


def mixed_tables(path: Path, columns: ColumnMap) -> tuple[InnerTable, ...]:
    """Return the tables of a file that holds prices among other things, nothing of any other file."""
    if not may_hold_tables(path):
        return ()
    tables = tables_in(path, columns)
    if any(table.is_unreadable for table in tables) or not paths_of(tables, "prices"):
        return ()
    has_sheets = any(table.is_sheet for table in tables)
    return tables if has_sheets or are_of_kinds(tables) else ()


def spread(data: DataSource, context: ContextSource | None, *, base: Path) -> Spread | None:
    """Return a request's data with the tables of its price files told apart; None where that is not needed.

    What the request itself says of predictions, context and corporate actions stays as it is.

    Parameters
    ----------
    base : Path
        Folder that relative paths start from.
    """
    columns = ColumnMap.of(data)
    found = {name: mixed_tables(base / name, columns) for name in data.files}
    tables = [table for inner in found.values() for table in inner]
    if not tables:
        return None
    changes: dict[str, object] = {
        "files": tuple(
            file
            for name, inner in found.items()
            for file in (_as_named(price_paths(base / name, inner), base) if inner else (name,))
        )
    }
    predictions = _names(tables, "predictions", base)
    if data.predictions is None and predictions:
        changes["predictions"] = PredictionSource(files=predictions)
    actions = _names(tables, "actions", base)
    if data.corporate_actions is None and len(actions) == 1:
        changes["corporate_actions"] = actions[0]
    contexts = _names(tables, "context", base)
    if context is None and len(contexts) == 1:
        context = ContextSource(file=contexts[0])
    return Spread(
        data=data.model_copy(update=changes),
        context=context,
        notes=tuple(said_once([said_of(table) for table in tables])),
    )


def price_paths(path: Path, tables: Sequence[InnerTable]) -> tuple[Path, ...]:
    """Return the tables of prices of a file: the file as a whole where all others have a place of their own."""
    prices = paths_of(tables, "prices")
    others = [table for table in tables if table.use != "prices"]
    placed = all(table.use is not None and not table.has_prices for table in others)
    is_whole = len(prices) > 1 and placed and files_in(path, TableForm())
    return (path,) if is_whole else prices


def _names(tables: Sequence[InnerTable], use: str, base: Path) -> tuple[str, ...]:
    return _as_named([table.path for table in tables if table.use == use], base)


def _as_named(paths: Sequence[Path], base: Path) -> tuple[str, ...]:
    return tuple(
        path.relative_to(base).as_posix() if path.is_relative_to(base) else str(path)
        for path in paths
    )
