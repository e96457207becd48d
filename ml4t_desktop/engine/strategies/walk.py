"""A Python strategy as the second front door: the same market, the same broker, one event at a time."""

import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Final

from ml4t_desktop.engine.control import RunControl
from ml4t_desktop.engine.strategies.broker import Broker
from ml4t_desktop.engine.strategies.context import Context
from ml4t_desktop.engine.strategies.context_feed import RecordedContext
from ml4t_desktop.engine.strategies.events import MarketEvent
from ml4t_desktop.engine.strategies.feed import contexts, events_by_time, moments
from ml4t_desktop.engine.strategies.guarded_broker import GuardedBroker
from ml4t_desktop.engine.strategies.strategy import Strategy
from ml4t_desktop.market import Market
from ml4t_desktop.request import Account, Costs, Execution
from ml4t_desktop.request.risk import RiskLimits
from ml4t_desktop.result.run_result import RunResult

_DEFAULT: Final = (Execution(), Costs(), Account())


def run_strategy(  # noqa: PLR0913 (all but two by keyword)
    market: Market,
    strategy: Strategy,
    *,
    execution: Execution = _DEFAULT[0],
    costs: Costs = _DEFAULT[1],
    account: Account = _DEFAULT[2],
    control: RunControl | None = None,
    progress: Callable[[float], None] | None = None,
    should_stop: Callable[[], bool] | None = None,
    has_context: bool = False,
    risk: RiskLimits | None = None,
    recorded: RecordedContext | None = None,
) -> RunResult:
    """Run a strategy over a market; an exception of the strategy stops the run and surfaces as it is.

    Parameters
    ----------
    progress : callable
        Told the share of timestamps done, at most a few hundred times.
    should_stop : callable
        Asked at every timestamp whether to cancel.
    has_context : bool
        Whether context was given, so that a strategy gets a mapping even where all of it is empty.
    risk : RiskLimits
        What the portfolio may lose and how large it may become.
    recorded : RecordedContext
        Asked for the context of every timestamp when its turn comes; `market` must be its market.

    Raises
    ------
    Cancelled
        If `control` was cancelled or `should_stop` said so.
    """
    control = control or RunControl()
    control.start(market.time_count)
    broker = broker_for(strategy, market, execution, costs, account, risk)
    with lent(broker, strategy):
        watch = Watch(control, progress, should_stop, market.time_count)
        with rare_collections():
            times = moments(market)
            context_of = (
                contexts(market, times, always=has_context)
                if recorded is None
                else recorded.contexts(times)
            )
            walk_through(events_by_time(market, times), times, context_of, strategy, broker, watch)
    return broker.finish()


def broker_for(
    strategy: Strategy,
    market: Market,
    execution: Execution,
    costs: Costs,
    account: Account,
    risk: RiskLimits | None,
) -> Broker:
    """Return a broker over a market, which keeps the limits there are and tells fills if they are heard."""
    eager = overrides(strategy, "on_fill_event")
    if risk is None:
        return Broker(market, execution, costs, account, eager=eager)
    return GuardedBroker(market, execution, costs, account, limits=risk, eager=eager)


@contextmanager
def lent(broker: Broker, strategy: Strategy) -> Iterator[None]:
    """Lend the broker to a strategy for a run, from its `on_start` to its `on_end`."""
    strategy._broker = broker  # noqa: SLF001 (the engine lends its broker for the run)
    try:
        strategy.on_start()
        yield
        strategy.on_end()
    finally:
        strategy._broker = None  # noqa: SLF001


def overrides(strategy: Strategy, handler: str) -> bool:
    """Return whether a strategy has a handler of its own, in its class or on the object."""
    return getattr(type(strategy), handler) is not getattr(Strategy, handler) or handler in vars(
        strategy
    )


class Watch:
    """Cancel and progress of a walk."""

    def __init__(
        self,
        control: RunControl,
        progress: Callable[[float], None] | None,
        should_stop: Callable[[], bool] | None,
        count: int,
    ) -> None:
        self._count = count
        self._every = max(1, count // 200)
        self._control = control
        # Read and written at every timestamp.
        self._cells = memoryview(control.cells)  # pyright: ignore[reportArgumentType] # arrays are buffers
        self._progress = progress
        self._should_stop = should_stop
        self._shift = 0

    def go_on(self, first: int, done: int) -> None:
        """Say that `done` timestamps are over when the walk begins at `first` of its market."""
        self._shift = done - first
        self._control.go_on(first, done)

    def before(self) -> None:
        """Raise `Cancelled` if somebody wants to stop."""
        if self._should_stop is not None and self._should_stop():
            self._control.cancel()
        if self._cells[0]:
            self._control.check()

    def after(self, t: int) -> None:
        """Tell that a timestamp is done."""
        self._cells[1] = t + 1
        if self._progress is None:
            return
        done = t + 1 + self._shift
        if done % self._every == 0 or done == self._count:
            self._progress(done / self._count)


@contextmanager
def rare_collections() -> Iterator[None]:
    """Let the garbage collector look for cycles rarely meanwhile.

    Millions of short-lived events would make it look all the time, for half of the run's duration.
    """
    before = gc.get_threshold()
    gc.set_threshold(max(before[0], 200_000), *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)


def walk_through(
    events_of: Iterator[list[MarketEvent]],
    times: list[datetime],
    context_of: Iterator[Context | None],
    strategy: Strategy,
    broker: Broker,
    watch: Watch,
    first: int = 0,
) -> None:
    """Call the handlers that the strategy overrides, timestamp by timestamp, from the timestamp `first` on."""
    on_market = strategy.on_market_event if overrides(strategy, "on_market_event") else None
    on_event = strategy.on_event if overrides(strategy, "on_event") else None
    on_bar_end = strategy.on_bar_end if overrides(strategy, "on_bar_end") else None
    tells_fills = overrides(strategy, "on_fill_event")
    before, begin, end, after = watch.before, broker.begin, broker.end, watch.after
    for t, (events, context) in enumerate(zip(events_of, context_of, strict=True), first):
        before()
        if begin(t) and tells_fills:
            _tell_fills(strategy, broker)
        if on_market is not None and on_event is not None:
            for event in events:
                on_market(event, context)
                on_event(event)
        elif on_market is not None:
            for event in events:
                on_market(event, context)
        elif on_event is not None:
            for event in events:
                on_event(event)
        if on_bar_end is not None:
            on_bar_end(times[t], context)
        if end() and tells_fills:
            _tell_fills(strategy, broker)
        after(t)


def _tell_fills(strategy: Strategy, broker: Broker) -> None:
    for fill in broker.new_fills():
        strategy.on_fill_event(fill)
