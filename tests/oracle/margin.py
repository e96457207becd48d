"""Liquidation: below the maintenance margin the largest positions leave at the next open."""

from tests.oracle.books import Books
from tests.oracle.holdings import Decision
from tests.oracle.submission import submit


def liquidate(books: Books) -> None:
    """Order the largest positions out until the margin of the others holds."""
    if books.is_cash_account():
        return
    leaving = {order.symbol for order in books.working() if order.why == "liquidation"}
    staying = sorted(
        set(books.positions) - leaving,
        key=lambda symbol: (-abs(books.value_of(symbol)), symbol),
    )

    def is_short_of_margin() -> bool:
        values = [abs(books.value_of(symbol)) for symbol in sorted(staying)]
        return bool(values) and books.equity() < books.account.maintenance_margin * sum(values)

    while is_short_of_margin():
        symbol = staying.pop(0)
        order = submit(books, symbol, -books.quantity(symbol), why="liquidation", reduce_only=True)
        order.decided = Decision(books.positions[symbol].last_bar, books.time)
        order.is_margin_call = True
