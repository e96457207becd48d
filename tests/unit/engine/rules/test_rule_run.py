"""Rules at every close: exits in their order, candidates in theirs, sizes, schedules."""

import pytest

from ml4t_desktop.engine.control import RunControl
from ml4t_desktop.engine.rules.rule_run import run_rules
from ml4t_desktop.errors import BadBarValue, Cancelled
from tests.unit.engine.trial import FLAT, day, fates, fills, market_of, play_rules, request_of

ENTER = {"column": "signal.s", "op": ">", "value": 0.5}
LEAVE = {"column": "signal.t", "op": ">", "value": 0.5}
TEN = {"helper": "fixed_quantity", "quantity": 10.0}


def at(*prices):
    return [(price,) * 4 for price in prices]


def run(bars, *, s, t=None, strategy=None, **parts):
    """Rules that enter ten shares where s is high and leave where t is."""
    market = market_of(bars, signals={"s": s, "t": t or [0.0] * len(bars)})
    return play_rules(
        market, {"entry": ENTER, "exit": LEAVE, "sizing": TEN} | (strategy or {}), **parts
    )


def moves(result):
    return [(t, quantity) for t, _, quantity, _ in fills(result)]


def reasons(result):
    return result.trades["exit_reason"].to_list()


def test_an_entry_decided_at_a_close_trades_at_the_next_open_and_so_does_an_exit():
    result = run(at(100, 101, 102, 103), s=[1, 0, 0, 0], t=[0, 1, 0, 0])
    assert fills(result) == [(1, "A", 10.0, 101.0), (2, "A", -10.0, 102.0)]
    assert reasons(result) == ["signal"]
    assert result.trades["entry_reason"].to_list() == ["entry"]


def test_a_flat_asset_is_a_candidate_whatever_the_exit_says():
    assert moves(run(at(100, 100, 100), s=[1, 0, 0], t=[1, 0, 0])) == [(1, 10.0)]


def test_a_held_asset_is_no_candidate():
    assert moves(run(at(100, 100, 100, 100), s=[1, 1, 1, 1])) == [(1, 10.0)]


def test_an_asset_with_a_working_entry_is_no_candidate():
    bars = [(100, 100, 100, 100, 50)] * 4
    result = run(
        bars,
        s=[1, 1, 1, 1],
        strategy={"sizing": {"helper": "fixed_quantity", "quantity": 12.0}},
        execution={"participation": 0.1},
    )
    assert moves(result) == [(1, 5.0), (2, 5.0), (3, 2.0)]
    assert result.orders.height == 1


def exits(**values):
    return {"exits": values}


@pytest.mark.parametrize(
    ("rules", "closes", "left"),
    [
        (exits(stop_loss=0.1), [100, 90.01, 90, 80], 3),  # the limit itself counts
        (exits(stop_loss=0.1), [90, 80, 80, 80], 1),  # the entry bar's close as well
        (exits(take_profit=0.2), [100, 119.99, 120, 130], 3),
        (exits(trailing_stop=0.1), [100, 120, 108, 100], 3),  # best close 120
        (exits(trailing_stop=0.1), [95, 90, 89, 100], 2),  # starts from the entry price
        (exits(max_bars=1), [100, 100, 100, 100], 1),
        (exits(max_bars=3), [100, 100, 100, 100], 3),
    ],
)
def test_exits_are_tested_on_the_close_and_leave_at_the_next_open(rules, closes, left):
    bars = [FLAT, *[(100, 130, 70, close) for close in closes], *at(77)]
    # The entry is at the open of bar 1; `left` is the close (counted from there) that decides.
    result = run(bars, s=[1] + [0] * 5, t=[0] * 6, strategy=rules)
    assert moves(result) == [(1, 10.0), (1 + left, -10.0)]
    assert reasons(result) == [next(iter(rules["exits"]))]
    assert result.trades["bars_held"].to_list() == [left]


