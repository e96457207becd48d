"""The state of one run, and what it is worth (DESIGN 3.3)."""

from dataclasses import dataclass, field
from datetime import datetime

from ml4t_desktop.request import Account, Costs, Execution
from tests.oracle.history import Bar, History, latest
from tests.oracle.holdings import Decision, Order, Position


@dataclass(eq=False)
class Books:
    """Cash, positions, orders and the rows of the tables."""

    history: History
    execution: Execution
    costs: Costs
    account: Account
    t: int = -1
    cash: float = 0.0
    trading_day: int = -1
    # Proceeds that cannot be spent yet: the trading day from which they can, and the money.
    settling: list[tuple[int, float]] = field(default_factory=list)
    positions: dict[str, Position] = field(default_factory=dict)
    last_close: dict[str, float] = field(default_factory=dict)
    multipliers: dict[str, float] = field(default_factory=dict)
    orders: list[Order] = field(default_factory=list)
    # Those of `orders` that may still work, so that nobody has to look through all of them.
    live: list[Order] = field(default_factory=list)
    position_count: int = 0
    pair_count: int = 0
    fills: list[dict] = field(default_factory=list)
    trades: list[dict] = field(default_factory=list)
    flows: list[dict] = field(default_factory=list)
    equity_rows: list[dict] = field(default_factory=list)
    # What has traded of a bar, for orders that share its volume.
    traded: dict[tuple[str, datetime], float] = field(default_factory=dict)
    # The last timestamp whose bars are in the marks.
    marked_at: int = -1
    # Closes still to skip after an exit, per asset.
    cooldown: dict[str, int] = field(default_factory=dict)
    cooldown_bars: int = 0

    @property
    def time(self) -> datetime:
        return self.history.times[self.t]

    @property
    def now(self) -> dict[str, Bar]:
        """The bars of this timestamp."""
        return self.history.at[self.time]

    def bar_now(self, symbol: str) -> Bar | None:
        return self.now.get(symbol)

    def multiplier(self, symbol: str) -> float:
        return self.multipliers.get(symbol, self.account.multiplier_of(symbol))

    def quantity(self, symbol: str) -> float:
        position = self.positions.get(symbol)
        return position.quantity if position is not None else 0.0

    def value_of(self, symbol: str) -> float:
        return self.quantity(symbol) * self.last_close[symbol] * self.multiplier(symbol)

    def net(self) -> float:
        return sum(self.value_of(symbol) for symbol in sorted(self.positions))

    def gross(self) -> float:
        return sum(abs(self.value_of(symbol)) for symbol in sorted(self.positions))

    def equity(self) -> float:
        return self.cash + self.net()

    def available_cash(self) -> float:
        """Cash that can be spent: without proceeds that have not settled."""
        waiting = sum(money for day, money in self.settling if day > self.trading_day)
        return self.cash - waiting

    def is_cash_account(self) -> bool:
        return self.account.type == "cash"

    def decide(self, symbol: str) -> Decision:
        """Return a decision made now: the asset's last bar and this time."""
        if self.t < 0:
            return Decision(None, None)
        return Decision(latest(self.history, symbol, self.time), self.time)

    def working(self, symbol: str | None = None, purpose: str | None = None) -> list[Order]:
        """Return the working orders in the order of submission, of one asset or purpose or of all."""
        return [
            order
            for order in self.live
            if order.is_working
            and symbol in (None, order.symbol)
            and purpose in (None, order.purpose)
        ]

    def book_flow(self, symbol: str | None, kind: str, amount: float) -> None:
        """Book a payment that belongs to no trade."""
        self.cash += amount
        self.flows.append(
            {"timestamp": self.time, "symbol": symbol, "kind": kind, "amount": amount}
        )

    def record_equity(self) -> None:
        self.equity_rows.append(
            {
                "timestamp": self.time,
                "equity": self.equity(),
                "cash": self.cash,
                "gross_exposure": self.gross(),
                "net_exposure": self.net(),
                "open_positions": len(self.positions),
            }
        )


def books_of(history: History, execution: Execution, costs: Costs, account: Account) -> Books:
    """Return the books of an account that has not traded yet."""
    return Books(history, execution, costs, account, cash=account.initial_capital)
