"""Exposure limits outside the kernel: the settings they are, and what they did to orders."""

import math
from dataclasses import dataclass

from ml4t_desktop.engine.kernel.codes import (
    LIMIT_NAMES,
    MAX_GROSS,
    MAX_NET,
    MAX_POSITIONS,
    ZERO_SIZE,
)
from ml4t_desktop.engine.kernel.layout import Books
from ml4t_desktop.engine.kernel.records import Settings, Table, record_at
from ml4t_desktop.engine.risk_events import RiskEvent
from ml4t_desktop.market import Market
from ml4t_desktop.request.risk import RiskLimits


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


def limit_settings(settings: Table[Settings], risk: RiskLimits | None) -> None:
    """Write the limits on the size of the portfolio into the settings of the kernel."""
    sizes = {
        "max_positions": None if risk is None else risk.max_positions,
        "max_gross": None if risk is None else risk.max_gross_exposure,
        "max_net": None if risk is None else risk.max_net_exposure,
    }
    for name, size in sizes.items():
        settings[name] = -1 if size is None else size
    settings["limited"] = any(size is not None for size in sizes.values())


def verdict_of(limit: int, books: Books) -> Verdict:
    """Return what the kernel has just judged of an order."""
    return Verdict(
        allowed=float(books.account["allowed"][0]),
        limit=LIMIT_NAMES[limit],
        value=_known(float(books.account["exposure"][0])),
        threshold=_threshold(limit, books),
    )


def limited_orders(market: Market, books: Books) -> tuple[list[RiskEvent], dict[int, float]]:
    """Return an event for every order that the kernel made smaller or refused, and what was asked for.

    Returns
    -------
    list of RiskEvent
        In the order of submission.
    dict of int to float
        Quantity without a sign that was asked for, by the id of an order of which something was left.
    """
    events: list[RiskEvent] = []
    asked: dict[int, float] = {}
    for place in range(int(books.account["cuts"][0])):
        cut = record_at(books.cuts, place)
        order_id, limit = int(cut.order), int(cut.limit)
        order = record_at(books.orders, order_id)
        # What a limit leaves may be less than a lot.
        refused = cut.allowed == 0.0 or order.reason == ZERO_SIZE
        if cut.allowed > 0.0:
            asked[order_id] = float(cut.asked)
        events.append(
            RiskEvent(
                t=int(order.decision_t),
                limit=LIMIT_NAMES[limit],
                action="refused" if refused else "reduced",
                symbol=market.symbols[order.asset],
                order_id=order_id,
                value=_known(float(cut.exposure)),
                threshold=_threshold(limit, books),
            )
        )
    return events, asked


def _threshold(limit: int, books: Books) -> float:
    name = {MAX_POSITIONS: "max_positions", MAX_GROSS: "max_gross", MAX_NET: "max_net"}[limit]
    return float(books.settings[name][0])


def _known(value: float) -> float | None:
    return None if math.isnan(value) else value
