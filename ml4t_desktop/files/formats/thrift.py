"""The compact encoding of Thrift, in which Parquet files describe themselves; every size is checked."""

from dataclasses import dataclass
from typing import Any

from ml4t_desktop.wording import mark

Struct = dict[int, Any]  # a value by the number of its field: numbers, bytes, lists and structs
_TRUE, _FALSE, _BYTE, _I16, _I32, _I64, _DOUBLE, _BINARY, _LIST, _SET, _MAP, _STRUCT = range(1, 13)
_DEEPEST = 16
_MOST_BITS = 70


class DamagedError(ValueError):
    """Bytes that are no such description."""

    def __init__(self) -> None:
        super().__init__(mark("it is damaged"))


@dataclass(slots=True)
class ThriftReader:
    """Reads values of the compact encoding one after the other.

    Parameters
    ----------
    data : bytes
    place : int
        Where the next value begins.
    """

    data: bytes
    place: int = 0

    def struct(self, depth: int = 0) -> Struct:
        """Return the fields of a struct by their numbers.

        Raises
        ------
        DamagedError
            If the bytes end before it does, or are none.
        """
        if depth > _DEEPEST:
            raise DamagedError
        fields: Struct = {}
        number = 0
        while (head := self._byte()) != 0:
            kind, step = head & 0x0F, head >> 4
            number = number + step if step else _unfolded(self._varint())
            fields[number] = kind == _TRUE if kind in (_TRUE, _FALSE) else self._value(kind, depth)
        return fields

    def _value(self, kind: int, depth: int) -> Any:
        if kind in (_I16, _I32, _I64):
            return _unfolded(self._varint())
        if kind in (_TRUE, _FALSE, _BYTE):
            return self._byte()
        if kind == _DOUBLE:
            return self._taken(8)
        if kind == _BINARY:
            return self._taken(self._varint())
        if kind in (_LIST, _SET):
            return self._several(depth)
        if kind == _STRUCT:
            return self.struct(depth + 1)
        raise DamagedError  # a map, which Parquet does not use, or nothing known

    def _several(self, depth: int) -> list[Any]:
        head = self._byte()
        kind, count = head & 0x0F, head >> 4
        if count == 15:
            count = self._varint()
        if count > len(self.data) - self.place:  # each takes at least a byte
            raise DamagedError
        return [self._value(kind, depth) for _ in range(count)]

    def _byte(self) -> int:
        if self.place >= len(self.data):
            raise DamagedError
        self.place += 1
        return self.data[self.place - 1]

    def _varint(self) -> int:
        value = shift = 0
        while True:
            byte = self._byte()
            value |= (byte & 0x7F) << shift
            if byte < 0x80:
                return value
            shift += 7
            if shift > _MOST_BITS:
                raise DamagedError

    def _taken(self, size: int) -> bytes:
        if size > len(self.data) - self.place:
            raise DamagedError
        self.place += size
        return self.data[self.place - size : self.place]


def _unfolded(value: int) -> int:
    """Return a signed number from its zigzag form."""
    return (value >> 1) ^ -(value & 1)
