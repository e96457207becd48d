"""What the risk limits do to orders and positions, as `request.risk.RiskLimits` promises it."""

import math
from dataclasses import dataclass, field
from typing import Any

from ml4t_desktop.request.risk import RiskLimits
from tests.oracle.books import Books
from tests.oracle.history import latest
from tests.oracle.holdings import Bracket, Order
from tests.oracle.submission import submit

ROUNDING = 1e-9
NO_LIMITS = RiskLimits()


@dataclass
class Breach:
    """A loss limit that was reached."""

    limit: str
    value: float
    threshold: float

    @property
    def is_final(self) -> bool:
        return self.limit == "max_drawdown"


@dataclass
class Guard:
    """Follows equity close by close, and says what the limits leave of an order.

    `are_rules` is true for rules: their places limit the positions, and a halt closes by their exits.
    """

    limits: RiskLimits
    are_rules: bool
    peak: float
    day_start: float
    last: float
    day: object = None
    breach: Breach | None = None
    events: list[dict] = field(default_factory=list)
    asked: dict[int, float] = field(default_factory=dict)

    @property
    def is_halted(self) -> bool:
        return self.breach is not None

    def look(self, books: Books) -> None:
        """Test the losses of a close, before anything is decided at it."""
        equity = books.equity()
        if books.time.date() != self.day:
            self.day, self.day_start = books.time.date(), self.last
            if self.breach is not None and not self.breach.is_final:
                self.tell(books, "resumed", self.breach.limit)
                self.breach = None
        self.last = equity
        self.peak = max(self.peak, equity)
        found = self._found(equity)
        if found is not None:
            self.breach = found
            self._halt(books, found)

    def _found(self, equity: float) -> Breach | None:
        if self.breach is not None and self.breach.is_final:
            return None
        tests = [("max_drawdown", self.limits.max_drawdown, self.peak)]
        if self.breach is None:
            tests.append(("max_daily_loss", self.limits.max_daily_loss, self.day_start))
        for name, limit, start in tests:
            if limit is not None and start > 0 and 1 - equity / start >= limit * (1 - ROUNDING):
                return Breach(name, 1 - equity / start, limit)
        return None

    def _halt(self, books: Books, breach: Breach) -> None:
        self.tell(books, "halted", breach.limit, value=breach.value, threshold=breach.threshold)
        flattens = self.limits.on_loss == "flatten"
        for order in books.working():
            if _adds(books, order, flattens=flattens):
                order.end("cancelled", f"cancelled by the risk limit {breach.limit}")
                self.tell(books, "cancelled", breach.limit, order=order)
        if not flattens:
            return
        for symbol in sorted(books.positions):
            order = submit(
                books,
                symbol,
                -books.quantity(symbol),
                purpose="exit" if self.are_rules else "plain",
                why="liquidation",
                reduce_only=True,
            )
            self.tell(books, "flattened", breach.limit, order=order)

    def submit(self, books: Books, symbol: str, quantity: float, **terms: Any) -> Order:
        """Submit what the limits leave of an order; one they refuse is a rejected order."""
        held = books.quantity(symbol)
        if quantity == 0 or (terms.get("reduce_only") and held * quantity <= 0):
            return submit(books, symbol, quantity, **terms)
        if self.breach is not None:
            found = min(abs(quantity), abs(held)) if held * quantity < 0 else 0.0
            verdict = None
            if found != abs(quantity):
                verdict = (found, self.breach.limit, self.breach.value, self.breach.threshold)
            if not self.are_rules:
                terms = {**terms, "reduce_only": True, "bracket": Bracket()}
        else:
            verdict = self._verdict(books, symbol, quantity)
        if verdict is None:
            return submit(books, symbol, quantity, **terms)
        allowed, limit, value, threshold = verdict
        measured = {"value": value, "threshold": threshold}
        if allowed > 0:
            order = submit(books, symbol, math.copysign(allowed, quantity), **terms)
            self.asked[order.order_id] = abs(quantity)
            # What a limit leaves may be less than a lot.
            action = "reduced" if order.is_working else "refused"
            self.tell(books, action, limit, order=order, **measured)
            return order
        order = submit(books, symbol, quantity, **terms)
        if order.is_working:
            order.end("rejected", f"refused by the risk limit {limit}")
            self.tell(books, "refused", limit, order=order, **measured)
        return order

    def _verdict(
        self, books: Books, symbol: str, quantity: float
    ) -> tuple[float, str, float | None, float] | None:
        """Return what fits of an order: quantity, the limit that binds, its measure and threshold."""
        expected = _expected(books)
        found = self._places(books, symbol, expected) + self._room(
            books, symbol, quantity, expected
        )
        if not found:
            return None
        tightest = min(found, key=lambda one: one[0])
        if abs(quantity) <= tightest[0] * (1 + ROUNDING):
            return None
        # What rounding leaves of a limit is no order.
        is_dust = tightest[0] <= abs(quantity) * ROUNDING
        return (0.0, *tightest[1:]) if is_dust else tightest

    def _places(self, books: Books, symbol: str, expected: dict[str, float]) -> list[tuple]:
        limit = self.limits.max_positions
        taken = set(books.positions) | {name for name, size in expected.items() if size != 0}
        if limit is None or symbol in taken or len(taken) < limit or self.are_rules:
            return []
        return [(0.0, "max_positions", len(taken) + 1.0, float(limit))]

    def _room(
        self, books: Books, symbol: str, quantity: float, expected: dict[str, float]
    ) -> list[tuple]:
        limits = (self.limits.max_gross_exposure, self.limits.max_net_exposure)
        if limits == (None, None):
            return []
        units = {name: _unit(books, name) for name in {*expected, symbol}}
        values = {name: size * units[name] for name, size in expected.items()}
        held, unit = expected.get(symbol, 0.0), units[symbol]
        side = 1 if quantity > 0 else -1
        others = sum(abs(worth) for name, worth in values.items() if name != symbol)
        net = sum(values.values())
        equity = books.equity()
        reducing = abs(held) if held * side < 0 else 0.0
        found = []
        names = ("max_gross_exposure", "max_net_exposure")
        after = (others + abs(held + quantity) * unit, abs(net + quantity * unit))
        for name, limit, exposure in zip(names, limits, after, strict=True):
            if limit is None:
                continue
            room, measured = 0.0, None
            if unit > 0 and equity > 0:
                measured = exposure / equity
                gross_room = (limit * equity - others) / unit - side * held
                net_room = (limit * equity - side * net) / unit
                room = gross_room if name == "max_gross_exposure" else net_room
            found.append((max(room, reducing, 0.0), name, measured, limit))
        return found

    def tell(
        self,
        books: Books,
        action: str,
        limit: str,
        *,
        order: Order | None = None,
        value: float | None = None,
        threshold: float | None = None,
    ) -> None:
        """Write down what a limit did."""
        self.events.append(
            {
                "timestamp": books.time if books.t >= 0 else None,
                "limit": limit,
                "action": action,
                "symbol": order.symbol if order is not None else None,
                "order_id": order.order_id if order is not None else None,
                "value": value,
                "threshold": threshold,
            }
        )

    def restore_asked(self, rows: list[dict]) -> None:
        """Let the orders table say what was asked for, and that less of it was allowed."""
        for row in rows:
            if row["order_id"] in self.asked:
                row["requested"] = self.asked[row["order_id"]]
                if row["status"] == "filled":
                    row["status"], row["reason"] = "reduced", "reduced to a risk limit"


