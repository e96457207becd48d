"""How the statistics of returns are made: growth, reward for risk, tails and shape."""

from collections.abc import Callable, Mapping
from statistics import NormalDist
from typing import Final, Literal

import numpy as np

from ml4t_desktop.analysis.account.performance import NO_SPREAD
from ml4t_desktop.analysis.account.returns import DAYS_PER_YEAR
from ml4t_desktop.analysis.making.derivation import Input, Recipe, Sample
from ml4t_desktop.analysis.making.line_book import LineBook
from ml4t_desktop.analysis.making.measuring import given, measured, percentile_inputs
from ml4t_desktop.wording import mark, say

Make = Callable[[LineBook], Recipe]
_TAIL: Final = 0.05
_BEST_SPANS: Final = {
    ("months", True): mark("the best month"),
    ("months", False): mark("the worst month"),
    ("years", True): mark("the best year"),
    ("years", False): mark("the worst year"),
}
_CAPITALISED: Final = {"equity": mark("Equity"), "worth": mark("Worth")}


def _initial(book: LineBook) -> Input:
    if book.what != "equity":
        return book.amount("initial", mark("Worth of one unit at the first bar"), book.initial)
    title = mark("Initial capital") if book.is_whole else mark("Equity before it")
    return book.amount("initial", title, book.initial, "initial_capital")


def _final(book: LineBook) -> Input:
    value = float(book.line[-1]) if len(book.line) else book.initial
    title = (
        say("Final {what}", what=book.what)
        if book.is_whole
        else say("{value0} at its end", value0=_cap(book.what))
    )
    return book.amount("final", title, value, "final_value")


def _whole(formula: str, *inputs: Callable[[LineBook], Input]) -> Make:
    """Return a recipe made of all days."""

    def make(book: LineBook) -> Recipe:
        found = tuple(item(book) for item in inputs)
        return Recipe(formula=formula, inputs=found, part=book.all_days())

    return make


def _cagr(book: LineBook) -> Recipe:
    days = given(
        "days",
        mark("Calendar days from the first to the last bar"),
        "days",
        book.days,
        book.link("days"),
    )
    year = given("year", mark("Calendar days of a year"), "days", DAYS_PER_YEAR)
    return Recipe(
        formula="(final / initial) ** (year / days) - 1",
        inputs=(_final(book), _initial(book), days, year),
        part=book.all_days(),
    )


def _best_day(*, best: bool) -> Make:
    def make(book: LineBook) -> Recipe:
        if not book.returns.size:
            return _none("change")
        place = int(np.argmax(book.returns) if best else np.argmin(book.returns))
        day = int(book.periods.days[place])
        held = mark("open on the best day") if best else mark("open on the worst day")
        return Recipe(
            formula="end / before - 1",
            inputs=(
                given("day", mark("The best day") if best else mark("The worst day"), "moment", float(day)),
                book.amount("end", say("{what} at its end", what=_cap(book.what)),
                            float(book.periods.equity[place])),
                book.amount("before", say("{what} at the end of the day before", what=_cap(book.what)),
                            float(book.last_before[place])),
            ),
            part=book.held_on(book.periods.days[place : place + 1], held),
        )  # fmt: skip

    return make


def _none(name: str) -> Recipe:
    return Recipe(formula=name, inputs=(given(name, mark("No bars"), "number", None),))


def _cap(word: str) -> str:
    return _CAPITALISED[word]


def _best_span(unit: Literal["months", "years"], *, best: bool) -> Make:
    def make(book: LineBook) -> Recipe:
        spans, returns = book.months if unit == "months" else book.years
        if not returns.size or np.isnan(returns).any():
            return _none("change")
        place = int(np.argmax(returns) if best else np.argmin(returns))
        return span_recipe(book, spans, place, _BEST_SPANS[unit, best])

    return make


def span_recipe(book: LineBook, spans: np.ndarray, place: int, name: str) -> Recipe:
    """Return the recipe of the return of one calendar month or year; it is made of the trades closed in it.

    Parameters
    ----------
    spans : ndarray of int64
        The first days of all of them.
    place : int
        Which of them.
    """
    days = book.periods.days
    end = int(spans[place + 1]) if place + 1 < len(spans) else int(days[-1]) + 1
    last = int(np.searchsorted(days, end)) - 1
    first = int(np.searchsorted(days, int(spans[place])))
    before = float(book.periods.equity[first - 1]) if first else book.initial
    return Recipe(
        formula="end / before - 1",
        inputs=(
            given(
                "last", say("Last day of {name} with a bar", name=name), "moment", float(days[last])
            ),
            book.amount(
                "end",
                say("{value0} at its end", value0=_cap(book.what)),
                float(book.periods.equity[last]),
            ),
            book.amount(
                "before", say("{value0} before {name}", value0=_cap(book.what), name=name), before
            ),
        ),
        part=book.held_on(days[first : last + 1], say("open in {name}", name=name)),
    )


