"""Mergers, spin-offs, symbol changes and delistings: what becomes of positions and orders."""

import math

import pytest

from ml4t_desktop.market.corporate_actions import (
    CashDividend,
    Delisting,
    Merger,
    SpinOff,
    StockSplit,
    SymbolChange,
    with_corporate_actions,
)
from tests.unit.engine.trial import (
    FLAT,
    Script,
    day,
    fates,
    fills,
    market_of,
    play,
    play_rules,
)

MARGIN = {"type": "margin"}
GONE = "the asset was merged or delisted"
ENTER = {"column": "signal.s", "op": ">", "value": 0.5}
TEN = {"helper": "fixed_quantity", "quantity": 10.0}


def at(price):
    return (price,) * 4


def market_with(bars, *actions, **more):
    return with_corporate_actions(market_of(bars, **more), actions)


def buy(quantity, symbol="A"):
    return lambda s: s.submit_order(symbol, quantity)


def row(result, *columns, place=0):
    return result.trades.select(columns).row(place)


@pytest.mark.parametrize("side", [1, -1])
def test_a_cash_merger_closes_the_position_at_its_price(side):
    bars = {"A": [FLAT, FLAT, None, None], "B": [FLAT] * 4}
    market = market_with(bars, Merger("A", day(2), cash=120.0))
    result = play(market, {0: buy(side * 10)}, account=MARGIN)
    columns = ("status", "exit_price", "pnl", "exit_reason", "exit_time", "exit_decision_time")
    assert row(result, *columns) == ("closed", 120.0, side * 200.0, "merger", day(2), day(1))
    assert result.equity["cash"].to_list()[2:] == [1e5 + side * 200.0] * 2
    assert result.fills.height == 1


def test_a_cash_merger_cancels_the_orders_of_the_asset():
    bars = {"A": [FLAT, FLAT, at(50)], "B": [FLAT] * 3}
    market = market_with(bars, Merger("A", day(2), cash=120.0))
    script = {
        0: lambda s: s.submit_bracket("A", 10, stop_loss=0.1),
        1: lambda s: (s.submit_order("A", 5), s.submit_order("B", 5)),
    }
    assert fates(play(market, script)) == [
        ("filled", "", 10.0, 10.0),
        ("cancelled", GONE, 10.0, 0.0),
        ("cancelled", GONE, 5.0, 0.0),
        ("filled", "", 5.0, 5.0),
    ]


def test_a_stock_merger_goes_on_as_a_position_of_the_new_asset():
    bars = {"A": [FLAT, FLAT, None, None], "B": [at(200), at(200), (190, 190, 170, 175), at(175)]}
    signals = {"s": {"A": [7, 0, 0, 0], "B": [1, 2, 3, 4]}}
    market = market_with(bars, Merger("A", day(2), ratio=0.5, new_asset_id="B"), signals=signals)
    result = play(market, {0: lambda s: s.submit_bracket("A", 10, stop_loss=0.1)})
    # 10 at 100 are 5 at 200; the stop at 90 is one at 180.
    assert fills(result) == [(1, "A", 10.0, 100.0), (2, "B", -5.0, 180.0)]
    columns = ("position_id", "symbol", "quantity", "entry_price", "pnl", "exit_reason")
    assert row(result, *columns) == (0, "B", 5.0, 200.0, -100.0, "stop_loss")
    assert row(result, "entry_time", "bars_held") == (day(1), 1)
    assert row(result, "entry_signal__s", "exit_signal__s") == (7.0, 2.0)


def test_a_stock_merger_joins_what_is_held_of_the_new_asset():
    bars = {"A": [FLAT, FLAT, None], "B": [at(190), at(190), at(200)]}
    market = market_with(bars, Merger("A", day(2), ratio=0.5, new_asset_id="B"))
    result = play(market, {0: lambda s: (s.submit_order("A", 10), s.submit_order("B", 4))})
    assert row(result, "quantity", "entry_price") == (9.0, pytest.approx((4 * 190 + 5 * 200) / 9))
    assert result.final_value == pytest.approx(100_040.0)


