"""What a number is a number of: the whole run, a side, a part of the trades, a benchmark."""

from collections.abc import Mapping
from dataclasses import replace
from functools import cached_property
from typing import Final, Protocol

import numpy as np
import polars as pl

from ml4t_desktop.analysis.account.performance import NO_BARS
from ml4t_desktop.analysis.account.returns import equity_times, period_returns
from ml4t_desktop.analysis.benchmark import (
    RELATIVE_STATISTICS,
    Benchmark,
    BenchmarkMetrics,
    benchmark_line,
    common_days,
)
from ml4t_desktop.analysis.definitions import DEFINITION_OF
from ml4t_desktop.analysis.making.account_recipes import (
    ACCOUNT_RECIPES,
    AccountBook,
    Side,
    side_recipes,
)
from ml4t_desktop.analysis.making.derivation import Derivation, Recipe
from ml4t_desktop.analysis.making.drawdown_recipes import DRAWDOWN_RECIPES
from ml4t_desktop.analysis.making.formula import carried_out
from ml4t_desktop.analysis.making.line_book import LineBook
from ml4t_desktop.analysis.making.measuring import given
from ml4t_desktop.analysis.making.order_recipes import ORDER_RECIPES
from ml4t_desktop.analysis.making.relative_recipes import RELATIVE_RECIPES, PairBook
from ml4t_desktop.analysis.making.return_recipes import RETURN_RECIPES
from ml4t_desktop.analysis.making.trade_book import TradeBook
from ml4t_desktop.analysis.making.trade_recipes import TRADE_RECIPES
from ml4t_desktop.analysis.metrics import Metrics, part_metrics, side_metrics
from ml4t_desktop.market import Market
from ml4t_desktop.result.run_result import RunResult
from ml4t_desktop.wording import mark, say

_TRADES: Final = {**TRADE_RECIPES, **ORDER_RECIPES}
_OF_ACCOUNT: Final = frozenset({"days", "initial_capital"})
_LINES: Final = {**RETURN_RECIPES, **DRAWDOWN_RECIPES}
_SIDES: Final = {  # as a part, and as a title
    "long": (mark("long trades"), mark("Long trades")),
    "short": (mark("short trades"), mark("Short trades")),
}


class Scope(Protocol):
    """What numbers are made of; it tells of each of its statistics how."""

    def explain(self, name: str) -> Derivation:
        """Return how a statistic is made.

        Raises
        ------
        KeyError
            If the scope has no such statistic.
        """
        ...


def derived(name: str, of: str, recipe: Recipe, undefined: Mapping[str, str]) -> Derivation:
    """Return how one of `DEFINITIONS` is made, from its recipe."""
    definition = DEFINITION_OF[name]
    return Derivation(
        name=name,
        title=definition.title,
        of=of,
        kind=definition.kind,
        meaning=definition.formula,
        source=definition.inputs,
        formula=recipe.formula,
        inputs=recipe.inputs,
        reason=undefined.get(name, ""),
        part=recipe.part,
    )


def of_account(book: AccountBook, name: str) -> Derivation:
    """Return how a statistic of the account is made that those of some trades rest on."""
    has_bars = len(book.line.times) > 0 or name == "initial_capital"
    return derived(
        name, "", ACCOUNT_RECIPES[name](book), {} if has_bars else {name: NO_BARS.reason}
    )


