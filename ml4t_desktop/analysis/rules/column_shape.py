"""The values of a column in a few numbers: where they lie, and how many are missing."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ml4t_desktop.market import Market, TextColumn

BINS: Final = 80
_TAIL: Final = 0.002  # of the values on each side may lie outside what is drawn
_STEPS: Final = 200  # thresholds that can be chosen by dragging over what is drawn


@dataclass(frozen=True, slots=True, eq=False)
class ColumnShape:
    """How the values of a column are spread.

    Parameters
    ----------
    count, missing : int
        Values (bars, or timestamps of a context column), and how many of them are null or NaN.
    low, high : float
        Ends of what is drawn; the first and last bin hold what lies outside as well. NaN without numbers.
    step : float
        A round step from one threshold to the next; 0 without numbers.
    bins : ndarray of int64
        Values per bin, of equal width from `low` to `high`; empty for texts.
    labels : tuple of (str, int)
        The texts of a column with how often each occurs, the most frequent first; empty for numbers.
    """

    count: int
    missing: int
    low: float
    high: float
    step: float
    bins: NDArray[np.int64]
    labels: tuple[tuple[str, int], ...] = ()


def column_shape(market: Market, name: str) -> ColumnShape:
    """Return the shape of a column by its full name.

    Raises
    ------
    KeyError
        If the market has no such column.
    """
    column = market.column(name)
    if isinstance(column, TextColumn):
        return _of_texts(column)
    known = column[np.isfinite(column)]
    missing = int(column.size - known.size)
    if not known.size:
        return ColumnShape(column.size, missing, np.nan, np.nan, 0.0, np.zeros(0, np.int64))
    low, high = _ends(known)
    places = np.clip((known - low) * (BINS / (high - low)), 0, BINS - 1).astype(np.int64)
    bins = np.bincount(places, minlength=BINS)
    return ColumnShape(column.size, missing, low, high, nice_step((high - low) / _STEPS), bins)


def nice_step(width: float) -> float:
    """Return the largest of 1, 2 and 5 times a power of ten that is not above `width`."""
    if not width > 0.0:
        return 0.0
    power = 10.0 ** np.floor(np.log10(width))
    times = max(factor for factor in (1.0, 2.0, 5.0) if factor * power <= width * (1 + 1e-9))
    return float(times * power)


def _ends(known: NDArray[np.float64]) -> tuple[float, float]:
    """Return where drawing begins and ends: nearly all values, and more than one point."""
    sample = known[:: max(1, known.size // 200_000)]
    least, most = float(known.min()), float(known.max())
    low, high = (float(value) for value in np.quantile(sample, (_TAIL, 1.0 - _TAIL)))
    # A tail that reaches a little further is drawn to its end.
    room = 0.25 * (high - low)
    low, high = (least if low - least <= room else low), (most if most - high <= room else high)
    if high > low:
        return low, high
    return (least, most) if most > least else (least - 0.5, least + 0.5)


def _of_texts(column: TextColumn) -> ColumnShape:
    known = column.codes[column.codes >= 0]
    counts = np.bincount(known, minlength=len(column.labels))
    order = np.argsort(-counts, kind="stable")
    labels = tuple((column.labels[i], int(counts[i])) for i in order if counts[i])
    missing = int(column.codes.size - known.size)
    return ColumnShape(
        column.codes.size, missing, np.nan, np.nan, 0.0, np.zeros(0, np.int64), labels
    )
