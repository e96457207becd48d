"""Price files of every layout to rows: long, wide, a file for each field, a folder of assets."""

from collections.abc import Collection, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

from ml4t_desktop.errors import InputError, Problem
from ml4t_desktop.files.columns.column_map import PRICE_ROLES, ColumnMap, Roles
from ml4t_desktop.files.columns.names import usual_role
from ml4t_desktop.files.columns.number_texts import Decimal
from ml4t_desktop.files.columns.recognition import bar_roles
from ml4t_desktop.files.columns.times import read_times
from ml4t_desktop.files.findings import counted, gathering, listed
from ml4t_desktop.files.folders import FolderFile, files_in, folder_notes, symbols_of
from ml4t_desktop.files.formats.tables import (
    SAMPLE_ROWS,
    FileKind,
    Table,
    begun_table,
    file_kind,
    notes_on_derived,
    open_table,
    read_columns,
    table_sample,
)
from ml4t_desktop.files.head_start import HeadStart
from ml4t_desktop.files.inside import place_of
from ml4t_desktop.files.rows import FileRows, file_rows, row_keys
from ml4t_desktop.files.shapes import refuse_other_shapes
from ml4t_desktop.files.watch import NOBODY, Watch
from ml4t_desktop.files.wide import SYMBOL, WideForm, to_long, wide_form
from ml4t_desktop.request import TableForm
from ml4t_desktop.wording import mark, say

TIME = "time"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LongTable:
    """A table with one row for each asset and time.

    Parameters
    ----------
    source : str
        Name of the file.
    frame : DataFrame
    rows : ndarray of int64 or None
        The 0-based row of the file of each row; None for 0, 1, 2, …
    notes : tuple of Problem
    decimal : {".", ","} or None
    symbol : str or None
        What the asset is called when no column says it.
    wide : WideForm or None
        How the file was wide.
    """

    source: str
    frame: pl.DataFrame
    rows: NDArray[np.int64] | None = None
    notes: tuple[Problem, ...] = ()
    decimal: Decimal | None = None
    symbol: str | None = None
    wide: WideForm | None = None

    @property
    def is_one_field(self) -> bool:
        """Whether the table holds a single field, so that others hold the rest of the bars."""
        return self.wide is not None and len(self.wide.fields) == 1


def read_price_files(
    paths: Sequence[Path],
    columns: ColumnMap,
    watch: Watch = NOBODY,
    head_start: HeadStart | None = None,
    elsewhere: Collection[Path] = (),
) -> tuple[list[FileRows], list[Problem]]:
    """Return the rows of all price files, folders included, and notes and warnings.

    Parameters
    ----------
    elsewhere : collection of Path
        As for `price_items`.
    head_start : HeadStart or None
        What of them is read already.

    Raises
    ------
    InputError
        If files, columns or values are refused; all problems at once.
    Cancelled
        If the user stopped the work.
    """
    problems: list[Problem] = []
    items, notes = price_items(paths, problems, columns.form, elsewhere)
    files: list[FileRows] = []
    fields: list[LongTable] = []
    for place, item in enumerate(items):
        part = watch.part(place, len(items))
        with gathering(problems):
            read, found = _price_file(item, columns, part, head_start, is_alone=len(items) == 1)
            notes += found
            if isinstance(read, LongTable):
                fields.append(read)
            else:
                files.append(read)
        part.advance(1.0)
    if fields and not problems:
        with gathering(problems):
            table = joined_fields(fields, columns)
            roles, found = bar_roles(table.frame.schema, _of_joined(columns), table.source)
            files.append(file_rows(table.frame, roles, _of_joined(columns), table.source))
            notes += (*table.notes, *found)
    if problems:
        raise InputError(problems)
    return files, said_once(notes)


def price_items(
    paths: Sequence[Path],
    problems: list[Problem],
    form: TableForm | None = None,
    elsewhere: Collection[Path] = (),
) -> tuple[list[FolderFile], list[Problem]]:
    """Return all files of paths, those of folders with their symbols, and notes; gather problems.

    With a form, archives count as folders; see `files_in`.

    Parameters
    ----------
    elsewhere : collection of Path
        Tables that the request names as something else, which are none of a folder's where they have no
        column of prices.
    """
    notes: list[Problem] = []
    items: list[FolderFile] = []
    named = _symbols_in_holders(paths)
    for path in paths:
        inner = tuple(
            item
            for item in files_in(path, form)
            if item.path not in elsewhere or _names_prices(item.path)
        )
        inner = _called_anew(inner) if elsewhere else inner
        with gathering(problems):
            notes += folder_notes(path, inner, elsewhere) if inner or path.is_dir() else ()
            items += inner or [FolderFile(path=path, symbol=named.get(path, ""))]
    return items, notes


def _names_prices(path: Path) -> bool:
    try:
        return any(usual_role(name) in PRICE_ROLES for name in table_sample(path).columns)
    except InputError:  # told where it is read
        return False


def _called_anew(files: Sequence[FolderFile]) -> tuple[FolderFile, ...]:
    """Return files of a folder called by what sets them apart from each other, and from no others."""
    if len(files) < 2:
        return (*files,)
    symbols = symbols_of([file.path.name for file in files])
    return tuple(replace(file, symbol=s) for file, s in zip(files, symbols, strict=True))


