"""Sources of context behind one interface: `current(timestamp)`, from the past or live."""

import threading
from bisect import bisect_left, bisect_right
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Literal

import numpy as np

from ml4t_desktop.engine.strategies.context import Context, ContextValue
from ml4t_desktop.errors import InputError, Problem
from ml4t_desktop.files.context.context_schema import check_context
from ml4t_desktop.files.context.context_values import table_of_values
from ml4t_desktop.files.context.match import ContextMatch, join_table, matched_rows
from ml4t_desktop.market import Market
from ml4t_desktop.market.columns import column_value
from ml4t_desktop.request.context_schema import ContextSchema
from ml4t_desktop.units import microseconds, span_microseconds

Match = Literal["exact", "asof"]


def context_match(match: Match, max_age: str | None, lag: str | None) -> ContextMatch:
    """Return how context is matched, from arguments as a user gives them.

    Raises
    ------
    InputError
        With everything that is wrong with them.
    """
    problems: list[Problem] = []
    if match not in ("exact", "asof"):
        what = f"'{match}' is no way to match context"
        problems.append(Problem(where="context_match", what=what, fix="Use 'exact' or 'asof'"))
    for name, span in (("context_max_age", max_age), ("context_lag", lag)):
        try:
            span_microseconds("0s" if span is None else span)
        except (ValueError, TypeError) as error:
            problems.append(Problem(where=name, what=str(error)))
    if match == "exact" and max_age is not None:
        what, fix = "an exact match has no age", 'Set context_match to "asof", or leave it out'
        problems.append(Problem(where="context_max_age", what=what, fix=fix))
    if problems:
        raise InputError(problems)
    return ContextMatch(match=match, max_age=max_age, lag=lag)


class HistoricalContext:
    """Context of the past, complete from the start.

    Parameters
    ----------
    values : mapping of date or datetime to mapping
        Names to numbers, flags or texts; None and NaN are absent. Naive times count as UTC.
    match : {"exact", "asof"}
        The entry of the very timestamp, or the latest at or before it.
    max_age, lag : str, optional
        Spans such as "5d". An entry is known `lag` after its time; with asof, one whose time is more
        than `max_age` before the timestamp does not count.
    schema : ContextSchema, optional
        What every entry must look like.

    Raises
    ------
    InputError
        If entries do not fit the schema (all of them are named), or the spans cannot be read.
    ValueError
        If a value is of no usable kind, or two different entries are of one time.
    """

    def __init__(
        self,
        values: Mapping[Any, Mapping[str, Any]],
        *,
        match: Match = "exact",
        max_age: str | None = None,
        lag: str | None = None,
        schema: ContextSchema | None = None,
    ) -> None:
        self._how = context_match(match, max_age, lag)
        if schema is not None:
            check_context(schema, values)
        self._table = table_of_values(values)

    def current(self, timestamp: datetime) -> Context:
        """Return what is known at a timestamp, empty when nothing is."""
        asked = np.array([microseconds(timestamp)], np.int64)
        row = int(matched_rows(asked, self._table.time, self._how)[0])
        known = {name: column_value(column, row) for name, column in self._table.columns.items()}
        return Context(timestamp, {name: v for name, v in known.items() if v is not None})

    def joined(self, market: Market) -> Market:
        """Return the market with this context at each of its timestamps."""
        return join_table(market, self._table, self._how)


