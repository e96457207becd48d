"""Risk limits of rules: the plan is masked after each breach, and the compiled loop runs it again.

What is decided before a breach does not depend on what comes after it, so a run with a masked plan
repeats the run before up to the breach; a loop this fast can be run once more for every halt. The
limits on exposure are kept inside the loop.
"""

from collections.abc import Callable, Mapping, Sequence

import numpy as np
import polars as pl
from numpy.typing import NDArray

from ml4t_desktop.engine.exposure import limited_orders
from ml4t_desktop.engine.kernel.codes import BY_RISK_LIMIT, CANCELLED, LIQUIDATION, RULE_EXIT
from ml4t_desktop.engine.kernel.layout import Books, Plan
from ml4t_desktop.engine.losses import Breach, next_breach
from ml4t_desktop.engine.risk_events import Action, RiskEvent, with_order_reasons, with_risk_events
from ml4t_desktop.market import Market
from ml4t_desktop.request import RuleStrategy
from ml4t_desktop.request.risk import RiskLimits
from ml4t_desktop.result.run_result import RunResult
from ml4t_desktop.units import MICROSECONDS_PER_DAY


def limited_strategy(strategy: RuleStrategy, risk: RiskLimits) -> RuleStrategy:
    """Return the strategy with the number of positions that rules keep to by their places."""
    most = [n for n in (risk.max_positions, strategy.limits.max_positions) if n is not None]
    if not most:
        return strategy
    limits = strategy.limits.model_copy(update={"max_positions": min(most)})
    return strategy.model_copy(update={"limits": limits})


def run_with_limits(
    market: Market,
    plan: Plan,
    risk: RiskLimits,
    run: Callable[[Plan], tuple[RunResult, Books]],
) -> RunResult:
    """Return the result of a plan that halts where its losses reach a limit.

    Parameters
    ----------
    plan : Plan
        Left as it is.
    run : callable
        Runs a plan over the market from the start; returns its result and its books.
    """
    halts: list[_Halt] = []
    result, books = run(_from_start(plan))
    while risk.has_loss_limits:
        found = next_breach(
            risk,
            market.timestamps,
            _equity_before_decisions(result),
            result.initial_capital,
            halts[-1].breach if halts else None,
        )
        if found is None:
            break
        halt = _Halt(market, found)
        halts.append(halt)
        plan = _masked(plan, halt, market.time_count, leaves=risk.on_loss == "flatten")
        result, books = run(_from_start(plan))
    return _told(result, market, halts, books)


class _Halt:
    """A breach, the timestamp at which trading goes on, and the rows between."""

    def __init__(self, market: Market, breach: Breach) -> None:
        self.breach = breach
        days = market.timestamps // MICROSECONDS_PER_DAY
        self.end = (
            market.time_count
            if breach.is_final
            else int(np.searchsorted(days, days[breach.t], side="right"))
        )
        self.rows = slice(int(market.row_start[breach.t]), int(market.row_start[self.end]))


def _from_start(plan: Plan) -> Plan:
    return plan._replace(cursor=np.zeros_like(plan.cursor))


def _equity_before_decisions(result: RunResult) -> NDArray[np.float64]:
    """Return the equity of every close without the costs of orders decided and filled at it."""
    equity = result.equity["equity"].to_numpy().copy()
    decided = result.orders.select("order_id", "decision_time")
    at_close = (
        result.fills.join(decided, on="order_id")
        .filter(pl.col("timestamp") == pl.col("decision_time"))
        .group_by("timestamp")
        .agg(cost=pl.col("commission").sum() + pl.col("slippage").sum())
    )
    if at_close.height:
        spent = result.equity.select("timestamp").join(
            at_close, on="timestamp", how="left", maintain_order="left"
        )
        equity += spent["cost"].fill_null(0.0).to_numpy()
    return equity


def _masked(plan: Plan, halt: _Halt, time_count: int, *, leaves: bool) -> Plan:
    """Return the plan that ends trading at the breach, and has no entries while the halt lasts."""
    first, after = np.searchsorted(plan.candidates, (halt.rows.start, halt.rows.stop))
    kept = np.r_[0:first, after : plan.candidates.size]
    halts = plan.halts.copy() if plan.halts.size else np.zeros(time_count, np.int8)
    halts[halt.breach.t] = 2 if leaves else 1
    schedule = plan.schedule.copy()
    schedule[halt.breach.t : halt.end] = False
    return plan._replace(
        candidates=plan.candidates[kept], sides=plan.sides[kept], halts=halts, schedule=schedule
    )


def _told(result: RunResult, market: Market, halts: Sequence[_Halt], books: Books) -> RunResult:
    """Return the result with the events, and with the limit that touched an order as its reason."""
    events, asked = limited_orders(market, books)
    for number, halt in enumerate(halts):
        breach = halt.breach
        follower = halts[number + 1].breach.t if number + 1 < len(halts) else market.time_count
        events.append(
            RiskEvent(
                t=breach.t,
                limit=breach.limit,
                action="halted",
                value=breach.value,
                threshold=breach.threshold,
            )
        )
        if halt.end < market.time_count and halt.end <= follower:
            events.append(RiskEvent(t=halt.end, limit=breach.limit, action="resumed"))
    events += _ended(market, halts, books)
    events.sort(key=lambda event: (event.t, _ORDER[event.action]))
    return with_risk_events(with_order_reasons(result, events, asked), market, events)


_ORDER: Mapping[Action, int] = {
    "resumed": 0, "halted": 1, "cancelled": 2, "flattened": 3, "reduced": 4, "refused": 4,
}  # fmt: skip


def _ended(market: Market, halts: Sequence[_Halt], books: Books) -> list[RiskEvent]:
    """Return an event for every entry that a halt cancelled, and for every position it left."""
    orders = books.orders[: int(books.account["orders"][0])]
    cancelled = (orders["status"] == CANCELLED) & (orders["reason"] == BY_RISK_LIMIT)
    left = (orders["kind"] == RULE_EXIT) & (orders["exit_reason"] == LIQUIDATION)
    starts = np.array([halt.breach.t for halt in halts], np.int64)
    events: list[RiskEvent] = []
    for order_id in np.flatnonzero(cancelled | left).tolist():
        order = orders[order_id]
        # An entry is ended by the first halt after it was decided.
        side = "left" if left[order_id] else "right"
        breach = halts[int(np.searchsorted(starts, order["decision_t"], side=side))].breach
        events.append(
            RiskEvent(
                t=breach.t,
                limit=breach.limit,
                action="flattened" if left[order_id] else "cancelled",
                symbol=market.symbols[int(order["asset"])],
                order_id=order_id,
            )
        )
    return events
