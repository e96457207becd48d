"""Columns with the time of day, beside one with the date."""

import re

import numpy as np
import polars as pl
from numpy.typing import NDArray

from ml4t_desktop.errors import InputError, Problem
from ml4t_desktop.files.columns.names import folded
from ml4t_desktop.files.findings import of_this_kind
from ml4t_desktop.units import MICROSECONDS_PER_DAY
from ml4t_desktop.wording import mark, say

CLOCK_NAMES = (
    "time", "clock", "timeofday", "hour", "tradetime", "bartime", "opentime", "closetime", "hhmm",
    "hhmmss", "intradaytime",
)  # fmt: skip
_NOTATIONS = ("%H:%M:%S", "%H:%M:%S%.f", "%H:%M", "%I:%M:%S %p", "%I:%M %p", "%H%M%S", "%H%M")
_TEXT = re.compile(r"\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?( ?[AaPp][Mm])?")
_SECOND = 1_000_000
_SAMPLE = 200


def is_clock_name(name: str) -> bool:
    """Return whether a column's name stands for a time of day."""
    return folded(name) in CLOCK_NAMES


def holds_clocks(column: pl.Series) -> bool:
    """Return whether the values of a column (a sample will do) are times of day and no dates."""
    known = column.drop_nulls()
    if column.dtype == pl.Time:
        return True
    if not len(known):
        return False
    if column.dtype == pl.String:
        texts = known.head(_SAMPLE).str.strip_chars().to_list()
        return all(_TEXT.fullmatch(text) or re.fullmatch(r"\d{4}|\d{6}", text) for text in texts)
    if not column.dtype.is_integer() or not is_clock_name(column.name):
        return False
    return _from_whole(known.to_numpy()) is not None


def read_clocks(column: pl.Series, source: str) -> NDArray[np.int64]:
    """Return times of day as microseconds since midnight.

    Raises
    ------
    InputError
        If a value is missing or is no time of day; names the column and the first row.
    """
    where = say("{source}, column '{column}'", source=source, column=column.name)
    found: pl.Series | None = None
    if column.dtype == pl.Time:
        found = column.cast(pl.Int64) // 1_000
    elif isinstance(column.dtype, pl.Datetime):
        plain = column.dt.replace_time_zone(None).dt.cast_time_unit("us")
        found = plain.to_physical() % MICROSECONDS_PER_DAY
    elif column.dtype.is_integer() and not column.null_count():
        whole = _from_whole(column.to_numpy())
        found = None if whole is None else pl.Series(whole)
    elif column.dtype.is_float() and column.is_between(0, 1, closed="left").all():
        found = (column * MICROSECONDS_PER_DAY / _SECOND).round().cast(pl.Int64) * _SECOND
    elif column.dtype == pl.String:
        found = _from_texts(column)
    if found is None:
        what = say("holds {dtype}, not times of day", dtype=column.dtype)
        raise InputError(
            Problem(where=where, what=what, fix=mark("Name the column of times of day"))
        )
    bad = found.is_null().arg_true().to_list()
    if bad:
        rows = [place + 1 for place in bad]
        problem = Problem(
            where=say("{where}, row {rows}", where=where, rows=rows[0]),
            what=say(
                "'{column}' is no time of day{of_this_kind}",
                column=column[bad[0]],
                of_this_kind=of_this_kind(rows),
            ),
            fix=mark("Write times of day such as 09:30:00"),
        )
        raise InputError(problem)
    return found.to_numpy()


def _from_texts(column: pl.Series) -> pl.Series:
    texts = column.str.strip_chars().str.to_uppercase()
    digits = texts.str.contains(r"^\d{3,6}$").all()
    if digits:
        width = 4 if int(texts.str.len_chars().max() or 0) <= 4 else 6  # pyright: ignore[reportArgumentType] # lengths are numbers
        texts = texts.str.zfill(width)
    best = pl.Series(column.name, [None], pl.Time).extend_constant(None, max(len(column) - 1, 0))
    for notation in _NOTATIONS:
        if digits != (":" not in notation):
            continue
        read = texts.str.to_time(notation, strict=False)
        best = pl.select(pl.coalesce(best, read)).to_series()
        if not best.null_count():
            break
    return best.cast(pl.Int64) // 1_000


def _from_whole(numbers: NDArray[np.integer]) -> NDArray[np.int64] | None:
    """Return whole numbers written as 9, 930 or 93000 as microseconds, None when they are others."""
    values = numbers.astype(np.int64)
    if not values.size or values.min() < 0:
        return None
    high = int(values.max())
    if high < 24:
        hours, minutes, seconds = values, np.zeros_like(values), np.zeros_like(values)
    elif high < 2400:
        hours, minutes, seconds = values // 100, values % 100, np.zeros_like(values)
    else:
        hours, minutes, seconds = values // 10_000, values // 100 % 100, values % 100
    if hours.max() > 23 or minutes.max() > 59 or seconds.max() > 59:
        return None
    return ((hours * 60 + minutes) * 60 + seconds) * _SECOND
