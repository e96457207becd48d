"""What some rows of a trades table add up to, quick enough to follow every letter of a filter."""

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from ml4t_desktop.result.schema import CLOSED


@dataclass(frozen=True, slots=True, kw_only=True)
class TradeTotals:
    """What the trades shown add up to.

    Parameters
    ----------
    shown, of : int
        Rows shown, and rows there are.
    closed : int
        Of those shown.
    pnl, fees, slippage : float
        Money, open trades included.
    win_rate, mean_percent, mean_bars, profit_factor : float or None
        Of the closed trades shown, defined as in `outcomes.OUTCOMES`; None without what they need.
    """

    shown: int
    of: int
    closed: int
    pnl: float
    fees: float
    slippage: float
    win_rate: float | None
    mean_percent: float | None
    mean_bars: float | None
    profit_factor: float | None


class TradeNumbers:
    """The columns of a trades table that totals are made of, as arrays, taken out once.

    Parameters
    ----------
    trades : DataFrame of `schema.TRADES`
    """

    def __init__(self, trades: pl.DataFrame) -> None:
        self.count = trades.height
        self.is_closed = (trades["status"] == CLOSED).to_numpy()
        self.pnl = _numbers(trades, "pnl")
        self.fees = _numbers(trades, "fees")
        self.slippage = _numbers(trades, "slippage")
        self.percent = _numbers(trades, "pnl_percent")
        self.bars = _numbers(trades, "bars_held")

    def totals(self, rows: NDArray[np.int64]) -> TradeTotals:
        """Return what some rows of the table add up to."""
        is_all = rows.size == self.count

        def taken(values: NDArray[np.float64]) -> NDArray[np.float64]:
            return values if is_all else values[rows]

        is_closed = self.is_closed if is_all else self.is_closed[rows]
        pnl = taken(self.pnl)
        of_closed = pnl[is_closed]
        is_win = of_closed > 0
        won = float(of_closed[is_win].sum())
        lost = won - float(of_closed.sum())
        has_loser = bool(np.any(of_closed < 0))
        has_any = of_closed.size > 0
        return TradeTotals(
            shown=rows.size,
            of=self.count,
            closed=of_closed.size,
            pnl=float(np.nansum(pnl)),
            fees=float(np.nansum(taken(self.fees))),
            slippage=float(np.nansum(taken(self.slippage))),
            win_rate=float(np.mean(is_win)) if has_any else None,
            mean_percent=float(np.nanmean(taken(self.percent)[is_closed])) if has_any else None,
            mean_bars=float(np.mean(taken(self.bars)[is_closed])) if has_any else None,
            profit_factor=won / lost if has_loser else None,
        )


def _numbers(trades: pl.DataFrame, name: str) -> NDArray[np.float64]:
    return trades[name].cast(pl.Float64).to_numpy()
