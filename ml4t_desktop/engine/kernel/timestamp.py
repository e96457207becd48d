"""One timestamp, from what happens before its open to its equity point (DESIGN 3.1)."""

import numpy as np

from ml4t_desktop.engine.kernel.codes import (
    BORROW,
    CASH_ACCOUNT,
    DONE,
    END_OF_DATA,
    EXPIRED,
    FUNDING,
    FUNDING_BY_ROW,
    FUNDING_RATE,
    GROW,
    INTEREST,
    LIQUIDATION,
    MARKET,
    NO_FUNDING,
    PLAIN,
)
from ml4t_desktop.engine.kernel.compiled import compiled, inlined
from ml4t_desktop.engine.kernel.corporate import apply_actions
from ml4t_desktop.engine.kernel.layout import Books, Tape
from ml4t_desktop.engine.kernel.ledger import (
    book_flow,
    find_row,
    mark,
    record_open_trades,
    value_positions,
)
from ml4t_desktop.engine.kernel.matching import (
    MICROSECONDS_PER_DAY,
    end_bar_orders,
    end_day_orders,
    match_bar,
    match_close,
)
from ml4t_desktop.engine.kernel.orders import drop_finished, finish, submit
from ml4t_desktop.engine.kernel.standing import call_back_all


@inlined
def has_room(books: Books) -> bool:
    """Return whether the tables can take what one more timestamp can bring at the most."""
    account = books.account[0]
    assets = books.positions.size
    working = account.working + account.standing
    most = 4 * (working + 2 * assets) + 16
    actions = 2 * books.settings[0].actions_at_once
    return (
        account.orders + most < books.orders.size
        and working + most < books.working.size
        and account.fills + most < books.fills.size
        and account.trades + most + actions < books.trades.size
        and account.flows + 2 * assets + 2 + actions < books.flows.size
        and (not books.settings[0].limited or account.cuts + assets < books.cuts.size)
    )


@inlined
def _new_day(tape: Tape, books: Books, t: int) -> None:
    """Settle proceeds and charge interest and borrow fees when a new day begins."""
    account = books.account[0]
    settings = books.settings[0]
    day = tape.times[0, t] // MICROSECONDS_PER_DAY
    if day == account.day:
        return
    years = (day - account.day) / 365.0
    first = account.day < 0
    account.day = day
    account.trading_day += 1
    if settings.settlement_days > 0:
        place = account.trading_day % books.settling.size
        account.unsettled -= books.settling[place]
        books.settling[place] = 0.0
        account.unsettled = max(account.unsettled, 0.0)
    if first:
        return
    if settings.interest_rate > 0.0 and account.cash != 0.0:
        book_flow(books, t, -1, INTEREST, account.cash * settings.interest_rate * years)
    if settings.borrow_rate > 0.0:
        for i in range(account.held):
            asset = books.held[i]
            position = books.positions[asset]
            if position.quantity < 0.0:
                value = position.quantity * position.last_close * position.multiplier
                book_flow(books, t, asset, BORROW, value * settings.borrow_rate * years)


@inlined
def _fund(tape: Tape, books: Books, t: int) -> None:
    """Book the funding of the positions held until now, valued at their last close; longs pay a positive rate."""
    account = books.account[0]
    settings = books.settings[0]
    model = settings.funding
    if model == NO_FUNDING:
        return
    now = tape.times[0, t]
    before = account.last_time
    account.last_time = now
    if account.held == 0:
        return
    rate = 0.0
    if model == FUNDING_RATE:
        moments = now // settings.funding_interval - before // settings.funding_interval
        rate = moments * settings.funding_rate
    for i in range(account.held):
        asset = books.held[i]
        if model != FUNDING_RATE:
            row = find_row(tape, t, asset)
            if row < 0:
                continue
            rate = books.funding[row] if model == FUNDING_BY_ROW else books.funding[t]
        position = books.positions[asset]
        amount = -position.quantity * position.last_close * position.multiplier * rate
        if amount != 0.0 and not np.isnan(amount):
            book_flow(books, t, asset, FUNDING, amount)


