"""Cancel and progress of a run, in memory shared with the compiled loop."""

import numpy as np
from numpy.typing import NDArray

from ml4t_desktop.errors import Cancelled

_CANCEL, _DONE, _TOTAL = range(3)


class RunControl:
    """What a caller in another thread may read (progress) and set (cancel) while a run goes on.

    The compiled loop reads the flag and writes its progress at every timestamp; callers poll.

    Parameters
    ----------
    cells : ndarray of int64, shape (3,), optional
        Memory that another process shares.
    """

    def __init__(self, cells: NDArray[np.int64] | None = None) -> None:
        self._cells: NDArray[np.int64] = np.zeros(3, np.int64) if cells is None else cells
        self._before = 0

    @property
    def cells(self) -> NDArray[np.int64]:
        """Cancel flag, timestamps done, timestamps in all: what the compiled loop shares."""
        return self._cells

    def start(self, total: int) -> None:
        """Say how many timestamps there are; progress begins at zero."""
        self._before = 0
        self._cells[_DONE] = 0
        self._cells[_TOTAL] = total

    def go_on(self, first: int, done: int) -> None:
        """Say that `done` timestamps are over and that the loop begins to count at `first`."""
        self._before = done - first
        self._cells[_DONE] = first

    def cancel(self) -> None:
        """Ask the run to stop at the next timestamp."""
        self._cells[_CANCEL] = 1

    @property
    def is_cancelled(self) -> bool:
        """Whether somebody asked to stop."""
        return bool(self._cells[_CANCEL])

    @property
    def progress(self) -> float:
        """Share of timestamps done, 0 to 1."""
        total = int(self._cells[_TOTAL])
        return (self._before + int(self._cells[_DONE])) / total if total else 0.0

    def check(self) -> None:
        """Raise `Cancelled` if somebody asked to stop."""
        if self.is_cancelled:
            message = "the run was cancelled"
            raise Cancelled(message)