def _share(things: Literal["days", "months", "years"]) -> Make:
    def make(book: LineBook) -> Recipe:
        ids, returns = {"days": (book.periods.days, book.returns), "months": book.months,
                        "years": book.years}[things]  # fmt: skip
        won = returns > 0
        up = measured("count", "up", say("{value0} with a positive return", value0=things.capitalize()), "count",
                      Sample(things, ids[won], returns[won]))  # fmt: skip
        count = measured(
            "count", "n", say("All {things}", things=things), "count", Sample(things, ids, returns)
        )
        part = (
            book.held_on(book.periods.days[won], mark("open on winning days"))
            if things == "days"
            else None
        )
        return Recipe(formula="up / n", inputs=(up, count), part=part or book.all_days())

    return make


def _average_month(book: LineBook) -> Recipe:
    sample = Sample("months", *book.months)
    total = measured("sum", "sum", mark("Sum of the monthly returns"), "percent", sample)
    count = measured("count", "n", mark("Calendar months"), "count", sample)
    return Recipe(formula="sum / n", inputs=(total, count), part=book.all_days())


def _gain_to_pain(book: LineBook) -> Recipe:
    ids, returns = book.months
    lost = returns < 0
    total = measured(
        "sum", "sum", mark("Sum of the monthly returns"), "percent", Sample("months", ids, returns)
    )
    losses = measured("sum", "losses", mark("Sum of the negative monthly returns"), "percent",
                      Sample("months", ids[lost], returns[lost]))  # fmt: skip
    return Recipe(formula="sum / abs(losses)", inputs=(total, losses), part=book.all_days())


def _mean(book: LineBook) -> Input:
    return book.mean


def _deviation(book: LineBook) -> Input:
    return book.deviation


def _per_year(book: LineBook) -> Input:
    return book.per_year


def _count(book: LineBook) -> Input:
    return book.count()


def _risk_free(_book: LineBook) -> Input:
    return given("risk_free", mark("Risk-free return of a day"), "percent", 0.0)


def _has_spread(book: LineBook) -> bool:
    return book.returns.size > 1 and float(book.returns.std(ddof=1)) > NO_SPREAD


def _moment_ratio(book: LineBook, power: int) -> float | None:
    """Return skew (3) or raw kurtosis (4) of the sample, not corrected for its size."""
    if not _has_spread(book):
        return None
    away = book.returns - book.returns.mean()
    return float((away**power).mean()) / float((away**2).mean()) ** (power / 2)


def _error(book: LineBook) -> Recipe:
    return Recipe(
        formula=(
            "sqrt(max(1 - skew * mean / deviation + (kurtosis - 1) / 4 * (mean / deviation) ** 2, 0)"
            " / (n - 1)) * sqrt(per_year)"
        ),
        inputs=(
            book.mean,
            book.deviation,
            given(
                "skew",
                mark("Skew of the daily returns, not corrected"),
                "number",
                _moment_ratio(book, 3),
            ),
            given(
                "kurtosis",
                mark("Raw kurtosis (3 is normal), not corrected"),
                "number",
                _moment_ratio(book, 4),
            ),
            book.count(),
            book.per_year,
        ),
        part=book.all_days(),
    )


def _of(make: Make, name: str, title: str, statistic: str) -> Callable[[LineBook], Input]:
    """Return an input that is a statistic of the line itself."""

    def found(book: LineBook) -> Input:
        from ml4t_desktop.analysis.making.formula import carried_out

        recipe = make(book)
        value = carried_out(recipe.formula, {item.name: item.value for item in recipe.inputs})
        return given(name, title, "number", value, statistic)

    return found


_SHARPE: Final = _whole(
    "(mean - risk_free) / deviation * sqrt(per_year)",
    _mean,
    _risk_free,
    _deviation,
    _per_year,
    _count,
)


def _sortino(book: LineBook) -> Recipe:
    low = np.minimum(book.returns, 0.0) ** 2
    squares = measured(
        "sum", "squares", mark("Sum of min(daily return, 0)^2"), "number", book.over_days(low)
    )
    return Recipe(
        formula="mean / sqrt(squares / n) * sqrt(per_year)",
        inputs=(book.mean, squares, book.count(), book.per_year),
        part=book.all_days(),
    )


def _omega(book: LineBook) -> Recipe:
    up, down = book.returns > 0, book.returns < 0
    gains = measured(
        "sum",
        "gains",
        mark("Sum of the positive daily returns"),
        "percent",
        book.over_days(None, up),
    )
    losses = measured("sum", "losses", mark("Sum of the negative daily returns"), "percent",
                      book.over_days(None, down))  # fmt: skip
    return Recipe(formula="gains / abs(losses)", inputs=(gains, losses), part=book.all_days())


