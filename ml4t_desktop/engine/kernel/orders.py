"""Orders: submitting, ending, and the levels of those that trail the market."""

import numpy as np

from ml4t_desktop.engine.kernel.codes import (
    CANCELLED,
    FILLED,
    GTC,
    LEG,
    MARKET,
    NO_NOTE,
    NO_REASON,
    OTHER_LEG,
    REDUCED,
    REJECTED,
    RULE_ENTRY,
    RULE_EXIT,
    TRAILING,
    WORKING,
    ZERO_SIZE,
)
from ml4t_desktop.engine.kernel.compiled import compiled, inlined
from ml4t_desktop.engine.kernel.costs import DUST, level, whole_lots
from ml4t_desktop.engine.kernel.layout import Books, Tape


@inlined
def new_order(
    books: Books, asset: int, requested: float, kind_of_order: int, decision_row: int, decision_t: int,
    kind: int, exit_reason: int,
) -> int:  # fmt: skip
    """Return a fresh working order; prices are NaN and it goes live at the next timestamp.

    With `fill = "next_close"` a market order meets the close of its bar.
    """
    account = books.account[0]
    index = account.orders
    account.orders += 1
    order = books.orders[index]
    order.asset = asset
    order.requested = requested
    order.filled = 0.0
    order.limit = np.nan
    order.stop = np.nan
    order.trail = np.nan
    order.mark = np.nan
    order.bracket_stop = np.nan
    order.bracket_target = np.nan
    order.bracket_trail = np.nan
    order.divisor = 1.0
    order.expires = 0
    order.first_day = -1
    order.decision_row = decision_row
    order.decision_t = decision_t
    order.live_t = decision_t + 1
    order.inside_t = decision_t + 1
    order.follow_t = decision_t + 1
    order.group = -1
    order.parent = -1
    order.seen = -1
    order.type = kind_of_order
    order.tif = GTC
    order.status = WORKING
    order.reason = NO_REASON
    order.kind = kind
    order.exit_reason = exit_reason
    order.triggered = 0
    order.amount = 0
    order.reduce_only = 0
    order.at_close = books.settings[0].next_close if kind_of_order == MARKET else 0
    order.note = NO_NOTE
    order.opened = 0
    books.working[account.working] = index
    account.working += 1
    books.positions[asset].working += 1
    if kind == RULE_ENTRY:
        account.pending_entries += 1
        books.positions[asset].pending_entries += 1
    elif kind == RULE_EXIT:
        books.positions[asset].pending_exits += 1
    return index


@inlined
def _end(books: Books, index: int, status: int, reason: int) -> None:
    """End one order."""
    order = books.orders[index]
    order.status = status
    order.reason = reason
    account = books.account[0]
    books.positions[order.asset].working -= 1
    if order.kind == RULE_ENTRY:
        account.pending_entries -= 1
        books.positions[order.asset].pending_entries -= 1
    elif order.kind == RULE_EXIT:
        books.positions[order.asset].pending_exits -= 1


@inlined
def rivals(books: Books, index: int) -> tuple[int, int, bool]:
    """Return the places among which the other orders of a group lie, and whether they are places of the working list.

    Else they are orders: the legs of a bracket, at most three, were made one after the other.
    """
    if books.orders[index].kind == LEG:
        return max(index - 2, 0), min(index + 3, books.account[0].orders), False
    return 0, books.account[0].working, True


@compiled
def _end_rivals(books: Books, index: int) -> None:
    """Cancel the other orders of a group, of which one has traded."""
    group = books.orders[index].group
    first, last, listed = rivals(books, index)
    for i in range(first, last):
        other = books.working[i] if listed else i
        rival = books.orders[other]
        if other != index and rival.group == group and rival.status == WORKING:
            _end(books, other, CANCELLED, OTHER_LEG)


@inlined
def finish(books: Books, index: int, status: int, reason: int) -> None:
    """End a working order; it leaves the working list at the end of the timestamp.

    When one order of a group has traded, the others are cancelled.
    """
    order = books.orders[index]
    if order.status != WORKING:
        return
    _end(books, index, status, reason)
    if order.group >= 0 and (status == FILLED or status == REDUCED):
        _end_rivals(books, index)


@compiled
def shrink_rivals(books: Books, index: int, quantity: float) -> None:
    """Take what an order of a group has traded off the others: together they trade it once."""
    group = books.orders[index].group
    for i in range(books.account[0].working):
        other = books.working[i]
        rival = books.orders[other]
        if other == index or rival.group != group or rival.status != WORKING:
            continue
        left = max(abs(rival.requested) - quantity, rival.filled)
        rival.requested = np.copysign(left, rival.requested)
        if left <= rival.filled:
            _end(books, other, CANCELLED, OTHER_LEG)


@inlined
def drop_finished(books: Books) -> None:
    """Take ended orders off the working list, keeping the order of submission."""
    account = books.account[0]
    kept = 0
    for i in range(account.working):
        index = books.working[i]
        if books.orders[index].status == WORKING:
            books.working[kept] = index
            kept += 1
    account.working = kept


@inlined
def submit(
    books: Books, asset: int, quantity: float, kind_of_order: int, decision_row: int, decision_t: int,
    kind: int, exit_reason: int, price: float,
) -> int:  # fmt: skip
    """Submit an order for a signed quantity, rounded to whole lots; one of zero size is rejected.

    So is, without lots, one worth next to nothing of the equity at `price`, the latest close (NaN for
    none): it is what rounding left of a calculation. A quantity that closes the position exactly is
    taken as it is.
    """
    position = books.positions[asset]
    size = quantity
    if position.quantity == 0.0 or quantity != -position.quantity:
        size = whole_lots(abs(quantity), books.settings[0].lot)
        if size * price * position.multiplier < DUST * books.account[0].equity and (
            books.settings[0].lot <= 0.0
        ):
            size = 0.0
        size = np.copysign(size, quantity)
    index = new_order(
        books, asset, size, kind_of_order, decision_row, decision_t, kind, exit_reason
    )
    if size == 0.0:
        finish(books, index, REJECTED, ZERO_SIZE)
        books.account[0].working -= 1
    return index


@inlined
def start_trailing(books: Books, index: int, trail: float, amount: bool, mark: float) -> None:
    """Give a trailing order its distance and its first mark, and set its level."""
    order = books.orders[index]
    order.trail = trail
    order.amount = 1 if amount else 0
    order.mark = mark
    set_trailing_level(books, index)


@inlined
def set_trailing_level(books: Books, index: int) -> None:
    """Set the level of a trailing order from its mark."""
    order = books.orders[index]
    sign = -1.0 if order.requested < 0.0 else 1.0
    order.stop = (
        order.mark + sign * order.trail if order.amount else level(order.mark, sign * order.trail)
    )


@inlined
def follow_market(tape: Tape, books: Books, index: int, row: int, t: int) -> None:
    """Raise (for buys: lower) the mark of a trailing order after its bar was tested."""
    order = books.orders[index]
    if order.type != TRAILING or t < order.follow_t:
        return
    mark = order.mark
    if np.isnan(mark):
        order.mark = tape.prices[3, row]  # submitted before the asset's first bar
    elif order.requested < 0.0:
        order.mark = max(mark, tape.prices[1, row])
    else:
        order.mark = min(mark, tape.prices[2, row])
    if order.mark != mark:
        set_trailing_level(books, index)
