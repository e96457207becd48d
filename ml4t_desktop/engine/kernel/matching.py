"""Working orders meet a bar: at its open, inside it, or at its close."""

import numpy as np

from ml4t_desktop.engine.kernel.codes import (
    AT_CLOSE,
    AT_OPEN,
    BARS_OVER,
    CANCELLED,
    DATE_OVER,
    DAY,
    DAY_OVER,
    EXPIRED,
    FOK,
    GAP_LIMIT,
    GAP_STOP,
    GTC,
    GTD,
    IN_ENTRY_BAR,
    INSIDE,
    IOC,
    LEG,
    LIMIT,
    MARKET,
    NO_NOTE,
    NOT_IMMEDIATE,
    ON_CLOSE,
    ON_OPEN,
    RULE_ENTRY,
    STOP,
    STOP_LIMIT,
    STOP_TAKEN_FIRST,
    TARGET_TAKEN_FIRST,
    TRAILING,
    WORKING,
)
from ml4t_desktop.engine.kernel.compiled import compiled, inlined, wide
from ml4t_desktop.engine.kernel.filling import execute
from ml4t_desktop.engine.kernel.layout import Books, Tape
from ml4t_desktop.engine.kernel.ledger import find_row
from ml4t_desktop.engine.kernel.orders import drop_finished, finish, follow_market, rivals
from ml4t_desktop.engine.kernel.standing import drop_ended, look_after_new, look_after_standing

MICROSECONDS_PER_DAY = 86_400_000_000


@inlined
def _price_at_open(tape: Tape, books: Books, index: int, row: int) -> float:
    """Return the price at which an order fills at the open, NaN if it does not."""
    order = books.orders[index]
    price = tape.prices[0, row]
    buy = order.requested > 0.0
    kind = order.type
    if kind == MARKET:
        return price
    if kind == LIMIT or (kind == STOP_LIMIT and order.triggered):
        fits = price <= order.limit if buy else price >= order.limit
        return price if fits else np.nan
    beyond = price >= order.stop if buy else price <= order.stop
    if not beyond:
        return np.nan
    if kind == STOP_LIMIT:
        order.triggered = 1
        fits = price <= order.limit if buy else price >= order.limit
        return price if fits else np.nan
    return price


@inlined
def _price_inside(tape: Tape, books: Books, index: int, row: int) -> float:
    """Return the price at which an order fills inside the bar, NaN if it does not.

    A leg that came to life at the open and is beyond its level there fills at the open.
    """
    order = books.orders[index]
    start = tape.prices[0, row]
    high = tape.prices[1, row]
    low = tape.prices[2, row]
    buy = order.requested > 0.0
    kind = order.type
    if kind == MARKET:
        return np.nan
    if kind == LIMIT or (kind == STOP_LIMIT and order.triggered):
        if buy:
            return min(order.limit, start) if low <= order.limit else np.nan
        return max(order.limit, start) if high >= order.limit else np.nan
    touched = high >= order.stop if buy else low <= order.stop
    if not touched:
        return np.nan
    if kind == STOP_LIMIT:
        order.triggered = 1
        fits = order.stop <= order.limit if buy else order.stop >= order.limit
        return order.stop if fits else np.nan
    return max(order.stop, start) if buy else min(order.stop, start)


@inlined
def _gap_note(books: Books, index: int, price: float, as_limit: bool) -> int:
    """Return the note of a fill at a price that is not the order's level: the bar opened beyond it.

    `as_limit` says that a stop-limit was touched before this fill, so that it is a limit now.
    """
    order = books.orders[index]
    kind = order.type
    if kind == MARKET:
        return NO_NOTE
    if kind == LIMIT or (kind == STOP_LIMIT and as_limit):
        return GAP_LIMIT if price != order.limit else NO_NOTE
    return GAP_STOP if price != order.stop else NO_NOTE


