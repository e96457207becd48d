"""Bars that are not there: days without any, bars one asset lacks, assets that begin late or end early."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ml4t_desktop.files.findings import counted, listed, time_text
from ml4t_desktop.files.quality.finding import Finding
from ml4t_desktop.files.quality.places import (
    bar_places,
    cut,
    first_bars,
    places_of,
    time_places,
)
from ml4t_desktop.files.quality.subject import Subject
from ml4t_desktop.files.quality.trading_days import TradingDays, trading_days, weekday
from ml4t_desktop.market import Market
from ml4t_desktop.units import MICROSECONDS_PER_DAY
from ml4t_desktop.wording import mark, say

_FRIDAY = 4
_WEEKEND_SHARE = 0.15  # two days of seven are 0.29
_EXPECTED_SHARE = 0.2
_ENOUGH_ASSETS = 5
_FEWEST_DAYS = 10
_EDGE = 5  # timestamps an asset may begin after the others, or end before them
_MOST_PLACES = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Expected:
    """Which timestamps count for the assets of one kind: those that trade at weekends, or the rest.

    Parameters
    ----------
    assets : ndarray of int64
    times : ndarray of bool, shape (T,)
        Timestamps at which such assets should have bars: at least a fifth of those listed have one.
    held : ndarray of int64, shape (T,)
        How many of the assets have a bar.
    has_weekends : bool
    """

    assets: NDArray[np.int64]
    times: NDArray[np.bool_]
    held: NDArray[np.int64]
    has_weekends: bool


def expected_times(subject: Subject) -> tuple[Expected, ...]:
    """Return what is expected of assets that trade at weekends, and of the others."""
    market, asset = subject.market, subject.asset
    days = market.timestamps // MICROSECONDS_PER_DAY
    is_weekend = weekday(days) > _FRIDAY
    count = len(market.symbols)
    bars = np.bincount(asset, minlength=count)
    at_weekends = asset[is_weekend[subject.moment]] if is_weekend.any() else asset[:0]
    share = np.bincount(at_weekends, minlength=count) / np.maximum(bars, 1)
    groups: list[Expected] = []
    for has_weekends in (False, True):
        mine = (share > _WEEKEND_SHARE) == has_weekends
        if not mine.any():
            continue
        assets = np.flatnonzero(mine)
        held = (
            np.diff(market.row_start)
            if mine.all()
            else np.bincount(subject.moment[mine[asset]], minlength=market.time_count)
        )
        starts = np.bincount(subject.first[assets], minlength=market.time_count + 1)
        ends = np.bincount(subject.last[assets] + 1, minlength=market.time_count + 1)
        listed_now = np.cumsum(starts - ends)[: market.time_count]
        enough = (held >= _EXPECTED_SHARE * listed_now) | (listed_now < _ENOUGH_ASSETS)
        groups.append(
            Expected(assets=assets, times=(held > 0) & enough, held=held, has_weekends=has_weekends)
        )
    return tuple(groups)


def missing_rows(
    subject: Subject, groups: tuple[Expected, ...]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return asset and timestamp index of every bar that is missing inside its asset's period."""
    assets: list[NDArray[np.int64]] = []
    times: list[NDArray[np.int64]] = []
    order: NDArray[np.int64] | None = None
    ends = np.cumsum(np.bincount(subject.asset, minlength=len(subject.market.symbols)))
    for group in groups:
        wanted = np.flatnonzero(group.times)
        before = np.concatenate(([0], np.cumsum(group.times)))
        has = np.bincount(
            subject.asset[group.times[subject.moment]], minlength=len(subject.market.symbols)
        )
        for asset in group.assets.tolist():
            first, last = int(subject.first[asset]), int(subject.last[asset])
            low, high = int(before[first]), int(before[last + 1])
            if high - low == has[asset]:
                continue
            if order is None:  # often nothing lacks
                order = np.argsort(subject.asset, kind="stable")
            start = int(ends[asset - 1]) if asset else 0
            own = subject.moment[order[start : int(ends[asset])]]
            lacking = np.setdiff1d(wanted[low:high], own, assume_unique=True)
            assets.append(np.full(lacking.size, asset))
            times.append(lacking)
    if not assets:
        return np.zeros(0, np.int64), np.zeros(0, np.int64)
    return np.concatenate(assets), np.concatenate(times)


