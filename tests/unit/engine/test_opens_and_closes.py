"""Orders for one open or one close: time in force on_open and on_close, and market orders at the next close."""

from datetime import date, datetime

import pytest

from tests.unit.engine.trial import (
    FLAT,
    Script,
    fates,
    fills,
    market_of,
    play,
    play_rules,
)

SLIP = {"slippage": {"model": "percent", "rate": 0.01}}
NEXT_CLOSE = {"fill": "next_close"}
MARGIN = {"type": "margin", "initial_capital": 100_000.0}
BAR = (101, 106, 96, 104)
ENTER = {"column": "signal.s", "op": ">", "value": 0.5}
LEAVE = {"column": "signal.t", "op": ">", "value": 0.5}
TEN = {"helper": "fixed_quantity", "quantity": 10.0}


def buy(**terms):
    return {0: lambda s: s.submit_order("A", 10, **terms)}


def sell_later(**terms):
    """Buy at the open of bar 1, and at its close submit a sell order."""
    return {0: lambda s: s.submit_order("A", 10), 1: lambda s: s.submit_order("A", -10, **terms)}


# --- time in force ------------------------------------------------------------------------


@pytest.mark.parametrize(("tif", "price"), [("on_open", 101.0), ("on_close", 104.0)])
def test_a_market_order_takes_the_open_or_the_close_of_the_next_bar_with_slippage(tif, price):
    result = play([FLAT, BAR], buy(time_in_force=tif), costs=SLIP)
    assert fills(result) == [(1, "A", 10.0, pytest.approx(price * 1.01))]
    assert result.fills["slippage"].to_list() == [pytest.approx(price * 0.1)]


@pytest.mark.parametrize("fill", ["next_open", "next_close", "same_close"])
@pytest.mark.parametrize(("tif", "price"), [("on_open", 101.0), ("on_close", 104.0)])
def test_whatever_market_orders_do_otherwise_the_bar_is_the_next_one(fill, tif, price):
    result = play([FLAT, BAR], buy(time_in_force=tif), execution={"fill": fill})
    assert fills(result) == [(1, "A", 10.0, price)]


@pytest.mark.parametrize("tif", ["on_open", "on_close"])
def test_it_waits_for_the_next_bar_of_its_asset(tif):
    bars = {"A": [FLAT, None, None, (107, 109, 105, 108)], "B": [FLAT] * 4}
    price = {"on_open": 107.0, "on_close": 108.0}[tif]
    assert fills(play(bars, buy(time_in_force=tif))) == [(3, "A", 10.0, price)]


@pytest.mark.parametrize(
    ("tif", "limit", "price"),
    [
        ("on_open", 101.0, 101.0),  # opens at the limit
        ("on_open", 103.0, 101.0),  # opens better
        ("on_open", 100.5, None),  # the bar falls to 96, but its open is above
        ("on_close", 104.0, 104.0),
        ("on_close", 110.0, 104.0),
        ("on_close", 103.0, None),
    ],
)
def test_a_buy_limit_fills_where_its_price_is_at_the_limit_or_better_and_only_there(
    tif, limit, price
):
    terms = {"order_type": "limit", "limit_price": limit, "time_in_force": tif}
    result = play([FLAT, BAR, (90, 90, 90, 90)], buy(**terms), costs=SLIP)
    if price is None:
        assert fates(result) == [("cancelled", "not filled at once", 10.0, 0.0)]
    else:
        assert fills(result) == [(1, "A", 10.0, price)]
        assert fates(result) == [("filled", "", 10.0, 10.0)]
        assert result.fills["slippage"].to_list() == [0.0]


@pytest.mark.parametrize(
    ("tif", "limit", "price"),
    [
        ("on_open", 101.0, 101.0),
        ("on_open", 102.0, None),
        ("on_close", 103.0, 104.0),
        ("on_close", 105.0, None),
    ],
)
def test_a_sell_limit_mirrors_the_buy(tif, limit, price):
    terms = {"order_type": "limit", "limit_price": limit, "time_in_force": tif}
    result = play([FLAT, FLAT, BAR], sell_later(**terms))
    assert fills(result)[1:] == ([] if price is None else [(2, "A", -10.0, price)])


