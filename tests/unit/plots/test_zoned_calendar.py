import numpy as np
import pytest
from PySide6.QtCore import QLocale

from ml4t_desktop.plots.calendar import Calendar
from ml4t_desktop.session.formats import use_time_zone

HOUR = 3_600_000_000
# Two days of the exchange in New York: 14:30 to 20:30 UTC, 9:30 to 15:30 there.
TIMES = np.array(
    [day * 24 * HOUR + 14 * HOUR + HOUR // 2 + n * HOUR for day in (0, 1) for n in range(7)]
)


@pytest.fixture
def clocks():
    yield use_time_zone
    use_time_zone("UTC")


def calendar(**kind):
    return Calendar(TIMES, QLocale.c(), **kind)


def test_legends_and_ticks_are_written_on_the_clocks_that_are_chosen(clocks):
    shown = calendar(is_zoned=True)
    assert shown.day_text(0) == "1 Jan 1970 14:30"

    clocks("America/New_York")

    assert shown.day_text(0) == "1 Jan 1970 09:30"
    assert shown.full_text(6).endswith("15:30")
    assert shown.tick_texts([0, 1]) == ["1 Jan 1970 09:30", "10:30"]


def test_days_begin_where_they_do_on_these_clocks(clocks):
    shown = calendar(is_zoned=True)
    assert shown.ticks(0, 14, 3).tolist() != []
    clocks("Asia/Tokyo")  # 14:30 UTC is 23:30 there: the day begins at the next bar

    assert 1 in shown.ticks(0, 14, 3).tolist()
    assert shown.times is TIMES


def test_a_clock_that_nobody_named_and_days_are_not_moved(clocks):
    clocks("America/New_York")

    assert calendar().day_text(0) == "1 Jan 1970 14:30"
    days = Calendar(np.arange(3) * 24 * HOUR, QLocale.c(), is_zoned=True)
    assert days.day_text(0) == "1 Jan 1970"
