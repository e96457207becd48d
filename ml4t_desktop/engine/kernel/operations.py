"""What can be asked of the compiled program: numbers of operations, and where their arguments lie.

An argument list is a table of address and length (of the last dimension) of each array. The first places
are those of `Tape`, then of `Books`, then of `Plan` or of other arrays; the last are those of `Numbers`.
"""

from typing import Final

from ml4t_desktop.engine.kernel.layout import Books, Control, Numbers, Plan, Tape

(
    RUN_RULES, ADVANCE, FINISH_TIMESTAMP, END_OF_DATA, HAS_ROOM, PLACE, JOIN, CANCEL,
    BEST_OF_TIMESTAMP, VOLATILITY, JUDGE, STEPS, CROSSES, ROWS_OF, SPLIT_ORDERS, SPLIT_FILLS, SPLIT_TRADES,
) = range(17)  # fmt: skip

TAPE_AT: Final = 0
BOOKS_AT: Final = len(Tape._fields)
PLAN_AT: Final = BOOKS_AT + len(Books._fields)
CELLS_AT: Final = PLAN_AT + len(Plan._fields)
NUMBERS_AT: Final = CELLS_AT + len(Control._fields)
PLACES: Final = NUMBERS_AT + len(Numbers._fields)
