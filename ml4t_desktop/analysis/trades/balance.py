"""Statistics of the balance: the capital at the start plus the profits of the closed trades, one by one."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from ml4t_desktop.analysis.trades.outcomes import NO_TRADE
from ml4t_desktop.analysis.undefined import Statistics, Undefined
from ml4t_desktop.wording import mark

_NAMES: Final = (
    "growth_per_trade", "geometric_growth_per_trade", "balance_line_correlation", "balance_line_error",
)  # fmt: skip
_RUINED: Final = Undefined(mark("the balance is not positive after every trade"))
_TOO_FEW: Final = Undefined(mark("fewer than 3 closed trades"))
_FLAT: Final = Undefined(mark("the balance does not vary"))
_NO_SPREAD: Final = 1e-12


def balance_statistics(pnl: NDArray[np.float64], initial_capital: float) -> Statistics:
    """Return the statistics of the balance, by name (AHPR, GHPR and the line of MetaTrader).

    Parameters
    ----------
    pnl : ndarray of float64, shape (k,)
        Profits of the closed trades in the order in which they closed.
    initial_capital : float
        The balance before the first.
    """
    if not len(pnl):
        return dict.fromkeys(_NAMES, Undefined(NO_TRADE))
    balance = initial_capital + np.concatenate(([0.0], np.cumsum(pnl)))
    growth: Statistics = dict.fromkeys(_NAMES[:2], _RUINED)
    if balance.min() > 0:
        factors = balance[1:] / balance[:-1]
        growth = {
            "growth_per_trade": float(factors.mean() - 1.0),
            "geometric_growth_per_trade": float(np.exp(np.log(factors).mean()) - 1.0),
        }
    return {**growth, **_line(balance[1:])}


def _line(balance: NDArray[np.float64]) -> Statistics:
    """Correlation of the balance with a straight line, and its standard deviation about that line."""
    count = len(balance)
    if count < 3:
        return dict.fromkeys(_NAMES[2:], _TOO_FEW)
    away = balance - balance.mean()
    varied = float(away @ away)
    if varied <= (_NO_SPREAD * float(np.abs(balance).max())) ** 2 * count:
        return dict.fromkeys(_NAMES[2:], _FLAT)
    time = np.arange(count) - (count - 1) / 2
    slope = float(time @ away) / float(time @ time)
    left = away - slope * time
    return {
        "balance_line_correlation": float(time @ away) / (float(time @ time) * varied) ** 0.5,
        "balance_line_error": float(np.sqrt(left @ left / (count - 2))),
    }
