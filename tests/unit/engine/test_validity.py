"""How long an order works, and what ends it."""

from datetime import date, datetime

import pytest

from tests.unit.engine.trial import FLAT, Script, day, fates, fills, market_of, play

LIMIT = {"order_type": "limit", "limit_price": 90.0}
DIP = (100, 100, 89, 95)


def at_first(**terms):
    return {0: lambda s: s.submit_order("A", 10, **terms)}


def test_good_till_cancelled_is_the_default_and_ends_with_the_data():
    assert fills(play([FLAT] * 5 + [DIP], at_first(**LIMIT))) == [(5, "A", 10.0, 90.0)]
    assert fates(play([FLAT] * 5, at_first(**LIMIT))) == [("expired", "end of data", 10.0, 0.0)]


def test_a_day_order_is_good_for_the_next_bar():
    result = play([FLAT, DIP], at_first(**LIMIT, time_in_force="day"))
    assert fills(result) == [(1, "A", 10.0, 90.0)]


def test_a_day_order_is_over_after_the_next_bar():
    result = play([FLAT, FLAT, DIP], at_first(**LIMIT, time_in_force="day"))
    assert fates(result) == [("expired", "the day was over", 10.0, 0.0)]


def test_a_day_order_of_an_asset_with_a_gap_is_good_for_the_bar_after_the_gap():
    bars = {"A": [FLAT, None, None, DIP], "B": [FLAT] * 4}
    assert fills(play(bars, at_first(**LIMIT, time_in_force="day"))) == [(3, "A", 10.0, 90.0)]


HOURS = [datetime(2024, 1, d, h) for d in (1, 2, 3) for h in (10, 11, 12)]


def intraday(decided, dip):
    """The fills of a day order decided at one hour, with the price touched at another."""
    bars = [DIP if i == dip else FLAT for i in range(len(HOURS))]
    script = {decided: lambda s: s.submit_order("A", 10, **LIMIT, time_in_force="day")}
    return play(market_of(bars, times=HOURS), script).fills.height


def test_an_intraday_day_order_is_good_for_the_rest_of_the_day_of_the_next_bar():
    # Decided at 10:00 the next bar is 11:00; decided at the last bar of the day it is tomorrow's first.
    assert [intraday(0, dip) for dip in (1, 2, 3)] == [1, 1, 0]
    assert [intraday(2, dip) for dip in (3, 4, 5, 6)] == [1, 1, 1, 0]


@pytest.mark.parametrize(
    ("expires", "until"),
    [
        (date(2024, 1, 3), 2),
        (datetime(2024, 1, 3), 2),
        (datetime(2024, 1, 3, 12), 2),
        (datetime(2024, 1, 2, 23), 1),
    ],
)
def test_good_till_date_includes_its_date(expires, until):
    for dip in (1, 2, 3):
        bars = [DIP if i == dip else FLAT for i in range(5)]
        result = play(bars, at_first(**LIMIT, expires=expires))
        if dip <= until:
            assert fills(result) == [(dip, "A", 10.0, 90.0)]
        else:
            assert fates(result) == [("expired", "the date was over", 10.0, 0.0)]


def test_an_expiry_date_covers_its_last_hour():
    bars = [FLAT, FLAT, FLAT, FLAT, FLAT, DIP, FLAT, FLAT, FLAT]
    result = play(market_of(bars, times=HOURS), at_first(**LIMIT, expires=date(2024, 1, 2)))
    assert result.fills["timestamp"].to_list() == [HOURS[5]]


def test_immediate_or_cancel_trades_at_the_next_open_or_not_at_all():
    taken = play([FLAT, (88, 95, 87, 94)], at_first(**LIMIT, time_in_force="ioc"))
    missed = play([FLAT, DIP, DIP], at_first(**LIMIT, time_in_force="ioc"))
    assert fills(taken) == [(1, "A", 10.0, 88.0)]
    assert fates(missed) == [("cancelled", "not filled at once", 10.0, 0.0)]


def test_immediate_or_cancel_keeps_what_it_could_get():
    bars = [(*FLAT, 100.0)] * 3
    result = play(bars, at_first(time_in_force="ioc"), execution={"participation": 0.04})
    assert fills(result) == [(1, "A", 4.0, 100.0)]
    assert fates(result) == [("cancelled", "not filled at once", 10.0, 4.0)]