def _symbols_in_holders(paths: Sequence[Path]) -> dict[Path, str]:
    """Return what assets are called of which each has a table of its own in one archive or workbook."""
    held: dict[Path, list[Path]] = {}
    for path in paths:
        place = place_of(path)
        if place.inner is not None:
            held.setdefault(place.file, []).append(path)
    return {
        path: symbol
        for group in held.values()
        if len(group) > 1
        for path, symbol in zip(group, symbols_of([path.name for path in group]), strict=True)
    }


def _price_file(
    item: FolderFile,
    columns: ColumnMap,
    watch: Watch,
    head_start: HeadStart | None,
    *,
    is_alone: bool,
) -> tuple[FileRows | LongTable, tuple[Problem, ...]]:
    """Return the rows of a file with notes and warnings; the table of a wide one that is to be joined."""
    path, source = item.path, item.name
    text = (columns.asset,) if columns.asset else ()
    if head_start is not None and not head_start.is_of(path):
        head_start = None
    sample = begun_table(
        None if head_start is None else head_start.sample(),
        path,
        lambda: table_sample(path, columns.form, text=text),
        is_whole=True,
    )
    refuse_other_shapes(sample, source)
    wide = wide_of(sample, source, columns)
    if wide is not None:
        read = open_table(path, columns.form, columns=wide.columns(), watch=watch)
        table = long_of_wide(read, wide, source)
        if table.is_one_field and not is_alone:
            return table, table.notes
        mapped = _of_wide(columns, table.frame)
        roles, found = bar_roles(table.frame.schema, mapped, source)
        rows = file_rows(table.frame, roles, mapped, source, rows=table.rows, decimal=table.decimal)
        return rows, (*table.notes, *found)
    late = late_columns(sample, columns)
    if late:
        sample = with_late_values(sample, read_columns(path, late, text=text, form=columns.form))
    roles, found = bar_roles(sample.schema, columns, source, sample)
    if file_kind(path, columns.form) == FileKind("parquet"):
        told = notes_on_derived(path, roles.columns(), columns.form)
        return _parquet_rows(item, roles, columns, watch, head_start), (*told, *found)
    read = open_table(path, columns.form, columns=roles.columns(), text=text, watch=watch)
    symbol = item.symbol or None
    rows = file_rows(read.frame, roles, columns, source, decimal=read.decimal, symbol=symbol)
    return rows, (*read.notes, *found)


def _parquet_rows(
    item: FolderFile,
    roles: Roles,
    columns: ColumnMap,
    watch: Watch,
    head_start: HeadStart | None,
) -> FileRows:
    """Return the rows of a Parquet file; its times and symbols are worked on while the rest is read."""
    path, symbol = item.path, item.symbol or None
    key_names = [name for name in (roles.time, roles.clock, roles.asset) if name is not None]
    names = [name for name in roles.columns() if name not in key_names]
    with ThreadPoolExecutor(1) as pool:

        def read(wanted: list[str], progress: Watch) -> Future[pl.DataFrame]:
            begun = None if head_start is None else head_start.columns(wanted)
            anew = partial(read_columns, path, wanted, watch=progress)
            return pool.submit(begun_table, begun, path, anew)

        of_keys, reading = read(key_names, NOBODY), read(names, watch)
        key_frame = of_keys.result()
        keys = row_keys(key_frame, roles, columns, item.name, symbol=symbol)
        numbers = reading.result()
    if numbers.height != key_frame.height:
        what, fix = (
            mark("has changed while it was read"),
            mark("Read it again when it is no longer written to"),
        )
        raise InputError(Problem(where=str(path), what=what, fix=fix))
    whole = numbers.hstack(key_frame)
    return file_rows(whole, roles, columns, item.name, symbol=symbol, keys=keys)


def late_columns(sample: pl.DataFrame, columns: ColumnMap) -> list[str]:
    """Return the columns that the first rows of a long table tell nothing about.

    A model says nothing before it was trained; its column of a text file begins without values.
    """
    if columns.signals is not None or sample.height < SAMPLE_ROWS:
        return []
    named = {name for _, name in columns.named()}
    return [
        series.name
        for series in sample.get_columns()
        if series.dtype == pl.String
        and series.null_count() == len(series)
        and series.name not in named
    ]


def with_late_values(sample: pl.DataFrame, late: pl.DataFrame) -> pl.DataFrame:
    """Return the first rows of a table with columns replaced by their first values."""
    values = (series.drop_nulls().head(sample.height) for series in late.get_columns())
    return sample.with_columns(
        series.extend_constant(None, sample.height - len(series)) for series in values
    )


