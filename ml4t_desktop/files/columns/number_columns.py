"""Columns of numbers kept as texts in a table that is read in parts: what all of their rows decide."""

from collections.abc import Callable
from dataclasses import dataclass

import polars as pl

from ml4t_desktop.errors import Problem
from ml4t_desktop.files.columns.column_map import PRICE_ROLES, Roles
from ml4t_desktop.files.columns.number_texts import NO_TEXT, Decimal, read_numbers, without_words
from ml4t_desktop.files.columns.values import RowNumber, as_numbers, holds_numbers
from ml4t_desktop.files.findings import gathering

# Gives a whole column of the rows inside the period, and the rows of the table these are.
Column = Callable[[str], tuple[pl.Series, RowNumber]]


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberColumns:
    """How the texts of a table are read.

    Parameters
    ----------
    marks : dict of str to {".", ","}
        The decimal mark of each column of numbers kept as texts.
    texts : frozenset of str
        Signals that are words.
    problems, notes : tuple of Problem
        What cannot be read, and what of the reading is not obvious.
    """

    marks: dict[str, Decimal]
    texts: frozenset[str] = frozenset()
    problems: tuple[Problem, ...] = ()
    notes: tuple[Problem, ...] = ()


def number_columns(
    inside: pl.LazyFrame, roles: Roles, source: str, decimal: Decimal | None, whole: Column
) -> NumberColumns:
    """Return how the columns of numbers are read, judged by all rows inside the period.

    Parameters
    ----------
    inside : LazyFrame
        Those rows.
    decimal : {".", ","} or None
        The decimal mark where it is known.
    whole : callable
        Asked for a column that cannot be read, so that the message names its rows.
    """
    schema = inside.collect_schema()
    prices = list(dict.fromkeys(getattr(roles, role) for role in PRICE_ROLES))
    prices += [roles.volume] if roles.volume is not None else []
    marks: dict[str, Decimal] = {}
    words: set[str] = set()
    problems: list[Problem] = []
    notes: list[Problem] = []
    for name in (*prices, *roles.signals):
        kind = schema[name]
        if not is_text(kind):
            with gathering(problems):
                as_numbers(pl.Series(name, [], kind), source, _no_row)
            continue
        distinct = inside.select(pl.col(name).cast(pl.String).unique())
        values = distinct.collect(engine="streaming").to_series()
        if name in roles.signals and not holds_numbers(without_words(values, NO_TEXT), decimal):
            words.add(name)
            if name not in prices:
                continue
        texts = without_words(values)
        read = read_numbers(texts, decimal)
        if read.values.null_count() > texts.null_count():
            column, row_number = whole(name)
            with gathering(problems):
                as_numbers(column, source, row_number, decimal=decimal)
            continue
        marks[name] = read.mark
        if read.remarks:
            as_numbers(values, source, _no_row, decimal=decimal, notes=notes)
    return NumberColumns(
        marks=marks, texts=frozenset(words), problems=tuple(problems), notes=tuple(notes)
    )


def is_text(kind: pl.DataType) -> bool:
    """Return whether a column of this type holds texts."""
    return kind == pl.String or isinstance(kind, pl.Categorical | pl.Enum)


def _no_row(place: int) -> int:
    return place
