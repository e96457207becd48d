"""The trades of a scope as samples: what formulas of trades are measured on."""

from functools import cached_property

import numpy as np
import polars as pl
from numpy.typing import NDArray

from ml4t_desktop.analysis.making.derivation import (
    Aggregate,
    Floats,
    Ids,
    Input,
    Kind,
    Part,
    Sample,
)
from ml4t_desktop.analysis.making.measuring import given, measured
from ml4t_desktop.analysis.trades.outcomes import COLUMNS, TradeGroups
from ml4t_desktop.result.schema import CLOSED
from ml4t_desktop.wording import mark

Mask = NDArray[np.bool_]


class TradeBook:
    """Trades, all of them or a part.

    Parameters
    ----------
    trades : DataFrame of `schema.TRADES`
        In the order in which they closed.
    initial_capital : float
        The balance before the first.
    days : float
        Calendar days of the run.
    stop_loss : float or None
        What a trade puts at risk, a fraction of its entry value.
    """

    def __init__(
        self,
        trades: pl.DataFrame,
        initial_capital: float,
        days: float,
        stop_loss: float | None = None,
    ) -> None:
        self.trades = trades
        self.initial_capital, self.days, self.stop_loss = initial_capital, days, stop_loss
        self.is_closed: Mask = (trades["status"] == CLOSED).to_numpy()
        self.ids: Ids = trades["trade_id"].to_numpy()[self.is_closed]
        self.open_ids: Ids = trades["trade_id"].to_numpy()[~self.is_closed]

    @cached_property
    def of(self) -> TradeGroups:
        """The closed trades as one group: what their statistics are computed from."""
        closed = self.trades.select(COLUMNS)[np.flatnonzero(self.is_closed)]
        return TradeGroups(closed, np.zeros(1, np.int64))

    @property
    def pnl(self) -> Floats:
        """Profits of the closed trades."""
        return self.of.pnl

    @cached_property
    def everyone(self) -> Mask:
        """All closed trades."""
        return np.ones(self.ids.size, np.bool_)

    @cached_property
    def wins(self) -> Mask:
        """The closed trades with a profit."""
        return self.pnl > 0

    @cached_property
    def losses(self) -> Mask:
        """The closed trades with a loss."""
        return self.pnl < 0

    def over(
        self,
        aggregate: Aggregate,
        name: str,
        title: str,
        kind: Kind,
        values: Floats | None,
        where: Mask | None = None,
        statistic: str = "",
    ) -> Input:
        """Return an input measured on some of the closed trades that have a value."""
        numbers = np.ones(self.ids.size) if values is None else values
        there = ~np.isnan(numbers) if where is None else where & ~np.isnan(numbers)
        sample = Sample("trades", self.ids[there], numbers[there])
        return measured(aggregate, name, title, kind, sample, statistic)

    def number(self, where: Mask | None = None, name: str = "trades", title: str = mark("Closed trades"),
               statistic: str = "num_trades") -> Input:  # fmt: skip
        """Return how many closed trades there are of some."""
        return self.over("count", name, title, "count", None, where, statistic)

    @property
    def capital(self) -> Input:
        """The balance before the first trade."""
        return given(
            "initial", mark("Initial capital"), "money", self.initial_capital, "initial_capital"
        )

    def part(self, where: Mask | None, name: str) -> Part:
        """Return some of the closed trades as what a number is made of."""
        ids = np.sort(self.ids if where is None else self.ids[where])
        return Part(things="trades", count=ids.size, trade_ids=ids, name=name)
