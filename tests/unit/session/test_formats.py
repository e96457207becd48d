from datetime import datetime

import pytest
from PySide6.QtCore import QLocale

from ml4t_desktop.session.formats import date_format, format_value

NOON = datetime(2024, 3, 4, 12, 30)


@pytest.mark.parametrize(
    ("country", "written"),
    [
        ("en_US", "2024-03-04 12:30"),  # 03/04/2024 would be another day elsewhere
        ("en_GB", "04/03/2024 12:30"),
        ("de_DE", "04.03.2024 12:30"),
        ("ja_JP", "2024/03/04 12:30"),
        ("sv_SE", "2024-03-04 12:30"),
        ("fa_IR", "۲۰۲۴/۰۳/۰۴ ۱۲:۳۰"),
    ],
)
def test_a_time_is_written_as_in_the_country(country, written):
    assert format_value(NOON, "time", QLocale(country)) == written


@pytest.mark.parametrize("country", ["C", "en_US", "de_DE", "ar_EG", "fr_FR", "hu_HU", "th_TH"])
def test_a_day_that_is_written_can_be_read_again(country):
    locale = QLocale(country)
    written = format_value(NOON, "date", locale)

    day = locale.toDate(written, date_format(locale))

    assert (day.year(), day.month(), day.day()) == (2024, 3, 4)


@pytest.mark.parametrize(
    ("country", "written"),
    [("de_DE", "-1.234,50"), ("fa_IR", "\u200e\u2212۱٬۲۳۴٫۵۰"), ("C", "-1234.50")],
)
def test_money_has_the_marks_and_digits_of_the_country(country, written):
    assert format_value(-1234.5, "money", QLocale(country)) == written