def test_levels_hit_to_the_decimal_count_whatever_binary_makes_of_them():
    # 101 * 1.2 = 121.2 and 7 * 0.9 = 6.3, neither exact in binary.
    up = run([FLAT, *at(101, 121.2, 100)], s=[1, 0, 0, 0], strategy=exits(take_profit=0.2))
    down = run([FLAT, *at(7, 6.3, 6)], s=[1, 0, 0, 0], strategy=exits(stop_loss=0.1))
    assert reasons(up) == ["take_profit"]
    assert reasons(down) == ["stop_loss"]


@pytest.mark.parametrize(
    ("rules", "close", "reason"),
    [
        (exits(stop_loss=0.1, trailing_stop=0.05, max_bars=1), 85, "stop_loss"),
        (exits(stop_loss=0.2, trailing_stop=0.05, max_bars=1), 85, "trailing_stop"),
        (exits(take_profit=0.1, max_bars=1), 115, "take_profit"),
        (exits(take_profit=0.2, max_bars=1), 115, "signal"),
    ],
)
def test_the_first_exit_that_holds_names_the_reason(rules, close, reason):
    result = run([FLAT, (100, 120, 80, close), FLAT], s=[1, 0, 0], t=[0, 1, 0], strategy=rules)
    assert reasons(result) == [reason]


def test_stops_start_from_the_close_of_the_decision_when_the_request_says_so():
    bars = at(100, 120, 107.9, 107.9)
    fill = run(bars, s=[1, 0, 0, 0], strategy=exits(stop_loss=0.1))
    decision = run(
        bars,
        s=[1, 0, 0, 0],
        strategy=exits(stop_loss=0.1),
        execution={"stop_basis": "decision_close"},
    )
    assert reasons(fill) == ["stop_loss"]
    assert reasons(decision) == ["open"]


def test_intrabar_stops_are_orders_in_the_market():
    bars = [FLAT, FLAT, (100, 104, 94, 103), FLAT]
    result = run(
        bars, s=[1, 0, 0, 0], strategy=exits(stop_loss=0.05, take_profit=0.1, evaluate="intrabar")
    )
    assert fills(result) == [(1, "A", 10.0, 100.0), (2, "A", -10.0, 95.0)]
    assert result.orders["type"].to_list() == ["market", "stop", "limit"]


def test_max_bars_with_entries_at_the_close_counts_the_closes_after_the_entry():
    result = run(
        at(100, 101, 102, 103),
        s=[1, 0, 0, 0],
        strategy=exits(max_bars=2),
        execution={"fill": "same_close"},
    )
    assert moves(result) == [(0, 10.0), (2, -10.0)]
    assert result.trades["bars_held"].to_list() == [2]


@pytest.mark.parametrize(("cooldown", "second"), [(0, 4), (1, 5), (3, 7)])
def test_the_first_flat_closes_after_an_exit_are_skipped(cooldown, second):
    rules = exits(max_bars=2) | {"limits": {"cooldown_bars": cooldown}}
    # In at the open of bar 1, out at the open of bar 3: bars 3, 4, 5 close flat.
    result = run([FLAT] * 8, s=[1] * 8, strategy=rules)
    assert moves(result)[:3] == [(1, 10.0), (3, -10.0), (second, 10.0)]


def test_after_an_exit_at_the_close_the_next_close_is_the_first_flat_one():
    rules = exits(max_bars=2) | {"limits": {"cooldown_bars": 1}}
    result = run([FLAT] * 6, s=[1] * 6, strategy=rules, execution={"fill": "same_close"})
    # In at close 0, out at close 2; close 3 is skipped.
    assert moves(result)[:3] == [(0, 10.0), (2, -10.0), (4, 10.0)]


def ranked(values, limits, **strategy):
    """Symbols bought at bar 1 by a market of assets that all enter at bar 0."""
    names = sorted(values)
    signals = {
        "s": {name: [1.0, 0.0] for name in names},
        "t": {name: [0.0, 0.0] for name in names},
        "confidence": {name: [values[name], 0.0] for name in names},
    }
    market = market_of({name: [FLAT] * 2 for name in names}, signals=signals)
    result = play_rules(market, {"entry": ENTER, "sizing": TEN, "limits": limits} | strategy)
    return [symbol for _, symbol, _, _ in fills(result)], result


