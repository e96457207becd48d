"""Times of day: holes inside a session, bars outside of it, times that look like another zone's."""

import numpy as np
from numpy.typing import NDArray

from ml4t_desktop.files.findings import counted
from ml4t_desktop.files.quality.finding import Finding
from ml4t_desktop.files.quality.gaps import Expected
from ml4t_desktop.files.quality.places import first_bars, places_of, time_places
from ml4t_desktop.files.quality.subject import Subject
from ml4t_desktop.units import MICROSECONDS_PER_DAY
from ml4t_desktop.wording import mark, say

_FEWEST_DAYS = 20
_REGULAR = 0.8
_SESSION = 0.25  # the edges move by an hour with daylight saving time
_RARE = 0.05
_HOUR = 3_600_000_000


def session_findings(subject: Subject, groups: tuple[Expected, ...]) -> list[Finding]:
    """Return findings on holes in sessions and on bars outside of them; nothing for a bar a day."""
    if not subject.is_intraday:
        return []
    found: list[Finding] = []
    for group in groups:
        times = subject.market.timestamps[group.times]
        day, slot, share = _slots(times)
        if day.size < _FEWEST_DAYS:
            continue
        found += _holes(subject, day, slot, share)
        if not group.has_weekends:
            found += _outside(subject, group, slot, share)
    return found


def _slots(
    times: NDArray[np.int64],
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]:
    """Return the distinct days, the distinct times of day, and the share of days with each."""
    day = np.unique(times // MICROSECONDS_PER_DAY)
    slot, counts = np.unique(times % MICROSECONDS_PER_DAY, return_counts=True)
    return day, slot, counts / max(day.size, 1)


def _holes(
    subject: Subject,
    day: NDArray[np.int64],
    slot: NDArray[np.int64],
    share: NDArray[np.float64],
) -> list[Finding]:
    """Tell the times of day with bars on most days that lack between the first and last bar of a day."""
    times = subject.market.timestamps
    times = times[np.isin(times // MICROSECONDS_PER_DAY, day)]
    regular = slot[share >= _REGULAR]
    of_day = times % MICROSECONDS_PER_DAY
    number = np.searchsorted(day, times // MICROSECONDS_PER_DAY)
    low = np.full(day.size, MICROSECONDS_PER_DAY)
    high = np.full(day.size, -1)
    np.minimum.at(low, number, of_day)
    np.maximum.at(high, number, of_day)
    inside = (regular > low[:, None]) & (regular < high[:, None])
    wanted = (day[:, None] * MICROSECONDS_PER_DAY + regular)[inside]
    lacking = np.setdiff1d(wanted, times)
    if not lacking.size:
        return []
    return [
        Finding(
            kind="session_gap",
            severity="warning",
            title=mark("Holes in sessions"),
            where=subject.source,
            what=say(
                "{size} without a bar of any asset between the first and the last bar of a day, at "
                "times of day that other days have",
                size=counted(lacking.size, "time"),
            ),
            effect=mark(
                "Windows and holding periods counted in bars become longer there, and a stop "
                "inside the hole is only seen after it"
            ),
            places=time_places(lacking),
        )
    ]


def _outside(
    subject: Subject, group: Expected, slot: NDArray[np.int64], share: NDArray[np.float64]
) -> list[Finding]:
    usual = slot[share >= _SESSION]
    if not usual.size:
        return []
    rare = slot[(share < _RARE) & ((slot < usual[0]) | (slot > usual[-1]))]
    mine = np.zeros(len(subject.market.symbols), np.bool_)
    mine[group.assets] = True
    odd = np.isin(subject.market.timestamps % MICROSECONDS_PER_DAY, rare)
    rows = np.flatnonzero(odd[subject.moment] & mine[subject.asset])
    if not rows.size:
        return []
    return [
        Finding(
            kind="off_session",
            severity="warning",
            title=mark("Bars out of session"),
            where=subject.source,
            what=say(
                "{size} outside the usual session, {clock} to {clock2} ({first_bars})",
                size=counted(rows.size, "bar"),
                clock=_clock(usual[0]),
                clock2=_clock(usual[-1]),
                first_bars=first_bars(subject.market, rows),
            ),
            effect=mark("Orders may fill at times of thin trading, at prices few could have had"),
            advice=mark("Leave them out with the session, or look for a wrong time zone"),
            places=places_of(subject.bars, rows),
        )
    ]


def zone_doubts(subject: Subject) -> list[Finding]:
    """Return doubts about the zone of the times."""
    files = subject.raw.files
    zoned = {file.zoned for file in files}
    found: list[Finding] = []
    if len(zoned) > 1:
        naive = next(file.source for file in files if not file.zoned)
        found.append(
            Finding(
                kind="time_zone",
                severity="warning",
                title=mark("Time zones differ"),
                where=naive,
                what=mark("its times carry no zone, those of other files do"),
                effect=mark("They are taken as UTC: bars of one moment may stand at two"),
                advice=mark('Say the zone of those without one: time_zone = "…" in [data]'),
            )
        )
    of_day = np.unique(subject.market.timestamps % MICROSECONDS_PER_DAY)
    if subject.market.time_count < 2:
        return found
    if not subject.is_intraday and of_day.size == 2 and of_day[1] - of_day[0] == _HOUR:
        found.append(
            Finding(
                kind="time_zone",
                severity="note",
                title=mark("Dates in another zone"),
                where=subject.source,
                what=say(
                    "daily bars stand at {clock} and {clock2}, as dates of a zone with daylight saving "
                    "time do when they are written in UTC",
                    clock=_clock(of_day[0]),
                    clock2=_clock(of_day[1]),
                ),
                effect=mark("Context and predictions of plain dates do not match them exactly"),
                advice=mark(
                    'Match them with match = "asof", or write the dates without a time of day'
                ),
            )
        )
    if subject.is_intraday and not any(zoned):
        found.append(
            Finding(
                kind="time_zone",
                severity="note",
                title=mark("No time zone"),
                where=subject.source,
                what=say(
                    "times of day without a zone, from {clock} to {clock2}",
                    clock=_clock(of_day[0]),
                    clock2=_clock(of_day[-1]),
                ),
                effect=mark(
                    "They are taken as they are; context and predictions must keep the same clock"
                ),
            )
        )
    return found


def _clock(us: int) -> str:
    minutes = int(us) // 60_000_000
    return f"{minutes // 60:02}:{minutes % 60:02}"
