"""How a value is written on screen, by its kind, in the user's locale."""

import math
from collections.abc import Callable
from datetime import datetime
from typing import Literal

from PySide6.QtCore import QDate, QDateTime, QLocale, QTime

from ml4t_desktop.session.language import tr
from ml4t_desktop.session.words import as_words

# A "word" is a text such as stop_loss, shown as "Stop loss"; a "percent" a fraction; a "decimal" a
# number whose decimals line up with its neighbours'; a "date" a timestamp without its time of day.
Kind = Literal[
    "text", "word", "money", "price", "quantity", "percent", "number", "decimal", "ratio", "count", "days",
    "date", "time",
]  # fmt: skip
NOTHING = ""
_DATE = "yyyy-MM-dd"
_COMPACT = ((1e9, "B"), (1e6, "M"), (1e3, "k"))


def format_value(value: object, kind: Kind, locale: QLocale) -> str:
    """Return a value as text; empty for None and NaN.

    Parameters
    ----------
    value : str, int, float, bool, datetime or None
    kind : str
        What the value is. A text in a column of numbers is shown as it is.
    locale : QLocale
        Decides digits, separators and names of months.
    """
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return NOTHING
    if isinstance(value, str):
        return as_words(value) if kind == "word" else value
    if isinstance(value, datetime):
        return _moment(value, locale, has_time=kind != "date")
    if isinstance(value, int | float):
        return _NUMBERS.get(kind, _number)(float(value), locale)
    return str(value)


def compact(value: float, locale: QLocale) -> str:
    """Return a number in few characters, such as "1.25M", for axes and legends."""
    for size, suffix in _COMPACT:
        if abs(value) >= size * 0.99995:
            return f"{_trimmed(value / size, 2, locale)}{suffix}"
    return _trimmed(value, 2, locale)


def price(value: float, locale: QLocale) -> str:
    """Return a price: two decimals, more for small prices so that four digits remain."""
    size = abs(value)
    small = 0 < size < 10
    decimals = min(10, max(2, 3 - math.floor(math.log10(size)))) if small else 2
    return locale.toString(value, "f", decimals)


def _moment(value: datetime, locale: QLocale, *, has_time: bool) -> str:
    date = QDate(value.year, value.month, value.day)
    if not has_time:
        return locale.toString(date, _DATE)
    clock = QTime(value.hour, value.minute, value.second)
    pattern = f"{_DATE} HH:mm:ss" if value.second else f"{_DATE} HH:mm"
    return locale.toString(QDateTime(date, clock), pattern)


def _money(value: float, locale: QLocale) -> str:
    return locale.toString(value, "f", 2)


def _percent(value: float, locale: QLocale) -> str:
    return f"{locale.toString(value * 100, 'f', 2)} %"


def _ratio(value: float, locale: QLocale) -> str:
    return locale.toString(value, "f", 2)


def _days(value: float, locale: QLocale) -> str:
    return tr("{days} d", days=_trimmed(value, 1, locale))


def _count(value: float, locale: QLocale) -> str:
    return locale.toString(value, "f", 0)


def _quantity(value: float, locale: QLocale) -> str:
    return _trimmed(value, 6, locale)


def _number(value: float, locale: QLocale) -> str:
    if value == 0 or 1e-4 <= abs(value) < 1e15:
        return _trimmed(value, 4 if abs(value) < 1000 else 2, locale)
    return locale.toString(value, "g", 4)


def _decimal(value: float, locale: QLocale) -> str:
    return locale.toString(value, "f", 4 if abs(value) < 1000 else 2)


def _trimmed(value: float, decimals: int, locale: QLocale) -> str:
    """Return a number with at most so many decimals and no zeros at their end."""
    text = locale.toString(value, "f", decimals)
    point = locale.decimalPoint()
    return text.rstrip(locale.zeroDigit()).removesuffix(point) if point in text else text


_NUMBERS: dict[Kind, Callable[[float, QLocale], str]] = {
    "money": _money,
    "price": price,
    "percent": _percent,
    "ratio": _ratio,
    "count": _count,
    "days": _days,
    "quantity": _quantity,
    "number": _number,
    "decimal": _decimal,
}
