"""Results put together by hand, for tests of what is computed from them."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

import polars as pl

from ml4t_desktop.result.run_result import RunResult
from ml4t_desktop.result.schema import CASH_FLOWS, EQUITY, FILLS, ORDERS, TRADES, with_time_zone

Row = Mapping[str, object]


def at(text: str) -> datetime:
    """Return a naive date or timestamp, as market data has them."""
    return datetime.fromisoformat(text)


MONDAY = at("2024-01-01")

TRADE: Row = {
    "symbol": "AAA",
    "direction": "long",
    "status": "closed",
    "quantity": 10.0,
    "entry_decision_time": at("2024-01-01"),
    "entry_time": at("2024-01-02"),
    "entry_price": 100.0,
    "exit_decision_time": at("2024-01-04"),
    "exit_time": at("2024-01-05"),
    "exit_price": 110.0,
    "pnl": 98.0,
    "pnl_percent": 0.098,
    "fees": 2.0,
    "slippage": 0.0,
    "bars_held": 3,
    "mfe": 0.12,
    "mae": -0.01,
    "entry_reason": "entry",
    "exit_reason": "signal",
    "multiplier": 1.0,
}
STILL_OPEN: Row = {
    **TRADE,
    "status": "open",
    "exit_decision_time": None,
    "exit_time": None,
    "exit_reason": "open",
}


def weekdays(count: int, start: datetime = MONDAY) -> list[datetime]:
    """Return the first `count` weekdays from a Monday on."""
    return [start + timedelta(days=7 * (i // 5) + i % 5) for i in range(count)]


def trades_frame(rows: Sequence[Row], time_zone: str | None = None) -> pl.DataFrame:
    """Return a trades table; what a row leaves out is as in `TRADE`, columns beyond are captured."""
    full = [{"trade_id": i, "position_id": i, **TRADE, **row} for i, row in enumerate(rows)]
    schema = with_time_zone(TRADES, time_zone)
    captured = list(dict.fromkeys(name for row in full for name in row if name not in schema))
    extra = pl.DataFrame({name: [row.get(name) for row in full] for name in captured})
    return pl.DataFrame(full, schema=schema).hstack(extra.get_columns())


def result(
    equity: Sequence[float] = (),
    *,
    times: Sequence[datetime] | None = None,
    initial_capital: float = 100.0,
    exposure: Sequence[tuple[float, float, int]] | None = None,
    trades: Sequence[Row] = (),
    fills: Sequence[Row] = (),
    orders: Sequence[Row] = (),
    cash_flows: Sequence[Row] = (),
    time_zone: str | None = None,
) -> RunResult:
    """Return a result with these equity points (weekdays unless `times` are given)."""
    stamps = list(times) if times is not None else weekdays(len(equity))
    invested = list(exposure) if exposure is not None else [(0.0, 0.0, 0)] * len(stamps)
    points = [
        (time, value, value - net, gross, net, count)
        for time, value, (gross, net, count) in zip(stamps, equity, invested, strict=True)
    ]
    return RunResult(
        initial_capital=initial_capital,
        trades=trades_frame(trades, time_zone),
        fills=_frame(fills, with_time_zone(FILLS, time_zone)),
        orders=_frame(orders, with_time_zone(ORDERS, time_zone)),
        equity=pl.DataFrame(points, schema=with_time_zone(EQUITY, time_zone), orient="row"),
        cash_flows=_frame(cash_flows, with_time_zone(CASH_FLOWS, time_zone)),
    )


def fill(quantity: float, price: float, **values: object) -> Row:
    """Return a row of the fills table."""
    row = {
        "fill_id": 0,
        "order_id": 0,
        "timestamp": MONDAY,
        "symbol": "AAA",
        "side": "buy",
        "quantity": quantity,
        "price": price,
        "commission": 0.0,
        "slippage": 0.0,
    }
    return {**row, **values}


def order(status: str, **values: object) -> Row:
    """Return a row of the orders table."""
    row = {
        "order_id": 0,
        "decision_time": MONDAY,
        "symbol": "AAA",
        "side": "buy",
        "type": "market",
        "requested": 10.0,
        "filled": 10.0,
        "limit_price": None,
        "stop_price": None,
        "status": status,
        "reason": "",
    }
    return {**row, **values}


def _frame(rows: Sequence[Row], schema: Mapping[str, object]) -> pl.DataFrame:
    return pl.DataFrame(list(rows), schema=dict(schema))
