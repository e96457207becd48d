"""Books handed from chunk to chunk of a market, and what became of them put together.

In the books rows and timestamps are numbers of the chunk. Those of what lives on (positions, working
orders) become numbers of the next chunk; what has ended is made into tables of the result and left
behind. Ids go on.
"""

from dataclasses import dataclass, field, replace
from typing import Final, cast

import numpy as np
import polars as pl
from numpy.typing import NDArray

from ml4t_desktop.engine.kernel.codes import STATUS_NAMES
from ml4t_desktop.engine.kernel.layout import Books
from ml4t_desktop.engine.kernel.records import (
    Fill,
    Flow,
    OrderRecord,
    TradeRecord,
    blank_table,
)
from ml4t_desktop.engine.report import tables_of
from ml4t_desktop.market.chunks import Chunk
from ml4t_desktop.result.run_result import RunResult

Indices = NDArray[np.int64]

# What a number in a position or an order counts, by the ending of its name or by its name.
ROW_ENDING: Final = "_row"
TIME_ENDING: Final = "_t"
STAMPS: Final = ("seen",)  # timestamps that only the present one is compared with
_WORKING: Final = STATUS_NAMES.index("working")


@dataclass(slots=True)
class Relay:
    """What is gathered of the chunks that are over.

    Parameters
    ----------
    initial_capital : float
    keeps_ended : bool
        Leave ended orders in the books, so that an order's id is its place in them: for strategies,
        which may name any order they ever made.
    """

    initial_capital: float
    keeps_ended: bool = False
    _parts: list[RunResult] = field(default_factory=list)
    _ids: Indices = field(default_factory=lambda: np.zeros(0, np.int64))
    _told: NDArray[np.bool_] = field(default_factory=lambda: np.zeros(0, np.bool_))
    _next_id: int = 0

    def gather(self, chunk: Chunk, books: Books) -> None:
        """Make tables of what happened in a chunk and keep them."""
        self._parts.append(self.part(chunk, books))

    def part(self, chunk: Chunk, books: Books) -> RunResult:
        """Return tables of what happened in a chunk."""
        ids, ended = self.order_ids(books), self.ended(books)
        account = as_array(books.account).copy()
        account["orders"] = int(ended.sum())
        orders = as_array(books.orders)[: ids.size][ended]
        told = tables_of(
            chunk.market, books._replace(orders=orders, account=account), self.initial_capital
        )
        return replace(
            told,
            fills=told.fills.with_columns(order_id=pl.Series(ids[told.fills["order_id"]])),
            orders=told.orders.with_columns(order_id=pl.Series(ids[ended])),
            equity=told.equity.slice(chunk.first, chunk.end - chunk.first),
        )

    def order_ids(self, books: Books) -> Indices:
        """Return the ids of the orders in the books, by place."""
        count = int(books.account["orders"][0])
        return np.concatenate((self._ids, self._next_id + np.arange(count - self._ids.size)))

    def ended(self, books: Books) -> NDArray[np.bool_]:
        """Return which of the orders in the books have ended in this chunk."""
        count = int(books.account["orders"][0])
        ended = as_array(books.orders)["status"][:count] != _WORKING
        ended[: self._told.size] &= ~self._told
        return ended

    def new(self, books: Books) -> NDArray[np.bool_]:
        """Return which of the orders in the books were submitted in this chunk."""
        return self.order_ids(books) >= self._next_id

    def hand_over(self, chunk: Chunk, books: Books, following: Chunk, fresh: Books) -> Books:
        """Return the books as they go on in the following chunk.

        Parameters
        ----------
        fresh : Books
            Opened for the following chunk: what follows from its market alone is taken from them.
        """
        count = int(books.account["orders"][0])
        ids = self.order_ids(books)
        working = np.sort(books.working[: int(books.account["working"][0])])
        kept = np.arange(count) if self.keeps_ended else working
        place = np.full(count + 1, -1, np.int64)
        place[kept] = np.arange(kept.size)
        self._next_id += count - self._ids.size
        self._ids = ids[kept]
        self._told = books.orders["status"][kept] != _WORKING
        orders = blank_table(OrderRecord, books.orders.size)
        moved = _moved(as_array(books.orders)[kept], chunk, following)
        moved["parent"] = place[moved["parent"]]
        orders[: kept.size] = moved
        listed = books.working.copy()
        listed[: working.size] = place[books.working[: working.size]]
        account = _moved(as_array(books.account), chunk, following)
        account["orders"] = kept.size
        for name in ("fills", "trades", "flows", "cuts", "opened"):
            account[name] = 0
        account["t"] = following.first
        account["next_action_t"] = fresh.actions["t"][int(account["actions"][0])]
        return fresh._replace(
            account=account,
            positions=_moved(as_array(books.positions), chunk, following),
            orders=orders,
            working=listed,
            concerned=np.empty_like(listed),
            held=books.held.copy(),
            fills=blank_table(Fill, books.fills.size),
            trades=blank_table(TradeRecord, books.trades.size),
            flows=blank_table(Flow, books.flows.size),
            settling=books.settling.copy(),
        )

    def result(self) -> RunResult:
        """Return what all chunks gave as one result."""
        parts, last = self._parts, self._parts[-1]
        # One buffer for each column: sums over several would be rounded in another order.
        trades = pl.concat([part.trades for part in parts], how="diagonal", rechunk=True).select(
            last.trades.columns
        )
        orders = pl.concat([part.orders for part in parts], rechunk=True).sort("order_id")
        fills = pl.concat([part.fills for part in parts], rechunk=True)
        return replace(
            last,
            trades=trades.with_columns(trade_id=_numbered()),
            fills=fills.with_columns(fill_id=_numbered()),
            orders=orders,
            equity=pl.concat([part.equity for part in parts], rechunk=True),
            cash_flows=pl.concat([part.cash_flows for part in parts], rechunk=True),
        )


