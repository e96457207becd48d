"""Each clause of a rule at one bar."""

import numpy as np
import pytest

from ml4t_desktop.analysis.why.clauses import changes_needed, state_at
from ml4t_desktop.market import Market, TextColumn
from ml4t_desktop.request import parse_request
from tests.unit.engine.trial import market_of

BARS = {name: [(10.0 + i, 12.0 + i, 9.0 + i, 11.0 + i) for i in range(3)] for name in "ABC"}
SIGNALS = {"s": {"A": [0.1, 0.5, 0.7], "B": [0.9, 0.4, None], "C": [0.3, 0.6, 0.7]}}


@pytest.fixture(scope="module")
def market() -> Market:
    plain = market_of(BARS, signals=SIGNALS)
    fields = {name: getattr(plain, name) for name in plain.__dataclass_fields__}
    context = {
        "VIX": np.array([12.0, 25.0, 31.0]),
        "regime": TextColumn(np.array([0, 1, -1], np.int32), ("bull", "bear")),
    }
    return Market(**{**fields, "context": context, "has_context": np.ones(3, np.bool_)})


def condition(tree):
    raw = {
        "data": {"files": ["memory"], "signals": ["s"]},
        "context": {"file": "memory", "time": "t", "columns": ["VIX", "regime"]},
        "strategy": {"entry": tree},
    }
    return parse_request(raw).strategy.entry


def at(market, tree, symbol="A", bar=2):
    row = bar * 3 + "ABC".index(symbol)
    return state_at(market, condition(tree), row)


def test_a_clause_tells_its_value_and_what_was_missing(market):
    state = at(market, {"column": "signal.s", "op": ">", "value": 0.9})

    assert (state.holds, state.value) == (False, 0.7)
    assert state.missing == pytest.approx(0.2)


@pytest.mark.parametrize(
    ("tree", "missing"),
    [
        ({"column": "context.VIX", "op": "<=", "value": 30.0}, -1.0),
        ({"column": "bar.close", "op": "between", "value": [1.0, 12.0]}, -1.0),
        ({"column": "bar.close", "op": "between", "value": [20.0, 30.0]}, 7.0),
        ({"column": "bar.close", "op": "<", "other": "bar.open"}, -1.0),
        ({"column": "bar.close", "op": "==", "value": 15.0}, 2.0),
        ({"column": "bar.close", "op": "!=", "value": 13.0}, None),
        ({"column": "bar.close", "op": "crosses_above", "value": 5.0}, None),
        ({"column": "context.regime", "op": "==", "value": "bull"}, None),
    ],
)
def test_what_was_missing_has_the_sign_of_the_change(market, tree, missing):
    state = at(market, tree)

    assert not state.holds
    assert state.missing == (None if missing is None else pytest.approx(missing))


def test_a_missing_value_holds_nothing_and_nothing_is_said_of_it(market):
    state = at(market, {"column": "signal.s", "op": ">", "value": 0.1}, symbol="B")

    assert (state.holds, state.value, state.missing) == (False, None, None)


def test_clauses_that_look_back_tell_the_value_before(market):
    state = at(market, {"column": "signal.s", "op": "rising"})

    assert (state.holds, state.before, state.value) == (True, 0.5, 0.7)


def test_ranks_count_those_ahead_and_equals_by_symbol(market):
    tree = {"column": "signal.s", "op": "top_n", "value": 1}

    first, second = at(market, tree, "A"), at(market, tree, "C")

    assert (first.rank, first.holds) == (1, True)
    assert (second.rank, second.holds) == (2, False)


def test_context_and_texts_have_values_too(market):
    state = at(market, {"column": "context.regime", "op": "in", "value": ["bull", "bear"]}, bar=1)

    assert (state.holds, state.value) == (True, "bear")


def test_of_all_every_failing_clause_is_needed_of_any_the_first_that_would_do(market):
    low = {"column": "signal.s", "op": ">", "value": 0.95}
    calm = {"column": "context.VIX", "op": "<", "value": 20.0}
    holds = {"column": "bar.close", "op": ">", "value": 1.0}

    needed = changes_needed(at(market, {"all": [low, holds, calm]}))
    assert [change.state.clause.column for change in needed] == ["signal.s", "context.VIX"]

    either = changes_needed(at(market, {"any": [{"all": [low, calm]}, calm]}))
    assert [change.state.clause.column for change in either] == ["context.VIX"]


def test_behind_not_a_clause_would_have_to_fail(market):
    tree = {"not": {"any": [{"column": "context.VIX", "op": ">", "value": 30.0}]}}
    (change,) = changes_needed(at(market, tree))

    assert not change.to_hold
    assert change.state.value == 31.0


def test_nothing_is_needed_where_the_rule_holds(market):
    assert changes_needed(at(market, {"column": "bar.close", "op": ">", "value": 1.0})) == ()
