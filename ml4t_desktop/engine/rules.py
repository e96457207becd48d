"""Rules as the fast front door: the whole market in one compiled loop."""

from ml4t_desktop.engine.books import enlarge, make_tape, open_books
from ml4t_desktop.engine.control import RunControl
from ml4t_desktop.engine.kernel import rule_loop, timestamp
from ml4t_desktop.engine.kernel.codes import DONE, STOPPED
from ml4t_desktop.engine.plan import make_plan
from ml4t_desktop.engine.report import build_result
from ml4t_desktop.market import Market
from ml4t_desktop.request import Request
from ml4t_desktop.result.run_result import RunResult


def run_rules(market: Market, request: Request, control: RunControl | None = None) -> RunResult:
    """Run the rules of a request over a market.

    Parameters
    ----------
    market : Market
        Holds every column the rules name.
    request : Request
        Its strategy, execution, costs and account are used; data and context are in the market already.
    control : RunControl, optional
        Cancels the run and tells its progress.

    Raises
    ------
    InputError
        If a clause does not fit its column, or a confidence lies outside 0 to 1.
    Cancelled
        If `control` was cancelled.
    """
    control = control or RunControl()
    control.start(market.time_count)
    control.check()
    plan = make_plan(market, request.strategy)
    tape = make_tape(market)
    books = open_books(market, request.execution, request.costs, request.account)
    while (state := rule_loop.run_rules(tape, books, plan, control.cells)) != DONE:
        if state == STOPPED:
            control.check()
        books = enlarge(books)
    while timestamp.end_of_data(books) != DONE:
        books = enlarge(books)
    return build_result(market, books, request.account.initial_capital)
