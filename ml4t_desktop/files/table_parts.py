"""Tables on disk that are not in the shape to be read in parts, written so that they are."""

from collections.abc import Callable, Collection, Iterator
from pathlib import Path

import numpy as np
import polars as pl
import pyarrow.parquet as pq
from numpy.typing import NDArray

from ml4t_desktop.files.tables import read_columns, table_format, text_scan

ROW = "__row"
Slices = Iterator[tuple[pl.DataFrame, NDArray[np.int64]]]


def as_parquet(path: Path, columns: list[str], text: Collection[str], target: Path) -> Path:
    """Return a Parquet file with these columns of a table: its own, or one written to `target`.

    Raises
    ------
    InputError
        If the table cannot be read.
    """
    kind = table_format(path)
    if kind == "parquet":
        return path
    scans: list[Callable[[], pl.LazyFrame]] = []
    if kind == "text":
        # A later row may not fit the types of the first ones; texts are read as numbers later.
        scans = [lambda: text_scan(path, text), lambda: text_scan(path, text, infer=False)]
    elif kind == "arrow":
        scans = [lambda: pl.scan_ipc(path)]
    for scan in scans:
        try:
            scan().select(columns).sink_parquet(target)
        except (pl.exceptions.PolarsError, UnicodeError):
            continue
        return target
    read_columns(path, columns, text=text).write_parquet(target)
    return target


def write_parts(
    slices: Slices, borders: NDArray[np.int64], end: int, folder: Path, name: str
) -> list[Path]:
    """Write rows in any order to one file for each part; a part without rows has no file.

    Parameters
    ----------
    slices : iterator of (DataFrame, ndarray of int64)
        Rows of the table, one slice after the other, and their times.
    borders : ndarray of int64
        The time at which each part begins.
    end : int
        The last time wanted.

    Returns
    -------
    list of Path
        One for each part, be it there or not; column `ROW` is the 0-based row of the table.
    """
    paths = [folder / f"{name}-part-{number}.parquet" for number in range(borders.size)]
    writers: dict[int, pq.ParquetWriter] = {}
    seen = 0
    try:
        for frame, us in slices:
            rows = pl.Series(ROW, np.arange(seen, seen + frame.height))
            seen += frame.height
            part = np.searchsorted(borders, us, side="right") - 1
            part[us > end] = -1
            order = np.argsort(part, kind="stable")
            limits = np.searchsorted(part[order], np.arange(borders.size + 1))
            sorted_rows = frame.with_columns(rows)[order]
            for number in np.unique(part[part >= 0]).tolist():
                first, last = int(limits[number]), int(limits[number + 1])
                table = sorted_rows.slice(first, last - first).to_arrow(
                    compat_level=pl.CompatLevel.oldest()
                )
                if number not in writers:
                    writers[number] = pq.ParquetWriter(paths[number], table.schema)
                writers[number].write_table(table)
    finally:
        for writer in writers.values():
            writer.close()
    return paths