def missing_bars(
    subject: Subject, missing: tuple[NDArray[np.int64], NDArray[np.int64]]
) -> list[Finding]:
    """Return a note on bars an asset lacks between its first and its last, at times others have."""
    asset, moment = missing
    if not asset.size:
        return []
    market = subject.market
    count = np.bincount(asset, minlength=len(market.symbols))
    worst = np.argsort(-count, kind="stable")[: np.count_nonzero(count)]
    names = [f"{market.symbols[a]} {count[a]:,}" for a in worst[:6].tolist()]
    shown = slice(0, _MOST_PLACES)
    cut_off = (
        say("; the first {most_places:,} are listed", most_places=_MOST_PLACES)
        if asset.size > _MOST_PLACES
        else ""
    )
    return [
        Finding(
            kind="missing_bar",
            severity="note",
            title=mark("Missing bars"),
            where=subject.source,
            what=say(
                "{size} missing inside the period of {size2} ({names}){cut_off}",
                size=counted(asset.size, "bar"),
                size2=counted(worst.size, "asset"),
                names=listed(names),
                cut_off=cut_off,
            ),
            effect=mark(
                "There an asset's orders wait for its next bar, and its position keeps the "
                "last close"
            ),
            places=bar_places(market.symbols, asset[shown], market.timestamps[moment[shown]]),
        )
    ]


def lonely_bars(subject: Subject, groups: tuple[Expected, ...]) -> list[Finding]:
    """Return a warning on bars at times at which hardly any other asset has one."""
    unusual = np.zeros(subject.asset.size, np.bool_)
    for group in groups:
        mine = np.zeros(len(subject.market.symbols), np.bool_)
        mine[group.assets] = True
        unusual |= mine[subject.asset] & ~group.times[subject.moment]
    rows = np.flatnonzero(unusual)
    if not rows.size:
        return []
    return [
        Finding(
            kind="off_calendar",
            severity="warning",
            title=mark("Bars when others have none"),
            where=subject.source,
            what=say(
                "{size} at times at which fewer than a fifth of the assets have one ({first_bars})",
                size=counted(rows.size, "bar"),
                first_bars=first_bars(subject.market, rows),
            ),
            effect=mark(
                "Equity is marked and rules decide at these times too, with the old prices of "
                "all the others"
            ),
            advice=mark("Look for a wrong time zone or date in these rows"),
            places=places_of(subject.bars, rows),
        )
    ]


