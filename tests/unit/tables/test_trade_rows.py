"""Which trades a table shows."""

import numpy as np
import polars as pl
import pytest

from ml4t_desktop.tables.trade_rows import (
    trade_mask,
    trade_row,
    wide_values,
)

TRADES = pl.DataFrame(
    {
        "symbol": ["AAPL", "MSFT", "AAPL", "NVDA"],
        "direction": ["long", "short", "long", "long"],
        "status": ["closed", "closed", "closed", "open"],
        "exit_reason": ["stop_loss", "signal", "take_profit", "open"],
        "entry_note": pl.Series([None, None, None, "in the bar of the entry"], dtype=pl.String),
        "exit_note": ["ambiguous bar: stop taken first", None, None, None],
        "pnl": [-50.0, 20.0, 0.0, 5.0],
        "fees": [1.0, 2.0, 3.0, 4.0],
    }
)


@pytest.mark.parametrize(
    ("text", "outcome", "expected"),
    [
        ("aap", "all", [0, 2]),
        ("stop loss", "all", [0]),
        ("", "winners", [1]),
        ("", "losers", [0]),
        ("", "long", [0, 2, 3]),
        ("", "short", [1]),
        ("", "open", [3]),
        ("aapl", "losers", [0]),
        ("ambiguous", "all", [0]),
        ("bar of the entry", "all", [3]),
        ("(", "all", []),
    ],
)
def test_trades_are_found_by_text_and_outcome(text, outcome, expected):
    mask = trade_mask(TRADES, text, outcome)
    assert mask is not None
    assert mask.size == TRADES.height
    assert np.flatnonzero(mask).tolist() == expected


def test_without_text_and_outcome_nothing_is_filtered():
    assert trade_mask(TRADES, "  ", "all") is None


def test_a_trade_that_is_not_there_has_no_row():
    assert trade_row(np.array([5, 7]), 7) == 1
    assert trade_row(np.array([5, 7]), 6) is None
    assert trade_row(np.array([0, 7]), None) is None


def test_the_values_that_take_most_room_are_among_those_measured():
    many = [1.0] * 50 + [-123_456.75, None, 99.0]
    assert {-123_456.75, 99.0} <= set(wide_values(pl.Series(many)))
    assert wide_values(pl.Series(["a", "take_profit", None, "bb"])) == ["take_profit"]
    assert wide_values(pl.Series([None, None], dtype=pl.Float64)) == []
