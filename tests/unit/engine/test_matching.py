"""Market, limit, stop and stop-limit orders: where and at what price they fill."""

import pytest

from tests.unit.engine.trial import FLAT, fates, fills, market_of, play

MARGIN = {"type": "margin", "initial_capital": 100_000.0}
SLIP = {"slippage": {"model": "percent", "rate": 0.01}}


def buy(**terms):
    return {0: lambda s: s.submit_order("A", 10, **terms)}


def sell_later(**terms):
    """Buy at the open of bar 1, and at its close submit a sell order."""
    return {0: lambda s: s.submit_order("A", 10), 1: lambda s: s.submit_order("A", -10, **terms)}


def test_a_market_order_fills_at_the_next_open():
    result = play([FLAT, (103, 105, 99, 101)], buy())
    assert fills(result) == [(1, "A", 10.0, 103.0)]
    assert fates(result) == [("filled", "", 10.0, 10.0)]


def test_a_market_order_fills_at_this_close_when_the_request_says_so():
    result = play([(90, 110, 85, 104), FLAT], buy(), execution={"fill": "same_close"})
    assert fills(result) == [(0, "A", 10.0, 104.0)]


def test_only_market_orders_fill_at_the_close_of_their_decision():
    bars = [(90, 110, 85, 104), (107, 108, 100, 101)]
    result = play(
        bars, buy(order_type="limit", limit_price=105.0), execution={"fill": "same_close"}
    )
    assert fills(result) == [(1, "A", 10.0, 105.0)]


def test_an_order_waits_for_the_next_bar_of_its_asset():
    bars = {"A": [FLAT, None, None, (107, 108, 106, 107)], "B": [FLAT] * 4}
    assert fills(play(bars, buy())) == [(3, "A", 10.0, 107.0)]


def test_an_order_of_an_asset_without_a_bar_now_is_not_matched_at_this_close():
    bars = {"A": [FLAT, None, (107, 108, 106, 109)], "B": [FLAT] * 3}
    script = {1: lambda s: s.submit_order("A", 10)}
    result = play(bars, script, execution={"fill": "same_close"})
    assert fills(result) == [(2, "A", 10.0, 107.0)]


@pytest.mark.parametrize(
    ("bar", "price"),
    [
        ((97, 98, 94, 96), 95.0),  # falls to the limit
        ((97, 98, 95, 96), 95.0),  # touches it
        ((93, 98, 92, 96), 93.0),  # opens better
        ((95, 98, 95, 96), 95.0),  # opens at it
    ],
)
def test_a_buy_limit_fills_at_the_limit_or_a_better_open(bar, price):
    result = play(
        [FLAT, (97, 98, 96, 97), bar], buy(order_type="limit", limit_price=95.0), costs=SLIP
    )
    assert fills(result) == [(2, "A", 10.0, price)]


@pytest.mark.parametrize(
    ("bar", "price"),
    [((103, 106, 102, 104), 105.0), ((103, 105, 102, 104), 105.0), ((108, 109, 107, 108), 108.0)],
)
def test_a_sell_limit_fills_at_the_limit_or_a_better_open_without_slippage(bar, price):
    terms = {"order_type": "limit", "limit_price": 105.0}
    result = play([FLAT, FLAT, FLAT, bar], sell_later(**terms), costs=SLIP)
    assert fills(result)[1] == (3, "A", -10.0, price)
    assert result.fills["slippage"].to_list() == [10.0, 0.0]


@pytest.mark.parametrize(
    ("bar", "price"),
    [((101, 106, 100, 104), 105.0), ((101, 105, 100, 104), 105.0), ((108, 109, 107, 108), 108.0)],
)
def test_a_buy_stop_fills_at_the_stop_or_at_an_open_beyond_it(bar, price):
    assert fills(play([FLAT, FLAT, bar], buy(order_type="stop", stop_price=105.0))) == [
        (2, "A", 10.0, price)
    ]


@pytest.mark.parametrize(
    ("bar", "price"),
    [((99, 100, 94, 96), 95.0), ((99, 100, 95, 96), 95.0), ((90, 91, 89, 90), 90.0)],
)
def test_a_sell_stop_fills_at_the_stop_or_at_an_open_beyond_it(bar, price):
    result = play([FLAT, FLAT, FLAT, bar], sell_later(order_type="stop", stop_price=95.0))
    assert fills(result)[1] == (3, "A", -10.0, price)


def test_slippage_applies_to_a_stop_after_its_price_is_found():
    result = play(
        [FLAT, (101, 106, 100, 104)], buy(order_type="stop", stop_price=105.0), costs=SLIP
    )
    assert fills(result) == [(1, "A", 10.0, pytest.approx(106.05))]
    assert result.fills["slippage"].to_list() == [pytest.approx(10.5)]


STOP_LIMIT = {"order_type": "stop_limit", "stop_price": 105.0, "limit_price": 107.0}


def test_a_stop_limit_touched_inside_the_bar_fills_at_its_stop_without_slippage():
    result = play([FLAT, (101, 106, 100, 104)], buy(**STOP_LIMIT), costs=SLIP)
    assert fills(result) == [(1, "A", 10.0, 105.0)]


def test_a_stop_limit_fills_at_an_open_between_stop_and_limit():
    assert fills(play([FLAT, (106, 109, 105, 108)], buy(**STOP_LIMIT))) == [(1, "A", 10.0, 106.0)]


