"""Rules at every close: exits, candidates, sizes; and the loop over the whole market."""

import numpy as np

from ml4t_desktop.engine.kernel.brackets import end_entries
from ml4t_desktop.engine.kernel.codes import (
    BUY_PERCENT,
    BY_RISK_LIMIT,
    CANCELLED,
    DONE,
    ENTRY,
    FIXED_QUANTITY,
    FIXED_VALUE,
    FROM_DECISION_CLOSE,
    GROW,
    LIMIT,
    LIQUIDATION,
    MARKET,
    MAX_BARS,
    NO_LIMIT,
    ORDER_REASON,
    REBALANCE_TO_WEIGHTS,
    REJECTED,
    RULE_ENTRY,
    RULE_EXIT,
    SHARE_BY_ROW,
    SIGNAL,
    SIZE_BY_CONFIDENCE,
    STOP_LOSS,
    STOPPED,
    TAKE_PROFIT,
    TRAILING_STOP,
    WORKING,
)
from ml4t_desktop.engine.kernel.compiled import compiled, fetch_ahead, inlined, wide
from ml4t_desktop.engine.kernel.costs import level
from ml4t_desktop.engine.kernel.exposure import judge
from ml4t_desktop.engine.kernel.layout import Books, Control, Plan, Tape
from ml4t_desktop.engine.kernel.ledger import find_row, latest_row
from ml4t_desktop.engine.kernel.orders import drop_finished, finish, submit
from ml4t_desktop.engine.kernel.standing import call_back_all
from ml4t_desktop.engine.kernel.timestamp import close_timestamp, has_room, open_timestamp

_FEW = 8  # so many of the candidates are looked for one by one


@inlined
def _exit_reason(tape: Tape, books: Books, plan: Plan, asset: int, row: int) -> int:
    """Return why a position is left at this close, -1 if it is not."""
    rules = plan.rules[0]
    position = books.positions[asset]
    sign = 1.0 if position.quantity > 0.0 else -1.0
    if not rules.intrabar:
        close = tape.prices[3, row]
        if np.isnan(position.stop_level):
            position.stop_level = level(position.basis, -sign * rules.stop_loss)
            position.target_level = level(position.basis, sign * rules.take_profit)
        if rules.stop_loss > 0.0 and sign * (close - position.stop_level) <= 0.0:
            return STOP_LOSS
        if rules.take_profit > 0.0 and sign * (close - position.target_level) >= 0.0:
            return TAKE_PROFIT
        if rules.trailing_stop > 0.0:
            if position.trail_best != position.best_close:
                position.trail_best = position.best_close
                position.trail_level = level(position.best_close, -sign * rules.trailing_stop)
            if sign * (close - position.trail_level) <= 0.0:
                return TRAILING_STOP
    if sign > 0.0:
        if rules.long_exits and plan.long_exit[row]:
            return SIGNAL
    elif rules.short_exits and plan.short_exit[row]:
        return SIGNAL
    if rules.max_bars > 0 and position.closes_held >= rules.max_bars:
        return MAX_BARS
    return -1


@inlined
def _fetch_bar(tape: Tape, row: int) -> None:
    """Ask for what a fill on a row reads."""
    count = tape.prices.shape[1]
    if row < count:
        for column in range(4):
            fetch_ahead(tape.prices, column * count + row)
        for column in range(3):
            fetch_ahead(tape.rows, column * count + row)


@inlined
def _fetch_next(tape: Tape, books: Books, plan: Plan, t: int) -> None:
    """Ask for the next bars of the assets held.

    They lie far apart, so that a run mostly waits for memory; asked for early, they come while
    this timestamp is worked on. Assets keep their place among the rows but for gaps.
    """
    account = books.account[0]
    count = tape.prices.shape[1]
    step = tape.times[1, t + 1] - tape.times[1, t]
    whole = step == tape.times[0, -1]  # nobody will ask which asset a row is of
    for i in range(account.held):
        row = books.positions[books.held[i]].last_row + step
        if row >= count:
            return
        for column in range(4):
            fetch_ahead(tape.prices, column * count + row)
        if not whole:
            fetch_ahead(tape.rows, row)
        if plan.rules[0].long_exits:
            fetch_ahead(plan.long_exit, row)
        if plan.rules[0].short_exits:
            fetch_ahead(plan.short_exit, row)


