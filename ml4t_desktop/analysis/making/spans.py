"""How the numbers of a part of the time are made: of a year, a month, a window, a drawdown."""

from collections.abc import Mapping
from dataclasses import replace
from functools import cached_property
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from ml4t_desktop.analysis.account.activity import fill_values
from ml4t_desktop.analysis.account.drawdowns import Drawdown
from ml4t_desktop.analysis.account.returns import PeriodReturns, period_returns
from ml4t_desktop.analysis.calendar import Span, SpanPart, account_statistics, span_parts
from ml4t_desktop.analysis.making.derivation import Derivation, Kind, Part, Recipe, Sample
from ml4t_desktop.analysis.making.drawdown_recipes import DRAWDOWN_RECIPES, drawdown_recipe
from ml4t_desktop.analysis.making.line_book import LineBook
from ml4t_desktop.analysis.making.measuring import given, measured
from ml4t_desktop.analysis.making.return_recipes import RETURN_RECIPES
from ml4t_desktop.analysis.making.scopes import PartScope, derived, run_line
from ml4t_desktop.analysis.making.trade_book import TradeBook
from ml4t_desktop.analysis.making.trade_recipes import TRADE_RECIPES
from ml4t_desktop.analysis.trades.holding import held_between
from ml4t_desktop.analysis.undefined import Undefined
from ml4t_desktop.result.run_result import RunResult
from ml4t_desktop.result.schema import CLOSED
from ml4t_desktop.units import MICROSECONDS_PER_DAY
from ml4t_desktop.wording import mark, say

_LINES: Final = {**RETURN_RECIPES, **DRAWDOWN_RECIPES}
_BENCHMARK_RETURN: Final = "benchmark_return"
_NO_BENCHMARK: Final = mark("there is no benchmark in this time")
_FORMATS: Final[Mapping[Span, str]] = {"year": "%Y", "month": "%Y-%m"}


class SpanScope:
    """The account and the closed trades of one calendar year or month.

    Parameters
    ----------
    label : str
        As in `calendar.calendar_breakdown`.
    benchmark : PeriodReturns or None
    """

    def __init__(
        self, result: RunResult, by: Span, label: str, benchmark: PeriodReturns | None = None
    ) -> None:
        self._result, self._label, self._benchmark = result, label, benchmark
        self._by: Span = by

    @cached_property
    def part(self) -> SpanPart:
        """The equity of the year or month."""
        return next(
            part for part in span_parts(self._result, self._by) if part.label == self._label
        )

    @cached_property
    def line(self) -> LineBook:
        """The same as a line."""
        part = self.part
        return LineBook(
            part.times,
            part.equity,
            part.before,
            part.periods,
            self._result.trades,
            is_whole=False,
        )

    @cached_property
    def trades(self) -> PartScope:
        """The trades that closed in it."""
        moment = pl.col("exit_time").dt.strftime(_FORMATS[self._by])
        closed = (pl.col("status") == CLOSED) & (moment == self._label)
        return PartScope(self._result, self._result.trades.filter(closed), self._label)

    def explain(self, name: str) -> Derivation:
        """Return how a number of the year or month is made."""
        if name in (_BENCHMARK_RETURN, "excess_return"):
            return self._against(name)
        if name == "exposure":
            values = self.part.is_in.astype(np.float64)
            inside = measured("count", "inside", mark("Bars with an open position"), "count",
                              self.line.over_bars(values, values > 0))  # fmt: skip
            bars = measured("count", "bars", mark("All bars"), "count", self.line.over_bars(values))
            recipe = Recipe(
                formula="inside / bars", inputs=(inside, bars), part=self.line.all_bars()
            )
        elif name in _LINES or name == "periods_per_year":
            recipe = _LINES[name](self.line)
        else:
            return self.trades.explain(name)
        return derived(name, self._label, self._with_trades(recipe), self._undefined)

    def _with_trades(self, recipe: Recipe) -> Recipe:
        """Return a recipe that is made of all days or bars as one of the trades open on them."""
        if recipe.part is None or recipe.part.trade_ids is not None:
            return recipe
        held = self.line.held_on(self.part.periods.days, say("open in {label}", label=self._label))
        return replace(recipe, part=held or recipe.part)

    @cached_property
    def _undefined(self) -> Mapping[str, str]:
        found = account_statistics(self.part)
        return {name: value.reason for name, value in found.items() if isinstance(value, Undefined)}

    def _against(self, name: str) -> Derivation:
        """Return how the return of the benchmark, or the one beyond it, is made."""
        days, returns = self._their_days()
        sample = Sample("days", days, 1.0 + returns)
        theirs = measured(
            "product",
            "growth",
            mark("Product of 1 + daily return of the benchmark"),
            "number",
            sample,
        )
        is_there = days.size > 0 and theirs.value is not None
        reason = "" if is_there else _NO_BENCHMARK
        if name == _BENCHMARK_RETURN:
            count = measured("count", "n", mark("Number of days"), "count", sample)
            part = Part(things="days", count=days.size)
            recipe = Recipe(formula="growth - 1", inputs=(theirs, count), part=part)
            return titled(
                name, mark("Return of the benchmark"), self._label, "percent",
                mark("Return of the benchmark in the same time."), recipe, reason,
            )  # fmt: skip
        own = _LINES["total_return"](self.line)
        own_reason = self._undefined.get("total_return", "")
        recipe = Recipe(
            formula="(final - initial) / initial - (growth - 1)",
            inputs=(*own.inputs, theirs),
            part=own.part,
        )
        return titled(
            name, mark("Excess return"), self._label, "percent",
            mark("Return of the account less that of the benchmark in the same time."), recipe, own_reason or reason,
        )  # fmt: skip

    def _their_days(self) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        if self._benchmark is None:
            return np.zeros(0, np.int64), np.zeros(0)
        unit = "Y" if self._by == "year" else "M"
        of_days = self._benchmark.days.astype("datetime64[D]").astype(f"datetime64[{unit}]")
        chosen = of_days == np.datetime64(self._label, unit)
        return self._benchmark.days[chosen], self._benchmark.returns[chosen]


