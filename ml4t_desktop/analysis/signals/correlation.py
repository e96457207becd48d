"""Rank correlation of a signal with what followed: over time, and its mean."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ml4t_desktop.analysis.leakage.scores import within_group_ranks
from ml4t_desktop.analysis.signals.errors import error_of_mean
from ml4t_desktop.analysis.signals.forward import Sample

WINDOW: Final = 63
_FEWEST: Final = 5
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RankCorrelation:
    """Spearman's correlation of a signal with the returns after it.

    Parameters
    ----------
    times : ndarray of int64, shape (m,)
        Indices of the timestamps that have one.
    values : ndarray of float64, shape (m,)
        Across the assets of each timestamp; over time of few assets, the product of both ranks, whose
        mean is their correlation.
    rolling : ndarray of float64, shape (m,)
        Mean of the last 63 (fewer at the start: NaN).
    mean, error : float
        Over all of them; the error knows that returns overlap.
    """

    times: NDArray[np.int64]
    values: Floats
    rolling: Floats
    mean: float
    error: float

    @property
    def t_statistic(self) -> float:
        """The mean in standard errors; NaN without any."""
        return self.mean / self.error if self.error > 0 else float("nan")


def rank_correlation(sample: Sample) -> RankCorrelation:
    """Return the rank correlation of a signal with what followed."""
    count, total = _by_time(sample) if sample.is_across else _over_time(sample)
    present = np.flatnonzero(count)
    values = total[present] / count[present]
    return RankCorrelation(
        times=present,
        values=values,
        rolling=rolling_mean(values, WINDOW),
        mean=float(values.mean()) if values.size else float("nan"),
        error=error_of_mean(values, max(sample.horizon, 1)),
    )


def _by_time(sample: Sample) -> tuple[NDArray[np.int64], Floats]:
    """Return number and sum of the products of both ranks at each timestamp."""
    count, total = np.zeros(sample.time_count, np.int64), np.zeros(sample.time_count)
    for part in sample.parts():
        signal = within_group_ranks(part.value, part.time, part.time_count, _FEWEST)
        later = within_group_ranks(part.later, part.time, part.time_count, _FEWEST)
        times = slice(part.first, part.first + part.time_count)
        count[times], total[times] = _summed(signal * later, part.time, part.time_count)
    return count, total


def _over_time(sample: Sample) -> tuple[NDArray[np.int64], Floats]:
    """Return the same where values are compared over all of the history."""
    group = np.zeros(sample.size, np.int64)
    product = within_group_ranks(sample.value, group, 1, _FEWEST)
    product *= within_group_ranks(sample.later, group, 1, _FEWEST)
    return _summed(product, sample.time, sample.time_count)


def _summed(
    product: Floats, time: NDArray[np.int64], count: int
) -> tuple[NDArray[np.int64], Floats]:
    known = np.isfinite(product)
    times = time[known]
    total: Floats = np.bincount(times, product[known], count).astype(np.float64, copy=False)
    return np.bincount(times, minlength=count), total


def rolling_mean(values: Floats, window: int) -> Floats:
    """Return the mean of the last `window` values at every place, NaN before there are so many.

    Parameters
    ----------
    values : ndarray of float64, shape (n,)
        No NaN.
    window : int
        At least 1.
    """
    out = np.full(values.size, np.nan)
    if values.size >= window:
        total = np.concatenate(([0.0], np.cumsum(values)))
        out[window - 1 :] = (total[window:] - total[:-window]) / window
    return out
