"""Feather files of the first version, as pandas and R wrote them before 2020.

The reader of pyarrow trusts the places and sizes such a file says; a damaged one ends the whole
process. Here each of them is checked before anything is read there. The layout is that of
``feather.fbs`` of Apache Arrow: buffers first, then a FlatBuffers table ``CTable``, its size in four
bytes, and the letters ``FEA1``.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass

import polars as pl
import pyarrow as pa

from ml4t_desktop.wording import mark

_MAGIC = b"FEA1"
_TAIL = 8
_MOST_COLUMNS = 100_000
_TYPES: dict[int, pa.DataType] = {
    0: pa.bool_(), 1: pa.int8(), 2: pa.int16(), 3: pa.int32(), 4: pa.int64(), 5: pa.uint8(),
    6: pa.uint16(), 7: pa.uint32(), 8: pa.uint64(), 9: pa.float32(), 10: pa.float64(), 11: pa.string(),
    12: pa.binary(), 17: pa.large_string(), 18: pa.large_binary(),
}  # fmt: skip
_UNITS = ("s", "ms", "us", "ns")
_CATEGORY, _TIMESTAMP, _DATE, _TIME = 1, 2, 3, 4  # what is told beside a column
_OFFSETS = {11: 4, 12: 4, 17: 8, 18: 8}


class _DamagedError(ValueError):
    """The file says what cannot be."""

    def __init__(self) -> None:
        super().__init__(mark("it is damaged"))


@dataclass(frozen=True, slots=True)
class _Node:
    """A table of FlatBuffers inside the description of the file."""

    data: bytes
    place: int

    def field(self, slot: int) -> int | None:
        """Return where a field is, None when it is left out."""
        vtable = self.place - self.number("<i", self.place)
        size = self.number("<H", vtable)
        entry = 4 + 2 * slot
        if entry + 2 > size:
            return None
        offset = self.number("<H", vtable + entry)
        return self.place + offset if offset else None

    def number(self, form: str, place: int) -> int:
        """Return a number that is in the description."""
        if not 0 <= place <= len(self.data) - struct.calcsize(form):
            raise _DamagedError
        return struct.unpack_from(form, self.data, place)[0]

    def value(self, slot: int, form: str) -> int:
        """Return a number field, zero when it is left out."""
        place = self.field(slot)
        return 0 if place is None else self.number(form, place)

    def inner(self, slot: int) -> "_Node | None":
        """Return a table field."""
        place = self.field(slot)
        return None if place is None else _Node(self.data, place + self.number("<I", place))

    def text(self, slot: int) -> str:
        """Return a text field."""
        place = self.field(slot)
        if place is None:
            return ""
        start = place + self.number("<I", place)
        length = self.number("<I", start)
        if start + 4 + length > len(self.data):
            raise _DamagedError
        return self.data[start + 4 : start + 4 + length].decode()

    def several(self, slot: int) -> "Iterator[_Node]":
        """Yield the tables of a list."""
        place = self.field(slot)
        if place is None:
            return
        start = place + self.number("<I", place)
        count = self.number("<I", start)
        if count > _MOST_COLUMNS:
            raise _DamagedError
        for entry in range(start + 4, start + 4 + 4 * count, 4):
            yield _Node(self.data, entry + self.number("<I", entry))


def read_feather(data: bytes) -> pl.DataFrame:
    """Return the table of a Feather file of the first version.

    Raises
    ------
    ValueError
        If it is damaged.
    """
    if len(data) < 2 * _TAIL or not data.startswith(_MAGIC) or not data.endswith(_MAGIC):
        raise _DamagedError
    size = struct.unpack_from("<I", data, len(data) - _TAIL)[0]
    start = len(data) - _TAIL - size
    if start < len(_MAGIC) or size < _TAIL:
        raise _DamagedError
    table = data[start : len(data) - _TAIL]
    root = _Node(table, 0)
    root = _Node(table, root.number("<I", 0))
    rows = root.value(1, "<q")
    body = pa.py_buffer(memoryview(data)[:start])
    columns: dict[str, pa.Array] = {}
    try:
        for column in root.several(2):
            values = column.inner(1)
            if values is None or values.value(3, "<q") != rows:
                raise _DamagedError
            columns[column.text(0)] = _column(values, column, body)
        made = pa.table(columns)
        made.validate(full=True)
    except (pa.ArrowException, OverflowError) as error:
        raise _DamagedError from error
    return pl.DataFrame(made)


def _column(values: _Node, column: _Node, body: pa.Buffer) -> pa.Array:
    """Return the values of a column, as what its description says they are."""
    kind = column.value(2, "<B")
    about = column.inner(3)
    code = values.value(0, "<b")
    if about is not None and kind == _CATEGORY:
        levels = about.inner(0)
        if levels is None:
            raise _DamagedError
        words = _array(levels, _plain(levels.value(0, "<b")), body)
        return pa.DictionaryArray.from_arrays(_array(values, _plain(code), body), words)
    times = _times(kind, about)
    return _array(values, _plain(code) if times is None else times, body)


def _plain(code: int) -> pa.DataType:
    if code not in _TYPES:
        raise _DamagedError
    return _TYPES[code]


def _times(kind: int, about: _Node | None) -> pa.DataType | None:
    """Return the type of a column of times, None of another; they are kept as whole numbers."""
    if about is None or kind not in (_TIMESTAMP, _DATE, _TIME):
        return None
    if kind == _DATE:
        return pa.date32()
    place = about.value(0, "<b")
    if not 0 <= place < len(_UNITS):
        raise _DamagedError
    if kind == _TIMESTAMP:
        return pa.timestamp(_UNITS[place], about.text(1) or None)
    return pa.time32(_UNITS[place]) if place < 2 else pa.time64(_UNITS[place])


def _array(values: _Node, kind: pa.DataType, body: pa.Buffer) -> pa.Array:
    """Return a column from its place in the file, every part of which must lie inside of it."""
    offset, length = values.value(2, "<q"), values.value(3, "<q")
    missing, total = values.value(4, "<q"), values.value(5, "<q")
    if min(offset, length, missing, total) < 0 or offset + total > body.size:
        raise _DamagedError
    part = body.slice(offset, total)
    buffers: list[pa.Buffer | None] = [None]
    place = 0
    if missing:
        buffers[0], place = _taken(part, place, (length + 7) // 8)
    width = _OFFSETS.get(values.value(0, "<b"))
    if width is not None:
        offsets, place = _taken(part, place, (length + 1) * width)
        buffers += [offsets, part.slice(place)]
    else:
        buffers.append(_taken(part, place, (length * kind.bit_width + 7) // 8)[0])
    array = pa.Array.from_buffers(kind, length, buffers, null_count=-1)
    array.validate(full=True)
    return array


def _taken(part: pa.Buffer, place: int, size: int) -> tuple[pa.Buffer, int]:
    """Return so many bytes, and where the next buffer begins: at a multiple of eight bytes."""
    if place + size > part.size:
        raise _DamagedError
    return part.slice(place, size), place + (size + 7) // 8 * 8
