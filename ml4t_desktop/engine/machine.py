"""The compiled broker from Python: one market, its books, and the operations over them."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ml4t_desktop.engine.books import enlarge, make_tape, open_books
from ml4t_desktop.engine.control import RunControl
from ml4t_desktop.engine.exposure import Verdict, verdict_of
from ml4t_desktop.engine.kernel import operations as op
from ml4t_desktop.engine.kernel.codes import DONE, GROW, NO_LIMIT, TIF_NAMES, TYPE_NAMES
from ml4t_desktop.engine.kernel.layout import Books, FillColumns, OrderColumns, Plan, TradeColumns
from ml4t_desktop.engine.kernel.native import Call
from ml4t_desktop.engine.orders import OrderTerms
from ml4t_desktop.market import Market
from ml4t_desktop.request import Account, Costs, Execution, RiskLimits

_TYPES = {name: code for code, name in enumerate(TYPE_NAMES)}
_TIFS = {name: code for code, name in enumerate(TIF_NAMES)}


class Machine:
    """Fresh books over a market, and what the compiled program does with them.

    Tables are enlarged when they are full; `grown` is called then, for whoever keeps views of them.
    """

    def __init__(
        self,
        market: Market,
        execution: Execution,
        costs: Costs,
        account: Account,
        grown: Callable[[], None] | None = None,
        risk: RiskLimits | None = None,
        tables: Mapping[str, Any] | None = None,
    ) -> None:
        self.books: Books = open_books(market, execution, costs, account, risk, tables)
        self._tape = make_tape(market)
        self._grown = grown
        self._call = Call([*enumerate(self._tape, op.TAPE_AT), *enumerate(self.books, op.BOOKS_AT)])

    def take_over(self, market: Market, books: Books) -> None:
        """Go on with these books over another market."""
        self._tape = make_tape(market)
        self.books = books
        self._call.hold([*enumerate(self._tape, op.TAPE_AT), *enumerate(self.books, op.BOOKS_AT)])
        if self._grown is not None:
            self._grown()

    def _enlarge(self) -> None:
        self.books = enlarge(self.books)
        self._call.hold(list(enumerate(self.books, op.BOOKS_AT)))
        if self._grown is not None:
            self._grown()

    def _until_done(self, operation: int) -> int:
        while (state := self._call(operation)) == GROW:
            self._enlarge()
        return state

    def run_rules(self, plan: Plan, control: RunControl) -> None:
        """Run rules to the end of data.

        Raises
        ------
        Cancelled
            If `control` was cancelled.
        """
        self.run_on(plan, control)
        self.end_of_data()

    def run_on(self, plan: Plan, control: RunControl) -> None:
        """Run rules to the end of the market, as a piece of one that goes on.

        Raises
        ------
        Cancelled
            If `control` was cancelled.
        """
        self._call.hold([*enumerate(plan, op.PLAN_AT), (op.CELLS_AT, control.cells)])
        if self._until_done(op.RUN_RULES) != DONE:
            control.check()

    def advance(self, t: int) -> None:
        """Bring the books to where timestamp `t` is marked and its decisions are due."""
        self._call.wholes[0] = t
        self._until_done(op.ADVANCE)

    def finish_timestamp(self) -> None:
        """Finish the timestamp that is open."""
        self._until_done(op.FINISH_TIMESTAMP)

    def end_of_data(self) -> None:
        """Expire working orders and write the rows of open positions."""
        self._until_done(op.END_OF_DATA)

    def place(self, asset: int, quantity: float, t: int, terms: OrderTerms) -> int:
        """Submit an order decided at timestamp `t`; return its index."""
        if not self._call(op.HAS_ROOM):
            self._enlarge()
        self._call.wholes[:7] = (
            asset,
            _TYPES[terms.type.value],
            t,
            terms.trail_is_amount,
            _TIFS[terms.time_in_force],
            terms.expires_us,
            terms.reduce_only,
        )
        self._call.reals[:7] = (
            quantity,
            terms.limit_price,
            terms.stop_price,
            terms.trail,
            terms.stop_loss,
            terms.take_profit,
            terms.trailing_stop,
        )
        return self._call(op.PLACE)

    def judge(self, asset: int, quantity: float, t: int) -> Verdict | None:
        """Return what the risk limits leave of an order decided at timestamp `t`, None when all of it fits."""
        self._call.wholes[:2] = asset, t
        self._call.reals[0] = quantity
        limit = self._call(op.JUDGE)
        return None if limit == NO_LIMIT else verdict_of(limit, self.books)

    def join(self, first: int, second: int) -> None:
        """Make two orders cancel each other."""
        self._call.wholes[:2] = first, second
        self._call(op.JOIN)

    def cancel(self, order_id: int) -> bool:
        """Cancel a working order; return whether it was working."""
        self._call.wholes[0] = order_id
        return bool(self._call(op.CANCEL))


def stepped(
    values: NDArray[np.float64], previous: NDArray[np.int32], count: int, sign: float
) -> NDArray[np.bool_]:
    """Return where each of the last steps of a row's asset went up or down.

    Parameters
    ----------
    values : ndarray of float64, shape (rows,)
        A step to or from NaN went nowhere.
    previous : ndarray of int32, shape (rows,)
        The row of the asset's bar before, -1 for none.
    count : int
        How many steps.
    sign : {1.0, -1.0}
        Up, or down.

    Returns
    -------
    ndarray of bool, shape (rows,)
        False where there are fewer steps.
    """
    held = np.empty(values.size, np.bool_)
    call = Call(list(enumerate((np.ascontiguousarray(values), previous, held))))
    call.wholes[0] = count
    call.reals[0] = sign
    call(op.STEPS)
    return held


def crossed(
    left: NDArray[np.float64],
    right: NDArray[np.float64] | float,
    previous: NDArray[np.int32],
    sign: float,
) -> NDArray[np.bool_]:
    """Return where a column has come to the other side of another one, or of a number.

    Parameters
    ----------
    left : ndarray of float64, shape (rows,)
    right : ndarray of float64, shape (rows,), or float
    previous : ndarray of int32, shape (rows,)
        The row of the asset's bar before, -1 for none.
    sign : {1.0, -1.0}
        Above now and not above a bar before, or below and not below.

    Returns
    -------
    ndarray of bool, shape (rows,)
        False where one of the four values is NaN or not there.
    """
    held = np.empty(left.size, np.bool_)
    other = np.atleast_1d(np.asarray(right, np.float64))
    arrays = (np.ascontiguousarray(left), np.ascontiguousarray(other), previous, held)
    call = Call(list(enumerate(arrays)))
    call.reals[0] = sign
    call(op.CROSSES)
    return held


def split(
    operation: int,
    books: Books,
    columns: OrderColumns | FillColumns | TradeColumns,
    times: int,
    symbols: int,
) -> None:
    """Write a table of the books as columns; what has none of `times` or `symbols` gets the number of them."""
    call = Call([*enumerate(books, op.BOOKS_AT), *enumerate(columns, op.PLAN_AT)])
    call.wholes[:2] = times, symbols
    call(operation)


def rows_of(mask: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Return the places where a mask holds, ascending."""
    rows = np.empty(np.count_nonzero(mask) + 1, np.int64)
    count = Call([(0, np.ascontiguousarray(mask)), (1, rows)])(op.ROWS_OF)
    return rows[:count]


