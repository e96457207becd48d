"""Statistics of the trades: closed ones only, but for what is counted and marked as open."""

import numpy as np
import polars as pl

from ml4t_desktop.analysis.trades.balance import balance_statistics
from ml4t_desktop.analysis.trades.outcomes import COLUMNS, outcome_statistics
from ml4t_desktop.analysis.trades.streaks import streak_statistics
from ml4t_desktop.analysis.undefined import Statistics
from ml4t_desktop.result.schema import CLOSED


def trade_statistics(trades: pl.DataFrame, initial_capital: float) -> Statistics:
    """Return the statistics of a trades table, by name.

    Parameters
    ----------
    trades : DataFrame of `schema.TRADES`
        Every closed row is one trade, parts of one position included. Open rows count in
        `open_trades` and `open_pnl` alone. The order of the rows is the order of the streaks.
    initial_capital : float
        The balance before the first trade.
    """
    is_closed = (trades["status"] == CLOSED).to_numpy()
    closed = trades.select(COLUMNS)[np.flatnonzero(is_closed)]
    pnl = closed["pnl"].to_numpy()
    open_pnl = trades["pnl"].to_numpy()[~is_closed]
    return {
        "open_trades": len(open_pnl),
        "open_pnl": float(np.sum(open_pnl)),
        "positions": trades["position_id"].n_unique(),
        **outcome_statistics(closed),
        **streak_statistics(pnl),
        **balance_statistics(pnl, initial_capital),
    }
