"""The trials of a sweep as one table, and which of them to believe."""

from collections.abc import Sequence
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from ml4t_desktop.analysis.metrics import STATISTICS, metrics_dict
from ml4t_desktop.errors import InputError, Problem
from ml4t_desktop.sweep.grid import Grid
from ml4t_desktop.sweep.pool import Trial
from ml4t_desktop.wording import mark, say

# Statistics of which less is better; drawdowns are zero or negative, so that more is better.
_LESS_IS_BETTER: Final = frozenset({"volatility", "ulcer_index", "total_fees", "turnover"})
PLATEAU: Final = "plateau"


def check_metric(name: str) -> str:
    """Return the name of a statistic that is a number.

    Raises
    ------
    InputError
        If there is none of that name.
    """
    import difflib

    if name in STATISTICS:
        return name
    close = difflib.get_close_matches(name, STATISTICS, n=3)
    fix = (
        say("Did you mean {name}?", name=", ".join(close))
        if close
        else mark("sharpe, cagr and calmar are some")
    )
    raise InputError(
        Problem(where=f"--metric {name}", what=mark("there is no such statistic"), fix=fix)
    )


def sweep_table(grid: Grid, trials: Sequence[Trial], metric: str) -> pl.DataFrame:
    """Return one row for each trial: its number, values, state, plateau and every statistic.

    Columns: ``variant``, one for each axis named after its key, ``status``, ``reason``, ``plateau`` (the
    mean of `metric` over the variant and its neighbours), and the statistics.
    """
    near = plateau(grid, values_of(grid, trials, metric)).ravel()
    columns: dict[str, list[object]] = {
        "variant": [trial.number for trial in trials],
        **{
            axis.key: [trial.values[place] for trial in trials]
            for place, axis in enumerate(grid.axes)
        },
        "status": [trial.status for trial in trials],
        "reason": [trial.reason for trial in trials],
        PLATEAU: [
            None if np.isnan(near[trial.number]) else float(near[trial.number]) for trial in trials
        ],
    }
    rows = [metrics_dict(trial.metrics) if trial.metrics is not None else {} for trial in trials]
    columns |= {name: [row.get(name) for row in rows] for name in STATISTICS}
    return pl.DataFrame(columns, strict=False, infer_schema_length=None)


def values_of(grid: Grid, trials: Sequence[Trial], metric: str) -> NDArray[np.float64]:
    """Return a statistic over the grid, shape as the grid; NaN where there is none."""
    values = np.full(grid.size, np.nan)
    for trial in trials:
        value = getattr(trial.metrics, metric, None) if trial.metrics is not None else None
        if isinstance(value, int | float):
            values[trial.number] = value
    return values.reshape(grid.shape)


def plateau(grid: Grid, values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the mean over each cell and its neighbours in the grid, shape as the grid.

    A neighbour is one step away along any of the axes, diagonals included; where an axis holds words or
    flags, only the cell's own. Cells without a value do not count; without one of its own a cell has no mean.
    """
    total = np.zeros(values.shape)
    count = np.zeros(values.shape)
    known = ~np.isnan(values)
    filled = np.where(known, values, 0.0)
    offsets = [_offsets(axis.values) for axis in grid.axes]
    for steps in np.array(np.meshgrid(*offsets, indexing="ij")).reshape(len(offsets), -1).T:
        here, there = _overlap(values.shape, steps)
        total[here] += filled[there]
        count[here] += known[there]
    return np.where(known, total / np.maximum(count, 1.0), np.nan)


def _offsets(values: Sequence[object]) -> list[int]:
    is_ordered = all(isinstance(v, int | float) and not isinstance(v, bool) for v in values)
    return [-1, 0, 1] if is_ordered and len(values) > 1 else [0]


def _overlap(
    shape: tuple[int, ...], steps: NDArray[np.int64]
) -> tuple[tuple[slice, ...], tuple[slice, ...]]:
    here = tuple(
        slice(max(0, -int(s)), n - max(0, int(s))) for s, n in zip(steps, shape, strict=True)
    )
    there = tuple(
        slice(max(0, int(s)), n - max(0, -int(s))) for s, n in zip(steps, shape, strict=True)
    )
    return here, there


def best_of(values: NDArray[np.float64], metric: str) -> int | None:
    """Return the number of the best variant, None when no variant has a value; ties: the first."""
    flat = values.ravel()
    if np.isnan(flat).all():
        return None
    return int(np.nanargmin(flat) if metric in _LESS_IS_BETTER else np.nanargmax(flat))
