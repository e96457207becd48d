"""Columns of time to microseconds since the epoch (UTC)."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal

import numpy as np
import polars as pl
from numpy.typing import NDArray

from ml4t_desktop.errors import InputError, Problem
from ml4t_desktop.files.columns.clocks import read_clocks
from ml4t_desktop.files.columns.time_texts import dates_note, parse_time_texts
from ml4t_desktop.files.findings import counted, numbered, of_this_kind
from ml4t_desktop.request import TableForm
from ml4t_desktop.units import MICROSECONDS_PER_DAY
from ml4t_desktop.wording import mark, say

EpochUnit = Literal["s", "ms", "us", "ns"]
_FIRST_DATE_NUMBER, _LAST_DATE_NUMBER = 1900_01_01, 2200_12_31
# Seconds, milliseconds, microseconds and nanoseconds of the years 1973 to 5138 do not overlap.
_EPOCH_UNITS: Final[tuple[tuple[float, float, EpochUnit], ...]] = (
    (1e8, 1e11, "s"),
    (1e11, 1e14, "ms"),
    (1e14, 1e17, "us"),
    (1e17, 9.2e18, "ns"),
)
_UNIT_WORDS: Final[dict[EpochUnit, str]] = {
    "s": mark("seconds since 1970"),
    "ms": mark("milliseconds since 1970"),
    "us": mark("microseconds since 1970"),
    "ns": mark("nanoseconds since 1970"),
}
_EPOCH_DAYS = (3_650, 30_000)  # 1980 to 2052
_WORKBOOK_DAYS = (30_000, 73_050)  # 1982 to 2099, counted from the last day but one of 1899
_WORKBOOK_ZERO = -25_569
_TICKS_TO_1970 = 621_355_968_000_000_000
_TICKS = (630_822_816_000_000_000, 662_380_416_000_000_000)  # the years 2000 to 2099
_TWICE: Final = {
    False: mark("{doubtful} when clocks are put back; the earlier hour is taken"),
    True: mark(
        "{doubtful} when clocks are put back; the earlier hour is taken, behind a step back the later one"
    ),
}
_YEAR = 366 * 86_400  # seconds
_EACH_DAY: Final[dict[EpochUnit, float]] = {
    "s": 86_400.0,
    "ms": 8.64e7,
    "us": 8.64e10,
    "ns": 8.64e13,
}
_TICK_SECOND, _NANO_SECOND = 10**7, 10**9
_AUTOMATIC = TableForm()
# What a date of the calendar can be, years 1 to 9999, in days since 1970.
FIRST_DAY, LAST_DAY = -719_162, 2_932_896
_PER_DAY = {"ms": 86_400_000, "us": MICROSECONDS_PER_DAY, "ns": MICROSECONDS_PER_DAY * 1_000}
_FROM_1990, _UNTIL_2100 = 631_152_000, 4_102_444_800  # seconds since 1970
_FEWEST_EPOCHS = 3  # distinct ones
_USUAL_DAYS = (-62_091, 84_370)  # years 1800 to 2200


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Repeats:
    """Where the distinct values of a column are in it.

    Parameters
    ----------
    first, counts : ndarray of int64
        The 0-based row that each value is in first, and how many rows hold it.
    """

    first: NDArray[np.int64]
    counts: NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Times:
    """The times of a table, row by row.

    Parameters
    ----------
    us : ndarray of int64
        Microseconds since the epoch, UTC.
    zoned : bool
        Whether the source carried a time zone.
    whole_days : bool
        Whether every time is midnight where the source keeps its clock.
    problems : tuple of Problem
        Warnings about how texts were read.
    """

    us: NDArray[np.int64]
    zoned: bool
    whole_days: bool
    problems: tuple[Problem, ...] = ()


def read_times(
    column: pl.Series,
    source: str,
    *,
    form: TableForm = _AUTOMATIC,
    clock: pl.Series | None = None,
    repeats: Repeats | None = None,
) -> Times:
    """Return a column of dates, timestamps, texts or epoch numbers as times.

    Midnights of a time zone other than UTC are dates and stay the day they are there.

    Parameters
    ----------
    form : TableForm
        Says the order of day and month, and the zone of times of day without one.
    clock : Series or None
        Times of day beside a column of dates.
    repeats : Repeats or None
        Where `column` holds each value once, and what is said is of the whole column.

    Raises
    ------
    InputError
        If a value is missing or is no time; names the column and the first rows.
    """
    where = say("{source}, column '{column}'", source=source, column=column.name)
    _refuse_missing(column, where)
    warnings: tuple[Problem, ...] = ()
    if isinstance(column.dtype, pl.Categorical | pl.Enum):
        column = column.cast(pl.String)
    if column.dtype == pl.String:
        column, warnings = parse_time_texts(
            column, where, form.date_order, None if repeats is None else repeats.first
        )
    if column.dtype.is_numeric():
        column, found = _from_numbers(column, where)
        warnings += found
    times = _of_temporal(column, where, warnings)
    if clock is not None:
        times = _with_clock(times, clock, source, where)
    if form.time_zone is None or times.zoned or times.whole_days:
        return times
    return _in_zone(times, form.time_zone, where, None if repeats is None else repeats.counts)


def _of_temporal(column: pl.Series, where: str, warnings: tuple[Problem, ...]) -> Times:
    if column.dtype == pl.Date:
        warnings += _odd_days(column, where)
        us = column.to_physical().cast(pl.Int64).to_numpy() * MICROSECONDS_PER_DAY
        return Times(us=us, zoned=False, whole_days=True, problems=warnings)
    if not isinstance(column.dtype, pl.Datetime):
        what = say("holds {dtype}, not times", dtype=column.dtype)
        raise InputError(Problem(where=where, what=what, fix=mark("Name the column of times")))
    warnings += _odd_days(column, where)
    zone = column.dtype.time_zone
    us = column.dt.cast_time_unit("us").to_physical().to_numpy()
    if zone is None or zone == "UTC":
        whole = _are_midnights(us)
        return Times(us=us, zoned=zone is not None, whole_days=whole, problems=warnings)
    local = column.dt.replace_time_zone(None).dt.cast_time_unit("us").to_physical().to_numpy()
    if us.size and _are_midnights(local):
        note = dates_note(where, zone)
        return Times(us=local, zoned=False, whole_days=True, problems=(*warnings, note))
    return Times(us=us, zoned=True, whole_days=False, problems=warnings)


def _are_midnights(us: NDArray[np.int64]) -> bool:
    """Return whether all times are midnights; the assets of a time mostly follow each other."""
    if np.any(us[:1] % MICROSECONDS_PER_DAY):
        return False
    return not np.any(us[1:][us[1:] != us[:-1]] % MICROSECONDS_PER_DAY)


def per_day(kind: pl.DataType) -> int:
    """Return how many units of a type of dates or timestamps a day has."""
    return _PER_DAY[kind.time_unit] if isinstance(kind, pl.Datetime) else 1


def impossible_time(where: str, rows: Sequence[int]) -> Problem:
    """Return the problem of rows whose time no calendar has."""
    what = say("lies outside of the years 1 to 9999{of_this_kind}", of_this_kind=of_this_kind(rows))
    return Problem(
        where=say("{where}, row {rows}", where=where, rows=rows[0]),
        what=what,
        fix=mark("Mend the times, or their unit"),
    )


def _odd_days(column: pl.Series, where: str) -> tuple[Problem, ...]:
    """Return a warning of times that no market knows; those that no calendar has are refused."""
    impossible = rows_outside(column, FIRST_DAY, LAST_DAY)
    if impossible:
        raise InputError(impossible_time(where, impossible))
    rows = rows_outside(column, *_USUAL_DAYS)
    if not rows:
        return ()
    what = say(
        "lies outside of the years 1800 to 2200{of_this_kind}", of_this_kind=of_this_kind(rows)
    )
    warning = Problem(
        where=say("{where}, row {rows}", where=where, rows=rows[0]),
        what=what,
        fix=mark("Mend the times"),
        severity="warning",
    )
    return (warning,)


def rows_outside(column: pl.Series, first: int, last: int) -> list[int]:
    """Return the 1-based rows of dates or timestamps that lie outside of these days since 1970, both included."""
    physical = column.to_physical()
    unit = per_day(column.dtype)
    low, high = physical.min(), physical.max()
    if low is None or (first * unit <= low and high < (last + 1) * unit):  # pyright: ignore[reportOperatorIssue] # numbers
        return []
    return ((~(physical // unit).is_between(first, last)).arg_true() + 1).to_list()


def _with_clock(times: Times, clock: pl.Series, source: str, where: str) -> Times:
    if not times.whole_days:
        what = say("has a time of day already, '{clock}' cannot be added", clock=clock.name)
        raise InputError(Problem(where=where, what=what, fix=mark("Leave out clock in [data]")))
    _refuse_missing(clock, say("{source}, column '{clock}'", source=source, clock=clock.name))
    us = times.us + read_clocks(clock, source)
    note = Problem(
        where=where, what=say("read together with '{clock}'", clock=clock.name), severity="note"
    )
    whole = _are_midnights(us)
    return Times(us=us, zoned=times.zoned, whole_days=whole, problems=(*times.problems, note))


def _in_zone(times: Times, zone: str, where: str, counts: NDArray[np.int64] | None) -> Times:
    """Return times of a clock on the wall as UTC."""
    naive = pl.Series(times.us).cast(pl.Datetime("us"))
    local = naive.dt.replace_time_zone(zone, ambiguous="earliest", non_existent="null")
    gone = local.is_null().arg_true()
    if len(gone):
        rows = (gone + 1).to_list()
        problem = Problem(
            where=say("{where}, row {rows}", where=where, rows=rows[0]),
            what=say(
                "{naive} does not exist in {zone}, when clocks are put forward; {count} of this kind "
                "({rows})",
                naive=naive[rows[0] - 1],
                zone=zone,
                count=counted(len(rows), "row"),
                rows=numbered(rows),
            ),
            fix=mark("Name another time_zone, or mend the file"),
        )
        raise InputError(problem)
    later = naive.dt.replace_time_zone(zone, ambiguous="latest", non_existent="null")
    twice = (later != local).to_numpy()
    second = np.zeros(twice.size, np.bool_) if counts is not None else _second_pass(times.us, twice)
    doubtful = int(twice.sum() if counts is None else counts[twice].sum())
    found = [Problem(where=where, what=say("read as times of {zone}", zone=zone), severity="note")]
    if doubtful:
        what = say(_TWICE[bool(second.any())], doubtful=counted(doubtful, "row"))
        found.append(Problem(where=where, what=what, severity="warning"))
    us = np.where(second, later.to_physical().to_numpy(), local.to_physical().to_numpy())
    return Times(us=us, zoned=True, whole_days=False, problems=(*times.problems, *found))


def _second_pass(us: NDArray[np.int64], twice: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return which rows of an hour that comes twice are of its second pass: behind the one step back in it."""
    second = np.zeros(us.size, np.bool_)
    places = np.flatnonzero(twice)
    for run in np.split(places, np.flatnonzero(np.diff(places) > 1) + 1):
        back = np.flatnonzero(np.diff(us[run]) < 0)
        if back.size == 1:
            second[run[back[0] + 1 :]] = True
    return second