@pytest.mark.parametrize(("tif", "price"), [("on_open", 101.0), ("on_close", 104.0)])
def test_what_the_volume_leaves_is_cancelled(tif, price):
    bars = [(*FLAT, 100.0), (*BAR, 100.0), (*FLAT, 100.0)]
    result = play(bars, buy(time_in_force=tif), execution={"participation": 0.04})
    assert fills(result) == [(1, "A", 4.0, price)]
    assert fates(result) == [("cancelled", "not filled at once", 10.0, 4.0)]


def test_the_close_shares_the_volume_of_its_bar_with_what_traded_before_in_it():
    script = {
        0: lambda s: (
            s.submit_order("A", 7),
            s.submit_order("A", 10, time_in_force="on_close"),
        )
    }
    bars = [(*FLAT, 100.0), (*BAR, 100.0)]
    result = play(bars, script, execution={"participation": 0.1})
    assert fills(result) == [(1, "A", 7.0, 101.0), (1, "A", 3.0, 104.0)]
    assert fates(result)[1] == ("cancelled", "not filled at once", 10.0, 3.0)


def test_at_the_close_reducing_orders_come_first_and_then_the_order_of_submission():
    script = {
        0: lambda s: s.submit_order("A", 10),
        1: lambda s: (
            s.submit_order("B", 6, time_in_force="on_close"),
            s.submit_order("C", 6, time_in_force="on_close"),
            s.submit_order("A", -10, time_in_force="on_close"),
        ),
    }
    result = play({name: [FLAT] * 3 for name in "ABC"}, script, account={"initial_capital": 1e3})
    assert fills(result)[1:] == [(2, "A", -10.0, 100.0), (2, "B", 6.0, 100.0), (2, "C", 4.0, 100.0)]


def test_the_close_comes_after_what_happens_inside_the_bar():
    script = {
        0: lambda s: s.submit_bracket("A", 10, stop_loss=0.05),
        1: lambda s: s.submit_order("B", 10, time_in_force="on_close"),
    }
    bars = {"A": [FLAT, FLAT, (99, 99, 90, 92)], "B": [FLAT] * 3}
    result = play(bars, script, account={"initial_capital": 1_000.0})
    # The stop sold for 950, and that is what the close can spend.
    assert fills(result)[1:] == [(2, "A", -10.0, 95.0), (2, "B", 9.0, 100.0)]


def test_an_exit_at_the_close_is_cancelled_when_its_stop_was_hit_inside_the_bar():
    script = {
        0: lambda s: s.submit_bracket("A", 10, stop_loss=0.05),
        1: lambda s: s.close_position("A"),
    }
    bars = [FLAT, (100, 101, 99, 100), (99, 99, 90, 92), (99, 99, 99, 99)]
    result = play(bars, script, execution=NEXT_CLOSE, account=MARGIN)
    # Entered at the close of bar 1: the exit decided there meets the close of bar 2, too late.
    assert fills(result) == [(1, "A", 10.0, 100.0), (2, "A", -10.0, 95.0)]
    assert fates(result)[2] == ("cancelled", "the position was closed", 10.0, 0.0)


@pytest.mark.parametrize("tif", ["on_open", "on_close"])
@pytest.mark.parametrize(
    "terms",
    [
        {"order_type": "stop", "stop_price": 105.0},
        {"order_type": "stop_limit", "stop_price": 105.0, "limit_price": 106.0},
        {"order_type": "trailing_stop", "trail_percent": 0.1},
    ],
)
def test_only_market_and_limit_orders_can_name_an_open_or_a_close(tif, terms):
    with pytest.raises(ValueError, match=f"{terms['order_type']} order takes no.*'{tif}'"):
        play([FLAT], buy(**terms, time_in_force=tif))


