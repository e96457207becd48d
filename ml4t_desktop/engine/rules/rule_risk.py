"""Risk limits of rules: the plan is masked after each breach, and the compiled loop runs it again.

What is decided before a breach does not depend on what comes after it, so a run with a masked plan
repeats the run before up to the breach; a loop this fast can be run once more for every halt. The
limits on exposure are kept inside the loop.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

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
    halts: list[Halt] = []
    result, books = run(_from_start(plan))
    while risk.has_loss_limits:
        decided = result.orders.select("order_id", "decision_time")
        found = next_breach(
            risk,
            market.timestamps,
            equity_before_decisions(result.equity, result.fills, decided),
            result.initial_capital,
            halts[-1].breach if halts else None,
        )
        if found is None:
            break
        halt = halt_of(market.timestamps, found)
        halts.append(halt)
        leaves = risk.on_loss == "flatten"
        plan = masked(plan, market, (found.t, halt.end), found.t, leaves=leaves)
        result, books = run(_from_start(plan))
    orders = np.asarray(books.orders[: int(books.account["orders"][0])])
    events, asked = limited_orders(market, books)
    ids = np.arange(orders.size)
    events += ended_orders(market.symbols, halts, orders, ids, orders["decision_t"])
    return told(result, market, halts, events, asked)


@dataclass(frozen=True, slots=True, kw_only=True)
class Halt:
    """A breach, and the timestamp at which trading goes on."""

    breach: Breach
    end: int


def halt_of(timestamps: NDArray[np.int64], breach: Breach) -> Halt:
    """Return the halt that a breach leads to: for the day, or for good."""
    if breach.is_final:
        return Halt(breach=breach, end=timestamps.size)
    days = timestamps // MICROSECONDS_PER_DAY
    return Halt(breach=breach, end=int(np.searchsorted(days, days[breach.t], side="right")))


def _from_start(plan: Plan) -> Plan:
    return plan._replace(cursor=np.zeros_like(plan.cursor))


def equity_before_decisions(
    points: pl.DataFrame, fills: pl.DataFrame, decided: pl.DataFrame
) -> NDArray[np.float64]:
    """Return the equity of every close without the costs of orders decided and filled at it.

    Parameters
    ----------
    points, fills : DataFrame
        Equity and fills of a result.
    decided : DataFrame
        Columns order_id and decision_time, of all orders that could fill when they were decided.
    """
    equity = points["equity"].to_numpy().copy()
    at_close = (
        fills.join(decided, on="order_id")
        .filter(pl.col("timestamp") == pl.col("decision_time"))
        .group_by("timestamp")
        .agg(cost=pl.col("commission").sum() + pl.col("slippage").sum())
    )
    if at_close.height:
        spent = points.select("timestamp").join(
            at_close, on="timestamp", how="left", maintain_order="left"
        )
        equity += spent["cost"].fill_null(0.0).to_numpy()
    return equity


def masked(
    plan: Plan, market: Market, times: tuple[int, int], at: int | None, *, leaves: bool
) -> Plan:
    """Return the plan without entries while a halt lasts.

    Parameters
    ----------
    times : tuple of int
        The timestamps of the market from which and up to which it lasts.
    at : int or None
        The timestamp at which working entries are ended, None when that was before the market.
    leaves : bool
        Whether positions are left then.
    """
    first, after = np.searchsorted(plan.candidates, market.row_start[list(times)])
    kept = np.r_[0:first, after : plan.candidates.size]
    halts = plan.halts.copy() if plan.halts.size else np.zeros(market.time_count, np.int8)
    if at is not None:
        halts[at] = 2 if leaves else 1
    schedule = plan.schedule.copy()
    schedule[slice(*times)] = False
    return plan._replace(
        candidates=plan.candidates[kept], sides=plan.sides[kept], halts=halts, schedule=schedule
    )


def told(
    result: RunResult,
    market: Market,
    halts: Sequence[Halt],
    of_orders: Sequence[RiskEvent],
    asked: Mapping[int, float],
) -> RunResult:
    """Return the result with the events, and with the limit that touched an order as its reason."""
    events = _as_in_orders(of_orders, result.orders)
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
    events.sort(key=lambda event: (event.t, _ORDER[event.action]))
    return with_risk_events(with_order_reasons(result, events, asked), market, events)


def _as_in_orders(events: Sequence[RiskEvent], orders: pl.DataFrame) -> list[RiskEvent]:
    """Return events with the symbols that the table of orders has, which follow a symbol that changed later."""
    named = [event.order_id for event in events if event.order_id is not None]
    table = orders.filter(pl.col("order_id").is_in(named)).select("order_id", "symbol")
    symbols: dict[int | None, str] = dict(table.iter_rows())
    return [replace(event, symbol=symbols.get(event.order_id, event.symbol)) for event in events]


_ORDER: Mapping[Action, int] = {
    "resumed": 0, "halted": 1, "cancelled": 2, "flattened": 3, "reduced": 4, "refused": 4,
}  # fmt: skip


def ended_orders(
    symbols: Sequence[str],
    halts: Sequence[Halt],
    orders: np.ndarray,
    ids: NDArray[np.int64],
    decided: NDArray[np.int64],
) -> list[RiskEvent]:
    """Return an event for every entry that a halt cancelled, and for every position it left.

    Parameters
    ----------
    orders : ndarray of OrderRecord
    ids, decided : ndarray of int64
        Beside them: their ids, and the timestamps of their decisions.
    """
    cancelled = (orders["status"] == CANCELLED) & (orders["reason"] == BY_RISK_LIMIT)
    left = (orders["kind"] == RULE_EXIT) & (orders["exit_reason"] == LIQUIDATION)
    starts = np.array([halt.breach.t for halt in halts], np.int64)
    events: list[RiskEvent] = []
    for place in np.flatnonzero(cancelled | left).tolist():
        order = orders[place]
        # An entry is ended by the first halt after it was decided.
        side = "left" if left[place] else "right"
        breach = halts[int(np.searchsorted(starts, decided[place], side=side))].breach
        events.append(
            RiskEvent(
                t=breach.t,
                limit=breach.limit,
                action="flattened" if left[place] else "cancelled",
                symbol=symbols[int(order["asset"])],
                order_id=int(ids[place]),
            )
        )
    return events
