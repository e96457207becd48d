"""The declared columns of every table of a result."""

from collections.abc import Iterable
from typing import Final

import polars as pl

TIME: Final = pl.Datetime("us")
TIME_UTC: Final = pl.Datetime("us", "UTC")

TRADES: Final[dict[str, pl.DataType | type[pl.DataType]]] = {
    "trade_id": pl.Int64,
    "position_id": pl.Int64,
    "symbol": pl.String,
    "direction": pl.String,
    "status": pl.String,
    "quantity": pl.Float64,
    "entry_decision_time": TIME,
    "entry_time": TIME,
    "entry_price": pl.Float64,
    "exit_decision_time": TIME,
    "exit_time": TIME,
    "exit_price": pl.Float64,
    "pnl": pl.Float64,
    "pnl_percent": pl.Float64,
    "fees": pl.Float64,
    "slippage": pl.Float64,
    "bars_held": pl.Int64,
    "mfe": pl.Float64,
    "mae": pl.Float64,
    "entry_reason": pl.String,
    "exit_reason": pl.String,
    "multiplier": pl.Float64,
    "entry_note": pl.String,
    "exit_note": pl.String,
}
FILLS: Final[dict[str, pl.DataType | type[pl.DataType]]] = {
    "fill_id": pl.Int64,
    "order_id": pl.Int64,
    "timestamp": TIME,
    "symbol": pl.String,
    "side": pl.String,
    "quantity": pl.Float64,
    "price": pl.Float64,
    "commission": pl.Float64,
    "slippage": pl.Float64,
}
ORDERS: Final[dict[str, pl.DataType | type[pl.DataType]]] = {
    "order_id": pl.Int64,
    "decision_time": TIME,
    "symbol": pl.String,
    "side": pl.String,
    "type": pl.String,
    "requested": pl.Float64,
    "filled": pl.Float64,
    "limit_price": pl.Float64,
    "stop_price": pl.Float64,
    "status": pl.String,
    "reason": pl.String,
    "note": pl.String,
}
EQUITY: Final[dict[str, pl.DataType | type[pl.DataType]]] = {
    "timestamp": TIME,
    "equity": pl.Float64,
    "cash": pl.Float64,
    "gross_exposure": pl.Float64,
    "net_exposure": pl.Float64,
    "open_positions": pl.Int64,
}
DAILY_RETURNS: Final[dict[str, pl.DataType | type[pl.DataType]]] = {
    "timestamp": TIME,
    "daily_return": pl.Float64,
}
CASH_FLOWS: Final[dict[str, pl.DataType | type[pl.DataType]]] = {
    "timestamp": TIME,
    "symbol": pl.String,
    "kind": pl.String,
    "amount": pl.Float64,
}
RISK_EVENTS: Final[dict[str, pl.DataType | type[pl.DataType]]] = {
    "timestamp": TIME,
    "limit": pl.String,
    "action": pl.String,
    "symbol": pl.String,
    "order_id": pl.Int64,
    "value": pl.Float64,
    "threshold": pl.Float64,
}
# What a Python strategy printed, by the index of the timestamp; kept in memory alone.
PRINTED: Final[dict[str, pl.DataType | type[pl.DataType]]] = {"t": pl.Int64, "text": pl.String}

ENTRY_SIGNAL: Final = "entry_signal__"
EXIT_SIGNAL: Final = "exit_signal__"
ENTRY_CONTEXT: Final = "entry_context__"
EXIT_CONTEXT: Final = "exit_context__"
CAPTURED: Final = (ENTRY_SIGNAL, EXIT_SIGNAL, ENTRY_CONTEXT, EXIT_CONTEXT)

# Texts of columns with few distinct values.
CLOSED: Final = "closed"
OPEN: Final = "open"

# What was decided about an order; several are joined in this order.
NOTES: Final = (
    "gap: opened beyond the stop, filled at the open",
    "gap: opened better than the limit, filled at the open",
    "ambiguous bar: stop taken first",
    "ambiguous bar: target taken first",
    "in the bar of the entry",
    "stop basis: close of the decision bar",
)
# Columns that results written before there were notes do not have.
NOTE_COLUMNS: Final = {"trades": ("entry_note", "exit_note"), "orders": ("note",)}


def note_text(bits: int) -> str | None:
    """Return the texts of `NOTES` whose bits are set, joined by "; "; None for none."""
    return "; ".join(text for bit, text in enumerate(NOTES) if bits >> bit & 1) or None


def with_time_zone(
    schema: dict[str, pl.DataType | type[pl.DataType]], time_zone: str | None
) -> dict[str, pl.DataType | type[pl.DataType]]:
    """Return a schema whose timestamps are aware (UTC) when the market's were."""
    if time_zone is None:
        return schema
    return {name: TIME_UTC if dtype == TIME else dtype for name, dtype in schema.items()}


def check_schema(
    frame: pl.DataFrame,
    schema: dict[str, pl.DataType | type[pl.DataType]],
    *,
    captured: bool = False,
) -> None:
    """Check that a table has the declared columns; `captured` allows entry and exit values after them.

    Raises
    ------
    ValueError
        Naming the columns that are missing, of another type, or not declared.
    """
    there = frame.schema
    wrong = [name for name, dtype in schema.items() if not _matches(there.get(name), dtype)]
    extra = [
        name
        for name in there
        if name not in schema and not (captured and name.startswith(CAPTURED))
    ]
    if wrong or extra:
        found = _listed("wrong or missing", wrong) + _listed("unknown", extra)
        message = f"table does not fit its schema: {found}"
        raise ValueError(message.strip())


def _matches(there: pl.DataType | None, wanted: pl.DataType | type[pl.DataType]) -> bool:
    return there is not None and (there == wanted or (wanted == TIME and there == TIME_UTC))


def _listed(head: str, names: Iterable[str]) -> str:
    names = list(names)
    return f"{head}: {', '.join(names)} " if names else ""
