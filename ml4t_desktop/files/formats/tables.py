"""Tables on disk: Parquet, Arrow and text files and workbooks, recognised by their content."""

import lzma
import stat
import struct
import zipfile
import zlib
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import polars as pl

from ml4t_desktop.errors import InputError, Problem, message_of
from ml4t_desktop.files.columns.number_texts import Decimal
from ml4t_desktop.files.columns.times import FIRST_DAY, LAST_DAY, impossible_time, rows_outside
from ml4t_desktop.files.findings import unknown_column
from ml4t_desktop.files.formats.compression import (
    Packing,
    is_workbook,
    opened,
    packing_of,
    unpacked,
)
from ml4t_desktop.files.formats.derived import derived_columns, notes_on, with_derived
from ml4t_desktop.files.formats.extensions import plain
from ml4t_desktop.files.formats.parquet_tables import SAMPLE_ROWS, read_parquet
from ml4t_desktop.files.formats.tar_archives import is_tar, is_tar_head
from ml4t_desktop.files.formats.text_tables import is_text, read_text
from ml4t_desktop.files.formats.workbooks import OLE, read_workbook
from ml4t_desktop.files.inside import place_of, shown_name
from ml4t_desktop.files.watch import NOBODY, Watch
from ml4t_desktop.request import TableForm
from ml4t_desktop.wording import mark, say

if TYPE_CHECKING:
    from concurrent.futures import Future

TableFormat = Literal["parquet", "arrow", "arrow_stream", "feather1", "workbook", "text"]
AUTOMATIC = TableForm()
_HEAD_BYTES = 65_536
_NO_TABLES = (
    ((b"{", b"[{", b"[["), mark("is JSON, not a table")),
    ((b"<html", b"<!doctype", b"<?xml", b"<table"), mark("is a page of HTML or XML, not a table")),
    ((b"%pdf",), mark("is a PDF, not a table")),
)
_OTHER_ARCHIVES = ((b"Rar!", "RAR"), (b"7z\xbc\xaf\x27\x1c", "7-Zip"))
# What decoders of foreign bytes raise; a panic is no `Exception`.
_DECODING = (
    pl.exceptions.PolarsError, pl.exceptions.PanicException, OSError, EOFError, ValueError,
    LookupError, OverflowError, RuntimeError, zipfile.BadZipFile, lzma.LZMAError, zlib.error, struct.error,
)  # fmt: skip
_READABLE = mark("Give a Parquet, CSV, Arrow, Feather or Excel file")


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
    watch: Watch = NOBODY,
) -> pl.DataFrame:
    """Return some columns of a table (None: all), those in `text` as text; see `read_table`."""
    return open_table(path, form, columns=columns, text=text, watch=watch).frame


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
    read = partial(_as_written, path, file_kind(path, form), form, text)
    if columns is None:
        table = read(None, rows, watch)
        plan = derived_columns(table.frame.head(SAMPLE_ROWS), path)
        frame = with_derived(table.frame, plan, path)
        return replace(table, frame=frame, notes=(*table.notes, *notes_on(plan, path)))
    try:
        return read(columns, rows, watch)
    except InputError:
        sample = read(None, SAMPLE_ROWS, NOBODY).frame
        plan = [part for part in derived_columns(sample, path) if part.name in columns]
        if not plan:
            raise
    made = {part.name: part.base for part in plan}
    bases = dict.fromkeys(made.get(name, name) for name in columns)
    table = read([name for name in bases if name] or sample.columns[:1], rows, watch)
    frame = with_derived(table.frame, plan, path).select(columns)
    return replace(table, frame=frame, notes=(*table.notes, *notes_on(plan, path)))


def _as_written(
    path: Path,
    kind: FileKind,
    form: TableForm,
    text: Collection[str],
    columns: Sequence[str] | None,
    rows: int | None,
    watch: Watch,
) -> Table:
    """Return columns of a table as the file has them."""
    notes: tuple[Problem, ...] = ()
    decimal = form.decimal
    with readable(path):
        if kind.format == "text":
            frame, notes, decimal = read_text(
                path, kind.packing, form, columns=columns, text=text, rows=rows, watch=watch
            )
        elif kind.format == "workbook":
            frame, notes = read_workbook(path, kind.packing, form.sheet, columns, rows)
        else:
            frame = _usable(_binary(path, kind, form, _listed(columns), rows, watch), path)
    if not frame.width:
        raise InputError(Problem(where=str(path), what=mark("has no columns"), fix=_READABLE))
    watch.advance(1.0)
    return Table(frame=frame, notes=notes, decimal=decimal)


