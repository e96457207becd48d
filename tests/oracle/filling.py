"""One order meets one price: how much trades, and what becomes of the rest (DESIGN 3.2 and 3.3)."""

from collections.abc import Iterable

from tests.oracle.books import Books
from tests.oracle.history import Bar
from tests.oracle.holdings import SELL, Order
from tests.oracle.ledger import book_fill
from tests.oracle.money import (
    DUST,
    commission,
    in_lots,
    most_fraction,
    most_lots,
    quantity_worth,
    slipped,
)
from tests.oracle.submission import (
    end_position_orders,
    end_rivals,
    protect,
    shrink_rivals,
)


def execute(
    books: Books, order: Order, bar: Bar, raw: float, where: str, notes: Iterable[str] = ()
) -> None:
    """Fill an order at a price as far as position, volume and money allow; notes only if it trades."""
    held = books.quantity(order.symbol)
    own = abs(held) if held * order.side < 0 else 0.0
    quantity = order.left
    if order.reduce_only:
        if own == 0:
            order.end("cancelled", "nothing is held")
            return
        quantity = min(quantity, own)
    offered = _offered(books, bar, quantity)
    if offered < quantity and order.tif == "fok":
        order.end("cancelled", "not filled at once")
        return
    if offered == 0:
        return
    closing, opening = _parted(offered, own)
    why_less = ""
    if opening > 0 and order.side == SELL and books.is_cash_account():
        if closing == 0 or order.tif == "fok":
            _refuse(books, order)
            return
        opening, why_less = 0.0, "sold what was held"
    if opening > 0:
        paid = _affordable(books, order, bar, raw, closing, opening)
        if paid < opening:
            refuses = books.execution.insufficient_cash == "reject" or order.tif == "fok"
            if refuses or paid + closing == 0:
                _refuse(books, order)
                return
            opening, why_less = paid, "the account could pay for no more"
    if order.side == SELL and books.is_cash_account():
        takes = _costs(books, order, bar, raw, closing + opening)
        if takes > max(books.available_cash(), 0.0):
            # The sale brings less than its commission, and there is no cash for the rest of it.
            order.end(
                "reduced" if order.filled > 0 else "rejected", "the account cannot pay for it"
            )
            return
    order.notes.update(notes)
    _trade(books, order, bar, raw, where, closing, opening, why_less)


def _parted(quantity: float, held: float) -> tuple[float, float]:
    """Return what closes and what opens; sums of quantities differ in their last digits."""
    closing = min(quantity, held)
    opening = quantity - closing
    return closing, 0.0 if closing > 0 and opening <= DUST * quantity else opening


def _refuse(books: Books, order: Order) -> None:
    """End an order that the account does not allow; when it has traded before, its pair ends with it."""
    order.end("reduced" if order.filled > 0 else "rejected", "the account does not allow it")
    if order.filled > 0:
        end_rivals(books, order)


def _trade(
    books: Books, order: Order, bar: Bar, raw: float, where: str, closing: float, opening: float,
    why_less: str,
) -> None:  # fmt: skip
    price = price_of(books, order, raw, closing + opening, bar)
    book_fill(books, order, bar, where, price, raw, closing, opening)
    is_done = order.left <= 1e-12 * order.requested
    if not is_done:
        shrink_rivals(books, order, closing + opening)
    if why_less:
        order.end("reduced", why_less)
    elif is_done:
        order.end("filled", "")
    elif order.reduce_only and order.symbol not in books.positions:
        order.end("reduced", "no more was held")
    if order.status in ("filled", "reduced"):
        end_rivals(books, order)
    if closing > 0 and (opening > 0 or order.symbol not in books.positions):
        end_position_orders(books, order.symbol, but=order)
    if opening > 0 and order.bracket:
        protect(books, order, opening, price, where)


def _costs(books: Books, order: Order, bar: Bar, raw: float, quantity: float) -> float:
    """Return the money a fill takes: below zero for a sale that brings some."""
    money = price_of(books, order, raw, quantity, bar) * quantity * books.multiplier(order.symbol)
    fee = commission(
        books.costs.commission,
        quantity,
        money,
        at_limit=order.is_limited,
        first=order.filled == 0,
    )
    return order.side * money + fee


def price_of(books: Books, order: Order, raw: float, quantity: float, bar: Bar) -> float:
    """Return the price after slippage, which limits do not have."""
    if order.is_limited:
        return raw
    return slipped(books.costs.slippage, order.side, raw, quantity, bar.volume)


def _offered(books: Books, bar: Bar, quantity: float) -> float:
    """Return what the bar's volume lets trade of a quantity."""
    shares = []
    if books.execution.participation is not None:
        shares.append(books.execution.participation)
    if books.costs.slippage.model == "volume_share":
        shares.append(books.costs.slippage.limit)
    if not shares or bar.volume is None:
        return quantity
    left = min(shares) * bar.volume - books.traded.get((bar.symbol, bar.time), 0.0)
    if left <= DUST * bar.volume:
        left = 0.0
    return quantity if quantity <= left else in_lots(left, books.execution.lot_size)


def _affordable(
    books: Books, order: Order, bar: Bar, raw: float, closing: float, opening: float
) -> float:
    """Return the largest quantity up to `opening` that the account can pay beside closing `closing`."""
    account = books.account
    points = books.multiplier(order.symbol)
    last = books.last_close.get(order.symbol, raw)
    side_held = -order.side

    def money_of(units: float) -> float:
        total = units + closing
        return price_of(books, order, raw, total, bar) * total * points

    def need(units: float) -> float:
        total = units + closing
        price = price_of(books, order, raw, total, bar)
        money = money_of(units)
        fee = commission(
            books.costs.commission,
            total,
            money,
            at_limit=order.is_limited,
            first=order.filled == 0,
        )
        if account.type == "cash":
            return money + fee
        gain = side_held * closing * (price - last) * points
        return units * price * points * account.initial_margin + fee - gain

    budget = books.available_cash()
    if account.type != "cash":
        freed = closing * last * points
        budget = books.equity() - (books.gross() - freed) * account.initial_margin

    def is_affordable(units: float) -> bool:
        # The last digit of a float must not turn down an order for exactly what there is.
        return need(units) <= budget * (1 + 1e-12)

    def fits(units: float) -> bool:
        return need(units) <= budget

    if is_affordable(opening):
        return opening
    if books.execution.insufficient_cash == "reject" or order.tif == "fok":
        return 0.0
    lot = books.execution.lot_size
    if lot > 0:
        return most_lots(is_affordable, opening, lot)
    tiers = getattr(books.costs.commission, "tiers", ())
    limits = [tier.up_to for tier in tiers if tier.up_to is not None]
    borders = [quantity_worth(money_of, limit, opening) for limit in limits]
    most = most_fraction(fits, opening, borders)
    # Less is the rounding of earlier fills.
    return most if most > 1e-9 * opening else 0.0
