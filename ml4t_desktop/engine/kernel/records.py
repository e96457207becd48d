"""The records of the kernel: one class per table, from which its dtype is made.

Quantities are signed (negative sells or is short), prices and money float64, times are timestamp
indices, rows are market rows; -1 means none and NaN no price.
"""

from functools import cache
from typing import Annotated, Any, Protocol, TypeVar, cast, get_type_hints, overload

import numpy as np

Small = Annotated[int, "i1"]
Index = Annotated[int, "i4"]
Record_co = TypeVar("Record_co", covariant=True)


class Table(Protocol[Record_co]):
    """An array of records as a type checker sees it; at run time a structured numpy array."""

    @property
    def size(self) -> int:
        """Number of records."""
        ...

    @overload
    def __getitem__(self, place: int) -> Record_co: ...
    @overload
    def __getitem__(self, place: str | slice) -> np.ndarray: ...
    def __setitem__(self, place: str | slice, value: object) -> None: ...


class Settings:
    """How orders fill and what they cost; a limit below zero is none."""

    same_close: Small
    next_close: Small
    reject: Small
    target_first: Small
    protect_entry_bar: Small
    decision_basis: Small
    account: Small
    commission: Small
    slippage: Small
    settlement_days: int
    lot: float
    participation: float
    commission_a: float
    commission_b: float
    commission_c: float
    slippage_a: float
    slippage_b: float
    initial_margin: float
    maintenance_margin: float
    borrow_rate: float
    interest_rate: float
    actions_at_once: int
    funding: Small
    funding_rate: float
    funding_interval: int
    limited: Small
    max_positions: int
    max_gross: float
    max_net: float


class Money:
    """Cash, the counts of all tables, and where the run stands."""

    cash: float
    unsettled: float
    equity: float
    gross: float
    net: float
    t: int
    day: int
    trading_day: int
    opened: int
    orders: int
    working: int
    fills: int
    trades: int
    held: int
    standing: int
    sets_aside: int
    flows: int
    positions: int
    groups: int
    pending_entries: int
    marked_t: int
    actions: int
    next_action_t: int
    last_time: int
    allowed: float
    exposure: float
    cuts: int


class Position:
    """What is held of an asset, and what the rules must remember of it.

    `leg`, `legs`, `low_at`, `high_at` and `leg_mark` are those of `standing`.
    """

    quantity: float
    price: float
    fees: float
    slippage: float
    last_close: float
    basis: float
    high: float
    low: float
    best_close: float
    multiplier: float
    volume_used: float
    stop_level: float
    target_level: float
    trail_level: float
    trail_best: float
    known_close: float
    low_at: float
    high_at: float
    leg_mark: float
    known_row: int
    decision_row: int
    decision_t: int
    entry_t: int
    last_row: int
    position_id: int
    closes_held: int
    exit_ordinal: int
    pending_entries: int
    pending_exits: int
    working: int
    leg: int
    legs: int
    volume_row: int
    entered: Small
    reason: Small
    note: Small
    from_decision: Small


class OrderRecord:
    """An order, working or ended.

    `expires` is a time for one that is good till date, and for an entry of rules the ordinal of the last
    bar that it works for, 0 for ever. Its indices are short: with many orders, writing them is what takes
    time.
    """

    requested: float
    filled: float
    limit: float
    stop: float
    trail: float
    mark: float
    bracket_stop: float
    bracket_target: float
    bracket_trail: float
    divisor: float
    expires: int
    first_day: Index
    asset: Index
    decision_row: Index
    decision_t: Index
    live_t: Index
    inside_t: Index
    follow_t: Index
    group: Index
    parent: Index
    seen: Index
    type: Small
    tif: Small
    status: Small
    reason: Small
    kind: Small
    exit_reason: Small
    triggered: Small
    amount: Small
    reduce_only: Small
    at_close: Small
    note: Small
    opened: Small


class Fill:
    """A fill; its quantity is signed. Indices are short in what there are many of."""

    quantity: float
    price: float
    commission: float
    slippage: float
    order: Index
    t: Index
    asset: Index
    where: Small


class TradeRecord:
    """A closed part of a position, or at the end of data an open one."""

    quantity: float
    entry_price: float
    exit_price: float
    pnl: float
    fees: float
    slippage: float
    mfe: float
    mae: float
    multiplier: float
    position_id: Index
    asset: Index
    entry_decision_row: Index
    entry_decision_t: Index
    entry_t: Index
    exit_decision_row: Index
    exit_decision_t: Index
    exit_t: Index
    bars_held: Index
    entry_reason: Small
    exit_reason: Small
    entry_note: Small
    exit_note: Small


class Flow:
    """A payment that belongs to no trade."""

    amount: float
    t: int
    asset: int
    kind: int


class Cut:
    """What a risk limit took from an order; `allowed` 0 refused it.

    `asked` is the quantity (without a sign) that it was for, and `exposure` what that would have led to,
    NaN where it cannot be told.
    """

    asked: float
    allowed: float
    exposure: float
    order: int
    limit: int


class Action:
    """A corporate action of an asset, due before timestamp `t` opens; `a` and `b` are its numbers."""

    a: float
    b: float
    t: int
    kind: int
    asset: int
    new_asset: int


class Rules:
    """The numbers of a rule strategy; zero switches a rule off."""

    percent: float
    stop_loss: float
    take_profit: float
    trailing_stop: float
    tolerance: float
    gross: float
    max_weight: float
    entry_offset: float
    good_for_bars: int
    max_bars: int
    max_positions: int
    cooldown: int
    helper: Small
    limit_entry: Small
    intrabar: Small
    close_missing: Small
    side: Small
    ranked: Small
    long_exits: Small
    short_exits: Small


@cache
def dtype_of(record: type) -> np.dtype[Any]:
    """Return the aligned dtype of a record class."""
    kinds = {float: "f8", int: "i8", Index: "i4", Small: "i1"}
    hints = get_type_hints(record, include_extras=True)
    return np.dtype([(name, kinds[hint]) for name, hint in hints.items()], align=True)


def blank_table(record: type[Record_co], size: int) -> Table[Record_co]:
    """Return a table of `size` records, all zero."""
    return cast("Table[Record_co]", np.zeros(size, dtype_of(record)))


def new_table(record: type[Record_co], size: int) -> Table[Record_co]:
    """Return a table of `size` records with no values yet, for what is written before it is read."""
    return cast("Table[Record_co]", np.empty(size, dtype_of(record)))


def record_at(table: Table[Record_co], place: int) -> Record_co:
    """Return one record outside compiled code, with its fields as attributes."""
    return cast("Record_co", cast("np.ndarray", table).view(np.recarray)[place])
