"""A market cut to a period."""

from dataclasses import replace
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from ml4t_desktop.market.columns import Column, TextColumn
from ml4t_desktop.market.market import ASSET, Market


def between(market: Market, start_us: int | None, end_us: int | None) -> Market:
    """Return the part of a market from one time to another, both included.

    Parameters
    ----------
    start_us, end_us : int or None
        Microseconds since the epoch; None leaves that side open.
    """
    first = (
        0 if start_us is None else int(np.searchsorted(market.timestamps, start_us, side="left"))
    )
    last = market.time_count
    if end_us is not None:
        last = max(first, int(np.searchsorted(market.timestamps, end_us, side="right")))
    if first == 0 and last == market.time_count:
        return market
    rows = slice(int(market.row_start[first]), int(market.row_start[last]))
    times = slice(first, last)
    asset = market.rows[ASSET, rows]
    stamps = np.repeat(market.timestamps[times], np.diff(market.row_start[first : last + 1]))
    part = Market.build(
        timestamp=stamps,
        asset=asset,
        symbols=market.symbols,
        prices=np.ascontiguousarray(market.prices[:, rows]),
        signals={name: _cut(column, rows) for name, column in market.signals.items()},
        time_zone=market.time_zone,
        source=market.source,
    )
    return replace(
        part,
        context=MappingProxyType(
            {name: _cut(column, times) for name, column in market.context.items()}
        ),
        has_context=_part(market.has_context, times),
    )


def _cut(column: Column, part: slice) -> Column:
    if isinstance(column, TextColumn):
        return TextColumn(column.codes[part], column.labels)
    return column[part]


def _part(flags: NDArray[np.bool_], part: slice) -> NDArray[np.bool_]:
    return flags[part]
