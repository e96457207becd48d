"""Tables on disk that are not in the shape to be read in parts, written so that they are."""

from collections.abc import Collection, Iterator
from contextlib import closing
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from ml4t_desktop.errors import Problem
from ml4t_desktop.files.columns.number_texts import (
    Decimal,
    grouped_numbers,
    plain_numbers,
    without_words,
)
from ml4t_desktop.files.formats.arrow_files import arrow_parts
from ml4t_desktop.files.formats.derived import derived_columns, notes_on, with_derived
from ml4t_desktop.files.formats.parquet_tables import SAMPLE_ROWS, refuse_damaged_parquet
from ml4t_desktop.files.formats.tables import file_kind, open_table, readable
from ml4t_desktop.files.formats.text_tables import OtherTypes, TextRead, is_padded, text_parts
from ml4t_desktop.files.watch import NOBODY, Watch
from ml4t_desktop.request import TableForm

ROW = "__row"
_SLICE = 500_000
Slices = Iterator[tuple[pl.DataFrame, NDArray[np.int64]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class PartedTable:
    """A Parquet file that holds columns of a table.

    Parameters
    ----------
    path : Path
    notes : tuple of Problem
        How the table was read, where that is not obvious.
    decimal : "," or None
        The decimal mark of numbers that are still texts, when it is known.
    """

    path: Path
    notes: tuple[Problem, ...] = ()
    decimal: Decimal | None = None


def as_parquet(
    path: Path,
    columns: list[str],
    text: Collection[str],
    form: TableForm,
    target: Path,
    watch: Watch = NOBODY,
) -> PartedTable:
    """Return a Parquet file with these columns of a table: its own, or one written to `target`.

    What it holds is what `tables.open_table` returns.

    Raises
    ------
    InputError
        If the table cannot be read.
    Cancelled
        If the user stopped the work.
    """
    kind = file_kind(path, form)
    if kind.format == "parquet" and kind.packing is None:
        with readable(path):
            refuse_damaged_parquet(path)
            written = pl.read_parquet_schema(path)
            if not all(name in written for name in columns):
                return _derived_parquet(path, columns, target)
        return PartedTable(path=path, decimal=form.decimal)
    if kind.format == "text":
        raw = target.with_suffix(".raw.parquet")
        with readable(path):
            _, read = text_parts(
                path,
                kind.packing,
                form,
                lambda parts: _write(parts, raw),
                columns=columns,
                text=text,
                watch=watch,
            )
            _settle(raw, target, read)
        return PartedTable(path=target, notes=read.notes, decimal=read.decimal)
    if kind.format == "arrow" and kind.packing is None:
        with readable(path), closing(arrow_parts(path, columns)) as parts:
            _write(parts, target)
        return PartedTable(path=target, decimal=form.decimal)
    table = open_table(path, form, columns=columns, text=text, watch=watch)
    table.frame.write_parquet(target)
    return PartedTable(path=target, notes=table.notes, decimal=table.decimal)


def _derived_parquet(path: Path, columns: list[str], target: Path) -> PartedTable:
    """Return a Parquet file written with columns that stand for nested ones, or for what folders say."""
    parts = _frames(path, None)
    first = next(parts, None)
    if first is None:
        first = pl.read_parquet(path, n_rows=0, glob=False)
    plan = derived_columns(first.head(SAMPLE_ROWS), path)
    with closing(parts):  # pyright: ignore[reportArgumentType] # a generator
        whole = (with_derived(part, plan, path).select(columns) for part in chain([first], parts))
        _write(whole, target)
    used = {part.base for part in plan if part.name in columns}
    return PartedTable(path=target, notes=notes_on([p for p in plan if p.base in used], path))


def _write(parts: Iterator[pl.DataFrame], target: Path) -> None:
    """Write the parts of a text file; whole numbers that are fractions later on become texts."""
    first = next(parts)
    kinds = first.schema
    wide: set[str] = set()
    with pq.ParquetWriter(target, _arrow(first).schema) as writer:
        writer.write_table(_arrow(first))
        for part in parts:
            wide.update(name for name, kind in part.schema.items() if kind != kinds[name])
            if not wide:
                writer.write_table(_arrow(part))
    if wide:
        raise OtherTypes(sorted(wide))


def _settle(raw: Path, target: Path, read: TextRead) -> None:
    """Write a text file with numbers where a column of texts holds only numbers, as reading it whole does."""
    plans = {
        name: _plan(raw, name, read)
        for name, kind in pl.read_parquet_schema(raw).items()
        if kind == pl.String
    }
    plans = {name: plan for name, plan in plans.items() if plan is not None}
    if not plans:
        raw.replace(target)
        return
    parts = (
        frame.with_columns(_settled(frame[name], plan, read) for name, plan in plans.items())
        for frame in _frames(raw, None)
    )
    with closing(parts):
        _write(parts, target)
    raw.unlink()


def _plan(raw: Path, name: str, read: TextRead) -> str | None:
    """Return what is to be done to a column of texts: plain or grouped numbers, stripped, nothing."""
    fits = {"plain": name not in read.as_text, "grouped": name not in read.as_text}
    fits["grouped"] &= read.layout.decimal_comma
    has_any = False
    for frame in _frames(raw, [name]):
        texts = frame[name]
        if not any(fits.values()):
            break
        if without_words(texts).null_count() == len(texts):
            continue
        has_any = True
        for plan in [plan for plan, is_fit in fits.items() if is_fit]:
            fits[plan] = _numbers(texts, plan, read) is not None
    if has_any:
        for plan in ("plain", "grouped"):
            if fits[plan]:
                return plan
    first = next(_frames(raw, [name]), None)
    return "stripped" if first is not None and is_padded(first[name]) else None


def _settled(texts: pl.Series, plan: str, read: TextRead) -> pl.Series:
    if plan == "stripped":
        return texts.str.strip_chars()
    numbers = _numbers(texts, plan, read)
    if numbers is None:  # there is no value
        return pl.Series(texts.name, [None], pl.Float64).extend_constant(None, len(texts) - 1)
    return numbers


def _numbers(texts: pl.Series, plan: str, read: TextRead) -> pl.Series | None:
    return plain_numbers(texts, read.decimal) if plan == "plain" else grouped_numbers(texts)


def _frames(path: Path, columns: list[str] | None) -> Iterator[pl.DataFrame]:
    scan = pl.scan_parquet(path, glob=False)
    height = int(scan.select(pl.len()).collect().item())
    wanted = scan if columns is None else scan.select(columns)
    for start in range(0, height, _SLICE):
        yield wanted.slice(start, _SLICE).collect()


def _arrow(frame: pl.DataFrame) -> pa.Table:
    return frame.to_arrow(compat_level=pl.CompatLevel.oldest())


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
                table = _arrow(sorted_rows.slice(first, last - first))
                if number not in writers:
                    writers[number] = pq.ParquetWriter(paths[number], table.schema)
                writers[number].write_table(table)
    finally:
        for writer in writers.values():
            writer.close()
    return paths
