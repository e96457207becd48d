"""Project files as zip archives: what is in them, in damaged ones too.

Members are plain or deflated and carry their sizes before their content. A save may append to an archive:
the table of contents of before stays where it was, so that an interrupted save leaves what was saved
before it.
"""

import io
import mmap
import os
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import IO, Final

LOCAL_HEADER: Final = struct.Struct("<4s5H3L2H")  # the header before the content of a member
_LOCAL_SIGN: Final = b"PK\x03\x04"
_END_SIGN: Final = b"PK\x05\x06"  # of the record that ends a table of contents
_END_SIZE: Final = 22
HAS_SIZES_BEHIND: Final = 0x08
_CHUNK: Final = 1 << 22


def open_archive(path: Path) -> zipfile.ZipFile:
    """Return an archive for reading; one that a save was interrupted in as it was before that.

    Raises
    ------
    OSError, zipfile.BadZipFile
        If it cannot be read, or nothing in it is a whole archive.
    """
    try:
        return zipfile.ZipFile(path)
    except zipfile.BadZipFile:
        size = _size_before(path)
        if size is None:
            raise
        return zipfile.ZipFile(_Beginning(path, size))


def was_interrupted(path: Path) -> bool:
    """Return whether the last save did not come to its end, so that the one before it is read."""
    try:
        with zipfile.ZipFile(path) as archive:
            behind = len(archive.comment)
    except zipfile.BadZipFile:
        return True
    # Of what a save left behind the table of contents, the library takes no notice while it is little.
    with path.open("rb") as file:
        file.seek(-_END_SIZE - behind, os.SEEK_END)
        return file.read(len(_END_SIGN)) != _END_SIGN


def read_members(path: Path, names: Iterable[str]) -> dict[str, bytes]:
    """Return those of the named members that are there.

    Raises
    ------
    OSError, zipfile.BadZipFile, zlib.error
        If the archive, or one of the members, cannot be read.
    """
    with open_archive(path) as archive:
        there = set(archive.namelist())
        return {name: archive.read(name) for name in names if name in there}


def member_names(path: Path) -> tuple[str, ...]:
    """Return the names of all members; raises as `read_members`."""
    with open_archive(path) as archive:
        return tuple(archive.namelist())


def extract(path: Path, prefix: str, folder: Path) -> None:
    """Write the members whose names begin with `prefix`, without it, into a folder.

    Raises
    ------
    OSError, zipfile.BadZipFile, zlib.error
        If a member is damaged, or its name leads out of the folder.
    KeyError
        If there is none.
    """
    with open_archive(path) as archive:
        names = [name for name in archive.namelist() if name.startswith(prefix)]
        if not names:
            raise KeyError(prefix)
        folder.mkdir(parents=True, exist_ok=True)
        for name in names:
            inner = name.removeprefix(prefix)
            if inner != Path(inner).name:
                message = f"{name} does not belong there"
                raise zipfile.BadZipFile(message)
            with archive.open(name) as read, (folder / inner).open("wb") as to:
                pump(read, to)


def salvaged_members(path: Path, wanted: Callable[[str], bool]) -> dict[str, bytes]:
    """Return the undamaged members of an archive whose table of contents is lost, without it.

    Raises
    ------
    OSError
        If the file cannot be read.
    """
    with path.open("rb") as file:
        return dict(_walk(file, wanted))


def _walk(file: IO[bytes], wanted: Callable[[str], bool]) -> Iterator[tuple[str, bytes]]:
    """Yield members one after the other for as long as each begins where the one before ends."""
    size = os.fstat(file.fileno()).st_size
    while len(head := file.read(LOCAL_HEADER.size)) == LOCAL_HEADER.size:
        sign, _, flags, method, _, _, crc, packed, _, name_size, extra = LOCAL_HEADER.unpack(head)
        if sign != _LOCAL_SIGN or flags & HAS_SIZES_BEHIND:
            return
        name = file.read(name_size).decode("utf-8", errors="replace")
        file.seek(extra, os.SEEK_CUR)
        end = file.tell() + packed
        if end > size:
            return
        if wanted(name):
            content = _unpacked(file.read(packed), method)
            if content is not None and zlib.crc32(content) == crc:
                yield name, content
        file.seek(end)


def _unpacked(content: bytes, method: int) -> bytes | None:
    if method == zipfile.ZIP_STORED:
        return content
    with suppress(zlib.error):
        return zlib.decompress(content, -zlib.MAX_WBITS)
    return None


def pump(read: IO[bytes], to: IO[bytes], told: Callable[[int], None] | None = None) -> None:
    """Copy all there is to read, and tell the bytes of each piece."""
    while chunk := read.read(_CHUNK):
        to.write(chunk)
        if told is not None:
            told(len(chunk))


def _size_before(path: Path) -> int | None:
    """Return the size of the longest beginning of a file that is an archive of its own."""
    with path.open("rb") as file:
        size = os.fstat(file.fileno()).st_size
        if not size:
            return None
        with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
            at = size
            while (at := content.rfind(_END_SIGN, 0, at)) >= 0:
                end = at + _END_SIZE
                with suppress(zipfile.BadZipFile, OSError, ValueError):
                    zipfile.ZipFile(_Beginning(path, end)).close()
                    return end
    return None


class _Beginning(io.RawIOBase):
    """The first bytes of a file, as if it ended there."""

    def __init__(self, path: Path, size: int) -> None:
        self._file = path.open("rb")
        self._size = size
        self.name = str(path)

    def readinto(self, buffer: "memoryview[int]") -> int:  # pyright: ignore[reportIncompatibleMethodOverride]
        count = min(len(buffer), max(self._size - self._file.tell(), 0))
        return self._file.readinto(memoryview(buffer)[:count])  # a slice of other buffers is a copy

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        start = {os.SEEK_SET: 0, os.SEEK_CUR: self._file.tell(), os.SEEK_END: self._size}[whence]
        if start + offset < 0:
            message = "before the beginning"
            raise ValueError(message)
        return self._file.seek(start + offset)

    def tell(self) -> int:
        return self._file.tell()

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def close(self) -> None:
        self._file.close()
        super().close()
