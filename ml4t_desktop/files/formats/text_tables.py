"""Text files to frames, piece by piece: any size, encoding and packing, with progress and cancel."""

import codecs
import re
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

import polars as pl

from ml4t_desktop.errors import InputError, Problem
from ml4t_desktop.files.columns.names import usual_role
from ml4t_desktop.files.columns.number_texts import Decimal, grouped_numbers, plain_numbers
from ml4t_desktop.files.findings import counted, numbered
from ml4t_desktop.files.formats.compression import Packing, opened
from ml4t_desktop.files.formats.encodings import encoding_of, older_encoding
from ml4t_desktop.files.formats.headers import is_total
from ml4t_desktop.files.formats.text_layout import TextLayout, cells_of, text_layout
from ml4t_desktop.files.formats.text_notes import Lines, notes_of
from ml4t_desktop.files.formats.text_stream import (
    NotThisEncoding,
    Told,
    after_header,
    as_utf8,
    decoder_of,
    filled,
    last_row_end,
)
from ml4t_desktop.files.inside import real_file, shown_name
from ml4t_desktop.files.watch import NOBODY, Watch
from ml4t_desktop.request import TableForm
from ml4t_desktop.wording import mark, say

HEAD_BYTES = 65_536
_PIECE_BYTES = 1 << 22  # decoding and cleaning a piece keeps other threads waiting
_LONGEST_ROW = 1 << 26
_SCHEMA_ROWS = 10_000
_FEWEST_COLUMNS = 3  # in a narrower table a line of words may be a row
_BLANK = re.compile(rb"\n[ \t,;|\"]*(?=\n)")
Schema = dict[str, pl.DataType]
T = TypeVar("T")


class OtherTypes(Exception):  # noqa: N818 (asks for another attempt)
    """Later rows do not fit the types of the first ones; these columns are read as texts."""

    def __init__(self, columns: Sequence[str]) -> None:
        super().__init__(columns)
        self.columns = list(columns)


def is_text(head: bytes) -> bool:
    """Return whether the first bytes of a file are text."""
    return encoding_of(head) is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class TextRead:
    """How a text file was read.

    Parameters
    ----------
    layout : TextLayout
    as_text : frozenset of str
        Columns that stay texts whatever they hold.
    notes : tuple of Problem
    """

    layout: TextLayout
    as_text: frozenset[str]
    notes: tuple[Problem, ...]

    @property
    def decimal(self) -> Decimal | None:
        """The decimal mark if it is a comma."""
        return "," if self.layout.decimal_comma else None


def read_text(
    path: Path,
    packing: Packing | None,
    form: TableForm,
    *,
    columns: Sequence[str] | None = None,
    text: Collection[str] = (),
    rows: int | None = None,
    watch: Watch = NOBODY,
) -> tuple[pl.DataFrame, tuple[Problem, ...], Decimal | None]:
    """Return the table of a text file, notes on how it was read, and its decimal mark if a comma.

    See `tables.open_table`.

    Raises
    ------
    InputError
        If a row has more cells than the header, or a named encoding does not fit.
    """
    frame, read = text_parts(
        path, packing, form, _joined, columns=columns, text=text, rows=rows, watch=watch
    )
    frame = frame if rows is None else frame.head(rows)
    return _settled(frame, read), read.notes, read.decimal


def text_parts(
    path: Path,
    packing: Packing | None,
    form: TableForm,
    use: Callable[[Iterator[pl.DataFrame]], T],
    *,
    columns: Sequence[str] | None = None,
    text: Collection[str] = (),
    rows: int | None = None,
    watch: Watch = NOBODY,
) -> tuple[T, TextRead]:
    """Return what `use` makes of the parts of a text file, and how it was read.

    Parameters
    ----------
    use : callable
        Given the parts, at least one, whose types may differ in whole numbers and fractions; called
        anew with all of them when a later row shows that the file is written in another way. It may
        raise `OtherTypes` to have columns as texts.
    columns, text, rows, watch
        As for `tables.open_table`.

    Raises
    ------
    InputError
        If a row has more cells than the header, or a named encoding does not fit.
    """
    layout = layout_of(path, packing, form)
    if not layout.names:
        raise InputError(Problem(where=str(path), what=mark("is empty"), fix=mark("Give a table")))
    given = frozenset(name for name in layout.names if name in text or usual_role(name) == "asset")
    as_text = set(given)
    while True:
        met = Lines()
        reading = _Reading(path, packing, form, layout, columns, frozenset(as_text), rows)
        try:
            made = use(reading.parts(met, watch))
        except NotThisEncoding as error:
            if form.encoding is not None:
                what = say("is not text in {encoding}", encoding=form.encoding)
                fix = mark("Name another encoding in [data], or none to have it found out")
                raise InputError(Problem(where=str(path), what=what, fix=fix)) from error
            layout = replace(layout, encoding=str(error))
        except OtherTypes as error:
            as_text.update(error.columns)
        else:
            notes = notes_of(path, layout, met, form)
            return made, TextRead(layout=layout, as_text=given, notes=notes)


