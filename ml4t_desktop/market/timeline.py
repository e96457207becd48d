"""A market that is read piece by piece: what is known of all of it, and how to get at its rows."""

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from ml4t_desktop.market.columns import Column, TextColumn
from ml4t_desktop.market.market import Market


class Pieces(Protocol):
    """Where the bars of a market too large for the memory come from.

    Attributes
    ----------
    timeline : Market
        The market without its rows; see `timeline_of`.
    bounds : tuple of int
        Timestamp indices at which the pieces begin, and the number of timestamps: ``(0, …, T)``.
    """

    @property
    def timeline(self) -> Market:
        """The market without its rows."""
        ...

    @property
    def bounds(self) -> tuple[int, ...]:
        """Timestamp indices at which the pieces begin, and the number of timestamps."""
        ...

    def piece(self, number: int) -> Market:
        """Return the bars from ``bounds[number]`` to ``bounds[number + 1]``.

        Its symbols are those of the timeline; its context and corporate actions are not used.
        """
        ...


def bare_market(
    timestamps: NDArray[np.int64],
    symbols: tuple[str, ...],
    *,
    time_zone: str | None = None,
    source: tuple[str, ...] = (),
    signals: Mapping[str, Column] | None = None,
) -> Market:
    """Return a market without rows at these timestamps; its signals are columns without values."""
    return Market(
        timestamps=timestamps,
        row_start=np.zeros(timestamps.size + 1, np.int64),
        symbols=symbols,
        prices=np.zeros((5, 0)),
        rows=np.zeros((3, 0), np.int32),
        signals=MappingProxyType(dict(signals or {})),
        has_context=np.zeros(timestamps.size, np.bool_),
        time_zone=time_zone,
        source=source,
    )


def timeline_of(market: Market) -> Market:
    """Return a market without its rows: timestamps, symbols, context and corporate actions."""
    return replace(
        market,
        row_start=np.zeros(market.time_count + 1, np.int64),
        prices=np.zeros((5, 0)),
        rows=np.zeros((3, 0), np.int32),
        signals=MappingProxyType(
            {name: part_of(column, slice(0, 0)) for name, column in market.signals.items()}
        ),
    )


def part_of(column: Column, places: "slice | NDArray[np.integer]") -> Column:
    """Return some places of a column."""
    if isinstance(column, TextColumn):
        return TextColumn(column.codes[places], column.labels)
    return column[places]


class PiecesInMemory:
    """A market in memory cut into pieces.

    Parameters
    ----------
    market : Market
    bounds : tuple of int
        Timestamp indices ``(0, …, T)``, ascending.
    """

    def __init__(self, market: Market, bounds: tuple[int, ...]) -> None:
        self._market = market
        self.timeline = timeline_of(market)
        self.bounds = bounds

    def piece(self, number: int) -> Market:
        """Return the bars of a piece."""
        market = self._market
        first, last = self.bounds[number], self.bounds[number + 1]
        rows = slice(int(market.row_start[first]), int(market.row_start[last]))
        return replace(
            timeline_of(market),
            timestamps=market.timestamps[first:last],
            row_start=market.row_start[first : last + 1] - market.row_start[first],
            prices=market.prices[:, rows],
            rows=market.rows[:, rows],
            signals=MappingProxyType(
                {name: part_of(column, rows) for name, column in market.signals.items()}
            ),
        )


def even_bounds(row_start: NDArray[np.int64], rows: int) -> tuple[int, ...]:
    """Return the bounds of pieces of at most `rows` rows, and of one timestamp at the least.

    Parameters
    ----------
    row_start : ndarray of int64, shape (T + 1,)
        First row of each timestamp, and the number of rows.
    """
    count = row_start.size - 1
    bounds = [0]
    while bounds[-1] < count:
        here = bounds[-1]
        end = int(np.searchsorted(row_start, row_start[here] + rows, side="right")) - 1
        bounds.append(min(max(end, here + 1), count))
    return tuple(bounds) if count else (0, 0)
