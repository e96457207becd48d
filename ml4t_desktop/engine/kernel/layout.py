"""The arrays of the kernel: records, codes and the two tuples every function takes.

Quantities are signed (negative sells or is short), prices float64, times are timestamp indices
(`t`), rows are market rows; -1 means none and NaN no price. All indices are int64: a function
called with two widths would be compiled twice.
"""

from typing import Final, NamedTuple, cast

import numpy as np
from numpy.typing import NDArray


def _codes(count: int) -> tuple[int, ...]:
    """Return 0, 1, 2 … as int64: numba would compile a function anew for every literal it is called with."""
    return tuple(cast(int, np.int64(code)) for code in range(count))


# Order types, in the order of `TYPE_NAMES`.
MARKET, LIMIT, STOP, STOP_LIMIT, TRAILING = _codes(5)
TYPE_NAMES: Final = ("market", "limit", "stop", "stop_limit", "trailing_stop")

# Times in force.
GTC, DAY, GTD, IOC, FOK = _codes(5)
TIF_NAMES: Final = ("gtc", "day", "gtd", "ioc", "fok")

# States of an order; only WORKING ones are matched.
WORKING, FILLED, REDUCED, REJECTED, CANCELLED, EXPIRED = _codes(6)
STATUS_NAMES: Final = ("working", "filled", "reduced", "rejected", "cancelled", "expired")

# Why an order did not trade in full.
(
    NO_REASON, ZERO_SIZE, NO_SHORT, HELD_ONLY, CASH_SHRUNK, CASH_REJECTED, MARGIN_SHRUNK, MARGIN_REJECTED,
    OTHER_LEG, POSITION_CLOSED, BY_STRATEGY, END_OF_DATA, DAY_OVER, DATE_OVER, NOT_IMMEDIATE, LEVERAGE_ORDER,
) = _codes(16)  # fmt: skip
REASON_TEXTS: Final = (
    "",
    "the size rounds to zero",
    "a cash account cannot sell short",
    "sold what was held",
    "reduced to the cash available",
    "not enough cash",
    "reduced to the buying power",
    "not enough buying power",
    "the other order of the pair was filled",
    "the position was closed",
    "cancelled by the strategy",
    "end of data",
    "the day was over",
    "the date was over",
    "not filled at once",
    "replaced by a liquidation",
)

# Why a trade was entered or left.
(
    ENTRY, ORDER_REASON, STOP_LOSS, TAKE_PROFIT, TRAILING_STOP, SIGNAL, MAX_BARS,
    LIQUIDATION, STILL_OPEN,
) = _codes(9)  # fmt: skip
TRADE_REASONS: Final = (
    "entry", "order", "stop_loss", "take_profit", "trailing_stop", "signal", "max_bars",
    "liquidation", "open",
)  # fmt: skip

# What an order is to the rules.
PLAIN, RULE_ENTRY, RULE_EXIT, LEG = _codes(4)

# Where in a bar a fill happened.
AT_OPEN, INSIDE, AT_CLOSE = _codes(3)

NO_COMMISSION, PERCENT_COMMISSION, PER_SHARE, FIXED_COMMISSION, TIERED, MAKER_TAKER = _codes(6)
NO_SLIPPAGE, PERCENT_SLIPPAGE, FIXED_SLIPPAGE, SPREAD, VOLUME_SHARE, SQRT_IMPACT = _codes(6)
CASH_ACCOUNT, MARGIN_ACCOUNT = _codes(2)
BORROW, INTEREST = _codes(2)
FLOW_NAMES: Final = ("borrow", "interest")

