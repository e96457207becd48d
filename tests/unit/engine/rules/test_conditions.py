"""Clauses and trees of them on small columns: which rows they hold for."""

import numpy as np
import polars as pl
import pytest

from ml4t_desktop.backtest.data import DataFrameFeed
from ml4t_desktop.engine.rules.conditions import rows_where
from ml4t_desktop.errors import InputError
from ml4t_desktop.files.context.match import with_context_values
from tests.unit.engine.trial import FLAT, day, market_of, request_of

NAN = None
LEVELS = [1.0, 2.0, NAN, 3.0, 2.0]


def where(condition, signals=None, context=None, bars=None):
    """The rows a condition holds for, over one asset unless bars say otherwise."""
    length = len(next(iter((signals or {"s": LEVELS}).values())))
    market = market_of(bars or [FLAT] * length, signals=signals or {"s": LEVELS})
    if context is not None:
        market = with_context_values(market, {day(t): row for t, row in enumerate(context)})
    entry = request_of({"entry": condition}).strategy.entry
    return rows_where(market, entry).astype(int).tolist()


def clause(op, value=None, column="signal.s", **more):
    return {"column": column, "op": op} | ({} if value is None else {"value": value}) | more


@pytest.mark.parametrize(
    ("op", "value", "rows"),
    [
        (">", 2, [0, 0, 0, 1, 0]),
        (">=", 2, [0, 1, 0, 1, 1]),
        ("<", 2, [1, 0, 0, 0, 0]),
        ("<=", 2, [1, 1, 0, 0, 1]),
        ("==", 2, [0, 1, 0, 0, 1]),
        ("!=", 2, [1, 0, 0, 1, 0]),
        ("between", [2, 3], [0, 1, 0, 1, 1]),
        ("between", [2, 2], [0, 1, 0, 0, 1]),
        ("in", [1, 3], [1, 0, 0, 1, 0]),
        ("is_null", None, [0, 0, 1, 0, 0]),
    ],
)
def test_a_comparison_with_null_is_false_and_its_not_is_true(op, value, rows):
    assert where(clause(op, value)) == rows
    assert where({"not": clause(op, value)}) == [1 - row for row in rows]


@pytest.mark.parametrize(
    ("op", "value", "values", "rows"),
    [
        ("rising", None, [1, 2, 3, 3, 4], [0, 1, 1, 0, 1]),
        ("rising", 1, [1, 2, 3, 3, 4], [0, 1, 1, 0, 1]),
        ("rising", 2, [1, 2, 3, 2, 3, 4], [0, 0, 1, 0, 0, 1]),
        ("falling", None, [3, 2, 2, 1], [0, 1, 0, 1]),
        ("falling", 2, [3, 2, 1, 1], [0, 0, 1, 0]),
        ("rising", 1, [1, NAN, 3, 4], [0, 0, 0, 1]),
        ("rising", 2, [1, 2, NAN, 3, 4, 5], [0, 0, 0, 0, 0, 1]),
        ("crosses_above", 2, [1, 3, 4, 2, 3, 1, 2, 3], [0, 1, 0, 0, 1, 0, 0, 1]),
        ("crosses_below", 2, [3, 1, 0, 2, 1], [0, 1, 0, 0, 1]),
        ("crosses_above", 2, [3, 4], [0, 0]),  # there was no bar before
        ("crosses_above", 2, [1, NAN, 3], [0, 0, 0]),
    ],
)
def test_clauses_that_look_back_over_the_assets_bars(op, value, values, rows):
    assert (
        where(clause(op, value), {"s": [None if v is None else float(v) for v in values]}) == rows
    )


def test_the_bar_before_is_the_assets_own():
    bars = {"A": [FLAT, None, FLAT], "B": [FLAT] * 3}
    signals = {"s": {"A": [1.0, None, 2.0], "B": [9.0, 5.0, 6.0]}}
    # Rows: A and B on day 0, B on day 1, A and B on day 2.
    assert where(clause("rising"), signals, bars=bars) == [0, 0, 0, 1, 1]


THREE = {"A": [FLAT] * 3, "B": [FLAT] * 3, "C": [FLAT, FLAT, None]}


@pytest.mark.parametrize(
    ("op", "count", "rows"),
    [
        ("top_n", 1, [0, 1, 0, 1, 0, 0, 0, 0]),
        ("top_n", 2, [0, 1, 1, 1, 0, 1, 1, 0]),
        ("top_n", 5, [1, 1, 1, 1, 0, 1, 1, 0]),
        ("bottom_n", 1, [1, 0, 0, 1, 0, 0, 0, 0]),
        ("bottom_n", 2, [1, 0, 1, 1, 0, 1, 1, 0]),
    ],
)
def test_top_and_bottom_are_among_the_assets_with_a_bar_and_a_value_ties_by_symbol(op, count, rows):
    signals = {"s": {"A": [1.0, 2.0, 4.0], "B": [3.0, None, None], "C": [2.0, 2.0, None]}}
    if count == 1:
        rows = [*rows[:6], 1, 0]  # A alone on day 2
    assert where(clause(op, count), signals, bars=THREE) == rows


