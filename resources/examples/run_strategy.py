"""The engine from Python, from data to result: run it with `python run_strategy.py`.

It makes a small market of its own, so that it needs no files; put a `ParquetDataFeed` or a
`CSVDataFeed` with the path of yours in place of `feed`.
"""

import math
import random
from datetime import datetime, timedelta

import polars as pl
from confident_strategy import Confident

from ml4t_desktop.backtest import BacktestEngine
from ml4t_desktop.backtest.data import DataFrameFeed


def made_up_prices(assets=("AAA", "BBB", "CCC"), days=500, seed=7):
    """Return prices that wander, with predictions that know a little of the next days."""
    chance = random.Random(seed)
    rows = []
    for asset in assets:
        close = 100.0
        for number in range(days):
            move = chance.gauss(0.0003, 0.015)
            first, close = close, close * math.exp(move)
            rows.append(
                {
                    "date": datetime(2022, 1, 3) + timedelta(days=number),
                    "symbol": asset,
                    "open": first,
                    "high": max(first, close) * 1.004,
                    "low": min(first, close) * 0.996,
                    "close": close,
                    "volume": chance.uniform(1e5, 2e5),
                    "ml_pred_5d": min(max(0.5 + 15.0 * move + chance.gauss(0.0, 0.2), 0.0), 1.0),
                    "confidence": chance.uniform(0.4, 1.0),
                }
            )
    return pl.DataFrame(rows)


def main():
    """Run the strategy with two thresholds and print what they came to."""
    feed = DataFrameFeed(made_up_prices(), signal_columns=["ml_pred_5d", "confidence"])
    for threshold in (0.7, 0.9):
        strategy = Confident()
        strategy.threshold = threshold
        result = BacktestEngine(
            feed,
            strategy,
            initial_capital=100_000,
            costs={"commission": {"model": "percent", "rate": 0.001}},
        ).run()
        metrics = result.metrics
        print(f"above {threshold}: {result.final_value:,.0f}, {metrics.num_trades} trades")
        for trade in list(result.iter_trades())[:2]:
            print(f"  {trade.symbol} {trade.pnl:+,.0f} decided on {trade.entry_signals}")


if __name__ == "__main__":
    main()
