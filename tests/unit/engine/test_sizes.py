"""How much of an order trades: lots, cash, what is held, and the volume of the bar."""

import pytest

from tests.unit.engine.trial import FLAT, fates, fills, play

SMALL = {"initial_capital": 1_000.0}
PERCENT = {"commission": {"model": "percent", "rate": 0.01}}


def traded(quantity, **parts):
    result = play([FLAT, FLAT], {0: lambda s: s.submit_order("A", quantity)}, **parts)
    return result.fills["quantity"].to_list(), fates(result)[0][:2]


@pytest.mark.parametrize(
    ("quantity", "lot", "traded_quantity"),
    [
        (10.9, 1.0, 10.0),
        (25.0, 10.0, 20.0),
        (2.75, 0.0, 2.75),
        (2.75, 0.5, 2.5),
        (9.999999999, 1.0, 10.0),  # 1e-10 below a whole lot, relative
        (9.99999, 1.0, 9.0),
        (0.3, 0.1, pytest.approx(0.3)),  # 0.3 / 0.1 is less than 3 in binary
    ],
)
def test_quantities_round_to_whole_lots_towards_zero(quantity, lot, traded_quantity):
    assert traded(quantity, execution={"lot_size": lot})[0] == [traded_quantity]


def test_shorts_round_towards_zero_as_well():
    result = play(
        [FLAT, FLAT], {0: lambda s: s.submit_order("A", -10.9)}, account={"type": "margin"}
    )
    assert fills(result) == [(1, "A", -10.0, 100.0)]


def test_a_size_that_rounds_to_zero_is_a_rejected_order():
    assert traded(0.7) == ([], ("rejected", "the size rounds to zero"))


FRACTIONS = {"lot_size": 0.0}


def test_an_order_worth_a_trillionth_of_the_equity_is_what_rounding_left():
    """At 100 a trillionth of 100,000 is 1e-9 units."""
    assert traded(0.9e-9, execution=FRACTIONS) == ([], ("rejected", "the size rounds to zero"))
    assert traded(1.1e-9, execution=FRACTIONS) == ([1.1e-9], ("filled", ""))


def test_the_smallest_position_can_be_closed():
    market = [FLAT, FLAT, (0.1,) * 4, (0.1,) * 4]
    script = {0: lambda s: s.submit_order("A", 2e-9), 2: lambda s: s.close_position("A")}
    result = play(market, script, execution=FRACTIONS)
    assert fills(result) == [(1, "A", 2e-9, 100.0), (3, "A", -2e-9, 0.1)]


@pytest.mark.parametrize(("bought", "sold"), [(0.3, 0.1 + 0.2), (0.1 + 0.2, 0.3)])
def test_a_sale_that_differs_in_the_last_digit_closes_and_does_not_turn(bought, sold):
    assert bought != sold
    script = {0: lambda s: s.submit_order("A", bought), 1: lambda s: s.submit_order("A", -sold)}
    for account in ("cash", "margin"):
        result = play([FLAT] * 3, script, execution=FRACTIONS, account={"type": account})
        assert result.trades["status"].to_list() == ["closed"]
        assert fates(result)[1][:2] == ("filled", "")
        assert result.equity["open_positions"].to_list() == [0, 1, 0]


def test_what_rounding_left_of_a_volume_is_not_traded():
    """A tenth of 3 is 5e-17 more than the 0.3 that the first order takes."""
    bars = [(*FLAT, 3.0)] * 3
    script = {0: lambda s: [s.submit_order("A", 0.3), s.submit_order("A", 1.0)]}
    result = play(bars, script, execution=FRACTIONS | {"participation": 0.1})
    assert fills(result) == [(1, "A", 0.3, 100.0), (2, "A", pytest.approx(0.3), 100.0)]


@pytest.mark.parametrize(
    ("lot", "costs", "most"),
    [
        (1.0, {}, 10.0),
        (1.0, PERCENT, 9.0),  # 9 * 101 = 909, 10 would be 1,010
        (4.0, {}, 8.0),
        (0.0, PERCENT, pytest.approx(1000 / 101, rel=1e-12)),
        (1.0, {"slippage": {"model": "percent", "rate": 0.2}}, 8.0),  # 120 each
        (1.0, {"commission": {"model": "fixed", "amount": 150.0}}, 8.0),
    ],
)
def test_an_order_shrinks_to_the_largest_quantity_the_cash_pays_with_its_costs(lot, costs, most):
    quantities, fate = traded(50, execution={"lot_size": lot}, costs=costs, account=SMALL)
    assert quantities == [most]
    assert fate == ("reduced", "reduced to the cash available")


def test_cash_never_goes_negative_in_a_cash_account():
    script = {t: lambda s: s.submit_order("A", 7.3) for t in range(6)}
    bars = [(price, price, price, price) for price in (100.0, 33.3, 47.1, 99.7, 12.9, 61.3, 88.8)]
    for lot in (0.0, 1.0):
        result = play(bars, script, execution={"lot_size": lot}, costs=PERCENT, account=SMALL)
        assert result.equity["cash"].min() >= 0.0
        assert result.orders["status"].to_list().count("reduced") > 0


