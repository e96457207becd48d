"""What a group of closed trades came to: each statistic one function, for all trades or any groups of them."""

import math
from collections.abc import Callable, Iterable, Mapping
from functools import cached_property
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from ml4t_desktop.analysis.undefined import Statistics, Undefined
from ml4t_desktop.units import MICROSECONDS_PER_DAY
from ml4t_desktop.wording import mark

NO_TRADE: Final = mark("no closed trade")
NO_WINNER: Final = mark("no winning trade")
NO_LOSER: Final = mark("no losing trade")
TOO_FEW: Final = mark("fewer than 2 closed trades")
_NO_VARIATION: Final = mark("what would be compared does not vary")
_NO_RANGE: Final = mark("the price never left that of the entry")
# Two-sided 95 % of the normal distribution.
Z_95: Final = 1.959963984540054
_SQN_CAP: Final = 100

Numbers = NDArray[np.float64]
Mask = NDArray[np.bool_]


class TradeGroups:
    """Closed trades in groups, as arrays; what several statistics share is computed once.

    Parameters
    ----------
    closed : DataFrame of `schema.TRADES`
        Closed rows only, those of a group one after the other.
    starts : ndarray of int64, shape (g,)
        The row at which each group begins, ascending from 0; each has a row.
    """

    def __init__(self, closed: pl.DataFrame, starts: NDArray[np.int64]) -> None:
        self._closed = closed
        self._starts = starts
        self.count = np.diff(starts, append=closed.height).astype(np.float64)
        self.pnl = self.column("pnl")
        self.is_win, self.is_loss = self.pnl > 0, self.pnl < 0

    def column(self, name: str) -> Numbers:
        """Return a column of numbers, NaN where there is no value."""
        return self._closed[name].to_numpy().astype(np.float64, copy=False)

    def sum(self, values: Numbers | Mask, where: Mask | None = None) -> Numbers:
        """Return the sum of each group; missing values count as nothing."""
        there = ~np.isnan(values) if values.dtype.kind == "f" else np.ones(len(values), np.bool_)
        kept = there if where is None else there & where
        counted = values if kept.all() else np.where(kept, values, 0.0)
        return np.add.reduceat(counted.astype(np.float64, copy=False), self._starts)

    def mean(self, values: Numbers | Mask, where: Mask | None = None) -> Numbers:
        """Return the mean of each group, NaN without a value."""
        there = ~np.isnan(values) if values.dtype.kind == "f" else np.ones(len(values), np.bool_)
        kept = there if where is None else there & where
        return over(self.sum(values, where), self.sum(kept))

    def deviation(self, values: Numbers) -> Numbers:
        """Return the standard deviation (n - 1) of each group, NaN with fewer than two values."""
        there = self.sum(~np.isnan(values))
        away = values - self.spread(self.mean(values))
        return np.sqrt(over(self.sum(away * away), there - 1.0))

    def correlation(self, one: Numbers, other: Numbers) -> Numbers:
        """Return the correlation of two columns in each group, NaN where one does not vary."""
        both = ~(np.isnan(one) | np.isnan(other))
        away = one - self.spread(self.mean(one, both))
        apart = other - self.spread(self.mean(other, both))
        size = np.sqrt(self.sum(away * away, both) * self.sum(apart * apart, both))
        return over(self.sum(away * apart, both), size)

    def highest(self, values: Numbers, where: Mask | None = None) -> Numbers:
        """Return the highest value of each group, NaN without one."""
        found = values if where is None else np.where(where, values, np.nan)
        return np.fmax.reduceat(found, self._starts)

    def lowest(self, values: Numbers, where: Mask | None = None) -> Numbers:
        """Return the lowest value of each group, NaN without one."""
        found = values if where is None else np.where(where, values, np.nan)
        return np.fmin.reduceat(found, self._starts)

    def median(self, values: Numbers) -> Numbers:
        """Return the median of each group."""
        return np.array([np.median(part) for part in np.split(values, self._starts[1:])])

    def spread(self, of_groups: Numbers) -> Numbers:
        """Return a value of each group for each of its trades."""
        return np.repeat(of_groups, self.count.astype(np.int64))

    @cached_property
    def share(self) -> Numbers:
        """Profit as a fraction of the entry value."""
        return self.column("pnl_percent")

    @cached_property
    def bars(self) -> Numbers:
        """Bars held."""
        return self.column("bars_held")

    @cached_property
    def days(self) -> Numbers:
        """Calendar days from entry to exit."""
        entry, leave = (
            self._closed[name].to_physical().to_numpy() for name in ("entry_time", "exit_time")
        )
        return (leave - entry) / MICROSECONDS_PER_DAY

    @cached_property
    def mfe(self) -> Numbers:
        """Best excursion, a fraction of the entry price."""
        return self.column("mfe")

    @cached_property
    def mae(self) -> Numbers:
        """Worst excursion, a fraction of the entry price."""
        return self.column("mae")

    @cached_property
    def moved(self) -> Numbers:
        """The move of the price from entry to exit in favour of the trade, before fees."""
        sign = np.where((self._closed["direction"] == "long").to_numpy(), 1.0, -1.0)
        return sign * (self.column("exit_price") / self.column("entry_price") - 1.0)

    # The range of the price while the trade was on includes its entry and its exit.

    @cached_property
    def best(self) -> Numbers:
        """The best price while the trade was on, as a move from the entry."""
        return np.fmax(np.fmax(self.mfe, self.moved), 0.0)

    @cached_property
    def worst(self) -> Numbers:
        """The worst price while the trade was on, as a move from the entry."""
        return np.fmin(np.fmin(self.mae, self.moved), 0.0)

    @cached_property
    def win_rate(self) -> Numbers:
        """Share of trades with a profit."""
        return self.mean(self.is_win)

    @cached_property
    def payoff(self) -> Numbers:
        """Average win over the size of the average loss."""
        return over(self.mean(self.pnl, self.is_win), -self.mean(self.pnl, self.is_loss))

    @cached_property
    def kelly(self) -> Numbers:
        """The fraction that lets the balance grow fastest."""
        return self.win_rate - (1.0 - self.win_rate) / self.payoff

    @cached_property
    def quality(self) -> Numbers:
        """Mean over standard deviation of the profits."""
        return over(self.mean(self.pnl), self.deviation(self.pnl))

    def wilson(self, side: float) -> Numbers:
        """Return a bound of the interval of the win rate: below (-1) or above (1)."""
        rate, count = self.win_rate, self.count
        size = 1.0 + Z_95**2 / count
        middle = (rate + Z_95**2 / (2.0 * count)) / size
        half = Z_95 * np.sqrt(rate * (1.0 - rate) / count + Z_95**2 / (4.0 * count**2)) / size
        return np.clip(middle + side * half, 0.0, 1.0)


