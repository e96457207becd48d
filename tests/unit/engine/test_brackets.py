"""Brackets and one-cancels-other pairs: legs live after the entry, and one ends the other."""

import pytest

from tests.unit.engine.trial import FLAT, Script, fates, fills, play

MARGIN = {"type": "margin"}
CALM = (100, 101, 99, 100)


def bracket(**terms):
    return {0: lambda s: s.submit_bracket("A", 10, **terms)}


def test_the_stop_fills_and_the_target_is_cancelled():
    result = play([FLAT, CALM, (99, 100, 94, 96)], bracket(stop_loss=0.05, take_profit=0.1))
    assert fills(result) == [(1, "A", 10.0, 100.0), (2, "A", -10.0, 95.0)]
    assert fates(result) == [
        ("filled", "", 10.0, 10.0),
        ("filled", "", 10.0, 10.0),
        ("cancelled", "the other order of the pair was filled", 10.0, 0.0),
    ]
    assert result.orders["type"].to_list() == ["market", "stop", "limit"]
    assert result.orders["side"].to_list() == ["buy", "sell", "sell"]
    assert result.orders["stop_price"].to_list() == [None, 95.0, None]
    assert result.orders["limit_price"].to_list() == [None, None, 110.0]
    assert result.trades["exit_reason"].to_list() == ["stop_loss"]
    assert result.trades["pnl"].to_list() == [-50.0]


def test_the_target_fills_and_the_stop_is_cancelled():
    result = play([FLAT, CALM, (109, 111, 108, 109)], bracket(stop_loss=0.05, take_profit=0.1))
    assert fills(result)[1:] == [(2, "A", -10.0, 110.0)]
    assert result.orders["status"].to_list() == ["filled", "cancelled", "filled"]
    assert result.trades["exit_reason"].to_list() == ["take_profit"]


def test_an_open_beyond_a_leg_is_its_price():
    low = play([FLAT, CALM, (90, 91, 89, 90)], bracket(stop_loss=0.05, take_profit=0.1))
    high = play([FLAT, CALM, (115, 116, 114, 115)], bracket(stop_loss=0.05, take_profit=0.1))
    assert fills(low)[1:] == [(2, "A", -10.0, 90.0)]
    assert fills(high)[1:] == [(2, "A", -10.0, 115.0)]


@pytest.mark.parametrize(
    ("setting", "price", "reason"),
    [("stop_first", 95.0, "stop_loss"), ("target_first", 110.0, "take_profit")],
)
def test_of_two_legs_touched_in_one_bar_the_setting_decides_and_only_one_fills(
    setting, price, reason
):
    bars = [FLAT, CALM, (100, 111, 94, 100)]
    result = play(
        bars, bracket(stop_loss=0.05, take_profit=0.1), execution={"ambiguous_bar": setting}
    )
    assert fills(result)[1:] == [(2, "A", -10.0, price)]
    assert result.trades["exit_reason"].to_list() == [reason]


def test_a_leg_reached_at_the_open_comes_before_one_inside_the_bar():
    bars = [FLAT, CALM, (112, 113, 94, 100)]
    assert fills(play(bars, bracket(stop_loss=0.05, take_profit=0.1)))[1:] == [
        (2, "A", -10.0, 112.0)
    ]


def test_of_a_stop_and_a_trailing_stop_the_nearer_one_fills():
    bars = [FLAT, (100, 110, 99, 110), (109, 110, 90, 91)]
    result = play(bars, bracket(stop_loss=0.05, trailing_stop=0.08))
    # Trailing level 110 * 0.92 = 101.2, above the stop at 95.
    assert fills(result)[1:] == [(2, "A", -10.0, 101.2)]
    assert result.trades["exit_reason"].to_list() == ["trailing_stop"]


def test_of_two_stops_of_a_short_the_lower_one_fills():
    script = {0: lambda s: s.submit_bracket("A", -10, stop_loss=0.05, trailing_stop=0.1)}
    bars = [FLAT, (100, 101, 90, 91), (92, 106, 91, 105)]
    result = play(bars, script, account=MARGIN)
    # Trailing level 90 * 1.1 = 99, below the stop at 105.
    assert fills(result)[1:] == [(2, "A", 10.0, 99.0)]


def test_of_a_short_both_legs_touched_are_decided_by_the_setting_too():
    script = {0: lambda s: s.submit_bracket("A", -10, stop_loss=0.05, take_profit=0.1)}
    bars = [FLAT, CALM, (100, 106, 89, 100)]
    for setting, price in (("stop_first", 105.0), ("target_first", 90.0)):
        result = play(bars, script, account=MARGIN, execution={"ambiguous_bar": setting})
        assert fills(result)[1:] == [(2, "A", 10.0, price)]


