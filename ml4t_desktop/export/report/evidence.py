"""What a report says of how far its run can be believed: intervals, other assumptions, luck and costs."""

from collections.abc import Callable
from typing import Any

import numpy as np

from ml4t_desktop.analysis.account.returns import period_returns
from ml4t_desktop.analysis.definitions import DEFINITIONS
from ml4t_desktop.analysis.undefined import Undefined
from ml4t_desktop.analysis.validity.bootstrap import CONE, Interval
from ml4t_desktop.analysis.validity.verdict import Evidence, Remark, verdict
from ml4t_desktop.export.report.numbers import numbers, plain
from ml4t_desktop.result.run_result import RunResult

_MILLISECONDS_PER_DAY = 86_400_000


def evidence_content(
    evidence: Evidence, result: RunResult, words: Callable[[Remark], str], places: np.ndarray
) -> dict[str, Any]:
    """Return what is known of how far a run can be believed, as JSON takes it.

    Parameters
    ----------
    words : callable
        Returns a remark with its numbers written.
    places : ndarray of int
        The points of the equity curve that the report shows; those of the variants are the same.
    """
    found = verdict(evidence)
    return {
        "verdict": [
            {"tone": remark.tone, "text": words(remark)}
            for remark in (found.headline, *found.remarks)
        ],
        "intervals": [
            _interval(item)
            for item in (
                *(evidence.redrawn.intervals if evidence.redrawn is not None else ()),
                *evidence.trade_intervals,
            )
        ],
        "sharpe": _sharpe(evidence),
        "costs": _costs(evidence),
        "cone": _cone(evidence, result),
        "variants": [
            {
                "name": item.assumption,
                "total_return": plain(item.total_return),
                "sharpe": plain(item.sharpe),
                "max_drawdown": plain(item.max_drawdown),
                "trades": item.trades,
                "equity": numbers(item.equity[places]) if item.equity.size > places.max(initial=-1) else [],
            }
            for item in evidence.variants
        ],
        "luck": _luck(evidence),
    }  # fmt: skip


def _interval(item: Interval) -> dict[str, Any]:
    definition = next(known for known in DEFINITIONS if known.name == item.name)
    return {
        "name": item.name,
        "title": definition.title,
        "kind": definition.kind,
        "value": plain(item.value),
        "low": plain(item.low),
        "high": plain(item.high),
    }


def _sharpe(evidence: Evidence) -> dict[str, Any] | None:
    """Return how sure the Sharpe ratio is; None where nothing can be said."""
    sample, found, year = evidence.sample, evidence.deflated, evidence.periods_per_year
    if isinstance(sample, Undefined) or isinstance(found, Undefined):
        return None
    needed = sample.shortest_track_record()
    return {
        "above_zero": _known(sample.probability_above(0.0)),
        "trials": found.trials,
        "hurdle": _known(found.hurdle * year**0.5),
        "deflated": _known(found.probability),
        "years_needed": None if isinstance(needed, Undefined) else plain(needed / year),
        "years": plain(sample.count / year),
    }


def _costs(evidence: Evidence) -> dict[str, Any]:
    view = evidence.costs
    return {
        "steps": [{"name": step.name, "amount": plain(step.amount)} for step in view.steps],
        "break_even": _known(view.break_even),
        "paid_rate": _known(view.paid_rate),
        "bearable_rate": _known(view.bearable_rate),
    }


def _cone(evidence: Evidence, result: RunResult) -> dict[str, Any] | None:
    redrawn = evidence.redrawn
    if redrawn is None:
        return None
    periods = period_returns(result)
    return {
        "levels": list(CONE),
        "paths": redrawn.paths,
        "block": redrawn.block,
        "loss": plain(redrawn.loss),
        "time": (redrawn.days * _MILLISECONDS_PER_DAY).tolist(),
        "lines": [numbers(line) for line in redrawn.cone],
        "own": numbers(periods.equity[periods.days.searchsorted(redrawn.days)]),
    }


def _luck(evidence: Evidence) -> dict[str, Any] | None:
    found = evidence.luck
    if found is None or isinstance(found, Undefined):
        return None
    return {
        "own": plain(found.total_return),
        "as_good": found.as_good,
        "returns": numbers(found.returns),
    }


def _known(value: object) -> str | float | int | None:
    return None if isinstance(value, Undefined) else plain(value)