def needed(chunk: Chunk, books: Books) -> tuple[Indices, Indices]:
    """Return the rows and timestamps of a chunk that what lives on refers to."""
    account = as_array(books.account)[0]
    positions, orders = as_array(books.positions), as_array(books.orders)
    held = positions[books.held[: int(account["held"])]]
    working = orders[books.working[: int(account["working"])]]
    rows = [table[name] for table in (held, working) for name in _named(table, ROW_ENDING)]
    times = [table[name] for table in (held, working) for name in _named(table, TIME_ENDING)]
    every_row = np.unique(np.concatenate([*rows, positions["known_row"]]))
    every_time = np.unique(np.concatenate(times))
    return every_row[every_row >= 0], every_time[(every_time >= 0) & (every_time < chunk.end)]


def _moved(records: np.ndarray, chunk: Chunk, following: Chunk) -> np.ndarray:
    """Return records with the rows and timestamps of a chunk as those of the following one."""
    moved = records.copy()
    for name in _named(records, ROW_ENDING):
        moved[name] = _row_of(records[name], chunk, following)
    for name in _named(records, TIME_ENDING):
        moved[name] = _time_of(records[name], chunk, following)
    for name in STAMPS:
        if name in (records.dtype.names or ()):
            moved[name] = -1
    return moved


def as_array(table: object) -> np.ndarray:
    """Return a table as the array it is."""
    return cast("np.ndarray", table)


def _named(records: np.ndarray, ending: str) -> list[str]:
    return [name for name in records.dtype.names or () if name.endswith(ending)]


def _row_of(rows: Indices, chunk: Chunk, following: Chunk) -> Indices:
    """Return rows in the following chunk, -1 for those that were not carried."""
    numbers = chunk.rows[np.maximum(rows, 0)] if chunk.rows.size else np.zeros_like(rows)
    place = np.minimum(np.searchsorted(following.rows, numbers), max(following.rows.size - 1, 0))
    there = rows >= 0
    if following.rows.size:
        there = there & (following.rows[place] == numbers)
    return np.where(there, place, -1)


def _time_of(times: Indices, chunk: Chunk, following: Chunk) -> Indices:
    """Return timestamps in the following chunk; one that was not carried stays before all later ones."""
    after = times - (chunk.end - 1)
    whole = chunk.times[np.clip(times, 0, chunk.end - 1)] + np.maximum(after, 0)
    return np.where(times < 0, times, np.searchsorted(following.times, whole))


def _numbered() -> pl.Expr:
    return pl.int_range(pl.len(), dtype=pl.Int64)
