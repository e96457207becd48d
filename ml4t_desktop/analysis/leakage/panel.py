"""The returns of a market, laid out so that a lag is a shift of the array.

Rows lie asset by asset, each followed by empty rows, so that no shift within `REACH` bars reaches
from one asset into the next.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ml4t_desktop.analysis.leakage.scores import (
    trailing_scores,
    trailing_sizes,
    within_group_ranks,
    within_group_scores,
)
from ml4t_desktop.market import Market
from ml4t_desktop.market.blocks import slices, time_blocks
from ml4t_desktop.market.market import ASSET, CLOSE, OPEN, PREVIOUS

REACH: Final = 20
# Fewer assets at a time than this cannot be ranked against each other to any use.
FEWEST_ASSETS: Final = 5
MOST_BLOCKS: Final = 5_000
Floats = NDArray[np.float64]
Wholes = NDArray[np.int64]
Check = Callable[[], None]
Places = NDArray[np.int32] | Wholes


def go_on() -> None:
    """Check nothing: somebody waits to the end."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Panel:
    """Bars asset by asset, P places: one for each row and `REACH` empty ones after each asset.

    N rows of T timestamps. What is laid out is made when it is asked for and not kept: of ten million bars
    each column takes 80 MB.

    Parameters
    ----------
    place : ndarray of int32 or int64, shape (N,)
        Where each row of the market (or each timestamp, for the market as a whole) lies.
    time : ndarray of int32, shape (P,)
        Index of the timestamp; 0 in empty places.
    is_bar : ndarray of bool, shape (P,)
    ranks_across : bool
        Whether values are compared across the assets of a timestamp, else over the time of an asset.
    row_start : ndarray of int64, shape (T + 1,)
        Rows of timestamp t are ``row_start[t]:row_start[t + 1]``.
    opens, closes, gains : ndarray of float64, shape (N,)
        By row: prices, and the close over the asset's previous close less one, NaN at its first bar. Without
        `gains` they are those of `previous`.
    previous : ndarray of int32, shape (N,)
        Row of the asset's bar before, or -1.
    segments : ndarray of int64, shape (A + 1,)
        Places of asset a are ``segments[a]:segments[a + 1] - REACH``.
    block_of_time : ndarray of int64, shape (T,)
        Timestamps in up to `MOST_BLOCKS` blocks of consecutive ones; each its own where they are few.
    block_count : int
    """

    place: Places
    time: NDArray[np.int32]
    is_bar: NDArray[np.bool_]
    ranks_across: bool
    row_start: Wholes
    opens: Floats
    closes: Floats
    gains: Floats | None = None
    previous: NDArray[np.int32]
    segments: Wholes
    block_of_time: Wholes
    block_count: int

    @property
    def time_count(self) -> int:
        """Number of timestamps."""
        return self.row_start.size - 1

    @property
    def open(self) -> Floats:
        """Opening prices in places, shape (P,); NaN in empty ones."""
        return self.laid_out(self.opens)

    @property
    def close(self) -> Floats:
        """Closing prices in places, shape (P,); NaN in empty ones."""
        return self.laid_out(self.closes)

    @property
    def returns(self) -> Floats:
        """Close over the asset's previous close less one, in places; NaN at its first bar and in empty ones."""
        if self.gains is not None:
            return self.laid_out(self.gains)
        out = np.full(self.time.size, np.nan)
        for rows in slices(self.place.size):
            previous = self.previous[rows]
            gain = self.closes[rows] / self.closes[previous] - 1.0
            out[self.place[rows]] = np.where(previous >= 0, gain, np.nan)
        return out

    def laid_out(self, values: Floats) -> Floats:
        """Return a column of the market in places, NaN in empty ones."""
        out = np.full(self.time.size, np.nan)
        for rows in slices(self.place.size):
            out[self.place[rows]] = values[rows]
        return out

    def by_row(self, values: Floats) -> Floats:
        """Return laid-out values in the order of the rows, shape (N,)."""
        out = np.empty(self.place.size)
        for rows in slices(self.place.size):
            out[rows] = values[self.place[rows]]
        return out

    def changes(self, values: Floats) -> Floats:
        """Return each value less that of the asset's bar before, in places."""
        out = np.full(values.size, np.nan)
        np.subtract(values[1:], values[:-1], out=out[1:])
        return out

    def ranks(self, values: Floats, check: Check = go_on) -> Floats:
        """Return ranks with mean 0 and variance 1: among the assets of a time, or among the asset's own past."""
        if self.ranks_across:
            return self._across(values, within_group_ranks, check)
        return _of_size_one(trailing_scores(values, self.segments, as_ranks=True, check=check))

    def return_ranks(self, check: Check = go_on) -> Floats:
        """Return the returns as ranks; over time with their signs, so that their mean is not the past's."""
        if self.ranks_across:
            return self.ranks(self.returns, check)
        return _of_size_one(trailing_sizes(self.returns, self.segments, as_ranks=True, check=check))

    def return_scores(self, check: Check = go_on) -> Floats:
        """Return the returns in deviations, as `return_ranks` compares them."""
        if self.ranks_across:
            return self.scores(self.returns, check)
        return _of_size_one(
            trailing_sizes(self.returns, self.segments, as_ranks=False, check=check)
        )

    def scores(self, values: Floats, check: Check = go_on) -> Floats:
        """Return values less their mean over their deviation, compared as `ranks` does, outliers cut."""
        if self.ranks_across:
            return self._across(values, within_group_scores, check)
        return _of_size_one(trailing_scores(values, self.segments, as_ranks=False, check=check))

    def _across(
        self,
        values: Floats,
        compare: Callable[[Floats, Wholes, int, int], Floats],
        check: Check,
    ) -> Floats:
        """Return what comes of comparing the values of every timestamp, in places."""
        out = np.full(values.size, np.nan)
        for first, after in time_blocks(self.row_start):
            check()
            place = self.place[self.row_start[first] : self.row_start[after]]
            time = self.time[place].astype(np.int64) - first
            out[place] = compare(values[place], time, after - first, FEWEST_ASSETS)
        return out


