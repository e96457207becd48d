"""Reading that begins before a request is checked changes nothing but the time it takes."""

import os
from concurrent.futures import wait
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from polars.testing import assert_frame_equal

from ml4t_desktop.errors import InputError
from ml4t_desktop.files.columns.values import text_column
from ml4t_desktop.files.formats.tables import read_columns
from ml4t_desktop.files.head_start import HeadStart
from ml4t_desktop.files.loaded import LoadedMarket
from ml4t_desktop.files.market_files import read_market
from ml4t_desktop.files.sample_files import write_sample
from ml4t_desktop.request import Request, load_request, parse_request

KEYS, NUMBERS = ("date", "symbol"), ("open", "high", "low", "close", "volume")


@pytest.fixture(scope="module")
def sample(tmp_path_factory) -> Path:
    return write_sample(tmp_path_factory.mktemp("sample"), small=True)


def data_of(request: Request) -> dict[str, object]:
    """The table [data] as TOML has it."""
    return {**request.data.model_dump(exclude_unset=True), "files": list(request.data.files),
            "signals": list(request.data.signals)}  # fmt: skip


def begun(request: Request, base: Path, **changes: object) -> HeadStart | None:
    return HeadStart.of_data({**data_of(request), **changes}, base)


def markets_equal(one: LoadedMarket, other: LoadedMarket) -> bool:
    a, b = one.market, other.market
    return (
        (one.digest, one.problems, a.symbols) == (other.digest, other.problems, b.symbols)
        and a.prices.tobytes() == b.prices.tobytes()
        and a.rows.tobytes() == b.rows.tobytes()
        and a.timestamps.tobytes() == b.timestamps.tobytes()
        and all(np.array_equal(a.signals[name], b.signals[name], equal_nan=True) for name in a.signals)
    )  # fmt: skip


def test_a_market_read_early_is_the_market_read_when_it_is_asked_for(sample):
    request = load_request(sample)
    early = begun(request, sample.parent)
    assert early is not None

    markets = [
        read_market(request.data, request.context, base=sample.parent, head_start=head_start)
        for head_start in (early, None)
    ]

    assert markets_equal(*markets)
    assert early.columns(KEYS) is None  # it was used


def test_a_file_that_changed_since_is_read_again(tmp_path):
    sample = write_sample(tmp_path, small=True)
    request = load_request(sample)
    early = begun(request, tmp_path)
    assert early is not None
    wait([early.sample(), *early._parts.values()])
    prices = tmp_path / request.data.files[0]
    doubled = pl.read_parquet(prices).with_columns(pl.col("open", "high", "low", "close") * 2)
    doubled.write_parquet(prices)
    os.utime(prices, ns=(1, 1))

    read = read_market(request.data, request.context, base=tmp_path, head_start=early)

    assert not early.is_of(prices)
    assert markets_equal(read, read_market(request.data, request.context, base=tmp_path))


@pytest.mark.parametrize(
    "changes",
    [
        {"files": ["sample_context.csv"]},
        {"files": ["nowhere.parquet"]},
        {"files": ["sample_prices.parquet", "sample_prices.parquet"]},
        {"files": "sample_prices.parquet"},
        {"files": [1]},
        {"layout": "wide"},
        {"predictions": {"files": ["sample_context.csv"]}},
        {"signals": "ml_pred"},
        {"signals": [1, 2]},
    ],
)
def test_what_is_no_single_long_parquet_file_gets_no_head_start(changes, sample):
    assert begun(load_request(sample), sample.parent, **changes) is None


def test_a_file_too_large_for_the_memory_gets_none(sample, monkeypatch):
    monkeypatch.setattr("ml4t_desktop.files.pieces.memory.available_memory", lambda: 1_000)
    assert begun(load_request(sample), sample.parent) is None


def test_a_column_that_is_not_there_is_told_as_without_a_head_start(sample):
    raw = {"data": {**data_of(load_request(sample)), "close": "clsoe"}}
    early = HeadStart.of_data(raw["data"], sample.parent)
    assert early is not None
    data = parse_request(raw).data
    told = []
    for head_start in (early, None):
        with pytest.raises(InputError) as caught:
            read_market(data, None, base=sample.parent, head_start=head_start)
        told.append(caught.value.problems)

    assert told[0] == told[1]
    assert "clsoe" in str(told[0][0])


def test_texts_of_the_asset_become_categories_and_everything_else_stays(sample):
    prices = sample.parent / "sample_prices.parquet"
    early = begun(load_request(sample), sample.parent)
    assert early is not None
    keys, numbers = (
        early.columns(KEYS),
        early.columns([*NUMBERS, *load_request(sample).data.signals]),
    )
    assert keys is not None
    assert numbers is not None

    assert isinstance(keys.result().schema["symbol"], pl.Categorical)
    texts = keys.result().with_columns(pl.col("symbol").cast(pl.String))
    assert_frame_equal(texts, read_columns(prices, KEYS))
    assert_frame_equal(numbers.result(), read_columns(prices, numbers.result().columns))


def test_progress_is_that_of_reading_as_a_whole(tmp_path, monkeypatch):
    monkeypatch.setattr("ml4t_desktop.files.formats.parquet_tables._SLICE", 4)
    pl.DataFrame({"date": range(8), "close": 1.0}).write_parquet(tmp_path / "a.parquet")
    told: list[float] = []
    data = {"files": ["a.parquet"], "time": "date", "close": "close"}
    early = HeadStart.of_data(data, tmp_path, told.append)
    assert early is not None
    wait(early._parts.values())

    assert told == pytest.approx([0.35, 0.7])


@pytest.mark.parametrize("kind", [pl.Categorical, pl.Enum(["", "b", "a", "é", "unused"])])
def test_categories_are_coded_as_their_texts_are(kind):
    texts = pl.Series("symbol", ["b", "a", None, "b", "", "é", None], pl.String)
    expected, found = text_column(texts), text_column(texts.cast(kind))

    assert found.labels == expected.labels == ("", "a", "b", "é")
    assert found.codes.tolist() == expected.codes.tolist() == [2, 1, -1, 2, 0, 3, -1]
    assert found.codes.dtype == expected.codes.dtype
    for few in ([], [None, None]):
        empty = text_column(pl.Series("symbol", few, pl.String).cast(kind))
        assert empty.labels == ()
        assert empty.codes.tolist() == [-1] * len(few)
