"""Where the lines of a grid are on paper."""

from datetime import UTC, datetime

import pytest

from ml4t_desktop.paper.axes import month_ticks, ticks, value_scale
from ml4t_desktop.paper.ink import Box


def moment(year, month, day=1):
    return round(datetime(year, month, day, tzinfo=UTC).timestamp() * 1000)


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [
        (0.0, 10.0, [0, 2, 4, 6, 8, 10]),
        (-0.18, 0.0, [-0.15, -0.1, -0.05, 0.0]),
        (980_000, 1_410_000, [1_000_000, 1_100_000, 1_200_000, 1_300_000, 1_400_000]),
        (5.0, 5.0, []),
    ],
)
def test_lines_are_at_round_values(low, high, expected):
    assert ticks(low, high) == pytest.approx(expected)


def test_times_are_at_beginnings_of_months_and_not_too_many():
    found = month_ticks(moment(2017, 6, 1), moment(2021, 5, 14))

    assert found[:2] == [moment(2017, 7), moment(2018, 1)]
    assert 4 <= len(found) <= 8


def test_a_history_of_decades_has_lines_at_beginnings_of_years():
    found = month_ticks(moment(1990, 3), moment(2020, 3))

    assert all(datetime.fromtimestamp(time / 1000, UTC).month == 1 for time in found)
    assert 3 <= len(found) <= 8


def test_a_few_days_have_lines_at_days():
    found = month_ticks(moment(2020, 3, 2), moment(2020, 3, 9))

    assert found[0] == moment(2020, 3, 2)
    assert len(found) == 8


def test_a_scale_has_room_around_its_values_but_for_a_floor_that_is_its_end():
    box = Box(x=0, y=0, width=100, height=100)

    scale = value_scale(box, [-0.2, None, -0.1, float("nan")], floor=0.0)

    assert scale.high == 0.0
    assert scale.low < -0.2
    assert scale.at(0.0) == 0.0


def test_values_that_do_not_vary_have_a_scale_too():
    scale = value_scale(Box(x=0, y=0, width=100, height=100), [3.0, 3.0])

    assert scale.low < 3.0 < scale.high
