"""What was read of workbooks, so that a sheet is taken apart once and not for every question."""

import threading
from collections import OrderedDict
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import polars as pl

_BOOKS: Final = 2
_MOST: Final = 256 << 20  # bytes of tables of one workbook
_Stamp = tuple[int, int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetHead:
    """The first rows of a sheet.

    Parameters
    ----------
    cells : tuple of tuple of str
        Stripped; empty where a cell is.
    height, width : int
        Of the whole sheet.
    """

    cells: tuple[tuple[str, ...], ...]
    height: int
    width: int


@dataclass(slots=True, eq=False)
class Book:
    """What is known of a workbook.

    Parameters
    ----------
    room : int
        Bytes of tables that are kept.
    sheets : tuple of str
        Empty as long as they are not known.
    heads : dict of str to SheetHead
    tables : dict of str to (DataFrame, tuple of str)
        Whole tables by sheet, with remarks on how they were read.
    """

    room: int
    sheets: tuple[str, ...] = ()
    heads: dict[str, SheetHead] = field(default_factory=dict)
    tables: dict[str, tuple[pl.DataFrame, tuple[str, ...]]] = field(default_factory=dict)

    def keep(self, sheet: str, table: tuple[pl.DataFrame, tuple[str, ...]]) -> None:
        """Keep a table where there is room for it."""
        size = table[0].estimated_size()
        if size <= self.room:
            self.room -= int(size)
            self.tables[sheet] = table


_books: OrderedDict[Path, tuple[_Stamp, Book]] = OrderedDict()
_guard = threading.Lock()


def book_of(path: Path) -> Book:
    """Return what is known of a workbook as it is now; nothing of one that has changed.

    Raises
    ------
    OSError
        If it cannot be asked.
    """
    status = path.stat()
    stamp = (status.st_size, status.st_mtime_ns, status.st_ino)
    key = path.absolute()
    with _guard:
        known = _books.get(key)
        if known is None or known[0] != stamp:
            _books[key] = known = (stamp, Book(_MOST))
        _books.move_to_end(key)
        while len(_books) > _BOOKS:
            _books.popitem(last=False)
        return known[1]
