"""Edits that were never saved, kept on disk so that they survive the end of the process.

Each window keeps its own in a file of its own, and holds a lock beside it for as long as it lives;
the system lets go of the lock however the process ends. A file without a holder was left behind.
"""

import logging
import os
import tomllib
import uuid
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import platformdirs

from ml4t_desktop.errors import InputError
from ml4t_desktop.result.whole_file import write_whole
from ml4t_desktop.session.data_store import file_stamp
from ml4t_desktop.session.draft import Draft, read_draft

if TYPE_CHECKING:
    from filelock import FileLock

log = logging.getLogger(__name__)
FORMAT = 1
_SUFFIX, _LOCK = ".toml", ".lock"


@dataclass(frozen=True, slots=True)
class Kept:
    """Edits that a window left behind.

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
    """

    file: Path
    draft: Draft
    path: Path | None
    moment: datetime
    is_behind: bool = False

    @property
    def name(self) -> str:
        """What the request is called on screen."""
        return self.path.name if self.path else self.draft.get("name") or "New request"


def recovery_folder() -> Path:
    """Return the folder where edits are kept."""
    return platformdirs.user_data_path("ml4t_desktop") / "recovery"


class Keeping:
    """The file in which one window keeps its edits; made when there is something to keep."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / f"{os.getpid()}-{uuid.uuid4().hex[:12]}{_SUFFIX}"
        self._lock: FileLock | None = None

    @property
    def file(self) -> Path:
        """Where edits are kept."""
        return self._file

    def write(self, draft: Draft, path: Path | None) -> None:
        """Keep a request with its edits, in place of what was kept before.

        Raises
        ------
        OSError
            If the file cannot be written; what was kept before is still there.
        """
        import tomli_w

        if self._lock is None:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            self._lock = _locked(self._file)
        about: dict[str, Any] = {"format": FORMAT, "moment": datetime.now(UTC)}
        if path is not None:
            about |= {"path": str(path), "stamp": list(file_stamp(path)[1:])}
        write_whole(self._file, tomli_w.dumps(about | {"request": draft.tables()}))

    def clear(self) -> None:
        """Keep nothing any more."""
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
        return Kept(file, Draft.of_tables(tables), path, moment, is_behind)
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
        return read_draft(kept.path) == kept.draft
    return False


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
    _release(file, lock)


def _release(file: Path, lock: "FileLock") -> None:
    lock.release()
    with suppress(OSError):
        file.with_suffix(_LOCK).unlink(missing_ok=True)
