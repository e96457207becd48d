"""Rebalancing to weights: by rules on a schedule, and by the helper of a strategy (DESIGN 3.5, 3.6)."""

from datetime import datetime, timedelta

from ml4t_desktop.request import Request
from tests.oracle.books import Books
from tests.oracle.guard import Guard
from tests.oracle.history import Bar, number, value
from tests.oracle.holdings import SELL
from tests.oracle.sizing import volatility

ROUNDING = 1e-9


def is_due(books: Books, schedule: str) -> bool:
    """Return whether this is the first timestamp of its bar, week (from Monday) or month."""
    if books.t == 0 or schedule == "bar":
        return True
    before, now = books.history.times[books.t - 1], books.time
    return _period(before, schedule) != _period(now, schedule)


def _period(time: datetime, schedule: str):
    if schedule == "month":
        return time.year, time.month
    return time.date() - timedelta(days=time.weekday())


def rebalance(
    books: Books, request: Request, wanted: list[Bar], equity: float, guard: Guard
) -> None:
    """Order the differences to the target weights, sells before buys."""
    sizing = request.strategy.sizing
    side = SELL if request.strategy.direction == "short" else 1
    shares = {bar.symbol: _share(books, sizing, bar) for bar in wanted}
    shares = {symbol: share for symbol, share in shares.items() if share is not None and share > 0}
    total = sum(shares.values())
    if sizing.close_missing:
        _close_missing(books, set(shares), guard)
    changes: list[tuple[str, float]] = []
    for symbol, share in shares.items():
        is_busy = books.working(symbol, "entry") or books.working(symbol, "exit")
        if is_busy or equity <= 0:
            continue
        weight = sizing.gross * share / total
        if sizing.max_weight is not None:
            weight = min(weight, sizing.max_weight)
        unit = books.now[symbol].close * books.multiplier(symbol)
        held = books.quantity(symbol)
        if abs(side * weight - held * unit / equity) <= sizing.tolerance + ROUNDING:
            continue
        changes.append((symbol, equity * side * weight / unit - held))
    for is_sale in (True, False):
        for symbol, change in changes:
            if (change < 0) == is_sale:
                _submit_change(books, symbol, change, guard)


def _submit_change(books: Books, symbol: str, change: float, guard: Guard) -> None:
    if change * books.quantity(symbol) < 0:
        guard.submit(books, symbol, change, purpose="exit", why="order", reduce_only=True)
    else:
        guard.submit(books, symbol, change, purpose="entry", why="entry")


def _close_missing(books: Books, wanted: set[str], guard: Guard) -> None:
    for symbol in sorted(set(books.positions) - wanted):
        if symbol in books.now and not books.working(symbol, "exit"):
            held = books.quantity(symbol)
            guard.submit(books, symbol, -held, purpose="exit", why="order", reduce_only=True)


def _share(books: Books, sizing, bar: Bar) -> float | None:
    if sizing.weights == "equal":
        return 1.0
    if sizing.weights == "signal":
        found = value(books.history, bar, sizing.by)
        return None if found is None else number(found)
    sigma = volatility(books.history, bar, sizing.window)
    return None if sigma is None else 1 / sigma