def _stability(book: LineBook) -> Recipe:
    returns = book.returns
    if returns.size < 3 or not (returns > -1.0).all():
        return _none("growth")
    growth = np.cumsum(np.log1p(returns))
    growth -= growth.mean()
    time = np.arange(growth.size) - (growth.size - 1) / 2
    what = mark("Sum of the products of day and cumulated log return, less their means")
    products = measured("sum", "products", what, "number", book.over_days(time * growth))
    times = measured(
        "sum",
        "times",
        mark("Sum of (number of the day - its mean)^2"),
        "number",
        book.over_days(time**2),
    )
    growths = measured("sum", "growths", mark("Sum of (cumulated log return - its mean)^2"), "number",
                       book.over_days(growth**2))  # fmt: skip
    return Recipe(
        formula="products ** 2 / (times * growths)",
        inputs=(products, times, growths, book.count()),
        part=book.all_days(),
    )


def _percentile(share: float) -> Make:
    def make(book: LineBook) -> Recipe:
        if book.returns.size < 2:
            return _none("percentile")
        formula, inputs = percentile_inputs(
            book.returns, share, mark("Daily return"), "percent", "days", book.periods.days
        )
        worst = book.periods.days[book.returns <= np.percentile(book.returns, 100 * share)]
        part = book.held_on(worst, mark("open on the worst 5 % of the days"))
        return Recipe(formula=formula, inputs=inputs, part=part or book.all_days())

    return make


def _tail_ratio(book: LineBook) -> Recipe:
    if book.returns.size < 2:
        return _none("percentile")
    low, high = (float(value) for value in np.percentile(book.returns, [5.0, 95.0]))
    inputs = (
        given("high", mark("95th percentile of the daily returns"), "percent", high),
        given("low", mark("5th percentile of the daily returns"), "percent", low, "var_95"),
    )
    return Recipe(formula="abs(high) / abs(low)", inputs=inputs, part=book.all_days())


def _shortfall(book: LineBook) -> Recipe:
    count = book.returns.size
    if count < 2:
        return _none("shortfall")
    worst = np.sort(np.argsort(book.returns, kind="stable")[: int((count - 1) * _TAIL) + 1])
    sample = Sample("days", book.periods.days[worst], book.returns[worst])
    total = measured("sum", "sum", mark("Sum of the worst daily returns"), "percent", sample)
    number = measured(
        "count",
        "n",
        mark("Their number: floor((days - 1) \N{MULTIPLICATION SIGN} 0.05) + 1"),
        "count",
        sample,
    )
    part = book.held_on(sample.ids, mark("open on the worst days"))
    return Recipe(formula="sum / n", inputs=(total, number), part=part or book.all_days())


def _normal_var(book: LineBook) -> Recipe:
    z = given(
        "z",
        mark("5th percentile of the normal distribution"),
        "number",
        NormalDist().inv_cdf(_TAIL),
    )
    return Recipe(
        formula="mean + z * deviation",
        inputs=(book.mean, z, book.deviation),
        part=book.all_days(),
    )


def _moments(book: LineBook, *powers: int) -> tuple[Input, ...]:
    away = book.returns - book.returns.mean() if book.returns.size else book.returns
    return tuple(
        measured("mean", f"m{power}", say("Mean of (daily return - mean)^{power}", power=power), "number",
                 book.over_days(away**power))
        for power in powers
    )  # fmt: skip


def _skew(book: LineBook) -> Recipe:
    return Recipe(
        formula="sqrt(n * (n - 1)) / (n - 2) * m3 / m2 ** 1.5",
        inputs=(book.count(), *_moments(book, 3, 2)),
        part=book.all_days(),
    )


def _kurtosis(book: LineBook) -> Recipe:
    return Recipe(
        formula="(n - 1) / ((n - 2) * (n - 3)) * ((n + 1) * (m4 / m2 ** 2 - 3) + 6)",
        inputs=(book.count(), *_moments(book, 4, 2)),
        part=book.all_days(),
    )


RETURN_RECIPES: Final[Mapping[str, Make]] = {
    "total_return": _whole("(final - initial) / initial", _final, _initial),
    "cagr": _cagr,
    "best_day": _best_day(best=True),
    "worst_day": _best_day(best=False),
    "best_month": _best_span("months", best=True),
    "worst_month": _best_span("months", best=False),
    "average_month": _average_month,
    "best_year": _best_span("years", best=True),
    "worst_year": _best_span("years", best=False),
    "winning_days": _share("days"),
    "winning_months": _share("months"),
    "winning_years": _share("years"),
    "volatility": _whole("deviation * sqrt(per_year)", _deviation, _per_year, _count),
    "sharpe": _SHARPE,
    "sharpe_standard_error": _error,
    "probabilistic_sharpe": _whole(
        "normal(sharpe / error)",
        _of(_SHARPE, "sharpe", mark("Sharpe ratio"), "sharpe"),
        _of(_error, "error", mark("Standard error of the Sharpe ratio"), "sharpe_standard_error"),
    ),
    "sortino": _sortino,
    "omega": _omega,
    "gain_to_pain": _gain_to_pain,
    "stability": _stability,
    "tail_ratio": _tail_ratio,
    "var_95": _percentile(_TAIL),
    "var_95_normal": _normal_var,
    "cvar_95": _shortfall,
    "skew": _skew,
    "kurtosis": _kurtosis,
}
