"""Rows of a table on disk in parts that fit the memory, each from one time to another."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

from ml4t_desktop.errors import Problem
from ml4t_desktop.files.column_map import ColumnMap
from ml4t_desktop.files.findings import gathering, raise_errors
from ml4t_desktop.files.recognition import bar_roles
from ml4t_desktop.files.rows import FileRows, file_rows
from ml4t_desktop.files.table_parts import ROW, as_parquet, write_parts
from ml4t_desktop.files.tables import table_schema
from ml4t_desktop.files.time_column import TimeColumn
from ml4t_desktop.files.values import as_numbers, holds_texts, texts_of
from ml4t_desktop.market import Column, TextColumn

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

    Raises
    ------
    InputError
        If the table cannot be read, or columns or times are missing.
    """

    def __init__(self, path: Path, columns: ColumnMap, folder: Path, name: str) -> None:
        text = (columns.asset,) if columns.asset else ()
        self.source = path.name
        self.roles, warnings = bar_roles(table_schema(path, text=text), columns, path.name)
        self._folder, self._name = folder, name
        self._file = as_parquet(path, self.roles.columns(), text, folder / f"{name}.parquet")
        self._scan = pl.scan_parquet(self._file, glob=False)
        self._times = TimeColumn(self._scan, self.roles.time, self.source)
        self.problems: tuple[Problem, ...] = (*warnings, *self._times.problems)
        self._columns = self._settled(columns)
        self._texts = frozenset(self._text_signals())
        self.row_count = int(self._scan.select(pl.len()).collect().item())
        self._parts: list[Path] | None = None
        self._starts = np.zeros(1, np.int64)
        self.counts = RowCounts(
            times=np.zeros(0, np.int64),
            counts=np.zeros(0, np.int64),
            skipped=0,
            is_sorted=True,
            span=None,
        )

    def _settled(self, columns: ColumnMap) -> ColumnMap:
        """Return the columns as they count for every part: what an asset is called depends on all rows."""
        whole = replace(columns, start=None, end=None)
        asset = self.roles.asset
        if asset is None or columns.asset is not None or columns.asset_id is None:
            return whole
        symbols = self._scan.select(pl.col(asset).cast(pl.String).unique())
        several = symbols.collect(engine="streaming").height > 1
        return replace(whole, asset=asset) if several else whole

    def _text_signals(self) -> Iterator[str]:
        """Yield the signals that are texts, judged by all their values."""
        schema = self._scan.collect_schema()
        for name in self.roles.signals:
            kind = schema[name]
            if kind == pl.String or isinstance(kind, pl.Categorical | pl.Enum):
                values = self._scan.select(pl.col(name).cast(pl.String).unique())
                if holds_texts(values.collect(engine="streaming").to_series()):
                    yield name

    def blank_signals(self) -> dict[str, Column]:
        """Return the signals without values, each of its kind."""
        text = TextColumn(np.zeros(0, np.int32), ())
        return {name: text if name in self._texts else np.zeros(0) for name in self.roles.signals}

    def count(self, rows: int, low: int, high: int, check: Check) -> None:
        """Count the rows of every time from `low` to `high`, `rows` of them at once."""
        found: list[pl.DataFrame] = []
        last, first, skipped, ordered = -(2**63), 2**63 - 1, 0, True
        for start in range(0, self.row_count, rows):
            part = self._scan.select(self.roles.time).slice(start, rows).collect().to_series()
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
        """Make parts that begin at these times; rows that are not in order of time are written anew."""
        counts = self.counts
        before = counts.skipped + np.concatenate(([0], np.cumsum(counts.counts)))
        self._starts = np.append(before[np.searchsorted(counts.times, borders)], before[-1])
        if not counts.is_sorted and counts.times.size:
            slices = self._slices(rows, check)
            end = int(counts.times[-1])
            self._parts = write_parts(slices, borders, end, self._folder, self._name)
            self.problems += (
                Problem(
                    where=self.source,
                    what="is not in order of time; to be read in pieces it was written once more, sorted, "
                    "among the temporary files",
                    fix="Sort it by time to save that",
                    severity="note",
                ),
            )

    def _slices(self, rows: int, check: Check) -> Iterator[tuple[pl.DataFrame, NDArray[np.int64]]]:
        for start in range(0, self.row_count, rows):
            frame = self._frame(start, rows)
            check(frame.height)
            yield frame, self._times.of(frame[self.roles.time])

    def _frame(self, start: int, count: int) -> pl.DataFrame:
        return self._scan.select(self.roles.columns()).slice(start, count).collect()

    def part(self, number: int) -> FileRows:
        """Return the rows of a part, in the order of the table.

        Raises
        ------
        InputError
            If a symbol or a number cannot be read; all of them at once.
        """
        if self._parts is None:
            start, end = int(self._starts[number]), int(self._starts[number + 1])
            return self._converted(self._frame(start, end - start), np.arange(start, end))
        if not self._parts[number].exists():
            return self._converted(self._frame(0, 0), np.zeros(0, np.int64))
        frame = pl.read_parquet(self._parts[number], glob=False)
        return self._converted(frame.drop(ROW), frame[ROW].to_numpy())

    def _converted(self, frame: pl.DataFrame, numbers: NDArray[np.int64]) -> FileRows:
        """Return rows of the file as bars; `numbers` are their 0-based rows of the table."""
        us = pl.Series(self.roles.time, self._times.of(frame[self.roles.time]), pl.Int64)
        stamps = us.cast(pl.Datetime("us"))
        made = [stamps.dt.replace_time_zone("UTC") if self._times.zoned else stamps]
        problems: list[Problem] = []
        for name in self.roles.signals:
            if name not in self._texts:
                with gathering(problems):
                    made.append(
                        as_numbers(frame[name], self.source, lambda place: int(numbers[place]) + 1)
                    )
        usable = [column.name for column in made]
        roles = replace(
            self.roles, signals=tuple(name for name in self.roles.signals if name in usable)
        )
        with gathering(problems):
            rows = file_rows(frame.with_columns(made), roles, self._columns, self.source, numbers)
            raise_errors(problems)
            signals = {
                name: texts_of(frame[name]) if name in self._texts else rows.signals[name]
                for name in self.roles.signals
            }
            return replace(rows, roles=self.roles, signals=signals, span=self.counts.span)
        raise_errors(dict.fromkeys(problems))
        raise AssertionError


def added_up(counts: list[pl.DataFrame]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the distinct times of tables of times and counts, and the sum of the counts of each."""
    kinds = pl.Schema({"time": pl.Int64(), "count": pl.Int64()})
    whole = pl.concat([pl.DataFrame(schema=kinds), *(table.cast(kinds) for table in counts)])
    total = whole.group_by("time").agg(pl.col("count").sum()).sort("time")
    return total["time"].to_numpy(), total["count"].to_numpy()
