"""Whether the best of many is the best by luck, and the neighbourhood of a cell."""

from itertools import combinations

import numpy as np
import pytest

from ml4t_desktop.analysis.undefined import Undefined
from ml4t_desktop.sweep.grid import Axis, Grid
from ml4t_desktop.sweep.overfitting import overfitting
from ml4t_desktop.sweep.table import best_of, plateau


def by_hand(returns, blocks):
    """The same by its definition, split by split."""
    size = len(returns) // blocks
    parts = [returns[i * size : (i + 1) * size] for i in range(blocks)]
    below = total = 0
    for chosen in combinations(range(blocks), blocks // 2):
        inside = np.concatenate([parts[i] for i in chosen])
        outside = np.concatenate([parts[i] for i in range(blocks) if i not in chosen])
        ratio = outside.mean(axis=0) / outside.std(axis=0, ddof=1)
        best = (inside.mean(axis=0) / inside.std(axis=0, ddof=1)).argmax()
        below += ratio[best] < np.median(ratio)
        total += 1
    return below / total


@pytest.mark.parametrize("variants", [2, 5, 8])
def test_it_is_what_its_definition_says(variants):
    returns = np.random.default_rng(variants).normal(0.0005, 0.01, (120, variants))
    found = overfitting(returns, blocks=6)
    assert found.probability == pytest.approx(by_hand(returns, 6))
    assert (found.splits, found.blocks, found.variants) == (20, 6, variants)


def test_one_that_is_better_all_the_time_is_no_luck():
    returns = np.random.default_rng(1).normal(0.0, 0.01, (400, 10))
    returns[:, 3] += 0.01
    assert overfitting(returns).probability == 0.0


def test_what_is_best_in_one_half_only_because_it_is_worst_in_the_other_is_luck():
    half = np.random.default_rng(2).normal(0.0, 0.001, (160, 1))
    mirrored = np.hstack(
        [
            half + np.repeat([[0.01], [-0.01]], 80, axis=0),
            half - np.repeat([[0.01], [-0.01]], 80, axis=0),
            half,
        ]
    )
    assert overfitting(mirrored, blocks=2 * 2).probability > 0.5


@pytest.mark.parametrize("shape", [(500, 1), (15, 5)])
def test_too_little_to_say_is_said(shape):
    assert isinstance(overfitting(np.ones(shape)), Undefined)


def test_the_plateau_is_the_mean_over_the_neighbours_there_are():
    grid = Grid((Axis("a", (1, 2, 3)), Axis("b", (0.1, 0.2))))
    values = np.array([[1.0, 2.0], [3.0, np.nan], [5.0, 6.0]])
    near = plateau(grid, values)
    assert near[0, 0] == pytest.approx((1 + 2 + 3) / 3)
    assert near[1, 0] == pytest.approx((1 + 2 + 3 + 5 + 6) / 5)
    assert np.isnan(near[1, 1])


def test_words_have_no_neighbours():
    grid = Grid((Axis("fill", ("next_open", "same_close")), Axis("b", (1, 2))))
    assert plateau(grid, np.array([[1.0, 3.0], [10.0, 20.0]])).tolist() == [
        [2.0, 2.0],
        [15.0, 15.0],
    ]


def test_less_is_better_where_it_is():
    values = np.array([0.3, np.nan, 0.1])
    assert best_of(values, "sharpe") == 0
    assert best_of(values, "volatility") == 2
    assert best_of(np.array([np.nan]), "sharpe") is None
