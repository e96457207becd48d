"""Tables of corporate actions: one row each, on disk or in memory.

Columns are symbol, ex_date and kind, and by kind

==================  ====================================
dividend            amount (money per share)
split               ratio (new shares per old one)
stock_dividend      ratio (extra shares per share)
merger              cash, or ratio and new_symbol, or all
spin_off            ratio, new_symbol
symbol_change       new_symbol
delisting           price (empty: the last close)
==================  ====================================
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Final

import polars as pl

from ml4t_desktop.errors import InputError, Problem
from ml4t_desktop.files.columns.names import folded
from ml4t_desktop.files.columns.times import read_times
from ml4t_desktop.files.columns.values import as_numbers
from ml4t_desktop.files.findings import counted, gathering, numbered, unknown_column
from ml4t_desktop.files.formats.tables import read_columns, table_schema
from ml4t_desktop.files.inside import shown_name
from ml4t_desktop.market import Market
from ml4t_desktop.market.corporate_actions import (
    CashDividend,
    CorporateAction,
    Delisting,
    Merger,
    SpinOff,
    StockDividend,
    StockSplit,
    SymbolChange,
    has_effect,
    with_corporate_actions,
)
from ml4t_desktop.units import moment
from ml4t_desktop.wording import mark, say, say_count

NEEDED: Final = ("symbol", "ex_date", "kind")
NUMBERS: Final = ("amount", "ratio", "cash", "price")
COLUMNS: Final = (*NEEDED, *NUMBERS, "new_symbol")
_ALSO_CALLED: Final = {
    "symbol": ("ticker", "asset", "assetid"),
    "ex_date": ("exdate", "date"),
    "kind": ("type", "action"),
    "new_symbol": ("newsymbol", "newticker", "newassetid"),
}
_KINDS: Final[Mapping[str, tuple[type[CorporateAction], tuple[str, ...]]]] = {
    "dividend": (CashDividend, ("amount",)),
    "split": (StockSplit, ("ratio",)),
    "stock_dividend": (StockDividend, ("ratio",)),
    "merger": (Merger, ("cash", "ratio", "new_symbol")),
    "spin_off": (SpinOff, ("ratio", "new_symbol")),
    "symbol_change": (SymbolChange, ("new_symbol",)),
    "delisting": (Delisting, ("price",)),
}
_BY_NAME: Final = {folded(name): name for name in _KINDS} | {
    "cashdividend": "dividend", "stocksplit": "split", "cashmerger": "merger",
    "stockmerger": "merger", "delisted": "delisting",
}  # fmt: skip
_MAY_LACK: Final = {"merger": ("cash", "ratio", "new_symbol"), "delisting": ("price",)}
_ARGUMENTS: Final = {"new_symbol": "new_asset_id"}
_COLUMN_OF: Final = {"asset_id": "symbol", "new_asset_id": "new_symbol"}

Row = Mapping[str, str | float | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionRows:
    """The actions of a table.

    Parameters
    ----------
    actions : tuple of CorporateAction
    places : tuple of str
        File and 1-based row of each, for messages.
    problems : tuple of Problem
        Warnings.
    """

    actions: tuple[CorporateAction, ...]
    places: tuple[str, ...]
    problems: tuple[Problem, ...] = ()


def read_corporate_actions(path: Path) -> ActionRows:
    """Return the corporate actions of a Parquet, CSV or Arrow file.

    Raises
    ------
    InputError
        If the file cannot be read, or rows are refused; all problems at once, each with row and column.
    """
    texts = [name for name in table_schema(path) if _role(name) in ("symbol", "new_symbol", "kind")]
    return corporate_action_rows(read_columns(path, None, text=texts), shown_name(path))


def with_action_rows(market: Market, rows: ActionRows) -> tuple[Market, tuple[Problem, ...]]:
    """Return the market with the actions of a table, and warnings.

    Raises
    ------
    InputError
        If actions name symbols the market does not have; all of them, each with its row.
    """
    joined = with_corporate_actions(market, rows.actions, rows.places)
    outside = [
        place
        for action, place in zip(rows.actions, rows.places, strict=True)
        if not has_effect(market, action)
    ]
    if not outside:
        return joined, rows.problems
    problem = Problem(
        where=outside[0],
        what=say(
            "{count} before the first or after the last bar",
            count=counted(len(outside), "corporate_action"),
        ),
        fix=mark("They have no effect; check the dates if that is not meant"),
        severity="warning",
    )
    return joined, (*rows.problems, problem)


def corporate_action_rows(frame: pl.DataFrame, source: str) -> ActionRows:
    """Return the corporate actions of a frame; see `read_corporate_actions`.

    Parameters
    ----------
    source : str
        Name of the frame in messages.
    """
    table = _renamed(frame, source)
    problems: list[Problem] = []
    columns: dict[str, Sequence[str | float | None]] = {}
    dates: list[datetime] = []
    with gathering(problems):
        dates = [moment(us) for us in read_times(table["ex_date"], source).us.tolist()]
    for name in NUMBERS:
        with gathering(problems):
            if name in table.columns:
                numbers = as_numbers(table[name], source, lambda place: place + 1)
                columns[name] = numbers.cast(pl.Float64).fill_nan(None).to_list()
    for name in ("symbol", "kind", "new_symbol"):
        if name in table.columns:
            texts = table[name].cast(pl.String).str.strip_chars()
            columns[name] = texts.set(texts == "", None).to_list()
    if problems:
        raise InputError(_spelled(problem, frame, table) for problem in problems)
    return _built(columns, dates, source)


def _renamed(frame: pl.DataFrame, source: str) -> pl.DataFrame:
    """Return the frame with our names of columns, without those that are not ours."""
    found: dict[str, str] = {}
    for name in frame.columns:
        role = _role(name)
        if role is not None and role not in found.values():
            found[name] = role
    missing = [name for name in NEEDED if name not in found.values()]
    if missing:
        raise InputError(
            unknown_column(source, mark("corporate actions"), name, frame.columns)
            for name in missing
        )
    return frame.select(pl.col(name).alias(role) for name, role in found.items())


def _role(name: str) -> str | None:
    short = folded(name)
    for role in COLUMNS:
        if short == folded(role) or short in _ALSO_CALLED.get(role, ()):
            return role
    return None


def _spelled(problem: Problem, frame: pl.DataFrame, table: pl.DataFrame) -> Problem:
    """Return a problem that names the column as the file does."""
    where = problem.where
    for name in frame.columns:
        role = _role(name)
        if role in table.columns:
            where = where.replace(f"column '{role}'", f"column '{name}'")
    return replace(problem, where=where)


def _built(
    columns: Mapping[str, Sequence[str | float | None]], dates: Sequence[datetime], source: str
) -> ActionRows:
    problems: list[Problem] = []
    places: dict[CorporateAction, str] = {}
    repeated: list[int] = []
    unused: dict[str, list[int]] = {}
    for number, date in enumerate(dates):
        row = {name: column[number] for name, column in columns.items()}
        place = say("{source}, row {number}", source=source, number=number + 1)
        with gathering(problems):
            action, ignored = _action(row, date, place)
            for name in ignored:
                unused.setdefault(name, []).append(number + 1)
            if action in places:
                repeated.append(number + 1)
            places.setdefault(action, place)
    if problems:
        raise InputError(problems)
    return ActionRows(
        actions=tuple(places),
        places=tuple(places.values()),
        problems=_warnings(source, repeated, unused),
    )


def _warnings(
    source: str, repeated: list[int], unused: Mapping[str, list[int]]
) -> tuple[Problem, ...]:
    warnings = [
        Problem(
            where=say(
                "{source}, column '{name}', row {rows}", source=source, name=name, rows=rows[0]
            ),
            what=say(
                "is not used for this kind; {count} ({rows})",
                count=counted(len(rows), "row"),
                rows=numbered(rows),
            ),
            severity="warning",
        )
        for name, rows in unused.items()
    ]
    if repeated:
        what = say_count(
            "{n} row repeats an earlier one ({rows})",
            "{n:,} rows repeat an earlier one ({rows})",
            len(repeated),
            rows=numbered(repeated),
        )
        fix = mark("They are applied once; remove the repetitions")
        where = say("{source}, row {repeated}", source=source, repeated=repeated[0])
        warnings.append(Problem(where=where, what=what, fix=fix, severity="warning"))
    return tuple(warnings)


def _action(row: Row, date: datetime, place: str) -> tuple[CorporateAction, list[str]]:
    """Return the action of a row, and the columns that it has but its kind does not use."""
    name = row["kind"]
    kind = _BY_NAME.get(folded(str(name))) if name is not None else None
    problems: list[Problem] = []
    if row["symbol"] is None:
        problems.append(_blank(place, "symbol"))
    if kind is None:
        what = (
            say("'{name}' is no kind of corporate action", name=name) if name else mark("is empty")
        )
        fix = say("The kinds are: {kinds}", kinds=", ".join(_KINDS))
        problems.append(
            Problem(where=say("{place}, column 'kind'", place=place), what=what, fix=fix)
        )
        raise InputError(problems)
    make, names = _KINDS[kind]
    given = {column: row[column] for column in names if row.get(column) is not None}
    lacking = [c for c in names if c not in given and c not in _MAY_LACK.get(kind, ())]
    problems += [_blank(place, column) for column in lacking]
    if problems:
        raise InputError(problems)
    ignored = [
        column for column in (*NUMBERS, "new_symbol") if column not in names and row.get(column)
    ]
    return _made(make, row, date, given, place), ignored


def _made(
    make: Callable[..., CorporateAction],
    row: Row,
    date: datetime,
    given: Row,
    place: str,
) -> CorporateAction:
    """Return the action, its problems told by row and column."""
    if make is Merger and given.get("ratio") == 0.0:
        given = {column: value for column, value in given.items() if column != "ratio"}
    arguments = {_ARGUMENTS.get(column, column): value for column, value in given.items()}
    try:
        return make(asset_id=row["symbol"], ex_date=date, **arguments)
    except InputError as error:
        raise InputError(
            replace(problem, where=f"{place}, column '{_column(problem)}'")
            for problem in error.problems
        ) from None


def _column(problem: Problem) -> str:
    """Return the column that the argument named by a problem comes from."""
    argument = problem.where.rpartition(", ")[2]
    return _COLUMN_OF.get(argument, argument)


def _blank(place: str, column: str) -> Problem:
    return Problem(
        where=say("{place}, column '{column}'", place=place, column=column),
        what=mark("is empty"),
        fix=mark("Give a value"),
    )
