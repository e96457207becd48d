"""Ticks of a time axis over ordinals."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from PySide6.QtCore import QLocale

from ml4t_desktop.plots.calendar import Calendar
from ml4t_desktop.units import microseconds

ENGLISH = QLocale(QLocale.Language.English, QLocale.Country.UnitedStates)


@pytest.fixture
def business_days() -> Calendar:
    days = np.busday_offset("2019-11-04", np.arange(600), roll="forward")
    return Calendar(days.astype("datetime64[us]").astype(np.int64), ENGLISH)


def texts(calendar: Calendar, first: int, stop: int, most: int) -> list[str]:
    return calendar.tick_texts(calendar.ticks(first, stop, most).tolist())


def test_over_years_ticks_stand_where_a_year_begins(business_days):
    assert texts(business_days, 0, 600, 3) == ["2020", "2021", "2022"]


def test_over_months_ticks_stand_where_a_month_begins(business_days):
    assert texts(business_days, 0, 120, 6) == ["Dec 2019", "2020", "Feb", "Mar", "Apr"]


def test_over_weeks_ticks_stand_on_mondays(business_days):
    assert texts(business_days, 1, 21, 5) == ["11 Nov 2019", "18 Nov", "25 Nov", "2 Dec"]


def test_when_every_bar_has_room_every_bar_has_a_tick(business_days):
    assert business_days.ticks(10, 15, 8).tolist() == [10, 11, 12, 13, 14]


def test_within_a_day_ticks_are_hours_and_a_new_day_is_named():
    start = datetime(2020, 3, 2, 9, 30, tzinfo=UTC)
    session = [start + timedelta(days=day, minutes=30 * bar) for day in (0, 1) for bar in range(13)]
    calendar = Calendar(np.array([microseconds(moment) for moment in session]), ENGLISH)
    assert texts(calendar, 0, 5, 9) == ["2 Mar 2020 09:30", "10:00", "10:30", "11:00", "11:30"]
    assert texts(calendar, 10, 16, 9)[3] == "3 Mar"


def test_ticks_are_never_more_than_asked_for(business_days):
    for most in range(2, 40):
        for first, stop in ((0, 600), (13, 200), (400, 460)):
            assert len(business_days.ticks(first, stop, most)) <= most


def test_an_ordinal_outside_the_data_has_no_text(business_days):
    assert business_days.tick_texts([-1, 600]) == ["", ""]


def test_a_legend_names_the_weekday_and_the_time_when_there_is_one():
    times = [datetime(2020, 3, 2, tzinfo=UTC), datetime(2020, 3, 2, 9, 30, tzinfo=UTC)]
    calendar = Calendar(np.array([microseconds(moment) for moment in times]), ENGLISH)
    assert calendar.full_text(0) == "Mon 2 Mar 2020"
    assert calendar.full_text(1) == "Mon 2 Mar 2020 09:30"
