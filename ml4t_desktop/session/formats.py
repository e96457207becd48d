"""How a value is written on screen, by its kind, in the user's locale."""

import functools
import math
import re
from collections.abc import Callable
from datetime import UTC, datetime, tzinfo
from typing import TYPE_CHECKING, Literal
from zoneinfo import ZoneInfo

from PySide6.QtCore import QDate, QDateTime, QLocale, QTime, QTimeZone

if TYPE_CHECKING:  # numpy loads after the window is visible
    import numpy as np
    from numpy.typing import NDArray

from ml4t_desktop.session.direction import kept_together
from ml4t_desktop.session.language import tr
from ml4t_desktop.session.words import as_words

# A "word" is a text such as stop_loss, shown as "Stop loss"; a "percent" a fraction; a "decimal" a
# number whose decimals line up with its neighbours'; a "date" a timestamp without its time of day.
Kind = Literal[
    "text", "word", "money", "price", "quantity", "percent", "number", "decimal", "ratio", "count", "days",
    "date", "time",
]  # fmt: skip
NOTHING = ""
_PLAIN_DATE = "yyyy-MM-dd"
_PARTS_OF_DATE = (("y", "yyyy"), ("M", "MM"), ("d", "dd"))
_COMPACT = ((1e9, "B"), (1e6, "M"), (1e3, "k"))


def zone_of(choice: str, exchange: str) -> str:
    """Return the name of the zone that a choice means.

    Parameters
    ----------
    choice : str
        ``exchange``, ``local`` for that of this computer, or a name such as ``Europe/Zurich``.
    exchange : str
        The zone that the request says its times are of; empty when it says none, which is UTC.
    """
    if choice == "local":
        name = bytes(QTimeZone.systemTimeZoneId().data()).decode()
        return name if is_zone(name) else "UTC"
    name = exchange or "UTC" if choice == "exchange" else choice
    return name if is_zone(name) else "UTC"


def is_zone(name: str) -> bool:
    """Return whether there is a time zone of a name."""
    try:
        ZoneInfo(name)
    except (ValueError, OSError, LookupError):  # ZoneInfoNotFoundError is a KeyError
        return False
    return True


def use_time_zone(name: str) -> bool:
    """Show times that carry a zone on the clocks of another one from now on; return whether it is another."""
    global _zone  # noqa: PLW0603 (one for the process, as Qt's default locale is)
    before = _zone
    _zone = UTC if name == "UTC" else ZoneInfo(name)
    return _zone != before


def time_zone() -> tzinfo:
    """Return the zone whose clocks times are shown on."""
    return _zone


_zone: tzinfo = UTC


def on_clock(value: datetime) -> datetime:
    """Return what the clocks show at a moment; one without a zone is shown as it is."""
    return value if value.tzinfo is None else value.astimezone(_zone).replace(tzinfo=None)


def time_on_screen(text: str, locale: QLocale, *, is_zoned: bool) -> str:
    """Return a time that is written plainly, such as 2024-03-04 or 2024-03-04 15:30:00, as it is on screen.

    `is_zoned` says whether it is a moment of UTC and not the time of a clock that nobody named.
    """
    found = datetime.fromisoformat(text)
    has_time = ":" in text  # a day has no clock, and is the same everywhere
    moment = on_clock(found.replace(tzinfo=UTC)) if has_time and is_zoned else found
    return _moment(moment, locale, has_time=has_time)


def moment_of_clock(shown: datetime, *, is_zoned: bool) -> int:
    """Return the moment at which the clocks show a time, microseconds since the epoch.

    `is_zoned` says whether they are those of the chosen zone, and not those of the data.
    """
    aware = shown.replace(tzinfo=_zone if is_zoned else UTC)
    return round(aware.timestamp() * 1_000_000)


def day_on_screen(moment: datetime, locale: QLocale, *, has_clock: bool) -> str:
    """Return the day of a moment; with times of day it is that of the clocks on screen."""
    return _moment(on_clock(moment) if has_clock else moment, locale, has_time=False)


def clock_times(times: "NDArray[np.int64]") -> "NDArray[np.int64]":
    """Return what the clocks show at moments, as if it was UTC.

    Parameters
    ----------
    times : ndarray of int64, shape (n,)
        Microseconds since the epoch, UTC.
    """
    if _zone is UTC:
        return times
    import polars as pl

    moments = pl.Series(times).cast(pl.Datetime("us", "UTC"))
    shown = moments.dt.convert_time_zone(str(_zone)).dt.replace_time_zone(None)
    return shown.to_physical().to_numpy()


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
        has_time = kind != "date"  # a day has no clock, and is the same everywhere
        return _moment(on_clock(value) if has_time else value, locale, has_time=has_time)
    if isinstance(value, int | float):
        return kept_together(_NUMBERS.get(kind, _number)(float(value), locale))
    return str(value)


def compact(value: float, locale: QLocale) -> str:
    """Return a number in few characters, such as "1.25M", for axes and legends."""
    for size, suffix in _COMPACT:
        if abs(value) >= size * 0.99995:
            return kept_together(f"{_trimmed(value / size, 2, locale)}{suffix}")
    return kept_together(_trimmed(value, 2, locale))


def price(value: float, locale: QLocale) -> str:
    """Return a price: two decimals, more for small prices so that four digits remain."""
    size = abs(value)
    small = 0 < size < 10
    decimals = min(10, max(2, 3 - math.floor(math.log10(size)))) if small else 2
    return locale.toString(value, "f", decimals)


def date_format(locale: QLocale) -> str:
    """Return how days are written in a country, in figures, with four of them for the year.

    Where the month comes first, as in 03/04/2024, and wherever days are not written in figures, it is
    the way that nobody takes for another day: 2024-03-04.
    """
    return _date_format(locale.name())


@functools.cache
def _date_format(name: str) -> str:
    found = QLocale(name).dateFormat(QLocale.FormatType.ShortFormat)
    order = [letter for letter, _ in _PARTS_OF_DATE[::-1] if letter in found]
    places = {letter: found.index(letter) for letter in order}
    letters = set(re.findall("[A-Za-z]", found))
    if letters != {"y", "M", "d"} or "MMM" in found or places["M"] < places["d"] < places["y"]:
        return _PLAIN_DATE
    for letter, whole in _PARTS_OF_DATE:
        found = re.sub(f"{letter}+", whole, found)
    return found


def _moment(value: datetime, locale: QLocale, *, has_time: bool) -> str:
    date = QDate(value.year, value.month, value.day)
    day = date_format(locale)
    if not has_time:
        return locale.toString(date, day)
    clock = QTime(value.hour, value.minute, value.second)
    pattern = f"{day} HH:mm:ss" if value.second else f"{day} HH:mm"
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
