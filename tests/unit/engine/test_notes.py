"""What a bar left open and how it was decided: notes on the order and on the trade it opened or closed."""

import pytest

from ml4t_desktop.result.schema import NOTES, note_text
from ml4t_desktop.result.trade import iter_trades
from tests.unit.engine.trial import FLAT, Script, fills, market_of, play, play_rules

GAP_STOP, GAP_LIMIT, STOP_FIRST, TARGET_FIRST, ENTRY_BAR, BASIS = NOTES
MARGIN = {"type": "margin", "initial_capital": 100_000.0}
CALM = (100, 101, 99, 100)
ENTER = {"column": "signal.s", "op": ">", "value": 0.5}
TEN = {"helper": "fixed_quantity", "quantity": 10.0}


def buy(**terms):
    return {0: lambda s: s.submit_order("A", 10, **terms)}


def bracket(**terms):
    return {0: lambda s: s.submit_bracket("A", 10, **terms)}


def notes(result):
    return result.orders["note"].to_list()


def of_trades(result):
    return result.trades.select("entry_note", "exit_note").rows()


def test_the_texts_are_those_of_the_contract_and_several_are_joined_in_order():
    assert [note_text(1 << bit) for bit in range(6)] == [
        "gap: opened beyond the stop, filled at the open",
        "gap: opened better than the limit, filled at the open",
        "ambiguous bar: stop taken first",
        "ambiguous bar: target taken first",
        "in the bar of the entry",
        "stop basis: close of the decision bar",
    ]
    assert note_text(0) is None
    assert note_text(1 | 16) == f"{GAP_STOP}; {ENTRY_BAR}"


def test_a_plain_trade_has_nothing_to_say():
    script = buy() | {1: lambda s: s.close_position("A")}
    result = play([FLAT, CALM, CALM], script)
    assert notes(result) == [None, None]
    assert of_trades(result) == [(None, None)]


@pytest.mark.parametrize(
    ("terms", "bar", "note"),
    [
        ({"order_type": "stop", "stop_price": 105.0}, (107, 108, 106, 107), GAP_STOP),
        ({"order_type": "stop", "stop_price": 105.0}, (105, 108, 104, 107), None),
        ({"order_type": "stop", "stop_price": 105.0}, (101, 108, 100, 107), None),
        ({"order_type": "limit", "limit_price": 95.0}, (93, 96, 92, 94), GAP_LIMIT),
        ({"order_type": "limit", "limit_price": 95.0}, (95, 96, 92, 94), None),
        ({"order_type": "limit", "limit_price": 95.0}, (97, 98, 94, 96), None),
        (
            {"order_type": "stop_limit", "stop_price": 105.0, "limit_price": 109.0},
            (107, 108, 106, 107),
            GAP_STOP,
        ),
        (
            {"order_type": "stop_limit", "stop_price": 105.0, "limit_price": 109.0},
            (101, 106, 100, 104),
            None,
        ),
        (
            {"order_type": "limit", "limit_price": 95.0, "time_in_force": "on_open"},
            (93, 96, 92, 94),
            GAP_LIMIT,
        ),
        (
            {"order_type": "limit", "limit_price": 95.0, "time_in_force": "on_close"},
            (93, 96, 92, 94),
            None,  # no open
        ),
    ],
)
def test_an_open_strictly_beyond_the_level_is_a_gap(terms, bar, note):
    result = play([FLAT, bar], buy(**terms))
    assert result.fills.height == 1
    assert notes(result) == [note]
    assert of_trades(result) == [(note, None)]


@pytest.mark.parametrize(
    ("terms", "bar", "note"),
    [
        ({"order_type": "stop", "stop_price": 95.0}, (90, 91, 89, 90), GAP_STOP),
        ({"order_type": "limit", "limit_price": 105.0}, (108, 109, 107, 108), GAP_LIMIT),
        ({"order_type": "trailing_stop", "trail_percent": 0.05}, (90, 91, 89, 90), GAP_STOP),
        ({"order_type": "trailing_stop", "trail_amount": 5.0}, (97, 98, 94, 96), None),
        ({"order_type": "market"}, (90, 91, 89, 90), None),
    ],
)
def test_an_exit_at_a_gap_is_told_of_its_trade(terms, bar, note):
    script = buy() | {1: lambda s: s.submit_order("A", -10, **terms)}
    result = play([FLAT, FLAT, bar], script)
    assert notes(result) == [None, note]
    assert of_trades(result) == [(None, note)]


