"""How the numbers of the stretches of a run are made, and what is said of them together."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cached_property
from typing import Final

import numpy as np
import polars as pl

from ml4t_desktop.analysis.account.returns import PeriodReturns
from ml4t_desktop.analysis.definitions import DEFINITION_OF
from ml4t_desktop.analysis.making.derivation import Derivation, Floats, Kind, Part, Recipe, Sample
from ml4t_desktop.analysis.making.drawdown_recipes import DRAWDOWN_RECIPES
from ml4t_desktop.analysis.making.line_book import LineBook
from ml4t_desktop.analysis.making.measuring import given, measured, percentile_inputs, places
from ml4t_desktop.analysis.making.return_recipes import RETURN_RECIPES
from ml4t_desktop.analysis.making.scopes import PartScope
from ml4t_desktop.analysis.making.spans import titled
from ml4t_desktop.analysis.making.trade_recipes import wilson_recipe
from ml4t_desktop.analysis.signals.groups import Z_90
from ml4t_desktop.analysis.stability import PATHS, Stability, days_of, trades_of
from ml4t_desktop.analysis.undefined import Undefined
from ml4t_desktop.analysis.validity.bootstrap import LEVEL, Interval, redraw
from ml4t_desktop.analysis.validity.sharpe import SharpeSample, sharpe_sample
from ml4t_desktop.market import Market
from ml4t_desktop.result.run_result import RunResult
from ml4t_desktop.units import MICROSECONDS_PER_DAY
from ml4t_desktop.wording import mark, say

_DAYS: Final = mark("The returns of the days of the stretch.")
_SOURCE: Final = mark("The stretches of the run.")
_NO_RETURNS: Final = mark("equity was not above zero throughout")
_NO_TRADES: Final = mark("there are no closed trades")
_NO_BENCHMARK: Final = mark("there is no benchmark in this time")
_EDGES: Final[Mapping[str, tuple[str, float]]] = {
    "sharpe_low": (mark("Sharpe ratio, lower end"), (1.0 - LEVEL) / 2.0),
    "sharpe_high": (mark("Sharpe ratio, upper end"), (1.0 + LEVEL) / 2.0),
}
_WILSON: Final = {"win_rate_low": "-", "win_rate_high": "+"}
_RATES: Final = {
    "win_rate_low": mark("Lower end of the 90 % Wilson interval of the win rate."),
    "win_rate_high": mark("Upper end of the 90 % Wilson interval of the win rate."),
}


class StretchScope:
    """The account in one stretch, as if it had begun with it, and the closed trades counted there.

    Parameters
    ----------
    found : Stability
    place : int
        Row of the stretch.
    of : str
        What it is called.
    benchmark : PeriodReturns or None
    """

    def __init__(
        self,
        result: RunResult,
        market: Market,
        found: Stability,
        place: int,
        of: str,
        benchmark: PeriodReturns | None = None,
    ) -> None:
        self._result, self._market, self._benchmark = result, market, benchmark
        self._found = found
        self._place, self._of = place, of

    @cached_property
    def part(self) -> PeriodReturns:
        """The returns of the stretch."""
        return days_of(self._result, self._market, self._found, self._place)

    @cached_property
    def line(self) -> LineBook:
        """What one unit of the account became."""
        growth: Floats = np.cumprod(1.0 + self.part.returns, dtype=np.float64)
        times = self.part.days * MICROSECONDS_PER_DAY
        return LineBook(
            times, growth, 1.0, self.part, self._result.trades, what=mark("worth"), is_whole=False
        )

    @cached_property
    def trades(self) -> PartScope:
        """The closed trades."""
        ids = trades_of(self._result, self._market, self._found, self._place)
        trades = self._result.trades
        return PartScope(
            self._result, trades.filter(np.isin(trades["trade_id"].to_numpy(), ids)), self._of
        )

    @cached_property
    def interval(self) -> Interval | None:
        """The Sharpe ratio with its draws; None where there is none."""
        redrawn = redraw(self.part, 1.0, paths=PATHS, points=2)
        found = redrawn.intervals if redrawn is not None else ()
        return next((item for item in found if item.name == "sharpe"), None)

    def explain(self, name: str) -> Derivation:
        """Return how a number of the stretch is made."""
        own: Mapping[str, Callable[[], Derivation]] = {
            "days": self._number,
            "total_return": self._return,
            "benchmark_return": self._theirs,
            "excess_return": self._excess,
            "sharpe": self._sharpe,
            "volatility": self._volatility,
            "max_drawdown": self._drawdown,
        }
        if name in own:
            return own[name]()
        if name in _EDGES:
            return self._edge(name)
        if name in _WILSON:
            title = mark("Two-sided 90 % of the normal distribution")
            recipe = wilson_recipe(_WILSON[name], Z_90, title)(self.trades.book)
            made = self.trades.explain(name)
            made = replace(made, meaning=_RATES[name], formula=recipe.formula, inputs=recipe.inputs)
        else:
            made = self.trades.explain(name)
        if name != "num_trades" and not self.trades.book.ids.size:
            made = replace(made, reason=made.reason or _NO_TRADES)
        return made

    def _told(
        self, name: str, title: str, kind: Kind, meaning: str, recipe: Recipe, reason: str = ""
    ) -> Derivation:
        return titled(name, title, self._of, kind, meaning, recipe, reason, source=_DAYS)

    @cached_property
    def _reason(self) -> str:
        return "" if np.isfinite(self.part.returns).all() else _NO_RETURNS

    def _number(self) -> Derivation:
        recipe = Recipe(formula="n", inputs=(self.line.count(),), part=self.line.all_days())
        return self._told("days", mark("Days"), "count", mark("Returns the stretch has."), recipe)

    def _growth(self, name: str, title: str, days: PeriodReturns) -> Recipe:
        sample = Sample("days", days.days, 1.0 + days.returns)
        return Recipe(
            formula=f"{name} - 1",
            inputs=(
                measured("product", name, title, "number", sample),
                measured("count", "n", mark("Number of days"), "count", sample),
            ),
            part=Part(things="days", count=days.days.size),
        )

    def _own_growth(self) -> Recipe:
        made = self._growth("growth", mark("Product of 1 + daily return"), self.part)
        held = self.line.held_on(self.part.days, mark("open in the stretch"))
        return replace(made, part=held or made.part)

    def _their_growth(self) -> Recipe | None:
        benchmark = self._benchmark
        if benchmark is None:
            return None
        is_in = np.isin(benchmark.days, self.part.days)
        theirs = replace(
            benchmark,
            days=benchmark.days[is_in],
            equity=benchmark.equity[is_in],
            returns=benchmark.returns[is_in],
        )
        if not theirs.returns.size or not np.isfinite(theirs.returns).all():
            return None
        title = mark("Product of 1 + daily return of the benchmark")
        return self._growth("benchmark", title, theirs)

    def _return(self) -> Derivation:
        return self._told(
            "total_return", mark("Return"), "percent",
            mark("Return of the account in the stretch: its daily returns one after the other."),
            self._own_growth(), self._reason,
        )  # fmt: skip

    def _theirs(self) -> Derivation:
        made = self._their_growth()
        nothing = Recipe(
            formula="nothing", inputs=(given("nothing", mark("No value"), "number", None),)
        )
        return self._told(
            "benchmark_return", mark("Return of the benchmark"), "percent",
            mark("Return of the benchmark in the same time."),
            made or nothing, "" if made is not None else _NO_BENCHMARK,
        )  # fmt: skip

    def _excess(self) -> Derivation:
        own, theirs = self._own_growth(), self._their_growth()
        recipe = own
        if theirs is not None:
            recipe = Recipe(
                formula="(growth - 1) - (benchmark - 1)",
                inputs=(own.inputs[0], theirs.inputs[0]),
                part=own.part,
            )
        return self._told(
            "excess_return", mark("Excess return"), "percent",
            mark("Return of the account less that of the benchmark in the same time."),
            recipe, self._reason or ("" if theirs is not None else _NO_BENCHMARK),
        )  # fmt: skip

    def _sharpe(self) -> Derivation:
        definition = DEFINITION_OF["sharpe"]
        return self._told(
            "sharpe", definition.title, definition.kind, definition.formula,
            RETURN_RECIPES["sharpe"](self.line), self._no_sharpe(),
        )  # fmt: skip

    def _no_sharpe(self) -> str:
        if self.interval is not None:
            return ""
        return self._reason or mark("the returns are too few, or do not vary")

    def _edge(self, name: str) -> Derivation:
        title, share = _EDGES[name]
        drawn = self.interval.drawn if self.interval is not None else np.zeros(0)
        recipe = Recipe(
            formula="nothing", inputs=(given("nothing", mark("No value"), "number", None),)
        )
        if drawn.size:
            ratio = DEFINITION_OF["sharpe"].title
            formula, inputs = percentile_inputs(
                drawn, share, ratio, "ratio", "draws", places(drawn.size)
            )
            recipe = Recipe(
                formula=formula, inputs=inputs, part=Part(things="draws", count=drawn.size)
            )
        meaning = say(
            "The daily returns of the stretch are drawn again and again; this is the {rank:g}th percentile "
            "of what came out.",
            rank=100 * share,
        )
        return titled(
            name, title, self._of, "ratio", meaning, recipe, self._no_sharpe(),
            source=mark("The redrawn histories."),
        )  # fmt: skip

    def _volatility(self) -> Derivation:
        definition = DEFINITION_OF["volatility"]
        deviation = self.line.deviation.value
        return self._told(
            "volatility", definition.title, definition.kind, definition.formula,
            RETURN_RECIPES["volatility"](self.line),
            "" if deviation is not None else self._reason or mark("fewer than 2 returns"),
        )  # fmt: skip

    def _drawdown(self) -> Derivation:
        definition = DEFINITION_OF["max_drawdown"]
        return self._told(
            "max_drawdown", definition.title, definition.kind,
            mark("Lowest worth of one unit of the account / highest before it in the stretch - 1."),
            DRAWDOWN_RECIPES["max_drawdown"](self.line), self._reason,
        )  # fmt: skip


class StretchesScope:
    """What is said of all stretches together."""

    def __init__(self, result: RunResult, market: Market, found: Stability) -> None:
        self._result, self._market, self._found = result, market, found

    def explain(self, name: str) -> Derivation:
        """Return how ``gained``, ``chance`` or ``gap`` is made."""
        return {"gained": self._gained, "chance": self._chance, "gap": self._gap}[name]()

    @cached_property
    def _samples(self) -> tuple[SharpeSample, ...]:
        """The Sharpe ratios of the stretches that have one."""
        count = self._found.table.height
        parts = (days_of(self._result, self._market, self._found, place) for place in range(count))
        found = (sharpe_sample(part.returns) for part in parts)
        return tuple(item for item in found if not isinstance(item, Undefined))

    def _gained(self) -> Derivation:
        returns = self._found.table["total_return"].cast(pl.Float64).fill_null(np.nan).to_numpy()
        numbers = np.flatnonzero(returns > 0)
        sample = Sample("parts", numbers, returns[numbers])
        title = mark("Stretches with a positive return")
        recipe = Recipe(
            formula="gained",
            inputs=(
                measured("count", "gained", title, "count", sample),
                given("all", mark("All stretches"), "count", returns.size),
            ),
        )
        meaning = mark("Number of stretches in which the account gained.")
        return titled("gained", title, "", "count", meaning, recipe, source=_SOURCE)

    def _chance(self) -> Derivation:
        known = [item for item in self._samples if item.error > 0]
        ratios = np.array([item.sharpe for item in known])
        weights = np.array([1.0 / item.error**2 for item in known])
        mean = float(weights @ ratios / weights.sum()) if known else 0.0
        sample = Sample("parts", places(ratios.size), weights * (ratios - mean) ** 2)
        recipe = Recipe(
            formula="chi_square_above(q, stretches - 1)",
            inputs=(
                measured("sum", "q", mark("Sum of ((Sharpe ratio of a stretch - weighted mean) / its error)^2"),
                         "number", sample),
                measured("count", "stretches", mark("Stretches that have a Sharpe ratio"), "count", sample),
                given("mean", mark("Mean of the Sharpe ratios of a day, weighted by 1 / error^2"), "number", mean),
            ),
        )  # fmt: skip
        return titled(
            "chance", mark("Chance alone"), "", "percent",
            mark("How likely the Sharpe ratios would differ as much as these, were the true one the same all the "
                 "time (Cochran's Q against a chi-square distribution)."),
            recipe,
            mark("fewer than two stretches have a Sharpe ratio") if self._found.chance is None else "",
            source=_SOURCE,
        )  # fmt: skip

    def _gap(self) -> Derivation:
        both = self._samples if len(self._samples) == 2 else (None, None)
        values = [(item.sharpe, item.error) if item is not None else (None, None) for item in both]
        (trained, error), (tested, other) = values
        recipe = Recipe(
            formula="(trained - tested) / sqrt(error_trained ** 2 + error_tested ** 2)",
            inputs=(
                given("trained", mark("Sharpe ratio of a day where the model was trained"), "number", trained),
                given("tested", mark("Sharpe ratio of a day elsewhere"), "number", tested),
                given("error_trained", mark("Standard error of the first"), "number", error),
                given("error_tested", mark("Standard error of the second"), "number", other),
            ),
        )  # fmt: skip
        return titled(
            "gap", mark("Difference"), "", "ratio",
            mark("Sharpe ratio where the model was trained less that elsewhere, in standard errors of the difference."),
            recipe,
            mark("one of the two has no Sharpe ratio") if self._found.gap is None else "",
            source=_SOURCE,
        )  # fmt: skip
