"""Rules that enter by limit, worked out by hand."""

import pytest

from ml4t_desktop.errors import InputError
from tests.unit.engine.trial import fates, fills, market_of, play_rules, request_of

ENTER = {"column": "signal.s", "op": ">", "value": 0.5}
TEN = {"helper": "fixed_quantity", "quantity": 10.0}
HIGH, LOW = (100.0, 102.0, 99.5, 100.0), (100.0, 101.0, 97.0, 100.0)
GAP = (96.0, 97.0, 95.0, 96.5)


def run(bars, *, s=None, order=None, market=None, **strategy):
    """Rules that enter ten shares 2 % below the close where s is high."""
    if market is None:
        count = len(bars)
        market = market_of(bars, signals={"s": s or [1.0] + [0.0] * (count - 1)})
    parts = {name: strategy.pop(name) for name in ("execution", "account") if name in strategy}
    entry_order = {"type": "limit", "offset": 0.02} | (order or {})
    rules = {"entry": ENTER, "sizing": TEN, "entry_order": entry_order, **strategy}
    return play_rules(market, rules, **parts)


def test_an_entry_waits_below_the_close_and_fills_at_its_limit():
    result = run([HIGH, LOW, HIGH])
    assert fills(result) == [(1, "A", 10.0, 98.0)]
    assert result.orders.select("type", "limit_price", "status").row(0) == ("limit", 98.0, "filled")
    assert result.trades["entry_reason"].to_list() == ["entry"]


def test_a_better_open_is_taken():
    assert fills(run([HIGH, GAP])) == [(1, "A", 10.0, 96.0)]


def test_after_its_bars_an_entry_expires_and_may_be_decided_again_at_that_close():
    result = run([HIGH, HIGH, LOW], s=[1.0, 1.0, 0.0])
    assert fills(result) == [(2, "A", 10.0, 98.0)]
    assert fates(result) == [
        ("expired", "its bars were over", 10.0, 0.0),
        ("filled", "", 10.0, 10.0),
    ]


@pytest.mark.parametrize(("bars", "filled"), [(1, False), (2, False), (3, True), (0, True)])
def test_an_entry_is_good_for_so_many_bars(bars, filled):
    result = run([HIGH, HIGH, HIGH, LOW, HIGH], order={"good_for_bars": bars})
    assert fills(result) == ([(3, "A", 10.0, 98.0)] if filled else [])


def test_bars_are_those_of_the_asset():
    bars = {"A": [HIGH, None, None, LOW], "B": [HIGH] * 4}
    market = market_of(bars, signals={"s": {"A": [1.0, 0.0, 0.0, 0.0], "B": [0.0] * 4}})
    assert fills(run(None, market=market)) == [(3, "A", 10.0, 98.0)]


def test_an_entry_that_never_fills_ends_with_the_data():
    result = run([HIGH] * 3, order={"good_for_bars": 0})
    assert fates(result) == [("expired", "end of data", 10.0, 0.0)]


def test_a_waiting_entry_blocks_a_second_one_and_uses_a_place():
    bars = {"A": [HIGH] * 4, "B": [HIGH, LOW, LOW, LOW]}
    market = market_of(bars, signals={"s": {"A": [1.0] * 4, "B": [0.0, 1.0, 1.0, 1.0]}})
    result = run(None, market=market, order={"good_for_bars": 3}, limits={"max_positions": 1})
    # A waits until the close of the third bar; there it comes first again.
    assert fills(result) == []
    assert result.orders["symbol"].to_list() == ["A", "A"]
    roomy = run(None, market=market, order={"good_for_bars": 3}, limits={"max_positions": 2})
    assert fills(roomy) == [(2, "B", 10.0, 98.0)]


def test_a_short_waits_above_the_close():
    result = run([HIGH, HIGH, HIGH], order={"offset": 0.015}, direction="short",
                 account={"type": "margin"})  # fmt: skip
    assert fills(result) == [(1, "A", -10.0, 101.5)]


