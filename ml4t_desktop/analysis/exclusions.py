"""A run once more in which some entries are not allowed: what the money and the places would have done instead.

Taking the profit of trades away says what they made; it does not say what would have become of the
account without them, as others would have been entered in their place, with another equity.
"""

from dataclasses import replace
from types import MappingProxyType
from typing import Final, Literal

import numpy as np
import polars as pl
from numpy.typing import NDArray

from ml4t_desktop.market import Market
from ml4t_desktop.market.market import ASSET
from ml4t_desktop.request import Request
from ml4t_desktop.request.conditions import All, Clause, Condition
from ml4t_desktop.result.run_result import RunResult

Mask = Literal["trades", "times", "assets"]
_NAME: Final = "may_enter"


def refused_rows(market: Market, trades: pl.DataFrame, mask: Mask) -> NDArray[np.bool_]:
    """Return at which bars nothing is to be entered.

    Parameters
    ----------
    market : Market
    trades : DataFrame of `schema.TRADES`
        Those that are to be done without.
    mask : {"trades", "times", "assets"}
        The bars at which they were decided; all bars from the first of these to the last; or all
        bars of their assets.

    Returns
    -------
    ndarray of bool, shape (N,)
    """
    if not trades.height:
        return np.zeros(market.row_count, np.bool_)
    number = {symbol: place for place, symbol in enumerate(market.symbols)}
    assets = np.array([number[symbol] for symbol in trades["symbol"]])
    moments = trades["entry_decision_time"].to_physical().to_numpy()
    if mask == "assets":
        return np.isin(market.rows[ASSET], assets)
    times = market.timestamps[market.row_times()]
    if mask == "times":
        return (times >= moments.min()) & (times <= moments.max())
    # One number for each pair of time and asset.
    places = np.searchsorted(market.timestamps, moments)
    wanted = places * len(market.symbols) + assets
    return np.isin(market.row_times() * len(market.symbols) + market.rows[ASSET], wanted)


def refusing(
    market: Market, request: Request, refused: NDArray[np.bool_]
) -> tuple[Market, Request]:
    """Return market and request whose rules enter nothing at some bars.

    Exits are left as they are: what is held may be left at any bar.

    Parameters
    ----------
    refused : ndarray of bool, shape (N,)
    """
    name = _NAME
    while name in market.signals:
        name += "_"
    signals = {**market.signals, name: np.where(refused, 0.0, 1.0)}
    allowed = Clause(column=f"signal.{name}", op=">", value=0.5)
    before: Condition | None = request.strategy.filter
    condition = allowed if before is None else All(all=(before, allowed))
    strategy = request.strategy.model_copy(update={"filter": condition})
    masked = replace(market, signals=MappingProxyType(signals))
    return masked, request.model_copy(update={"strategy": strategy})


def without_mask(result: RunResult, market: Market) -> RunResult:
    """Return a result without what it captured of the column that refused."""
    own = [
        name
        for name in result.trades.columns
        if name.partition("__")[0] in ("entry_signal", "exit_signal")
        and name.partition("__")[2] not in market.signals
    ]
    return replace(result, trades=result.trades.drop(own))