def notes_on_derived(
    path: Path, names: Sequence[str], form: TableForm = AUTOMATIC
) -> tuple[Problem, ...]:
    """Return notes on those columns of a Parquet file that stand for others; none where it has them all."""
    with readable(path):
        written = pl.read_parquet_schema(path)
    if all(name in written for name in names):
        return ()
    sample = _as_written(path, file_kind(path, form), form, (), None, SAMPLE_ROWS, NOBODY).frame
    plan = derived_columns(sample, path)
    used = {part.base for part in plan if part.name in names}
    return notes_on([part for part in plan if part.base in used], path)


def begun_table(
    begun: "Future[pl.DataFrame] | None",
    path: Path,
    read: Callable[[], pl.DataFrame],
    *,
    is_whole: bool = False,
) -> pl.DataFrame:
    """Return a Parquet table that began to be read before, by `read` where that came to nothing.

    Parameters
    ----------
    begun : future of DataFrame or None
        What `parquet_tables.read_parquet` makes of it.
    read : callable
        As `read_columns` or `table_sample` do.
    is_whole : bool
        Whether it has all columns.
    """
    if begun is None or begun.exception() is not None or not begun.result().width:
        return read()
    frame = _usable(begun.result(), path)
    return with_derived(frame, derived_columns(frame, path), path) if is_whole else frame


def file_kind(path: Path, form: TableForm = AUTOMATIC) -> FileKind:
    """Return what a file is, from its first bytes.

    Raises
    ------
    InputError
        If it is missing, a folder, empty, or nothing that can be read as a table.
    """
    where = str(path)
    place = place_of(path)
    try:
        mode = place.file.stat().st_mode
        if stat.S_ISDIR(mode):
            raise InputError(
                Problem(where=where, what=mark("is a folder, not a file"), fix=_READABLE)
            )
        if not stat.S_ISREG(mode):  # a pipe never ends, or never begins
            what = mark("is a device or a pipe, not a file")
            raise InputError(Problem(where=where, what=what, fix=_READABLE))
        with place.file.open("rb") as file:
            head = file.read(_HEAD_BYTES)
    except FileNotFoundError:
        problem = Problem(
            where=where, what=mark("there is no such file"), fix=mark("Correct the path")
        )
        raise InputError(problem) from None
    except (OSError, ValueError) as error:  # or a path that cannot be one
        if isinstance(error, InputError):
            raise
        reason = getattr(error, "strerror", None) or str(error)
        fix = mark("Check its path and who may read it")
        problem = Problem(
            where=where, what=say("cannot be read ({reason})", reason=reason), fix=fix
        )
        raise InputError(problem) from error
    packing = packing_of(head)
    if packing == "zip" and is_workbook(place.file):
        return FileKind("workbook")
    if packing != "zip" and is_tar(place.file):
        packing = "tar"
    if packing is not None:
        with readable(path), opened(path, packing, form.sheet) as stream:
            head = stream.read(_HEAD_BYTES)
    if not head.strip():
        raise InputError(Problem(where=where, what=mark("is empty"), fix=_READABLE))
    if packing in ("zip", "tar") and packing_of(head) == "zip":  # a workbook, most likely
        return FileKind("workbook", packing)
    return FileKind(_format_of(head, where, form), packing)


def _format_of(head: bytes, where: str, form: TableForm) -> TableFormat:
    if head.startswith(b"PAR1"):
        return "parquet"
    if head.startswith(b"PARE"):
        what, fix = mark("is an encrypted Parquet file"), mark("Write it without encryption")
        raise InputError(Problem(where=where, what=what, fix=fix))
    if head.startswith(b"ARROW1"):
        return "arrow"
    if head.startswith(b"FEA1"):
        return "feather1"
    if head.startswith(b"\xff\xff\xff\xff"):
        return "arrow_stream"
    if head.startswith(OLE):
        return "workbook"
    packed = next((name for magic, name in _OTHER_ARCHIVES if head.startswith(magic)), None)
    if packed is not None:
        what = say("is an archive of {kind}, which is not opened here", kind=packed)
        fix = mark("Unpack it, and give the file or the folder that comes out; or pack it as zip")
        raise InputError(Problem(where=where, what=what, fix=fix))
    if is_tar_head(head):  # within another archive
        fix = mark("Unpack it, and give the file or the folder that comes out")
        raise InputError(Problem(where=where, what=mark("is a tar archive, not a table"), fix=fix))
    if form.encoding is None and not is_text(head):
        raise InputError(Problem(where=where, what=mark("is not a table"), fix=_READABLE))
    start = b"".join(head.removeprefix(b"\xef\xbb\xbf")[:100].lower().split())
    what = next((what for marks, what in _NO_TABLES if start.startswith(marks)), None)
    if what is not None:
        raise InputError(Problem(where=where, what=what, fix=_READABLE))
    return "text"


