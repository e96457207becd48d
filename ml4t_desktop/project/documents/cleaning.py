"""What of a long history is tidied away by itself: the tables of old runs, never what somebody marked."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final

from ml4t_desktop.project.documents.entry import Entry

MEGABYTE: Final = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How much of the history is kept.

    Parameters
    ----------
    runs : int
        Rows; the oldest that nobody marked go first.
    table_bytes : int
        Bytes of the tables of runs that nobody marked; the oldest lose theirs first, and can be run
        again then.
    """

    runs: int = 1000
    table_bytes: int = 2_000 * MEGABYTE


def tidied(entries: Iterable[Entry], limits: Limits) -> tuple[Entry, ...]:
    """Return what of the history is kept: pinned, named and noted runs always, and the latest one.

    Runs that share their tables count once.
    """
    listed = tuple(entries)
    too_many = max(len(listed) - limits.runs, 0)
    gone = [entry.number for entry in listed[:-1] if not entry.is_kept][:too_many]
    left = [entry for entry in listed if entry.number not in gone]
    protected = {entry.run_id for entry in (*left[-1:], *(item for item in left if item.is_kept))}
    room = limits.table_bytes
    stripped: set[str] = set()
    seen: set[str] = set()
    for entry in reversed(left):
        if entry.run_id in seen | protected or not entry.has_tables:
            continue
        seen.add(entry.run_id)
        room -= entry.size
        if room < 0:
            stripped.add(entry.run_id)
    return tuple(
        replace(entry, has_tables=False) if entry.run_id in stripped else entry for entry in left
    )
