"""Tables on disk: Parquet, CSV and Arrow files, recognised by content and suffix."""

import gzip
import re
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import polars as pl

from ml4t_desktop.errors import InputError, Problem
from ml4t_desktop.files.names import usual_role
from ml4t_desktop.files.values import numbers_in

TableFormat = Literal["parquet", "arrow", "arrow_stream", "text"]
_HEAD_BYTES = 65_536
_SCHEMA_ROWS = 10_000
_READABLE = "Give a Parquet, CSV or Arrow file"
_DECIMAL_COMMA = re.compile(r"(?<![\d,])\d+,\d+(?![\d,])")
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")


@dataclass(frozen=True, slots=True, kw_only=True)
class TextLayout:
    """How a text file separates its columns."""

    separator: str
    decimal_comma: bool


def read_table(path: Path) -> pl.DataFrame:
    """Return the whole table of a Parquet, CSV, Arrow or Feather file.

    Columns of text that hold only numbers become numbers; a column with the usual name of an asset
    stays text, so that a symbol such as 0700 keeps its zeros.

    Raises
    ------
    InputError
        If the file is missing, empty, a folder, or no table.
    """
    return read_columns(path, None)


def read_columns(
    path: Path, columns: Sequence[str] | None, *, text: Collection[str] = ()
) -> pl.DataFrame:
    """Return some columns of a table (None: all), those in `text` as text; see `read_table`."""
    kind = table_format(path)
    with _readable(path):
        if kind == "parquet":
            frame = pl.read_parquet(path, columns=_listed(columns), glob=False)
        elif kind == "arrow":
            frame = pl.read_ipc(path, columns=_listed(columns))
        elif kind == "arrow_stream":
            frame = pl.read_ipc_stream(path, columns=_listed(columns))
        else:
            frame = _read_text(path, columns, text)
    if not frame.width:
        raise InputError(Problem(where=str(path), what="has no columns", fix=_READABLE))
    return frame


def table_schema(path: Path, *, text: Collection[str] = ()) -> dict[str, pl.DataType]:
    """Return names and types of the columns, from as little of the file as possible."""
    kind = table_format(path)
    with _readable(path):
        if kind == "parquet":
            return dict(pl.read_parquet_schema(path))
        if kind == "arrow":
            return dict(pl.read_ipc_schema(path))
        if kind == "arrow_stream":
            return dict(pl.read_ipc_stream(path, n_rows=0).schema)
        return dict(_read_text(path, None, text, rows=_SCHEMA_ROWS).schema)


def table_format(path: Path) -> TableFormat:
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
    if not head.strip():
        raise InputError(Problem(where=where, what="is empty", fix=_READABLE))
    return _format_of(head, where)


def _format_of(head: bytes, where: str) -> TableFormat:
    if head.startswith(b"PAR1"):
        return "parquet"
    if head.startswith(b"ARROW1"):
        return "arrow"
    if head.startswith(b"\xff\xff\xff\xff"):
        return "arrow_stream"
    if head.startswith(b"\x1f\x8b"):
        return "text"
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        problem = Problem(where=where, what="is text in UTF-16", fix="Save it as CSV in UTF-8")
        raise InputError(problem)
    if head.startswith(b"PK\x03\x04"):
        what = "is an archive or a workbook, not a table"
        raise InputError(Problem(where=where, what=what, fix="Unpack it, or save it as CSV"))
    if b"\0" in head:
        raise InputError(Problem(where=where, what="is not a table", fix=_READABLE))
    return "text"


@contextmanager
def _readable(path: Path) -> Iterator[None]:
    """Turn what the reader raises about the content of a file into a problem of that file."""
    try:
        yield
    except (pl.exceptions.PolarsError, OSError, EOFError, UnicodeError) as error:
        first = (str(error).strip().splitlines() or [type(error).__name__])[0]
        what = f"cannot be read as a table ({first})"
        raise InputError(Problem(where=str(path), what=what, fix=_READABLE)) from error


