"""The data files of a run by reference, and whether they are still as they were."""

import hashlib
import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Final, Literal

from ml4t_desktop.files.digest import file_sha256
from ml4t_desktop.files.folders import with_files_of_folders
from ml4t_desktop.files.inside import real_files
from ml4t_desktop.project.documents.entry import DataFile
from ml4t_desktop.project.paths import named_paths

DataState = Literal["unknown", "same", "changed", "missing"]
_GONE: Final = (FileNotFoundError, NotADirectoryError)


def referenced_files(request: Mapping[str, Any]) -> tuple[DataFile, ...]:
    """Return the files that the tables of a request name, as they are now, without their hashes.

    Parameters
    ----------
    request : mapping
        With absolute paths. Folders stand for the files in them.

    Raises
    ------
    OSError, InputError
        If one of them is not there.
    """
    paths = real_files(with_files_of_folders([Path(name) for name in named_paths(request)]))
    return tuple(stamped(path) for path in paths)


def hashed(
    files: Iterable[DataFile], check: Callable[[], None] | None = None
) -> tuple[DataFile, ...]:
    """Return files with the hashes of their present contents; raises OSError."""
    return tuple(replace(file, sha256=file_sha256(Path(file.path), check)) for file in files)


def digest_of(files: Iterable[DataFile]) -> str:
    """Return the hash over files as `files_digest` takes it of their contents."""
    whole = hashlib.sha256()
    for file in files:
        whole.update(bytes.fromhex(file.sha256))
    return whole.hexdigest()


def data_state(files: Iterable[DataFile], check: Callable[[], None] | None = None) -> DataState:
    """Return whether files are as they were when a run read them.

    A file of the same size and time is taken for the same; another time alone makes it hashed again.
    """
    known = tuple(files)
    if not known:
        return "unknown"
    states = {_state(file, check) for file in known}
    return next(state for state in ("missing", "changed", "unknown", "same") if state in states)


def _state(file: DataFile, check: Callable[[], None] | None) -> DataState:
    path = Path(file.path)
    try:
        now = stamped(path)
        if now.size != file.size:
            return "changed"
        if now.modified == file.modified:
            return "same"
        if not file.sha256:
            return "changed"
        return "same" if file_sha256(path, check) == file.sha256 else "changed"
    except _GONE:
        return "missing"
    except OSError:
        return "unknown"


def stamped(path: Path) -> DataFile:
    """Return a file as it is now, without its hash; raises OSError."""
    state = path.stat()
    absolute = Path(os.path.normpath(path.absolute())).as_posix()
    return DataFile(path=absolute, size=state.st_size, modified=state.st_mtime_ns)
