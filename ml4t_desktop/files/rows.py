"""The rows of one table, converted and cut to the period, before they become bars of a market."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

from ml4t_desktop.errors import InputError, Problem
from ml4t_desktop.files.columns.column_map import PRICE_ROLES, ColumnMap, Roles
from ml4t_desktop.files.columns.number_texts import Decimal
from ml4t_desktop.files.columns.times import Times, read_times
from ml4t_desktop.files.columns.values import (
    RowNumber,
    are_categories,
    as_numbers,
    as_numbers_or_texts,
    text_column,
)
from ml4t_desktop.files.findings import counted, gathering, numbered
from ml4t_desktop.files.folders import is_table_name
from ml4t_desktop.files.formats.compression import without_packing
from ml4t_desktop.market import TextColumn
from ml4t_desktop.units import end_microseconds, microseconds
from ml4t_desktop.wording import mark, say


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class FileRows:
    """The rows of one table inside the period, in the order of the table.

    Parameters
    ----------
    source : str
        Name of the file.
    roles : Roles
    time : ndarray of int64
        Microseconds since the epoch, UTC.
    zoned : bool
        Whether the table carried a time zone.
    asset : TextColumn
        Symbols; every row has one.
    prices : tuple of Series
        Open, high, low, close, volume as floats; null and NaN where there is no value.
    signals : dict of str to Series
        Floats or String.
    kept : slice or ndarray of int64
        Rows of the table these are.
    span : tuple of int or None
        First and last time of the whole table.
    problems : tuple of Problem
        Warnings.
    """

    source: str
    roles: Roles
    time: NDArray[np.int64]
    zoned: bool
    asset: TextColumn
    prices: tuple[pl.Series, ...]
    signals: dict[str, pl.Series]
    kept: slice | NDArray[np.int64]
    span: tuple[int, int] | None
    problems: tuple[Problem, ...]

    def row_number(self, place: int) -> int:
        """Return the 1-based row of the table of a row kept."""
        return row_number(self.kept, place)


def row_number(kept: slice | NDArray[np.int64], place: int) -> int:
    """Return the 1-based row of a table from its place among the rows kept."""
    if isinstance(kept, slice):
        return int(kept.start) + place + 1
    return int(kept[place]) + 1


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RowKeys:
    """What says which rows of a table are wanted, and whose they are.

    Parameters
    ----------
    times : Times
        Of all rows.
    inside : slice or ndarray of int64
        The rows of the period, 0-based.
    asset : TextColumn
        The symbols of those; empty where they cannot be read.
    problems : tuple of Problem
        Why they cannot.
    """

    times: Times
    inside: slice | NDArray[np.int64]
    asset: TextColumn
    problems: tuple[Problem, ...] = ()


def row_keys(
    frame: pl.DataFrame,
    roles: Roles,
    columns: ColumnMap,
    source: str,
    *,
    rows: NDArray[np.int64] | None = None,
    symbol: str | None = None,
) -> RowKeys:
    """Return times and symbols of a table, of which no other column is needed; see `file_rows`.

    Raises
    ------
    InputError
        If a time cannot be read.
    """
    clock = None if roles.clock is None else frame[roles.clock]
    times = read_times(frame[roles.time], source, form=columns.form, clock=clock)
    inside = _period(times.us, columns)
    problems: list[Problem] = []
    asset = TextColumn(np.zeros(0, np.int32), ())
    with gathering(problems):
        kept = inside if rows is None else rows[inside]
        part = frame if roles.asset is None else frame.select(roles.asset)
        asset = _symbols(_cut(part, inside), roles, columns, source, kept, symbol)
    return RowKeys(times=times, inside=inside, asset=asset, problems=tuple(problems))


def file_rows(
    frame: pl.DataFrame,
    roles: Roles,
    columns: ColumnMap,
    source: str,
    *,
    rows: NDArray[np.int64] | None = None,
    decimal: Decimal | None = None,
    symbol: str | None = None,
    keys: RowKeys | None = None,
) -> FileRows:
    """Return the rows of a table inside the period, with numbers as numbers.

    Parameters
    ----------
    rows : ndarray of int64 or None
        The 0-based row of the file of each row; None for 0, 1, 2, …
    decimal : {".", ","} or None
        The decimal mark of numbers kept as texts; None means judged by the values.
    symbol : str or None
        What the asset is called when no column says it; None for the stem of the file.
    keys : RowKeys or None
        Its times and symbols, where they were read before.

    Raises
    ------
    InputError
        If a time, a symbol or a number cannot be read; all of them at once.
    """
    problems: list[Problem] = []
    with gathering(problems):
        keys = keys or row_keys(frame, roles, columns, source, rows=rows, symbol=symbol)
    if keys is None and (columns.start is not None or columns.end is not None):
        raise InputError(problems)  # without times nobody knows which numbers are wanted
    wanted = slice(0, frame.height) if keys is None else keys.inside
    inside = _cut(frame, wanted)
    kept = wanted if rows is None else rows[wanted]
    decimal = decimal or columns.form.decimal
    notes: list[Problem] = []
    problems += () if keys is None else keys.problems
    prices: list[pl.Series] = []
    signals: dict[str, pl.Series] = {}

    def number(place: int) -> int:
        return row_number(kept, place)

    read: dict[str, pl.Series] = {}
    for role in PRICE_ROLES:
        name = getattr(roles, role)
        with gathering(problems):
            if name not in read:
                read[name] = as_numbers(inside[name], source, number, decimal=decimal, notes=notes)
            prices.append(read[name])
    with gathering(problems):
        prices.append(_volume(inside, roles, source, number, decimal, notes))
    for name in roles.signals:
        with gathering(problems):
            signals[name] = as_numbers_or_texts(
                inside[name], source, number, decimal=decimal, notes=notes
            )
    if problems or keys is None:
        raise InputError(problems)
    return FileRows(
        source=source,
        roles=roles,
        time=keys.times.us[keys.inside],
        zoned=keys.times.zoned,
        asset=keys.asset,
        prices=tuple(prices),
        signals=signals,
        kept=kept,
        span=_span(keys.times),
        problems=(*keys.times.problems, *notes),
    )


def _span(times: Times) -> tuple[int, int] | None:
    return (int(times.us.min()), int(times.us.max())) if times.us.size else None


def _period(us: NDArray[np.int64], columns: ColumnMap) -> slice | NDArray[np.int64]:
    """Return the rows from start to end: a slice where the table is sorted by time."""
    if columns.start is None and columns.end is None:
        return slice(0, us.size)
    low = microseconds(columns.start) if columns.start is not None else -(2**63)
    high = end_microseconds(columns.end) if columns.end is not None else 2**63 - 1
    if np.all(us[1:] >= us[:-1]):
        first, end = np.searchsorted(us, low, "left"), np.searchsorted(us, high, "right")
        return slice(int(first), int(max(first, end)))
    return np.flatnonzero((us >= low) & (us <= high))


def _cut(frame: pl.DataFrame, kept: slice | NDArray[np.int64]) -> pl.DataFrame:
    if isinstance(kept, slice):
        return frame.slice(int(kept.start), int(kept.stop - kept.start))
    return frame[kept]


def _symbols(
    inside: pl.DataFrame,
    roles: Roles,
    columns: ColumnMap,
    source: str,
    kept: slice | NDArray[np.int64],
    symbol: str | None,
) -> TextColumn:
    if roles.asset is None:
        return _one_asset(one_symbol(None, columns, symbol or source) or source, inside.height)
    column = inside[roles.asset]
    symbols = text_column(column if are_categories(column) else column.cast(pl.String))
    if column.null_count() or "" in symbols.labels:
        refuse_missing_symbols(
            column.cast(pl.String), source, lambda place: row_number(kept, place)
        )
    renamed = one_symbol(symbols.labels, columns, source)
    return symbols if renamed is None else _one_asset(renamed, inside.height)


def refuse_missing_symbols(column: pl.Series, source: str, number: RowNumber) -> None:
    """Raise for the rows of a column of texts without a symbol."""
    missing = (column.is_null() | (column == "")).arg_true().to_list()
    rows = [number(place) for place in missing]
    problem = Problem(
        where=say(
            "{source}, column '{column}', row {rows}",
            source=source,
            column=column.name,
            rows=rows[0],
        ),
        what=say(
            "{count} without a symbol ({rows})",
            count=counted(len(rows), "row"),
            rows=numbered(rows),
        ),
        fix=mark("Give every row a symbol, or remove it"),
    )
    raise InputError(problem)


def one_symbol(symbols: Sequence[str] | None, columns: ColumnMap, source: str) -> str | None:
    """Return what the one asset of a table is called, None where its column of symbols says it.

    A table without such a column (None) is called by `asset_id`, else by its stem; `asset_id` also
    wins over a column that was not named and holds a single symbol.
    """
    if symbols is None:
        name = without_packing(source)
        has_suffix = is_table_name(name)
        return columns.asset_id or (Path(name).stem if has_suffix else name)
    return columns.asset_id if columns.asset is None and len(symbols) == 1 else None


def _one_asset(name: str, count: int) -> TextColumn:
    return TextColumn(np.zeros(count, np.int32), (name,) if count else ())


def _volume(
    inside: pl.DataFrame,
    roles: Roles,
    source: str,
    number: RowNumber,
    decimal: Decimal | None,
    notes: list[Problem],
) -> pl.Series:
    if roles.volume is None:
        return pl.Series("volume", [], pl.Float64).extend_constant(None, inside.height)
    return as_numbers(inside[roles.volume], source, number, decimal=decimal, notes=notes)
