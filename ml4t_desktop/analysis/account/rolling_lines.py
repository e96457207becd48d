"""Rolling statistics of days and trades on one line of days, for charts."""

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from ml4t_desktop.analysis.account.returns import PeriodReturns
from ml4t_desktop.analysis.account.rolling import rolling_statistics, rolling_trades
from ml4t_desktop.units import MICROSECONDS_PER_DAY

Values = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class RollingLines:
    """Statistics of the last so many days, and of the last so many closed trades, at every day.

    Parameters
    ----------
    total_return, volatility, sharpe : ndarray of float64, shape (n,)
        As `rolling.rolling_statistics` defines them; NaN before the window is full.
    win_rate : ndarray of float64, shape (n,)
        Of the last `trades` closed trades, at the end of each day.
    """

    total_return: Values
    volatility: Values
    sharpe: Values
    win_rate: Values


def rolling_lines(
    periods: PeriodReturns, trades: pl.DataFrame, days: int, count: int
) -> RollingLines:
    """Return the rolling statistics of a run.

    Parameters
    ----------
    periods : PeriodReturns
    trades : DataFrame of `schema.TRADES`
    days, count : int
        The window in days (bars when these are longer) and in trades, at least 2.
    """
    of_days = rolling_statistics(periods, days)
    of_trades = rolling_trades(trades, count)
    closed_on = of_trades["exit_time"].to_physical().to_numpy() // MICROSECONDS_PER_DAY
    rates = _numbers(of_trades["win_rate"])
    # Trades are in the order of closing: the last one of a day speaks for it, and for the days after.
    place = np.searchsorted(closed_on, periods.days, side="right") - 1
    win_rate = np.where(place >= 0, rates[np.maximum(place, 0)] if rates.size else np.nan, np.nan)
    return RollingLines(
        total_return=_numbers(of_days["total_return"]),
        volatility=_numbers(of_days["volatility"]),
        sharpe=_numbers(of_days["sharpe"]),
        win_rate=win_rate,
    )


def _numbers(values: pl.Series) -> Values:
    return values.fill_null(float("nan")).to_numpy()
