"""What a stop and a target would have made of trades, by hand."""

import numpy as np
import polars as pl
import pytest

from ml4t_desktop.analysis.trades.excursions import excursions, part_of, what_if

TRADES = pl.DataFrame(
    {
        "trade_id": [1, 2, 3, 4, 5],
        "status": ["closed"] * 4 + ["open"],
        "quantity": [10.0] * 5,
        "entry_price": [100.0] * 5,
        "multiplier": [1.0, 1.0, 1.0, 2.0, 1.0],
        "pnl": [50.0, -120.0, -20.0, 30.0, 99.0],
        "pnl_percent": [0.05, -0.12, -0.02, 0.015, 0.099],
        "fees": [2.0] * 5,
        "mfe": [0.08, 0.01, 0.12, 0.03, 0.5],
        "mae": [-0.01, -0.15, -0.06, -0.02, -0.5],
    }
)


def test_open_trades_are_left_out_and_the_value_at_entry_counts_the_multiplier():
    of = excursions(TRADES)
    assert of.trade_id.tolist() == [1, 2, 3, 4]
    assert of.value.tolist() == [1000.0, 1000.0, 1000.0, 2000.0]


def test_without_stop_and_target_nothing_changes():
    found = what_if(excursions(TRADES), None, None)
    assert found.pnl_before == found.pnl_after == -60.0
    assert (found.stopped, found.taken, found.doubtful) == (0, 0, 0)
    assert found.win_rate_before == found.win_rate_after == 0.5


def test_trades_that_reached_the_stop_end_there_and_pay_their_fees():
    found = what_if(excursions(TRADES), 0.05, None)
    # Trades 2 and 3 went 15 % and 6 % against: both lose 5 % of 1,000 and 2 of fees.
    assert found.stopped == 2
    assert found.pnl_after == pytest.approx(50.0 - 52.0 - 52.0 + 30.0)


def test_trades_that_reached_the_target_end_there_unless_they_reached_the_stop_as_well():
    found = what_if(excursions(TRADES), 0.05, 0.08)
    assert (found.stopped, found.taken, found.doubtful) == (2, 1, 1)
    assert found.pnl_after == pytest.approx(78.0 - 52.0 - 52.0 + 30.0)
    found = what_if(excursions(TRADES), None, 0.08)
    assert found.taken == 2
    assert found.pnl_after == pytest.approx(78.0 - 120.0 + 78.0 + 30.0)
    assert found.win_rate_after == 0.75


def test_a_part_of_the_trades_can_be_judged_alone():
    of = part_of(excursions(TRADES), np.array([False, True, False, False]))
    assert what_if(of, 0.1, None).pnl_after == pytest.approx(-102.0)
    empty = part_of(of, np.array([False]))
    assert what_if(empty, 0.1, 0.1).win_rate_after is None
