"""What a sweep came to, in words for its panel."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QLocale

from ml4t_desktop.session.language import all_of, tr
from ml4t_desktop.session.runs.sweeps import METRICS, SweepState
from ml4t_desktop.wording import mark

if TYPE_CHECKING:
    from ml4t_desktop.sweep.pool import Trial

_PERCENT = frozenset({"total_return", "cagr", "max_drawdown"})
_OTHERS: Final = {
    "refused": mark("{count:,} variants were refused."),
    "failed": mark("{count:,} variants were failed."),
    "left out": mark("{count:,} variants were left out."),
}


def value_text(metric: str, value: float) -> str:
    """Return a statistic as it is shown; a dash where there is none."""
    if not math.isfinite(value):
        return "-"
    locale = QLocale()
    if metric in _PERCENT:
        return f"{locale.toString(100.0 * value, 'f', 1)} %"
    return locale.toString(float(value), "f", 0 if metric == "num_trades" else 2)


def summary_text(state: SweepState, titles: Mapping[str, str]) -> str:
    """Return the best, the steadiest, and how much of it may be luck."""
    summary = state.summary
    if summary is None:
        return tr("The sweep goes on; cells fill in as their runs end.")
    from ml4t_desktop.analysis.undefined import Undefined
    from ml4t_desktop.analysis.validity.sharpe import Deflated
    from ml4t_desktop.sweep.overfitting import Overfitting

    lines: list[str] = []
    if summary.best is not None:
        lines.append(tr("Best: {trial}.", trial=_trial(state, summary.best, titles)))
    if summary.steadiest is not None and summary.steadiest is not summary.best:
        lines.append(
            tr("Best with its neighbours: {trial}.", trial=_trial(state, summary.steadiest, titles))
        )
    over = summary.overfitting
    if isinstance(over, Overfitting):
        share = QLocale().toString(100.0 * over.probability, "f", 0)
        lines.append(
            tr(
                "Overfitting: the best of one half of the time is below the middle in the other half "
                "in {share} % of {splits:,} splits.",
                share=share,
                splits=over.splits,
            )
        )
    else:
        lines.append(tr("Overfitting cannot be measured: {reason}.", reason=over.reason))
    luck = summary.deflated
    if isinstance(luck, Deflated) and not isinstance(luck.probability, Undefined):
        share = QLocale().toString(100.0 * luck.probability, "f", 0)
        lines.append(
            tr(
                "It is {share} % sure that the best has any edge, after {trials:,} variants.",
                share=share,
                trials=luck.trials,
            )
        )
    others = {name: count for name, count in summary.counts.items() if name != "done"}
    lines += [tr(_OTHERS[name], count=count) for name, count in others.items()]
    return "\n".join([*lines, tr("A click on a cell loads its values and runs them.")])


def _trial(state: SweepState, trial: Trial, titles: Mapping[str, str]) -> str:
    value = getattr(trial.metrics, state.metric, None)
    found = value_text(state.metric, math.nan if value is None else float(value))
    chosen = all_of(
        f"{titles.get(axis.key, axis.key)} {v:g}" if isinstance(v, float) else f"{axis.key} {v}"
        for axis, v in zip(state.grid.axes, trial.values, strict=True)
    )
    return tr(
        "{get} {shown} with {chosen}",
        get=dict(METRICS).get(state.metric, state.metric),
        shown=found,
        chosen=chosen,
    )
