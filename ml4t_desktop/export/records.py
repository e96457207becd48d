"""Closed trades as the ml4t-diagnostic package accepts them as its ``TradeRecord``."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final, Protocol

import polars as pl

from ml4t_desktop.result.schema import (
    CLOSED,
    ENTRY_CONTEXT,
    ENTRY_SIGNAL,
    EXIT_CONTEXT,
    EXIT_SIGNAL,
)

# Its durations must be positive: a trade opened and closed on one bar begins this much earlier.
SHORTEST: Final = timedelta(microseconds=1)
# Its prices must be positive: shares that became worthless left at this price.
_LOWEST_PRICE: Final = 1e-9
# How far its profit may lie from prices, quantity and fees: a share, and an amount of money.
_TOLERANCE: Final = 0.01
_COPIED: Final = (
    "trade_id",
    "position_id",
    "entry_decision_time",
    "exit_decision_time",
    "entry_reason",
    "exit_reason",
    "entry_note",
    "exit_note",
    "bars_held",
    "mfe",
    "mae",
    "pnl_percent",
    "slippage",
    "multiplier",
)
_CAPTURED: Final = {
    "entry_signals": ENTRY_SIGNAL,
    "exit_signals": EXIT_SIGNAL,
    "entry_context": ENTRY_CONTEXT,
    "exit_context": EXIT_CONTEXT,
}

Row = Mapping[str, object]


class TradesRun(Protocol):
    """What records are made from: a result with its trades table."""

    @property
    def trades(self) -> pl.DataFrame:
        """Trades of `schema.TRADES`, with captured signals and context."""
        ...


def trade_records(result: TradesRun) -> list[dict[str, object]]:
    """Return every closed trade as a mapping that ``TradeRecord(**record)`` accepts.

    Parameters
    ----------
    result : RunResult or BacktestResult

    Returns
    -------
    list of dict
        In the order of the trades table. `timestamp` is the exit, `quantity` positive for shorts
        too. `metadata` holds identity, decision times, reasons, notes and excursions, the signals and
        context of both decisions, and an `adjusted` list of sentences wherever a record differs
        from the trade:

        * a trade of one bar is entered 1 microsecond earlier, as durations must be positive;
        * a price of zero becomes 1e-9, as prices must be positive;
        * fees that are a rebate, and the quantity wherever profit is not price difference times
          quantity less fees (contracts with a multiplier), stand in `metadata` alone.

        Slippage is in the prices already, so it stands in `metadata` alone as well.
        `regime_info` holds the context of the entry that is text.
    """
    closed = result.trades.filter(pl.col("status") == CLOSED).sort("trade_id", maintain_order=True)
    return [_record(row) for row in closed.iter_rows(named=True)]


def _record(row: Row) -> dict[str, object]:
    adjusted: list[str] = []
    captured = {name: _values(row, prefix) for name, prefix in _CAPTURED.items()}
    metadata: dict[str, object] = {name: row[name] for name in _COPIED} | captured
    regimes = {
        name: value for name, value in captured["entry_context"].items() if isinstance(value, str)
    }
    entry, exit_ = _times(row, adjusted)
    record: dict[str, object] = {
        "timestamp": exit_,
        "symbol": row["symbol"],
        "entry_price": _price(row, "entry_price", adjusted),
        "exit_price": _price(row, "exit_price", adjusted),
        "pnl": row["pnl"],
        "duration": exit_ - entry,
        "direction": row["direction"],
        "entry_timestamp": entry,
        "metadata": metadata,
        "regime_info": regimes or None,
    }
    quantity, fees = _number(row, "quantity"), _number(row, "fees")
    has_fees = fees >= 0
    has_quantity = has_fees and _is_consistent(row, quantity, fees)
    (record if has_fees else metadata)["fees"] = fees
    (record if has_quantity else metadata)["quantity"] = quantity
    if not has_fees:
        adjusted.append("fees are a rebate: they stand in metadata")
    if not has_quantity:
        adjusted.append("pnl is not price difference * quantity - fees: quantity is in metadata")
    if adjusted:
        metadata["adjusted"] = adjusted
    return record


def _times(row: Row, adjusted: list[str]) -> tuple[datetime, datetime]:
    entry, exit_ = row["entry_time"], row["exit_time"]
    if not isinstance(entry, datetime) or not isinstance(exit_, datetime):
        message = f"trade {row['trade_id']} is closed but has no entry or exit time"
        raise TypeError(message)
    if exit_ > entry:
        return entry, exit_
    adjusted.append("entered and left on the same bar: entry_timestamp is 1 microsecond earlier")
    return exit_ - SHORTEST, exit_


def _price(row: Row, name: str, adjusted: list[str]) -> float:
    price = _number(row, name)
    if price > 0:
        return price
    adjusted.append(f"{name} was {price:g}, written as {_LOWEST_PRICE:g}")
    return _LOWEST_PRICE


def _is_consistent(row: Row, quantity: float, fees: float) -> bool:
    if _number(row, "multiplier") != 1.0:
        return False
    move = _number(row, "exit_price") - _number(row, "entry_price")
    expected = (move if row["direction"] == "long" else -move) * quantity - fees
    return abs(_number(row, "pnl") - expected) <= _TOLERANCE * abs(expected) + _TOLERANCE


def _values(row: Row, prefix: str) -> dict[str, object]:
    return {
        name.removeprefix(prefix): value
        for name, value in row.items()
        if name.startswith(prefix) and value is not None
    }


def _number(row: Row, name: str) -> float:
    value = row[name]
    if not isinstance(value, int | float):
        message = f"trade {row['trade_id']} has no {name}"
        raise TypeError(message)
    return float(value)
