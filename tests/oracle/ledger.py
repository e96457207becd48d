"""What a fill does to cash, positions and trades (DESIGN 3.3 and 3.4)."""

from dataclasses import dataclass

from tests.oracle.books import Books
from tests.oracle.history import Bar, Value, earlier
from tests.oracle.holdings import BUY, SELL, Decision, Order, Position, note_of, side_name
from tests.oracle.money import commission
from tests.oracle.submission import basis_of, starts_from_decision


@dataclass(frozen=True)
class Deal:
    """A fill about to be booked: at which price, where in the bar, and its costs."""

    order: Order
    bar: Bar
    where: str
    price: float
    fee: float
    slippage: float
    quantity: float

    def part(self, quantity: float) -> float:
        return quantity / self.quantity


def book_fill(
    books: Books, order: Order, bar: Bar, where: str, price: float, raw: float, closing: float,
    opening: float,
) -> None:  # fmt: skip
    """Book a fill that closes a part of a position and opens another."""
    quantity = closing + opening
    money = price * quantity * books.multiplier(order.symbol)
    fee = commission(
        books.costs.commission,
        quantity,
        money,
        at_limit=order.is_limited,
        first=order.filled == 0,
    )
    slippage = abs(price - raw) * quantity * books.multiplier(order.symbol)
    pay(books, order.side * money + fee)
    books.fills.append(
        {
            "fill_id": len(books.fills),
            "order_id": order.order_id,
            "timestamp": bar.time,
            "symbol": order.symbol,
            "side": side_name(order.side),
            "quantity": quantity,
            "price": price,
            "commission": fee,
            "slippage": slippage,
        }
    )
    deal = Deal(order, bar, where, price, fee, slippage, quantity)
    if closing > 0:
        _leave(books, deal, closing)
    if opening > 0:
        _enter(books, deal, opening)
    key = (bar.symbol, bar.time)
    books.traded[key] = books.traded.get(key, 0.0) + quantity
    order.filled += quantity
    order.opened += opening


def pay(books: Books, money: float) -> None:
    """Take money out of the account; what a sale brings settles later where that is asked for."""
    books.cash -= money
    if not books.is_cash_account():
        return
    if -1e-9 * abs(money) < books.cash < 0:
        books.cash = 0.0
    if money < 0 and books.account.settlement_days > 0:
        due = books.trading_day + books.account.settlement_days
        books.settling.append((due, -money))


def _enter(books: Books, deal: Deal, quantity: float) -> None:
    order = deal.order
    fee, slippage = deal.fee * deal.part(quantity), deal.slippage * deal.part(quantity)
    position = books.positions.get(order.symbol)
    if position is not None:
        held = abs(position.quantity)
        position.price = (position.price * held + deal.price * quantity) / (held + quantity)
        position.quantity += order.side * quantity
        position.fees += fee
        position.slippage += slippage
        position.highest = max(position.highest, deal.price)
        position.lowest = min(position.lowest, deal.price)
        return
    basis = basis_of(books, order, deal.price)
    books.positions[order.symbol] = Position(
        position_id=books.position_count,
        symbol=order.symbol,
        quantity=order.side * quantity,
        price=deal.price,
        fees=fee,
        slippage=slippage,
        opened_at=books.t,
        opened=deal.bar.time,
        decided=order.decided,
        where=deal.where,
        reason=order.why,
        highest=deal.price,
        lowest=deal.price,
        basis=basis,
        best_close=basis,
        last_bar=deal.bar,
        note=note_of(order),
        starts_from_decision=starts_from_decision(books, order),
    )
    books.position_count += 1
    if deal.where == "close":
        books.last_close[order.symbol] = deal.bar.close
    books.last_close.setdefault(order.symbol, deal.price)


def _leave(books: Books, deal: Deal, quantity: float) -> None:
    position = books.positions[deal.order.symbol]
    decided = deal.order.decided
    if deal.order.purpose == "leg":
        before = earlier(books.history, deal.bar, 1)
        decided = Decision(before, before.time if before is not None else None)
    entered_now = position.opened_at == books.t
    bars = position.bars_after
    if not _is_marked(books, deal.bar) and not entered_now:
        bars += 1
    record_trade(
        books,
        position,
        quantity,
        deal.price,
        decided=decided,
        why="order" if deal.order.why == "entry" else deal.order.why,
        fees=deal.fee * deal.part(quantity),
        slippage=deal.slippage * deal.part(quantity),
        seen=_prices_before_exit(position, deal, entered_now=entered_now),
        bars=bars,
        note=note_of(deal.order),
    )
    take_off(books, position, quantity)


