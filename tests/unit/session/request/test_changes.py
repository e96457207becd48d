from datetime import date

import pytest

from ml4t_desktop.session.request.changes import change_between
from ml4t_desktop.session.request.draft import Draft

ABOVE = {"column": "signal.pred", "op": ">", "value": 0.7}
CALM = {"column": "context.VIX", "op": "<", "value": 30}
BULL = {"column": "context.regime", "op": "==", "value": "bull"}


def changed(before, after):
    draft = Draft.empty().edited_all(before)
    return change_between(draft, draft.edited_all(after))


def rule(*parts, joint="all"):
    return {"strategy.entry": {joint: parts}}


@pytest.mark.parametrize(
    ("before", "after", "name"),
    [
        ({}, {"account.initial_capital": 5.0}, "initial capital"),
        ({}, {"name": "x"}, "name"),
        ({}, {"execution.fill": "same_close"}, "fill of market orders"),
        ({}, {"costs.commission": {"model": "percent", "rate": 0.1}}, "commission"),
        (
            {"costs.commission": {"model": "percent", "rate": 0.1}},
            {"costs.commission.rate": 0.2},
            "commission rate",
        ),
        ({}, {"strategy.sizing": {"helper": "fixed_quantity", "quantity": 1}}, "sizing"),
        ({}, {"data.lag": {"pred": 1}}, "delay of pred"),
        ({"data.lag": {"pred": 1}}, {"data.lag": {"pred": 2}}, "delay of pred"),
        ({}, {"data.close": "adjusted"}, "column for close"),
        ({}, {"data.start": date(2024, 1, 2)}, "first day"),
        ({}, {"risk.max_drawdown": 0.1}, "max drawdown"),
        ({}, {"data.corporate_actions": "a/splits.csv"}, "splits.csv added"),
        ({"data.corporate_actions": "splits.csv"}, {"data.corporate_actions": None},
         "splits.csv removed"),
    ],
)  # fmt: skip
def test_a_value_is_named_as_the_form_shows_it(before, after, name):
    assert changed(before, after).name == name


@pytest.mark.parametrize(
    ("before", "after", "name"),
    [
        ({}, {"data.files": ("a/p.csv",), "data.close": "c", "name": "p"}, "p.csv added"),
        ({"data.files": ("p.csv",)}, {"data.files": ("p.csv", "q.csv", "r.csv")}, "2 files added"),
        ({"data.files": ("p.csv", "q.csv")}, {"data.files": ("p.csv",)}, "q.csv removed"),
        ({"data.files": ("p", "q")}, {"data.files": ("q", "p")}, "order of price files"),
        ({}, {"context": {"file": "d/c.csv", "columns": ("VIX",)}}, "c.csv added"),
        ({"context": {"file": "c.csv", "columns": ("VIX",)}}, {"context": None}, "c.csv removed"),
        ({"data.signals": ("a",)}, {"data.signals": ("a", "b")}, "signal b added"),
        (
            {"data.signals": ("a", "b"), "data.lag": {"b": 1}},
            {"data.signals": ("a",), "data.lag": None},
            "signal b removed",
        ),
        (
            {"context": {"file": "c", "columns": ("V",)}},
            {"context.columns": ("V", "W")},
            "context W added",
        ),
    ],
)
def test_files_and_columns_are_named_as_added_and_removed(before, after, name):
    assert changed(before, after).name == name


@pytest.mark.parametrize(
    ("before", "after", "name"),
    [
        (rule(ABOVE), rule(ABOVE | {"value": 0.8}), "threshold of pred"),
        (rule(BULL), rule(BULL | {"value": "bear"}), "value of regime"),
        (rule(ABOVE), rule(ABOVE | {"op": ">="}), "comparison of pred"),
        (rule(ABOVE), rule(CALM), "VIX instead of pred in the entry"),
        (rule(ABOVE), rule(ABOVE, CALM), "clause on VIX added to the entry"),
        ({}, rule(ABOVE), "clause on pred added to the entry"),
        (rule(ABOVE, CALM), rule(CALM), "clause on pred removed from the entry"),
        (rule(ABOVE), {"strategy.entry": None}, "clause on pred removed from the entry"),
        (rule(ABOVE, CALM), rule(ABOVE, CALM, joint="any"), "how clauses of the entry are joined"),
        (rule(ABOVE, CALM), rule(CALM, ABOVE), "order of the entry clauses"),
        (rule(ABOVE), rule(ABOVE, {"any": (CALM, BULL)}), "group of clauses added to the entry"),
        (
            rule(ABOVE, {"not": {"any": (BULL, CALM)}}),
            rule(ABOVE, {"not": {"any": (BULL, CALM | {"value": 25})}}),
            "threshold of VIX",
        ),
        (rule({"any": (BULL, CALM)}), rule({"all": (BULL, CALM)}),
         "how clauses of the entry are joined"),
        (rule(ABOVE, CALM), rule(BULL), "entry rule"),
    ],
)  # fmt: skip
def test_a_rule_is_named_after_the_clause_that_differs(before, after, name):
    assert changed(before, after).name == name


