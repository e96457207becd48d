"""The plain bars of the reference as the `Market` the engine runs on."""

from dataclasses import replace
from datetime import datetime
from types import MappingProxyType

import numpy as np

from ml4t_desktop.market import Column, Market, TextColumn
from ml4t_desktop.units import microseconds
from tests.oracle.history import Bar, Value


def market_of(
    bars: list[Bar], context: dict[datetime, dict[str, Value]], signals: tuple[str, ...]
) -> Market:
    """Return the same bars, signals and context as columns."""
    rows = sorted(bars, key=lambda bar: (bar.time, bar.symbol))
    symbols = tuple(sorted({bar.symbol for bar in rows}))
    prices = [
        [bar.open, bar.high, bar.low, bar.close, np.nan if bar.volume is None else bar.volume]
        for bar in rows
    ]
    market = Market.build(
        timestamp=np.array([microseconds(bar.time) for bar in rows], np.int64),
        asset=np.array([symbols.index(bar.symbol) for bar in rows], np.int32),
        symbols=symbols,
        prices=np.ascontiguousarray(np.array(prices, np.float64).reshape(len(rows), 5).T),
        signals={name: _column([bar.signals.get(name) for bar in rows]) for name in signals},
    )
    times = [market.moment(t) for t in range(market.time_count)]
    names = sorted({name for values in context.values() for name in values})
    columns = {name: _column([context.get(time, {}).get(name) for time in times]) for name in names}
    has_context = np.array([time in context for time in times], np.bool_)
    return replace(market, context=MappingProxyType(columns), has_context=has_context)


def _column(values: list[Value]) -> Column:
    texts = sorted({one for one in values if isinstance(one, str)})
    if not texts:
        return np.array([np.nan if one is None else one for one in values], np.float64)
    codes = [texts.index(one) if isinstance(one, str) else -1 for one in values]
    return TextColumn(codes=np.array(codes, np.int32), labels=tuple(texts))