@pytest.mark.parametrize("tif", ["on_open", "on_close"])
def test_an_order_for_one_open_or_close_takes_no_date(tif):
    with pytest.raises(ValueError, match="takes no 'expires'"):
        play([FLAT], buy(time_in_force=tif, expires=date(2024, 1, 3)))


def test_an_order_for_the_close_can_be_seen_and_cancelled_before():
    script = Script(
        buy(time_in_force="on_close")
        | {1: lambda s: ([order.order_id for order in s.open_orders("A")], s.cancel_order(0))}
    )
    bars = {"A": [FLAT, None, FLAT], "B": [FLAT] * 3}
    assert fills(play(bars, script)) == []
    assert script.seen[1] == ([0], True)


# --- market orders at the next close -----------------------------------------------------------


def test_with_next_close_a_market_order_takes_the_close_of_the_next_bar():
    result = play([FLAT, BAR, FLAT], buy(), execution=NEXT_CLOSE, costs=SLIP)
    assert fills(result) == [(1, "A", 10.0, pytest.approx(105.04))]


@pytest.mark.parametrize("tif", ["day", "gtd", "ioc", "fok"])
def test_with_next_close_every_time_in_force_of_a_market_order_meets_the_close(tif):
    terms = {"expires": date(2024, 1, 2)} if tif == "gtd" else {"time_in_force": tif}
    result = play([FLAT, BAR, FLAT], buy(**terms), execution=NEXT_CLOSE)
    assert fills(result) == [(1, "A", 10.0, 104.0)]


@pytest.mark.parametrize(
    ("tif", "traded", "fate"),
    [
        ("gtc", [(1, 4.0, 104.0), (2, 4.0, 100.0), (3, 2.0, 100.0)], ("filled", "")),
        ("day", [(1, 4.0, 104.0)], ("expired", "the day was over")),
        ("ioc", [(1, 4.0, 104.0)], ("cancelled", "not filled at once")),
        ("fok", [], ("cancelled", "not filled at once")),
    ],
)
def test_with_next_close_what_the_volume_leaves_goes_on_at_the_next_closes(tif, traded, fate):
    bars = [(*FLAT, 100.0), (*BAR, 100.0), (90, 100, 90, 100, 100.0), (90, 100, 90, 100, 100.0)]
    execution = NEXT_CLOSE | {"participation": 0.04}
    result = play(bars, buy(time_in_force=tif), execution=execution)
    assert fills(result) == [(t, "A", quantity, price) for t, quantity, price in traded]
    assert fates(result)[0][:2] == fate


def test_with_next_close_an_order_whose_date_is_over_expires_before_it_meets_a_close():
    bars = {"A": [FLAT, None, BAR], "B": [FLAT] * 3}
    result = play(bars, buy(expires=date(2024, 1, 2)), execution=NEXT_CLOSE)
    assert fates(result) == [("expired", "the date was over", 10.0, 0.0)]


def test_with_next_close_an_intraday_day_order_goes_on_for_the_rest_of_the_day():
    hours = [datetime(2024, 1, d, h) for d in (1, 2) for h in (10, 11, 12)]
    market = market_of([(*FLAT, 100.0)] * 6, times=hours)
    execution = NEXT_CLOSE | {"participation": 0.04}
    result = play(market, buy(time_in_force="day"), execution=execution)
    assert result.fills["timestamp"].to_list() == hours[1:3]
    assert fates(result) == [("expired", "the day was over", 10.0, 8.0)]


@pytest.mark.parametrize(
    ("terms", "price"),
    [
        ({"order_type": "limit", "limit_price": 98.0}, 98.0),
        ({"order_type": "stop", "stop_price": 105.0}, 105.0),
        ({"order_type": "stop_limit", "stop_price": 105.0, "limit_price": 106.0}, 105.0),
    ],
)
def test_with_next_close_other_orders_are_as_before(terms, price):
    assert fills(play([FLAT, BAR], buy(**terms), execution=NEXT_CLOSE)) == [(1, "A", 10.0, price)]


