"""Rules with `evaluate = "intrabar"`: stop, target and trailing stop work in the market from the entry on."""

import pytest

from tests.unit.engine.trial import FLAT, fates, fills, market_of, play_rules

ENTER = {"column": "signal.s", "op": ">", "value": 0.5}
LEAVE = {"column": "signal.t", "op": ">", "value": 0.5}
TEN = {"helper": "fixed_quantity", "quantity": 10.0}
CALM = (100, 101, 99, 100)
MARGIN = {"type": "margin"}


def run(bars, exits, *, t=None, direction="long", **parts):
    """Rules that enter ten shares at the open of bar 1, and leave after a high t."""
    count = len(bars)
    market = market_of(bars, signals={"s": [1] + [0] * (count - 1), "t": t or [0] * count})
    strategy = {
        "direction": direction,
        "entry": ENTER,
        "exit": LEAVE,
        "sizing": TEN,
        "exits": exits | {"evaluate": "intrabar"},
    }
    account = MARGIN if direction == "short" else {}
    return play_rules(market, strategy, **{"account": account} | parts)


def left(result):
    return fills(result)[1:], result.trades["exit_reason"].to_list()


@pytest.mark.parametrize(
    ("direction", "bar", "move", "reason"),
    [
        ("long", (99, 100, 94, 96), (2, "A", -10.0, 95.0), "stop_loss"),
        ("long", (93, 94, 92, 93), (2, "A", -10.0, 93.0), "stop_loss"),
        ("long", (105, 111, 104, 108), (2, "A", -10.0, 110.0), "take_profit"),
        ("long", (112, 113, 111, 112), (2, "A", -10.0, 112.0), "take_profit"),
        ("short", (101, 106, 100, 104), (2, "A", 10.0, 105.0), "stop_loss"),
        ("short", (107, 108, 106, 107), (2, "A", 10.0, 107.0), "stop_loss"),
        ("short", (95, 96, 89, 92), (2, "A", 10.0, 90.0), "take_profit"),
        ("short", (88, 89, 87, 88), (2, "A", 10.0, 88.0), "take_profit"),
    ],
)
def test_both_sides_leave_at_the_level_or_at_an_open_beyond_it(direction, bar, move, reason):
    result = run([FLAT, CALM, bar], {"stop_loss": 0.05, "take_profit": 0.1}, direction=direction)
    assert left(result) == ([move], [reason])


def test_slippage_applies_to_the_stop_and_not_to_the_target():
    costs = {"slippage": {"model": "fixed", "amount": 0.5}}
    exits = {"stop_loss": 0.05, "take_profit": 0.1}
    # Entered at 100.5: stop 95.475, target 110.55.
    stopped = run([FLAT, CALM, (99, 100, 94, 96)], exits, costs=costs)
    gained = run([FLAT, CALM, (105, 112, 104, 108)], exits, costs=costs)
    assert fills(stopped)[1:] == [(2, "A", -10.0, pytest.approx(94.975))]
    assert fills(gained)[1:] == [(2, "A", -10.0, pytest.approx(110.55))]


@pytest.mark.parametrize(
    ("direction", "bars", "move"),
    [
        # Mark 120 after bar 2: the level is 108. Bar 3 stays above it, bar 4 falls through.
        (
            "long",
            [(100, 120, 95, 118), (115, 116, 109, 110), (109, 110, 100, 101)],
            (4, "A", -10.0, 108.0),
        ),
        # The high of the bar that is tested does not count: 90 holds against a low of 91.
        (
            "long",
            [(100, 130, 91, 92), (118, 119, 100, 101), FLAT],
            (3, "A", -10.0, 117.0),
        ),
        (
            "short",
            [(100, 105, 80, 82), (82, 87, 81, 86), (86, 90, 85, 89)],
            (4, "A", 10.0, 88.0),
        ),
    ],
)
def test_a_trailing_stop_follows_the_bars_since_the_entry(direction, bars, move):
    result = run([FLAT, FLAT, *bars], {"trailing_stop": 0.1}, direction=direction)
    assert left(result) == ([move], ["trailing_stop"])


def test_a_trailing_stop_follows_the_bar_of_an_entry_at_its_open():
    result = run([FLAT, (104, 110, 96, 108), (108, 109, 98, 99)], {"trailing_stop": 0.1})
    assert left(result) == ([(2, "A", -10.0, 99.0)], ["trailing_stop"])


