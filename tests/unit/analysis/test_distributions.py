"""Histograms and what describes a distribution."""

import numpy as np
import pytest

from ml4t_desktop.analysis.distributions import histogram, shape_of


def test_bins_have_round_edges_and_zero_is_one_of_them():
    values = np.random.default_rng(1).normal(0.01, 0.05, 2_000)
    bins = histogram(values)
    width = bins.edges[1] - bins.edges[0]
    assert width == pytest.approx(0.02)  # 2 (q75 - q25) / n^(1/3) is 0.0107
    assert np.any(np.isclose(bins.edges, 0.0))
    assert bins.counts.sum() == 2_000
    assert np.allclose(bins.edges / width, np.round(bins.edges / width))


def test_a_value_on_an_edge_belongs_to_the_bin_above_it():
    values = np.concatenate([np.linspace(0, 1, 101), [0.5, 0.5]])
    bins = histogram(values)
    on_edge = np.concatenate([values, bins.edges[:-1]])
    found = histogram(on_edge)
    assert found.edges.tolist() == bins.edges.tolist()
    assert found.places[values.size :].tolist() == list(range(bins.counts.size))


def test_what_is_far_outside_is_in_the_outer_bins():
    values = np.concatenate([np.linspace(-1, 1, 1_000), [50.0, -50.0]])
    bins = histogram(values)
    assert bins.edges[-1] < 3
    assert bins.places[-2] == bins.counts.size - 1
    assert bins.places[-1] == 0
    assert bins.chosen(0, 0)[-1]


def test_whole_numbers_are_counted_in_whole_bins():
    bins = histogram(np.array([1.0, 1.0, 2.0, 3.0, 3.0, 3.0]), is_whole=True)
    assert bins.edges.tolist() == [1.0, 2.0, 3.0, 4.0]
    assert bins.counts.tolist() == [2, 1, 3]
    assert bins.counts_of(np.array([True, False, True, False, False, True])).tolist() == [1, 1, 1]


@pytest.mark.parametrize("values", [[], [np.nan], [0.02], [0.02, 0.02], [0.0, 0.0]])
def test_few_or_equal_values_have_a_histogram_too(values):
    bins = histogram(np.array(values))
    present = [value for value in values if value == value]  # noqa: PLR0124 (NaN)
    assert bins.counts.sum() == len(present)


def test_the_shape_is_described_and_not_where_values_are_too_few():
    values = np.random.default_rng(2).exponential(1.0, 500)
    shape = shape_of(values)
    third = np.mean((values - values.mean()) ** 3) / values.std() ** 3
    assert shape.skew == pytest.approx(third * (500 * 499) ** 0.5 / 498)
    assert shape.deviation == pytest.approx(values.std(ddof=1))
    assert (shape.low, shape.high) == pytest.approx(tuple(np.quantile(values, [0.05, 0.95])))
    assert shape_of(np.array([])).mean is None
    assert shape_of(np.array([1.0])).deviation is None
    assert shape_of(np.array([1.0, 1.0, 1.0])).skew is None