@pytest.mark.parametrize(
    ("values", "most", "bought"),
    [
        ({"A": 1.0, "B": 3.0, "C": 2.0}, 2, ["B", "C"]),
        ({"A": 2.0, "B": 3.0, "C": 2.0}, 2, ["B", "A"]),  # ties by symbol
        ({"A": None, "B": 3.0, "C": -2.0}, 2, ["B", "C"]),  # null last
        ({"A": None, "B": None, "C": -2.0}, 2, ["C", "A"]),
        ({"A": 1.0, "B": 3.0, "C": 2.0}, 9, ["B", "C", "A"]),
    ],
)
def test_candidates_are_taken_by_rank_while_there_are_places(values, most, bought):
    assert ranked(values, {"max_positions": most, "rank_by": "signal.confidence"})[0] == bought


def test_without_a_rank_candidates_are_taken_by_symbol():
    assert ranked({"B": 1.0, "A": 2.0, "C": 3.0}, {"max_positions": 2})[0] == ["A", "B"]


def test_a_candidate_without_a_confidence_uses_no_place():
    sizing = {"helper": "size_by_confidence", "confidence": "signal.confidence", "max_percent": 0.1}
    bought, result = ranked({"A": None, "B": 0.5, "C": 1.0}, {"max_positions": 2}, sizing=sizing)
    assert bought == ["B", "C"]
    assert result.fills["quantity"].to_list() == [50.0, 100.0]
    assert result.orders.height == 2


def test_a_candidate_too_small_for_a_lot_uses_no_place_and_leaves_a_rejected_order():
    sizing = {"helper": "size_by_confidence", "confidence": "signal.confidence", "max_percent": 0.1}
    bought, result = ranked({"A": 0.001, "B": 0.5}, {"max_positions": 1}, sizing=sizing)
    assert bought == ["B"]
    assert fates(result)[0][:2] == ("rejected", "the size rounds to zero")


def test_a_position_counts_until_it_is_gone():
    bars = {"A": [FLAT] * 4, "B": [FLAT] * 4}
    signals = {"s": {"A": [1, 0, 0, 0], "B": [0, 1, 1, 0]}, "t": {"A": [0, 1, 0, 0], "B": [0] * 4}}
    result = play_rules(
        market_of(bars, signals=signals),
        {"entry": ENTER, "exit": LEAVE, "sizing": TEN, "limits": {"max_positions": 1}},
    )
    # A's exit is decided at bar 1 and done at bar 2: only then is there a place for B.
    assert [(t, symbol) for t, symbol, _, _ in fills(result)] == [(1, "A"), (2, "A"), (3, "B")]


@pytest.mark.parametrize(
    ("sizing", "quantity"),
    [
        ({"helper": "buy_percent", "percent": 0.2}, 190.0),
        (
            {"helper": "size_by_confidence", "confidence": "signal.confidence", "max_percent": 0.2},
            95.0,
        ),
        ({"helper": "fixed_quantity", "quantity": 7.0}, 7.0),
        ({"helper": "fixed_value", "value": 1_000.0}, 10.0),
    ],
)
def test_the_size_comes_from_this_close_and_the_equity_at_it(sizing, quantity):
    bars = {"A": [(105, 105, 100, 100), FLAT], "B": [FLAT] * 2}
    signals = {"s": {"A": [1, 0], "B": [0, 0]}, "confidence": {"A": [0.5, 0], "B": [0, 0]}}
    result = play_rules(
        market_of(bars, signals=signals),
        {"entry": ENTER, "sizing": sizing},
        account={"initial_capital": 95_000.0},
    )
    assert [row[2] for row in fills(result)] == [quantity]


def test_equity_is_that_before_any_fill_of_this_close():
    bars = {"A": at(100, 100), "B": at(100, 100)}
    market = market_of(bars, signals={"s": {"A": [1, 0], "B": [1, 0]}})
    costs = {"commission": {"model": "percent", "rate": 0.1}}
    result = play_rules(
        market,
        {"entry": ENTER, "sizing": {"helper": "buy_percent", "percent": 0.4}},
        costs=costs,
        execution={"fill": "same_close"},
    )
    assert result.fills["quantity"].to_list() == [400.0, 400.0]


