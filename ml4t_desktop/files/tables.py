"""Tables on disk: Parquet, Arrow and text files and workbooks, recognised by their content."""

import lzma
import zipfile
import zlib
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Literal

import polars as pl

from ml4t_desktop.errors import InputError, Problem
from ml4t_desktop.files.compression import Packing, is_workbook, opened, packing_of, unpacked
from ml4t_desktop.files.findings import unknown_column
from ml4t_desktop.files.number_texts import Decimal
from ml4t_desktop.files.text_tables import is_text, read_text
from ml4t_desktop.files.watch import NOBODY, Watch
from ml4t_desktop.files.workbooks import OLE, read_workbook
from ml4t_desktop.request import TableForm

TableFormat = Literal["parquet", "arrow", "arrow_stream", "feather1", "workbook", "text"]
AUTOMATIC = TableForm()
SAMPLE_ROWS = 1_000
_HEAD_BYTES = 65_536
_READABLE = "Give a Parquet, CSV, Arrow, Feather or Excel file"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Table:
    """A table read from a file.

    Parameters
    ----------
    frame : DataFrame
    notes : tuple of Problem
        How it was read, where that is not obvious.
    decimal : "," or None
        The decimal mark of numbers that are still texts, when it is known.
    """

    frame: pl.DataFrame
    notes: tuple[Problem, ...] = ()
    decimal: Decimal | None = None


@dataclass(frozen=True, slots=True)
class FileKind:
    """What a file is, and how it is packed."""

    format: TableFormat
    packing: Packing | None = None


def read_table(path: Path, form: TableForm = AUTOMATIC) -> pl.DataFrame:
    """Return the whole table of a file.

    Columns of text that hold only numbers become numbers; a column with the usual name of an asset
    stays text, so that a symbol such as 0700 keeps its zeros.

    Raises
    ------
    InputError
        If the file is missing, empty, a folder, or no table.
    """
    return open_table(path, form).frame


def read_columns(
    path: Path,
    columns: Sequence[str] | None,
    *,
    text: Collection[str] = (),
    form: TableForm = AUTOMATIC,
) -> pl.DataFrame:
    """Return some columns of a table (None: all), those in `text` as text; see `read_table`."""
    return open_table(path, form, columns=columns, text=text).frame


def table_schema(
    path: Path, *, text: Collection[str] = (), form: TableForm = AUTOMATIC
) -> dict[str, pl.DataType]:
    """Return names and types of the columns, from as little of the file as possible."""
    return dict(table_sample(path, form, text=text).schema)


def table_sample(
    path: Path, form: TableForm = AUTOMATIC, *, text: Collection[str] = ()
) -> pl.DataFrame:
    """Return the first rows of a table."""
    return open_table(path, form, text=text, rows=SAMPLE_ROWS).frame


def open_table(
    path: Path,
    form: TableForm = AUTOMATIC,
    *,
    columns: Sequence[str] | None = None,
    text: Collection[str] = (),
    rows: int | None = None,
    watch: Watch = NOBODY,
) -> Table:
    """Return the table of a file, with notes on how it was read.

    Parameters
    ----------
    columns : sequence of str or None
        The columns to read, None for all.
    text : collection of str
        Columns to leave as text.
    rows : int or None
        Only the first rows.
    watch : Watch
        Told the progress, asked whether to stop.

    Raises
    ------
    InputError
        If the file is missing, empty, a folder, no table, or lacks a column.
    Cancelled
        If the user stopped the work.
    """
    kind = file_kind(path, form)
    notes: tuple[Problem, ...] = ()
    decimal = form.decimal
    with readable(path):
        if kind.format == "text":
            frame, notes, decimal = read_text(
                path, kind.packing, form, columns=columns, text=text, rows=rows, watch=watch
            )
        elif kind.format == "workbook":
            frame, notes = read_workbook(path, form.sheet, columns, rows)
        else:
            frame = _binary(path, kind, form, _listed(columns), rows)
    if not frame.width:
        raise InputError(Problem(where=str(path), what="has no columns", fix=_READABLE))
    watch.advance(1.0)
    return Table(frame=frame, notes=notes, decimal=decimal)


