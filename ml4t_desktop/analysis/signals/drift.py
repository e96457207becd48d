"""Whether a signal is still what it was: its distribution year by year."""

from collections.abc import Mapping
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from ml4t_desktop.market import Market, TextColumn

BINS: Final = 10
# Rules of thumb for the population stability index.
LITTLE, MUCH = 0.1, 0.25
_LEAST_SHARE: Final = 1e-4
DRIFT: Final = {
    "year": pl.Int64,
    "bars": pl.Int64,
    "missing": pl.Float64,
    "low": pl.Float64,
    "middle": pl.Float64,
    "high": pl.Float64,
    "stability": pl.Float64,
}


def drift(market: Market, name: str) -> pl.DataFrame:
    """Return the distribution of a signal by calendar year.

    Parameters
    ----------
    name : str
        Of a signal of numbers, without ``signal.``.

    Returns
    -------
    DataFrame of `DRIFT`
        Bars, share without a value, 10th, 50th and 90th percentile, and the population stability
        index against the first year that has 100 values: the sum over ten equal parts of that year of
        (share now - share then) · ln(share now / share then). Below 0.1 is little, above 0.25 much;
        null in that year itself and where there are no values.
    """
    rows: list[dict[str, object]] = []
    by_year = values_by_year(market, name)
    first, edges = first_edges(by_year)
    for year, values in by_year.items():
        known = values[np.isfinite(values)]
        stability = None
        if edges is not None and known.size and year > first:
            stability = float(stability_parts(known, edges).sum())
        low, middle, high = np.quantile(known, [0.1, 0.5, 0.9]) if known.size else (None,) * 3
        rows.append(
            {
                "year": year,
                "bars": values.size,
                "missing": 1.0 - known.size / values.size,
                "low": low,
                "middle": middle,
                "high": high,
                "stability": stability,
            }
        )
    return pl.DataFrame(rows, schema=DRIFT)


def values_by_year(market: Market, name: str) -> dict[int, NDArray[np.float64]]:
    """Return the values of a signal by calendar year, NaN included; nothing for texts or without rows."""
    column = market.signals[name]
    if isinstance(column, TextColumn) or not market.row_count:
        return {}
    years = (
        market.timestamps.astype("datetime64[us]").astype("datetime64[Y]").astype(np.int64) + 1970
    )
    found = np.unique(years)
    borders = market.row_start[np.append(np.searchsorted(years, found), years.size)]
    starts = zip(found.tolist(), borders[:-1].tolist(), borders[1:].tolist(), strict=True)
    return {year: column[start:end] for year, start, end in starts}


def first_edges(
    by_year: Mapping[int, NDArray[np.float64]],
) -> tuple[int, NDArray[np.float64] | None]:
    """Return the first year that has 100 values, and what cuts them into ten equal parts; None without one."""
    for year, values in by_year.items():
        known = values[np.isfinite(values)]
        if known.size >= 100:
            return year, np.quantile(known, np.linspace(0, 1, BINS + 1)[1:-1])
    return 0, None


def stability_parts(values: NDArray[np.float64], edges: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return what each of the ten parts adds to the population stability index.

    ``(now - then) * log(now / then)`` with ``then`` a tenth; an empty part counts as a small share, so
    that the index stays finite.

    Parameters
    ----------
    values : ndarray of float64, shape (n,)
        Of the present, n > 0, no NaN.
    edges : ndarray of float64, shape (9,)
        What cut the values of the past into ten equal parts.

    Returns
    -------
    ndarray of float64, shape (10,)
        Zero or more; their sum is the index.
    """
    counts = np.bincount(np.searchsorted(edges, values, side="right"), minlength=BINS)
    now = np.maximum(counts / values.size, _LEAST_SHARE)
    then = 1.0 / BINS
    return (now - then) * np.log(now / then)
