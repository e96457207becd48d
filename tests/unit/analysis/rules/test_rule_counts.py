import math
import random

import numpy as np
import pytest

from ml4t_desktop.analysis.rules.column_shape import column_shape, nice_step
from ml4t_desktop.analysis.rules.rule_counts import ClauseMasks, PartCount, count_rule
from ml4t_desktop.analysis.rules.rule_views import RuleLens
from ml4t_desktop.engine.rules.conditions import rows_where
from ml4t_desktop.files.context.match import with_context_values
from tests.oracle.markets import rules_scenario
from tests.properties.markets import market as market_of_scenario
from tests.unit.engine.trial import FLAT, day, market_of, request_of

HIGH = {"column": "signal.s", "op": ">", "value": 2.0}
LOW = {"column": "signal.s", "op": "<", "value": 5.0}
CALM = {"column": "context.VIX", "op": "<=", "value": 30.0}
VALUES = [1.0, 2.0, None, 3.0, 4.0, 6.0]


def small_market():
    market = market_of([FLAT] * 6, signals={"s": VALUES})
    vix = [20.0, 20.0, 20.0, 40.0, 20.0, 20.0]
    regime = ["bull", "bull", None, "bear", "bull", None]
    rows = [{"VIX": v, **({"regime": r} if r else {})} for v, r in zip(vix, regime, strict=True)]
    return with_context_values(market, {day(t): row for t, row in enumerate(rows)})


def counted(tree, market=None):
    condition = request_of({"entry": tree}).strategy.entry
    return count_rule(ClauseMasks(market or small_market()), condition)


def test_each_clause_is_counted_alone_together_and_left_out():
    # Above 2: bars 3, 4, 5. Below 5: 0, 1, 3, 4. Calm: all but 3. Together: 4 alone.
    counts = counted({"all": [HIGH, LOW, CALM]})

    assert (counts.bars, counts.passed, counts.times, counts.times_passed) == (6, 1, 6, 1)
    assert counts.parts[0,] == PartCount(alone=3, together=1, without=3)
    assert counts.parts[1,] == PartCount(alone=4, together=1, without=2)
    assert counts.parts[2,] == PartCount(alone=5, together=1, without=2)


def test_a_group_is_counted_like_a_clause_and_its_parts_within_it():
    counts = counted({"all": [LOW, {"any": [HIGH, {"not": CALM}]}]})

    assert counts.passed == 2
    assert counts.parts[1,] == PartCount(alone=3, together=2, without=4)
    assert counts.parts[1, 0] == PartCount(alone=3, together=3, without=1)
    assert counts.parts[1, 1] == PartCount(alone=1, together=1, without=3)


def test_a_clause_that_is_alone_has_nothing_to_be_left_out_of():
    assert counted({"all": [HIGH]}).parts[0,] == PartCount(alone=3, together=3, without=None)
    assert counted({"all": []}).passed == 6
    assert counted({"any": []}).passed == 0


@pytest.mark.parametrize("seed", range(40))
def test_the_count_of_a_rule_is_what_the_engine_sees(seed):
    case = rules_scenario(seed)
    market = market_of_scenario(case)
    for name in ("entry", "exit", "filter"):
        condition = getattr(case.request.strategy, name)
        if condition is not None:
            counts = count_rule(ClauseMasks(market), condition)
            rows = rows_where(market, condition)
            assert counts.passed == np.count_nonzero(rows)
            assert counts.times_passed == np.unique(market.row_times()[rows]).size


def test_a_lens_remembers_clauses_and_counts_what_is_changed():
    lens = RuleLens(small_market())
    first = lens.look({"e": {"all": [HIGH, CALM]}}, ("signal.s",), lambda: None)
    again = lens.look({"e": {"all": [{**HIGH, "value": 3.0}, CALM]}}, (), lambda: None)

    assert first.counts["e"].passed == 2
    assert again.counts["e"].passed == 2
    assert again.shapes["signal.s"] is first.shapes["signal.s"]


def test_a_rule_that_does_not_fit_has_no_count_and_spoils_no_other():
    lens = RuleLens(small_market())
    bad = {"column": "context.regime", "op": ">", "value": 1.0}
    unfinished = {"column": "signal.s", "op": "between", "value": 1.0}

    views = lens.look({"a": bad, "b": HIGH, "c": unfinished}, ("signal.gone",), lambda: None)

    assert list(views.counts) == ["b"]
    assert not views.shapes


def test_a_lens_sees_delayed_columns_as_a_run_does():
    lens = RuleLens(small_market(), {"s": 1})

    counts = lens.look({"e": HIGH}, (), lambda: None).counts["e"]

    assert counts.passed == 2  # the last of the three values is used after the data has ended


def test_the_shape_of_numbers_holds_all_of_them():
    shape = column_shape(small_market(), "signal.s")

    assert (shape.count, shape.missing) == (6, 1)
    assert (shape.low, shape.high) == (1.0, 6.0)
    assert shape.bins.sum() == 5
    assert shape.bins[0] == shape.bins[-1] == 1
    assert shape.step == 0.02


def test_a_far_value_does_not_squeeze_the_others_together():
    chance = random.Random(1)
    values = [chance.gauss(0, 1) for _ in range(3000)] + [1e6]
    shape = column_shape(market_of([FLAT] * 3001, signals={"s": values}), "signal.s")

    assert -5 < shape.low < -2
    assert 2 < shape.high < 5
    assert shape.bins.sum() == 3001


def test_texts_are_counted_the_most_frequent_first():
    shape = column_shape(small_market(), "context.regime")

    assert shape.labels == (("bull", 3), ("bear", 1))
    assert shape.missing == 2


@pytest.mark.parametrize("values", [[2.0] * 6, [None] * 6])
def test_a_column_of_one_value_or_none_has_a_shape(values):
    shape = column_shape(market_of([FLAT] * 6, signals={"s": values}), "signal.s")

    assert shape.bins.sum() == sum(value is not None for value in values)
    assert math.isnan(shape.low) or shape.low < 2.0 < shape.high


@pytest.mark.parametrize(
    ("width", "step"), [(1 / 200, 0.005), (0.0099, 0.005), (3.0, 2.0), (7e5, 5e5), (0.0, 0.0)]
)
def test_steps_are_round_numbers(width, step):
    assert nice_step(width) == pytest.approx(step)
