"""Trades as values: a row of the trade table with its signals and context as dicts."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import Any

import polars as pl

from ml4t_desktop.result.schema import ENTRY_CONTEXT, ENTRY_SIGNAL, EXIT_CONTEXT, EXIT_SIGNAL

CapturedValue = float | str


@dataclass(frozen=True, slots=True, kw_only=True)
class PartialTrade:
    """A position that is open: what is known of its trade so far.

    It has the columns of the trade table; those of the exit are None and `exit_reason` is "open". `pnl`,
    `mfe` and `mae` are as of the latest close, `fees` and `slippage` those of the entry. `entry_note`
    and `exit_note` say what was decided about the orders that opened and closed it, None for nothing.
    """

    trade_id: int | None
    position_id: int
    symbol: str
    direction: str
    status: str
    quantity: float
    entry_decision_time: datetime | None
    entry_time: datetime
    entry_price: float
    exit_decision_time: datetime | None = None
    exit_time: datetime | None = None
    exit_price: float | None = None
    pnl: float
    pnl_percent: float
    fees: float
    slippage: float
    bars_held: int
    mfe: float
    mae: float
    entry_reason: str
    exit_reason: str
    multiplier: float
    entry_note: str | None = None
    exit_note: str | None = None
    entry_signals: Mapping[str, CapturedValue] = field(default_factory=dict)
    exit_signals: Mapping[str, CapturedValue] = field(default_factory=dict)
    entry_context: Mapping[str, CapturedValue] = field(default_factory=dict)
    exit_context: Mapping[str, CapturedValue] = field(default_factory=dict)

    @property
    def asset_id(self) -> str:
        """The asset, under the name events use."""
        return self.symbol


@dataclass(frozen=True, slots=True, kw_only=True)
class Trade(PartialTrade):
    """A row of the trade table, with signals and context of its decisions as dicts."""


_DICTS = {
    "entry_signals": ENTRY_SIGNAL,
    "exit_signals": EXIT_SIGNAL,
    "entry_context": ENTRY_CONTEXT,
    "exit_context": EXIT_CONTEXT,
}


def iter_trades(trades: pl.DataFrame) -> Iterator[Trade]:
    """Yield the rows of a trade table as `Trade` values; null values are absent from the dicts."""
    names = [f.name for f in fields(Trade) if f.name not in _DICTS]
    captured = {
        key: [
            (column, column.removeprefix(prefix))
            for column in trades.columns
            if column.startswith(prefix)
        ]
        for key, prefix in _DICTS.items()
    }
    for row in trades.iter_rows(named=True):
        values: dict[str, Any] = {name: row[name] for name in names}
        for key, columns in captured.items():
            values[key] = {name: row[column] for column, name in columns if row[column] is not None}
        yield Trade(**values)
