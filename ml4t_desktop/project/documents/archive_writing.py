"""Writing project files: whole beside their place, or appended to what is large.

Members that have not changed are copied as they are, byte for byte.
"""

import os
import tempfile
import zipfile
from collections.abc import Callable, Mapping
from contextlib import suppress
from copy import copy
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final

from ml4t_desktop.project.documents.archive import (
    HAS_SIZES_BEHIND,
    LOCAL_HEADER,
    open_archive,
    pump,
)

_CHUNK: Final = 1 << 22
_LARGE: Final = 64_000_000  # bytes that take long to copy
_MOST_DEAD: Final = 0.3  # of a file that is appended to: what nothing points to any more
_EPOCH: Final = (1980, 1, 1, 0, 0, 0)  # equal content gives equal bytes


@dataclass(frozen=True, slots=True)
class KeptMembers:
    """Members of another archive that go into a new one."""

    source: Path
    is_kept: Callable[[str], bool]


def write_archive(
    target: Path,
    members: Mapping[str, bytes],
    files: Mapping[str, Path],
    kept: KeptMembers | None = None,
    progress: Callable[[float], None] | None = None,
) -> None:
    """Write an archive and wait until it is on the disk; until then `target` reads as it was before.

    It is written beside its place and put there, or, where much of it would be copied, appended to it.

    Parameters
    ----------
    members : mapping of name to content
        Small texts; they come first and are deflated.
    files : mapping of name to file
        Stored as they are: tables are packed already.
    kept : KeptMembers, optional
        Members to copy; those named above are not.
    progress : callable
        Called with the share that is done, from piece to piece; may raise to stop, and nothing has changed then.

    Raises
    ------
    OSError
        If it cannot be written.
    SourceLost
        If the other archive cannot be read.
    """
    is_appended = kept is not None and _can_append(target, kept, {*members, *files})
    told = _Told(progress, _bytes_of(files, None if is_appended else kept))
    if kept is not None and is_appended:
        _append(target, members, files, kept, told)
        return
    handle, name = tempfile.mkstemp(prefix=f".{target.name}.", suffix=".part", dir=target.parent)
    part = Path(name)
    try:
        with os.fdopen(handle, "w+b") as file:
            with zipfile.ZipFile(file, "w") as archive:
                _add_members(archive, members)
                if kept is not None:
                    _copy_members(kept, archive, {*members, *files}, told)
                _add_files(archive, files, told)
            file.flush()
            os.fsync(file.fileno())
        part.chmod(target.stat().st_mode if target.exists() else 0o644)
        part.replace(target)
        _sync_folder(target.parent)
    finally:
        part.unlink(missing_ok=True)


class _Told:
    """Tells the share that is done of a number of bytes."""

    def __init__(self, progress: Callable[[float], None] | None, total: int) -> None:
        self._progress, self._total, self._done = progress, max(total, 1), 0

    def __call__(self, count: int) -> None:
        """Tell that so many bytes more are written."""
        self._done += count
        if self._progress is not None:
            self._progress(min(self._done / self._total, 1.0))


def _bytes_of(files: Mapping[str, Path], kept: KeptMembers | None) -> int:
    """Return how many bytes there are to write; what cannot be read is told when it is."""
    total = 0
    with suppress(OSError):
        total += sum(file.stat().st_size for file in files.values())
    if kept is not None:
        with suppress(OSError):
            total += kept.source.stat().st_size
    return total


class SourceLost(OSError):  # noqa: N818 (names the fact)
    """The archive that holds what should be copied cannot be read."""


def _can_append(target: Path, kept: KeptMembers, replaced: set[str]) -> bool:
    """Return whether most of a large file stays as it is."""
    try:
        if not target.samefile(kept.source) or target.stat().st_size < _LARGE:
            return False
        with zipfile.ZipFile(target) as archive:
            alive = sum(
                info.compress_size
                for info in archive.infolist()
                if info.filename not in replaced and kept.is_kept(info.filename)
            )
    except (OSError, zipfile.BadZipFile):
        return False
    return alive > target.stat().st_size * (1 - _MOST_DEAD)


def _append(
    target: Path,
    members: Mapping[str, bytes],
    files: Mapping[str, Path],
    kept: KeptMembers,
    told: _Told,
) -> None:
    """Write behind the end of an archive, which stays as it is, and a new table of contents at last."""
    size = target.stat().st_size
    with target.open("r+b") as file:
        try:
            with zipfile.ZipFile(file, "a") as archive:
                replaced = {*members, *files}
                archive.filelist[:] = [
                    info
                    for info in archive.filelist
                    if info.filename not in replaced and kept.is_kept(info.filename)
                ]
                archive.NameToInfo = {info.filename: info for info in archive.filelist}
                archive.start_dir = size  # behind the present table of contents, not over it
                _add_members(archive, members)
                _add_files(archive, files, told)
                file.flush()
                os.fsync(file.fileno())
            file.flush()
            os.fsync(file.fileno())
        except BaseException:
            file.truncate(size)
            raise


def _add_members(archive: zipfile.ZipFile, members: Mapping[str, bytes]) -> None:
    for member, content in members.items():
        archive.writestr(_info(member), content, zipfile.ZIP_DEFLATED)


def _add_files(archive: zipfile.ZipFile, files: Mapping[str, Path], told: _Told) -> None:
    for member, source in files.items():
        told(0)
        info = _info(member)
        info.file_size = source.stat().st_size
        with source.open("rb") as read, archive.open(info, "w") as to:
            pump(read, to, told)


def _copy_members(
    kept: KeptMembers, target: zipfile.ZipFile, replaced: set[str], told: _Told
) -> None:
    """Copy members byte for byte."""
    try:
        archive = open_archive(kept.source)
    except OSError as error:
        raise SourceLost(error.errno, error.strerror, str(kept.source)) from error
    with archive:
        ordered = sorted(archive.infolist(), key=lambda info: info.header_offset)
        ends = [*(info.header_offset for info in ordered[1:]), archive.start_dir]
        read, written = archive.fp, target.fp
        assert read is not None  # noqa: S101 (both are open)
        assert written is not None  # noqa: S101 (both are open)
        written.seek(target.start_dir)
        for info, end in zip(ordered, ends, strict=True):
            if info.filename in replaced or not kept.is_kept(info.filename):
                continue
            told(0)
            moved = copy(info)
            moved.header_offset = written.tell()
            count = _length(read, info) or end - info.header_offset
            _copy_range(read, written, info.header_offset, count, told)
            target.filelist.append(moved)
            target.NameToInfo[moved.filename] = moved
        target.start_dir = written.tell()


def _length(read: IO[bytes], info: zipfile.ZipInfo) -> int:
    """Return the bytes of a member with its header; 0 where only the next member tells its end."""
    if info.flag_bits & HAS_SIZES_BEHIND:
        return 0
    read.seek(info.header_offset)
    *_, name_size, extra = LOCAL_HEADER.unpack(read.read(LOCAL_HEADER.size))
    return LOCAL_HEADER.size + name_size + extra + info.compress_size


def _copy_range(read: IO[bytes], to: IO[bytes], start: int, count: int, told: _Told) -> None:
    read.seek(start)
    while count > 0:
        chunk = read.read(min(count, _CHUNK))
        if not chunk:
            message = "the archive ends before its members do"
            raise OSError(message)
        to.write(chunk)
        told(len(chunk))
        count -= len(chunk)


def _info(name: str) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name, _EPOCH)
    info.external_attr = 0o644 << 16
    return info


def _sync_folder(folder: Path) -> None:
    if os.name != "posix":  # other systems cannot open a folder
        return
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
