"""Cash, positions and trades: what a fill does to the books."""

import numpy as np

from ml4t_desktop.engine.kernel.codes import (
    AT_CLOSE,
    AT_OPEN,
    CASH_ACCOUNT,
    INSIDE,
    NO_NOTE,
    STILL_OPEN,
)
from ml4t_desktop.engine.kernel.compiled import compiled, inlined, wide
from ml4t_desktop.engine.kernel.layout import Books, Tape


@inlined
def find_row(tape: Tape, t: int, asset: int) -> int:
    """Return the row of an asset at a timestamp, -1 when it has no bar there."""
    low = tape.times[1, t]
    high = tape.times[1, t + 1]
    if high - low == tape.times[0, -1]:
        return low + asset
    # Assets ascend: none lies further back than where it would be if all had a bar, and few are missing.
    last = min(low + asset, high - 1)
    if last < low or tape.rows[0, last] < asset:
        return -1
    step = 1
    while tape.rows[0, last] > asset:
        first = last - step
        if first < low:
            first = low - 1
            break
        if tape.rows[0, first] <= asset:
            break
        last = first
        step *= 2
    else:
        return last
    while last - first > 1:
        middle = (first + last) // 2
        if tape.rows[0, middle] <= asset:
            first = middle
        else:
            last = middle
    if first >= low and tape.rows[0, first] == asset:
        return first
    return -1


@inlined
def latest_row(tape: Tape, t: int, asset: int) -> int:
    """Return the latest row of an asset at or before a timestamp, -1 when it had none yet."""
    row = -1
    while row < 0 and t >= 0:
        row = find_row(tape, t, asset)
        t -= 1
    return row


@inlined
def close_of(tape: Tape, books: Books, asset: int, row: int) -> float:
    """Return the close of an asset's latest row, in the shares of today when it was split since."""
    position = books.positions[asset]
    return position.known_close if position.known_row == row else tape.prices[3, row]


@inlined
def time_of_row(tape: Tape, row: int) -> int:
    """Return the timestamp index of a row."""
    low = 0
    high = tape.times.shape[1] - 1
    while high - low > 1:
        middle = (low + high) // 2
        if tape.times[1, middle] <= row:
            low = middle
        else:
            high = middle
    return low


@inlined
def time_before(tape: Tape, row: int, t: int) -> int:
    """Return the timestamp index of a row that lies before timestamp `t`, mostly at the one before."""
    return t - 1 if row >= tape.times[1, t - 1] else time_of_row(tape, row)


@inlined
def available_cash(books: Books) -> float:
    """Return the cash that can be spent: without the proceeds that have not settled."""
    return books.account[0].cash - books.account[0].unsettled


@inlined
def value_positions(books: Books) -> None:
    """Set equity, gross and net exposure of the account from the latest closes."""
    account = books.account[0]
    gross = 0.0
    net = 0.0
    for i in range(account.held):
        position = books.positions[books.held[i]]
        value = position.quantity * position.last_close * position.multiplier
        net += value
        gross += abs(value)
    account.gross = gross
    account.net = net
    account.equity = account.cash + net


@inlined
def hold(books: Books, asset: int) -> None:
    """Add an asset to the held ones, which stay in symbol order."""
    account = books.account[0]
    place = account.held
    while place > 0 and books.held[place - 1] > asset:
        books.held[place] = books.held[place - 1]
        place -= 1
    books.held[place] = asset
    account.held += 1


@inlined
def _release(books: Books, asset: int) -> None:
    """Remove an asset from the held ones."""
    account = books.account[0]
    place = 0
    last = account.held - 1
    while place < last:
        middle = (place + last) // 2
        if books.held[middle] < asset:
            place = middle + 1
        else:
            last = middle
    for i in range(place, account.held - 1):
        books.held[i] = books.held[i + 1]
    account.held -= 1


@inlined
def bars_since_entry(books: Books, asset: int) -> int:
    """Return how many bars of a position were marked after its entry bar; 0 before that is marked, too."""
    position = books.positions[asset]
    return max(position.closes_held - (1 if position.entered == AT_OPEN else 0), 0)


