"""What was never saved, kept on disk so that it survives the end of the process.

Each window keeps its edits in a file of its own, and its runs in a folder beside it, and holds a lock for
as long as it lives; the system lets go of the lock however the process ends. What has no holder was left
behind.
"""

import json
import logging
import os
import shutil
import threading
import tomllib
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ml4t_desktop.errors import InputError
from ml4t_desktop.folders import data_folder
from ml4t_desktop.project.documents.document import (
    RESULTS,
    is_project,
    open_project,
    runs_with_tables,
)
from ml4t_desktop.project.documents.entry import Entry
from ml4t_desktop.project.documents.index import entries_of, raw_entries
from ml4t_desktop.result.whole_file import write_whole
from ml4t_desktop.session.data.data_store import file_stamp
from ml4t_desktop.session.language import tr
from ml4t_desktop.session.request.draft import Draft
from ml4t_desktop.session.request.request_file import read_request

if TYPE_CHECKING:
    from filelock import FileLock

log = logging.getLogger(__name__)
FORMAT = 1
_SUFFIX, _LOCK = ".toml", ".lock"
_HISTORY = "history.json"


@dataclass(frozen=True, slots=True)
class KeptHistory:
    """The runs of a window, of which some were never saved.

    Parameters
    ----------
    entries : tuple of Entry
    last_number : int
        The highest number a run was ever given.
    source : Path or None
        The project file that holds the tables of those that were saved.
    unsaved : int
        How many runs are new, noted anew or deleted.
    saved : tuple of int
        The numbers of those that are in the project file as they are here.
    """

    entries: tuple[Entry, ...] = ()
    last_number: int = 0
    source: Path | None = None
    unsaved: int = 0
    saved: tuple[int, ...] = ()


NO_HISTORY = KeptHistory()


@dataclass(frozen=True, slots=True)
class Kept:
    """What a window left behind.

    Parameters
    ----------
    file : Path
        Where they are kept.
    draft : Draft
        The request with them.
    path : Path or None
        The file of the request, None when it was never saved.
    moment : datetime
        When they were kept, in UTC.
    is_behind : bool
        Whether the file of the request was written or taken away since.
    history : KeptHistory
    """

    file: Path
    draft: Draft
    path: Path | None
    moment: datetime
    is_behind: bool = False
    history: KeptHistory = NO_HISTORY

    @property
    def results(self) -> Path:
        """The folder with the tables of its runs."""
        return _folder(self.file) / RESULTS

    @property
    def name(self) -> str:
        """What the request is called on screen."""
        return self.path.name if self.path else self.draft.get("name") or tr("New request")


def recovery_folder() -> Path:
    """Return the folder where edits are kept."""
    return data_folder() / "recovery"


class Keeping:
    """The file in which one window keeps its edits; made when there is something to keep.

    The folder beside it is for its runs.
    """

    def __init__(self, folder: Path) -> None:
        self._file = folder / f"{os.getpid()}-{uuid.uuid4().hex[:12]}{_SUFFIX}"
        self._lock: FileLock | None = None
        self._guard = threading.RLock()
        self._writers = 0

    @property
    def file(self) -> Path:
        """Where edits are kept."""
        return self._file

    @property
    def results(self) -> Path:
        """The folder for the tables of runs."""
        return _folder(self._file) / RESULTS

    def hold(self) -> None:
        """Show that a window is there, so that nobody takes what it keeps; raises OSError."""
        with self._guard:
            if self._lock is None:
                self._file.parent.mkdir(parents=True, exist_ok=True)
                self._lock = _locked(self._file)

    @contextmanager
    def writing_results(self) -> Iterator[Path]:
        """Give the folder for the tables of runs; while somebody writes there, `clear` leaves it."""
        with self._guard:
            self.hold()
            self._writers += 1
        try:
            yield self.results
        finally:
            with self._guard:
                self._writers -= 1

    def take_results(self, other: Path) -> None:
        """Have the tables of runs that another window left behind, too; they stay there as well."""
        if not other.is_dir():
            return
        self.hold()
        for folder in other.iterdir():
            mine = self.results / folder.name
            if not mine.exists() and folder.is_dir():
                part = mine.with_name(f".{mine.name}.part")
                shutil.rmtree(part, ignore_errors=True)
                shutil.copytree(folder, part, copy_function=_link)
                part.rename(mine)

    def write(self, draft: Draft, path: Path | None, history: KeptHistory = NO_HISTORY) -> None:
        """Keep a request with its edits and its history, in place of what was kept before.

        Raises
        ------
        OSError
            If the file cannot be written; what was kept before is still there.
        """
        import tomli_w

        self.hold()
        if history.unsaved or _folder(self._file).is_dir():
            _folder(self._file).mkdir(exist_ok=True)
            write_whole(_folder(self._file) / _HISTORY, _history_text(history))
        about: dict[str, Any] = {"format": FORMAT, "moment": datetime.now(UTC)}
        if path is not None:
            about |= {"path": str(path), "stamp": list(file_stamp(path)[1:])}
        write_whole(self._file, tomli_w.dumps(about | {"request": draft.tables()}))

    def clear(self) -> None:
        """Keep nothing any more, but for tables of runs that were written here."""
        with self._guard:
            if self._writers or (self.results.is_dir() and any(self.results.iterdir())):
                self._file.unlink(missing_ok=True)
                (_folder(self._file) / _HISTORY).unlink(missing_ok=True)
            else:
                self.close()

    def close(self) -> None:
        """Remove everything."""
        with self._guard:
            lock, self._lock = self._lock, None
        if lock is not None:
            _remove(self._file, lock)


