"""Units used everywhere, decided once.

* Time: microseconds since 1970-01-01 UTC in int64; a naive timestamp counts as UTC.
* Returns, percentages, weights: fractions (0.05 is five per cent).
* Drawdown and maximum adverse excursion: zero or negative.
* Money: the account's one currency, float64.
"""

import re
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from ml4t_desktop.wording import say

MICROSECONDS_PER_DAY: Final = 86_400_000_000
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)
_SPAN: Final = re.compile(r"\s*(\d+(?:\.\d+)?)\s*(us|ms|s|min|m|h|d|w)\s*")
_SPAN_MICROSECONDS: Final = {
    "us": 1,
    "ms": 1_000,
    "s": 1_000_000,
    "m": 60_000_000,
    "min": 60_000_000,
    "h": 3_600_000_000,
    "d": MICROSECONDS_PER_DAY,
    "w": 7 * MICROSECONDS_PER_DAY,
}


def microseconds(moment: date | datetime) -> int:
    """Return a date or timestamp as microseconds since the epoch; naive counts as UTC."""
    if not isinstance(moment, datetime):
        moment = datetime.combine(moment, time())
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return (moment - _EPOCH) // _MICROSECOND


def end_microseconds(moment: date | datetime) -> int:
    """Return the last microsecond an inclusive end means: a date includes its whole day."""
    if isinstance(moment, datetime):
        return microseconds(moment)
    return microseconds(moment) + MICROSECONDS_PER_DAY - 1


def moment(us: int, time_zone: str | None = None) -> datetime:
    """Return microseconds since the epoch as a datetime, aware (UTC) when `time_zone` is given."""
    aware = _EPOCH + timedelta(microseconds=int(us))
    return aware if time_zone else aware.replace(tzinfo=None)


def span_microseconds(text: str) -> int:
    """Return a span such as ``"5d"``, ``"1h"`` or ``"30min"`` in microseconds.

    Raises
    ------
    ValueError
        If the text is not a number followed by us, ms, s, m, min, h, d or w.
    """
    match = _SPAN.fullmatch(text)
    if match is None:
        message = say(
            "'{text}' is not a span of time: write a number and a unit, such as 5d, 1h, 30min",
            text=text,
        )
        raise ValueError(message)
    return round(float(match[1]) * _SPAN_MICROSECONDS[match[2]])
