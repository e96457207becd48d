"""A run in the history: what was asked, on which data, what came out, and what was noted about it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Any

Statistic = float | int | str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DataFile:
    """A file that a run read, by reference.

    Parameters
    ----------
    path : str
        Absolute; in a project file relative to its folder where both lie on one tree.
    size : int
        Bytes.
    modified : int
        Time of its last change, nanoseconds since the epoch.
    sha256 : str
        Hash of its content, 64 hexadecimal digits; empty while nobody has taken it.
    """

    path: str
    size: int
    modified: int
    sha256: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One run of the history.

    Parameters
    ----------
    number : int
        From 1 in the order of the runs; never given twice in a project.
    run_id : str
        Hash of version, request and data; the tables of the run lie under it.
    digest : str
        Hash of the contents of all its data files.
    moment : datetime
        When it ended, in UTC.
    seconds : float
        What it took.
    request : mapping
        What was asked, as the tables of a request file with absolute paths.
    statistics : mapping
        The headline statistics by name, None where undefined.
    files : tuple of DataFile
        What it read, in the order of the request.
    name, note : str
        As the analyst wrote them.
    is_pinned : bool
        Whether tidying up leaves it alone.
    has_tables : bool
        Whether its trades and equity are kept; without them it can only be run again.
    size : int
        Bytes of its tables on disk, 0 when not known.
    """

    number: int
    run_id: str
    digest: str
    moment: datetime
    seconds: float
    request: Mapping[str, Any]
    statistics: Mapping[str, Statistic] = field(default_factory=lambda: MappingProxyType({}))
    files: tuple[DataFile, ...] = ()
    name: str = ""
    note: str = ""
    is_pinned: bool = False
    has_tables: bool = True
    size: int = 0

    @property
    def is_kept(self) -> bool:
        """Whether somebody has shown that it matters: by a pin, a name or a note."""
        return self.is_pinned or bool(self.name or self.note)

    @property
    def marks(self) -> tuple[str, datetime, str, str, bool]:
        """What tells two states of an entry apart: the run, and what somebody wrote to it."""
        return self.run_id, self.moment, self.name, self.note, self.is_pinned