def guard_of(books: Books, limits: RiskLimits | None, *, are_rules: bool) -> Guard:
    """Return the guard of a run that begins."""
    capital = books.account.initial_capital
    return Guard(limits or NO_LIMITS, are_rules, capital, capital, capital)


def _adds(books: Books, order: Order, *, flattens: bool) -> bool:
    """Return whether a working order could open or enlarge a position."""
    if order.reduce_only:
        return False
    held = books.quantity(order.symbol)
    return flattens or held * order.side >= 0 or order.left > abs(held)


def _expected(books: Books) -> dict[str, float]:
    """Return what is held once the working orders have traded: those that reduce only if market."""
    expected = {symbol: position.quantity for symbol, position in books.positions.items()}
    for order in books.working():
        if order.purpose == "leg":
            continue
        held = expected.get(order.symbol, 0.0)
        rest = order.side * order.left
        if held * rest >= 0:
            expected[order.symbol] = held + (0.0 if order.reduce_only else rest)
        elif order.kind == "market":
            is_capped = order.reduce_only and abs(rest) > abs(held)
            expected[order.symbol] = 0.0 if is_capped else held + rest
    return expected


def _unit(books: Books, symbol: str) -> float:
    """Return the money per unit at the latest close, 0 without one."""
    price = books.last_close.get(symbol)
    if price is None and books.t >= 0:
        bar = latest(books.history, symbol, books.time)
        price = bar.close if bar is not None else None
    return (price or 0.0) * books.multiplier(symbol)