def test_a_stock_merger_closes_an_opposite_position_of_the_new_asset():
    bars = {"A": [FLAT, FLAT, None, None], "B": [at(210), at(210), at(200), at(220)]}
    market = market_with(bars, Merger("A", day(2), ratio=0.5, new_asset_id="B"))
    script = {0: lambda s: (s.submit_order("A", 10), s.submit_order("B", -2))}
    result = play(market, script, account=MARGIN)
    columns = ("direction", "status", "quantity", "entry_price", "exit_price", "exit_reason")
    assert row(result, *columns) == ("short", "closed", 2.0, 210.0, 200.0, "merger")
    assert row(result, *columns, place=1) == ("long", "open", 3.0, 200.0, 220.0, "open")
    assert result.trades["pnl"].to_list() == [20.0, 60.0]


def test_a_stock_merger_takes_an_exit_along_and_cancels_an_entry():
    bars = {"A": [FLAT, FLAT, None], "B": [at(200), at(200), at(201)]}
    market = market_with(bars, Merger("A", day(2), ratio=0.5, new_asset_id="B"))
    script = {0: buy(10), 1: lambda s: (s.close_position("A"), s.submit_order("A", 6))}
    result = play(market, script)
    assert fills(result)[1] == (2, "B", -5.0, 201.0)
    assert fates(result)[1:] == [("filled", "", 5.0, 5.0), ("cancelled", GONE, 6.0, 0.0)]


def test_a_merger_for_cash_and_shares_closes_the_part_that_the_cash_is_worth():
    bars = {"A": [FLAT, FLAT, None], "B": [at(200), at(200), at(200)]}
    market = market_with(bars, Merger("A", day(2), cash=30.0, ratio=0.4, new_asset_id="B"))
    result = play(market, {0: buy(10)})
    # Each share is worth 30 + 0.4 * 200 = 110, of which the cash is 3 / 11.
    columns = ("quantity", "exit_price", "pnl", "exit_reason", "position_id")
    assert row(result, *columns) == (
        pytest.approx(30 / 11),
        110.0,
        pytest.approx(300 / 11),
        "merger",
        0,
    )
    assert row(result, "symbol", "quantity", "position_id", place=1) == ("B", pytest.approx(4.0), 0)
    assert row(result, "entry_price", "pnl", place=1) == pytest.approx((2000 / 11, 800 / 11))
    assert result.equity["cash"].to_list()[-1] == pytest.approx(99_300.0)
    assert result.final_value == pytest.approx(100_100.0)


def test_a_merger_into_an_asset_that_trades_later_keeps_the_value_meanwhile():
    bars = {"A": [FLAT, FLAT, None, None], "B": [None, None, None, at(160)], "C": [FLAT] * 4}
    market = market_with(bars, Merger("A", day(2), cash=20.0, ratio=0.5, new_asset_id="B"))
    script = Script({0: buy(10), 2: lambda s: s.get_position("B")})
    result = play(market, script)
    assert script.seen[2] == pytest.approx(5.0)
    assert result.equity["equity"].to_list() == pytest.approx([1e5, 1e5, 1e5, 1e5])
    assert row(result, "pnl", "bars_held", place=1) == (pytest.approx(0.0), 1)


@pytest.mark.parametrize("side", [1, -1])
def test_a_spin_off_shares_the_cost_by_what_both_open_at(side):
    bars = {"A": [FLAT, FLAT, at(80)], "B": [None, None, (40, 44, 40, 44)]}
    market = market_with(bars, SpinOff("A", day(2), "B", 0.5))
    script = {0: buy(side * 10)}
    result = play(market, script, account=MARGIN)
    columns = ("symbol", "position_id", "quantity", "entry_price", "pnl")
    assert row(result, *columns) == ("A", 0, 10.0, 80.0, 0.0)
    assert row(result, *columns, place=1) == (
        "B",
        1,
        5.0,
        pytest.approx(40.0),
        pytest.approx(side * 20.0),
    )
    assert row(result, "entry_time", "entry_decision_time", "entry_reason", "bars_held", place=1) == (
        day(2), day(0), "order", 0,
    )  # fmt: skip
    assert result.equity["equity"].to_list() == pytest.approx([1e5, 1e5, 1e5 + side * 20])


