"""Correlation of a column with returns by lag, with its uncertainty.

At lag h the value of a bar is paired with the return of the asset's bar h later: lag 0 is the bar's
own return, negative lags are the past, positive ones the future.
"""

from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ml4t_desktop.analysis.leakage.panel import REACH, Panel
from ml4t_desktop.analysis.leakage.watch import Watch
from ml4t_desktop.market.blocks import slices

LAGS: Final = np.arange(-REACH, REACH + 1)
HORIZONS: Final = (1, 2, 3, 5, 10, 20)
# With fewer timestamps neither a correlation nor its error means anything.
FEWEST_TIMES: Final = 40
Floats = NDArray[np.float64]


def _nothing() -> Floats:
    return np.zeros(0)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LagCurve:
    """Correlation by lag, 41 lags from -20 to 20.

    Parameters
    ----------
    correlation : ndarray of float64, shape (41,)
        Of scores with scores, -1 to 1; NaN where there are too few pairs.
    error : ndarray of float64, shape (41,)
        Standard error, with all pairs that share a timestamp counted as one observation. The same
        return belongs to several horizons only once: errors of sums add returns, not overlaps.
    pairs : int
        Pairs at lag 0.
    counts, products, squares : ndarray of float64, shape (41,)
        What they are made of, by lag: pairs, the sum of their products, and the sum over the timestamps
        of squared differences to what the mean makes of them; empty where nobody asks.
    """

    correlation: Floats
    error: Floats
    pairs: int
    counts: Floats = field(default_factory=_nothing)
    products: Floats = field(default_factory=_nothing)
    squares: Floats = field(default_factory=_nothing)

    def at(self, lag: int) -> tuple[float, float]:
        """Return the correlation at a lag and its standard error."""
        return float(self.correlation[lag + REACH]), float(self.error[lag + REACH])

    @property
    def strongest_ahead(self) -> int:
        """The lag, 1 to 20, of the strongest correlation with a return to come."""
        strength = np.nan_to_num(np.abs(self.correlation[REACH + 1 :]))
        return 1 + int(np.argmax(strength))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Sums:
    """What correlations are made of: sums of products by lag and timestamp of the return.

    Many timestamps are summed in blocks, each of which then counts as one observation.

    Parameters
    ----------
    products : ndarray of float64, shape (41, B)
    pairs : ndarray of float64, shape (41,)
        Number of pairs by lag.
    weights : ndarray of float64, shape (B,)
        Share of the pairs that a timestamp (or block) has, as the returns have it.
    """

    products: Floats
    pairs: Floats
    weights: Floats

    def curve(self) -> LagCurve:
        """Return correlations and errors by lag."""
        enough = self.pairs >= FEWEST_TIMES
        pairs = np.where(enough, self.pairs, np.nan)
        mean = self.products.sum(axis=1) / pairs
        spread = self.products - self.weights * (mean * pairs)[:, None]
        squares = np.sum(spread**2, axis=1)
        return LagCurve(
            correlation=np.clip(mean, -1.0, 1.0),
            error=np.sqrt(squares) / pairs,
            pairs=int(self.pairs[REACH]),
            counts=pairs,
            products=self.products.sum(axis=1),
            squares=squares,
        )

    def ahead(self, horizon: int) -> tuple[float, float]:
        """Return the correlation with the return over the bars 1 to `horizon`, and its error.

        The sum of the correlations with each bar, over the root of their number: exact when returns
        do not depend on each other. The error is that of Hodrick (1992): scores are summed instead of
        returns, so that overlapping horizons need no correction.
        """
        rows = self.products[REACH + 1 : REACH + 1 + horizon]
        pairs = float(self.pairs[REACH + 1 : REACH + 1 + horizon].mean())
        if pairs < FEWEST_TIMES:
            return 0.0, np.inf
        total = rows.sum(axis=0)
        mean = float(total.sum()) / pairs
        error = float(np.sqrt(np.sum((total - self.weights * mean * pairs) ** 2))) / pairs
        return mean / horizon**0.5, error / horizon**0.5

    def less(self, share: float, other: "Sums") -> "Sums":
        """Return these sums less a share of others, lag by lag."""
        scale = np.where(other.pairs > 0, self.pairs / np.maximum(other.pairs, 1.0), 0.0)
        products = self.products - share * scale[:, None] * other.products
        return Sums(products=products, pairs=self.pairs, weights=self.weights)


def lag_sums(panel: Panel, scores: Floats, responses: Floats, watch: Watch) -> Sums:
    """Return the sums behind the correlation of two laid-out columns at every lag.

    Parameters
    ----------
    scores, responses : ndarray of float64, shape (P,)
        With mean 0 and variance 1, as `Panel.ranks` and `Panel.scores` give them; NaN where unknown.
    """
    products = np.zeros((LAGS.size, panel.block_count))
    pairs = np.zeros(LAGS.size)
    counts = np.zeros(panel.block_count)
    for part in slices(scores.size):
        watch.check()
        _add_up(panel, scores, responses, part, products, pairs)
        block = panel.block_of_time[panel.time[part][np.isfinite(responses[part])]]
        counts += np.bincount(block, minlength=panel.block_count)
        watch.advance(part.stop / scores.size)
    return Sums(products=products, pairs=pairs, weights=counts / max(counts.sum(), 1.0))


def _add_up(
    panel: Panel, scores: Floats, responses: Floats, part: slice, products: Floats, pairs: Floats
) -> None:
    """Add the products of some of the responses with the scores around them."""
    start = max(part.start - REACH, 0)
    score, response = scores[start : part.stop + REACH], responses[part]
    knows, answers = np.isfinite(score), np.isfinite(response)
    score, response = np.where(knows, score, 0.0), np.where(answers, response, 0.0)
    block = panel.block_of_time[panel.time[part]]
    for index, lag in enumerate(LAGS.tolist()):
        first = max(part.start, lag)
        last = min(part.stop, scores.size + min(lag, 0))
        if first >= last:
            continue
        later = slice(first - part.start, last - part.start)
        earlier = slice(first - lag - start, last - lag - start)
        product = score[earlier] * response[later]
        products[index] += np.bincount(block[later], product, panel.block_count)
        pairs[index] += np.count_nonzero(knows[earlier] & answers[later])
