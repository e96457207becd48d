"""Orders: submitting, ending, and the protective legs of a bracket."""

import numpy as np

from ml4t_desktop.engine.kernel.codes import (
    AT_OPEN,
    CANCELLED,
    FILLED,
    FROM_DECISION_CLOSE,
    GTC,
    LEG,
    LIMIT,
    MARKET,
    NO_NOTE,
    NO_REASON,
    OTHER_LEG,
    POSITION_CLOSED,
    REDUCED,
    REJECTED,
    RULE_ENTRY,
    RULE_EXIT,
    STOP,
    STOP_LOSS,
    TAKE_PROFIT,
    TRAILING,
    TRAILING_STOP,
    WORKING,
    ZERO_SIZE,
)
from ml4t_desktop.engine.kernel.compiled import compiled, inlined, wide
from ml4t_desktop.engine.kernel.costs import level, whole_lots
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
    kind: int, exit_reason: int,
) -> int:  # fmt: skip
    """Submit an order for a signed quantity, rounded to whole lots; one of zero size is rejected.

    A quantity that closes the position exactly is taken as it is.
    """
    held = books.positions[asset].quantity
    size = quantity
    if held == 0.0 or quantity != -held:
        size = whole_lots(abs(quantity), books.settings[0].lot)
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


@inlined
def starts_from_decision(books: Books, index: int) -> bool:
    """Return whether the stop levels of what an order opens start from the close of its decision bar."""
    return books.settings[0].decision_basis != 0 and books.orders[index].decision_row >= 0


@inlined
def _protect(
    books: Books, parent: int, quantity: float, kind_of_order: int, exit_reason: int, basis: float,
    fraction: float, t: int, where: int, group: int,
) -> None:  # fmt: skip
    """Create one leg for the `quantity` that a bracket entry opened."""
    entry = books.orders[parent]
    side = -1.0 if entry.requested > 0.0 else 1.0
    index = new_order(
        books,
        wide(entry.asset),
        side * quantity,
        kind_of_order,
        wide(entry.decision_row),
        wide(entry.decision_t),
        LEG,
        exit_reason,
    )
    leg = books.orders[index]
    leg.parent = parent
    leg.group = group
    leg.reduce_only = 1
    if starts_from_decision(books, parent):
        leg.note = FROM_DECISION_CLOSE
    leg.live_t = t + 1
    leg.inside_t = t if where == AT_OPEN and books.settings[0].protect_entry_bar else t + 1
    leg.follow_t = t if where == AT_OPEN else t + 1
    if kind_of_order == TRAILING:
        start_trailing(books, index, fraction, False, basis)
    elif kind_of_order == STOP:
        leg.stop = level(basis, side * fraction)
    else:
        leg.limit = level(basis, -side * fraction)


@inlined
def basis_of(tape: Tape, books: Books, index: int, price: float) -> float:
    """Return the price that the stop levels of what an order opens at `price` start from."""
    order = books.orders[index]
    if starts_from_decision(books, index):
        return tape.prices[3, order.decision_row] / order.divisor
    return price


@compiled
def protect(
    tape: Tape, books: Books, parent: int, quantity: float, price: float, t: int, where: int, again: bool
) -> None:  # fmt: skip
    """Bring the legs of a bracket to life after its entry filled `quantity`.

    A later fill (`again`) enlarges those that still work.
    """
    entry = books.orders[parent]
    entry.opened = 1
    account = books.account[0]
    enlarged = False
    for i in range(account.working if again else 0):
        leg = books.orders[books.working[i]]
        if leg.parent == parent and leg.status == WORKING:
            leg.requested += -quantity if entry.requested > 0.0 else quantity
            enlarged = True
    if enlarged:
        return
    basis = basis_of(tape, books, parent, price)
    group = account.groups
    account.groups += 1
    stop = entry.bracket_stop
    target = entry.bracket_target
    trail = entry.bracket_trail
    if not np.isnan(stop):
        _protect(books, parent, quantity, STOP, STOP_LOSS, basis, stop, t, where, group)
    if not np.isnan(target):
        _protect(books, parent, quantity, LIMIT, TAKE_PROFIT, basis, target, t, where, group)
    if not np.isnan(trail):
        _protect(books, parent, quantity, TRAILING, TRAILING_STOP, basis, trail, t, where, group)


@inlined
def has_bracket(books: Books, index: int) -> bool:
    """Return whether an order brings protective legs."""
    order = books.orders[index]
    return not (
        np.isnan(order.bracket_stop)
        and np.isnan(order.bracket_target)
        and np.isnan(order.bracket_trail)
    )


@inlined
def end_entries(books: Books, asset: int) -> None:
    """Cancel what is left of the rules' entry into a position that is being closed."""
    if books.positions[asset].pending_entries == 0:
        return
    for i in range(books.account[0].working):
        index = books.working[i]
        order = books.orders[index]
        if order.asset == asset and order.kind == RULE_ENTRY:
            finish(books, index, CANCELLED, POSITION_CLOSED)


@inlined
def end_position(books: Books, asset: int, side: float) -> None:
    """Cancel the orders that belong to a position that is gone: protective ones, exits, the rest of its entry.

    `side` is that of the position, above zero for a long, zero when it may have been any. What is left
    of an order of the other side opens another position, and goes on working.
    """
    left = books.positions[asset].working
    for i in range(books.account[0].working):
        if left == 0:
            return
        index = books.working[i]
        order = books.orders[index]
        if order.asset != asset or order.status != WORKING:
            continue
        left -= 1
        unfinished = order.kind == RULE_ENTRY or order.opened != 0
        if order.reduce_only or (unfinished and order.requested * side >= 0.0):
            finish(books, index, CANCELLED, POSITION_CLOSED)