def test_a_spin_off_lowers_the_stop_of_the_parent():
    bars = {
        "A": [FLAT, FLAT, (80, 81, 75, 76), (76, 76, 70, 70)],
        "B": [None, None, at(40), at(40)],
    }
    market = market_with(bars, SpinOff("A", day(2), "B", 0.5))
    result = play(market, {0: lambda s: s.submit_bracket("A", 10, stop_loss=0.1)})
    assert fills(result)[1] == (3, "A", -10.0, pytest.approx(72.0))


def test_a_spin_off_on_a_day_without_bars_is_shared_by_the_closes_before():
    bars = {"A": [FLAT, FLAT, None], "B": [at(40)] * 3}
    market = market_with(bars, SpinOff("A", day(2), "B", 0.5))
    result = play(market, {0: buy(10)})
    assert result.trades["entry_price"].to_list() == pytest.approx([80.0, 40.0])
    assert result.equity["equity"].to_list() == pytest.approx([1e5] * 3)


def test_shares_that_came_by_a_spin_off_hand_out_their_own_of_the_same_moment():
    bars = {
        "A": [FLAT, FLAT, at(60)],
        "B": [None, None, at(40)],
        "C": [None, None, at(20)],
    }
    market = market_with(bars, SpinOff("A", day(2), "B", 0.5), SpinOff("B", day(2), "C", 2.0))
    result = play(market, {0: buy(10)})
    held = dict(zip(result.trades["symbol"], result.trades["quantity"], strict=True))
    assert held == {"A": 10.0, "B": 5.0, "C": 10.0}
    # 10 shares at 60, 5 at 40 and 10 at 20 stand where 10 at 100 stood.
    assert result.equity["equity"].to_list() == pytest.approx([1e5] * 3)


def test_shares_that_came_and_went_by_actions_of_one_moment_were_held_for_no_bar():
    bars = {"A": [at(100)] * 4, "C": [at(50)] * 4, "F": [at(100)] * 4}
    market = market_with(
        bars,
        Merger("A", day(2), cash=50.0, ratio=1.5, new_asset_id="F"),
        SpinOff("C", day(2), "F", 2.0),
        SpinOff("F", day(2), "A", 1.5),
    )
    result = play(market, {0: lambda s: s.submit_order("C", 10)})
    columns = ("symbol", "entry_time", "exit_time", "exit_reason", "bars_held")
    assert row(result, *columns) == ("A", day(2), day(2), "merger", 0)


def test_shares_without_a_known_price_cost_nothing_and_have_no_stop():
    bars = {"A": [FLAT, FLAT, at(80), at(80)], "B": [None, None, None, at(40)]}
    signals = {"s": {"A": [1, 0, 0, 0], "B": [0, 0, 0, 0]}}
    market = market_with(bars, SpinOff("A", day(2), "B", 0.5), signals=signals)
    rules = {"entry": ENTER, "sizing": TEN, "exits": {"stop_loss": 0.3, "take_profit": 0.1}}
    result = play_rules(market, rules)
    columns = ("symbol", "quantity", "entry_price", "pnl", "pnl_percent", "mfe", "mae")
    assert row(result, *columns, place=1) == ("B", 5.0, 0.0, 200.0, None, 0.0, 0.0)
    assert result.equity["equity"].to_list() == [1e5, 1e5, 99_800.0, 1e5]
    script = Script(
        {0: buy(10), 2: lambda s: (s.get_position("B"), s.get_unrealized_pnl_pct("B")),
         3: lambda s: s.open_trade("B").pnl_percent}
    )  # fmt: skip
    play(market, script)
    assert script.seen[2] == (5.0, None)
    assert math.isnan(script.seen[3])


