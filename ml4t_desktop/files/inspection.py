"""What is in a file, before anything is decided: columns, guesses, a preview."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

import polars as pl

from ml4t_desktop.errors import InputError
from ml4t_desktop.files.findings import time_text
from ml4t_desktop.files.guesses import (
    Guess,
    TableKind,
    guess_asset,
    guess_kind,
    guess_prices,
    guess_rest,
    guess_time,
)
from ml4t_desktop.files.tables import read_table
from ml4t_desktop.files.times import read_times

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
    kind : {"prices", "context"}
        Best judgement: bars of assets, or market-wide values.
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

    def columns_as(self, role: str) -> tuple[str, ...]:
        """Return the columns guessed to have a role, in the order of the file."""
        return tuple(guess.column for guess in self.guesses if guess.role == role)


def inspect_file(path: Path) -> FileInspection:
    """Return what is in a table file.

    Raises
    ------
    InputError
        If it cannot be read as a table; see `read_table`.
    """
    return inspect_frame(read_table(path), path)


def inspect_frame(frame: pl.DataFrame, path: Path) -> FileInspection:
    """Return what is in a frame read from a file."""
    time = guess_time(frame)
    asset = guess_asset(frame, time.column if time else None)
    found = [guess for guess in (time, asset) if guess is not None]
    prices = guess_prices(frame, {guess.column for guess in found})
    repeat = time is not None and frame[time.column].n_unique() < frame.height
    kind = guess_kind(frame, path.stem, [*found, *prices], times_repeat=repeat)
    found += prices if kind == "prices" else []
    found += guess_rest(frame, {guess.column for guess in found}, kind)
    order = {name: place for place, name in enumerate(frame.columns)}
    first, last = _span(frame, time)
    return FileInspection(
        path=path,
        kind=kind,
        columns=tuple(_info(series, time, first, last) for series in frame.get_columns()),
        guesses=tuple(sorted(found, key=lambda guess: order[guess.column])),
        preview=frame.head(_PREVIEW_ROWS),
        row_count=frame.height,
        asset_count=_asset_count(frame, kind, found),
        first=first,
        last=last,
    )


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
    if series.dtype.is_nested():
        return ()
    distinct = series.drop_nulls().unique(maintain_order=True).head(_SAMPLES)
    return tuple(distinct.cast(pl.String).to_list())


def _span(frame: pl.DataFrame, time: Guess | None) -> tuple[str, str]:
    if time is None or not frame.height:
        return "", ""
    try:
        us = read_times(frame[time.column].drop_nulls(), "").us
    except InputError:  # told by the reader of the market, with the row
        return "", ""
    return (time_text(int(us.min())), time_text(int(us.max()))) if us.size else ("", "")


def _asset_count(frame: pl.DataFrame, kind: TableKind, guesses: Sequence[Guess]) -> int | None:
    if kind == "context":
        return None
    assets = [guess.column for guess in guesses if guess.role == "asset"]
    return frame[assets[0]].drop_nulls().n_unique() if assets else 1
