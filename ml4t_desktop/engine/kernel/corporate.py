"""Corporate actions on the books: before anything trades, and without making or losing money.

A position that becomes one of another asset keeps its cost, and so does one that is split: quantity
times price is what it was. Levels of working orders and water marks follow the price.
"""

import numpy as np

from ml4t_desktop.engine.kernel.brackets import end_position
from ml4t_desktop.engine.kernel.codes import (
    ASSET_GONE,
    AT_CLOSE,
    AT_OPEN,
    CANCELLED,
    DELIST,
    DELISTED,
    HAND_OUT,
    MERGED,
    NO_NOTE,
    PAID_DIVIDEND,
    PAY,
    RENAME,
    RULE_ENTRY,
    RULE_EXIT,
    SPLIT_UP,
    TAKE_OVER,
    TRAILING,
    WORKING,
)
from ml4t_desktop.engine.kernel.compiled import compiled, wide
from ml4t_desktop.engine.kernel.layout import Books, Tape
from ml4t_desktop.engine.kernel.ledger import (
    bars_since_entry,
    book_flow,
    close_of,
    find_row,
    hold,
    latest_row,
    pay,
    record_trade,
    take_off,
    time_of_row,
    value_positions,
)
from ml4t_desktop.engine.kernel.orders import drop_finished, finish, set_trailing_level


@compiled
def apply_actions(tape: Tape, books: Books, t: int) -> None:
    """Do every action that is due by timestamp `t`, in the order of the table."""
    account = books.account[0]
    while account.next_action_t <= t:
        action = books.actions[account.actions]
        asset = action.asset
        kind = action.kind
        if kind == PAY:
            _pay_dividend(books, asset, action.a, t)
        elif kind == SPLIT_UP:
            _restate(tape, books, asset, action.a, action.a, t)
        elif kind == HAND_OUT:
            _hand_out(tape, books, asset, action.new_asset, action.a, t)
        elif kind == TAKE_OVER:
            _take_over(tape, books, asset, action.new_asset, action.a, action.b, t)
        elif kind == RENAME:
            _rename(tape, books, asset, action.new_asset, t)
        elif kind == DELIST:
            _delist(tape, books, asset, action.a, t)
        account.actions += 1
        account.next_action_t = books.actions[account.actions].t
    drop_finished(books)
    value_positions(books)


@compiled
def _pay_dividend(books: Books, asset: int, amount: float, t: int) -> None:
    """Pay to who held over the previous close; who was short pays."""
    position = books.positions[asset]
    if position.quantity != 0.0:
        money = position.quantity * amount * position.multiplier
        book_flow(books, t, asset, PAID_DIVIDEND, money)


@compiled
def _scale_order(books: Books, index: int, shares: float, divisor: float) -> None:
    """Restate a working order: quantities times `shares`, prices by `divisor`."""
    order = books.orders[index]
    order.requested *= shares
    order.filled *= shares
    order.limit /= divisor
    order.stop /= divisor
    order.mark /= divisor
    order.divisor *= divisor
    if order.amount:
        order.trail /= divisor
    if order.type == TRAILING and not np.isnan(order.mark):
        set_trailing_level(books, index)


@compiled
def _restate(
    tape: Tape, books: Books, asset: int, shares: float, divisor: float, t: int
) -> None:  # fmt: skip
    """Multiply quantities and divide prices of an asset: its position, its orders and its last close."""
    position = books.positions[asset]
    row = latest_row(tape, t - 1, asset)
    if row >= 0:
        position.known_close = close_of(tape, books, asset, row) / divisor
        position.known_row = row
    if position.quantity != 0.0:
        position.quantity *= shares
        position.price /= divisor
        position.last_close /= divisor
        position.basis /= divisor
        position.high /= divisor
        position.low /= divisor
        position.best_close /= divisor
        # Levels on the close are worked out again from the basis.
        position.stop_level = np.nan
        position.trail_best = np.nan
    for i in range(books.account[0].working):
        index = books.working[i]
        if books.orders[index].asset == asset and books.orders[index].status == WORKING:
            _scale_order(books, index, shares, divisor)


@compiled
def _close(
    tape: Tape, books: Books, asset: int, quantity: float, price: float, fee: float, slippage: float,
    reason: int, t: int,
) -> None:  # fmt: skip
    """Close `quantity` (> 0) of a position; the decision bar is the last one known."""
    position = books.positions[asset]
    row = position.last_row
    record_trade(
        books, asset, quantity, price, fee, slippage, reason, NO_NOTE, row, time_of_row(tape, row), t,
        bars_since_entry(books, asset), position.high, position.low,
    )  # fmt: skip
    take_off(books, asset, quantity, wide(tape.rows[1, row]) + 1)


