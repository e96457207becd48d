"""The result of one run."""

from dataclasses import dataclass, field

import polars as pl

from ml4t_desktop.result.schema import (
    CASH_FLOWS,
    CLOSED,
    EQUITY,
    FILLS,
    ORDERS,
    PRINTED,
    RISK_EVENTS,
    TRADES,
    check_schema,
)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class RunResult:
    """What a run produced. Tables follow `result.schema`; timestamps are of the market's time zone.

    Parameters
    ----------
    initial_capital : float
        Money at the start.
    trades : DataFrame
        Closed, partly closed and open trades, with the signals and context of their decisions in
        columns ``entry_signal__X``, ``exit_signal__X``, ``entry_context__X``, ``exit_context__X``.
        Sorted by trade_id, the order in which they closed; open ones last.
    fills, orders, equity, cash_flows : DataFrame
        One equity point per timestamp of the market, after all its fills.
    risk_events : DataFrame
        What the risk limits did, in order; empty without them. `action` is halted, resumed, cancelled,
        flattened, reduced or refused; `value` is what was measured, in the unit of its `threshold`.
    printed : DataFrame
        What a Python strategy printed, by the index of the timestamp; in no run folder.
    """

    initial_capital: float
    trades: pl.DataFrame
    fills: pl.DataFrame
    orders: pl.DataFrame
    equity: pl.DataFrame
    cash_flows: pl.DataFrame
    risk_events: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=RISK_EVENTS))
    printed: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=PRINTED))

    def __post_init__(self) -> None:
        check_schema(self.trades, TRADES, captured=True)
        check_schema(self.fills, FILLS)
        check_schema(self.orders, ORDERS)
        check_schema(self.equity, EQUITY)
        check_schema(self.cash_flows, CASH_FLOWS)
        check_schema(self.risk_events, RISK_EVENTS)

    def __repr__(self) -> str:
        closed = int((self.trades["status"] == CLOSED).sum())
        return (
            f"{type(self).__name__}(initial_capital={self.initial_capital:.2f}, "
            f"final_value={self.final_value:.2f}, closed_trades={closed}, "
            f"open_trades={self.trades.height - closed}, timestamps={self.equity.height})"
        )

    @property
    def final_value(self) -> float:
        """Equity at the last timestamp, the initial capital when there was none."""
        return float(self.equity["equity"][-1]) if self.equity.height else self.initial_capital
