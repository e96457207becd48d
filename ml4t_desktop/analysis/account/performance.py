"""Statistics of the returns and drawdowns of a run: reward, risk, and reward for the risk."""

from statistics import NormalDist
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ml4t_desktop.analysis.account.drawdowns import (
    Drawdown,
    deepest,
    depths,
    longest_days,
    mean_days,
    underwater,
)
from ml4t_desktop.analysis.account.returns import (
    DAYS_PER_YEAR,
    PeriodReturns,
    monthly_returns,
    yearly_returns,
)
from ml4t_desktop.analysis.undefined import Statistics, Undefined, quotient
from ml4t_desktop.units import MICROSECONDS_PER_DAY, moment
from ml4t_desktop.wording import mark, say

# Annual figures of a shorter run are extrapolations, not measurements.
MINIMUM_DAYS: Final = 30
TOO_SHORT: Final = Undefined(say("less than {minimum_days} days", minimum_days=MINIMUM_DAYS))
NO_BARS: Final = Undefined(mark("no bars"))
NOT_POSITIVE: Final = Undefined(mark("equity is not positive"))
_TOO_FEW: Final = Undefined(mark("fewer than 2 returns"))
_FLAT: Final = Undefined(mark("the returns do not vary"))
_NO_LOSS: Final = mark("no negative return")
# Rounding of equity / equity - 1 makes constant returns differ by about this much.
NO_SPREAD: Final = 1e-12
_TAIL: Final = 0.05
_NO_DRAWDOWN: Final = Undefined(mark("no drawdown"))


def annual_growth(initial: float, final: float, days: float) -> float | Undefined:
    """Return (final / initial)^(365.25 / days) - 1."""
    if initial <= 0 or final <= 0:
        return NOT_POSITIVE
    if days < MINIMUM_DAYS:
        return TOO_SHORT
    return float(np.float64(final / initial) ** (DAYS_PER_YEAR / days) - 1.0)


def return_statistics(periods: PeriodReturns, initial_capital: float) -> Statistics:
    """Return the statistics of the period returns and of the monthly returns, by name."""
    returns = periods.returns
    if not len(returns):
        return dict.fromkeys(_RETURN_NAMES, NO_BARS)
    if np.isnan(returns).any():
        return dict.fromkeys(_RETURN_NAMES, NOT_POSITIVE)
    _, monthly = monthly_returns(periods, initial_capital)
    _, yearly = yearly_returns(periods, initial_capital)
    return {
        **_spread(returns, periods.per_year),
        **_tails(returns),
        **_shape(returns),
        "omega": quotient(float(returns[returns > 0].sum()), _lost(returns), _NO_LOSS),
        "stability": _stability(returns),
        "best_day": float(returns.max()),
        "worst_day": float(returns.min()),
        "winning_days": float(np.mean(returns > 0)),
        "best_month": float(monthly.max()),
        "worst_month": float(monthly.min()),
        "winning_months": float(np.mean(monthly > 0)),
        "best_year": float(yearly.max()),
        "worst_year": float(yearly.min()),
        "winning_years": float(np.mean(yearly > 0)),
        "average_month": float(monthly.mean()),
        "gain_to_pain": quotient(float(monthly.sum()), _lost(monthly), mark("no losing month")),
    }


def drawdown_statistics(
    times: NDArray[np.int64], equity: NDArray[np.float64], initial_capital: float
) -> Statistics:
    """Return the statistics of the drawdowns, on every equity point, by name.

    Parameters
    ----------
    times : ndarray of int64, shape (n,)
        Microseconds since the epoch.
    equity : ndarray of float64, shape (n,)
    initial_capital : float
        The first peak.
    """
    if not len(equity):
        return dict.fromkeys(_DRAWDOWN_NAMES, NO_BARS)
    below = underwater(equity, initial_capital)
    worst = deepest(times, equity, initial_capital)
    lowest = depths(below)
    return {
        "max_drawdown": worst.depth if worst else 0.0,
        "max_drawdown_money": worst.money if worst else 0.0,
        "max_drawdown_days": worst.days if worst else 0.0,
        "max_drawdown_bars": worst.bars if worst else 0,
        "longest_drawdown_days": longest_days(times, below),
        "average_drawdown": float(lowest.mean()) if worst else 0.0,
        "average_drawdown_days": mean_days(times, below) if worst else _NO_DRAWDOWN,
        "num_drawdowns": len(lowest),
        "time_under_water": float(np.mean(below < 0)),
        "peak_equity": max(float(equity.max()), initial_capital),
        "ulcer_index": float(np.sqrt(np.mean(below**2))),
        **_dates_of(worst, has_clock=has_clock(times)),
    }


