"""Exposure limits: how much of an order fits beside what is held and what is working."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ml4t_desktop.engine.kernel.codes import LEG, MARKET
from ml4t_desktop.engine.kernel.layout import Books
from ml4t_desktop.engine.kernel.records import record_at
from ml4t_desktop.market import Market
from ml4t_desktop.market.market import ASSET, CLOSE
from ml4t_desktop.request.risk import RISK_TOLERANCE, RiskLimits


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What the limits leave of an order.

    Parameters
    ----------
    allowed : float
        Quantity without a sign; 0 refuses the order.
    limit : str
        The limit that binds.
    value, threshold : float or None
        What the whole order would have led to, and the limit; value is None where it cannot be told.
    """

    allowed: float
    limit: str
    value: float | None
    threshold: float | None


def judged(
    market: Market, t: int, books: Books, limits: RiskLimits, asset: int, quantity: float
) -> Verdict | None:
    """Return what the limits leave of an order for a signed quantity, None when all of it fits.

    Parameters
    ----------
    market : Market
    t : int
        The present timestamp.
    books : Books
        Brought to it.
    asset : int
        Index of the asset.
    """
    expected = _expected(books)
    verdicts = [
        *_positions(books, limits, expected, asset),
        *_exposures(market, t, books, limits, expected, asset, quantity),
    ]
    tightest = min(verdicts, key=lambda verdict: verdict.allowed, default=None)
    if tightest is None or abs(quantity) <= tightest.allowed * (1.0 + RISK_TOLERANCE):
        return None
    return tightest


def _expected(books: Books) -> NDArray[np.float64]:
    """Return the signed quantity of every asset once the working orders have traded.

    Orders that add count in full whatever their type; of those that reduce only market orders do.
    """
    expected = books.positions["quantity"].copy()
    for order_id in books.working[: int(books.account["working"][0])].tolist():
        order = record_at(books.orders, order_id)
        if order.kind == LEG:
            continue
        asset, requested = int(order.asset), float(order.requested)
        rest = math.copysign(abs(requested) - float(order.filled), requested)
        held = float(expected[asset])
        if held * rest >= 0.0:
            expected[asset] += 0.0 if order.reduce_only else rest
        elif order.type == MARKET:
            capped = order.reduce_only and abs(rest) > abs(held)
            expected[asset] = 0.0 if capped else held + rest
    return expected


def _positions(
    books: Books, limits: RiskLimits, expected: NDArray[np.float64], asset: int
) -> list[Verdict]:
    if limits.max_positions is None:
        return []
    taken = (books.positions["quantity"] != 0.0) | (expected != 0.0)
    count = int(taken.sum())
    if taken[asset] or count < limits.max_positions:
        return []
    limit = float(limits.max_positions)
    return [Verdict(allowed=0.0, limit="max_positions", value=count + 1.0, threshold=limit)]


def _units(
    market: Market, t: int, books: Books, expected: NDArray[np.float64], asset: int
) -> NDArray[np.float64]:
    """Return the money per unit of every asset that is held, expected or asked for, 0 without a bar yet."""
    price = np.where(books.positions["quantity"] != 0.0, books.positions["last_close"], 0.0)
    for other in {asset, *np.flatnonzero(expected).tolist()}:
        if price[other] == 0.0:
            price[other] = _latest_close(market, t, other)
    return price * books.positions["multiplier"]


def _latest_close(market: Market, t: int, asset: int) -> float:
    """Return the close of an asset's latest bar at or before a timestamp, 0 when it had none yet."""
    for earlier in range(t, -1, -1):
        start, end = int(market.row_start[earlier]), int(market.row_start[earlier + 1])
        row = start + int(np.searchsorted(market.rows[ASSET, start:end], asset))
        if row < end and market.rows[ASSET, row] == asset:
            return float(market.prices[CLOSE, row])
    return 0.0


def _exposures(
    market: Market,
    t: int,
    books: Books,
    limits: RiskLimits,
    expected: NDArray[np.float64],
    asset: int,
    quantity: float,
) -> list[Verdict]:
    """Return how much the gross and the net limit leave; what only reduces is left alone."""
    if not limits.has_exposure_limits:
        return []
    unit = _units(market, t, books, expected, asset)
    price, held, sign = float(unit[asset]), float(expected[asset]), math.copysign(1.0, quantity)
    reducing = abs(held) if held * sign < 0.0 else 0.0
    equity = float(books.account["equity"][0])
    gross, net = float(np.abs(expected * unit).sum()), float((expected * unit).sum())
    others = gross - abs(held) * price
    after = (others + abs(held + quantity) * price, abs(net + quantity * price))
    verdicts: list[Verdict] = []
    for name, limit, exposure in (
        ("max_gross_exposure", limits.max_gross_exposure, after[0]),
        ("max_net_exposure", limits.max_net_exposure, after[1]),
    ):
        if limit is None:
            continue
        value, room = None, 0.0
        if price > 0.0 and equity > 0.0:
            value = exposure / equity
            most = limit * equity
            room = (
                (most - others) / price - sign * held
                if name == "max_gross_exposure"
                else (most - sign * net) / price
            )
        allowed = max(room, reducing, 0.0)
        verdicts.append(Verdict(allowed=allowed, limit=name, value=value, threshold=limit))
    return verdicts