def test_a_stop_limit_that_waits_as_a_limit_tells_of_a_better_open_like_one():
    terms = {"order_type": "stop_limit", "stop_price": 105.0, "limit_price": 107.0}
    bars = [FLAT, (109, 110, 108, 109), (101, 102, 100, 101)]
    assert notes(play(bars, buy(**terms))) == [GAP_LIMIT]


def test_an_order_that_never_fills_has_no_note():
    result = play([FLAT, CALM], buy(order_type="limit", limit_price=50.0))
    assert notes(result) == [None]


@pytest.mark.parametrize(
    ("setting", "note", "price"),
    [("stop_first", STOP_FIRST, 95.0), ("target_first", TARGET_FIRST, 110.0)],
)
def test_a_bar_that_touches_both_legs_says_which_was_taken_first(setting, note, price):
    bars = [FLAT, CALM, (100, 111, 94, 100)]
    result = play(
        bars, bracket(stop_loss=0.05, take_profit=0.1), execution={"ambiguous_bar": setting}
    )
    assert fills(result)[1:] == [(2, "A", -10.0, price)]
    assert of_trades(result) == [(None, note)]
    # The note is the filled leg's alone.
    assert sorted(filter(None, notes(result))) == [note]


@pytest.mark.parametrize(
    ("setting", "note"), [("stop_first", STOP_FIRST), ("target_first", TARGET_FIRST)]
)
def test_a_pair_to_enter_with_tells_of_an_ambiguous_bar_at_the_entry(setting, note):
    script = {0: lambda s: s.submit_oco("A", 10, 95.0, 105.0)}
    result = play([FLAT, (100, 106, 94, 100)], script, execution={"ambiguous_bar": setting})
    assert of_trades(result) == [(note, None)]


@pytest.mark.parametrize("setting", ["stop_first", "target_first"])
@pytest.mark.parametrize(
    ("bar", "note"),
    [
        ((100, 109, 94, 100), None),  # only the stop
        ((100, 111, 96, 100), None),  # only the target
        ((90, 111, 89, 100), GAP_STOP),  # the open was beyond the stop already
        ((112, 113, 94, 100), GAP_LIMIT),
    ],
)
def test_a_bar_that_leaves_no_choice_is_not_ambiguous(setting, bar, note):
    result = play(
        [FLAT, CALM, bar],
        bracket(stop_loss=0.05, take_profit=0.1),
        execution={"ambiguous_bar": setting},
    )
    assert of_trades(result) == [(None, note)]


def test_two_stops_in_one_bar_are_not_ambiguous_but_with_a_target_they_are():
    legs = {"stop_loss": 0.05, "trailing_stop": 0.08}
    bars = [FLAT, (100, 110, 99, 110), (109, 122, 90, 91)]
    two = play(bars, bracket(**legs))
    three = play(bars, bracket(**legs, take_profit=0.2))
    assert of_trades(two) == [(None, None)]
    assert of_trades(three) == [(None, STOP_FIRST)]
    assert three.trades["exit_reason"].to_list() == ["trailing_stop"]


def test_a_leg_in_the_bar_of_its_entry_says_so():
    result = play([FLAT, (100, 101, 94, 96)], bracket(stop_loss=0.05))
    assert of_trades(result) == [(None, ENTRY_BAR)]
    later = play([FLAT, CALM, (100, 101, 94, 96)], bracket(stop_loss=0.05))
    assert of_trades(later) == [(None, None)]


def test_several_notes_come_in_the_order_of_the_contract():
    # Levels of the decision's close of 100: the entry at 90 opens beyond its stop at 95.
    result = play(
        [FLAT, (90, 111, 89, 92)],
        bracket(stop_loss=0.05, take_profit=0.1),
        execution={"stop_basis": "decision_close"},
    )
    assert fills(result) == [(1, "A", 10.0, 90.0), (1, "A", -10.0, 90.0)]
    assert of_trades(result) == [(None, f"{GAP_STOP}; {ENTRY_BAR}; {BASIS}")]
    ambiguous = play([FLAT, (100, 111, 94, 92)], bracket(stop_loss=0.05, take_profit=0.1))
    assert of_trades(ambiguous) == [(None, f"{STOP_FIRST}; {ENTRY_BAR}")]


def test_a_leg_says_where_its_level_started_from_even_if_it_never_fills():
    terms = bracket(stop_loss=0.05, take_profit=0.5, trailing_stop=0.2)
    bars = [FLAT, (104, 105, 103, 104), (103, 104, 94, 95)]
    decided = play(bars, terms, execution={"stop_basis": "decision_close"})
    assert notes(decided) == [None, BASIS, BASIS, BASIS]
    assert of_trades(decided) == [(None, BASIS)]
    assert notes(play(bars, terms)) == [None] * 4


