"""Checks one explanation against the number that is shown."""

import math
from collections.abc import Mapping

import numpy as np

from ml4t_desktop.analysis.account.performance import time_text
from ml4t_desktop.analysis.definitions import DEFINITION_OF
from ml4t_desktop.analysis.making.derivation import Derivation, Input
from ml4t_desktop.analysis.making.formula import names_in

TIMES = frozenset(name for name, item in DEFINITION_OF.items() if item.kind == "text") - {
    "benchmark"
}
DAY = 86_400_000_000


def assert_makes(
    made: Derivation,
    shown: object,
    undefined: Mapping[str, str] | None = None,
    *,
    clock: bool = False,
    scope=None,
):
    """Check one number: that its inputs are all there, are measured rightly, and give what is shown."""
    assert set(names_in(made.formula)) <= {item.name for item in made.inputs}, made.name
    assert made.title, made.name
    assert made.meaning, made.name
    for item in made.inputs:
        assert_measured(made, item)
    assert_made_of(made)
    if scope is not None:
        assert_leads_on(scope, made)
    if shown is None or (isinstance(shown, float) and math.isnan(shown)):
        assert made.reason, f"{made.name} of {made.of} says no reason"
        assert made.value is None
        if undefined is not None:
            assert made.reason == undefined[made.name]
        return
    assert not made.reason, f"{made.name} is {shown}, and yet: {made.reason}"
    assert made.value is not None, (
        f"{made.name}: {made.formula} with {dict(made.values)} is nothing"
    )
    if made.name in TIMES and isinstance(shown, str):
        assert time_text(round(made.value * DAY), has_clock=clock) == shown
    elif isinstance(shown, str):
        assert made.value == shown
    else:
        near = math.isclose(made.value, shown, rel_tol=1e-9, abs_tol=1e-9)
        assert near, f"{made.name} is {shown}, its inputs give {made.value}: {dict(made.values)}"


def assert_leads_on(scope, made: Derivation):
    """Check that an input that is a statistic of its own tells how it is made, and has the value it has there."""
    for item in made.inputs:
        if not item.statistic or item.value is None:
            continue
        other = scope.explain(item.statistic)
        if not other.reason:
            near = math.isclose(other.value, item.value, rel_tol=1e-9, abs_tol=1e-9)
            assert near, (
                f"{made.name}: {item.name} is {item.value}, {item.statistic} is {other.value}"
            )


def assert_measured(made: Derivation, item: Input):
    """Check an input against its sample in plain Python, which shares no code with it."""
    if item.sample is None or item.aggregate is None:
        return
    values = item.sample.values.tolist()
    assert len(item.sample.ids) == len(values)
    if not all(map(math.isfinite, values)):
        assert item.value is None or item.aggregate in {"count", "distinct"}
        return
    expected = MEASURES[item.aggregate](values)
    if item.value is None or expected is None:
        assert item.value == expected, f"{made.name}: {item.name}"
        return
    size = max(map(abs, values), default=0.0) if item.aggregate == "sum" else 0.0
    near = math.isclose(
        item.value, expected, rel_tol=1e-9, abs_tol=1e-12 + 1e-12 * size * len(values)
    )
    assert near, f"{made.name}: {item.name} is {item.value} and not {expected}"


def assert_made_of(made: Derivation):
    part = made.part
    if part is None or part.trade_ids is None:
        return
    assert part.count == len(part.trade_ids)
    assert np.all(np.diff(part.trade_ids) > 0), f"{made.name}: trades are not in order"
    assert part.name, f"{made.name}: its trades have no name"


def _mean(values: list[float]) -> float | None:
    return math.fsum(values) / len(values) if values else None


def _deviation(values: list[float]) -> float | None:
    if len(values) < 2:
        return None
    mean = math.fsum(values) / len(values)
    return math.sqrt(math.fsum((value - mean) ** 2 for value in values) / (len(values) - 1))


def _median(values: list[float]) -> float | None:
    if not values:
        return None
    ordered, half = sorted(values), len(values) // 2
    return ordered[half] if len(values) % 2 else (ordered[half - 1] + ordered[half]) / 2


MEASURES = {
    "count": len,
    "distinct": lambda values: len(set(values)),
    "sum": math.fsum,
    "mean": _mean,
    "deviation": _deviation,
    "highest": lambda values: max(values, default=None),
    "lowest": lambda values: min(values, default=None),
    "median": _median,
    "product": math.prod,
}