class LiveContextSource:
    """Context that arrives while it is used; any thread may push, any may ask.

    An entry is what was pushed for one time, as an entry of `HistoricalContext` is; what is pushed
    later for the same time is added to it, and replaces values of the same name. Contexts that were
    handed out do not change.

    Parameters
    ----------
    match, max_age, lag, schema
        As for `HistoricalContext`; the latest entry is what a live source usually is asked for, so
        `match` is "asof" here. Each push is held against the schema; a name that is required must be in
        the entry it completes.
    """

    def __init__(
        self,
        *,
        match: Match = "asof",
        max_age: str | None = None,
        lag: str | None = None,
        schema: ContextSchema | None = None,
    ) -> None:
        how = context_match(match, max_age, lag)
        self._is_exact = how.match == "exact"
        self._lag = span_microseconds(lag) if lag else 0
        self._max_age = span_microseconds(max_age) if max_age is not None else None
        self._schema = schema
        self._lock = threading.Lock()
        self._times: list[int] = []
        self._entries: list[dict[str, ContextValue]] = []
        self._kinds: dict[str, type] = {}
        self._latest: tuple[dict[str, ContextValue], Context] | None = None

    def push(self, timestamp: date | datetime, values: Mapping[str, Any]) -> None:
        """Add values known as of a time, in any order of times.

        Raises
        ------
        InputError
            If they do not fit the schema or are of no usable kind; nothing is added then.
        """
        us = microseconds(timestamp)
        with self._lock:
            place = bisect_left(self._times, us)
            is_there = place < len(self._times) and self._times[place] == us
            given = {**self._entries[place], **values} if is_there else dict(values)
            if self._schema is not None:
                check_context(self._schema, {timestamp: given}, "context")
            entry = self._plain(timestamp, given)
            self._kinds.update({name: _kind(value) for name, value in entry.items()})
            if is_there:
                self._entries[place] = entry
            else:
                self._times.insert(place, us)
                self._entries.insert(place, entry)

    def current(self, timestamp: datetime) -> Context:
        """Return what is known at a timestamp now, empty when nothing is.

        The same instance as long as neither timestamp nor entry changes.
        """
        us = microseconds(timestamp)
        with self._lock:
            entry = self._known(us)
            if self._latest is not None:
                kept, context = self._latest
                if kept is entry and context.timestamp == timestamp:
                    return context
            context = Context(timestamp, entry)
            self._latest = (entry, context)
            return context

    def forget_before(self, timestamp: date | datetime) -> None:
        """Drop the entries that no timestamp from this one on is answered with."""
        with self._lock:
            first = bisect_right(self._times, microseconds(timestamp) - self._lag) - 1
            if first > 0:
                del self._times[:first], self._entries[:first]

    @property
    def size(self) -> int:
        """Number of entries kept."""
        with self._lock:
            return len(self._times)

    def _known(self, us: int) -> dict[str, ContextValue]:
        place = bisect_right(self._times, us - self._lag) - 1
        if place < 0:
            return _NOTHING
        age = us - self._times[place]
        is_known = age == self._lag if self._is_exact else self._is_young(age)
        return self._entries[place] if is_known else _NOTHING

    def _is_young(self, age: int) -> bool:
        return self._max_age is None or age <= self._max_age

    def _plain(
        self, timestamp: date | datetime, values: Mapping[str, Any]
    ) -> dict[str, ContextValue]:
        """Return values as numbers and texts, without those that are null."""
        entry: dict[str, ContextValue] = {}
        problems: list[Problem] = []
        for name, value in values.items():
            place = f"context, {timestamp.isoformat()}, '{name}'"
            plain = _plain_value(value)
            if plain is None and value is not None and value == value:  # noqa: PLR0124 (not NaN)
                what = f"must be a number, a flag or a text, not {value!r}"
                problems.append(Problem(where=place, what=what))
            elif plain is not None and self._kinds.get(name, type(plain)) is not _kind(plain):
                what = f"was of another kind until now, it is {value!r}"
                problems.append(Problem(where=place, what=what, fix="Use one kind"))
            elif plain is not None:
                entry[name] = plain
        if problems:
            raise InputError(problems)
        return entry


_NOTHING: dict[str, ContextValue] = {}


def _kind(value: ContextValue) -> type:
    return str if isinstance(value, str) else float


def _plain_value(value: Any) -> ContextValue | None:
    """Return a value as a number or a text, None when it is null or neither."""
    if isinstance(value, str):
        return value
    try:
        number = float(value)
    except (TypeError, ValueError):
        return None
    return None if number != number else number  # noqa: PLR0124 (NaN)
