"""Which days a market should have bars on, decided from the days it has."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

import numpy as np
from holidays.financial.euronext import Euronext
from holidays.financial.germany_exchange import GermanyStockExchange
from holidays.financial.hong_kong_stock_exchange import HongKongStockExchange
from holidays.financial.japan_exchange import JapanExchange
from holidays.financial.london_stock_exchange import LondonStockExchange
from holidays.financial.ny_stock_exchange import NewYorkStockExchange
from holidays.financial.toronto_stock_exchange import TorontoStockExchange
from numpy.typing import NDArray

from ml4t_desktop.wording import mark, say

_EPOCH = date(1970, 1, 1)
_THURSDAY = 3
_FRIDAY = 4
_OPEN_SHARE = 0.1
_FEWEST_HOLIDAYS = 3
_LONG = 4
_Make = Callable[[Iterable[int]], Mapping[date, str]]
EXCHANGES: Final[tuple[tuple[str, _Make], ...]] = (
    (mark("New York"), lambda years: NewYorkStockExchange(years=years)),
    (mark("London"), lambda years: LondonStockExchange(years=years)),
    (mark("Xetra"), lambda years: GermanyStockExchange(years=years)),
    (mark("Euronext"), lambda years: Euronext(years=years)),
    (mark("Toronto"), lambda years: TorontoStockExchange(years=years)),
    (mark("Tokyo"), lambda years: JapanExchange(years=years)),
    (mark("Hong Kong"), lambda years: HongKongStockExchange(years=years)),
)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class TradingDays:
    """The calendar that fits a market, days since the epoch.

    Parameters
    ----------
    name : str
        ``every day``, ``the days of New York``, or ``weekdays``.
    missing : ndarray of int64
        Days that should have bars and have none.
    closed : ndarray of int64
        Days with bars although there should be none.
    """

    name: str
    missing: NDArray[np.int64]
    closed: NDArray[np.int64]
    exchange: str = ""

    @property
    def calendar(self) -> str:
        """Whose calendar it is, as in "the calendar of New York"."""
        return self.exchange or self.name


def weekday(days: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return 0 for Monday to 6 for Sunday of days since the epoch."""
    return (days + _THURSDAY) % 7


def trading_days(days: NDArray[np.int64], *, has_weekends: bool) -> TradingDays:
    """Return the calendar that fits the distinct days of a market.

    A market with bars at weekends has them every day. Else an exchange's calendar is taken when the
    market has hardly any bar on its holidays; of several the one that explains most empty weekdays.
    Without one, only a run of at least four empty weekdays counts as missing, since holidays are not
    known.

    Parameters
    ----------
    days : ndarray of int64
        Days since the epoch, strictly increasing.
    """
    nothing = np.zeros(0, np.int64)
    if not days.size:
        return TradingDays(name=mark("weekdays"), missing=nothing, closed=nothing)
    whole = np.arange(days[0], days[-1] + 1)
    if has_weekends:
        missing = np.setdiff1d(whole, days, assume_unique=True)
        return TradingDays(name=mark("every day"), missing=missing, closed=nothing)
    weekend = days[weekday(days) > _FRIDAY]
    weekdays = whole[weekday(whole) <= _FRIDAY]
    empty = np.setdiff1d(weekdays, days, assume_unique=True)
    name, holidays = _fitting(days, empty)
    if name:
        closed = np.union1d(weekend, np.intersect1d(days, holidays))
        missing = np.setdiff1d(empty, holidays, assume_unique=True)
        said = say("the days of {name}", name=name)
        return TradingDays(name=said, missing=missing, closed=closed, exchange=name)
    return TradingDays(name=mark("weekdays"), missing=_long_runs(empty, weekdays), closed=weekend)


def _fitting(days: NDArray[np.int64], empty: NDArray[np.int64]) -> tuple[str, NDArray[np.int64]]:
    best, explained = ("", np.zeros(0, np.int64)), 0
    first, last = (_EPOCH + timedelta(int(day)) for day in (days[0], days[-1]))
    for name, make in EXCHANGES:
        known = make(range(first.year, last.year + 1))
        dates = sorted(day for day in known if first <= day <= last)
        holidays = np.array([(day - _EPOCH).days for day in dates], np.int64)
        holidays = holidays[weekday(holidays) <= _FRIDAY]
        if holidays.size < _FEWEST_HOLIDAYS:
            continue
        is_open = int(np.isin(holidays, days, assume_unique=True).sum())
        fits = int(np.isin(empty, holidays, assume_unique=True).sum())
        if is_open <= max(_OPEN_SHARE * holidays.size, 1) and fits > explained:
            best, explained = (name, holidays), fits
    return best


def _long_runs(empty: NDArray[np.int64], weekdays: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the empty weekdays that are at least four in a row."""
    if not empty.size:
        return empty
    place = np.searchsorted(weekdays, empty)
    run = np.cumsum(np.concatenate(([True], np.diff(place) > 1))) - 1
    return empty[np.bincount(run)[run] >= _LONG]