def has_clock(times: NDArray[np.int64]) -> bool:
    """Return whether any timestamp has a time of day."""
    return bool((times % MICROSECONDS_PER_DAY).any())


def time_text(time: int, *, has_clock: bool) -> str:
    """Return microseconds since the epoch as ISO date, with the time of day where the bars have one."""
    stamp = moment(time)
    return stamp.isoformat(sep=" ", timespec="seconds") if has_clock else stamp.date().isoformat()


def _dates_of(worst: Drawdown | None, *, has_clock: bool) -> Statistics:
    names = ("max_drawdown_start", "max_drawdown_trough", "max_drawdown_recovery")
    if worst is None:
        return {**dict.fromkeys(names, _NO_DRAWDOWN), "max_drawdown_days_to_trough": _NO_DRAWDOWN}
    dates = (worst.start, worst.trough, worst.recovery)
    return {
        **{
            name: time_text(time, has_clock=has_clock)
            if time is not None
            else Undefined(mark("not recovered by the end"))
            for name, time in zip(names, dates, strict=True)
        },
        "max_drawdown_days_to_trough": worst.days_to_trough,
    }


def yearly_volatility(returns: NDArray[np.float64], per_year: int) -> float | Undefined:
    """Return the standard deviation (n - 1) of the returns times sqrt(periods per year).

    Parameters
    ----------
    returns : ndarray of float64, shape (n,)
        Fractions for each period, no NaN; fewer than two are undefined.
    per_year : int
        From `returns.periods_per_year`.
    """
    return float(returns.std(ddof=1)) * per_year**0.5 if len(returns) > 1 else _TOO_FEW


def sharpe_ratio(returns: NDArray[np.float64], per_year: int) -> float | Undefined:
    """Return mean / standard deviation (n - 1) * sqrt(periods per year); risk-free rate zero.

    Sharpe, "The Sharpe Ratio", Journal of Portfolio Management 21 (1994).

    Parameters
    ----------
    returns : ndarray of float64, shape (n,)
        Fractions for each period, no NaN; fewer than two, and equal ones, are undefined.
    per_year : int
        From `returns.periods_per_year`.
    """
    if len(returns) < 2:
        return _TOO_FEW
    deviation = float(returns.std(ddof=1))
    return float(returns.mean()) / deviation * per_year**0.5 if deviation > NO_SPREAD else _FLAT


_RETURN_NAMES: Final = (
    "volatility", "sharpe", "sharpe_standard_error", "sortino", "omega", "gain_to_pain",
    "tail_ratio", "var_95", "cvar_95", "skew", "kurtosis", "stability", "best_day", "worst_day",
    "best_month", "worst_month", "winning_days", "winning_months", "best_year", "worst_year",
    "winning_years", "average_month", "probabilistic_sharpe", "var_95_normal",
)  # fmt: skip
_DRAWDOWN_NAMES: Final = (
    "max_drawdown", "max_drawdown_money", "max_drawdown_days", "max_drawdown_bars",
    "longest_drawdown_days", "average_drawdown", "ulcer_index", "average_drawdown_days",
    "num_drawdowns", "time_under_water", "peak_equity", "max_drawdown_start",
    "max_drawdown_trough", "max_drawdown_recovery", "max_drawdown_days_to_trough",
)  # fmt: skip


def _lost(returns: NDArray[np.float64]) -> float:
    return float(-returns[returns < 0].sum())


