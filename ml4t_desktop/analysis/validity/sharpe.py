"""How sure a Sharpe ratio is: probabilistic and deflated Sharpe ratio, shortest track record.

After Bailey and Lopez de Prado, "The Sharpe ratio efficient frontier" (2012) and "The deflated Sharpe
ratio" (2014). Ratios here are per period, not annualised; the kurtosis is raw (3 for normal returns).
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ml4t_desktop.analysis.undefined import Undefined
from ml4t_desktop.wording import mark, say

CONFIDENCE: Final = 0.95
EULER: Final = 0.5772156649015329
_NO_SPREAD: Final = 1e-12
_FEWEST: Final = 3
_NORMAL: Final = NormalDist()


@dataclass(frozen=True, slots=True, kw_only=True)
class SharpeSample:
    """The Sharpe ratio of a sample of returns and what its error depends on.

    Parameters
    ----------
    sharpe : float
        Mean over standard deviation (n - 1) of the returns of a period.
    skew, kurtosis : float
        Of the sample, not corrected for its size; kurtosis is 3 for normal returns.
    count : int
        Number of returns.
    """

    sharpe: float
    skew: float
    kurtosis: float
    count: int

    @property
    def error(self) -> float:
        """Standard error of the ratio; returns need not be normal."""
        return math.sqrt(max(self._spread, 0.0) / (self.count - 1))

    @property
    def _spread(self) -> float:
        return 1.0 - self.skew * self.sharpe + (self.kurtosis - 1.0) / 4.0 * self.sharpe**2

    def probability_above(self, benchmark: float) -> float | Undefined:
        """Return the probability that the true ratio exceeds `benchmark`: the probabilistic Sharpe ratio."""
        if self.error <= 0:
            return Undefined(mark("the standard error of the Sharpe ratio is zero"))
        return _NORMAL.cdf((self.sharpe - benchmark) / self.error)

    def shortest_track_record(
        self, benchmark: float = 0.0, confidence: float = CONFIDENCE
    ) -> float | Undefined:
        """Return how many periods it takes to be `confidence` sure that the ratio exceeds `benchmark`.

        Undefined where the ratio does not exceed it: no length would do.
        """
        if self.sharpe <= benchmark:
            return Undefined(mark("the Sharpe ratio is not above the one it is held against"))
        needed = _NORMAL.inv_cdf(confidence) / (self.sharpe - benchmark)
        return 1.0 + max(self._spread, 0.0) * needed**2


def sharpe_sample(returns: NDArray[np.float64]) -> SharpeSample | Undefined:
    """Return the Sharpe ratio of returns with its moments.

    Parameters
    ----------
    returns : ndarray of float64, shape (n,)
        Fractions; one that is not finite leaves nothing to say.
    """
    if returns.size < _FEWEST:
        return Undefined(say("fewer than {fewest} returns", fewest=_FEWEST))
    if not np.isfinite(returns).all():
        return Undefined(mark("equity was not above zero throughout"))
    deviation = float(returns.std(ddof=1))
    if deviation <= _NO_SPREAD:
        return Undefined(mark("the returns do not vary"))
    away = returns - returns.mean()
    variance = float((away**2).mean())
    return SharpeSample(
        sharpe=float(returns.mean()) / deviation,
        skew=float((away**3).mean()) / variance**1.5,
        kurtosis=float((away**4).mean()) / variance**2,
        count=returns.size,
    )


def expected_highest(trials: int, variance: float) -> float:
    """Return the highest Sharpe ratio to be expected of so many trials without any edge.

    Parameters
    ----------
    trials : int
        Independent variants that were tried; one or less: zero, there was nothing to choose from.
    variance : float
        Of the Sharpe ratios (per period) among the trials.

    Notes
    -----
    sqrt(V) ((1 - g) Z(1 - 1/K) + g Z(1 - 1/(K e))), with g Euler's constant and Z the inverse normal
    distribution.
    """
    if trials <= 1:
        return 0.0
    first = _NORMAL.inv_cdf(1.0 - 1.0 / trials)
    second = _NORMAL.inv_cdf(1.0 - 1.0 / (trials * math.e))
    return math.sqrt(variance) * ((1.0 - EULER) * first + EULER * second)


@dataclass(frozen=True, slots=True, kw_only=True)
class Deflated:
    """A Sharpe ratio held against the best that chance would have found in as many trials.

    Parameters
    ----------
    trials : int
        Variants that were run on this data, this one included.
    variance : float
        Of the Sharpe ratios among them, per period.
    hurdle : float
        The ratio that the best of them would have had without any edge, per period.
    probability : float or Undefined
        That the true ratio exceeds the hurdle: the deflated Sharpe ratio.
    """

    trials: int
    variance: float
    hurdle: float
    probability: float | Undefined


def deflated(sample: SharpeSample, trials: int, ratios: Sequence[float]) -> Deflated:
    """Return the deflated Sharpe ratio.

    Parameters
    ----------
    sample : SharpeSample
    trials : int
        Variants that were run on this data.
    ratios : sequence of float
        Their Sharpe ratios per period, as far as they are known. Where fewer than two are, their
        variance is taken to be that of the ratio of returns without an edge, ``1 / (n - 1)``.
    """
    known = np.asarray([ratio for ratio in ratios if math.isfinite(ratio)], np.float64)
    variance = float(known.var(ddof=1)) if known.size > 1 else 1.0 / (sample.count - 1)
    hurdle = expected_highest(max(trials, 1), variance)
    return Deflated(
        trials=max(trials, 1),
        variance=variance,
        hurdle=hurdle,
        probability=sample.probability_above(hurdle),
    )
