"""Protective orders that the market is away from stand apart: a bar is held against two prices of the position.

Most bars touch neither stop nor target. While rules run, the legs of a position's bracket are therefore
not on the working list, and called back to it when a bar concerns one of them. Outside `run_rules`
every order that works is on the working list.

A position's legs were made one after the other: they are the orders from `leg` on, `legs` in number.
Nothing can come of them while a bar stays above `low_at` and below `high_at`; beyond `leg_mark` it
moves a trailing one.
"""

import numpy as np

from ml4t_desktop.engine.kernel.codes import (
    CANCELLED,
    LEG,
    LIMIT,
    POSITION_CLOSED,
    TRAILING,
    WORKING,
)
from ml4t_desktop.engine.kernel.compiled import compiled, inlined, wide
from ml4t_desktop.engine.kernel.layout import Books, Tape
from ml4t_desktop.engine.kernel.ledger import find_row
from ml4t_desktop.engine.kernel.orders import finish, follow_market


@inlined
def drop_ended(books: Books) -> None:
    """Take ended orders off the working list, and while rules run legs too, keeping the order of submission."""
    account = books.account[0]
    kept = 0
    for i in range(account.working):
        index = books.working[i]
        order = books.orders[index]
        if order.status != WORKING:
            continue
        if account.sets_aside and order.kind == LEG and set_aside(books, index):
            continue
        books.working[kept] = index
        kept += 1
    account.working = kept


@inlined
def set_aside(books: Books, index: int) -> bool:
    """Let a leg that is not on the working list stand apart; return whether it does.

    A position has one group of legs that do.
    """
    order = books.orders[index]
    position = books.positions[order.asset]
    if position.leg < 0:
        long = order.requested < 0.0
        position.leg = index
        position.low_at = -np.inf
        position.high_at = np.inf
        position.leg_mark = np.inf if long else -np.inf
    elif books.orders[position.leg].group != order.group:
        return False
    position.legs = index - position.leg + 1
    books.account[0].standing += 1
    _watch(books, index)
    return True


@inlined
def _watch(books: Books, index: int) -> None:
    """Keep where a leg is concerned by a bar."""
    order = books.orders[index]
    position = books.positions[order.asset]
    sells = order.requested < 0.0
    if order.type == LIMIT:
        if sells:
            position.high_at = min(position.high_at, order.limit)
        else:
            position.low_at = max(position.low_at, order.limit)
        return
    if sells:
        position.low_at = max(position.low_at, order.stop)
    else:
        position.high_at = min(position.high_at, order.stop)
    if order.type == TRAILING:
        position.leg_mark = order.mark


@compiled
def look_after_standing(tape: Tape, books: Books, t: int) -> None:
    """Call back the legs that this bar concerns; the trailing ones of the others follow it."""
    account = books.account[0]
    before = account.working
    for i in range(account.held):
        asset = books.held[i]
        if books.positions[asset].leg < 0:
            continue
        row = find_row(tape, t, asset)
        if row >= 0:
            _look_after(tape, books, asset, row, t, True)
    if account.working > before:
        _merge(books, before)


@compiled
def look_after_new(tape: Tape, books: Books, t: int, first: int) -> None:
    """Do so with the legs among the orders from `first` on, made at the open of this very bar."""
    for index in range(first, books.account[0].orders):
        order = books.orders[index]
        asset = wide(order.asset)
        if order.kind == LEG and books.positions[asset].leg == index:
            row = find_row(tape, t, asset)
            _look_after(tape, books, asset, row, t, order.inside_t <= t)


@inlined
def _look_after(tape: Tape, books: Books, asset: int, row: int, t: int, is_live: bool) -> None:
    """Hold a bar against the legs of one position."""
    position = books.positions[asset]
    start = tape.prices[0, row]
    high = tape.prices[1, row]
    low = tape.prices[2, row]
    touched = min(low, start) <= position.low_at or max(high, start) >= position.high_at
    if touched and is_live:
        _call_back(books, asset)
    elif high > position.leg_mark if position.quantity > 0.0 else low < position.leg_mark:
        for index in range(position.leg, position.leg + position.legs):
            leg = books.orders[index]
            if leg.type == TRAILING and leg.status == WORKING:
                follow_market(tape, books, index, row, t)
                _watch(books, index)


@inlined
def _call_back(books: Books, asset: int) -> None:
    """Put the legs of a position at the end of the working list."""
    account = books.account[0]
    position = books.positions[asset]
    for index in range(position.leg, position.leg + position.legs):
        if books.orders[index].status == WORKING:
            books.working[account.working] = index
            account.working += 1
            account.standing -= 1
    position.leg = -1


@compiled
def call_back_all(books: Books) -> None:
    """Put all legs back on the working list."""
    account = books.account[0]
    if account.standing == 0:
        return
    before = account.working
    for i in range(account.held):
        if books.positions[books.held[i]].leg >= 0:
            _call_back(books, books.held[i])
    _merge(books, before)


@inlined
def _merge(books: Books, before: int) -> None:
    """Bring the working list into the order of submission; `before` others were on it before the legs."""
    working = books.working
    count = books.account[0].working
    # A Shell sort of the legs, which come by position.
    gap = 1
    while gap < (count - before) // 6:
        gap = 3 * gap + 1
    while gap > 0:
        for i in range(before + gap, count):
            index = working[i]
            place = i
            while place - gap >= before and working[place - gap] > index:
                working[place] = working[place - gap]
                place -= gap
            working[place] = index
        gap //= 3
    if before == 0 or working[before - 1] < working[before]:
        return
    called = books.concerned
    for i in range(before, count):
        called[i - before] = working[i]
    other = before - 1
    leg = count - before - 1
    for place in range(count - 1, -1, -1):
        if leg < 0:
            return
        if other >= 0 and working[other] > called[leg]:
            working[place] = working[other]
            other -= 1
        else:
            working[place] = called[leg]
            leg -= 1


@inlined
def end_standing(books: Books, asset: int) -> None:
    """Cancel the legs that stand apart, because their position is gone."""
    position = books.positions[asset]
    if position.leg < 0:
        return
    for index in range(position.leg, position.leg + position.legs):
        if books.orders[index].status == WORKING:
            finish(books, index, CANCELLED, POSITION_CLOSED)
            books.account[0].standing -= 1
    position.leg = -1


@inlined
def enlarge_standing(books: Books, asset: int, parent: int, quantity: float) -> bool:
    """Let the legs of an entry that stand apart be for `quantity` (signed) more; return whether there are some."""
    position = books.positions[asset]
    if position.leg < 0 or books.orders[position.leg].parent != parent:
        return False
    for index in range(position.leg, position.leg + position.legs):
        if books.orders[index].status == WORKING:
            books.orders[index].requested += quantity
    return True
