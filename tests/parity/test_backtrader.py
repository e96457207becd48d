"""The preset `backtrader` against backtrader itself: the same orders, trade by trade."""

from dataclasses import replace

import numpy as np
import pytest

from tests.parity.cases import Bars, OrderCase, PlannedOrder, RuleCase
from tests.parity.own import differences, flows, run_case

RULES = {
    "market orders": {},
    "a share of the equity": {"quantity": None, "percent": 0.1},
    "stop and target in the market": {"stop_loss": 0.05, "take_profit": 0.08},
    "a stop alone": {"stop_loss": 0.03},
    "a target alone": {"take_profit": 0.04},
    "without commission": {"commission": 0.0},
}


def both(peer, case):
    return run_case(case, "backtrader"), peer.run(case)


@pytest.mark.parametrize("rules", RULES)
def test_rules_make_the_same_trades(backtrader, sample, rules):
    own, other = both(backtrader, replace(sample, **RULES[rules]))
    assert len(own.trips) > 90
    assert differences(own, other) == []


@pytest.mark.real_data
@pytest.mark.parametrize("rules", ["a share of the equity", "stop and target in the market"])
def test_rules_make_the_same_trades_on_real_prices(backtrader, real, rules):
    own, other = both(backtrader, replace(real, **RULES[rules]))
    assert len(own.trips) > 90
    assert differences(own, other) == []


def test_slippage_is_the_same_where_it_stays_inside_the_bar(backtrader, sample):
    """Theirs ends at the bar's high or low; bars that reach far enough keep it out of play."""
    prices = sample.bars.prices.copy()
    prices[1] *= 1.01
    prices[2] *= 0.99
    case = replace(sample, bars=replace(sample.bars, prices=prices), slippage=0.001)
    own, other = both(backtrader, case)
    assert own.trips[0].entry_price == pytest.approx(
        prices[0, own.trips[0].entry_bar, sample.bars.symbols.index(own.trips[0].symbol)] * 1.001
    )
    assert differences(own, other) == []


def plan_of(bars: Bars, types: tuple[str, ...], seed: int) -> tuple[PlannedOrder, ...]:
    """Return orders of all kinds at prices around the close, some of them beyond the next open."""
    random = np.random.RandomState(seed)
    orders = []
    for bar in range(5, len(bars.days) - 5, 3):
        close = bars.prices[3, bar, 0]
        side = random.choice([-1.0, 1.0])
        near = np.round(close * (1.0 + random.uniform(-0.03, 0.03)), 2)
        kind = str(random.choice(types))
        price = {"limit": {"limit": near}, "stop": {"stop": near}}.get(kind, {})
        quantity = side * float(random.randint(1, 50))
        orders.append(PlannedOrder(bar=bar, quantity=quantity, type=kind, **price))
    return tuple(orders)


@pytest.mark.parametrize("seed", range(4))
def test_market_limit_and_stop_orders_fill_at_the_same_bars_and_prices(backtrader, sample, seed):
    bars = sample.bars.one(seed)
    orders = plan_of(bars, ("market", "limit", "stop"), seed)
    own, other = both(backtrader, OrderCase(bars=bars, orders=orders, commission=0.001))
    assert len(own.fills) > 60
    assert flows(own) == pytest.approx(flows(other))
    assert own.final_value == pytest.approx(other.final_value, abs=0.005)


BUY_STOP_105_LIMIT_107 = PlannedOrder(
    bar=1, quantity=10.0, type="stop_limit", stop=105.0, limit=107.0
)
STOP_LIMITS = {
    "touched inside": ((101, 106, 100, 104), [(2, 105.0)]),
    "open between stop and limit": ((106, 108, 104, 105), [(2, 106.0)]),
    "open beyond the limit, back to it": ((109, 110, 106, 108), [(2, 107.0)]),
    "open beyond the limit, not back": ((109, 110, 108, 109), [(3, 107.0)]),
    "not touched": ((101, 104, 100, 104), [(3, 107.0)]),
}


@pytest.mark.parametrize("name", STOP_LIMITS)
def test_a_stop_limit_order_fills_at_the_same_price(backtrader, make_bars, name):
    row, expected = STOP_LIMITS[name]
    before, after = (100, 101, 99, 100), (108, 109, 106, 107)
    bars = make_bars(before, before, row, after, (110, 111, 109, 110))
    own, other = both(backtrader, OrderCase(bars=bars, orders=(BUY_STOP_105_LIMIT_107,)))
    assert [(fill.bar, fill.price) for fill in own.fills] == expected
    assert differences(own, other) == []


