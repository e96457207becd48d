"""Bars as events: a market walked timestamp by timestamp."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime

import numpy as np

from ml4t_desktop.engine.context import Context
from ml4t_desktop.engine.events import MarketEvent
from ml4t_desktop.market import Column, Market, TextColumn
from ml4t_desktop.market.columns import column_value
from ml4t_desktop.market.market import ASSET

_BLOCK = 65_536


def moments(market: Market) -> list[datetime]:
    """Return all timestamps as datetimes, aware (UTC) when the source was."""
    naive: list[datetime] = market.timestamps.astype("datetime64[us]").tolist()
    return [t.replace(tzinfo=UTC) for t in naive] if market.time_zone else naive


def contexts(market: Market, times: list[datetime], *, always: bool) -> list[Context | None]:
    """Return one context per timestamp, shared by all assets.

    Without context columns there is none, unless `always` asks for empty ones.
    """
    if not market.context and not always:
        return [None] * len(times)
    columns = [(name, _plain(column)) for name, column in market.context.items()]
    made: list[Context | None] = []
    for t, time in enumerate(times):
        values = ((name, column[t]) for name, column in columns)
        made.append(Context(time, {name: value for name, value in values if value is not None}))
    return made


def _plain(column: Column) -> list[float | str | None]:
    """Return a column as Python values, None where there is none."""
    if isinstance(column, TextColumn):
        return [column.value(row) for row in range(len(column))]
    return [None if value != value else value for value in column.tolist()]  # noqa: PLR0124 (NaN differs from itself)


def events_by_time(market: Market, times: list[datetime]) -> Iterator[list[MarketEvent]]:
    """Yield the events of each timestamp, in symbol order.

    Rows are turned into Python values a block at a time, so that memory stays bounded.
    """
    first = 0
    starts = market.row_start.tolist()
    while first < market.time_count:
        last = first + 1
        while last < market.time_count and starts[last + 1] - starts[first] <= _BLOCK:
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
    signals = _signals(market.signals, start, end)
    make = tuple.__new__
    return [make(MarketEvent, row) for row in zip(stamps, assets, *prices, signals, strict=True)]


def _signals(columns: Mapping[str, Column], start: int, end: int) -> list[dict[str, float | str]]:
    """Return the signals of each row as dicts, without those that are null."""
    names = list(columns)
    if not names:
        return [{} for _ in range(end - start)]
    complete = True
    lists: list[list[float | str | None]] = []
    for column in columns.values():
        if isinstance(column, TextColumn):
            complete = complete and bool((column.codes[start:end] >= 0).all())
            lists.append([column_value(column, row) for row in range(start, end)])
        else:
            part = column[start:end]
            missing = np.isnan(part)
            values: list[float | str | None] = part.tolist()
            if missing.any():
                complete = False
                for row in np.flatnonzero(missing).tolist():
                    values[row] = None
            lists.append(values)
    if complete:
        return [dict(zip(names, row, strict=True)) for row in zip(*lists, strict=True)]  # pyright: ignore[reportReturnType] (no None among them)
    return [
        {name: value for name, value in zip(names, row, strict=True) if value is not None}
        for row in zip(*lists, strict=True)
    ]
