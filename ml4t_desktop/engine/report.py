"""From the books of the kernel to the tables of a result."""

from collections.abc import Iterable, Mapping, Sequence
from functools import cache

import numpy as np
import polars as pl
from numpy.typing import NDArray

from ml4t_desktop.engine.kernel import operations as op
from ml4t_desktop.engine.kernel.codes import (
    FLOW_NAMES,
    REASON_TEXTS,
    STATUS_NAMES,
    TRADE_REASONS,
    TYPE_NAMES,
)
from ml4t_desktop.engine.kernel.layout import (
    EQUITY_ROWS,
    FILL_AMOUNTS,
    FILL_PLACES,
    ORDER_AMOUNTS,
    ORDER_PLACES,
    TRADE_AMOUNTS,
    TRADE_PLACES,
    TRADE_WHOLES,
    Books,
    FillColumns,
    OrderColumns,
    TradeColumns,
)
from ml4t_desktop.engine.machine import split
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

_NOTE_TEXTS = tuple(note_text(bits) for bits in range(1 << len(NOTES)))
# Words at places that are never null: looking them up among words without a null is quicker.
_ALWAYS = frozenset({
    "symbol", "timestamp", "entry_time", "side", "type", "status", "reason", "direction", "entry_reason",
    "exit_reason",
})  # fmt: skip
_ORDER_WORDS = {
    "side": ("buy", "sell"),
    "type": TYPE_NAMES,
    "status": STATUS_NAMES,
    "reason": REASON_TEXTS,
    "note": _NOTE_TEXTS,
}
_TRADE_WORDS = {
    "direction": ("long", "short"),
    "status": ("closed", "open"),
    "entry_reason": TRADE_REASONS,
    "exit_reason": TRADE_REASONS,
    "entry_note": _NOTE_TEXTS,
    "exit_note": _NOTE_TEXTS,
}
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

    def split(
        self, operation: int, books: Books, table: OrderColumns | FillColumns | TradeColumns
    ) -> None:
        """Write a table of the books as columns, whose places are among these words."""
        split(operation, books, table, len(self._times) - 1, len(self._symbols) - 1)

    def of(
        self, names: Sequence[str], places: NDArray[np.uint32], fixed: Mapping[str, tuple[str, ...]]
    ) -> dict[str, pl.Series]:
        """Return the words at places by the name of the column; `fixed` are the same in every run."""
        found: dict[str, pl.Series] = {}
        for name, row in zip(names, places, strict=True):
            own = self._symbols if name == "symbol" else self._times
            words = _constant(fixed[name]) if name in fixed else own
            found[name] = (words[:-1] if name in _ALWAYS else words)[pl.Series(row)]
        return found


def _with_null(words: Sequence[str | None]) -> pl.Series:
    return pl.Series([*words, None], dtype=pl.String)


def _looked_up(words: pl.Series, index: Indices) -> pl.Series:
    """Return the words at indices; the last word stands for negative ones."""
    places = index.astype(np.uint32)  # which makes negative ones very large
    np.minimum(places, len(words) - 1, out=places)
    return words[pl.Series(places)]


@cache
def _constant(words: tuple[str | None, ...]) -> pl.Series:
    """Return words that are the same in every run, made once: of a small run this would be a tenth."""
    return _with_null(words)


def _frame(
    schema: Iterable[str], columns: Mapping[str, pl.Series | np.ndarray], *more: pl.Series
) -> pl.DataFrame:
    """Return the columns of a table in the order of its schema, and more after them."""
    made = (pl.Series(name, columns[name]) for name in schema)
    return pl.DataFrame([*made, *more])