def _is_marked(books: Books, bar: Bar) -> bool:
    return books.marked_at == books.t and bar.time == books.time


def _prices_before_exit(position: Position, deal: Deal, *, entered_now: bool) -> list[float]:
    """Return the prices of the exit's bar that came before it."""
    bar = deal.bar
    if deal.where == "open" or (entered_now and position.where == "close"):
        return [deal.price]
    if entered_now and position.where == "inside":
        return [deal.price, bar.close] if deal.where == "close" else [deal.price]
    if deal.where == "close":
        return [deal.price, bar.high, bar.low]
    return [deal.price, bar.open]


def record_trade(
    books: Books,
    position: Position,
    quantity: float,
    price: float,
    *,
    why: str,
    decided: Decision | None,
    fees: float = 0.0,
    slippage: float = 0.0,
    seen: list[float] | None = None,
    bars: int | None = None,
    note: str | None = None,
) -> None:
    """Write the row of a part of a position that was closed; without a decision it is still open."""
    share = quantity / abs(position.quantity)
    points = books.multiplier(position.symbol)
    fees += position.fees * share
    pnl = position.side * (price - position.price) * quantity * points - fees
    value = position.price * quantity * points
    prices = [*(seen or []), price]
    best, worst = max([position.highest, *prices]), min([position.lowest, *prices])
    if position.side == SELL:
        best, worst = worst, best
    cost = position.price
    is_closed = decided is not None
    leave = decided or Decision(None, None)
    books.trades.append(
        {
            "trade_id": len(books.trades),
            "position_id": position.position_id,
            "symbol": position.symbol,
            "direction": "long" if position.side == BUY else "short",
            "status": "closed" if is_closed else "open",
            "quantity": quantity,
            "entry_decision_time": position.decided.time,
            "entry_time": position.opened,
            "entry_price": position.price,
            "exit_decision_time": leave.time,
            "exit_time": books.time if is_closed else None,
            "exit_price": price,
            "pnl": pnl,
            "pnl_percent": pnl / value if value > 0 else None,
            "fees": fees,
            "slippage": position.slippage * share + slippage,
            "bars_held": position.bars_after if bars is None else bars,
            "mfe": max(0.0, position.side * (best - cost) / cost) if cost else 0.0,
            "mae": min(0.0, position.side * (worst - cost) / cost) if cost else 0.0,
            "entry_reason": position.reason,
            "exit_reason": why,
            "multiplier": points,
            "entry_signals": signals_of(position.decided),
            "exit_signals": signals_of(leave),
            "entry_context": context_of(books, position.decided),
            "exit_context": context_of(books, leave),
            "entry_note": position.note,
            "exit_note": note,
        }
    )


def signals_of(decided: Decision) -> dict[str, Value]:
    return dict(decided.bar.signals) if decided.bar is not None else {}


def context_of(books: Books, decided: Decision) -> dict[str, Value]:
    if decided.time is None:
        return {}
    return dict(books.history.context.get(decided.time, {}))


def take_off(books: Books, position: Position, quantity: float) -> None:
    """Make a position smaller, or gone; its costs so far shrink with it."""
    held = abs(position.quantity)
    rest = held - quantity
    if rest <= 1e-12 * held:
        del books.positions[position.symbol]
        books.cooldown[position.symbol] = books.cooldown_bars
        return
    position.quantity = position.side * rest
    position.fees *= rest / held
    position.slippage *= rest / held


def mark(books: Books) -> None:
    """Mark positions at the close; water marks include this bar from the entry on."""
    for symbol, bar in books.now.items():
        books.last_close[symbol] = bar.close
        position = books.positions.get(symbol)
        if position is None:
            continue
        position.last_bar = bar
        entered_now = position.opened_at == books.t
        if entered_now and position.where == "close":
            continue
        best = max if position.side == BUY else min
        known = bar.close if position.best_close is None else position.best_close
        position.best_close = best(known, bar.close)
        if entered_now and position.where != "open":
            position.highest = max(position.highest, bar.close)
            position.lowest = min(position.lowest, bar.close)
            continue
        position.highest = max(position.highest, bar.high)
        position.lowest = min(position.lowest, bar.low)
        position.closes_seen += 1
        position.bars_after += 0 if entered_now else 1
    books.marked_at = books.t


def finish(books: Books) -> None:
    """Working orders expire; open positions stay as open rows, marked at the last close."""
    for order in books.working():
        order.end("expired", "the data ended")
    for symbol, position in sorted(books.positions.items()):
        record_trade(
            books,
            position,
            abs(position.quantity),
            books.last_close[symbol],
            decided=None,
            why="open",
        )
