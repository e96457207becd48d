"""Good files of every format, damaged at random from a seed: their bytes, or the values in their cells."""

import bz2
import gzip
import io
import lzma
import random
from collections.abc import Callable
from datetime import date, datetime, timedelta

import polars as pl
import pyarrow.parquet as pq

from tests.broken.packed import arrow, feather1, stream
from tests.broken.requests import GOOD
from tests.unit.files.ugly import (
    DAYS,
    clocked,
    frame,
    german,
    lines,
    parquet,
    table,
    two_levels,
    wide,
    workbook,
    zipped,
    zstandard,
)

CONTEXT = "date,VIX,regime\n" + "\n".join(f"{day},{15 + n}.5,bull" for n, day in enumerate(DAYS))
PREDICTIONS = frame().select("date", "symbol", "ml_pred")
ACTIONS = (
    "symbol,ex_date,kind,amount,ratio,cash,new_symbol,price\n"
    "AAA,2024-01-31,dividend,0.5,,,,\nBBB,2024-02-01,split,,2,,,\n"
)


def dated(bars: pl.DataFrame) -> pl.DataFrame:
    return bars.with_columns(pl.col("date").str.to_datetime("%Y-%m-%d"))


def old_parquet() -> bytes:
    """As pandas and Spark write it: pages uncompressed, times of 96 bits, a dictionary of symbols."""
    sink = io.BytesIO()
    made = dated(frame()).with_columns(pl.col("symbol").cast(pl.Categorical)).to_arrow()
    pq.write_table(made, sink, compression="none", use_deprecated_int96_timestamps=True)
    return sink.getvalue()


def text(bars: pl.DataFrame) -> bytes:
    return bars.write_csv().encode()


def packed_arrow() -> bytes:
    sink = io.BytesIO()
    frame().write_ipc(sink, compression="zstd")
    return sink.getvalue()


# Ending of the file's name: bytes of a good file. What stands before the first dot is its part.
SEEDS: dict[str, bytes] = {
    "csv": lines().encode(),
    "german.csv": lines(";", german).encode(),
    "wide.csv": two_levels(None).encode(),
    "closes.csv": wide(5).encode(),
    "clock.csv": clocked("\t").encode(),
    "utf16.csv": lines("\t").encode("utf-16"),
    "csv.gz": gzip.compress(lines().encode()),
    "csv.bz2": bz2.compress(lines().encode()),
    "csv.xz": lzma.compress(lines().encode()),
    "csv.zst": zstandard(lines().encode()),
    "csv.zip": zipped({"prices.csv": lines()}),
    "parquet": parquet(frame()),
    "old.parquet": old_parquet(),
    "parquet.gz": gzip.compress(parquet(frame())),
    "arrow": arrow(frame()),
    "packed.arrow": packed_arrow(),
    "arrows": stream(frame()),
    "feather": feather1(),
    "xlsx": workbook({"Prices": table()}),
    "context.csv": CONTEXT.encode(),
    "context.parquet": parquet(pl.read_csv(CONTEXT.encode())),
    "predictions.csv": text(PREDICTIONS),
    "predictions.parquet": parquet(PREDICTIONS),
    "actions.csv": ACTIONS.encode(),
    "toml": GOOD.encode(),
}
_WORDS = (
    b'"', b"'", b",", b";", b"\n", b"\r", b"\0", b"\t", b"-", b".", b"1e999", b"NaN", b"\xff\xfe",
    b"\xef\xbb\xbf", b"[", b"]", b"{", b"}", b"=", b"#", b"\xc3", b"9" * 40, b" ", b"T", b"Z", b"%",
)  # fmt: skip
_FOLLY: tuple[object, ...] = (
    None, "", " ", "-", "n/a", "NaN", "inf", "-inf", "1e999", "1,234.5", "1.234,5", "$1.50", "(12)",
    "12%", "9" * 40, "0x10", "1e-320", "\u0663", "\uff11\uff12", "=A1", "#REF!", "TRUE", "\0", "é" * 300, "2024-02-30",
    "0000-00-00", "9999-12-31", "24:00", "1.5.2024", "now", "-1", "0", "1e18", "-0.0", "\u200b", "\ufeff1",
)  # fmt: skip
_TYPES = (
    pl.String, pl.Float32, pl.Float64, pl.Int8, pl.Int64, pl.UInt64, pl.Boolean, pl.Binary, pl.Categorical,
    pl.Date, pl.Datetime("ms"), pl.Datetime("ns", "Asia/Tokyo"), pl.Time, pl.Duration("us"), pl.Null,
    pl.List(pl.Float64), pl.Struct({"a": pl.Int64}), pl.Decimal(20, 6), pl.Object,
)  # fmt: skip


def mutated(kind: str, seed: int) -> bytes:
    """Return a good file of a kind with its bytes, or the cells of its table, damaged."""
    chance = random.Random(f"{kind} {seed}")
    if kind in TABLES and chance.random() < 0.5:
        bars, written = TABLES[kind]
        return written(_odd_table(bars, chance))
    return _odd_bytes(SEEDS[kind], chance)


