"""Rules as the fast front door: the whole market in one compiled loop."""

from ml4t_desktop.engine.control import RunControl
from ml4t_desktop.engine.kernel.layout import Books, Plan
from ml4t_desktop.engine.machine import Machine
from ml4t_desktop.engine.report import build_result
from ml4t_desktop.engine.rules.plan import make_plan
from ml4t_desktop.engine.rules.rule_risk import limited_strategy, masked, run_with_limits
from ml4t_desktop.engine.workspace import workspace_of
from ml4t_desktop.errors import InputError, Problem
from ml4t_desktop.market import Market
from ml4t_desktop.request import Request, RuleStrategy
from ml4t_desktop.result.run_result import RunResult
from ml4t_desktop.wording import mark


def run_rules(
    market: Market, request: Request, control: RunControl | None = None, *, first_time: int = 0
) -> RunResult:
    """Run the rules of a request over a market.

    Parameters
    ----------
    market : Market
        Holds every column the rules name.
    request : Request
        Its strategy, execution, costs, account and risk are used; data and context are in the market already.
    control : RunControl, optional
        Cancels the run and tells its progress.
    first_time : int
        Timestamps before it are there to be looked back on only: nothing is entered at them.

    Raises
    ------
    InputError
        If a clause does not fit its column, a confidence or probability lies outside 0 to 1, or the
        account's funding names a column that is not there.
    Cancelled
        If `control` was cancelled.
    """
    if request.strategy.python is not None:
        what, fix = mark("is a Python strategy"), mark("Run it as one: only rules are run so")
        raise InputError(Problem(where="strategy.python", what=what, fix=fix))
    control = control or RunControl()
    control.start(market.time_count)
    control.check()
    if request.risk is None:
        plan = _planned(market, request.strategy, first_time)
        result, books = _run_plan(market, request, plan, control)
        workspace_of(market).give_tables(books)
        return result
    plan = _planned(market, limited_strategy(request.strategy, request.risk), first_time)
    return run_with_limits(
        market, plan, request.risk, lambda plan: _run_plan(market, request, plan, control)
    )


def _planned(market: Market, strategy: RuleStrategy, first_time: int) -> Plan:
    plan = make_plan(market, strategy)
    return masked(plan, market, (0, first_time), None, leaves=False) if first_time else plan


def _run_plan(
    market: Market, request: Request, plan: Plan, control: RunControl
) -> tuple[RunResult, Books]:
    """Run a plan over a market from its start; return the result, and the books it is of."""
    terms = (request.execution, request.costs, request.account)
    tables = workspace_of(market).take_tables()
    machine = Machine(market, *terms, risk=request.risk, tables=tables)
    machine.run_rules(plan, control)
    return build_result(market, machine.books, request.account.initial_capital), machine.books
