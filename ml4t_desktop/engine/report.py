"""From the books of the kernel to the tables of a result."""

from collections.abc import Mapping, Sequence

import numpy as np
import polars as pl
from numpy.typing import NDArray

from ml4t_desktop.engine.kernel.codes import (
    FLOW_NAMES,
    REASON_TEXTS,
    STATUS_NAMES,
    TRADE_REASONS,
    TYPE_NAMES,
)
from ml4t_desktop.engine.kernel.layout import Books
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
    NOTES,
    ORDERS,
    TRADES,
    note_text,
)

_ORDER_FIELDS = (
    "decision_t",
    "asset",
    "requested",
    "filled",
    "limit",
    "stop",
    "type",
    "status",
    "reason",
    "note",
)
_NOTE_TEXTS = [note_text(bits) for bits in range(1 << len(NOTES))]
Indices = NDArray[np.integer]


def build_result(market: Market, books: Books, initial_capital: float) -> RunResult:
    """Return the result of a run whose data has ended."""
    return tables_of(market, books, initial_capital)


def tables_of(market: Market, books: Books, initial_capital: float) -> RunResult:
    """Return what the books hold as tables, be it of a part of a run."""
    words = _Words(market)
    return RunResult(
        initial_capital=initial_capital,
        trades=_trades(market, books, words),
        fills=_fills(books, words),
        orders=_orders(books, words),
        equity=_equity(books, words),
        cash_flows=_flows(books, words),
    )


class _Words:
    """Look-ups from columns of indices to times and texts; a negative index is null."""

    def __init__(self, market: Market) -> None:
        times = pl.Series("timestamp", market.timestamps).cast(pl.Datetime("us"))
        self.all_times = times.dt.replace_time_zone("UTC") if market.time_zone else times
        self._symbols = pl.Series(market.symbols, dtype=pl.String)

    def times(self, column: str) -> pl.Expr:
        return pl.lit(self.all_times).gather(_index(column))

    def symbols(self, column: str = "asset") -> pl.Expr:
        return pl.lit(self._symbols).gather(_index(column))


def _index(column: str) -> pl.Expr:
    return pl.when(pl.col(column) >= 0).then(pl.col(column))


def _texts(words: Sequence[str | None], column: str) -> pl.Expr:
    return pl.lit(pl.Series(words, dtype=pl.String)).gather(_index(column))


def _chosen(yes: str, no: str, condition: pl.Expr) -> pl.Expr:
    return pl.when(condition).then(pl.lit(yes)).otherwise(pl.lit(no))


def _raw(
    records: np.ndarray,
    more: Mapping[str, np.ndarray | pl.Series] | None = None,
    fields: Sequence[str] | None = None,
) -> pl.DataFrame:
    """Return the fields of records (all, or those named) as columns."""
    names = fields or records.dtype.names or ()
    columns = {name: np.ascontiguousarray(records[name]) for name in names}
    return pl.DataFrame({**columns, **(more or {})})


def _table(
    raw: pl.DataFrame, columns: Mapping[str, pl.Expr | str], kept: Sequence[str] = ()
) -> pl.DataFrame:
    """Return the columns of a table in their order; texts name raw columns, `kept` ones follow as they are."""
    made = {
        name: pl.col(source) if isinstance(source, str) else source
        for name, source in columns.items()
    }
    return raw.select(**made, **{name: pl.col(name) for name in kept})


def _numbered() -> pl.Expr:
    return pl.int_range(pl.len(), dtype=pl.Int64)


