"""Trailing stops: the level comes from the bars before, the mark is raised after the test."""

import pytest

from tests.unit.engine.trial import FLAT, Script, fills, market_of, play

MARGIN = {"type": "margin"}


def trail(**terms):
    """Hold 10 from the open of bar 1, and submit a trailing stop at its close."""
    return {
        0: lambda s: s.submit_order("A", 10),
        1: lambda s: s.submit_order("A", -10, "trailing_stop", **terms),
    }


@pytest.mark.parametrize("terms", [{"trail_percent": 0.1}, {"trail_amount": 10.0}])
def test_alone_it_starts_at_the_last_close(terms):
    result = play([FLAT, FLAT, (95, 96, 90, 91)], trail(**terms))
    assert fills(result)[1:] == [(2, "A", -10.0, 90.0)]


def test_a_percentage_follows_the_highest_high_of_the_bars_before():
    bars = [FLAT, FLAT, (100, 120, 95, 118), (115, 116, 109, 110), (109, 110, 100, 101)]
    # After bar 2 the mark is 120 and the level 108: bar 3 stays above, bar 4 falls through it.
    assert fills(play(bars, trail(trail_percent=0.1)))[1:] == [(4, "A", -10.0, 108.0)]


def test_an_amount_follows_in_price():
    bars = [FLAT, FLAT, (100, 120, 95, 118), (115, 116, 109, 110)]
    assert fills(play(bars, trail(trail_amount=7.5)))[1:] == [(3, "A", -10.0, 112.5)]


def test_a_short_is_covered_an_amount_above_the_lowest_low():
    script = {
        0: lambda s: s.submit_order("A", -10),
        1: lambda s: s.submit_order("A", 10, "trailing_stop", trail_amount=6.5),
    }
    bars = [FLAT, FLAT, (100, 105, 80, 82), (82, 86, 81, 85), (85, 90, 84, 89)]
    # Level 106.5 in bar 2, then 80 + 6.5.
    assert fills(play(bars, script, account=MARGIN))[1:] == [(4, "A", 10.0, 86.5)]


def test_an_amount_larger_than_the_price_is_never_reached():
    result = play([FLAT, FLAT, (1, 1, 0.01, 0.01)], trail(trail_amount=150.0))
    assert result.orders["status"].to_list() == ["filled", "expired"]


def test_an_amount_opens_a_position_too():
    # Level 100 + 5 above the last close; the lowest low of bar 1 is 90: 95.
    bars = [FLAT, (98, 99, 90, 91), (92, 96, 91, 96)]
    script = {0: lambda s: s.submit_order("A", 10, "trailing_stop", trail_amount=5.0)}
    assert fills(play(bars, script)) == [(2, "A", 10.0, 95.0)]


def test_one_submitted_before_the_first_bar_starts_at_its_close():
    class Early(Script):
        def on_start(self):
            self.submit_order("A", 10, "trailing_stop", trail_amount=5.0)

    bars = [(98, 110, 90, 100), (101, 104, 100, 103), (103, 106, 102, 105)]
    # Bar 0 sets the mark to 100, bar 1 stays below 105; its low of 100 leaves the level as it is.
    assert fills(play(bars, Early({}))) == [(2, "A", 10.0, 105.0)]


def test_an_amount_waits_for_the_next_bar_of_its_asset_and_keeps_its_level():
    bars = {"A": [FLAT, FLAT, None, (94, 95, 93, 94)], "B": [FLAT] * 4}
    result = play(market_of(bars), trail(trail_amount=5.0))
    assert fills(result)[1:] == [(3, "A", -10.0, 94.0)]


def test_the_high_of_a_bar_does_not_move_the_level_it_is_tested_against():
    bars = [FLAT, FLAT, (100, 130, 91, 92), (118, 119, 100, 101)]
    # Bar 2 rises to 130 and falls to 91: tested against 90, not 117.
    assert fills(play(bars, trail(trail_percent=0.1)))[1:] == [(3, "A", -10.0, 117.0)]


def test_an_open_beyond_the_level_is_the_price():
    bars = [FLAT, FLAT, (100, 120, 95, 118), (101, 102, 100, 101)]
    assert fills(play(bars, trail(trail_percent=0.1)))[1:] == [(3, "A", -10.0, 101.0)]


def test_slippage_applies():
    costs = {"slippage": {"model": "fixed", "amount": 0.25}}
    result = play([FLAT, FLAT, (95, 96, 89, 91)], trail(trail_percent=0.1), costs=costs)
    assert fills(result)[1:] == [(2, "A", -10.0, 89.75)]


def test_a_short_is_covered_above_the_lowest_low():
    script = {
        0: lambda s: s.submit_order("A", -10),
        1: lambda s: s.submit_order("A", 10, "trailing_stop", trail_percent=0.1),
    }
    bars = [FLAT, FLAT, (100, 105, 80, 82), (82, 87, 81, 86), (86, 90, 85, 89)]
    # Level 110 in bar 2, then 80 * 1.1 = 88.
    assert fills(play(bars, script, account=MARGIN))[1:] == [(4, "A", 10.0, 88.0)]


def test_a_strategy_sees_the_present_level():
    script = trail(trail_percent=0.1) | {2: lambda s: s.open_orders("A")}
    strategy = Script(script)
    play([FLAT, FLAT, (100, 120, 95, 118), FLAT], strategy)
    (order,) = strategy.seen[2]
    assert order.stop_price == 108.0


def test_in_a_bracket_it_starts_at_the_fill_and_follows_the_entry_bar_entered_at_its_open():
    script = {0: lambda s: s.submit_bracket("A", 10, trailing_stop=0.1)}
    bars = [FLAT, (104, 110, 96, 108), (108, 109, 98, 99)]
    # Entry bar: level 104 * 0.9 = 93.6, not reached. Then 110 * 0.9 = 99.
    result = play(bars, script)
    assert fills(result) == [(1, "A", 10.0, 104.0), (2, "A", -10.0, 99.0)]
    assert result.trades["exit_reason"].to_list() == ["trailing_stop"]


def test_in_a_bracket_it_can_be_hit_in_the_entry_bar():
    script = {0: lambda s: s.submit_bracket("A", 10, trailing_stop=0.1)}
    assert fills(play([FLAT, (100, 130, 89, 120)], script))[1:] == [(1, "A", -10.0, 90.0)]


def test_in_a_bracket_entered_inside_a_bar_it_does_not_follow_that_bar():
    script = {0: lambda s: s.submit_bracket("A", 10, limit_price=95.0, trailing_stop=0.1)}
    bars = [FLAT, (100, 130, 94, 96), (96, 97, 90, 91), (91, 92, 86.5, 87), (87, 88, 80, 81)]
    # Starts at 95: level 85.5; bar 2 raises the mark to 97: 87.3.
    assert fills(play(bars, script))[1:] == [(3, "A", -10.0, 87.3)]


def test_without_protection_of_the_entry_bar_it_follows_it_but_is_not_hit_in_it():
    script = {0: lambda s: s.submit_bracket("A", 10, trailing_stop=0.1)}
    bars = [FLAT, (100, 120, 85, 119), (118, 119, 107, 110)]
    result = play(bars, script, execution={"protect_entry_bar": False})
    assert fills(result)[1:] == [(2, "A", -10.0, 108.0)]
