"""A file that a run is measured against: prices or returns by time, laid on the times of a market."""

from dataclasses import replace
from pathlib import Path
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from ml4t_desktop.errors import InputError, Problem
from ml4t_desktop.files.columns.recognition import Schema, recognised
from ml4t_desktop.files.context.context_table import context_columns, context_table
from ml4t_desktop.files.context.context_values import ContextTable
from ml4t_desktop.files.context.match import ContextMatch, matched_rows
from ml4t_desktop.files.findings import counted, named, time_text
from ml4t_desktop.files.formats.tables import open_table, table_sample
from ml4t_desktop.files.inside import shown_name
from ml4t_desktop.market.columns import TextColumn
from ml4t_desktop.market.market import BenchmarkLine, Market
from ml4t_desktop.request import BenchmarkFile, Repairs, TableForm
from ml4t_desktop.units import MICROSECONDS_PER_DAY
from ml4t_desktop.wording import mark, say

_NOT_RECOGNISED: Final = {
    "price": mark(
        "no column is recognised as the price of the benchmark; the columns are: {columns}"
    ),
    "return": mark(
        "no column is recognised as the return of the benchmark; the columns are: {columns}"
    ),
}
_LARGE_RETURN: Final = 0.5  # half of all returns beyond it: they are in per cent, or no returns
Times = NDArray[np.int64]
Values = NDArray[np.float64]


def read_benchmark(source: BenchmarkFile, base: Path) -> ContextTable:
    """Return the worth of a benchmark at the times of its file, as its only column.

    Parameters
    ----------
    base : Path
        Folder that a relative path starts from.

    Raises
    ------
    InputError
        If the file, its columns or its values are refused.
    """
    path = base / source.file
    form = TableForm(**{name: getattr(source, name) for name in TableForm.model_fields})
    sample = table_sample(path, form)
    column = source.column or _value_column(sample.schema, source, shown_name(path))
    time, _ = context_columns(sample.schema, source.time, (column,), shown_name(path))
    read = open_table(path, form, columns=[time, column])
    table = context_table(
        read.frame,
        time=time,
        columns=(column,),
        repairs=Repairs(),
        source=shown_name(path),
        form=form,
        decimal=read.decimal,
        notes=read.notes,
    )
    return worth_of(table, column, source.values, shown_name(path))


def benchmark_of_frame(frame: pl.DataFrame, source: BenchmarkFile) -> ContextTable:
    """Return the worth of a benchmark at the times of a frame; see `read_benchmark`.

    Raises
    ------
    InputError
        If its columns or values are refused.
    """
    column = source.column or _value_column(frame.schema, source, source.file)
    time, _ = context_columns(frame.schema, source.time, (column,), source.file)
    table = context_table(
        frame, time=time, columns=(column,), repairs=Repairs(), source=source.file
    )
    return worth_of(table, column, source.values, source.file)


def worth_of(table: ContextTable, column: str, values: str, source: str) -> ContextTable:
    """Return a table of prices or returns as one of worth; times without a value are left out.

    Raises
    ------
    InputError
        If it holds texts, no value, prices of zero or less, or a return of -100 % or less.
    """
    found = table.columns[column]
    if isinstance(found, TextColumn):
        what = say("{column} holds texts, not numbers", column=column)
        fix = mark("Name another column in [data.benchmark]")
        raise InputError(Problem(where=source, what=what, fix=fix))
    known = np.isfinite(found)
    time, numbers = table.time[known], found[known]
    if not numbers.size:
        fix = mark("Name a column with numbers in [data.benchmark]")
        what = say("{column} has no value", column=column)
        raise InputError(Problem(where=source, what=what, fix=fix))
    warnings = [*table.problems]
    if numbers.size < found.size:
        missing = found.size - numbers.size
        first = time_text(int(table.time[~known][0]))
        what = say(
            "{rows} of the benchmark without a value (first at {first})",
            rows=counted(missing, "row"),
            first=first,
        )
        fix = mark("They are left out: the benchmark keeps its latest value")
        warnings.append(Problem(where=source, what=what, fix=fix, severity="warning"))
    if values == "return":
        warnings += _doubts_about_returns(numbers, column, source)
        worth = np.cumprod(
            1.0 + _checked(time, numbers, -1.0, column, source, "return"), dtype=np.float64
        )
    else:
        worth = _checked(time, numbers, 0.0, column, source, "price")
    return ContextTable(
        time=time, columns={column: worth}, whole_days=table.whole_days, problems=tuple(warnings)
    )


def with_benchmark(
    market: Market, table: ContextTable, source: BenchmarkFile
) -> tuple[Market, tuple[Problem, ...]]:
    """Return a market with a benchmark laid on its times, and warnings about what they do not share."""
    name = Path(source.file)
    time, problems = _on_days(market.timestamps, table, name.name)
    worth = next(iter(table.columns.values()))
    assert not isinstance(worth, TextColumn)  # noqa: S101 (`worth_of` refuses texts)
    row = matched_rows(market.timestamps, time, ContextMatch(match=source.match))
    values = np.append(worth, np.nan)[row]
    problems += _gaps(market.timestamps, time, name.name)
    line = BenchmarkLine(name.stem, values)
    return replace(market, benchmark=line), (*table.problems, *problems)


