"""Timestamps in blocks of some rows: what is done block by block needs little memory beside the market."""

from collections.abc import Iterator
from typing import Final

import numpy as np
from numpy.typing import NDArray

ROWS: Final = 1 << 18


def time_blocks(row_start: NDArray[np.int64], rows: int = ROWS) -> Iterator[tuple[int, int]]:
    """Yield first timestamp and the one after the last of blocks that have about so many rows each.

    Parameters
    ----------
    row_start : ndarray of int64, shape (T + 1,)
        As `Market` has it.
    rows : int
        A block has fewer, but for a single timestamp that has more.
    """
    first, count = 0, row_start.size - 1
    while first < count:
        after = int(np.searchsorted(row_start, row_start[first] + rows, side="right")) - 1
        after = min(max(after, first + 1), count)
        yield first, after
        first = after


def slices(size: int, rows: int = ROWS) -> Iterator[slice]:
    """Yield slices of so many rows that cover all of them."""
    for start in range(0, size, rows):
        yield slice(start, min(start + rows, size))