@compiled
def _leg_hit_first(tape: Tape, books: Books, index: int, row: int, t: int) -> tuple[int, bool]:
    """Return which order of a group fills when the bar touches several, and whether the setting decided.

    That is `index` itself if it is alone. Of a stop and a target the setting decides; of two stops
    the one nearer to the market fills.
    """
    order = books.orders[index]
    if order.group < 0:
        return index, False
    mixed = False
    best = index
    first, last, listed = rivals(books, index)
    for i in range(first, last):
        other = books.working[i] if listed else i
        rival = books.orders[other]
        if (
            rival.at_close
            or rival.seen == _passed_over(t)
            or other == best
            or rival.group != order.group
            or rival.status != WORKING
            or rival.inside_t > t
        ):
            continue
        if np.isnan(_price_inside(tape, books, other, row)):
            continue
        if (rival.type == LIMIT) != (books.orders[best].type == LIMIT):
            mixed = True
        best = _first_of(tape, books, best, other, row)
    return best, mixed and np.isnan(_price_at_open(tape, books, best, row))


@inlined
def _first_of(tape: Tape, books: Books, a: int, b: int, row: int) -> int:
    """Return which of two touched orders of a group counts; the one submitted first on a tie.

    One that the open was beyond already comes before one touched later in the bar.
    """
    one = books.orders[a]
    two = books.orders[b]
    one_at_open = not np.isnan(_price_at_open(tape, books, a, row))
    two_at_open = not np.isnan(_price_at_open(tape, books, b, row))
    if one_at_open and two_at_open:
        return min(a, b)
    if one_at_open or two_at_open:
        return a if one_at_open else b
    one_is_target = one.type == LIMIT
    two_is_target = two.type == LIMIT
    if one_is_target != two_is_target:
        wants_target = books.settings[0].target_first != 0
        return a if one_is_target == wants_target else b
    if one_is_target:
        return min(a, b)
    if one.stop == two.stop:
        return min(a, b)
    selling = one.requested < 0.0
    return a if (one.stop > two.stop) == selling else b


@inlined
def _expired(tape: Tape, books: Books, index: int, t: int, day: int) -> bool:
    """End an order whose time is over before it meets the bar; return whether it is over."""
    order = books.orders[index]
    if order.tif == GTD and tape.times[0, t] > order.expires:
        finish(books, index, EXPIRED, DATE_OVER)
        return True
    if order.tif == DAY and order.first_day >= 0 and day > order.first_day:
        finish(books, index, EXPIRED, DAY_OVER)
        return True
    return False


@inlined
def _untouched(tape: Tape, books: Books, index: int, row: int) -> bool:
    """Return whether a bar stays away from the level of an order, so that nothing can come of it."""
    order = books.orders[index]
    start = tape.prices[0, row]
    high = max(tape.prices[1, row], start)
    low = min(tape.prices[2, row], start)
    buy = order.requested > 0.0
    if order.type == LIMIT:
        return low > order.limit if buy else high < order.limit
    if order.type == STOP or order.type == TRAILING:
        return high < order.stop if buy else low > order.stop
    return False


@inlined
def _pass_over_quiet(tape: Tape, books: Books, t: int) -> tuple[int, int]:
    """List the orders that this bar concerns; return how many those are, and how many its close may concern.

    Most protective orders are left alone at most times; looking at each once spares five visits.
    """
    account = books.account[0]
    concerned = 0
    closing = 0
    row = wide(-1)
    found = wide(-1)  # the asset that the row is of: legs of a position follow each other
    for i in range(account.working):
        index = books.working[i]
        order = books.orders[index]
        if order.at_close:
            closing += 1
            continue
        if order.tif != GTC or order.live_t > t or order.type == MARKET or order.type == STOP_LIMIT:
            books.concerned[concerned] = index
            concerned += 1
            continue
        if order.asset != found:
            found = wide(order.asset)
            row = find_row(tape, t, found)
        if row < 0:
            continue
        if not _untouched(tape, books, index, row):
            books.concerned[concerned] = index
            concerned += 1
        elif order.type == TRAILING:
            follow_market(tape, books, index, row, t)
            order.seen = _passed_over(t)  # its new level is for the next bar
    return concerned, closing


@inlined
def _passed_over(t: int) -> int:
    """Return the stamp of an order that a bar stayed away from."""
    return -2 - t