def can_be_times(column: pl.Series) -> bool:
    """Return whether the values of a column (a sample will do) can all be read as times."""
    try:
        read_times(column.drop_nulls(), "")
    except InputError:
        return False
    return True


def are_epochs(column: pl.Series) -> bool:
    """Return whether numbers that no name calls times are all whole minutes of the years 1990 to 2099.

    Volumes may be as large, but not all of them a number of minutes.
    """
    known = column.drop_nulls()
    if not known.dtype.is_integer() or known.n_unique() < _FEWEST_EPOCHS:
        return False
    low, high = float(known.min()), float(known.max())  # pyright: ignore[reportArgumentType] # numeric
    unit = next((name for floor, end, name in _EPOCH_UNITS if floor <= low and high < end), None)
    if unit is None:
        return False
    second = {"s": 1, "ms": 10**3, "us": 10**6, "ns": 10**9}[unit]
    is_recent = _FROM_1990 * second <= low and high < _UNTIL_2100 * second
    return is_recent and bool((known % (60 * second) == 0).all())


def _refuse_missing(column: pl.Series, where: str) -> None:
    if not column.null_count():
        return
    rows = np.flatnonzero(column.is_null().to_numpy()) + 1
    problem = Problem(
        where=say("{where}, row {rows}", where=where, rows=rows[0]),
        what=say(
            "{size} without a time ({rows})",
            size=counted(rows.size, "row"),
            rows=numbered(rows.tolist()),
        ),
        fix=mark("Give every row a time, or remove it"),
    )
    raise InputError(problem)


