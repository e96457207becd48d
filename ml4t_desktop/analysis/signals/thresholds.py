"""The whole backtest over the values a threshold could have had."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np

from ml4t_desktop.analysis.undefined import Undefined
from ml4t_desktop.analysis.validity.stress import variant_of
from ml4t_desktop.engine.control import RunControl
from ml4t_desktop.engine.rules.rule_run import run_rules
from ml4t_desktop.market import Market, TextColumn
from ml4t_desktop.request import Request
from ml4t_desktop.request.conditions import All, AnyOf, Clause, Condition, Not, clauses
from ml4t_desktop.wording import say

POINTS: Final = 21
_ORDERED: Final = frozenset({">", ">=", "<", "<="})
Side = Literal["entry", "short_entry"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ThresholdPoint:
    """What a run would have made with another threshold.

    Parameters
    ----------
    threshold : float
    selected : float
        Share of the bars with a value that the clause alone lets through.
    final_value, total_return, max_drawdown : float
    sharpe : float or None
    trades : int
        Closed ones.
    exposure : float
        Share of the timestamps with a position.
    """

    threshold: float
    selected: float
    final_value: float
    total_return: float
    sharpe: float | None
    max_drawdown: float
    trades: int
    exposure: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ThresholdCurve:
    """The run over the thresholds of one clause of its entry rule.

    Parameters
    ----------
    clause : Clause
    points : tuple of ThresholdPoint
        By ascending threshold; the present one is among them.
    """

    clause: Clause
    points: tuple[ThresholdPoint, ...]

    @property
    def present(self) -> float:
        """The threshold as it is."""
        return float(self.clause.value)  # pyright: ignore[reportArgumentType]  (an ordered clause holds a number)


def threshold_curve(
    market: Market,
    request: Request,
    name: str,
    advance: Callable[[float], None],
    control: RunControl | None = None,
) -> ThresholdCurve | Undefined:
    """Run the rules of a request over the thresholds of the first entry clause on a signal.

    Parameters
    ----------
    market : Market
        As the run used it.
    name : str
        Of the signal, without ``signal.``.
    advance : callable
        Told the share that is done after every run; raises when nobody waits for them any more.
    control : RunControl, optional
        Stops a run that goes on.
    """
    found = entry_clause(request, name)
    column = market.signals[name]
    if found is None or isinstance(column, TextColumn):
        return Undefined(say("no entry clause compares {name} with a number", name=name))
    side, clause = found
    values = np.sort(column[np.isfinite(column)])
    if not values.size:
        return Undefined(say("{name} has no value", name=name))
    present = float(clause.value)  # pyright: ignore[reportArgumentType]  (an ordered clause holds a number)
    thresholds = _thresholds(values, present)
    points: list[ThresholdPoint] = []
    for threshold in thresholds:
        asked = with_threshold(request, side, clause, threshold)
        result = run_rules(market, asked, control)
        variant = variant_of(result, "as_asked")
        held = result.equity["open_positions"].to_numpy() > 0
        points.append(
            ThresholdPoint(
                threshold=threshold,
                selected=_selected(values, clause.op, threshold),
                final_value=result.final_value,
                total_return=variant.total_return,
                sharpe=variant.sharpe,
                max_drawdown=variant.max_drawdown,
                trades=variant.trades,
                exposure=float(held.mean()) if held.size else 0.0,
            )
        )
        advance(len(points) / len(thresholds))
    return ThresholdCurve(clause=clause, points=tuple(points))


def entry_clause(request: Request, name: str) -> tuple[Side, Clause] | None:
    """Return the first entry clause that holds a signal against a number, and its side."""
    sides: tuple[Side, ...] = ("entry", "short_entry")
    for side in sides:
        for clause in clauses(getattr(request.strategy, side)):
            if (
                clause.column == f"signal.{name}"
                and clause.op in _ORDERED
                and isinstance(clause.value, int | float)
            ):
                return side, clause
    return None


def with_threshold(request: Request, side: Side, clause: Clause, threshold: float) -> Request:
    """Return the request with another threshold in one clause of a side's entry rule."""
    condition = _replaced(getattr(request.strategy, side), clause, threshold)
    strategy = request.strategy.model_copy(update={side: condition})
    return request.model_copy(update={"strategy": strategy})


def _replaced(condition: Condition, clause: Clause, threshold: float) -> Condition:
    if condition is clause:
        return clause.model_copy(update={"value": threshold})
    match condition:
        case All():
            parts = tuple(_replaced(part, clause, threshold) for part in condition.all)
            return condition.model_copy(update={"all": parts})
        case AnyOf():
            parts = tuple(_replaced(part, clause, threshold) for part in condition.any)
            return condition.model_copy(update={"any": parts})
        case Not():
            inner = _replaced(condition.not_, clause, threshold)
            return condition.model_copy(update={"not_": inner})
        case _:
            return condition


def _thresholds(values: np.ndarray, present: float) -> list[float]:
    """Return values that let shares of the bars through, evenly spread, and the present one."""
    shares = np.linspace(0.0, 1.0, POINTS + 1)[:-1]
    return sorted({*np.quantile(values, shares, method="nearest").tolist(), present})


def _selected(values: np.ndarray, op: str, threshold: float) -> float:
    below = np.searchsorted(values, threshold, side="left")
    up_to = np.searchsorted(values, threshold, side="right")
    count = {
        ">": values.size - up_to,
        ">=": values.size - below,
        "<": below,
        "<=": up_to,
    }[op]
    return float(count / values.size)
