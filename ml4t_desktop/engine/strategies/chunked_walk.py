"""A Python strategy over a market read piece by piece: it is told the same, and the result is the same."""

from collections.abc import Callable
from typing import Final

from ml4t_desktop.engine.control import RunControl
from ml4t_desktop.engine.strategies.broker import Broker
from ml4t_desktop.engine.strategies.context_feed import RecordedContext
from ml4t_desktop.engine.strategies.feed import contexts, events_by_time, moments
from ml4t_desktop.engine.strategies.strategy import Strategy
from ml4t_desktop.engine.strategies.walk import (
    Watch,
    broker_for,
    lent,
    rare_collections,
    walk_through,
)
from ml4t_desktop.market.chunks import Chunk, Chunker, LookBack
from ml4t_desktop.market.timeline import Pieces
from ml4t_desktop.request import Account, Costs, Execution
from ml4t_desktop.request.risk import RiskLimits
from ml4t_desktop.result.run_result import RunResult

_DEFAULT: Final = (Execution(), Costs(), Account())


def run_strategy_in_pieces(  # noqa: PLR0913 (all but two by keyword)
    pieces: Pieces,
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
    """Run a strategy over the pieces of a market.

    Memory holds one piece, what is open at its border, every order, and the tables of the result.

    Parameters
    ----------
    pieces : Pieces
    recorded : RecordedContext
        Of the timeline of the pieces.
    execution, costs, account, control, progress, should_stop, has_context, risk
        As for `walk.run_strategy`.

    Raises
    ------
    Cancelled
        If `control` was cancelled or `should_stop` said so.
    """
    control = control or RunControl()
    timeline = pieces.timeline if recorded is None else recorded.market
    control.start(timeline.time_count)
    control.check()
    chunker = Chunker(
        pieces, LookBack(), looks_ahead=True, live=None if recorded is None else timeline
    )
    chunk = chunker.next()
    broker = broker_for(strategy, chunk.market, execution, costs, account, risk)
    broker.start_chunks(chunk, timeline)
    with lent(broker, strategy):
        watch = Watch(control, progress, should_stop, timeline.time_count)
        with rare_collections():
            for number in range(chunker.count):
                if number:
                    chunk = chunker.next(*broker.leave_chunk())
                    broker.enter_chunk(chunk)
                watch.go_on(chunk.first, chunk.before)
                _walk_chunk(chunk, strategy, broker, watch, recorded, has_context=has_context)
    return broker.finish()


def _walk_chunk(
    chunk: Chunk,
    strategy: Strategy,
    broker: Broker,
    watch: Watch,
    recorded: RecordedContext | None,
    *,
    has_context: bool,
) -> None:
    """Call the handlers for the own timestamps of a chunk."""
    first, end = chunk.first, chunk.end
    times = moments(chunk.market)
    if recorded is None:
        context_of = contexts(chunk.market, times, always=has_context, start=first, stop=end)
    else:
        context_of = broker.funded(recorded.contexts(times[first:end], chunk.before), first)
    events = events_by_time(chunk.market, times, start=first, stop=end)
    walk_through(events, times, context_of, strategy, broker, watch, first)
