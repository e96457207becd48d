"""An order and a position as plain values (DESIGN 3.2 and 3.3)."""

from dataclasses import dataclass

from tests.oracle.history import Bar

BUY, SELL = 1, -1


@dataclass
class Order:
    """One order; `side` is +1 or -1, `why` is the reason its trade will bear."""

    order_id: int
    symbol: str
    side: int
    kind: str
    requested: float
    decided: Bar
    purpose: str
    why: str
    level: float | None = None
    filled: float = 0.0
    fills: int = 0
    status: str = "working"
    reason: str = ""


@dataclass
class Position:
    """What is held of one asset; `quantity` is negative for a short."""

    position_id: int
    symbol: str
    quantity: float
    price: float
    fees: float
    slippage: float
    opened: Bar
    decided: Bar
    where: str
    highest: float
    lowest: float
    basis: float
    trail_mark: float
    best_close: float
    closes_seen: int = 0

    @property
    def side(self) -> int:
        return BUY if self.quantity > 0 else SELL


def side_name(side: int) -> str:
    return "buy" if side == BUY else "sell"


def falls_to(order: Order) -> bool:
    """Return whether a leg is met by falling prices: a stop below a long, a target below a short."""
    return (order.side == SELL) == (order.kind != "limit")


def is_beyond(order: Order, level: float, price: float) -> bool:
    return price <= level if falls_to(order) else price >= level


def trade_row(
    position: Position,
    quantity: float,
    price: float,
    fees: float,
    seen: list[float],
    points: float,
) -> dict:
    """Return the columns closed and open trades share; `seen` are prices of the exit bar."""
    value = position.price * quantity * points
    pnl = position.side * (price - position.price) * quantity * points - fees
    best, worst = max([position.highest, *seen]), min([position.lowest, *seen])
    if position.side == SELL:
        best, worst = worst, best
    return {
        "position_id": position.position_id,
        "symbol": position.symbol,
        "direction": "long" if position.side == BUY else "short",
        "quantity": quantity,
        "entry_decision_time": position.decided.time,
        "entry_time": position.opened.time,
        "entry_price": position.price,
        "exit_price": price,
        "pnl": pnl,
        "pnl_percent": pnl / value,
        "fees": fees,
        "mfe": max(0.0, position.side * (best - position.price) / position.price),
        "mae": min(0.0, position.side * (worst - position.price) / position.price),
        "entry_reason": "entry",
        "multiplier": points,
    }