def test_a_symbol_change_goes_on_with_position_orders_and_bars():
    bars = {
        "NEW": [None, None, (104, 106, 103, 105), (105, 111, 104, 108), at(108)],
        "OLD": [FLAT, FLAT, None, None, None],
    }
    market = market_with(bars, SymbolChange("OLD", day(2), "NEW"))
    script = {0: lambda s: s.submit_bracket("OLD", 10, take_profit=0.1)}
    result = play(market, script)
    assert fills(result) == [(1, "OLD", 10.0, 100.0), (3, "NEW", -10.0, pytest.approx(110.0))]
    columns = ("symbol", "position_id", "quantity", "entry_price", "exit_reason", "bars_held")
    assert row(result, *columns) == ("NEW", 0, 10.0, 100.0, "take_profit", 2)
    assert result.orders["symbol"].to_list() == ["OLD", "NEW"]


def test_a_protective_exit_on_the_first_bar_of_a_new_symbol_was_decided_on_the_last_of_the_old():
    bars = {"NEW": [None, None, (100, 100, 80, 80)], "OLD": [FLAT, FLAT, None]}
    signals = {"s": {"NEW": [0, 0, 3], "OLD": [1, 2, 0]}}
    market = market_with(bars, SymbolChange("OLD", day(2), "NEW"), signals=signals)
    result = play(market, {0: lambda s: s.submit_bracket("OLD", 10, stop_loss=0.1)})
    assert row(result, "exit_decision_time", "exit_signal__s") == (day(1), 2.0)


def test_rules_look_back_and_count_across_a_symbol_change():
    bars = {
        "NEW": [None, None, at(99), at(101), at(102)],
        "OLD": [at(97), at(98), None, None, None],
    }
    market = market_with(bars, SymbolChange("OLD", day(2), "NEW"))
    rising = {"column": "bar.close", "op": "rising", "value": 2}
    result = play_rules(market, {"entry": rising, "sizing": TEN})
    # 97, 98, 99: decided on the first bar of the new symbol.
    assert fills(result) == [(3, "NEW", 10.0, 101.0)]
    counted = play_rules(
        market,
        {
            "entry": {"column": "bar.close", "op": "<", "value": 97.5},
            "sizing": TEN,
            "exits": {"max_bars": 2},
        },
    )
    assert fills(counted) == [(1, "OLD", 10.0, 98.0), (3, "NEW", -10.0, 101.0)]
    assert row(counted, "bars_held", "exit_reason") == (2, "max_bars")


def test_a_cool_down_goes_on_under_the_new_symbol():
    bars = {"NEW": [None, None, None, FLAT, FLAT, FLAT, FLAT], "OLD": [FLAT] * 3 + [None] * 4}
    signals = {
        "s": {"NEW": [1] * 7, "OLD": [1] * 7},
        "t": {"NEW": [0] * 7, "OLD": [0, 1, 0, 0, 0, 0, 0]},
    }
    market = market_with(bars, SymbolChange("OLD", day(3), "NEW"), signals=signals)
    rules = {
        "entry": ENTER,
        "exit": {"column": "signal.t", "op": ">", "value": 0.5},
        "sizing": TEN,
        "limits": {"cooldown_bars": 2},
    }
    # Flat at the closes of days 2 and 3: decided at that of day 4.
    result = play_rules(market, rules)
    assert fills(result)[2:] == [(5, "NEW", 10.0, 100.0)]


