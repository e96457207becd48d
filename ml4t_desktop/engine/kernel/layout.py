"""The tuples of arrays that every kernel function takes; inside it they are handles (see `handles`).

All indices in them are int64: a function called with two widths would be compiled twice. Arrays of two
dimensions say how many rows they have.
"""

from typing import Annotated, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ml4t_desktop.engine.kernel.records import (
    Action,
    Cut,
    Fill,
    Flow,
    Money,
    OrderRecord,
    Position,
    Rules,
    Settings,
    Table,
    TradeRecord,
)

Floats = NDArray[np.float64]
Wholes = NDArray[np.int64]


class Tape(NamedTuple):
    """The market as the kernel reads it.

    Parameters
    ----------
    prices : float64 (5, N)
        Open, high, low, close, volume.
    rows : int32 (3, N)
        Asset, ordinal, previous row of the asset.
    times : int64 (2, T + 1)
        Timestamps in microseconds and after them the number of assets, and first row of each.
    """

    prices: Annotated[Floats, 5]
    rows: Annotated[NDArray[np.int32], 3]
    times: Annotated[Wholes, 2]


class Books(NamedTuple):
    """Everything that changes during a run, and what it is run by.

    Parameters
    ----------
    equity : float64 (5, T)
        The account at the end of each timestamp: equity, cash, gross and net exposure, open positions.
    tiers : float64 (2, n)
        Limit and rate of each tier of commission.
    settling : float64 (days,)
        Proceeds that have not settled, by the day they were made.
    funding : float64 (N,), (T,) or (0,)
        Rate of funding per row or per timestamp, NaN for none; empty for a fixed rate.
    concerned : int64, as long as `working`
        Scratch: the working orders that a bar concerns.
    expected : float64 (A,)
        Scratch: quantity of each asset once the working orders have traded.
    """

    settings: Table[Settings]
    account: Table[Money]
    positions: Table[Position]
    orders: Table[OrderRecord]
    working: Wholes
    concerned: Wholes
    held: Wholes
    fills: Table[Fill]
    trades: Table[TradeRecord]
    equity: Annotated[Floats, 5]
    flows: Table[Flow]
    actions: Table[Action]
    cuts: Table[Cut]
    tiers: Annotated[Floats, 2]
    settling: Floats
    funding: Floats
    expected: Floats


class Plan(NamedTuple):
    """What the rules want, as columns.

    Parameters
    ----------
    rules : record
        The numbers of the rules.
    candidates : int64 (C,)
        Rows where an entry holds, ascending.
    sides : int8 (C,)
        1 long, -1 short, beside `candidates`.
    long_exit, short_exit : bool (N,)
        Rows where the exit rule holds; empty when there is none.
    rank : float64 (N,)
        Ranking values, NaN last; empty when not ranked.
    weight : float64 (N,)
        Confidence, the values that weights are shared out by, or shares of equity; empty when not used.
    schedule : bool (T,)
        Timestamps at which a rebalancing happens; empty otherwise.
    scratch : int64 (A + 1,)
    keys : float64 (A + 1,)
        Scratch: ranking values beside `scratch`.
    taken : int8 (A,)
        Scratch, all 0 between uses: which assets are held.
    cursor : int64 (1,)
    halts : int8 (T,)
        Where a loss limit ends trading: 1 ends the working entries, 2 also leaves every position; empty
        when there is no such timestamp.
    """

    rules: Table[Rules]
    candidates: Wholes
    sides: NDArray[np.int8]
    long_exit: NDArray[np.bool_]
    short_exit: NDArray[np.bool_]
    rank: Floats
    weight: Floats
    schedule: NDArray[np.bool_]
    scratch: Wholes
    keys: Floats
    taken: NDArray[np.int8]
    cursor: Wholes
    halts: NDArray[np.int8]


class Control(NamedTuple):
    """What another thread reads and writes while rules run: `engine.control`."""

    cells: Wholes


class Numbers(NamedTuple):
    """The other arguments of an operation."""

    wholes: Wholes
    reals: Floats


class Ranking(NamedTuple):
    """Arguments of `columns.best_of_timestamp`."""

    values: Floats
    row_start: Wholes
    chosen: NDArray[np.bool_]
    known: Floats


class Returns(NamedTuple):
    """Arguments of `columns.volatility`."""

    close: Floats
    asset: NDArray[np.int32]
    deviations: Floats
    returns: Floats
    last: Floats
    seen: Wholes


class Steps(NamedTuple):
    """Arguments of `columns.steps`."""

    values: Floats
    previous: NDArray[np.int32]
    held: NDArray[np.bool_]


class Crossing(NamedTuple):
    """Arguments of `columns.crosses`; a number is a column of one value."""

    left: Floats
    right: Floats
    previous: NDArray[np.int32]
    held: NDArray[np.bool_]


class Marked(NamedTuple):
    """Arguments of `columns.rows_of`."""

    mask: NDArray[np.bool_]
    rows: Wholes


class OrderColumns(NamedTuple):
    """The orders as `tables.split_orders` writes them: places among words beside numbers."""

    amounts: Annotated[Floats, 4]
    places: Annotated[NDArray[np.uint32], 7]


class FillColumns(NamedTuple):
    """The fills as `tables.split_fills` writes them."""

    amounts: Annotated[Floats, 4]
    order: Wholes
    places: Annotated[NDArray[np.uint32], 3]


class TradeColumns(NamedTuple):
    """The trades as `tables.split_trades` writes them; `rows` are the rows and timestamps of the decisions."""

    amounts: Annotated[Floats, 10]
    wholes: Annotated[Wholes, 2]
    rows: Annotated[Wholes, 4]
    places: Annotated[NDArray[np.uint32], 11]


# The rows of arrays, by the columns of the tables.
EQUITY_ROWS: Final = ("equity", "cash", "gross_exposure", "net_exposure", "open_positions")
ORDER_AMOUNTS: Final = ("requested", "filled", "limit_price", "stop_price")
ORDER_PLACES: Final = ("decision_time", "symbol", "side", "type", "status", "reason", "note")
FILL_AMOUNTS: Final = ("quantity", "price", "commission", "slippage")
FILL_PLACES: Final = ("timestamp", "symbol", "side")
TRADE_AMOUNTS: Final = (
    "quantity", "entry_price", "exit_price", "pnl", "pnl_percent", "fees", "slippage", "mfe", "mae",
    "multiplier",
)  # fmt: skip
TRADE_WHOLES: Final = ("position_id", "bars_held")
TRADE_PLACES: Final = (
    "symbol", "direction", "status", "entry_decision_time", "entry_time", "exit_decision_time", "exit_time",
    "entry_reason", "exit_reason", "entry_note", "exit_note",
)  # fmt: skip
