"""Columns of a table to numbers and texts."""

from collections.abc import Callable

import numpy as np
import polars as pl
from numpy.typing import NDArray

from ml4t_desktop.errors import InputError, Problem
from ml4t_desktop.files.columns.number_texts import NO_TEXT, Decimal, read_numbers, without_words
from ml4t_desktop.files.findings import of_this_kind
from ml4t_desktop.market import Column, TextColumn
from ml4t_desktop.wording import joined, mark, say

_SAMPLE = 1_000
RowNumber = Callable[[int], int]


def as_numbers(
    column: pl.Series,
    source: str,
    row_number: RowNumber,
    *,
    decimal: Decimal | None = None,
    notes: list[Problem] | None = None,
) -> pl.Series:
    """Return a column as Float64 or Float32; null where there is no value.

    Texts are read in the notation they share (``$1,234.50``, ``12%``); see `number_texts`.

    Parameters
    ----------
    row_number : callable
        Gives the 1-based row of the file from the 0-based place in `column`.
    decimal : {".", ","} or None
        The decimal mark of texts; None means judged by the values.
    notes : list of Problem or None
        Told how texts were read.

    Raises
    ------
    InputError
        If a value is no number; names the column and the first such row.
    """
    if column.dtype in (pl.Float64, pl.Float32):
        return column
    if column.dtype.is_numeric() or column.dtype in (pl.Boolean, pl.Null):
        return column.cast(pl.Float64)
    where = say("{source}, column '{column}'", source=source, column=column.name)
    if not _is_text(column.dtype):
        what = say("holds {dtype}, not numbers", dtype=column.dtype)
        raise InputError(Problem(where=where, what=what, fix=mark("Name a column of numbers")))
    texts = without_words(column)
    read = read_numbers(texts, decimal)
    bad = (read.values.is_null() & texts.is_not_null()).arg_true().to_list()
    if not bad:
        if read.remarks and notes is not None:
            what = say("texts read as numbers: {remarks}", remarks=joined("; ", read.remarks))
            notes.append(Problem(where=where, what=what, severity="note"))
        return read.values
    rows = [row_number(place) for place in bad]
    problem = Problem(
        where=say("{where}, row {rows}", where=where, rows=rows[0]),
        what=say(
            "'{column}' is no number{of_this_kind}",
            column=column[bad[0]],
            of_this_kind=of_this_kind(rows),
        ),
        fix=mark("Mend the file, or name another column"),
    )
    raise InputError(problem)


def as_numbers_or_texts(
    column: pl.Series,
    source: str,
    row_number: RowNumber,
    *,
    decimal: Decimal | None = None,
    notes: list[Problem] | None = None,
) -> pl.Series:
    """Return a column as numbers or, when it holds words, as String; null where there is no value.

    A column of texts of which more than half are numbers is taken for numbers with errors in it.
    The other parameters are those of `as_numbers`.

    Raises
    ------
    InputError
        If it holds neither, or numbers with errors.
    """
    if not _is_text(column.dtype):
        return as_numbers(column, source, row_number)
    texts = without_words(column, NO_TEXT)
    return (
        as_numbers(column, source, row_number, decimal=decimal, notes=notes)
        if holds_numbers(texts, decimal)
        else texts
    )


def holds_numbers(texts: pl.Series, decimal: Decimal | None = None) -> bool:
    """Return whether more than half of the distinct texts are numbers; also when there are none."""
    distinct = texts.drop_nulls().unique()
    words = without_words(distinct).drop_nulls()
    distinct = words if len(words) else distinct
    # A tenor such as 3M is a word, so sizes do not count here.
    numeric = read_numbers(distinct, decimal, sizes=False).values
    return not len(distinct) or 2 * numeric.null_count() < len(distinct)


def are_number_texts(column: pl.Series) -> bool:
    """Return whether a column of texts (a sample will do) holds numbers, such as percentages."""
    if column.dtype != pl.String or column.null_count() == len(column):
        return False
    return holds_numbers(without_words(column.head(_SAMPLE), NO_TEXT))


def to_column(series: pl.Series) -> Column:
    """Return a series of numbers or texts as a column of the market."""
    if series.dtype == pl.String:
        return text_column(series)
    # A copy, because compiled code would be compiled again for arrays that cannot be written to.
    numbers = np.empty(len(series))
    fill(numbers, series)
    return numbers


def fill(numbers: NDArray[np.float64], series: pl.Series) -> None:
    """Write the values of a series of numbers into an array, NaN where there is none."""
    start = 0
    for chunk in series.get_chunks():
        numbers[start : start + len(chunk)] = chunk.to_numpy()
        start += len(chunk)


def text_column(series: pl.Series) -> TextColumn:
    """Return texts or categories as codes into their sorted labels; -1 where there is none."""
    if are_categories(series):
        return _of_categories(series)
    labels = series.drop_nulls().unique().sort()
    codes = series.cast(pl.Enum(labels)).to_physical().cast(pl.Int32).fill_null(-1)
    return TextColumn(codes.to_numpy(writable=True), tuple(labels.to_list()))


def _of_categories(series: pl.Series) -> TextColumn:
    codes = series.to_physical().cast(pl.UInt32)
    present = codes.drop_nulls().to_numpy()
    nothing = int(present.max()) + 1 if present.size else 0
    places = codes.fill_null(nothing).to_numpy()
    row_of = np.full(nothing + 1, -1, np.int64)
    row_of[places] = np.arange(len(places))
    used = np.flatnonzero(row_of[:nothing] >= 0)
    labels = series.gather(row_of[used]).cast(pl.String)
    order = labels.arg_sort()
    code_of = np.full(nothing + 1, -1, np.int32)
    code_of[used[order.to_numpy()]] = np.arange(used.size)
    return TextColumn(code_of[places], tuple(labels.gather(order).to_list()))


def are_categories(series: pl.Series) -> bool:
    """Return whether a series holds texts as codes of its own."""
    return isinstance(series.dtype, pl.Categorical | pl.Enum)


def equal_neighbours(column: Column) -> NDArray[np.bool_]:
    """Return for each row but the first whether it equals the one before, absent values too."""
    values = column.codes if isinstance(column, TextColumn) else column
    return np.array(
        (values[1:] == values[:-1]) | ((values[1:] != values[1:]) & (values[:-1] != values[:-1]))
    )


def take(column: Column, index: NDArray[np.int64]) -> Column:
    """Return rows of a column."""
    if isinstance(column, TextColumn):
        return TextColumn(column.codes[index], column.labels)
    return column[index]


def _is_text(kind: pl.DataType) -> bool:
    return kind == pl.String or isinstance(kind, pl.Categorical | pl.Enum)
