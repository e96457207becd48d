"""The rows of an asset around a time, as the files have them."""

from typing import Final

import numpy as np
import polars as pl

from ml4t_desktop.files.quality.places import places_of
from ml4t_desktop.files.quality.seen import SeenBars
from ml4t_desktop.market.market import CLOSE, HIGH, LOW, OPEN, VOLUME

_PRICES: Final = (
    ("open", OPEN),
    ("high", HIGH),
    ("low", LOW),
    ("close", CLOSE),
    ("volume", VOLUME),
)
NEIGHBOURS_SCHEMA: Final = pl.Schema(
    {
        "row": pl.Int64(),
        "time": pl.Datetime("us"),
        **{name: pl.Float64() for name, _ in _PRICES},
        "file": pl.String(),
        "symbol": pl.String(),
    }
)


def neighbourhood(seen: SeenBars, symbol: str, time_us: int, each_side: int = 6) -> pl.DataFrame:
    """Return the rows of an asset next to a time, in time order, with those of the time itself.

    Rows that no run could use are among them.

    Parameters
    ----------
    symbol : str
    time_us : int
        Microseconds since the epoch.
    each_side : int
        Rows before, and rows after.

    Returns
    -------
    DataFrame
        See `NEIGHBOURS_SCHEMA`; empty when there is no such asset.
    """
    raw = seen.of(symbol)
    if raw is None:
        return NEIGHBOURS_SCHEMA.to_frame()
    own = np.argsort(raw.time, kind="stable")
    first = int(np.searchsorted(raw.time[own], time_us, side="left"))
    last = int(np.searchsorted(raw.time[own], time_us, side="right"))
    rows = own[max(first - each_side, 0) : last + each_side]
    values = {
        name: pl.Series(name, raw.prices[price, rows], nan_to_null=True) for name, price in _PRICES
    }
    return places_of(raw, rows).with_columns(**values).select(NEIGHBOURS_SCHEMA.names())
