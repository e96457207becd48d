"""From the books of the kernel to the tables of a result."""

from collections.abc import Sequence

import numpy as np
import polars as pl
from numpy.typing import NDArray

from ml4t_desktop.engine.kernel.layout import (
    FLOW_NAMES,
    REASON_TEXTS,
    STATUS_NAMES,
    TRADE_REASONS,
    TYPE_NAMES,
    Books,
)
from ml4t_desktop.market import Column, Market, TextColumn
from ml4t_desktop.result.run_result import RunResult
from ml4t_desktop.result.schema import (
    CASH_FLOWS,
    ENTRY_CONTEXT,
    ENTRY_SIGNAL,
    EQUITY,
    EXIT_CONTEXT,
    EXIT_SIGNAL,
    FILLS,
    ORDERS,
    TIME,
    TIME_UTC,
    TRADES,
    with_time_zone,
)

Indices = NDArray[np.integer]


def build_result(market: Market, books: Books, initial_capital: float) -> RunResult:
    """Return the result of a run whose data has ended."""
    words = _Words(market)
    return RunResult(
        initial_capital=initial_capital,
        trades=_trades(market, books, words),
        fills=_fills(market, books, words),
        orders=_orders(market, books, words),
        equity=_equity(market, books, words),
        cash_flows=_flows(market, books, words),
    )


class _Words:
    """Look-ups from indices to times and texts; a negative index is null."""

    def __init__(self, market: Market) -> None:
        dtype = TIME if market.time_zone is None else TIME_UTC
        self.all_times = pl.Series("timestamp", market.timestamps).cast(pl.Datetime("us")).cast(TIME)
        if dtype == TIME_UTC:
            self.all_times = self.all_times.dt.replace_time_zone("UTC")
        self._symbols = pl.Series(market.symbols, dtype=pl.String)

    def times(self, t: Indices) -> pl.Series:
        return self.all_times.gather(_nullable(t))

    def symbols(self, asset: Indices) -> pl.Series:
        return self._symbols.gather(_nullable(asset))


def _nullable(indices: Indices) -> pl.Series:
    """Return indices with nulls for the negative ones."""
    series = pl.Series(np.ascontiguousarray(indices, np.int64))
    return series if not indices.size or indices.min() >= 0 else series.set(series < 0, None)


def _texts(words: Sequence[str], codes: Indices) -> pl.Series:
    return pl.Series(words, dtype=pl.String).gather(pl.Series(np.ascontiguousarray(codes, np.int64)))


def _price(values: NDArray[np.float64]) -> pl.Series:
    """Return prices with nulls for NaN."""
    return pl.Series(np.ascontiguousarray(values), nan_to_null=True)


def _column(values: np.ndarray) -> pl.Series:
    return pl.Series(np.ascontiguousarray(values))


def _trades(market: Market, books: Books, words: _Words) -> pl.DataFrame:
    trades = books.trades[: books.account["trades"][0]]
    quantity = np.abs(trades["quantity"])
    value = quantity * trades["entry_price"] * trades["multiplier"]
    is_open = trades["exit_t"] < 0
    frame = {
        "trade_id": np.arange(trades.size, dtype=np.int64),
        "position_id": trades["position_id"].astype(np.int64),
        "symbol": words.symbols(trades["asset"]),
        "direction": _texts(("short", "long"), trades["quantity"] > 0),
        "status": _texts(("closed", "open"), is_open),
        "quantity": quantity,
        "entry_decision_time": words.times(trades["entry_decision_t"]),
        "entry_time": words.times(trades["entry_t"]),
        "entry_price": _column(trades["entry_price"]),
        "exit_decision_time": words.times(trades["exit_decision_t"]),
        "exit_time": words.times(trades["exit_t"]),
        "exit_price": _column(trades["exit_price"]),
        "pnl": _column(trades["pnl"]),
        "pnl_percent": trades["pnl"] / value,
        "fees": _column(trades["fees"]),
        "slippage": _column(trades["slippage"]),
        "bars_held": trades["bars_held"].astype(np.int64),
        "mfe": _column(trades["mfe"]),
        "mae": _column(trades["mae"]),
        "entry_reason": _texts(TRADE_REASONS, trades["entry_reason"]),
        "exit_reason": _texts(TRADE_REASONS, trades["exit_reason"]),
        "multiplier": _column(trades["multiplier"]),
    }
    for prefix, row in ((ENTRY_SIGNAL, "entry_decision_row"), (EXIT_SIGNAL, "exit_decision_row")):
        for name, column in market.signals.items():
            frame[prefix + name] = _captured(column, trades[row])
    for prefix, t in ((ENTRY_CONTEXT, "entry_decision_t"), (EXIT_CONTEXT, "exit_decision_t")):
        for name, column in market.context.items():
            frame[prefix + name] = _captured(column, trades[t])
    schema = with_time_zone(TRADES, market.time_zone)
    return pl.DataFrame(frame, schema_overrides=dict(schema))