def _joined(parts: Iterator[pl.DataFrame]) -> pl.DataFrame:
    return pl.concat(_alike(list(parts)), rechunk=False)


def layout_of(path: Path, packing: Packing | None, form: TableForm) -> TextLayout:
    """Return how a text file is laid out."""
    with opened(path, packing, form.sheet) as stream:
        head = filled(stream, HEAD_BYTES)
    encoding = form.encoding or encoding_of(head)
    if encoding is None:
        raise InputError(
            Problem(where=str(path), what=mark("is not a table"), fix=mark("Give a text file"))
        )
    decoder = codecs.getincrementaldecoder(encoding)(errors="replace")
    return text_layout(decoder.decode(head), encoding, form, is_whole=len(head) < HEAD_BYTES)


@dataclass(frozen=True, slots=True)
class _Reading:
    """One attempt at reading a file with a layout and types."""

    path: Path
    packing: Packing | None
    form: TableForm
    layout: TextLayout
    columns: Sequence[str] | None
    as_text: frozenset[str]
    rows: int | None

    def parts(self, met: Lines, watch: Watch) -> Iterator[pl.DataFrame]:
        """Yield the rows, at least one frame; tell in `met` what was met."""
        schema: Schema | None = None
        for piece in self._pieces(met, watch):
            if schema is None:
                schema = self._schema(piece)
            part = self._part(piece, schema, met)
            met.rows += part.height
            yield part
            if self.rows is not None and met.rows >= self.rows:
                return
        if schema is None:
            wanted = self.columns if self.columns is not None else self.layout.names
            yield pl.DataFrame(schema=dict.fromkeys(wanted, pl.String))

    def _pieces(self, met: Lines, watch: Watch) -> Iterator[bytes]:
        """Yield whole rows as UTF-8, after the header."""
        file_path = real_file(self.path)
        size = max(file_path.stat().st_size, 1)
        with file_path.open("rb") as raw, opened(self.path, self.packing, self.form.sheet) as file:
            stream = raw if self.packing is None else file
            place = raw.tell if self.packing is None else Told(file, raw, size)
            rest, ended, skipped = b"", False, False
            held = b""  # what ends the table may be no row of it
            decoder = decoder_of(self.layout.encoding)
            budget = _PIECE_BYTES if self.rows is None else HEAD_BYTES
            while not ended:
                wanted = max(budget, len(rest))
                if self.packing is None:  # what is written to it meanwhile would never end
                    wanted = min(wanted, size - raw.tell())
                data = stream.read(wanted) if wanted > 0 else b""
                ended = not data
                rest += as_utf8(decoder, data, self.layout.encoding, ended=ended)
                if not skipped and (rest or ended):
                    after = after_header(rest, self.layout.skipped, ended=ended)
                    if after is None:
                        continue
                    rest, skipped = after, True
                cut = len(rest) if ended else last_row_end(rest, self.layout.quote.encode())
                piece, rest = rest[:cut], rest[cut:]
                if piece.strip():
                    if held:
                        yield self._cleaned(held, met)
                    held = piece
                if len(rest) > _LONGEST_ROW:
                    where = say("{path}, row {rows}", path=shown_name(self.path), rows=met.rows + 1)
                    what = say(
                        "does not end within {longest_row} MB", longest_row=_LONGEST_ROW >> 20
                    )
                    fix = mark("Close its quotation marks, or give a table with ends of lines")
                    raise InputError(Problem(where=where, what=what, fix=fix))
                watch.advance(place() / size)
            if held:
                last = self._without_notes(self._cleaned(held, met), met)
                if last:
                    yield last

    def _without_notes(self, piece: bytes, met: Lines) -> bytes:
        """Return the last rows without the lines of words below the table."""
        separator, quote = self.layout.separator.encode(), self.layout.quote.encode()
        if len(self.layout.names) < _FEWEST_COLUMNS or separator == b" ":
            return piece
        below: list[str] = []
        while piece:
            start = piece.rfind(b"\n", 0, len(piece) - 1) + 1
            line = piece[start:].strip()
            is_cell = separator in line or quote in line or not line[:1].isalpha()
            if piece.count(quote, 0, start) % 2 or (is_cell and not self._is_total(piece, start)):
                break
            below.append(line.decode(errors="replace"))
            piece = piece[:start]
        met.below = (*reversed(below),)
        return piece

    def _is_total(self, piece: bytes, start: int) -> bool:
        """Return whether the last line of a piece sums up the rows above it."""
        above = piece.rfind(b"\n", 0, max(start - 1, 0)) + 1
        lines = piece[above:].decode(errors="replace").splitlines()
        if start == 0 or len(lines) != 2:
            return False
        before, last = cells_of(lines, self.layout.separator, self.layout.quote)
        return is_total(last, before)

    def _cleaned(self, piece: bytes, met: Lines) -> bytes:
        """Return rows without blank lines and repeated headers, counting both."""
        if b"\r" in piece:
            piece = piece.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
        if self.layout.collapsed:
            piece = re.sub(rb"(?m)^ +| +$", b"", re.sub(rb" +", b" ", piece))
        piece = b"\n" + piece.rstrip(b"\n") + b"\n"
        separator = self.layout.separator.encode()
        if b"\n\n" in piece or b"\n" + separator in piece or b"\n " in piece:
            piece, count = _BLANK.subn(b"", piece)
            met.blank += count
        header = b"\n" + separator.join(n.encode() for n in self.layout.names) + b"\n"
        if header in piece:
            met.repeated += piece.count(header)
            piece = piece.replace(header, b"\n")
        return piece[1:]

    def _schema(self, piece: bytes) -> Schema:
        """Return the types of the columns, judged by the first rows."""
        try:
            kinds = self._csv(piece, None, rows=_SCHEMA_ROWS).schema
        except pl.exceptions.PolarsError:
            self._refuse_long_rows(piece, Lines())
            try:
                # A little more than the rows asked for is read, and may not fit their types.
                kinds = self._csv(piece, None, judged=None).schema
            except pl.exceptions.PolarsError:
                kinds = {}  # texts; what is no number is told with its row
        return {
            name: pl.String() if name in self.as_text else kinds.get(name, pl.String())
            for name in self.layout.names
        }

    def _part(self, piece: bytes, schema: Schema, met: Lines) -> pl.DataFrame:
        try:
            part = self._csv(piece, schema)
        except pl.exceptions.PolarsError as error:
            self._refuse_long_rows(piece, met)
            part = self._wider(piece, schema, error, met)
        self._count_short_rows(piece, part.height, met)
        return part

    def _csv(
        self,
        piece: bytes,
        schema: Schema | None,
        *,
        rows: int | None = None,
        judged: int | None = _SCHEMA_ROWS,
    ) -> pl.DataFrame:
        names = self.layout.names
        wanted = None if self.columns is None else [names.index(name) for name in self.columns]
        try:
            frame = pl.read_csv(
                piece,
                has_header=False,
                columns=wanted if schema is not None else None,
                schema=schema,
                separator=self.layout.separator,
                quote_char=self.layout.quote,
                comment_prefix=self.layout.comment,
                decimal_comma=self.layout.decimal_comma,
                infer_schema_length=judged,
                n_rows=rows,
                missing_columns="insert" if schema is not None else "raise",
            )
        except pl.exceptions.ComputeError as error:
            if "utf-8" in str(error):
                raise NotThisEncoding(older_encoding(piece) or "latin-1") from error
            raise
        if schema is None:
            return frame.rename(dict(zip(frame.columns, names, strict=False)))
        return frame if self.columns is None else frame.select(self.columns)

    def _broken_row(self, piece: bytes, met: Lines) -> Problem:
        """Return the problem of the first row that cannot be cut into cells."""
        lines = piece.splitlines(keepends=True)
        schema: Schema = dict.fromkeys(self.layout.names, pl.String())
        good, bad = 0, len(lines)  # the first `good` lines can be read, the first `bad` cannot
        while bad - good > 1:
            middle = (good + bad) // 2
            try:
                self._csv(b"".join(lines[:middle]), schema)
                good = middle
            except pl.exceptions.PolarsError:
                bad = middle
        shown = lines[bad - 1].decode("utf-8", errors="replace").strip()
        return Problem(
            where=say("{path}, row {rows}", path=shown_name(self.path), rows=met.rows + bad),
            what=say("cannot be cut into cells: {shown}", shown=shown[:80]),
            fix=mark("Close its quotation marks, and double those inside of a cell"),
        )

    def _wider(self, piece: bytes, schema: Schema, error: Exception, met: Lines) -> pl.DataFrame:
        """Return a piece whose whole numbers became fractions; else ask for other types."""
        try:
            texts = self._csv(piece, dict.fromkeys(schema, pl.String()))
        except pl.exceptions.PolarsError as cause:
            raise InputError(self._broken_row(piece, met)) from cause
        misfits = [
            name
            for name in texts.columns
            if schema[name] != pl.String
            and texts[name].cast(schema[name], strict=False).null_count() > texts[name].null_count()
        ]
        comma = self.layout.decimal_comma
        whole = [
            name
            for name in misfits
            if schema[name].is_integer() and not comma and _are_fractions(texts[name])
        ]
        if set(misfits) - set(whole) or not misfits:
            raise OtherTypes(misfits or [n for n in schema if n not in self.as_text]) from error
        return self._csv(piece, schema | dict.fromkeys(whole, pl.Float64()))

    def _refuse_long_rows(self, piece: bytes, met: Lines) -> None:
        wide = self._odd_rows(piece, longer=True)
        if not wide:
            return
        rows = [met.rows + place + 1 for place in wide]
        width = len(self.layout.names)
        problem = Problem(
            where=say("{path}, row {rows}", path=shown_name(self.path), rows=rows[0]),
            what=say(
                "has more cells than the header has names ({width}); {count} of this kind ({rows})",
                width=width,
                count=counted(len(rows), "row"),
                rows=numbered(rows),
            ),
            fix=mark("Mend these rows; a cell that holds the separator must be quoted"),
        )
        raise InputError(problem)

    def _count_short_rows(self, piece: bytes, height: int, met: Lines) -> None:
        separators = piece.count(self.layout.separator.encode())
        expected = height * (len(self.layout.names) - 1)
        if separators >= expected or len(self.layout.names) == 1:
            return
        met.short = [
            *(met.short or ()),
            *(met.rows + p + 1 for p in self._odd_rows(piece, longer=False)),
        ]

    def _odd_rows(self, piece: bytes, *, longer: bool) -> list[int]:
        lines = piece.decode("utf-8", errors="replace").splitlines()
        mark = self.layout.comment
        if mark is not None:
            lines = [line for line in lines if not line.startswith(mark)]
        rows = cells_of(lines, self.layout.separator, self.layout.quote)
        width = len(self.layout.names)
        return [
            place
            for place, row in enumerate(rows)
            if (len(row) > width if longer else len(row) < width)
        ]


