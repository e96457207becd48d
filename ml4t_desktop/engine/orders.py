"""Orders as a strategy sees them."""

import math
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final


class OrderType(StrEnum):
    """The kinds of order; a text such as ``"limit"`` does as well."""

    MARKET = "market"
    LIMIT = "limit"
    STOP = "stop"
    STOP_LIMIT = "stop_limit"
    TRAILING_STOP = "trailing_stop"


AUCTIONS: Final = ("on_open", "on_close")
_OF_AUCTIONS: Final = (OrderType.MARKET, OrderType.LIMIT)


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """A working order.

    Parameters
    ----------
    decision_time : datetime or None
        None for an order submitted before the first bar.
    requested, filled : float
        Quantities without a sign; `side` is "buy" or "sell".
    limit_price, stop_price : float or None
        The present level for a trailing stop.
    note : str or None
        What was decided about it so far, in the texts of the orders table.
    """

    order_id: int
    decision_time: datetime | None
    symbol: str
    side: str
    type: OrderType
    requested: float
    filled: float
    limit_price: float | None
    stop_price: float | None
    status: str
    reason: str
    note: str | None = None

    @property
    def asset_id(self) -> str:
        """The asset, under the name events use."""
        return self.symbol


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderTerms:
    """The terms of an order, checked; NaN means there is no such price.

    Raises
    ------
    ValueError
        If a price the type needs is missing, one it does not take is given, or a number is out of range.
    """

    type: OrderType = OrderType.MARKET
    limit_price: float = math.nan
    stop_price: float = math.nan
    trail: float = math.nan
    trail_is_amount: bool = False
    time_in_force: str = "gtc"
    expires_us: int = 0
    stop_loss: float = math.nan
    take_profit: float = math.nan
    trailing_stop: float = math.nan
    reduce_only: bool = False

    def __post_init__(self) -> None:
        needed = {
            "limit_price": self.type in {OrderType.LIMIT, OrderType.STOP_LIMIT},
            "stop_price": self.type in {OrderType.STOP, OrderType.STOP_LIMIT},
            "trail": self.type is OrderType.TRAILING_STOP,
        }
        for name, is_needed in needed.items():
            value = getattr(self, name)
            shown = self._shown(name)
            if is_needed != (not math.isnan(value)):
                verb = "needs" if is_needed else "takes no"
                message = f"a {self.type.value} order {verb} {shown}"
                raise ValueError(message)
            if is_needed and not (value > 0 and math.isfinite(value)):
                message = f"{shown} must be positive, it is {value!r}"
                raise ValueError(message)
        if self.time_in_force in AUCTIONS and self.type not in _OF_AUCTIONS:
            message = (
                f"a {self.type.value} order takes no time in force {self.time_in_force!r}: "
                "that is for market and limit orders"
            )
            raise ValueError(message)
        _below_one("trail_percent", math.nan if self.trail_is_amount else self.trail)
        _below_one("stop_loss", self.stop_loss)
        _below_one("trailing_stop", self.trailing_stop)
        if not math.isnan(self.take_profit) and not self.take_profit > 0:
            message = f"take_profit must be positive, it is {self.take_profit!r}"
            raise ValueError(message)

    def _shown(self, name: str) -> str:
        if name != "trail":
            return name
        if math.isnan(self.trail):
            return "trail_percent or trail_amount"
        return "trail_amount" if self.trail_is_amount else "trail_percent"


def _below_one(name: str, value: float) -> None:
    if not math.isnan(value) and not 0 < value < 1:
        message = f"{name} is a fraction between 0 and 1, it is {value!r}"
        raise ValueError(message)
