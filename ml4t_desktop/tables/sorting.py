"""Sorting a column of a frame by its row numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:  # polars loads after the window is visible
    import polars as pl
    from numpy.typing import NDArray

_RADIX_LIMIT = 65_536  # numpy sorts 16-bit keys by radix, many times faster than wider ones


def sorted_rows(series: pl.Series, *, is_descending: bool = False) -> NDArray[np.int64]:
    """Return row numbers in the order of a column's values.

    Equal values keep their order in both directions; null and NaN come last in both.
    """
    keys = _keys(series)
    missing = _missing(series)
    if is_descending:
        keys = -keys if keys.dtype.kind == "f" else keys.max(initial=0) - keys
    if not missing.any():
        return _stable_order(keys)
    present = np.flatnonzero(~missing)
    order = present[_stable_order(keys[present])]
    return np.concatenate([order, np.flatnonzero(missing)])


def _stable_order(keys: NDArray[Any]) -> NDArray[np.int64]:
    """Return the order of keys, equal ones as they stand.

    For wide keys numpy's unstable sort is several times faster than its stable one, so equal keys
    are put back in order by a second sort of (place among the distinct keys, row) as one number.
    """
    if keys.dtype.itemsize <= 2 or keys.size < 2:
        return np.argsort(keys, kind="stable")
    order = np.argsort(keys)
    ordered = keys[order]
    is_new = ordered[1:] != ordered[:-1]
    if is_new.all():
        return order
    place = np.concatenate([[0], np.cumsum(is_new)])
    return np.sort(place * keys.size + order) % keys.size


def _keys(series: pl.Series) -> NDArray[Any]:
    """Return numbers that sort as the values do; any number where a value is missing."""
    import polars as pl

    if series.dtype == pl.String:
        labels = series.drop_nulls().unique().sort()
        codes = series.cast(pl.Enum(labels)).to_physical().fill_null(0).to_numpy()
        return codes.astype(np.uint16 if len(labels) < _RADIX_LIMIT else np.int64)
    if series.dtype.is_float():
        return series.fill_null(0.0).fill_nan(0.0).to_numpy()
    return series.to_physical().cast(pl.Int64).fill_null(0).to_numpy()


def _missing(series: pl.Series) -> NDArray[np.bool_]:
    missing = series.is_null()
    if series.dtype.is_float():
        missing = missing | series.is_nan().fill_null(value=True)
    return missing.to_numpy()
