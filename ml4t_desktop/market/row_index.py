"""Where the bars of an asset are among the rows of a market."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

ASSET, ORDINAL, PREVIOUS = range(3)
# A table of times and assets is quicker than sorting where most of it is filled, and its lines are long.
_LONG_LINE: Final = 32
_SPARSE: Final = 2


def row_index(
    asset: NDArray[np.int32], row_start: NDArray[np.int64], assets: int
) -> NDArray[np.int32]:
    """Return asset, ordinal and previous row (-1: none) of rows in order of time and asset, shape (3, N).

    Parameters
    ----------
    asset : ndarray of int32, shape (N,)
    row_start : ndarray of int64, shape (T + 1,)
        Rows of time t are ``row_start[t]:row_start[t + 1]``.
    assets : int
    """
    times = row_start.size - 1
    is_filled = times * assets <= _SPARSE * asset.size
    if is_filled and asset.size >= _LONG_LINE * times > 0:
        return _by_table(asset, row_start, assets)
    return _by_order(asset, assets)


def _by_table(
    asset: NDArray[np.int32], row_start: NDArray[np.int64], assets: int
) -> NDArray[np.int32]:
    """Go through the times, knowing of each asset its latest row and how many there were."""
    place = np.zeros(asset.size, np.int64)
    place[row_start[1:-1]] = assets
    np.cumsum(place, out=place)
    place += asset
    shape = row_start.size - 1, assets
    latest = np.full(shape, -1, np.int32)
    latest.ravel()[place] = np.arange(asset.size, dtype=np.int32)
    counts = (latest >= 0).astype(np.int32)
    for time in range(1, shape[0]):
        np.maximum(latest[time - 1], latest[time], out=latest[time])
        np.add(counts[time - 1], counts[time], out=counts[time])
    rows = np.empty((3, asset.size), np.int32)
    rows[ASSET] = asset
    np.take(counts.ravel(), place, out=rows[ORDINAL], mode="clip")
    rows[ORDINAL] -= 1
    first = row_start[1]
    rows[PREVIOUS, :first] = -1
    np.take(latest.ravel(), place[first:] - assets, out=rows[PREVIOUS, first:], mode="clip")
    return rows


def _by_order(asset: NDArray[np.int32], assets: int) -> NDArray[np.int32]:
    """Sort the rows by asset."""
    rows = np.empty((3, asset.size), np.int32)
    rows[ASSET] = asset
    order = np.argsort(asset, kind="stable")
    counts = np.bincount(asset, minlength=assets)
    starts = np.cumsum(counts) - counts
    rows[ORDINAL, order] = _places(counts)
    if asset.size:
        previous = np.empty(asset.size, np.int32)
        previous[0] = -1
        previous[1:] = order[:-1]
        previous[starts[counts > 0]] = -1
        rows[PREVIOUS, order] = previous
    return rows


def _places(counts: NDArray[np.int64]) -> NDArray[np.int32]:
    """Return 0, 1, 2, … for each group of so many rows, the groups one after the other.

    Group by group, as an interpreter that is kept for long makes a window stutter.
    """
    places = np.empty(int(counts.sum()), np.int32)
    longest = np.arange(int(counts.max(initial=0)), dtype=np.int32)
    start = 0
    for count in counts.tolist():
        places[start : start + count] = longest[:count]
        start += count
    return places
