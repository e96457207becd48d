"""The kernel as one program: a single C function that carries out every operation.

It is compiled to machine code once and kept, so that later starts load it without the compiler.
"""

from typing import Any, cast

import numpy as np
from llvmlite import ir
from numba import cfunc, njit, types
from numba.extending import intrinsic
from numba.np.numpy_support import carray

from ml4t_desktop.engine.kernel import columns, entries, exposure, rule_loop, timestamp
from ml4t_desktop.engine.kernel import operations as op
from ml4t_desktop.engine.kernel.layout import Books, Plan, Tape
from ml4t_desktop.engine.kernel.records import (
    Action,
    Cut,
    EquityPoint,
    Fill,
    Flow,
    Money,
    OrderRecord,
    Position,
    Rules,
    Settings,
    TradeRecord,
    dtype_of,
)

_TAPE, _BOOKS, _PLAN, _CELLS, _PLACES = op.TAPE_AT, op.BOOKS_AT, op.PLAN_AT, op.CELLS_AT, op.PLACES
# To a type checker a table of records is no array.
_BooksOf: Any = Books
_PlanOf: Any = Plan
_F8, _I8, _I4, _I1, _B1 = (np.dtype(kind) for kind in ("f8", "i8", "i4", "i1", "?"))
_SETTINGS, _MONEY, _POSITION = dtype_of(Settings), dtype_of(Money), dtype_of(Position)
_ORDER, _FILL, _TRADE = dtype_of(OrderRecord), dtype_of(Fill), dtype_of(TradeRecord)
_EQUITY, _FLOW, _RULES = dtype_of(EquityPoint), dtype_of(Flow), dtype_of(Rules)
_ACTION, _CUT = dtype_of(Action), dtype_of(Cut)


@cast("Any", intrinsic)
def _pointer(_typing: Any, address: Any) -> Any:
    """Return an address as a pointer."""

    def build(_context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        return builder.inttoptr(arguments[0], ir.IntType(8).as_pointer())

    return types.voidptr(address), build


@njit
def _tape(at, size):  # noqa: ANN001, ANN202 (compiled for arrays of int64)
    i = _TAPE
    return Tape(
        carray(_pointer(at[i]), (5, size[i] // 5), _F8),
        carray(_pointer(at[i + 1]), (3, size[i + 1] // 3), _I4),
        carray(_pointer(at[i + 2]), (2, size[i + 2] // 2), _I8),
    )


@njit
def _books(at, size):  # noqa: ANN001, ANN202
    i = _BOOKS
    return _BooksOf(
        carray(_pointer(at[i]), (size[i],), _SETTINGS),
        carray(_pointer(at[i + 1]), (size[i + 1],), _MONEY),
        carray(_pointer(at[i + 2]), (size[i + 2],), _POSITION),
        carray(_pointer(at[i + 3]), (size[i + 3],), _ORDER),
        carray(_pointer(at[i + 4]), (size[i + 4],), _I8),
        carray(_pointer(at[i + 5]), (size[i + 5],), _I8),
        carray(_pointer(at[i + 6]), (size[i + 6],), _FILL),
        carray(_pointer(at[i + 7]), (size[i + 7],), _TRADE),
        carray(_pointer(at[i + 8]), (size[i + 8],), _EQUITY),
        carray(_pointer(at[i + 9]), (size[i + 9],), _FLOW),
        carray(_pointer(at[i + 10]), (size[i + 10],), _ACTION),
        carray(_pointer(at[i + 11]), (size[i + 11],), _CUT),
        carray(_pointer(at[i + 12]), (size[i + 12] // 2, 2), _F8),
        carray(_pointer(at[i + 13]), (size[i + 13],), _F8),
        carray(_pointer(at[i + 14]), (size[i + 14],), _F8),
        carray(_pointer(at[i + 15]), (size[i + 15],), _F8),
    )


@njit
def _plan(at, size):  # noqa: ANN001, ANN202
    i = _PLAN
    return _PlanOf(
        carray(_pointer(at[i]), (size[i],), _RULES),
        carray(_pointer(at[i + 1]), (size[i + 1],), _I8),
        carray(_pointer(at[i + 2]), (size[i + 2],), _I1),
        carray(_pointer(at[i + 3]), (size[i + 3],), _B1),
        carray(_pointer(at[i + 4]), (size[i + 4],), _B1),
        carray(_pointer(at[i + 5]), (size[i + 5],), _F8),
        carray(_pointer(at[i + 6]), (size[i + 6],), _F8),
        carray(_pointer(at[i + 7]), (size[i + 7],), _B1),
        carray(_pointer(at[i + 8]), (size[i + 8],), _I8),
        carray(_pointer(at[i + 9]), (size[i + 9],), _I8),
        carray(_pointer(at[i + 10]), (size[i + 10],), _I1),
    )


@njit
def _floats(at, size, i):  # noqa: ANN001, ANN202
    return carray(_pointer(at[i]), (size[i],), _F8)


@njit
def _wholes(at, size, i):  # noqa: ANN001, ANN202
    return carray(_pointer(at[i]), (size[i],), _I8)


def _carry_out(operation, addresses, sizes, wholes, reals):  # noqa: ANN001, ANN202
    """Carry out one operation; see `operations` for the arguments and `native` for the caller."""
    at = carray(addresses, (_PLACES,))
    size = carray(sizes, (_PLACES,))
    n = carray(wholes, (8,))
    x = carray(reals, (8,))
    if operation == op.BEST_OF_TIMESTAMP:
        chosen = carray(_pointer(at[2]), (size[2],), _B1)
        columns.best_of_timestamp(
            _floats(at, size, 0), _wholes(at, size, 1), chosen, _floats(at, size, 3), n[0], x[0]
        )
        return 0
    if operation == op.VOLATILITY:
        asset = carray(_pointer(at[1]), (size[1],), _I4)
        columns.volatility(
            _floats(at, size, 0), asset, _floats(at, size, 2), _floats(at, size, 3),
            _floats(at, size, 4), _wholes(at, size, 5), n[0],
        )  # fmt: skip
        return 0
    if operation == op.BEFORE:
        previous = carray(_pointer(at[1]), (size[1],), _I4)
        columns.before(_floats(at, size, 0), previous, _floats(at, size, 2))
        return 0
    if operation == op.ROWS_OF:
        mask = carray(_pointer(at[0]), (size[0],), _B1)
        return columns.rows_of(mask, _wholes(at, size, 1))
    tape = _tape(at, size)
    books = _books(at, size)
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
    if operation == op.RUN_RULES:
        return rule_loop.run_rules(tape, books, _plan(at, size), _wholes(at, size, _CELLS))
    return -1


def machine_code() -> tuple[str, bytes]:
    """Compile the program; return the name of its function and the object file."""
    pointer = types.CPointer(types.int64)
    signature = types.int64(types.int64, pointer, pointer, pointer, types.CPointer(types.float64))
    program = cfunc(signature, error_model="numpy")(_carry_out)
    # numba has no public way to the object code.
    library = cast("Any", program)._library  # noqa: SLF001
    _, _, (code, _) = library.serialize_using_object_code()
    return program.native_name, code
