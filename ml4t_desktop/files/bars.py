"""Bars of several tables as arrays, while they are sorted and checked."""

from collections.abc import Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Final, Self

import numpy as np
import polars as pl
from numpy.typing import NDArray

from ml4t_desktop.errors import InputError, Problem
from ml4t_desktop.files.columns.values import fill, take, to_column
from ml4t_desktop.files.findings import time_text
from ml4t_desktop.files.rows import FileRows
from ml4t_desktop.market import Column
from ml4t_desktop.wording import mark, say

_COPYING: Final = 2


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Bars:
    """Rows as arrays.

    Parameters
    ----------
    time : ndarray of int64, shape (N,)
    asset : ndarray of int32, shape (N,)
        Index into `symbols`.
    symbols : tuple of str
        Ascending.
    prices : ndarray of float64, shape (5, N)
    signals : dict of str to Column
    origin : ndarray of int64 or None
        Place of each row in the tables one after the other; None for 0, 1, 2, …
    files : tuple of FileRows
        The tables without their columns, for messages.
    """

    time: NDArray[np.int64]
    asset: NDArray[np.int32]
    symbols: tuple[str, ...]
    prices: NDArray[np.float64]
    signals: dict[str, Column]
    origin: NDArray[np.int64] | None
    files: tuple[FileRows, ...]

    @classmethod
    def of(cls, files: Sequence[FileRows]) -> Self:
        """Return the rows of all tables, one table after the other.

        Raises
        ------
        InputError
            If a signal holds numbers in one table and texts in another.
        """
        symbols, asset = _joined_symbols(files)
        with ThreadPoolExecutor(_COPYING) as pool:  # memory that is new takes longer than copying
            prices = _joined_prices(files, pool)
            signals = _joined_signals(files, pool)
        return cls(
            time=files[0].time if len(files) == 1 else np.concatenate([f.time for f in files]),
            asset=asset,
            symbols=symbols,
            prices=prices,
            signals=signals,
            origin=None,
            files=tuple(replace(file, prices=(), signals={}) for file in files),
        )

    def take(self, index: NDArray[np.int64]) -> "Bars":
        """Return the rows of an index."""
        prices = np.empty((len(self.prices), index.size))
        for row, values in enumerate(self.prices):
            np.take(values, index, out=prices[row], mode="clip")  # faster than checking again
        return Bars(
            time=self.time[index],
            asset=self.asset[index],
            symbols=self.symbols,
            prices=prices,
            signals={name: take(column, index) for name, column in self.signals.items()},
            origin=index if self.origin is None else self.origin[index],
            files=self.files,
        )

    def with_present_symbols(self) -> "Bars":
        """Return the bars without the symbols that no bar is left of."""
        count = np.bincount(self.asset, minlength=len(self.symbols))
        if count.all():
            return self
        place = np.cumsum(count > 0) - 1
        symbols = tuple(s for s, bars in zip(self.symbols, count, strict=True) if bars)
        return replace(self, asset=place[self.asset].astype(np.int32), symbols=symbols)

    def place(self, row: int) -> tuple[FileRows, int]:
        """Return the table and its 1-based row that a bar came from."""
        rest = row if self.origin is None else int(self.origin[row])
        for file in self.files:
            if rest < file.time.size:
                return file, file.row_number(rest)
            rest -= file.time.size
        raise IndexError(row)

    def row_number(self, row: int) -> int:
        """Return the 1-based row in its table."""
        return self.place(row)[1]

    def described(self, row: int) -> str:
        """Return ``AAPL at 2024-01-05``."""
        return say(
            "{symbols} at {time}",
            symbols=self.symbols[self.asset[row]],
            time=time_text(int(self.time[row])),
        )


def _joined_symbols(files: Sequence[FileRows]) -> tuple[tuple[str, ...], NDArray[np.int32]]:
    if len(files) == 1:
        return files[0].asset.labels, files[0].asset.codes
    symbols = sorted({label for file in files for label in file.asset.labels})
    place = {symbol: index for index, symbol in enumerate(symbols)}
    codes = [
        np.array([place[label] for label in file.asset.labels], np.int32)[file.asset.codes]
        for file in files
    ]
    return tuple(symbols), np.concatenate(codes)


def _joined_prices(files: Sequence[FileRows], pool: Executor) -> NDArray[np.float64]:
    prices = np.empty((5, sum(file.time.size for file in files)))

    def fill_row(row: int) -> None:
        start = 0
        for file in files:
            end = start + file.time.size
            fill(prices[row, start:end], file.prices[row])
            start = end

    list(pool.map(fill_row, range(5)))
    return prices


def _kind(series: pl.Series) -> type[pl.Float64 | pl.String]:
    return pl.String if series.dtype == pl.String else pl.Float64


def mixed_signal(name: str) -> Problem:
    """Return the problem of a signal that does not hold the same in all files."""
    what = mark("holds numbers in one file and texts in another")
    return Problem(where=say("column '{name}'", name=name), what=what, fix=mark("Mend the files"))


def _joined_signals(files: Sequence[FileRows], pool: Executor) -> dict[str, Column]:
    joined: dict[str, pl.Series] = {}
    problems: list[Problem] = []
    for name in files[0].signals:
        parts = [file.signals[name] for file in files]
        # A table without a single value fits numbers and texts alike.
        kinds = {_kind(part) for part in parts if part.null_count() < len(part)}
        if len(kinds) > 1:
            problems.append(mixed_signal(name))
            continue
        kind = kinds.pop() if kinds else pl.Float64
        whole = parts[0] if len(parts) == 1 else pl.concat([part.cast(kind) for part in parts])
        joined[name] = whole
    if problems:
        raise InputError(problems)
    return dict(zip(joined, pool.map(to_column, joined.values()), strict=True))
