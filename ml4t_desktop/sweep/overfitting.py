"""The probability of backtest overfitting: whether the best of many variants is the best by luck."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ml4t_desktop.analysis.undefined import Undefined
from ml4t_desktop.sweep.pool import Trial
from ml4t_desktop.wording import mark, say

BLOCKS: Final = 16
_FEWEST_BLOCKS: Final = 4
_FEWEST_IN_BLOCK: Final = 5
_CHUNK: Final = 512
_NO_SPREAD: Final = 1e-24


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Overfitting:
    """What symmetric cross-validation says of choosing the best.

    Parameters
    ----------
    probability : float
        Share of the splits in which the best of one half ranks below the median of the other.
    blocks : int
        Blocks the time was cut into; half of them choose.
    splits : int
    variants : int
    ranks : ndarray of float64, shape (splits,)
        Where the chosen one ranks in the other half: near 0 worst, near 1 best.
    loss : float
        Share of the splits in which the chosen one loses money in the other half.
    """

    probability: float
    blocks: int
    splits: int
    variants: int
    ranks: NDArray[np.float64]
    loss: float


def returns_matrix(trials: Sequence[Trial]) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Return the days all finished trials share, and their returns, shape (days, trials)."""
    done = [trial for trial in trials if trial.status == "done" and trial.days.size]
    if not done:
        return np.zeros(0, np.int64), np.zeros((0, 0))
    days = done[0].days
    same = [trial for trial in done if np.array_equal(trial.days, days)]
    return days, np.column_stack([trial.returns for trial in same])


def overfitting(returns: NDArray[np.float64], blocks: int = BLOCKS) -> Overfitting | Undefined:
    """Return the probability of backtest overfitting by symmetric cross-validation.

    The days are cut into an even number of blocks of like length (what is left over at the end is left out);
    every half of the blocks chooses the variant with the highest Sharpe ratio, which is then ranked among
    all in the other half.

    Parameters
    ----------
    returns : ndarray of float64, shape (days, variants)
    blocks : int
        Fewer are taken when there are few days.

    Notes
    -----
    Bailey, Borwein, Lopez de Prado and Zhu, The Probability of Backtest Overfitting (2015). Variants that
    never trade have no Sharpe ratio and count as zero.
    """
    days, variants = returns.shape
    if variants < 2:
        return Undefined(mark("fewer than two variants were run to their end"))
    if not np.isfinite(returns).all():
        return Undefined(mark("equity was not above zero throughout in every variant"))
    blocks = min(blocks, days // _FEWEST_IN_BLOCK // 2 * 2)
    if blocks < _FEWEST_BLOCKS:
        return Undefined(say("fewer than {n} days", n=_FEWEST_BLOCKS * _FEWEST_IN_BLOCK))
    size = days // blocks
    cut = returns[: size * blocks].reshape(blocks, size, variants)
    sums, squares = cut.sum(axis=1), (cut**2).sum(axis=1)
    halves = np.array(list(combinations(range(blocks), blocks // 2)))
    count = size * blocks // 2
    ranks, losses = np.empty(len(halves)), 0
    for first in range(0, len(halves), _CHUNK):
        part = halves[first : first + _CHUNK]
        chosen = np.zeros((len(part), blocks))
        np.put_along_axis(chosen, part, 1.0, axis=1)
        inside = _sharpe(chosen @ sums, chosen @ squares, count)
        outside_sum = (1.0 - chosen) @ sums
        outside = _sharpe(outside_sum, (1.0 - chosen) @ squares, count)
        best = inside.argmax(axis=1)
        rows = np.arange(len(part))
        own = outside[rows, best][:, None]
        # Ties share their rank: with equal variants the chosen one lies in the middle.
        below, equal = (outside < own).sum(axis=1), (outside == own).sum(axis=1)
        ranks[first : first + len(part)] = (below + (equal + 1) / 2) / (variants + 1)
        losses += int((outside_sum[rows, best] < 0).sum())
    return Overfitting(
        probability=float(np.mean(ranks < 0.5)),
        blocks=blocks,
        splits=len(halves),
        variants=variants,
        ranks=ranks,
        loss=losses / len(halves),
    )


def _sharpe(
    sums: NDArray[np.float64], squares: NDArray[np.float64], count: int
) -> NDArray[np.float64]:
    """Return Sharpe ratios per period from sums, zero where the returns do not vary."""
    mean = sums / count
    variance = (squares - count * mean**2) / (count - 1)
    has_spread = variance > _NO_SPREAD
    return np.where(has_spread, mean / np.sqrt(np.where(has_spread, variance, 1.0)), 0.0)