def _spread(returns: NDArray[np.float64], per_year: int) -> Statistics:
    """Volatility and what divides by it; the risk-free rate is zero."""
    if len(returns) < 2:
        names = (
            "volatility", "sharpe", "sharpe_standard_error", "sortino", "probabilistic_sharpe",
        )  # fmt: skip
        return dict.fromkeys(names, _TOO_FEW)
    mean, deviation = float(returns.mean()), float(returns.std(ddof=1))
    downside = float(np.sqrt(np.mean(np.minimum(returns, 0.0) ** 2)))
    has_spread = deviation > NO_SPREAD
    error = _sharpe_error(returns) if has_spread else 0.0
    return {
        "volatility": yearly_volatility(returns, per_year),
        "sharpe": sharpe_ratio(returns, per_year),
        "sharpe_standard_error": error * per_year**0.5 if has_spread else _FLAT,
        "probabilistic_sharpe": NormalDist().cdf(mean / deviation / error) if error > 0 else _FLAT,
        "sortino": quotient(mean * per_year**0.5, downside, _NO_LOSS),
    }


def _sharpe_error(returns: NDArray[np.float64]) -> float:
    """Return the standard error of the Sharpe ratio of one period; returns need not be normal."""
    skew, kurtosis = _moments(returns)
    sharpe = float(returns.mean()) / float(returns.std(ddof=1))
    variance = 1.0 - skew * sharpe + (kurtosis - 1.0) / 4.0 * sharpe**2
    return float(np.sqrt(max(variance, 0.0) / (len(returns) - 1)))


def _moments(returns: NDArray[np.float64]) -> tuple[float, float]:
    """Return skew and raw kurtosis of the sample, not corrected for its size."""
    away = returns - returns.mean()
    square = away * away
    variance = square.mean()
    return float((square * away).mean() / variance**1.5), float((square**2).mean() / variance**2)


def _tails(returns: NDArray[np.float64]) -> Statistics:
    count = len(returns)
    if count < 2:
        return dict.fromkeys(("tail_ratio", "var_95", "var_95_normal", "cvar_95"), _TOO_FEW)
    low, high = (float(value) for value in np.percentile(returns, [100 * _TAIL, 100 - 100 * _TAIL]))
    worst = int((count - 1) * _TAIL) + 1
    return {
        "tail_ratio": quotient(
            abs(high), abs(low), mark("the 5th percentile of the returns is zero")
        ),
        "var_95": low,
        "var_95_normal": float(returns.mean() + NormalDist().inv_cdf(_TAIL) * returns.std(ddof=1)),
        "cvar_95": float(np.partition(returns, worst - 1)[:worst].mean()),
    }


def _shape(returns: NDArray[np.float64]) -> Statistics:
    """Skew and excess kurtosis, corrected for the size of the sample."""
    count = len(returns)
    if count >= 2 and float(returns.std(ddof=1)) <= NO_SPREAD:
        return {"skew": _FLAT, "kurtosis": _FLAT}
    if count < 3:
        return dict.fromkeys(("skew", "kurtosis"), Undefined(mark("too few returns")))
    skew, kurtosis = _moments(returns)
    return {
        "skew": (count * (count - 1)) ** 0.5 / (count - 2) * skew,
        "kurtosis": Undefined(mark("fewer than 4 returns"))
        if count < 4
        else (count - 1) / ((count - 2) * (count - 3)) * ((count + 1) * (kurtosis - 3.0) + 6.0),
    }


def _stability(returns: NDArray[np.float64]) -> float | Undefined:
    """Share of the variance of the summed log returns that a straight line explains."""
    if len(returns) < 3:
        return Undefined(mark("fewer than 3 returns"))
    if returns.min() <= -1.0:
        return NOT_POSITIVE
    growth = np.cumsum(np.log1p(returns))
    growth -= growth.mean()
    time = np.arange(len(growth)) - (len(growth) - 1) / 2
    varied = float(growth @ growth)
    if varied <= NO_SPREAD**2 * len(growth):
        return Undefined(mark("equity does not vary"))
    return float(time @ growth) ** 2 / (float(time @ time) * varied)
