"""Exposure limits: how much of an order fits beside what is held and what is working."""

import numpy as np

from ml4t_desktop.engine.kernel.codes import (
    LEG,
    MARKET,
    MAX_GROSS,
    MAX_NET,
    MAX_POSITIONS,
    NO_LIMIT,
    WORKING,
)
from ml4t_desktop.engine.kernel.compiled import compiled, inlined
from ml4t_desktop.engine.kernel.layout import Books, Tape
from ml4t_desktop.engine.kernel.ledger import close_of, latest_row

# What rounding may add to a quantity before it exceeds what is allowed.
_TOLERANCE = 1e-9


@inlined
def _expect(books: Books, asset: int) -> None:
    """Set the quantities there will be once the working orders have traded.

    Orders that add count in full whatever their type; of those that reduce only market orders do. Set
    for `asset`, for what is held and for what is ordered; the rest is not read.
    """
    account = books.account[0]
    books.expected[asset] = 0.0
    for i in range(account.working):
        books.expected[books.orders[books.working[i]].asset] = 0.0
    for i in range(account.held):
        books.expected[books.held[i]] = books.positions[books.held[i]].quantity
    for i in range(account.working):
        order = books.orders[books.working[i]]
        if order.kind == LEG or order.status != WORKING:
            continue
        rest = np.copysign(abs(order.requested) - order.filled, order.requested)
        held = books.expected[order.asset]
        if held * rest >= 0.0:
            if not order.reduce_only:
                books.expected[order.asset] = held + rest
        elif order.type == MARKET:
            capped = order.reduce_only and abs(rest) > abs(held)
            books.expected[order.asset] = 0.0 if capped else held + rest


@inlined
def _unit(tape: Tape, books: Books, t: int, asset: int) -> float:
    """Return the money per unit of an asset at its latest close, 0 when it had no bar yet."""
    position = books.positions[asset]
    price = position.last_close
    if position.quantity == 0.0:
        row = latest_row(tape, t, asset)
        price = close_of(tape, books, asset, row) if row >= 0 else 0.0
    return price * position.multiplier


@inlined
def _bind(books: Books, best: int, limit: int, allowed: float, exposure: float) -> int:
    """Keep the tighter of two verdicts in the account; return its limit."""
    account = books.account[0]
    if best != NO_LIMIT and account.allowed <= allowed:
        return best
    account.allowed = allowed
    account.exposure = exposure
    return limit


@compiled
def judge(tape: Tape, books: Books, t: int, asset: int, quantity: float) -> int:
    """Return the limit that binds an order for a signed quantity at timestamp `t`, NO_LIMIT when all of it fits.

    `account.allowed` is what the limits leave of it (without a sign, 0 refuses it), and
    `account.exposure` what the whole of it would lead to, NaN where that cannot be told. What only
    reduces is left alone.
    """
    settings = books.settings[0]
    account = books.account[0]
    _expect(books, asset)
    held = books.expected[asset]
    is_held = books.positions[asset].quantity != 0.0
    count = account.held
    gross = 0.0
    net = 0.0
    for i in range(account.held):
        other = books.held[i]
        if other != asset:
            value = books.expected[other] * _unit(tape, books, t, other)
            gross += abs(value)
            net += value
    for i in range(account.working):
        other = books.orders[books.working[i]].asset
        if books.positions[other].quantity == 0.0 and books.expected[other] != 0.0:
            count += 1
            if other != asset:
                value = books.expected[other] * _unit(tape, books, t, other)
                gross += abs(value)
                net += value
            books.expected[other] = 0.0  # counted once, however many orders it has
    best = NO_LIMIT
    is_new = not is_held and held == 0.0
    if settings.max_positions >= 0 and is_new and count >= settings.max_positions:
        best = _bind(books, best, MAX_POSITIONS, 0.0, count + 1.0)
    if settings.max_gross >= 0.0 or settings.max_net >= 0.0:
        sign = 1.0 if quantity > 0.0 else -1.0
        reducing = abs(held) if held * sign < 0.0 else 0.0
        unit = _unit(tape, books, t, asset)
        equity = account.equity
        known = unit > 0.0 and equity > 0.0
        net += held * unit
        if settings.max_gross >= 0.0:
            room = 0.0
            exposure = np.nan
            if known:
                exposure = (gross + abs(held + quantity) * unit) / equity
                room = (settings.max_gross * equity - gross) / unit - sign * held
            best = _bind(books, best, MAX_GROSS, max(room, reducing, 0.0), exposure)
        if settings.max_net >= 0.0:
            room = 0.0
            exposure = np.nan
            if known:
                exposure = abs(net + quantity * unit) / equity
                room = (settings.max_net * equity - sign * net) / unit
            best = _bind(books, best, MAX_NET, max(room, reducing, 0.0), exposure)
    if best == NO_LIMIT or abs(quantity) <= account.allowed * (1.0 + _TOLERANCE):
        return NO_LIMIT
    if account.allowed <= abs(quantity) * _TOLERANCE:
        account.allowed = 0.0  # nothing but the rounding of a limit that is used up
    return best
