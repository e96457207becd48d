"""The rules in ml4t-backtest, for the benchmarks: market orders at the next open, no stops."""

import time

import numpy as np
import polars as pl
from ml4t.backtest import BacktestConfig, DataFeed, Engine, Strategy

from tests.parity.cases import Bars, Flags, Outcome, RuleCase, Trip


class Rules(Strategy):
    """Enters and leaves as the signals say."""

    def __init__(self, quantity):
        self.quantity = quantity

    def on_data(self, timestamp, data, context, broker):
        for asset, bar in data.items():
            signals = bar.get("signals", {})
            if broker.get_position(asset) is not None:
                if signals.get("leave", 0.0) > 0.5:
                    broker.close_position(asset)
            elif signals.get("enter", 0.0) > 0.5:
                broker.submit_order(asset, self.quantity)


def frames(bars: Bars, enter: Flags, leave: Flags) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return prices and signals as the engine takes them."""
    count, assets = enter.shape
    keys = {
        "timestamp": np.repeat(bars.days.astype("datetime64[us]"), assets),
        "symbol": list(bars.symbols) * count,
    }
    names = ("open", "high", "low", "close", "volume")
    prices = {name: bars.prices[i].ravel() for i, name in enumerate(names)}
    signals = {"enter": enter.astype(float).ravel(), "leave": leave.astype(float).ravel()}
    return pl.DataFrame({**keys, **prices}), pl.DataFrame({**keys, **signals})


def run(case: RuleCase) -> Outcome:
    """Return what ml4t-backtest makes of a case: its closed trades and final value."""
    prices, signals = frames(case.bars, case.enter, case.leave)
    config = BacktestConfig.from_preset("backtrader")
    config.initial_cash = case.capital
    config.commission_rate = case.commission
    config.slippage_rate = case.slippage
    begun = time.perf_counter()
    engine = Engine(DataFeed(prices_df=prices, signals_df=signals), Rules(case.quantity), config)
    result = engine.run()
    seconds = time.perf_counter() - begun
    days = case.bars.days.astype("datetime64[D]").tolist()
    bar_of = {day: bar for bar, day in enumerate(days)}
    trips = tuple(
        Trip(
            bar_of[trade.entry_time.date()], trade.symbol, bar_of[trade.exit_time.date()],
            float(trade.quantity), trade.entry_price, trade.exit_price, trade.pnl,
        )
        for trade in result.trades
        if trade.status == "closed"
    )  # fmt: skip
    final = float(result.metrics["final_value"])
    return Outcome(trips=trips, final_value=final, seconds=seconds)
