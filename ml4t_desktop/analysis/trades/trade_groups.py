"""The trades of a table in groups by any of their columns, and what each group adds up to."""

from dataclasses import dataclass
from itertools import pairwise
from typing import Final, Literal

import numpy as np
import polars as pl
from numpy.typing import NDArray

from ml4t_desktop.analysis.clocks import UTC_NAME, on_clocks
from ml4t_desktop.analysis.trades.breakdowns import WEEKDAYS
from ml4t_desktop.result.schema import CLOSED
from ml4t_desktop.units import MICROSECONDS_PER_DAY
from ml4t_desktop.wording import say

Total = Literal["sum", "mean"]
# Parts of a time that trades can be grouped by, as in ``month:exit_time``.
TIME_PARTS: Final = ("year", "quarter", "month", "day", "weekday", "hour")
NO_VALUE: Final = "none"
_FEW_VALUES: Final = 12
_PARTS: Final = 5


@dataclass(frozen=True, slots=True, eq=False)
class TradeGroups:
    """Which group every row of a trades table belongs to.

    Parameters
    ----------
    codes : ndarray of int32, shape (n,)
        Place of the row's group among the labels.
    labels : tuple of str
        In the order of the groups; rows without a value are in a last group, `NO_VALUE`.
    """

    codes: NDArray[np.int32]
    labels: tuple[str, ...]


def trade_groups(trades: pl.DataFrame, by: str, zone: str = UTC_NAME) -> TradeGroups:
    """Return the rows of a trades table in groups.

    Parameters
    ----------
    trades : DataFrame of `schema.TRADES`
    by : str
        A column; or ``part:column`` for a part of a time, of `TIME_PARTS`; or ``outcome``, whether a
        trade won or lost. Numbers of more than twelve different values are put in five groups of as
        nearly as possible the same number of trades, equal values always together.
    zone : str
        On whose clocks times are.
    """
    if by == "outcome":
        return _outcomes(trades)
    part, _, column = by.rpartition(":")
    values = trades[column]
    if part:
        return _of_times(on_clocks(values, zone), part)
    if values.dtype == pl.String:
        return _in_order(values, sorted(values.drop_nulls().unique()))
    return _of_numbers(values.cast(pl.Float64).fill_nan(None))


def group_sums(
    values: NDArray[np.float64], codes: NDArray[np.int32], count: int, total: Total
) -> NDArray[np.float64]:
    """Return the sum or the mean of values in each group.

    Parameters
    ----------
    values : ndarray of float64, shape (n,)
        NaN is left out.
    codes : ndarray of int32, shape (n,)
        The group of each value, from 0.
    count : int
        How many groups there are.
    total : {"sum", "mean"}

    Returns
    -------
    ndarray of float64, shape (count,)
        NaN for a group without a value.
    """
    is_missing = np.isnan(values)
    has_gaps = bool(is_missing.any())
    sums = np.bincount(codes, np.where(is_missing, 0.0, values) if has_gaps else values, count)
    there = np.bincount(codes, ~is_missing if has_gaps else None, count)
    with np.errstate(invalid="ignore", divide="ignore"):
        means = sums / there
    return means if total == "mean" else np.where(there > 0, sums, np.nan)


def _outcomes(trades: pl.DataFrame) -> TradeGroups:
    label = (
        pl.when(pl.col("status") != CLOSED)
        .then(pl.lit("open"))
        .when(pl.col("pnl") > 0)
        .then(pl.lit("won"))
        .when(pl.col("pnl") < 0)
        .then(pl.lit("lost"))
        .otherwise(pl.lit("even"))
    )
    labels = trades.select(label.alias("label"))["label"]
    there = set(labels.unique())
    return _in_order(labels, [name for name in ("won", "lost", "even", "open") if name in there])


def _of_times(values: pl.Series, part: str) -> TradeGroups:
    """Return times in groups; only one time of each group is written as text."""
    numbers = _part_numbers(values, part)
    present = numbers.drop_nulls().unique().sort()
    codes = numbers.cast(pl.Int64).fill_null(-1).to_numpy()
    low = int(present[0]) if present.len() else 0  # pyright: ignore[reportArgumentType]  (numbers)
    places = np.full(int(present[-1]) - low + 2 if present.len() else 1, present.len(), np.int32)  # pyright: ignore[reportArgumentType]  (numbers)
    places[present.to_numpy() - low] = np.arange(present.len())
    is_missing = numbers.is_null().to_numpy()
    found = places[np.where(is_missing, places.size - 1, codes - low)]
    labels = tuple(_part_label(int(number), part) for number in present)
    return TradeGroups(found, (*labels, NO_VALUE) if is_missing.any() else labels)


def _part_numbers(values: pl.Series, part: str) -> pl.Series:
    """Return a whole number for the part of every time, in the order of the groups."""
    match part:
        case "weekday":
            return values.dt.weekday().cast(pl.Int64)
        case "hour":
            return values.dt.hour().cast(pl.Int64)
        case "day":
            return values.to_physical() // MICROSECONDS_PER_DAY
        case "year":
            return values.dt.year().cast(pl.Int64)
        case "quarter":
            return values.dt.year().cast(pl.Int64) * 4 + values.dt.quarter().cast(pl.Int64) - 1
        case "month":
            return values.dt.year().cast(pl.Int64) * 12 + values.dt.month().cast(pl.Int64) - 1
    message = say("a time has no part {part!r}", part=part)
    raise ValueError(message)


def _part_label(number: int, part: str) -> str:
    match part:
        case "weekday":
            return WEEKDAYS[number - 1]
        case "hour":
            return f"{number:02d}:00"
        case "day":
            return str(np.datetime64(number, "D"))
        case "quarter":
            return f"{number // 4} Q{number % 4 + 1}"
        case "month":
            return f"{number // 12}-{number % 12 + 1:02d}"
    return str(number)


def _in_order(labels: pl.Series, order: list[str]) -> TradeGroups:
    codes = labels.cast(pl.Enum(order), strict=False).to_physical().cast(pl.Int32)
    if not codes.null_count():
        return TradeGroups(codes.to_numpy(), tuple(order))
    return TradeGroups(codes.fill_null(len(order)).to_numpy(), (*order, NO_VALUE))


def _of_numbers(values: pl.Series) -> TradeGroups:
    numbers = values.to_numpy()
    present = np.unique(numbers[~np.isnan(numbers)])
    if present.size <= _FEW_VALUES:
        codes = np.searchsorted(present, numbers).astype(np.int32)
        labels = [f"{value:g}" for value in present]
    else:
        sorted_values = np.sort(numbers[~np.isnan(numbers)])
        cuts = np.unique(
            sorted_values[[sorted_values.size * k // _PARTS for k in range(1, _PARTS)]]
        )
        cuts = cuts[cuts > sorted_values[0]]
        codes = np.searchsorted(cuts, numbers, side="right").astype(np.int32)
        edges = [sorted_values[0], *cuts, sorted_values[-1]]
        labels = [
            say("{low:.4g} to {high:.4g}", low=low, high=high) for low, high in pairwise(edges)
        ]
    is_missing = np.isnan(numbers)
    if is_missing.any():
        codes[is_missing] = len(labels)
        labels.append(NO_VALUE)
    return TradeGroups(codes, tuple(labels))