def test_trailing_stops_agree_where_every_high_is_the_close(backtrader, sample):
    bars = sample.bars.one(1)
    prices = bars.prices.copy()
    prices[1] = np.maximum(prices[0], prices[3])
    rising = prices[3] >= prices[0]
    prices[0] = np.where(rising, prices[0], prices[3])  # no open above its close
    prices[1] = prices[3]
    prices[2] = np.minimum(prices[2], prices[0])
    orders = [
        PlannedOrder(bar=bar + offset, quantity=quantity, **kind)
        for bar in range(10, 280, 30)
        for offset, quantity, kind in (
            (0, 100.0, {}), (3, -100.0, {"type": "trailing_stop", "trail": 0.03}),
        )
    ]  # fmt: skip
    case = OrderCase(bars=replace(bars, prices=prices), orders=tuple(orders))
    own, other = both(backtrader, case)
    assert len(own.trips) >= 8
    assert differences(own, other) == []


def test_a_trailing_stop_follows_the_high_here_and_the_close_there(backtrader, make_bars):
    flat = (100, 100, 100, 100)
    bars = make_bars(flat, flat, flat, (100, 120, 100, 105), (105, 105, 90, 92), flat, flat)
    orders = (
        PlannedOrder(bar=0, quantity=10.0),
        PlannedOrder(bar=2, quantity=-10.0, type="trailing_stop", trail=0.1),
    )
    own, other = both(backtrader, OrderCase(bars=bars, orders=orders))
    # Ten per cent below the high of 120 is 108, which the next open is beyond already.
    assert [(trip.exit_bar, trip.exit_price) for trip in own.trips] == [(4, 105.0)]
    # Ten per cent below the close of 105.
    assert [(trip.exit_bar, trip.exit_price) for trip in other.trips] == [(4, 94.5)]


def rule_case(bars, **values) -> RuleCase:
    enter = np.zeros((len(bars.days), len(bars.symbols)), bool)
    enter[1] = True
    given = {"enter": enter, "leave": np.zeros_like(enter), "quantity": 10.0, **values}
    return RuleCase(bars=bars, **given)


def test_an_order_the_cash_does_not_cover_is_refused_by_both(backtrader, make_bars):
    bars = make_bars(*[(100, 101, 99, 100)] * 5)
    own, other = both(backtrader, rule_case(bars, capital=999.0))
    assert own.fills == other.fills == ()
    own, other = both(backtrader, rule_case(bars, capital=1000.0))
    assert len(own.fills) == len(other.fills) == 1


def test_a_lower_open_saves_an_order_here_that_is_refused_there_at_the_close(backtrader, make_bars):
    flat = (100, 101, 99, 100)
    bars = make_bars(flat, flat, (95, 101, 94, 100), flat, flat)
    own, other = both(backtrader, rule_case(bars, capital=980.0))
    assert [(fill.bar, fill.price) for fill in own.fills] == [(2, 95.0)]
    assert other.fills == ()


def test_a_target_passed_by_the_open_comes_first_here_and_the_stop_there(backtrader, make_bars):
    flat = (100, 101, 99, 100)
    bars = make_bars(flat, flat, flat, (110, 111, 90, 100), flat)
    own, other = both(backtrader, rule_case(bars, stop_loss=0.05, take_profit=0.08))
    assert [trip.exit_price for trip in own.trips] == [110.0]
    assert [trip.exit_price for trip in other.trips] == [95.0]


def test_a_sale_pays_for_a_purchase_given_before_it_here_but_not_there(backtrader, make_bars):
    flat = (100, 101, 99, 100)
    one = make_bars(*[flat] * 7)
    bars = Bars(("AAA", "BBB"), one.days, np.concatenate([one.prices, one.prices], axis=2))
    enter, leave = np.zeros((2, 7, 2), bool)
    enter[1, 1] = True  # BBB is held
    enter[3, 0], leave[3, 1] = True, True  # AAA is bought when BBB is sold
    case = RuleCase(bars=bars, enter=enter, leave=leave, quantity=10.0, capital=1500.0)
    own, other = both(backtrader, case)
    assert [(fill.bar, fill.symbol) for fill in other.fills] == [(2, "BBB"), (4, "BBB")]
    assert sorted((fill.bar, fill.symbol) for fill in own.fills) == [
        (2, "BBB"), (4, "AAA"), (4, "BBB"),
    ]  # fmt: skip
