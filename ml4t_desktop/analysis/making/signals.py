"""How the figures of a signal are made: what followed its values, and what trades made of them."""

from collections.abc import Callable, Mapping
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from ml4t_desktop.analysis.leakage.lag_curves import LAGS
from ml4t_desktop.analysis.making.calibration import CALIBRATED, calibration_figure
from ml4t_desktop.analysis.making.derivation import (
    Derivation,
    Floats,
    Input,
    Kind,
    Part,
    Recipe,
    Sample,
)
from ml4t_desktop.analysis.making.drift import drift_figure
from ml4t_desktop.analysis.making.measuring import given, measured
from ml4t_desktop.analysis.making.spans import titled
from ml4t_desktop.analysis.making.trade_book import TradeBook
from ml4t_desktop.analysis.making.trade_recipes import TRADE_RECIPES
from ml4t_desktop.analysis.signals.context_grid import FIFTHS, parts_of
from ml4t_desktop.analysis.signals.errors import covariances
from ml4t_desktop.analysis.signals.forward import TENTHS, tenths
from ml4t_desktop.analysis.signals.groups import Z_90, means_by_time
from ml4t_desktop.analysis.signals.review import SignalReview
from ml4t_desktop.analysis.signals.thresholds import ThresholdCurve
from ml4t_desktop.market import Market
from ml4t_desktop.result.schema import CLOSED, ENTRY_SIGNAL
from ml4t_desktop.wording import mark, say, say_count

_SOURCE: Final = mark(
    "The values of the signal, and the returns from the next open to the close so many bars on."
)
_UNKNOWN: Final = mark("too few values")
_ENDS: Final = {
    "low": mark("{title}, lower end of 90 %"),
    "high": mark("{title}, upper end of 90 %"),
}


