"""The market in memory."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Self

import numpy as np
from numpy.typing import NDArray

from ml4t_desktop.market.action_table import ActionTable
from ml4t_desktop.market.columns import Column, TextColumn
from ml4t_desktop.market.row_index import ASSET, ORDINAL, PREVIOUS, row_index
from ml4t_desktop.units import moment

__all__ = [
    "ASSET", "CLOSE", "HIGH", "LOW", "OPEN", "ORDINAL", "PREVIOUS", "VOLUME", "Market",
]  # fmt: skip

OPEN, HIGH, LOW, CLOSE, VOLUME = range(5)


@dataclass(frozen=True, slots=True, eq=False)
class BenchmarkLine:
    """What a run of the market is measured against, where a file gives it.

    Parameters
    ----------
    title : str
        What a user reads: the name of the file, without its ending.
    values : ndarray of float64, shape (T,)
        Worth at every timestamp, up to a factor; NaN before the first value of the file.
    """

    title: str
    values: NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False, weakref_slot=True)
class Market:
    """All bars, signals and context of a run, sorted by time and then by symbol.

    N rows (bars), T distinct timestamps, A assets. Build it with `Market.build`.

    Parameters
    ----------
    timestamps : ndarray of int64, shape (T,)
        Microseconds since the epoch (UTC), strictly increasing.
    row_start : ndarray of int64, shape (T + 1,)
        Rows of timestamp t are ``row_start[t]:row_start[t + 1]``.
    symbols : tuple of str
        Assets in ascending order; an asset's index is its place here.
    prices : ndarray of float64, shape (5, N)
        Open, high, low, close, volume. Prices are finite and positive; volume is NaN where unknown.
    rows : ndarray of int32, shape (3, N)
        Asset index; ordinal (0-based count of the asset's bars); row of the asset's previous bar, or -1.
        Both go on where a symbol change names the asset anew.
    signals : mapping of str to Column
        Per row, length N.
    context : mapping of str to Column
        Per timestamp, length T, already matched (exact or as-of).
    has_context : ndarray of bool, shape (T,)
        Whether any context matched the timestamp.
    time_zone : str or None
        "UTC" when the source carried a time zone, None when its timestamps were naive.
    source : tuple of str
        Names of the files the rows came from, for messages.
    actions : ActionTable
        Corporate actions; see `market.corporate_actions.with_corporate_actions`.
    benchmark : BenchmarkLine or None
        Of a file; no rule can use it.
    """

    timestamps: NDArray[np.int64]
    row_start: NDArray[np.int64]
    symbols: tuple[str, ...]
    prices: NDArray[np.float64]
    rows: NDArray[np.int32]
    signals: Mapping[str, Column] = field(default_factory=lambda: MappingProxyType({}))
    context: Mapping[str, Column] = field(default_factory=lambda: MappingProxyType({}))
    has_context: NDArray[np.bool_] = field(default_factory=lambda: np.zeros(0, np.bool_))
    time_zone: str | None = None
    source: tuple[str, ...] = ()
    actions: ActionTable = field(default_factory=ActionTable)
    benchmark: BenchmarkLine | None = None

    @classmethod
    def build(
        cls,
        *,
        timestamp: NDArray[np.int64],
        asset: NDArray[np.int32],
        symbols: tuple[str, ...],
        prices: NDArray[np.float64],
        signals: Mapping[str, Column] | None = None,
        time_zone: str | None = None,
        source: tuple[str, ...] = (),
    ) -> Self:
        """Return a market of rows already sorted by (timestamp, asset), one row per pair.

        Parameters
        ----------
        timestamp : ndarray of int64, shape (N,)
            Microseconds since the epoch, ascending.
        asset : ndarray of int32, shape (N,)
            Index into `symbols`, ascending within a timestamp.
        prices : ndarray of float64, shape (5, N)
            Taken as it is, not copied.

        Raises
        ------
        ValueError
            If the rows are not in that order or a pair occurs twice.
        """
        if timestamp.size:
            later = timestamp[1:] > timestamp[:-1]
            in_order = (timestamp[1:] == timestamp[:-1]) & (asset[1:] > asset[:-1])
            if not np.all(later | in_order):
                message = "rows must be sorted by timestamp and asset, one row for each pair"
                raise ValueError(message)
            first = np.append(0, np.flatnonzero(later) + 1)
        else:
            first = np.zeros(0, np.int64)
        row_start = np.append(first, timestamp.size).astype(np.int64)
        return cls(
            timestamps=timestamp[first],
            row_start=row_start,
            symbols=symbols,
            prices=prices,
            rows=row_index(asset, row_start, len(symbols)),
            signals=MappingProxyType(dict(signals or {})),
            has_context=np.zeros(first.size, np.bool_),
            time_zone=time_zone,
            source=source,
        )

    @property
    def row_count(self) -> int:
        """Number of bars."""
        return self.prices.shape[1]

    @property
    def time_count(self) -> int:
        """Number of distinct timestamps."""
        return self.timestamps.size

    def row_times(self) -> NDArray[np.int64]:
        """Return the timestamp index of every row, shape (N,)."""
        # Every timestamp has a row. `np.repeat` would keep other threads waiting all the while.
        index = np.zeros(self.row_count, np.int64)
        index[self.row_start[1:-1]] = 1
        return np.cumsum(index, out=index)

    def asset_rows(self, asset: int) -> NDArray[np.int64]:
        """Return the rows of one asset in time order."""
        if self.time_count * len(self.symbols).bit_length() < self.row_count:
            return self._rows_by_time(asset)
        return np.flatnonzero(self.rows[ASSET] == asset)

    def _rows_by_time(self, asset: int) -> NDArray[np.int64]:
        """Bisect the rows of all timestamps at once: each begins with its lowest asset."""
        assets = self.rows[ASSET]
        first, after = self.row_start[:-1].copy(), self.row_start[1:].copy()
        for _ in range(len(self.symbols).bit_length()):
            middle = np.minimum((first + after) >> 1, self.row_count - 1)
            is_open = first < after
            is_below = assets[middle] < asset
            first = np.where(is_open & is_below, middle + 1, first)
            after = np.where(is_open & ~is_below, middle, after)
        rows = first[first < self.row_start[1:]]
        return rows[assets[rows] == asset]

    def moment(self, t: int) -> datetime:
        """Return timestamp `t` as a datetime (aware when the source was)."""
        return moment(int(self.timestamps[t]), self.time_zone)

    def column(self, name: str) -> Column:
        """Return a column by its full name, such as ``signal.ml_pred_5d``, ``bar.close``, ``context.VIX``.

        Context columns have length T, the others length N.

        Raises
        ------
        KeyError
            If there is no such column.
        """
        kind, _, rest = name.partition(".")
        if kind == "bar" and rest in _BAR_COLUMNS:
            return self.prices[_BAR_COLUMNS[rest]]
        if kind == "signal" and rest in self.signals:
            return self.signals[rest]
        if kind == "context" and rest in self.context:
            return self.context[rest]
        raise KeyError(name)

    def column_names(self) -> tuple[str, ...]:
        """Return the full names of all columns a rule can use."""
        return (
            *(f"bar.{name}" for name in _BAR_COLUMNS),
            *(f"signal.{name}" for name in self.signals),
            *(f"context.{name}" for name in self.context),
        )

    def is_text(self, name: str) -> bool:
        """Return whether a column holds texts."""
        return isinstance(self.column(name), TextColumn)


_BAR_COLUMNS = {"open": OPEN, "high": HIGH, "low": LOW, "close": CLOSE, "volume": VOLUME}
