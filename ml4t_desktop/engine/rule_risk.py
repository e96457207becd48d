"""Loss limits of rules: the plan is masked after each breach, and the compiled loop runs it again.

What is decided before a breach does not depend on what comes after it, so a run with a masked plan
repeats the run before up to the breach; a loop this fast can be run once more for every halt.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
import polars as pl
from numpy.typing import NDArray

from ml4t_desktop.engine.kernel.layout import Plan
from ml4t_desktop.engine.kernel.records import Rules, blank_table
from ml4t_desktop.engine.losses import Breach, next_breach
from ml4t_desktop.engine.risk_events import RiskEvent, with_risk_events
from ml4t_desktop.errors import InputError, Problem
from ml4t_desktop.market import Market
from ml4t_desktop.market.market import ASSET
from ml4t_desktop.request import RuleStrategy
from ml4t_desktop.request.risk import RiskLimits
from ml4t_desktop.result.run_result import RunResult
from ml4t_desktop.units import MICROSECONDS_PER_DAY


def limited_strategy(strategy: RuleStrategy, risk: RiskLimits) -> RuleStrategy:
    """Return the strategy with the limits that rules keep by themselves.

    Raises
    ------
    InputError
        If an exposure is to be limited: the size of a rule's orders follows from its sizing alone.
    """
    asked = {
        "max_gross_exposure": risk.max_gross_exposure,
        "max_net_exposure": risk.max_net_exposure,
    }
    problems = [
        Problem(
            where=f"risk.{name}",
            what="rules cannot be held to an exposure",
            fix="Limit it by strategy.sizing and risk.max_positions, or write a Strategy in Python",
        )
        for name, value in asked.items()
        if value is not None
    ]
    if problems:
        raise InputError(problems)
    most = [n for n in (risk.max_positions, strategy.limits.max_positions) if n is not None]
    if not most:
        return strategy
    limits = strategy.limits.model_copy(update={"max_positions": min(most)})
    return strategy.model_copy(update={"limits": limits})


def run_with_limits(
    market: Market, plan: Plan, risk: RiskLimits, run: Callable[[Plan], RunResult]
) -> RunResult:
    """Return the result of a plan that halts where its losses reach a limit.

    Parameters
    ----------
    plan : Plan
        Left as it is.
    run : callable
        Runs a plan over the market from the start.
    """
    halts: list[_Halt] = []
    result = run(_from_start(plan))
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
        halt = _Halt(market, found, flattens=risk.on_loss == "flatten")
        halts.append(halt)
        plan = _masked(plan, halt)
        result = run(_from_start(plan))
    return _told(result, market, halts) if halts else result


class _Halt:
    """A breach, the timestamp at which trading goes on, and the rows at which positions are left."""

    def __init__(self, market: Market, breach: Breach, *, flattens: bool) -> None:
        self.breach = breach
        days = market.timestamps // MICROSECONDS_PER_DAY
        self.end = (
            market.time_count
            if breach.is_final
            else int(np.searchsorted(days, days[breach.t], side="right"))
        )
        self.rows = slice(int(market.row_start[breach.t]), int(market.row_start[self.end]))
        self.leave = np.zeros(market.row_count if flattens else 0, np.bool_)
        if flattens:
            self.leave[self.rows] = True
            # An asset without a bar now is left at its next one, be it after the halt.
            start = self.rows.start
            self.leave[start + np.unique(market.rows[ASSET, start:], return_index=True)[1]] = True


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


def _masked(plan: Plan, halt: _Halt) -> Plan:
    """Return the plan without entries while the halt lasts, and with exits where it flattens."""
    first, after = np.searchsorted(plan.candidates, (halt.rows.start, halt.rows.stop))
    kept = np.r_[0:first, after : plan.candidates.size]
    plan = plan._replace(candidates=plan.candidates[kept], sides=plan.sides[kept])
    if plan.schedule.size:
        schedule = plan.schedule.copy()
        schedule[halt.breach.t : halt.end] = False
        plan = plan._replace(schedule=schedule)
    if not halt.leave.size:
        return plan
    rules = blank_table(Rules, 1)
    rules[:] = plan.rules[:]
    rules["long_exits"] = rules["short_exits"] = True
    return plan._replace(
        rules=rules,
        long_exit=plan.long_exit | halt.leave if plan.long_exit.size else halt.leave,
        short_exit=plan.short_exit | halt.leave if plan.short_exit.size else halt.leave,
    )


def _told(result: RunResult, market: Market, halts: Sequence[_Halt]) -> RunResult:
    """Return the result with the events, and liquidation as the reason of the exits they forced."""
    events: list[RiskEvent] = []
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
        if halt.leave.size:
            events += _flattened(result, market, halt)
        if halt.end < market.time_count and halt.end <= follower:
            events.append(RiskEvent(t=halt.end, limit=breach.limit, action="resumed"))
    if any(halt.leave.size for halt in halts):
        left = np.logical_or.reduce([halt.leave for halt in halts])
        result = _liquidated(result, market, left)
    events.sort(key=lambda event: (event.t, _ORDER[event.action]))
    return with_risk_events(result, market, _without_repeats(events))


def _without_repeats(events: Sequence[RiskEvent]) -> list[RiskEvent]:
    """Return the events without those that a second halt tells of an order of the first."""
    told: set[int] = set()
    kept: list[RiskEvent] = []
    for event in events:
        if event.order_id is None or event.order_id not in told:
            kept.append(event)
        if event.order_id is not None:
            told.add(event.order_id)
    return kept


_ORDER = {"resumed": 0, "halted": 1, "flattened": 2}


def _at_rows(
    market: Market, times: pl.Series, symbols: pl.Series, rows: NDArray[np.bool_]
) -> NDArray[np.bool_]:
    """Return whether the bar of each pair of time and symbol is among the rows; nulls are not."""
    index = {symbol: place for place, symbol in enumerate(market.symbols)}
    assets = symbols.replace_strict(index, return_dtype=pl.Int64).to_numpy()
    known = times.is_not_null().to_numpy()
    t = np.searchsorted(market.timestamps, times.dt.epoch("us").fill_null(0).to_numpy())
    wanted = np.where(known, t, -1) * len(market.symbols) + assets
    keys = market.row_times()[rows] * len(market.symbols) + market.rows[ASSET][rows]
    return known & np.isin(wanted, keys)


def _flattened(result: RunResult, market: Market, halt: _Halt) -> list[RiskEvent]:
    """Return an event for every order to leave a position that the halt made."""
    start = market.moment(halt.breach.t)
    orders = result.orders.filter((pl.col("type") == "market") & (pl.col("decision_time") >= start))
    forced = _at_rows(market, orders["decision_time"], orders["symbol"], halt.leave)
    stamps = orders["decision_time"].dt.epoch("us").to_numpy()
    places = np.searchsorted(market.timestamps, stamps).tolist()
    rows = zip(places, orders["symbol"], orders["order_id"], forced.tolist(), strict=True)
    return [
        RiskEvent(
            t=t, limit=halt.breach.limit, action="flattened", symbol=symbol, order_id=order_id
        )
        for t, symbol, order_id, is_forced in rows
        if is_forced
    ]


def _liquidated(result: RunResult, market: Market, left: NDArray[np.bool_]) -> RunResult:
    """Return the result whose trades say that a halt left them, where a rule's exit stands in for it."""
    trades = result.trades
    forced = _at_rows(market, trades["exit_decision_time"], trades["symbol"], left)
    reason = pl.when(pl.Series(forced) & (pl.col("exit_reason") == "signal"))
    return replace(
        result,
        trades=trades.with_columns(
            exit_reason=reason.then(pl.lit("liquidation")).otherwise("exit_reason")
        ),
    )
