"""Scratch folders, held by the process that made them: what a killed one left, the next one removes."""

import os
import shutil
import sys
import tempfile
import threading
import weakref
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal, Self

if TYPE_CHECKING:
    from filelock import FileLock

Kind = Literal["certify", "pieces", "run", "strategy", "trial"]
_PREFIX: Final = "ml4t-"
_HELD: Final = ".held"
_looking: Final = threading.Lock()
_looked_in: Final[set[str]] = set()


class ScratchFolder:
    """A folder among the temporary files, removed when it is closed, forgotten, or its process ends.

    Where the process is killed, the next one that makes one removes it.

    Parameters
    ----------
    kind : str
        What it is for, as its name says.
    """

    def __init__(self, kind: Kind) -> None:
        _look_once()
        self.path: Final = Path(tempfile.mkdtemp(prefix=f"{_PREFIX}{kind}-"))
        self.close: Final = weakref.finalize(self, _remove, self.path, _locked(self.path))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def remove_left() -> None:
    """Remove the scratch folders of this user's processes that are no more."""
    for path in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*-*"):
        with suppress(OSError):
            # Of others, and of one that is being made this very moment, nothing is touched.
            if path.is_symlink() or not _is_own(path) or not (path / _HELD).is_file():
                continue
            if (lock := _locked(path)) is not None:
                _remove(path, lock)


def _look_once() -> None:
    """Look for what was left, the first time that this process makes a scratch folder there."""
    place = tempfile.gettempdir()
    with _looking:
        if place in _looked_in:
            return
        _looked_in.add(place)
    remove_left()


def _is_own(path: Path) -> bool:
    return sys.platform == "win32" or path.lstat().st_uid == os.geteuid()


def _locked(path: Path) -> "FileLock | None":
    """Return the lock of a scratch folder, None where its process is there."""
    from filelock import FileLock, Timeout

    lock = FileLock(path / _HELD, timeout=0, thread_local=False)
    try:
        lock.acquire()
    except Timeout:
        return None
    return lock


def _remove(path: Path, lock: "FileLock | None") -> None:
    if lock is not None:
        lock.release()
    shutil.rmtree(path, ignore_errors=True)
