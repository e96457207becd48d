import pytest
from PySide6.QtCore import QLocale

from ml4t_desktop.session.number_input import may_become_number, number_of


@pytest.mark.parametrize(
    ("country", "typed", "meant"),
    [
        ("en_US", "1,234.5", 1234.5),
        ("en_US", "0,85", 0.85),
        ("de_DE", "1.234,5", 1234.5),
        ("de_DE", "0,85", 0.85),
        ("de_DE", "0.85", 0.85),
        ("de_DE", "0.850", 0.85),
        ("de_DE", "1.500", 1500.0),
        ("de_DE", "-1,5", -1.5),
        ("fr_FR", "1 234,5", 1234.5),
        ("de_CH", "1'234.5", 1234.5),
        ("ar_EG", "٠٫٨٥", 0.85),
        ("ar_EG", "0.85", 0.85),
        ("fa_IR", "۱٬۲۳۴٫۵", 1234.5),
        ("fa_IR", "1234.5", 1234.5),
        ("fa_IR", "0,85", 0.85),
        ("en_IN", "1,23,456.78", 123456.78),
        ("sv_SE", "\N{MINUS SIGN}2,5", -2.5),
        ("en_US", "1e-3", 0.001),
    ],
)
def test_a_number_is_read_as_it_is_typed_in_a_country(country, typed, meant):
    assert number_of(typed, QLocale(country)) == meant


@pytest.mark.parametrize("country", ["en_US", "de_DE", "fr_FR", "ar_EG", "fa_IR", "hi_IN", "sv_SE"])
@pytest.mark.parametrize("value", [0.0, -1234567.25, 0.0125, 999.5])
def test_what_a_country_writes_is_read_again(country, value):
    locale = QLocale(country)

    assert number_of(locale.toString(value, "f", 4), locale) == value


@pytest.mark.parametrize("typed", ["", "abc", "1.2.3,4", "0.5 x", "--1"])
def test_what_is_no_number_is_none(typed):
    assert number_of(typed, QLocale("de_DE")) is None


@pytest.mark.parametrize("typed", ["", "-", "0,", "1.", "1e", "1e-", "٠٫"])
def test_the_beginning_of_a_number_may_go_on(typed):
    assert may_become_number(typed)


@pytest.mark.parametrize("typed", ["a", "1x", "1e5e", "%"])
def test_what_cannot_become_a_number_may_not(typed):
    assert not may_become_number(typed)