def test_legs_of_an_entry_without_a_decision_bar_start_from_the_fill_and_say_nothing():
    class Early(Script):
        def on_start(self):
            self.submit_bracket("A", 10, stop_loss=0.05)

    result = play([(104, 105, 103, 104)], Early({}), execution={"stop_basis": "decision_close"})
    assert result.orders["stop_price"].to_list() == [None, pytest.approx(98.8)]
    assert notes(result) == [None, None]


def test_each_part_of_a_position_has_the_note_of_what_closed_it():
    script = {
        0: lambda s: s.submit_order("A", 10, "limit", limit_price=95.0),
        1: lambda s: s.submit_order("A", -4, "stop", stop_price=90.0),
        2: lambda s: s.close_position("A"),
    }
    bars = [FLAT, (93, 96, 92, 94), (85, 86, 84, 85), CALM]
    result = play(bars, script)
    assert result.trades["quantity"].to_list() == [4.0, 6.0]
    assert of_trades(result) == [(GAP_LIMIT, GAP_STOP), (GAP_LIMIT, None)]


def test_the_entry_note_is_that_of_the_first_order_of_the_position():
    script = {
        0: lambda s: s.submit_order("A", 10),
        1: lambda s: s.submit_order("A", 10, "limit", limit_price=95.0),
    }
    result = play([FLAT, CALM, (93, 96, 92, 94)], script)
    assert notes(result) == [None, GAP_LIMIT]
    assert of_trades(result) == [(None, None)]


def test_a_flip_closes_and_opens_with_the_same_note():
    script = buy() | {1: lambda s: s.submit_order("A", -15, "stop", stop_price=95.0)}
    result = play([FLAT, CALM, (90, 91, 89, 90)], script, account=MARGIN)
    assert result.trades["direction"].to_list() == ["long", "short"]
    assert of_trades(result) == [(None, GAP_STOP), (GAP_STOP, None)]


def test_trades_as_values_and_open_trades_have_the_notes():
    script = Script(
        buy(order_type="limit", limit_price=95.0)
        | {
            1: lambda s: (s.open_trade("A"), s.submit_order("A", -10, "stop", stop_price=90.0)),
        }
    )
    result = play([FLAT, (93, 96, 92, 94), (85, 86, 84, 85)], script)
    open_trade = script.seen[1][0]
    assert (open_trade.entry_note, open_trade.exit_note) == (GAP_LIMIT, None)
    (trade,) = iter_trades(result.trades)
    assert (trade.entry_note, trade.exit_note) == (GAP_LIMIT, GAP_STOP)


def test_a_working_order_shows_its_note():
    script = Script(bracket(stop_loss=0.05) | {1: lambda s: s.open_orders("A")})
    play([FLAT, CALM], script, execution={"stop_basis": "decision_close"})
    (leg,) = script.seen[1]
    assert leg.note == BASIS


def rules(bars, exits, **execution):
    market = market_of(bars, signals={"s": [1] + [0] * (len(bars) - 1)})
    strategy = {"entry": ENTER, "sizing": TEN, "exits": exits}
    return play_rules(market, strategy, execution=execution)


@pytest.mark.parametrize(
    ("exits", "close"),
    [({"stop_loss": 0.1}, 90), ({"take_profit": 0.1}, 110), ({"trailing_stop": 0.1}, 90)],
)
def test_a_protective_exit_on_the_close_says_where_its_level_started_from(exits, close):
    bars = [FLAT, (102, 103, 101, 102), (100, 111, 89, close), CALM]
    decided = rules(bars, exits, stop_basis="decision_close")
    assert notes(decided) == [None, BASIS]
    assert of_trades(decided) == [(None, BASIS)]
    assert of_trades(rules(bars, exits)) == [(None, None)]


def test_an_exit_that_protects_nothing_has_no_basis():
    bars = [FLAT, CALM, CALM, CALM]
    result = rules(bars, {"max_bars": 1, "stop_loss": 0.5}, stop_basis="decision_close")
    assert result.trades["exit_reason"].to_list() == ["max_bars"]
    assert of_trades(result) == [(None, None)]


def test_legs_of_rules_have_notes_like_those_of_a_bracket():
    exits = {"stop_loss": 0.05, "take_profit": 0.1, "evaluate": "intrabar"}
    result = rules([FLAT, (100, 111, 94, 100)], exits, stop_basis="decision_close")
    assert of_trades(result) == [(None, f"{STOP_FIRST}; {ENTRY_BAR}; {BASIS}")]
