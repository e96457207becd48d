"""One order meets one price: how much trades, what it costs, what it leaves."""

import numpy as np

from ml4t_desktop.engine.kernel.brackets import (
    basis_of,
    end_position,
    has_bracket,
    protect,
    starts_from_decision,
)
from ml4t_desktop.engine.kernel.codes import (
    CANCELLED,
    CASH_ACCOUNT,
    CASH_REJECTED,
    CASH_SHRUNK,
    ENTRY,
    FILLED,
    FOK,
    HELD_ONLY,
    LEG,
    LIMIT,
    MARGIN_REJECTED,
    MARGIN_SHRUNK,
    NO_REASON,
    NO_SHORT,
    NOT_IMMEDIATE,
    ORDER_REASON,
    POSITION_CLOSED,
    REDUCED,
    REJECTED,
    STOP_LIMIT,
    TIERED,
    VOLUME_SHARE,
)
from ml4t_desktop.engine.kernel.compiled import compiled, inlined, wide
from ml4t_desktop.engine.kernel.costs import DUST, commission, slipped, whole_lots
from ml4t_desktop.engine.kernel.layout import Books, Tape
from ml4t_desktop.engine.kernel.ledger import (
    available_cash,
    close_part,
    open_part,
    pay,
    time_before,
    value_positions,
)
from ml4t_desktop.engine.kernel.orders import finish, shrink_rivals


@inlined
def _volume_left(tape: Tape, books: Books, asset: int, row: int) -> float:
    """Return how much of the bar's volume may still trade; infinite without a cap or a known volume."""
    settings = books.settings[0]
    share = settings.participation
    if settings.slippage == VOLUME_SHARE:
        share = settings.slippage_a if share <= 0.0 else min(share, settings.slippage_a)
    volume = tape.prices[4, row]
    if share <= 0.0 or np.isnan(volume):
        return np.inf
    position = books.positions[asset]
    used = position.volume_used if position.volume_row == row else 0.0
    left = share * volume - used
    return left if left > DUST * volume else 0.0


@inlined
def _need(
    tape: Tape, books: Books, index: int, closing: float, opening: float, reference: float, row: int
) -> float:
    """Return the cash, or in a margin account the equity bound as margin, that a fill takes.

    In a margin account less what its closing part earns against the latest close.
    """
    order = books.orders[index]
    position = books.positions[order.asset]
    buy = order.requested > 0.0
    limited = order.type == LIMIT or order.type == STOP_LIMIT
    total = closing + opening
    price = reference
    if not limited:
        price = slipped(books, reference, buy, total, tape.prices[4, row])
    value = total * price * position.multiplier
    fee = commission(books, value, total, limited, order.filled == 0.0)
    if books.settings[0].account == CASH_ACCOUNT:
        return value + fee if buy else 0.0
    sign = 1.0 if position.quantity > 0.0 else -1.0
    gain = sign * closing * (price - position.last_close) * position.multiplier
    return opening * price * position.multiplier * books.settings[0].initial_margin + fee - gain


@compiled
def _worth(
    tape: Tape, books: Books, index: int, closing: float, most: float, reference: float, row: int,
    value: float,
) -> float:  # fmt: skip
    """Return the largest opening quantity (whole lots) up to `most` with which a fill is worth at most `value`."""
    order = books.orders[index]
    multiplier = books.positions[order.asset].multiplier
    buy = order.requested > 0.0
    limited = order.type == LIMIT or order.type == STOP_LIMIT
    lot = books.settings[0].lot
    low = 0.0
    high = np.ceil(most / lot) + 1.0 if lot > 0.0 else 2.0 * most
    for _ in range(200):
        half = np.floor(0.5 * (low + high)) if lot > 0.0 else 0.5 * (low + high)
        if half <= low or half >= high:
            break
        total = closing + (half * lot if lot > 0.0 else half)
        price = reference
        if not limited:
            price = slipped(books, reference, buy, total, tape.prices[4, row])
        if total * price * multiplier <= value:
            low = half
        else:
            high = half
    return min(low * lot if lot > 0.0 else low, most)


