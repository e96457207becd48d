"""Who watches over a long check: told how far it is, and able to stop it."""

from dataclasses import dataclass
from typing import Protocol

from ml4t_desktop.engine.control import RunControl


class Watch(Protocol):
    """Progress out, cancel in; a job's token is one."""

    def advance(self, share: float) -> None:
        """Take note of the share that is done, 0 to 1."""
        ...

    def check(self) -> None:
        """Raise `Cancelled` when somebody asked to stop."""
        ...

    def stop_too(self, control: RunControl | None) -> None:
        """Let a run that is made on the way stop as well when somebody asks for it; None: no run any more."""
        ...


@dataclass(frozen=True, slots=True)
class Stretch:
    """The watch of one stretch of the work.

    Parameters
    ----------
    watch : Watch
        That of the whole work.
    start, end : float
        The shares of it at which this stretch begins and ends.
    """

    watch: Watch
    start: float
    end: float

    def advance(self, share: float) -> None:
        """Say how much of this stretch is done, 0 to 1."""
        self.watch.advance(self.start + (self.end - self.start) * min(max(share, 0.0), 1.0))

    def check(self) -> None:
        """Raise `Cancelled` when somebody asked to stop."""
        self.watch.check()

    def stop_too(self, control: RunControl | None) -> None:
        """Let a run stop as well."""
        self.watch.stop_too(control)

    def part(self, index: int, count: int) -> "Stretch":
        """Return one of several equal parts of this stretch."""
        width = (self.end - self.start) / max(count, 1)
        begin = self.start + index * width
        return Stretch(self.watch, begin, begin + width)


class Unwatched:
    """Nobody watches."""

    def advance(self, share: float) -> None:
        """Take note of nothing."""

    def check(self) -> None:
        """Let the work go on."""

    def stop_too(self, control: RunControl | None) -> None:
        """Let runs go on."""