@inlined
def record_trade(
    books: Books, asset: int, quantity: float, price: float, fee: float, slippage: float,
    exit_reason: int, note: int, decision_row: int, decision_t: int, t: int, bars: int, high: float,
    low: float,
) -> None:  # fmt: skip
    """Write a trade row for the closing of `quantity` (> 0) of a position at `price`.

    `fee`, `slippage` and `note` are those of the exit; the entry's are shared out by quantity. `bars` are
    those after the entry bar. `high` and `low` are the extremes since the entry, the exit price not
    yet among them.
    """
    account = books.account[0]
    position = books.positions[asset]
    trade = books.trades[account.trades]
    account.trades += 1
    share = quantity / abs(position.quantity)
    sign = 1.0 if position.quantity > 0.0 else -1.0
    entry_fee = position.fees * share
    trade.position_id = position.position_id
    trade.asset = asset
    trade.quantity = quantity * sign
    trade.multiplier = position.multiplier
    trade.entry_price = position.price
    trade.exit_price = price
    trade.fees = entry_fee + fee
    trade.slippage = position.slippage * share + slippage
    trade.pnl = sign * quantity * (price - position.price) * position.multiplier - trade.fees
    trade.entry_decision_row = position.decision_row
    trade.entry_decision_t = position.decision_t
    trade.entry_t = position.entry_t
    trade.entry_reason = position.reason
    trade.exit_reason = exit_reason
    trade.entry_note = position.note
    trade.exit_note = note
    trade.exit_decision_row = decision_row
    trade.exit_decision_t = decision_t
    trade.exit_t = t
    trade.bars_held = bars
    high = max(high, price)
    low = min(low, price)
    best = high if sign > 0.0 else low
    worst = low if sign > 0.0 else high
    trade.mfe = 0.0
    trade.mae = 0.0
    if position.price > 0.0:
        trade.mfe = max(sign * (best - position.price) / position.price, 0.0)
        trade.mae = min(sign * (worst - position.price) / position.price, 0.0)


@inlined
def close_part(
    tape: Tape, books: Books, asset: int, quantity: float, price: float, fee: float, slippage: float,
    exit_reason: int, note: int, decision_row: int, decision_t: int, t: int, row: int, where: int,
) -> None:  # fmt: skip
    """Close `quantity` (> 0) of a position: a trade row, and the position smaller or gone."""
    position = books.positions[asset]
    high = position.high
    low = position.low
    bars = bars_since_entry(books, asset)
    is_marked = books.account[0].marked_t == t
    entered_here = position.entry_t == t
    if not is_marked:
        bars = 0 if entered_here else bars + 1
    whole_bar = not entered_here or position.entered == AT_OPEN
    if where == AT_CLOSE:
        if whole_bar:
            high = max(high, tape.prices[1, row])
            low = min(low, tape.prices[2, row])
        elif position.entered == INSIDE:
            high = max(high, tape.prices[3, row])
            low = min(low, tape.prices[3, row])
    elif where != AT_OPEN and whole_bar:
        high = max(high, tape.prices[0, row])
        low = min(low, tape.prices[0, row])
    record_trade(
        books,
        asset,
        quantity,
        price,
        fee,
        slippage,
        exit_reason,
        note,
        decision_row,
        decision_t,
        t,
        bars,
        high,
        low,
    )
    # The first close that decides while the asset is flat: this bar's, or the next one's when this
    # close has decided already.
    take_off(books, asset, quantity, wide(tape.rows[1, row]) + (1 if is_marked else 0))


@inlined
def take_off(books: Books, asset: int, quantity: float, exit_ordinal: int) -> None:
    """Make a position smaller by `quantity` (> 0), or gone; its entry fees shrink with it."""
    position = books.positions[asset]
    before = abs(position.quantity)
    rest = before - quantity
    if rest <= 1e-12 * before:
        position.quantity = 0.0
        position.fees = 0.0
        position.slippage = 0.0
        position.exit_ordinal = exit_ordinal
        _release(books, asset)
    else:
        share = rest / before
        position.quantity = rest if position.quantity > 0.0 else -rest
        position.fees *= share
        position.slippage *= share