def _trades(market: Market, books: Books, words: _Words) -> pl.DataFrame:
    trades = books.trades[: books.account["trades"][0]]
    captured: dict[str, np.ndarray | pl.Series] = {}
    for prefix, row in ((ENTRY_SIGNAL, "entry_decision_row"), (EXIT_SIGNAL, "exit_decision_row")):
        for name, column in market.signals.items():
            captured[prefix + name] = _captured(column, trades[row])
    for prefix, t in ((ENTRY_CONTEXT, "entry_decision_t"), (EXIT_CONTEXT, "exit_decision_t")):
        for name, column in market.context.items():
            captured[prefix + name] = _captured(column, trades[t])
    quantity = pl.col("quantity").abs()
    value = quantity * pl.col("entry_price") * pl.col("multiplier")
    columns: dict[str, pl.Expr | str] = {
        **dict.fromkeys(TRADES, ""),
        **{name: name for name in TRADES if name in (trades.dtype.names or ())},
        "trade_id": _numbered(),
        "symbol": words.symbols(),
        "direction": _chosen("long", "short", pl.col("quantity") > 0),
        "status": _chosen("open", "closed", pl.col("exit_t") < 0),
        "quantity": quantity,
        "entry_decision_time": words.times("entry_decision_t"),
        "entry_time": words.times("entry_t"),
        "exit_decision_time": words.times("exit_decision_t"),
        "exit_time": words.times("exit_t"),
        "pnl_percent": pl.when(value > 0).then(pl.col("pnl") / value),
        "entry_reason": _texts(TRADE_REASONS, "entry_reason"),
        "exit_reason": _texts(TRADE_REASONS, "exit_reason"),
        "entry_note": _texts(_NOTE_TEXTS, "entry_note"),
        "exit_note": _texts(_NOTE_TEXTS, "exit_note"),
    }
    return _table(_raw(trades, captured), columns, tuple(captured))


def _captured(column: Column, rows: Indices) -> pl.Series:
    """Return the values of a column at the rows of decisions, null where there is none."""
    known = rows >= 0
    places = np.where(known, rows, 0)
    if isinstance(column, TextColumn):
        codes = np.where(known, column.codes[places] if len(column) else -1, -1).astype(np.int64)
        chosen = pl.Series("code", codes).to_frame()
        return chosen.select(_texts(column.labels, "code")).to_series()
    if not column.size:
        return pl.Series([None] * rows.size, dtype=pl.Float64)
    values = column[places]
    values[~known] = np.nan
    return pl.Series(values, nan_to_null=True)


def _fills(books: Books, words: _Words) -> pl.DataFrame:
    columns: dict[str, pl.Expr | str] = {
        **{name: name for name in FILLS},
        "fill_id": _numbered(),
        "order_id": "order",
        "timestamp": words.times("t"),
        "symbol": words.symbols(),
        "side": _chosen("buy", "sell", pl.col("quantity") > 0),
        "quantity": pl.col("quantity").abs(),
    }
    return _table(_raw(books.fills[: books.account["fills"][0]]), columns)


def _orders(books: Books, words: _Words) -> pl.DataFrame:
    orders = books.orders[: books.account["orders"][0]]
    buys = pl.Series(~np.signbit(orders["requested"]))
    columns: dict[str, pl.Expr | str] = {
        **{name: name for name in ORDERS},
        "order_id": _numbered(),
        "decision_time": words.times("decision_t"),
        "symbol": words.symbols(),
        "side": _chosen("buy", "sell", pl.col("buys")),
        "type": _texts(TYPE_NAMES, "type"),
        "requested": pl.col("requested").abs(),
        "limit_price": pl.col("limit").fill_nan(None),
        "stop_price": pl.col("stop").fill_nan(None),
        "status": _texts(STATUS_NAMES, "status"),
        "reason": _texts(REASON_TEXTS, "reason"),
        "note": _texts(_NOTE_TEXTS, "note"),
    }
    return _table(_raw(orders, {"buys": buys}, _ORDER_FIELDS), columns)


def _equity(books: Books, words: _Words) -> pl.DataFrame:
    columns: dict[str, pl.Expr | str] = {
        **{name: name for name in EQUITY},
        "gross_exposure": "gross",
        "net_exposure": "net",
        "open_positions": "open",
    }
    return _table(_raw(books.equity[:], {"timestamp": words.all_times}), columns)


def _flows(books: Books, words: _Words) -> pl.DataFrame:
    columns: dict[str, pl.Expr | str] = {
        **{name: name for name in CASH_FLOWS},
        "timestamp": words.times("t"),
        "symbol": words.symbols(),
        "kind": _texts(FLOW_NAMES, "kind"),
    }
    return _table(_raw(books.flows[: books.account["flows"][0]]), columns)
