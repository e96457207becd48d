"""Rules of every kind written out as Python: the same fills, to the last bit."""

import numpy as np
import pytest

from ml4t_desktop.export.code.script import class_name, script_text
from ml4t_desktop.request import parse_request
from tests.unit.engine.test_same_decisions import (
    COSTS,
    KELLY,
    MARGIN,
    OTHERWISE_NAMED,
    SMALL,
    STOPS,
    VARIANTS,
    VOLATILITY,
    random_market,
    rules_of,
)
from tests.unit.engine.trial import play, play_rules

COLUMNS = ["timestamp", "symbol", "side", "quantity", "price", "commission", "slippage"]
SIGNALS = ["s", "t", "confidence"]
CONDITIONS = {
    ">=": {"column": "signal.s", "op": ">=", "value": 0.5},
    "<": {"column": "signal.s", "op": "<", "value": -0.5},
    "<=": {"column": "signal.s", "op": "<=", "value": -1},
    "==": {"not": {"column": "signal.s", "op": "==", "value": 0.0}},
    "!=": {"column": "signal.s", "op": "!=", "value": 0.25},
    "between": {"column": "signal.s", "op": "between", "value": [0.2, 0.8]},
    "in": {"not": {"column": "signal.s", "op": "in", "value": [0.1, 0.2]}},
    "rising": {"column": "signal.s", "op": "rising"},
    "rising 2": {"column": "bar.close", "op": "rising", "value": 2},
    "falling": {"column": "bar.volume", "op": "falling", "value": 2},
    "crosses_above": {"column": "signal.s", "op": "crosses_above", "value": 0.3},
    "crosses_below": {"column": "signal.s", "op": "crosses_below", "other": "signal.t"},
    "top_n": {"column": "signal.s", "op": "top_n", "value": 2},
    "bottom_n": {"column": "signal.s", "op": "bottom_n", "value": 1},
    "is_null": {"column": "signal.s", "op": "is_null"},
    "other": {"column": "signal.s", "op": ">", "other": "signal.t"},
    "other ==": {"not": {"column": "signal.s", "op": "==", "other": "signal.t"}},
    "other !=": {"column": "signal.s", "op": "!=", "other": "signal.t"},
    "bar": {"column": "bar.close", "op": ">", "other": "bar.open"},
    "any": {"any": [{"column": "signal.s", "op": ">", "value": 1.5}, {"column": "signal.t", "op": "<", "value": -1.5}]},
    "nested": {"all": [{"not": {"column": "signal.s", "op": "<", "value": 0.0}},
                       {"any": [{"column": "signal.t", "op": ">", "value": 0.5},
                                {"column": "bar.volume", "op": ">", "value": 9e4}]}]},
}  # fmt: skip
WEIGHTS = {
    "equal": {},
    "signal": {"weights": "signal", "by": "signal.confidence"},
    "inverse volatility": {"weights": "inverse_volatility", "window": 4},
    "weekly": {"schedule": "week", "max_weight": 0.3},
    "monthly, kept": {"schedule": "month", "close_missing": False, "gross": 0.8},
    "tight": {"tolerance": 0.0, "gross": 0.9},
}


def strategy_of(request):
    """An object of the class that the script of a request holds."""
    names = {"__file__": __file__, "__name__": "script"}
    exec(compile(script_text(request), "script.py", "exec"), names)  # noqa: S102 (what is tested)
    return names[class_name(request)]()


def agree(market, strategy, **parts):
    request = parse_request(
        {"data": {"files": ["none"], "signals": SIGNALS}, "strategy": strategy, **parts}
    )
    by_rules = play_rules(market, strategy, **parts)
    by_hand = play(market, strategy_of(request), **parts)
    assert by_rules.fills.select(COLUMNS).equals(by_hand.fills.select(COLUMNS))
    assert by_rules.equity.equals(by_hand.equity)
    return by_rules


@pytest.mark.parametrize("variant", [*VARIANTS, *OTHERWISE_NAMED])
def test_what_the_engine_agrees_on_with_a_twin_the_script_does_too(variant):
    settings, parts = (VARIANTS | OTHERWISE_NAMED)[variant]
    assert agree(random_market(1), rules_of(**settings), **parts).fills.height > 15


@pytest.mark.parametrize("kind", CONDITIONS)
def test_every_operator_can_be_written_out(kind):
    rules = {
        "entry": CONDITIONS[kind],
        "exit": {"column": "signal.t", "op": ">", "value": 1.0},
        "exits": {"max_bars": 6},
        "sizing": {"helper": "buy_percent", "percent": 0.2},
    }
    assert agree(random_market(2), rules, costs=COSTS).fills.height > 3


@pytest.mark.parametrize(
    "sizing",
    [
        KELLY,
        VOLATILITY,
        {"helper": "size_by_confidence", "confidence": "signal.confidence", "max_percent": 0.3},
        {"helper": "fixed_quantity", "quantity": 17.0},
        {"helper": "fixed_value", "value": 3000.0},
    ],
    ids=lambda sizing: sizing["helper"],
)
@pytest.mark.parametrize("direction", ["long", "short", "both"])
def test_every_sizing_can_be_written_out(sizing, direction):
    rules = rules_of(direction=direction, sizing=sizing, exits=STOPS, most=4, ranked=True)
    agree(random_market(3), rules, costs=COSTS, account=MARGIN)


@pytest.mark.parametrize("kind", WEIGHTS)
@pytest.mark.parametrize("direction", ["long", "short"])
def test_every_rebalancing_can_be_written_out(kind, direction):
    sizing = {"helper": "rebalance_to_weights", "schedule": "bar", **WEIGHTS[kind]}
    rules = {
        "direction": direction,
        "entry": {"column": "signal.s", "op": ">", "value": 0.0},
        "sizing": sizing,
        "limits": {"max_positions": 3, "rank_by": "signal.t"},
    }
    assert agree(random_market(4), rules, costs=COSTS, account=MARGIN).fills.height > 5


@pytest.mark.parametrize(
    ("rules", "parts"),
    [
        (rules_of(exits={**STOPS, "max_bars": 5}, cooldown=4), {"account": SMALL, "costs": COSTS}),
        (rules_of(exits=STOPS), {"execution": {"stop_basis": "decision_close"}}),
        (rules_of(exits={"trailing_stop": 0.05}, most=2), {"costs": COSTS}),
        ({**rules_of(exits=STOPS), "filter": {"column": "signal.t", "op": "<", "value": 0.5}}, {}),
    ],
    ids=["cooldown", "decision close", "trailing", "filter"],
)
def test_exits_limits_and_filters_can_be_written_out(rules, parts):
    for seed in (5, 6):
        agree(random_market(seed), rules, **parts)


def test_random_rules_agree():
    rng = np.random.default_rng(11)
    kinds = list(CONDITIONS)
    for _ in range(12):
        entry, leave, short = (CONDITIONS[kinds[i]] for i in rng.integers(0, len(kinds), 3))
        exits = {k: v for k, v in {**STOPS, "max_bars": 7}.items() if rng.random() < 0.6}
        rules = {
            "direction": "both", "entry": entry, "exit": leave, "short_entry": short,
            "sizing": {"helper": "buy_percent", "percent": 0.15},
            "limits": {"cooldown_bars": int(rng.integers(0, 3)), "max_positions": 4},
            "exits": {**exits, "evaluate": "intrabar" if rng.random() < 0.4 else "close"},
        }  # fmt: skip
        agree(random_market(int(rng.integers(100))), rules, costs=COSTS, account=MARGIN)
