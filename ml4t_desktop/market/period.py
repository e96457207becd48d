"""A market cut to a period."""

from dataclasses import replace
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from ml4t_desktop.market.action_table import ActionTable
from ml4t_desktop.market.columns import Column, TextColumn
from ml4t_desktop.market.market import ASSET, Market
from ml4t_desktop.market.succession import with_succession
from ml4t_desktop.market.timeline import Pieces
from ml4t_desktop.units import MICROSECONDS_PER_DAY


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
    cut = replace(
        part,
        context=MappingProxyType(
            {name: _cut(column, times) for name, column in market.context.items()}
        ),
        has_context=_part(market.has_context, times),
        actions=_since(market.actions, market.timestamps[times]),
    )
    return with_succession(cut)


class PiecesBetween:
    """The part of a market in pieces from one time to another, both included.

    Parameters
    ----------
    pieces : Pieces
    timeline : Market
        Theirs, with what it was given since: context and corporate actions.
    start_us, end_us : int or None
        Microseconds since the epoch; None leaves that side open.
    """

    def __init__(
        self, pieces: Pieces, timeline: Market, start_us: int | None, end_us: int | None
    ) -> None:
        self._pieces = pieces
        times = timeline.timestamps
        first = 0 if start_us is None else int(np.searchsorted(times, start_us, side="left"))
        last = times.size
        if end_us is not None:
            last = max(first, int(np.searchsorted(times, end_us, side="right")))
        self._first, self._last = first, last
        bounds = [bound for bound in pieces.bounds if first < bound < last]
        self._skipped = max(int(np.searchsorted(pieces.bounds, first, side="right")) - 1, 0)
        self.bounds = (0, *(bound - first for bound in bounds), last - first)
        kept = slice(first, last)
        self.timeline = replace(
            timeline,
            timestamps=times[kept],
            row_start=timeline.row_start[: last - first + 1],
            context=MappingProxyType(
                {name: _cut(column, kept) for name, column in timeline.context.items()}
            ),
            has_context=_part(timeline.has_context, kept),
            benchmark=None
            if timeline.benchmark is None
            else replace(timeline.benchmark, values=timeline.benchmark.values[kept]),
            actions=timeline.actions
            if kept == slice(0, times.size)
            else _since(timeline.actions, times[kept]),
        )

    def piece(self, number: int) -> Market:
        """Return the bars of a piece."""
        if self._first == self._last:
            return self.timeline
        whole = number + self._skipped
        begin, end = self._pieces.bounds[whole], self._pieces.bounds[whole + 1]
        piece = self._pieces.piece(whole)
        first, last = max(self._first - begin, 0), min(self._last, end) - begin
        if (first, last) == (0, piece.time_count):
            return piece
        rows = slice(int(piece.row_start[first]), int(piece.row_start[last]))
        return replace(
            piece,
            timestamps=piece.timestamps[first:last],
            row_start=piece.row_start[first : last + 1] - piece.row_start[first],
            prices=piece.prices[:, rows],
            rows=piece.rows[:, rows],
            signals=MappingProxyType(
                {name: _cut(column, rows) for name, column in piece.signals.items()}
            ),
        )


def _cut(column: Column, part: slice) -> Column:
    if isinstance(column, TextColumn):
        return TextColumn(column.codes[part], column.labels)
    return column[part]


def _since(actions: ActionTable, timestamps: NDArray[np.int64]) -> ActionTable:
    """Return the actions that belong to what is left, those of its first day included."""
    if not actions.size or not timestamps.size:
        return ActionTable()
    day = timestamps[0] // MICROSECONDS_PER_DAY * MICROSECONDS_PER_DAY
    kept = (actions.time >= day) & (actions.time <= timestamps[-1])
    return ActionTable(*(column[kept] for column in actions.arrays()))  # pyright: ignore[reportArgumentType] (in its order)


def _part(flags: NDArray[np.bool_], part: slice) -> NDArray[np.bool_]:
    return flags[part]
