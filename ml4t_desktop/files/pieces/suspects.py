"""Rows that a check may have something to say about, set aside while a table is read piece by piece.

Together they tell the same as the whole table: each check looks at a bar alone, or at the bars of one
asset and time.
"""

from collections.abc import Iterable, Sequence

import numpy as np
import polars as pl
from numpy.typing import NDArray

from ml4t_desktop.files.bar_checks import outside_range
from ml4t_desktop.files.bars import Bars
from ml4t_desktop.files.rows import FileRows
from ml4t_desktop.market import TextColumn
from ml4t_desktop.market.market import VOLUME


def suspect_rows(
    bars: Bars, files: Sequence[FileRows], volume: NDArray[np.float64]
) -> list[FileRows]:
    """Return, for each table of the bars, those of its rows that a check may mention.

    Parameters
    ----------
    files : sequence of FileRows
        The tables with their columns.
    volume : ndarray of float64
        That of the bars before it was repaired.
    """
    prices = bars.prices
    whole = prices[:VOLUME]
    odd = ~((whole > 0) & (whole < np.inf)).all(axis=0)
    odd |= (volume < 0) | np.isinf(volume)
    odd |= outside_range(prices)
    for column in bars.signals.values():
        if not isinstance(column, TextColumn):
            odd |= np.isinf(column)
    odd |= _repeated(bars.time, bars.asset)
    rows: list[FileRows] = []
    start = 0
    for file in files:
        end = start + file.time.size
        rows.append(rows_at(file, np.flatnonzero(odd[start:end])))
        start = end
    return rows


def _repeated(time: NDArray[np.int64], asset: NDArray[np.int32]) -> NDArray[np.bool_]:
    """Return the rows that share asset and time with another."""
    later = time[1:] > time[:-1]
    if np.all(later | ((time[1:] == time[:-1]) & (asset[1:] > asset[:-1]))):
        return np.zeros(time.size, np.bool_)
    frame = pl.DataFrame({"time": time, "asset": asset})
    return frame.is_duplicated().to_numpy()


def rows_at(file: FileRows, places: NDArray[np.int64]) -> FileRows:
    """Return some of the rows of a table."""
    numbers = [file.row_number(place) - 1 for place in places.tolist()]
    return FileRows(
        source=file.source,
        roles=file.roles,
        time=file.time[places],
        zoned=file.zoned,
        asset=TextColumn(file.asset.codes[places], file.asset.labels),
        prices=tuple(series.gather(places) for series in file.prices),
        signals={name: series.gather(places) for name, series in file.signals.items()},
        kept=np.array(numbers, np.int64),
        span=file.span,
        problems=(),
    )


def joined_rows(parts: Sequence[FileRows]) -> FileRows:
    """Return parts of one table as one, in the order of its rows."""
    first = parts[0]
    symbols = tuple(sorted({label for part in parts for label in part.asset.labels}))
    place = {symbol: code for code, symbol in enumerate(symbols)}
    codes = [
        np.array([place[label] for label in part.asset.labels], np.int32)[part.asset.codes]
        for part in parts
    ]
    joined = FileRows(
        source=first.source,
        roles=first.roles,
        time=np.concatenate([part.time for part in parts]),
        zoned=first.zoned,
        asset=TextColumn(np.concatenate(codes).astype(np.int32), symbols),
        prices=tuple(_one(series) for series in zip(*(p.prices for p in parts), strict=True)),
        signals={name: _one(part.signals[name] for part in parts) for name in first.signals},
        kept=np.concatenate([np.asarray(part.kept) for part in parts]),
        span=first.span,
        problems=(),
    )
    return rows_at(joined, np.argsort(np.asarray(joined.kept), kind="stable"))


def _one(series: Iterable[pl.Series]) -> pl.Series:
    """Return parts of a column as one; numbers may be of two widths, and a part without values of none."""
    parts = list(series)
    kind = pl.String if any(part.dtype == pl.String for part in parts) else pl.Float64
    if len({part.dtype for part in parts}) == 1:
        kind = parts[0].dtype
    return pl.concat([part.cast(kind) for part in parts])
