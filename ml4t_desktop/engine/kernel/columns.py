"""Columns that rules need and that look across assets or back in time."""

import numpy as np
from numpy.typing import NDArray

from ml4t_desktop.engine.kernel.compiled import compiled, inlined


@inlined
def _largest(values: NDArray[np.float64], count: int, place: int) -> float:
    """Return the `place`-th largest (from 0) of the first `count` values, which it reorders (quickselect)."""
    low = 0
    high = count - 1
    while low < high:
        pivot = values[(low + high) // 2]
        i = low
        j = high
        while i <= j:
            while values[i] > pivot:
                i += 1
            while values[j] < pivot:
                j -= 1
            if i <= j:
                values[i], values[j] = values[j], values[i]
                i += 1
                j -= 1
        if place <= j:
            high = j
        elif place >= i:
            low = i
        else:
            break
    return values[place]


@compiled
def before(
    values: NDArray[np.float64], previous: NDArray[np.int32], found: NDArray[np.float64]
) -> None:
    """Set `found` to the value of each row's previous row, NaN where it has none (-1)."""
    for row in range(values.size):
        place = previous[row]
        found[row] = values[place] if place >= 0 else np.nan


@compiled
def rows_of(mask: NDArray[np.bool_], rows: NDArray[np.int64]) -> int:
    """Write the places where a mask holds, ascending, and return how many; `rows` has room for one more.

    Writing always and moving on only where it holds spares a branch that nobody can predict.
    """
    count = 0
    for row in range(mask.size):
        rows[count] = row
        count += mask[row]
    return count


@compiled
def best_of_timestamp(
    values: NDArray[np.float64],
    row_start: NDArray[np.int64],
    chosen: NDArray[np.bool_],
    known: NDArray[np.float64],
    count: int,
    sign: float,
) -> None:
    """Mark the rows among the `count` highest (sign 1) or lowest (sign -1) of their timestamp.

    NaN never counts; ties go to the earlier row, which is the symbol that comes first. `known` is
    scratch for the rows of one timestamp.
    """
    for t in range(row_start.size - 1):
        start = row_start[t]
        end = row_start[t + 1]
        n = 0
        for row in range(start, end):
            chosen[row] = False
            if not np.isnan(values[row]):
                known[n] = sign * values[row]
                n += 1
        limit = _largest(known, n, count - 1) if n > count else -np.inf
        left = count
        for row in range(start, end):
            if sign * values[row] > limit:
                chosen[row] = True
                left -= 1
        for row in range(start, end):
            if left <= 0:
                break
            if sign * values[row] == limit:
                chosen[row] = True
                left -= 1


@compiled
def volatility(
    close: NDArray[np.float64],
    asset: NDArray[np.int32],
    deviations: NDArray[np.float64],
    returns: NDArray[np.float64],
    last: NDArray[np.float64],
    seen: NDArray[np.int64],
    window: int,
) -> None:
    """Set `deviations` to the standard deviation (ddof 1) of each asset's last `window` bar returns.

    Aligned with the rows; NaN before there are as many. `returns` (assets * window), `last`
    (NaN) and `seen` (0), per asset, are scratch.
    """
    for row in range(close.size):
        a = asset[row]
        deviations[row] = np.nan
        if not np.isnan(last[a]):
            returns[a * window + seen[a] % window] = close[row] / last[a] - 1.0
            seen[a] += 1
        last[a] = close[row]
        if seen[a] >= window:
            mean = 0.0
            for i in range(window):
                mean += returns[a * window + i]
            mean /= window
            total = 0.0
            for i in range(window):
                total += (returns[a * window + i] - mean) ** 2
            deviations[row] = np.sqrt(total / (window - 1))
