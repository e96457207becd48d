"""What is doubtful about context once it is matched to bars."""

import numpy as np
from numpy.typing import NDArray

from ml4t_desktop.errors import Problem
from ml4t_desktop.files.context.context_values import ContextTable
from ml4t_desktop.files.findings import time_text
from ml4t_desktop.market import Market
from ml4t_desktop.units import MICROSECONDS_PER_DAY
from ml4t_desktop.wording import mark, say

_FEW = 0.5
_STALE_DAYS = 7


def match_warnings(
    market: Market,
    table: ContextTable,
    matched: NDArray[np.bool_],
    source: str,
    *,
    asof: bool,
    lag: str | None,
    max_age: str | None,
) -> list[Problem]:
    """Return warnings about coverage, values from the future of a day, and values long outdated."""
    warnings = [_coverage(market, table, matched, source, asof=asof)]
    if table.whole_days and lag is None and matched.any() and _is_intraday(market):
        warnings.append(_look_ahead(source))
    if asof and max_age is None and matched.any():
        warnings.append(_stale(market, table, source))
    return [warning for warning in warnings if warning is not None]


def _is_intraday(market: Market) -> bool:
    """Return whether some day has bars at several times."""
    days = market.timestamps // MICROSECONDS_PER_DAY
    return bool(np.any(days[1:] == days[:-1]))


def _coverage(
    market: Market, table: ContextTable, matched: NDArray[np.bool_], source: str, *, asof: bool
) -> Problem | None:
    count = int(matched.sum())
    if count >= _FEW * market.time_count:
        return None
    bars = say(
        "{timestamps} to {timestamps2}",
        timestamps=time_text(int(market.timestamps[0])),
        timestamps2=time_text(int(market.timestamps[-1])),
    )
    values = say(
        "{time} to {time2}",
        time=time_text(int(table.time[0])),
        time2=time_text(int(table.time[-1])),
    )
    covered = (
        say("{count:,} of {time_count:,} times", count=count, time_count=market.time_count)
        if count
        else mark("none of the times")
    )
    fix = mark("Check period and time zone of both")
    if not asof:
        fix += mark(', or set match = "asof" to use the latest value at or before a bar')
    return Problem(
        where=source,
        what=say(
            "context covers {covered} of the bars ({bars}; the context is from {values})",
            covered=covered,
            bars=bars,
            values=values,
        ),
        fix=fix,
        severity="warning",
    )


def _look_ahead(source: str) -> Problem:
    return Problem(
        where=source,
        what=mark(
            "daily context on intraday bars is a look-ahead: a day's value is used from its "
            "midnight on, before it could be known"
        ),
        fix=mark('Set a lag in [context], such as lag = "1d"'),
        severity="warning",
    )


def _stale(market: Market, table: ContextTable, source: str) -> Problem | None:
    last = int(table.time[-1])
    end = int(market.timestamps[-1])
    spacing = int(np.diff(table.time).max()) if table.time.size > 1 else 0
    if end - last <= max(_STALE_DAYS * MICROSECONDS_PER_DAY, 3 * spacing):
        return None
    return Problem(
        where=source,
        what=say(
            "the context ends at {last}, the bars at {end}; its last value is used for all of "
            "the rest",
            last=time_text(last),
            end=time_text(end),
        ),
        fix=mark('Set a max_age in [context], such as max_age = "5d"'),
        severity="warning",
    )
