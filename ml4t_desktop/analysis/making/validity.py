"""How the figures behind the verdict are made: intervals, how sure the Sharpe ratio is, costs, luck."""

from collections.abc import Callable, Mapping
from functools import cached_property
from statistics import NormalDist
from typing import Final

import numpy as np

from ml4t_desktop.analysis.account.activity import fill_values
from ml4t_desktop.analysis.account.returns import equity_times, period_returns
from ml4t_desktop.analysis.definitions import DEFINITION_OF
from ml4t_desktop.analysis.making.derivation import Derivation, Input, Kind, Part, Recipe, Sample
from ml4t_desktop.analysis.making.drawdown_recipes import DRAWDOWN_RECIPES
from ml4t_desktop.analysis.making.line_book import LineBook
from ml4t_desktop.analysis.making.measuring import given, measured, percentile_inputs, places
from ml4t_desktop.analysis.making.return_recipes import RETURN_RECIPES
from ml4t_desktop.analysis.making.scopes import PartScope, RunScope
from ml4t_desktop.analysis.making.spans import titled
from ml4t_desktop.analysis.undefined import Undefined
from ml4t_desktop.analysis.validity.bootstrap import LEVEL, Interval
from ml4t_desktop.analysis.validity.luck import Luck
from ml4t_desktop.analysis.validity.sharpe import CONFIDENCE, EULER, Deflated, SharpeSample
from ml4t_desktop.analysis.validity.verdict import Evidence
from ml4t_desktop.result.run_result import RunResult
from ml4t_desktop.units import MICROSECONDS_PER_DAY
from ml4t_desktop.wording import mark, say

_DAYS: Final = mark("The returns of the days.")
_FILLS: Final = mark("The rows of the fills table and the net profit.")
_EDGES: Final[Mapping[str, tuple[str, float]]] = {
    "low": (mark("lower end"), (1.0 - LEVEL) / 2.0),
    "high": (mark("upper end"), (1.0 + LEVEL) / 2.0),
}
_OF_TRADES: Final = frozenset({"win_rate", "expectancy", "profit_factor"})


