"""Packed files: gzip, bzip2, xz, Zstandard, zip and tar archives, read as a stream."""

import bz2
import gzip
import lzma
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path, PurePosixPath
from typing import IO, Final, Literal

from ml4t_desktop.errors import InputError, Problem
from ml4t_desktop.files.findings import listed
from ml4t_desktop.files.formats.tar_archives import TooLargeError, is_tar, open_tar_file, tar_names
from ml4t_desktop.files.inside import place_of, real_file
from ml4t_desktop.wording import mark, say, say_count

Packing = Literal["gzip", "bzip2", "xz", "zstd", "zip", "tar"]
_MAGIC: Final[tuple[tuple[bytes, Packing], ...]] = (
    (b"\x1f\x8b", "gzip"),
    (b"BZh", "bzip2"),
    (b"\xfd7zXZ\0", "xz"),
    (b"\x28\xb5\x2f\xfd", "zstd"),
    (b"PK\x03\x04", "zip"),
    (b"PK\x05\x06", "zip"),
)
_MAGIC_BYTES = 6
_BROKEN = (OSError, EOFError, ValueError, lzma.LZMAError, zlib.error)
PACKED_SUFFIXES = (".gz", ".bz2", ".xz", ".zst", ".zip", ".tar", ".tgz", ".tbz2", ".txz")
_MOST_TIMES = 200
_ALWAYS_ALLOWED = 1 << 28
_CHUNK = 1 << 22
_WORKBOOK_PARTS = ("xl/", "content.xml")


def packing_of(head: bytes) -> Packing | None:
    """Return how a file is packed, from its first bytes; None when it is not."""
    return next((packing for magic, packing in _MAGIC if head.startswith(magic)), None)


def without_packing(name: str) -> str:
    """Return a file name without the suffixes of packing, such as ``.gz``."""
    path = PurePosixPath(name)
    while path.suffix.lower() in PACKED_SUFFIXES and path.stem:
        path = path.with_suffix("")
    return path.name


def is_workbook(path: Path) -> bool:
    """Return whether a zip archive is a workbook (xlsx, xlsb or ods)."""
    try:
        with zipfile.ZipFile(path) as archive:
            return any(name.startswith(_WORKBOOK_PARTS) for name in archive.namelist())
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, struct.error):
        return False  # told when it is opened as an archive


@contextmanager
def opened(path: Path, packing: Packing | None, member: str | None = None) -> Iterator[IO[bytes]]:
    """Open what a file holds, unpacked.

    Parameters
    ----------
    member : str or None
        The file of an archive to open, when it holds several and the path leads to none of them.

    Raises
    ------
    InputError
        If an archive holds no table, several of which none is named, or is locked.
    """
    place = place_of(path)
    if packing == "zip":
        with zipfile.ZipFile(place.file) as archive:
            name = _member(archive, path, place.inner or member)
            with archive.open(name) as packed, _unpacked_again(packed) as stream:  # pyright: ignore[reportArgumentType] # it is what archives open
                yield _Bounded(stream, path)  # pyright: ignore[reportReturnType] # reads as a file does
        return
    if packing == "tar":
        name = _chosen(_entry_names(place.file), path, place.inner or member)
        packed = open_tar_file(place.file, name, _most(place.file))
        with packed, _unpacked_again(packed) as stream:
            yield _Bounded(stream, path)  # pyright: ignore[reportReturnType] # reads as a file does
        return
    with _OPENERS[packing](place.file) as stream:
        yield stream if packing is None else _Bounded(stream, path)  # pyright: ignore[reportReturnType] # reads as a file does


class _Bounded:
    """An unpacked stream that ends with a problem when it grows beyond all reason."""

    def __init__(self, stream: IO[bytes], path: Path) -> None:
        self._stream, self._path, self._count = stream, path, 0
        self._most = _most(real_file(path))

    def read(self, size: int = -1) -> bytes:
        """Read as a file does.

        Raises
        ------
        InputError
            If more comes out than any table is packed into so few bytes.
        """
        if size < 0:
            return b"".join(iter(lambda: self.read(_CHUNK), b""))
        data = self._stream.read(size)
        self._count += len(data)
        if self._count > self._most:
            raise InputError(too_large(self._path))
        return data

    def __getattr__(self, name: str) -> object:
        return getattr(self._stream, name)


def _most(file: Path) -> int:
    """Return how many bytes a file may unpack to."""
    return max(file.stat().st_size * _MOST_TIMES, _ALWAYS_ALLOWED)


def too_large(path: Path) -> Problem:
    """Return the problem of a file that unpacks to more than any table would."""
    what = say(
        "unpacks to more than {most_times} times its size, which no table does",
        most_times=_MOST_TIMES,
    )
    return Problem(
        where=str(path), what=what, fix=mark("Check where it comes from; unpack it by hand")
    )