@compiled
def _affordable(
    tape: Tape, books: Books, index: int, closing: float, opening: float, reference: float, row: int,
    budget: float,
) -> float:  # fmt: skip
    """Return the largest opening quantity (whole lots, never rounded up) whose need fits the budget.

    Where a lower rate begins more may need less, so every tier is searched by itself, from the top.
    """
    if books.settings[0].commission != TIERED:
        return _affordable_above(
            tape, books, index, closing, 0.0, opening, reference, row, budget
        )  # fmt: skip
    end = opening
    for tier in range(books.tiers.shape[1] - 1, -1, -1):
        start = 0.0
        if tier > 0:
            limit = books.tiers[0, tier - 1]
            start = _worth(tape, books, index, closing, end, reference, row, limit)
        if start < end:
            if end < opening and _need(
                tape, books, index, closing, end, reference, row
            ) <= budget * (1.0 + 1e-12):
                return end
            found = _affordable_above(
                tape, books, index, closing, start, end, reference, row, budget
            )  # fmt: skip
            if found > start:
                return found
        end = start
    return 0.0


@compiled
def _affordable_above(
    tape: Tape, books: Books, index: int, closing: float, least: float, opening: float,
    reference: float, row: int, budget: float,
) -> float:  # fmt: skip
    """Return the largest affordable quantity from `least` to below `opening`, where more always needs more.

    Without lots, less than 1e-9 of what was wanted is nothing: that is the rounding of earlier fills.
    """
    lot = books.settings[0].lot
    slack = budget * (1.0 + 1e-12)
    if lot > 0.0:
        few = int(np.rint(least / lot))
        many = int(np.ceil(opening / lot))
        # What is needed grows nearly in proportion: two looks beside the guess mostly settle it.
        whole = _need(tape, books, index, closing, opening, reference, row)
        middle = int(slack / whole * many) if slack > 0.0 else 0
        looks = 0
        while many - few > 1:
            middle = min(max(middle, few + 1), many - 1)
            fits = _need(tape, books, index, closing, middle * lot, reference, row) <= slack
            if fits:
                few = middle
            else:
                many = middle
            looks += 1
            middle = (middle + 1 if fits else middle - 1) if looks < 3 else (few + many) // 2
        return few * lot
    low = least
    high = opening
    for _ in range(200):
        half = 0.5 * (low + high)
        if half <= low or half >= high:
            break
        if _need(tape, books, index, closing, half, reference, row) <= budget:
            low = half
        else:
            high = half
    return low if low > 1e-9 * opening else 0.0


@inlined
def _budget(books: Books, asset: int, closing: float) -> float:
    """Return what a fill may take: available cash, or the equity not bound as margin after its closing part."""
    if books.settings[0].account == CASH_ACCOUNT:
        return available_cash(books)
    value_positions(books)
    account = books.account[0]
    position = books.positions[asset]
    freed = closing * position.last_close * position.multiplier
    return account.equity - (account.gross - freed) * books.settings[0].initial_margin