def test_what_rounding_leaves_of_the_cash_buys_nothing():
    # All the money goes into A, but for 1e-13 that rounding leaves: enough for 1e-10 of one B.
    bars = {"A": [(17.3,) * 4] * 3, "B": [(0.001,) * 4] * 3}
    script = {0: lambda s: s.submit_order("A", 1_000.0), 1: lambda s: s.submit_order("B", 1.0)}
    result = play(
        bars,
        script,
        execution={"lot_size": 0.0},
        costs={"commission": {"model": "percent", "rate": 0.0007}},
        account={"initial_capital": 1_000.0},
    )
    assert 0.0 < result.equity["cash"][-1] < 1e-12
    assert fates(result)[1] == ("rejected", "not enough cash", 1.0, 0.0)
    assert result.equity["open_positions"].to_list() == [0, 1, 1]


def test_the_last_cents_buy_what_they_can_where_they_are_no_rounding():
    bars = {"A": [(17.3,) * 4] * 3, "B": [(100.0,) * 4] * 3}
    script = {0: lambda s: s.submit_order("A", 10.0), 1: lambda s: s.submit_order("B", 10_000.0)}
    account = {"initial_capital": 173.01}
    result = play(bars, script, execution={"lot_size": 0.0}, account=account)
    # One cent is a ten-thousandth of a B, 1e-8 of what was asked for.
    assert fills(result)[1] == (2, "B", pytest.approx(1e-4, rel=1e-9), 100.0)


def test_an_order_that_the_cash_pays_to_the_cent_is_not_shrunk():
    assert traded(10, account=SMALL) == ([10.0], ("filled", ""))


def test_with_reject_an_order_trades_in_full_or_not_at_all():
    execution = {"insufficient_cash": "reject"}
    assert traded(10, execution=execution, account=SMALL) == ([10.0], ("filled", ""))
    assert traded(11, execution=execution, account=SMALL) == ([], ("rejected", "not enough cash"))


def test_an_order_for_which_nothing_is_left_is_rejected_and_not_tried_again():
    script = {
        0: lambda s: (s.submit_order("A", 10), s.submit_order("A", 5)),
        1: lambda s: s.sell_percent("A", 1.0),
    }
    result = play([FLAT] * 5, script, account=SMALL)
    assert fates(result)[1] == ("rejected", "not enough cash", 5.0, 0.0)
    assert fills(result) == [(1, "A", 10.0, 100.0), (2, "A", -10.0, 100.0)]


def test_cash_is_checked_at_the_fill_and_submitting_reserves_nothing():
    script = {
        0: lambda s: (s.submit_order("A", 10, "limit", limit_price=50.0), s.submit_order("B", 10))
    }
    result = play({"A": [FLAT] * 3, "B": [FLAT] * 3}, script, account=SMALL)
    assert fills(result) == [(1, "B", 10.0, 100.0)]


def test_selling_more_than_is_held_in_a_cash_account_sells_what_is_held():
    script = {0: lambda s: s.submit_order("A", 10), 1: lambda s: s.submit_order("A", -15)}
    result = play([FLAT] * 3, script)
    assert fills(result)[1] == (2, "A", -10.0, 100.0)
    assert fates(result)[1] == ("reduced", "sold what was held", 15.0, 10.0)


def test_a_short_asked_of_a_cash_account_is_refused():
    assert traded(-5) == ([], ("rejected", "a cash account cannot sell short"))


def test_participation_spreads_an_order_over_several_bars():
    bars = [
        (100, 100, 100, 100, 200),
        (100, 100, 100, 100, 100),
        (110, 110, 110, 110, 55),
        (120, 120, 120, 120, 500),
    ]
    result = play(bars, {0: lambda s: s.submit_order("A", 25)}, execution={"participation": 0.1})
    # 10 of 100, whole lots of 5.5, and the rest.
    assert fills(result) == [(1, "A", 10.0, 100.0), (2, "A", 5.0, 110.0), (3, "A", 10.0, 120.0)]
    assert fates(result) == [("filled", "", 25.0, 25.0)]
    (row,) = result.trades.select("quantity", "entry_price", "entry_time").rows(named=True)
    assert (row["quantity"], row["entry_price"]) == (25.0, pytest.approx((1000 + 550 + 1200) / 25))
    assert row["entry_time"] == result.fills["timestamp"][0]


def test_participation_is_of_the_bar_and_not_of_each_order():
    bars = [(*FLAT, 100.0)] * 3
    script = {0: lambda s: (s.submit_order("A", 8), s.submit_order("A", 8))}
    result = play(bars, script, execution={"participation": 0.1})
    assert fills(result) == [(1, "A", 8.0, 100.0), (1, "A", 2.0, 100.0), (2, "A", 6.0, 100.0)]


def test_without_a_known_volume_participation_does_not_bind():
    result = play(
        [FLAT] * 2, {0: lambda s: s.submit_order("A", 25)}, execution={"participation": 0.1}
    )
    assert fills(result) == [(1, "A", 25.0, 100.0)]


def test_the_rest_of_a_capped_order_expires_with_the_data():
    bars = [(*FLAT, 100.0)] * 2
    result = play(bars, {0: lambda s: s.submit_order("A", 25)}, execution={"participation": 0.1})
    assert fates(result) == [("expired", "end of data", 25.0, 10.0)]


def test_legs_grow_with_the_fills_of_their_entry():
    bars = [(*FLAT, 100.0)] * 3 + [(100, 100, 94, 95, 1000)]
    script = {0: lambda s: s.submit_bracket("A", 20, stop_loss=0.05)}
    result = play(bars, script, execution={"participation": 0.1})
    assert fills(result)[2:] == [(3, "A", -20.0, 95.0)]
