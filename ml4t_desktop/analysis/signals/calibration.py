"""Whether a signal between 0 and 1 is the probability it looks like."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import polars as pl

from ml4t_desktop.analysis.signals.forward import Sample, SamplePart
from ml4t_desktop.analysis.signals.groups import wilson
from ml4t_desktop.analysis.undefined import Undefined
from ml4t_desktop.wording import mark

BINS: Final = 10
RELIABILITY: Final = {
    "said": pl.Float64,
    "happened": pl.Float64,
    "low": pl.Float64,
    "high": pl.Float64,
    "count": pl.Int64,
}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Calibration:
    """What was said and what happened.

    Parameters
    ----------
    event : {"beats_median", "rises"}
        Taken for what is foretold: a return above the median of its timestamp, where assets are
        compared, else one above zero.
    table : DataFrame of `RELIABILITY`
        By tenths of the scale: mean value said, share that happened with its 90 % interval (bars taken
        as independent, so it is too narrow where returns overlap), bars.
    brier : float
        Mean squared difference of what was said and what happened (0 or 1); lower is better.
    base_rate : float
        Share that happened.
    skill : float
        1 less `brier` over that of saying the base rate always: zero or less is no help.
    """

    event: str
    table: pl.DataFrame
    brier: float
    base_rate: float
    skill: float


def calibration(sample: Sample) -> Calibration | Undefined:
    """Return how well a signal between 0 and 1 says what happens."""
    count, hits, values = np.zeros(BINS, np.int64), np.zeros(BINS), np.zeros(BINS)
    squares = came = 0.0
    for part in sample.parts():
        if not part.value.size:
            continue
        if part.value.min() < 0 or part.value.max() > 1:
            return Undefined(mark("only values between 0 and 1 can be probabilities"))
        true = _happened(part, is_across=sample.is_across)
        place = np.minimum((part.value * BINS).astype(np.int64), BINS - 1)
        count += np.bincount(place, minlength=BINS)
        hits += np.bincount(place, true, BINS)
        values += np.bincount(place, part.value, BINS)
        squares += float(np.sum((part.value - true) ** 2))
        came += float(true.sum())
    low, high = wilson(hits, count)
    has_any = count > 0
    said = np.divide(values, count, where=has_any, out=np.full(BINS, np.nan))
    share = np.divide(hits, count, where=has_any, out=np.full(BINS, np.nan))
    table = pl.DataFrame(
        {"said": said, "happened": share, "low": low, "high": high, "count": count},
        schema=RELIABILITY,
    ).filter(pl.col("count") > 0)
    base, brier = came / sample.size, squares / sample.size
    always = base * (1.0 - base)
    return Calibration(
        event="beats_median" if sample.is_across else "rises",
        table=table,
        brier=brier,
        base_rate=base,
        skill=1.0 - brier / always if always > 0 else float("nan"),
    )


def happened(sample: Sample) -> np.ndarray:
    """Return for every bar 1.0 if what a probability would foretell came true, else 0.0."""
    parts = [_happened(part, is_across=sample.is_across) for part in sample.parts()]
    return np.concatenate(parts) if parts else np.zeros(0)


def _happened(part: SamplePart, *, is_across: bool) -> np.ndarray:
    if not part.later.size:
        return np.zeros(0)
    return (part.later > (_medians(part)[part.time] if is_across else 0.0)).astype(np.float64)


def _medians(part: SamplePart) -> np.ndarray:
    """Return the median return of each timestamp."""
    order = np.lexsort((part.later, part.time))
    counts = np.bincount(part.time, minlength=part.time_count)
    first = np.cumsum(counts) - counts
    ordered = part.later[order]
    upper = np.minimum(first + counts // 2, ordered.size - 1)
    lower = np.minimum(first + np.maximum(counts - 1, 0) // 2, ordered.size - 1)
    return (ordered[lower] + ordered[upper]) / 2.0