@pytest.mark.parametrize(("protect", "t", "price"), [(True, 1, 95.0), (False, 2, 94.5)])
def test_the_entry_bar_is_protected_unless_the_request_says_otherwise(protect, t, price):
    bars = [FLAT, (100, 101, 94, 96), (94.5, 97, 94, 96)]
    result = run(bars, {"stop_loss": 0.05}, execution={"protect_entry_bar": protect})
    assert fills(result)[1:] == [(t, "A", -10.0, price)]


@pytest.mark.parametrize(
    ("setting", "move", "reason"),
    [
        ("stop_first", (2, "A", -10.0, 95.0), "stop_loss"),
        ("target_first", (2, "A", -10.0, 110.0), "take_profit"),
    ],
)
def test_an_ambiguous_bar_is_decided_by_the_setting(setting, move, reason):
    bars = [FLAT, CALM, (100, 111, 94, 100)]
    result = run(
        bars, {"stop_loss": 0.05, "take_profit": 0.1}, execution={"ambiguous_bar": setting}
    )
    assert left(result) == ([move], [reason])
    assert fates(result)[1 if reason == "take_profit" else 2] == (
        "cancelled",
        "the other order of the pair was filled",
        10.0,
        0.0,
    )


def test_levels_start_from_the_close_of_the_decision_when_the_request_says_so():
    bars = [FLAT, (104, 105, 103, 104), (103, 104, 94, 95)]
    exits = {"stop_loss": 0.05, "take_profit": 0.1, "trailing_stop": 0.2}
    result = run(bars, exits, execution={"stop_basis": "decision_close"})
    assert result.orders["stop_price"].to_list() == [None, 95.0, None, 84.0]
    assert result.orders["limit_price"].to_list() == [None, None, 110.0, None]
    assert left(result) == ([(2, "A", -10.0, 95.0)], ["stop_loss"])


def test_an_exit_by_signal_ends_the_legs():
    exits = {"stop_loss": 0.05, "take_profit": 0.1, "trailing_stop": 0.2}
    result = run([FLAT, CALM, CALM, (100, 120, 50, 100)], exits, t=[0, 1, 0, 0])
    assert left(result) == ([(2, "A", -10.0, 100.0)], ["signal"])
    assert fates(result)[1:4] == [("cancelled", "the position was closed", 10.0, 0.0)] * 3


def test_a_leg_reached_before_the_next_open_keeps_its_reason_from_a_later_signal():
    # The signal of bar 2 is decided when the stop has already sold inside it.
    result = run([FLAT, CALM, (99, 100, 94, 96), FLAT], {"stop_loss": 0.05}, t=[0, 0, 1, 0])
    assert left(result) == ([(2, "A", -10.0, 95.0)], ["stop_loss"])


def test_max_bars_leaves_by_market_order_while_the_legs_work():
    result = run([FLAT, CALM, CALM, CALM], {"stop_loss": 0.05, "max_bars": 2})
    assert left(result) == ([(3, "A", -10.0, 100.0)], ["max_bars"])


def test_legs_protect_what_has_filled_of_an_entry_in_parts():
    bars = [(*FLAT, 100.0), (*CALM, 40.0), (*CALM, 20.0), (99, 100, 90, 91, 1e6)]
    result = run(bars, {"stop_loss": 0.05}, execution={"participation": 0.1})
    assert fills(result) == [
        (1, "A", 4.0, 100.0),
        (2, "A", 2.0, 100.0),
        (3, "A", 4.0, 99.0),
        (3, "A", -10.0, 95.0),
    ]


def test_a_stop_hit_between_the_parts_of_an_entry_cancels_its_rest():
    bars = [(*FLAT, 100.0), (*CALM, 40.0), (99, 100, 94, 95, 0.0), (94, 95, 90, 91, 1e6)]
    result = run(bars, {"stop_loss": 0.05}, execution={"participation": 0.1})
    # Bar 2 has no volume, so the stop sells at the open of bar 3, and so much for the entry too.
    moves = fills(result)
    assert moves[:2] == [(1, "A", 4.0, 100.0), (3, "A", -4.0, 94.0)]
    assert fates(result)[0] == ("cancelled", "the position was closed", 10.0, 4.0)
