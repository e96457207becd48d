"""Reading that begins before all that makes use of it is loaded: it needs no interpreter, loading does.

What a request is goes unchecked here, as what checks it takes long to load. A guess that was wrong costs
the time of reading and nothing else: what is not asked for is dropped, what could not be read is read
again by those who tell why.
"""

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any, Final, Self

import polars as pl

from ml4t_desktop.files.formats.parquet_pages import parquet_shape
from ml4t_desktop.files.formats.parquet_tables import SAMPLE_ROWS, read_parquet
from ml4t_desktop.files.pieces.memory import piece_rows
from ml4t_desktop.files.stamps import Stamp, stamp_of
from ml4t_desktop.files.watch import NOBODY, Watch

_KEYS: Final = ("time", "clock", "asset")
_NUMBERS: Final = ("open", "high", "low", "close", "volume")


class HeadStart:
    """Columns of a Parquet file, and its first rows, while they are read.

    Parameters
    ----------
    path : Path
    parts : sequence of tuple of str
        Columns to read together, those needed first before the others.
    texts : str or None
        A column that becomes categories, should it hold texts.
    progress : callable or None
        Told the share of the work of reading a market that is done, 0 to 1.
    """

    def __init__(
        self,
        path: Path,
        parts: Sequence[tuple[str, ...]],
        *,
        texts: str | None = None,
        progress: Callable[[float], None] | None = None,
    ) -> None:
        self._path = path
        self._stamp: Stamp = stamp_of(path)
        pool = ThreadPoolExecutor(1)  # one after the other: what is small is not kept waiting
        self._sample = pool.submit(read_parquet, path, path, None, SAMPLE_ROWS)
        self._parts: dict[tuple[str, ...], Future[pl.DataFrame]] = {}
        for names in parts:
            watch = Watch(progress).between(0.0, 0.7) if names == parts[-1] else NOBODY
            self._parts[names] = pool.submit(_read, path, names, texts, watch)
        pool.shutdown(wait=False)

    @classmethod
    def of_data(
        cls,
        data: Mapping[str, Any],
        base: Path,
        progress: Callable[[float], None] | None = None,
    ) -> Self | None:
        """Return the head start on the file of the table ``[data]`` of a request as it is written.

        None where it is not one Parquet file that fits the memory whole.

        Parameters
        ----------
        base : Path
            Folder that relative paths start from.
        progress : callable or None
        """
        match data:
            case {"predictions": _} | {"layout": _}:
                return None
            case {"files": [str(name)]}:
                path = base / name
            case _:
                return None
        keys, numbers = (_names(data, roles) for roles in (_KEYS, _NUMBERS))
        signals = data.get("signals", [])
        if not isinstance(signals, list) or not all(isinstance(name, str) for name in signals):
            return None
        numbers = tuple(dict.fromkeys((*numbers, *signals)))
        try:
            rows, columns = parquet_shape(path)
        except (OSError, ValueError):  # another kind of file, or told when it is read
            return None
        if not rows or piece_rows(rows * columns, len(signals)) is not None:
            return None
        parts = [part for part in (keys, numbers) if part]
        asset = data.get("asset")
        return cls(path, parts, texts=asset if asset in keys else None, progress=progress)

    def is_of(self, path: Path) -> bool:
        """Return whether a file is the one that is read, and as it was when reading began."""
        return path == self._path and stamp_of(path) == self._stamp

    def sample(self) -> Future[pl.DataFrame]:
        """Return the first rows as they are written."""
        return self._sample

    def columns(self, names: Sequence[str]) -> Future[pl.DataFrame] | None:
        """Return these columns as they are written, but for texts; once, None where they are not read."""
        return self._parts.pop((*names,), None)


def _read(path: Path, names: Sequence[str], texts: str | None, watch: Watch) -> pl.DataFrame:
    frame = read_parquet(path, path, [*names], watch=watch)
    if texts is not None and frame.schema.get(texts) == pl.String:
        return frame.with_columns(pl.col(texts).cast(pl.Categorical))
    return frame


def _names(data: Mapping[str, Any], roles: Sequence[str]) -> tuple[str, ...]:
    names = (data.get(role) for role in roles)
    return tuple(dict.fromkeys(name for name in names if isinstance(name, str)))
