"""The returns of a market, laid out so that a lag is a shift of the array.

Rows lie asset by asset, each followed by empty rows, so that no shift within `REACH` bars reaches
from one asset into the next.
"""

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
from ml4t_desktop.market.market import ASSET, CLOSE, OPEN, PREVIOUS

REACH: Final = 20
# Fewer assets at a time than this cannot be ranked against each other to any use.
FEWEST_ASSETS: Final = 5
MOST_BLOCKS: Final = 5_000
Floats = NDArray[np.float64]
Wholes = NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Panel:
    """Bars asset by asset, P places: one for each row and `REACH` empty ones after each asset.

    Parameters
    ----------
    place : ndarray of int64, shape (N,)
        Where each row of the market (or each timestamp, for the market as a whole) lies.
    time : ndarray of int64, shape (P,)
        Index of the timestamp; 0 in empty places.
    is_bar : ndarray of bool, shape (P,)
    ranks_across : bool
        Whether values are compared across the assets of a timestamp, else over the time of an asset.
    open, close : ndarray of float64, shape (P,)
        Prices; NaN in empty places.
    returns : ndarray of float64, shape (P,)
        Close over the asset's previous close less one; NaN at its first bar and in empty places.
    segments : ndarray of int64, shape (A + 1,)
        Places of asset a are ``segments[a]:segments[a + 1] - REACH``.
    time_count : int
    block : ndarray of int64, shape (P,)
        Timestamps in up to `MOST_BLOCKS` blocks of consecutive ones; each its own where they are few.
    block_count : int
    """

    place: Wholes
    time: Wholes
    is_bar: NDArray[np.bool_]
    ranks_across: bool
    open: Floats
    close: Floats
    returns: Floats
    segments: Wholes
    time_count: int
    block: Wholes
    block_count: int

    def laid_out(self, values: Floats) -> Floats:
        """Return a column of the market in places, NaN in empty ones."""
        return _placed(values, self.place, self.time.size)

    def changes(self, values: Floats) -> Floats:
        """Return each value less that of the asset's bar before, in places."""
        out = np.full(values.size, np.nan)
        out[1:] = values[1:] - values[:-1]
        return out

    def ranks(self, values: Floats) -> Floats:
        """Return ranks with mean 0 and variance 1: among the assets of a time, or among the asset's own past."""
        if self.ranks_across:
            return within_group_ranks(values, self.time, self.time_count, FEWEST_ASSETS)
        return _of_size_one(trailing_scores(values, self.segments, as_ranks=True))

    def return_ranks(self) -> Floats:
        """Return the returns as ranks; over time with their signs, so that their mean is not the past's."""
        if self.ranks_across:
            return self.ranks(self.returns)
        return _of_size_one(trailing_sizes(self.returns, self.segments, as_ranks=True))

    def return_scores(self) -> Floats:
        """Return the returns in deviations, as `return_ranks` compares them."""
        if self.ranks_across:
            return self.scores(self.returns)
        return _of_size_one(trailing_sizes(self.returns, self.segments, as_ranks=False))

    def scores(self, values: Floats) -> Floats:
        """Return values less their mean over their deviation, compared as `ranks` does, outliers cut."""
        if self.ranks_across:
            return within_group_scores(values, self.time, self.time_count, FEWEST_ASSETS)
        return _of_size_one(trailing_scores(values, self.segments, as_ranks=False))


def asset_panel(market: Market) -> Panel:
    """Return the panel of all bars of a market."""
    assets = market.rows[ASSET].astype(np.int64)
    order = np.argsort(assets, kind="stable")
    counts = np.bincount(assets, minlength=len(market.symbols))
    segments = np.concatenate(([0], np.cumsum(counts + REACH)))
    place = np.empty(market.row_count, np.int64)
    place[order] = np.arange(market.row_count) + assets[order] * REACH
    size = int(segments[-1])
    time = np.zeros(size, np.int64)
    time[place] = market.row_times()
    is_bar = np.zeros(size, np.bool_)
    is_bar[place] = True
    previous = market.rows[PREVIOUS]
    close = market.prices[CLOSE]
    returns = np.where(previous >= 0, close / close[previous] - 1.0, np.nan)
    return Panel(
        place=place,
        time=time,
        is_bar=is_bar,
        ranks_across=market.row_count >= FEWEST_ASSETS * max(market.time_count, 1),
        open=_placed(market.prices[OPEN], place, size),
        close=_placed(close, place, size),
        returns=_placed(returns, place, size),
        segments=segments,
        time_count=market.time_count,
        block=_blocks(time, market.time_count),
        block_count=min(market.time_count, MOST_BLOCKS),
    )


def market_panel(market: Market, panel: Panel) -> Panel:
    """Return the panel of the market as a whole: one "asset" whose return is the mean of all.

    Its open stands for the close before: a mean of opens is nobody's price.
    """
    known = np.isfinite(panel.returns)
    total = np.bincount(panel.time[known], panel.returns[known], market.time_count)
    count = np.bincount(panel.time[known], minlength=market.time_count)
    mean = np.where(count > 0, total / np.maximum(count, 1), np.nan)
    close: Floats = np.cumprod(1.0 + np.nan_to_num(mean), dtype=np.float64)
    before: Floats = np.concatenate((np.ones(min(1, close.size)), close[:-1]))
    place = np.arange(market.time_count)
    size = market.time_count + REACH
    time = np.where(np.arange(size) < market.time_count, np.arange(size), 0)
    return Panel(
        place=place,
        time=time,
        is_bar=np.arange(size) < market.time_count,
        ranks_across=False,
        open=_placed(before, place, size),
        close=_placed(close, place, size),
        returns=_placed(mean, place, size),
        segments=np.array([0, size]),
        time_count=market.time_count,
        block=_blocks(time, market.time_count),
        block_count=min(market.time_count, MOST_BLOCKS),
    )


def _blocks(time: Wholes, count: int) -> Wholes:
    return time if count <= MOST_BLOCKS else time * MOST_BLOCKS // count


def _of_size_one(values: Floats) -> Floats:
    """Return values with a mean square of 1: the past of a slow column is no uniform variable."""
    known = np.isfinite(values)
    size = float(np.sqrt(np.mean(values[known] ** 2))) if known.any() else 0.0
    return (values / (size if size > 0 else np.nan)).astype(np.float64, copy=False)


def _placed(values: Floats, place: Wholes, size: int) -> Floats:
    out = np.full(size, np.nan)
    out[place] = values
    return out
