"""One asset of a market."""

import numpy as np
from numpy.typing import NDArray

from ml4t_desktop.market.columns import Column, TextColumn
from ml4t_desktop.market.market import ASSET, Market


def only(market: Market, symbol: str) -> Market:
    """Return the bars and signals of one asset, without context and corporate actions.

    Raises
    ------
    ValueError
        If the market has no such asset.
    """
    rows = np.flatnonzero(market.rows[ASSET] == market.symbols.index(symbol))
    stamps = np.repeat(market.timestamps, np.diff(market.row_start))
    return Market.build(
        timestamp=stamps[rows],
        asset=np.zeros(rows.size, np.int32),
        symbols=(symbol,),
        prices=np.ascontiguousarray(market.prices[:, rows]),
        signals={name: _taken(column, rows) for name, column in market.signals.items()},
        time_zone=market.time_zone,
        source=market.source,
    )


def _taken(column: Column, rows: NDArray[np.intp]) -> Column:
    if isinstance(column, TextColumn):
        return TextColumn(column.codes[rows], column.labels)
    return column[rows]
