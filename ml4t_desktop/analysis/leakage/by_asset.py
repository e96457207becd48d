"""The correlation of a column with the next bar for each asset by itself."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ml4t_desktop.analysis.leakage.panel import Panel
from ml4t_desktop.analysis.leakage.watch import Watch
from ml4t_desktop.market.blocks import slices

_FEWEST_BARS: Final = 100
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class ByAsset:
    """Correlations of a column with the return of the next bar, asset by asset.

    Parameters
    ----------
    value : ndarray of float64, shape (A,)
        Less what knowing the own bar explains, as prices that jump between bid and ask reverse; 0 where
        there are too few bars to tell.
    error : ndarray of float64, shape (A,)
        Standard error.
    """

    value: Floats
    error: Floats


def by_asset(panel: Panel, scores: Floats, responses: Floats, watch: Watch) -> ByAsset:
    """Return the correlation of two laid-out columns of ranks a bar apart, for each asset.

    Parameters
    ----------
    scores, responses : ndarray of float64, shape (P,)
        Of the column and of the returns; NaN where unknown.
    """
    assets = panel.segments.size - 1
    sums = np.zeros((10, assets))
    for part in slices(scores.size):
        watch.check()
        owner = np.searchsorted(panel.segments, np.arange(part.start, part.stop), "right") - 1
        score, now = scores[part], responses[part]
        after = responses[part.start + 1 : part.stop + 1]
        if after.size < now.size:
            after = np.append(after, np.nan)
        ahead, own, chain = score * after, score * now, now * after
        rows: tuple[Floats, ...] = (
            *_moments(ahead, score, after), *_moments(own, score, now), *_moments(chain, now, after)[:3],
        )  # fmt: skip
        for number, row in enumerate((*rows, np.where(np.isfinite(ahead), 1.0, 0.0))):
            sums[number] += np.bincount(owner, row, assets)
    with np.errstate(invalid="ignore", divide="ignore"):
        return _compared(sums)


def _compared(sums: Floats) -> ByAsset:
    next_bar = sums[0] / np.sqrt(sums[1] * sums[2])
    own_bar = sums[3] / np.sqrt(sums[4] * sums[5])
    chained = sums[6] / np.sqrt(sums[7] * sums[8])
    excess = next_bar - np.nan_to_num(own_bar * chained)
    count = sums[9]
    same = (next_bar * excess > 0) & (count >= _FEWEST_BARS)
    value = np.where(np.abs(excess) < np.abs(next_bar), excess, next_bar)
    return ByAsset(np.where(same, value, 0.0), 1.0 / np.sqrt(np.maximum(count, 1.0)))


def _moments(product: Floats, first: Floats, second: Floats) -> tuple[Floats, Floats, Floats]:
    known = np.isfinite(product)
    return (
        np.where(known, product, 0.0),
        np.where(known, first**2, 0.0),
        np.where(known, second**2, 0.0),
    )
