"""Whether a value of a day, week, month or quarter is used before that period is over."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from ml4t_desktop.analysis.leakage.findings import Finding
from ml4t_desktop.analysis.leakage.panel import Panel
from ml4t_desktop.analysis.leakage.scores import within_group_ranks
from ml4t_desktop.market.blocks import time_blocks
from ml4t_desktop.units import MICROSECONDS_PER_DAY
from ml4t_desktop.wording import mark, say

Period = Literal["day", "week", "month", "quarter"]
_KINDS: Final[tuple[Period, ...]] = ("day", "week", "month", "quarter")
_MOSTLY: Final = 0.95
_OFTEN: Final = 0.5
_FEWEST: Final = 20
_SURE: Final = 4.0
_LEAST: Final = 0.10
_CONTEXT: Final = "context."
Floats = NDArray[np.float64]
Wholes = NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Steady:
    """A column that keeps one value through each period.

    `own` is the correlation of its change with the return of the same period, `error` its standard error.
    """

    period: Period
    own: float
    error: float
    periods: int

    @property
    def knows_its_period(self) -> bool:
        strength = abs(self.own)
        return strength > _SURE * self.error and strength - 2 * self.error > _LEAST


def period_finding(
    column: str, values: Floats, panel: Panel, timestamps: Wholes, *, is_delayed: bool
) -> Finding | None:
    """Return whether a value holds for a whole period from its first bar on, and knows its return.

    Parameters
    ----------
    values : ndarray of float64, shape (P,)
        The column, laid out.
    timestamps : ndarray of int64, shape (T,)
    is_delayed : bool
        Whether the request says that values become known later than their time stamp.

    Returns
    -------
    Finding or None
        None for a column that changes within periods.
    """
    for period in _KINDS:
        steady = _steady(values, panel, timestamps, period)
        if steady is not None:
            return _judged(column, steady, is_delayed=is_delayed)
    return None


def _judged(column: str, steady: _Steady, *, is_delayed: bool) -> Finding | None:
    period, is_day = steady.period, steady.period == "day"
    figures = say(
        "{own:+.2f} ± {error:.2f} in {periods:,} {period}s",
        own=steady.own,
        error=steady.error,
        periods=steady.periods,
        period=period,
    )
    how = say(
        "It has one value a {period}, used from the first bar of the {period} on", period=period
    )
    check = "day" if is_day else "period"
    remedy = (
        mark('Set "Known after" of the context (lag = "1d"), or use it later by the bars of a day.')
        if is_day
        else say(
            "Stamp it with the day it was published, or set a lag in [context] that covers the "
            "{period}.",
            period=period,
        )
    )
    if steady.knows_its_period:
        return Finding(
            check=check,
            level="alarm",
            column=column,
            sentence=say(
                "{how}, and its change goes with the return of that very {period} ({figures}).",
                how=how,
                period=period,
                figures=figures,
            ),
            effect=say("Rules know at the start of a {period} how it will end.", period=period),
            remedy=remedy,
        )
    if is_delayed or not (is_day or column.startswith(_CONTEXT)):
        return Finding(
            check=check,
            level="fine",
            column=column,
            sentence=say(
                "{how}; it does not know the return of that {period} ({figures}).",
                how=how,
                period=period,
                figures=figures,
            ),
        )
    return Finding(
        check=check,
        level="notice",
        column=column,
        sentence=say(
            "{how}. It does not go with the return of that {period} ({figures}), but if it is "
            "the value of the {period} itself, it was not known yet.",
            how=how,
            period=period,
            figures=figures,
        ),
        effect=say(
            "A figure about a {period} that is used before the {period} is over looks ahead.",
            period=period,
        ),
        remedy=say(
            "Nothing, if it is the value of the {period} before. Else: {remedy}",
            period=period,
            remedy=remedy,
        ),
    )


def _steady(values: Floats, panel: Panel, timestamps: Wholes, period: Period) -> _Steady | None:
    """Return how a column does by period, None if it changes within them or hardly between them."""
    number = _numbers(timestamps, period)
    parts: list[_Part] = []
    known = starts = 0
    for part in _parts(values, panel, number):
        parts.append(part)
        known, starts = known + part.known, starts + part.value.size
        if 2 * starts > panel.place.size:  # of one bar each, as days are of daily bars
            return None
    if known < 2 or starts < _FEWEST or known < 2 * starts:
        return None
    if sum(part.changed_in for part in parts) > (1 - _MOSTLY) * starts:
        return None
    asset = np.concatenate([part.asset for part in parts])
    value = np.concatenate([part.value for part in parts])
    same_asset = asset[1:] == asset[:-1]
    moved = np.concatenate([part.has_moved for part in parts])
    if not same_asset.any() or np.mean(moved[1:][same_asset]) < _OFTEN:
        return None
    close = np.concatenate([part.close for part in parts])
    group = np.concatenate([part.group for part in parts])
    return _with_own_return(value, close, same_asset, group, period)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Part:
    """The periods of some assets, in order.

    Parameters
    ----------
    known : int
        Bars with a value.
    changed_in : int
        Periods within which the value changes.
    value, close : ndarray of float64
        The first value of each period, and the close of its last bar.
    has_moved : ndarray of bool
        Whether that value is another than the one before.
    asset, group : ndarray of int64
        Which asset and which period it is.
    """

    known: int
    changed_in: int
    value: Floats
    close: Floats
    has_moved: NDArray[np.bool_]
    asset: Wholes
    group: Wholes


def _parts(values: Floats, panel: Panel, number: Wholes) -> Iterator[_Part]:
    """Yield the periods of all assets, of some assets at once.

    Parameters
    ----------
    number : ndarray of int64, shape (T,)
        Number of the period of each timestamp.
    """
    closes = panel.close
    for first, after in time_blocks(panel.segments):
        begin, end = int(panel.segments[first]), int(panel.segments[after])
        known = begin + np.flatnonzero(panel.is_bar[begin:end] & np.isfinite(values[begin:end]))
        if not known.size:
            continue
        asset = np.searchsorted(panel.segments, known, side="right") - 1
        group, value = number[panel.time[known]], values[known]
        begins, moved = np.ones(known.size, np.bool_), np.ones(known.size, np.bool_)
        begins[1:] = (np.diff(group) != 0) | (np.diff(asset) != 0)
        moved[1:] = value[1:] != value[:-1]
        starts = np.flatnonzero(begins)
        ends = np.append(starts[1:], known.size) - 1
        yield _Part(
            known=known.size,
            changed_in=np.unique(np.cumsum(begins)[moved & ~begins]).size,
            value=value[starts],
            close=closes[known[ends]],
            has_moved=moved[starts],
            asset=asset[starts],
            group=group[starts],
        )


def _with_own_return(
    value: Floats, close: Floats, same_asset: NDArray[np.bool_], group: Wholes, period: Period
) -> _Steady:
    change = np.where(same_asset, np.diff(value), np.nan)
    gain = np.where(same_asset, close[1:] / close[:-1] - 1.0, np.nan)
    both = np.isfinite(change) & np.isfinite(gain)
    one = np.zeros(int(both.sum()), np.int64)
    first = within_group_ranks(change[both], one, 1, _FEWEST)
    second = within_group_ranks(gain[both], one, 1, _FEWEST)
    product = np.nan_to_num(first * second)
    if product.size < _FEWEST:
        return _Steady(period=period, own=0.0, error=1.0, periods=int(product.size))
    own = float(product.mean())
    _, cluster = np.unique(group[1:][both], return_inverse=True)
    sums = np.bincount(cluster, product - own)
    # One observation for each period: assets that move together say the same thing.
    error = float(np.sqrt(np.sum(sums**2))) / product.size
    return _Steady(
        period=period, own=own, error=max(error, 1e-9), periods=int(np.unique(cluster).size)
    )


def _numbers(timestamps: Wholes, period: Period) -> Wholes:
    """Return the number of the period that each timestamp lies in."""
    day = timestamps // MICROSECONDS_PER_DAY
    if period == "day":
        return day
    if period == "week":  # day 0 of the epoch was a Thursday; weeks begin on Monday
        return (day + 3) // 7
    month = day.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
    return month if period == "month" else month // 3