def _trades(market: Market, books: Books, words: _Words) -> pl.DataFrame:
    count = int(books.account["trades"][0])
    table = TradeColumns(
        amounts=np.empty((len(TRADE_AMOUNTS), count)),
        wholes=np.empty((len(TRADE_WHOLES), count), np.int64),
        rows=np.empty((4, count), np.int64),
        places=np.empty((len(TRADE_PLACES), count), np.uint32),
    )
    words.split(op.SPLIT_TRADES, books, table)
    numbers = dict(zip(TRADE_AMOUNTS, table.amounts, strict=True))
    columns: dict[str, pl.Series | np.ndarray] = {
        "trade_id": np.arange(count),
        **numbers,
        **dict(zip(TRADE_WHOLES, table.wholes, strict=True)),
        **words.of(TRADE_PLACES, table.places, _TRADE_WORDS),
        "pnl_percent": pl.Series(numbers["pnl_percent"], nan_to_null=True),
    }
    captured = [
        _captured(prefix + name, column, rows)
        for prefix, rows, source in (
            (ENTRY_SIGNAL, table.rows[0], market.signals),
            (EXIT_SIGNAL, table.rows[1], market.signals),
            (ENTRY_CONTEXT, table.rows[2], market.context),
            (EXIT_CONTEXT, table.rows[3], market.context),
        )
        for name, column in source.items()
    ]
    return _frame(TRADES, columns, *captured)


def _captured(name: str, column: Column, rows: Indices) -> pl.Series:
    """Return the values of a column at the rows of decisions, null where there is none."""
    if not len(column):
        dtype = pl.String if isinstance(column, TextColumn) else pl.Float64
        return pl.Series(name, [None] * rows.size, dtype=dtype)
    if isinstance(column, TextColumn):
        codes = np.where(rows < 0, -1, column.codes[rows])
        return _looked_up(_with_null(column.labels), codes).alias(name)
    values = column.take(rows, mode="clip")  # the first one for -1
    values[rows < 0] = np.nan
    return pl.Series(name, values, nan_to_null=True)


def _fills(books: Books, words: _Words) -> pl.DataFrame:
    count = int(books.account["fills"][0])
    table = FillColumns(
        amounts=np.empty((len(FILL_AMOUNTS), count)),
        order=np.empty(count, np.int64),
        places=np.empty((len(FILL_PLACES), count), np.uint32),
    )
    words.split(op.SPLIT_FILLS, books, table)
    columns: dict[str, pl.Series | np.ndarray] = {
        "fill_id": np.arange(count),
        "order_id": table.order,
        **dict(zip(FILL_AMOUNTS, table.amounts, strict=True)),
        **words.of(FILL_PLACES, table.places, _ORDER_WORDS),
    }
    return _frame(FILLS, columns)


def _orders(books: Books, words: _Words) -> pl.DataFrame:
    count = int(books.account["orders"][0])
    table = OrderColumns(
        amounts=np.empty((len(ORDER_AMOUNTS), count)),
        places=np.empty((len(ORDER_PLACES), count), np.uint32),
    )
    words.split(op.SPLIT_ORDERS, books, table)
    numbers = dict(zip(ORDER_AMOUNTS, table.amounts, strict=True))
    columns: dict[str, pl.Series | np.ndarray] = {
        "order_id": np.arange(count),
        **numbers,
        **words.of(ORDER_PLACES, table.places, _ORDER_WORDS),
        "limit_price": pl.Series(numbers["limit_price"], nan_to_null=True),
        "stop_price": pl.Series(numbers["stop_price"], nan_to_null=True),
    }
    return _frame(ORDERS, columns)


def _equity(books: Books, words: _Words) -> pl.DataFrame:
    columns: dict[str, pl.Series | np.ndarray] = {
        "timestamp": words.all_times,
        **dict(zip(EQUITY_ROWS, books.equity, strict=True)),
        "open_positions": books.equity[-1].astype(np.int64),
    }
    return _frame(EQUITY, columns)


def _flows(books: Books, words: _Words) -> pl.DataFrame:
    flows = books.flows[: books.account["flows"][0]]
    columns: dict[str, pl.Series | np.ndarray] = {
        "timestamp": words.times(flows["t"]),
        "symbol": words.symbols(flows["asset"]),
        "kind": _looked_up(_constant(FLOW_NAMES), flows["kind"]),
        "amount": np.ascontiguousarray(flows["amount"]),
    }
    return _frame(CASH_FLOWS, columns)