def _are_fractions(texts: pl.Series) -> bool:
    return texts.cast(pl.Float64, strict=False).null_count() == texts.null_count()


def _alike(parts: list[pl.DataFrame]) -> list[pl.DataFrame]:
    """Return parts whose whole numbers are fractions where they are so in another part."""
    wide = {
        name: pl.Float64()
        for part in parts
        for name, kind in part.schema.items()
        if kind == pl.Float64
    }
    schemas = [part.schema for part in parts]
    return [
        part.cast({n: k for n, k in wide.items() if schema[n] != k})  # pyright: ignore[reportArgumentType] # a mapping of names to types
        for part, schema in zip(parts, schemas, strict=True)
    ]


def _settled(frame: pl.DataFrame, read: TextRead) -> pl.DataFrame:
    """Return a frame with numbers where a column of texts holds only numbers."""
    columns = [
        series
        for series in frame.get_columns()
        if series.dtype == pl.String and series.name not in read.as_text
    ]
    settled: list[pl.Series] = []
    for series in columns:
        numbers = plain_numbers(series, read.decimal)
        if numbers is None and read.layout.decimal_comma:
            numbers = grouped_numbers(series)
        if numbers is not None:
            settled.append(numbers)
    whole = frame.with_columns(settled)
    padded = [
        name for name, kind in whole.schema.items() if kind == pl.String and is_padded(whole[name])
    ]
    return whole.with_columns(pl.col(padded).str.strip_chars()) if padded else whole


def is_padded(texts: pl.Series) -> bool:
    """Return whether texts have blanks around them, judged by the first rows."""
    return bool(texts.head(_SCHEMA_ROWS).str.contains(r"^\s|\s$").any())
