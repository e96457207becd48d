"""How sure a Sharpe ratio is, against values worked out by hand and by simulation."""

import math

import numpy as np
import pytest

from ml4t_desktop.analysis.undefined import Undefined
from ml4t_desktop.analysis.validity.sharpe import (
    SharpeSample,
    deflated,
    expected_highest,
    sharpe_sample,
)


def test_the_probability_is_that_of_the_published_example():
    # Bailey and Lopez de Prado (2012): monthly hedge fund returns, Sharpe ratio 0.458 a month over
    # 24 months, skew -2.448, kurtosis 10.164: the probability of being above zero is 0.982 for normal
    # returns and 0.913 for these.
    normal = SharpeSample(sharpe=0.458, skew=0.0, kurtosis=3.0, count=24)
    skewed = SharpeSample(sharpe=0.458, skew=-2.448, kurtosis=10.164, count=24)

    assert normal.probability_above(0.0) == pytest.approx(0.982, abs=0.0015)
    assert skewed.probability_above(0.0) == pytest.approx(0.913, abs=0.0015)


def test_after_the_shortest_track_record_the_probability_is_the_one_asked_for():
    sample = SharpeSample(sharpe=0.1, skew=-0.5, kurtosis=5.0, count=100)

    needed = sample.shortest_track_record(0.02, 0.95)

    longer = SharpeSample(sharpe=0.1, skew=-0.5, kurtosis=5.0, count=round(needed))
    assert longer.probability_above(0.02) == pytest.approx(0.95, abs=0.001)


def test_no_length_makes_a_ratio_below_the_hurdle_sure():
    sample = SharpeSample(sharpe=0.1, skew=0.0, kurtosis=3.0, count=100)

    assert isinstance(sample.shortest_track_record(0.1), Undefined)


def test_the_best_of_many_without_edge_is_as_high_as_chance_makes_it():
    draws = np.random.default_rng(3).normal(0.0, 0.05, (20_000, 40))

    # The formula is the limit for many trials: for forty it is a little high.
    assert expected_highest(40, 0.05**2) == pytest.approx(draws.max(axis=1).mean(), rel=0.02)
    assert expected_highest(1, 0.05**2) == 0.0


def test_more_trials_make_the_same_ratio_less_sure():
    sample = SharpeSample(sharpe=0.08, skew=0.0, kurtosis=3.0, count=1000)
    one, ten, many = (deflated(sample, trials, []).probability for trials in (1, 10, 500))

    assert one == sample.probability_above(0.0)
    assert one > ten > many


def test_the_spread_of_known_trials_counts_instead_of_that_of_chance():
    sample = SharpeSample(sharpe=0.08, skew=0.0, kurtosis=3.0, count=1000)
    found = deflated(sample, 3, [0.01, 0.03, 0.05, math.nan])

    assert found.variance == pytest.approx(0.0004)
    assert found.hurdle == pytest.approx(expected_highest(3, 0.0004))


def test_moments_are_those_of_the_sample():
    returns = np.array([0.01, -0.02, 0.03, 0.0, 0.005])
    away = returns - returns.mean()

    found = sharpe_sample(returns)

    assert found.sharpe == pytest.approx(returns.mean() / returns.std(ddof=1))
    assert found.skew == pytest.approx((away**3).mean() / (away**2).mean() ** 1.5)
    assert found.kurtosis == pytest.approx((away**4).mean() / (away**2).mean() ** 2)


@pytest.mark.parametrize(
    "returns", [[0.01, 0.02], [0.01] * 9, [0.01, float("nan"), 0.02, 0.0]], ids=str
)
def test_returns_that_say_nothing_have_no_ratio(returns):
    assert isinstance(sharpe_sample(np.array(returns)), Undefined)
