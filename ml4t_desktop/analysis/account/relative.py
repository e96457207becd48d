"""Statistics of one line of daily returns against another, after empyrical."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from ml4t_desktop.analysis.account.performance import NOT_POSITIVE
from ml4t_desktop.analysis.undefined import Statistic, Statistics, Undefined, quotient
from ml4t_desktop.wording import mark

_NAMES: Final = (
    "excess_return", "beta", "alpha", "correlation", "r_squared", "tracking_error",
    "information_ratio", "up_capture", "down_capture", "capture_ratio", "winning_days_against",
)  # fmt: skip
_TOO_FEW: Final = Undefined(mark("fewer than 2 days that both have"))
_FLAT: Final = Undefined(mark("the benchmark does not vary"))
_SAME: Final = mark("the difference to the benchmark does not vary")
# Rounding of value / value - 1 makes constant returns differ by about this much.
_NO_SPREAD: Final = 1e-12


def relative_statistics(
    returns: NDArray[np.float64], other: NDArray[np.float64], per_year: int
) -> Statistics:
    """Return the statistics of returns against those of a benchmark of the same days, by name.

    Parameters
    ----------
    returns, other : ndarray of float64, shape (n,)
        Fractions.
    per_year : int
        Periods in a year.
    """
    if len(returns) < 2:
        return dict.fromkeys(_NAMES, _TOO_FEW)
    if np.isnan(returns).any():
        return dict.fromkeys(_NAMES, NOT_POSITIVE)
    excess = returns - other
    spread = float(excess.std(ddof=1))
    up = _capture(returns, other, other > 0, per_year, mark("the benchmark never rose"))
    down = _capture(returns, other, other < 0, per_year, mark("the benchmark never fell"))
    return {
        "excess_return": float(np.prod(1.0 + returns) - np.prod(1.0 + other)),
        **_line(returns, other, per_year),
        "tracking_error": spread * per_year**0.5,
        "information_ratio": float(excess.mean()) / spread * per_year**0.5
        if spread > _NO_SPREAD
        else Undefined(_SAME),
        "up_capture": up,
        "down_capture": down,
        "capture_ratio": quotient(up, down, mark("the run did not move while the benchmark fell")),
        "winning_days_against": float(np.mean(returns > other)),
    }


def _line(
    returns: NDArray[np.float64], other: NDArray[np.float64], per_year: int
) -> dict[str, Statistic]:
    """Beta, alpha and correlation: the straight line of the returns on those of the benchmark."""
    if float(other.std(ddof=1)) <= _NO_SPREAD:
        return dict.fromkeys(("beta", "alpha", "correlation", "r_squared"), _FLAT)
    away, there = returns - returns.mean(), other - other.mean()
    beta = float(away @ there) / float(there @ there)
    alpha = float((1.0 + np.float64(np.mean(returns - beta * other))) ** per_year - 1.0)
    if float(returns.std(ddof=1)) <= _NO_SPREAD:
        flat = Undefined(mark("the returns do not vary"))
        return {"beta": beta, "alpha": alpha, "correlation": flat, "r_squared": flat}
    correlation = float(away @ there) / float((away @ away) * (there @ there)) ** 0.5
    return {
        "beta": beta,
        "alpha": alpha,
        "correlation": correlation,
        "r_squared": correlation**2,
    }


def _capture(
    returns: NDArray[np.float64],
    other: NDArray[np.float64],
    days: NDArray[np.bool_],
    per_year: int,
    reason: str,
) -> float | Undefined:
    """Return the growth of the run a year over that of the benchmark, on some days only."""
    if not days.any():
        return Undefined(reason)
    power = per_year / int(np.count_nonzero(days))
    own, theirs = (np.prod(1.0 + line[days]) ** power - 1.0 for line in (returns, other))
    return quotient(float(own), float(theirs), reason)
