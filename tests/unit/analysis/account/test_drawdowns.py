import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ml4t_desktop.analysis.account.drawdowns import (
    deepest,
    depths,
    drawdowns,
    longest_days,
    underwater,
    worst_drawdowns,
)
from ml4t_desktop.units import MICROSECONDS_PER_DAY

CURVES = st.lists(st.floats(1.0, 1e6), max_size=60).map(lambda values: np.array(values, float))


def daily(count):
    return np.arange(count, dtype=np.int64) * MICROSECONDS_PER_DAY


def test_the_underwater_curve_is_measured_from_the_peak_so_far():
    below = underwater(np.array([100.0, 120.0, 90.0, 120.0, 60.0]), 100.0)
    assert below.tolist() == pytest.approx([0.0, 0.0, -0.25, 0.0, -0.5])


def test_the_initial_capital_counts_as_a_peak():
    assert underwater(np.array([90.0, 80.0]), 100.0).tolist() == pytest.approx([-0.1, -0.2])


def test_rounding_noise_at_the_peak_is_no_drawdown():
    equity = np.array([100.0, 100.0 * (1 - 1e-15), 100.0])
    assert drawdowns(daily(3), equity, 100.0) == ()


def test_a_drawdown_knows_its_peak_lowest_point_and_recovery():
    equity = np.array([100.0, 120.0, 90.0, 60.0, 80.0, 130.0])
    (only,) = drawdowns(daily(6), equity, 100.0)
    day = MICROSECONDS_PER_DAY
    assert (only.start, only.trough, only.recovery) == (1 * day, 3 * day, 5 * day)
    assert only.depth == pytest.approx(-0.5)
    assert only.money == pytest.approx(-60.0)
    assert (only.bars, only.bars_to_trough) == (4, 2)
    assert (only.days, only.days_to_trough) == (4.0, 2.0)


def test_a_drawdown_that_is_not_recovered_lasts_to_the_end():
    (only,) = drawdowns(daily(4), np.array([100.0, 80.0, 70.0, 75.0]), 100.0)
    assert only.recovery is None
    assert (only.bars, only.days) == (3, 3.0)


def test_a_drawdown_from_the_initial_capital_starts_one_bar_before_the_first():
    (only,) = drawdowns(daily(3), np.array([90.0, 80.0, 100.0]), 100.0)
    assert only.start == 0
    assert (only.bars, only.days) == (3, 2.0)


def test_the_deepest_of_several_is_found_and_the_longest_too():
    equity = np.array([100.0, 50.0, 100.0, 99.0, 98.0, 97.0, 100.0])
    worst = deepest(daily(7), equity, 100.0)
    assert worst is not None
    assert (worst.depth, worst.days) == (-0.5, 2.0)
    assert longest_days(daily(7), underwater(equity, 100.0)) == 4.0


def test_equity_that_only_rises_has_no_drawdown():
    equity = np.array([100.0, 101.0, 102.0])
    assert deepest(daily(3), equity, 100.0) is None
    assert drawdowns(daily(3), equity, 100.0) == ()
    assert longest_days(daily(3), underwater(equity, 100.0)) == 0.0


def test_no_equity_points_have_no_drawdown():
    assert drawdowns(daily(0), np.empty(0), 100.0) == ()
    assert deepest(daily(0), np.empty(0), 100.0) is None


@given(CURVES, st.floats(1.0, 1e6))
def test_the_deepest_and_the_depths_agree_with_a_plain_loop(equity, initial):
    peak, lowest, expected = initial, 0.0, []
    for value in equity:
        peak = max(peak, value)
        below = value / peak - 1.0
        if below > -1e-12:
            expected += [lowest] if lowest < 0 else []
            lowest = 0.0
        else:
            lowest = min(lowest, below)
    expected += [lowest] if lowest < 0 else []
    found = drawdowns(daily(len(equity)), equity, initial)
    assert [one.depth for one in found] == pytest.approx(expected)
    assert depths(underwater(equity, initial)).tolist() == pytest.approx(expected)
    worst = deepest(daily(len(equity)), equity, initial)
    assert (worst.depth if worst else 0.0) == pytest.approx(min(expected, default=0.0))


@given(CURVES, st.floats(1.0, 1e6), st.floats(0.01, 100.0))
def test_drawdowns_do_not_depend_on_the_unit_of_money(equity, initial, unit):
    scaled = underwater(equity * unit, initial * unit)
    assert scaled.tolist() == pytest.approx(underwater(equity, initial).tolist(), abs=1e-9)


def test_the_worst_drawdowns_come_first_and_equal_ones_as_they_were():
    equity = np.array([100.0, 90.0, 100.0, 95.0, 100.0, 90.0, 100.0, 99.0])
    times = np.arange(8) * MICROSECONDS_PER_DAY
    worst = worst_drawdowns(times, equity, 100.0, 3)

    assert [round(item.depth, 6) for item in worst] == [-0.1, -0.1, -0.05]
    assert [item.trough // MICROSECONDS_PER_DAY for item in worst] == [1, 5, 3]
    assert worst == tuple(sorted(drawdowns(times, equity, 100.0), key=lambda item: item.depth)[:3])
    assert worst_drawdowns(times, np.full(8, 100.0), 100.0, 3) == ()
    assert worst_drawdowns(times[:0], equity[:0], 100.0, 3) == ()
