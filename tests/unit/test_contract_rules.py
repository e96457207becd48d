"""Clauses of a request, case by case: on which bars they hold.

Every case is worked out by hand from the rules of the request file.
"""

import polars as pl
import pytest

from tests.unit.contract import ALWAYS, bars, clause, where

NAN = float("nan")
LEVELS = [0.1, 0.5, None, NAN, 0.9, 0.9, 0.2]
STEPS = [1, 2, 3, 3, 4, 2, 1]
HOLES = [1, None, 2, 3, None, 4, 5]
CROSSING = [1, 2, 2, 3, 2, 1, 3]


@pytest.mark.parametrize(
    ("op", "value", "values", "expected"),
    [
        (">", 0.5, LEVELS, [4, 5]),
        (">=", 0.5, LEVELS, [1, 4, 5]),
        ("<", 0.5, LEVELS, [0, 6]),
        ("<=", 0.5, LEVELS, [0, 1, 6]),
        ("==", 0.9, LEVELS, [4, 5]),
        ("!=", 0.9, LEVELS, [0, 1, 6]),
        ("is_null", None, LEVELS, [2, 3]),
        ("between", [0.2, 0.9], LEVELS, [1, 4, 5, 6]),
        ("in", [0.1, 0.2], LEVELS, [0, 6]),
        ("rising", None, STEPS, [1, 2, 4]),
        ("rising", 2, STEPS, [2]),
        ("falling", None, STEPS, [5, 6]),
        ("falling", 2, STEPS, [6]),
        ("rising", None, HOLES, [3, 6]),
        ("crosses_above", 2, CROSSING, [3, 6]),
        ("crosses_below", 2, CROSSING, [5]),
        ("crosses_above", 2, [1, None, 3, 1, 3, None, 1], [4]),
    ],
)
def test_a_clause_holds_on_these_bars(op, value, values, expected):
    assert where(bars([10] * 7, p=values), clause("signal.p", op, value)) == expected


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ({"not": clause("signal.p", ">", 0.5)}, [0, 1, 2, 3, 6]),
        ({"any": [clause("signal.p", "<", 0.15), clause("signal.p", ">", 0.8)]}, [0, 4, 5]),
        ({"all": [clause("signal.p", ">", 0.15), clause("signal.p", "<", 0.8)]}, [1, 6]),
        (ALWAYS, [0, 1, 2, 3, 4, 5, 6]),
        ({"any": []}, []),
    ],
)
def test_clauses_are_joined(condition, expected):
    assert where(bars([10] * 7, p=LEVELS), condition) == expected


@pytest.mark.parametrize(
    ("op", "expected"), [("crosses_above", [1, 4]), (">", [1, 4]), ("==", [2])]
)
def test_a_clause_compares_two_columns(op, expected):
    frame = bars([10] * 5, p=[1, 3, 3, 1, 4], q=[2, 2, 3, 2, 2])
    assert where(frame, clause("signal.p", op, other="signal.q")) == expected


def test_a_column_of_32_bits_is_compared_in_64():
    frame = bars([10] * 2, p=[0.7, 0.9]).with_columns(pl.col("p").cast(pl.Float32))
    # 0.7 in 32 bits is 0.699999988, 0.9 is 0.899999976.
    assert where(frame, clause("signal.p", ">=", 0.7)) == [1]
    assert where(frame, clause("signal.p", "==", 0.9)) == []


@pytest.mark.parametrize(
    ("op", "count", "of_others", "expected"),
    [
        ("top_n", 2, {"B": [2, 3, 1, 2], "C": [3, 1, 2, 2], "D": [0, 3, None, 2]}, [1, 3]),
        ("bottom_n", 1, {"B": [2, 3, 1, 2], "C": [3, 1, 2, 2], "D": [0, 3, None, 2]}, [3]),
        ("top_n", 1, {"B": [2, 2, 2, None]}, [1, 3]),
    ],
)
def test_the_best_are_among_the_assets_with_a_value_now_and_ties_go_by_symbol(
    op, count, of_others, expected
):
    mine = bars([10] * 4, p=[1, 3, None, 2])
    others = [bars([10] * 4, name, p=values) for name, values in of_others.items()]
    assert where(pl.concat([mine, *others]), clause("signal.p", op, count)) == expected


def test_an_asset_without_a_bar_now_is_not_among_the_best():
    frame = pl.concat([bars([10] * 3, p=[0, 0, 0]), bars([10, None, 10], "B", p=[1, 1, 1])])
    assert where(frame, clause("signal.p", "top_n", 1)) == [1]