def day_calendars(
    subject: Subject, groups: tuple[Expected, ...]
) -> list[tuple[Expected, TradingDays]]:
    """Return the calendar of each kind of assets with a bar a day or more; nothing for slower ones."""
    found: list[tuple[Expected, TradingDays]] = []
    for group in groups:
        days = np.unique(subject.market.timestamps[group.times] // MICROSECONDS_PER_DAY)
        if days.size >= _FEWEST_DAYS and np.median(np.diff(days)) == 1:
            found.append((group, trading_days(days, has_weekends=group.has_weekends)))
    return found


def missing_days(subject: Subject, calendars: list[tuple[Expected, TradingDays]]) -> list[Finding]:
    """Return findings on days without any bar, and on bars at days the market was closed."""
    found: list[Finding] = []
    for group, calendar in calendars:
        days = calendar.missing
        if days.size:
            texts = [time_text(day * MICROSECONDS_PER_DAY) for day in days[:4].tolist()]
            found.append(
                Finding(
                    kind="missing_day",
                    severity="warning",
                    title=mark("Days without bars"),
                    where=subject.source,
                    what=say(
                        "{size} without a bar of any asset, by the calendar of {calendar} ({cut})",
                        size=counted(days.size, "day"),
                        calendar=calendar.calendar,
                        cut=cut(texts),
                    ),
                    effect=mark(
                        "The days do not exist for a run: holding periods and windows counted "
                        "in bars reach further back, and a move of several days looks like one"
                    ),
                    advice=mark("Get the days from the source of the data"),
                    places=time_places(days * MICROSECONDS_PER_DAY),
                )
            )
        found += _closed(subject, group, calendar)
    return found


def _closed(subject: Subject, group: Expected, calendar: TradingDays) -> list[Finding]:
    day = subject.market.timestamps // MICROSECONDS_PER_DAY
    mine = np.zeros(len(subject.market.symbols), np.bool_)
    mine[group.assets] = True
    shut = np.isin(day, calendar.closed)
    rows = np.flatnonzero(shut[subject.moment] & mine[subject.asset])
    if not rows.size:
        return []
    return [
        Finding(
            kind="closed_day",
            severity="warning",
            title=mark("Bars on closed days"),
            where=subject.source,
            what=say(
                "{size} at weekends or on holidays, by the calendar of {calendar} ({first_bars})",
                size=counted(rows.size, "bar"),
                calendar=calendar.calendar,
                first_bars=first_bars(subject.market, rows),
            ),
            effect=mark("Orders fill on a day on which nobody could trade"),
            advice=mark("Look for a wrong date or time zone, or for rows that were filled in"),
            places=places_of(subject.bars, rows),
        )
    ]


def late_and_early(subject: Subject) -> list[Finding]:
    """Return notes on assets that begin after the market's start, and on those that end before its end."""
    market = subject.market
    if len(market.symbols) < 2:
        return []
    found: list[Finding] = []
    late = np.flatnonzero(subject.first > _EDGE)
    if late.size:
        found.append(
            Finding(
                kind="late_start",
                severity="note",
                title=mark("Assets that begin late"),
                where=subject.source,
                what=say(
                    "{size} of {count:,} without bars at the start ({named})",
                    size=counted(late.size, "asset"),
                    count=len(market.symbols),
                    named=_named(market, late, subject.first),
                ),
                effect=mark(
                    "They cannot be traded before; early years hold fewer assets to choose "
                    "from than later ones"
                ),
                places=places_of(subject.bars, _edge_rows(subject, late, subject.first)),
            )
        )
    early = np.flatnonzero(subject.last < market.time_count - 1 - _EDGE)
    if early.size:
        found.append(_ending(subject, early))
    return found


def _ending(subject: Subject, early: NDArray[np.int64]) -> Finding:
    market = subject.market
    ex = subject.last[early] + 1
    lines = [
        f"{market.symbols[asset]},{time_text(int(market.timestamps[at]))[:10]},delisting"
        for asset, at in zip(early.tolist(), ex.tolist(), strict=True)
    ]
    is_known = market.actions.size > 0
    return Finding(
        kind="early_end",
        severity="note",
        title=mark("Assets that end early"),
        where=subject.source,
        what=say(
            "{size} of {count:,} without bars at the end ({named})",
            size=counted(early.size, "asset"),
            count=len(market.symbols),
            named=_named(market, early, subject.last),
        ),
        effect=mark(
            "A position in one stays open at its last close until the end, and binds its money"
        ),
        advice=mark("If they were delisted, tell it by a file of corporate actions"),
        places=places_of(subject.bars, _edge_rows(subject, early, subject.last)),
        actions="" if is_known else "\n".join(("symbol,ex_date,kind", *lines)),
    )


def _named(market: Market, assets: NDArray[np.int64], at: NDArray[np.int64]) -> str:
    return cut(
        [
            f"{market.symbols[asset]} {time_text(int(market.timestamps[at[asset]]))}"
            for asset in assets[:4].tolist()
        ]
    )


def _edge_rows(
    subject: Subject, assets: NDArray[np.int64], at: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Return the rows of assets at a timestamp each."""
    start = subject.market.row_start
    return np.array(
        [
            int(start[t]) + int(np.searchsorted(subject.asset[start[t] : start[t + 1]], asset))
            for asset, t in zip(assets.tolist(), at[assets].tolist(), strict=True)
        ],
        np.int64,
    )
