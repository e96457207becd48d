"""A line of values as samples: the equity of a run, a part of it, or a benchmark."""

from collections.abc import Callable
from functools import cached_property
from typing import Literal

import numpy as np
import polars as pl
from numpy.typing import NDArray

from ml4t_desktop.analysis.account.drawdowns import Drawdown, deepest, drawdowns, underwater
from ml4t_desktop.analysis.account.returns import PeriodReturns, monthly_returns, yearly_returns
from ml4t_desktop.analysis.making.derivation import Floats, Ids, Input, Kind, Part, Sample
from ml4t_desktop.analysis.making.measuring import given, measured
from ml4t_desktop.analysis.trades.holding import held_between, held_on
from ml4t_desktop.units import MICROSECONDS_PER_DAY
from ml4t_desktop.wording import mark

Mask = NDArray[np.bool_]


class LineBook:
    """Values over time.

    Parameters
    ----------
    times : ndarray of int64, shape (n,)
        Microseconds since the epoch.
    values : ndarray of float64, shape (n,)
    initial : float
        The value before the first.
    periods : PeriodReturns
        Its returns by day.
    trades : DataFrame of `schema.TRADES` or None
        Of the run it is the equity of; None for a benchmark.
    what : str
        What the values are, such as ``equity``.
    is_whole : bool
        Whether they are those of the whole run, whose statistics its inputs are.
    """

    def __init__(
        self,
        times: NDArray[np.int64],
        values: Floats,
        initial: float,
        periods: PeriodReturns,
        trades: pl.DataFrame | None = None,
        what: str = mark("equity"),
        *,
        is_whole: bool = True,
    ) -> None:
        self.times, self.line, self.initial, self.periods = times, values, initial, periods
        self.trades, self.what, self.is_whole = trades, what, is_whole

    @property
    def returns(self) -> Floats:
        """Returns of the days."""
        return self.periods.returns

    @property
    def days(self) -> float:
        """Calendar days from the first to the last value."""
        return self.day_of(-1) - self.day_of(0) if len(self.times) else 0.0

    def day_of(self, place: int) -> float:
        """Return the time of a value in days since 1970-01-01."""
        return int(self.times[place]) / MICROSECONDS_PER_DAY

    @cached_property
    def below(self) -> Floats:
        """The underwater curve."""
        return underwater(self.line, self.initial)

    @cached_property
    def worst(self) -> Drawdown | None:
        """The deepest drawdown."""
        return deepest(self.times, self.line, self.initial) if len(self.times) else None

    @cached_property
    def stretches(self) -> tuple[Drawdown, ...]:
        """Every drawdown, in order of time."""
        return drawdowns(self.times, self.line, self.initial) if len(self.times) else ()

    @cached_property
    def last_before(self) -> Floats:
        """The value at the end of the day before each day."""
        return np.concatenate(([self.initial], self.periods.equity[:-1]))

    def over_days(self, values: Floats | None = None, where: Mask | None = None) -> Sample:
        """Return values of some of the days as a sample; their returns without values."""
        numbers = self.returns if values is None else values
        there = np.ones(numbers.size, np.bool_) if where is None else where
        return Sample("days", self.periods.days[there], numbers[there])

    def over_bars(self, values: Floats, where: Mask | None = None) -> Sample:
        """Return values of some of the bars as a sample."""
        there = np.ones(values.size, np.bool_) if where is None else where
        return Sample("bars", self.times[there], values[there])

    @cached_property
    def months(self) -> tuple[Ids, Floats]:
        """The first days of the calendar months, and their returns."""
        return self._spans("months")

    @cached_property
    def years(self) -> tuple[Ids, Floats]:
        """The first days of the calendar years, and their returns."""
        return self._spans("years")

    def _spans(self, unit: Literal["months", "years"]) -> tuple[Ids, Floats]:
        of = monthly_returns if unit == "months" else yearly_returns
        spans, returns = of(self.periods, self.initial)
        return spans.astype("datetime64[D]").astype(np.int64), returns

    # Inputs that many formulas share

    def count(self, statistic: str = "") -> Input:
        """Return the number of days."""
        return measured("count", "n", mark("Number of days"), "count", self.over_days(), statistic)

    @property
    def mean(self) -> Input:
        """The mean return of a day."""
        return measured(
            "mean", "mean", mark("Mean of the daily returns"), "percent", self.over_days()
        )

    @property
    def deviation(self) -> Input:
        """The standard deviation of the returns."""
        title = mark("Standard deviation (n - 1) of the daily returns")
        return measured("deviation", "deviation", title, "percent", self.over_days())

    @property
    def per_year(self) -> Input:
        """Periods in a year."""
        return given(
            "per_year",
            mark("Periods per year"),
            "count",
            self.periods.per_year,
            self.link("periods_per_year"),
        )

    def amount(self, name: str, title: str, value: float | None, statistic: str = "") -> Input:
        """Return a value of the line: money of the account, or the worth of one unit of a benchmark."""
        kind: Kind = "money" if self.what == "equity" else "number"
        return given(name, title, kind, value, self.link(statistic))

    def link(self, statistic: str) -> str:
        """Return the name of a statistic of the run, if the line is that of the whole run."""
        return statistic if self.is_whole else ""

    # What it is made of

    def held(self, first: int, last: int, name: str) -> Part | None:
        """Return the trades that were open at some time between two moments."""
        return self._trades_where(held_between, first, last, name=name)

    def held_on(self, days: Ids, name: str) -> Part | None:
        """Return the trades that were open on some days, ascending ones."""
        return self._trades_where(held_on, days, name=name)

    def _trades_where(self, test: Callable[..., Mask], *moments: object, name: str) -> Part | None:
        if self.trades is None:
            return None
        ids = np.sort(self.trades["trade_id"].to_numpy()[test(self.trades, *moments)])
        return Part(things="trades", count=ids.size, trade_ids=ids, name=name)

    def all_days(self) -> Part:
        """Return all days as what a number is made of."""
        return Part(things="days", count=self.returns.size)

    def all_bars(self) -> Part:
        """Return all bars as what a number is made of."""
        return Part(things="bars", count=len(self.times))
