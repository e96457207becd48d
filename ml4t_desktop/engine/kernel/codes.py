"""Codes of the kernel: kinds, states and reasons as integers, and the texts they stand for."""

from typing import Final, cast

import numpy as np


def _codes(count: int) -> tuple[int, ...]:
    """Return 0, 1, 2 … as int64: numba would compile a function anew for every literal it is called with."""
    return tuple(cast("int", np.int64(code)) for code in range(count))


# Order types, in the order of `TYPE_NAMES`.
MARKET, LIMIT, STOP, STOP_LIMIT, TRAILING = _codes(5)
TYPE_NAMES: Final = ("market", "limit", "stop", "stop_limit", "trailing_stop")

# Times in force.
GTC, DAY, GTD, IOC, FOK, ON_OPEN, ON_CLOSE = _codes(7)
TIF_NAMES: Final = ("gtc", "day", "gtd", "ioc", "fok", "on_open", "on_close")

# States of an order; only WORKING ones are matched.
WORKING, FILLED, REDUCED, REJECTED, CANCELLED, EXPIRED = _codes(6)
STATUS_NAMES: Final = ("working", "filled", "reduced", "rejected", "cancelled", "expired")

# Why an order did not trade in full.
(
    NO_REASON, ZERO_SIZE, NO_SHORT, HELD_ONLY, CASH_SHRUNK, CASH_REJECTED, MARGIN_SHRUNK, MARGIN_REJECTED,
    OTHER_LEG, POSITION_CLOSED, BY_STRATEGY, END_OF_DATA, DAY_OVER, DATE_OVER, NOT_IMMEDIATE, LEVERAGE_ORDER,
    ASSET_GONE,
    BARS_OVER, BY_RISK_LIMIT,
) = _codes(19)  # fmt: skip
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
    "the asset was merged or delisted",
    "its bars were over",
    "ended by a risk limit",
)

# Why a trade was entered or left.
(
    ENTRY, ORDER_REASON, STOP_LOSS, TAKE_PROFIT, TRAILING_STOP, SIGNAL, MAX_BARS,
    LIQUIDATION, STILL_OPEN, MERGED, DELISTED,
) = _codes(11)  # fmt: skip
TRADE_REASONS: Final = (
    "entry", "order", "stop_loss", "take_profit", "trailing_stop", "signal", "max_bars",
    "liquidation", "open", "merger", "delisted",
)  # fmt: skip

# Notes of an order, one bit each; `result.schema.NOTES` has their texts in this order.
(
    GAP_STOP, GAP_LIMIT, STOP_TAKEN_FIRST, TARGET_TAKEN_FIRST, IN_ENTRY_BAR, FROM_DECISION_CLOSE,
) = (cast("int", np.int64(1 << bit)) for bit in range(6))  # fmt: skip
NO_NOTE: Final = cast("int", np.int64(0))

# What an order is to the rules.
PLAIN, RULE_ENTRY, RULE_EXIT, LEG = _codes(4)

# Where in a bar a fill happened.
AT_OPEN, INSIDE, AT_CLOSE = _codes(3)

NO_COMMISSION, PERCENT_COMMISSION, PER_SHARE, FIXED_COMMISSION, TIERED, MAKER_TAKER = _codes(6)
(
    NO_SLIPPAGE, PERCENT_SLIPPAGE, FIXED_SLIPPAGE, SPREAD, VOLUME_SHARE, SQRT_IMPACT, LINEAR_IMPACT,
) = _codes(7)  # fmt: skip
CASH_ACCOUNT, MARGIN_ACCOUNT = _codes(2)
BORROW, INTEREST, PAID_DIVIDEND, FUNDING = _codes(4)
FLOW_NAMES: Final = ("borrow", "interest", "dividend", "funding")

# Where the rate of a perpetual's funding comes from.
NO_FUNDING, FUNDING_RATE, FUNDING_BY_ROW, FUNDING_BY_TIME = _codes(4)

# The risk limit that binds an order.
NO_LIMIT, MAX_POSITIONS, MAX_GROSS, MAX_NET = _codes(4)
LIMIT_NAMES: Final = ("", "max_positions", "max_gross_exposure", "max_net_exposure")

# Corporate actions: what the kernel does for one.
PAY, SPLIT_UP, HAND_OUT, TAKE_OVER, RENAME, DELIST = _codes(6)

# Sizing helpers of the rules; with SHARE_BY_ROW a column has the share of equity.
(
    BUY_PERCENT, SIZE_BY_CONFIDENCE, FIXED_QUANTITY, FIXED_VALUE, REBALANCE_TO_WEIGHTS, SHARE_BY_ROW,
) = _codes(6)  # fmt: skip

# What the loops return.
DONE, GROW, STOPPED = _codes(3)
