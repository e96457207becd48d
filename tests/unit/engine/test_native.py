"""The compiled program as it is called: its arguments, and the columns it makes."""

import itertools

import numpy as np
import pytest

from ml4t_desktop.engine.kernel import native
from ml4t_desktop.engine.machine import best_of_timestamp, volatility


def test_an_array_that_is_not_contiguous_is_refused():
    with pytest.raises(ValueError, match="not contiguous"):
        native.Call([(0, np.zeros((4, 4))[:, 1])])


@pytest.mark.parametrize("seed", range(5))
def test_the_best_of_a_timestamp_are_those_of_a_sort(seed):
    chance = np.random.default_rng(seed)
    values = chance.integers(0, 6, 60).astype(float)
    values[chance.random(60) < 0.2] = np.nan
    row_start = np.array([0, 7, 7, 30, 60])
    for sign in (1.0, -1.0):
        chosen = best_of_timestamp(values, row_start, 4, sign)
        for start, end in itertools.pairwise(row_start):
            rows = [row for row in range(start, end) if not np.isnan(values[row])]
            best = sorted(rows, key=lambda row: (-sign * values[row], row))[:4]
            assert np.flatnonzero(chosen[start:end]).tolist() == sorted(np.array(best) - start)


def test_volatility_is_the_standard_deviation_of_the_last_returns():
    close = np.array([100.0, 50.0, 110.0, 50.0, 99.0, 50.0, 108.9, 50.0])
    asset = np.array([0, 1, 0, 1, 0, 1, 0, 1], np.int32)
    deviations = volatility(close, asset, 2, 2)
    # Returns of the first asset: 0.1, -0.1, 0.1; two of them deviate by 0.1 * sqrt(2). The second stands still.
    assert deviations[[4, 6]] == pytest.approx(0.1 * np.sqrt(2))
    assert deviations[[5, 7]].tolist() == [0.0, 0.0]
    assert np.isnan(deviations[:4]).all()
