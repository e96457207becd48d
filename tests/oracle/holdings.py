"""Orders and positions as plain values (DESIGN 3.2 and 3.3)."""

from dataclasses import dataclass, field
from datetime import datetime

from tests.oracle.history import Bar

BUY, SELL = 1, -1


@dataclass(frozen=True)
class Decision:
    """What was known when something was decided: the asset's last bar, and the time."""

    bar: Bar | None
    time: datetime | None


@dataclass(frozen=True)
class Bracket:
    """Protective orders an entry brings, as fractions of the basis price."""

    stop_loss: float | None = None
    take_profit: float | None = None
    trailing_stop: float | None = None

    def __bool__(self) -> bool:
        return not self.stop_loss is self.take_profit is self.trailing_stop is None


@dataclass(eq=False)
class Order:
    """One order; `side` is +1 or -1, `why` is the reason its trade will bear.

    `from_open`, `from_inside` and `follows_from` are the places in time from which it may fill at an
    open, fill inside a bar, and raise its mark.
    """

    order_id: int
    symbol: str
    side: int
    kind: str
    requested: float
    decided: Decision
    purpose: str
    why: str
    from_open: int
    from_inside: int
    follows_from: int
    limit: float | None = None
    stop: float | None = None
    trail: float | None = None
    trail_is_amount: bool = False
    mark: float | None = None
    tif: str = "gtc"
    expires: datetime | None = None
    good_for_bars: int = 0
    is_margin_call: bool = False
    reduce_only: bool = False
    bracket: Bracket = Bracket()
    basis_close: float | None = None
    parent: "Order | None" = None
    pair: int | None = None
    triggered: bool = False
    first_day: object = None
    bars_seen: int = 0
    filled: float = 0.0
    opened: float = 0.0
    status: str = "working"
    reason: str = ""
    notes: set[str] = field(default_factory=set)

    @property
    def is_working(self) -> bool:
        return self.status == "working"

    @property
    def left(self) -> float:
        return self.requested - self.filled

    @property
    def is_limited(self) -> bool:
        """Whether it never trades worse than its limit, and so without slippage."""
        return self.kind in ("limit", "stop_limit")

    def end(self, status: str, reason: str) -> None:
        self.status, self.reason = status, reason


@dataclass(eq=False)
class Position:
    """What is held of one asset; `quantity` is negative for a short."""

    position_id: int
    symbol: str
    quantity: float
    price: float
    fees: float
    slippage: float
    opened_at: int
    opened: datetime
    decided: Decision
    where: str
    reason: str
    highest: float
    lowest: float
    basis: float | None
    best_close: float | None
    last_bar: Bar | None
    note: str | None
    starts_from_decision: bool = False
    bars_after: int = 0
    closes_seen: int = 0

    @property
    def side(self) -> int:
        return BUY if self.quantity > 0 else SELL


def side_name(side: int) -> str:
    return "buy" if side == BUY else "sell"


def is_at_least_as_good(side: int, price: float, limit: float) -> bool:
    """Return whether a price is the limit or better for a side."""
    return price <= limit if side == BUY else price >= limit


def is_beyond(side: int, price: float, stop: float) -> bool:
    """Return whether a price has reached a stop: upwards for a buy, downwards for a sale."""
    return price >= stop if side == BUY else price <= stop


NOTES = (
    "gap: opened beyond the stop, filled at the open",
    "gap: opened better than the limit, filled at the open",
    "ambiguous bar: stop taken first",
    "ambiguous bar: target taken first",
    "in the bar of the entry",
    "stop basis: close of the decision bar",
)
GAP_STOP, GAP_LIMIT, STOP_FIRST, TARGET_FIRST, ENTRY_BAR, BASIS = NOTES


def note_of(order: Order | None) -> str | None:
    """Return the decisions recorded on an order, in their order; None when there is nothing to say."""
    said = [note for note in NOTES if order is not None and note in order.notes]
    return "; ".join(said) or None
