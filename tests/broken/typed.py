"""Parquet and Arrow files whose columns have types that bars do not."""

import io
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from tests.broken.packed import arrow
from tests.unit.files.ugly import frame, parquet

N = 8
DAYS = pl.Series("date", [date(2024, 1, day) for day in range(1, N + 1)])


def bars(**columns: pl.Series | pl.Expr) -> pl.DataFrame:
    return frame().with_columns(**columns)


def listed(values: object) -> pl.Series:
    return pl.Series([values] * N)


def arrow_table(**columns: pa.Array) -> bytes:
    table = frame().to_arrow()
    for name, column in columns.items():
        place = table.column_names.index(name)
        table = table.set_column(place, name, column)
    sink = io.BytesIO()
    pq.write_table(table, sink)
    return sink.getvalue()


def renamed(*names: str) -> bytes:
    """A Parquet file whose names polars itself would not write, such as one twice."""
    table = frame().to_arrow().rename_columns([*names])
    sink = io.BytesIO()
    pq.write_table(table, sink)
    return sink.getvalue()


def made() -> dict[str, bytes]:
    stamp = datetime(2024, 1, 1, 10, tzinfo=UTC)
    days = [datetime(2024, 1, day) for day in range(1, N + 1)]
    names = frame().columns
    return {
        "no_rows.parquet": parquet(frame().clear()),
        "no_columns.parquet": parquet(pl.DataFrame()),
        "no_rows.arrow": arrow(frame().clear()),
        "struct_close.parquet": parquet(bars(close=listed({"a": 1.0, "b": 2.0}))),
        "list_close.parquet": parquet(bars(close=listed([1.0, 2.0]))),
        "array_signal.parquet": parquet(
            bars(ml_pred=pl.Series([[1.0, 2.0]] * N, dtype=pl.Array(pl.Float64, 2)))
        ),
        "struct_signal.parquet": parquet(bars(ml_pred=listed({"a": 1.0}))),
        "map_signal.parquet": arrow_table(
            ml_pred=pa.array([[("k", 1.0)]] * N, pa.map_(pa.string(), pa.float64()))
        ),
        "binary_close.parquet": parquet(bars(close=listed(b"\x00\xff"))),
        "binary_symbol.parquet": parquet(bars(symbol=listed(b"AAA\xff"))),
        "binary_text_symbol.parquet": parquet(bars(symbol=pl.col("symbol").cast(pl.Binary))),
        "struct_date.parquet": parquet(bars(date=listed({"y": 2024}))),
        "struct_symbol.parquet": parquet(bars(symbol=listed({"s": "AAA"}))),
        "list_symbol.parquet": parquet(bars(symbol=listed(["AAA"]))),
        "duration_date.parquet": parquet(bars(date=listed(timedelta(days=3)))),
        "duration_close.parquet": parquet(bars(close=listed(timedelta(days=3)))),
        "clock_date.parquet": parquet(bars(date=listed(time(10, 30)))),
        "flag_date.parquet": parquet(bars(date=listed(True))),
        "flag_close.parquet": parquet(bars(close=listed(True))),
        "date_close.parquet": parquet(bars(close=listed(date(2024, 1, 1)))),
        "text_close.parquet": parquet(bars(close=listed("a lot"))),
        "number_text_close.parquet": parquet(bars(close=pl.col("close").cast(pl.String))),
        "null_close.parquet": parquet(bars(close=pl.lit(None, dtype=pl.Null))),
        "null_floats_close.parquet": parquet(bars(close=pl.lit(None, dtype=pl.Float64))),
        "null_date.parquet": parquet(bars(date=pl.lit(None, dtype=pl.Date))),
        "null_symbol.parquet": parquet(bars(symbol=pl.lit(None, dtype=pl.String))),
        "all_null.parquet": parquet(
            frame().select(
                pl.lit(None, dtype=pl.Null).repeat_by(1).explode().alias(n) for n in names
            )
        ),
        "one_null_date.parquet": parquet(
            bars(date=pl.when(pl.int_range(pl.len()) != 5).then("date"))
        ),
        "object_numbers.parquet": parquet(
            bars(close=pl.Series([Decimal("1e20")] * N, dtype=pl.Decimal(38, 10)))
        ),
        "wide_decimals.parquet": arrow_table(
            close=pa.array([Decimal(10) ** 60] * N, pa.decimal256(70, 2))
        ),
        "half_floats.parquet": arrow_table(close=pa.array([1.5] * N, pa.float16())),
        "unsigned_extremes.parquet": parquet(
            bars(volume=pl.Series([2**64 - 1] * N, dtype=pl.UInt64))
        ),
        "signed_extremes.parquet": parquet(bars(close=pl.Series([-(2**63)] * N, dtype=pl.Int64))),
        "extreme_stamps.parquet": parquet(
            bars(date=pl.Series([2**63 - 1, *range(N - 1)], dtype=pl.Int64).cast(pl.Datetime("us")))
        ),
        "extreme_ms_stamps.parquet": parquet(
            bars(date=pl.Series([2**62, *range(N - 1)], dtype=pl.Int64).cast(pl.Datetime("ms")))
        ),
        "extreme_days.parquet": parquet(
            bars(date=pl.Series([2**31 - 1, *range(N - 1)], dtype=pl.Int32).cast(pl.Date))
        ),
        "early_days.parquet": parquet(
            bars(date=pl.Series([-(2**31), *range(N - 1)], dtype=pl.Int32).cast(pl.Date))
        ),
        "unknown_zone.parquet": arrow_table(
            date=pa.array([stamp] * N, pa.timestamp("us", "Mars/Olympus"))
        ),
        "offset_zone.parquet": arrow_table(date=pa.array(days, pa.timestamp("us", "+02:00"))),
        "names_twice.parquet": renamed(*names[:-1], "close"),
        "names_blank.parquet": renamed(*names[:-1], ""),
        "names_all_blank.parquet": renamed(*[""] * N),
        "dictionary_close.parquet": arrow_table(close=pa.array([1.5] * N).dictionary_encode()),
        "dictionary_of_texts_close.parquet": arrow_table(
            close=pa.array(["1.5"] * N).dictionary_encode()
        ),
        "nan_dates.parquet": parquet(bars(date=pl.Series([float("nan")] * N))),
        "inf_dates.parquet": parquet(bars(date=pl.Series([float("inf")] * N))),
        "nan_closes.parquet": parquet(bars(close=pl.Series([float("nan")] * N))),
        "inf_closes.parquet": parquet(bars(close=pl.Series([float("inf")] * N))),
        "large_texts.parquet": arrow_table(symbol=pa.array(["AAA", "BBB"] * 4, pa.large_string())),
    }
