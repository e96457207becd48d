"""Paths that lead into a file of several tables: ``study.zip/prices.csv``, ``book.xlsx/Prices``."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Final

_HOLDERS: Final = (
    ".zip", ".xlsx", ".xls", ".xlsb", ".xlsm", ".ods", ".tar", ".tgz", ".tbz2", ".txz",
    ".tar.gz", ".tar.bz2", ".tar.xz", ".tar.zst",
)  # fmt: skip

_OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # xls


@dataclass(frozen=True, slots=True)
class Place:
    """Where a table is on disk.

    Parameters
    ----------
    file : Path
        The file itself, an archive or a workbook.
    inner : str or None
        What the table is called in it; None where the file is the table.
    """

    file: Path
    inner: str | None = None


def place_of(path: Path) -> Place:
    """Return where a path leads: to a file, or into the one that is among its folders.

    Of a path of which nothing is there, the names decide: no folder is called ``.zip`` or ``.xlsx``.
    """
    if _is(path.exists):
        return Place(path)
    for above in path.parents:
        if _is(above.is_file):
            return Place(above, _below(above, path)) if may_hold_tables(above) else Place(path)
        if _is(above.exists):
            break
    for above in path.parents:
        if above.name.lower().endswith(_HOLDERS) and not _is(above.exists):
            return Place(above, _below(above, path))
    return Place(path)


def real_file(path: Path) -> Path:
    """Return the file that has the bytes of a table."""
    return place_of(path).file


def real_files(paths: Iterable[Path]) -> list[Path]:
    """Return the files that have the bytes of tables, one that has several of them once."""
    found: list[Path] = []
    for path in paths:
        place = place_of(path)
        if place.inner is None or place.file not in found:
            found.append(place.file)
    return found


def shown_name(path: Path) -> str:
    """Return what a table is called on screen: its file's name, with its own within that."""
    place = place_of(path)
    return place.file.name if place.inner is None else f"{place.file.name}/{place.inner}"


def may_hold_tables(path: Path) -> bool:
    """Return whether a path is a folder, an archive or a workbook, from its first bytes."""
    try:
        if path.is_dir():
            return True
        if not path.is_file():
            return False
        with path.open("rb") as file:
            head = file.read(len(_OLE))
    except (OSError, ValueError):
        return False
    from ml4t_desktop.files.formats.tar_archives import is_tar

    return head.startswith((b"PK\x03\x04", b"PK\x05\x06", _OLE)) or is_tar(path)


def _below(file: Path, path: Path) -> str:
    return PurePosixPath(*path.parts[len(file.parts) :]).as_posix()


def _is(asked: object) -> bool:
    try:
        return bool(asked())  # pyright: ignore[reportCallIssue] # a question to the disk
    except (OSError, ValueError):
        return False