def test_fill_or_kill_trades_in_full_or_not_at_all():
    bars = [(*FLAT, 100.0)] * 3
    partly = play(bars, at_first(time_in_force="fok"), execution={"participation": 0.04})
    wholly = play(bars, at_first(time_in_force="fok"), execution={"participation": 0.1})
    assert fates(partly) == [("cancelled", "not filled at once", 10.0, 0.0)]
    assert fates(wholly) == [("filled", "", 10.0, 10.0)]


STOP = {"order_type": "stop", "stop_price": 110.0}
STOP_LIMIT = {"order_type": "stop_limit", "stop_price": 110.0, "limit_price": 112.0}
UP = (100, 111, 100, 105)
GAP = (111, 111.5, 110.5, 111)


@pytest.mark.parametrize(
    ("terms", "touched", "price"),
    [
        (LIMIT, DIP, 90.0),
        (STOP, UP, 110.0),
        (STOP_LIMIT, UP, 110.0),
        ({"order_type": "trailing_stop", "trail_percent": 0.1}, UP, 110.0),
        ({"order_type": "trailing_stop", "trail_amount": 10.0}, UP, 110.0),
    ],
)
@pytest.mark.parametrize(
    ("validity", "last"),
    [({}, 3), ({"time_in_force": "day"}, 1), ({"expires": date(2024, 1, 3)}, 2)],
)
def test_every_order_that_waits_for_a_price_works_as_long_as_it_is_valid(
    terms, touched, price, validity, last
):
    for t in (1, 2, 3):
        bars = [touched if i == t else FLAT for i in range(4)]
        result = play(bars, at_first(**terms, **validity))
        assert fills(result) == ([(t, "A", 10.0, price)] if t <= last else [])


@pytest.mark.parametrize("tif", ["ioc", "fok"])
@pytest.mark.parametrize(
    ("terms", "gap", "price"),
    [
        (LIMIT, (88, 95, 87, 94), 88.0),
        (STOP, GAP, 111.0),
        (STOP_LIMIT, GAP, 111.0),
        ({"order_type": "trailing_stop", "trail_amount": 10.0}, GAP, 111.0),
    ],
)
def test_at_once_means_the_next_open_and_not_the_bar_after_it(tif, terms, gap, price):
    taken = play([FLAT, gap, FLAT], at_first(**terms, time_in_force=tif))
    missed = play([FLAT, DIP if terms is LIMIT else UP, gap], at_first(**terms, time_in_force=tif))
    assert fills(taken) == [(1, "A", 10.0, price)]
    assert fates(missed) == [("cancelled", "not filled at once", 10.0, 0.0)]


def test_a_day_order_that_could_trade_in_part_ends_with_the_day():
    bars = [(*FLAT, 100.0), (100, 100, 89, 95, 40.0), (100, 100, 89, 95, 1e6)]
    terms = {**LIMIT, "time_in_force": "day"}
    result = play(bars, at_first(**terms), execution={"participation": 0.1})
    assert fills(result) == [(1, "A", 4.0, 90.0)]
    assert fates(result) == [("expired", "the day was over", 10.0, 4.0)]


def test_fill_or_kill_is_never_shrunk_to_the_cash():
    result = play([FLAT, FLAT], at_first(time_in_force="fok"), account={"initial_capital": 500.0})
    assert fates(result) == [("rejected", "not enough cash", 10.0, 0.0)]


def test_fill_or_kill_does_not_sell_a_part_because_no_more_is_held():
    script = at_first() | {1: lambda s: s.submit_order("A", -15, time_in_force="fok")}
    result = play([FLAT] * 3, script)
    assert fills(result) == [(1, "A", 10.0, 100.0)]
    assert fates(result)[1] == ("rejected", "a cash account cannot sell short", 15.0, 0.0)


