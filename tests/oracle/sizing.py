"""How much a rule's entry wants (DESIGN 3.6 and 4.2)."""

from itertools import pairwise
from statistics import stdev

from tests.oracle.books import Books
from tests.oracle.history import Bar, History, earlier, number, value


def size_of(books: Books, sizing, bar: Bar, equity: float) -> float | None:  # noqa: PLR0911 (one per helper)
    """Return the quantity to trade before rounding; None makes no order at all."""
    points = books.multiplier(bar.symbol)
    if sizing.helper == "buy_percent":
        return equity * sizing.percent / bar.close
    if sizing.helper == "size_by_confidence":
        confidence = value(books.history, bar, sizing.confidence)
        if confidence is None:
            return None
        return equity * (sizing.max_percent * number(confidence)) / bar.close
    if sizing.helper == "fixed_quantity":
        return sizing.quantity
    if sizing.helper == "fixed_value":
        return sizing.value / (bar.close * points)
    if sizing.helper == "fractional_kelly":
        chance = value(books.history, bar, sizing.probability)
        if chance is None:
            return None
        p = number(chance)
        share = sizing.fraction * (p - (1 - p) / sizing.payoff)
        return equity * min(share, sizing.max_percent) / bar.close if share > 0 else None
    assert sizing.helper == "inverse_volatility"
    sigma = volatility(books.history, bar, sizing.window)
    if sigma is None:
        return None
    return equity * min(sizing.risk / sigma, sizing.max_percent) / bar.close


def volatility(history: History, bar: Bar, window: int) -> float | None:
    """Return the standard deviation (ddof 1) of the last bar returns; None when unknown or zero."""
    closes = []
    at: Bar | None = bar
    while at is not None and len(closes) <= window:
        closes.append(at.close)
        at = earlier(history, at, 1)
    if len(closes) <= window:
        return None
    returns = [new / old - 1 for new, old in pairwise(closes)]
    return stdev(returns) or None
