"""What zipline, LEAN and `realistic` presets make of a few bars, worked out by hand from the engines' rules.

Neither zipline nor LEAN runs on such bars without a bundle of data or another language, so there is no
outcome of theirs to compare with: the numbers are those their sources and documents give.
"""

import numpy as np
import polars as pl
import pytest

from ml4t_desktop.engine.rules.rule_run import run_rules
from tests.parity.own import market_of, request_of
from tests.parity.test_backtrader import rule_case

FLAT = (100.0, 102.0, 98.0, 101.0)


def run_with(name, case):
    market = market_of(case.bars, enter=case.enter, leave=case.leave)
    request = request_of(case, name)
    return run_rules(market, request)


def rows(frame: pl.DataFrame, *columns: str) -> list[tuple]:
    return frame.select(columns).rows()


def test_zipline_fills_at_the_next_close_with_five_basis_points_and_a_tenth_of_a_cent(make_bars):
    bars = make_bars(FLAT, FLAT, (103, 106, 102, 104), (105, 108, 104, 107), FLAT, FLAT)
    case = rule_case(bars, quantity=1000.0)
    case.leave[3] = True
    result = run_with("zipline", case)
    assert rows(result.fills, "timestamp", "price", "commission") == [
        (result.equity["timestamp"][2], pytest.approx(104 * 1.0005), pytest.approx(1.0)),
        (result.equity["timestamp"][4], pytest.approx(101 * 0.9995), pytest.approx(1.0)),
    ]


def test_zipline_trades_a_tenth_of_the_volume_and_goes_on_at_the_next_closes(make_bars):
    bars = make_bars(*[FLAT] * 6)
    bars.prices[4] = 4_000.0
    result = run_with("zipline", rule_case(bars, quantity=1000.0))
    assert result.fills["quantity"].to_list() == [400.0, 400.0, 200.0]
    assert result.fills["timestamp"].to_list() == result.equity["timestamp"][2:5].to_list()


def test_zipline_stops_look_at_the_close_and_leave_at_the_next(make_bars):
    dip = (100, 101, 80, 100)  # a low below the stop, a close above it
    below = (100, 100, 88, 90)
    bars = make_bars(FLAT, FLAT, FLAT, dip, below, (90, 93, 89, 92), FLAT)
    result = run_with("zipline", rule_case(bars, stop_loss=0.05))
    trade = result.trades.row(0, named=True)
    assert trade["exit_reason"] == "stop_loss"
    assert trade["exit_time"] == result.equity["timestamp"][5]
    assert trade["exit_price"] == pytest.approx(92 * 0.9995)


@pytest.mark.parametrize(
    ("quantity", "commission"), [(100.0, 1.0), (1000.0, 5.0), (1.0, 0.5), (400.0, 2.0)]
)
def test_lean_charges_half_a_cent_a_share_at_least_one_at_most_half_a_per_cent(
    make_bars, quantity, commission
):
    """The third is the stated difference: LEAN charges 1, here the cap of 0.5 % of 100 comes last."""
    bars = make_bars(FLAT, FLAT, (100, 101, 99, 100), FLAT)
    result = run_with("lean", rule_case(bars, quantity=quantity))
    assert rows(result.fills, "price", "commission") == [(100.0, commission)]


def test_lean_refuses_what_the_account_cannot_pay(make_bars):
    result = run_with("lean", rule_case(make_bars(*[FLAT] * 4), capital=1000.0))
    assert result.fills.height == 0
    assert result.orders["status"].to_list() == ["rejected"]


def test_realistic_pays_costs_waits_for_its_money_and_takes_a_twentieth_of_the_volume(make_bars):
    bars = make_bars(*[FLAT] * 6)
    bars.prices[4] = 10_000.0
    case = rule_case(bars, quantity=800.0)
    result = run_with("realistic", case)
    assert rows(result.fills, "quantity", "price", "commission") == [
        (500.0, pytest.approx(100.1), pytest.approx(2.5)),
        (300.0, pytest.approx(100.1), pytest.approx(1.5)),
    ]
    assert request_of(case, "realistic").account.settlement_days == 1
    assert np.isclose(result.fills["slippage"].sum(), 80.0)
