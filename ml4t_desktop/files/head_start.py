"""Work on the files of a request that begins before all that reads them is loaded."""

from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Final

import polars as pl

from ml4t_desktop.errors import InputError
from ml4t_desktop.files.column_map import PRICE_ROLES, ColumnMap
from ml4t_desktop.files.fingerprint import Fingerprint, source_files
from ml4t_desktop.files.memory import surely_fit
from ml4t_desktop.files.tables import FileKind, file_kind, read_columns, table_sample
from ml4t_desktop.files.watch import NOBODY, Watch
from ml4t_desktop.request import ContextSource, DataSource

_KEYS: Final = ("time", "clock", "asset")
_NUMBERS: Final = (*PRICE_ROLES, "volume")


class HeadStart:
    """Takes the fingerprint of a request's files, and reads the columns it names of a single Parquet file.

    Both need no interpreter, which importing the rest keeps busy.

    Parameters
    ----------
    base : Path
        Folder that relative paths start from.
    progress, cancelled : callable
        As for `market_files.read_market`.
    is_whole : bool
        Whether the file is read in one piece, should it fit the memory.
    """

    def __init__(
        self,
        data: DataSource,
        context: ContextSource | None,
        *,
        base: Path,
        progress: Callable[[float], None] | None = None,
        cancelled: Callable[[], bool] | None = None,
        is_whole: bool = True,
    ) -> None:
        self.fingerprint = Fingerprint(source_files(data, context, base=base))
        self._path = base / data.files[0]
        self._sample: Future[pl.DataFrame] | None = None
        self._parts: dict[tuple[str, ...], Future[pl.DataFrame]] = {}
        columns = ColumnMap.of(data)
        if not is_whole or len(data.files) != 1 or not _is_parquet_that_fits(self._path, columns):
            return
        keys, numbers = (_named(columns, roles) for roles in (_KEYS, _NUMBERS))
        numbers = tuple(dict.fromkeys((*numbers, *data.signals)))
        watch = Watch(progress, cancelled).between(0.0, 0.7)
        pool = ThreadPoolExecutor(1)  # one after the other: what is small is not kept waiting
        self._sample = pool.submit(table_sample, self._path)
        for names, watched in ((keys, NOBODY), (numbers, watch)):
            if names:
                self._parts[names] = pool.submit(read_columns, self._path, names, watch=watched)
        pool.shutdown(wait=False)

    def sample(self, path: Path) -> pl.DataFrame | None:
        """Return the first rows of a file, None where they are not read."""
        return self._sample.result() if self._sample is not None and path == self._path else None

    def columns(self, path: Path, names: Sequence[str]) -> Future[pl.DataFrame] | None:
        """Return these columns of a file while they are read, once; None where they are not."""
        return self._parts.pop((*names,), None) if path == self._path else None


def _named(columns: ColumnMap, roles: Sequence[str]) -> tuple[str, ...]:
    names = (getattr(columns, role) for role in roles)
    return tuple(dict.fromkeys(name for name in names if name is not None))


def _is_parquet_that_fits(path: Path, columns: ColumnMap) -> bool:
    try:
        is_parquet = file_kind(path, columns.form) == FileKind("parquet")
    except InputError:  # told when it is read
        return False
    return is_parquet and surely_fit([path], columns)
