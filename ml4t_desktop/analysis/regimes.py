"""States of the market that charts can be shaded by: texts of the context, and the conditions on it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ml4t_desktop.market.columns import Column, TextColumn
from ml4t_desktop.market.market import Market
from ml4t_desktop.request import Request
from ml4t_desktop.request.conditions import Clause, clauses
from ml4t_desktop.request.strategy import RuleStrategy
from ml4t_desktop.wording import mark

_CONTEXT: Final = "context."
_FAILS: Final = mark("does not hold")
_MOST_STATES: Final = 12
_COMPARISONS: Final[Mapping[str, Callable[[NDArray[np.float64], float], NDArray[np.bool_]]]] = {
    ">": np.greater,
    ">=": np.greater_equal,
    "<": np.less,
    "<=": np.less_equal,
}


@dataclass(frozen=True, slots=True)
class Regime:
    """What a chart can be shaded by.

    Parameters
    ----------
    key : str
        Stable name; the full name of a column, and the comparison if there is one.
    title : str
    column : str
        Full name of a context column.
    op : str
        Comparison with `level`; empty for the states of a text.
    """

    key: str
    title: str
    column: str
    op: str = ""
    level: float = 0.0

    def states(self, values: Column) -> tuple[NDArray[np.int32], tuple[str, ...]]:
        """Return the state at every bar as the place of its label, -1 for none, and the labels.

        Of a comparison only the bars at which it does not hold have a state.
        """
        if isinstance(values, TextColumn):
            return values.codes.astype(np.int32), values.labels
        with np.errstate(invalid="ignore"):
            fails = ~_COMPARISONS[self.op](values, self.level) & ~np.isnan(values)
        return np.where(fails, 0, -1).astype(np.int32), (_FAILS,)


def regimes(market: Market, request: Request) -> tuple[Regime, ...]:
    """Return what charts of a run can be shaded by: texts of few states first, then its conditions."""
    found = [
        Regime(f"{_CONTEXT}{name}", name, f"{_CONTEXT}{name}")
        for name, column in market.context.items()
        if isinstance(column, TextColumn) and len(column.labels) <= _MOST_STATES
    ]
    if isinstance(request.strategy, RuleStrategy):
        for side in ("entry", "exit", "short_entry", "short_exit", "filter"):
            for clause in clauses(getattr(request.strategy, side)):
                regime = _of_clause(clause)
                if regime is not None and regime not in found:
                    found.append(regime)
    return tuple(found)


def _of_clause(clause: Clause) -> Regime | None:
    is_number = isinstance(clause.value, int | float) and not isinstance(clause.value, bool)
    if not clause.column.startswith(_CONTEXT) or clause.op not in _COMPARISONS or not is_number:
        return None
    level = float(clause.value)  # pyright: ignore[reportArgumentType]  (it is a number)
    name = clause.column.removeprefix(_CONTEXT)
    title = f"{name} {clause.op} {level:g}"
    return Regime(f"{clause.column} {clause.op} {level:g}", title, clause.column, clause.op, level)
