"""Returns per day, week or month from the equity of a run."""

from dataclasses import dataclass
from typing import Final, Literal, Protocol

import numpy as np
import polars as pl
from numpy.typing import NDArray

from ml4t_desktop.result.schema import DAILY_RETURNS
from ml4t_desktop.units import MICROSECONDS_PER_DAY

TRADING_DAYS: Final = 252
CALENDAR_DAYS: Final = 365
WEEKS: Final = 52
MONTHS: Final = 12
DAYS_PER_YEAR: Final = 365.25

# 1970-01-01 was a Thursday, so day 2 is a Saturday and day 3 a Sunday.
_SATURDAY: Final = 2
_SUNDAY: Final = 3
# A market open all week has a seventh of its days on each; a stray Saturday session has not.
_WEEKEND_SHARE: Final = 0.05


class EquityRun(Protocol):
    """What returns are computed from: a `RunResult`, or anything with its equity."""

    @property
    def initial_capital(self) -> float:
        """Money at the start."""
        ...

    @property
    def equity(self) -> pl.DataFrame:
        """Equity points, one per timestamp."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PeriodReturns:
    """Returns of the periods that statistics are built on: days, or bars when these are longer.

    Parameters
    ----------
    days : ndarray of int64, shape (n,)
        Days since 1970-01-01 (UTC) that have an equity point, ascending.
    equity : ndarray of float64, shape (n,)
        The last equity of each of these days.
    returns : ndarray of float64, shape (n,)
        Fractions; the first against the initial capital. NaN where the equity before was not
        positive.
    per_year : int
        Periods in a year: 252 for weekdays, 365 when weekends trade, 52, 12.
    """

    days: NDArray[np.int64]
    equity: NDArray[np.float64]
    returns: NDArray[np.float64]
    per_year: int


def equity_times(run: EquityRun) -> NDArray[np.int64]:
    """Return the timestamps of the equity points: int64, shape (n,), microseconds since the epoch."""
    return run.equity["timestamp"].cast(pl.Int64).to_numpy()


def period_returns(run: EquityRun) -> PeriodReturns:
    """Return one return per calendar day that has an equity point."""
    day_of_point = equity_times(run) // MICROSECONDS_PER_DAY
    last_of_day = np.flatnonzero(np.diff(day_of_point, append=np.iinfo(np.int64).max))
    days = day_of_point[last_of_day]
    equity = run.equity["equity"].to_numpy()[last_of_day]
    return PeriodReturns(
        days=days,
        equity=equity,
        returns=changes(run.initial_capital, equity),
        per_year=periods_per_year(days),
    )


def daily_returns(run: EquityRun) -> pl.DataFrame:
    """Return the table ``daily_returns``: one row per calendar day with an equity point.

    Parameters
    ----------
    run : RunResult or EquityRun

    Returns
    -------
    DataFrame of `schema.DAILY_RETURNS`
        `timestamp` is the day at midnight (UTC, aware when the run is); `daily_return` a fraction,
        the first against the initial capital, null where the equity before was not positive.
    """
    periods = period_returns(run)
    time = pl.Series("timestamp", periods.days * MICROSECONDS_PER_DAY, pl.Int64)
    frame = pl.DataFrame(
        [
            time.cast(run.equity.schema["timestamp"]),
            pl.Series("daily_return", periods.returns, DAILY_RETURNS["daily_return"]),
        ]
    )
    return frame.with_columns(pl.col("daily_return").fill_nan(None))


def monthly_returns(
    periods: PeriodReturns, initial_capital: float
) -> tuple[NDArray[np.datetime64], NDArray[np.float64]]:
    """Return the calendar months that have an equity point, and the return of each.

    Parameters
    ----------
    periods : PeriodReturns
    initial_capital : float
        What the first month is measured against.

    Returns
    -------
    months : ndarray of datetime64[M], shape (m,)
        Ascending; the first and the last may be incomplete.
    returns : ndarray of float64, shape (m,)
        Fractions; NaN where the equity before was not positive.
    """
    return _calendar_returns(periods, initial_capital, "M")


def yearly_returns(
    periods: PeriodReturns, initial_capital: float
) -> tuple[NDArray[np.datetime64], NDArray[np.float64]]:
    """Return the calendar years that have an equity point, and the return of each; as `monthly_returns`."""
    return _calendar_returns(periods, initial_capital, "Y")


def _calendar_returns(
    periods: PeriodReturns, initial_capital: float, unit: Literal["M", "Y"]
) -> tuple[NDArray[np.datetime64], NDArray[np.float64]]:
    of_day = periods.days.astype("datetime64[D]").astype(f"datetime64[{unit}]")
    last = np.flatnonzero(np.diff(of_day.astype(np.int64), append=np.iinfo(np.int64).max))
    return of_day[last], changes(initial_capital, periods.equity[last])


def periods_per_year(days: NDArray[np.int64]) -> int:
    """Return how many such periods a year has, from the days that have an equity point.

    Parameters
    ----------
    days : ndarray of int64
        Days since 1970-01-01, ascending and distinct.

    Returns
    -------
    int
        252 for days without weekends, 365 when Saturdays and Sundays trade, 52 for weeks, 12 for
        months, else the count that the mean distance gives; 252 for fewer than two days.
    """
    if len(days) < 2:
        return TRADING_DAYS
    gaps = np.diff(days)
    typical = float(np.median(gaps))
    if typical < 1.5:
        return CALENDAR_DAYS if _trades_on_weekends(days) else TRADING_DAYS
    if 5 <= typical <= 9:
        return WEEKS
    if 25 <= typical <= 35:
        return MONTHS
    return max(1, round(DAYS_PER_YEAR / float(gaps.mean())))


def _trades_on_weekends(days: NDArray[np.int64]) -> bool:
    weekday = days % 7
    return bool(
        np.mean(weekday == _SATURDAY) >= _WEEKEND_SHARE
        and np.mean(weekday == _SUNDAY) >= _WEEKEND_SHARE
    )


def changes(initial: float, equity: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the return of every point against the one before.

    Parameters
    ----------
    initial : float
        What the first point is measured against.
    equity : ndarray of float64, shape (n,)

    Returns
    -------
    ndarray of float64, shape (n,)
        Fractions; NaN where the point before was not positive.
    """
    before = np.concatenate(([initial], equity[:-1])) if len(equity) else equity
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(before > 0, equity / before - 1.0, np.nan)
