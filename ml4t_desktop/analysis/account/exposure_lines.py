"""How much was in the market and how much was traded, over time."""

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from ml4t_desktop.analysis.account.activity import fill_values
from ml4t_desktop.result.run_result import RunResult
from ml4t_desktop.units import MICROSECONDS_PER_DAY

Values = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class ExposureLines:
    """By day, n of them that have an equity point.

    Parameters
    ----------
    days : ndarray of int64, shape (n,)
        Days since 1970-01-01.
    gross, net : ndarray of float64, shape (n,)
        Exposure over equity at the last point of the day, NaN where the equity is not positive.
    positions : ndarray of float64, shape (n,)
        Open positions at the last point of the day.
    turnover : ndarray of float64, shape (n,)
        Half the value traded on the day over the equity at its end: 1 is the whole account bought and
        another sold.
    """

    days: NDArray[np.int64]
    gross: Values
    net: Values
    positions: Values
    turnover: Values


def exposure_lines(result: RunResult) -> ExposureLines:
    """Return exposure, positions and turnover of a run by day."""
    points = result.equity
    of_points = points["timestamp"].cast(pl.Int64).to_numpy() // MICROSECONDS_PER_DAY
    last = np.flatnonzero(np.diff(of_points, append=np.iinfo(np.int64).max))
    days = of_points[last]
    equity = points["equity"].to_numpy()[last]
    over = np.where(equity > 0, equity, np.nan)
    traded = np.zeros(days.size)
    if result.fills.height and days.size:
        moments = result.fills["timestamp"].cast(pl.Int64).to_numpy() // MICROSECONDS_PER_DAY
        place = np.clip(np.searchsorted(days, moments), 0, days.size - 1)
        traded = np.bincount(place, fill_values(result), days.size)
    return ExposureLines(
        days=days,
        gross=points["gross_exposure"].to_numpy()[last] / over,
        net=points["net_exposure"].to_numpy()[last] / over,
        positions=points["open_positions"].to_numpy()[last].astype(np.float64),
        turnover=traded / 2.0 / over,
    )
