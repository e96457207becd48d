"""How values are distributed: histograms with round edges, and what describes a distribution."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

Values = NDArray[np.float64]
_FEWEST, _MOST = 8, 60
_ROUND: Final = (1.0, 2.0, 2.5, 5.0, 10.0)


@dataclass(frozen=True, slots=True, eq=False)
class Histogram:
    """Values counted in bins.

    Parameters
    ----------
    edges : ndarray of float64, shape (b + 1,)
        Ascending, each a multiple of the width; a value on an edge belongs to the bin above it.
    counts : ndarray of int64, shape (b,)
    places : ndarray of int64, shape (n,)
        Bin of every value, -1 of those that are NaN.
    """

    edges: Values
    counts: NDArray[np.int64]
    places: NDArray[np.int64]

    def chosen(self, first: int, last: int) -> NDArray[np.bool_]:
        """Return which values are in the bins from `first` to `last`."""
        return (self.places >= first) & (self.places <= last)

    def counts_of(self, chosen: NDArray[np.bool_]) -> NDArray[np.int64]:
        """Return how many of some values are in each bin."""
        places = self.places[chosen & (self.places >= 0)]
        return np.bincount(places, minlength=self.counts.size)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """What describes a distribution; None where there are too few values for it.

    Parameters
    ----------
    count : int
    mean, median, deviation : float or None
        The deviation with n - 1 in the divisor.
    low, high : float or None
        The 5th and the 95th percentile.
    skew : float or None
        Adjusted for the sample (Fisher-Pearson), of at least three values that differ.
    """

    count: int
    mean: float | None
    median: float | None
    deviation: float | None
    low: float | None
    high: float | None
    skew: float | None


def histogram(values: Values, *, is_whole: bool = False, fewest: int = _FEWEST) -> Histogram:
    """Return values in bins of a round width.

    The width is the round number next above that of Freedman and Diaconis, 2 (q75 - q25) / n^(1/3), so
    that there are from 8 to 60 bins over the middle 99 %; what is beyond them is in the first and last.

    Parameters
    ----------
    values : ndarray of float64, shape (n,)
        NaN is left out.
    is_whole : bool
        Whether values are whole numbers; bins then begin at whole numbers and halves are no width.
    fewest : int
        Bins over the middle 99 %, about so many or more, before the width is made round.
    """
    present = values[~np.isnan(values)]
    if not present.size:
        return Histogram(np.array([0.0, 1.0]), np.zeros(1, np.int64), np.full(len(values), -1))
    low, high = np.quantile(present, [0.005, 0.995])
    spread = high - low
    quarter, three = np.quantile(present, [0.25, 0.75])
    width = 2.0 * (three - quarter) / present.size ** (1 / 3)
    width = min(max(width, spread / _MOST), spread / fewest) if spread > 0 else 0.0
    step = _round_up(width if width > 0 else max(abs(low) * 0.1, 1.0 if is_whole else 1e-3))
    if is_whole:
        step = max(np.ceil(step), 1.0)
    start = np.floor(low / step)
    count = max(int(np.floor(high / step) - start) + 1, 1)
    edges = (start + np.arange(count + 1)) * step
    with np.errstate(invalid="ignore"):
        places = np.clip(np.floor(values / step + 1e-9) - start, 0, count - 1)
    placed = np.where(np.isnan(places), -1, places).astype(np.int64)
    return Histogram(edges, np.bincount(placed[placed >= 0], minlength=count), placed)


def shape_of(values: Values) -> Shape:
    """Return what describes the distribution of values; NaN is left out."""
    present = values[~np.isnan(values)]
    count = present.size
    if not count:
        return Shape(
            count=0, mean=None, median=None, deviation=None, low=None, high=None, skew=None
        )
    low, median, high = np.quantile(present, [0.05, 0.5, 0.95])
    deviation = float(present.std(ddof=1)) if count > 1 else None
    return Shape(
        count=count,
        mean=float(present.mean()),
        median=float(median),
        deviation=deviation,
        low=float(low),
        high=float(high),
        skew=_skew(present),
    )


def _skew(values: Values) -> float | None:
    count = values.size
    spread = float(values.std())
    if count < 3 or spread <= 1e-12 * max(float(np.abs(values).max()), 1e-300):
        return None
    third = float(np.mean((values - values.mean()) ** 3)) / spread**3
    return third * (count * (count - 1)) ** 0.5 / (count - 2)


def _round_up(width: float) -> float:
    """Return the smallest round number that is not below a width."""
    power = 10.0 ** np.floor(np.log10(width))
    return next(float(power * step) for step in _ROUND if power * step >= width * (1 - 1e-9))
