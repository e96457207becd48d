"""What would have become of trades with another stop and target, judged by their excursions alone."""

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from ml4t_desktop.result.schema import CLOSED

Values = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Excursions:
    """The closed trades of a run, k of them, and how far they went either way.

    Parameters
    ----------
    trade_id : ndarray of int64, shape (k,)
    best, worst : ndarray of float64, shape (k,)
        MFE and MAE as fractions of the entry price, the first zero or more, the second zero or less.
    percent, pnl : ndarray of float64, shape (k,)
        Net, as a fraction of the value at entry, and in money.
    value, fees : ndarray of float64, shape (k,)
        Money at entry, and fees.
    """

    trade_id: NDArray[np.int64]
    best: Values
    worst: Values
    percent: Values
    pnl: Values
    value: Values
    fees: Values


@dataclass(frozen=True, slots=True, kw_only=True)
class WhatIf:
    """What a stop and a target would have made of trades.

    Parameters
    ----------
    trades, stopped, taken, doubtful : int
        All of them; those that reached the stop, the target, and both, which count as stopped.
    pnl_before, pnl_after : float
        Money.
    win_rate_before, win_rate_after : float or None
        None without a trade.
    """

    trades: int
    stopped: int
    taken: int
    doubtful: int
    pnl_before: float
    pnl_after: float
    win_rate_before: float | None
    win_rate_after: float | None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Levelled:
    """What would have become of each of k trades.

    Parameters
    ----------
    is_stopped, is_taken, is_doubtful : ndarray of bool, shape (k,)
        Left at the stop, left at the target; reached both, which counts as stopped.
    pnl : ndarray of float64, shape (k,)
        Money.
    """

    is_stopped: NDArray[np.bool_]
    is_taken: NDArray[np.bool_]
    is_doubtful: NDArray[np.bool_]
    pnl: Values


def excursions(trades: pl.DataFrame) -> Excursions:
    """Return the excursions of the closed rows of a trades table."""
    closed = trades.filter(pl.col("status") == CLOSED)
    value = closed["quantity"] * closed["entry_price"] * closed["multiplier"]
    return Excursions(
        trade_id=closed["trade_id"].to_numpy(),
        best=closed["mfe"].to_numpy(),
        worst=closed["mae"].to_numpy(),
        percent=closed["pnl_percent"].to_numpy(),
        pnl=closed["pnl"].to_numpy(),
        value=value.to_numpy(),
        fees=closed["fees"].to_numpy(),
    )


def what_if(of: Excursions, stop: float | None, target: float | None) -> WhatIf:
    """Return what a stop and a target would have made of trades: an approximation.

    A trade whose worst excursion reached the stop is left there, at exactly that price; one whose best
    reached the target likewise. Which came first is not known from excursions: a trade that reached
    both counts as stopped. Fees stay as they were, and money that would have been free buys nothing else.

    Parameters
    ----------
    of : Excursions
    stop, target : float or None
        Positive fractions of the entry price; None for none.
    """
    found = levelled(of, stop, target)
    has_any = of.pnl.size > 0
    return WhatIf(
        trades=of.pnl.size,
        stopped=int(found.is_stopped.sum()),
        taken=int(found.is_taken.sum()),
        doubtful=int(found.is_doubtful.sum()),
        pnl_before=float(of.pnl.sum()),
        pnl_after=float(found.pnl.sum()),
        win_rate_before=float(np.mean(of.pnl > 0)) if has_any else None,
        win_rate_after=float(np.mean(found.pnl > 0)) if has_any else None,
    )


def levelled(of: Excursions, stop: float | None, target: float | None) -> Levelled:
    """Return what would have become of each trade with a stop and a target, as `what_if` has it."""
    is_stopped = of.worst <= -stop if stop is not None else np.zeros(of.pnl.size, np.bool_)
    reached = of.best >= target if target is not None else np.zeros(of.pnl.size, np.bool_)
    is_taken = reached & ~is_stopped
    after = of.pnl.copy()
    if stop is not None:
        after[is_stopped] = -stop * of.value[is_stopped] - of.fees[is_stopped]
    if target is not None:
        after[is_taken] = target * of.value[is_taken] - of.fees[is_taken]
    return Levelled(
        is_stopped=is_stopped, is_taken=is_taken, is_doubtful=is_stopped & reached, pnl=after
    )


def part_of(of: Excursions, chosen: NDArray[np.bool_]) -> Excursions:
    """Return some of the trades."""
    return Excursions(
        trade_id=of.trade_id[chosen],
        best=of.best[chosen],
        worst=of.worst[chosen],
        percent=of.percent[chosen],
        pnl=of.pnl[chosen],
        value=of.value[chosen],
        fees=of.fees[chosen],
    )