@compiled
def match_bar(tape: Tape, books: Books, t: int) -> None:
    """Match the working orders that were decided before this timestamp with its bars.

    First at the open, then inside the bar and at last at its close, reducing orders before the
    others, in the order of submission. Legs that come to life at the open join in for the inside of
    the bar.
    """
    account = books.account[0]
    if account.standing > 0:
        look_after_standing(tape, books, t)
    if account.working == 0:
        return
    concerned, closing = _pass_over_quiet(tape, books, t)
    if concerned > 0:
        _match_open_and_inside(tape, books, t, concerned)
    if account.sets_aside or concerned > 0:
        drop_ended(books)
    if closing > 0:
        _match_at_close(tape, books, t)


@inlined
def _match_open_and_inside(tape: Tape, books: Books, t: int, concerned: int) -> None:
    """Match the listed orders, and the legs that come to life meanwhile, which are the last ones working."""
    account = books.account[0]
    day = tape.times[0, t] // MICROSECONDS_PER_DAY
    shift = account.working - concerned
    made = account.orders
    for turn in range(4):
        if turn == 2:
            rest = _still_concerned(books, concerned)
            shift += concerned - rest
            concerned = rest
            if account.standing > 0:
                look_after_new(tape, books, t, made)
        i = 0
        while i < account.working - shift:
            index = books.concerned[i] if i < concerned else books.working[i + shift]
            _visit(tape, books, index, t, day, turn // 2, 1 - turn % 2)
            i += 1
    for i in range(account.working - shift):
        index = books.concerned[i] if i < concerned else books.working[i + shift]
        order = books.orders[index]
        if order.status != WORKING:
            continue
        row = find_row(tape, t, wide(order.asset))
        if row < 0:
            continue
        if order.live_t <= t and _is_immediate(books, index):
            finish(books, index, CANCELLED, NOT_IMMEDIATE)
        elif order.type == TRAILING:
            follow_market(tape, books, index, row, t)


@inlined
def _still_concerned(books: Books, concerned: int) -> int:
    """Take off the list of concerned orders what the open has ended; return how many stay on it."""
    kept = 0
    for i in range(concerned):
        index = books.concerned[i]
        if books.orders[index].status == WORKING:
            books.concerned[kept] = index
            kept += 1
    return kept


@inlined
def _is_immediate(books: Books, index: int) -> bool:
    """Return whether an order has one chance only."""
    tif = books.orders[index].tif
    return tif == IOC or tif == FOK or tif == ON_OPEN or tif == ON_CLOSE


@inlined
def _has_turn(books: Books, index: int, where: int, reducing: int) -> bool:
    """Return whether an order is among those now matched: those that reduce a position, or the others.

    One whose position was opened while the others had their turn still trades at the same open or
    close. Inside the bar it waits for the next: nobody knows whether its price came after the entry.
    """
    order = books.orders[index]
    reduces = books.positions[order.asset].quantity * order.requested < 0.0
    if reducing:
        return reduces
    return not reduces or where != INSIDE


@compiled
def _match_at_close(tape: Tape, books: Books, t: int) -> None:
    """Match the orders that wait for the close of their next bar, before positions are marked at it."""
    account = books.account[0]
    day = tape.times[0, t] // MICROSECONDS_PER_DAY
    stamp = 2 * t + 1
    for reducing in range(1, -1, -1):
        for i in range(account.working):
            index = books.working[i]
            order = books.orders[index]
            if (
                not order.at_close
                or order.status != WORKING
                or order.live_t > t
                or order.seen == stamp
                or not _has_turn(books, index, AT_CLOSE, reducing)
            ):
                continue
            row = find_row(tape, t, wide(order.asset))
            if row < 0:
                continue
            order.seen = stamp
            if _expired(tape, books, index, t, day):
                continue
            if order.first_day < 0:
                order.first_day = day
            price = tape.prices[3, row]
            if order.type == LIMIT:
                fits = price <= order.limit if order.requested > 0.0 else price >= order.limit
                if not fits:
                    continue
            execute(tape, books, index, price, t, row, AT_CLOSE, NO_NOTE)
    for i in range(account.working):
        index = books.working[i]
        order = books.orders[index]
        if order.seen == stamp and order.at_close and _is_immediate(books, index):
            finish(books, index, CANCELLED, NOT_IMMEDIATE)
    drop_finished(books)


@inlined
def _visit(
    tape: Tape, books: Books, index: int, t: int, day: int, where: int, reducing: int
) -> None:
    """Try one order at one place of the bar, once."""
    order = books.orders[index]
    stamp = 2 * t + where
    live = order.live_t if where == AT_OPEN else order.inside_t
    if order.status != WORKING or order.seen == stamp or live > t:
        return
    if not _has_turn(books, index, where, reducing):
        return
    row = find_row(tape, t, wide(order.asset))
    if row < 0:
        return
    order.seen = stamp
    as_limit = order.triggered != 0
    if where == AT_OPEN:
        if _expired(tape, books, index, t, day):
            return
        if order.first_day < 0:
            order.first_day = day
        price = _price_at_open(tape, books, index, row)
        if not np.isnan(price):
            note = _gap_note(books, index, price, as_limit)
            execute(tape, books, index, price, t, row, AT_OPEN, note)
        return
    if order.live_t <= t and _is_immediate(books, index):
        return
    price = _price_inside(tape, books, index, row)
    if np.isnan(price):
        return
    if order.type == STOP_LIMIT and not as_limit:
        execute(tape, books, index, price, t, row, INSIDE, NO_NOTE)
        return
    winner, decided = _leg_hit_first(tape, books, index, row, t)
    chosen = books.orders[winner]
    chosen.seen = stamp
    price = _price_inside(tape, books, winner, row)
    note = _gap_note(books, winner, price, as_limit)
    if decided:
        note |= TARGET_TAKEN_FIRST if chosen.type == LIMIT else STOP_TAKEN_FIRST
    if chosen.kind == LEG and t < chosen.live_t:
        note |= IN_ENTRY_BAR
    execute(tape, books, winner, price, t, row, INSIDE, note)


@compiled
def match_close(tape: Tape, books: Books, t: int) -> None:
    """Match the market orders decided at this close with it, reducing orders first.

    Those that name a later open or close wait for it.
    """
    account = books.account[0]
    if account.working == 0:
        return
    for reducing in range(1, -1, -1):
        for i in range(account.working):
            index = books.working[i]
            order = books.orders[index]
            if (
                order.status != WORKING
                or order.type != MARKET
                or order.decision_t != t
                or order.tif == ON_OPEN
                or order.tif == ON_CLOSE
                or order.seen == t * 2 + 1
                or not _has_turn(books, index, AT_CLOSE, reducing)
            ):
                continue
            row = find_row(tape, t, wide(order.asset))
            if row < 0:
                continue
            order.seen = t * 2 + 1
            execute(tape, books, index, tape.prices[3, row], t, row, AT_CLOSE, NO_NOTE)
            if _is_immediate(books, index):
                finish(books, index, CANCELLED, NOT_IMMEDIATE)
    drop_finished(books)


@compiled
def end_bar_orders(tape: Tape, books: Books, t: int) -> None:
    """Expire entries that have met as many bars of their asset as they were good for."""
    ended = False
    for i in range(books.account[0].working):
        index = books.working[i]
        order = books.orders[index]
        if order.kind != RULE_ENTRY or order.expires == 0:
            continue
        row = find_row(tape, t, wide(order.asset))
        if row >= 0 and tape.rows[1, row] >= order.expires:
            finish(books, index, EXPIRED, BARS_OVER)
            ended = True
    if ended:
        drop_finished(books)


@inlined
def end_day_orders(tape: Tape, books: Books, t: int) -> None:
    """Expire day orders when this timestamp is the last of its day."""
    account = books.account[0]
    if account.working == 0:
        return
    last = t + 2 >= tape.times.shape[1]
    day = tape.times[0, t] // MICROSECONDS_PER_DAY
    if not last and tape.times[0, t + 1] // MICROSECONDS_PER_DAY == day:
        return
    ended = False
    for i in range(account.working):
        index = books.working[i]
        order = books.orders[index]
        if order.tif == DAY and order.first_day >= 0:
            finish(books, index, EXPIRED, DAY_OVER)
            ended = True
    if ended:
        drop_finished(books)