def titled(
    name: str, title: str, of: str, kind: Kind, meaning: str, recipe: Recipe, reason: str = "",
    source: str = mark("The equity of every bar."),
) -> Derivation:  # fmt: skip
    """Return how a number that is none of `DEFINITIONS` is made."""
    return Derivation(
        name=name,
        title=title,
        of=of,
        kind=kind,
        meaning=meaning,
        source=source,
        formula=recipe.formula,
        inputs=recipe.inputs,
        reason=reason,
        part=recipe.part,
    )


class WindowScope:
    """The last days and the last closed trades before the end of a day.

    Parameters
    ----------
    trades : DataFrame of `schema.TRADES`
        Those that are looked at.
    place : int
        Of the day among those of the run.
    days, count : int
        Length of the window in days and in trades.
    """

    def __init__(
        self, result: RunResult, trades: pl.DataFrame, place: int, days: int, count: int
    ) -> None:
        self._result, self._trades = result, trades
        self._place, self._days, self._count = place, days, count
        self._periods = period_returns(result)

    @property
    def _day(self) -> str:
        return str(self._periods.days[self._place].astype("datetime64[D]"))

    @cached_property
    def line(self) -> LineBook:
        """The window as a line of the ends of its days."""
        first = max(self._place - self._days + 1, 0)
        span = slice(first, self._place + 1)
        periods = self._periods
        before = float(periods.equity[first - 1]) if first else self._result.initial_capital
        part = PeriodReturns(
            days=periods.days[span],
            equity=periods.equity[span],
            returns=periods.returns[span],
            per_year=periods.per_year,
        )
        times = part.days * MICROSECONDS_PER_DAY
        return LineBook(times, part.equity, before, part, self._result.trades, is_whole=False)

    def explain(self, name: str) -> Derivation:
        """Return how a value of a rolling line is made.

        Parameters
        ----------
        name : str
            ``total_return``, ``volatility``, ``sharpe``, ``win_rate``, ``gross``, ``net``,
            ``positions`` or ``turnover``.
        """
        if name in ("total_return", "volatility", "sharpe"):
            is_short = self._place + 1 < self._days
            recipe = _LINES[name](self.line)
            of = say("{days} days to {day}", days=self._days, day=self._day)
            why = (
                say("the first window of {days} days is not full yet", days=self._days)
                if is_short
                else ""
            )
            if not why and np.isnan(self.line.returns).any():
                why = mark("equity is not positive")
            if not why and name == "sharpe" and not self._varies():
                why = mark("the returns do not vary")
            held = self.line.held_on(
                self.line.periods.days,
                self._held,
            )
            return derived(name, of, replace(recipe, part=held), {name: why})
        if name == "win_rate":
            return self._win_rate()
        if name == "turnover":
            return self._turnover()
        if name in ("gross", "net", "positions"):
            return self._exposure(name)
        if name in TRADE_RECIPES:
            return PartScope(
                self._result, self._last_trades(), say("Last {count} trades", count=self._count)
            ).explain(name)
        return derived(name, "", _LINES[name](self.line), {})

    def _varies(self) -> bool:
        return float(self.line.returns.std(ddof=1)) > 1e-10

    def _last_trades(self) -> pl.DataFrame:
        """Return the trades of the window; fewer than its length where there are not so many yet."""
        closed = self._trades.filter(pl.col("status") == CLOSED)
        on = closed["exit_time"].to_physical().to_numpy() // MICROSECONDS_PER_DAY
        stop = int(np.searchsorted(on, self._periods.days[self._place], side="right"))
        return closed[max(stop - self._count, 0) : stop]

    @property
    def _held(self) -> str:
        return say("open in the {days} days to {day}", days=self._days, day=self._day)

    def _win_rate(self) -> Derivation:
        last = self._last_trades()
        book = TradeBook(last, self._result.initial_capital, 0.0)
        is_short = last.height < self._count
        why = (
            say("fewer than {count} trades were closed by then", count=self._count)
            if is_short
            else ""
        )
        recipe = TRADE_RECIPES["win_rate"](book)
        return derived(
            "win_rate",
            say("Last {count} trades to {day}", count=self._count, day=self._day),
            recipe,
            {"win_rate": why},
        )

    def _last_row(self) -> int:
        """Return the row of the last equity point of the day."""
        times = self._result.equity["timestamp"].to_physical().to_numpy() // MICROSECONDS_PER_DAY
        return int(np.searchsorted(times, self._periods.days[self._place], side="right")) - 1

    def _exposure(self, name: str) -> Derivation:
        row, equity = self._last_row(), self._result.equity
        time = int(equity["timestamp"].to_physical()[row])
        part = run_line(self._result).held(time, time, say("open on {day}", day=self._day))
        if name == "positions":
            count = given("positions", mark("Open positions at the end of the day"), "count",
                          int(equity["open_positions"][row]))  # fmt: skip
            recipe = Recipe(formula="positions", inputs=(count,), part=part)
            meaning = mark("Open positions at the last bar of the day.")
            return titled(name, mark("Open positions"), self._day, "count", meaning, recipe)
        title, meaning = _EXPOSURES[name]
        worth = given("positions", title, "money", float(equity[f"{name}_exposure"][row]))
        whole = given(
            "equity", mark("Equity at the end of the day"), "money", float(equity["equity"][row])
        )
        why = "" if float(equity["equity"][row]) > 0 else mark("equity is not positive")
        recipe = Recipe(formula="positions / equity", inputs=(worth, whole), part=part)
        return titled(
            name,
            say("{value0} exposure", value0=name.capitalize()),
            self._day,
            "percent",
            meaning,
            recipe,
            why,
        )

    def _turnover(self) -> Derivation:
        from ml4t_desktop.analysis.account.exposure_lines import exposure_lines

        lines = exposure_lines(self._result)
        span = slice(max(self._place - self._days + 1, 0), self._place + 1)
        sample = Sample("days", lines.days[span], lines.turnover[span])
        total = measured(
            "sum", "sum", mark("Sum over the days of value traded / 2 / equity"), "number", sample
        )
        is_short = self._place + 1 < self._days
        why = (
            say("the first window of {days} days is not full yet", days=self._days)
            if is_short
            else ""
        )
        if not why and total.value is None:
            why = mark("equity is not positive")
        chosen = self._result.fills["timestamp"].to_physical().to_numpy() // MICROSECONDS_PER_DAY
        inside = (chosen >= lines.days[span][0]) & (chosen <= lines.days[span][-1])
        value = float(fill_values(self._result)[inside].sum())
        traded = given("traded", mark("Value traded in the window"), "money", value)
        part = self.line.held_on(
            lines.days[span],
            self._held,
        )
        recipe = Recipe(formula="sum", inputs=(total, traded), part=part)
        meaning = mark("Sum over the days of half the value traded / equity at the end of the day.")
        of = say("{days} days to {day}", days=self._days, day=self._day)
        return titled(
            "turnover",
            say("Turnover of {days} days", days=self._days),
            of,
            "percent",
            meaning,
            recipe,
            why,
        )


