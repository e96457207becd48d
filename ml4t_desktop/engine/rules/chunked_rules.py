"""Rules over a market read piece by piece: the result is that of the market in one piece."""

from dataclasses import replace

import numpy as np
import polars as pl

from ml4t_desktop.engine.books import open_books
from ml4t_desktop.engine.control import RunControl
from ml4t_desktop.engine.exposure import limited_orders
from ml4t_desktop.engine.kernel.layout import Books, Plan
from ml4t_desktop.engine.losses import next_breach
from ml4t_desktop.engine.machine import Machine
from ml4t_desktop.engine.relay import Relay, as_array, needed
from ml4t_desktop.engine.risk_events import RiskEvent
from ml4t_desktop.engine.rules.look_back import look_back_of
from ml4t_desktop.engine.rules.plan import make_plan
from ml4t_desktop.engine.rules.rule_risk import (
    Halt,
    ended_orders,
    equity_before_decisions,
    halt_of,
    limited_strategy,
    masked,
    told,
)
from ml4t_desktop.market import Market
from ml4t_desktop.market.chunks import Chunk, Chunker
from ml4t_desktop.market.timeline import Pieces
from ml4t_desktop.request import Request
from ml4t_desktop.request.risk import RiskLimits
from ml4t_desktop.result.run_result import RunResult


def run_rules_in_pieces(
    pieces: Pieces, request: Request, control: RunControl | None = None
) -> RunResult:
    """Run the rules of a request over the pieces of a market.

    Memory holds one piece, what is open at its border, and the tables of the result; with risk limits
    every order too.

    Parameters
    ----------
    pieces : Pieces
        Their market holds every column the rules name.
    request, control
        As for `rules.run_rules`.

    Raises
    ------
    InputError, Cancelled
        As `rules.run_rules` does; about values of a bar when its piece comes.
    """
    control = control or RunControl()
    control.start(pieces.timeline.time_count)
    control.check()
    risk = request.risk
    strategy = request.strategy if risk is None else limited_strategy(request.strategy, risk)
    chunker = Chunker(pieces, look_back_of(strategy), lag=request.data.lag)
    relay = Relay(request.account.initial_capital, keeps_ended=risk is not None)
    terms = (request.execution, request.costs, request.account)
    guard = None if risk is None else _Guard(risk, pieces.timeline, relay)
    chunk = chunker.next()
    machine = Machine(chunk.market, *terms, risk=risk)
    for number in range(chunker.count):
        if number:
            following = chunker.next(*needed(chunk, machine.books))
            fresh = open_books(following.market, *terms, risk)
            books = relay.hand_over(chunk, machine.books, following, fresh)
            machine.take_over(following.market, books)
            chunk = following
        control.check()
        plan = make_plan(chunk.market, strategy, chunk.first_row)
        if guard is None:
            _run(chunk, plan, machine, control)
        else:
            guard.run(chunk, plan, machine, control)
        if number == chunker.count - 1:
            machine.end_of_data()
        relay.gather(chunk, machine.books)
        if guard is not None:
            guard.note(chunk, machine.books)
    return relay.result() if guard is None else guard.told(relay.result())


def _run(chunk: Chunk, plan: Plan, machine: Machine, control: RunControl) -> None:
    control.go_on(chunk.first, chunk.before)
    machine.run_on(plan, control)


class _Guard:
    """The risk limits over the chunks of a run: a chunk with a breach runs again with a masked plan."""

    def __init__(self, risk: RiskLimits, timeline: Market, relay: Relay) -> None:
        self._risk = risk
        self._timeline = timeline
        self._relay = relay
        self._halts: list[Halt] = []
        self._equity = np.zeros(0)
        self._events: list[RiskEvent] = []
        self._asked: dict[int, float] = {}

    def run(self, chunk: Chunk, plan: Plan, machine: Machine, control: RunControl) -> None:
        """Run a chunk so that trading halts where a loss reaches a limit."""
        for halt in self._halts:
            plan = self._masked(plan, chunk, halt)
        if not self._risk.has_loss_limits:
            _run(chunk, plan, machine, control)
            return
        start = _copied(machine.books)
        while True:
            _run(chunk, plan._replace(cursor=np.zeros_like(plan.cursor)), machine, control)
            equity = np.concatenate((self._equity, self._equity_of(chunk, machine.books)))
            found = next_breach(
                self._risk,
                self._timeline.timestamps[: equity.size],
                equity,
                self._relay.initial_capital,
                self._halts[-1].breach if self._halts else None,
            )
            if found is None:
                break
            halt = halt_of(self._timeline.timestamps, found)
            self._halts.append(halt)
            plan = self._masked(plan, chunk, halt)
            machine.take_over(chunk.market, _copied(start))
        self._equity = equity

    def _equity_of(self, chunk: Chunk, books: Books) -> np.ndarray:
        """Return the equity of the own closes of a chunk, before anything was decided at them."""
        part = self._relay.part(chunk, books)
        new = self._relay.new(books)
        orders = np.asarray(books.orders[: new.size])[new]
        stamps = pl.Series(chunk.market.timestamps[orders["decision_t"]]).cast(
            part.equity.schema["timestamp"]
        )
        ids = pl.Series(self._relay.order_ids(books)[new])
        decided = pl.DataFrame({"order_id": ids, "decision_time": stamps})
        return equity_before_decisions(part.equity, part.fills, decided)

    def _masked(self, plan: Plan, chunk: Chunk, halt: Halt) -> Plan:
        shift = chunk.first - chunk.before
        first, end = (
            min(max(t + shift, chunk.first), chunk.end) for t in (halt.breach.t, halt.end)
        )
        begins_here = chunk.first <= halt.breach.t + shift < chunk.end
        return masked(
            plan,
            chunk.market,
            (first, end),
            halt.breach.t + shift if begins_here else None,
            leaves=self._risk.on_loss == "flatten",
        )

    def note(self, chunk: Chunk, books: Books) -> None:
        """Write down what the limits did to the orders of a chunk that is over."""
        events, asked = limited_orders(chunk.market, books)
        ids = self._relay.order_ids(books)
        self._asked |= asked
        self._events += [replace(event, t=int(chunk.times[event.t])) for event in events]
        cancelled_or_new = self._relay.ended(books) | self._relay.new(books)
        orders = np.asarray(books.orders[: ids.size])[cancelled_or_new]
        decided = chunk.times[orders["decision_t"]]
        self._events += [
            event
            for event in ended_orders(
                chunk.market.symbols, self._halts, orders, ids[cancelled_or_new], decided
            )
            if event.action == "cancelled" or event.t >= chunk.before
        ]

    def told(self, result: RunResult) -> RunResult:
        """Return the result with what the limits did."""
        return told(result, self._timeline, self._halts, self._events, self._asked)


def _copied(books: Books) -> Books:
    return Books(*(as_array(table).copy() for table in books))  # pyright: ignore[reportArgumentType] (each of its kind)
