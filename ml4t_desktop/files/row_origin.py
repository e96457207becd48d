"""Where the rows of a market came from, kept when every row of its files became a bar as it stands."""

from dataclasses import dataclass, replace
from typing import Self

import numpy as np
from numpy.typing import NDArray

from ml4t_desktop.errors import Problem
from ml4t_desktop.files.bars import Bars
from ml4t_desktop.files.rows import FileRows
from ml4t_desktop.market import Market, TextColumn
from ml4t_desktop.market.market import ASSET, VOLUME


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RowOrigin:
    """What a market in memory does not say of its files; with it they need not be read again to be checked.

    Parameters
    ----------
    files : tuple of FileRows
        The tables: their names, roles and sizes, without any of their values.
    order : ndarray of int32 or int64, shape (N,), or None
        Place of each row in the tables one after the other; None for 0, 1, 2, …
    asset_count : int
        Symbols of the tables.
    signals : tuple of str
        In the order in which they were read.
    notes : tuple of Problem
        What was told of reading the tables.
    joined_notes : tuple of Problem
        What was told of joining predictions and corporate actions.
    """

    files: tuple[FileRows, ...]
    order: NDArray[np.int32] | NDArray[np.int64] | None
    asset_count: int
    signals: tuple[str, ...]
    notes: tuple[Problem, ...] = ()
    joined_notes: tuple[Problem, ...] = ()

    @classmethod
    def of(cls, raw: Bars, used: Bars) -> Self | None:
        """Return the origin of bars of which none was left out; None where that is not so, or cannot be said shortly.

        Parameters
        ----------
        raw, used : Bars
            As the tables have them, and as the market gets them.
        """
        is_whole = raw.time.size == used.time.size and raw.origin is None
        if not is_whole or not all(isinstance(file.kept, slice) for file in raw.files):
            return None
        is_short = raw.time.size <= np.iinfo(np.int32).max
        order = used.origin
        if order is not None and is_short:
            order = order.astype(np.int32)
        return cls(
            files=tuple(_emptied(file) for file in raw.files),
            order=order,
            asset_count=len(raw.symbols),
            signals=tuple(used.signals),
        )

    def bars(self, market: Market, rows: NDArray[np.int64] | None = None) -> Bars:
        """Return bars of the market as bars of the tables, in the order of the market.

        Parameters
        ----------
        rows : ndarray of int64, optional
            The rows that are wanted; without it all of them, whose prices and signals are not copied.
        """
        order = None if self.order is None else self.order.astype(np.int64, copy=False)
        if rows is None:
            return Bars(
                time=market.timestamps[market.row_times()],
                asset=market.rows[ASSET],
                symbols=market.symbols,
                prices=market.prices,
                signals={name: market.signals[name] for name in self.signals},
                origin=order,
                files=self.files,
            )
        times = np.searchsorted(market.row_start, rows, side="right") - 1
        return Bars(
            time=market.timestamps[times],
            asset=market.rows[ASSET, rows],
            symbols=market.symbols,
            prices=market.prices[:, rows],
            signals={},
            origin=rows if order is None else order[rows],
            files=self.files,
        )


def has_bad_volume(bars: Bars) -> bool:
    """Return whether a volume is negative or infinite, which a market takes as unknown."""
    volume = bars.prices[VOLUME]
    return bool(((volume < 0) | np.isinf(volume)).any())


def in_file_order(bars: Bars) -> Bars:
    """Return the times and assets of bars in the order of their tables, without prices and signals."""
    if bars.origin is None:
        return bars
    time, asset = np.empty_like(bars.time), np.empty_like(bars.asset)
    time[bars.origin] = bars.time
    asset[bars.origin] = bars.asset
    return replace(bars, time=time, asset=asset, prices=bars.prices[:, :0], signals={}, origin=None)


def _emptied(file: FileRows) -> FileRows:
    """Return a table that knows its size and has no values."""
    size = file.time.size
    return replace(
        file,
        time=np.broadcast_to(np.int64(0), size),
        asset=TextColumn(np.broadcast_to(np.int32(-1), size), ()),
        prices=(),
        signals={},
    )
