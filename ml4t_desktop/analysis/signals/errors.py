"""Standard errors of means over time, where neighbours overlap."""

import numpy as np
from numpy.typing import NDArray


def error_of_mean(values: NDArray[np.float64], overlap: int) -> float:
    """Return the standard error of the mean of a series whose neighbours share their returns.

    Parameters
    ----------
    values : ndarray of float64, shape (n,)
        In time order; NaN is left out.
    overlap : int
        Neighbours at a distance of this and more have nothing in common; 1: none have.

    Returns
    -------
    float
        NaN with fewer than 3 values.

    Notes
    -----
    Newey and West (1987): the variance is that of the series plus twice its covariances up to
    ``overlap - 1`` steps, weighted down linearly; never less than without them where they come out
    negative in sum.
    """
    known = values[np.isfinite(values)]
    if known.size < 3:
        return float("nan")
    own, shared = covariances(known, overlap)
    return float(np.sqrt(max(own + 2.0 * shared, 0.0) / (known.size - 1)))


def covariances(known: NDArray[np.float64], overlap: int) -> tuple[float, float]:
    """Return the variance (n) of a series, and its covariances up to ``overlap - 1`` steps, weighted down linearly.

    Parameters
    ----------
    known : ndarray of float64, shape (n,)
        In time order, finite, not empty.
    """
    away = known - known.mean()
    shared = 0.0
    for step in range(1, min(overlap, known.size)):
        shared += (1.0 - step / overlap) * float(away[step:] @ away[:-step]) / known.size
    return float(away @ away) / known.size, shared