def over(top: Numbers, bottom: Numbers) -> Numbers:
    """Return a quotient, NaN where the divisor is zero or not a number."""
    return np.divide(top, bottom, out=np.full(len(top), np.nan), where=np.abs(bottom) > 0)


# Of closed trades in groups; NaN where undefined.
OUTCOMES: Final[Mapping[str, Callable[[TradeGroups], Numbers]]] = {
    "num_trades": lambda of: of.count,
    "winners": lambda of: of.sum(of.is_win),
    "losers": lambda of: of.sum(of.is_loss),
    "scratch_trades": lambda of: of.sum(of.pnl == 0),
    "win_rate": lambda of: of.win_rate,
    "win_rate_low": lambda of: of.wilson(-1.0),
    "win_rate_high": lambda of: of.wilson(1.0),
    "trades_pnl": lambda of: of.sum(of.pnl),
    "gross_profit": lambda of: of.sum(of.pnl, of.is_win),
    "gross_loss": lambda of: of.sum(of.pnl, of.is_loss),
    "profit_factor": lambda of: over(of.sum(of.pnl, of.is_win), -of.sum(of.pnl, of.is_loss)),
    "expectancy": lambda of: of.mean(of.pnl),
    "expectancy_percent": lambda of: of.mean(of.share),
    "median_trade": lambda of: of.median(of.pnl),
    "trade_deviation": lambda of: of.deviation(of.pnl),
    "payoff_ratio": lambda of: of.payoff,
    "average_win": lambda of: of.mean(of.pnl, of.is_win),
    "average_loss": lambda of: of.mean(of.pnl, of.is_loss),
    "average_win_percent": lambda of: of.mean(of.share, of.is_win),
    "average_loss_percent": lambda of: of.mean(of.share, of.is_loss),
    "largest_win": lambda of: of.highest(of.pnl, of.is_win),
    "largest_loss": lambda of: of.lowest(of.pnl, of.is_loss),
    "best_trade_percent": lambda of: of.highest(of.share),
    "worst_trade_percent": lambda of: of.lowest(of.share),
    "sqn": lambda of: np.sqrt(of.count) * of.quality,
    "sqn_100": lambda of: np.sqrt(np.minimum(of.count, _SQN_CAP)) * of.quality,
    "kelly": lambda of: of.kelly,
    "half_kelly": lambda of: of.kelly / 2.0,
    "average_bars_held": lambda of: of.mean(of.bars),
    "average_bars_held_winners": lambda of: of.mean(of.bars, of.is_win),
    "average_bars_held_losers": lambda of: of.mean(of.bars, of.is_loss),
    "median_bars_held": lambda of: of.median(of.bars),
    "max_bars_held": lambda of: of.highest(of.bars),
    "average_days_held": lambda of: of.mean(of.days),
    "average_mfe": lambda of: of.mean(of.mfe),
    "average_mae": lambda of: of.mean(of.mae),
    "average_mfe_losers": lambda of: of.mean(of.mfe, of.is_loss),
    "average_mae_winners": lambda of: of.mean(of.mae, of.is_win),
    "worst_mae": lambda of: of.lowest(of.mae),
    "average_end_drawdown": lambda of: of.mean(of.best - of.moved),
    "entry_efficiency": lambda of: of.mean(over(of.best, of.best - of.worst)),
    "exit_efficiency": lambda of: of.mean(over(of.moved - of.worst, of.best - of.worst)),
    "total_efficiency": lambda of: of.mean(over(of.moved, of.best - of.worst)),
    "mfe_correlation": lambda of: of.correlation(of.share, of.mfe),
    "mae_correlation": lambda of: of.correlation(of.share, of.mae),
    "trade_fees": lambda of: of.sum(of.column("fees")),
    "trade_slippage": lambda of: of.sum(of.column("slippage")),
}
# The columns of a trades table that they are made of.
COLUMNS: Final = (
    "pnl", "pnl_percent", "direction", "entry_price", "exit_price", "entry_time", "exit_time",
    "bars_held", "mfe", "mae", "fees", "slippage",
)  # fmt: skip
COUNTS: Final = frozenset({"num_trades", "winners", "losers", "scratch_trades", "max_bars_held"})