def _captured(column: Column, rows: Indices) -> pl.Series:
    """Return the values of a column at the rows of decisions, null where there is none."""
    known = rows >= 0
    places = np.where(known, rows, 0)
    if isinstance(column, TextColumn):
        codes = np.where(known, column.codes[places] if len(column) else -1, -1)
        return pl.Series(column.labels, dtype=pl.String).gather(_nullable(codes))
    if not column.size:
        return pl.Series([None] * rows.size, dtype=pl.Float64)
    return _price(np.where(known, column[places], np.nan))


def _fills(market: Market, books: Books, words: _Words) -> pl.DataFrame:
    fills = books.fills[: books.account["fills"][0]]
    frame = {
        "fill_id": np.arange(fills.size, dtype=np.int64),
        "order_id": fills["order"].astype(np.int64),
        "timestamp": words.times(fills["t"]),
        "symbol": words.symbols(fills["asset"]),
        "side": _texts(("sell", "buy"), fills["quantity"] > 0),
        "quantity": np.abs(fills["quantity"]),
        "price": _column(fills["price"]),
        "commission": _column(fills["commission"]),
        "slippage": _column(fills["slippage"]),
    }
    return pl.DataFrame(frame, schema_overrides=dict(with_time_zone(FILLS, market.time_zone)))


def _orders(market: Market, books: Books, words: _Words) -> pl.DataFrame:
    orders = books.orders[: books.account["orders"][0]]
    buys = (orders["requested"] > 0) | ((orders["requested"] == 0) & ~np.signbit(orders["requested"]))
    frame = {
        "order_id": np.arange(orders.size, dtype=np.int64),
        "decision_time": words.times(orders["decision_t"]),
        "symbol": words.symbols(orders["asset"]),
        "side": _texts(("sell", "buy"), buys),
        "type": _texts(TYPE_NAMES, orders["type"]),
        "requested": np.abs(orders["requested"]),
        "filled": _column(orders["filled"]),
        "limit_price": _price(orders["limit"]),
        "stop_price": _price(orders["stop"]),
        "status": _texts(STATUS_NAMES, orders["status"]),
        "reason": _texts(REASON_TEXTS, orders["reason"]),
    }
    return pl.DataFrame(frame, schema_overrides=dict(with_time_zone(ORDERS, market.time_zone)))


def _equity(market: Market, books: Books, words: _Words) -> pl.DataFrame:
    points = books.equity
    frame = {
        "timestamp": words.all_times,
        "equity": _column(points["equity"]),
        "cash": _column(points["cash"]),
        "gross_exposure": _column(points["gross"]),
        "net_exposure": _column(points["net"]),
        "open_positions": _column(points["open"]),
    }
    return pl.DataFrame(frame, schema_overrides=dict(with_time_zone(EQUITY, market.time_zone)))


def _flows(market: Market, books: Books, words: _Words) -> pl.DataFrame:
    flows = books.flows[: books.account["flows"][0]]
    frame = {
        "timestamp": words.times(flows["t"]),
        "symbol": words.symbols(flows["asset"]),
        "kind": _texts(FLOW_NAMES, flows["kind"]),
        "amount": _column(flows["amount"]),
    }
    return pl.DataFrame(frame, schema_overrides=dict(with_time_zone(CASH_FLOWS, market.time_zone)))
