"""A line of values at the times of another one."""

import numpy as np
from numpy.typing import NDArray


def at_times(
    times: NDArray[np.int64], own_times: NDArray[np.int64], values: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return the values of a line at other times: the latest at or before each, NaN where there is none.

    After its last time a line has no value either.

    Parameters
    ----------
    times : ndarray of int64, shape (n,)
        Microseconds since the epoch, ascending, as `own_times`.
    own_times : ndarray of int64, shape (m,)
    values : ndarray of float64, shape (m,)

    Returns
    -------
    ndarray of float64, shape (n,)
    """
    if np.array_equal(times, own_times):
        return values
    if not len(own_times):
        return np.full(len(times), np.nan)
    place = np.searchsorted(own_times, times, side="right") - 1
    has_value = (place >= 0) & (times <= own_times[-1])
    return np.where(has_value, values[np.maximum(place, 0)], np.nan)