def _from_numbers(column: pl.Series, where: str) -> tuple[pl.Series, tuple[Problem, ...]]:
    """Return epoch numbers, or dates written as the number 20240131, as times."""
    if not len(column):
        return column.cast(pl.Datetime("us")), ()
    low, high = float(column.min()), float(column.max())  # pyright: ignore[reportArgumentType] # numeric
    if column.dtype.is_float():
        _refuse_missing(column.fill_nan(None), where)
    if low >= _FIRST_DATE_NUMBER and high <= _LAST_DATE_NUMBER:
        texts = column.cast(pl.Int64).cast(pl.String)
        dates = texts.str.to_date("%Y%m%d", strict=False)
        if not dates.null_count():
            return dates, ()
    for (first, last), zero, words in (
        (_EPOCH_DAYS, 0, mark("days since 1970")),
        (_WORKBOOK_DAYS, _WORKBOOK_ZERO, mark("days as workbooks count them")),
    ):
        if low >= first and high < last:
            us = ((column.cast(pl.Float64) + zero) * 86_400).round().cast(pl.Int64) * 1_000_000
            warning = Problem(
                where=where,
                what=say("its numbers are read as {words}", words=words),
                fix=_lies_ahead(high + zero),
                severity="warning",
            )
            return us.cast(pl.Datetime("us")), (warning,)
    units: list[EpochUnit] = [unit for floor, end, unit in _EPOCH_UNITS if floor <= high < end]
    # Earlier times of the same unit may be small or negative; the largest tells the unit.
    if not units or not -_EPOCH_UNITS[-1][1] < low:
        problem = Problem(
            where=where,
            what=say("its numbers (from {low:g} to {high:g}) are no times", low=low, high=high),
            fix=mark("Give dates, timestamps, or seconds, ms, us or ns since 1970"),
        )
        raise InputError(problem)
    unit = units[0]
    if unit == "ns" and _are_ticks(column, low, high):
        note = Problem(
            where=where, what=mark("its numbers are read as the ticks of .NET"), severity="note"
        )
        us = (column.cast(pl.Int64) - _TICKS_TO_1970) // 10
        return us.cast(pl.Datetime("us")), (note,)
    _refuse_mixed_units(column, unit, where)
    note = Problem(
        where=where,
        what=say("its numbers are read as {unit_words}", unit_words=_UNIT_WORDS[unit]),
        severity="note",
    )
    ahead = _lies_ahead(high / _EACH_DAY[unit])
    if ahead:
        note = replace(note, fix=ahead, severity="warning")
    if unit == "s":
        us = (column.cast(pl.Float64) * 1e6).round().cast(pl.Int64).cast(pl.Datetime("us"))
        return us, (note,)
    return pl.select(pl.from_epoch(column.cast(pl.Int64), time_unit=unit)).to_series(), (note,)


