"""What followed a signal in different markets: its fifths against the values of a context column."""

from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ml4t_desktop.analysis.signals.forward import TENTHS, Sample
from ml4t_desktop.market import Market, TextColumn

FIFTHS: Final = 5
_PARTS: Final = 4
_MOST_TEXTS: Final = 8


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ContextGrid:
    """Mean return by part of the context and fifth of the signal.

    Parameters
    ----------
    context : str
        Name of the column, without ``context.``.
    bounds : tuple of (low, high), or None
        Values of each part of a column of numbers, from the lowest; None for texts.
    labels : tuple of str
        The texts; empty for numbers.
    mean : ndarray of float64, shape (parts, 5)
        NaN without bars.
    count : ndarray of int64, shape (parts, 5)
    """

    context: str
    bounds: tuple[tuple[float, float], ...] | None
    labels: tuple[str, ...]
    mean: NDArray[np.float64]
    count: NDArray[np.int64]


def context_grid(market: Market, sample: Sample, context: str) -> ContextGrid | None:
    """Return what followed a signal by the value of a context column; None without any value of it.

    Numbers are cut into four parts with about as many timestamps each.
    """
    part_of_time, labels, bounds = parts_of(market, context)
    parts = len(labels) or len(bounds or ())
    if not parts:
        return None
    count, total = np.zeros(parts * FIFTHS, np.int64), np.zeros(parts * FIFTHS)
    for some in sample.parts():
        part = part_of_time[some.first + some.time]
        inside = (part >= 0) & (part < parts)
        place = part[inside] * FIFTHS + some.tenth[inside] * FIFTHS // TENTHS
        count += np.bincount(place, minlength=count.size)
        total += np.bincount(place, some.later[inside], count.size)
    if not count.any():
        return None
    mean = np.divide(total, count, out=np.full(count.size, np.nan), where=count > 0)
    return ContextGrid(
        context=context,
        bounds=bounds,
        labels=labels,
        mean=mean.reshape(parts, FIFTHS),
        count=count.reshape(parts, FIFTHS),
    )


def parts_of(
    market: Market, context: str
) -> tuple[NDArray[np.int64], tuple[str, ...], tuple[tuple[float, float], ...] | None]:
    """Return which part of a context column every timestamp is in, and the parts: texts, or ranges of numbers.

    Texts beyond the first eight have numbers beyond theirs; a missing number is in part -1. A column
    without any value has no parts.
    """
    column = market.context[context]
    if isinstance(column, TextColumn):
        return column.codes.astype(np.int64), column.labels[:_MOST_TEXTS], None
    known = column[np.isfinite(column)]
    if not known.size:
        return np.full(column.size, -1), (), None
    edges = np.unique(np.quantile(known, np.linspace(0, 1, _PARTS + 1)))
    inner = edges[1:-1]
    filled = np.where(np.isfinite(column), column, known[0])
    places = np.where(np.isfinite(column), np.searchsorted(inner, filled, side="right"), -1)
    outer = np.concatenate(([edges[0]], inner, [edges[-1]])).tolist()
    return places, (), tuple(pairwise(outer))
