"""Workbooks (xlsx, xls, xlsb, ods): the sheet that holds the table."""

import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from ml4t_desktop.errors import InputError, Problem
from ml4t_desktop.files.compression import refuse_large_workbook
from ml4t_desktop.files.findings import listed, unknown_column
from ml4t_desktop.files.headers import header_of
from ml4t_desktop.wording import joined, mark, say

if TYPE_CHECKING:
    from fastexcel import ExcelReader

OLE = b"\xd0\xcf\x11\xe0"  # xls
_HEAD_ROWS = 50
_FILL = mark("Give a sheet with a table")


def read_workbook(
    path: Path, sheet: str | None, columns: Sequence[str] | None, rows: int | None
) -> tuple[pl.DataFrame, tuple[Problem, ...]]:
    """Return the table of a sheet, and notes on which one and how it was read.

    Without a named sheet it is the one with most cells.

    Raises
    ------
    InputError
        If the workbook cannot be read, is locked, has no such sheet, or no table.
    """
    import fastexcel

    where = str(path)
    if zipfile.is_zipfile(path):
        refuse_large_workbook(path)
    try:
        reader = fastexcel.read_excel(path)
        name, notes = _sheet(reader, path, sheet)
        frame, more = _table(reader, name, path, rows)
    except (fastexcel.FastExcelError, pl.exceptions.PanicException) as error:
        what = say(
            "cannot be read as a workbook ({splitlines})", splitlines=str(error).splitlines()[0]
        )
        fix = mark("Save it anew without a password, or as CSV")
        raise InputError(Problem(where=where, what=what, fix=fix)) from error
    if columns is not None:
        missing = [column for column in columns if column not in frame.columns]
        if missing:
            raise InputError(unknown_column(path.name, "columns", missing[0], frame.columns))
        frame = frame.select(columns)
    return frame, (*notes, *more)


def _sheet(
    reader: "ExcelReader", path: Path, wanted: str | None
) -> tuple[str, tuple[Problem, ...]]:
    names = reader.sheet_names
    if wanted is not None and wanted not in names:
        problem = Problem(
            where=path.name,
            what=say("there is no sheet '{wanted}'", wanted=wanted),
            fix=say("The sheets are: {names}", names=", ".join(names)),
        )
        raise InputError(problem)
    if wanted is not None or len(names) == 1:
        return wanted or names[0], ()
    sizes = {name: reader.load_sheet(name, header_row=None, n_rows=_HEAD_ROWS) for name in names}
    full = [name for name, head in sizes.items() if head.height and head.width > 1]
    if not full:
        raise InputError(
            Problem(where=path.name, what=mark("has no table in any sheet"), fix=_FILL)
        )
    counts = {name: reader.load_sheet(name, header_row=None, n_rows=0) for name in full}
    chosen = max(full, key=lambda name: counts[name].total_height * counts[name].width)
    others = [name for name in names if name != chosen]
    note = Problem(
        where=path.name,
        what=say(
            "sheet '{chosen}' is read; the others are {others}",
            chosen=chosen,
            others=listed(others),
        ),
        fix=mark('Name another below “How the files are written”: sheet = "…"'),
        severity="note",
    )
    return chosen, (note,)


def _table(
    reader: "ExcelReader", sheet: str, path: Path, rows: int | None
) -> tuple[pl.DataFrame, tuple[Problem, ...]]:
    head = reader.load_sheet(sheet, header_row=None, n_rows=_HEAD_ROWS, dtypes="string")
    cells = [
        ["" if cell is None else str(cell).strip() for cell in row]
        for row in head.to_polars().iter_rows()
    ]
    # A row without any cell is no title; it only moves the table down.
    header = header_of([row for row in cells if any(row)])
    skipped, left = 0, header.rows
    while left and skipped < len(cells):
        left -= any(cells[skipped])
        skipped += 1
    if not header.names:
        raise InputError(
            Problem(where=path.name, what=say("sheet '{sheet}' is empty", sheet=sheet), fix=_FILL)
        )
    loaded = reader.load_sheet(
        sheet,
        header_row=None,
        skip_rows=skipped,
        n_rows=rows,
        schema_sample_rows=None,
        column_names=list(header.names),
    )
    frame = loaded.to_polars()
    if not frame.height:  # without rows there are no types to judge by
        frame = frame.cast(pl.String)
    present = pl.any_horizontal(pl.all().is_not_null())
    full = frame.filter(present) if frame.width else frame
    remarks = list(header.remarks)
    if full.height < frame.height:
        remarks.append(say("{height} blank rows left out", height=frame.height - full.height))
    note = Problem(where=path.name, what=joined("; ", remarks), severity="note")
    return full, (note,) if remarks else ()