def test_cancelling_a_filled_entry_changes_nothing_and_cancelling_a_leg_leaves_the_other():
    script = bracket(stop_loss=0.05, take_profit=0.1) | {
        1: lambda s: (s.cancel_order(0), s.cancel_order(1))
    }
    result = play([FLAT, CALM, (100, 101, 80, 85), (100, 111, 99, 100)], script)
    assert fills(result)[1:] == [(3, "A", -10.0, 110.0)]


def test_cancelling_the_rest_of_an_entry_leaves_the_legs_of_what_it_bought():
    script = bracket(stop_loss=0.05) | {1: lambda s: s.cancel_order(0)}
    bars = [(*FLAT, 100.0), (*CALM, 40.0), (99, 100, 90, 91, 1e6)]
    result = play(bars, script, execution={"participation": 0.1})
    assert fills(result) == [(1, "A", 4.0, 100.0), (2, "A", -4.0, 95.0)]


def test_the_entry_bar_is_protected_after_an_entry_at_its_open():
    bars = [FLAT, (100, 101, 94, 96), FLAT]
    assert fills(play(bars, bracket(stop_loss=0.05)))[1:] == [(1, "A", -10.0, 95.0)]


def test_without_protection_of_the_entry_bar_the_legs_wait_for_the_next():
    bars = [FLAT, (100, 101, 94, 96), (94.5, 97, 94, 96)]
    result = play(bars, bracket(stop_loss=0.05), execution={"protect_entry_bar": False})
    assert fills(result)[1:] == [(2, "A", -10.0, 94.5)]


def test_after_an_entry_inside_a_bar_the_legs_wait_for_the_next():
    bars = [FLAT, (100, 101, 80, 85), (86, 90, 85.6, 90), (89, 90, 85, 86)]
    result = play(bars, bracket(limit_price=95.0, stop_loss=0.1))
    assert fills(result) == [(1, "A", 10.0, 95.0), (3, "A", -10.0, 85.5)]


def test_levels_start_from_the_fill_with_slippage_and_without_commission():
    costs = {
        "slippage": {"model": "percent", "rate": 0.01},
        "commission": {"model": "percent", "rate": 0.02},
    }
    result = play(
        [FLAT, (100, 101, 99, 100), (99, 100, 90, 91)], bracket(stop_loss=0.05), costs=costs
    )
    assert result.orders["stop_price"].to_list() == [None, 95.95]
    assert fills(result)[1:] == [(2, "A", -10.0, pytest.approx(95.95 * 0.99))]


def test_levels_start_from_the_close_of_the_decision_when_the_request_says_so():
    bars = [(98, 101, 97, 100), (104, 105, 103, 104), (103, 104, 94, 95)]
    terms = bracket(stop_loss=0.05, take_profit=0.1)
    result = play(bars, terms, execution={"stop_basis": "decision_close"})
    assert result.orders["stop_price"].to_list() == [None, 95.0, None]
    assert result.orders["limit_price"].to_list() == [None, None, 110.0]
    assert fills(result)[1:] == [(2, "A", -10.0, 95.0)]


def test_legs_of_a_short_lie_the_other_way_round():
    script = {0: lambda s: s.submit_bracket("A", -10, stop_loss=0.05, take_profit=0.1)}
    stopped = play([FLAT, CALM, (101, 106, 100, 104)], script, account=MARGIN)
    gained = play([FLAT, CALM, (95, 96, 89, 90)], script, account=MARGIN)
    assert fills(stopped)[1:] == [(2, "A", 10.0, 105.0)]
    assert fills(gained)[1:] == [(2, "A", 10.0, 90.0)]
    assert gained.trades.select("direction", "pnl").rows() == [("short", 100.0)]


def test_an_entry_that_never_fills_brings_no_legs():
    result = play([FLAT, CALM, (109, 111, 80, 109)], bracket(limit_price=50.0, take_profit=0.1))
    assert fates(result) == [("expired", "end of data", 10.0, 0.0)]
    assert result.trades.height == 0


def test_legs_end_when_the_position_is_closed_otherwise():
    script = bracket(stop_loss=0.05, take_profit=0.1) | {1: lambda s: s.close_position("A")}
    result = play([FLAT, CALM, CALM, (100, 120, 80, 100)], script)
    assert fills(result)[1:] == [(2, "A", -10.0, 100.0)]
    assert fates(result)[1:3] == [("cancelled", "the position was closed", 10.0, 0.0)] * 2


