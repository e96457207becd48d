"""How the figures of a signal year by year are made."""

from collections.abc import Mapping
from typing import Final

import numpy as np

from ml4t_desktop.analysis.making.derivation import Derivation, Floats, Kind, Part, Recipe, Sample
from ml4t_desktop.analysis.making.measuring import given, measured, percentile_inputs, places
from ml4t_desktop.analysis.making.spans import titled
from ml4t_desktop.analysis.signals.drift import first_edges, stability_parts, values_by_year
from ml4t_desktop.market import Market
from ml4t_desktop.wording import mark, say

_SOURCE: Final = mark("The values of the signal in the year.")
_UNKNOWN: Final = mark("too few values")
_SHARES: Final[Mapping[str, tuple[str, float]]] = {
    "low": (mark("10th percentile"), 0.1),
    "middle": (mark("Median"), 0.5),
    "high": (mark("90th percentile"), 0.9),
}


def drift_figure(market: Market, name: str, figure: str) -> Derivation:
    """Return how a figure of one year of a signal is made.

    Parameters
    ----------
    figure : str
        The year and ``missing``, ``low``, ``middle``, ``high`` or ``stability``, such as ``2019.low``.
    """
    year, _, what = figure.partition(".")
    by_year = values_by_year(market, name)
    values = by_year[int(year)]
    known = values[np.isfinite(values)]
    if what == "stability":
        title, kind, meaning, recipe, reason = _stability(int(year), known, by_year)
    elif what == "missing":
        title, kind, meaning, recipe, reason = _missing(values.size, known.size)
    else:
        title, kind, meaning, recipe, reason = _percentile(known, *_SHARES[what])
    of = f"{name}, {year}"
    return titled(f"drift.{figure}", title, of, kind, meaning, recipe, reason, _SOURCE)


_Made = tuple[str, Kind, str, Recipe, str]


def _missing(bars: int, known: int) -> _Made:
    recipe = Recipe(
        formula="missing / bars",
        inputs=(
            given("missing", mark("Bars of the year without a value"), "count", bars - known),
            given("bars", mark("Bars of the year"), "count", bars),
        ),
        part=Part(things="bars", count=bars),
    )
    meaning = mark("Bars without a value / all bars of the year.")
    return mark("Without value"), "percent", meaning, recipe, ""


def _percentile(known: Floats, title: str, share: float) -> _Made:
    meaning = say("{title} of the values of the year.", title=title)
    if not known.size:
        nothing = Recipe(formula="n", inputs=(given("n", mark("Number of values"), "count", None),))
        return title, "number", meaning, nothing, _UNKNOWN
    formula, inputs = percentile_inputs(
        known, share, mark("Value"), "number", "bars", places(known.size)
    )
    recipe = Recipe(formula=formula, inputs=inputs, part=Part(things="bars", count=known.size))
    return title, "number", meaning, recipe, ""


def _stability(year: int, known: Floats, by_year: Mapping[int, Floats]) -> _Made:
    first, edges = first_edges(by_year)
    added = stability_parts(known, edges) if edges is not None and known.size else np.zeros(0)
    sample = Sample("parts", places(added.size), added)
    what = mark("Sum over ten parts of (share now - share then) ln(share now / share then)")
    recipe = Recipe(
        formula="sum",
        inputs=(
            measured("sum", "sum", what, "number", sample),
            measured(
                "count", "parts", mark("Parts of the first year, equal in number"), "count", sample
            ),
            given("first", mark("The year it is held against"), "text", str(first)),
        ),
        part=Part(things="bars", count=known.size),
    )
    reason = "" if edges is not None and known.size else _UNKNOWN
    if not reason and year <= first:
        reason = mark("it is the year that others are held against")
    meaning = mark(
        "Population stability index: below 0.1 little has changed since the first year, above 0.25 much."
    )
    return mark("Stability index"), "ratio", meaning, recipe, reason