def test_with_next_close_a_liquidation_still_takes_the_next_open():
    account = {"type": "margin", "initial_capital": 1_000.0}
    bars = [FLAT, FLAT, (60, 60, 60, 60), (62, 64, 61, 63)]
    result = play(
        bars, {0: lambda s: s.submit_order("A", 20)}, execution=NEXT_CLOSE, account=account
    )
    # Bought for 2,000 with 1,000: at 60 equity is 200, less than a quarter of 1,200.
    assert fills(result) == [(1, "A", 20.0, 100.0), (3, "A", -20.0, 62.0)]
    assert result.trades["exit_reason"].to_list() == ["liquidation"]


def test_a_strategy_is_told_of_a_fill_at_the_close_before_the_handlers_of_that_bar():
    told = []

    class Watcher(Script):
        def on_fill_event(self, fill):
            told.append(("fill", fill.price))

        def on_event(self, event):
            told.append(("bar", event.close, self.get_position("A")))

    play([FLAT, BAR], Watcher(buy()), execution=NEXT_CLOSE)
    assert told == [("bar", 100.0, 0.0), ("fill", 104.0), ("bar", 104.0, 10.0)]


# --- what an entry and an exit at the close count for ------------------------------------------


@pytest.mark.parametrize("slippage", [0.0, 0.01])
def test_an_entry_at_the_close_has_seen_nothing_of_its_bar(slippage):
    costs = {"slippage": {"model": "percent", "rate": slippage}}
    bars = [FLAT, (100, 150, 50, 100), (100, 105, 98, 100), (100, 100, 100, 100)]
    script = {
        0: lambda s: s.submit_order("A", 10),
        1: lambda s: s.open_trade("A"),
        2: lambda s: s.close_position("A"),
    }
    watched = Script(script)
    result = play(bars, watched, execution=NEXT_CLOSE, costs=costs)
    price = 100.0 * (1 + slippage)
    trade = watched.seen[1]
    assert (trade.entry_price, trade.bars_held, trade.mfe, trade.mae) == (price, 0, 0.0, 0.0)
    (row,) = result.trades.to_dicts()
    assert row["bars_held"] == 2
    assert row["mfe"] == pytest.approx((105 - price) / price)
    assert row["mae"] == pytest.approx((98 - price) / price)


def test_of_the_bar_left_at_its_close_the_whole_range_counts():
    bars = [FLAT, FLAT, (100, 130, 80, 110)]
    result = play(bars, sell_later(time_in_force="on_close"))
    (row,) = result.trades.to_dicts()
    assert (row["exit_price"], row["mfe"], row["mae"], row["bars_held"]) == (110.0, 0.3, -0.2, 1)


@pytest.mark.parametrize(
    ("terms", "mfe", "mae"),
    [
        ({}, 0.3, -0.2),  # at the open: the range came after it
        ({"order_type": "limit", "limit_price": 90.0}, 20 / 90, 0.0),  # inside: only the close did
        ({"time_in_force": "on_close"}, 0.0, 0.0),
    ],
)
def test_a_trade_of_one_bar_that_ends_at_its_close_counts_what_came_after_its_entry(
    terms, mfe, mae
):
    script = {
        0: lambda s: (
            s.submit_order("A", 10, **terms),
            s.submit_order("A", -10, time_in_force="on_close"),
        )
    }
    result = play([FLAT, (100, 130, 80, 110), FLAT], script, account=MARGIN)
    (row,) = result.trades.to_dicts()
    assert (row["entry_time"], row["bars_held"]) == (row["exit_time"], 0)
    assert (row["mfe"], row["mae"]) == pytest.approx((mfe, mae))


