"""Where values and times stand in a chart on paper, and the lines and labels of its axes."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, Literal

from PySide6.QtCore import QLocale

from ml4t_desktop.paper.ink import CENTRE, RIGHT, Box, Ink, Style
from ml4t_desktop.session.formats import compact
from ml4t_desktop.session.theme import LIGHT

ValueKind = Literal["money", "percent", "count"]
LABEL: Final = Style(size=7, colour=LIGHT.muted)
LABEL_WIDTH: Final = 44.0
_TIME_WIDTH: Final = 46.0
_STEPS: Final = (1.0, 2.0, 5.0, 10.0)
_TICKS: Final = 5
_MOST_LABELS: Final = 8
_MONTHS: Final = (1, 2, 3, 4, 6, 12, 24, 36, 60, 120)
_DAY: Final = 86_400_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """A range of numbers laid along a line of the page."""

    low: float
    high: float
    start: float
    end: float

    def at(self, value: float) -> float:
        """Return where a number stands."""
        return self.start + (value - self.low) / (self.high - self.low) * (self.end - self.start)


def value_scale(box: Box, values: Sequence[float | None], *, floor: float | None = None) -> Scale:
    """Return the scale of values from the lower to the upper edge of a box, with a little room.

    Parameters
    ----------
    floor : float, optional
        A value that is in the range whatever the others are.
    """
    known = [value for value in values if value is not None and math.isfinite(value)]
    if floor is not None:
        known.append(floor)
    low, high = (min(known), max(known)) if known else (0.0, 1.0)
    if low == high:
        low, high = low - (abs(low) or 1.0) * 0.5, high + (abs(high) or 1.0) * 0.5
    room = 0.04 * (high - low)
    low = low if floor is not None and low == floor else low - room
    high = high if floor is not None and high == floor else high + room
    return Scale(low=low, high=high, start=box.bottom, end=box.y)


def ticks(low: float, high: float, count: int = _TICKS) -> list[float]:
    """Return round values between two, so many or fewer."""
    raw = (high - low) / count
    if raw <= 0 or not math.isfinite(raw):
        return []
    power = 10.0 ** math.floor(math.log10(raw))
    step = next(power * step for step in _STEPS if power * step >= raw * (1 - 1e-9))
    first = math.ceil(low / step - 1e-9)
    return [place * step for place in range(first, math.floor(high / step + 1e-9) + 1)]


def month_ticks(first: int, last: int, most: int = _MOST_LABELS) -> list[int]:
    """Return beginnings of months between two times, in milliseconds, so many or fewer."""
    begin, end = (datetime.fromtimestamp(time / 1000, UTC) for time in (first, last))
    months = (end.year - begin.year) * 12 + end.month - begin.month
    step = next((step for step in _MONTHS if months / step <= most), _MONTHS[-1])
    if months < 2:
        step = math.ceil((last - first) / _DAY / most) * _DAY or _DAY
        return list(range(first, last + 1, step))
    start = begin.year * 12 + begin.month
    start += -(start - 1) % step if step <= 12 else 12 - (begin.month - 1)
    found: list[int] = []
    for month in range(start, end.year * 12 + end.month + 1, step):
        moment = datetime((month - 1) // 12, (month - 1) % 12 + 1, 1, tzinfo=UTC)
        found.append(round(moment.timestamp() * 1000))
    return [time for time in found if first <= time <= last]


def value_text(value: float, kind: ValueKind) -> str:
    """Return what stands beside a line of the grid."""
    locale = QLocale()
    if kind == "percent":
        return f"{compact(round(value * 100, 6), locale)} %"
    return compact(value, locale)


def draw_value_axis(ink: Ink, box: Box, scale: Scale, kind: ValueKind) -> None:
    """Draw the lines across a chart, with their values to the left."""
    count = max(2, min(_MOST_LABELS, int(box.height / 24)))
    for value in ticks(scale.low, scale.high, count):
        y = scale.at(value)
        ink.line((box.x, y), (box.right, y), LIGHT.grid, 0.4)
        label = Box(x=box.x - LABEL_WIDTH, y=y - 5, width=LABEL_WIDTH - 4, height=10)
        ink.text(label, value_text(value, kind), LABEL, RIGHT)


def draw_time_axis(ink: Ink, box: Box, scale: Scale, *, has_labels: bool) -> None:
    """Draw the lines down a chart, with their times below."""
    most = max(2, min(_MOST_LABELS, int(box.width / _TIME_WIDTH)))
    for time in month_ticks(round(scale.low), round(scale.high), most):
        x = scale.at(time)
        ink.line((x, box.y), (x, box.bottom), LIGHT.grid, 0.4)
        if has_labels:
            moment = datetime.fromtimestamp(time / 1000, UTC)
            form = "%Y-%m" if moment.day == 1 else "%Y-%m-%d"
            _label_below(ink, box, x, moment.strftime(form))
    ink.line((box.x, box.bottom), (box.right, box.bottom), LIGHT.border, 0.6)


def draw_number_axis(ink: Ink, box: Box, scale: Scale, kind: ValueKind) -> None:
    """Draw values below a chart."""
    for value in ticks(scale.low, scale.high, 6):
        _label_below(ink, box, scale.at(value), value_text(value, kind))
    ink.line((box.x, box.bottom), (box.right, box.bottom), LIGHT.border, 0.6)


def _label_below(ink: Ink, box: Box, x: float, text: str) -> None:
    ink.text(Box(x=x - 30, y=box.bottom + 2, width=60, height=10), text, LABEL, CENTRE)
