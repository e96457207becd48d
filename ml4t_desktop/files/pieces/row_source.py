"""Rows of a table on disk in parts that fit the memory, each from one time to another."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

import numpy as np
import polars as pl
from numpy.typing import NDArray

from ml4t_desktop.errors import InputError, Problem
from ml4t_desktop.files.columns.column_map import AUTOMATIC, ColumnMap
from ml4t_desktop.files.columns.number_columns import NumberColumns, number_columns
from ml4t_desktop.files.columns.number_texts import NO_TEXT, Decimal, without_words
from ml4t_desktop.files.columns.recognition import bar_roles
from ml4t_desktop.files.columns.time_column import TimeColumn
from ml4t_desktop.files.columns.values import RowNumber, as_numbers
from ml4t_desktop.files.findings import gathering, raise_errors
from ml4t_desktop.files.formats.table_parts import ROW, as_parquet, write_parts
from ml4t_desktop.files.formats.tables import readable, table_sample
from ml4t_desktop.files.price_files import late_columns, wide_of, with_late_values
from ml4t_desktop.files.rows import FileRows, file_rows, refuse_missing_symbols
from ml4t_desktop.files.stamps import Stamps
from ml4t_desktop.files.watch import NOBODY, Watch
from ml4t_desktop.wording import mark

# Told how many more rows were looked at; raises to stop.
Check = Callable[[int], None]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RowCounts:
    """How many rows a table has at each time.

    Parameters
    ----------
    times, counts : ndarray of int64
        Ascending times inside the period, and rows of each.
    skipped : int
        Rows before the period.
    is_sorted : bool
        Whether the rows are in order of time.
    span : tuple of int or None
        First and last time of the whole table.
    """

    times: NDArray[np.int64]
    counts: NDArray[np.int64]
    skipped: int
    is_sorted: bool
    span: tuple[int, int] | None


class RowSource:
    """One table of bars: its rows are counted, split into parts, and read part by part.

    Parameters
    ----------
    path : Path
    columns : ColumnMap
    folder : Path
        Where files that are needed for a while are written.
    name : str
        What those files are called.
    symbol : str or None
        What the asset is called when no column says it; None for the stem of the file.
    source : str or None
        What messages call it; None for the name of the file.
    watch : Watch

    Raises
    ------
    InputError
        If the table cannot be read or is wide, or columns or times are missing.
    Cancelled
        If the user stopped the work.
    """

    def __init__(
        self,
        path: Path,
        columns: ColumnMap,
        folder: Path,
        name: str,
        *,
        symbol: str | None = None,
        source: str | None = None,
        watch: Watch = NOBODY,
    ) -> None:
        text = (columns.asset,) if columns.asset else ()
        self.source = source or path.name
        self._path, self._symbol = path, symbol
        self._stamps = Stamps((path,))
        self._folder, self._name = folder, name
        sample = table_sample(path, columns.form, text=text)
        if wide_of(sample, self.source, columns) is not None:
            raise InputError(_in_one_piece(self.source))
        late = late_columns(sample, columns)
        if late:
            target = folder / f"{name}-late.parquet"
            quiet = replace(watch, progress=None)
            found = pl.scan_parquet(
                as_parquet(path, late, text, columns.form, target, quiet).path, glob=False
            )
            known = (found.select(pl.col(n).drop_nulls().head(sample.height)) for n in late)
            for values in known:
                sample = with_late_values(sample, values.collect(engine="streaming"))
        self.roles, warnings = bar_roles(sample.schema, columns, self.source, sample)
        table = as_parquet(
            path, self.roles.columns(), text, columns.form, folder / f"{name}.parquet", watch
        )
        self.is_as_it_was: bool = table.path == path
        self.notes: tuple[Problem, ...] = (*table.notes, *warnings)
        self._decimal: Decimal | None = table.decimal or columns.form.decimal
        self._scan = pl.scan_parquet(table.path, glob=False)
        with readable(path):
            self._times = TimeColumn(self._scan, self.roles, self.source, columns.form)
            self.row_count = int(self._scan.select(pl.len()).collect().item())
        self.problems: tuple[Problem, ...] = self._times.problems
        self.remarks: tuple[Problem, ...] = ()
        # Times are read already, and a part is not cut again.
        self._columns = replace(columns, start=None, end=None, clock=None, form=AUTOMATIC)
        self._numbers = NumberColumns(marks={})
        self._parts: list[Path] | None = None
        self._starts = np.zeros(1, np.int64)
        self.counts = RowCounts(
            times=np.zeros(0, np.int64),
            counts=np.zeros(0, np.int64),
            skipped=0,
            is_sorted=True,
            span=None,
        )

    def kind_of(self, signal: str) -> Literal["text", "number"] | None:
        """Return what a signal holds inside the period, None when there is no value."""
        if signal in self._numbers.texts:
            return "text"
        has_any = self._inside().select(pl.col(signal).is_not_null().any())
        return "number" if has_any.collect(engine="streaming").item() else None

    def has_texts(self, signal: str) -> bool:
        """Return whether a signal is words."""
        return signal in self._numbers.texts

    def count(self, rows: int, low: int, high: int, check: Check) -> None:
        """Count the rows of every time from `low` to `high`, `rows` of them at once."""
        found: list[pl.DataFrame] = []
        last, first, skipped, ordered = -(2**63), 2**63 - 1, 0, True
        for start in range(0, self.row_count, rows):
            with readable(self._path):
                part = self._frame(start, rows, self._times.names)
            us = self._times.of(part)
            check(us.size)
            ordered = ordered and us[0] >= last and bool(np.all(us[1:] >= us[:-1]))
            first, last = min(first, int(us.min())), max(last, int(us.max()))
            skipped += int((us < low).sum())
            times, counts = np.unique(us[(us >= low) & (us <= high)], return_counts=True)
            found.append(pl.DataFrame({"time": times, "count": counts}))
        times, counts = added_up(found)
        self.counts = RowCounts(
            times=times,
            counts=counts,
            skipped=skipped,
            is_sorted=ordered,
            span=(first, last) if self.row_count else None,
        )

    def split(self, borders: NDArray[np.int64], rows: int, check: Check) -> None:
        """Make parts that begin at these times; rows that are not in order of time are written anew.

        Raises
        ------
        InputError
            If a symbol or a number inside the period cannot be read; all of them at once.
        """
        counts = self.counts
        before = counts.skipped + np.concatenate(([0], np.cumsum(counts.counts)))
        self._starts = np.append(before[np.searchsorted(counts.times, borders)], before[-1])
        with readable(self._path):
            if not counts.is_sorted and counts.times.size:
                slices = self._slices(rows, check)
                end = int(counts.times[-1])
                self._parts = write_parts(slices, borders, end, self._folder, self._name)
                self.remarks = (_written_sorted(self.source),)
            if counts.times.size:
                self._settle()

    def _settle(self) -> None:
        """Find out what depends on all rows inside the period: names of assets, notations of numbers."""
        problems: list[Problem] = []
        with gathering(problems):
            self._columns = self._named()
        self._numbers = number_columns(
            self._inside(), self.roles, self.source, self._decimal, self._whole
        )
        self.problems += self._numbers.notes
        raise_errors((*problems, *self._numbers.problems))

    def _named(self) -> ColumnMap:
        """Return the columns as they count for every part: what an asset is called depends on all rows."""
        asset, columns = self.roles.asset, self._columns
        if asset is None:
            return columns
        symbols = self._inside().select(pl.col(asset).cast(pl.String).unique())
        labels = symbols.collect(engine="streaming").to_series()
        if labels.null_count() or (labels == "").any():
            column, row_number = self._whole(asset)
            refuse_missing_symbols(column.cast(pl.String), self.source, row_number)
        several = columns.asset is None and columns.asset_id is not None and len(labels) > 1
        return replace(columns, asset=asset) if several else columns

    def _inside(self) -> pl.LazyFrame:
        """Return the rows inside the period."""
        if self._parts is not None:
            there = [part for part in self._parts if part.exists()]
            return pl.scan_parquet(there, glob=False)
        first, end = int(self._starts[0]), int(self._starts[-1])
        return self._scan.slice(first, end - first)

    def _whole(self, name: str) -> tuple[pl.Series, RowNumber]:
        """Return a column of the rows inside the period in the order of the table, and its rows."""
        if self._parts is None:
            first = int(self._starts[0])
            column = self._inside().select(name).collect().to_series()
            return column, lambda place: first + place + 1
        frame = self._inside().select(name, ROW).collect().sort(ROW)
        numbers = frame[ROW]
        return frame[name], lambda place: int(numbers[place]) + 1

    def _slices(self, rows: int, check: Check) -> Iterator[tuple[pl.DataFrame, NDArray[np.int64]]]:
        for start in range(0, self.row_count, rows):
            frame = self._frame(start, rows)
            check(frame.height)
            yield frame, self._times.of(frame)

    def _frame(self, start: int, count: int, names: list[str] | None = None) -> pl.DataFrame:
        return self._scan.select(names or self.roles.columns()).slice(start, count).collect()

    def part(self, number: int) -> FileRows:
        """Return the rows of a part, in the order of the table.

        Raises
        ------
        InputError
            If the file has changed since it was looked through.
        """
        try:
            with readable(self._path):
                found = self._part(number)
        except InputError as error:
            self._refuse_changes(error)
            raise
        self._refuse_changes()
        return found

    def _refuse_changes(self, cause: InputError | None = None) -> None:
        if self.is_as_it_was and self._parts is None:
            self._stamps.refuse_changes(cause)

    def _part(self, number: int) -> FileRows:
        if self._parts is None:
            start, end = int(self._starts[number]), int(self._starts[number + 1])
            return self._converted(self._frame(start, end - start), np.arange(start, end))
        if not self._parts[number].exists():
            return self._converted(self._frame(0, 0), np.zeros(0, np.int64))
        frame = pl.read_parquet(self._parts[number], glob=False)
        return self._converted(frame.drop(ROW), frame[ROW].to_numpy())

    def _converted(self, frame: pl.DataFrame, numbers: NDArray[np.int64]) -> FileRows:
        """Return rows of the file as bars; `numbers` are their 0-based rows of the table."""
        read, texts = self._numbers, self._numbers.texts
        us = pl.Series(self.roles.time, self._times.of(frame), pl.Int64).cast(pl.Datetime("us"))
        made = [us.dt.replace_time_zone("UTC") if self._times.zoned else us]
        made += [
            as_numbers(
                frame[name], self.source, lambda place: int(numbers[place]) + 1, decimal=mark
            )
            for name, mark in read.marks.items()
        ]
        signals = tuple(name for name in self.roles.signals if name not in texts)
        rows = file_rows(
            frame.with_columns(made),
            replace(self.roles, clock=None, signals=signals),
            self._columns,
            self.source,
            rows=numbers,
            symbol=self._symbol,
        )
        words = {name: without_words(frame[name], NO_TEXT) for name in texts}
        return replace(
            rows,
            roles=self.roles,
            signals={name: (rows.signals | words)[name] for name in self.roles.signals},
            span=self.counts.span,
        )


def _in_one_piece(source: str) -> Problem:
    fix = mark("Read it in one piece, or write it with a row for each asset and time")
    return Problem(where=source, what=mark("is a wide table, which is not read in pieces"), fix=fix)


def _written_sorted(source: str) -> Problem:
    return Problem(
        where=source,
        what=mark(
            "is not in order of time; to be read in pieces it was written once more, sorted, "
            "among the temporary files"
        ),
        fix=mark("Sort it by time to save that"),
        severity="note",
    )


def added_up(counts: list[pl.DataFrame]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the distinct times of tables of times and counts, and the sum of the counts of each."""
    kinds = pl.Schema({"time": pl.Int64(), "count": pl.Int64()})
    whole = pl.concat([pl.DataFrame(schema=kinds), *(table.cast(kinds) for table in counts)])
    total = whole.group_by("time").agg(pl.col("count").sum()).sort("time")
    return total["time"].to_numpy(), total["count"].to_numpy()
