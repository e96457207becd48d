"""Parquet files whose pages say what cannot be are refused, and good ones of every writer are not."""

import io

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from ml4t_desktop.errors import InputError
from ml4t_desktop.files.formats.parquet_pages import refuse_impossible_pages
from ml4t_desktop.files.formats.tables import read_table
from ml4t_desktop.files.formats.thrift import DamagedError, ThriftReader
from tests.broken.mutations import SEEDS, mutated

NESTED = pa.table(
    {"lists": [[1, 2], [], None, [3]] * 500, "long": ["x" * 5_000] * 2_000, "n": range(2_000)}
)


def written(**how: object) -> bytes:
    sink = io.BytesIO()
    pq.write_table(NESTED, sink, **how)
    return sink.getvalue()


@pytest.mark.parametrize(
    "how",
    [
        {},
        {"data_page_version": "2.0"},
        {"use_dictionary": False},
        {"row_group_size": 7},
        {"write_page_index": True},
        {"compression": "none"},
        {"compression": "zstd", "data_page_size": 100},
    ],
)
def test_good_files_of_every_form_pass(how):
    data = written(**how)
    refuse_impossible_pages(io.BytesIO(data), len(data))


@pytest.mark.parametrize("kind", ["parquet", "old.parquet", "context.parquet"])
def test_what_polars_and_pandas_write_passes(kind):
    refuse_impossible_pages(io.BytesIO(SEEDS[kind]), len(SEEDS[kind]))


def test_a_table_without_rows_or_columns_passes():
    for empty in (pl.DataFrame({"a": []}), pl.DataFrame()):
        sink = io.BytesIO()
        empty.write_parquet(sink)
        data = sink.getvalue()
        refuse_impossible_pages(io.BytesIO(data), len(data))


def test_a_page_of_impossibly_many_values_is_refused_and_does_not_end_the_process(tmp_path):
    path = tmp_path / "prices.parquet"
    path.write_bytes(mutated("parquet", 10042))  # its reader asks for 2 exabytes, and aborts
    with pytest.raises(InputError, match="it is damaged"):
        read_table(path)


@pytest.mark.parametrize(
    "data", [b"", b"\x15", b"\x19\xff\xff\xff\x7f", b"\x1c" * 40, b"\x18\xff\x7f", b"\x16" + b"\xff" * 12]
)  # fmt: skip
def test_descriptions_that_end_early_or_never_are_refused(data):
    with pytest.raises(DamagedError):
        ThriftReader(data).struct()
