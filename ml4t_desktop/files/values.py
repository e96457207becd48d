"""Columns of a table to numbers and texts."""

from collections.abc import Callable

import numpy as np
import polars as pl
from numpy.typing import NDArray

from ml4t_desktop.errors import InputError, Problem
from ml4t_desktop.files.findings import of_this_kind
from ml4t_desktop.market import Column, TextColumn

_NO_TEXT = ("", "na", "n/a", "nan", "null", "#n/a")
_NO_NUMBER = (*_NO_TEXT, "none", "nil", "-", ".", "#na")
_GLANCE = 1_000
_FLAGS = {"true": "1", "false": "0"}
RowNumber = Callable[[int], int]


def as_numbers(column: pl.Series, source: str, row_number: RowNumber) -> pl.Series:
    """Return a column as Float64 or Float32; null where there is no value.

    Parameters
    ----------
    row_number : callable
        Gives the 1-based row of the file from the 0-based place in `column`.

    Raises
    ------
    InputError
        If a value is no number; names the column and the first such row.
    """
    if column.dtype in (pl.Float64, pl.Float32):
        return column
    if column.dtype.is_numeric() or column.dtype in (pl.Boolean, pl.Null):
        return column.cast(pl.Float64)
    where = f"{source}, column '{column.name}'"
    if not _is_text(column.dtype):
        what = f"holds {column.dtype}, not numbers"
        raise InputError(Problem(where=where, what=what, fix="Name a column of numbers"))
    texts = _texts(column, _NO_NUMBER)
    numbers = texts.cast(pl.Float64, strict=False)
    if numbers.null_count() == texts.null_count():
        return numbers
    numbers = texts.str.to_lowercase().replace(_FLAGS).cast(pl.Float64, strict=False)
    bad = (numbers.is_null() & texts.is_not_null()).arg_true().to_list()
    if not bad:
        return numbers
    rows = [row_number(place) for place in bad]
    problem = Problem(
        where=f"{where}, row {rows[0]}",
        what=f"'{column[bad[0]]}' is no number{of_this_kind(rows)}",
        fix="Mend the file, or name another column",
    )
    raise InputError(problem)


def as_numbers_or_texts(column: pl.Series, source: str, row_number: RowNumber) -> pl.Series:
    """Return a column as numbers or, when it holds words, as String; null where there is no value.

    A column of texts of which more than half are numbers is taken for numbers with errors in it.

    Raises
    ------
    InputError
        If it holds neither, or numbers with errors.
    """
    if not _is_text(column.dtype):
        return as_numbers(column, source, row_number)
    return texts_of(column) if holds_texts(column) else as_numbers(column, source, row_number)


def holds_texts(column: pl.Series) -> bool:
    """Return whether a column of texts holds words, rather than numbers with errors among them."""
    distinct = texts_of(column).drop_nulls().unique().str.to_lowercase().replace(_FLAGS)
    numeric = distinct.cast(pl.Float64, strict=False)
    return bool(len(distinct)) and 2 * numeric.null_count() >= len(distinct)


def texts_of(column: pl.Series) -> pl.Series:
    """Return a column of texts stripped, null where there is no value."""
    return _texts(column, _NO_TEXT)


def numbers_in(texts: pl.Series) -> pl.Series | None:
    """Return texts as numbers if every value is one and there is a value, else None."""
    first = texts.drop_nulls().head(_GLANCE).str.to_lowercase()
    first = first.filter(~first.str.strip_chars().is_in(_NO_NUMBER))
    if not len(first) or first.str.strip_chars().cast(pl.Float64, strict=False).null_count():
        return None
    known = _texts(texts, _NO_NUMBER)
    numbers = known.cast(pl.Float64, strict=False)
    return numbers if numbers.null_count() == known.null_count() else None


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
    """Return texts as codes into their sorted labels; -1 where there is none."""
    labels = series.drop_nulls().unique().sort()
    codes = series.cast(pl.Enum(labels)).to_physical().cast(pl.Int32).fill_null(-1)
    return TextColumn(codes.to_numpy(writable=True), tuple(labels.to_list()))


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


def _texts(column: pl.Series, no_value: tuple[str, ...]) -> pl.Series:
    """Return texts stripped, with the words for no value as null."""
    texts = column.cast(pl.String).str.strip_chars()
    absent = texts.str.to_lowercase().is_in(no_value)
    return texts.set(absent.fill_null(value=False), None) if absent.any() else texts
