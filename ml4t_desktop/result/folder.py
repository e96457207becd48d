"""A folder that appears as a whole or not at all."""

import errno
import os
import shutil
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Final, TypeVar

from ml4t_desktop.errors import InputError, Problem, RunFailed
from ml4t_desktop.wording import mark, say

Made = TypeVar("Made")

_ELSEWHERE: Final = mark("Choose another folder")
# What is wrong with the place rather than with the machine.
_PLACE: Final = (
    errno.EACCES,
    errno.EPERM,
    errno.EROFS,
    errno.ENOTDIR,
    errno.ENAMETOOLONG,
    errno.EEXIST,
)


def check_replaceable(folder: Path, marker: str, kind: str) -> None:
    """Check that `folder` is free, empty, or such a folder already.

    Parameters
    ----------
    folder : Path
    marker : str
        The file by which such a folder is known, such as ``manifest.json``.
    kind : str
        What such a folder is called, such as ``"run folder"``.

    Raises
    ------
    InputError
        If a file bears the name, or a folder with other content.
    """
    try:
        content = {path.name for path in folder.iterdir()}
    except FileNotFoundError:
        return
    except NotADirectoryError as error:
        what = mark("a file is where the folder should be")
        raise InputError(Problem(what=what, where=str(folder), fix=_ELSEWHERE)) from error
    except OSError as error:
        raise _failure(folder, error) from error
    if content and marker not in content:
        what = say(
            "the folder is not replaced: it is not empty and not a {kind} (no {marker} in it)",
            kind=kind,
            marker=marker,
        )
        raise InputError(Problem(what=what, where=str(folder), fix=_ELSEWHERE))


def write_folder(folder: Path, fill: Callable[[Path], Made], *, marker: str, kind: str) -> Made:
    """Write a folder in full beside its place and then put it there, replacing what was there.

    Parameters
    ----------
    folder : Path
        The final place; parents that are missing are made.
    fill : callable
        Writes the files into the folder it is given.
    marker, kind : str
        As for `check_replaceable`.

    Returns
    -------
    object
        What `fill` returned.

    Raises
    ------
    InputError
        If the place cannot be used: content of another kind, no permission.
    RunFailed
        If writing failed, for example on a full disk.
    """
    place = folder.resolve()
    check_replaceable(place, marker, kind)
    part = place.with_name(f".{place.name}.{os.urandom(4).hex()}.part")
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        part.mkdir()
        made = fill(part)
        _sync_folder(part)
        _swap(part, place)
    except OSError as error:
        raise _failure(folder, error) from error
    finally:
        shutil.rmtree(part, ignore_errors=True)
    with suppress(OSError):  # the folder is in place; its parent need not be readable
        _sync_folder(place.parent)
    return made


def write_file(path: Path, content: bytes) -> None:
    """Write a file and wait until it is on the disk."""
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _swap(part: Path, place: Path) -> None:
    """Give the finished folder its name; the one that had it goes, or stays when that fails."""
    if not place.exists():
        part.rename(place)
        return
    old = part.with_suffix(".old")
    place.rename(old)
    try:
        part.rename(place)
    except BaseException:
        old.rename(place)
        raise
    shutil.rmtree(old, ignore_errors=True)


def _sync_folder(folder: Path) -> None:
    if os.name != "posix":  # other systems cannot open a folder
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _failure(folder: Path, error: OSError) -> InputError | RunFailed:
    reason = error.strerror or str(error)
    if error.errno in _PLACE:
        what = say("the folder cannot be written ({reason})", reason=reason)
        return InputError(Problem(what=what, where=str(folder), fix=_ELSEWHERE))
    told = say(
        "{folder}: writing failed ({reason}); nothing was changed there",
        folder=str(folder),
        reason=reason,
    )
    return RunFailed(told)