def test_a_limit_at_the_close_is_reached_when_the_low_touches_it():
    result = run([HIGH, (100.5, 101.0, 100.0, 100.5)], order={"offset": 0.0})
    assert fills(result) == [(1, "A", 10.0, 100.0)]


def test_a_limit_that_is_a_decimal_but_for_rounding_is_that_decimal():
    assert 33.3 * (1 - 0.02) < 32.634
    result = run([(33.3,) * 4, (33.0, 33.0, 32.634, 33.0)], order={"offset": 0.02})
    assert result.orders["limit_price"].to_list() == [32.634]
    assert fills(result) == [(1, "A", 10.0, 32.634)]


@pytest.mark.parametrize("close", [20.0 / 3.0, 10.0 / 3.0, 1.0 / 7.0, 199.99999999999997])
def test_a_limit_at_a_close_that_is_no_decimal_is_that_close(close):
    """Adjusted prices mostly are none: rounded, the limit could lie a hair below a price it should meet."""
    result = run([(close,) * 4] * 2, order={"offset": 0.0})
    assert result.orders["limit_price"].to_list() == [close]
    assert fills(result) == [(1, "A", 10.0, close)]


def test_a_limit_below_a_close_that_is_no_decimal_is_not_rounded():
    close = 20.0 / 3.0
    result = run([(close,) * 4] * 2, order={"offset": 0.02})
    assert result.orders["limit_price"].to_list() == [close * 0.98]


def test_the_size_follows_from_the_close_and_not_from_the_limit():
    result = run([HIGH, LOW], sizing={"helper": "buy_percent", "percent": 0.1})
    assert fills(result) == [(1, "A", 100.0, 98.0)]


def test_after_a_fill_inside_the_bar_protective_orders_live_from_the_next_one():
    exits = {"stop_loss": 0.05, "take_profit": 0.02, "evaluate": "intrabar"}
    bars = [HIGH, (100.0, 101.0, 90.0, 97.0), (97.0, 99.96, 96.0, 97.0)]
    result = run(bars, exits=exits)
    # Entered at 98 in a bar that falls to 90; the target of 99.96 is reached a bar later.
    assert fills(result) == [(1, "A", 10.0, 98.0), (2, "A", -10.0, 99.96)]
    assert result.trades["exit_reason"].to_list() == ["take_profit"]


def test_the_bar_of_an_entry_inside_it_is_not_one_that_was_held():
    result = run([HIGH, LOW, HIGH, HIGH, HIGH], exits={"max_bars": 1})
    assert [row[0] for row in fills(result)] == [1, 3]


def test_what_a_volume_cap_leaves_of_an_entry_ends_with_its_bars():
    bars = [(*LOW, 60.0)] * 4
    result = run(bars, order={"good_for_bars": 2}, execution={"participation": 0.05})
    assert [(t, quantity) for t, _, quantity, _ in fills(result)] == [(1, 3.0), (2, 3.0)]
    assert fates(result) == [("expired", "its bars were over", 10.0, 6.0)]


@pytest.mark.parametrize(
    ("strategy", "where"),
    [
        ({"entry_order": {"type": "limit"}, "sizing": {"helper": "rebalance_to_weights"}}, "strategy"),
        ({"entry_order": {"offset": 0.01}}, "strategy.entry_order"),
        ({"entry_order": {"good_for_bars": 2}}, "strategy.entry_order"),
        ({"entry_order": {"type": "limit", "offset": 1.0}}, "strategy.entry_order.offset"),
        ({"entry_order": {"type": "limit", "offset": -0.1}}, "strategy.entry_order.offset"),
        ({"entry_order": {"type": "limit", "good_for_bars": -1}},
         "strategy.entry_order.good_for_bars"),
        ({"entry_order": {"type": "stop"}}, "strategy.entry_order.type"),
    ],
)  # fmt: skip
def test_an_impossible_entry_order_is_refused_with_its_key(strategy, where):
    with pytest.raises(InputError) as caught:
        request_of({"entry": ENTER, **strategy})
    assert [problem.where for problem in caught.value.problems] == [f"request, {where}"]
