"""Bars in groups of powers of two."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ml4t_desktop.plots.pyramid import Bars, Pyramid


def pyramid(count: int) -> Pyramid:
    random = np.random.default_rng(count)
    low = random.random(count)
    return Pyramid(Bars(low + 0.2, low + 1, low, low + 0.7))


def test_a_group_has_the_first_open_the_highest_high_the_lowest_low_and_the_last_close():
    bars = Bars(
        open=np.array([1.0, 2, 3]),
        high=np.array([5.0, 4, 9]),
        low=np.array([0.5, 1, 2]),
        close=np.array([2.0, 3, 8]),
    )
    joined = Pyramid(bars).level(1)
    assert joined.open.tolist() == [1, 3]
    assert joined.high.tolist() == [5, 9]
    assert joined.low.tolist() == [0.5, 2]
    assert joined.close.tolist() == [3, 8]


def test_a_gap_does_not_hide_its_neighbour():
    joined = Pyramid(Bars.of_line(np.array([np.nan, 4, 5, np.nan, np.nan, np.nan]))).level(1)
    assert joined.low[:2].tolist() == [4, 5]
    assert np.isnan(joined.high[2])


@given(count=st.integers(1, 200), number=st.integers(0, 9))
def test_every_level_covers_every_bar(count, number):
    bars = pyramid(count)
    level = bars.level(number)
    size = 1 << number
    assert len(level) == -(-count // size)
    for group in range(len(level)):
        part = slice(group * size, (group + 1) * size)
        assert level.high[group] == bars.level(0).high[part].max()
        assert level.low[group] == bars.level(0).low[part].min()


@given(count=st.integers(1, 300), ends=st.tuples(st.integers(-5, 305), st.integers(-5, 305)))
def test_the_bounds_of_a_part_are_its_lowest_low_and_highest_high(count, ends):
    first, stop = sorted(ends)
    bars = pyramid(count)
    part = slice(max(first, 0), max(min(stop, count), 0))
    low = bars.level(0).low[part]
    found = bars.bounds(first, stop)
    if not low.size:
        assert found is None
    else:
        assert found == (low.min(), bars.level(0).high[part].max())


def test_a_part_without_values_has_no_bounds():
    assert Pyramid(Bars.of_line(np.full(4, np.nan))).bounds(0, 4) is None


@pytest.mark.parametrize(
    ("bars_per_pixel", "level"), [(0.1, 0), (0.5, 0), (1.0, 1), (3.0, 3), (1e9, 10)]
)
def test_a_group_is_at_least_as_wide_as_asked(bars_per_pixel, level):
    assert pyramid(1000).level_for(bars_per_pixel, 2) == level