@inlined
def open_part(
    tape: Tape, books: Books, asset: int, quantity: float, price: float, fee: float, slippage: float,
    reason: int, note: int, decision_row: int, decision_t: int, t: int, row: int, where: int,
    basis: float, from_decision: bool,
) -> None:  # fmt: skip
    """Open or enlarge a position by `quantity` (signed); its stop levels start from `basis`."""
    account = books.account[0]
    position = books.positions[asset]
    if position.quantity == 0.0:
        position.position_id = account.positions
        account.positions += 1
        position.quantity = quantity
        position.price = price
        position.fees = fee
        position.slippage = slippage
        position.high = price
        position.low = price
        position.decision_row = decision_row
        position.decision_t = decision_t
        position.last_row = row
        position.entry_t = t
        position.entered = where
        position.reason = reason
        position.note = note
        position.from_decision = 1 if from_decision else 0
        position.closes_held = 0
        position.basis = basis
        position.best_close = position.basis
        position.stop_level = np.nan
        position.trail_best = np.nan
        previous = tape.rows[2, row]
        position.last_close = price
        if where == AT_CLOSE:
            position.last_close = tape.prices[3, row]
        elif previous >= 0:
            position.last_close = close_of(tape, books, asset, previous)
        hold(books, asset)
        return
    total = position.quantity + quantity
    position.price = (position.quantity * position.price + quantity * price) / total
    position.quantity = total
    position.fees += fee
    position.slippage += slippage
    position.high = max(position.high, price)
    position.low = min(position.low, price)


@inlined
def pay(books: Books, amount: float) -> None:
    """Take money out of the account (negative puts it in); a rounding rest below zero is forgiven."""
    account = books.account[0]
    account.cash -= amount
    if books.settings[0].account != CASH_ACCOUNT:
        return
    if account.cash < 0.0 and account.cash > -1e-9 * abs(amount):
        account.cash = 0.0
    if amount < 0.0 and books.settings[0].settlement_days > 0:
        books.settling[account.trading_day % books.settling.size] -= amount
        account.unsettled -= amount


@inlined
def book_flow(books: Books, t: int, asset: int, kind: int, amount: float) -> None:
    """Book a payment that belongs to no trade."""
    account = books.account[0]
    flow = books.flows[account.flows]
    account.flows += 1
    flow.t = t
    flow.asset = asset
    flow.kind = kind
    flow.amount = amount
    account.cash += amount


@inlined
def mark(tape: Tape, books: Books, t: int) -> None:
    """Value positions at this close; water marks include this bar from the entry on.

    Of the bar at whose close a position was entered they include nothing.
    """
    account = books.account[0]
    account.marked_t = t
    gross = 0.0
    net = 0.0
    for i in range(account.held):
        asset = books.held[i]
        row = find_row(tape, t, asset)
        if row >= 0:
            _mark_position(tape, books, asset, row, t)
        position = books.positions[asset]
        value = position.quantity * position.last_close * position.multiplier
        net += value
        gross += abs(value)
    account.gross = gross
    account.net = net
    account.equity = account.cash + net


@inlined
def _mark_position(tape: Tape, books: Books, asset: int, row: int, t: int) -> None:
    """Take over what a bar says about a position."""
    position = books.positions[asset]
    close = tape.prices[3, row]
    position.last_close = close
    position.last_row = row
    whole_bar = position.entry_t < t or position.entered == AT_OPEN
    if not whole_bar and position.entered == AT_CLOSE:
        return
    position.high = max(position.high, tape.prices[1, row] if whole_bar else close)
    position.low = min(position.low, tape.prices[2, row] if whole_bar else close)
    if whole_bar:
        position.closes_held += 1
    if position.quantity > 0.0:
        position.best_close = max(position.best_close, close)
    else:
        position.best_close = min(position.best_close, close)


@compiled
def record_open_trades(books: Books) -> None:
    """At the end of data, write a row for every position still open, marked at its last close."""
    account = books.account[0]
    for i in range(account.held):
        asset = books.held[i]
        position = books.positions[asset]
        record_trade(
            books, asset, abs(position.quantity), position.last_close, 0.0, 0.0, STILL_OPEN, NO_NOTE,
            -1, -1, -1,
            bars_since_entry(books, asset), position.high, position.low,
        )  # fmt: skip