def refuse_large_workbook(source: Path | bytes, path: Path) -> None:
    """Refuse a workbook in the form of a zip archive whose parts are too large to be meant."""
    file = BytesIO(source) if isinstance(source, bytes) else source
    if not zipfile.is_zipfile(file):
        return
    try:
        with zipfile.ZipFile(file) as archive:
            size = sum(entry.file_size for entry in archive.infolist())
    except (zipfile.BadZipFile, *_BROKEN, NotImplementedError, struct.error):
        return  # told when it is read
    held = len(source) if isinstance(source, bytes) else source.stat().st_size
    if size > max(held * _MOST_TIMES, _ALWAYS_ALLOWED):
        raise InputError(too_large(path))


def _unpacked_again(file: IO[bytes]) -> IO[bytes]:
    """Return a file of an archive, unpacked where it is packed itself, such as ``prices.csv.gz``."""
    packing = packing_of(file.peek(_MAGIC_BYTES))  # pyright: ignore[reportAttributeAccessIssue] # it is what archives open
    return _OPENERS[None if packing == "zip" else packing](file)


def _zstandard(file: Path | IO[bytes]) -> IO[bytes]:
    import pyarrow as pa

    source = str(file) if isinstance(file, Path) else file
    return pa.input_stream(source, compression="zstd")  # pyright: ignore[reportReturnType] # reads as a file does


def _plain(file: Path | IO[bytes]) -> IO[bytes]:
    return file.open("rb") if isinstance(file, Path) else file


def _gzip(file: Path | IO[bytes]) -> IO[bytes]:
    return gzip.open(file, "rb")  # pyright: ignore[reportReturnType] # reads as a file does


def _bzip2(file: Path | IO[bytes]) -> IO[bytes]:
    return bz2.open(file, "rb")  # pyright: ignore[reportReturnType] # of bytes, as it is asked for


def _xz(file: Path | IO[bytes]) -> IO[bytes]:
    return lzma.open(file, "rb")


_OPENERS: Final[dict[Packing | None, Callable[[Path | IO[bytes]], IO[bytes]]]] = {
    None: _plain,
    "gzip": _gzip,
    "bzip2": _bzip2,
    "xz": _xz,
    "zstd": _zstandard,
}


def unpacked(path: Path, packing: Packing, member: str | None = None) -> BytesIO:
    """Return what a file holds, unpacked into memory, for formats that are read from their end."""
    with opened(path, packing, member) as stream:
        return BytesIO(stream.read())


def archive_names(path: Path) -> list[str]:
    """Return the files in a zip or tar archive; none when it is no archive, or a workbook."""
    try:
        if not path.is_file():  # a pipe would keep its reader waiting
            return []
        with path.open("rb") as file:
            packing = packing_of(file.read(_MAGIC_BYTES))
        if packing != "zip":
            return _entry_names(path) if is_tar(path) else []
        if is_workbook(path):
            return []
        with zipfile.ZipFile(path) as archive:
            return [entry.filename for entry in _entries(archive)]
    except (zipfile.BadZipFile, *_BROKEN, NotImplementedError, struct.error):
        return []  # told when it is read


def _entry_names(path: Path) -> list[str]:
    """Return the files in a tar archive.

    Raises
    ------
    InputError
        If it unpacks to more than any table would.
    """
    try:
        return [name for name in tar_names(path, _most(path)) if _is_meant(name)]
    except TooLargeError as error:
        raise InputError(too_large(path)) from error


def _is_meant(name: str) -> bool:
    return (
        bool(name)
        and not name.startswith("__MACOSX/")
        and not PurePosixPath(name).name.startswith(".")
    )


def _entries(archive: zipfile.ZipFile) -> list[zipfile.ZipInfo]:
    return [
        entry for entry in archive.infolist() if not entry.is_dir() and _is_meant(entry.filename)
    ]


def _member(archive: zipfile.ZipFile, path: Path, wanted: str | None) -> str:
    name = _chosen([entry.filename for entry in _entries(archive)], path, wanted)
    if archive.getinfo(name).flag_bits & 1:
        raise InputError(
            Problem(where=str(path), what=mark("is locked"), fix=mark("Unpack it with its word"))
        )
    return name


def _chosen(names: list[str], path: Path, wanted: str | None) -> str:
    """Return the file of an archive that is meant."""
    chosen = [name for name in names if wanted in (name, PurePosixPath(name).name)]
    if wanted is None and len(names) == 1:
        chosen = names
    if not chosen:
        problem = (
            Problem(
                where=str(path), what=mark("is an archive without files"), fix=mark("Give a table")
            )
            if not names
            else Problem(
                where=str(path),
                what=say_count(
                    "holds {n} file ({names})",
                    "holds {n:,} files ({names})",
                    len(names),
                    names=listed(names),
                )
                + (say(", none called '{wanted}'", wanted=wanted) if wanted else ""),
                fix=say(
                    'Unpack it and open the folder, or name one: sheet = "{names}"', names=names[0]
                ),
            )
        )
        raise InputError(problem)
    return chosen[0]