@inlined
def _submit_exit(books: Books, asset: int, quantity: float, row: int, t: int, reason: int) -> None:
    """Submit a market order that can only reduce the position."""
    close = books.positions[asset].last_close
    index = submit(books, asset, quantity, MARKET, row, t, RULE_EXIT, reason, close)
    order = books.orders[index]
    order.reduce_only = 1
    is_protective = reason == STOP_LOSS or reason == TAKE_PROFIT or reason == TRAILING_STOP
    if is_protective and books.positions[asset].from_decision:
        order.note = FROM_DECISION_CLOSE


@inlined
def _decide_exits(tape: Tape, books: Books, plan: Plan, t: int) -> None:
    """Submit an exit for every position whose exits say so, in symbol order."""
    account = books.account[0]
    for i in range(account.held):
        asset = books.held[i]
        position = books.positions[asset]
        if position.pending_exits > 0:
            continue
        row = position.last_row  # of this timestamp, if the asset has a bar: it was just marked
        if row < tape.times[1, t]:
            continue
        reason = _exit_reason(tape, books, plan, asset, row)
        if reason >= 0:
            end_entries(books, asset)
            _fetch_bar(tape, row + tape.times[1, t + 1] - tape.times[1, t])
            _submit_exit(books, asset, -position.quantity, row, t, reason)


@inlined
def _before(plan: Plan, a: int, b: int) -> bool:
    """Return whether what is at place `a` of the heap ranks before `b`: higher first, null last, ties by symbol."""
    x = plan.keys[a]
    y = plan.keys[b]
    if x > y:
        return True
    if x < y:
        return False
    if np.isnan(x) != np.isnan(y):
        return bool(np.isnan(y))
    return plan.scratch[a] < plan.scratch[b]


@inlined
def _first(plan: Plan, count: int) -> int:
    """Return the place of the candidate that ranks first; for a few of many that is quicker than a heap."""
    best = 0
    for place in range(1, count):
        if not plan.keys[place] < plan.keys[best] and _before(plan, place, best):
            best = place
    return best


@inlined
def _sink(plan: Plan, place: int, count: int) -> None:
    """Restore the heap below a place."""
    while True:
        child = 2 * place + 1
        if child >= count:
            return
        if child + 1 < count and _before(plan, child + 1, child):
            child += 1
        if _before(plan, place, child):
            return
        plan.scratch[place], plan.scratch[child] = plan.scratch[child], plan.scratch[place]
        plan.keys[place], plan.keys[child] = plan.keys[child], plan.keys[place]
        place = child


@inlined
def _size(tape: Tape, books: Books, plan: Plan, row: int) -> float:
    """Return how much a candidate wants, 0 for none; NaN when what decides it is null."""
    rules = plan.rules[0]
    close = tape.prices[3, row]
    equity = max(books.account[0].equity, 0.0)
    if rules.helper == BUY_PERCENT:
        return equity * rules.percent / close
    if rules.helper == SIZE_BY_CONFIDENCE:
        return equity * (rules.percent * plan.weight[row]) / close
    if rules.helper == SHARE_BY_ROW:
        return equity * plan.weight[row] / close
    if rules.helper == FIXED_QUANTITY:
        return rules.percent
    if rules.helper == FIXED_VALUE:
        return rules.percent / (close * books.positions[wide(tape.rows[0, row])].multiplier)
    return np.nan


@inlined
def _submit_entry(
    tape: Tape, books: Books, asset: int, quantity: float, kind_of_order: int, row: int, t: int
) -> int:
    """Submit what the risk limits leave of an order that adds; one they refuse is recorded all the same."""
    limit = NO_LIMIT
    wanted = quantity
    if books.settings[0].limited and quantity != 0.0:
        limit = judge(tape, books, t, asset, quantity)
        if limit != NO_LIMIT and books.account[0].allowed > 0.0:
            quantity = np.copysign(books.account[0].allowed, quantity)
    close = tape.prices[3, row]
    index = submit(books, asset, quantity, kind_of_order, row, t, RULE_ENTRY, ENTRY, close)
    if limit != NO_LIMIT:
        _note_limit(books, index, limit, abs(wanted))
    return index


@compiled
def _note_limit(books: Books, index: int, limit: int, wanted: float) -> None:
    """Record which limit bound an order just submitted; one of which nothing is allowed ends."""
    account = books.account[0]
    order = books.orders[index]
    refused = account.allowed <= 0.0
    if refused and order.status != WORKING:
        return
    cut = books.cuts[account.cuts]
    account.cuts += 1
    cut.order = index
    cut.limit = limit
    cut.asked = wanted
    cut.allowed = account.allowed
    cut.exposure = account.exposure
    if refused:
        finish(books, index, REJECTED, BY_RISK_LIMIT)
        account.working -= 1


