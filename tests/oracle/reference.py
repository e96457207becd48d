"""A second engine, slow and plain, that shares nothing with the first but the request.

Read it beside DESIGN section 3: `run` and `run_script` are 3.1, `rules` is 3.6, `matching` is 3.2,
`filling`, `ledger`, `carrying` and `margin` are 3.3, `desk` is 3.5, `guard` the risk limits, and
`corporate` what `market.corporate_actions` promises.
"""

from collections.abc import Callable, Sequence
from datetime import datetime

from ml4t_desktop.market.corporate_actions import CorporateAction
from ml4t_desktop.request import Request
from tests.oracle import rules
from tests.oracle.books import Books, books_of
from tests.oracle.carrying import begin_day, fund
from tests.oracle.corporate import act
from tests.oracle.desk import Desk
from tests.oracle.guard import Guard, guard_of
from tests.oracle.history import Bar, Value, history_of, in_order
from tests.oracle.ledger import finish, mark
from tests.oracle.margin import liquidate
from tests.oracle.matching import expire_day_orders, match_bar, match_same_close
from tests.oracle.submission import order_rows

Tables = dict[str, list[dict]]


def run(
    bars: list[Bar],
    context: dict[datetime, dict[str, Value]],
    request: Request,
    actions: Sequence[CorporateAction] = (),
) -> Tables:
    """Return the tables of rules as lists of plain dicts named as in DESIGN 4.3."""

    def decide(books: Books, guard: Guard) -> None:
        rules.decide(books, request, guard)

    return _run(bars, context, request, actions, decide, are_rules=True)


def run_script(
    bars: list[Bar],
    context: dict[datetime, dict[str, Value]],
    request: Request,
    actions: Sequence[CorporateAction],
    play: Callable[[Desk, datetime], None],
) -> Tables:
    """Return the tables of a strategy that makes its calls at the end of each timestamp."""

    def decide(books: Books, guard: Guard) -> None:
        play(Desk(books, guard), books.time)

    return _run(bars, context, request, actions, decide, are_rules=False)


def _run(
    bars: list[Bar],
    context: dict[datetime, dict[str, Value]],
    request: Request,
    actions: Sequence[CorporateAction],
    decide: Callable[[Books, Guard], None],
    *,
    are_rules: bool,
) -> Tables:
    history = history_of(bars, context, actions)
    books = books_of(history, request.execution, request.costs, request.account)
    if are_rules:
        books.cooldown_bars = request.strategy.limits.cooldown_bars
    guard = guard_of(books, request.risk, are_rules=are_rules)
    due = in_order(actions, history.times)
    for t in range(len(history.times)):
        books.t = t
        begin_day(books)
        fund(books)
        act(books, due)
        match_bar(books)
        mark(books)
        guard.look(books)
        decide(books, guard)
        if request.execution.fill == "same_close":
            match_same_close(books)
        expire_day_orders(books)
        books.record_equity()
        liquidate(books)
    finish(books)
    orders = order_rows(books)
    guard.restore_asked(orders)
    return {
        "trades": books.trades,
        "fills": books.fills,
        "orders": orders,
        "equity": books.equity_rows,
        "cash_flows": books.flows,
        "risk_events": guard.events,
    }
