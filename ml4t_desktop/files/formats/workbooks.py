"""Workbooks (xlsx, xls, xlsb, ods): the sheet that holds the table."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from ml4t_desktop.errors import InputError, Problem
from ml4t_desktop.files.findings import listed, unknown_column
from ml4t_desktop.files.formats.compression import Packing, refuse_large_workbook, unpacked
from ml4t_desktop.files.formats.headers import header_of, is_total
from ml4t_desktop.files.formats.sheet_cache import Book, SheetHead, book_of
from ml4t_desktop.files.inside import place_of, shown_name
from ml4t_desktop.wording import joined, mark, say

if TYPE_CHECKING:
    from fastexcel import ExcelReader

OLE = b"\xd0\xcf\x11\xe0"  # xls
_HEAD_ROWS = 50
_FILL = mark("Give a sheet with a table")


def read_workbook(
    path: Path,
    packing: Packing | None,
    sheet: str | None,
    columns: Sequence[str] | None,
    rows: int | None,
) -> tuple[pl.DataFrame, tuple[Problem, ...]]:
    """Return the table of a sheet, and notes on which one and how it was read.

    Without a named sheet it is the one with most cells. What was read stays known until the file
    changes, or others are read; see `sheet_cache`.

    Raises
    ------
    InputError
        If the workbook cannot be read, is locked, has no such sheet, or no table.
    """
    import fastexcel

    place = place_of(path)
    source: Path | bytes = place.file
    if packing is not None:  # in an archive
        source, sheet = unpacked(path, packing, sheet).getvalue(), None
        book = Book(0)
    else:
        sheet = place.inner or sheet
        book = book_of(place.file)
    workbook = _Workbook(source, path, book)
    try:
        name, notes = _sheet(workbook, path, sheet)
        frame, more = _table(workbook, name, path)
    except (fastexcel.FastExcelError, pl.exceptions.PanicException) as error:
        what = say(
            "cannot be read as a workbook ({splitlines})", splitlines=str(error).splitlines()[0]
        )
        fix = mark("Save it anew without a password, or as CSV")
        raise InputError(Problem(where=str(path), what=what, fix=fix)) from error
    if columns is not None:
        missing = [column for column in columns if column not in frame.columns]
        if missing:
            raise InputError(unknown_column(shown_name(path), "columns", missing[0], frame.columns))
        frame = frame.select(columns)
    return frame if rows is None else frame.head(rows), (*notes, *more)


def filled_sheets(path: Path) -> tuple[str, ...]:
    """Return the sheets of a workbook that hold a table, the one with most cells first.

    There are none where it is no workbook, or has one sheet.
    """
    import fastexcel

    try:
        workbook = _Workbook(path, path, book_of(path))
        return _by_size(workbook) if len(workbook.sheets()) > 1 else ()
    except (
        fastexcel.FastExcelError,
        pl.exceptions.PanicException,
        InputError,
        OSError,
        ValueError,
    ):
        return ()  # told when it is read


class _Workbook:
    """The sheets of a workbook, each taken apart no more often than is needed.

    The reader takes a whole sheet apart whatever is asked of it.
    """

    def __init__(self, source: Path | bytes, path: Path, book: Book) -> None:
        self._source, self._path, self.book = source, path, book
        self._reader: ExcelReader | None = None

    def reader(self) -> "ExcelReader":
        import fastexcel

        if self._reader is None:
            refuse_large_workbook(self._source, self._path)
            self._reader = fastexcel.read_excel(self._source)
        return self._reader

    def sheets(self) -> tuple[str, ...]:
        if not self.book.sheets:
            self.book.sheets = (*self.reader().sheet_names,)
        return self.book.sheets

    def head(self, name: str) -> SheetHead:
        known = self.book.heads.get(name)
        if known is None:
            loaded = self.reader().load_sheet(
                name, header_row=None, n_rows=_HEAD_ROWS, dtypes="string"
            )
            cells = [
                tuple("" if cell is None else str(cell).strip() for cell in row)
                for row in loaded.to_polars().iter_rows()
            ]
            known = SheetHead(cells=tuple(cells), height=loaded.total_height, width=loaded.width)
            self.book.heads[name] = known
        return known


def _by_size(workbook: _Workbook) -> tuple[str, ...]:
    heads = {name: workbook.head(name) for name in workbook.sheets()}
    full = {name: head for name, head in heads.items() if head.cells and head.width > 1}
    return tuple(sorted(full, key=lambda name: -full[name].height * full[name].width))


def _as_judged(frame: pl.DataFrame) -> pl.DataFrame:
    """Return a frame whose columns are texts only because of a row that is no longer in it."""
    from ml4t_desktop.files.columns.number_texts import plain_numbers

    numbers = (plain_numbers(s) for s in frame.get_columns() if s.dtype == pl.String)
    return frame.with_columns(series for series in numbers if series is not None)


def _sheet(workbook: _Workbook, path: Path, wanted: str | None) -> tuple[str, tuple[Problem, ...]]:
    names = workbook.sheets()
    if wanted is not None and wanted not in names:
        problem = Problem(
            where=shown_name(path),
            what=say("there is no sheet '{wanted}'", wanted=wanted),
            fix=say("The sheets are: {names}", names=", ".join(names)),
        )
        raise InputError(problem)
    if wanted is not None or len(names) == 1:
        return wanted or names[0], ()
    full = _by_size(workbook)
    if not full:
        raise InputError(
            Problem(where=shown_name(path), what=mark("has no table in any sheet"), fix=_FILL)
        )
    chosen = full[0]
    others = [name for name in names if name != chosen]
    note = Problem(
        where=shown_name(path),
        what=say(
            "sheet '{chosen}' is read; the others are {others}",
            chosen=chosen,
            others=listed(others),
        ),
        fix=say(
            'To read another, name it behind the file: "{file}/{sheet}"',
            file=path.name,
            sheet=others[0],
        ),
        severity="note",
    )
    return chosen, (note,)


def _table(workbook: _Workbook, sheet: str, path: Path) -> tuple[pl.DataFrame, tuple[Problem, ...]]:
    """Return the whole table of a sheet, and how it was read."""
    table = workbook.book.tables.get(sheet)
    if table is None:
        table = _taken_apart(workbook, sheet, path)
        workbook.book.keep(sheet, table)
    frame, remarks = table
    note = Problem(where=shown_name(path), what=joined("; ", remarks), severity="note")
    return frame, (note,) if remarks else ()


def _taken_apart(
    workbook: _Workbook, sheet: str, path: Path
) -> tuple[pl.DataFrame, tuple[str, ...]]:
    cells = workbook.head(sheet).cells
    # A row without any cell is no title; it only moves the table down.
    header = header_of([row for row in cells if any(row)])
    skipped, left = 0, header.rows
    while left and skipped < len(cells):
        left -= any(cells[skipped])
        skipped += 1
    if not header.names:
        raise InputError(
            Problem(
                where=shown_name(path), what=say("sheet '{sheet}' is empty", sheet=sheet), fix=_FILL
            )
        )
    loaded = workbook.reader().load_sheet(
        sheet,
        header_row=None,
        skip_rows=skipped,
        schema_sample_rows=None,
        column_names=list(header.names),
    )
    frame = loaded.to_polars()
    if not frame.height:  # without rows there are no types to judge by
        frame = frame.cast(pl.String)
    present = pl.any_horizontal(pl.all().is_not_null())
    full = frame.filter(present) if frame.width else frame
    remarks = list(header.remarks)
    if full.height > 1:
        last, before = (
            ["" if cell is None else str(cell).strip() for cell in full.row(place)]
            for place in (-1, -2)
        )
        if is_total(last, before):
            total = ", ".join(cell for cell in last if cell)
            remarks.append(
                say("the last row sums up the others and is left out ({total})", total=total)
            )
            full = _as_judged(full.head(-1))
    if full.height < frame.height:
        remarks.append(say("{height} blank rows left out", height=frame.height - full.height))
    return full, (*remarks,)
