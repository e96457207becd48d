"""Tables as files for other programs: CSV, Parquet and Excel workbooks."""

import os
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from ml4t_desktop.errors import InputError, Problem
from ml4t_desktop.wording import mark, say

SUFFIXES: Final = (".csv", ".parquet", ".xlsx")
_SHEET_ROWS: Final = 1_048_575  # of a workbook, below its header


def write_table(
    frame: pl.DataFrame, path: Path, *, columns: Sequence[str], rows: NDArray[np.int64]
) -> int:
    """Write some rows and columns of a table, and return the number of rows.

    Values keep their full precision; times in CSV are written as in ISO 8601.

    Parameters
    ----------
    frame : DataFrame
    path : Path
        Its suffix, one of `SUFFIXES`, says what is written. An existing file is replaced, and only
        by a whole one.
    columns : sequence of str
        In the order in which they are written.
    rows : ndarray of int64
        Rows of the frame, in the order in which they are written.

    Raises
    ------
    InputError
        If the suffix is another one, or a workbook cannot hold so many rows.
    OSError
        If the file cannot be written.
    """
    suffix = path.suffix.lower()
    if suffix not in SUFFIXES:
        what = (
            say("the name ends with {suffix!r}", suffix=suffix)
            if suffix
            else mark("the name has no ending")
        )
        raise InputError(
            [
                Problem(
                    what=what,
                    where=path.name,
                    fix=say("end it with {suffixes}", suffixes=", ".join(SUFFIXES)),
                )
            ]
        )
    if suffix == ".xlsx" and rows.size > _SHEET_ROWS:
        raise InputError(
            [
                Problem(
                    what=say(
                        "a sheet holds {most:,} rows, these are {rows:,}",
                        most=_SHEET_ROWS,
                        rows=rows.size,
                    ),
                    where=path.name,
                    fix=mark("filter the table, or write CSV or Parquet"),
                )
            ]
        )
    shown = frame.select(columns)[rows]
    temporary = path.with_name(f".{path.stem}.{os.getpid()}{suffix}")
    try:
        if suffix == ".csv":
            shown.write_csv(temporary, datetime_format="%Y-%m-%dT%H:%M:%S%.f")
        elif suffix == ".parquet":
            shown.write_parquet(temporary)
        else:
            _write_workbook(shown, temporary, path.stem)
        temporary.replace(path)
    finally:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)
    return shown.height


def _write_workbook(frame: pl.DataFrame, path: Path, name: str) -> None:
    """Write a workbook of one sheet; its times have no zone, since a workbook knows none."""
    zoned = [
        name
        for name, dtype in frame.schema.items()
        if isinstance(dtype, pl.Datetime) and dtype.time_zone is not None
    ]
    plain = frame.with_columns(pl.col(zoned).dt.replace_time_zone(None)) if zoned else frame
    # A sheet is called by thirty-one letters at most, and none of []:*?/\.
    name = "".join(letter for letter in name if letter not in "[]:*?/\\'")[:31] or "Table"
    plain.write_excel(
        path, worksheet=name, freeze_panes=(1, 0), dtype_formats={pl.Float64: "General"}
    )
