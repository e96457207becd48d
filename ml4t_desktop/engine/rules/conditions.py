"""Clauses as columns: which rows of a market a rule holds for.

A condition that uses only context is a mask over the T timestamps, any other one over the N rows;
masks over timestamps are spread over the rows when the two meet. Clauses are two-valued: a
comparison with null is false.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ml4t_desktop.engine.machine import best_of_timestamp, crossed, stepped
from ml4t_desktop.engine.workspace import workspace_of
from ml4t_desktop.errors import InputError, Problem
from ml4t_desktop.market import Column, Market, TextColumn
from ml4t_desktop.market.market import PREVIOUS
from ml4t_desktop.request.conditions import All, AnyOf, Clause, Condition, Not
from ml4t_desktop.wording import mark, say

Mask = NDArray[np.bool_]
Numbers = NDArray[np.float64]

_COMPARE: dict[str, Callable[[Numbers, Numbers | float], Mask]] = {
    ">": np.greater,
    ">=": np.greater_equal,
    "<": np.less,
    "<=": np.less_equal,
    "==": np.equal,
}


@dataclass(frozen=True, slots=True, eq=False)
class _Held:
    """A mask and whether it is over timestamps."""

    mask: Mask
    by_time: bool


def rows_where(market: Market, condition: Condition) -> Mask:
    """Return the rows for which a condition holds.

    Parameters
    ----------
    market : Market
    condition : Condition

    Returns
    -------
    ndarray of bool, shape (N,)

    Raises
    ------
    InputError
        If a clause compares texts with numbers, or names a column the market does not have.
    """
    key = "rows where", repr(condition)
    return workspace_of(market).column(key, lambda: _over_rows(market, condition))


def _over_rows(market: Market, condition: Condition) -> Mask:
    held = _evaluate(market, condition)
    return spread(market, held.mask) if held.by_time else held.mask


def spread(market: Market, values: np.ndarray) -> np.ndarray:
    """Return values per timestamp as values per row."""
    return np.repeat(values, np.diff(market.row_start))


def _evaluate(market: Market, condition: Condition) -> _Held:
    match condition:
        case All():
            return _join(market, condition.all, np.logical_and, empty=True)
        case AnyOf():
            return _join(market, condition.any, np.logical_or, empty=False)
        case Not():
            held = _evaluate(market, condition.not_)
            return _Held(~held.mask, held.by_time)
        case Clause():
            return _kept(market, condition)


def _join(market: Market, parts: Sequence[Condition], join: np.ufunc, *, empty: bool) -> _Held:
    """Join parts: those over timestamps first among themselves, so that they are spread once."""
    held = [_evaluate(market, part) for part in parts]
    by_time = [part.mask for part in held if part.by_time]
    by_row = [part.mask for part in held if not part.by_time]
    times = _reduce(by_time, join)
    rows = _reduce(by_row, join)
    if rows is None:
        return _Held(np.full(market.time_count, empty) if times is None else times, by_time=True)
    if times is None:
        return _Held(rows, by_time=False)
    return _Held(join(rows, spread(market, times)), by_time=False)


def _reduce(masks: list[Mask], join: np.ufunc) -> Mask | None:
    if not masks:
        return None
    if len(masks) < 2:
        return masks[0]
    result = join(masks[0], masks[1])  # a new one: masks of clauses are kept
    for mask in masks[2:]:
        join(result, mask, out=result)
    return result


def _kept(market: Market, clause: Clause) -> _Held:
    """Return the mask of a clause, kept with the market for other conditions and later runs."""
    mask = workspace_of(market).column(repr(clause), lambda: _clause(market, clause))
    return _Held(mask, _is_by_time(clause))


def _is_by_time(clause: Clause) -> bool:
    """Return whether a clause is about context alone, at one timestamp."""
    names = (clause.column, clause.other or clause.column)
    return clause.op not in _LOOKING_ROUND and all(name.startswith("context.") for name in names)


def _clause(market: Market, clause: Clause) -> Mask:
    column = _column(market, clause.column)
    if clause.op == "is_null":
        return column.codes < 0 if isinstance(column, TextColumn) else np.isnan(column)
    if clause.other is not None:
        return _two_columns(market, clause, column)
    if isinstance(column, TextColumn):
        return _text_clause(clause, column)
    if _names_text(clause):
        if not np.isnan(column).all():
            what = mark("the column holds numbers, and the value is a text")
            raise _misfit(clause, what, mark("Write a number"))
        return np.zeros(column.size, np.bool_)  # nothing in it says that it holds numbers
    if clause.op in _LOOKING_ROUND:
        values = spread(market, column) if clause.column.startswith("context.") else column
        return _LOOKING_ROUND[clause.op](market, clause, values, clause.value)
    return _number_clause(clause, column)


def _number_clause(clause: Clause, column: Numbers) -> Mask:
    value = clause.value
    if isinstance(value, tuple):
        numbers = [float(item) for item in value]
        if clause.op == "between":
            return (column >= numbers[0]) & (column <= numbers[1])
        return _one_of(column, numbers)
    number = np.float64(value)  # pyright: ignore[reportArgumentType] (the request checked it)
    if clause.op == "!=":
        return (column != number) & ~np.isnan(column)
    return _COMPARE[clause.op](column, number)


def _text_clause(clause: Clause, column: TextColumn) -> Mask:
    if clause.op not in {"==", "!=", "in"}:
        what = say("'{op}' needs numbers, and the column holds texts", op=clause.op)
        raise _misfit(clause, what, mark("Use ==, != or in"))
    listed = clause.value if isinstance(clause.value, tuple) else (clause.value,)
    codes = [column.code(str(item)) for item in listed]
    if clause.op == "!=":
        return (column.codes != codes[0]) & (column.codes >= 0)
    return _one_of(column.codes, codes)


def _one_of(values: np.ndarray, listed: Sequence[float]) -> Mask:
    """Return where a value is one of a few listed; comparing with each is quicker than sorting them all."""
    found = values == listed[0] if listed else np.zeros(values.size, np.bool_)
    for item in listed[1:]:
        found |= values == item
    return found


def _two_columns(market: Market, clause: Clause, column: Column) -> Mask:
    other_name = clause.other or ""
    other = _column(market, other_name)
    if isinstance(column, TextColumn) or isinstance(other, TextColumn):
        if not (
            isinstance(column, TextColumn)
            and isinstance(other, TextColumn)
            and clause.op in {"==", "!="}
        ):
            raise _misfit(
                clause,
                mark("texts can be compared only with texts, by == and !="),
                mark("Choose another column"),
            )
        left, right = _same_labels(column, other)
    else:
        left, right = column, other
    if not _is_by_time(clause):
        left = spread(market, left) if clause.column.startswith("context.") else left
        right = spread(market, right) if other_name.startswith("context.") else right
    if clause.op.startswith("crosses"):
        return _crosses(market, clause, left, right)
    if clause.op == "!=":
        return (left != right) & ~np.isnan(left) & ~np.isnan(right)
    return _COMPARE[clause.op](left, right)


def _same_labels(column: TextColumn, other: TextColumn) -> tuple[Numbers, Numbers]:
    """Return two text columns as numbers that are equal where the texts are, NaN where there is none."""
    codes = {label: float(i) for i, label in enumerate(column.labels)}
    for label in other.labels:
        codes.setdefault(label, float(len(codes)))
    return tuple(  # pyright: ignore[reportReturnType] (exactly two)
        np.append([codes[label] for label in text.labels], np.nan)[text.codes]
        for text in (column, other)
    )


def _crosses(market: Market, clause: Clause, left: Numbers, right: Numbers | object) -> Mask:
    sign = 1.0 if clause.op == "crosses_above" else -1.0
    other = right if isinstance(right, np.ndarray) else float(right)  # pyright: ignore[reportArgumentType]
    return crossed(left, other, market.rows[PREVIOUS], sign)


def _steps(market: Market, clause: Clause, values: Numbers, value: object) -> Mask:
    """Return where each of the last steps went up (rising) or down (falling)."""
    count = 1 if value is None else int(value)  # pyright: ignore[reportArgumentType] (a whole number)
    sign = 1.0 if clause.op == "rising" else -1.0
    return stepped(values, market.rows[PREVIOUS], count, sign)


def _best(market: Market, clause: Clause, values: Numbers, value: object) -> Mask:
    sign = 1.0 if clause.op == "top_n" else -1.0
    return best_of_timestamp(values, market.row_start, int(value), sign)  # pyright: ignore[reportArgumentType]


_LOOKING_ROUND = {
    "rising": _steps,
    "falling": _steps,
    "top_n": _best,
    "bottom_n": _best,
    "crosses_above": _crosses,
    "crosses_below": _crosses,
}


def _column(market: Market, name: str) -> Column:
    try:
        return market.column(name)
    except KeyError:
        there = ", ".join(market.column_names())
        what = say("there is no column '{name}'", name=name)
        fix = say("There are {there}", there=there)
        raise InputError(Problem(where="strategy", what=what, fix=fix)) from None


def _names_text(clause: Clause) -> bool:
    values = clause.value if isinstance(clause.value, tuple) else (clause.value,)
    return any(isinstance(value, str) for value in values)


def _misfit(clause: Clause, what: str, fix: str) -> InputError:
    value = (
        f" {clause.value!r}"
        if clause.value is not None
        else f" {clause.other}"
        if clause.other
        else ""
    )
    told = f"{clause.column} {clause.op}{value}"
    where = say("clause {clause}", clause=told)
    return InputError(Problem(where=where, what=what, fix=fix))
