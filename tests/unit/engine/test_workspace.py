"""What runs over one market share: kept columns and used memory change no result."""

import gc
import weakref
from concurrent.futures import ThreadPoolExecutor
from dataclasses import fields, replace

import numpy as np
import pytest
from polars.testing import assert_frame_equal

from ml4t_desktop.engine.rules import conditions
from ml4t_desktop.engine.rules.rule_run import run_rules
from ml4t_desktop.engine.workspace import Workspace, workspace_of
from ml4t_desktop.market import TextColumn
from ml4t_desktop.market.sample import sample_market
from ml4t_desktop.request import parse_request
from ml4t_desktop.request.conditions import Clause
from ml4t_desktop.result.run_result import RunResult


def request(threshold=0.6, stop=0.05, **sizing):
    return parse_request({
        "data": {"files": ["memory"], "signals": ["ml_pred_5d", "confidence", "exit_signal"]},
        "strategy": {
            "entry": {"all": [
                {"column": "signal.ml_pred_5d", "op": ">", "value": threshold},
                {"column": "signal.confidence", "op": "rising", "value": 2},
                {"not": {"column": "bar.volume", "op": "<", "value": 1000.0}},
            ]},
            "exit": {"column": "signal.exit_signal", "op": "crosses_above", "value": 0.8},
            "exits": {"stop_loss": stop},
            "sizing": sizing or {"helper": "buy_percent", "percent": 0.1},
        },
    })  # fmt: skip


@pytest.fixture
def market():
    return sample_market(assets=8, days=300)


def assert_same(one: RunResult, two: RunResult) -> None:
    for field in fields(RunResult):
        if field.name != "initial_capital":
            assert_frame_equal(getattr(one, field.name), getattr(two, field.name))


def afresh(market, asked):
    """Return the result of a run over an equal market that no run knows of."""
    return run_rules(replace(market), asked)


def test_a_run_with_one_number_changed_gives_what_a_first_run_gives(market):
    for threshold in (0.6, 0.7, 0.6):
        for stop in (0.05, 0.1):
            asked = request(threshold, stop)
            assert_same(run_rules(market, asked), afresh(market, asked))


def test_a_result_stays_as_it_was_when_the_memory_of_its_run_is_used_again(market):
    first = run_rules(market, request())
    tables = {
        f.name: getattr(first, f.name) for f in fields(RunResult) if f.name != "initial_capital"
    }
    copies = {name: table.clone().to_dicts() for name, table in tables.items()}
    for threshold in (0.2, 0.9, 0.5):
        run_rules(market, request(threshold))
    for name, table in tables.items():
        assert table.to_dicts() == copies[name]


def test_only_the_clause_that_changed_is_looked_at_again(market, monkeypatch):
    looked_at = []
    clause_of = conditions._clause

    def told(market, clause):
        looked_at.append((clause.column, clause.value))
        return clause_of(market, clause)

    monkeypatch.setattr(conditions, "_clause", told)
    run_rules(market, request(0.6))
    assert len(looked_at) == 4
    looked_at.clear()
    run_rules(market, request(0.6, stop=0.2))
    assert looked_at == []
    run_rules(market, request(0.65))
    assert looked_at == [("signal.ml_pred_5d", 0.65)]


def test_a_number_and_the_flag_that_equals_it_are_told_apart(market):
    def clause(value):
        return Clause(column="context.regime", op="==", value=value)

    texts = replace(market, context={"regime": _texts(market, ("1.0", "True"))})
    assert conditions.rows_where(texts, clause(1)).sum() > 0
    assert not (
        conditions.rows_where(texts, clause(1)) & conditions.rows_where(texts, clause(True))
    ).any()


def _texts(market, labels):
    return TextColumn(codes=(np.arange(market.time_count) % 2).astype(np.int32), labels=labels)


def test_kept_masks_cannot_be_written_to(market):
    mask = conditions.rows_where(market, request().strategy.entry)
    with pytest.raises(ValueError, match="read-only"):
        mask[0] = True


def test_what_is_kept_has_a_bound_and_the_least_used_goes_first():
    space = Workspace(most_bytes=100)
    made = []

    def column(name):
        return space.column(name, lambda: (made.append(name), np.zeros(40, np.int8))[1])

    for name in ("a", "b", "a", "c", "a", "b"):
        column(name)
    assert made == ["a", "b", "c", "b"]  # b was used before a when c came
    space.forget()
    column("a")
    assert made[-1] == "a"


def test_a_column_larger_than_the_bound_is_given_all_the_same():
    space = Workspace(most_bytes=10)
    assert space.column("large", lambda: np.ones(40)).sum() == 40.0


def test_runs_of_several_threads_over_a_market_do_not_disturb_each_other(market):
    asked = [request(threshold) for threshold in (0.3, 0.5, 0.7, 0.9)] * 3
    expected = [afresh(market, one) for one in asked]
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda one: run_rules(market, one), asked))
    for one, two in zip(found, expected, strict=True):
        assert_same(one, two)


def test_the_workspace_goes_with_its_market():
    market = sample_market(assets=2, days=50)
    run_rules(market, request())
    gone = weakref.ref(workspace_of(market))
    del market
    gc.collect()
    assert gone() is None