def test_the_filter_must_hold_for_any_entry():
    filtered = {"filter": {"column": "bar.close", "op": ">", "value": 100.0}}
    assert moves(run(at(100, 101, 102, 103), s=[1, 1, 0, 0], strategy=filtered)) == [(2, 10.0)]


MARGIN = {"type": "margin"}


def test_a_short_side_enters_and_leaves_by_entry_and_exit():
    result = run(
        at(100, 100, 90, 80),
        s=[1, 0, 0, 0],
        t=[0, 0, 1, 0],
        strategy={"direction": "short"},
        account=MARGIN,
    )
    assert fills(result) == [(1, "A", -10.0, 100.0), (3, "A", 10.0, 80.0)]
    assert result.trades["pnl"].to_list() == [200.0]


@pytest.mark.parametrize(
    ("rules", "close", "reason"),
    [
        (exits(stop_loss=0.1), 110, "stop_loss"),
        (exits(take_profit=0.2), 80, "take_profit"),
        (exits(trailing_stop=0.1), 110, "trailing_stop"),
    ],
)
def test_exits_of_a_short_lie_the_other_way_round(rules, close, reason):
    bars = [FLAT, (100, 120, 80, close), FLAT]
    result = run(bars, s=[1, 0, 0], strategy=rules | {"direction": "short"}, account=MARGIN)
    assert reasons(result) == [reason]


def test_with_both_directions_each_side_has_its_rules_and_both_at_once_is_neither():
    both = {
        "direction": "both",
        "entry": ENTER,
        "short_entry": {"column": "signal.t", "op": ">", "value": 0.5},
        "exit": {"column": "signal.s", "op": "<", "value": -0.5},
        "short_exit": {"column": "signal.t", "op": "<", "value": -0.5},
    }
    s, t = [1, 1, 0, -1, 0, 0, 0], [1, 0, 0, 0, 1, -1, 0]
    result = run([FLAT] * 7, s=s, t=t, strategy=both, account=MARGIN)
    assert moves(result) == [(2, 10.0), (4, -10.0), (5, -10.0), (6, 10.0)]
    assert result.trades["direction"].to_list() == ["long", "short"]


@pytest.mark.parametrize("confidence", [1.01, -0.2])
def test_a_confidence_outside_0_to_1_fails_the_run_with_column_symbol_and_time(confidence):
    market = market_of([FLAT] * 2, signals={"s": [1, 0], "confidence": [confidence, 0]})
    sizing = {"helper": "size_by_confidence", "confidence": "signal.confidence", "max_percent": 0.1}
    with pytest.raises(
        BadBarValue,
        match=f"column 'confidence', A at 2024-01-01.*between 0 and 1, it is {confidence}",
    ):
        play_rules(market, {"entry": ENTER, "sizing": sizing})


def test_a_confidence_outside_0_to_1_where_nothing_is_entered_does_no_harm():
    market = market_of([FLAT] * 2, signals={"s": [0, 1], "confidence": [7.0, 0.5]})
    sizing = {"helper": "size_by_confidence", "confidence": "signal.confidence", "max_percent": 0.1}
    assert play_rules(market, {"entry": ENTER, "sizing": sizing}).fills.height == 0


def rebalance(**keys):
    return {"entry": ENTER, "sizing": {"helper": "rebalance_to_weights", "schedule": "bar", **keys}}


def test_rebalancing_gives_equal_weights_to_the_assets_for_which_the_entry_holds():
    bars = {"A": at(100, 100, 100), "B": at(50, 50, 50), "C": at(10, 10, 10)}
    signals = {"s": {"A": [1, 1, 0], "B": [1, 0, 0], "C": [0, 1, 0]}}
    result = play_rules(market_of(bars, signals=signals), rebalance())
    assert fills(result) == [
        (1, "A", 500.0, 100.0),
        (1, "B", 1000.0, 50.0),
        (2, "B", -1000.0, 50.0),
        (2, "C", 5000.0, 10.0),
    ]