class EvidenceScope:
    """The evidence of a run, by the names of its figures.

    Those of intervals are called after their statistic (``sharpe``), their ends ``sharpe.low`` and
    ``sharpe.high``; those of a variant ``same_bar.total_return``.
    """

    def __init__(self, result: RunResult, evidence: Evidence) -> None:
        self._result, self._evidence = result, evidence

    def explain(self, name: str) -> Derivation:
        """Return how a figure is made."""
        head, _, tail = name.partition(".")
        if tail in _EDGES:
            return self._edge(head, tail)
        if tail:
            return self._variant(head, tail)
        if head in self._figures:
            return self._figures[head]()
        if head in _OF_TRADES:
            trades = self._result.trades
            return PartScope(self._result, trades, mark("All trades")).explain(head)
        if any(item.name == head for item in self._intervals):
            return self._own(head)
        return RunScope(self._result, self._evidence.metrics).explain(head)

    @property
    def _intervals(self) -> tuple[Interval, ...]:
        redrawn = self._evidence.redrawn
        return (*(redrawn.intervals if redrawn else ()), *self._evidence.trade_intervals)

    @cached_property
    def _line(self) -> LineBook:
        """The equity at the end of every day, as the draws have it."""
        periods = period_returns(self._result)
        times = periods.days * MICROSECONDS_PER_DAY
        return LineBook(
            times, periods.equity, self._result.initial_capital, periods, self._result.trades
        )

    def _own(self, name: str) -> Derivation:
        """Return how the value of the run itself is made, as the draws compute theirs."""
        line, definition = self._line, DEFINITION_OF[name]
        meaning = definition.formula
        if name == "cagr":
            meaning = mark(
                "(Final value / initial capital)^(periods per year / number of returns) - 1."
            )
            ends = RETURN_RECIPES["total_return"](line).inputs
            recipe = Recipe(
                formula="(final / initial) ** (per_year / n) - 1",
                inputs=(*ends, line.per_year, line.count()),
                part=line.all_days(),
            )
        elif name == "max_drawdown":
            recipe = DRAWDOWN_RECIPES[name](line)
            meaning = mark("Lowest equity / highest equity before it - 1, at the ends of the days.")
        else:
            recipe = RETURN_RECIPES[name](line)
        return titled(name, definition.title, "", definition.kind, meaning, recipe, source=_DAYS)

    def _edge(self, name: str, end: str) -> Derivation:
        """Return how an end of an interval is made."""
        found = next(item for item in self._intervals if item.name == name)
        word, share = _EDGES[end]
        definition = DEFINITION_OF[name]
        formula, inputs = percentile_inputs(
            found.drawn, share, definition.title, definition.kind, "draws", places(found.drawn.size)
        )
        what = mark("Weeks of trades") if name in _OF_TRADES else mark("Daily returns")
        recipe = Recipe(
            formula=formula, inputs=inputs, part=Part(things="draws", count=found.drawn.size)
        )
        return titled(
            f"{name}.{end}", say("{title}, {word}", title=definition.title, word=word), "", definition.kind,
            say(
                "{what} are drawn again and again; this is the {rank:g}th percentile of what came out.",
                what=what, rank=100 * share,
            ),
            recipe, source=mark("The redrawn histories."),
        )  # fmt: skip

    def _variant(self, assumption: str, name: str) -> Derivation:
        """Return how a figure of the run under another assumption is made."""
        found = next(item for item in self._evidence.variants if item.assumption == assumption)
        definition = DEFINITION_OF["num_trades" if name == "trades" else name]
        if name == "trades":
            count = given(
                "trades",
                mark("Closed trades of the run under this assumption"),
                "count",
                found.trades,
            )
            recipe = Recipe(formula="trades", inputs=(count,))
            reason = ""
        else:
            times = equity_times(self._result)
            periods = period_returns(_Points(self._result, found.equity))
            initial = self._result.initial_capital
            line = LineBook(times, found.equity, initial, periods, is_whole=False)
            recipe = {**RETURN_RECIPES, **DRAWDOWN_RECIPES}[name](line)
            is_missing = name == "sharpe" and found.sharpe is None
            reason = mark("the returns are too few, or do not vary") if is_missing else ""
        return titled(
            f"{assumption}.{name}", definition.title, mark("Under another assumption"), definition.kind,
            definition.formula, recipe, reason, source=mark("The equity of the run under this assumption."),
        )  # fmt: skip

    @cached_property
    def _figures(self) -> Mapping[str, Callable[[], Derivation]]:
        return {
            "loss": self._loss,
            "probability": self._probability,
            "trials": self._trials,
            "hurdle": self._hurdle,
            "deflated": self._deflated,
            "track_record": self._track_record,
            "luck": self._luck,
            "before": self._before,
            "commission": lambda: self._step("commission", mark("Commission"), "total_fees", -1.0),
            "slippage": lambda: self._step("slippage", mark("Slippage"), "total_slippage", -1.0),
            "carry": lambda: self._step(
                "carry", mark("Interest, borrowing, funding"), "funding", 1.0
            ),
            "dividends": lambda: self._step("dividends", mark("Dividends"), "dividends", 1.0),
            "net": lambda: self._step("net", mark("Net profit"), "net_profit", 1.0),
            "break_even": self._break_even,
            "paid_rate": lambda: self._rate("paid_rate"),
            "bearable_rate": lambda: self._rate("bearable_rate"),
        }

    def _told(
        self, name: str, title: str, kind: Kind, meaning: str, recipe: Recipe, value: object, source: str
    ) -> Derivation:  # fmt: skip
        reason = value.reason if isinstance(value, Undefined) else ""
        return titled(name, title, "", kind, meaning, recipe, reason, source)

    def _loss(self) -> Derivation:
        redrawn = self._evidence.redrawn
        final = redrawn.final if redrawn else np.zeros(0)
        numbers = places(final.size)
        below = measured("count", "below", mark("Draws that end below the initial capital"), "count",
                         Sample("draws", numbers[final < 0], final[final < 0]))  # fmt: skip
        count = measured(
            "count", "draws", mark("All draws"), "count", Sample("draws", numbers, final)
        )
        recipe = Recipe(formula="below / draws", inputs=(below, count),
                        part=Part(things="draws", count=final.size))  # fmt: skip
        none = Undefined(mark("too few returns to redraw")) if redrawn is None else None
        meaning = mark("Share of the redrawn histories that end below the initial capital.")
        return self._told(
            "loss",
            mark("Chance of a loss"),
            "percent",
            meaning,
            recipe,
            none,
            mark("The redrawn histories."),
        )

    def _sharpe_inputs(self, sample: SharpeSample) -> tuple[Input, ...]:
        return (
            given(
                "sharpe",
                mark("Sharpe ratio of a day: mean / standard deviation (n - 1)"),
                "number",
                sample.sharpe,
            ),
            given("skew", mark("Skew of the daily returns, not corrected"), "number", sample.skew),
            given(
                "kurtosis",
                mark("Raw kurtosis (3 is normal), not corrected"),
                "number",
                sample.kurtosis,
            ),
            given("n", mark("Number of returns"), "count", sample.count),
        )

    def _sharpe_figure(
        self, name: str, title: str, kind: Kind, meaning: str,
        make: Callable[[SharpeSample, Deflated], tuple[Recipe, object]],
    ) -> Derivation:  # fmt: skip
        """Return a figure that needs the Sharpe ratio and its trials, or why there is none."""
        sample, found = self._evidence.sample, self._evidence.deflated
        if isinstance(sample, Undefined) or isinstance(found, Undefined):
            nothing = Recipe(
                formula="none", inputs=(given("none", mark("No Sharpe ratio"), "number", None),)
            )
            return self._told(name, title, kind, meaning, nothing, sample, _DAYS)
        recipe, value = make(sample, found)
        return self._told(name, title, kind, meaning, recipe, value, _DAYS)

    @property
    def _per_year(self) -> Input:
        return given(
            "per_year",
            mark("Periods per year"),
            "count",
            self._evidence.periods_per_year,
            "periods_per_year",
        )

    def _probability(self) -> Derivation:
        def make(sample: SharpeSample, _found: Deflated) -> tuple[Recipe, object]:
            recipe = Recipe(formula=f"normal(sharpe / {_ERROR})", inputs=self._sharpe_inputs(sample),
                            part=self._line.all_days())  # fmt: skip
            return recipe, sample.probability_above(0.0)

        meaning = mark(
            "Probability that the true Sharpe ratio is above zero (Bailey and Lopez de Prado): skew and "
            "fat tails are taken into account."
        )
        return self._sharpe_figure(
            "probability", mark("Probability above zero"), "percent", meaning, make
        )

    def _trials(self) -> Derivation:
        def make(_sample: SharpeSample, found: Deflated) -> tuple[Recipe, object]:
            counted = given(
                "counted",
                mark("Requests that were run on this data, this one included"),
                "count",
                found.trials,
            )
            part = Part(things="variants", count=found.trials)
            return Recipe(formula="counted", inputs=(counted,), part=part), None

        meaning = mark("Every run of another request on the same data counts, this one included.")
        return self._sharpe_figure(
            "trials", mark("Variants tried on this data"), "count", meaning, make
        )

    def _hurdle_inputs(self, found: Deflated) -> tuple[Input, ...]:
        return (
            given(
                "variance",
                mark("Variance of the Sharpe ratios among the variants"),
                "number",
                found.variance,
            ),
            given("trials", mark("Variants tried on this data"), "count", found.trials, "trials"),
            given("gamma", mark("Euler's constant"), "number", EULER),
            given("e", mark("Base of the natural logarithm"), "number", float(np.e)),
        )

    def _hurdle(self) -> Derivation:
        def make(_sample: SharpeSample, found: Deflated) -> tuple[Recipe, object]:
            if found.trials <= 1:
                none = given(
                    "none",
                    mark("One variant alone: there was nothing to choose from"),
                    "number",
                    0.0,
                )
                return Recipe(formula="none", inputs=(none,)), None
            recipe = Recipe(
                formula=f"{_HURDLE} * sqrt(per_year)",
                inputs=(*self._hurdle_inputs(found), self._per_year),
                part=Part(things="variants", count=found.trials),
            )
            return recipe, None

        meaning = mark(
            "The highest Sharpe ratio to be expected among so many variants without any edge, annualised."
        )
        return self._sharpe_figure(
            "hurdle", mark("Best that chance would find"), "ratio", meaning, make
        )

    def _deflated(self) -> Derivation:
        def make(sample: SharpeSample, found: Deflated) -> tuple[Recipe, object]:
            hurdle = given(
                "hurdle",
                mark("Best daily Sharpe ratio that chance would find"),
                "number",
                found.hurdle,
            )
            recipe = Recipe(
                formula=f"normal((sharpe - hurdle) / {_ERROR})",
                inputs=(*self._sharpe_inputs(sample), hurdle),
                part=self._line.all_days(),
            )
            return recipe, found.probability

        meaning = mark(
            "Probability that the true Sharpe ratio exceeds the best that chance would find."
        )
        return self._sharpe_figure(
            "deflated", mark("Deflated Sharpe ratio"), "percent", meaning, make
        )

    def _track_record(self) -> Derivation:
        def make(sample: SharpeSample, _found: Deflated) -> tuple[Recipe, object]:
            z = given(
                "z",
                mark("95th percentile of the normal distribution"),
                "number",
                NormalDist().inv_cdf(CONFIDENCE),
            )
            recipe = Recipe(
                formula=f"(1 + max({_SPREAD}, 0) * (z / sharpe) ** 2) / per_year",
                inputs=(*self._sharpe_inputs(sample), z, self._per_year),
                part=self._line.all_days(),
            )
            return recipe, sample.shortest_track_record()

        meaning = mark(
            "Shortest history for which one could be 95 % sure that a Sharpe ratio as this one is above zero."
        )
        return self._sharpe_figure(
            "track_record", mark("Years needed to be 95 % sure"), "ratio", meaning, make
        )

    def _luck(self) -> Derivation:
        found = self._evidence.luck
        returns = found.returns if isinstance(found, Luck) else np.zeros(0)
        own = found.total_return if isinstance(found, Luck) else None
        numbers = places(returns.size)
        good = returns >= own if own is not None else returns > 0
        better = measured("count", "as_good", mark("Runs with other signals that made as much or more"), "count",
                          Sample("runs", numbers[good], returns[good]))  # fmt: skip
        count = measured(
            "count",
            "runs",
            mark("Runs with other signals"),
            "count",
            Sample("runs", numbers, returns),
        )
        recipe = Recipe(
            formula="(1 + as_good) / (1 + runs)",
            inputs=(
                better,
                count,
                given("own", mark("Total return of this run"), "percent", own, "total_return"),
            ),
            part=Part(things="runs", count=returns.size),
        )
        value = found if isinstance(found, Undefined) else None
        if found is None:
            value = Undefined(mark("the runs with other signals are not done"))
        meaning = mark(
            "Chance of such a total return when the signals know nothing: this run counted among the others."
        )
        return self._told(
            "luck",
            mark("Chance that it is luck"),
            "percent",
            meaning,
            recipe,
            value,
            mark("The same rules, run with other signals."),
        )

    def _money(self, name: str, title: str, statistic: str) -> Input:
        return given(name, title, "money", getattr(self._evidence.metrics, statistic), statistic)

    def _step(self, name: str, title: str, statistic: str, sign: float) -> Derivation:
        amount = self._money("amount", DEFINITION_OF[statistic].title, statistic)
        formula = "-amount" if sign < 0 else "amount"
        recipe = Recipe(formula=formula, inputs=(amount,), part=self._fills())
        meaning = say(
            "{formula} Costs are negative here.", formula=DEFINITION_OF[statistic].formula
        )
        return self._told(
            name, title, "money", meaning, recipe, None, DEFINITION_OF[statistic].inputs
        )

    def _fills(self) -> Part:
        return Part(things="fills", count=self._result.fills.height)

    def _before(self) -> Derivation:
        recipe = Recipe(
            formula="net + fees + slippage - dividends - funding",
            inputs=(
                self._money("net", mark("Net profit"), "net_profit"),
                self._money("fees", mark("Commission"), "total_fees"),
                self._money("slippage", mark("Slippage"), "total_slippage"),
                self._money("dividends", mark("Dividends"), "dividends"),
                self._money("funding", mark("Funding and interest"), "funding"),
            ),
            part=self._fills(),
        )
        meaning = mark(
            "What the trades would have made without commission, slippage, interest and dividends."
        )
        return self._told(
            "before", mark("Profit before costs"), "money", meaning, recipe, None, _FILLS
        )

    def _break_even(self) -> Derivation:
        recipe = Recipe(
            formula="(net + fees + slippage) / (fees + slippage)",
            inputs=(
                self._money("net", mark("Net profit"), "net_profit"),
                self._money("fees", mark("Commission"), "total_fees"),
                self._money("slippage", mark("Slippage"), "total_slippage"),
            ),
            part=self._fills(),
        )
        meaning = mark(
            "By what commission and slippage could be multiplied until nothing is left, the trades "
            "being the same."
        )
        value = self._evidence.costs.break_even
        return self._told(
            "break_even",
            mark("Costs could be multiplied by"),
            "ratio",
            meaning,
            recipe,
            value,
            _FILLS,
        )

    def _rate(self, name: str) -> Derivation:
        values = fill_values(self._result)
        what = mark("Sum of quantity \N{MULTIPLICATION SIGN} price over all fills")
        traded = measured(
            "sum", "traded", what, "money", Sample("fills", places(values.size), values)
        )
        paid = (self._money("fees", mark("Commission"), "total_fees"),
                self._money("slippage", mark("Slippage"), "total_slippage"))  # fmt: skip
        if name == "paid_rate":
            recipe = Recipe(
                formula="(fees + slippage) / traded", inputs=(*paid, traded), part=self._fills()
            )
            meaning, title = (
                mark("Commission and slippage / value traded."),
                mark("Costs paid, of value traded"),
            )
            value = self._evidence.costs.paid_rate
        else:
            net = self._money("net", mark("Net profit"), "net_profit")
            recipe = Recipe(
                formula="(net + fees + slippage) / traded",
                inputs=(net, *paid, traded),
                part=self._fills(),
            )
            meaning = mark("The rate of the value traded at which the net profit would be zero.")
            title, value = mark("Costs that leave nothing"), self._evidence.costs.bearable_rate
        return self._told(name, title, "percent", meaning, recipe, value, _FILLS)


_SPREAD: Final = "(1 - skew * sharpe + (kurtosis - 1) / 4 * sharpe ** 2)"
_ERROR: Final = f"sqrt(max({_SPREAD}, 0) / (n - 1))"
_HURDLE: Final = (
    "sqrt(variance) * ((1 - gamma) * normal_inverse(1 - 1 / trials)"
    " + gamma * normal_inverse(1 - 1 / (trials * e)))"
)


class _Points:
    """Other equity at the times of a run."""

    def __init__(self, result: RunResult, equity: np.ndarray) -> None:
        import polars as pl

        self.initial_capital = result.initial_capital
        self.equity = result.equity.select("timestamp").with_columns(pl.Series("equity", equity))
