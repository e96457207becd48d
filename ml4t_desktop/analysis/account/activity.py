"""Statistics of what was done: exposure, turnover, orders, costs and other cash."""

from typing import Final, Literal

import numpy as np
import polars as pl
from numpy.typing import NDArray

from ml4t_desktop.analysis.account.performance import NO_BARS, NOT_POSITIVE, TOO_SHORT
from ml4t_desktop.analysis.undefined import Statistics, Undefined
from ml4t_desktop.result.run_result import RunResult
from ml4t_desktop.wording import mark

_RATIOS: Final = ("mean_gross_exposure", "mean_net_exposure", "max_gross_exposure")
_COUNTS: Final = ("exposure", "mean_open_positions", "max_open_positions")
# Values of many positions add up to nearly, not exactly, zero.
_NOTHING: Final = 1e-9


def exposure_statistics(equity: pl.DataFrame) -> Statistics:
    """Return how much was in the market, by name.

    Parameters
    ----------
    equity : DataFrame of `schema.EQUITY`
    """
    if not equity.height:
        return dict.fromkeys((*_COUNTS, *_RATIOS), NO_BARS)
    positions = equity["open_positions"].to_numpy()
    value = equity["equity"].to_numpy()
    if value.min() <= 0:
        ratios: Statistics = dict.fromkeys(_RATIOS, NOT_POSITIVE)
    else:
        gross = equity["gross_exposure"].to_numpy() / value
        ratios = {
            "mean_gross_exposure": float(np.mean(gross)),
            "mean_net_exposure": float(np.mean(equity["net_exposure"].to_numpy() / value)),
            "max_gross_exposure": float(np.max(gross)),
        }
    return {
        "exposure": float(np.mean(positions > 0)),
        "mean_open_positions": float(np.mean(positions)),
        "max_open_positions": int(positions.max()),
        **ratios,
    }


def side_exposure(equity: pl.DataFrame, side: Literal["long", "short"]) -> Statistics:
    """Return how much was in the market on one side, by name.

    Long positions are worth (gross + net) / 2, short ones (gross - net) / 2. The net exposure of the
    short side is negative.

    Parameters
    ----------
    equity : DataFrame of `schema.EQUITY`
    side : {"long", "short"}
    """
    names = ("exposure", *_RATIOS)
    if not equity.height:
        return dict.fromkeys(names, NO_BARS)
    sign = 1.0 if side == "long" else -1.0
    worth = side_worth(equity, side)
    exposure = float(np.mean(worth > 0))
    value = equity["equity"].to_numpy()
    if value.min() <= 0:
        return {**dict.fromkeys(_RATIOS, NOT_POSITIVE), "exposure": exposure}
    share = worth / value
    mean = float(np.mean(share))
    return {
        "exposure": exposure,
        "mean_gross_exposure": mean,
        "mean_net_exposure": sign * mean,
        "max_gross_exposure": float(np.max(share)),
    }


def side_worth(equity: pl.DataFrame, side: Literal["long", "short"]) -> NDArray[np.float64]:
    """Return the value of the positions on one side at every equity point.

    ``(gross + net) / 2`` for longs and ``(gross - net) / 2`` for shorts.

    Parameters
    ----------
    equity : DataFrame of `schema.EQUITY`
    side : {"long", "short"}

    Returns
    -------
    ndarray of float64, shape (n,)
        Account currency, zero or more; what rounding leaves is zero.
    """
    sign = 1.0 if side == "long" else -1.0
    gross = equity["gross_exposure"].to_numpy()
    worth = (gross + sign * equity["net_exposure"].to_numpy()) / 2.0
    return np.where(worth > _NOTHING * gross, worth, 0.0)


def cost_statistics(result: RunResult) -> Statistics:
    """Return what trading cost and what else moved cash, by name."""
    fees = float(result.fills["commission"].sum())
    slippage = float(result.fills["slippage"].sum())
    before_costs = result.final_value - result.initial_capital + fees + slippage
    amounts = result.cash_flows["amount"].to_numpy()
    is_dividend = (result.cash_flows["kind"] == "dividend").to_numpy()
    return {
        "total_fees": fees,
        "total_slippage": slippage,
        "profit_before_costs": before_costs,
        "cost_drag": (fees + slippage) / before_costs
        if before_costs > 0
        else Undefined(mark("no profit before costs")),
        "dividends": float(amounts[is_dividend].sum()),
        "funding": float(amounts[~is_dividend].sum()),
    }


def order_statistics(result: RunResult) -> Statistics:
    """Return the counts of orders and fills, by name."""
    status = result.orders["status"]
    return {
        "num_orders": result.orders.height,
        "num_fills": result.fills.height,
        "rejected_orders": int((status == "rejected").sum()),
        "reduced_orders": int((status == "reduced").sum()),
        "cancelled_orders": int((status == "cancelled").sum()),
        "expired_orders": int((status == "expired").sum()),
    }


def yearly_turnover(result: RunResult, years: float, minimum_years: float) -> float | Undefined:
    """Return half the traded value over the mean equity, per year."""
    if not result.equity.height:
        return NO_BARS
    mean_equity = float(result.equity["equity"].to_numpy().mean())
    if mean_equity <= 0:
        return NOT_POSITIVE
    if years < minimum_years:
        return TOO_SHORT
    return traded_value(result) / 2.0 / mean_equity / years


def traded_value(result: RunResult) -> float:
    """Quantity times price times contract multiplier, over all fills."""
    return float(fill_values(result).sum())


def fill_values(result: RunResult) -> NDArray[np.float64]:
    """Return quantity times price times contract multiplier of every fill."""
    fills, trades = result.fills, result.trades
    value = fills["quantity"].to_numpy() * fills["price"].to_numpy()
    if (trades["multiplier"] != 1.0).any():
        of_symbol = trades.select("symbol", "multiplier").unique("symbol")
        joined = fills.select("symbol").join(
            of_symbol, on="symbol", how="left", maintain_order="left"
        )
        value = value * joined["multiplier"].fill_null(1.0).to_numpy()
    return value
