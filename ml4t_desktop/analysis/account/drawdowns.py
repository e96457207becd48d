"""How far and how long equity was below its peak."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ml4t_desktop.units import MICROSECONDS_PER_DAY

# Sums of many positions differ in their last digits: less than this below the peak is at the peak.
_AT_PEAK: Final = 1e-12


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawdown:
    """One stretch below a peak, from the peak to the recovery or to the end of the run.

    Parameters
    ----------
    start, trough, recovery : int
        Microseconds since the epoch of the peak, of the lowest point, and of the first point at
        the peak again. A drawdown from the initial capital starts at the first equity point.
        `recovery` is None while there is none.
    depth : float
        Lowest equity over the peak, minus one: a negative fraction.
    money : float
        Equity lost from the peak to the lowest point, negative.
    bars, bars_to_trough : int
        Equity points from the peak to the recovery (or the end), and to the lowest point; the
        initial capital counts as the point before the first.
    days, days_to_trough : float
        The same in calendar days.
    """

    start: int
    trough: int
    recovery: int | None
    depth: float
    money: float
    bars: int
    bars_to_trough: int
    days: float
    days_to_trough: float


def peaks(equity: NDArray[np.float64], initial_capital: float) -> NDArray[np.float64]:
    """Return the highest equity so far at every point, the initial capital included.

    Parameters
    ----------
    equity : ndarray of float64, shape (n,)
        Account currency, no NaN.
    initial_capital : float
        The first peak.

    Returns
    -------
    ndarray of float64, shape (n,)
        Account currency, never falling.
    """
    return np.maximum(np.maximum.accumulate(equity), initial_capital)


def underwater(equity: NDArray[np.float64], initial_capital: float) -> NDArray[np.float64]:
    """Return the underwater curve: equity over its peak so far, minus one.

    Parameters
    ----------
    equity : ndarray of float64, shape (n,)
        Account currency, no NaN.
    initial_capital : float
        The first peak; positive.

    Returns
    -------
    ndarray of float64, shape (n,)
        Zero or negative.
    """
    if not len(equity):
        return np.empty(0)
    below = equity / peaks(equity, initial_capital) - 1.0
    below[below > -_AT_PEAK] = 0.0
    return below


def drawdowns(
    times: NDArray[np.int64], equity: NDArray[np.float64], initial_capital: float
) -> tuple[Drawdown, ...]:
    """Return every stretch below a peak, in order of time.

    Parameters
    ----------
    times : ndarray of int64, shape (n,)
        Microseconds since the epoch, ascending.
    equity : ndarray of float64, shape (n,)
    initial_capital : float
    """
    below = underwater(equity, initial_capital)
    first, end = _stretches(below)
    if not len(first):
        return ()
    lost = equity - peaks(equity, initial_capital)
    return tuple(
        _drawdown(times, below, lost, int(begin), int(stop))
        for begin, stop in zip(first, end, strict=True)
    )


def depths(below: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the lowest point of every stretch below a peak.

    Parameters
    ----------
    below : ndarray of float64, shape (n,)
        From `underwater`: fractions, zero or negative.

    Returns
    -------
    ndarray of float64, shape (stretches,)
        Fractions below zero, in order of time; empty without a stretch.
    """
    first, _ = _stretches(below)
    # Between two stretches the curve is zero, so the lowest up to the next start is the stretch's.
    return np.minimum.reduceat(below, first) if len(first) else np.empty(0)


def deepest(
    times: NDArray[np.int64], equity: NDArray[np.float64], initial_capital: float
) -> Drawdown | None:
    """Return the deepest stretch below a peak, the first of equal ones; None without any."""
    below = underwater(equity, initial_capital)
    first, end = _stretches(below)
    if not len(first):
        return None
    which = int(np.argmin(np.minimum.reduceat(below, first)))
    lost = equity - peaks(equity, initial_capital)
    return _drawdown(times, below, lost, int(first[which]), int(end[which]))


def worst_drawdowns(
    times: NDArray[np.int64], equity: NDArray[np.float64], initial_capital: float, count: int
) -> tuple[Drawdown, ...]:
    """Return the deepest stretches below a peak, the deepest first, of equal ones the earlier.

    Parameters
    ----------
    times : ndarray of int64, shape (n,)
        Microseconds since the epoch, ascending.
    equity : ndarray of float64, shape (n,)
    initial_capital : float
    count : int
        How many at most.
    """
    below = underwater(equity, initial_capital)
    first, end = _stretches(below)
    if not len(first):
        return ()
    deepest_first = np.argsort(np.minimum.reduceat(below, first), kind="stable")[:count]
    lost = equity - peaks(equity, initial_capital)
    return tuple(
        _drawdown(times, below, lost, int(first[place]), int(end[place])) for place in deepest_first
    )


def longest_days(times: NDArray[np.int64], below: NDArray[np.float64]) -> float:
    """Return the calendar days of the longest stretch below a peak, zero without any.

    Parameters
    ----------
    times : ndarray of int64, shape (n,)
        Microseconds since the epoch, ascending.
    below : ndarray of float64, shape (n,)
        From `underwater`. A stretch lasts from its peak to its recovery, or to the end.
    """
    return float(_lengths(times, below).max(initial=0)) / MICROSECONDS_PER_DAY


def mean_days(times: NDArray[np.int64], below: NDArray[np.float64]) -> float:
    """Return the mean calendar days of the stretches below a peak, zero without any; see `longest_days`."""
    lengths = _lengths(times, below)
    return float(lengths.mean()) / MICROSECONDS_PER_DAY if len(lengths) else 0.0


def _lengths(times: NDArray[np.int64], below: NDArray[np.float64]) -> NDArray[np.int64]:
    """Return the microseconds from the peak to the recovery, or to the end, of every stretch."""
    first, end = _stretches(below)
    until = times[np.minimum(end, len(times) - 1)]
    return until - times[np.maximum(first - 1, 0)]


def _stretches(below: NDArray[np.float64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the first point of each stretch below the peak and the point after its last."""
    edges = np.diff(np.concatenate(([0], (below < 0).astype(np.int8), [0])))
    return np.flatnonzero(edges == 1), np.flatnonzero(edges == -1)


def _drawdown(
    times: NDArray[np.int64],
    below: NDArray[np.float64],
    lost: NDArray[np.float64],
    first: int,
    end: int,
) -> Drawdown:
    trough = first + int(np.argmin(below[first:end]))
    is_recovered = end < len(times)
    last = min(end, len(times) - 1)
    start = int(times[max(first - 1, 0)])
    return Drawdown(
        start=start,
        trough=int(times[trough]),
        recovery=int(times[end]) if is_recovered else None,
        depth=float(below[trough]),
        money=float(lost[trough]),
        bars=last - (first - 1),
        bars_to_trough=trough - (first - 1),
        days=(int(times[last]) - start) / MICROSECONDS_PER_DAY,
        days_to_trough=(int(times[trough]) - start) / MICROSECONDS_PER_DAY,
    )
