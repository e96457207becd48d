"""The tuples of arrays that every kernel function takes.

All indices in them are int64: a function called with two widths would be compiled twice.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ml4t_desktop.engine.kernel.records import (
    Action,
    Cut,
    EquityPoint,
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


class Tape(NamedTuple):
    """The market as the kernel reads it.

    Parameters
    ----------
    prices : float64 (5, N)
        Open, high, low, close, volume.
    rows : int32 (3, N)
        Asset, ordinal, previous row of the asset.
    times : int64 (2, T + 1)
        Timestamps in microseconds (the last place is unused), and first row of each.
    """

    prices: NDArray[np.float64]
    rows: NDArray[np.int32]
    times: NDArray[np.int64]


class Books(NamedTuple):
    """Everything that changes during a run, and what it is run by.

    Parameters
    ----------
    tiers : float64 (n, 2)
        Limit and rate of each tier of commission.
    settling : float64 (days,)
        Proceeds that have not settled, by the day they were made.
    funding : float64 (N,), (T,) or (0,)
        Rate of funding per row or per timestamp, NaN for none; empty for a fixed rate.
    expected : float64 (A,)
        Scratch: quantity of each asset once the working orders have traded.
    """

    settings: Table[Settings]
    account: Table[Money]
    positions: Table[Position]
    orders: Table[OrderRecord]
    working: NDArray[np.int64]
    held: NDArray[np.int64]
    fills: Table[Fill]
    trades: Table[TradeRecord]
    equity: Table[EquityPoint]
    flows: Table[Flow]
    actions: Table[Action]
    cuts: Table[Cut]
    tiers: NDArray[np.float64]
    settling: NDArray[np.float64]
    funding: NDArray[np.float64]
    expected: NDArray[np.float64]


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
    cursor : int64 (1,)
    halts : int8 (T,)
        Where a loss limit ends trading: 1 ends the working entries, 2 also leaves every position; empty
        when there is no such timestamp.
    """

    rules: Table[Rules]
    candidates: NDArray[np.int64]
    sides: NDArray[np.int8]
    long_exit: NDArray[np.bool_]
    short_exit: NDArray[np.bool_]
    rank: NDArray[np.float64]
    weight: NDArray[np.float64]
    schedule: NDArray[np.bool_]
    scratch: NDArray[np.int64]
    cursor: NDArray[np.int64]
    halts: NDArray[np.int8]
