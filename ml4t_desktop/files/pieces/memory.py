"""How much memory reading a request's files takes, and how much there is."""

import ctypes
import os
import sys
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from ml4t_desktop.errors import InputError
from ml4t_desktop.files.inside import real_file

if TYPE_CHECKING:  # what is read before they are loaded is measured too
    from ml4t_desktop.files.columns.column_map import ColumnMap
    from ml4t_desktop.request import TableForm

_VALUE_BYTES: Final = 8
_BAR_COLUMNS: Final = 7  # time, asset, four prices, volume
# A run in one piece takes at most twice the columns it uses (and some that does not grow).
_TIMES: Final = 2
_FREE_SHARE: Final = 0.6
# What a piece takes while it is read, joined to what was carried, and run, the next one being read.
_PIECE_TIMES: Final = 8
_FEWEST, _MOST = 50_000, 4_000_000
_HEAD_BYTES: Final = 1 << 20
_SEPARATORS: Final = (b",", b";", b"\t", b"|", b" ")


def needed_memory(rows: int, signals: int) -> int:
    """Return about how many bytes a run of so many bars in one piece takes.

    Parameters
    ----------
    signals : int
        Number of columns beside the bars.
    """
    return rows * _row_bytes(signals) * _TIMES


def piece_rows(rows: int, signals: int) -> int | None:
    """Return how many of so many bars to read at once, None when all of them fit the memory.

    Parameters
    ----------
    signals : int
        Number of columns beside the bars.
    """
    free = available_memory()
    if free is None or needed_memory(rows, signals) <= _FREE_SHARE * free:
        return None
    fitting = int(_FREE_SHARE * free / (_PIECE_TIMES * _row_bytes(signals)))
    return min(max(fitting, _FEWEST), _MOST)


@dataclass(frozen=True, slots=True)
class TableSize:
    """About how large a table is.

    Parameters
    ----------
    rows : int
    columns : int
        At least as many as it has.
    """

    rows: int = 0
    columns: int = 0


def estimated_size(path: Path, form: "TableForm | None" = None) -> TableSize:
    """Return about how large a table is, nothing where that cannot be told without reading it."""
    from ml4t_desktop.files.formats.compression import opened
    from ml4t_desktop.files.formats.tables import AUTOMATIC, file_kind

    form = form or AUTOMATIC

    try:
        kind = file_kind(path, form)
        if kind.format == "parquet" and kind.packing is None:
            from ml4t_desktop.files.formats.parquet_pages import parquet_shape

            return TableSize(*parquet_shape(path))
        if kind.format == "text":
            with opened(path, kind.packing, form.sheet) as file:
                head = file.read(_HEAD_BYTES)
            marks = _SEPARATORS if form.separator is None else (form.separator.encode(),)
            size = real_file(path).stat().st_size * (1.0 if kind.packing is None else _packed(head))
            longest = max(head.split(b"\n"), key=len)
            columns = 1 + max(longest.count(mark) for mark in marks)
            return TableSize(int(size * head.count(b"\n") / max(len(head), 1)), columns)
    except (InputError, OSError, ValueError, EOFError, zlib.error):  # told when it is read
        return TableSize()
    return TableSize()


def surely_fit(paths: Sequence[Path], columns: "ColumnMap") -> bool:
    """Return whether tables fit the memory even if every column were an asset; most do."""
    sizes = [estimated_size(path, columns.form) for path in paths]
    most = sum(size.rows * size.columns for size in sizes)
    widest = max((size.columns for size in sizes), default=0)
    signals = widest if columns.signals is None else len(columns.signals)
    return piece_rows(most, signals) is None


def _packed(head: bytes) -> float:
    """Return how much smaller a file is for being packed; all packings are about as good as this one."""
    return len(head) / max(len(zlib.compress(head)), 1)


def _row_bytes(signals: int) -> int:
    return _VALUE_BYTES * (_BAR_COLUMNS + signals)


def available_memory() -> int | None:
    """Return the bytes a process may still take without the system swapping, None where nobody says."""
    if sys.platform == "win32":
        return _windows_memory()
    found = [limit for limit in (_linux_memory(), _container_memory()) if limit is not None]
    if found:
        return min(found)
    try:  # where only the whole is known, half of it
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") // 2
    except (AttributeError, ValueError, OSError):
        return None


def _linux_memory() -> int | None:
    try:
        lines = Path("/proc/meminfo").read_text(encoding="ascii").splitlines()
    except OSError:
        return None
    for line in lines:
        if line.startswith("MemAvailable:"):
            return int(line.split()[1]) * 1024
    return None


def _container_memory() -> int | None:
    """Return what the limit of a container leaves."""
    folder = Path("/sys/fs/cgroup")
    try:
        most = int((folder / "memory.max").read_text(encoding="ascii"))
        used = int((folder / "memory.current").read_text(encoding="ascii"))
    except (OSError, ValueError):  # no container, or one without a limit
        return None
    return max(most - used, 0)


class _MemoryStatus(ctypes.Structure):
    """What Windows says of its memory."""

    _fields_ = (
        ("length", ctypes.c_ulong),
        ("load", ctypes.c_ulong),
        *((name, ctypes.c_ulonglong) for name in ("total", "available", *"abcde")),
    )


def _windows_memory() -> int | None:
    status = _MemoryStatus()
    status.length = ctypes.sizeof(_MemoryStatus)
    if not ctypes.WinDLL("kernel32").GlobalMemoryStatusEx(ctypes.byref(status)):  # pyright: ignore[reportAttributeAccessIssue] (Windows only)
        return None
    return int(status.available)