_EXPOSURES: Final = {
    "gross": (
        mark("Value of long plus short positions"),
        mark("Value of long plus short positions / equity, at the last bar of the day."),
    ),
    "net": (
        mark("Value of long minus short positions"),
        mark("Value of long minus short positions / equity, at the last bar of the day."),
    ),
}
_DRAWDOWN_TITLES: Final[Mapping[str, tuple[str, Kind, str]]] = {
    "rank": (mark("Rank"), "count", mark("Place among all drawdowns by their depth.")),
    "depth": (mark("Depth"), "percent", mark("Lowest equity / highest equity before it - 1.")),
    "money": (mark("Money lost"), "money", mark("Equity lost from the peak to the lowest point.")),
    "start": (mark("Start"), "moment", mark("Last bar at the peak.")),
    "trough": (mark("Trough"), "moment", mark("Bar of the lowest equity.")),
    "recovery": (mark("Recovery"), "moment", mark("First bar at the peak again.")),
    "days_down": (mark("Days down"), "days", mark("Calendar days from the peak to the lowest point.")),
    "days_up": (mark("Days to recover"), "days", mark("Calendar days from the lowest point to the recovery.")),
    "days": (mark("Days in all"), "days", mark("Calendar days from the peak to the recovery, or to the end.")),
    "trades": (mark("Trades"), "count", mark("Trades open at some time from the peak to the lowest point.")),
    "trades_pnl": (mark("Profit of its trades"), "money", mark("What the trades open on the way down made, in all.")),
}  # fmt: skip