@inlined
def _enter(tape: Tape, books: Books, plan: Plan, candidate: int, t: int) -> bool:
    """Submit a candidate's order; return whether it uses a place."""
    rules = plan.rules[0]
    row = plan.candidates[candidate]
    asset = wide(tape.rows[0, row])
    size = _size(tape, books, plan, row)
    if np.isnan(size):
        return False
    _fetch_bar(tape, row + tape.times[1, t + 1] - tape.times[1, t])
    side = float(plan.sides[candidate])
    index = _submit_entry(
        tape, books, asset, size * side, LIMIT if rules.limit_entry else MARKET, row, t
    )
    if rules.limit_entry:
        order = books.orders[index]
        order.limit = level(tape.prices[3, row], -side * rules.entry_offset)
        if rules.good_for_bars > 0:
            order.expires = tape.rows[1, row] + rules.good_for_bars
    if rules.intrabar:
        order = books.orders[index]
        if rules.stop_loss > 0.0:
            order.bracket_stop = rules.stop_loss
        if rules.take_profit > 0.0:
            order.bracket_target = rules.take_profit
        if rules.trailing_stop > 0.0:
            order.bracket_trail = rules.trailing_stop
    return books.orders[index].status == WORKING


@inlined
def _is_candidate(tape: Tape, books: Books, plan: Plan, row: int) -> bool:
    """Return whether an asset is flat, without a working entry, and its cool-down over."""
    position = books.positions[tape.rows[0, row]]
    if position.quantity != 0.0 or position.pending_entries > 0:
        return False
    cooldown = plan.rules[0].cooldown
    return (
        cooldown == 0
        or position.exit_ordinal < 0
        or tape.rows[1, row] - position.exit_ordinal >= cooldown
    )


@inlined
def _waiting(books: Books) -> int:
    """Return how many assets have a working entry and no position yet."""
    account = books.account[0]
    count = 0
    if account.pending_entries > 0:
        for i in range(account.working):
            order = books.orders[books.working[i]]
            if order.kind == RULE_ENTRY and books.positions[order.asset].quantity == 0.0:
                count += 1
    return count


