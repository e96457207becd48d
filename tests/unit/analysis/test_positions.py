"""Held quantities and the levels of a trade, bar by bar, by hand."""

from datetime import datetime

import numpy as np
import polars as pl
import pytest

from ml4t_desktop.analysis.positions import position_sizes, trade_levels
from ml4t_desktop.request.strategy import Exits

DAYS = [datetime(2024, 1, day) for day in (2, 3, 4, 5)]
TIMES = pl.Series(DAYS).cast(pl.Datetime("us")).to_physical().to_numpy()
FILLS = pl.DataFrame(
    {
        "symbol": ["A", "B", "A", "A"],
        "side": ["buy", "buy", "sell", "sell"],
        "quantity": [10.0, 5.0, 4.0, 16.0],
        "timestamp": [DAYS[1], DAYS[1], DAYS[2], DAYS[3]],
    }
).with_columns(pl.col("timestamp").cast(pl.Datetime("us")))


def test_a_position_is_the_sum_of_the_fills_so_far_and_negative_when_short():
    assert position_sizes(FILLS, "A", TIMES).tolist() == [0.0, 10.0, 6.0, -10.0]
    assert position_sizes(FILLS, "B", TIMES).tolist() == [0.0, 5.0, 5.0, 5.0]
    assert position_sizes(FILLS, "C", TIMES).tolist() == [0.0] * 4


HIGHS, LOWS, CLOSES = (np.array(row) for row in ([105, 120, 110], [95, 100, 90], [100, 115, 95.0]))


def test_a_long_has_its_stop_below_and_its_target_above_the_basis():
    levels = trade_levels(Exits(stop_loss=0.1, take_profit=0.2), "long", 100.0, HIGHS, LOWS, CLOSES)
    assert levels.stop.tolist() == pytest.approx([90.0] * 3)
    assert levels.target.tolist() == pytest.approx([120.0] * 3)
    assert levels.trail is None


def test_a_trailing_stop_follows_the_best_price_of_the_bars_before():
    within = Exits(trailing_stop=0.1, evaluate="intrabar")
    at_close = Exits(trailing_stop=0.1)
    trail = trade_levels(within, "long", 100.0, HIGHS, LOWS, CLOSES).trail
    assert trail.tolist() == pytest.approx([90.0, 94.5, 108.0])
    trail = trade_levels(at_close, "long", 100.0, HIGHS, LOWS, CLOSES).trail
    assert trail.tolist() == pytest.approx([90.0, 90.0, 103.5])
    trail = trade_levels(within, "short", 100.0, HIGHS, LOWS, CLOSES).trail
    assert trail.tolist() == pytest.approx([110.0, 104.5, 104.5])
