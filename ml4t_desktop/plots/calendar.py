"""Where years, months, days and hours begin among the timestamps of a chart, and how they are written."""

from datetime import datetime, tzinfo

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QDate, QLocale, QTime

from ml4t_desktop.session.formats import clock_times, time_zone
from ml4t_desktop.units import MICROSECONDS_PER_DAY, moment

# From coarse to fine: the unit of numpy's calendar, and how many of them make one step.
_STEPS = (
    ("Y", 10), ("Y", 5), ("Y", 2), ("Y", 1), ("M", 6), ("M", 3), ("M", 1), ("D", 14), ("D", 7), ("D", 1),
    ("h", 6), ("h", 1), ("m", 15), ("m", 5), ("m", 1), ("s", 10), ("s", 1),
)  # fmt: skip
_A_MONTH = 25  # days between the first bars of two months at least
_MONDAY = 3  # the epoch was a Thursday


class Calendar:
    """The timestamps of a chart's ordinals.

    Parameters
    ----------
    times : ndarray of int64, shape (n,)
        Microseconds since the epoch, ascending.
    is_zoned : bool
        Whether these are moments of UTC, written on the clocks of the chosen zone, and not of a clock that
        nobody named. Days without a time of day are the same everywhere.
    """

    def __init__(
        self, times: NDArray[np.int64], locale: QLocale | None = None, *, is_zoned: bool = False
    ) -> None:
        self.times = times
        self._locale = locale or QLocale()
        self._starts: dict[tuple[str, int], NDArray[np.int64]] = {}
        self._is_moved = is_zoned and bool((times % MICROSECONDS_PER_DAY).any())
        self._zone: tzinfo | None = None
        self._shown = times

    def __len__(self) -> int:
        return self.times.size

    def ticks(self, first: int, stop: int, most: int) -> NDArray[np.int64]:
        """Return at most about `most` ordinals of ``first:stop`` at which a step of the calendar begins.

        The finest step that fits is taken; when all ordinals fit, every one has its tick.
        """
        self._follow_zone()
        if stop - first <= most:
            return np.arange(first, stop)
        chosen = np.zeros(0, np.int64)
        for step in _STEPS:
            starts = self._begins(step)
            part = starts[np.searchsorted(starts, first) : np.searchsorted(starts, stop)]
            if part.size > most:
                break
            chosen = part
        if chosen.size > 1:
            return chosen
        return np.linspace(first, stop - 1, max(min(most, 4), 1)).astype(np.int64)

    def tick_texts(self, ordinals: list[int]) -> list[str]:
        """Return ticks in as few words as tell each from the one before; empty outside the data."""
        texts: list[str] = []
        before: datetime | None = None
        for place, ordinal in enumerate(ordinals):
            if not 0 <= ordinal < len(self):
                texts.append("")
                continue
            now = self._clock_at(ordinal)
            later = ordinals[place + 1] if place + 1 < len(ordinals) else -1
            if before is None and 0 <= later < len(self):
                texts.append(self._first_text(now, self._clock_at(later)))
            else:
                texts.append(self._tick_text(now, before))
            before = now
        return texts

    def full_text(self, ordinal: int) -> str:
        """Return the whole time of an ordinal, for a legend."""
        now = self._clock_at(ordinal)
        clock = f" {self._clock(now)}" if now.hour or now.minute or now.second else ""
        return self._locale.toString(_date(now), "ddd d MMM yyyy") + clock

    def legend_html(self, ordinal: int) -> str:
        """Return the whole time of an ordinal, which stays on one line."""
        return self.full_text(ordinal).replace(" ", "&nbsp;")

    def day_text(self, ordinal: int) -> str:
        """Return the day of an ordinal, with its time of day unless that is midnight."""
        now = self._clock_at(ordinal)
        clock = f" {self._clock(now)}" if now.hour or now.minute or now.second else ""
        return self._locale.toString(_date(now), "d MMM yyyy") + clock

    def _follow_zone(self) -> None:
        """Put the times on the clocks of the zone that is chosen now."""
        if self._is_moved and time_zone() is not self._zone:
            self._zone = time_zone()
            self._shown = clock_times(self.times)
            self._starts = {}

    def _clock_at(self, ordinal: int) -> datetime:
        self._follow_zone()
        return moment(int(self._shown[ordinal]))

    def _begins(self, step: tuple[str, int]) -> NDArray[np.int64]:
        """Return the ordinals at which a step of the calendar begins."""
        if step not in self._starts:
            unit, count = step
            kept = self._shown.astype("datetime64[us]").astype(f"datetime64[{unit}]")
            numbers = kept.astype(np.int64) + (_MONDAY if unit == "D" else 0)
            self._starts[step] = np.flatnonzero(np.diff(numbers // count) != 0) + 1
        return self._starts[step]

    def _first_text(self, now: datetime, after: datetime) -> str:
        """Return the first tick; before one of another month, the day says nothing."""
        if (after - now).days < _A_MONTH:
            return self._tick_text(now, None)
        return self._locale.toString(_date(now), "MMM yyyy" if now.month > 1 else "yyyy")

    def _tick_text(self, now: datetime, before: datetime | None) -> str:
        date = _date(now)
        if before is None:
            clock = f" {self._clock(now)}" if now.hour or now.minute or now.second else ""
            return self._locale.toString(date, "d MMM yyyy") + clock
        if now.date() == before.date():
            return self._clock(now)
        if now.year != before.year:
            return self._locale.toString(date, "MMM yyyy" if now.month > 1 else "yyyy")
        return self._locale.toString(date, "d MMM" if (now - before).days < _A_MONTH else "MMM")

    def _clock(self, now: datetime) -> str:
        time = QTime(now.hour, now.minute, now.second)
        return self._locale.toString(time, "HH:mm:ss" if now.second else "HH:mm")


def _date(now: datetime) -> QDate:
    return QDate(now.year, now.month, now.day)