def left_behind(folder: Path) -> tuple[Kept, ...]:
    """Return what windows that are no more have left in a folder, the latest first.

    Edits that were saved after all are removed; what cannot be read is left where it is.
    """
    found = []
    for file in sorted({_kept_file(item) for item in folder.glob("*")}):
        lock = _locked(file)
        if lock is None:
            continue
        for half in folder.glob(f".{file.name}.*"):
            half.unlink(missing_ok=True)
        kept = read_kept(file) if file.exists() else None
        if not file.exists() or (kept is not None and _is_saved(kept)):
            _remove(file, lock)
            continue
        _release(file, lock)
        if kept is not None:
            found.append(kept)
    return tuple(sorted(found, key=lambda kept: kept.moment, reverse=True))


def read_kept(file: Path) -> Kept | None:
    """Return what a file keeps, None when this version cannot make sense of it."""
    try:
        raw = tomllib.loads(file.read_text(encoding="utf-8"))
        if raw["format"] != FORMAT:
            log.warning("%s was kept by another version", file)
            return None
        moment, tables = raw["moment"], raw["request"]
        if not (isinstance(moment, datetime) and isinstance(tables, dict)):
            log.warning("%s is not what was kept", file)
            return None
        path = Path(raw["path"]) if "path" in raw else None
        is_behind = path is not None and list(file_stamp(path)[1:]) != raw["stamp"]
        history = _read_history(_folder(file))
        return Kept(file, Draft.of_tables(tables), path, moment, is_behind, history)
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        log.warning("%s cannot be read: %s", file, error)
        return None


def remove(file: Path) -> bool:
    """Remove what a window left behind; return whether nobody else was about to take it."""
    lock = _locked(file)
    if lock is None:
        return False
    is_there = file.exists()
    _remove(file, lock)
    return is_there


def _kept_file(item: Path) -> Path:
    """Return the kept file that a lock, or half of a file, belongs to."""
    return item.with_name(item.name.removeprefix(".").partition(".")[0] + _SUFFIX)


def _is_saved(kept: Kept) -> bool:
    if kept.path is None:
        return False
    with suppress(InputError):
        if kept.history.unsaved and not _has_entries(kept.path, kept.history.entries):
            return False
        return read_request(kept.path) == kept.draft
    return False


def _has_entries(path: Path, entries: tuple[Entry, ...]) -> bool:
    """Return whether a project holds the same runs with the same notes."""
    if not is_project(path):
        return False
    saved = {entry.number: entry for entry in open_project(path).project.entries}
    return all(
        entry.number in saved and saved[entry.number].marks == entry.marks for entry in entries
    )


def _folder(file: Path) -> Path:
    """Return the folder beside a kept file, for what is too large for it."""
    return file.with_suffix("")


def _history_text(history: KeptHistory) -> str:
    raw = {
        "last_number": history.last_number,
        "source": None if history.source is None else str(history.source),
        "unsaved": history.unsaved,
        "saved": list(history.saved),
        "entries": raw_entries(history.entries),
    }
    return json.dumps(raw, indent=1, ensure_ascii=False)


def _read_history(folder: Path) -> KeptHistory:
    """Return the history in a folder; none where there is none that can be read."""
    try:
        raw = json.loads((folder / _HISTORY).read_text(encoding="utf-8"))
        source = None if raw["source"] is None else Path(raw["source"])
        entries = entries_of(raw["entries"], None, partial(log.warning, "%s"))
        return KeptHistory(
            entries=_with_tables(entries, folder / RESULTS, source),
            last_number=int(raw["last_number"]),
            source=source,
            unsaved=int(raw["unsaved"]),
            saved=tuple(entry.number for entry in entries if entry.number in raw["saved"]),
        )
    except FileNotFoundError:
        return NO_HISTORY
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        log.warning("the history in %s cannot be read: %s", folder, error)
        return NO_HISTORY


def _with_tables(
    entries: tuple[Entry, ...], results: Path, source: Path | None
) -> tuple[Entry, ...]:
    """Return entries that claim no tables that were not written any more."""
    there = {item.name for item in results.iterdir()} if results.is_dir() else set()
    if source is not None:
        there |= runs_with_tables(source)
    return tuple(
        replace(entry, has_tables=entry.has_tables and entry.run_id in there) for entry in entries
    )


def _link(source: str, target: str) -> str:
    """Give a file a second name, or copy it where that cannot be."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copyfile(source, target)
    return target


def _locked(file: Path) -> "FileLock | None":
    """Return the lock of a kept file, None when a window holds it."""
    from filelock import FileLock, Timeout

    lock = FileLock(file.with_suffix(_LOCK), timeout=0, thread_local=False)
    try:
        lock.acquire()
    except Timeout:
        return None
    return lock


def _remove(file: Path, lock: "FileLock") -> None:
    with suppress(OSError):
        file.unlink(missing_ok=True)
    shutil.rmtree(_folder(file), ignore_errors=True)
    _release(file, lock)


def _release(file: Path, lock: "FileLock") -> None:
    lock.release()
    with suppress(OSError):
        file.with_suffix(_LOCK).unlink(missing_ok=True)