class DrawdownScope:
    """One drawdown of a run.

    Parameters
    ----------
    fall : Drawdown
    rank : int
        1 for the deepest.
    """

    def __init__(self, result: RunResult, fall: Drawdown, rank: int) -> None:
        self._result, self._fall, self._rank = result, fall, rank

    def explain(self, name: str) -> Derivation:
        """Return how a number of the drawdown is made: a column of its table."""
        title, kind, meaning = _DRAWDOWN_TITLES[name]
        of = say("Drawdown {rank}", rank=self._rank)
        line = run_line(self._result)
        if name in ("trades", "trades_pnl"):
            recipe = self._of_trades(name)
        elif name == "rank":
            deeper = given("deeper", mark("Drawdowns that were deeper"), "count", self._rank - 1)
            recipe = Recipe(formula="deeper + 1", inputs=(deeper,), part=line.all_bars())
        else:
            recipe = drawdown_recipe(
                line, self._fall, name, say("drawdown {rank}", rank=self._rank)
            )
        is_open = self._fall.recovery is None and name in ("recovery", "days_up")
        reason = mark("not recovered by the end") if is_open else ""
        return titled(name, title, of, kind, meaning, recipe, reason)

    def _of_trades(self, name: str) -> Recipe:
        trades = self._result.trades
        chosen = held_between(trades, self._fall.start, self._fall.trough)
        ids = trades["trade_id"].to_numpy()[chosen]
        pnl = trades["pnl"].to_numpy()[chosen].astype(np.float64)
        known = ~np.isnan(pnl)
        sample = Sample("trades", ids[known], pnl[known])
        part = Part(things="trades", count=ids.size, trade_ids=np.sort(ids),
                    name=say("open on the way down in drawdown {rank}", rank=self._rank))  # fmt: skip
        if name == "trades":
            everyone = Sample("trades", ids, np.ones(ids.size))
            count = measured(
                "count", "trades", mark("Trades open on the way down"), "count", everyone
            )
            return Recipe(formula="trades", inputs=(count,), part=part)
        total = measured(
            "sum",
            "sum",
            mark("Sum of what they made, open ones at their last price"),
            "money",
            sample,
        )
        count = measured("count", "n", mark("Trades open on the way down"), "count", sample)
        return Recipe(formula="sum", inputs=(total, count), part=part)
