"""How much of an asset was held, and the levels its trades were to be left at, bar by bar."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import polars as pl
from numpy.typing import NDArray

from ml4t_desktop.request.strategy import Exits

Values = NDArray[np.float64]


def position_sizes(fills: pl.DataFrame, symbol: str, times: NDArray[np.int64]) -> Values:
    """Return the quantity of an asset held after each time, negative for a short position.

    Parameters
    ----------
    fills : DataFrame of `schema.FILLS`
    symbol : str
    times : ndarray of int64, shape (n,)
        Microseconds since the epoch, ascending.

    Returns
    -------
    ndarray of float64, shape (n,)
        The sum of all fills up to and with each time. A split changes a position without a fill and
        shows only at the next one.
    """
    mine = fills.filter(pl.col("symbol") == symbol).sort("timestamp", maintain_order=True)
    if not mine.height:
        return np.zeros(len(times))
    signs = np.where((mine["side"] == "buy").to_numpy(), 1.0, -1.0)
    held = np.concatenate([[0.0], np.cumsum(signs * mine["quantity"].to_numpy())])
    held[np.abs(held) < 1e-9] = 0.0
    moments = mine["timestamp"].to_physical().to_numpy()
    return held[np.searchsorted(moments, times, side="right")]


@dataclass(frozen=True, slots=True, eq=False)
class TradeLevels:
    """Where a trade was to be left, at each bar from its entry to its exit; shape (n,) or None.

    Parameters
    ----------
    stop, target, trail : ndarray of float64 or None
        Prices; None where the request has no such exit.
    """

    stop: Values | None
    target: Values | None
    trail: Values | None


def trade_levels(
    exits: Exits,
    direction: Literal["long", "short"],
    basis: float,
    highs: Values,
    lows: Values,
    closes: Values,
) -> TradeLevels:
    """Return stop, target and trailing stop of a trade.

    Parameters
    ----------
    exits : Exits
        Of the request; fractions of the basis price.
    direction : {"long", "short"}
    basis : float
        The price that stops start from: of the fill, or the close of the decision bar.
    highs, lows, closes : ndarray of float64, shape (n,)
        Of the bars from the entry to the exit. A trailing stop follows the highest high so far (the
        lowest low of a short), the highest close where exits are tested on the close; the level of a bar
        comes from the bars before it, that of the first from the basis.
    """
    sign = 1.0 if direction == "long" else -1.0
    count = len(closes)

    def level(fraction: float | None, side: float) -> Values | None:
        return None if fraction is None else np.full(count, basis * (1.0 + side * sign * fraction))

    trail = None
    if exits.trailing_stop is not None:
        best = closes if exits.evaluate == "close" else highs if sign > 0 else lows
        marks = np.concatenate([[basis], best[:-1]]) if count else best
        follow = np.fmax.accumulate(marks) if sign > 0 else np.fmin.accumulate(marks)
        trail = follow * (1.0 - sign * exits.trailing_stop)
    return TradeLevels(
        stop=level(exits.stop_loss, -1.0), target=level(exits.take_profit, 1.0), trail=trail
    )
