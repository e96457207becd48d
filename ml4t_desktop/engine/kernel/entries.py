"""What the Python front door calls: a few compiled functions with plain arguments."""

import numpy as np

from ml4t_desktop.engine.kernel.codes import (
    BY_STRATEGY,
    CANCELLED,
    ON_CLOSE,
    ON_OPEN,
    ORDER_REASON,
    PLAIN,
    REJECTED,
    TRAILING,
    WORKING,
)
from ml4t_desktop.engine.kernel.compiled import compiled
from ml4t_desktop.engine.kernel.layout import Books, Tape
from ml4t_desktop.engine.kernel.ledger import close_of, latest_row
from ml4t_desktop.engine.kernel.orders import drop_finished, finish, start_trailing, submit


@compiled
def place(
    tape: Tape, books: Books, asset: int, quantity: float, kind_of_order: int, t: int, limit: float, stop: float,
    trail: float, amount: bool, tif: int, expires: int, reduce_only: bool, bracket_stop: float,
    bracket_target: float, bracket_trail: float,
) -> int:  # fmt: skip
    """Submit an order decided by a strategy at timestamp `t`; return its index."""
    row = latest_row(tape, t, asset)
    close = close_of(tape, books, asset, row) if row >= 0 else np.nan
    index = submit(books, asset, quantity, kind_of_order, row, t, PLAIN, ORDER_REASON, close)
    order = books.orders[index]
    order.limit = limit
    order.stop = stop
    order.tif = tif
    if tif == ON_OPEN:
        order.at_close = 0
    elif tif == ON_CLOSE:
        order.at_close = 1
    order.expires = expires
    order.reduce_only = 1 if reduce_only else 0
    order.bracket_stop = bracket_stop
    order.bracket_target = bracket_target
    order.bracket_trail = bracket_trail
    if row >= 0:
        order.divisor = tape.prices[3, row] / close
    if order.type == TRAILING:
        order.trail = trail
        order.amount = 1 if amount else 0
        if row >= 0:
            start_trailing(books, index, trail, amount, close)
    return index


@compiled
def join(books: Books, first: int, second: int) -> None:
    """Make two orders cancel each other: when one trades, the other ends."""
    account = books.account[0]
    group = account.groups
    account.groups += 1
    books.orders[first].group = group
    books.orders[second].group = group
    if books.orders[first].status == REJECTED:
        finish(books, second, CANCELLED, BY_STRATEGY)
    elif books.orders[second].status == REJECTED:
        finish(books, first, CANCELLED, BY_STRATEGY)
    drop_finished(books)


@compiled
def cancel(books: Books, index: int) -> bool:
    """Cancel a working order; return whether it was working."""
    if books.orders[index].status != WORKING:
        return False
    finish(books, index, CANCELLED, BY_STRATEGY)
    drop_finished(books)
    return True
