"""What a sweep came to: the best, the steadiest, and how likely the best is luck."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ml4t_desktop.analysis.undefined import Undefined
from ml4t_desktop.analysis.validity.sharpe import Deflated, deflated, sharpe_sample
from ml4t_desktop.sweep.grid import Grid
from ml4t_desktop.sweep.overfitting import Overfitting, overfitting, returns_matrix
from ml4t_desktop.sweep.pool import Trial
from ml4t_desktop.sweep.table import best_of, plateau, values_of
from ml4t_desktop.wording import mark


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SweepSummary:
    """What a sweep came to.

    Parameters
    ----------
    metric : str
        The statistic the variants were compared by.
    counts : dict of str to int
        Variants by their state.
    best : Trial or None
        With the highest value of it (the lowest where less is better).
    steadiest : Trial or None
        With the best mean over itself and its neighbours.
    overfitting : Overfitting or Undefined
    deflated : Deflated or Undefined
        The Sharpe ratio of the best, held against the best that chance finds in as many trials.
    """

    metric: str
    counts: dict[str, int]
    best: Trial | None
    steadiest: Trial | None
    overfitting: Overfitting | Undefined
    deflated: Deflated | Undefined


def summarise(grid: Grid, trials: Sequence[Trial], metric: str) -> SweepSummary:
    """Return what the trials of a grid came to."""
    values = values_of(grid, trials, metric)
    by_number = {trial.number: trial for trial in trials}
    best, steady = best_of(values, metric), best_of(plateau(grid, values), metric)
    counts: dict[str, int] = {}
    for trial in trials:
        counts[trial.status] = counts.get(trial.status, 0) + 1
    chosen = None if best is None else by_number[best]
    _, returns = returns_matrix(trials)
    return SweepSummary(
        metric=metric,
        counts=counts,
        best=chosen,
        steadiest=None if steady is None else by_number[steady],
        overfitting=overfitting(returns),
        deflated=_deflated(trials, chosen),
    )


def _deflated(trials: Sequence[Trial], best: Trial | None) -> Deflated | Undefined:
    if best is None:
        return Undefined(mark("no variant was run to its end"))
    sample = sharpe_sample(best.returns)
    if isinstance(sample, Undefined):
        return sample
    samples = (sharpe_sample(trial.returns) for trial in trials if trial.status == "done")
    ratios = [item.sharpe for item in samples if not isinstance(item, Undefined)]
    return deflated(sample, len(ratios), ratios)


def summary_values(grid: Grid, summary: SweepSummary) -> dict[str, Any]:
    """Return a summary ready for JSON."""
    over, luck = summary.overfitting, summary.deflated
    chance = luck.probability if isinstance(luck, Deflated) else luck
    return {
        "kind": "sweep",
        "metric": summary.metric,
        "axes": {axis.key: list(axis.values) for axis in grid.axes},
        "variants": grid.size,
        "counts": summary.counts,
        "best": _told(grid, summary.best, summary.metric),
        "steadiest": _told(grid, summary.steadiest, summary.metric),
        "probability_of_overfitting": over.probability if isinstance(over, Overfitting) else None,
        "overfitting": {"undefined": over.reason}
        if isinstance(over, Undefined)
        else {"blocks": over.blocks, "splits": over.splits, "loses_outside": over.loss},
        "deflated_sharpe": None if isinstance(chance, Undefined) else chance,
    }


def _told(grid: Grid, trial: Trial | None, metric: str) -> dict[str, Any] | None:
    if trial is None:
        return None
    value = getattr(trial.metrics, metric, None)
    return {
        "variant": trial.number,
        "values": {axis.key: v for axis, v in zip(grid.axes, trial.values, strict=True)},
        metric: None if value is None or not np.isfinite(value) else value,
    }
