"""Who watches the reading of files: told how far it is, asked whether to stop."""

from collections.abc import Callable
from dataclasses import dataclass

from ml4t_desktop.errors import Cancelled


@dataclass(frozen=True, slots=True)
class Watch:
    """Progress and cancel of one stretch of work.

    Parameters
    ----------
    progress : callable or None
        Told the share of the whole work that is done, 0 to 1.
    cancelled : callable or None
        Asked whether to stop.
    start, end : float
        The shares of the whole work at which this stretch begins and ends.
    """

    progress: Callable[[float], None] | None = None
    cancelled: Callable[[], bool] | None = None
    start: float = 0.0
    end: float = 1.0

    def advance(self, share: float) -> None:
        """Say how much of this stretch is done, 0 to 1.

        Raises
        ------
        Cancelled
            If the user asked to stop.
        """
        self.check()
        if self.progress is not None:
            done = self.start + (self.end - self.start) * min(max(share, 0.0), 1.0)
            self.progress(done)

    def check(self) -> None:
        """Raise `Cancelled` if the user asked to stop."""
        if self.cancelled is not None and self.cancelled():
            message = "reading was cancelled"
            raise Cancelled(message)

    def part(self, index: int, count: int) -> "Watch":
        """Return the watch of one of several equal parts of this stretch."""
        return self.between(index / count, (index + 1) / count)

    def between(self, first: float, last: float) -> "Watch":
        """Return the watch of a part of this stretch, which is from 0 to 1."""
        width = self.end - self.start
        begin, end = self.start + first * width, self.start + last * width
        return Watch(self.progress, self.cancelled, begin, end)


NOBODY = Watch()
