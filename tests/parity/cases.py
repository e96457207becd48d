"""What every engine is given, and what is compared of what it makes of it. Plain values, so that they travel."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class Bars:
    """Bars of A assets on the same T days: open, high, low, close, volume in `prices`, shape (5, T, A)."""

    symbols: tuple[str, ...]
    days: NDArray[np.datetime64]
    prices: Floats

    def one(self, asset: int) -> "Bars":
        """Return the bars of one asset."""
        return Bars(
            (self.symbols[asset],),
            self.days,
            np.ascontiguousarray(self.prices[:, :, asset : asset + 1]),
        )


@dataclass(frozen=True, kw_only=True)
class RuleCase:
    """Buy where `enter` says so and there is no position, leave where `leave` does, shape (T, A) each.

    Either `quantity` units or `percent` of the equity at the close of the decision; stop, target and
    trailing stop are fractions of that close.
    """

    bars: Bars
    enter: Flags
    leave: Flags
    quantity: float | None = None
    percent: float | None = None
    stop_loss: float | None = None
    take_profit: float | None = None
    trailing_stop: float | None = None
    commission: float = 0.0
    slippage: float = 0.0
    capital: float = 1_000_000.0

    def one(self, asset: int) -> "RuleCase":
        """Return the case of one asset."""
        keep = slice(asset, asset + 1)
        values = {**self.__dict__, "bars": self.bars.one(asset)}
        return RuleCase(**{**values, "enter": self.enter[:, keep], "leave": self.leave[:, keep]})


@dataclass(frozen=True, kw_only=True)
class PlannedOrder:
    """An order given at the close of a bar; the quantity is signed."""

    bar: int
    quantity: float
    type: str = "market"
    limit: float | None = None
    stop: float | None = None
    trail: float | None = None


@dataclass(frozen=True, kw_only=True)
class OrderCase:
    """Orders of one asset, whatever happens."""

    bars: Bars
    orders: tuple[PlannedOrder, ...]
    commission: float = 0.0
    capital: float = 1_000_000.0


@dataclass(frozen=True, order=True)
class Fill:
    """Something traded; the quantity is signed."""

    bar: int
    symbol: str
    quantity: float
    price: float
    commission: float


@dataclass(frozen=True, order=True)
class Trip:
    """A position from entry to exit; `pnl` is net of commission."""

    entry_bar: int
    symbol: str
    exit_bar: int
    quantity: float
    entry_price: float
    exit_price: float
    pnl: float


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What an engine made of a case."""

    fills: tuple[Fill, ...] = ()
    trips: tuple[Trip, ...] = ()
    final_value: float = 0.0
    seconds: float = field(default=0.0, compare=False)
    """From the bars in the engine's own form to its result."""


def level(basis: float, fraction: float) -> float:
    """Return a price level as somebody would write it: to 12 digits."""
    return float(f"{basis * (1.0 + fraction):.12g}")
