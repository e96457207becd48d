"""What can go wrong, in words for the user.

::

    Ml4tDesktopError
    ├── InputError      something the user can mend: carries every `Problem` found (exit code 2)
    ├── Cancelled       the user stopped the work; nothing was written
    └── RunFailed       the run could not be finished for a reason of its own (exit code 1)
        └── StrategyFailed   a user's Python strategy did not work; says where in the user's file

A `Problem` is a value, not an exception: readers collect all of them and show them at once.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from ml4t_desktop.wording import joined, say

Severity = Literal["error", "warning", "note"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One thing that is wrong or doubtful, with its place and what to do about it.

    Parameters
    ----------
    what : str
        The fact, in plain words, without a full stop at the end.
    where : str
        File, column, row or key, such as ``prices.csv, column 'close', row 17``.
    fix : str
        What the user can do.
    severity : {"error", "warning", "note"}
        An error stops the work, a warning is told beside the result.
    """

    what: str
    where: str = ""
    fix: str = ""
    severity: Severity = "error"

    def __str__(self) -> str:
        """Return the problem as one line, which can be said in another language."""
        if self.where and self.fix:
            return say("{where}: {what}. {fix}", where=self.where, what=self.what, fix=self.fix)
        if self.where:
            return say("{where}: {what}", where=self.where, what=self.what)
        return say("{what}. {fix}", what=self.what, fix=self.fix) if self.fix else self.what


class Ml4tDesktopError(Exception):
    """Root of every error this package raises on purpose."""


def message_of(error: BaseException) -> str:
    """Return what an error says; a `Text` where it was made of one, which ``str(error)`` forgets."""
    said = error.args[0] if len(error.args) == 1 else None
    return said if isinstance(said, str) else str(error)


class InputError(Ml4tDesktopError, ValueError):
    """Input that the user can mend; carries every problem found, not only the first.

    Parameters
    ----------
    problems : Problem or iterable of Problem
    """

    def __init__(self, problems: Problem | Iterable[Problem]) -> None:
        listed: Sequence[Problem] = [problems] if isinstance(problems, Problem) else list(problems)
        self.problems: tuple[Problem, ...] = tuple(listed)
        super().__init__(joined("\n", map(str, self.problems)))


class Cancelled(Ml4tDesktopError):  # noqa: N818 (a request of the user, not an error)
    """The user stopped the work."""


class RunFailed(Ml4tDesktopError):  # noqa: N818 (reads as what happened)
    """The run could not be finished."""


@dataclass(frozen=True, slots=True)
class SourceLine:
    """A line of a user's file that was being carried out.

    Parameters
    ----------
    line : int
        From 1.
    function : str
        The function it stands in.
    code : str
        The line without the space around it.
    """

    path: Path
    line: int
    function: str
    code: str

    def __str__(self) -> str:
        """Return its place, as ``momentum.py, line 12, in on_market_event``."""
        file = self.path.name
        if self.function == "<module>":
            return say("{file}, line {line}", file=file, line=self.line)
        return say("{file}, line {line}, in {name}", file=file, line=self.line, name=self.function)


class StrategyFailed(RunFailed):
    """A user's Python strategy could not be run to its end.

    Parameters
    ----------
    what : str
        The fact, in plain words.
    lines : sequence of SourceLine
        The user's own lines on the way to it, the innermost last.
    """

    def __init__(self, what: str, lines: Sequence[SourceLine] = ()) -> None:
        self.what, self.lines = what, tuple(lines)
        told = say("{where}: {what}", where=str(self.lines[-1]), what=what) if self.lines else what
        super().__init__(told)

    def __reduce__(self) -> "tuple[type[StrategyFailed], tuple[str, tuple[SourceLine, ...]]]":
        """Say how it is made anew, in another process."""
        return type(self), (self.what, self.lines)


class BadBarValue(InputError):  # noqa: N818 (names the fact)
    """A value of one bar that a run cannot use; the caller adds file and row.

    Parameters
    ----------
    problem : Problem
        Names column, symbol and time.
    symbol : str
    time_us : int
        Microseconds since the epoch.
    """

    def __init__(self, problem: Problem, *, symbol: str, time_us: int) -> None:
        super().__init__(problem)
        self.symbol = symbol
        self.time_us = time_us