def _listed(columns: Sequence[str] | None) -> list[str] | None:
    return None if columns is None else list(columns)


def _text_head(path: Path) -> list[str]:
    """Return the first lines of a text file, plain or gzipped."""
    with path.open("rb") as file:
        head = file.read(_HEAD_BYTES)
    if head.startswith(b"\x1f\x8b"):
        with gzip.open(path, "rb") as packed:
            head = packed.read(_HEAD_BYTES)
    lines = head.decode("utf-8-sig", errors="replace").splitlines()
    return lines[:-1] if len(head) == _HEAD_BYTES and len(lines) > 1 else lines


def text_layout(lines: Sequence[str]) -> TextLayout:
    """Return how a text file separates its columns, judged by its first lines."""
    header = lines[0] if lines else ""
    separator = max(",;\t|", key=header.count)
    if header.count(separator) == 0:
        separator = ","
    sample = "\n".join(lines[1:50])
    comma = separator != "," and _DECIMAL_COMMA.search(sample) is not None
    return TextLayout(separator=separator, decimal_comma=comma)


def _read_text(
    path: Path,
    columns: Sequence[str] | None,
    text: Collection[str],
    rows: int | None = None,
) -> pl.DataFrame:
    lines = _text_head(path)
    layout = text_layout(lines)
    header = _header(path, lines, layout)
    as_text = {name for name in header if name in text or usual_role(name) == "asset"}

    def read(schema_rows: int | None, encoding: str) -> pl.DataFrame:
        return pl.read_csv(
            path,
            columns=_listed(columns),
            separator=layout.separator,
            decimal_comma=layout.decimal_comma,
            infer_schema_length=schema_rows,
            schema_overrides=dict.fromkeys(as_text, pl.String),
            n_rows=rows,
            encoding=encoding,
            glob=False,
        )

    # A later row may not fit the types of the first ones; older programs do not write UTF-8.
    attempts = ((_SCHEMA_ROWS, "utf8"), (None, "utf8"), (None, "windows-1252"))
    for schema_rows, encoding in attempts[:-1]:
        with suppress(pl.exceptions.ComputeError):
            return _settled(read(schema_rows, encoding), as_text)
    return _settled(read(*attempts[-1]), as_text)


def text_scan(path: Path, text: Collection[str], *, infer: bool = True) -> pl.LazyFrame:
    """Return a text file in UTF-8 as a table that is read piece by piece, in its own types or all texts."""
    lines = _text_head(path)
    layout = text_layout(lines)
    header = _header(path, lines, layout)
    as_text = {name for name in header if name in text or usual_role(name) == "asset"}
    return pl.scan_csv(
        path,
        separator=layout.separator,
        decimal_comma=layout.decimal_comma,
        infer_schema=infer,
        infer_schema_length=_SCHEMA_ROWS,
        schema_overrides=dict.fromkeys(as_text, pl.String),
        glob=False,
    )


def _settled(frame: pl.DataFrame, as_text: set[str]) -> pl.DataFrame:
    """Return a frame with numbers where a column of texts holds only numbers."""
    return frame.with_columns(
        settled
        for series in frame.get_columns()
        if series.dtype == pl.String
        and series.name not in as_text
        and (settled := numbers_in(series)) is not None
    )


def _header(path: Path, lines: Sequence[str], layout: TextLayout) -> list[str]:
    """Return the column names of a text file; a first row of numbers is no header."""
    cells = [cell.strip().strip('"') for cell in lines[0].split(layout.separator)]
    if 2 * sum(bool(_NUMBER.fullmatch(cell)) for cell in cells) >= len(cells):
        problem = Problem(
            where=f"{path.name}, row 1",
            what="the first row does not name the columns",
            fix="Add a header row such as date,open,high,low,close,volume",
        )
        raise InputError(problem)
    return cells
