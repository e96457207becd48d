"""Context as columns by time, and context given as a dictionary."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from numbers import Number
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ml4t_desktop.errors import Problem
from ml4t_desktop.market import Column, TextColumn
from ml4t_desktop.units import microseconds
from ml4t_desktop.wording import say

Value = float | int | bool | str | None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ContextTable:
    """Market-wide values, one row for each time.

    Parameters
    ----------
    time : ndarray of int64, shape (C,)
        Microseconds since the epoch (UTC), strictly increasing.
    columns : mapping of str to Column
        Length C each.
    whole_days : bool
        Whether every time is midnight where the source keeps its clock.
    problems : tuple of Problem
        Warnings.
    """

    time: NDArray[np.int64]
    columns: Mapping[str, Column]
    whole_days: bool = False
    problems: tuple[Problem, ...] = ()


def table_of_values(
    values: Mapping[datetime, Mapping[str, Value]] | Mapping[date, Mapping[str, Value]],
) -> ContextTable:
    """Return a dictionary by time as a table; see `with_context_values` for errors."""
    rows: dict[int, Mapping[str, Value]] = {}
    for when, row in values.items():
        _refuse_unless_row(when, row)
        us = microseconds(when)
        if us in rows and dict(rows[us]) != dict(row):
            message = say(
                "context_data has two different entries for {isoformat}", isoformat=when.isoformat()
            )
            raise ValueError(message)
        rows[us] = row
    ordered = sorted(rows.items())
    names = dict.fromkeys(name for _, row in ordered for name in row)
    columns = {name: _column(name, [row.get(name) for _, row in ordered]) for name in names}
    return ContextTable(time=np.array([us for us, _ in ordered], np.int64), columns=columns)


def _refuse_unless_row(when: Any, row: Any) -> None:
    if not isinstance(when, date):
        message = say("context_data needs datetimes as keys, not {when!r}", when=when)
        raise ValueError(message)  # noqa: TRY004 (documented: ValueError for every wrong value)
    if not isinstance(row, Mapping):
        message = say(
            "context_data at {isoformat} must map names to values, not {row!r}",
            isoformat=when.isoformat(),
            row=row,
        )
        raise ValueError(message)  # noqa: TRY004 (documented: ValueError for every wrong value)


def _column(name: str, values: list[Any]) -> Column:
    """Return the values of one name; None and NaN are absent."""
    given = [value for value in values if value is not None]
    texts = [value for value in given if isinstance(value, str)]
    wrong = [value for value in given if not isinstance(value, str | Number | np.bool_)]
    if wrong:
        message = say(
            "context_data: '{name}' must be a number, a flag or a text, not {wrong!r}",
            name=name,
            wrong=wrong[0],
        )
        raise ValueError(message)
    numbers = [v for v in given if not isinstance(v, str) and v == v]  # noqa: PLR0124 (not NaN)
    if texts and numbers:
        message = say(
            "context_data: '{name}' is a number at some times ({numbers!r}) and a text at others "
            "({texts!r}); use one kind",
            name=name,
            numbers=numbers[0],
            texts=texts[0],
        )
        raise ValueError(message)
    if not texts:
        return np.array([np.nan if v is None else float(v) for v in values], np.float64)
    labels = sorted(set(texts))
    code = {label: place for place, label in enumerate(labels)}
    codes = [code[v] if isinstance(v, str) else -1 for v in values]
    return TextColumn(np.array(codes, np.int32), tuple(labels))
