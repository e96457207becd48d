"""Values made comparable: ranks and standard scores with mean 0 and variance 1.

Values of a timestamp are compared with each other, those of one asset only with its own past: were
the mean over the whole history taken off, a slow column would seem to foretell its returns, because
that mean itself comes from the future.
"""

from collections.abc import Callable
from typing import Final

import numpy as np
from numpy.typing import NDArray

WINDOW: Final = 250
_FEWEST_PAST: Final = 20
_MOST_DEVIATIONS: Final = 4.0
_CHUNK: Final = 4096
_UNIFORM_DEVIATION: Final = 12.0**-0.5
Floats = NDArray[np.float64]
Wholes = NDArray[np.int64]


def within_group_ranks(values: Floats, group: Wholes, groups: int, fewest: int) -> Floats:
    """Return ranks within groups, ties shared, scaled to mean 0 and variance 1 in each.

    Parameters
    ----------
    values : ndarray of float64, shape (n,)
        NaN and infinite ones have no rank.
    group : ndarray of int64, shape (n,)
        Which of the `groups` each is in, from 0.
    groups, fewest : int
        How many groups there are, and how many values one needs.

    Returns
    -------
    ndarray of float64, shape (n,)
        NaN where there is no value, fewer than `fewest` values in the group, or no two that differ.
    """
    known = np.flatnonzero(np.isfinite(values))
    order = known[_order(values[known], group[known], groups)]
    member, sorted_values = group[order], values[order]
    counts = np.bincount(member, minlength=groups)
    first = np.cumsum(counts) - counts
    differs = np.ones(order.size, np.bool_)
    differs[1:] = (np.diff(member) != 0) | (np.diff(sorted_values) != 0)
    starts = np.flatnonzero(differs)
    lengths = np.diff(np.append(starts, order.size))
    position = np.repeat(starts + (lengths - 1) / 2, lengths) - first[member]
    centred = position - (counts[member] - 1) / 2
    return _scaled(centred, member, order, counts, fewest, values.size)


def within_group_scores(values: Floats, group: Wholes, groups: int, fewest: int) -> Floats:
    """Return values less the mean of their group, cut at four deviations, with variance 1 in each.

    Parameters and NaN as in `within_group_ranks`.
    """
    known = np.flatnonzero(np.isfinite(values))
    member = group[known]
    counts = np.bincount(member, minlength=groups)
    divisor = np.maximum(counts, 1)
    mean = np.bincount(member, values[known], groups) / divisor
    centred = values[known] - mean[member]
    deviation = np.sqrt(np.bincount(member, centred**2, groups) / divisor)
    cut = _MOST_DEVIATIONS * deviation[member]
    centred = np.clip(centred, -cut, cut)
    return _scaled(centred, member, known, counts, fewest, values.size)


def trailing_scores(
    values: Floats, segments: Wholes, *, as_ranks: bool, check: Callable[[], None] = lambda: None
) -> Floats:
    """Return values compared with the `WINDOW` values of the same segment before them.

    Parameters
    ----------
    values : ndarray of float64
    segments : ndarray of int64
        Segment s is ``segments[s]:segments[s + 1]``.
    as_ranks : bool
        The share of past values below, scaled as a uniform variable; else the distance from their
        mean in deviations, cut at four.
    check : callable
        Called before each segment; raises when nobody waits for it any more.

    Returns
    -------
    ndarray of float64
        NaN where there is no value or where fewer than 20 precede it.
    """
    out = np.full(values.size, np.nan)
    score = _past_ranks if as_ranks else _past_deviations
    for start, stop in zip(segments[:-1].tolist(), segments[1:].tolist(), strict=True):
        check()
        known = start + np.flatnonzero(np.isfinite(values[start:stop]))
        if known.size > _FEWEST_PAST:
            out[known] = score(values[known])
    return out


