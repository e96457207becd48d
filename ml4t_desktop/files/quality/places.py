"""Where findings are: rows of files, and bars by asset and time."""

from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from ml4t_desktop.files.bars import Bars
from ml4t_desktop.files.findings import listed, time_text
from ml4t_desktop.market import Market
from ml4t_desktop.market.market import ASSET
from ml4t_desktop.wording import joined, say

# `row` is 1-based and null where the file has no such row (a missing bar); `value` is explained by
# the finding.
PLACES_SCHEMA: Final = pl.Schema(
    {
        "file": pl.String(),
        "row": pl.Int64(),
        "symbol": pl.String(),
        "time": pl.Datetime("us"),
        "value": pl.Float64(),
    }
)
NO_PLACES: Final = PLACES_SCHEMA.to_frame()
_SHOWN = 3


def places_of(
    bars: Bars, rows: NDArray[np.int64], values: NDArray[np.float64] | None = None
) -> pl.DataFrame:
    """Return the places of bars; NaN values are null."""
    origin = rows if bars.origin is None else bars.origin[rows]
    sizes = np.array([file.time.size for file in bars.files])
    file = np.searchsorted(np.cumsum(sizes), origin, side="right")
    inside = origin - (np.cumsum(sizes) - sizes)[file]
    number = np.empty(rows.size, np.int64)
    for index in np.unique(file).tolist():
        mine = file == index
        kept = bars.files[index].kept
        if isinstance(kept, slice):
            number[mine] = kept.start + inside[mine] + 1
        else:
            number[mine] = kept[inside[mine]] + 1
    sources = pl.Series([one.source for one in bars.files], dtype=pl.String)
    frame = bar_places(bars.symbols, bars.asset[rows], bars.time[rows], values)
    return frame.with_columns(file=sources.gather(file), row=pl.Series(number)).match_to_schema(
        PLACES_SCHEMA
    )


def bar_places(
    symbols: tuple[str, ...],
    asset: NDArray[np.int32] | NDArray[np.int64],
    time: NDArray[np.int64],
    values: NDArray[np.float64] | None = None,
) -> pl.DataFrame:
    """Return places that no file has a row for, such as missing bars."""
    names = pl.Series(symbols, dtype=pl.String)
    value = np.full(time.size, np.nan) if values is None else values
    return pl.DataFrame(
        {
            "file": pl.Series([None], dtype=pl.String).new_from_index(0, time.size),
            "row": pl.Series([None], dtype=pl.Int64).new_from_index(0, time.size),
            "symbol": names.gather(asset),
            "time": pl.Series(time).cast(pl.Datetime("us")),
            "value": pl.Series(value, nan_to_null=True),
        },
        schema=PLACES_SCHEMA,
    )


def time_places(time: NDArray[np.int64], values: NDArray[np.float64] | None = None) -> pl.DataFrame:
    """Return places that concern every asset at a time."""
    none = np.zeros(time.size, np.int32)
    frame = bar_places(("",), none, time, values)
    return frame.with_columns(symbol=pl.lit(None, pl.String))


def first_bars(market: Market, rows: NDArray[np.int64]) -> str:
    """Return ``AAPL at 2024-01-05, …``, the first few of many."""
    shown = rows[: _SHOWN + 1]
    times = market.timestamps[np.searchsorted(market.row_start, shown, side="right") - 1]
    pairs = zip(market.rows[ASSET, shown].tolist(), times.tolist(), strict=True)
    texts = [
        say("{symbols} at {us}", symbols=market.symbols[asset], us=time_text(us))
        for asset, us in pairs
    ]
    return cut(texts)


def cut(texts: list[str]) -> str:
    """Return the first few texts, with an ellipsis for more."""
    return joined(", ", (*texts[:_SHOWN], "…")) if len(texts) > _SHOWN else listed(texts)
