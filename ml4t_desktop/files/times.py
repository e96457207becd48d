"""Columns of time to microseconds since the epoch (UTC)."""

from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
import polars as pl
from numpy.typing import NDArray

from ml4t_desktop.errors import InputError, Problem
from ml4t_desktop.files.findings import counted, listed
from ml4t_desktop.files.time_texts import parse_time_texts
from ml4t_desktop.units import MICROSECONDS_PER_DAY

EpochUnit = Literal["s", "ms", "us", "ns"]
_FIRST_DATE_NUMBER, _LAST_DATE_NUMBER = 1900_01_01, 2200_12_31
# Seconds, milliseconds, microseconds and nanoseconds of the years 1973 to 5138 do not overlap.
_EPOCH_UNITS: Final[tuple[tuple[float, float, EpochUnit], ...]] = (
    (1e8, 1e11, "s"),
    (1e11, 1e14, "ms"),
    (1e14, 1e17, "us"),
    (1e17, 9.3e18, "ns"),
)


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


def read_times(column: pl.Series, source: str) -> Times:
    """Return a column of dates, timestamps, texts or epoch numbers as times.

    Raises
    ------
    InputError
        If a value is missing or is no time; names the column and the first rows.
    """
    where = f"{source}, column '{column.name}'"
    _refuse_missing(column, where)
    warnings: tuple[Problem, ...] = ()
    if isinstance(column.dtype, pl.Categorical | pl.Enum):
        column = column.cast(pl.String)
    if column.dtype == pl.String:
        column, warnings = parse_time_texts(column, where)
    if column.dtype.is_numeric():
        column = _from_numbers(column, where)
    if column.dtype == pl.Date:
        us = column.to_physical().cast(pl.Int64).to_numpy() * MICROSECONDS_PER_DAY
        return Times(us=us, zoned=False, whole_days=True, problems=warnings)
    if not isinstance(column.dtype, pl.Datetime):
        what = f"holds {column.dtype}, not times"
        raise InputError(Problem(where=where, what=what, fix="Name the column of times"))
    zone = column.dtype.time_zone
    us = column.dt.cast_time_unit("us").to_physical().to_numpy()
    clock = column.dt.replace_time_zone(None).dt.cast_time_unit("us") if zone else None
    local = us if clock is None else clock.to_physical().to_numpy()
    return Times(
        us=us,
        zoned=zone is not None,
        whole_days=not np.any(local % MICROSECONDS_PER_DAY),
        problems=warnings,
    )


def can_be_times(column: pl.Series) -> bool:
    """Return whether the values of a column (a sample will do) can all be read as times."""
    try:
        read_times(column.drop_nulls(), "")
    except InputError:
        return False
    return True


def _refuse_missing(column: pl.Series, where: str) -> None:
    if not column.null_count():
        return
    rows = np.flatnonzero(column.is_null().to_numpy()) + 1
    problem = Problem(
        where=f"{where}, row {rows[0]}",
        what=f"{counted(rows.size, 'row')} without a time (rows {listed(rows.tolist())})",
        fix="Give every row a time, or remove it",
    )
    raise InputError(problem)


def _from_numbers(column: pl.Series, where: str) -> pl.Series:
    """Return epoch numbers, or dates written as the number 20240131, as times."""
    if not len(column):
        return column.cast(pl.Datetime("us"))
    low, high = float(column.min()), float(column.max())  # pyright: ignore[reportArgumentType] # numeric
    if low >= _FIRST_DATE_NUMBER and high <= _LAST_DATE_NUMBER:
        texts = column.cast(pl.Int64).cast(pl.String)
        dates = texts.str.to_date("%Y%m%d", strict=False)
        if not dates.null_count():
            return dates
    units: list[EpochUnit] = [unit for floor, end, unit in _EPOCH_UNITS if floor <= high < end]
    # Earlier times of the same unit may be small or negative; the largest tells the unit.
    if not units or not np.isfinite(low):
        problem = Problem(
            where=where,
            what=f"its numbers (from {low:g} to {high:g}) are no times",
            fix="Give dates, timestamps, or seconds, ms, us or ns since 1970",
        )
        raise InputError(problem)
    unit = units[0]
    if unit == "s":
        return (column.cast(pl.Float64) * 1e6).round().cast(pl.Int64).cast(pl.Datetime("us"))
    return pl.select(pl.from_epoch(column.cast(pl.Int64), time_unit=unit)).to_series()