def test_two_clauses_on_one_column_are_two_places():
    second = ABOVE | {"op": "<", "value": 0.9}
    first_moved = changed(rule(ABOVE, second), rule(ABOVE | {"value": 0.6}, second))
    second_moved = changed(rule(ABOVE, second), rule(ABOVE, second | {"value": 0.95}))

    assert first_moved.place != second_moved.place
    assert first_moved.key == second_moved.key == "strategy.entry"


@pytest.mark.parametrize(
    ("before", "after", "is_gradual"),
    [
        ({}, {"account.initial_capital": 5.0}, True),
        ({"data.start": date(2024, 1, 1)}, {"data.start": date(2024, 1, 2)}, True),
        (rule(ABOVE), rule(ABOVE | {"value": 0.8}), True),
        (rule(ABOVE | {"op": "between", "value": (0.1, 0.5)}),
         rule(ABOVE | {"op": "between", "value": (0.1, 0.6)}), True),
        ({}, {"name": "x"}, True),
        ({}, {"execution.fill": "same_close"}, False),
        ({}, {"execution.protect_entry_bar": False}, False),
        ({}, {"strategy.exits.stop_loss": 0.1}, False),
        (rule(ABOVE), rule(ABOVE, CALM), False),
        (rule(BULL), rule(BULL | {"value": "bear"}), False),
    ],
)  # fmt: skip
def test_only_what_is_dragged_or_typed_is_gradual(before, after, is_gradual):
    assert changed(before, after).is_gradual is is_gradual


def test_values_all_over_the_request_are_counted_with_their_steps():
    change = changed({}, {"execution.fill": "same_close", "account.type": "margin"})

    assert change.name == "2 values of Execution & costs and Capital"


def test_what_is_done_to_a_clause_has_a_name():
    one, other = ({"column": f"signal.{name}", "op": ">", "value": 1.0} for name in "ab")
    off = {"any": (one, {"all": ()})}

    def name(before, after):
        drafts = (Draft.empty().edited("strategy.entry", tree) for tree in (before, after))
        return change_between(*drafts).name

    both = {"all": (one, other)}
    assert name(both, {"all": (off, other)}) == "clause on a switched off"
    assert name({"all": (off, other)}, both) == "clause on a switched on"
    assert name(both, {"all": (one, {"not": other})}) == "negation of the clause on b"
    assert name({"all": (one, {"not": other})}, both) == "end of the negation of the clause on b"
    assert name(both, {"all": (other, one)}) == "order of the entry clauses"
    joined = "how clauses of the entry are joined"
    assert name(both, {"all": ({"any": (one, other)},)}) == joined
    assert name(both, {"any": (one, other)}) == "how clauses of the entry are joined"


def test_a_clause_that_goes_to_another_group_is_named():
    a, b, c = ({"column": f"signal.{name}", "op": ">", "value": 1.0} for name in "abc")

    def name(before, after):
        drafts = (Draft.empty().edited("strategy.entry", tree) for tree in (before, after))
        return change_between(*drafts).name

    moved = "clause on a moved within the entry"
    assert name({"all": (a, {"any": (b, c)})}, {"all": ({"any": (b, a, c)},)}) == moved
    assert name({"all": ({"any": (b, a)}, c)}, {"all": ({"any": (b,)}, a, c)}) == moved
    assert name({"all": ({"any": (a,)}, b, c)}, {"all": (b, a, c)}) == moved
    groups = ({"any": (a,)}, {"any": (b,)}, c)
    assert name({"all": groups}, {"all": groups[::-1]}) == "order of the entry clauses"
