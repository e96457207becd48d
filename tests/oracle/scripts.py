"""Random calls to the helpers of a strategy, made alike by the engine's and by the reference's."""

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from ml4t_desktop.backtest import Context, Strategy
from ml4t_desktop.request import Request
from tests.oracle.history import Bar

TIMES_IN_FORCE = ("gtc", "gtc", "day", "ioc", "fok")
AUCTIONS = ("on_open", "on_close")


@dataclass(frozen=True)
class Call:
    """One call of a helper; `cancel` takes the place of an order among the open ones instead of its id."""

    name: str
    terms: dict[str, Any]

    def make(self, desk: Any) -> object:
        """Make the call; return what it told, a refusal as text."""
        if self.name == "look":
            return _look(desk, self.terms["asset_id"])
        if self.name == "cancel":
            orders = desk.open_orders(self.terms["asset_id"])
            if not orders:
                return None
            return desk.cancel_order(orders[int(self.terms["place"] * len(orders))].order_id)
        try:
            return getattr(desk, self.name)(**self.terms)
        except ValueError:
            return "refused"


@dataclass
class Script:
    """The calls of every timestamp."""

    calls: dict[datetime, list[Call]]


@dataclass
class ScriptedStrategy(Strategy):
    """A strategy that makes the calls of a script and remembers what they told."""

    script: Script
    told: list[object] = field(default_factory=list)

    def on_bar_end(self, timestamp: datetime, context: Context | None = None) -> None:
        """Make the calls of this timestamp."""
        self.told += [call.make(self) for call in self.script.calls.get(timestamp, [])]


def _look(desk: Any, asset_id: str) -> tuple[object, ...]:
    """Return everything a strategy can ask about its account and an asset."""
    orders = [(order.order_id, order.filled) for order in desk.open_orders()]
    return (
        desk.get_position(asset_id),
        desk.get_cash(),
        desk.get_portfolio_value(),
        desk.get_unrealized_pnl_pct(asset_id),
        *(number for order in orders for number in order),
    )


def random_script(chance: random.Random, bars: Sequence[Bar], request: Request) -> Script:
    """Return calls at about every third bar."""
    calls: dict[datetime, list[Call]] = {}
    often = chance.choice([0.15, 0.35, 0.7])
    for bar in sorted(bars, key=lambda one: (one.time, one.symbol)):
        if chance.random() < often:
            made = random_calls(chance, bar, bars, request)
            calls.setdefault(bar.time, []).extend(made)
    return Script(calls)


def random_calls(  # noqa: PLR0911 (one return per call)
    chance: random.Random, bar: Bar, bars: Sequence[Bar], request: Request
) -> list[Call]:
    """Return a call or two about the asset of a bar."""
    pick = chance.random()
    asset = {"asset_id": bar.symbol}
    if pick < 0.45:
        return [Call("submit_order", {**asset, **_order(chance, bar, request)})]
    if pick < 0.6:
        return [Call("submit_bracket", {**asset, **_bracket(chance, bar, request)})]
    if pick < 0.67:
        quantity = _quantity(chance, request)
        side = 1 if quantity > 0 else -1
        terms = {
            "quantity": quantity,
            "limit_price": _near(chance, bar.close, -side),
            "stop_price": _near(chance, bar.close, side),
        }
        return [Call("submit_oco", {**asset, **terms})]
    if pick < 0.74:
        return [Call("cancel", {**asset, "place": chance.random()})]
    if pick < 0.8:
        return [Call("look", asset)]
    if pick < 0.87:
        limit = _near(chance, bar.close, 1) if chance.random() < 0.3 else None
        return [Call("close_position", {**asset, "limit_price": limit})]
    if pick < 0.9:
        return [Call("sell_percent", {**asset, "percent": chance.choice([0.3, 0.5, 1.0])})]
    if pick < 0.95:
        terms = {"percent": chance.choice([0.1, 0.4, 1.0]), "price": bar.close}
        return [Call("buy_percent", {**asset, **terms})]
    return [Call("rebalance_to_weights", _weights(chance, bar, bars))]


def _quantity(chance: random.Random, request: Request) -> float:
    size = chance.choice([1.0, 7.0, 40.0, 40.0, 250.0, 12.34])
    sells = 0.35 if request.account.type == "cash" else 0.5
    return -size if chance.random() < sells else size


def _near(chance: random.Random, price: float, side: int) -> float:
    """Return a price some percent above (side 1) or below, at times on the wrong side."""
    away = abs(chance.gauss(0, 0.02)) * chance.choice([1, 1, 1, -1])
    return max(round(price * (1 + side * away), 2), 0.01)


def _order(chance: random.Random, bar: Bar, request: Request) -> dict[str, Any]:
    quantity = _quantity(chance, request)
    side = 1 if quantity > 0 else -1
    kind = chance.choice(["market", "market", "limit", "stop", "stop_limit", "trailing_stop"])
    terms: dict[str, Any] = {"quantity": quantity, "order_type": kind}
    if kind in ("limit", "stop_limit"):
        terms["limit_price"] = _near(chance, bar.close, -side if kind == "limit" else side)
    if kind in ("stop", "stop_limit"):
        terms["stop_price"] = _near(chance, bar.close, side)
    if kind == "trailing_stop" and chance.random() < 0.5:
        terms["trail_percent"] = chance.choice([0.01, 0.03, 0.1])
    elif kind == "trailing_stop":
        terms["trail_amount"] = chance.choice([0.25, 1.0, 3.0])
    in_force = TIMES_IN_FORCE + (AUCTIONS if kind in ("market", "limit") else ())
    terms["time_in_force"] = chance.choice(in_force)
    if terms["time_in_force"] == "gtc" and chance.random() < 0.2:
        end = bar.time + timedelta(days=chance.randint(0, 6))
        terms["expires"] = end.date() if chance.random() < 0.5 else end
    return terms


def _bracket(chance: random.Random, bar: Bar, request: Request) -> dict[str, Any]:
    quantity = _quantity(chance, request)
    terms: dict[str, Any] = {"quantity": quantity}
    if chance.random() < 0.4:
        terms["limit_price"] = _near(chance, bar.close, -1 if quantity > 0 else 1)
    for name in ("stop_loss", "take_profit", "trailing_stop"):
        if chance.random() < 0.6:
            terms[name] = chance.choice([0.01, 0.02, 0.05, 0.1])
    return terms


def _weights(chance: random.Random, bar: Bar, bars: Sequence[Bar]) -> dict[str, Any]:
    now = [one for one in bars if one.time == bar.time]
    chosen = chance.sample(now, chance.randint(1, len(now)))
    weights = {one.symbol: round(chance.uniform(-0.2, 0.6), 2) for one in chosen}
    if chance.random() < 0.7:
        weights = {symbol: abs(weight) / len(weights) for symbol, weight in weights.items()}
    return {
        "target_weights": weights,
        "current_prices": {one.symbol: one.close for one in now},
        "tolerance": chance.choice([0.0, 0.01, 0.05]),
        "close_missing": chance.random() < 0.5,
    }
