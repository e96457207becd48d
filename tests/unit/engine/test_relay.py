"""Books handed over: every number that counts rows or timestamps of a chunk is known as one."""

import pytest

from ml4t_desktop.engine.kernel.records import Money, OrderRecord, Position, dtype_of
from ml4t_desktop.engine.relay import ROW_ENDING, STAMPS, TIME_ENDING

# Numbers that mean the same in every chunk. A field that is added must be put here, or be named by the
# endings that say it counts rows (`_row`) or timestamps (`_t`) of the tape.
SAME_IN_EVERY_CHUNK = {
    Position: {
        "position_id",
        "closes_held",
        "exit_ordinal",
        "pending_entries",
        "pending_exits",
        "working",
    },
    OrderRecord: {"expires", "first_day", "asset", "group"},
    Money: {
        "day",
        "trading_day",
        "working",
        "held",
        "positions",
        "groups",
        "pending_entries",
        "actions",
        "last_time",
    },
}
SET_ANEW = {
    Position: set(),
    OrderRecord: {"parent"},
    Money: {"t", "opened", "orders", "fills", "trades", "flows", "cuts"},
}
# Of legs that stand apart, which there are none of between chunks.
WHILE_RULES_RUN = {
    Position: {"leg", "legs"},
    OrderRecord: set(),
    Money: {"standing", "sets_aside"},
}


@pytest.mark.parametrize("record", SAME_IN_EVERY_CHUNK)
def test_every_whole_number_of_the_books_is_a_row_a_time_or_the_same_in_every_chunk(
    record: type,
) -> None:
    kinds = dtype_of(record)
    wholes = {
        name for name in kinds.names or () if kinds[name].kind == "i" and kinds[name].itemsize >= 4
    }
    mapped = {name for name in wholes if name.endswith((ROW_ENDING, TIME_ENDING))} | set(STAMPS)
    known = SAME_IN_EVERY_CHUNK[record] | SET_ANEW[record] | WHILE_RULES_RUN[record]
    assert wholes <= mapped | known