@pytest.mark.parametrize(("price", "paid"), [(None, 90.0), (12.5, 12.5), (0.0, 0.0)])
@pytest.mark.parametrize("side", [1, -1])
def test_a_delisting_closes_at_its_price_or_the_last_close(price, paid, side):
    bars = {"A": [FLAT, FLAT, at(90), None], "B": [FLAT] * 4}
    market = market_with(bars, Delisting("A", day(3), price))
    script = {0: lambda s: (s.submit_order("A", side * 10), s.submit_order("A", 1, "limit", 5.0))}
    result = play(market, script, account=MARGIN)
    columns = ("status", "exit_price", "pnl", "exit_reason", "exit_time", "bars_held")
    pnl = side * 10 * (paid - 100.0)
    assert row(result, *columns) == ("closed", paid, pnl, "delisted", day(3), 1)
    assert fates(result)[1] == ("cancelled", GONE, 1.0, 0.0)
    assert result.equity["open_positions"].to_list() == [0, 1, 1, 0]


def test_a_chain_of_actions_on_one_day_goes_through_in_order():
    bars = {"NEW": [None, None, at(51)], "OLD": [FLAT, FLAT, None]}
    market = market_with(
        bars,
        Delisting("OLD", day(2)),
        SymbolChange("OLD", day(2), "NEW"),
        StockSplit("OLD", day(2), 2.0),
        CashDividend("OLD", day(2), 1.0),
    )
    result = play(market, {0: buy(10, "OLD")})
    assert row(result, "symbol", "status", "quantity", "entry_price") == ("NEW", "open", 20.0, 50.0)
    assert result.final_value == 100_000.0 + 10.0 + 20.0


def test_the_proceeds_of_a_merger_settle_like_those_of_a_sale():
    market = market_with({"A": [FLAT] * 4}, Merger("A", day(2), cash=100.0))
    script = Script({0: buy(10)} | {t: lambda s: s.get_cash() for t in (2, 3)})
    play(market, script, account={"initial_capital": 1_000.0, "settlement_days": 1})
    assert (script.seen[2], script.seen[3]) == (0.0, 1_000.0)


def test_rules_and_a_strategy_meet_the_same_actions():
    bars = {
        "A": [FLAT, FLAT, at(50), at(52), None, None],
        "B": [at(200)] * 6,
        "C": [None, None, None, at(10), at(11), at(12)],
    }
    signals = {"s": {"A": [1, 0, 0, 0, 0, 0], "B": [0] * 6, "C": [0] * 6}}
    market = market_with(
        bars,
        StockSplit("A", day(2), 2.0),
        CashDividend("A", day(2), 0.5),
        SpinOff("A", day(3), "C", 0.2),
        Merger("A", day(4), cash=5.0, ratio=0.25, new_asset_id="B"),
        Delisting("C", day(5), 1.0),
        signals=signals,
    )
    rules = play_rules(market, {"entry": ENTER, "sizing": TEN})
    script = play(market, {0: buy(10)})
    same = [name for name in rules.trades.columns if name != "entry_reason"]
    assert rules.trades.select(same).equals(script.trades.select(same))
    assert rules.equity.equals(script.equity)
    assert rules.cash_flows.equals(script.cash_flows)
    assert rules.trades.height == 3


def test_an_entry_that_meets_an_opposite_position_handed_to_it_leaves_by_order():
    bars = {"A": [FLAT, FLAT, None, None], "B": [at(200)] * 4}
    signals = {"s": {"A": [1, 0, 0, 0], "B": [0] * 4}, "t": {"A": [0] * 4, "B": [0, 1, 0, 0]}}
    market = market_with(bars, Merger("A", day(2), ratio=0.5, new_asset_id="B"), signals=signals)
    rules = {
        "direction": "both",
        "entry": ENTER,
        "short_entry": {"column": "signal.t", "op": ">", "value": 0.5},
        "sizing": TEN,
    }
    result = play_rules(market, rules, account=MARGIN)
    assert result.trades.select("direction", "quantity", "exit_reason").rows() == [
        ("long", 5.0, "order"),
        ("short", 5.0, "open"),
    ]
