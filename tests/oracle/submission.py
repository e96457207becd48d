"""Orders begin and end: lots, pairs, brackets, and what belongs to a position (DESIGN 3.2)."""

import math
from typing import Any

from tests.oracle.books import Books
from tests.oracle.holdings import BASIS, BUY, SELL, Decision, Order, note_of
from tests.oracle.money import DUST, in_lots, level_of


def submit(
    books: Books,
    symbol: str,
    quantity: float,
    *,
    purpose: str = "plain",
    why: str = "order",
    kind: str = "market",
    **terms: Any,
) -> Order:
    """Submit an order for a signed quantity in whole lots; one of no size is rejected at once.

    A quantity that closes the position exactly is taken as it is.
    """
    size = abs(quantity)
    held = books.quantity(symbol)
    if held == 0 or quantity != -held:
        size = max(in_lots(size, books.execution.lot_size), 0.0)
        if books.execution.lot_size == 0 and _is_dust(books, symbol, size):
            size = 0.0
    order = new_order(
        books,
        symbol,
        SELL if math.copysign(1, quantity) < 0 else BUY,
        size,
        books.decide(symbol),
        kind=kind,
        purpose=purpose,
        why=why,
        **terms,
    )
    order.basis_close = books.last_close.get(symbol)
    if order.kind == "trailing_stop":
        order.mark = order.basis_close
        place_trailing(order)
    if size == 0:
        order.end("rejected", "its size is zero")
    return order


def _is_dust(books: Books, symbol: str, size: float) -> bool:
    """Return whether a quantity is worth so little of the equity that it is what rounding left."""
    close = books.last_close.get(symbol)
    return close is not None and size * close * books.multiplier(symbol) < DUST * books.equity()


def new_order(
    books: Books, symbol: str, side: int, size: float, decided: Decision, **terms: Any
) -> Order:
    """Return a working order that may fill from the next timestamp."""
    soonest = {"from_open": books.t + 1, "from_inside": books.t + 1, "follows_from": books.t + 1}
    order = Order(
        order_id=len(books.orders),
        symbol=symbol,
        side=side,
        requested=size,
        decided=decided,
        **{**soonest, **terms},
    )
    books.orders.append(order)
    books.live.append(order)
    return order


def place_trailing(order: Order) -> None:
    """Set the level of a trailing stop from its mark."""
    assert order.trail is not None
    if order.mark is None:
        return
    if order.trail_is_amount:
        order.stop = order.mark + order.side * order.trail
    else:
        order.stop = level_of(order.mark, order.side * order.trail)


def join(books: Books, first: Order, second: Order) -> None:
    """Make two orders a pair: when one trades, the other ends."""
    books.pair_count += 1
    first.pair = second.pair = books.pair_count
    for one, other in ((first, second), (second, first)):
        if one.status == "rejected" and other.is_working:
            other.end("cancelled", "the other order of the pair was rejected")


def end_rivals(books: Books, order: Order) -> None:
    """Cancel the others of a pair of which one has traded for good."""
    for rival in _rivals(books, order):
        rival.end("cancelled", "the other order of the pair was filled")


def shrink_rivals(books: Books, order: Order, quantity: float) -> None:
    """Take what one of a pair has traded off the others: together they trade it once."""
    for rival in _rivals(books, order):
        rival.requested = max(rival.requested - quantity, rival.filled)
        if rival.left <= 0:
            rival.end("cancelled", "the other order of the pair was filled")


def _rivals(books: Books, order: Order) -> list[Order]:
    if order.pair is None:
        return []
    return [one for one in books.working() if one.pair == order.pair and one is not order]


def protect(books: Books, entry: Order, quantity: float, price: float, where: str) -> None:
    """Put the legs of a bracket in the market for what was opened; a later fill enlarges them."""
    legs = [leg for leg in books.working() if leg.parent is entry]
    for leg in legs:
        leg.requested += quantity
    if legs:
        return
    basis = basis_of(books, entry, price)
    books.pair_count += 1
    at_open = where == "open"
    protects_now = at_open and books.execution.protect_entry_bar
    side = -entry.side
    terms: dict[str, Any] = {
        "purpose": "leg",
        "parent": entry,
        "pair": books.pair_count,
        "reduce_only": True,
        "from_inside": books.t if protects_now else books.t + 1,
        "follows_from": books.t if at_open else books.t + 1,
    }

    def leg(**more: Any) -> Order:
        made = new_order(books, entry.symbol, side, quantity, entry.decided, **terms, **more)
        if starts_from_decision(books, entry):
            made.notes.add(BASIS)
        return made

    bracket = entry.bracket
    if bracket.stop_loss is not None:
        level = level_of(basis, side * bracket.stop_loss)
        leg(kind="stop", why="stop_loss", stop=level)
    if bracket.take_profit is not None:
        level = level_of(basis, -side * bracket.take_profit)
        leg(kind="limit", why="take_profit", limit=level)
    if bracket.trailing_stop is not None:
        trailing = leg(
            kind="trailing_stop", why="trailing_stop", trail=bracket.trailing_stop, mark=basis
        )
        place_trailing(trailing)


def basis_of(books: Books, order: Order, price: float) -> float:
    """Return the price that stop levels start from: the fill, or the close of the decision."""
    return order.basis_close or price if starts_from_decision(books, order) else price


def starts_from_decision(books: Books, order: Order) -> bool:
    """Return whether the stop levels of what an order opens start from the close of its decision."""
    return books.execution.stop_basis == "decision_close" and order.basis_close is not None


def end_position_orders(books: Books, symbol: str, but: Order | None = None) -> None:
    """Cancel the orders that belong to a position that is gone, and the rest of its entry."""
    for order in books.working(symbol):
        of_the_entry = order.purpose == "entry" or (bool(order.bracket) and order.opened > 0)
        if order is not but and (order.reduce_only or of_the_entry):
            order.end("cancelled", "the position is gone")


def order_rows(books: Books) -> list[dict]:
    """Return the orders table."""
    return [
        {
            "order_id": order.order_id,
            "decision_time": order.decided.time,
            "symbol": order.symbol,
            "side": "buy" if order.side == BUY else "sell",
            "type": order.kind,
            "requested": order.requested,
            "filled": order.filled,
            "limit_price": order.limit,
            "stop_price": order.stop,
            "status": order.status,
            "reason": order.reason,
            "note": note_of(order),
        }
        for order in books.orders
    ]