@inlined
def _decide_entries(tape: Tape, books: Books, plan: Plan, t: int) -> None:
    """Submit entries for the best candidates while places are free."""
    account = books.account[0]
    rules = plan.rules[0]
    first = plan.cursor[0]
    last = first
    end = tape.times[1, t + 1]
    while last < plan.candidates.size and plan.candidates[last] < end:
        last += 1
    plan.cursor[0] = last
    places = np.int64(books.positions.size)
    if rules.max_positions > 0:
        places = rules.max_positions - account.held - _waiting(books)
    if first == last or places <= 0:
        return
    count = 0
    begin = tape.times[1, t]
    whole = end - begin == tape.times[0, -1]
    simple = rules.cooldown == 0 and account.pending_entries == 0
    for i in range(account.held):
        plan.taken[books.held[i]] = 1
    for candidate in range(first, last):
        row = plan.candidates[candidate]
        asset = row - begin if whole else wide(tape.rows[0, row])
        if plan.taken[asset]:
            continue
        if not simple and not _is_candidate(tape, books, plan, row):
            continue
        if rules.ranked:
            fetch_ahead(plan.rank, row)
        plan.scratch[count] = candidate
        count += 1
    for i in range(account.held):
        plan.taken[books.held[i]] = 0
    if not rules.ranked:
        for i in range(count):
            if places <= 0:
                return
            if _enter(tape, books, plan, plan.scratch[i], t):
                places -= 1
        return
    for place in range(count):
        plan.keys[place] = plan.rank[plan.candidates[plan.scratch[place]]]
    looks = 0
    while count > 0 and places > 0:
        best = 0
        if looks >= 0 and looks + places <= _FEW:
            best = _first(plan, count)
            looks += 1
        elif looks >= 0:
            for place in range(count // 2 - 1, -1, -1):
                _sink(plan, place, count)
            looks = -1
        candidate = plan.scratch[best]
        count -= 1
        plan.scratch[best] = plan.scratch[count]
        plan.keys[best] = plan.keys[count]
        if looks < 0:
            _sink(plan, 0, count)
        if _enter(tape, books, plan, candidate, t):
            places -= 1


@inlined
def _rebalance(tape: Tape, books: Books, plan: Plan, t: int) -> None:
    """On a scheduled timestamp, order the differences to the target weights, sells before buys."""
    rules = plan.rules[0]
    first = plan.cursor[0]
    last = first
    end = tape.times[1, t + 1]
    while last < plan.candidates.size and plan.candidates[last] < end:
        last += 1
    plan.cursor[0] = last
    if not plan.schedule[t]:
        return
    equity = books.account[0].equity
    total = 0.0
    count = 0
    for candidate in range(first, last):
        row = plan.candidates[candidate]
        value = plan.weight[row] if plan.weight.size else 1.0
        if value > 0.0:
            total += value
            count += 1
    for sells in range(1, -1, -1):
        if sells and rules.close_missing:
            _close_missing(tape, books, plan, first, last, t)
        for candidate in range(first, last):
            row = plan.candidates[candidate]
            value = plan.weight[row] if plan.weight.size else 1.0
            asset = wide(tape.rows[0, row])
            position = books.positions[asset]
            if (
                not value > 0.0
                or equity <= 0.0
                or position.pending_entries + position.pending_exits > 0
            ):
                continue
            close = tape.prices[3, row]
            target = rules.side * rules.gross * value / total
            if rules.max_weight > 0.0 and abs(target) > rules.max_weight:
                target = rules.side * rules.max_weight
            now = position.quantity * close * position.multiplier / equity
            if abs(target - now) <= rules.tolerance:
                continue
            change = equity * target / (close * position.multiplier) - position.quantity
            if (change < 0.0) != (sells == 1):
                continue
            if change * position.quantity < 0.0:
                _submit_exit(books, asset, change, row, t, ORDER_REASON)
            else:
                _submit_entry(tape, books, asset, change, MARKET, row, t)


@inlined
def _close_missing(tape: Tape, books: Books, plan: Plan, first: int, last: int, t: int) -> None:
    """Order held assets closed for which the entry does not hold."""
    account = books.account[0]
    candidate = first
    for i in range(account.held):
        asset = books.held[i]
        while candidate < last and tape.rows[0, plan.candidates[candidate]] < asset:
            candidate += 1
        wanted = candidate < last and tape.rows[0, plan.candidates[candidate]] == asset
        if wanted and plan.weight.size and not plan.weight[plan.candidates[candidate]] > 0.0:
            wanted = False
        row = find_row(tape, t, asset)
        if wanted or row < 0 or books.positions[asset].pending_exits > 0:
            continue
        _submit_exit(books, asset, -books.positions[asset].quantity, row, t, ORDER_REASON)


@compiled
def _halt(tape: Tape, books: Books, t: int, leaves: bool) -> None:
    """Cancel every working entry, because a loss has ended trading, and leave every position if asked to."""
    for i in range(books.account[0].working):
        index = books.working[i]
        if books.orders[index].kind == RULE_ENTRY:
            finish(books, index, CANCELLED, BY_RISK_LIMIT)
    drop_finished(books)
    if not leaves:
        return
    for i in range(books.account[0].held):
        asset = books.held[i]
        row = latest_row(tape, t, asset)
        _submit_exit(books, asset, -books.positions[asset].quantity, row, t, LIQUIDATION)


@compiled
def run_rules(tape: Tape, books: Books, plan: Plan, control: Control) -> int:
    """Run the rules over the market from where the books stand.

    Returns DONE, GROW when the tables must be enlarged before it goes on, or STOPPED when cancelled.
    """
    books.account[0].sets_aside = 1
    state = _walk(tape, books, plan, control)
    books.account[0].sets_aside = 0
    call_back_all(books)
    return state


@inlined
def _walk(tape: Tape, books: Books, plan: Plan, control: Control) -> int:
    """Go from timestamp to timestamp; what stands apart meanwhile is seen by nobody else."""
    account = books.account[0]
    count = tape.times.shape[1] - 1
    while account.t < count:
        if control.cells[0] != 0:
            return STOPPED
        if not has_room(books):
            return GROW
        t = account.t
        open_timestamp(tape, books, t)
        _fetch_next(tape, books, plan, t)
        if plan.halts.size > 0 and plan.halts[t] > 0:
            _halt(tape, books, t, plan.halts[t] > 1)
        _decide_exits(tape, books, plan, t)
        if plan.rules[0].helper == REBALANCE_TO_WEIGHTS:
            _rebalance(tape, books, plan, t)
        else:
            _decide_entries(tape, books, plan, t)
        close_timestamp(tape, books, t)
        account.t = t + 1
        control.cells[1] = t + 1
    return DONE