def asset_panel(market: Market, check: Check = go_on) -> Panel:
    """Return the panel of all bars of a market.

    Parameters
    ----------
    check : callable
        Called between blocks; raises when nobody waits for it any more.
    """
    assets = market.rows[ASSET]
    counts = np.bincount(assets, minlength=len(market.symbols))
    segments = np.concatenate(([0], np.cumsum(counts + REACH)))
    size = int(segments[-1])
    is_short = size <= np.iinfo(np.int32).max
    place: Places = (
        np.empty(market.row_count, np.int32) if is_short else np.empty(market.row_count, np.int64)
    )
    time = np.zeros(size, np.int32)
    is_bar = np.zeros(size, np.bool_)
    used = segments[:-1].copy()  # the next free place of every asset
    for first, after in time_blocks(market.row_start):
        check()
        rows = slice(int(market.row_start[first]), int(market.row_start[after]))
        own = assets[rows]
        order = np.argsort(own, kind="stable")
        found = np.bincount(own, minlength=used.size)
        begins = np.cumsum(found) - found
        in_order = own[order]
        free = used[in_order] + np.arange(order.size) - begins[in_order]
        place[rows][order] = free
        moments = np.repeat(np.arange(first, after), np.diff(market.row_start[first : after + 1]))
        time[free] = moments[order]
        is_bar[free] = True
        used += found
    return Panel(
        place=place,
        time=time,
        is_bar=is_bar,
        ranks_across=market.row_count >= FEWEST_ASSETS * max(market.time_count, 1),
        row_start=market.row_start,
        opens=market.prices[OPEN],
        closes=market.prices[CLOSE],
        previous=market.rows[PREVIOUS],
        segments=segments,
        block_of_time=_blocks(market.time_count),
        block_count=min(market.time_count, MOST_BLOCKS),
    )


def market_panel(market: Market, panel: Panel) -> Panel:
    """Return the panel of the market as a whole: one "asset" whose return is the mean of all.

    Its open stands for the close before: a mean of opens is nobody's price.
    """
    total, count = np.zeros(market.time_count), np.zeros(market.time_count, np.int64)
    for first, after in time_blocks(panel.row_start):
        rows = slice(int(panel.row_start[first]), int(panel.row_start[after]))
        previous = panel.previous[rows]
        gain = panel.closes[rows] / panel.closes[previous] - 1.0
        known = np.isfinite(gain) & (previous >= 0)
        time = panel.time[panel.place[rows][known]] - first
        total[first:after] = np.bincount(time, gain[known], after - first)
        count[first:after] = np.bincount(time, minlength=after - first)
    mean = np.where(count > 0, total / np.maximum(count, 1), np.nan)
    close: Floats = np.cumprod(1.0 + np.nan_to_num(mean), dtype=np.float64)
    before: Floats = np.concatenate((np.ones(min(1, close.size)), close[:-1]))
    size = market.time_count + REACH
    is_bar = np.arange(size) < market.time_count
    return Panel(
        place=np.arange(market.time_count),
        time=np.where(is_bar, np.arange(size), 0).astype(np.int32),
        is_bar=is_bar,
        ranks_across=False,
        row_start=np.arange(market.time_count + 1),
        opens=before,
        closes=close,
        gains=mean,
        previous=np.arange(-1, market.time_count - 1, dtype=np.int32),
        segments=np.array([0, size]),
        block_of_time=_blocks(market.time_count),
        block_count=min(market.time_count, MOST_BLOCKS),
    )


def _blocks(count: int) -> Wholes:
    """Return the block of each timestamp."""
    time = np.arange(count)
    return time if count <= MOST_BLOCKS else time * MOST_BLOCKS // count


def _of_size_one(values: Floats) -> Floats:
    """Return values with a mean square of 1: the past of a slow column is no uniform variable."""
    known = np.isfinite(values)
    size = float(np.sqrt(np.mean(values[known] ** 2))) if known.any() else 0.0
    return (values / (size if size > 0 else np.nan)).astype(np.float64, copy=False)