def wide_of(sample: pl.DataFrame, source: str, columns: ColumnMap) -> WideForm | None:
    """Return how a price file is wide, None when it is long.

    Raises
    ------
    InputError
        If it is said to be wide and cannot be read so.
    """
    if columns.layout == "long" or (columns.close in sample.schema and columns.layout is None):
        return None
    is_said = columns.layout == "wide"
    wide = wide_form(sample, source, time=columns.time, field=columns.field, is_said=is_said)
    if wide is None and is_said:
        fix = mark('Name the column of times, or say layout = "long"')
        what = mark("has no column of times beside columns of numbers, as a wide table does")
        raise InputError(Problem(where=source, what=what, fix=fix))
    return wide


def long_of_wide(read: Table, wide: WideForm, source: str) -> LongTable:
    """Return a wide table as a long one."""
    frame, rows, empty = to_long(read.frame, wide)
    said = say(
        "is wide ({reason}): {count}, {value}",
        reason=wide.reason,
        count=counted(len(wide.symbols), "asset"),
        value=listed([*wide.fields]),
    )
    notes = [Problem(where=source, what=said, severity="note")]
    if not wide.by_name:
        what = mark("nothing says what its values are; they are taken as closing prices")
        fix = mark('Say it below “How the files are written”, as “Values”: field = "…" in [data]')
        notes.append(Problem(where=source, what=what, fix=fix, severity="warning"))
    if wide.others:
        what = say(
            "columns that belong to no asset are left out: {others}", others=listed(wide.others)
        )
        notes.append(Problem(where=source, what=what, severity="warning"))
    if empty:
        what = say(
            "{empty} of time and asset without any value are no bars", empty=counted(empty, "pair")
        )
        notes.append(Problem(where=source, what=what, severity="note"))
    return LongTable(
        source=source,
        frame=frame,
        rows=rows,
        notes=(*read.notes, *notes),
        decimal=read.decimal,
        wide=wide,
    )


def joined_fields(tables: Sequence[LongTable], columns: ColumnMap) -> LongTable:
    """Return wide files of one field each as one table, joined by time and asset.

    Raises
    ------
    InputError
        If two files hold the same field, or a time cannot be read.
    """
    seen: dict[str, str] = {}
    whole: pl.DataFrame | None = None
    for table in tables:
        assert table.wide is not None  # noqa: S101 (they are wide files)
        field = next(iter(table.wide.fields))
        if field in seen:
            what = say("holds {field}, as {seen} does", field=field, seen=seen[field])
            fix = mark("Leave one out, or call the files by what they hold, such as open.csv")
            raise InputError(Problem(where=table.source, what=what, fix=fix))
        seen[field] = table.source
        times = read_times(table.frame[table.wide.time], table.source, form=columns.form)
        stamp = pl.Series(TIME, times.us).cast(pl.Datetime("us", "UTC" if times.zoned else None))
        part = pl.DataFrame([stamp, table.frame[SYMBOL].cast(pl.String), table.frame[field]])
        if part.select(TIME, SYMBOL).is_duplicated().any():
            row = int(part.select(TIME, SYMBOL).is_duplicated().arg_max() or 0)
            rows = table.rows
            place = (int(rows[row]) if rows is not None else row) + 1
            what = mark("its time occurs again in the file")
            fix = mark("Leave one row for each time")
            raise InputError(
                Problem(
                    where=say("{source}, row {place}", source=table.source, place=place),
                    what=what,
                    fix=fix,
                )
            )
        whole = part if whole is None else _joined(whole, part, table.source)
    assert whole is not None  # noqa: S101 (there is a table)
    names = ", ".join(table.source for table in tables)
    note = Problem(
        where=names, what=mark("are one market, joined by time and asset"), severity="note"
    )
    return LongTable(source=names, frame=whole, notes=(note,) if len(tables) > 1 else ())


def _joined(whole: pl.DataFrame, part: pl.DataFrame, source: str) -> pl.DataFrame:
    if whole.schema[TIME] != part.schema[TIME]:
        what = mark("carries a time zone and the other files do not, or the other way round")
        fix = mark('Say the zone of those without one: time_zone = "…" in [data]')
        raise InputError(Problem(where=source, what=what, fix=fix))
    return whole.join(part, on=[TIME, SYMBOL], how="full", coalesce=True)


def _of_joined(columns: ColumnMap) -> ColumnMap:
    """Return the columns of joined fields, whose times and symbols have names of their own."""
    return replace(columns, time=TIME, clock=None, asset=SYMBOL)


def _of_wide(columns: ColumnMap, frame: pl.DataFrame) -> ColumnMap:
    """Return the columns of a wide table made long; what is no name of it is recognised."""
    time = columns.time if columns.time in frame.schema else None
    return replace(columns, time=time, clock=None, asset=SYMBOL)


def said_once(notes: list[Problem]) -> list[Problem]:
    """Return the notes of many files with what is the same of all said once."""
    grouped: dict[tuple[str, str, str], list[str]] = {}
    for note in notes:
        grouped.setdefault((note.what, note.fix, note.severity), []).append(note.where)
    said: list[Problem] = []
    for note in notes:
        places = grouped.pop((note.what, note.fix, note.severity), None)
        if places is None:
            continue
        if len(places) == 1:
            said.append(note)
            continue
        where = say(
            "{places} and {count}", places=places[0], count=counted(len(places) - 1, "other_file")
        )
        said.append(replace(note, where=where))
    return said