class RunScope:
    """The run as a whole.

    Parameters
    ----------
    result, metrics : RunResult, Metrics
    stop_loss : float or None
        Of the request.
    of : str
        What the run is called where there are others beside it.
    """

    def __init__(
        self, result: RunResult, metrics: Metrics, stop_loss: float | None = None, of: str = ""
    ) -> None:
        self._result, self._metrics, self._stop_loss = result, metrics, stop_loss
        self._of = of

    @cached_property
    def account(self) -> AccountBook:
        """The tables of the run."""
        return AccountBook(self._result, run_line(self._result))

    @cached_property
    def trades(self) -> TradeBook:
        """All trades."""
        line = self.account.line
        return TradeBook(
            self._result.trades, self._result.initial_capital, line.days, self._stop_loss
        )

    def explain(self, name: str) -> Derivation:
        """Return how a statistic of the run is made."""
        if name == "return_in_market":
            recipe = self._in_market()
        elif name in ACCOUNT_RECIPES:
            recipe = ACCOUNT_RECIPES[name](self.account)
        elif name in _TRADES:
            recipe = _TRADES[name](self.trades)
        else:
            recipe = _LINES[name](self.account.line)
        return derived(name, self._of, recipe, self._metrics.undefined)

    def _in_market(self) -> Recipe:
        """Return the recipe of the one that needs the line and the positions."""
        line, exposure = (
            _LINES["cagr"](self.account.line),
            ACCOUNT_RECIPES["exposure"](self.account),
        )
        growth, share = (
            carried_out(recipe.formula, {item.name: item.value for item in recipe.inputs})
            for recipe in (line, exposure)
        )
        return Recipe(
            formula="growth / exposure",
            inputs=(
                given("growth", mark("Annual return"), "percent", growth, "cagr"),
                given("exposure", mark("Time in the market"), "percent", share, "exposure"),
            ),
            part=exposure.part,
        )


class SideScope:
    """The trades on one side."""

    def __init__(self, result: RunResult, side: Side) -> None:
        self._result = result
        self._side: Side = side

    @cached_property
    def account(self) -> AccountBook:
        """The tables of the run."""
        return AccountBook(self._result, run_line(self._result))

    @cached_property
    def trades(self) -> TradeBook:
        """The trades of the side."""
        trades = self._result.trades
        return TradeBook(
            trades.filter(trades["direction"] == self._side),
            self._result.initial_capital,
            self.account.line.days,
        )

    @cached_property
    def undefined(self) -> Mapping[str, str]:
        """Why statistics of the side have no value."""
        return side_metrics(self._result, self._side).undefined

    def explain(self, name: str) -> Derivation:
        """Return how a statistic of the side is made."""
        of_side = side_recipes(self._side)
        if name in of_side:
            recipe = of_side[name](self.account)
            ids = np.sort(self.trades.trades["trade_id"].to_numpy())
            if recipe.part is not None:
                part = replace(
                    recipe.part, trade_ids=ids, count=ids.size, name=_SIDES[self._side][0]
                )
                recipe = replace(recipe, part=part)
        elif name in _OF_ACCOUNT:
            return of_account(self.account, name)
        else:
            recipe = _TRADES[name](self.trades)
        return derived(name, _SIDES[self._side][1], recipe, self.undefined)


class PartScope:
    """Some of the trades of a run.

    Parameters
    ----------
    trades : DataFrame of `schema.TRADES`
    of : str
        What they are called.
    """

    def __init__(self, result: RunResult, trades: pl.DataFrame, of: str) -> None:
        self._result, self._trades, self._of = result, trades, of

    @cached_property
    def book(self) -> TradeBook:
        """The trades."""
        days = run_line(self._result).days
        return TradeBook(self._trades, self._result.initial_capital, days)

    @cached_property
    def undefined(self) -> Mapping[str, str]:
        """Why statistics of the part have no value."""
        return part_metrics(self._result, self._trades).undefined

    def explain(self, name: str) -> Derivation:
        """Return how a statistic of the part is made."""
        if name in _OF_ACCOUNT:
            return of_account(AccountBook(self._result, run_line(self._result)), name)
        return derived(name, self._of, _TRADES[name](self.book), self.undefined)