@compiled
def _receive(
    tape: Tape, books: Books, source: int, asset: int, quantity: float, price: float, divisor: float,
    fees: float, slippage: float, close: float, t: int,
) -> bool:  # fmt: skip
    """Give `quantity` of `asset` at a cost of `price` each to who holds `source`.

    It closes an opposite position, enlarges one of the same side, and else is a position of its own
    (True), which continues that of `source` with its prices by `divisor`.
    """
    old = books.positions[source]
    new = books.positions[asset]
    left = 1.0
    if new.quantity * quantity < 0.0:
        part = min(abs(new.quantity), abs(quantity))
        share = part / abs(quantity)
        _close(tape, books, asset, part, price, fees * share, slippage * share, MERGED, t)
        if new.quantity == 0.0:
            end_position(books, asset, -quantity)
        left = 1.0 - share
        if left <= 1e-12:
            return False
    if new.quantity != 0.0:
        total = new.quantity + quantity * left
        new.price = (new.quantity * new.price + quantity * left * price) / total
        new.quantity = total
        new.fees += fees * left
        new.slippage += slippage * left
        return False
    new.quantity = quantity * left
    new.price = price
    new.fees = fees * left
    new.slippage = slippage * left
    new.last_close = close
    new.basis = old.basis / divisor
    new.high = old.high / divisor
    new.low = old.low / divisor
    new.best_close = old.best_close / divisor
    new.stop_level = np.nan
    new.trail_best = np.nan
    new.decision_row = old.decision_row
    new.decision_t = old.decision_t
    new.entry_t = old.entry_t
    known = latest_row(tape, t - 1, asset)
    new.last_row = known if known >= 0 else old.last_row
    new.position_id = old.position_id
    new.closes_held = old.closes_held
    new.entered = old.entered
    new.reason = old.reason
    new.note = old.note
    new.from_decision = old.from_decision
    hold(books, asset)
    return True


@compiled
def _hand_out(tape: Tape, books: Books, asset: int, child: int, ratio: float, t: int) -> None:
    """Give `ratio` shares of `child` for each share; they take their part of cost and last close along.

    That part is worked out from the opens of this timestamp, or where one of the two has no bar now from
    the closes before. Shares whose price nobody knows yet cost nothing.
    """
    row = latest_row(tape, t - 1, asset)
    position = books.positions[asset]
    if row < 0 and position.quantity == 0.0:
        return
    each = ratio * books.positions[child].multiplier / position.multiplier
    # Shares that came by another action of this moment may be older than their first bar.
    cum = close_of(tape, books, asset, row) if row >= 0 else position.last_close
    worth = 0.0
    here = find_row(tape, t, asset)
    child_here = find_row(tape, t, child)
    child_row = latest_row(tape, t - 1, child)
    if here >= 0 and child_here >= 0:
        worth = each * tape.prices[0, child_here]
        cum = tape.prices[0, here] + worth
    elif child_row >= 0:
        worth = each * close_of(tape, books, child, child_row)
    elif child_here >= 0:
        worth = each * tape.prices[0, child_here]
    share = worth / cum if worth < cum else worth / (cum + worth)
    if position.quantity != 0.0:
        price = position.price * share / each
        close = position.last_close * share / each
        if child_row >= 0:
            close = close_of(tape, books, child, child_row)
        quantity = position.quantity * ratio
        if _receive(tape, books, asset, child, quantity, price, 1.0, 0.0, 0.0, close, t):
            _begin(books, child, AT_OPEN if child_here >= 0 else AT_CLOSE, t)
    _restate(tape, books, asset, 1.0, 1.0 / (1.0 - share), t)


@compiled
def _begin(books: Books, asset: int, where: int, t: int) -> None:
    """Make a position that was handed out one of its own; without a price there are no stop levels."""
    account = books.account[0]
    position = books.positions[asset]
    position.position_id = account.positions
    account.positions += 1
    position.entry_t = t
    position.entered = where
    position.closes_held = 0
    position.high = position.price
    position.low = position.price
    position.basis = position.price
    position.best_close = position.price
    position.note = NO_NOTE
    position.from_decision = 0
    if position.price == 0.0:
        position.basis = np.nan
        position.best_close = 0.0 if position.quantity > 0.0 else np.inf


