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
    """Look-ups from indices to times and texts; a negative index is null.

    Polars looks up a small column by another one at once; the same as an expression costs twenty times as much.
    """

    def __init__(self, market: Market) -> None:
        # A null at the end, for the indices that mean none.
        moments = np.append(market.timestamps, 0).astype("datetime64[us]")
        moments[-1] = np.datetime64("NaT")
        times = pl.Series("timestamp", moments)
        self._times = times.dt.replace_time_zone("UTC") if market.time_zone else times
        self._symbols = _with_null(market.symbols)

    @property
    def all_times(self) -> pl.Series:
        return self._times[:-1]

    def times(self, index: Indices) -> pl.Series:
        return _looked_up(self._times, index)

    def symbols(self, index: Indices) -> pl.Series:
        return _looked_up(self._symbols, index)


def _with_null(words: Sequence[str | None]) -> pl.Series:
    return pl.Series([*words, None], dtype=pl.String)


def _looked_up(words: pl.Series, index: Indices) -> pl.Series:
    """Return the words at indices; the last word stands for negative ones."""
    places = index.astype(np.uint32)  # which makes negative ones very large
    np.minimum(places, len(words) - 1, out=places)
    return words[pl.Series(places)]


def _texts(words: Sequence[str | None], index: Indices) -> pl.Series:
    return _looked_up(_with_null(words), index)


def _chosen(yes: str, no: str, condition: NDArray[np.bool_]) -> pl.Series:
    return _looked_up(_with_null((no, yes)), condition.astype(np.int8))


def _known(values: NDArray[np.float64]) -> pl.Series:
    """Return numbers with null in place of NaN."""
    return pl.Series(np.ascontiguousarray(values), nan_to_null=True)


def _table(
    records: np.ndarray, columns: Mapping[str, pl.Series | np.ndarray | str]
) -> pl.DataFrame:
    """Return the columns of a table in their order; texts name fields of the records."""
    made = (
        pl.Series(name, np.ascontiguousarray(records[column]))
        if isinstance(column, str)
        else pl.Series(name, column)
        for name, column in columns.items()
    )
    return pl.DataFrame(list(made))


def _numbered(records: np.ndarray) -> NDArray[np.int64]:
    return np.arange(records.size)


def _trades(market: Market, books: Books, words: _Words) -> pl.DataFrame:
    trades = books.trades[: books.account["trades"][0]]
    captured: dict[str, pl.Series] = {}
    for prefix, row in ((ENTRY_SIGNAL, "entry_decision_row"), (EXIT_SIGNAL, "exit_decision_row")):
        rows = np.ascontiguousarray(trades[row])
        for name, column in market.signals.items():
            captured[prefix + name] = _captured(column, rows)
    for prefix, t in ((ENTRY_CONTEXT, "entry_decision_t"), (EXIT_CONTEXT, "exit_decision_t")):
        times = np.ascontiguousarray(trades[t])
        for name, column in market.context.items():
            captured[prefix + name] = _captured(column, times)
    quantity = np.abs(trades["quantity"])
    value = quantity * trades["entry_price"] * trades["multiplier"]
    share = np.full(trades.size, np.nan)
    np.divide(trades["pnl"], value, out=share, where=value > 0)
    columns: dict[str, pl.Series | np.ndarray | str] = {
        **{name: name for name in TRADES},
        "trade_id": _numbered(trades),
        "symbol": words.symbols(trades["asset"]),
        "direction": _chosen("long", "short", trades["quantity"] > 0),
        "status": _chosen("open", "closed", trades["exit_t"] < 0),
        "quantity": quantity,
        "entry_decision_time": words.times(trades["entry_decision_t"]),
        "entry_time": words.times(trades["entry_t"]),
        "exit_decision_time": words.times(trades["exit_decision_t"]),
        "exit_time": words.times(trades["exit_t"]),
        "pnl_percent": _known(share),
        "entry_reason": _texts(TRADE_REASONS, trades["entry_reason"]),
        "exit_reason": _texts(TRADE_REASONS, trades["exit_reason"]),
        "entry_note": _texts(_NOTE_TEXTS, trades["entry_note"]),
        "exit_note": _texts(_NOTE_TEXTS, trades["exit_note"]),
    }
    return _table(trades, {**columns, **captured})


def _captured(column: Column, rows: Indices) -> pl.Series:
    """Return the values of a column at the rows of decisions, null where there is none."""
    if not len(column):
        dtype = pl.String if isinstance(column, TextColumn) else pl.Float64
        return pl.Series([None] * rows.size, dtype=dtype)
    if isinstance(column, TextColumn):
        return _texts(column.labels, np.where(rows < 0, -1, column.codes[rows]))
    values = column[rows]  # the last one for -1
    values[rows < 0] = np.nan
    return pl.Series(values, nan_to_null=True)


def _fills(books: Books, words: _Words) -> pl.DataFrame:
    fills = books.fills[: books.account["fills"][0]]
    columns: dict[str, pl.Series | np.ndarray | str] = {
        **{name: name for name in FILLS},
        "fill_id": _numbered(fills),
        "order_id": "order",
        "timestamp": words.times(fills["t"]),
        "symbol": words.symbols(fills["asset"]),
        "side": _chosen("buy", "sell", fills["quantity"] > 0),
        "quantity": np.abs(fills["quantity"]),
    }
    return _table(fills, columns)


def _orders(books: Books, words: _Words) -> pl.DataFrame:
    orders = books.orders[: books.account["orders"][0]]
    columns: dict[str, pl.Series | np.ndarray | str] = {
        **{name: name for name in ORDERS},
        "order_id": _numbered(orders),
        "decision_time": words.times(orders["decision_t"]),
        "symbol": words.symbols(orders["asset"]),
        "side": _chosen("sell", "buy", np.signbit(orders["requested"])),
        "type": _texts(TYPE_NAMES, orders["type"]),
        "requested": np.abs(orders["requested"]),
        "limit_price": _known(orders["limit"]),
        "stop_price": _known(orders["stop"]),
        "status": _texts(STATUS_NAMES, orders["status"]),
        "reason": _texts(REASON_TEXTS, orders["reason"]),
        "note": _texts(_NOTE_TEXTS, orders["note"]),
    }
    return _table(orders, columns)


def _equity(books: Books, words: _Words) -> pl.DataFrame:
    columns: dict[str, pl.Series | np.ndarray | str] = {
        **{name: name for name in EQUITY},
        "timestamp": words.all_times,
        "gross_exposure": "gross",
        "net_exposure": "net",
        "open_positions": "open",
    }
    return _table(books.equity[:], columns)


def _flows(books: Books, words: _Words) -> pl.DataFrame:
    flows = books.flows[: books.account["flows"][0]]
    columns: dict[str, pl.Series | np.ndarray | str] = {
        **{name: name for name in CASH_FLOWS},
        "timestamp": words.times(flows["t"]),
        "symbol": words.symbols(flows["asset"]),
        "kind": _texts(FLOW_NAMES, flows["kind"]),
    }
    return _table(flows, columns)
