"""The whole table of a source, whatever its layout, as the import shows it and the feeds read it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import polars as pl

from ml4t_desktop.errors import InputError, Problem
from ml4t_desktop.files.columns.column_map import ColumnMap
from ml4t_desktop.files.columns.names import usual_role
from ml4t_desktop.files.columns.number_texts import Decimal
from ml4t_desktop.files.findings import listed
from ml4t_desktop.files.folders import FolderFile, files_in, folder_notes, symbols_of
from ml4t_desktop.files.formats.tables import SAMPLE_ROWS, open_table
from ml4t_desktop.files.inner_tables import paths_of
from ml4t_desktop.files.price_files import long_of_wide, wide_of
from ml4t_desktop.files.shapes import refuse_other_shapes
from ml4t_desktop.files.stamps import unchanged
from ml4t_desktop.files.watch import NOBODY, Watch
from ml4t_desktop.files.wide import SYMBOL
from ml4t_desktop.wording import say

AUTOMATIC = ColumnMap()
_PRICES = frozenset({"open", "high", "low", "close"})


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Source:
    """A file or folder as one long table.

    Parameters
    ----------
    frame : DataFrame
    notes : tuple of Problem
        How it was read.
    made : frozenset of str
        Columns of `frame` that the files themselves do not have, such as symbols from file names.
    is_wide : bool
    is_unnamed_wide : bool
        Whether it is wide, and nothing says what its values are.
    decimal : {".", ","} or None
    """

    frame: pl.DataFrame
    notes: tuple[Problem, ...] = ()
    made: frozenset[str] = frozenset()
    is_wide: bool = False
    is_unnamed_wide: bool = False
    decimal: Decimal | None = None


def read_source(
    path: Path,
    columns: ColumnMap = AUTOMATIC,
    watch: Watch = NOBODY,
    *,
    inner: Sequence[Path] = (),
) -> Source:
    """Return all of a file, or of the files in a folder, as one long table.

    Parameters
    ----------
    inner : sequence of Path
        Those files of a folder, an archive or a workbook that are read; none for all.

    Raises
    ------
    InputError
        If it cannot be read as a table.
    Cancelled
        If the user stopped the work.
    """
    files = files_in(path, columns.form)
    inner = inner or (_prices_of(path, columns) if files else ())
    if inner:
        symbols = symbols_of([item.name for item in inner])
        files = tuple(
            FolderFile(path=item, symbol=symbol)
            for item, symbol in zip(inner, symbols, strict=True)
        )
    with unchanged([file.path for file in files] or [path]):
        return _source(path, files, columns, watch, is_part=bool(inner))


def _prices_of(path: Path, columns: ColumnMap) -> tuple[Path, ...]:
    """Return the tables of prices of a folder or an archive that holds others too."""
    from ml4t_desktop.files.spread import mixed_tables

    return paths_of(mixed_tables(path, columns), "prices")


def _source(
    path: Path, files: Sequence[FolderFile], columns: ColumnMap, watch: Watch, *, is_part: bool
) -> Source:
    if not files and not path.is_dir():
        return _file(FolderFile(path=path, symbol=""), columns, watch)
    is_folder = path.is_dir() or bool(files_in(path, columns.form))
    notes = folder_notes(path, files) if is_folder else ()
    notes = notes[:1] if is_part else notes  # what becomes of the others is told for each
    parts: list[Source] = []
    for place, file in enumerate(files):
        part = _file(file, columns, watch.part(place, len(files)))
        if (
            file.symbol
            and not part.is_wide
            and not any(usual_role(n) == "asset" for n in part.frame.columns)
        ):
            symbols = pl.Series(SYMBOL, [file.symbol]).extend_constant(
                file.symbol, max(part.frame.height - 1, 0)
            )
            frame = part.frame.insert_column(0, symbols.head(part.frame.height))
            part = Source(frame=frame, notes=part.notes, made=part.made | {SYMBOL})
        parts.append(part)
    _refuse_two_kinds(path, files, parts)
    frame = pl.concat([part.frame for part in parts], how="diagonal_relaxed")
    made = frozenset(name for part in parts for name in part.made)
    return Source(frame=frame, notes=(*notes, *parts[0].notes), made=made)


def _refuse_two_kinds(path: Path, files: Sequence[FolderFile], parts: Sequence[Source]) -> None:
    """Refuse prices beside predictions: as one table each row of either lacks what the other has."""
    priced: list[str] = []
    others: list[str] = []
    for file, part in zip(files, parts, strict=True):
        roles = {usual_role(name) for name in part.frame.columns}
        if part.is_wide or "close" in roles:
            priced.append(file.path.name)
        elif not roles & _PRICES:
            others.append(file.path.name)
    if priced and others:
        what = say(
            "holds tables with prices ({priced}) and tables without any ({others})",
            priced=listed(priced),
            others=listed(others),
        )
        fix = say(
            'Name each of them for itself, such as "{name}/{table}"',
            name=path.name,
            table=priced[0],
        )
        raise InputError(Problem(where=path.name, what=what, fix=fix))


def sampled_source(path: Path, columns: ColumnMap, *, wide_rows: int) -> Source:
    """Return the first rows of a single table, fewer of a wide one.

    Raises
    ------
    InputError
        If it cannot be read as a table.
    """
    return _file(FolderFile(path=path, symbol=""), columns, NOBODY, wide_rows=wide_rows)


def _file(
    file: FolderFile, columns: ColumnMap, watch: Watch, *, wide_rows: int | None = None
) -> Source:
    path, name = file.path, file.name
    text = (columns.asset,) if columns.asset else ()
    rows = None if wide_rows is None else SAMPLE_ROWS
    table = open_table(path, columns.form, text=text, rows=rows, watch=watch)
    sample = table.frame.head(SAMPLE_ROWS)
    refuse_other_shapes(sample, name)
    wide = wide_of(sample, name, columns)
    if wide is None:
        return Source(frame=table.frame, notes=table.notes, decimal=table.decimal)
    if wide_rows is not None:
        table = replace(table, frame=table.frame.head(wide_rows))
    long = long_of_wide(table, wide, name)
    return Source(
        frame=long.frame,
        notes=long.notes,
        made=frozenset({SYMBOL, *wide.fields}),
        is_wide=True,
        is_unnamed_wide=not wide.by_name,
        decimal=table.decimal,
    )