class BenchmarkScope:
    """The benchmark alone."""

    def __init__(self, market: Market, benchmark: Benchmark, metrics: BenchmarkMetrics) -> None:
        self._market, self._benchmark, self._metrics = market, benchmark, metrics

    @cached_property
    def line(self) -> LineBook:
        """Its values."""
        times, values, periods = benchmark_line(self._market, self._benchmark)
        return LineBook(times, values, 1.0, periods, what=mark("worth"), is_whole=False)

    def explain(self, name: str) -> Derivation:
        """Return how a statistic of the benchmark is made."""
        recipe = _LINES[name](self.line)
        made = derived(name, self._benchmark.title, recipe, self._metrics.undefined)
        return replace(made, source=mark("The values of the benchmark, one unit at the first bar."))


class AgainstScope:
    """The run against its benchmark."""

    def __init__(
        self,
        result: RunResult,
        metrics: Metrics,
        market: Market,
        benchmark: Benchmark,
        relative: BenchmarkMetrics,
    ) -> None:
        self._run = RunScope(result, metrics)
        self._relative, self._cagr = relative, metrics.cagr
        self._of = (result, market, benchmark)

    @cached_property
    def pair(self) -> PairBook:
        """Both returns on the days that both have."""
        result, market, benchmark = self._of
        periods = period_returns(result)
        days, own, other = common_days(periods, market, benchmark)
        return PairBook(days, own, other, periods.per_year, self._cagr, benchmark.title)

    def explain(self, name: str) -> Derivation:
        """Return how a statistic against the benchmark, or one of the run that it needs, is made."""
        if name not in RELATIVE_STATISTICS:
            return self._run.explain(name)
        title = self._of[2].title
        return derived(
            name,
            say("Against {title}", title=title),
            RELATIVE_RECIPES[name](self.pair),
            self._relative.undefined,
        )


class UnknownScope:
    """Statistics of which none is defined, all for one reason."""

    def __init__(self, of: str, reason: str) -> None:
        self._of, self._reason = of, reason

    def explain(self, name: str) -> Derivation:
        """Return what a statistic would be, and why it is not."""
        nothing = Recipe(
            formula="nothing", inputs=(given("nothing", mark("No value"), "number", None),)
        )
        return derived(name, self._of, nothing, {name: self._reason})


class KeptScope:
    """Statistics of a run of which only they are kept.

    Parameters
    ----------
    values : mapping of str to value
    of : str
        What the run is called.
    """

    def __init__(self, values: Mapping[str, float | int | str | None], of: str) -> None:
        self._values, self._of = values, of

    def explain(self, name: str) -> Derivation:
        """Return what was kept of a statistic."""
        kind, value = DEFINITION_OF[name].kind, self._values.get(name)
        kept = given("kept", mark("As it was written down when the run ended"), kind, value)
        made = derived(name, self._of, Recipe(formula="kept", inputs=(kept,)), {})
        source = mark("The history: the trades and the equity of this run are not kept any more.")
        reason = mark("nothing was kept of it") if value is None else ""
        return replace(made, source=source, reason=reason)


class DifferenceScope:
    """How far the statistics of a run are from those of another.

    Parameters
    ----------
    own, first : Scope
    own_title, first_title : str
        What the runs are called.
    """

    def __init__(self, own: Scope, own_title: str, first: Scope, first_title: str) -> None:
        self._own, self._first = own, first
        self._titles = own_title, first_title

    def explain(self, name: str) -> Derivation:
        """Return how the difference of a statistic is made."""
        own, first = self._own.explain(name), self._first.explain(name)
        return replace(
            own,
            of=say("{run} against {other}", run=self._titles[0], other=self._titles[1]),
            meaning=mark("The value of the one run less that of the other."),
            source=mark("The statistics of both runs."),
            formula="own - other",
            inputs=(
                given("own", self._titles[0], own.kind, own.value),
                given("other", self._titles[1], own.kind, first.value),
            ),
            reason=own.reason or first.reason,
            part=None,
        )


def run_line(result: RunResult) -> LineBook:
    """Return the equity of a run as a line."""
    return LineBook(
        equity_times(result),
        result.equity["equity"].to_numpy(),
        result.initial_capital,
        period_returns(result),
        result.trades,
    )