def _odd_bytes(good: bytes, chance: random.Random) -> bytes:
    data = bytearray(good)
    for _ in range(chance.choice((1, 1, 2, 4, 16))):
        place = chance.randrange(len(data) + 1)
        length = chance.choice((1, 1, 2, 8, 40))
        match chance.randrange(7):
            case 0:
                data[place : place + length] = chance.randbytes(length)
            case 1:
                del data[place : place + length]
            case 2:
                data[place:place] = chance.choice(_WORDS)
            case 3:
                data[place : place + length] = chance.choice(_WORDS)
            case 4:
                start = chance.randrange(len(data) + 1)
                data[place:place] = data[start : start + length * 4]
            case 5 if chance.random() < 0.1:
                del data[place:]
            case _:
                if place < len(data):
                    data[place] ^= 1 << chance.randrange(8)
    return bytes(data)


def _odd_table(good: pl.DataFrame, chance: random.Random) -> pl.DataFrame:
    """Return a table with foolish values, types, names and shapes."""
    bars = good
    for _ in range(chance.choice((1, 1, 2, 3, 6))):
        if not bars.width:
            break
        name = chance.choice(bars.columns)
        match chance.randrange(9):
            case 0 | 1:
                values = [str(v) if v is not None else None for v in bars[name].to_list()]
                for _ in range(chance.choice((1, 1, 3, 8))):
                    if values:
                        values[chance.randrange(len(values))] = chance.choice(_FOLLY)
                bars = bars.with_columns(pl.Series(name, values, pl.String, strict=False))
            case 2 | 3:
                bars = bars.with_columns(_odd_column(bars[name], chance))
            case 4:
                bars = bars.drop(name)
            case 5:
                new = chance.choice([*map(str, _FOLLY), "close", "Date", "symbol", "label", "high"])
                bars = bars if new in bars.columns else bars.rename({name: new})
            case 6:
                bars = bars.head(chance.randrange(bars.height + 1))
            case 7:
                bars = pl.concat([bars, bars.sample(fraction=0.5, seed=chance.randrange(99))])
            case _:
                bars = bars.with_columns(bars[name].shuffle(chance.randrange(99)))
    return bars


def _odd_column(column: pl.Series, chance: random.Random) -> pl.Series:
    """Return a column of the same name in another type, with values at its borders."""
    name, size = column.name, len(column)
    kind = chance.choice(_TYPES)
    try:
        match chance.randrange(4):
            case 0:
                low, high = -(2**63), 2**63 - 1
                whole = [
                    chance.choice((low, high, 0, 1, 253402300800, 10**15)) for _ in range(size)
                ]
                return pl.Series(name, whole, pl.Int64)
            case 1:
                real = [
                    chance.choice((float("nan"), float("inf"), -0.0, 1e308, 5e-324, 1.5))
                    for _ in range(size)
                ]
                return pl.Series(name, real, pl.Float64)
            case 2:
                start = chance.choice((date(1, 1, 1), date(1970, 1, 1), date(9999, 12, 1)))
                days = [start + timedelta(days=n % 28) for n in range(size)]
                made = pl.Series(
                    name, [datetime(d.year, d.month, d.day) for d in days], pl.Datetime("us")
                )
                return made.cast(pl.Datetime("ns"), strict=False).dt.replace_time_zone(
                    "America/New_York", non_existent="null", ambiguous="earliest"
                )
            case _:
                return column.cast(kind, strict=False)
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException, OverflowError, ValueError):
        return pl.Series(name, [None] * size, pl.String)


def _sheet(bars: pl.DataFrame) -> bytes:
    import xml.sax.saxutils

    def cell(value: object) -> object:
        if value is None or isinstance(value, int | float):
            return None if isinstance(value, float) and value != value else value  # noqa: PLR0124
        kept = "".join(c for c in str(value) if c >= " ")
        return xml.sax.saxutils.escape(kept)

    rows = [[cell(value) for value in row] for row in bars.rows()]
    return workbook({"Prices": [[cell(name) for name in bars.columns], *rows]})


def _safe(write: Callable[[pl.DataFrame], bytes]) -> Callable[[pl.DataFrame], bytes]:
    """Return a writer that writes as texts what its format does not hold."""

    def written(bars: pl.DataFrame) -> bytes:
        try:
            return write(bars)
        except (pl.exceptions.PolarsError, pl.exceptions.PanicException, ValueError, TypeError):
            plain = [pl.Series(s.name, [str(v) for v in s.to_list()], pl.String) for s in bars]
            return write(pl.DataFrame(plain))

    return written


_CONTEXT_TABLE = pl.read_csv(CONTEXT.encode())
# The kinds whose cells are damaged too.
TABLES: dict[str, tuple[pl.DataFrame, Callable[[pl.DataFrame], bytes]]] = {
    "csv": (frame(), _safe(text)),
    "csv.gz": (frame(), lambda bars: gzip.compress(_safe(text)(bars))),
    "closes.csv": (pl.read_csv(SEEDS["closes.csv"]), _safe(text)),
    "parquet": (dated(frame()), _safe(parquet)),
    "arrow": (dated(frame()), _safe(arrow)),
    "arrows": (dated(frame()), _safe(stream)),
    "xlsx": (frame(), _safe(_sheet)),
    "context.csv": (_CONTEXT_TABLE, _safe(text)),
    "context.parquet": (_CONTEXT_TABLE, _safe(parquet)),
    "predictions.csv": (PREDICTIONS, _safe(text)),
    "predictions.parquet": (dated(PREDICTIONS), _safe(parquet)),
}
