"""Tables of Parquet files, by polars, after what would harm the process is refused."""

from io import BytesIO
from pathlib import Path
from typing import Final

import polars as pl

from ml4t_desktop.errors import InputError
from ml4t_desktop.files.formats.parquet_pages import refuse_damaged, refuse_impossible_pages
from ml4t_desktop.files.inside import real_file
from ml4t_desktop.files.watch import NOBODY, Watch

SAMPLE_ROWS: Final = 1_000
_SLICE: Final = 1 << 20  # rows
_LARGE: Final = 1 << 32
_MOST_TIMES: Final = 1_000  # equal values are packed into next to nothing


def read_parquet(
    source: Path | BytesIO,
    path: Path,
    columns: list[str] | None,
    rows: int | None = None,
    watch: Watch = NOBODY,
) -> pl.DataFrame:
    """Return columns of a Parquet file as they are written.

    Parameters
    ----------
    source : Path or BytesIO
        The file, or what it was packed into.
    path : Path
        The file as the user knows it.
    columns : list of str or None
        None for all.
    rows : int or None
        Only the first rows.
    watch : Watch
        Told the progress, asked whether to stop.

    Raises
    ------
    ValueError
        If it is damaged.
    InputError
        If it says it holds more rows than its bytes can tell apart.
    """
    refuse_damaged_parquet(source)
    _refuse_large(source, path, columns, rows)
    if rows is None and isinstance(source, Path):
        return _in_slices(source, columns, watch)
    return pl.read_parquet(source, columns=columns, n_rows=rows, glob=False)


def refuse_damaged_parquet(source: Path | BytesIO) -> None:
    """Refuse a Parquet file that would make its reader ask for impossible amounts of memory.

    Raises
    ------
    ValueError
        If it is damaged.
    """
    if isinstance(source, Path):
        refuse_damaged(source)
    else:
        refuse_impossible_pages(source, source.getbuffer().nbytes)
        source.seek(0)


def _in_slices(path: Path, columns: list[str] | None, watch: Watch) -> pl.DataFrame:
    """Return a Parquet file, one that takes long in slices, so that its progress can be told."""
    scan = pl.scan_parquet(path, glob=False)
    count = int(scan.select(pl.len()).collect().item())
    if count <= _SLICE:
        return pl.read_parquet(path, columns=columns, glob=False)
    wanted = scan if columns is None else scan.select(columns)
    parts: list[pl.DataFrame] = []
    for start in range(0, count, _SLICE):
        parts.append(wanted.slice(start, _SLICE).collect())
        watch.advance(min(start + _SLICE, count) / count)
    return pl.concat(parts)


def _refuse_large(
    source: Path | BytesIO, path: Path, columns: list[str] | None, rows: int | None
) -> None:
    """Refuse a Parquet file that says it holds more rows than its bytes can tell apart."""
    scan = pl.scan_parquet(source, glob=False)
    count = int(scan.select(pl.len()).collect().item()) if rows is None else rows
    width = len(columns) if columns is not None else scan.collect_schema().len()
    if count * width * 8 > max(real_file(path).stat().st_size * _MOST_TIMES, _LARGE):
        from ml4t_desktop.files.formats.compression import too_large

        raise InputError(too_large(path))
    if not isinstance(source, Path):
        source.seek(0)
