"""Columns taken later than they are stamped: what was known a bar ago is used now."""

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from ml4t_desktop.market.blocks import slices
from ml4t_desktop.market.columns import Column, TextColumn
from ml4t_desktop.market.market import PREVIOUS, Market


def lagged(market: Market, bars: Mapping[str, int] | None) -> Market:
    """Return the market with columns delayed, so that a value is used some bars after its own.

    Parameters
    ----------
    bars : mapping of str to int, or None
        How many bars by column name, zero or more. Signals are delayed by bars of their asset,
        context by timestamps; where there is no bar so long ago, there is no value. A name that
        signals and context share delays both; a name that neither has is passed over.
    """
    delayed = {name: count for name, count in (bars or {}).items() if count}
    if not delayed:
        return market
    signals = {
        name: taken(column, rows_before(market.rows[PREVIOUS], delayed[name]))
        if name in delayed
        else column
        for name, column in market.signals.items()
    }
    context = {
        name: taken(column, np.arange(market.time_count) - delayed[name])
        if name in delayed
        else column
        for name, column in market.context.items()
    }
    return replace(market, signals=MappingProxyType(signals), context=MappingProxyType(context))


def rows_before(previous: NDArray[np.int32], bars: int) -> NDArray[np.int64]:
    """Return for each row that of the asset's bar so many bars ago, -1 where there is none.

    Parameters
    ----------
    previous : ndarray of int32, shape (N,)
        Row of the bar before each, or -1.
    """
    found = np.arange(previous.size)
    for part in slices(previous.size):
        rows = found[part]
        for _ in range(bars):
            if not (rows >= 0).any():
                break
            rows = np.where(rows >= 0, previous[rows], -1)
        found[part] = rows
    return found


def taken(column: Column, rows: NDArray[np.int64]) -> Column:
    """Return the values of rows; a negative row has none."""
    if isinstance(column, TextColumn):
        codes = np.where(rows >= 0, column.codes[np.maximum(rows, 0)], -1)
        return TextColumn(codes.astype(np.int32), column.labels)
    out = np.empty(rows.size)
    for part in slices(rows.size):
        out[part] = np.where(rows[part] >= 0, column[np.maximum(rows[part], 0)], np.nan)
    return out
