"""Inputs of formulas: values that are given, and values measured on a sample."""

import math
from collections.abc import Callable, Mapping
from typing import Final

import numpy as np

from ml4t_desktop.analysis.making.derivation import (
    Aggregate,
    Floats,
    Ids,
    Input,
    Kind,
    Sample,
    Things,
)
from ml4t_desktop.analysis.making.formula import Value
from ml4t_desktop.wording import mark, say

_NUMBERS_OF: Final[Mapping[Things, str]] = {
    "bars": mark("Number of bars"),
    "days": mark("Number of days"),
    "draws": mark("Number of draws"),
}


def given(name: str, title: str, kind: Kind, value: Value | None, statistic: str = "") -> Input:
    """Return an input whose value is given, not measured."""
    return Input(name=name, title=title, kind=kind, value=value, statistic=statistic)


def measured(
    aggregate: Aggregate, name: str, title: str, kind: Kind, sample: Sample, statistic: str = ""
) -> Input:
    """Return an input measured on a sample; it has no value where the sample has none for it."""
    value = _MEASURES[aggregate](sample.values)
    return Input(
        name=name,
        title=title,
        kind=kind,
        value=value if value is not None and math.isfinite(value) else None,
        statistic=statistic,
        aggregate=aggregate,
        sample=sample,
    )


def sample_of(things: Things, ids: Ids, values: Floats | None = None) -> Sample:
    """Return a sample; without values each thing counts as one."""
    kept = np.ones(len(ids)) if values is None else np.asarray(values, np.float64)
    return Sample(things, np.asarray(ids, np.int64), kept)


def places(count: int) -> Ids:
    """Return the numbers from 0 of so many things that have no ids."""
    return np.arange(count, dtype=np.int64)


def percentile_inputs(
    values: Floats, share: float, title: str, kind: Kind, things: Things, ids: Ids
) -> tuple[str, tuple[Input, ...]]:
    """Return the formula of a percentile and its inputs: the two neighbours it lies between.

    Linear between the values in order, at the place ``(n - 1) * share`` counted from zero.
    """
    order = np.argsort(values, kind="stable")
    place = (len(values) - 1) * share
    low = min(int(np.floor(place)), len(values) - 1)
    high = min(low + 1, len(values) - 1)
    inputs = [given("n", _NUMBERS_OF[things], "count", len(values))]
    for name, rank in (("below", low), ("above", high)):
        one = Sample(things, ids[order[rank : rank + 1]], values[order[rank : rank + 1]])
        below = say("{title}, number {rank:,} from below", title=title, rank=rank + 1)
        inputs.append(measured("lowest", name, below, kind, one))
    inputs.append(
        given("rank", mark("Whole part of (n - 1) \N{MULTIPLICATION SIGN} share"), "count", low)
    )
    inputs.append(given("share", mark("Share of the values below it"), "number", share))
    return "below + (above - below) * ((n - 1) * share - rank)", tuple(inputs)


def _median(values: Floats) -> float | None:
    return float(np.median(values)) if len(values) else None


def _deviation(values: Floats) -> float | None:
    return float(values.std(ddof=1)) if len(values) > 1 else None


_MEASURES: Final[Mapping[Aggregate, Callable[[Floats], float | int | None]]] = {
    "count": len,
    "distinct": lambda values: len(np.unique(values)),
    "sum": lambda values: float(values.sum()),
    "mean": lambda values: float(values.mean()) if len(values) else None,
    "deviation": _deviation,
    "highest": lambda values: float(values.max()) if len(values) else None,
    "lowest": lambda values: float(values.min()) if len(values) else None,
    "median": _median,
    "product": lambda values: float(np.prod(values)),
}
