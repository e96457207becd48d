"""Parquet files whose pages say what cannot be: refused before anybody reserves memory for it.

A reader reserves room for as many values as the head of a page says, and a process that asks for an
impossible amount ends at once. The heads are small and few, a hundred or so for a million rows.
"""

from functools import lru_cache
from pathlib import Path
from typing import BinaryIO

from ml4t_desktop.files.formats.thrift import DamagedError, Struct, ThriftReader

_MAGIC = b"PAR1"
_TAIL = 8
_HEAD = 256  # bytes that hold the head of most pages
_LONGEST_HEAD = 1 << 20
_MOST_DESCRIBED = 1 << 23  # bytes of a footer; decoding more would take long
_MOST_COMPRESSED = 1 << 31
# Numbers of the fields in ``parquet.thrift``.
_SCHEMA, _ROWS, _GROUPS = 2, 3, 4
_CHILDREN = 5
_COLUMNS, _GROUP_ROWS = 1, 3
_META = 3
_VALUES, _SIZE, _FIRST_PAGE, _DICTIONARY = 5, 7, 9, 11
_KIND, _UNPACKED, _PACKED = 1, 2, 3
_DATA_HEADS = {0: 5, 3: 8}  # kind of a data page: number of its own head
_DICTIONARY_KIND, _DICTIONARY_HEAD = 2, 7
_PAGE_VALUES = 1
_LAST_KIND = 3
_MOST_ROWS = 1 << 40


def refuse_damaged(path: Path) -> None:
    """Refuse a Parquet file that says what cannot be; one that is as it was is looked through once.

    Raises
    ------
    ValueError
        If it is damaged.
    """
    status = path.stat()
    _look_through(path, status.st_size, status.st_mtime_ns, status.st_ino)


@lru_cache(maxsize=256)
def _look_through(path: Path, size: int, _changed: int, _file: int) -> None:
    with path.open("rb") as file:
        refuse_impossible_pages(file, size)


def parquet_shape(path: Path) -> tuple[int, int]:
    """Return how many rows and columns a Parquet file says it has, 0 and 0 where that takes long to read.

    Raises
    ------
    ValueError
        If it is damaged.
    """
    with path.open("rb") as file:
        footer = _footer(file, path.stat().st_size)
    if footer is None:
        return 0, 0
    leaves = [part for part in _structs(footer, _SCHEMA) if not part.get(_CHILDREN)]
    return _number(footer, _ROWS, _MOST_ROWS), len(leaves)


def refuse_impossible_pages(file: BinaryIO, size: int) -> None:
    """Refuse a Parquet file whose footer or pages say what cannot be.

    Parameters
    ----------
    file : binary file
    size : int
        Its bytes.

    Raises
    ------
    ValueError
        If it is damaged.
    """
    footer = _footer(file, size)
    if footer is None:
        return
    rows = _number(footer, _ROWS, _MOST_ROWS)
    for group in _structs(footer, _GROUPS):
        _number(group, _GROUP_ROWS, rows)
        for column in _structs(group, _COLUMNS):
            meta = column.get(_META)
            if isinstance(meta, dict):
                _refuse_pages(file, meta, size)


def _footer(file: BinaryIO, size: int) -> Struct | None:
    """Return the description at the end of a file, None where it is too long to be looked through."""
    if size < 2 * _TAIL:
        raise DamagedError
    file.seek(size - _TAIL)
    tail = file.read(_TAIL)
    length = int.from_bytes(tail[:4], "little")
    if tail[4:] != _MAGIC or length > size - _TAIL - len(_MAGIC):
        raise DamagedError
    if length > _MOST_DESCRIBED:
        return None
    file.seek(size - _TAIL - length)
    return ThriftReader(file.read(length)).struct()


def _refuse_pages(file: BinaryIO, meta: Struct, size: int) -> None:
    """Go through the pages of a column of a group of rows."""
    values = _number(meta, _VALUES, _MOST_ROWS)
    total = _number(meta, _SIZE, size)
    starts = [_number(meta, place, size) for place in (_FIRST_PAGE, _DICTIONARY) if meta.get(place)]
    place = min(starts, default=0)
    if place + total > size:
        raise DamagedError
    end, seen = place + total, 0
    while place < end and seen < values:
        head, length = _page_head(file, place, end)
        packed = _number(head, _PACKED, end - place)
        _number(head, _UNPACKED, _MOST_COMPRESSED)
        kind = _number(head, _KIND, _LAST_KIND)
        if kind in _DATA_HEADS:
            own = head.get(_DATA_HEADS[kind])
            seen += _number(own, _PAGE_VALUES, values - seen) if isinstance(own, dict) else values
        elif kind == _DICTIONARY_KIND and isinstance(own := head.get(_DICTIONARY_HEAD), dict):
            _number(own, _PAGE_VALUES, _MOST_COMPRESSED)
        place += length + packed


def _page_head(file: BinaryIO, place: int, end: int) -> tuple[Struct, int]:
    """Return the head of a page and its length in bytes."""
    wanted = _HEAD
    while True:
        file.seek(place)
        reader = ThriftReader(file.read(min(wanted, end - place)))
        try:
            return reader.struct(), reader.place
        except DamagedError:  # or longer, with the smallest and largest of long texts
            if wanted >= min(_LONGEST_HEAD, end - place):
                raise
            wanted *= 16


def _number(fields: Struct, number: int, most: int) -> int:
    """Return a count or a size, which must be one."""
    value = fields.get(number, 0)
    if not isinstance(value, int) or not 0 <= value <= most:
        raise DamagedError
    return value


def _structs(fields: Struct, number: int) -> list[Struct]:
    found = fields.get(number, [])
    return [item for item in found if isinstance(item, dict)] if isinstance(found, list) else []