def outcomes_of_groups(
    closed: pl.DataFrame, starts: NDArray[np.int64], names: Iterable[str]
) -> dict[str, Numbers]:
    """Return statistics of `OUTCOMES` for groups of trades, by name; NaN where undefined.

    Parameters
    ----------
    closed, starts : DataFrame, ndarray of int64
        As `TradeGroups` takes them.
    names : iterable of str
    """
    groups = TradeGroups(closed, starts)
    with np.errstate(all="ignore"):
        return {name: OUTCOMES[name](groups) for name in names}


# What a statistic needs beyond one trade, in the order in which it is told.
_NEEDS: Final[Mapping[str, tuple[str, ...]]] = {
    "average_win": ("winners",),
    "average_win_percent": ("winners",),
    "largest_win": ("winners",),
    "average_bars_held_winners": ("winners",),
    "average_mae_winners": ("winners",),
    "average_loss": ("losers",),
    "average_loss_percent": ("losers",),
    "largest_loss": ("losers",),
    "average_bars_held_losers": ("losers",),
    "average_mfe_losers": ("losers",),
    "profit_factor": ("losers",),
    "payoff_ratio": ("winners", "losers"),
    "kelly": ("winners", "losers"),
    "half_kelly": ("winners", "losers"),
}
_NO_SPREAD: Final = mark("every closed trade made the same amount")
_ELSE: Final[Mapping[str, str]] = {
    "sqn": _NO_SPREAD,
    "sqn_100": _NO_SPREAD,
    "mfe_correlation": _NO_VARIATION,
    "mae_correlation": _NO_VARIATION,
    "entry_efficiency": _NO_RANGE,
    "exit_efficiency": _NO_RANGE,
    "total_efficiency": _NO_RANGE,
}
_NEED_TWO: Final = frozenset(
    {"sqn", "sqn_100", "trade_deviation", "mfe_correlation", "mae_correlation"}
)


def outcome_statistics(closed: pl.DataFrame) -> Statistics:
    """Return the statistics of `OUTCOMES`, by name.

    Parameters
    ----------
    closed : DataFrame of `schema.TRADES`
        Closed rows only.
    """
    if not closed.height:
        return {
            name: (0 if name in COUNTS else 0.0) if name in _TOTALS else Undefined(NO_TRADE)
            for name in OUTCOMES
        }
    whole = outcomes_of_groups(closed, np.zeros(1, np.int64), OUTCOMES)
    row = {name: float(values[0]) for name, values in whole.items()}
    counts = {name: int(row[name]) for name in ("num_trades", "winners", "losers")}
    return {
        name: why_not(name, counts)
        if math.isnan(value) and name not in _TOTALS
        else int(value)
        if name in COUNTS
        else value
        for name, value in row.items()
    }


def why_not(name: str, counts: Mapping[str, int]) -> Undefined:
    """Return why a statistic of so many trades, winners and losers is undefined."""
    if not counts["num_trades"]:
        return Undefined(NO_TRADE)
    for need, reason in (("winners", NO_WINNER), ("losers", NO_LOSER)):
        if need in _NEEDS.get(name, ()) and not counts[need]:
            return Undefined(reason)
    if name in _NEED_TWO and counts["num_trades"] < 2:
        return Undefined(TOO_FEW)
    return Undefined(_ELSE.get(name, mark("no closed trade has a value for it")))


_TOTALS: Final = frozenset(
    {
        "num_trades", "winners", "losers", "scratch_trades", "trades_pnl", "gross_profit",
        "gross_loss", "trade_fees", "trade_slippage",
    }
)  # fmt: skip
