"""Feather files of the first version, read as pyarrow reads good ones, and refused when damaged."""

import io
import random
import warnings
from datetime import date, datetime

import polars as pl
import pyarrow as pa
import pytest
from pyarrow import feather

from ml4t_desktop.files.formats.feather import read_feather

TABLE = pa.table(
    {
        "whole": pa.array([1, -2, None]),
        "small": pa.array([1, 2, 3], pa.uint8()),
        "real": pa.array([1.5, None, float("nan")]),
        "single": pa.array([1.5, 2.5, 3.5], pa.float32()),
        "flag": pa.array([True, False, None]),
        "word": pa.array(["é", None, "日本"]),
        "bytes": pa.array([b"1", b"\xff", None]),
        "symbol": pa.array(["AAA", "BBB", "AAA"]).dictionary_encode(),
        "day": pa.array([date(2024, 1, 30), None, date(1999, 12, 31)], pa.date32()),
        "time": pa.array([datetime(2024, 1, 30, 9, 30)] * 3, pa.timestamp("ns")),
        "zoned": pa.array([datetime(2024, 1, 30, 9, 30)] * 3, pa.timestamp("ms", "Asia/Tokyo")),
    }
)


def written(table: pa.Table) -> bytes:
    sink = io.BytesIO()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # an old format is what is wanted
        feather.write_feather(table, sink, version=1)
    return sink.getvalue()


def test_every_type_of_column_is_read_as_pyarrow_reads_it():
    data = written(TABLE)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        expected = pl.DataFrame(feather.read_table(io.BytesIO(data)))
    found = read_feather(data)
    assert found.schema == expected.schema
    assert found.equals(expected)


def test_a_table_without_rows_keeps_its_columns():
    found = read_feather(written(TABLE.slice(0, 0)))
    assert found.height == 0
    assert found.columns == TABLE.column_names


@pytest.mark.parametrize("seed", range(100))
def test_damaged_bytes_are_refused_or_read_and_never_trusted(seed):
    chance = random.Random(seed)
    data = bytearray(written(TABLE))
    for _ in range(chance.choice((1, 2, 8))):
        place = chance.randrange(len(data))
        data[place : place + 4] = chance.choice(
            (b"\xff\xff\xff\xff", b"\0\0\0\0", b"\xff\xff\xff\x7f", chance.randbytes(4))
        )
    try:
        found = read_feather(bytes(data))
    except (ValueError, pl.exceptions.PolarsError):
        return
    assert found.height >= 0
    found.write_ipc_stream(io.BytesIO())  # every value can be looked at
