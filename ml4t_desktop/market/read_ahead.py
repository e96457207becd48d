"""Pieces of a market read one ahead, so that reading and running go on side by side."""

import threading
from collections.abc import Callable
from concurrent.futures import Future, wait

from ml4t_desktop.market.market import Market
from ml4t_desktop.market.timeline import Pieces

_POLL_SECONDS = 0.02


class ReadAhead:
    """The pieces of another source, each of them begun before it is asked for.

    Parameters
    ----------
    pieces : Pieces
        Asked for one piece at a time, in order, from another thread.
    check : callable
        Called every few milliseconds while a piece is waited for; may raise to stop.
    """

    def __init__(self, pieces: Pieces, check: Callable[[], None]) -> None:
        self._pieces = pieces
        self._check = check
        self._coming: tuple[int, Future[Market]] | None = None

    @property
    def timeline(self) -> Market:
        """The market without its rows."""
        return self._pieces.timeline

    @property
    def bounds(self) -> tuple[int, ...]:
        """Timestamp indices at which the pieces begin, and the number of timestamps."""
        return self._pieces.bounds

    def piece(self, number: int) -> Market:
        """Return the bars of a piece, and begin to read the next."""
        coming = self._coming
        future = coming[1] if coming is not None and coming[0] == number else self._read(number)
        while not future.done():
            wait([future], timeout=_POLL_SECONDS)
            self._check()
        self._coming = None
        piece = future.result()
        if number + 2 < len(self.bounds):
            self._coming = (number + 1, self._read(number + 1))
        return piece

    def _read(self, number: int) -> "Future[Market]":
        future: Future[Market] = Future()

        def read() -> None:
            try:
                future.set_result(self._pieces.piece(number))
            except BaseException as error:  # noqa: BLE001 (raised where the piece is asked for)
                future.set_exception(error)

        # It does not keep a process alive that was told to stop.
        threading.Thread(target=read, name=f"read-piece-{number}", daemon=True).start()
        return future
