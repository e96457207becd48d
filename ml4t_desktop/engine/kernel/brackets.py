"""The protective legs of a bracket, and what ends with a position."""

import numpy as np

from ml4t_desktop.engine.kernel.codes import (
    AT_OPEN,
    CANCELLED,
    FROM_DECISION_CLOSE,
    LEG,
    LIMIT,
    POSITION_CLOSED,
    RULE_ENTRY,
    STOP,
    STOP_LOSS,
    TAKE_PROFIT,
    TRAILING,
    TRAILING_STOP,
    WORKING,
)
from ml4t_desktop.engine.kernel.compiled import compiled, inlined, wide
from ml4t_desktop.engine.kernel.costs import level
from ml4t_desktop.engine.kernel.layout import Books, Tape
from ml4t_desktop.engine.kernel.orders import finish, new_order, start_trailing
from ml4t_desktop.engine.kernel.standing import end_standing, enlarge_standing, set_aside


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
    if books.account[0].sets_aside and set_aside(books, index):
        books.account[0].working -= 1  # where it was the last


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
    more = -quantity if entry.requested > 0.0 else quantity
    enlarged = again and enlarge_standing(books, wide(entry.asset), parent, more)
    for i in range(account.working if again else 0):
        leg = books.orders[books.working[i]]
        if leg.parent == parent and leg.status == WORKING:
            leg.requested += more
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
    end_standing(books, asset)
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
