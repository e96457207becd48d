"""A line at the times of another one."""

import numpy as np

from ml4t_desktop.analysis.alignment import at_times

NAN = np.nan


def test_the_latest_value_at_or_before_each_time_is_taken():
    found = at_times(np.array([5, 10, 15, 20, 25]), np.array([10, 20]), np.array([1.0, 2.0]))
    np.testing.assert_array_equal(found, [NAN, 1.0, 1.0, 2.0, NAN])


def test_a_line_of_the_same_times_is_taken_as_it_is():
    values = np.array([1.0, 2.0])
    assert at_times(np.array([1, 2]), np.array([1, 2]), values) is values


def test_a_line_without_values_has_none_anywhere():
    found = at_times(np.array([1, 2]), np.zeros(0, np.int64), np.zeros(0))
    np.testing.assert_array_equal(found, [NAN, NAN])