@compiled
def execute(
    tape: Tape, books: Books, index: int, reference: float, t: int, row: int, where: int, note: int
) -> None:
    """Fill an order at a reference price, as far as volume, position and money allow.

    What remains after a volume cap stays working; what the account cannot pay does not. `note` is
    added to the order's if it fills.
    """
    order = books.orders[index]
    asset = wide(order.asset)
    position = books.positions[asset]
    remaining = (
        order.requested - order.filled if order.requested > 0.0 else order.requested + order.filled
    )
    buy = remaining > 0.0
    quantity = abs(remaining)
    opposite = (position.quantity > 0.0) != buy and position.quantity != 0.0
    held = abs(position.quantity) if opposite else 0.0
    reason = NO_REASON
    if order.reduce_only:
        if held == 0.0:
            finish(books, index, CANCELLED, POSITION_CLOSED)
            return
        quantity = min(quantity, held)
    limited = order.type == LIMIT or order.type == STOP_LIMIT
    left = _volume_left(tape, books, asset, row)
    capped = left < quantity
    if capped:
        if order.tif == FOK:
            finish(books, index, CANCELLED, NOT_IMMEDIATE)
            return
        quantity = whole_lots(left, books.settings[0].lot)
        if quantity <= 0.0:
            return
    closing = min(quantity, held)
    opening = quantity - closing
    if closing > 0.0 and opening <= DUST * quantity:
        opening = 0.0  # sums of quantities differ in their last digits
    cash_account = books.settings[0].account == CASH_ACCOUNT
    if cash_account and not buy and opening > 0.0:
        if closing == 0.0 or order.tif == FOK:
            finish(books, index, REDUCED if order.filled > 0.0 else REJECTED, NO_SHORT)
            return
        opening = 0.0
        reason = HELD_ONLY
    if opening > 0.0:
        budget = _budget(books, asset, closing)
        need = _need(tape, books, index, closing, opening, reference, row)
        if need > budget * (1.0 + 1e-12):
            nothing = CASH_REJECTED if cash_account else MARGIN_REJECTED
            ended = REDUCED if order.filled > 0.0 else REJECTED
            if books.settings[0].reject or order.tif == FOK:
                finish(books, index, ended, nothing)
                return
            lot = books.settings[0].lot
            least = 0.0 if books.settings[0].commission == TIERED else lot
            # Where money is gone, not even one lot: the search is not begun.
            if least > 0.0 and (
                _need(tape, books, index, closing, least, reference, row) > budget * (1.0 + 1e-12)
            ):
                opening = 0.0
            else:
                opening = _affordable(tape, books, index, closing, opening, reference, row, budget)
            reason = CASH_SHRUNK if cash_account else MARGIN_SHRUNK
            if opening + closing <= 0.0:
                finish(books, index, ended, nothing)
                return
    price = reference
    if not limited:
        price = slipped(books, reference, buy, closing + opening, tape.prices[4, row])
    quantity = closing + opening
    if cash_account and not buy:
        value = quantity * price * position.multiplier
        fee = commission(books, value, quantity, limited, order.filled == 0.0)
        if fee > value and fee - value > available_cash(books):
            finish(books, index, REDUCED if order.filled > 0.0 else REJECTED, CASH_REJECTED)
            return
    order.note |= note
    _trade(
        tape, books, index, closing, opening, price, abs(price - reference), limited, t, row, where
    )
    again = order.filled > 0.0
    order.filled += quantity
    if position.volume_row != row:
        position.volume_row = row
        position.volume_used = 0.0
    position.volume_used += quantity
    if order.group >= 0 and order.filled < abs(order.requested) * (1.0 - 1e-12):
        shrink_rivals(books, index, quantity)
    if reason != NO_REASON:
        finish(books, index, REDUCED, reason)
    elif order.filled >= abs(order.requested) * (1.0 - 1e-12):
        finish(books, index, FILLED, NO_REASON)
    elif order.reduce_only and position.quantity == 0.0:
        finish(books, index, REDUCED, HELD_ONLY)
    if position.quantity == 0.0 or (closing > 0.0 and opening > 0.0):
        end_position(books, asset, -remaining)
    if opening > 0.0 and has_bracket(books, index):
        protect(tape, books, index, opening, price, t, where, again)


@inlined
def _trade(
    tape: Tape, books: Books, index: int, closing: float, opening: float, price: float, moved: float,
    maker: bool, t: int, row: int, where: int,
) -> None:  # fmt: skip
    """Book a fill: cash, fill row, the closed part and the opened part, fees split by quantity."""
    account = books.account[0]
    order = books.orders[index]
    asset = wide(order.asset)
    position = books.positions[asset]
    quantity = closing + opening
    reason = wide(order.exit_reason)
    sign = 1.0 if order.requested > 0.0 else -1.0
    multiplier = position.multiplier
    value = quantity * price * multiplier
    fee = commission(books, value, quantity, maker, order.filled == 0.0)
    slippage = moved * quantity * multiplier
    fill = books.fills[account.fills]
    account.fills += 1
    fill.order = index
    fill.t = t
    fill.asset = asset
    fill.quantity = sign * quantity
    fill.price = price
    fill.commission = fee
    fill.slippage = slippage
    fill.where = where
    pay(books, sign * value + fee)
    if closing > 0.0:
        share = closing / quantity
        # An entry that meets what a corporate action put into its way is an order like any other.
        left = ORDER_REASON if reason == ENTRY else reason
        decision_row = wide(order.decision_row)
        decision_t = wide(order.decision_t)
        if order.kind == LEG:
            decision_row = wide(tape.rows[2, row])
            decision_t = time_before(tape, decision_row, t) if decision_row >= 0 else -1
        close_part(
            tape, books, asset, closing, price, fee * share, slippage * share, left,
            wide(order.note), decision_row, decision_t, t, row, where,
        )  # fmt: skip
    if opening > 0.0:
        share = opening / quantity
        open_part(
            tape, books, asset, sign * opening, price, fee * share, slippage * share, reason,
            wide(order.note), wide(order.decision_row), wide(order.decision_t), t, row, where,
            basis_of(tape, books, index, price), starts_from_decision(books, index),
        )  # fmt: skip