def test_a_stop_limit_whose_bar_opens_beyond_the_limit_waits_as_a_limit():
    bars = [FLAT, (109, 110, 108, 109), (108, 108.5, 107.5, 108), (108, 109, 106, 108)]
    assert fills(play(bars, buy(**STOP_LIMIT))) == [(3, "A", 10.0, 107.0)]


def test_a_stop_limit_that_waits_as_a_limit_takes_a_better_open():
    bars = [FLAT, (109, 110, 108, 109), (101, 102, 100, 101)]
    assert fills(play(bars, buy(**STOP_LIMIT))) == [(2, "A", 10.0, 101.0)]


def test_a_stop_limit_never_touched_never_fills():
    result = play([FLAT, (101, 104, 100, 104), FLAT], buy(**STOP_LIMIT))
    assert fates(result) == [("expired", "end of data", 10.0, 0.0)]


def test_a_stop_limit_whose_limit_does_not_allow_its_stop_waits_as_a_limit():
    terms = {"order_type": "stop_limit", "stop_price": 105.0, "limit_price": 103.0}
    bars = [FLAT, (104.5, 106, 104, 106), (106, 107, 103.5, 105), (104, 105, 102, 103)]
    assert fills(play(bars, buy(**terms))) == [(3, "A", 10.0, 103.0)]


@pytest.mark.parametrize(
    ("bar", "price"),
    [((98, 99, 94, 96), 95.0), ((94, 96, 93, 95), 94.0), ((92, 92.5, 90, 91), None)],
)
def test_a_sell_stop_limit_mirrors_the_buy(bar, price):
    terms = {"order_type": "stop_limit", "stop_price": 95.0, "limit_price": 93.0}
    result = play([FLAT, FLAT, bar], sell_later(**terms))
    assert fills(result)[1:] == ([] if price is None else [(2, "A", -10.0, price)])


def test_orders_that_reduce_are_matched_before_the_others_at_the_open():
    script = {
        0: lambda s: s.submit_order("A", 10),
        1: lambda s: (s.submit_order("B", 10), s.submit_order("A", -10)),
    }
    result = play({"A": [FLAT] * 3, "B": [FLAT] * 3}, script, account={"initial_capital": 1_000.0})
    assert fills(result)[1:] == [(2, "A", -10.0, 100.0), (2, "B", 10.0, 100.0)]


def test_a_stop_hit_inside_the_bar_does_not_pay_for_a_buy_at_its_open():
    script = {
        0: lambda s: s.submit_order("A", 10),
        1: lambda s: (s.submit_order("A", -10, "stop", stop_price=95.0), s.submit_order("B", 10)),
    }
    bars = {"A": [FLAT, FLAT, (100, 100, 90, 91)], "B": [FLAT] * 3}
    result = play(bars, script, account={"initial_capital": 1_000.0})
    assert fills(result)[1:] == [(2, "A", -10.0, 95.0)]
    assert fates(result)[2] == ("rejected", "not enough cash", 10.0, 0.0)


def test_a_stop_hit_inside_the_bar_pays_for_a_limit_inside_it_though_submitted_later():
    script = {
        0: lambda s: s.submit_order("A", 10),
        1: lambda s: (
            s.submit_order("B", 10, "limit", limit_price=90.0),
            s.submit_order("A", -10, "stop", stop_price=95.0),
        ),
    }
    bars = {"A": [FLAT, FLAT, (100, 100, 90, 91)], "B": [FLAT, FLAT, (100, 100, 85, 86)]}
    result = play(bars, script, account={"initial_capital": 1_000.0})
    assert fills(result)[1:] == [(2, "A", -10.0, 95.0), (2, "B", 10.0, 90.0)]


def test_within_a_group_the_order_of_submission_counts():
    script = {0: lambda s: (s.submit_order("B", 7), s.submit_order("A", 7))}
    result = play({"A": [FLAT] * 2, "B": [FLAT] * 2}, script, account={"initial_capital": 1_000.0})
    assert fills(result) == [(1, "B", 7.0, 100.0), (1, "A", 3.0, 100.0)]
    assert fates(result)[1] == ("reduced", "reduced to the cash available", 7.0, 3.0)


def test_every_fill_before_slippage_lies_within_its_bar_and_comes_after_its_decision():
    bars = [FLAT, (101, 104, 97, 103), (108, 109, 95, 96), (90, 112, 88, 111), (111, 113, 99, 100)]
    script = {
        t: lambda s: (
            s.submit_order("A", 3, "limit", limit_price=98.0),
            s.submit_order("A", 2, "stop", stop_price=107.0),
            s.submit_order("A", -1, "stop", stop_price=96.5),
            s.submit_order("A", -1, "trailing_stop", trail_percent=0.03),
        )
        for t in range(4)
    }
    result = play(bars, script, account=MARGIN)
    assert result.fills.height > 8
    decided = dict(result.orders.select("order_id", "decision_time").rows())
    for order_id, time, price in result.fills.select("order_id", "timestamp", "price").rows():
        low, high = bars[(time - decided[0]).days][2], bars[(time - decided[0]).days][1]
        assert low <= price <= high
        assert time > decided[order_id]


def test_the_order_of_times_and_not_of_rows_counts_for_assets_with_gaps():
    bars = {"A": [FLAT, None, (90, 90, 90, 90)], "B": [FLAT, (50, 50, 50, 50), None]}
    script = {0: lambda s: (s.submit_order("A", 1), s.submit_order("B", 1))}
    assert fills(play(market_of(bars), script)) == [(1, "B", 1.0, 50.0), (2, "A", 1.0, 90.0)]
