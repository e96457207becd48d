"""A small sound market, and ways to plant a fault in it."""

from datetime import UTC, date, datetime, timedelta

import numpy as np
import polars as pl

from ml4t_desktop.files.quality import Finding, check_data
from ml4t_desktop.request import ContextSource, DataSource, Repairs
from tests.architecture.translated import left_in_english

SYMBOLS = ("AAA", "BBB", "CCC", "DDD", "EEE", "FFF")
HOLIDAYS = {date(2024, 1, 1), date(2024, 1, 15), date(2024, 2, 19), date(2024, 3, 29)}
DAYS = [
    day
    for day in (date(2024, 1, 1) + timedelta(n) for n in range(150))
    if day.weekday() < 5 and day not in HOLIDAYS and day != date(2024, 5, 27)
]


def market(days=DAYS, symbols=SYMBOLS, seed=3):
    """Return quiet bars, day by day, one row for each symbol, with a signal."""
    rng = np.random.default_rng(seed)
    shape = (len(days), len(symbols))
    close = 50 * np.exp(np.cumsum(rng.normal(0, 0.01, shape), axis=0))
    start = np.vstack([close[:1], close[:-1]]) * np.exp(rng.normal(0, 0.002, shape))
    high = np.maximum(start, close) * 1.004
    low = np.minimum(start, close) * 0.996
    return pl.DataFrame(
        {
            "date": [day for day in days for _ in symbols],
            "symbol": list(symbols) * len(days),
            "open": start.ravel(),
            "high": high.ravel(),
            "low": low.ravel(),
            "close": close.ravel(),
            "volume": rng.integers(900, 1100, shape).ravel(),
            "pred": rng.normal(0, 1, shape).ravel(),
        }
    )


def at(symbol, day):
    """Return the expression of one row."""
    return (pl.col("symbol") == symbol) & (pl.col("date") == day)


def planted(frame, symbol, day, **values):
    """Return the frame with other values in one row."""
    return frame.with_columns(
        pl.when(at(symbol, day)).then(pl.lit(value)).otherwise(pl.col(name)).alias(name)
        for name, value in values.items()
    )


def report(tmp_path, frame, *, context=None, repairs=None, **data):
    """Return the report on a frame written as a file."""
    frame.write_parquet(tmp_path / "bars.parquet")
    source = DataSource(
        files=("bars.parquet",),
        signals=("pred",) if "pred" in frame.columns else (),
        repairs=repairs or Repairs(),
        **data,
    )
    asked = None
    if context is not None:
        context[0].write_csv(tmp_path / "context.csv")
        asked = ContextSource(file="context.csv", **context[1])
    return check_data(source, asked, base=tmp_path)


def found(tmp_path, frame, **more) -> dict[str, Finding]:
    """Return the findings by kind."""
    findings = report(tmp_path, frame, **more).findings
    assert len({finding.kind for finding in findings}) == len(findings)
    said = [(it.title, it.where, it.what, it.effect, it.advice) for it in findings]
    assert left_in_english(text for texts in said for text in texts) == []
    return {finding.kind: finding for finding in findings}


def places(finding):
    """Return (row, symbol, date) of every place."""
    return [
        (row, symbol, when.date() if when is not None else None)
        for row, symbol, when in finding.places.select("row", "symbol", "time").iter_rows()
    ]


def row_of(symbol, day):
    """Return the 1-based row of a bar in the sound market."""
    return DAYS.index(day) * len(SYMBOLS) + SYMBOLS.index(symbol) + 1


def minutes(days, hours=range(14, 21), symbols=SYMBOLS):
    """Return hourly bars."""
    times = [
        datetime(day.year, day.month, day.day, hour, tzinfo=UTC) for day in days for hour in hours
    ]
    return market(times, symbols).with_columns(pl.col("date").cast(pl.Datetime("us", "UTC")))