def test_the_legs_of_an_entry_at_the_close_wait_for_the_next_bar():
    script = {0: lambda s: s.submit_bracket("A", 10, stop_loss=0.05, trailing_stop=0.2)}
    bars = [FLAT, (100, 150, 50, 100), (100, 101, 96, 97), (96, 97, 94, 95)]
    result = play(bars, script, execution=NEXT_CLOSE)
    assert fills(result) == [(1, "A", 10.0, 100.0), (3, "A", -10.0, 95.0)]
    # The trailing stop started at the fill and not at the 150 of the entry bar: 101 * 0.8.
    assert result.orders["stop_price"].to_list()[1:] == [95.0, 80.8]


def test_buying_and_selling_at_the_same_open_trades_both_there():
    script = {0: lambda s: (s.submit_order("A", 10), s.submit_order("A", -10))}
    result = play([FLAT, BAR, FLAT], script)
    assert fills(result) == [(1, "A", 10.0, 101.0), (1, "A", -10.0, 101.0)]


def test_inside_a_bar_an_order_does_not_close_what_was_opened_there():
    # Nobody knows whether 105 came before or after 96: the sale waits for the next bar.
    script = {
        0: lambda s: (
            s.submit_order("A", 10, "limit", limit_price=97.0),
            s.submit_order("A", -10, "limit", limit_price=105.0),
        )
    }
    result = play([FLAT, BAR, (104, 105, 103, 104)], script, account=MARGIN)
    assert fills(result) == [(1, "A", 10.0, 97.0), (2, "A", -10.0, 105.0)]


def test_immediate_or_cancel_at_this_close_does_not_go_on_at_the_next_open():
    bars = [(*FLAT, 100.0)] * 3
    execution = {"fill": "same_close", "participation": 0.04}
    result = play(bars, buy(time_in_force="ioc"), execution=execution)
    assert fills(result) == [(0, "A", 4.0, 100.0)]
    assert fates(result) == [("cancelled", "not filled at once", 10.0, 4.0)]


# --- rules ---------------------------------------------------------------------------------


def run(bars, *, s, t=None, strategy=None, **parts):
    market = market_of(bars, signals={"s": s, "t": t or [0.0] * len(bars)})
    rules = {"entry": ENTER, "exit": LEAVE, "sizing": TEN} | (strategy or {})
    return play_rules(market, rules, **{"execution": NEXT_CLOSE} | parts)


def test_rules_enter_and_leave_at_the_next_close():
    bars = [FLAT, BAR, (103, 108, 102, 107), (106, 110, 105, 109)]
    result = run(bars, s=[1, 0, 0, 0], t=[0, 0, 1, 0])
    assert fills(result) == [(1, "A", 10.0, 104.0), (3, "A", -10.0, 109.0)]
    assert result.trades["bars_held"].to_list() == [2]


def test_max_bars_counts_the_closes_after_an_entry_at_the_close():
    result = run([FLAT] * 6, s=[1, 0, 0, 0, 0, 0], strategy={"exits": {"max_bars": 2}})
    assert [(t, quantity) for t, _, quantity, _ in fills(result)] == [(1, 10.0), (4, -10.0)]


@pytest.mark.parametrize(("cooldown", "second"), [(0, 4), (1, 5), (2, 6)])
def test_the_close_of_an_exit_is_the_first_flat_one(cooldown, second):
    limits = {"limits": {"cooldown_bars": cooldown}}
    result = run([FLAT] * 8, s=[1] * 8, t=[0, 0, 1, 0, 0, 0, 0, 0], strategy=limits)
    # Left at the close of bar 3, which decides while the asset is flat.
    assert [t for t, _, _, _ in fills(result)[:3]] == [1, 3, second]


def test_intrabar_stops_of_rules_start_the_bar_after_an_entry_at_the_close():
    exits = {"exits": {"stop_loss": 0.05, "take_profit": 0.1, "evaluate": "intrabar"}}
    bars = [FLAT, (100, 120, 80, 100), (100, 111, 99, 105), FLAT]
    result = run(bars, s=[1, 0, 0, 0], strategy=exits)
    assert fills(result) == [(1, "A", 10.0, 100.0), (2, "A", -10.0, 110.0)]
