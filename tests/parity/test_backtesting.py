"""The preset `backtesting` against backtesting.py itself: one asset, the same orders, trade by trade."""

from dataclasses import replace

import numpy as np
import pytest

from tests.parity.cases import OrderCase, PlannedOrder
from tests.parity.own import differences, flows, run_case
from tests.parity.test_backtrader import RULES, plan_of, rule_case


def both(peer, case):
    return run_case(case, "backtesting"), peer.run(case)


@pytest.mark.parametrize("rules", RULES)
def test_rules_make_the_same_trades_of_every_asset(backtesting, sample, rules):
    case = replace(sample, **RULES[rules])
    trades = 0
    for asset in range(len(sample.bars.symbols)):
        own, other = both(backtesting, case.one(asset))
        trades += len(own.trips)
        assert differences(own, other) == []
    assert trades > 90


@pytest.mark.real_data
@pytest.mark.parametrize("rules", ["a share of the equity", "stop and target in the market"])
def test_rules_make_the_same_trades_on_real_prices(backtesting, real, rules):
    for asset in range(len(real.bars.symbols)):
        own, other = both(backtesting, replace(real, **RULES[rules]).one(asset))
        assert len(own.trips) > 5
        assert differences(own, other) == []


@pytest.mark.parametrize("seed", range(4))
def test_market_limit_and_stop_orders_fill_at_the_same_bars_and_prices(backtesting, sample, seed):
    bars = sample.bars.one(seed)
    orders = plan_of(bars, ("market", "limit", "stop"), seed)
    own, other = both(backtesting, OrderCase(bars=bars, orders=orders, commission=0.001))
    assert len(own.fills) > 60
    assert flows(own) == pytest.approx(flows(other))
    assert own.final_value == pytest.approx(other.final_value, abs=0.005)


def test_stop_and_target_are_live_in_the_bar_of_the_entry(backtesting, make_bars):
    flat = (100, 101, 99, 100)
    bars = make_bars(flat, flat, (100, 101, 94, 100), flat, flat)
    own, other = both(backtesting, rule_case(bars, stop_loss=0.05, take_profit=0.08))
    assert [(trip.entry_bar, trip.exit_bar, trip.exit_price) for trip in own.trips] == [
        (2, 2, 95.0)
    ]
    assert differences(own, other) == []


def test_an_entry_that_opens_beyond_its_stop_leaves_at_that_open_in_both(backtesting, make_bars):
    flat = (100, 101, 99, 100)
    bars = make_bars(flat, flat, (93, 101, 92, 100), flat, flat)
    own, other = both(backtesting, rule_case(bars, stop_loss=0.05))
    assert [(trip.entry_price, trip.exit_price) for trip in own.trips] == [(93.0, 93.0)]
    assert differences(own, other) == []


def test_an_order_the_cash_does_not_cover_is_refused_by_both(backtesting, make_bars):
    bars = make_bars(*[(100, 101, 99, 100)] * 5)
    own, other = both(backtesting, rule_case(bars, capital=999.0))
    assert own.fills == other.fills == ()
    own, other = both(backtesting, rule_case(bars, capital=1000.0))
    assert len(own.fills) == len(other.fills) == 1


def test_a_target_passed_by_the_open_comes_first_here_and_the_stop_there(backtesting, make_bars):
    flat = (100, 101, 99, 100)
    bars = make_bars(flat, flat, flat, (110, 111, 90, 100), flat)
    own, other = both(backtesting, rule_case(bars, stop_loss=0.05, take_profit=0.08))
    assert [trip.exit_price for trip in own.trips] == [110.0]
    assert [trip.exit_price for trip in other.trips] == [95.0]


def test_two_purchases_are_one_position_here_and_two_trades_there(backtesting, make_bars):
    rows = [(price, price + 1, price - 1, price) for price in np.arange(100.0, 112.0, 2.0)]
    orders = (
        PlannedOrder(bar=1, quantity=10.0),
        PlannedOrder(bar=2, quantity=10.0),
        PlannedOrder(bar=3, quantity=-10.0),
    )
    own, other = both(backtesting, OrderCase(bars=make_bars(*rows), orders=orders))
    assert [(trip.entry_price, trip.pnl) for trip in own.trips] == [(105.0, 30.0)]
    assert [(trip.entry_price, trip.pnl) for trip in other.trips] == [(104.0, 40.0)]
    assert own.final_value == other.final_value == 1_000_080.0
