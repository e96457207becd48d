"""What can be asked of the compiled program: numbers of operations, and where their arguments lie.

An argument list is four arrays: addresses and lengths of arrays, whole numbers, and floats. The
first places of addresses and lengths are those of `Tape`, then of `Books`, then of `Plan`.
"""

from typing import Final

from ml4t_desktop.engine.kernel.layout import Books, Plan, Tape

(
    RUN_RULES, ADVANCE, FINISH_TIMESTAMP, END_OF_DATA, HAS_ROOM, PLACE, JOIN, CANCEL,
    BEST_OF_TIMESTAMP, VOLATILITY, JUDGE, BEFORE, ROWS_OF,
) = range(13)  # fmt: skip

TAPE_AT: Final = 0
BOOKS_AT: Final = len(Tape._fields)
PLAN_AT: Final = BOOKS_AT + len(Books._fields)
CELLS_AT: Final = PLAN_AT + len(Plan._fields)
PLACES: Final = CELLS_AT + 1
