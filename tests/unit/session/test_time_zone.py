"""Times on the clocks of another zone, on screen only."""

from datetime import UTC, datetime

import numpy as np
import pytest
from PySide6.QtCore import QLocale

from ml4t_desktop.session.formats import (
    clock_times,
    day_on_screen,
    format_value,
    is_zone,
    moment_of_clock,
    on_clock,
    time_on_screen,
    use_time_zone,
    zone_of,
)
from ml4t_desktop.session.review.making_text import moment_text
from ml4t_desktop.units import microseconds

WINTER = datetime(2021, 3, 12, 14, 30, tzinfo=UTC)
SUMMER = datetime(2021, 3, 15, 13, 30, tzinfo=UTC)  # New York has changed its clocks in between
LOCALE = QLocale.c()


@pytest.fixture
def new_york():
    use_time_zone("America/New_York")
    yield
    use_time_zone("UTC")


def test_the_same_minute_of_the_exchange_before_and_after_its_clocks_change(new_york):
    assert format_value(WINTER, "time", LOCALE) == "2021-03-12 09:30"
    assert format_value(SUMMER, "time", LOCALE) == "2021-03-15 09:30"


def test_times_without_a_zone_and_days_stay_as_they_are(new_york):
    assert format_value(WINTER.replace(tzinfo=None), "time", LOCALE) == "2021-03-12 14:30"
    assert format_value(datetime(2021, 3, 12, tzinfo=UTC), "date", LOCALE) == "2021-03-12"


def test_many_times_are_moved_as_each_of_them(new_york):
    times = np.array([microseconds(WINTER), microseconds(SUMMER)])

    moved = clock_times(times)

    expected = [microseconds(on_clock(moment)) for moment in (WINTER, SUMMER)]
    assert moved.tolist() == expected


def test_at_first_times_are_those_of_utc():
    times = np.array([microseconds(WINTER)])

    assert clock_times(times) is times
    assert format_value(WINTER, "time", LOCALE) == "2021-03-12 14:30"


def test_a_choice_means_a_zone():
    assert zone_of("exchange", "America/New_York") == "America/New_York"
    assert zone_of("exchange", "") == "UTC"
    assert zone_of("Asia/Tokyo", "America/New_York") == "Asia/Tokyo"
    assert zone_of("Atlantis/Sunken", "") == "UTC"
    assert is_zone(zone_of("local", ""))


def test_a_change_of_the_zone_is_told_once(new_york):
    assert not use_time_zone("America/New_York")
    assert use_time_zone("Asia/Tokyo")
    assert format_value(WINTER, "time", LOCALE) == "2021-03-12 23:30"


def test_a_time_that_is_written_plainly_is_shown_on_the_clocks_that_are_chosen(new_york):
    german = QLocale("de_DE")
    assert time_on_screen("2021-03-12 14:30:00", LOCALE, is_zoned=True) == "2021-03-12 09:30"
    assert time_on_screen("2021-03-12 14:30:00", LOCALE, is_zoned=False) == "2021-03-12 14:30"
    assert time_on_screen("2021-03-12", german, is_zoned=True) == "12.03.2021"


def test_the_day_of_a_moment_is_that_of_the_clocks(new_york):
    night = datetime(2021, 3, 12, 2, tzinfo=UTC)
    assert day_on_screen(night, LOCALE, has_clock=True) == "2021-03-11"
    assert day_on_screen(night, LOCALE, has_clock=False) == "2021-03-12"


def test_what_the_clocks_show_is_a_moment_again(new_york):
    shown = on_clock(SUMMER)
    assert moment_of_clock(shown, is_zoned=True) == microseconds(SUMMER)
    assert moment_of_clock(shown, is_zoned=False) == microseconds(shown.replace(tzinfo=UTC))


def test_a_moment_behind_a_number_is_on_the_clocks_but_a_day_is_a_day(new_york):
    days = microseconds(WINTER) / 86_400_000_000
    assert moment_text(days, LOCALE, is_zoned=True) == "2021-03-12 09:30"
    assert moment_text(days, LOCALE) == "2021-03-12 14:30"
    assert moment_text(18698.0, LOCALE, is_zoned=True) == "2021-03-12"
