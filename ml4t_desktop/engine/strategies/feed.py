"""Bars as events: a market walked timestamp by timestamp."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from itertools import repeat
from typing import Any

import numpy as np

from ml4t_desktop.engine.strategies.context import Context
from ml4t_desktop.engine.strategies.events import MarketEvent
from ml4t_desktop.market import Column, Market, TextColumn
from ml4t_desktop.market.market import ASSET

# Small enough that the garbage collector finds little alive, large enough that the C loops pay.
_BLOCK = 4_096


def moments(market: Market) -> list[datetime]:
    """Return all timestamps as datetimes, aware (UTC) when the source was."""
    naive: list[datetime] = market.timestamps.astype("datetime64[us]").tolist()
    return [t.replace(tzinfo=UTC) for t in naive] if market.time_zone else naive


def contexts(
    market: Market, times: list[datetime], *, always: bool, start: int = 0, stop: int | None = None
) -> Iterator[Context | None]:
    """Yield one context per timestamp (from `start` to `stop`), shared by all assets.

    Without context columns there is none, unless `always` asks for empty ones.
    """
    end = len(times) if stop is None else stop
    if not market.context and not always:
        yield from repeat(None, end - start)
        return
    for first in range(start, end, _BLOCK):
        last = min(first + _BLOCK, end)
        yield from Context.many(times[first:last], _dicts(market.context, first, last))


def events_by_time(
    market: Market, times: list[datetime], *, start: int = 0, stop: int | None = None
) -> Iterator[list[MarketEvent]]:
    """Yield the events of each timestamp (from `start` to `stop`), in symbol order.

    Rows are turned into Python values a block at a time, so that memory stays bounded.
    """
    first = start
    end = market.time_count if stop is None else stop
    starts = market.row_start.tolist()
    while first < end:
        last = first + 1
        while last < end and starts[last + 1] - starts[first] <= _BLOCK:
            last += 1
        block = _events(market, times, first, last)
        base = starts[first]
        for t in range(first, last):
            yield block[starts[t] - base : starts[t + 1] - base]
        first = last


def _events(market: Market, times: list[datetime], first: int, last: int) -> list[MarketEvent]:
    """Return the events of the timestamps `first` to `last`, the last not included."""
    start, end = int(market.row_start[first]), int(market.row_start[last])
    counts = np.diff(market.row_start[first : last + 1]).tolist()
    stamps = [
        time for time, count in zip(times[first:last], counts, strict=True) for _ in range(count)
    ]
    symbols = market.symbols
    assets = [symbols[asset] for asset in market.rows[ASSET, start:end].tolist()]
    prices = [row[start:end].tolist() for row in market.prices]
    rows = zip(stamps, assets, *prices, _dicts(market.signals, start, end), strict=True)
    return list(map(tuple.__new__, repeat(MarketEvent), rows))


def _dicts(columns: Mapping[str, Column], start: int, end: int) -> list[dict[str, float | str]]:
    """Return the values of each row as dicts, without those that are null.

    Copies of one dict with all names, filled column by column: a third of the time that making
    each from its items takes, and this is most of what an event costs.
    """
    blank: dict[str, Any] = dict.fromkeys(columns)
    dicts = list(map(dict.copy, repeat(blank, end - start)))
    for name, column in columns.items():
        values, missing = _plain(column, start, end)
        for known, value in zip(dicts, values, strict=True):
            known[name] = value
        for row in missing:
            del dicts[row][name]
    return dicts


def _plain(column: Column, start: int, end: int) -> tuple[list[Any], list[int]]:
    """Return values as Python objects, and the places where there is none."""
    if isinstance(column, TextColumn):
        codes = column.codes[start:end]
        labels = (*column.labels, "")
        return [labels[code] for code in codes.tolist()], np.flatnonzero(codes < 0).tolist()
    part = column[start:end]
    return part.tolist(), np.flatnonzero(np.isnan(part)).tolist()
