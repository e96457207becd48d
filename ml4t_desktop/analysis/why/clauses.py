"""Each clause of a rule at one bar: its values, whether it holds, and what was missing."""

from dataclasses import dataclass
from typing import Final, Literal

import numpy as np

from ml4t_desktop.engine.rules.conditions import rows_where
from ml4t_desktop.market import Market
from ml4t_desktop.market.columns import column_value
from ml4t_desktop.market.market import PREVIOUS
from ml4t_desktop.request.conditions import All, AnyOf, Clause, Condition, Not

_ABOVE: Final = frozenset({">", ">=", "crosses_above"})
_BELOW: Final = frozenset({"<", "<=", "crosses_below"})
_LOOKS_BACK: Final = frozenset({"rising", "falling", "crosses_above", "crosses_below"})
_RANKED: Final = frozenset({"top_n", "bottom_n"})
Known = float | str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ClauseState:
    """A clause at one bar.

    Parameters
    ----------
    clause : Clause
    holds : bool
    value : float, str or None
        Of its column; None where there is none.
    other : float, str or None
        Of its second column.
    before : float, str or None
        Of its column at the asset's bar before, for clauses that look back.
    rank : int or None
        Place of the asset among those of the time, 1 for the first, for clauses on ranks.
    missing : float or None
        What would have to be added to the value for the clause to hold (zero: the limit itself does not
        count); None where it holds, or where no number says it.
    """

    clause: Clause
    holds: bool
    value: Known
    other: Known = None
    before: Known = None
    rank: int | None = None
    missing: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Branch:
    """Clauses joined, at one bar."""

    kind: Literal["all", "any", "not"]
    holds: bool
    parts: tuple["State", ...]


State = ClauseState | Branch


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A clause that would have to be otherwise: to hold, or not to."""

    state: ClauseState
    to_hold: bool


def state_at(market: Market, condition: Condition, row: int) -> State:
    """Return every clause of a condition at a row of the market.

    Parameters
    ----------
    market : Market
        As the run used it.
    row : int
    """
    match condition:
        case All():
            parts = tuple(state_at(market, part, row) for part in condition.all)
            return Branch(kind="all", holds=all(part.holds for part in parts), parts=parts)
        case AnyOf():
            parts = tuple(state_at(market, part, row) for part in condition.any)
            return Branch(kind="any", holds=any(part.holds for part in parts), parts=parts)
        case Not():
            part = state_at(market, condition.not_, row)
            return Branch(kind="not", holds=not part.holds, parts=(part,))
        case Clause():
            return _clause_at(market, condition, row)


def changes_needed(state: State, *, to_hold: bool = True) -> tuple[Change, ...]:
    """Return the fewest clauses that would have to be otherwise for a state to hold (or not to).

    Of several that would do alone, the first is named.
    """
    if state.holds == to_hold:
        return ()
    if isinstance(state, ClauseState):
        return (Change(state=state, to_hold=to_hold),)
    if state.kind == "not":
        return changes_needed(state.parts[0], to_hold=not to_hold)
    needed = [changes_needed(part, to_hold=to_hold) for part in state.parts]
    wants_all = (state.kind == "all") == to_hold
    if wants_all:
        return tuple(change for part in needed for change in part)
    return min(needed, key=len, default=())


def value_at(market: Market, name: str, row: int) -> Known:
    """Return the value of a column at a row of the market; None where there is none, or for row -1."""
    if row < 0:
        return None
    at = time_of(market, row) if name.startswith("context.") else row
    return column_value(market.column(name), at)


def time_of(market: Market, row: int) -> int:
    """Return the index of the timestamp of a row."""
    return int(np.searchsorted(market.row_start, row, side="right")) - 1


def _clause_at(market: Market, clause: Clause, row: int) -> ClauseState:
    holds = bool(rows_where(market, clause)[row])
    value = value_at(market, clause.column, row)
    other = value_at(market, clause.other, row) if clause.other else None
    looks_back = clause.op in _LOOKS_BACK
    previous = int(market.rows[PREVIOUS, row])
    return ClauseState(
        clause=clause,
        holds=holds,
        value=value,
        other=other,
        before=value_at(market, clause.column, previous) if looks_back else None,
        rank=_rank(market, clause, row) if clause.op in _RANKED else None,
        missing=None if holds else _missing(clause, value, other),
    )


def _missing(clause: Clause, value: Known, other: Known) -> float | None:
    if not isinstance(value, float):
        return None
    if clause.op == "between" and isinstance(clause.value, tuple):
        low, high = (float(item) for item in clause.value)
        return low - value if value < low else high - value
    limit = other if clause.other else clause.value
    if not isinstance(limit, int | float) or clause.op not in _ABOVE | _BELOW | {"=="}:
        return None
    gap = float(limit) - value
    is_beyond = (clause.op in _ABOVE and gap < 0) or (clause.op in _BELOW and gap > 0)
    return None if is_beyond else gap  # beyond and yet not holding: it was there before already


def _rank(market: Market, clause: Clause, row: int) -> int | None:
    value = value_at(market, clause.column, row)
    if not isinstance(value, float):
        return None
    t = time_of(market, row)
    start, stop = int(market.row_start[t]), int(market.row_start[t + 1])
    column = market.column(clause.column)
    assert isinstance(column, np.ndarray)  # noqa: S101 (its value is a number)
    if clause.column.startswith("context."):
        return 1 + (row - start)  # all are equal; ties go by symbol
    values = column[start:stop]
    ahead = values > value if clause.op == "top_n" else values < value
    ties = values[: row - start] == value
    return 1 + int(np.count_nonzero(ahead)) + int(np.count_nonzero(ties))
