"""Statistics of what was done: exposure, turnover, orders, costs and other cash."""

from typing import Final

import numpy as np
import polars as pl

from ml4t_desktop.analysis.performance import NO_BARS, NOT_POSITIVE, TOO_SHORT
from ml4t_desktop.analysis.undefined import Statistics, Undefined
from ml4t_desktop.result.run_result import RunResult

_EXPOSURE_NAMES: Final = ("exposure", "mean_gross_exposure", "mean_net_exposure")


def exposure_statistics(equity: pl.DataFrame) -> Statistics:
    """Return how much was in the market, by name.

    Parameters
    ----------
    equity : DataFrame of `schema.EQUITY`
    """
    if not equity.height:
        return dict.fromkeys(_EXPOSURE_NAMES, NO_BARS)
    exposure = float(np.mean(equity["open_positions"].to_numpy() > 0))
    value = equity["equity"].to_numpy()
    if value.min() <= 0:
        ratios: Statistics = dict.fromkeys(_EXPOSURE_NAMES[1:], NOT_POSITIVE)
    else:
        ratios = {
            "mean_gross_exposure": float(np.mean(equity["gross_exposure"].to_numpy() / value)),
            "mean_net_exposure": float(np.mean(equity["net_exposure"].to_numpy() / value)),
        }
    return {"exposure": exposure, **ratios}


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
        "cost_drag": (fees + slippage) / before_costs
        if before_costs > 0
        else Undefined("no profit before costs"),
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
    return _traded_value(result) / 2.0 / mean_equity / years


def _traded_value(result: RunResult) -> float:
    """Quantity times price times contract multiplier, over all fills."""
    fills, trades = result.fills, result.trades
    value = fills["quantity"].to_numpy() * fills["price"].to_numpy()
    if (trades["multiplier"] != 1.0).any():
        of_symbol = trades.select("symbol", "multiplier").unique("symbol")
        joined = fills.select("symbol").join(
            of_symbol, on="symbol", how="left", maintain_order="left"
        )
        value = value * joined["multiplier"].fill_null(1.0).to_numpy()
    return float(value.sum())
