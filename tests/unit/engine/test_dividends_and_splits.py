"""Dividends, splits and stock dividends: who is paid, and that nothing but the unit changes."""

from datetime import datetime

import pytest

from ml4t_desktop.market.corporate_actions import (
    CashDividend,
    StockDividend,
    StockSplit,
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


def at(price):
    return (price,) * 4


def market_with(bars, *actions, **more):
    return with_corporate_actions(market_of(bars, **more), actions)


def flows(result):
    return result.cash_flows.select("timestamp", "symbol", "kind", "amount").rows()


def test_a_dividend_is_paid_on_what_was_held_over_the_close_before():
    market = market_with([FLAT] * 4, CashDividend("A", day(2), 1.5))
    script = Script({0: lambda s: s.submit_order("A", 10), 2: lambda s: s.get_cash()})
    result = play(market, script)
    assert flows(result) == [(day(2), "A", "dividend", 15.0)]
    assert script.seen[2] == 99_015.0
    assert result.trades["pnl"].to_list() == [0.0]
    assert result.equity["equity"].to_list() == [100_000.0, 100_000.0, 100_015.0, 100_015.0]


def test_who_buys_on_the_ex_date_gets_no_dividend():
    market = market_with([FLAT] * 4, CashDividend("A", day(2), 1.5))
    result = play(market, {1: lambda s: s.submit_order("A", 10)})
    assert fills(result) == [(2, "A", 10.0, 100.0)]
    assert flows(result) == []


def test_who_sells_at_the_open_of_the_ex_date_is_paid():
    market = market_with([FLAT] * 4, CashDividend("A", day(2), 1.5))
    script = {0: lambda s: s.submit_order("A", 10), 1: lambda s: s.close_position("A")}
    assert flows(play(market, script)) == [(day(2), "A", "dividend", 15.0)]


def test_who_is_short_pays_the_dividend():
    market = market_with([FLAT] * 4, CashDividend("A", day(2), 1.5))
    result = play(market, {0: lambda s: s.submit_order("A", -10)}, account=MARGIN)
    assert flows(result) == [(day(2), "A", "dividend", -15.0)]
    assert result.final_value == 99_985.0


def test_a_dividend_of_a_contract_counts_its_multiplier():
    market = market_with([FLAT] * 4, CashDividend("A", day(2), 1.5))
    account = {"type": "contracts", "multiplier": 50.0}
    result = play(market, {0: lambda s: s.submit_order("A", 2)}, account=account)
    assert flows(result) == [(day(2), "A", "dividend", 150.0)]


def test_a_dividend_on_a_day_without_a_bar_of_the_asset_is_paid_that_day():
    bars = {"A": [FLAT, FLAT, None, FLAT], "B": [FLAT] * 4}
    market = market_with(bars, CashDividend("A", day(2), 1.5))
    result = play(market, {0: lambda s: s.submit_order("A", 10)})
    assert flows(result) == [(day(2), "A", "dividend", 15.0)]


def test_an_action_of_a_day_without_any_bar_comes_before_the_next_one():
    times = [day(0), day(1), day(4), day(5)]
    market = market_with([FLAT] * 4, CashDividend("A", day(2), 1.5), times=times)
    result = play(market, {0: lambda s: s.submit_order("A", 10)})
    assert flows(result) == [(day(4), "A", "dividend", 15.0)]


def test_on_intraday_bars_an_action_comes_before_the_first_bar_of_its_day():
    times = [datetime(2024, 1, d, h) for d in (1, 2) for h in (10, 11)]
    market = market_with([FLAT] * 4, CashDividend("A", datetime(2024, 1, 2), 1.5), times=times)
    result = play(market, {0: lambda s: s.submit_order("A", 10)})
    assert flows(result) == [(times[2], "A", "dividend", 15.0)]


def test_actions_outside_the_data_change_nothing():
    script = {0: lambda s: s.submit_order("A", 10)}
    outside = (StockSplit("A", day(-3), 2.0), StockSplit("A", day(9), 2.0))
    with_them = play(market_with([FLAT] * 3, *outside), script)
    assert with_them.equity.equals(play([FLAT] * 3, script).equity)


@pytest.mark.parametrize("side", [1, -1])
def test_a_split_doubles_the_shares_and_halves_the_price(side):
    market = market_with([FLAT, FLAT, at(50), at(55)], StockSplit("A", day(2), 2.0))
    result = play(market, {0: lambda s: s.submit_order("A", side * 10)}, account=MARGIN)
    columns = ("quantity", "entry_price", "exit_price", "pnl", "bars_held")
    assert result.trades.select(columns).row(0) == (20.0, 50.0, 55.0, side * 100.0, 2)
    assert result.trades.select("mfe", "mae").row(0) == ((0.1, 0.0) if side > 0 else (0.0, -0.1))
    assert result.equity["equity"].to_list() == [1e5, 1e5, 1e5, 1e5 + side * 100.0]


def test_a_split_on_a_day_without_a_bar_does_not_move_equity():
    bars = {"A": [FLAT, FLAT, None, at(50)], "B": [FLAT] * 4}
    market = market_with(bars, StockSplit("A", day(2), 2.0))
    script = Script(
        {
            0: lambda s: s.submit_order("A", 10),
            2: lambda s: (s.get_position("A"), s.get_unrealized_pnl_pct("A")),
        }
    )
    result = play(market, script)
    assert script.seen[2] == (20.0, 0.0)
    assert result.equity["equity"].to_list() == [1e5] * 4


def test_a_split_takes_working_orders_along():
    bars = [FLAT, FLAT, (50, 51, 44, 46), at(46)]
    market = market_with(bars, StockSplit("A", day(2), 2.0))
    script = {1: lambda s: s.submit_order("A", 5, order_type="limit", limit_price=90)}
    result = play(market, script)
    assert fills(result) == [(2, "A", 10.0, 45.0)]
    assert result.orders.select("requested", "filled", "limit_price").row(0) == (10.0, 10.0, 45.0)


def test_a_split_takes_the_legs_of_a_bracket_along():
    bars = [FLAT, FLAT, (50, 51, 46, 50), (50, 56, 49, 56)]
    market = market_with(bars, StockSplit("A", day(2), 2.0))
    script = {0: lambda s: s.submit_bracket("A", 10, stop_loss=0.1, take_profit=0.1)}
    result = play(market, script)
    assert fills(result) == [(1, "A", 10.0, 100.0), (3, "A", -20.0, 55.0)]
    stop, target = result.orders.select("requested", "stop_price", "limit_price").rows()[1:]
    assert stop == (20.0, 45.0, None)
    assert target == (20.0, None, pytest.approx(55.0))
    assert result.trades["pnl"].to_list() == [pytest.approx(100.0)]


def test_a_split_takes_a_trailing_stop_and_its_mark_along():
    bars = [FLAT, (100, 110, 100, 110), (55, 55, 54, 54), (54, 54, 45, 46)]
    market = market_with(bars, StockSplit("A", day(2), 2.0))
    result = play(market, {0: lambda s: s.submit_bracket("A", 10, trailing_stop=0.1)})
    # The high of 110 is 55 in new shares; 10 % below is 49.5.
    assert fills(result)[1] == (3, "A", -20.0, 49.5)


def test_stops_on_the_close_follow_a_split():
    bars = [FLAT, FLAT, at(50), at(46), at(45), at(40)]
    market = with_corporate_actions(
        market_of(bars, signals={"s": [1, 0, 0, 0, 0, 0]}), [StockSplit("A", day(2), 2.0)]
    )
    rules = {
        "entry": {"column": "signal.s", "op": ">", "value": 0.5},
        "sizing": {"helper": "fixed_quantity", "quantity": 10.0},
        "exits": {"stop_loss": 0.1},
    }
    result = play_rules(market, rules)
    assert fills(result) == [(1, "A", 10.0, 100.0), (5, "A", -20.0, 40.0)]
    assert result.trades.select("exit_reason", "exit_decision_time").row(0) == ("stop_loss", day(4))


def test_an_entry_decided_before_a_split_is_bought_in_new_shares_with_levels_to_match():
    bars = [FLAT, FLAT, (50, 51, 49, 50), (50, 50, 44, 44)]
    market = market_with(bars, StockSplit("A", day(2), 2.0))
    result = play(
        market,
        {1: lambda s: s.submit_bracket("A", 10, stop_loss=0.1)},
        execution={"stop_basis": "decision_close"},
    )
    assert fills(result) == [(2, "A", 20.0, 50.0), (3, "A", -20.0, 45.0)]


def test_an_order_decided_after_a_split_and_before_a_bar_trails_the_new_price():
    bars = {"A": [FLAT, FLAT, None, at(50), at(46), at(44)], "B": [FLAT] * 6}
    market = market_with(bars, StockSplit("A", day(2), 2.0))
    script = {
        0: lambda s: s.submit_order("A", 10),
        2: lambda s: s.submit_order("A", -20, order_type="trailing_stop", trail_percent=0.1),
    }
    assert fills(play(market, script))[1] == (5, "A", -20.0, 44.0)


def test_on_the_ex_date_the_buying_power_counts_the_last_close_in_new_shares():
    market = market_with([FLAT, FLAT, at(50)], StockSplit("A", day(2), 2.0))
    script = {1: lambda s: (s.submit_order("A", 1000), s.submit_order("A", 1500))}
    result = play(market, script, account=MARGIN)
    # 2,000 for 100,000 bind 50,000: the other 50,000 are margin for 2,000 more, not for 3,000.
    assert fates(result)[1] == ("reduced", "reduced to the buying power", 3000.0, 2000.0)


def test_a_reverse_split_leaves_a_fraction_that_closing_sells():
    market = market_with([FLAT, FLAT, at(300), at(330)], StockSplit("A", day(2), 1 / 3))
    script = Script(
        {
            0: lambda s: s.submit_order("A", 10),
            2: lambda s: (s.get_position("A"), s.close_position("A"))[0],
            3: lambda s: s.get_position("A"),
        }
    )
    result = play(market, script)
    assert script.seen[2] == pytest.approx(10 / 3)
    assert script.seen[3] == 0.0
    assert result.final_value == pytest.approx(100_100.0)


def test_a_stock_dividend_is_a_split_of_one_and_its_ratio():
    market = market_with([FLAT, FLAT, at(80), at(80)], StockDividend("A", day(2), 0.25))
    result = play(market, {0: lambda s: s.submit_order("A", 10)})
    assert result.trades.select("quantity", "entry_price").row(0) == (12.5, 80.0)
    assert result.equity["equity"].to_list() == [1e5] * 4


def test_a_dividend_of_the_day_of_a_split_is_per_share_of_the_close_before():
    actions = [StockSplit("A", day(2), 2.0), CashDividend("A", day(2), 1.0)]
    script = {0: lambda s: s.submit_order("A", 10)}
    for given in (actions, actions[::-1]):
        result = play(market_with([FLAT, FLAT, at(49.5)], *given), script)
        assert flows(result) == [(day(2), "A", "dividend", 10.0)]
        assert result.equity["equity"].to_list() == [1e5] * 3


def test_several_splits_of_one_day_multiply():
    actions = (StockSplit("A", day(2), 3.0), StockDividend("A", day(2), 1.0))
    result = play(
        market_with([FLAT, FLAT, at(100 / 6)], *actions), {0: lambda s: s.submit_order("A", 10)}
    )
    assert result.trades["quantity"].to_list() == [60.0]
    assert result.final_value == pytest.approx(1e5)


def test_more_actions_of_one_day_than_the_tables_have_room_for_are_all_done():
    actions = [CashDividend("A", day(2), 1 + n / 1000) for n in range(6000)]
    result = play(market_with([FLAT] * 3, *actions), {0: lambda s: s.submit_order("A", 1)})
    assert result.cash_flows.height == 6000
    assert result.cash_flows["amount"].sum() == pytest.approx(6000 + 17_997_000 / 1000)


def test_the_bars_before_and_after_are_told_as_they_were():
    seen = []

    class Watcher(Script):
        def on_event(self, event):
            seen.append(event.close)

    play(market_with([FLAT, at(50)], StockSplit("A", day(1), 2.0)), Watcher({}))
    assert seen == [100.0, 50.0]
