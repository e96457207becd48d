"""The levels at which a trade was to be left, from the request and the bars of its asset."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ml4t_desktop.market.market import CLOSE, HIGH, LOW
from ml4t_desktop.plots.price.asset_bars import AssetBars

if TYPE_CHECKING:  # polars loads after the window is visible
    import numpy as np
    from numpy.typing import NDArray

    from ml4t_desktop.request import Request


def levels_of(
    request: Request, trade: Mapping[str, Any], bars: AssetBars, part: slice
) -> dict[str, NDArray[np.float64]]:
    """Return ``stop``, ``target`` and ``trail`` of a row of the trades table; what it has not is left out.

    Parameters
    ----------
    request : Request
    trade : mapping
    bars : AssetBars
        Of the trade's asset.
    part : slice
        Its bars from the entry to the exit.
    """
    from ml4t_desktop.analysis.positions import trade_levels

    basis = float(trade["entry_price"])
    if request.execution.stop_basis == "decision_close" and part.start > 0:
        basis = float(bars.prices[CLOSE, part.start - 1])
    prices = bars.prices[:, part]
    found = trade_levels(
        request.strategy.exits,
        trade["direction"],
        basis,
        prices[HIGH],
        prices[LOW],
        prices[CLOSE],
    )
    levels = {"stop": found.stop, "target": found.target, "trail": found.trail}
    return {name: values for name, values in levels.items() if values is not None}
