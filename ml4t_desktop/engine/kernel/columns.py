"""Columns that rules need and that look across assets or back in time."""

import numpy as np
from numpy.typing import NDArray

from ml4t_desktop.engine.kernel.compiled import compiled, inlined, wide
from ml4t_desktop.engine.kernel.layout import Crossing, Marked, Ranking, Returns, Steps


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
def steps(arguments: Steps, count: int, sign: float) -> None:
    """Set `held` to where each of the last `count` steps of a row's asset went up (sign 1) or down (-1).

    A row without a previous one is compared with itself, and so never holds; nor does NaN.
    """
    values, previous, held = arguments.values, arguments.previous, arguments.held
    # Unsigned, an index is not looked at for being counted from the end.
    if sign > 0.0:
        for row in range(values.size):
            before = previous[row]
            held[row] = values[row] > values[np.uintp(before if before >= 0 else row)]
    else:
        for row in range(values.size):
            before = previous[row]
            held[row] = values[row] < values[np.uintp(before if before >= 0 else row)]
    # Where the steps before one held too; from behind, so that those are still of the round before.
    for _ in range(count - 1):
        for row in range(values.size - 1, -1, -1):
            before = previous[row]
            held[row] &= held[np.uintp(before if before >= 0 else row)]


@compiled
def crosses(arguments: Crossing, sign: float) -> None:
    """Set `held` to where the left column is above the right (sign 1; below: -1) and was not at the bar before."""
    left, right = arguments.left, arguments.right
    previous, held = arguments.previous, arguments.held
    pace = 0 if right.size == 1 else 1
    for row in range(left.size):
        before = max(wide(previous[row]), 0)
        was = sign * left[before] <= sign * right[before * pace]
        is_now = sign * left[row] > sign * right[row * pace]
        held[row] = was & is_now & (previous[row] >= 0)


@compiled
def rows_of(marked: Marked) -> int:
    """Write the places where a mask holds, ascending, and return how many; `rows` has room for one more.

    Writing always and moving on only where it holds spares a branch that nobody can predict.
    """
    mask, rows = marked.mask, marked.rows
    count = 0
    for row in range(mask.size):
        rows[count] = row
        count += mask[row]
    return count


@compiled
def best_of_timestamp(ranking: Ranking, count: int, sign: float) -> None:
    """Mark the rows among the `count` highest (sign 1) or lowest (sign -1) of their timestamp.

    NaN never counts; ties go to the earlier row, which is the symbol that comes first. `known` is
    scratch for the rows of one timestamp.
    """
    values, row_start = ranking.values, ranking.row_start
    chosen, known = ranking.chosen, ranking.known
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
def volatility(arguments: Returns, window: int) -> None:
    """Set `deviations` to the standard deviation (ddof 1) of each asset's last `window` bar returns.

    Aligned with the rows; NaN before there are as many. `returns` (assets * window), `last`
    (NaN) and `seen` (0), per asset, are scratch.
    """
    close, asset, deviations = arguments.close, arguments.asset, arguments.deviations
    returns, last, seen = arguments.returns, arguments.last, arguments.seen
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