def test_a_cancelled_order_never_fills():
    script = Script(
        at_first(**LIMIT) | {1: lambda s: s.cancel_order(0), 2: lambda s: s.cancel_order(0)}
    )
    result = play([FLAT, FLAT, DIP], script)
    assert script.seen == {0: 0, 1: True, 2: False}
    assert fates(result) == [("cancelled", "cancelled by the strategy", 10.0, 0.0)]


def test_an_order_can_be_cancelled_on_the_bar_that_decided_it():
    script = Script({0: lambda s: s.cancel_order(s.submit_order("A", 10))})
    assert fills(play([FLAT, FLAT], script)) == []
    assert script.seen == {0: True}


def test_cancelling_what_has_filled_says_no_and_what_never_was_is_refused():
    script = Script(at_first() | {1: lambda s: s.cancel_order(0)})
    play([FLAT, FLAT], script)
    assert script.seen[1] is False
    with pytest.raises(ValueError, match="no order 7"):
        play([FLAT], {0: lambda s: s.cancel_order(7)})


def test_open_orders_are_those_that_work_in_the_order_of_submission():
    def submit(strategy):
        strategy.submit_order("B", 1, "limit", limit_price=90.0)
        strategy.submit_order("A", 10, "stop", stop_price=120.0)
        strategy.submit_order("A", 5)
        return strategy.open_orders(), strategy.open_orders("A")

    script = Script({0: submit, 1: lambda s: s.open_orders()})
    play({"A": [FLAT] * 3, "B": [FLAT] * 3}, script)
    every, of_a = script.seen[0]
    assert [order.order_id for order in every] == [0, 1, 2]
    assert [order.order_id for order in of_a] == [1, 2]
    stop = of_a[0]
    assert (stop.asset_id, stop.side, stop.type, stop.requested, stop.filled) == (
        "A",
        "buy",
        "stop",
        10.0,
        0.0,
    )
    assert (stop.stop_price, stop.limit_price, stop.status, stop.decision_time) == (
        120.0,
        None,
        "working",
        day(0),
    )
    assert [order.order_id for order in script.seen[1]] == [0, 1]


@pytest.mark.parametrize(
    ("terms", "message"),
    [
        ({"order_type": "limit"}, "a limit order needs limit_price"),
        ({"order_type": "stop"}, "a stop order needs stop_price"),
        ({"order_type": "stop_limit", "stop_price": 5.0}, "a stop_limit order needs limit_price"),
        ({"order_type": "trailing_stop"}, "a trailing_stop order needs trail_percent"),
        ({"limit_price": 5.0}, "a market order takes no limit_price"),
        ({"order_type": "limit", "limit_price": 5.0, "stop_price": 4.0}, "takes no stop_price"),
        ({"order_type": "limit", "limit_price": -5.0}, "limit_price must be positive"),
        ({"order_type": "stop", "stop_price": float("inf")}, "stop_price must be positive"),
        ({"order_type": "trailing_stop", "trail_percent": 1.0}, "between 0 and 1"),
        ({"order_type": "trailing_stop", "trail_percent": 0.1, "trail_amount": 5.0}, "not both"),
        ({"order_type": "trailing_stop", "trail_amount": -1.0}, "trail_amount must be positive"),
        ({"trail_amount": 1.0}, "a market order takes no trail_amount"),
        ({"order_type": "iceberg"}, "no order type 'iceberg'"),
        ({"time_in_force": "forever"}, "no time in force 'forever'"),
        ({"time_in_force": "gtd"}, "needs 'expires'"),
        ({"time_in_force": "day", "expires": date(2024, 1, 3)}, "takes no 'expires'"),
    ],
)
def test_terms_that_make_no_order_are_refused(terms, message):
    with pytest.raises(ValueError, match=message):
        play([FLAT], at_first(**terms))


@pytest.mark.parametrize("quantity", [0.0, float("nan"), float("inf")])
def test_a_quantity_that_is_none_is_refused(quantity):
    with pytest.raises(ValueError, match="quantity other than zero"):
        play([FLAT], {0: lambda s: s.submit_order("A", quantity)})


def test_an_unknown_asset_is_refused_with_those_there_are():
    with pytest.raises(ValueError, match="no asset 'C' in the data; there are A, B"):
        play({"A": [FLAT], "B": [FLAT]}, {0: lambda s: s.submit_order("C", 1)})