def _binary(
    path: Path,
    kind: FileKind,
    form: TableForm,
    columns: list[str] | None,
    rows: int | None,
    watch: Watch,
) -> pl.DataFrame:
    source = path if kind.packing is None else unpacked(path, kind.packing, form.sheet)
    if kind.format == "parquet":
        return read_parquet(source, path, columns, rows, watch)
    if kind.format in ("arrow", "arrow_stream"):
        from ml4t_desktop.files.formats.arrow_files import read_arrow

        return read_arrow(source, columns, rows, is_stream=kind.format == "arrow_stream")
    return _feather(source, columns, rows)


def _usable(frame: pl.DataFrame, path: Path) -> pl.DataFrame:
    """Return the table of a binary file as it is used."""
    frame = _with_texts(plain(frame))
    _refuse_impossible_times(frame, path)
    return frame


def _with_texts(frame: pl.DataFrame) -> pl.DataFrame:
    """Return a frame with texts that were written as bytes as texts."""
    texts = [
        series.cast(pl.String)
        for series in frame.get_columns()
        if series.dtype == pl.Binary and _is_utf8(series)
    ]
    return frame.with_columns(texts) if texts else frame


def _refuse_impossible_times(frame: pl.DataFrame, path: Path) -> None:
    """Refuse dates and timestamps that no calendar has: they cannot even be shown."""
    problems: list[Problem] = []
    for series in frame.get_columns():
        if not (series.dtype == pl.Date or isinstance(series.dtype, pl.Datetime)):
            continue
        numbers = rows_outside(series, FIRST_DAY, LAST_DAY)
        if numbers:
            problems.append(
                impossible_time(
                    say("{path}, column '{series}'", path=shown_name(path), series=series.name),
                    numbers,
                )
            )
    if problems:
        raise InputError(problems)


def _is_utf8(series: pl.Series) -> bool:
    try:
        series.cast(pl.String)
    except pl.exceptions.PolarsError:
        return False
    return True


def _feather(source: Path | BytesIO, columns: list[str] | None, rows: int | None) -> pl.DataFrame:
    """Return the table of a Feather file of the first version, which polars does not read."""
    from ml4t_desktop.files.formats.feather import read_feather

    frame = read_feather(source.read_bytes() if isinstance(source, Path) else source.getvalue())
    frame = frame if columns is None else frame.select(columns)
    return frame if rows is None else frame.head(rows)


@contextmanager
def readable(path: Path) -> Iterator[None]:
    """Turn what the reader raises about the content of a file into a problem of that file."""
    try:
        yield
    except InputError:
        raise
    except pl.exceptions.ColumnNotFoundError as error:
        name = str(error).split('"')[1] if '"' in str(error) else str(error).split()[0]
        raise InputError(unknown_column(shown_name(path), "columns", name, [])) from error
    except MemoryError as error:
        fix = mark("Give a file with fewer rows or columns")
        what = mark("needs more memory than there is")
        raise InputError(Problem(where=str(path), what=what, fix=fix)) from error
    except _DECODING as error:
        if isinstance(error, pl.exceptions.PanicException):
            error_text = mark("it is damaged, or written in a way that is not known")
        else:
            error_text = message_of(error)
        lines = error_text.strip().splitlines() or [type(error).__name__]
        first = error_text if lines == [error_text] else lines[0]
        what = say("cannot be read as a table ({first})", first=first)
        raise InputError(Problem(where=str(path), what=what, fix=_READABLE)) from error


def _listed(columns: Sequence[str] | None) -> list[str] | None:
    return None if columns is None else list(columns)
