"""What a strategy is told: a bar with its signals, and a fill."""

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple


class MarketEvent(NamedTuple):
    """One bar of one asset with the signals that arrived with it.

    Parameters
    ----------
    timestamp : datetime
        Naive when the data was, else in UTC.
    asset_id : str
    open, high, low, close : float
    volume : float
        NaN where unknown.
    signals : mapping of str to float or str
        Always there; a null or NaN signal is absent.
    """

    timestamp: datetime
    asset_id: str
    open: float
    high: float
    low: float
    close: float
    volume: float
    signals: Mapping[str, float | str]


class FillEvent(NamedTuple):
    """One fill of an order.

    Parameters
    ----------
    quantity : float
        Positive for buys, negative for sells.
    commission : float
        Money, paid beside the price.
    slippage : float
        Money, already in the price.
    """

    timestamp: datetime
    asset_id: str
    order_id: int
    quantity: float
    price: float
    commission: float
    slippage: float