SETTINGS: Final = np.dtype(
    [
        ("same_close", "i1"), ("reject", "i1"), ("target_first", "i1"), ("protect_entry_bar", "i1"),
        ("decision_basis", "i1"), ("account", "i1"), ("commission", "i1"), ("slippage", "i1"),
        ("settlement_days", "i8"), ("lot", "f8"), ("participation", "f8"),
        ("commission_a", "f8"), ("commission_b", "f8"), ("commission_c", "f8"),
        ("slippage_a", "f8"), ("slippage_b", "f8"),
        ("initial_margin", "f8"), ("maintenance_margin", "f8"), ("borrow_rate", "f8"), ("interest_rate", "f8"),
    ],
    align=True,
)  # fmt: skip
ACCOUNT: Final = np.dtype(
    [
        ("cash", "f8"), ("unsettled", "f8"), ("equity", "f8"), ("gross", "f8"), ("net", "f8"),
        ("t", "i8"), ("day", "i8"), ("trading_day", "i8"),
        ("opened", "i8"), ("orders", "i8"), ("working", "i8"), ("fills", "i8"), ("trades", "i8"), ("held", "i8"),
        ("flows", "i8"), ("positions", "i8"), ("groups", "i8"), ("pending_entries", "i8"), ("trailing", "i8"),
    ],
    align=True,
)  # fmt: skip
POSITION: Final = np.dtype(
    [
        ("quantity", "f8"), ("price", "f8"), ("fees", "f8"), ("slippage", "f8"), ("last_close", "f8"),
        ("basis", "f8"), ("high", "f8"), ("low", "f8"), ("best_close", "f8"), ("multiplier", "f8"),
        ("volume_used", "f8"), ("stop_level", "f8"), ("target_level", "f8"), ("trail_level", "f8"), ("trail_best", "f8"),
        ("decision_row", "i8"), ("decision_t", "i8"), ("entry_row", "i8"), ("entry_t", "i8"),
        ("position_id", "i8"), ("closes_held", "i8"), ("exit_ordinal", "i8"), ("pending_entries", "i8"),
        ("pending_exits", "i8"), ("volume_row", "i8"), ("entered", "i1"), ("reason", "i1"),
    ],
    align=True,
)  # fmt: skip
ORDER: Final = np.dtype(
    [
        ("requested", "f8"), ("filled", "f8"), ("limit", "f8"), ("stop", "f8"), ("trail", "f8"), ("mark", "f8"),
        ("bracket_stop", "f8"), ("bracket_target", "f8"), ("bracket_trail", "f8"), ("expires", "i8"),
        ("first_day", "i8"), ("asset", "i8"), ("decision_row", "i8"), ("decision_t", "i8"), ("live_t", "i8"),
        ("inside_t", "i8"), ("follow_t", "i8"), ("group", "i8"), ("parent", "i8"), ("seen", "i8"),
        ("type", "i1"), ("tif", "i1"), ("status", "i1"), ("reason", "i1"), ("kind", "i1"), ("exit_reason", "i1"),
        ("triggered", "i1"), ("amount", "i1"), ("reduce_only", "i1"),
    ],
    align=True,
)  # fmt: skip
FILL: Final = np.dtype(
    [("quantity", "f8"), ("price", "f8"), ("commission", "f8"), ("slippage", "f8"),
     ("order", "i8"), ("t", "i8"), ("asset", "i8"), ("where", "i8")],
    align=True,
)  # fmt: skip
TRADE: Final = np.dtype(
    [
        ("quantity", "f8"), ("entry_price", "f8"), ("exit_price", "f8"), ("pnl", "f8"), ("fees", "f8"),
        ("slippage", "f8"), ("mfe", "f8"), ("mae", "f8"), ("multiplier", "f8"),
        ("position_id", "i8"), ("asset", "i8"), ("entry_decision_row", "i8"), ("entry_decision_t", "i8"),
        ("entry_t", "i8"), ("exit_decision_row", "i8"), ("exit_decision_t", "i8"), ("exit_t", "i8"),
        ("bars_held", "i8"), ("entry_reason", "i1"), ("exit_reason", "i1"),
    ],
    align=True,
)  # fmt: skip
EQUITY: Final = np.dtype(
    [("equity", "f8"), ("cash", "f8"), ("gross", "f8"), ("net", "f8"), ("open", "i8")], align=True
)
FLOW: Final = np.dtype([("amount", "f8"), ("t", "i8"), ("asset", "i8"), ("kind", "i8")], align=True)
RULES: Final = np.dtype(
    [
        ("percent", "f8"), ("stop_loss", "f8"), ("take_profit", "f8"), ("trailing_stop", "f8"),
        ("tolerance", "f8"), ("gross", "f8"), ("max_bars", "i8"), ("max_positions", "i8"), ("cooldown", "i8"),
        ("helper", "i1"), ("intrabar", "i1"), ("close_missing", "i1"), ("side", "i1"), ("ranked", "i1"),
        ("long_exits", "i1"), ("short_exits", "i1"),
    ],
    align=True,
)  # fmt: skip
BUY_PERCENT, SIZE_BY_CONFIDENCE, FIXED_QUANTITY, FIXED_VALUE, REBALANCE_TO_WEIGHTS = _codes(5)

# What the loops return.
DONE, GROW, STOPPED = _codes(3)


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
    """Everything that changes during a run."""

    settings: np.ndarray
    account: np.ndarray
    positions: np.ndarray
    orders: np.ndarray
    working: NDArray[np.int64]
    held: NDArray[np.int64]
    fills: np.ndarray
    trades: np.ndarray
    equity: np.ndarray
    flows: np.ndarray
    tiers: NDArray[np.float64]
    settling: NDArray[np.float64]


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
        Confidence, or the values that weights are shared out by; empty when not used.
    schedule : bool (T,)
        Timestamps at which a rebalancing happens; empty otherwise.
    scratch : int64 (A,)
    keys : float64 (A,)
    """

    rules: np.ndarray
    candidates: NDArray[np.int64]
    sides: NDArray[np.int8]
    long_exit: NDArray[np.bool_]
    short_exit: NDArray[np.bool_]
    rank: NDArray[np.float64]
    weight: NDArray[np.float64]
    schedule: NDArray[np.bool_]
    scratch: NDArray[np.int64]
    cursor: NDArray[np.int64]