def trailing_sizes(
    values: Floats, segments: Wholes, *, as_ranks: bool, check: Callable[[], None] = lambda: None
) -> Floats:
    """Return values with their signs, their sizes compared with those of the `WINDOW` values before.

    For returns. They must not be measured from the mean of the past: after a fall that mean is low, any
    return to come looks high beside it, and every price would seem to foretell its reversal.

    Parameters
    ----------
    values, segments, check
        As `trailing_scores` takes them.
    as_ranks : bool
        The share of past sizes below; else the size over the root of the past mean square, cut at four.

    Returns
    -------
    ndarray of float64
        With mean 0 over all and a variance of about 1; NaN as in `trailing_scores`.
    """
    if as_ranks:
        share = (
            trailing_scores(np.abs(values), segments, as_ranks=True, check=check)
            * _UNIFORM_DEVIATION
            + 0.5
        )
        sizes = np.sign(values) * share * 3.0**0.5
    else:
        sizes = np.full(values.size, np.nan)
        for start, stop in zip(segments[:-1].tolist(), segments[1:].tolist(), strict=True):
            check()
            known = start + np.flatnonzero(np.isfinite(values[start:stop]))
            if known.size > _FEWEST_PAST:
                sizes[known] = _past_multiples(values[known])
    return sizes - float(np.nanmean(sizes)) if np.isfinite(sizes).any() else sizes


def _past_multiples(values: Floats) -> Floats:
    ends = np.arange(values.size)
    starts = np.maximum(ends - WINDOW, 0)
    square = np.concatenate(([0.0], np.cumsum(values**2)))
    mean = (square[ends] - square[starts]) / np.maximum(ends - starts, 1)
    size = np.sqrt(np.where(mean > 1e-12 * square[-1] / values.size, mean, np.nan))
    out = np.clip(values / size, -_MOST_DEVIATIONS, _MOST_DEVIATIONS)
    out[:_FEWEST_PAST] = np.nan
    return out


def _past_ranks(values: Floats) -> Floats:
    padded = np.concatenate((np.full(WINDOW, np.nan), values[:-1]))
    windows = np.lib.stride_tricks.sliding_window_view(padded, WINDOW)
    out = np.empty(values.size)
    for start in range(0, values.size, _CHUNK):
        part = slice(start, start + _CHUNK)
        now = values[part, None]
        below = np.count_nonzero(windows[part] < now, axis=1)
        equal = np.count_nonzero(windows[part] == now, axis=1)
        seen = np.minimum(np.arange(values.size)[part], WINDOW)
        out[part] = (below + equal / 2) / np.maximum(seen, 1) - 0.5
    out[:_FEWEST_PAST] = np.nan
    return out / _UNIFORM_DEVIATION


def _past_deviations(values: Floats) -> Floats:
    # Sums of what is near zero lose the least to rounding.
    centred = values - values[0]
    ends = np.arange(values.size)
    starts = np.maximum(ends - WINDOW, 0)
    seen = np.maximum(ends - starts, 1)
    total = np.concatenate(([0.0], np.cumsum(centred)))
    square = np.concatenate(([0.0], np.cumsum(centred**2)))
    mean = (total[ends] - total[starts]) / seen
    variance = (square[ends] - square[starts]) / seen - mean**2
    tiny = 1e-12 * np.maximum(square[ends] / seen, 1e-300)
    spread = np.sqrt(np.where(variance > tiny, variance, np.nan))
    out = np.clip((centred - mean) / spread, -_MOST_DEVIATIONS, _MOST_DEVIATIONS)
    out[:_FEWEST_PAST] = np.nan
    return out


def _order(values: Floats, group: Wholes, groups: int) -> Wholes:
    """Return the places of values by group and then by size."""
    if groups > np.iinfo(np.int16).max:
        return np.lexsort((values, group))
    by_size = np.argsort(values)
    # Small whole numbers are sorted by their digits, in a fraction of the time.
    return by_size[np.argsort(group[by_size].astype(np.int16), kind="stable")]


def _scaled(
    centred: Floats, member: Wholes, place: Wholes, counts: Wholes, fewest: int, size: int
) -> Floats:
    """Return centred values over the deviation of their group, put in their places."""
    spread = np.sqrt(np.bincount(member, centred**2, counts.size) / np.maximum(counts, 1))
    usable = (counts >= fewest) & (spread > 0)
    factor = np.where(usable, 1.0 / np.where(usable, spread, 1.0), np.nan)
    out = np.full(size, np.nan)
    out[place] = centred * factor[member]
    return out