def _lies_ahead(last_day: float) -> str:
    """Return what to do about numbers whose last one, in days since 1970, is more than a year ahead of today."""
    if last_day * 86_400 < time.time() + _YEAR:
        return ""
    return mark("They lie in the future then; SAS and Stata count from 1960: write them as dates")


def _are_ticks(column: pl.Series, low: float, high: float) -> bool:
    """Return whether numbers are tenths of microseconds since the year 1, and not nanoseconds of 1990.

    Both may be as large; as ticks they are whole minutes, or seconds, and as nanoseconds they are not.
    """
    if not (_TICKS[0] <= low and high < _TICKS[1]) or not column.dtype.is_integer():
        return False
    units = ((_TICK_SECOND, _NANO_SECOND), (60 * _TICK_SECOND, 60 * _NANO_SECOND))
    return any(
        bool((column % tick == 0).all()) and not (column % nano == 0).all() for tick, nano in units
    )


def _refuse_mixed_units(column: pl.Series, unit: EpochUnit, where: str) -> None:
    """Refuse seconds among milliseconds and the like, which would lie in the spring of 1970.

    A table that does begin then goes on in the following years.
    """
    end = next(floor for floor, _, name in _EPOCH_UNITS if name == unit)
    if unit == "s" or column.is_between(end / 10, end, closed="left").any():
        return
    rows = (column.is_between(end / 1_000, end / 10).arg_true() + 1).to_list()
    if not rows:
        return
    problem = Problem(
        where=say("{where}, row {rows}", where=where, rows=rows[0]),
        what=say(
            "{column} is no time in {unit_words}, as the others are{of_this_kind}",
            column=column[rows[0] - 1],
            unit_words=_UNIT_WORDS[unit],
            of_this_kind=of_this_kind(rows),
        ),
        fix=mark("Give all times in one unit"),
    )
    raise InputError(problem)
