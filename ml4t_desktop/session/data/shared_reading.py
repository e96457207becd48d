"""Reading a market once, for whoever needs it: the rules that are counted, and the run."""

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from ml4t_desktop.errors import InputError
from ml4t_desktop.session.jobs import JobToken

if TYPE_CHECKING:
    from ml4t_desktop.files.loaded import LoadedMarket

Read = Callable[[Callable[[float], None], Callable[[], bool]], "LoadedMarket"]
_LOOK_SECONDS: Final = 0.02


class SharedReading:
    """A market that several tasks in the background wait for and one of them reads.

    When the one that reads is cancelled, another one takes over.

    Parameters
    ----------
    read : callable
        Given what is told the share that is read, and what says whether to stop; returns the market.
    """

    def __init__(self, read: Read, loaded: "LoadedMarket | None" = None) -> None:
        self._read, self._loaded = read, loaded
        self._turn = threading.Lock()
        self._share = 0.0
        self._has_failed = False

    @property
    def is_there(self) -> bool:
        """Whether the market is read."""
        return self._loaded is not None

    @property
    def has_failed(self) -> bool:
        """Whether the files could not be read."""
        return self._has_failed

    def get(self, token: JobToken, until: float = 1.0) -> "LoadedMarket":
        """Return the market, read here or by another task; called in the background.

        Parameters
        ----------
        until : float
            The share of the task that is done when the market is there.

        Raises
        ------
        InputError
            If the files cannot be read.
        Cancelled
            If the token was cancelled first.
        """
        while not self._turn.acquire(timeout=_LOOK_SECONDS):
            token.check()
            token.advance(until * self._share)
        try:
            token.check()
            if self._loaded is None:
                self._loaded = self._read(self._advancing(token, until), lambda: token.is_cancelled)
        except InputError:
            self._has_failed = True
            raise
        else:
            return self._loaded
        finally:
            self._turn.release()

    def _advancing(self, token: JobToken, until: float) -> Callable[[float], None]:
        def advance(share: float) -> None:
            self._share = share
            token.advance(until * share)

        return advance
