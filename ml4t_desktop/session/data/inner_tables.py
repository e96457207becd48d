"""The tables of archives, workbooks and folders, and what the request uses each of them for."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ml4t_desktop.errors import Problem
from ml4t_desktop.session.request.draft import Draft
from ml4t_desktop.session.request.request_store import RequestStore

if TYPE_CHECKING:  # polars loads with the first file
    from ml4t_desktop.files.inner_tables import InnerTable, Use
    from ml4t_desktop.session.data.data_store import DataStore

_MANY = 12


@dataclass(frozen=True, slots=True)
class TableGroup:
    """Tables of one file that are alike, and what they are used for now.

    Parameters
    ----------
    tables : tuple of InnerTable
    use : {"prices", "predictions", "context", "actions"} or None
    """

    tables: "tuple[InnerTable, ...]"
    use: "Use | None"

    @property
    def first(self) -> "InnerTable":
        """The first of them."""
        return self.tables[0]


@dataclass(frozen=True, slots=True)
class Holder:
    """A file of the request that holds several tables.

    Parameters
    ----------
    path : Path
    groups : tuple of TableGroup
    """

    path: Path
    groups: tuple[TableGroup, ...]


def holders(request: RequestStore, data: "DataStore") -> tuple[Holder, ...]:
    """Return the archives, workbooks and folders that the request takes tables from."""
    draft = request.draft
    used = uses(request)
    named = {*used}
    found: list[Holder] = []
    for path in data.holders:
        tables = data.inside(path)
        if not has_a_choice(tables):
            continue
        if path in named or any(table.path in named for table in tables):
            found.append(Holder(path, _grouped(path, tables, used, draft)))
    return tuple(found)


def has_a_choice(tables: "Sequence[InnerTable]") -> bool:
    """Return whether tables are not just the files of one market."""
    return any(table.is_sheet or table.use != "prices" for table in tables)


def uses(request: RequestStore) -> "dict[Path, Use]":
    """Return what each file that a request names is used for."""
    draft = request.draft
    named: dict[Use, Sequence[str | None]] = {
        "actions": (_actions(draft),),
        "context": (draft.context_file,),
        "predictions": draft.get("data.predictions.files", ()),
        "prices": draft.files,
    }
    return {request.resolved(name): use for use, names in named.items() for name in names if name}


def _actions(draft: Draft) -> str | None:
    name = draft.get("data.corporate_actions")
    return name if isinstance(name, str) else None


def _grouped(
    path: Path, tables: "Sequence[InnerTable]", used: "dict[Path, Use]", draft: Draft
) -> tuple[TableGroup, ...]:
    sheet: str | None = draft.get("data.sheet")
    groups: dict[object, list[InnerTable]] = {}
    use_of: dict[object, Use | None] = {}
    for table in tables:
        use = used.get(table.path) or (used.get(path) if _is_read(table, sheet) else None)
        key = (use, table.columns) if len(tables) > _MANY else table.path
        groups.setdefault(key, []).append(table)
        use_of[key] = use
    return tuple(TableGroup(tuple(group), use_of[key]) for key, group in groups.items())


def _is_read(table: "InnerTable", sheet: str | None) -> bool:
    """Return whether a table is among those that are read where its file is named as a whole."""
    return table.is_default if sheet is None else sheet in (table.name, table.path.name)


def paths_of(tables: "Sequence[InnerTable]", use: "Use") -> tuple[Path, ...]:
    """Return the tables that are taken for one use."""
    return tuple(table.path for table in tables if table.use == use)


def placed_tables(path: Path, tables: "Sequence[InnerTable]", purpose: str) -> "dict[Path, Use]":
    """Return the tables of a file that need a place of their own; none where it is one table, or one market.

    Parameters
    ----------
    purpose : str
        What the user asked for; "any" for what each of them is taken for.
    """
    if not tables:
        return {}
    from ml4t_desktop.files.inner_tables import need_places
    from ml4t_desktop.files.spread import price_paths

    if not need_places(tables):
        return {}
    prices = price_paths(path, tables)
    placed: dict[Path, Use] = dict.fromkeys(prices, "prices")
    placed |= {table.path: table.use for table in tables if table.use not in (None, "prices")}
    if purpose == "any":
        return placed
    return {table: use for table, use in placed.items() if use == purpose}


def what_is_inside(tables: "Sequence[InnerTable]") -> list[Problem]:
    """Return what each table is taken for and why, what is said of many once."""
    from ml4t_desktop.files.inner_tables import said_of
    from ml4t_desktop.files.price_files import said_once

    return said_once([said_of(table) for table in tables])


def without_table(draft: Draft, name: str) -> Draft:
    """Return a draft that uses a table neither as context nor as corporate actions."""
    if draft.context_file == name and name not in draft.files:
        draft = draft.edited("context", None)
    if draft.get("data.corporate_actions") == name:
        draft = draft.edited("data.corporate_actions", None)
    return draft
