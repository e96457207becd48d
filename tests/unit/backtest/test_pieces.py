"""Backtests from files that are read in pieces: feeds, periods, context and identity."""

from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from ml4t_desktop.backtest import BacktestEngine, BacktestResult, CashDividend, Strategy
from ml4t_desktop.backtest.data import CSVDataFeed, ParquetDataFeed
from ml4t_desktop.engine.control import RunControl
from ml4t_desktop.errors import Cancelled, InputError

DAYS = [datetime(2024, 1, 1) + timedelta(days=day) for day in range(60)]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    chance = np.random.default_rng(4)
    count = 2 * len(DAYS)
    close = chance.uniform(10, 11, count).round(2)
    pl.DataFrame(
        {
            "date": [day for day in DAYS for _ in "AB"],
            "symbol": ["A", "B"] * len(DAYS),
            "open": close,
            "high": close + 1,
            "low": close - 1,
            "close": close,
            "score": chance.uniform(0, 1, count),
            "mood": [f"m{number % 5}" for number in range(count)],
        }
    ).write_parquet(tmp_path / "bars.parquet")
    return tmp_path / "bars.parquet"


class Trader(Strategy):
    """Trades by score and mood."""

    def on_market_event(self, event, context=None):
        if event.signals["score"] > 0.7 and event.signals["mood"] != "m1":
            self.buy_percent(event.asset_id, 0.1, event.close)
        elif event.signals["score"] < 0.2:
            self.close_position(event.asset_id)


def run(
    file: Path, chunk_rows: int | None, *, period: tuple = (None, None), **settings
) -> BacktestResult:
    feed = ParquetDataFeed(file, signal_columns=["score", "mood"], chunk_rows=chunk_rows)
    return BacktestEngine(feed, Trader(), **settings).run(*period)


@pytest.mark.parametrize(
    "period",
    [
        (None, None),
        (datetime(2024, 1, 11), datetime(2024, 2, 2)),
        (datetime(2024, 1, 5), datetime(2024, 1, 5)),
        (None, datetime(2024, 1, 8)),
        (datetime(2030, 1, 1), None),
    ],
)
def test_a_backtest_in_pieces_is_that_of_one_piece(file, period):
    settings = {
        "context_data": {day: {"VIX": float(number)} for number, day in enumerate(DAYS[::3])},
        "context_match": "asof",
        "corporate_actions": [CashDividend("A", DAYS[30], 0.5)],
    }
    whole, *others = (run(file, rows, period=period, **settings) for rows in (None, 10, 36, 999))
    for parts in others:
        assert parts.trades.equals(whole.trades)
        assert parts.orders.equals(whole.orders)
        assert parts.equity.equals(whole.equity)
        assert parts.cash_flows.equals(whole.cash_flows)
        assert parts.metrics == whole.metrics
        assert parts.run_id == whole.run_id


def test_another_bar_is_another_run_in_pieces_too(file):
    before = run(file, 10).run_id
    frame = pl.read_parquet(file)
    frame.with_columns(mood=pl.col("mood").replace("m3", "m2")).write_parquet(file)
    assert run(file, 10).run_id != before


def test_a_text_file_runs_in_pieces(file):
    frame = pl.read_parquet(file)
    frame.write_csv(file.with_suffix(".csv"))
    feed = CSVDataFeed(file.with_suffix(".csv"), signal_columns=["score", "mood"], chunk_rows=20)
    parts = BacktestEngine(feed, Trader()).run()
    assert parts.trades.equals(run(file, None).trades)


def test_columns_are_recognised_in_pieces_as_in_one(file):
    feeds = [ParquetDataFeed(file, chunk_rows=rows) for rows in (None, 10)]
    assert [tuple(feed.market.signals) for feed in feeds] == [("score",), ("score",)]
    assert [feed.market.symbols for feed in feeds] == [("A", "B"), ("A", "B")]
    assert feeds[1].pieces is not None
    assert feeds[0].pieces is None


def test_a_feed_in_pieces_refuses_bad_bars_before_anything_runs(file):
    frame = pl.read_parquet(file)
    frame.with_columns(
        close=pl.when(pl.int_range(pl.len()) == 100).then(-1.0).otherwise("close")
    ).write_parquet(file)
    with pytest.raises(InputError, match="row 101"):
        ParquetDataFeed(file, chunk_rows=10)


def test_progress_goes_on_over_the_pieces_and_cancel_ends_the_run(file):
    feed = ParquetDataFeed(file, signal_columns=["score", "mood"], chunk_rows=20)
    told: list[float] = []
    BacktestEngine(feed, Trader()).run(progress=told.append)
    assert told == sorted(told)
    assert told[-1] == 1.0
    control = RunControl()

    class Stops(Trader):
        def on_bar_end(self, timestamp, context=None):
            if timestamp == DAYS[33]:
                assert 0.5 < control.progress < 0.6
                control.cancel()

    with pytest.raises(Cancelled):
        BacktestEngine(feed, Stops()).run(cancel=control)