@compiled
def _take_over(
    tape: Tape, books: Books, asset: int, new_asset: int, cash: float, ratio: float, t: int
) -> None:
    """Pay `cash` and give `ratio` shares of the new asset for each share.

    With both, the cash pays for the part of the position that it is worth against the new shares.
    """
    position = books.positions[asset]
    quantity = position.quantity
    if quantity == 0.0 or ratio == 0.0:
        if quantity != 0.0:
            _close(tape, books, asset, abs(quantity), cash, 0.0, 0.0, MERGED, t)
            pay(books, -quantity * cash * position.multiplier)
        _cancel_orders(books, asset)
        return
    each = ratio * books.positions[new_asset].multiplier / position.multiplier
    close = np.nan
    here = find_row(tape, t, new_asset)
    row = latest_row(tape, t - 1, new_asset)
    if row >= 0:
        close = close_of(tape, books, new_asset, row)
    divisor = each
    if cash > 0.0:
        worth = position.last_close - cash if position.last_close > cash else position.last_close
        if row >= 0:
            worth = each * close
        elif here >= 0:
            worth = each * tape.prices[0, here]
        part = cash / (cash + worth)
        _close(tape, books, asset, abs(quantity) * part, cash + worth, 0.0, 0.0, MERGED, t)
        pay(books, -quantity * cash * position.multiplier)
        divisor = each / (1.0 - part)
    if row < 0:
        close = position.last_close / divisor
    _receive(
        tape, books, asset, new_asset, quantity * ratio, position.price / divisor, divisor,
        position.fees, position.slippage, close, t,
    )  # fmt: skip
    _leave(tape, books, asset)
    for i in range(books.account[0].working):
        index = books.working[i]
        order = books.orders[index]
        if order.asset != asset or order.status != WORKING:
            continue
        if order.reduce_only or order.requested * quantity < 0.0:
            _move_order(books, index, new_asset)
            _scale_order(books, index, ratio, divisor)
        else:
            finish(books, index, CANCELLED, ASSET_GONE)
    if books.positions[new_asset].quantity == 0.0:
        end_position(books, new_asset, 0.0)


@compiled
def _leave(tape: Tape, books: Books, asset: int) -> None:
    """Empty a position that was handed on."""
    position = books.positions[asset]
    ordinal = wide(tape.rows[1, position.last_row]) + 1
    take_off(books, asset, abs(position.quantity), ordinal)


@compiled
def _move_order(books: Books, index: int, new_asset: int) -> None:
    """Make an order one of another asset."""
    order = books.orders[index]
    books.positions[order.asset].working -= 1
    books.positions[new_asset].working += 1
    if order.kind == RULE_ENTRY:
        books.positions[order.asset].pending_entries -= 1
        books.positions[new_asset].pending_entries += 1
    elif order.kind == RULE_EXIT:
        books.positions[order.asset].pending_exits -= 1
        books.positions[new_asset].pending_exits += 1
    order.asset = new_asset


@compiled
def _cancel_orders(books: Books, asset: int) -> None:
    """Cancel the working orders of an asset that is no longer."""
    for i in range(books.account[0].working):
        index = books.working[i]
        if books.orders[index].asset == asset:
            finish(books, index, CANCELLED, ASSET_GONE)


@compiled
def _rename(tape: Tape, books: Books, asset: int, new_asset: int, t: int) -> None:
    """Go on under another symbol: the position, the orders and what the rules remember."""
    old = books.positions[asset]
    new = books.positions[new_asset]
    row = latest_row(tape, t - 1, new_asset)
    if new.quantity == 0.0:
        new.multiplier = old.multiplier
    if new.exit_ordinal < 0:
        new.exit_ordinal = old.exit_ordinal
    if row < 0:
        new.known_close = old.known_close
        new.known_row = old.known_row
    if old.quantity != 0.0:
        divisor = new.multiplier / old.multiplier
        close = close_of(tape, books, new_asset, row) if row >= 0 else old.last_close
        _receive(
            tape, books, asset, new_asset, old.quantity, old.price / divisor, divisor, old.fees,
            old.slippage, close, t,
        )  # fmt: skip
        _leave(tape, books, asset)
    for i in range(books.account[0].working):
        index = books.working[i]
        if books.orders[index].asset == asset and books.orders[index].status == WORKING:
            _move_order(books, index, new_asset)


@compiled
def _delist(tape: Tape, books: Books, asset: int, price: float, t: int) -> None:
    """Close the position at a price, or at the last close when it is NaN, and cancel the orders."""
    position = books.positions[asset]
    quantity = position.quantity
    if quantity != 0.0:
        paid = position.last_close if np.isnan(price) else price
        _close(tape, books, asset, abs(quantity), paid, 0.0, 0.0, DELISTED, t)
        pay(books, -quantity * paid * position.multiplier)
    _cancel_orders(books, asset)