def _value_column(schema: Schema, source: BenchmarkFile, name: str) -> str:
    """Return the column of values, where none is named."""
    numbers = [
        column
        for column, kind in schema.items()
        if column != source.time and (kind.is_numeric() or kind == pl.String)
        and column != recognised(schema, "time", set())
    ]  # fmt: skip
    close = recognised(schema, "close", set()) if source.values == "price" else None
    plain = [column for column in numbers if schema[column].is_numeric()]
    if close is not None:
        return close
    if len(plain) == 1:
        return plain[0]
    what = say(_NOT_RECOGNISED[source.values], columns=named(list(schema)))
    fix = mark('Name it: column = "…" in [data.benchmark]')
    raise InputError(Problem(where=name, what=what, fix=fix))


def _checked(
    time: Times, numbers: Values, least: float, column: str, source: str, what: str
) -> Values:
    """Return prices above zero, or returns above -100 %."""
    wrong = np.flatnonzero(numbers <= least)
    if not wrong.size:
        return numbers
    first = int(wrong[0])
    number, when = f"{numbers[first]:g}", time_text(int(time[first]))
    if what == "price":
        said = say(
            "{column} is {number} at {when}; prices of a benchmark are above zero",
            column=column,
            number=number,
            when=when,
        )
        fix = mark('If these are returns, set values = "return" in [data.benchmark]')
    else:
        said = say(
            "{column} is {number} at {when}; a return is above -1 (-100 %)",
            column=column,
            number=number,
            when=when,
        )
        fix = mark('Give returns as fractions, or set values = "price" in [data.benchmark]')
    if wrong.size > 1:
        said = say("{said}; {rows} of this kind", said=said, rows=counted(wrong.size, "row"))
    raise InputError(Problem(where=source, what=said, fix=fix))


def _doubts_about_returns(numbers: Values, column: str, source: str) -> list[Problem]:
    if float(np.median(np.abs(numbers))) <= _LARGE_RETURN:
        return []
    what = say("half of the returns in {column} are beyond 50 %", column=column)
    fix = mark('Give them as fractions (0.01 is 1 %), or set values = "price" in [data.benchmark]')
    return [Problem(where=source, what=what, fix=fix, severity="warning")]


def _on_days(timestamps: Times, table: ContextTable, source: str) -> tuple[Times, list[Problem]]:
    """Return the times of the file, those of days where the bars are days and the file has a clock."""
    has_days = bool(timestamps.size) and not (timestamps % MICROSECONDS_PER_DAY).any()
    days = table.time // MICROSECONDS_PER_DAY * MICROSECONDS_PER_DAY
    if not has_days or not (table.time % MICROSECONDS_PER_DAY).any():
        return table.time, []
    if np.any(
        np.diff(days) == 0
    ):  # several a day: the latest at or before midnight is all there is
        what = mark(
            "the benchmark has several values a day, the bars are days; a day takes the value before its midnight"
        )
        fix = mark("Give the benchmark by day")
        return table.time, [Problem(where=source, what=what, fix=fix, severity="warning")]
    what = mark("the benchmark has times of day, the bars are days; it is matched by day")
    return days, [Problem(where=source, what=what, severity="note")]


def _gaps(timestamps: Times, time: Times, source: str) -> list[Problem]:
    """Return what is told of times of the bars that the benchmark has not."""
    if not timestamps.size:
        return []
    found: list[Problem] = []
    first, last = int(time[0]), int(time[-1])
    inside = (timestamps >= first) & (timestamps <= last)
    if not inside.any():
        what = say(
            "the benchmark ({first} to {last}) shares no time with the bars ({start} to {end})",
            first=time_text(first),
            last=time_text(last),
            start=time_text(int(timestamps[0])),
            end=time_text(int(timestamps[-1])),
        )
        fix = mark("Check the period of both")
        return [Problem(where=source, what=what, fix=fix, severity="warning")]
    before = int(np.count_nonzero(timestamps < first))
    after = int(np.count_nonzero(timestamps > last))
    gaps = timestamps[inside & ~np.isin(timestamps, time)]
    if before:
        what = say(
            "the benchmark begins at {first}, {times} of the bars before it",
            first=time_text(first),
            times=counted(before, "time"),
        )
        fix = mark("The run is measured from there on")
        found.append(Problem(where=source, what=what, fix=fix, severity="warning"))
    if after:
        what = say(
            "the benchmark ends at {last}, {times} of the bars after it",
            last=time_text(last),
            times=counted(after, "time"),
        )
        fix = mark("Its last value is used for all of the rest")
        found.append(Problem(where=source, what=what, fix=fix, severity="warning"))
    if gaps.size:
        what = say(
            "the benchmark has no value of its own at {times} of the bars (first {first})",
            times=counted(gaps.size, "time"),
            first=time_text(int(gaps[0])),
        )
        fix = mark("Its latest value is used there, so that it does not move")
        severity = "warning" if gaps.size * 20 > timestamps.size else "note"
        found.append(Problem(where=source, what=what, fix=fix, severity=severity))
    return found
