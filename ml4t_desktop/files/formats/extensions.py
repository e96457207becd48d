"""Columns of types of other libraries, such as the periods of pandas, as what they are made of."""

import json
from typing import Final

import polars as pl

_PERIOD: Final = "pandas.period"
_MONTHS, _QUARTERS, _DAYS = 12, 4, ("D", "B")


def plain(frame: pl.DataFrame) -> pl.DataFrame:
    """Return a frame without extension types.

    Periods of days are dates; months and quarters are their usual labels, which name no day.
    """
    columns = [
        _plain(series)
        for series in frame.get_columns()
        if isinstance(series.dtype, pl.BaseExtension)
    ]
    return frame.with_columns(columns) if columns else frame


def _plain(series: pl.Series) -> pl.Series:
    kind = series.dtype
    values = series.ext.storage()
    if not isinstance(kind, pl.BaseExtension) or kind.ext_name() != _PERIOD:
        return values
    span = _span(kind.ext_metadata())
    year = 1970 + values // (_QUARTERS if span.startswith("Q") else _MONTHS)
    if span in _DAYS:
        return values.cast(pl.Int32).cast(pl.Date)
    if span == "M":
        month = (values % _MONTHS + 1).cast(pl.String).str.zfill(2)
        return (year.cast(pl.String) + "-" + month).alias(series.name)
    if span in ("Q", "Q-DEC"):
        quarter = (values % _QUARTERS + 1).cast(pl.String)
        return (year.cast(pl.String) + "Q" + quarter).alias(series.name)
    return values


def _span(metadata: str | None) -> str:
    try:
        return str(json.loads(metadata or "{}").get("freq", ""))
    except (ValueError, AttributeError):
        return ""
