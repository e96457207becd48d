"""What the risk limits did, as a table, and as reasons of orders and trades."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import polars as pl

from ml4t_desktop.market import Market
from ml4t_desktop.result.run_result import RunResult
from ml4t_desktop.result.schema import RISK_EVENTS, with_time_zone

Action = Literal["halted", "resumed", "cancelled", "flattened", "reduced", "refused"]


@dataclass(frozen=True, slots=True, kw_only=True)
class RiskEvent:
    """One thing a limit did.

    Parameters
    ----------
    t : int
        Index of the timestamp, -1 before the first.
    value, threshold : float or None
        What was measured, and the limit.
    """

    t: int
    limit: str
    action: Action
    symbol: str | None = None
    order_id: int | None = None
    value: float | None = None
    threshold: float | None = None


def with_risk_events(result: RunResult, market: Market, events: Sequence[RiskEvent]) -> RunResult:
    """Return the result with the table of events."""
    if not events:
        return result
    columns = {
        "timestamp": [market.moment(event.t) if event.t >= 0 else None for event in events],
        **{
            name: [getattr(event, name) for event in events]
            for name in RISK_EVENTS
            if name != "timestamp"
        },
    }
    schema = with_time_zone(RISK_EVENTS, market.time_zone)
    return replace(result, risk_events=pl.DataFrame(columns, schema=schema))


def with_order_reasons(
    result: RunResult, events: Sequence[RiskEvent], asked: Mapping[int, float]
) -> RunResult:
    """Return the result whose orders table says which limit touched an order, and what was asked for.

    Parameters
    ----------
    asked : mapping of int to float
        Quantity without a sign that was asked for, by the id of an order that a limit reduced.
    """
    touched = [event for event in events if event.action in _REASONS and event.order_id is not None]
    if not touched:
        return result
    verdicts = pl.DataFrame(
        {
            "order_id": [event.order_id for event in touched],
            "action": [event.action for event in touched],
            "verdict": [_REASONS[event.action].format(event.limit) for event in touched],
            "asked": [asked.get(event.order_id or 0) for event in touched],
        },
        schema={
            "order_id": pl.Int64,
            "action": pl.String,
            "verdict": pl.String,
            "asked": pl.Float64,
        },
    )
    # An order made smaller and cancelled later is a cancelled one.
    verdicts = verdicts.unique("order_id", keep="last", maintain_order=True)
    reduced = pl.col("action") == "reduced"
    # What the market made of the rest of a reduced order has a reason of its own.
    says = pl.col("verdict").is_not_null() & (~reduced | (pl.col("reason") == ""))
    orders = (
        result.orders.join(verdicts, on="order_id", how="left", maintain_order="left")
        .with_columns(
            requested=pl.coalesce("asked", "requested"),
            status=pl.when(reduced & (pl.col("status") == "filled"))
            .then(pl.lit("reduced"))
            .otherwise("status"),
            reason=pl.when(says).then("verdict").otherwise("reason"),
        )
        .select(result.orders.columns)
    )
    return replace(result, orders=orders)


_REASONS: Mapping[str, str] = {
    "refused": "refused by the risk limit {}",
    "reduced": "reduced to the risk limit {}",
    "cancelled": "cancelled by the risk limit {}",
}
