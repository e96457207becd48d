"""Joining market-wide values to the times of a market, never a later one to an earlier bar."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

from ml4t_desktop.errors import Problem
from ml4t_desktop.files.context.context_checks import match_warnings
from ml4t_desktop.files.context.context_values import ContextTable, table_of_values
from ml4t_desktop.market import Column, Market, TextColumn
from ml4t_desktop.request import Repairs
from ml4t_desktop.units import span_microseconds
from ml4t_desktop.wording import say

if TYPE_CHECKING:
    import polars as pl

Match = Literal["exact", "asof"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ContextMatch:
    """How context is matched to bars.

    Parameters
    ----------
    match : {"exact", "asof"}
    max_age, lag : str or None
        Spans such as "5d". A value is known `lag` after its time; with asof, a value whose time is
        more than `max_age` before the bar does not count.
    """

    match: Match = "exact"
    max_age: str | None = None
    lag: str | None = None


def with_context(  # noqa: PLR0913 (all but two by keyword)
    market: Market,
    frame: "pl.DataFrame",
    *,
    time: str | None,
    columns: tuple[str, ...],
    match: Match,
    max_age: str | None = None,
    lag: str | None = None,
    repairs: Repairs = Repairs(),  # noqa: B008 (frozen)
    source: str,
) -> tuple[Market, tuple[Problem, ...]]:
    """Return the market with the context of a frame, and warnings.

    Parameters
    ----------
    time : str or None
        Column of times; None means recognised by the usual names.
    columns : tuple of str
        Columns to join; empty means all but the time.
    match, max_age, lag
        See `ContextMatch`.
    source : str
        Name of the frame in messages.

    Raises
    ------
    InputError
        If columns are missing or cannot be read, or two different rows share a time.
    """
    from ml4t_desktop.files.context.context_table import context_table

    table = context_table(frame, time=time, columns=columns, repairs=repairs, source=source)
    how = ContextMatch(match=match, max_age=max_age, lag=lag)
    return join_context(market, table, how, source)


def join_context(
    market: Market, table: ContextTable, how: ContextMatch, source: str
) -> tuple[Market, tuple[Problem, ...]]:
    """Return the market with the context of a table of distinct times, and warnings."""
    place = matched_rows(market.timestamps, table.time, how)
    joined = _joined(market, table, place)
    warnings = match_warnings(
        market,
        table,
        joined.has_context,
        source,
        asof=how.match == "asof",
        lag=how.lag,
        max_age=how.max_age,
    )
    return joined, (*table.problems, *warnings)


def join_table(market: Market, table: ContextTable, how: ContextMatch) -> Market:
    """Return the market with the context of a table of distinct times."""
    return _joined(market, table, matched_rows(market.timestamps, table.time, how))


def with_context_values(
    market: Market,
    values: Mapping[datetime, Mapping[str, float | int | bool | str | None]]
    | Mapping[date, Mapping[str, float | int | bool | str | None]],
    match: Match = "exact",
) -> Market:
    """Return the market with the context of a dictionary by time; naive times count as UTC.

    Parameters
    ----------
    values : mapping of datetime to mapping
        Names to numbers, flags or texts. None and NaN are absent.
    match : {"exact", "asof"}

    Raises
    ------
    ValueError
        If a name has numbers at some times and texts at others, a value is neither, or two keys are
        the same time with different values.
    """
    if match not in ("exact", "asof"):
        message = say("'{match}' is no way to match context: use 'exact' or 'asof'", match=match)
        raise ValueError(message)
    return join_table(market, table_of_values(values), ContextMatch(match=match))


def matched_rows(
    timestamps: NDArray[np.int64], time: NDArray[np.int64], how: ContextMatch
) -> NDArray[np.int64]:
    """Return for each timestamp the row of the context that is known at it, -1 where there is none.

    Parameters
    ----------
    timestamps : ndarray of int64, shape (T,)
    time : ndarray of int64, shape (C,)
        Times of the context, strictly increasing.
    """
    if not time.size:
        return np.full(timestamps.size, -1, np.int64)
    lag = span_microseconds(how.lag) if how.lag else 0
    row = np.searchsorted(time + lag, timestamps, side="right") - 1
    age = timestamps - time[np.maximum(row, 0)]
    found = row >= 0
    if how.match == "exact":
        found &= age == lag
    elif how.max_age is not None:
        found &= age <= span_microseconds(how.max_age)
    return np.where(found, row, -1)


def _joined(market: Market, table: ContextTable, place: NDArray[np.int64]) -> Market:
    context = {name: _matched(column, place) for name, column in table.columns.items()}
    return replace(market, context=MappingProxyType(context), has_context=place >= 0)


def _matched(column: Column, place: NDArray[np.int64]) -> Column:
    if isinstance(column, TextColumn):
        codes = np.append(column.codes, np.int32(-1))  # place -1 reads the last
        return TextColumn(codes[place], column.labels)
    return np.append(column, np.nan)[place]
