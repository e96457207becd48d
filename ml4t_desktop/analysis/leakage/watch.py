"""Who watches over a long check: told how far it is, and able to stop it."""

from typing import Protocol


class Watch(Protocol):
    """Progress out, cancel in; a job's token is one."""

    def advance(self, share: float) -> None:
        """Take note of the share that is done, 0 to 1."""
        ...

    def check(self) -> None:
        """Raise `Cancelled` when somebody asked to stop."""
        ...


class Unwatched:
    """Nobody watches."""

    def advance(self, share: float) -> None:
        """Take note of nothing."""

    def check(self) -> None:
        """Let the work go on."""
