"""A broker that keeps a strategy within the risk limits of its portfolio."""

import math
from dataclasses import replace

from ml4t_desktop.engine.exposure import Verdict
from ml4t_desktop.engine.kernel.codes import LEG, LIQUIDATION, REJECTED, STATUS_NAMES
from ml4t_desktop.engine.kernel.records import record_at
from ml4t_desktop.engine.losses import Breach, LossWatch
from ml4t_desktop.engine.orders import OrderTerms
from ml4t_desktop.engine.risk_events import (
    Action,
    RiskEvent,
    with_order_reasons,
    with_risk_events,
)
from ml4t_desktop.engine.strategies.broker import Broker
from ml4t_desktop.market import Market
from ml4t_desktop.request import Account, Costs, Execution
from ml4t_desktop.request.risk import RiskLimits
from ml4t_desktop.result.run_result import RunResult

_WORKING = STATUS_NAMES.index("working")


class GuardedBroker(Broker):
    """Tests every close and every order against the limits; the rest is the broker's.

    Parameters
    ----------
    limits : RiskLimits
    market, execution, costs, account, eager
        See `Broker`.
    """

    def __init__(
        self,
        market: Market,
        execution: Execution,
        costs: Costs,
        account: Account,
        *,
        limits: RiskLimits,
        eager: bool,
    ) -> None:
        super().__init__(market, execution, costs, account, eager=eager, risk=limits)
        self._limits = limits
        self._watch = LossWatch(limits, account.initial_capital)
        self._events: list[RiskEvent] = []
        self._asked: dict[int, float] = {}

    def begin(self, t: int) -> bool:
        """Begin timestamp `t`, test its losses, and return whether there are fills to tell."""
        tells = super().begin(t)
        if self._limits.has_loss_limits:
            time_us = int(self._market.timestamps[t])
            ended, begun = self._watch.look(t, time_us, self.equity)
            if ended is not None:
                self._record("resumed", ended.limit)
            if begun is not None:
                self._halt(begun)
        return tells

    def submit(self, asset_id: str, quantity: float, terms: OrderTerms) -> int:
        """Submit what the limits leave of an order; one they refuse is in the orders table all the same.

        Raises
        ------
        ValueError
            As `Broker.submit` does.
        """
        asset = self.asset(asset_id)
        if not math.isfinite(quantity) or quantity == 0.0:
            return super().submit(asset_id, quantity, terms)
        self._sync()
        held = self._quantity.item(asset)
        if terms.reduce_only and held * quantity <= 0.0:
            return super().submit(asset_id, quantity, terms)
        halt = self._watch.breach
        if halt is not None:
            verdict = self._while_halted(halt, held, quantity)
            terms = replace(
                terms,
                reduce_only=True,
                stop_loss=math.nan,
                take_profit=math.nan,
                trailing_stop=math.nan,
            )
        else:
            verdict = self._machine.judge(asset, quantity, self._t)
        return self._submit_allowed(asset_id, quantity, terms, verdict)

    def finish(self) -> RunResult:
        """End the data and return the result, with what the limits did."""
        result = with_order_reasons(super().finish(), self._events, self._asked)
        return with_risk_events(result, self._whole, self._events)

    def _submit_allowed(
        self, asset_id: str, quantity: float, terms: OrderTerms, verdict: Verdict | None
    ) -> int:
        if verdict is None:
            return super().submit(asset_id, quantity, terms)
        if verdict.allowed > 0.0:
            allowed = math.copysign(verdict.allowed, quantity)
            order_id = super().submit(asset_id, allowed, terms)
            self._asked[order_id] = abs(quantity)
            # What a limit leaves may be less than a lot.
            is_rejected = int(self._books.orders["status"][order_id]) == REJECTED
            self._tell("refused" if is_rejected else "reduced", asset_id, order_id, verdict)
            return order_id
        order_id = super().submit(asset_id, quantity, terms)
        if self._end_order(order_id):
            # So that a pair loses its other order too.
            self._books.orders["status"][order_id] = REJECTED
            self._tell("refused", asset_id, order_id, verdict)
        return order_id

    def _while_halted(self, halt: Breach, held: float, quantity: float) -> Verdict | None:
        """Return what a halt leaves of an order: what reduces a position."""
        allowed = min(abs(quantity), abs(held)) if held * quantity < 0.0 else 0.0
        if allowed == abs(quantity):
            return None
        return Verdict(
            allowed=allowed, limit=halt.limit, value=halt.value, threshold=halt.threshold
        )

    def _halt(self, breach: Breach) -> None:
        """End trading: cancel what would add, and close what is held where that is asked for."""
        self._sync()
        self._record("halted", breach.limit, value=breach.value, threshold=breach.threshold)
        flattens = self._limits.on_loss == "flatten"
        for order_id in self._books.working[: self._working.item(0)].tolist():
            if self._adds(order_id, flattens=flattens) and self._end_order(order_id):
                symbol = self._market.symbols[int(self._books.orders["asset"][order_id])]
                self._record("cancelled", breach.limit, symbol=symbol, order_id=order_id)
        if not flattens:
            return
        for symbol, quantity in self.held().items():
            order_id = super().submit(symbol, -quantity, OrderTerms(reduce_only=True))
            self._books.orders["exit_reason"][order_id] = LIQUIDATION
            self._record("flattened", breach.limit, symbol=symbol, order_id=order_id)

    def _adds(self, order_id: int, *, flattens: bool) -> bool:
        """Return whether a working order could open or enlarge a position."""
        order = record_at(self._books.orders, order_id)
        if order.kind == LEG or order.reduce_only:
            return False
        if flattens:
            return True
        held, requested = self._quantity.item(int(order.asset)), float(order.requested)
        return held * requested >= 0.0 or abs(requested) - float(order.filled) > abs(held)

    def _end_order(self, order_id: int) -> bool:
        """Cancel an order; return whether it was working."""
        return int(self._books.orders["status"][order_id]) == _WORKING and self.cancel(order_id)

    def _tell(self, action: Action, symbol: str, order_id: int, verdict: Verdict) -> None:
        self._record(
            action,
            verdict.limit,
            symbol=symbol,
            order_id=order_id,
            value=verdict.value,
            threshold=verdict.threshold,
        )

    def _record(
        self,
        action: Action,
        limit: str,
        *,
        symbol: str | None = None,
        order_id: int | None = None,
        value: float | None = None,
        threshold: float | None = None,
    ) -> None:
        self._events.append(
            RiskEvent(
                t=self._t + self._before,
                limit=limit,
                action=action,
                symbol=symbol,
                order_id=order_id,
                value=value,
                threshold=threshold,
            )
        )