def test_two_columns_are_compared_row_by_row():
    signals = {"s": [1.0, 2.0, None, 3.0], "t": [2.0, 2.0, 1.0, None]}
    assert where(clause("<", other="signal.t"), signals) == [1, 0, 0, 0]
    assert where(clause("==", other="signal.t"), signals) == [0, 1, 0, 0]
    assert where(clause("!=", other="signal.t"), signals) == [1, 0, 0, 0]
    assert where(clause(">=", other="bar.close"), {"s": [99.0, 100.0]}) == [0, 1]


def test_one_column_crosses_another():
    signals = {"s": [1.0, 3.0, 3.0, 1.0], "t": [2.0, 2.0, 4.0, 2.0]}
    assert where(clause("crosses_above", other="signal.t"), signals) == [0, 1, 0, 0]
    assert where(clause("crosses_below", other="signal.t"), signals) == [0, 0, 1, 0]


CONTEXT = [{"VIX": 10.0, "regime": "bull"}, {"VIX": 20.0}, {"regime": "bear"}]
TWO = {"A": [FLAT] * 3, "B": [FLAT, None, FLAT]}
SIGNALS = {"s": {"A": [5.0, 15.0, 25.0], "B": [15.0, None, 1.0]}}


@pytest.mark.parametrize(
    ("condition", "rows"),
    [
        (clause("<=", 10, "context.VIX"), [1, 1, 0, 0, 0]),
        ({"not": clause("<=", 10, "context.VIX")}, [0, 0, 1, 1, 1]),
        (clause("is_null", column="context.VIX"), [0, 0, 0, 1, 1]),
        (clause("==", "bull", "context.regime"), [1, 1, 0, 0, 0]),
        (clause("!=", "bull", "context.regime"), [0, 0, 0, 1, 1]),
        (clause("in", ["bear", "bull"], "context.regime"), [1, 1, 0, 1, 1]),
        (clause("==", "sideways", "context.regime"), [0, 0, 0, 0, 0]),
        (clause("!=", "sideways", "context.regime"), [1, 1, 0, 1, 1]),
        (clause("is_null", column="context.regime"), [0, 0, 1, 0, 0]),
        (clause("<", other="context.VIX"), [1, 0, 1, 0, 0]),
        (clause(">", column="context.VIX", other="signal.s"), [1, 0, 1, 0, 0]),
        (clause("rising", column="context.VIX"), [0, 0, 1, 0, 0]),
        ({"all": [clause(">", 2), clause("==", "bull", "context.regime")]}, [1, 1, 0, 0, 0]),
        ({"any": [clause(">", 20), clause("==", "bull", "context.regime")]}, [1, 1, 0, 1, 0]),
        ({"all": []}, [1, 1, 1, 1, 1]),
        ({"any": []}, [0, 0, 0, 0, 0]),
        (
            {"not": {"any": [clause(">", 20), {"all": [clause("<", 10), clause(">=", 5)]}]}},
            [0, 1, 1, 0, 1],
        ),
    ],
)
def test_context_and_trees(condition, rows):
    assert where(condition, SIGNALS, CONTEXT, TWO) == rows


def test_values_stored_in_32_bits_are_compared_in_64():
    frame = pl.DataFrame(
        {
            "timestamp": [day(t) for t in range(3)],
            **{name: [100.0] * 3 for name in ("open", "high", "low", "close", "volume")},
            "s": pl.Series([0.9, 0.5, 0.90001], dtype=pl.Float32),
        }
    )
    market = DataFrameFeed(frame, asset_id="A", signal_columns=["s"]).market

    def held(op, value):
        return rows_where(market, request_of({"entry": clause(op, value)}).strategy.entry).tolist()

    # 0.9 in 32 bits is 0.89999998 in 64; 0.5 is itself.
    assert held(">=", 0.9) == [False, False, True]
    assert held("<", 0.9) == [True, True, False]
    assert held("==", 0.5) == [False, True, False]


def test_flags_are_numbers():
    assert where(clause("==", value=True), {"s": [1.0, 0.0, None]}) == [1, 0, 0]


@pytest.mark.parametrize("condition", [("==", "bull"), ("!=", "bull"), ("in", ["bull", "bear"])])
def test_a_text_is_not_found_in_a_column_that_holds_nothing(condition):
    """Nothing in it says whether it is one of numbers or of texts: the texts may begin later."""
    assert where(clause(*condition), {"s": [None, None, None]}) == [0, 0, 0]


@pytest.mark.parametrize(
    ("condition", "message"),
    [
        (clause(">", 1, "context.regime"), "holds texts"),
        (clause("==", "bull"), "holds numbers, and the value is a text"),
        (clause("in", ["bull"]), "holds numbers, and the value is a text"),
        (clause("==", other="context.regime"), "texts can be compared only with texts"),
        (clause("rising", column="context.regime"), "holds texts"),
        (clause(">", 1, "signal.t"), "there is no column 'signal.t'"),
    ],
)
def test_a_clause_that_does_not_fit_its_column_is_refused_and_named(condition, message):
    with pytest.raises(InputError, match=message) as caught:
        where(condition, SIGNALS, CONTEXT, TWO)
    assert all(problem.fix for problem in caught.value.problems)


def test_a_market_without_rows_has_no_rows_where():
    market = market_of([], signals={"s": []})
    assert rows_where(market, request_of({"entry": clause(">", 1)}).strategy.entry).shape == (0,)
    assert np.array_equal(
        rows_where(market, request_of({"entry": clause("top_n", 1)}).strategy.entry), []
    )
