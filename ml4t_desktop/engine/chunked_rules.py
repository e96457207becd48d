"""Rules over a market read piece by piece: the result is that of the market in one piece."""

from ml4t_desktop.engine.books import open_books
from ml4t_desktop.engine.control import RunControl
from ml4t_desktop.engine.look_back import look_back_of
from ml4t_desktop.engine.machine import Machine
from ml4t_desktop.engine.plan import make_plan
from ml4t_desktop.engine.relay import Relay, needed
from ml4t_desktop.market.chunks import Chunk, Chunker
from ml4t_desktop.market.timeline import Pieces
from ml4t_desktop.request import Request
from ml4t_desktop.result.run_result import RunResult


def run_rules_in_pieces(
    pieces: Pieces, request: Request, control: RunControl | None = None
) -> RunResult:
    """Run the rules of a request over the pieces of a market.

    Memory holds one piece, what is open at its border, and the tables of the result.

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
    chunker = Chunker(pieces, look_back_of(request.strategy))
    relay = Relay(request.account.initial_capital)
    run = _Run(request, control)
    chunk = chunker.next()
    machine = Machine(chunk.market, request.execution, request.costs, request.account)
    for number in range(chunker.count):
        if number:
            following = chunker.next(*needed(chunk, machine.books))
            fresh = open_books(
                following.market, request.execution, request.costs, request.account
            )
            machine.take_over(
                following.market, relay.hand_over(chunk, machine.books, following, fresh)
            )
            chunk = following
        run.through(chunk, machine)
        if number == chunker.count - 1:
            machine.end_of_data()
        relay.gather(chunk, machine.books)
    return relay.result()


class _Run:
    """The rules chunk by chunk."""

    def __init__(self, request: Request, control: RunControl) -> None:
        self._strategy = request.strategy
        self._control = control

    def through(self, chunk: Chunk, machine: Machine) -> None:
        """Run the rules over a chunk."""
        self._control.check()
        plan = make_plan(chunk.market, self._strategy, chunk.first_row)
        self._control.go_on(chunk.first, chunk.before)
        machine.run_on(plan, self._control)