def file_kind(path: Path, form: TableForm = AUTOMATIC) -> FileKind:
    """Return what a file is, from its first bytes.

    Raises
    ------
    InputError
        If it is missing, a folder, empty, or nothing that can be read as a table.
    """
    where = str(path)
    if path.is_dir():
        raise InputError(Problem(where=where, what="is a folder, not a file", fix=_READABLE))
    try:
        with path.open("rb") as file:
            head = file.read(_HEAD_BYTES)
    except FileNotFoundError:
        problem = Problem(where=where, what="there is no such file", fix="Correct the path")
        raise InputError(problem) from None
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise InputError(Problem(where=where, what=f"cannot be read ({reason})")) from error
    packing = packing_of(head)
    if packing == "zip" and is_workbook(path):
        return FileKind("workbook")
    if packing is not None:
        with readable(path), opened(path, packing, form.sheet) as stream:
            head = stream.read(_HEAD_BYTES)
    if not head.strip():
        raise InputError(Problem(where=where, what="is empty", fix=_READABLE))
    return FileKind(_format_of(head, where, form), packing)


def _format_of(head: bytes, where: str, form: TableForm) -> TableFormat:
    if head.startswith(b"PAR1"):
        return "parquet"
    if head.startswith(b"ARROW1"):
        return "arrow"
    if head.startswith(b"FEA1"):
        return "feather1"
    if head.startswith(b"\xff\xff\xff\xff"):
        return "arrow_stream"
    if head.startswith(OLE):
        return "workbook"
    if form.encoding is None and not is_text(head):
        raise InputError(Problem(where=where, what="is not a table", fix=_READABLE))
    start = head.lstrip()[:10].lower()
    if start.startswith((b"{", b"<html", b"<!doctype", b"<?xml")):
        what = "is JSON, not a table" if start[:1] == b"{" else "is a page of HTML or XML"
        raise InputError(Problem(where=where, what=what, fix=_READABLE))
    return "text"


def _binary(
    path: Path, kind: FileKind, form: TableForm, columns: list[str] | None, rows: int | None
) -> pl.DataFrame:
    source = path if kind.packing is None else unpacked(path, kind.packing, form.sheet)
    if kind.format == "parquet":
        return pl.read_parquet(source, columns=columns, n_rows=rows, glob=False)
    if kind.format == "arrow":
        return pl.read_ipc(source, columns=columns, n_rows=rows)
    if kind.format == "arrow_stream":
        return pl.read_ipc_stream(source, columns=columns, n_rows=rows)
    return _feather(source, columns, rows)


def _feather(source: Path | BytesIO, columns: list[str] | None, rows: int | None) -> pl.DataFrame:
    """Return the table of a Feather file of the first version, which polars does not read."""
    from pyarrow import feather

    table = feather.read_table(source, columns=columns)
    return pl.DataFrame(table if rows is None else table.slice(0, rows))


@contextmanager
def readable(path: Path) -> Iterator[None]:
    """Turn what the reader raises about the content of a file into a problem of that file."""
    try:
        yield
    except pl.exceptions.ColumnNotFoundError as error:
        name = str(error).split('"')[1] if '"' in str(error) else str(error).split()[0]
        raise InputError(unknown_column(path.name, "columns", name, [])) from error
    except (
        pl.exceptions.PolarsError, OSError, EOFError, UnicodeError, zipfile.BadZipFile,
        lzma.LZMAError, zlib.error, NotImplementedError,
    ) as error:  # fmt: skip
        first = (str(error).strip().splitlines() or [type(error).__name__])[0]
        what = f"cannot be read as a table ({first})"
        raise InputError(Problem(where=str(path), what=what, fix=_READABLE)) from error


def _listed(columns: Sequence[str] | None) -> list[str] | None:
    return None if columns is None else list(columns)
