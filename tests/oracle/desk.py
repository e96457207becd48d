"""The helpers of a strategy on the books of the reference (DESIGN 3.5 and 4.1)."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from tests.oracle.books import Books
from tests.oracle.guard import Guard
from tests.oracle.holdings import Bracket, Order
from tests.oracle.submission import join

ROUNDING = 1e-9


@dataclass
class Desk:
    """Takes the calls that a `Strategy` takes, on the reference's own books."""

    books: Books
    guard: Guard

    def get_position(self, asset_id: str) -> float:
        return self.books.quantity(asset_id)

    def get_cash(self) -> float:
        return self.books.available_cash()

    def get_portfolio_value(self) -> float:
        return self.books.equity()

    def get_unrealized_pnl_pct(self, asset_id: str) -> float | None:
        position = self.books.positions.get(asset_id)
        if position is None or position.price == 0:
            return None
        change = self.books.last_close[asset_id] / position.price - 1
        return position.side * change

    def buy_percent(
        self, asset_id: str, percent: float, price: float, limit_price: float | None = None
    ) -> int | None:
        quantity = max(self.books.equity(), 0.0) * percent / price
        return self._send(asset_id, quantity, limit_price)

    def size_by_confidence(
        self, asset_id: str, confidence: float, max_percent: float, price: float
    ) -> int | None:
        return self.buy_percent(asset_id, max_percent * confidence, price)

    def sell_percent(
        self, asset_id: str, percent: float, limit_price: float | None = None
    ) -> int | None:
        held = max(self.books.quantity(asset_id), 0.0)
        return self._send(asset_id, -held * percent, limit_price, reduce_only=True)

    def close_position(self, asset_id: str, limit_price: float | None = None) -> int | None:
        return self._send(asset_id, -self.get_position(asset_id), limit_price, reduce_only=True)

    def rebalance_to_weights(
        self,
        target_weights: Mapping[str, float],
        current_prices: Mapping[str, float],
        tolerance: float = 0.01,
        *,
        close_missing: bool = False,
    ) -> list[int]:
        books = self.books
        weights = target_weights.values()
        most = 1.0 if books.is_cash_account() else 1 / books.account.initial_margin
        if books.is_cash_account() and min(weights, default=0) < 0:
            message = "negative weights need a margin account"
            raise ValueError(message)
        if math.fsum(map(abs, weights)) > most + ROUNDING:
            message = "the weights are too much"
            raise ValueError(message)
        equity = books.equity()
        changes: dict[str, float] = {}
        for asset_id, weight in target_weights.items():
            unit = current_prices[asset_id] * books.multiplier(asset_id)
            held = books.quantity(asset_id)
            if equity > 0 and abs(weight - held * unit / equity) > tolerance + ROUNDING:
                changes[asset_id] = equity * weight / unit - held
        if close_missing:
            for asset_id in set(books.positions) - set(target_weights):
                changes[asset_id] = -books.quantity(asset_id)
        in_turn = sorted(changes.items(), key=lambda change: (change[1] > 0, change[0]))
        ids = [self._send(asset_id, change, None) for asset_id, change in in_turn if change]
        return [order_id for order_id in ids if order_id is not None]

    def submit_order(
        self,
        asset_id: str,
        quantity: float,
        order_type: str = "market",
        limit_price: float | None = None,
        stop_price: float | None = None,
        trail_percent: float | None = None,
        time_in_force: str = "gtc",
        expires: date | datetime | None = None,
        *,
        trail_amount: float | None = None,
    ) -> int:
        last: datetime | None = None
        if expires is not None:
            last = expires if isinstance(expires, datetime) else end_of(expires)
        order = self.guard.submit(
            self.books,
            asset_id,
            quantity,
            kind=order_type,
            limit=limit_price,
            stop=stop_price,
            trail=trail_percent if trail_amount is None else trail_amount,
            trail_is_amount=trail_amount is not None,
            tif="gtd" if last is not None else time_in_force,
            expires=last,
        )
        return order.order_id

    def submit_bracket(
        self,
        asset_id: str,
        quantity: float,
        limit_price: float | None = None,
        stop_loss: float | None = None,
        take_profit: float | None = None,
        trailing_stop: float | None = None,
    ) -> int:
        order = self.guard.submit(
            self.books,
            asset_id,
            quantity,
            kind="market" if limit_price is None else "limit",
            limit=limit_price,
            bracket=Bracket(stop_loss, take_profit, trailing_stop),
        )
        return order.order_id

    def submit_oco(
        self, asset_id: str, quantity: float, limit_price: float, stop_price: float
    ) -> tuple[int, int]:
        first = self.submit_order(asset_id, quantity, "limit", limit_price=limit_price)
        second = self.submit_order(asset_id, quantity, "stop", stop_price=stop_price)
        join(self.books, self.books.orders[first], self.books.orders[second])
        return first, second

    def cancel_order(self, order_id: int) -> bool:
        order = self.books.orders[order_id]
        was_working = order.is_working
        if was_working:
            order.end("cancelled", "cancelled by the strategy")
        return was_working

    def open_orders(self, asset_id: str | None = None) -> list[Order]:
        return self.books.working(asset_id)

    def _send(
        self, asset_id: str, quantity: float, limit_price: float | None, **terms: Any
    ) -> int | None:
        if quantity == 0:
            return None
        kind = "market" if limit_price is None else "limit"
        order = self.guard.submit(
            self.books, asset_id, quantity, kind=kind, limit=limit_price, **terms
        )
        return order.order_id


def end_of(day: date) -> datetime:
    """Return the last moment of a day."""
    return datetime.combine(day, datetime.max.time())
