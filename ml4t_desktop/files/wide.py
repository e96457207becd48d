"""Wide tables: a column for each asset, or for each field of each asset, made long."""

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePath

import numpy as np
import polars as pl
from numpy.typing import NDArray

from ml4t_desktop.files.columns.names import (
    USUAL_NAMES,
    folded,
    is_adjusted_close,
    is_market_measure,
    is_model_output,
)
from ml4t_desktop.files.columns.recognition import Schema, recognised
from ml4t_desktop.files.columns.values import holds_numbers
from ml4t_desktop.files.formats.compression import without_packing
from ml4t_desktop.wording import mark

SYMBOL = "symbol"
_PRICES = ("open", "high", "low", "close", "volume")
_SURE_MARKS = ("|", ":", "/")
_LIKELY_MARKS = ("_", ".", "-", " ")
_TUPLE = re.compile(r"""\(\s*['"](.+?)['"]\s*,\s*['"](.*?)['"]\s*\)""")
_TICKER = re.compile(r"[A-Z0-9][A-Z0-9.\-=^/ ]{0,14}")
_FEWEST = 5  # columns that look like symbols make a table of prices; fewer may be context
_MOST = 0.8


@dataclass(frozen=True, slots=True, kw_only=True)
class WideForm:
    """How a wide table becomes a long one.

    Parameters
    ----------
    time : str
        Column of times.
    fields : dict of str to dict of str to str
        For each field (``close``) the columns by symbol.
    reason : str
        Why the table is taken for a wide one.
    by_name : bool
        Whether headers or the name of the file say what the field is.
    others : tuple of str
        Columns that belong to no asset.
    """

    time: str
    fields: dict[str, dict[str, str]]
    reason: str
    by_name: bool = True
    others: tuple[str, ...] = ()

    @property
    def symbols(self) -> list[str]:
        """The assets, in order of their first column."""
        return list(dict.fromkeys(s for columns in self.fields.values() for s in columns))

    def columns(self) -> list[str]:
        """Return the columns of the table that are used."""
        used = [name for columns in self.fields.values() for name in columns.values()]
        return [self.time, *used]


def wide_form(
    sample: pl.DataFrame,
    name: str,
    *,
    time: str | None = None,
    field: str | None = None,
    is_said: bool = False,
) -> WideForm | None:
    """Return how a table is wide, None when it is long.

    Parameters
    ----------
    sample : DataFrame
        Its first rows.
    name : str
        Of the file; it may say what the values are, as ``close.csv`` does.
    time, field : str or None
        What the user says.
    is_said : bool
        Whether the user says that it is wide.
    """
    schema = sample.schema
    time = time if time in schema else _time(sample)
    if time is None:
        return None
    rest = [column for column in schema if column != time]
    pairs = _pairs(rest, schema)
    if pairs is not None and time not in {SYMBOL, *pairs}:
        return WideForm(
            time=time, fields=pairs, reason=mark("a column for each field of each asset")
        )
    values = [column for column in rest if _holds_values(sample[column])]
    if not values or (not is_said and recognised(schema, "asset", {time}) is not None):
        return None
    said = field or _field(name)
    if not is_said and not _looks_wide(rest, values, said):
        return None
    if time in {SYMBOL, said or "close"}:  # the long table could not tell them apart
        return None
    columns = {column.strip(): column for column in values}
    return WideForm(
        time=time,
        fields={said or "close": columns},
        reason=mark("a column for each asset"),
        by_name=said is not None,
        others=tuple(column for column in rest if column not in values),
    )


def to_long(frame: pl.DataFrame, form: WideForm) -> tuple[pl.DataFrame, NDArray[np.int64], int]:
    """Return one row for each time and asset that has any value, the rows they came from, and the empty cells.

    Returns
    -------
    DataFrame
        The time, `SYMBOL`, and a column for each field.
    ndarray of int64
        The 0-based row of `frame` of each row.
    int
        Pairs of time and asset without any value.
    """
    symbols, height = form.symbols, frame.height
    kinds = pl.Enum(symbols)
    codes = np.repeat(np.arange(len(symbols), dtype=np.uint32), height)
    index = np.tile(np.arange(height, dtype=np.int64), len(symbols))
    values = [_stacked(frame, field, columns, symbols) for field, columns in form.fields.items()]
    filled = pl.select(pl.any_horizontal(pl.lit(v).is_not_null() for v in values)).to_series()
    kept = filled.arg_true()
    rows = index[kept.to_numpy()]
    assets = pl.Series(SYMBOL, symbols, kinds).gather(codes[kept.to_numpy()])
    long = pl.DataFrame(
        [frame[form.time].gather(rows), assets, *(series.gather(kept) for series in values)]
    )
    return long, rows, index.size - rows.size


