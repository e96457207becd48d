"""Memory that a strategy's process shares with the window: progress, and what was printed last."""

import mmap
import struct
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_CELLS: Final = 3  # as `engine.control.RunControl` has them
_HEAD: Final = 8 * _CELLS  # where the number of printed bytes stands
_ROOM: Final = 1 << 18  # so many of them are kept
_START: Final = 64
_SIZE: Final = _START + _ROOM


class ScriptPanel:
    """Cells of a run's control and a ring of text, in a file both processes map.

    What is in it outlives the process that wrote it, be it killed in the middle of a line; a flood of
    text only turns the ring.
    """

    def __init__(self, path: Path) -> None:
        with path.open("r+b") as file:
            self._memory = mmap.mmap(file.fileno(), _SIZE)
        self._read = 0

    @classmethod
    def create(cls, path: Path) -> "ScriptPanel":
        """Return the panel in a new file."""
        with path.open("wb") as file:
            file.truncate(_SIZE)
        return cls(path)

    def cells(self) -> "NDArray[np.int64]":
        """Return the cells that a `RunControl` of the strategy's process writes."""
        import numpy as np

        return np.frombuffer(self._memory, np.int64, _CELLS)

    @property
    def progress(self) -> tuple[int, int]:
        """Timestamps done, and in all."""
        _, done, total = struct.unpack_from("<3q", self._memory)
        return done, total

    def write(self, text: str) -> None:
        """Add text, in place of the oldest."""
        raw = text.encode("utf-8", "replace")
        written = struct.unpack_from("<q", self._memory, _HEAD)[0]
        kept = raw[-_ROOM:]
        place = (written + len(raw) - len(kept)) % _ROOM
        first = kept[: _ROOM - place]
        self._memory[_START + place : _START + place + len(first)] = first
        rest = kept[len(first) :]
        self._memory[_START : _START + len(rest)] = rest
        struct.pack_into("<q", self._memory, _HEAD, written + len(raw))

    def new_text(self) -> str:
        """Return what was written since the last call, the latest part of it when that is much."""
        written = struct.unpack_from("<q", self._memory, _HEAD)[0]
        if written == self._read:
            return ""
        first = max(self._read, written - _ROOM)
        lost, self._read = first - self._read, written
        place = first % _ROOM
        ring = self._memory[_START:_SIZE]
        raw = (ring[place:] + ring[:place])[: written - first]
        text = raw.decode("utf-8", "replace")
        return f"… {lost:,} earlier characters are left out …\n{text}" if lost > 0 else text
