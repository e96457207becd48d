"""What the days of a run can be told apart by: states of the market, and times that have a name."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ml4t_desktop.market import Market, TextColumn
from ml4t_desktop.units import MICROSECONDS_PER_DAY
from ml4t_desktop.wording import mark, say

CONTEXT: Final = "context."
OTHER_TIMES: Final = mark("other times")
NO_STATE: Final = mark("no value")
_MOST_STATES: Final = 12
_PARTS: Final = 3
_FEWEST_DAYS: Final = 2


@dataclass(frozen=True, slots=True)
class Period:
    """A time that has a name; both days belong to it.

    Parameters
    ----------
    name : str
    first, last : date
    """

    name: str
    first: date
    last: date


# From the highest close of the S&P 500 before the fall to the lowest, but for the two that are about days.
KNOWN_PERIODS: Final = (
    Period(mark("Dot-com crash"), date(2000, 3, 24), date(2002, 10, 9)),
    Period(mark("Financial crisis"), date(2007, 10, 9), date(2009, 3, 9)),
    Period(mark("Euro crisis, summer of 2011"), date(2011, 7, 22), date(2011, 10, 3)),
    Period(mark("China and oil, 2015 and 2016"), date(2015, 8, 17), date(2016, 2, 11)),
    Period(mark("Volatility shock, February 2018"), date(2018, 1, 26), date(2018, 2, 8)),
    Period(mark("Sell-off at the end of 2018"), date(2018, 9, 20), date(2018, 12, 24)),
    Period(mark("COVID crash"), date(2020, 2, 19), date(2020, 3, 23)),
    Period(mark("Falling market of 2022"), date(2022, 1, 3), date(2022, 10, 12)),
    Period(mark("Regional banks, March 2023"), date(2023, 3, 8), date(2023, 3, 15)),
    Period(mark("Tariffs, April 2025"), date(2025, 4, 2), date(2025, 4, 8)),
)


@dataclass(frozen=True, slots=True, eq=False)
class DayStates:
    """The state that each day is in.

    Parameters
    ----------
    codes : ndarray of int64, shape (d,)
        Place among the labels.
    labels : tuple of str
    """

    codes: NDArray[np.int64]
    labels: tuple[str, ...]

    @property
    def count(self) -> int:
        """How many states have a day."""
        return np.unique(self.codes).size


def context_states(market: Market, days: NDArray[np.int64], name: str) -> DayStates | None:
    """Return the state of the market at the end of every day, by a column of the context.

    Parameters
    ----------
    days : ndarray of int64, shape (d,)
        Days since the epoch, ascending.
    name : str
        Of the column, without ``context.``. A text is its own state; numbers are in three parts of as
        nearly as possible the same number of days.

    Returns
    -------
    DayStates or None
        None where the column does not tell days apart.
    """
    column = market.context.get(name)
    if column is None or not days.size:
        return None
    ends = np.searchsorted(market.timestamps, (days + 1) * MICROSECONDS_PER_DAY) - 1
    ends = np.maximum(ends, 0)
    if isinstance(column, TextColumn):
        if len(column.labels) > _MOST_STATES:
            return None
        found = column.codes[ends].astype(np.int64)
        labels: tuple[str, ...] = column.labels
    else:
        values = np.asarray(column, np.float64)[ends]
        known = np.sort(values[np.isfinite(values)])
        if not known.size:
            return None
        places = [max(known.size * part // _PARTS - 1, 0) for part in range(1, _PARTS)]
        cuts = np.unique(known[places])
        edges = (known[0], *cuts, known[-1])
        found = np.where(np.isfinite(values), np.searchsorted(cuts, values, side="left"), -1)
        labels = tuple(
            say("{name} {low:.4g} to {high:.4g}", name=name, low=low, high=high)
            for low, high in pairwise(edges)
        )
    states = DayStates(np.where(found < 0, len(labels), found), (*labels, NO_STATE))
    return states if states.count > 1 else None


def period_states(days: NDArray[np.int64], periods: Sequence[Period]) -> DayStates | None:
    """Return the named time that every day is in; of two at once the one that begins later counts.

    Returns
    -------
    DayStates or None
        None where no period has two of the days, or all are in one.
    """
    known = sorted(periods, key=lambda period: (period.first, period.last))
    dates = days.astype("datetime64[D]")
    codes = np.full(days.size, len(known), np.int64)
    for place, period in enumerate(known):
        inside = (dates >= np.datetime64(period.first)) & (dates <= np.datetime64(period.last))
        if int(inside.sum()) >= _FEWEST_DAYS:
            codes[inside] = place
    states = DayStates(codes, (*(period.name for period in known), OTHER_TIMES))
    return states if states.count > 1 else None