def test_rebalancing_by_a_signal_gives_nothing_to_values_of_zero_or_less():
    names = ("A", "B", "C")
    signals = {"s": {name: [1, 0] for name in names}, "t": {"A": [3, 0], "B": [1, 0], "C": [-5, 0]}}
    market = market_of({name: [FLAT] * 2 for name in names}, signals=signals)
    result = play_rules(market, rebalance(weights="signal", by="signal.t", gross=0.8))
    assert [row[1:3] for row in fills(result)] == [("A", 600.0), ("B", 200.0)]


def test_rebalancing_by_inverse_volatility():
    # Returns of A alternate by +-10 %, those of B by +-20 %: deviations of 1 to 2, weights of 2 to 1.
    a, b = at(100, 110, 99, 99), at(100, 120, 96, 96)
    market = market_of({"A": a, "B": b}, signals={"s": {"A": [0, 0, 1, 0], "B": [0, 0, 1, 0]}})
    result = play_rules(
        market, rebalance(weights="inverse_volatility", window=2), execution={"lot_size": 0.0}
    )
    values = [quantity * price for _, _, quantity, price in fills(result)]
    assert values == pytest.approx([200_000 / 3, 100_000 / 3])


@pytest.mark.parametrize(
    ("schedule", "traded"), [("bar", list(range(1, 10))), ("week", [1, 8]), ("month", [1])]
)
def test_a_schedule_rebalances_at_the_first_timestamp_of_its_period(schedule, traded):
    # Prices rise by 10 % a day, so that every rebalancing has something to sell. Day 0 is a Monday.
    bars = at(*[100 * 1.1**t for t in range(10)])
    market = market_of(bars, signals={"s": [1] * 10})
    result = play_rules(
        market, rebalance(gross=0.5, schedule=schedule), execution={"lot_size": 0.0}
    )
    assert [t for t, *_ in fills(result)] == traded


def test_a_rebalancing_leaves_what_lies_within_the_tolerance():
    market = market_of({"A": at(100, 100, 102, 102, 102)}, signals={"s": [1] * 5})
    assert moves(play_rules(market, rebalance(gross=0.5, tolerance=0.01))) == [(1, 500.0)]
    assert len(moves(play_rules(market, rebalance(gross=0.5, tolerance=0.001)))) == 2


def test_a_rebalancing_without_close_missing_leaves_the_others_alone():
    bars = {"A": [FLAT] * 3, "B": [FLAT] * 3}
    market = market_of(bars, signals={"s": {"A": [1, 0, 0], "B": [0, 1, 0]}})
    result = play_rules(market, rebalance(gross=0.5, close_missing=False))
    assert [row[:3] for row in fills(result)] == [(1, "A", 500.0), (2, "B", 500.0)]


def test_rebalancing_keeps_the_best_of_too_many():
    names = ("A", "B", "C")
    signals = {"s": {name: [1, 0] for name in names}, "t": {"A": [1, 0], "B": [3, 0], "C": [2, 0]}}
    market = market_of({name: [FLAT] * 2 for name in names}, signals=signals)
    rules = rebalance() | {"limits": {"max_positions": 2, "rank_by": "signal.t"}}
    assert [row[1:3] for row in fills(play_rules(market, rules))] == [("B", 500.0), ("C", 500.0)]


def test_a_cancelled_run_raises_and_a_finished_one_has_progress_one():
    request, control = request_of({"entry": ENTER}), RunControl()
    market = market_of([FLAT] * 3, signals={"s": [0, 0, 0]})
    run_rules(market, request, control)
    assert control.progress == 1.0
    control.cancel()
    with pytest.raises(Cancelled):
        run_rules(market, request, control)


def test_a_strategy_without_an_entry_never_trades():
    result = play_rules(market_of([FLAT] * 3), {})
    assert result.equity["equity"].to_list() == [100_000.0] * 3
    assert result.equity["timestamp"].to_list() == [day(0), day(1), day(2)]
