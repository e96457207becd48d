"""A frame of market-wide values as one row for each time."""

from collections.abc import Sequence

import numpy as np
import polars as pl
from numpy.typing import NDArray

from ml4t_desktop.errors import InputError, Problem
from ml4t_desktop.files.columns.number_texts import Decimal
from ml4t_desktop.files.columns.recognition import Schema, recognised
from ml4t_desktop.files.columns.times import Times, read_times
from ml4t_desktop.files.columns.values import as_numbers_or_texts, equal_neighbours, take, to_column
from ml4t_desktop.files.context.context_values import ContextTable
from ml4t_desktop.files.findings import (
    counted,
    gathering,
    listed,
    time_text,
    unknown_column,
)
from ml4t_desktop.market import Column
from ml4t_desktop.request import Repairs, TableForm
from ml4t_desktop.wording import mark, say

AUTOMATIC = TableForm()


def context_columns(
    schema: Schema, time: str | None, columns: tuple[str, ...], source: str
) -> tuple[str, tuple[str, ...]]:
    """Return the column of times and the columns to join; all but the time if none are named.

    Raises
    ------
    InputError
        If a named column is not there, or no time is recognised; all at once.
    """
    names = list(schema)
    named = [("columns", name) for name in columns] + ([("time", time)] if time else [])
    problems = [
        unknown_column(source, key, name, names) for key, name in named if name not in schema
    ]
    found = time or recognised(schema, "time", set(columns))
    if found is None:
        what = say(
            "no column is recognised as time; the columns are: {names}", names=", ".join(names)
        )
        fix = mark('Name it: time = "…" in [context]')
        problems.append(Problem(where=source, what=what, fix=fix))
    if problems or found is None:
        raise InputError(problems)
    if columns:
        return found, tuple(dict.fromkeys(columns))
    rest = tuple(
        name
        for name, kind in schema.items()
        if name != found and not kind.is_temporal() and not kind.is_nested()
    )
    return found, rest


def context_table(  # noqa: PLR0913 (what a table brings along, by keyword)
    frame: pl.DataFrame,
    *,
    time: str | None,
    columns: tuple[str, ...],
    repairs: Repairs,
    source: str,
    form: TableForm = AUTOMATIC,
    decimal: Decimal | None = None,
    notes: Sequence[Problem] = (),
    is_repeated: bool = False,
) -> ContextTable:
    """Return the context of a frame, sorted by time, one row for each; see `with_context`.

    Parameters
    ----------
    form : TableForm
        How the table is written.
    decimal : {".", ","} or None
        The decimal mark of numbers kept as texts.
    notes : sequence of Problem
        How the table was read.
    is_repeated : bool
        Whether the same values are expected again and again, as in a file of prices.
    """
    time, names = context_columns(frame.schema, time, columns, source)
    problems: list[Problem] = []
    times: Times | None = None
    values: dict[str, Column] = {}
    said = [*notes]
    with gathering(problems):
        times = read_times(frame[time], source, form=form)
    for name in names:
        with gathering(problems):
            series = as_numbers_or_texts(
                frame[name], source, lambda place: place + 1, decimal=decimal, notes=said
            )
            values[name] = to_column(series)
    if problems or times is None:
        raise InputError(problems)
    if not times.us.size:
        raise InputError(
            Problem(
                where=source, what=mark("there are no rows"), fix=mark("Give a file with values")
            )
        )
    kept, found = _distinct(times.us, values, repairs, source)
    if is_repeated:
        found = [problem for problem in found if "same values" not in problem.what]
        what = say(
            "{size} of {size2} become context",
            size=counted(kept.size, "time"),
            size2=counted(times.us.size, "row"),
        )
        found.append(Problem(where=source, what=what, severity="note"))
    return ContextTable(
        time=times.us[kept],
        columns={name: take(column, kept) for name, column in values.items()},
        whole_days=times.whole_days,
        problems=(*said, *times.problems, *found),
    )


def _distinct(
    us: NDArray[np.int64], values: dict[str, Column], repairs: Repairs, source: str
) -> tuple[NDArray[np.int64], list[Problem]]:
    """Return the rows to use, in order of time."""
    order = np.argsort(us, kind="stable")
    same = np.diff(us[order]) == 0
    if not same.any():
        return order, []
    equal = np.ones(same.size, np.bool_)
    for column in values.values():
        equal &= equal_neighbours(take(column, order))
    differing = np.flatnonzero(same & ~equal) + 1
    if differing.size and repairs.duplicate_context == "refuse":
        fix = mark('Mend the file, or set duplicate_context = "first" or "last" in [data.repairs]')
        raise InputError(_repeated(us, order, differing, source, mark("with other values"), fix))
    starts = np.flatnonzero(np.concatenate(([True], ~same)))
    use_last = repairs.duplicate_context == "last" and differing.size > 0
    kept = np.append(starts[1:], us.size) - 1 if use_last else starts
    found: list[Problem] = []
    if differing.size:
        fix = say(
            "The {duplicate_context} is used, as [data.repairs] says",
            duplicate_context=repairs.duplicate_context,
        )
        found.append(
            _repeated(us, order, differing, source, mark("with other values"), fix, "warning")
        )
    identical = np.flatnonzero(same & equal) + 1
    if identical.size:
        fix = mark("One of them is used; remove the repetitions")
        found.append(
            _repeated(us, order, identical, source, mark("with the same values"), fix, "warning")
        )
    return order[kept], found


def _repeated(
    us: NDArray[np.int64],
    order: NDArray[np.int64],
    rows: NDArray[np.int64],
    source: str,
    how: str,
    fix: str,
    severity: str = "error",
) -> Problem:
    numbers = (order[rows] + 1).tolist()
    first = order[rows[0]]
    return Problem(
        where=say("{source}, row {numbers}", source=source, numbers=numbers[0]),
        what=say(
            "{us} occurs again {how}; {count} of this kind (rows {numbers})",
            us=time_text(int(us[first])),
            how=how,
            count=counted(len(numbers), "row"),
            numbers=listed(numbers),
        ),
        fix=fix,
        severity="warning" if severity == "warning" else "error",
    )
