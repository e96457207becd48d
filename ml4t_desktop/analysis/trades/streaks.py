"""Wins and losses in a row, and whether they follow each other by chance."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from ml4t_desktop.analysis.trades.outcomes import NO_LOSER, NO_TRADE, NO_WINNER, TOO_FEW
from ml4t_desktop.analysis.undefined import Statistics, Undefined
from ml4t_desktop.wording import mark

_ALL_ALIKE: Final = mark("wins and losses do not both occur often enough")


def streak_statistics(pnl: NDArray[np.float64]) -> Statistics:
    """Return the statistics of the streaks, by name.

    Parameters
    ----------
    pnl : ndarray of float64, shape (k,)
        Profits of the closed trades in the order in which they closed. A trade that made nothing ends
        a streak of either kind.
    """
    wins, losses = run_lengths(pnl > 0), run_lengths(pnl < 0)
    return {
        "max_consecutive_wins": int(wins.max(initial=0)),
        "max_consecutive_losses": int(losses.max(initial=0)),
        "average_win_streak": _mean(wins, NO_WINNER if len(pnl) else NO_TRADE),
        "average_loss_streak": _mean(losses, NO_LOSER if len(pnl) else NO_TRADE),
        "last_streak": last_streak(pnl) if len(pnl) else Undefined(NO_TRADE),
        "z_score": z_score(pnl),
    }


def run_lengths(hits: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Return the lengths of the unbroken runs of True, in order."""
    edges = np.diff(np.concatenate(([0], hits.astype(np.int8), [0])))
    return np.flatnonzero(edges == -1) - np.flatnonzero(edges == 1)


def last_streak(pnl: NDArray[np.float64]) -> int:
    """Return how many trades in a row ended as the last one did: above zero for wins, below for losses."""
    sign = int(np.sign(pnl[-1])) if len(pnl) else 0
    others = np.flatnonzero(np.sign(pnl) != sign)
    return sign * (len(pnl) - (int(others[-1]) + 1 if len(others) else 0))


def z_score(pnl: NDArray[np.float64]) -> float | Undefined:
    """Return the Z-score of the runs test over the winning and losing trades.

    Below zero, wins follow wins more often than by chance; above zero, they take turns. With N trades,
    W wins, L losses, R runs and P = 2 W L it is (N (R - 0.5) - P) / sqrt(P (P - N) / (N - 1)), after
    Wald and Wolfowitz, with the continuity correction usual in trading (Vince, 1990).
    """
    signs = np.sign(pnl)
    signs = signs[signs != 0]
    count = len(signs)
    if count < 2:
        return Undefined(TOO_FEW if len(pnl) else NO_TRADE)
    wins = int(np.count_nonzero(signs > 0))
    pairs = 2.0 * wins * (count - wins)
    if pairs <= count:
        return Undefined(_ALL_ALIKE)
    runs = 1 + int(np.count_nonzero(np.diff(signs)))
    return (count * (runs - 0.5) - pairs) / (pairs * (pairs - count) / (count - 1)) ** 0.5


def _mean(lengths: NDArray[np.int64], reason: str) -> float | Undefined:
    return float(lengths.mean()) if len(lengths) else Undefined(reason)
