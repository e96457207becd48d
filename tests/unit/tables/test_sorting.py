"""Sorting a column by its row numbers."""

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ml4t_desktop.tables.sorting import sorted_rows


@pytest.mark.parametrize("is_descending", [False, True])
def test_null_and_nan_come_last_in_both_directions(is_descending):
    rows = sorted_rows(pl.Series([2.0, None, 1.0, float("nan"), 3.0]), is_descending=is_descending)
    assert rows.tolist() == ([4, 0, 2, 1, 3] if is_descending else [2, 0, 4, 1, 3])


def test_numbers_are_sorted_as_numbers_and_not_as_text():
    assert sorted_rows(pl.Series([100, 9, 20])).tolist() == [1, 2, 0]


def test_texts_are_sorted_by_letter_with_missing_ones_last():
    assert sorted_rows(pl.Series(["b", None, "a", "c"])).tolist() == [2, 0, 3, 1]


def test_a_column_without_any_value_keeps_its_order():
    assert sorted_rows(pl.Series([None, None], dtype=pl.String)).tolist() == [0, 1]


@pytest.mark.parametrize("kind", [pl.Int64, pl.Float64, pl.String])
@given(values=st.lists(st.integers(-3, 3), max_size=40), is_descending=st.booleans())
def test_equal_values_keep_the_order_of_the_frame(kind, values, is_descending):
    series = pl.Series(values, dtype=pl.Int64).cast(kind)
    expected = sorted(
        range(len(values)),
        key=lambda row: str(values[row]) if kind == pl.String else values[row],
        reverse=is_descending,
    )  # reverse keeps the order of equal values
    assert sorted_rows(series, is_descending=is_descending).tolist() == expected


def test_many_equal_values_keep_the_order_of_the_frame():
    values = np.random.default_rng(1).integers(0, 50, 20_000)
    assert np.array_equal(sorted_rows(pl.Series(values)), np.argsort(values, kind="stable"))
