"""A market handed to another process through a file that both map into memory: nothing is copied.

The file holds the arrays as they lie in memory, and behind them what puts them together. It is made
and read by processes of the same version, in a folder of the user's alone.
"""

import io
import mmap
import pickle
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:  # numpy loads in the background
    from ml4t_desktop.market import Market

_ALIGNMENT: Final = 64
_TAIL: Final = 16  # where the description begins, and how long it is: two numbers at the end


class _Pickler(pickle.Pickler):
    """Describes a market; its arrays lie outside the description."""

    def reducer_override(self, obj: Any) -> Any:
        """Describe read-only mappings, which pickle does not know."""
        if isinstance(obj, MappingProxyType):
            return read_only, (dict(obj),)
        return NotImplemented


def read_only(values: dict[Any, Any]) -> MappingProxyType[Any, Any]:
    """Return a mapping that cannot be changed; pickle finds it here."""
    return MappingProxyType(values)


def write_market(path: Path, market: "Market") -> None:
    """Write a market for other processes of this machine."""
    buffers: list[pickle.PickleBuffer] = []
    described = io.BytesIO()
    _Pickler(described, protocol=5, buffer_callback=buffers.append).dump(market)
    places: list[tuple[int, int]] = []
    with path.open("wb") as file:
        for buffer in buffers:
            file.write(b"\0" * (-file.tell() % _ALIGNMENT))
            raw = buffer.raw()
            places.append((file.tell(), raw.nbytes))
            file.write(raw)
        begin = file.tell()
        file.write(pickle.dumps((places, described.getvalue())))
        end = file.tell()
        file.write(begin.to_bytes(8, "little") + (end - begin).to_bytes(8, "little"))


def map_market(path: Path) -> "Market":
    """Return the market of a file; its arrays are read-only and stay in the file."""
    with path.open("rb") as file:
        mapped = memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))
    begin, size = (int.from_bytes(mapped[at : at + 8], "little") for at in _tail(len(mapped)))
    places, described = pickle.loads(mapped[begin : begin + size])  # noqa: S301 (our own file)
    buffers = [mapped[start : start + count] for start, count in places]
    return pickle.loads(described, buffers=buffers)  # noqa: S301 (our own file)


def _tail(size: int) -> tuple[int, int]:
    return size - _TAIL, size - _TAIL + 8