def best_of_timestamp(
    values: NDArray[np.float64], row_start: NDArray[np.int64], count: int, sign: float
) -> NDArray[np.bool_]:
    """Return the rows among the highest or lowest of their timestamp.

    Parameters
    ----------
    values : ndarray of float64, shape (rows,)
        NaN never counts; ties go to the earlier row, which is the symbol that comes first.
    row_start : ndarray of int64, shape (timestamps + 1,)
        Where the rows of each timestamp begin.
    count : int
        How many of each timestamp.
    sign : {1.0, -1.0}
        Highest, or lowest.

    Returns
    -------
    ndarray of bool, shape (rows,)
    """
    chosen = np.zeros(values.size, np.bool_)
    most = int(np.diff(row_start).max(initial=0))
    arrays = (np.ascontiguousarray(values), row_start, chosen, np.zeros(most + 1))
    call = Call(list(enumerate(arrays)))
    call.wholes[0] = count
    call.reals[0] = sign
    call(op.BEST_OF_TIMESTAMP)
    return chosen


def volatility(
    close: NDArray[np.float64], asset: NDArray[np.int32], assets: int, window: int
) -> NDArray[np.float64]:
    """Return the standard deviation (n - 1) of each asset's last bar returns, close to close.

    Parameters
    ----------
    close : ndarray of float64, shape (rows,)
    asset : ndarray of int32, shape (rows,)
        Index of each row's asset.
    assets, window : int
        How many assets there are, and of how many returns it is.

    Returns
    -------
    ndarray of float64, shape (rows,)
        Fractions for each bar; NaN before there are so many returns.
    """
    deviations = np.empty(close.size)
    scratch = (np.zeros(assets * window), np.full(assets, np.nan), np.zeros(assets, np.int64))
    arrays = (np.ascontiguousarray(close), np.ascontiguousarray(asset), deviations, *scratch)
    call = Call(list(enumerate(arrays)))
    call.wholes[0] = window
    call(op.VOLATILITY)
    return deviations