@inlined
def open_timestamp(tape: Tape, books: Books, t: int) -> None:
    """Do steps 1 to 3: what happens before the open, matching, marking at the close.

    A call hands over some 140 words: what has nothing to do at most timestamps is asked for before it.
    """
    _new_day(tape, books, t)
    _fund(tape, books, t)
    if books.account[0].next_action_t <= t:
        call_back_all(books)
        apply_actions(tape, books, t)
    if books.account[0].working + books.account[0].standing > 0:
        match_bar(tape, books, t)
    if books.account[0].pending_entries > 0:
        end_bar_orders(tape, books, t)
    mark(tape, books, t)


@inlined
def close_timestamp(tape: Tape, books: Books, t: int) -> None:
    """Do steps 5 and 6: fills at this close, the equity point, and the margin call."""
    account = books.account[0]
    if books.settings[0].same_close:
        if account.working > 0:
            match_close(tape, books, t)
        value_positions(books)
    if account.working > 0:
        end_day_orders(tape, books, t)
    books.equity[0, t] = account.equity
    books.equity[1, t] = account.cash
    books.equity[2, t] = account.gross
    books.equity[3, t] = account.net
    books.equity[4, t] = float(account.held)
    if books.settings[0].account != CASH_ACCOUNT and account.held > 0:
        bound = account.gross * books.settings[0].maintenance_margin
        if account.equity < bound:
            _call_margin(books, t)


@compiled
def _call_margin(books: Books, t: int) -> None:
    """Order the largest positions closed until the maintenance margin, which does not hold, holds again."""
    account = books.account[0]
    gross = account.gross
    for i in range(account.working):
        order = books.orders[books.working[i]]
        if order.exit_reason == LIQUIDATION:
            position = books.positions[order.asset]
            gross -= abs(position.quantity) * position.last_close * position.multiplier
    while account.equity < gross * books.settings[0].maintenance_margin or (
        account.equity <= 0.0 and gross > 0.0
    ):
        largest = -1
        most = 0.0
        for i in range(account.held):
            asset = books.held[i]
            position = books.positions[asset]
            value = abs(position.quantity) * position.last_close * position.multiplier
            if value > most and not _liquidating(books, asset):
                most = value
                largest = asset
        if largest < 0:
            return
        row = books.positions[largest].last_row
        quantity = books.positions[largest].quantity
        index = submit(books, largest, -quantity, MARKET, row, t, PLAIN, LIQUIDATION, np.nan)
        books.orders[index].reduce_only = 1
        books.orders[index].at_close = 0  # a liquidation does not wait
        gross -= most


@inlined
def _liquidating(books: Books, asset: int) -> bool:
    """Return whether a liquidation of the asset is under way."""
    for i in range(books.account[0].working):
        order = books.orders[books.working[i]]
        if order.asset == asset and order.exit_reason == LIQUIDATION:
            return True
    return False


@compiled
def _finish(tape: Tape, books: Books) -> None:
    """Close the timestamp that is open, apart: what is inlined twice is compiled twice."""
    account = books.account[0]
    close_timestamp(tape, books, account.t)
    account.opened = 0
    account.t += 1


@compiled
def advance(tape: Tape, books: Books, target: int) -> int:
    """Bring the books to where timestamp `target` is marked and its decisions are due.

    Timestamps before it are finished. Returns DONE, or GROW when the tables must be enlarged first.
    """
    account = books.account[0]
    while True:
        if account.opened:
            if account.t >= target:
                return DONE
            if not has_room(books):
                return GROW
            _finish(tape, books)
        if not has_room(books):
            return GROW
        open_timestamp(tape, books, account.t)
        account.opened = 1


@compiled
def finish_timestamp(tape: Tape, books: Books) -> int:
    """Finish the timestamp that is open: steps 5 and 6. Returns DONE or GROW."""
    account = books.account[0]
    if not account.opened:
        return DONE
    if not has_room(books):
        return GROW
    _finish(tape, books)
    return DONE


@compiled
def end_of_data(books: Books) -> int:
    """Expire working orders and write the rows of open positions. Returns DONE or GROW."""
    account = books.account[0]
    if not has_room(books):
        return GROW
    for i in range(account.working):
        finish(books, books.working[i], EXPIRED, END_OF_DATA)
    drop_finished(books)
    record_open_trades(books)
    return DONE