def test_a_leg_never_sells_more_than_is_left():
    script = bracket(stop_loss=0.05) | {1: lambda s: s.sell_percent("A", 0.7)}
    result = play([FLAT, CALM, CALM, (99, 100, 90, 91)], script, account=MARGIN)
    assert fills(result)[1:] == [(2, "A", -7.0, 100.0), (3, "A", -3.0, 95.0)]
    assert result.equity["open_positions"].to_list() == [0, 1, 1, 0]


def test_legs_end_when_the_position_is_turned_round():
    script = bracket(stop_loss=0.05) | {
        1: lambda s: s.submit_order("A", -30),
        2: lambda s: s.submit_order("A", 30),
    }
    bars = [FLAT, CALM, CALM, CALM, (99, 100, 90, 91)]
    result = play(bars, script, account=MARGIN)
    # The new long position of bar 3 has no bracket: the stop of the first one is gone.
    assert fates(result)[1] == ("cancelled", "the position was closed", 10.0, 0.0)
    assert fills(result)[1:] == [(2, "A", -30.0, 100.0), (3, "A", 30.0, 100.0)]


def test_two_brackets_protect_their_own_parts_of_the_position():
    script = {
        0: lambda s: s.submit_bracket("A", 10, stop_loss=0.05),
        1: lambda s: s.submit_bracket("A", 5, stop_loss=0.1),
    }
    result = play([FLAT, CALM, CALM, (99, 100, 94, 95), (94, 95, 85, 86)], script)
    assert fills(result)[2:] == [(3, "A", -10.0, 95.0), (4, "A", -5.0, 90.0)]
    assert result.trades["position_id"].to_list() == [0, 0]


@pytest.mark.parametrize(
    ("bar", "price", "cancelled"), [((105, 111, 104, 110), 110.0, 1), ((95, 96, 89, 90), 90.0, 0)]
)
def test_of_a_pair_one_cancels_the_other(bar, price, cancelled):
    script = Script(
        {0: lambda s: s.submit_order("A", 10), 1: lambda s: s.submit_oco("A", -10, 110.0, 90.0)}
    )
    result = play([FLAT, FLAT, bar, (100, 120, 80, 100)], script)
    assert script.seen[1] == (1, 2)
    assert result.orders["type"].to_list() == ["market", "limit", "stop"]
    assert fills(result)[1:] == [(2, "A", -10.0, price)]
    assert fates(result)[1 + cancelled] == (
        "cancelled",
        "the other order of the pair was filled",
        10.0,
        0.0,
    )


@pytest.mark.parametrize(("setting", "price"), [("stop_first", 90.0), ("target_first", 110.0)])
def test_a_pair_touched_on_both_sides_in_one_bar_fills_once(setting, price):
    script = {
        0: lambda s: s.submit_order("A", 10),
        1: lambda s: s.submit_oco("A", -10, 110.0, 90.0),
    }
    bars = [FLAT, FLAT, (100, 120, 80, 100), FLAT]
    result = play(bars, script, execution={"ambiguous_bar": setting})
    assert fills(result)[1:] == [(2, "A", -10.0, price)]


def test_a_pair_that_fills_in_parts_never_sells_more_than_it_was_for():
    script = {
        0: lambda s: s.submit_order("A", 4),
        1: lambda s: s.submit_oco("A", -10, 110.0, 90.0),
    }
    bars = [FLAT, FLAT, (110, 110, 110, 110, 100), (80, 80, 80, 80, 10_000)]
    result = play(bars, script, account=MARGIN, execution={"participation": 0.04})
    sold = -sum(quantity for _, _, quantity, _ in fills(result)[1:])
    assert sold <= 10.0


def test_cancelling_one_of_a_pair_leaves_the_other_working():
    script = {
        0: lambda s: s.submit_order("A", 10),
        1: lambda s: s.cancel_order(s.submit_oco("A", -10, 110.0, 90.0)[0]),
    }
    result = play([FLAT, FLAT, (100, 120, 99, 100), (95, 96, 89, 90)], script)
    assert fills(result)[1:] == [(3, "A", -10.0, 90.0)]


@pytest.mark.parametrize(
    "terms",
    [
        {"stop_loss": 0.0},
        {"stop_loss": 1.0},
        {"take_profit": -0.1},
        {"trailing_stop": 1.5},
        {"limit_price": 0.0},
    ],
)
def test_fractions_out_of_range_are_refused(terms):
    with pytest.raises(ValueError, match=next(iter(terms))):
        play([FLAT], bracket(**terms))
