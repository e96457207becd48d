"""What is in a file, before anything is decided: columns, guesses, a preview."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

import polars as pl

from ml4t_desktop.errors import InputError, Problem
from ml4t_desktop.files.columns.column_map import ColumnMap
from ml4t_desktop.files.columns.guesses import (
    Guess,
    TableKind,
    guess_asset,
    guess_clock,
    guess_kind,
    guess_prices,
    guess_rest,
    guess_time,
)
from ml4t_desktop.files.columns.times import Times, read_times
from ml4t_desktop.files.findings import time_text
from ml4t_desktop.files.inside import shown_name
from ml4t_desktop.files.sources import AUTOMATIC, Source, read_source
from ml4t_desktop.files.watch import NOBODY, Watch
from ml4t_desktop.request import TableForm

__all__ = ["ColumnInfo", "FileInspection", "Guess", "inspect_file"]

ColumnKind = Literal["number", "text", "time", "flag"]
_PREVIEW_ROWS = 100
_SAMPLES = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnInfo:
    """One column of a file.

    Parameters
    ----------
    name : str
    kind : {"number", "text", "time", "flag"}
    dtype : str
        The type as the file has it, for display.
    null_count : int
        Rows without a value, NaN included.
    minimum, maximum : float, str or None
        Numbers for numbers, texts for times; None for texts and columns without values.
    samples : tuple of str
        Some distinct texts, at most 20; empty for other kinds.
    """

    name: str
    kind: ColumnKind
    dtype: str
    null_count: int
    minimum: float | str | None
    maximum: float | str | None
    samples: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class FileInspection:
    """What is in a file.

    Parameters
    ----------
    path : Path
    kind : {"prices", "predictions", "context"}
        Best judgement: bars of assets, predictions for them, or market-wide values.
    columns : tuple of ColumnInfo
        In the order of the file.
    guesses : tuple of Guess
        One for each column.
    preview : DataFrame
        The first 100 rows.
    row_count : int
    asset_count : int or None
        None for market-wide values.
    first, last : str
        First and last time as texts, empty when no column holds times.
    notes : tuple of Problem
        How the file was read, where that is not obvious.
    made : frozenset of str
        Columns that the file itself does not have, such as the symbols of a wide table.
    is_unnamed_wide : bool
        Whether it has a column for each asset, or for each of several measures of the market, and
        nothing says that they are prices.
    shape : str
        Fingerprint of the names and types of the columns; files of the same shape share it.
    """

    path: Path
    kind: TableKind
    columns: tuple[ColumnInfo, ...]
    guesses: tuple[Guess, ...]
    preview: pl.DataFrame
    row_count: int
    asset_count: int | None
    first: str
    last: str
    notes: tuple[Problem, ...] = ()
    made: frozenset[str] = frozenset()
    is_unnamed_wide: bool = False
    shape: str = ""

    def columns_as(self, role: str) -> tuple[str, ...]:
        """Return the columns guessed to have a role, in the order of the file."""
        return tuple(guess.column for guess in self.guesses if guess.role == role)


def inspect_file(path: Path) -> FileInspection:
    """Return what is in a table file or a folder of them.

    Raises
    ------
    InputError
        If it cannot be read as a table; see `read_table`.
    """
    return inspect_source(read_source(path), path)


def inspect_frame(frame: pl.DataFrame, path: Path) -> FileInspection:
    """Return what is in a frame read from a file."""
    return inspect_source(Source(frame=frame), path)


def inspect_source(
    source: Source, path: Path, columns: ColumnMap = AUTOMATIC, watch: Watch = NOBODY
) -> FileInspection:
    """Return what is in the table of a source.

    Parameters
    ----------
    columns : ColumnMap
        What the user says about it; its form decides how times are read.
    watch : Watch
        Told how far it is, asked between the steps whether to stop.
    """
    frame, form = source.frame, columns.form
    time = guess_time(frame)
    clock = guess_clock(frame, time.column if time else None)
    asset = guess_asset(frame, time.column if time else None, clock.column if clock else None)
    found = [guess for guess in (time, clock, asset) if guess is not None]
    prices = guess_prices(frame, {guess.column for guess in found})
    repeat = time is not None and frame[time.column].n_unique() < frame.height and clock is None
    kind = guess_kind(frame, path.stem, [*found, *prices], times_repeat=repeat)
    found += prices if kind == "prices" else []
    watch.advance(0.2)
    found += guess_rest(frame, found, kind)
    watch.advance(0.4)
    order = {name: place for place, name in enumerate(frame.columns)}
    times = _times(frame, time, clock, form, shown_name(path))
    first, last = _span(times)
    infos: list[ColumnInfo] = []
    for series in frame.get_columns():
        infos.append(_info(series, time, first, last))
        watch.advance(0.5 + 0.4 * len(infos) / frame.width)
    return FileInspection(
        path=path,
        kind=kind,
        columns=tuple(infos),
        guesses=tuple(sorted(found, key=lambda guess: order[guess.column])),
        preview=frame.head(_PREVIEW_ROWS),
        row_count=frame.height,
        asset_count=_asset_count(frame, kind, found),
        first=first,
        last=last,
        notes=(*source.notes, *(times.problems if times is not None else ())),
        made=source.made,
        is_unnamed_wide=source.is_unnamed_wide,
        shape=shape_of(frame),
    )


def shape_of(frame: pl.DataFrame) -> str:
    """Return the fingerprint of the names and types of the columns, 16 hexadecimal digits."""
    text = "\n".join(f"{name}\t{kind}" for name, kind in frame.schema.items())
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _info(series: pl.Series, time: Guess | None, first: str, last: str) -> ColumnInfo:
    """Return a column; the one of times is of that kind whatever the file keeps them as."""
    info = column_info(series)
    if time is None or series.name != time.column or info.kind == "time" or not first:
        return info
    return replace(info, kind="time", minimum=first, maximum=last, samples=())


def column_info(series: pl.Series) -> ColumnInfo:
    """Return kind, type, range and samples of a column."""
    kind = _kind(series.dtype)
    low, high = _range(series, kind)
    missing = series.null_count()
    if series.dtype.is_float():
        missing += int(series.is_nan().sum())
    return ColumnInfo(
        name=series.name,
        kind=kind,
        dtype=str(series.dtype),
        null_count=missing,
        minimum=low,
        maximum=high,
        samples=_texts(series) if kind == "text" else (),
    )


def _kind(dtype: pl.DataType) -> ColumnKind:
    if dtype.is_temporal():
        return "time"
    if dtype == pl.Boolean:
        return "flag"
    return "number" if dtype.is_numeric() else "text"


def _range(series: pl.Series, kind: ColumnKind) -> tuple[float | str | None, float | str | None]:
    if kind == "text":
        return None, None
    values = series.drop_nans() if series.dtype.is_float() else series
    low, high = values.min(), values.max()
    if low is None or high is None:
        return None, None
    if kind == "time":
        return str(low), str(high)
    return float(low), float(high)  # pyright: ignore[reportArgumentType] # numbers and flags


def _texts(series: pl.Series) -> tuple[str, ...]:
    if series.dtype.is_nested() or series.dtype == pl.Binary:
        return ()
    distinct = series.drop_nulls().unique(maintain_order=True).head(_SAMPLES)
    return tuple(distinct.cast(pl.String).to_list())


def _times(
    frame: pl.DataFrame, time: Guess | None, clock: Guess | None, form: TableForm, source: str
) -> Times | None:
    if time is None or not frame.height:
        return None
    known = frame.drop_nulls(time.column) if frame[time.column].null_count() else frame
    try:
        day = clock and known[clock.column]
        return read_times(known[time.column], source, form=form, clock=day)
    except InputError:  # told by the reader of the market, with the row
        return None


def _span(times: Times | None) -> tuple[str, str]:
    if times is None or not times.us.size:
        return "", ""
    return time_text(int(times.us.min())), time_text(int(times.us.max()))


def _asset_count(frame: pl.DataFrame, kind: TableKind, guesses: Sequence[Guess]) -> int | None:
    if kind == "context":
        return None
    assets = [guess.column for guess in guesses if guess.role == "asset"]
    return frame[assets[0]].drop_nulls().n_unique() if assets else 1
