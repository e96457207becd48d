"""How the figures that hold what a signal said against what happened are made."""

from collections.abc import Callable, Mapping
from typing import Final

import numpy as np

from ml4t_desktop.analysis.making.derivation import Derivation, Kind, Part, Recipe, Sample
from ml4t_desktop.analysis.making.measuring import given, measured
from ml4t_desktop.analysis.making.spans import titled
from ml4t_desktop.analysis.signals.calibration import happened
from ml4t_desktop.analysis.signals.review import SignalReview
from ml4t_desktop.analysis.undefined import Undefined
from ml4t_desktop.wording import mark

_SOURCE: Final = mark(
    "The values of the signal, and the returns from the next open to the close so many bars on."
)

# Title, kind, meaning, recipe, and why there is none.
_Made = tuple[str, Kind, str, Recipe, str]


def calibration_figure(review: SignalReview, figure: str) -> Derivation:
    """Return how one of `CALIBRATED` is made."""
    title, kind, meaning, recipe, reason = _FIGURES[figure](review)
    return titled(figure, title, review.sample.name, kind, meaning, recipe, reason, _SOURCE)


def _brier(review: SignalReview) -> _Made:
    sample = review.sample
    squares = Sample("bars", sample.row, (sample.value - happened(sample)) ** 2)
    recipe = Recipe(
        formula="sum / n",
        inputs=(
            measured(
                "sum",
                "sum",
                mark("Sum of (value said - 1 or 0 for what happened)^2"),
                "number",
                squares,
            ),
            measured("count", "n", mark("Number of bars"), "count", squares),
        ),
        part=Part(things="bars", count=sample.size),
    )
    meaning = mark("Mean squared difference of what was said and what happened; lower is better.")
    return mark("Brier score"), "ratio", meaning, recipe, _no_calibration(review)


def _base_rate(review: SignalReview) -> _Made:
    sample = review.sample
    hits = happened(sample)
    values = Sample("bars", sample.row, hits)
    true = Sample("bars", sample.row[hits > 0], hits[hits > 0])
    recipe = Recipe(
        formula="hits / n",
        inputs=(
            measured("count", "hits", mark("Bars after which it happened"), "count", true),
            measured("count", "n", mark("All bars"), "count", values),
        ),
        part=Part(things="bars", count=sample.size),
    )
    meaning = mark("Share of the bars after which it happened.")
    return mark("Base rate"), "percent", meaning, recipe, _no_calibration(review)


def _skill(review: SignalReview) -> _Made:
    found = review.calibration
    brier, base = (None, None) if isinstance(found, Undefined) else (found.brier, found.base_rate)
    recipe = Recipe(
        formula="1 - brier / (base * (1 - base))",
        inputs=(
            given("brier", mark("Brier score"), "number", brier, "brier"),
            given("base", mark("Share that happened"), "percent", base, "base_rate"),
        ),
        part=Part(things="bars", count=review.sample.size),
    )
    reason = _no_calibration(review)
    if not reason and not isinstance(found, Undefined) and not np.isfinite(found.skill):
        reason = mark("it happened always, or never")
    meaning = mark(
        "1 less the Brier score over that of saying the base rate always; zero or less is no help."
    )
    return mark("Skill"), "percent", meaning, recipe, reason


def _no_calibration(review: SignalReview) -> str:
    found = review.calibration
    return found.reason if isinstance(found, Undefined) else ""


_FIGURES: Final[Mapping[str, Callable[[SignalReview], _Made]]] = {
    "brier": _brier,
    "base_rate": _base_rate,
    "skill": _skill,
}
CALIBRATED: Final = frozenset(_FIGURES)