class SignalScope:
    """The figures of one signal, by name.

    ``correlation``, ``error`` and ``t`` of the rank correlation; ``tenth.3`` for the mean return after
    the third tenth, ``tenth.3.low`` and ``.high`` for its interval; ``spread``; ``trades.3`` for the mean
    profit of the trades of a tenth; ``lag.-2``; ``brier``, ``base_rate``, ``skill``; ``missing``;
    ``context.VIX.0.4`` for a cell; ``drift.2019.stability`` (or ``missing``, ``low``, ``middle``, ``high``) for
    a year; ``threshold.7`` for the total return at the seventh threshold.
    """

    def __init__(
        self,
        review: SignalReview,
        market: Market,
        trades: pl.DataFrame,
        initial_capital: float,
        curve: ThresholdCurve | None = None,
    ) -> None:
        self._review, self._market, self._trades = review, market, trades
        self._capital, self._curve = initial_capital, curve
        self._plain: Mapping[str, Callable[[], Derivation]] = {
            "correlation": self._correlation,
            "error": self._error,
            "t": self._t,
            "spread": self._spread,
            "missing": self._missing,
        }
        self._numbered: Mapping[str, Callable[[str], Derivation]] = {
            "tenth": self._tenth,
            "trades": self._traded,
            "lag": self._lag,
            "context": self._context,
            "threshold": self._threshold,
            "drift": self._drift,
        }

    def explain(self, name: str) -> Derivation:
        """Return how a figure is made."""
        head, _, rest = name.partition(".")
        if head in CALIBRATED:
            return calibration_figure(self._review, head)
        return self._numbered[head](rest) if rest else self._plain[head]()

    def _told(
        self, name: str, title: str, kind: Kind, meaning: str, recipe: Recipe, reason: str = ""
    ) -> Derivation:
        return titled(name, title, self._review.sample.name, kind, meaning, recipe, reason, _SOURCE)

    def _of_times(self, values: Floats) -> Sample:
        return Sample("times", self._review.correlation.times, values)

    def _correlation(self) -> Derivation:
        found = self._review.correlation
        sample = self._of_times(found.values)
        recipe = Recipe(
            formula="sum / n",
            inputs=(
                measured(
                    "sum",
                    "sum",
                    mark("Sum of the rank correlations of the times"),
                    "number",
                    sample,
                ),
                measured("count", "n", mark("Times that have one"), "count", sample),
            ),
            part=Part(things="times", count=found.values.size),
        )
        meaning = mark(
            "Mean of Spearman's correlation of the signal with the returns after it, over the times; "
            "of few assets, of the products of both ranks over time."
        )
        reason = "" if found.values.size else _UNKNOWN
        return self._told("correlation", mark("Rank correlation"), "ratio", meaning, recipe, reason)

    def _error_recipe(self, values: Floats) -> Recipe:
        """Return the recipe of the standard error of a mean over time."""
        known = values[np.isfinite(values)]
        overlap = max(self._review.sample.horizon, 1)
        own, shared = covariances(known, overlap) if known.size else (0.0, 0.0)
        return Recipe(
            formula="sqrt(max(variance + 2 * shared, 0) / (n - 1))",
            inputs=(
                given("variance", mark("Variance (n) of the values over time"), "number", own),
                given("shared",
                      say("Covariances of neighbours up to {steps} steps, weighted down linearly",
                          steps=overlap - 1),
                      "number", shared),
                given("n", mark("Number of times"), "count", int(known.size)),
            ),
            part=Part(things="times", count=int(known.size)),
        )  # fmt: skip

    def _error(self) -> Derivation:
        values = self._review.correlation.values
        meaning = mark(
            "Standard error of the mean after Newey and West: it knows that returns overlap."
        )
        reason = "" if np.isfinite(values).sum() >= 3 else _UNKNOWN
        recipe = self._error_recipe(values)
        return self._told(
            "error", mark("Error of the rank correlation"), "ratio", meaning, recipe, reason
        )

    def _t(self) -> Derivation:
        found = self._review.correlation
        recipe = Recipe(
            formula="correlation / error",
            inputs=(
                given(
                    "correlation",
                    mark("Rank correlation"),
                    "number",
                    _number(found.mean),
                    "correlation",
                ),
                given("error", mark("Its standard error"), "number", _number(found.error), "error"),
            ),
            part=Part(things="times", count=found.values.size),
        )
        reason = "" if found.error > 0 else _UNKNOWN
        meaning = mark(
            "The mean rank correlation in standard errors; beyond 2 it is hardly chance."
        )
        return self._told("t", mark("Standard errors from zero"), "ratio", meaning, recipe, reason)

    def _tenth_values(self, tenth: int) -> tuple[Sample, str]:
        """Return what the mean of a tenth is over, and what each value is."""
        sample = self._review.sample
        if sample.is_across:
            means = means_by_time(sample)[:, tenth]
            known = np.flatnonzero(np.isfinite(means))
            return Sample("times", known, means[known]), mark(
                "mean return of the tenth at each time"
            )
        inside = sample.tenth == tenth
        return Sample("bars", sample.row[inside], sample.later[inside]), mark(
            "return after each bar of the tenth"
        )

    def _mean_of_tenth(self, tenth: int) -> Recipe:
        values, what = self._tenth_values(tenth)
        return Recipe(
            formula="sum / n",
            inputs=(
                measured("sum", "sum", say("Sum of the {what}", what=what), "percent", values),
                measured(
                    "count", "n", say("Number of {things}", things=values.things), "count", values
                ),
            ),
            part=self._trades_of_tenth(tenth, values),
        )

    def _trades_of_tenth(self, tenth: int, values: Sample) -> Part:
        """Return the trades that were decided on bars of a tenth; the bars where there are none."""
        ids = self._by_tenth().get(tenth)
        if ids is None or not ids.size:
            return Part(things=values.things, count=values.ids.size)
        return Part(
            things="trades", count=ids.size, trade_ids=np.sort(ids), name=self._decided(tenth + 1)
        )

    def _decided(self, tenth: int) -> str:
        name = self._review.sample.name
        return say("decided in tenth {tenth} of {name}", tenth=tenth, name=name)

    def _by_tenth(self) -> dict[int, NDArray[np.int64]]:
        column = f"{ENTRY_SIGNAL}{self._review.sample.name}"
        if column not in self._trades.columns:
            return {}
        closed = self._trades.filter((pl.col("status") == CLOSED) & pl.col(column).is_not_null())
        if closed.height < TENTHS:
            return {}
        values = closed[column].cast(pl.Float64).to_numpy()
        place = tenths(values, np.zeros(values.size, np.int64))
        ids = closed["trade_id"].to_numpy()
        return {int(tenth): ids[place == tenth] for tenth in np.unique(place)}

    def _tenth(self, rest: str) -> Derivation:
        number, _, end = rest.partition(".")
        tenth = int(number) - 1
        recipe = self._mean_of_tenth(tenth)
        row = self._review.tenths.table.row(tenth, named=True)
        title, meaning = (
            say("Return after tenth {number}", number=number),
            mark("Mean return after the values of this tenth."),
        )
        reason = _UNKNOWN if _number(row["mean"]) is None else ""
        if end:
            values, _ = self._tenth_values(tenth)
            error = self._tenth_error(tenth)
            sign = "-" if end == "low" else "+"
            recipe = Recipe(
                formula=f"mean {sign} z * {_without(error.formula)}",
                inputs=(
                    given("mean", title, "percent", _number(row["mean"]), f"tenth.{number}"),
                    given("z", mark("Two-sided 90 % of the normal distribution"), "number", Z_90),
                    *error.inputs,
                ),
                part=Part(things=values.things, count=values.ids.size),
            )
            title = say(_ENDS[end], title=title)
            meaning = mark("Mean return less or plus 1.645 standard errors.")
            reason = _UNKNOWN if _number(row[end]) is None else ""
        return self._told(f"tenth.{rest}", title, "percent", meaning, recipe, reason)

    def _tenth_error(self, tenth: int) -> Recipe:
        sample = self._review.sample
        if sample.is_across:
            return self._error_recipe(means_by_time(sample)[:, tenth])
        later = sample.later[sample.tenth == tenth]
        values = Sample("bars", sample.row[sample.tenth == tenth], later)
        return Recipe(
            formula="deviation / sqrt(max(n / horizon, 2))",
            inputs=(
                measured(
                    "deviation",
                    "deviation",
                    mark("Standard deviation (n - 1) of the returns"),
                    "percent",
                    values,
                ),
                measured("count", "n", mark("Number of bars"), "count", values),
                given("horizon", mark("Bars that overlap"), "count", sample.horizon),
            ),
        )

    def _spread(self) -> Derivation:
        sample = self._review.sample
        meaning = mark("Mean return after the highest tenth less that after the lowest.")
        if sample.is_across:
            means = means_by_time(sample)
            difference = means[:, -1] - means[:, 0]
            known = np.flatnonzero(np.isfinite(difference))
            values = Sample("times", known, difference[known])
            recipe = Recipe(
                formula="sum / n",
                inputs=(
                    measured(
                        "sum",
                        "sum",
                        mark("Sum of highest less lowest tenth of each time"),
                        "percent",
                        values,
                    ),
                    measured("count", "n", mark("Times that have both"), "count", values),
                ),
                part=Part(things="times", count=known.size),
            )
        else:
            table = self._review.tenths.table["mean"]
            recipe = Recipe(
                formula="highest - lowest",
                inputs=(
                    given(
                        "highest",
                        mark("Return after tenth 10"),
                        "percent",
                        _number(table[-1]),
                        "tenth.10",
                    ),
                    given(
                        "lowest",
                        mark("Return after tenth 1"),
                        "percent",
                        _number(table[0]),
                        "tenth.1",
                    ),
                ),
                part=Part(things="bars", count=sample.size),
            )
        reason = "" if _number(self._review.tenths.spread) is not None else _UNKNOWN
        return self._told(
            "spread", mark("Highest less lowest tenth"), "percent", meaning, recipe, reason
        )

    def _traded(self, rest: str) -> Derivation:
        ids = self._by_tenth()[int(rest) - 1]
        chosen = self._trades.filter(np.isin(self._trades["trade_id"].to_numpy(), ids))
        recipe = TRADE_RECIPES["expectancy"](TradeBook(chosen, self._capital, 0.0))
        part = Part(
            things="trades", count=ids.size, trade_ids=np.sort(ids), name=self._decided(int(rest))
        )
        inputs = tuple(_unlinked(item) for item in recipe.inputs)
        made = Recipe(formula=recipe.formula, inputs=inputs, part=part)
        meaning = mark(
            "Mean profit after fees of the trades whose entry was decided on a value of this tenth."
        )
        return self._told(
            f"trades.{rest}",
            say("Profit of trades, tenth {rest}", rest=rest),
            "money",
            meaning,
            made,
        )

    def _lag(self, rest: str) -> Derivation:
        found, place = self._review.decay, int(np.flatnonzero(int(rest) == LAGS)[0])
        has_any = found.counts.size > 0
        recipe = Recipe(
            formula="max(-1, min(1, products / pairs))",
            inputs=(
                given("products", mark("Sum of the products of both scores"), "number",
                      _number(found.products[place]) if has_any else None),
                given("pairs", mark("Pairs of a value and a return so many bars away"), "count",
                      _number(found.counts[place]) if has_any else None),
            ),
            part=Part(things="bars", count=self._review.sample.size),
        )  # fmt: skip
        reason = "" if _number(found.correlation[place]) is not None else _UNKNOWN
        meaning = mark(
            "Correlation of the ranks of the signal with those of the return of one single bar."
        )
        title = _correlation_title(int(rest))
        return self._told(f"lag.{rest}", title, "ratio", meaning, recipe, reason)

    def _missing(self) -> Derivation:
        sample = self._review.sample
        recipe = Recipe(
            formula="missing / bars",
            inputs=(
                given("missing", mark("Bars without a value"), "count", sample.missing),
                given("bars", mark("All bars"), "count", sample.bars),
            ),
            part=Part(things="bars", count=sample.bars),
        )
        return self._told(
            "missing",
            mark("Without a value"),
            "percent",
            mark("Bars without a value / all bars."),
            recipe,
        )

    def _context(self, rest: str) -> Derivation:
        """Return how a cell of the table by context is made."""
        context, row, column = rest.rsplit(".", 2)
        sample = self._review.sample
        part_of_time, _, _ = parts_of(self._market, context)
        fifth = sample.tenth * FIFTHS // TENTHS
        inside = (part_of_time[sample.time] == int(row)) & (fifth == int(column))
        values = Sample("bars", sample.row[inside], sample.later[inside])
        recipe = Recipe(
            formula="sum / n",
            inputs=(
                measured(
                    "sum", "sum", mark("Sum of the returns after these bars"), "percent", values
                ),
                measured(
                    "count",
                    "n",
                    mark("Bars of this fifth in this part of the context"),
                    "count",
                    values,
                ),
            ),
            part=Part(things="bars", count=int(np.count_nonzero(inside))),
        )
        reason = "" if inside.any() else mark("there are no such bars")
        title = say(
            "Return after fifth {value0}, by {context}", value0=int(column) + 1, context=context
        )
        meaning = mark(
            "Mean return after the values of one fifth of the signal, in one part of the context."
        )
        return self._told(f"context.{rest}", title, "percent", meaning, recipe, reason)

    def _drift(self, rest: str) -> Derivation:
        """Return how a figure of a year is made."""
        return drift_figure(self._market, self._review.sample.name, rest)

    def _threshold(self, rest: str) -> Derivation:
        point = self._curve.points[int(rest)] if self._curve is not None else None
        recipe = Recipe(
            formula="final / initial - 1",
            inputs=(
                given("final", mark("Final value of the whole backtest with this threshold"), "money",
                      point.final_value if point else None),
                given("initial", mark("Initial capital"), "money", self._capital),
                given("threshold", mark("The threshold"), "number", point.threshold if point else None),
            ),
            part=Part(things="runs", count=1),
        )  # fmt: skip
        meaning = mark("Total return of the whole backtest, run anew with this threshold.")
        reason = "" if point else mark("it was not run")
        return self._told(
            f"threshold.{rest}",
            mark("Total return at the threshold"),
            "percent",
            meaning,
            recipe,
            reason,
        )


def _number(value: object) -> float | None:
    number = float(value) if isinstance(value, int | float | np.number) else None
    return number if number is not None and np.isfinite(number) else None


def _without(formula: str) -> str:
    """Return a formula as one factor of another."""
    return f"({formula})"


def _unlinked(item: Input) -> Input:
    """Return an input that tells of no other number."""
    return Input(
        name=item.name, title=item.title, kind=item.kind, value=item.value, aggregate=item.aggregate,
        sample=item.sample,
    )  # fmt: skip


def _correlation_title(lag: int) -> str:
    if not lag:
        return mark("Correlation, its own bar")
    if lag > 0:
        return say_count("Correlation, {n} bar later", "Correlation, {n:,} bars later", lag)
    return say_count("Correlation, {n} bar before", "Correlation, {n:,} bars before", -lag)
