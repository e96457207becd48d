"""The kernel as one program: a single C function that carries out every operation.

It is compiled to machine code once and kept, so that later starts load it without the compiler.
"""

from numba import types

from ml4t_desktop.engine.kernel import (
    columns,
    entries,
    exposure,
    rule_loop,
    tables,
    timestamp,
)
from ml4t_desktop.engine.kernel import operations as op
from ml4t_desktop.engine.kernel.building import object_file
from ml4t_desktop.engine.kernel.handles import handle_of
from ml4t_desktop.engine.kernel.layout import (
    Books,
    Control,
    Crossing,
    FillColumns,
    Marked,
    Numbers,
    OrderColumns,
    Plan,
    Ranking,
    Returns,
    Steps,
    Tape,
    TradeColumns,
)

_tape, _books, _plan = (
    handle_of(Tape, op.TAPE_AT),
    handle_of(Books, op.BOOKS_AT),
    handle_of(Plan, op.PLAN_AT),
)
_control, _numbers = handle_of(Control, op.CELLS_AT), handle_of(Numbers, op.NUMBERS_AT)
_ranking, _returns, _steps, _crossing, _marked = (
    handle_of(arguments, 0) for arguments in (Ranking, Returns, Steps, Crossing, Marked)
)
_orders, _fills, _trades = (
    handle_of(columns_of, op.PLAN_AT) for columns_of in (OrderColumns, FillColumns, TradeColumns)
)


def _carry_out(operation, table):  # noqa: ANN001, ANN202 (compiled for a pointer)
    """Carry out one operation; see `operations` for the arguments and `native` for the caller."""
    numbers = _numbers(table)
    n = numbers.wholes
    x = numbers.reals
    if operation == op.BEST_OF_TIMESTAMP:
        columns.best_of_timestamp(_ranking(table), n[0], x[0])
        return 0
    if operation == op.VOLATILITY:
        columns.volatility(_returns(table), n[0])
        return 0
    if operation == op.STEPS:
        columns.steps(_steps(table), n[0], x[0])
        return 0
    if operation == op.CROSSES:
        columns.crosses(_crossing(table), x[0])
        return 0
    if operation == op.ROWS_OF:
        return columns.rows_of(_marked(table))
    tape = _tape(table)
    books = _books(table)
    if operation == op.ADVANCE:
        return timestamp.advance(tape, books, n[0])
    if operation == op.FINISH_TIMESTAMP:
        return timestamp.finish_timestamp(tape, books)
    if operation == op.PLACE:
        return entries.place(
            tape, books, n[0], x[0], n[1], n[2], x[1], x[2], x[3], n[3] != 0, n[4], n[5],
            n[6] != 0, x[4], x[5], x[6],
        )  # fmt: skip
    if operation == op.HAS_ROOM:
        return 1 if timestamp.has_room(books) else 0
    if operation == op.JUDGE:
        return exposure.judge(tape, books, n[1], n[0], x[0])
    if operation == op.JOIN:
        entries.join(books, n[0], n[1])
        return 0
    if operation == op.CANCEL:
        return 1 if entries.cancel(books, n[0]) else 0
    if operation == op.END_OF_DATA:
        return timestamp.end_of_data(books)
    if operation == op.SPLIT_ORDERS:
        tables.split_orders(books, _orders(table), n[0], n[1])
        return 0
    if operation == op.SPLIT_FILLS:
        tables.split_fills(books, _fills(table), n[0], n[1])
        return 0
    if operation == op.SPLIT_TRADES:
        tables.split_trades(books, _trades(table), n[0], n[1])
        return 0
    if operation == op.RUN_RULES:
        return rule_loop.run_rules(tape, books, _plan(table), _control(table))
    return -1


def machine_code(library_name: str = "") -> tuple[str, bytes]:
    """Compile the program; return the name of its function and the object file.

    Parameters
    ----------
    library_name : str
        As `building.object_file` takes it.
    """
    signature = types.int64(types.int64, types.CPointer(types.int64))
    return object_file(_carry_out, signature, library_name)
