"""Statistics of the trades: closed ones only, but for what is counted and marked as open."""

from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from ml4t_desktop.analysis.undefined import Statistics, Undefined, quotient
from ml4t_desktop.result.schema import CLOSED

_NO_TRADE: Final = "no closed trade"
_NO_WINNER: Final = "no winning trade"
_NO_LOSER: Final = "no losing trade"


def trade_statistics(trades: pl.DataFrame) -> Statistics:
    """Return the statistics of a trades table, by name.

    Parameters
    ----------
    trades : DataFrame of `schema.TRADES`
        Every closed row is one trade, parts of one position included. Open rows count in
        `open_trades` and `open_pnl` alone. The order of the rows is the order of the streaks.
    """
    is_closed = (trades["status"] == CLOSED).to_numpy()
    is_long = (trades["direction"] == "long").to_numpy()
    profits = trades["pnl"].to_numpy()
    pnl = profits[is_closed]
    long_trades = int(np.count_nonzero(is_closed & is_long))
    return {
        "num_trades": len(pnl),
        "open_trades": len(profits) - len(pnl),
        "open_pnl": float(profits[~is_closed].sum()),
        "long_trades": long_trades,
        "short_trades": len(pnl) - long_trades,
        **_outcomes(pnl),
        **_quality(pnl),
        "expectancy_percent": _mean(
            trades.filter(is_closed)["pnl_percent"].drop_nulls().to_numpy(), _NO_TRADE
        ),
        **_holding(trades["bars_held"].to_numpy()[is_closed], pnl),
    }


def longest_run(hits: NDArray[np.bool_]) -> int:
    """Return the length of the longest unbroken run of True."""
    edges = np.diff(np.concatenate(([0], hits.astype(np.int8), [0])))
    lengths = np.flatnonzero(edges == -1) - np.flatnonzero(edges == 1)
    return int(lengths.max(initial=0))


def _outcomes(pnl: NDArray[np.float64]) -> Statistics:
    wins, losses = pnl[pnl > 0], pnl[pnl < 0]
    return {
        "winners": len(wins),
        "losers": len(losses),
        "scratch_trades": len(pnl) - len(wins) - len(losses),
        "gross_profit": float(wins.sum()),
        "gross_loss": float(losses.sum()),
        "average_win": _mean(wins, _NO_WINNER),
        "average_loss": _mean(losses, _NO_LOSER),
        "largest_win": float(wins.max()) if len(wins) else Undefined(_NO_WINNER),
        "largest_loss": float(losses.min()) if len(losses) else Undefined(_NO_LOSER),
        "max_consecutive_wins": longest_run(pnl > 0),
        "max_consecutive_losses": longest_run(pnl < 0),
    }


def _quality(pnl: NDArray[np.float64]) -> Statistics:
    if not len(pnl):
        names = ("win_rate", "profit_factor", "expectancy", "payoff_ratio", "sqn", "kelly")
        return dict.fromkeys(names, Undefined(_NO_TRADE))
    wins, losses = pnl[pnl > 0], pnl[pnl < 0]
    win_rate = len(wins) / len(pnl)
    payoff = quotient(_mean(wins, _NO_WINNER), -losses.mean() if len(losses) else 0.0, _NO_LOSER)
    return {
        "win_rate": win_rate,
        "profit_factor": quotient(float(wins.sum()), float(-losses.sum()), _NO_LOSER),
        "expectancy": float(pnl.mean()),
        "payoff_ratio": payoff,
        "sqn": _system_quality(pnl),
        "kelly": payoff if isinstance(payoff, Undefined) else win_rate - (1.0 - win_rate) / payoff,
    }


def _system_quality(pnl: NDArray[np.float64]) -> float | Undefined:
    if len(pnl) < 2:
        return Undefined("fewer than 2 closed trades")
    spread = float(pnl.std(ddof=1))
    return quotient(
        len(pnl) ** 0.5 * float(pnl.mean()), spread, "every closed trade made the same amount"
    )


def _holding(bars: NDArray[np.number], pnl: NDArray[np.float64]) -> Statistics:
    return {
        "average_bars_held": _mean(bars, _NO_TRADE),
        "average_bars_held_winners": _mean(bars[pnl > 0], _NO_WINNER),
        "average_bars_held_losers": _mean(bars[pnl < 0], _NO_LOSER),
    }


def _mean(values: NDArray[np.number], reason: str) -> float | Undefined:
    return float(values.mean()) if len(values) else Undefined(reason)
