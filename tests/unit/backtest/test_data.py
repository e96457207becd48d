"""Feeds: which columns they take, what they call an asset, and what they refuse."""

from datetime import date, datetime

import polars as pl
import pytest

from ml4t_desktop.backtest.data import CSVDataFeed, DataFrameFeed, ParquetDataFeed
from ml4t_desktop.errors import InputError
from ml4t_desktop.units import microseconds

DAYS = [datetime(2024, 1, d) for d in (1, 2, 3)]
FRAME = pl.DataFrame(
    {
        "date": DAYS,
        "open": [1.0] * 3,
        "high": [1.0] * 3,
        "low": [1.0] * 3,
        "close": [1.0] * 3,
        "score": [0.1, None, 0.3],
    }
)
TWO = pl.concat([FRAME.with_columns(ticker=pl.lit(name)) for name in ("B", "A")])


@pytest.fixture
def file(tmp_path):
    FRAME.write_parquet(tmp_path / "prices.parquet")
    return tmp_path / "prices.parquet"


def test_a_file_without_an_asset_column_is_called_by_its_stem_or_as_told(file):
    assert ParquetDataFeed(file).market.symbols == ("prices",)
    assert ParquetDataFeed(file, "AAPL").market.symbols == ("AAPL",)
    assert ParquetDataFeed(str(file), asset_id="AAPL").market.symbols == ("AAPL",)


def test_one_file_may_hold_many_assets():
    market = DataFrameFeed(TWO).market
    assert market.symbols == ("A", "B")
    assert market.row_count == 6


def test_columns_are_recognised_or_named():
    renamed = TWO.rename({"date": "when", "ticker": "who", "score": "what"})
    market = DataFrameFeed(
        renamed, timestamp_column="when", asset_column="who", signal_columns=["what"]
    ).market
    assert (market.symbols, tuple(market.signals)) == (("A", "B"), ("what",))


def test_signals_left_out_are_recognised_and_an_empty_list_means_none():
    assert tuple(DataFrameFeed(FRAME).market.signals) == ("score",)
    assert tuple(DataFrameFeed(FRAME, signal_columns=[]).market.signals) == ()


@pytest.mark.parametrize(
    "named",
    [{"signal_columns": ["scores"]}, {"timestamp_column": "scores"}, {"asset_column": "scores"}],
)
def test_an_unknown_column_named_is_refused_with_those_there_are(named):
    with pytest.raises(InputError) as caught:
        DataFrameFeed(FRAME, **named)
    message = str(caught.value)
    assert "scores" in message
    assert all(name in message for name in FRAME.columns)


@pytest.mark.parametrize(
    ("period", "days"),
    [
        ({"start": DAYS[1]}, DAYS[1:]),
        ({"end": date(2024, 1, 2)}, DAYS[:2]),
        ({"start": date(2024, 1, 2), "end": DAYS[1]}, DAYS[1:2]),
    ],
)
def test_start_and_end_are_included(file, period, days):
    assert ParquetDataFeed(file, **period).market.timestamps.tolist() == [
        microseconds(d) for d in days
    ]


def test_a_csv_gives_the_same_market_as_a_parquet_file(file, tmp_path):
    FRAME.write_csv(tmp_path / "prices.csv")
    csv, parquet = CSVDataFeed(tmp_path / "prices.csv").market, ParquetDataFeed(file).market
    assert csv.symbols == parquet.symbols
    assert csv.timestamps.tolist() == parquet.timestamps.tolist()
    assert csv.prices[:4].tolist() == parquet.prices[:4].tolist()
    assert str(csv.signals["score"]) == str(parquet.signals["score"])


def test_a_file_that_is_not_there_is_refused_by_name(tmp_path):
    with pytest.raises(InputError, match=r"nothing\.csv"):
        CSVDataFeed(tmp_path / "nothing.csv")


def test_a_frame_without_prices_is_refused_as_a_value_error():
    with pytest.raises(ValueError, match="close"):
        DataFrameFeed(FRAME.drop("close"))


def test_a_bad_price_is_refused_with_its_column():
    with pytest.raises(InputError, match="close"):
        DataFrameFeed(FRAME.with_columns(close=pl.Series([1.0, None, 1.0])))
