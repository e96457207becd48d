"""Context asked for timestamp by timestamp, and kept as columns for the trades that need it."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from types import MappingProxyType
from typing import Protocol, runtime_checkable

import numpy as np

from ml4t_desktop.engine.strategies.context import Context, ContextValue
from ml4t_desktop.errors import InputError, Problem
from ml4t_desktop.market import Column, Market, TextColumn
from ml4t_desktop.wording import mark, say


@runtime_checkable
class ContextFeed(Protocol):
    """Where context comes from, be it from the past or live: asked once per timestamp."""

    def current(self, timestamp: datetime) -> Context:
        """Return what is known at a timestamp, empty when nothing is."""
        ...


_NO_MORE_TEXT = mark("was a text until now and is a number: {value!r}")
_NO_MORE_NUMBER = mark("was a number until now and is a text: {value!r}")


class RecordedContext:
    """Asks a feed when a timestamp's turn comes, and writes down what it said.

    Parameters
    ----------
    market : Market
        Its own context is not used.
    feed : ContextFeed
    numbers : iterable of str
        Names known before the feed is asked, to hold numbers: their columns are there from the start.
    """

    def __init__(self, market: Market, feed: ContextFeed, numbers: Iterable[str] = ()) -> None:
        self._feed = feed
        self._columns: dict[str, Column] = {}
        self._has_context = np.zeros(market.time_count, np.bool_)
        for name in numbers:
            self._columns[name] = self._blank(is_text=False)
        self.market = replace(
            market, context=MappingProxyType(self._columns), has_context=self._has_context
        )

    def contexts(self, times: Sequence[datetime], first: int = 0) -> Iterator[Context]:
        """Yield the context of each timestamp, asked for at that moment; `first` is the index of the first."""
        for t, timestamp in enumerate(times, first):
            context = self._feed.current(timestamp)
            self._has_context[t] = bool(context)
            for name, value in context.items():
                self._write(t, timestamp, name, value)
            yield context

    def _write(self, t: int, timestamp: datetime, name: str, value: ContextValue) -> None:
        column = self._columns.get(name)
        if column is None:
            column = self._columns[name] = self._blank(is_text=isinstance(value, str))
        if isinstance(column, TextColumn) != isinstance(value, str):
            was_text = isinstance(column, TextColumn)
            problem = Problem(
                where=f"context, {timestamp.isoformat()}, '{name}'",
                what=say(_NO_MORE_TEXT if was_text else _NO_MORE_NUMBER, value=value),
                fix=mark("Use one kind, or declare it in a schema"),
            )
            raise InputError(problem)
        if isinstance(column, TextColumn):
            text = str(value)
            if text not in column.labels:
                column = TextColumn(column.codes, (*column.labels, text))
                self._columns[name] = column
            column.codes[t] = column.labels.index(text)
        else:
            column[t] = value

    def _blank(self, *, is_text: bool) -> Column:
        count = self._has_context.size
        return TextColumn(np.full(count, -1, np.int32), ()) if is_text else np.full(count, np.nan)