def _stacked(
    frame: pl.DataFrame, field: str, columns: dict[str, str], symbols: Sequence[str]
) -> pl.Series:
    parts = [frame[columns[s]] if s in columns else None for s in symbols]
    known = {part.dtype for part in parts if part is not None and part.dtype != pl.Null}
    kind: pl.DataType = (
        pl.Float64() if not known or all(k.is_numeric() for k in known) else pl.String()
    )
    if known == {pl.Float32()}:
        kind = pl.Float32()
    empty = pl.Series([None], dtype=kind).extend_constant(None, max(frame.height - 1, 0))
    empty = empty.head(frame.height)
    stacked = pl.concat([empty if p is None else p.cast(kind).rename("") for p in parts])
    if kind.is_float():
        stacked = stacked.fill_nan(None)
    return stacked.alias(field)


def _time(sample: pl.DataFrame) -> str | None:
    named = recognised(sample.schema, "time")
    if named is not None:
        return named
    from ml4t_desktop.files.columns.times import can_be_times

    first = sample.columns[0]
    readable = sample[first].dtype == pl.String or sample[first].dtype.is_temporal()
    return first if readable and can_be_times(sample[first]) else None


def _holds_values(column: pl.Series) -> bool:
    if column.dtype.is_numeric() or column.dtype == pl.Null:
        return True
    return column.dtype == pl.String and holds_numbers(column.drop_nulls().str.strip_chars())


def _pairs(names: Sequence[str], schema: Schema) -> dict[str, dict[str, str]] | None:
    """Return the columns by field and symbol when every name is made of both."""
    if len(names) < 2 or all(_price_field(name) is not None for name in names):
        return None  # such as PX_OPEN and PX_LAST: prices of one asset
    tuples = [_TUPLE.fullmatch(name) for name in names]
    if all(tuples):
        return _oriented([(m[1], m[2]) for m in tuples if m], names, is_sure=True)
    for between in (*_SURE_MARKS, *_LIKELY_MARKS):
        if not all(between in name for name in names):
            continue
        is_sure = between in _SURE_MARKS
        for cut in ("partition", "rpartition"):
            parts = [getattr(name, cut)(between) for name in names]
            halves = [(left.strip(), right.strip()) for left, _, right in parts]
            found = _oriented(halves, names, is_sure=is_sure)
            if found is not None and all(schema[name] != pl.Boolean for name in names):
                return found
    return None


def _oriented(
    halves: Sequence[tuple[str, str]], names: Sequence[str], *, is_sure: bool
) -> dict[str, dict[str, str]] | None:
    """Return columns by field and symbol; the half that holds a usual name of a price is the field."""
    for field, symbol in ((0, 1), (1, 0)):
        fields = {half[field] for half in halves}
        symbols = {half[symbol] for half in halves}
        priced = {_price_field(name) for name in fields} - {None}
        if "close" not in priced and not (is_sure and priced):
            continue
        if not all(symbols) or not all(fields):
            continue
        if not is_sure and len(halves) != len(fields) * len(symbols):
            continue
        if not is_sure and len(symbols) < 2 and len(priced) < 2:
            continue
        found: dict[str, dict[str, str]] = {}
        for half, name in zip(halves, names, strict=True):
            known = _price_field(half[field])
            found.setdefault(known or half[field], {}).setdefault(half[symbol], name)
        return found
    return None


def _price_field(name: str) -> str | None:
    """Return the price a field's name stands for; one letter is too little to say it."""
    short = folded(name)
    if len(short) < 2:
        return None
    return next((role for role in _PRICES if short in USUAL_NAMES[role]), None)  # pyright: ignore[reportArgumentType] # roles


def _one_or_many(word: str) -> str | None:
    """Return the price that a word stands for, such as ``close`` or ``closes``."""
    return _price_field(word) or _price_field(word.removesuffix("s"))


def _field(name: str) -> str | None:
    """Return what the name of a file says its values are, such as ``close`` or ``ml_pred``."""
    stem = PurePath(without_packing(name)).stem
    known = _one_or_many(stem)
    if known is not None:
        return known
    words = [word for word in re.split(r"[\W_]+", stem.casefold()) if word]
    if is_model_output(stem):
        return stem
    if is_adjusted_close(stem) or any(
        is_adjusted_close("".join(p)) for p in itertools.pairwise(words)
    ):
        return "close"
    named = {role for word in words if (role := _one_or_many(word)) is not None}
    if len(named) == 1:
        return named.pop()
    return "close" if {"price", "prices", "px"} & set(words) else None


def _looks_wide(rest: Sequence[str], values: Sequence[str], said: str | None) -> bool:
    if len(values) < 2 or len(values) < _MOST * len(rest):
        return False
    if any(_price_field(name) is not None for name in rest):
        return False
    if said is None and [name.strip() for name in rest] == [str(n + 1) for n in range(len(rest))]:
        return False  # columns that were never named
    tickers = sum(bool(_TICKER.fullmatch(name.strip())) for name in values)
    if said is not None:
        return tickers >= _MOST * len(values) or not any(is_model_output(n) for n in values)
    if 2 * sum(is_market_measure(name) for name in values) > len(values):
        return False  # a column for each of several measures of the market
    return len(values) >= _FEWEST and tickers >= _MOST * len(values)
