"""Tar archives, packed or not, as a list of files of which each can be read by itself.

A packed one can only be unpacked from its beginning. It is unpacked once, into a temporary file that
nobody else sees, and not beyond a size that is told; no path of it is ever written to.
"""

import atexit
import bz2
import gzip
import io
import lzma
import threading
import zlib
from collections import OrderedDict
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final

BLOCK: Final = 512
_CHUNK: Final = 1 << 20
_KEPT: Final = 2  # archives that stay unpacked
_MOST_FILES: Final = 100_000
_MAGIC: Final = (b"\x1f\x8b", b"BZh", b"\xfd7zXZ\0", b"\x28\xb5\x2f\xfd")
_Stamp = tuple[int, int, int]


class TooLargeError(ValueError):
    """An archive unpacks to more than is allowed."""


@dataclass(frozen=True, slots=True)
class _Index:
    """Where the files of an archive are, in itself or in what it was unpacked into."""

    places: dict[str, tuple[int, int]]
    unpacked: IO[bytes] | None
    lock: threading.Lock


_indexes: OrderedDict[tuple[Path, _Stamp], _Index] = OrderedDict()
_guard = threading.Lock()


def is_tar_head(head: bytes) -> bool:
    """Return whether bytes are the beginning of a tar archive."""
    return head[257:262] == b"ustar"


def is_tar(path: Path) -> bool:
    """Return whether a file is a tar archive, packed or not; a broken one is none."""
    try:
        with path.open("rb") as file:
            head = file.read(BLOCK)
        if not _is_packed(head):
            return is_tar_head(head)
        with _unpacking(path, head) as stream:
            return is_tar_head(stream.read(BLOCK))
    except (OSError, EOFError, ValueError, lzma.LZMAError, zlib.error):
        return False


def tar_names(path: Path, most: int) -> list[str]:
    """Return the files in a tar archive, without folders, links and the like.

    Parameters
    ----------
    most : int
        Bytes that it may unpack to.

    Raises
    ------
    ValueError
        If it is damaged, or unpacks to more.
    """
    return list(_index(path, most).places)


def open_tar_file(path: Path, name: str, most: int) -> IO[bytes]:
    """Open a file of a tar archive; see `tar_names`.

    Raises
    ------
    ValueError
        If it is damaged, or unpacks to more than it may.
    KeyError
        If there is no such file.
    """
    index = _index(path, most)
    start, size = index.places[name]
    if index.unpacked is None:
        return io.BufferedReader(_Part(path.open("rb"), start, size, None))
    return io.BufferedReader(_Part(index.unpacked, start, size, index.lock))


class _Part(io.RawIOBase):
    """Some bytes of a file, as a file; with a lock the file is shared, and stays open."""

    def __init__(
        self, file: IO[bytes], start: int, size: int, lock: "threading.Lock | None"
    ) -> None:
        self._file, self._start, self._size, self._lock = file, start, size, lock
        self._place = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # pyright: ignore[reportIncompatibleMethodOverride] # what readers give it
        wanted = min(len(buffer), self._size - self._place)
        if wanted <= 0:
            return 0
        with self._lock or threading.Lock():
            self._file.seek(self._start + self._place)
            data = self._file.read(wanted)
        buffer[: len(data)] = data
        self._place += len(data)
        return len(data)

    def close(self) -> None:
        if not self.closed and self._lock is None:
            self._file.close()
        super().close()


def _is_packed(head: bytes) -> bool:
    return head.startswith(_MAGIC)


def _unpacking(path: Path, head: bytes) -> IO[bytes]:
    """Open what a packed file holds."""
    if head.startswith(_MAGIC[0]):
        return gzip.open(path, "rb")  # pyright: ignore[reportReturnType] # reads as a file does
    if head.startswith(_MAGIC[1]):
        return bz2.open(path, "rb")  # pyright: ignore[reportReturnType] # of bytes, as it is asked for
    if head.startswith(_MAGIC[2]):
        return lzma.open(path, "rb")
    import pyarrow as pa

    return pa.input_stream(str(path), compression="zstd")  # pyright: ignore[reportReturnType] # reads as a file does


def _index(path: Path, most: int) -> _Index:
    status = path.stat()
    key = (path.absolute(), (status.st_mtime_ns, status.st_size, status.st_ino))
    with _guard:
        if key not in _indexes:
            _indexes[key] = _made(path, most)
            while len(_indexes) > _KEPT:
                _forget(_indexes.popitem(last=False)[1])
        _indexes.move_to_end(key)
        return _indexes[key]


def _forget(index: _Index) -> None:
    if index.unpacked is not None:
        with index.lock:
            index.unpacked.close()


@atexit.register
def _forget_all() -> None:
    while _indexes:
        _forget(_indexes.popitem()[1])


def _made(path: Path, most: int) -> _Index:
    with path.open("rb") as file:
        head = file.read(BLOCK)
        if not _is_packed(head):
            file.seek(0)
            return _Index(_places(file), None, threading.Lock())
    import tempfile

    unpacked = tempfile.TemporaryFile()  # noqa: SIM115 (it is kept)
    try:
        with _unpacking(path, head) as stream:
            _copy(stream, unpacked, most)
        return _Index(_places(unpacked), unpacked, threading.Lock())
    except BaseException:
        with suppress(OSError):
            unpacked.close()
        raise


def _copy(source: IO[bytes], target: IO[bytes], most: int) -> None:
    count = 0
    while data := source.read(_CHUNK):
        count += len(data)
        if count > most:
            raise TooLargeError
        target.write(data)


def _places(file: IO[bytes]) -> dict[str, tuple[int, int]]:
    """Return where the files of an archive are; of several of one name the last, as unpacking leaves it."""
    import tarfile

    size = file.seek(0, io.SEEK_END)
    file.seek(0)
    places: dict[str, tuple[int, int]] = {}
    try:
        with tarfile.open(fileobj=file, mode="r:") as archive:
            for entry in archive:
                if not entry.isreg() or entry.issparse():
                    continue
                if entry.offset_data + entry.size > size:
                    message = f"{entry.name} is cut short"
                    raise ValueError(message)
                places[entry.name.removeprefix("./")] = (entry.offset_data, entry.size)
                if len(places) > _MOST_FILES:
                    raise TooLargeError
    except (tarfile.TarError, OverflowError, UnicodeError) as error:
        raise ValueError(str(error)) from error
    return places
