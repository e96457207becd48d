"""Columns that rules need and that look across assets or back in time."""

import numpy as np
from numpy.typing import NDArray

from ml4t_desktop.engine.kernel.compiled import compiled_column


@compiled_column
def best_of_timestamp(
    values: NDArray[np.float64], row_start: NDArray[np.int64], count: int, sign: float
) -> NDArray[np.bool_]:
    """Return the rows among the `count` highest (sign 1) or lowest (sign -1) of their timestamp.

    NaN never counts; ties go to the earlier row, which is the symbol that comes first.
    """
    chosen = np.zeros(values.size, np.bool_)
    for t in range(row_start.size - 1):
        start = row_start[t]
        end = row_start[t + 1]
        known = np.empty(end - start)
        n = 0
        for row in range(start, end):
            if not np.isnan(values[row]):
                known[n] = sign * values[row]
                n += 1
        if n <= count:
            for row in range(start, end):
                chosen[row] = not np.isnan(values[row])
            continue
        limit = np.partition(known[:n], n - count)[n - count]
        left = count
        for row in range(start, end):
            if sign * values[row] > limit:
                chosen[row] = True
                left -= 1
        for row in range(start, end):
            if left == 0:
                break
            if sign * values[row] == limit:
                chosen[row] = True
                left -= 1
    return chosen


@compiled_column
def inverse_volatility(
    close: NDArray[np.float64], asset: NDArray[np.int32], assets: int, window: int
) -> NDArray[np.float64]:
    """Return 1 / standard deviation (ddof 1) of each asset's last `window` bar returns, NaN before.

    Shape (N,), aligned with the rows; a volatility of zero gives NaN.
    """
    returns = np.zeros((assets, window))
    seen = np.zeros(assets, np.int64)
    last = np.full(assets, np.nan)
    weights = np.full(close.size, np.nan)
    for row in range(close.size):
        a = asset[row]
        if not np.isnan(last[a]):
            returns[a, seen[a] % window] = close[row] / last[a] - 1.0
            seen[a] += 1
        last[a] = close[row]
        if seen[a] >= window:
            mean = 0.0
            for i in range(window):
                mean += returns[a, i]
            mean /= window
            total = 0.0
            for i in range(window):
                total += (returns[a, i] - mean) ** 2
            deviation = np.sqrt(total / (window - 1))
            if deviation > 0.0:
                weights[row] = 1.0 / deviation
    return weights
