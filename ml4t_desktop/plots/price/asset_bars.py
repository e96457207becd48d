"""The bars, signals and trades of one asset as arrays over the ordinals of its bars."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from ml4t_desktop.market.columns import TextColumn
from ml4t_desktop.market.market import CLOSE

if TYPE_CHECKING:  # polars loads after the window is visible
    import polars as pl
    from numpy.typing import NDArray

    from ml4t_desktop.market import Column, Market

_MARKED: Final = (
    "trade_id", "direction", "status", "pnl", "entry_price", "exit_price",
    "entry_time", "exit_time", "entry_decision_time", "exit_decision_time",
)  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False)
class AssetBars:
    """All bars of one asset, n of them.

    Parameters
    ----------
    times : ndarray of int64, shape (n,)
        Microseconds since the epoch.
    prices : ndarray of float64, shape (5, n)
        Open, high, low, close, volume; volume is NaN where unknown.
    series : mapping of str to Column
        Signals (``signal.X``) and context (``context.X``) at each bar, by full name.
    is_zoned : bool
        Whether the times carry a zone.
    """

    symbol: str
    times: NDArray[np.int64]
    prices: NDArray[np.float64]
    series: Mapping[str, Column]
    is_zoned: bool = False

    def __len__(self) -> int:
        return self.times.size


def asset_bars(market: Market, symbol: str, names: tuple[str, ...]) -> AssetBars:
    """Return the bars of a symbol, with the columns named."""
    rows = market.asset_rows(market.symbols.index(symbol))
    moments = np.searchsorted(market.row_start, rows, side="right") - 1
    series = {
        name: _taken(market.column(name), moments if name.startswith("context.") else rows)
        for name in names
    }
    is_zoned = market.time_zone is not None
    return AssetBars(symbol, market.timestamps[moments], market.prices[:, rows], series, is_zoned)


def _taken(column: Column, rows: NDArray[np.int64]) -> Column:
    if isinstance(column, TextColumn):
        return TextColumn(column.codes[rows], column.labels)
    return column[rows]


@dataclass(frozen=True, slots=True, eq=False)
class TradeMarks:
    """The trades of one asset, m of them, as places on its chart.

    Parameters
    ----------
    trade_id : ndarray of int64, shape (m,)
    is_long, is_open : ndarray of bool, shape (m,)
    entry, exit : ndarray of int64, shape (m,)
        Ordinals of the fills; the exit of an open trade is the last bar.
    entry_decision, exit_decision : ndarray of int64, shape (m,)
        Ordinals of the bars they were decided on, -1 where there is none.
    entry_price, exit_price, pnl : ndarray of float64, shape (m,)
        An open trade without an exit price has the last close.
    """

    trade_id: NDArray[np.int64]
    is_long: NDArray[np.bool_]
    is_open: NDArray[np.bool_]
    entry: NDArray[np.int64]
    exit: NDArray[np.int64]
    entry_decision: NDArray[np.int64]
    exit_decision: NDArray[np.int64]
    entry_price: NDArray[np.float64]
    exit_price: NDArray[np.float64]
    pnl: NDArray[np.float64]

    def __len__(self) -> int:
        return self.trade_id.size

    def place_of(self, trade_id: int | None) -> int | None:
        """Return the place of a trade in these arrays, None when it is not of this asset."""
        if trade_id is None:
            return None
        found = np.flatnonzero(self.trade_id == trade_id)
        return int(found[0]) if found.size else None


def trade_marks(
    trades: pl.DataFrame, bars: AssetBars, only: NDArray[np.int64] | None = None
) -> TradeMarks:
    """Return where the trades of an asset stand on its chart, in the order of their entries.

    Column by column, and with numpy: a frame is filtered by threads of polars, and the window would wait
    until these are done with what is in the background; expressions of polars are slow on a few rows.

    Parameters
    ----------
    only : ndarray of int64, optional
        The `trade_id`s that are looked at; None: all.
    """
    is_mine = (trades["symbol"] == bars.symbol).to_numpy()
    if only is not None:
        is_mine = is_mine & np.isin(trades["trade_id"].to_numpy(), only)
    rows = np.flatnonzero(is_mine)
    entered = trades["entry_time"][rows].to_numpy()
    rows = rows[np.lexsort((trades["trade_id"][rows].to_numpy(), entered))]
    mine = {name: trades[name][rows] for name in _MARKED}
    last = len(bars) - 1
    times = bars.times.view("datetime64[us]")

    def ordinals(name: str, missing: int) -> NDArray[np.int64]:
        moments = mine[name].to_numpy()
        places = np.searchsorted(times, moments, side="right") - 1
        return np.where(np.isnat(moments), missing, places)

    return TradeMarks(
        trade_id=mine["trade_id"].to_numpy(),
        is_long=(mine["direction"] == "long").to_numpy(),
        is_open=(mine["status"] == "open").to_numpy(),
        entry=ordinals("entry_time", last),
        exit=ordinals("exit_time", last),
        entry_decision=ordinals("entry_decision_time", -1),
        exit_decision=ordinals("exit_decision_time", -1),
        entry_price=mine["entry_price"].to_numpy(),
        exit_price=_exit_prices(mine["exit_price"], bars),
        pnl=mine["pnl"].to_numpy(),
    )


def _exit_prices(exits: pl.Series, bars: AssetBars) -> NDArray[np.float64]:
    prices = exits.to_numpy()
    return np.where(np.isnan(prices), bars.prices[CLOSE, -1], prices) if prices.size else prices
