"""Whether a signal between 0 and 1 is the probability it looks like."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import polars as pl

from ml4t_desktop.analysis.signals.forward import Sample
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
    if sample.value.min() < 0 or sample.value.max() > 1:
        return Undefined(mark("only values between 0 and 1 can be probabilities"))
    came = happened(sample)
    place = np.minimum((sample.value * BINS).astype(np.int64), BINS - 1)
    count = np.bincount(place, minlength=BINS)
    hits = np.bincount(place, came, BINS)
    low, high = wilson(hits, count)
    has_any = count > 0
    said = np.divide(
        np.bincount(place, sample.value, BINS), count, where=has_any, out=np.full(BINS, np.nan)
    )
    share = np.divide(hits, count, where=has_any, out=np.full(BINS, np.nan))
    table = pl.DataFrame(
        {"said": said, "happened": share, "low": low, "high": high, "count": count},
        schema=RELIABILITY,
    ).filter(pl.col("count") > 0)
    base = float(came.mean())
    brier = float(np.mean((sample.value - came) ** 2))
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
    return (sample.later > _hurdle(sample)).astype(np.float64)


def _hurdle(sample: Sample) -> np.ndarray | float:
    """Return the median return of each bar's timestamp, or zero."""
    if not sample.is_across:
        return 0.0
    order = np.lexsort((sample.later, sample.time))
    counts = np.bincount(sample.time, minlength=sample.time_count)
    first = np.cumsum(counts) - counts
    ordered = sample.later[order]
    upper = np.minimum(first + counts // 2, ordered.size - 1)
    lower = np.minimum(first + np.maximum(counts - 1, 0) // 2, ordered.size - 1)
    return ((ordered[lower] + ordered[upper]) / 2.0)[sample.time]
