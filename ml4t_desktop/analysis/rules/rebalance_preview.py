"""The orders that a rebalancing sends at a date: a run up to there, and what it decides last."""

from dataclasses import dataclass
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from ml4t_desktop.engine.rules.rule_run import run_rules
from ml4t_desktop.market import Market
from ml4t_desktop.market.market import ASSET, CLOSE
from ml4t_desktop.market.period import between
from ml4t_desktop.request import Request


@dataclass(frozen=True, slots=True, kw_only=True)
class RebalanceLine:
    """One asset of a rebalancing.

    Parameters
    ----------
    weight, target : float
        Share of the equity before, and once the order has traded at the close of the decision.
    order : float
        Quantity ordered, negative for a sale; zero where the change is too small.
    status_reason : str
        Why an order will not trade, empty otherwise.
    """

    symbol: str
    weight: float
    target: float
    order: float
    status_reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RebalancePreview:
    """What a rebalancing does at a date.

    Parameters
    ----------
    number, count : int
        Which of the dates it is, from 0, and how many there are.
    lines : tuple of RebalanceLine
        Every asset held or ordered, the largest order first.
    """

    number: int
    count: int
    time: datetime
    equity: float
    lines: tuple[RebalanceLine, ...]


def rebalance_times(market: Market, every: str) -> NDArray[np.int64]:
    """Return the timestamps at which there is a rebalancing.

    Parameters
    ----------
    market : Market
    every : {"bar", "week", "month"}
        All of them, or the first of each week (from Monday) or calendar month.

    Returns
    -------
    ndarray of int64
        Their indexes, ascending.
    """
    if every == "bar" or not market.time_count:
        return np.arange(market.time_count)
    days = market.timestamps.astype("datetime64[us]").astype("datetime64[D]")
    # Day 0 of the epoch was a Thursday; weeks begin on Monday.
    weeks, months = (days.astype(np.int64) + 3) // 7, days.astype("datetime64[M]").astype(np.int64)
    period = weeks if every == "week" else months
    return np.flatnonzero(np.append(True, np.diff(period) > 0))


def rebalance_preview(
    market: Market, request: Request, times: NDArray[np.int64], number: int
) -> RebalancePreview:
    """Return the orders of one of the dates.

    Parameters
    ----------
    market : Market
        Its columns are delayed already.
    times : ndarray of int64
        Of `rebalance_times`.
    """
    t = int(times[number])
    result = run_rules(between(market, None, int(market.timestamps[t])), request)
    equity = float(result.equity["equity"][-1])
    closes = _closes(market, t)
    held = {
        row["symbol"]: row["quantity"]
        * row["multiplier"]
        * (1 if row["direction"] == "long" else -1)
        for row in result.trades.iter_rows(named=True)
        if row["status"] == "open"
    }
    moment = result.equity["timestamp"][-1]
    orders: dict[str, tuple[float, str]] = {}
    for row in result.orders.iter_rows(named=True):
        if row["decision_time"] == moment:
            quantity = abs(row["requested"]) * (1 if row["side"] == "buy" else -1)
            orders[row["symbol"]] = (quantity, row["reason"] if row["status"] == "rejected" else "")
    lines = [
        RebalanceLine(
            symbol=symbol,
            weight=held.get(symbol, 0.0) * closes[symbol] / equity,
            target=(held.get(symbol, 0.0) + order) * closes[symbol] / equity,
            order=order,
            status_reason=reason,
        )
        for symbol in dict.fromkeys((*orders, *held))
        for order, reason in (orders.get(symbol, (0.0, "")),)
    ]
    lines.sort(key=lambda line: (-abs(line.target - line.weight), line.symbol))
    return RebalancePreview(
        number=number, count=times.size, time=market.moment(t), equity=equity, lines=tuple(lines)
    )


def _closes(market: Market, t: int) -> dict[str, float]:
    """Return the latest close of every asset that had a bar until a timestamp."""
    rows = np.arange(int(market.row_start[t + 1]))
    last = np.full(len(market.symbols), -1)
    last[market.rows[ASSET, rows]] = rows
    prices = market.prices[CLOSE]
    return {market.symbols[a]: float(prices[row]) for a, row in enumerate(last) if row >= 0}
