"""Which trades were held at a time."""

from collections.abc import Iterable, Iterator

import numpy as np
import polars as pl
from numpy.typing import NDArray

from ml4t_desktop.units import MICROSECONDS_PER_DAY

Mask = NDArray[np.bool_]
_NEVER = np.iinfo(np.int64).max


def held_between(trades: pl.DataFrame, first: int, last: int) -> Mask:
    """Return which trades were held at some time between two closes, microseconds since the epoch.

    One that was closed on the first bar is not: what came after its close concerned it no more.

    Parameters
    ----------
    trades : DataFrame of `schema.TRADES`
    """
    return next(held_in_each(trades, ((first, last),)))


def held_in_each(trades: pl.DataFrame, spans: Iterable[tuple[int, int]]) -> Iterator[Mask]:
    """Yield which trades were held in each of several spans; see `held_between`."""
    entry, leave = _moments(trades)
    for first, last in spans:
        yield (entry <= last) & (leave > first)


def held_on(trades: pl.DataFrame, days: NDArray[np.int64]) -> Mask:
    """Return which trades were held on some days, in part at least.

    Parameters
    ----------
    trades : DataFrame of `schema.TRADES`
    days : ndarray of int64
        Days since 1970-01-01, ascending.
    """
    entry, leave = _moments(trades)
    after = np.searchsorted(days, entry // MICROSECONDS_PER_DAY)
    until = np.searchsorted(days, leave // MICROSECONDS_PER_DAY, side="right")
    return until > after


def _moments(trades: pl.DataFrame) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the times of entry and exit; what is open never ended."""
    entry = trades["entry_time"].to_physical().to_numpy()
    return entry, trades["exit_time"].to_physical().fill_null(_NEVER).to_numpy()
