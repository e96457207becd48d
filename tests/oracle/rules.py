"""What the rules want after a close: exits in symbol order, then entries by rank (DESIGN 3.6)."""

from typing import Any

from ml4t_desktop.request import Request
from tests.oracle.books import Books
from tests.oracle.conditions import holds
from tests.oracle.guard import Guard
from tests.oracle.history import Bar, number, value
from tests.oracle.holdings import BASIS, BUY, SELL, Bracket
from tests.oracle.money import level_of
from tests.oracle.sizing import size_of
from tests.oracle.weights import is_due, rebalance


def decide(books: Books, request: Request, guard: Guard) -> None:
    """Decide at this close for every asset that has a bar."""
    equity = books.equity()
    rebalances = request.strategy.sizing.helper == "rebalance_to_weights"
    candidates: list[tuple[Bar, int]] = []
    for symbol in sorted(books.now):
        bar = books.now[symbol]
        if symbol in books.positions:
            _decide_exit(books, request, bar, guard)
            continue
        is_skipped = False
        if not books.working(symbol, "entry") and books.cooldown.get(symbol, 0) > 0:
            books.cooldown[symbol] -= 1
            is_skipped = True
        if books.working(symbol, "entry") or is_skipped:
            continue
        side = side_to_enter(books, request, bar)
        if side is not None:
            candidates.append((bar, side))
    if rebalances:
        if is_due(books, request.strategy.sizing.schedule) and not guard.is_halted:
            wanted = [
                bar for _, bar in sorted(books.now.items()) if side_to_enter(books, request, bar)
            ]
            rebalance(books, request, _best(books, request, wanted), equity, guard)
        return
    if not guard.is_halted:
        _enter(books, request, candidates, equity, guard)


def _decide_exit(books: Books, request: Request, bar: Bar, guard: Guard) -> None:
    if books.working(bar.symbol, "exit"):
        return
    why = reason_to_leave(books, request, bar)
    if why is None:
        return
    for order in books.working(bar.symbol, "entry"):
        order.end("cancelled", "the position is being closed")
    order = guard.submit(
        books, bar.symbol, -books.quantity(bar.symbol), purpose="exit", why=why, reduce_only=True
    )
    is_protective = why in ("stop_loss", "take_profit", "trailing_stop")
    if is_protective and books.positions[bar.symbol].starts_from_decision:
        order.notes.add(BASIS)


def reason_to_leave(books: Books, request: Request, bar: Bar) -> str | None:
    """The first exit that holds names the reason."""
    strategy = request.strategy
    exits = strategy.exits
    position = books.positions[bar.symbol]
    side = position.side
    if exits.evaluate == "close":
        if exits.stop_loss is not None and position.basis is not None:
            level = level_of(position.basis, -side * exits.stop_loss)
            if side * bar.close <= side * level:
                return "stop_loss"
        if exits.take_profit is not None and position.basis is not None:
            level = level_of(position.basis, side * exits.take_profit)
            if side * bar.close >= side * level:
                return "take_profit"
        if exits.trailing_stop is not None and position.best_close is not None:
            level = level_of(position.best_close, -side * exits.trailing_stop)
            if side * bar.close <= side * level:
                return "trailing_stop"
    condition = strategy.exit
    if strategy.direction == "both" and side == SELL:
        condition = strategy.short_exit
    elif strategy.direction == ("short" if side == BUY else "long"):
        # A position on the side that is not traded came from a corporate action.
        condition = None
    if holds(condition, books.history, bar):
        return "signal"
    if exits.max_bars is not None and position.closes_seen >= exits.max_bars:
        return "max_bars"
    return None


def side_to_enter(books: Books, request: Request, bar: Bar) -> int | None:
    """Return +1, -1 or None; both sides at once: neither."""
    strategy = request.strategy
    if strategy.filter is not None and not holds(strategy.filter, books.history, bar):
        return None
    first = holds(strategy.entry, books.history, bar)
    if strategy.direction != "both":
        side = BUY if strategy.direction == "long" else SELL
        return side if first else None
    second = holds(strategy.short_entry, books.history, bar)
    if first == second:
        return None
    return BUY if first else SELL


def _rank(books: Books, request: Request, bar: Bar) -> tuple[bool, float, str]:
    by = request.strategy.limits.rank_by
    its = value(books.history, bar, by) if by is not None else None
    return (its is None, 0.0 if its is None else -number(its), bar.symbol)


def places(request: Request) -> int | None:
    """Return how many positions there may be: the least of the two limits."""
    limits = [request.strategy.limits.max_positions]
    if request.risk is not None:
        limits.append(request.risk.max_positions)
    return min((limit for limit in limits if limit is not None), default=None)


def _best(books: Books, request: Request, wanted: list[Bar]) -> list[Bar]:
    """Return the bars that get a weight: with places, the first of them by rank."""
    most = places(request)
    if most is None:
        return wanted
    best = sorted(wanted, key=lambda bar: _rank(books, request, bar))[:most]
    return sorted(best, key=lambda bar: bar.symbol)


def _enter(
    books: Books, request: Request, candidates: list[tuple[Bar, int]], equity: float, guard: Guard
) -> None:
    """Take candidates by rank while there are places; who gets no order uses none."""
    candidates.sort(key=lambda one: _rank(books, request, one[0]))
    most = places(request)
    used = len(set(books.positions) | {order.symbol for order in books.working(purpose="entry")})
    for bar, side in candidates:
        if most is not None and used >= most:
            return
        size = size_of(books, request.strategy.sizing, bar, equity)
        if size is None:
            continue
        order = guard.submit(
            books,
            bar.symbol,
            side * max(size, 0.0),
            purpose="entry",
            why="entry",
            **_entry_terms(request, bar, side),
        )
        if order.is_working:
            used += 1


def _entry_terms(request: Request, bar: Bar, side: int) -> dict[str, Any]:
    """Return the bracket and the limit of an entry."""
    terms: dict[str, Any] = {}
    exits = request.strategy.exits
    if exits.evaluate == "intrabar":
        terms["bracket"] = Bracket(exits.stop_loss, exits.take_profit, exits.trailing_stop)
    asked = request.strategy.entry_order
    if asked.type == "limit":
        terms["kind"] = "limit"
        terms["limit"] = level_of(bar.close, -side * asked.offset)
        terms["good_for_bars"] = asked.good_for_bars
    return terms
