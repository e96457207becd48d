"""How the statistics of a run against its benchmark are made."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ml4t_desktop.analysis.making.derivation import Floats, Input, Part, Recipe, Sample
from ml4t_desktop.analysis.making.formula import carried_out
from ml4t_desktop.analysis.making.measuring import given, measured
from ml4t_desktop.wording import mark, say


@dataclass(frozen=True, slots=True, eq=False)
class PairBook:
    """The returns of a run and of its benchmark on the days that both have.

    Parameters
    ----------
    days : ndarray of int64, shape (n,)
    own, other : ndarray of float64, shape (n,)
    per_year : int
    cagr : float or None
        Of the run.
    title : str
        Of the benchmark.
    """

    days: NDArray[np.int64]
    own: Floats
    other: Floats
    per_year: int
    cagr: float | None
    title: str

    def sample(self, values: Floats, where: NDArray[np.bool_] | None = None) -> Sample:
        """Return values of some of the days."""
        there = np.ones(values.size, np.bool_) if where is None else where
        return Sample("days", self.days[there], values[there])

    @property
    def year(self) -> Input:
        """Periods in a year."""
        return given(
            "per_year", mark("Periods per year"), "count", self.per_year, "periods_per_year"
        )

    @property
    def count(self) -> Input:
        """The number of days."""
        return measured("count", "n", mark("Days that both have"), "count", self.sample(self.own))

    @property
    def part(self) -> Part:
        """All days that both have."""
        return Part(things="days", count=self.days.size)

    def made(self, formula: str, *inputs: Input) -> Recipe:
        """Return a recipe made of all the days that both have."""
        return Recipe(formula=formula, inputs=inputs, part=self.part)


Make = Callable[[PairBook], Recipe]


def _away(values: Floats) -> Floats:
    return values - values.mean() if values.size else values


def _products(book: PairBook) -> Input:
    values = _away(book.own) * _away(book.other)
    title = mark("Sum of the products of both daily returns, less their means")
    return measured("sum", "products", title, "number", book.sample(values))


def _squares(book: PairBook, name: str, title: str, values: Floats) -> Input:
    found = book.sample(_away(values) ** 2)
    return measured(
        "sum", name, say("Sum of (daily return of {title} - mean)^2", title=title), "number", found
    )


def _theirs(book: PairBook) -> Input:
    return _squares(book, "theirs", mark("the benchmark"), book.other)


def _ours(book: PairBook) -> Input:
    return _squares(book, "ours", mark("the run"), book.own)


def _beta(book: PairBook) -> Recipe:
    return book.made("products / theirs", _products(book), _theirs(book), book.count)


def _value(recipe: Recipe) -> float | None:
    found = carried_out(recipe.formula, {item.name: item.value for item in recipe.inputs})
    return found if isinstance(found, int | float) else None


def _alpha(book: PairBook) -> Recipe:
    beta = _value(_beta(book)) if book.own.size else None
    ours = measured(
        "mean", "ours", mark("Mean daily return of the run"), "percent", book.sample(book.own)
    )
    theirs = measured(
        "mean",
        "theirs",
        mark("Mean daily return of the benchmark"),
        "percent",
        book.sample(book.other),
    )
    slope = given("beta", mark("Beta"), "number", beta, "beta")
    return book.made("(1 + ours - beta * theirs) ** per_year - 1", ours, slope, theirs, book.year)


def _correlation(book: PairBook) -> Recipe:
    return book.made(
        "products / sqrt(ours * theirs)", _products(book), _ours(book), _theirs(book), book.count
    )


def _r_squared(book: PairBook) -> Recipe:
    value = _value(_correlation(book)) if book.own.size else None
    return book.made(
        "correlation ** 2",
        given("correlation", mark("Correlation"), "number", value, "correlation"),
    )


def _ahead(book: PairBook) -> tuple[Input, Input]:
    sample = book.sample(book.own - book.other)
    title = mark("daily return - daily return of the benchmark")
    return (
        measured("mean", "mean", say("Mean of {title}", title=title), "percent", sample),
        measured(
            "deviation",
            "deviation",
            say("Standard deviation (n - 1) of {title}", title=title),
            "percent",
            sample,
        ),
    )


def _tracking(book: PairBook) -> Recipe:
    return book.made("deviation * sqrt(per_year)", _ahead(book)[1], book.year, book.count)


def _information(book: PairBook) -> Recipe:
    return book.made("mean / deviation * sqrt(per_year)", *_ahead(book), book.year, book.count)


def _excess(book: PairBook) -> Recipe:
    ours = measured("product", "ours", mark("Growth of the run: product of 1 + daily return"), "number",
                    book.sample(1.0 + book.own))  # fmt: skip
    theirs = measured("product", "theirs", mark("Growth of the benchmark: product of 1 + daily return"), "number",
                      book.sample(1.0 + book.other))  # fmt: skip
    return book.made("ours - theirs", ours, theirs, book.count)


def _treynor(book: PairBook) -> Recipe:
    beta = given(
        "beta", mark("Beta"), "number", _value(_beta(book)) if book.own.size else None, "beta"
    )
    growth = given("growth", mark("Annual return of the run"), "percent", book.cagr, "cagr")
    return book.made("growth / beta", growth, beta)


_GROWTH: Final = {
    "rose": mark("Growth of the run on days on which the benchmark rose"),
    "fell": mark("Growth of the run on days on which the benchmark fell"),
}


def _capture(word: str) -> Make:
    def make(book: PairBook) -> Recipe:
        chosen = book.other > 0 if word == "rose" else book.other < 0
        ours = measured("product", "ours", _GROWTH[word],
                        "number", book.sample(1.0 + book.own, chosen))  # fmt: skip
        theirs = measured("product", "theirs", mark("Growth of the benchmark on these days"), "number",
                          book.sample(1.0 + book.other, chosen))  # fmt: skip
        count = measured(
            "count", "n", mark("Number of these days"), "count", book.sample(book.own, chosen)
        )
        formula = "(ours ** (per_year / n) - 1) / (theirs ** (per_year / n) - 1)"
        return Recipe(
            formula=formula,
            inputs=(ours, theirs, count, book.year),
            part=Part(things="days", count=int(np.count_nonzero(chosen))),
        )

    return make


def _capture_ratio(book: PairBook) -> Recipe:
    up, down = _value(_capture("rose")(book)), _value(_capture("fell")(book))
    return book.made(
        "up / down",
        given("up", mark("Up capture"), "number", up, "up_capture"),
        given("down", mark("Down capture"), "number", down, "down_capture"),
    )


def _days_ahead(book: PairBook) -> Recipe:
    ahead = book.own > book.other
    better = measured("count", "ahead", mark("Days with a higher return than the benchmark"), "count",
                      book.sample(book.own, ahead))  # fmt: skip
    return book.made("ahead / n", better, book.count)


def _name(book: PairBook) -> Recipe:
    return book.made("name", given("name", mark("What was chosen"), "text", book.title))


RELATIVE_RECIPES: Final[Mapping[str, Make]] = {
    "benchmark": _name,
    "excess_return": _excess,
    "beta": _beta,
    "alpha": _alpha,
    "correlation": _correlation,
    "r_squared": _r_squared,
    "tracking_error": _tracking,
    "information_ratio": _information,
    "treynor": _treynor,
    "up_capture": _capture("rose"),
    "down_capture": _capture("fell"),
    "capture_ratio": _capture_ratio,
    "winning_days_against": _days_ahead,
}
