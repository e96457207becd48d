import hashlib
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from ml4t_desktop.errors import Cancelled, InputError
from ml4t_desktop.files.market_files import read_market
from ml4t_desktop.market.market import CLOSE
from ml4t_desktop.request import ContextSource, DataSource, load_request

SHARED = Path(__file__).resolve().parents[4] / "shared"


def prices(symbols="AB", days=4, start=date(2024, 1, 1)):
    rows = [
        (start + timedelta(d), s, 10.0 + d + 0.1 * n)
        for d in range(days)
        for n, s in enumerate(symbols)
    ]
    frame = pl.DataFrame(rows, schema=["date", "symbol", "close"], orient="row")
    close = pl.col("close")
    return frame.with_columns(
        open=close - 0.25, high=close + 1, low=close - 1, volume=pl.lit(5.0), pred=close / 3
    )


def data(*files, **more):
    return DataSource(files=files, **more)


def problems(*args, **kwargs):
    with pytest.raises(InputError) as caught:
        read_market(*args, **kwargs)
    return [str(problem) for problem in caught.value.problems]


def test_csv_and_parquet_of_the_same_data_give_equal_markets(tmp_path):
    prices().write_parquet(tmp_path / "p.parquet")
    prices().write_csv(tmp_path / "p.csv")
    one, two = (
        read_market(data(name, signals=("pred",)), None, base=tmp_path).market
        for name in ("p.parquet", "p.csv")
    )
    assert one.symbols == two.symbols
    assert np.array_equal(one.timestamps, two.timestamps)
    assert np.array_equal(one.prices, two.prices)
    assert np.array_equal(one.signals["pred"], two.signals["pred"])


def test_several_files_are_one_market(tmp_path):
    whole = prices("ABC", 6)
    whole.filter(pl.col("symbol") == "C").write_csv(tmp_path / "c.csv")
    whole.filter(pl.col("symbol") != "C").write_parquet(tmp_path / "ab.parquet")
    whole.write_parquet(tmp_path / "whole.parquet")
    split = read_market(data("c.csv", "ab.parquet", signals=("pred",)), None, base=tmp_path).market
    single = read_market(data("whole.parquet", signals=("pred",)), None, base=tmp_path).market
    assert split.symbols == single.symbols == ("A", "B", "C")
    assert np.array_equal(split.prices, single.prices)
    assert np.array_equal(split.rows, single.rows)
    assert np.array_equal(split.signals["pred"], single.signals["pred"])
    assert split.source == ("c.csv", "ab.parquet")


def test_files_of_one_asset_each_are_called_by_their_stems(tmp_path):
    for name in ("XYZ", "ABC"):
        prices("A").drop("symbol").write_csv(tmp_path / f"{name}.csv")
    market = read_market(data("XYZ.csv", "ABC.csv"), None, base=tmp_path).market
    assert market.symbols == ("ABC", "XYZ")
    assert market.row_count == 8


def test_a_bar_that_is_in_two_files_with_other_prices_names_both(tmp_path):
    prices("A").write_csv(tmp_path / "one.csv")
    prices("A").with_columns(pl.col("close") + 0.5).tail(1).write_csv(tmp_path / "two.csv")
    (message,) = problems(data("one.csv", "two.csv"), None, base=tmp_path)
    assert message.startswith("two.csv, row 1: A at 2024-01-04")
    assert "one.csv, row 4: close 13 against 13.5" in message


def test_all_files_are_checked_before_anything_is_said(tmp_path):
    prices().drop("low").write_csv(tmp_path / "p.csv")
    source = ContextSource(file="c.csv", columns=("VIX",))
    (tmp_path / "c.csv").write_text("date,vix\n2024-01-01,20\n", encoding="utf-8")
    messages = problems(data("p.csv", "gone.csv", close="Close"), source, base=tmp_path)
    assert any("recognised as low" in m for m in messages)
    assert any("'Close'" in m for m in messages)
    assert any("gone.csv" in m and "no such file" in m for m in messages)
    assert any(
        "c.csv, columns: there is no column 'VIX'. Did you mean 'vix'?" in m for m in messages
    )


def test_only_declared_signals_are_read(tmp_path):
    prices().write_parquet(tmp_path / "p.parquet")
    assert not read_market(data("p.parquet"), None, base=tmp_path).market.signals


def test_a_signal_that_is_text_in_one_file_and_numbers_in_another_is_refused(tmp_path):
    prices("A").write_parquet(tmp_path / "a.parquet")
    prices("B").with_columns(pred=pl.lit("high")).write_parquet(tmp_path / "b.parquet")
    (message,) = problems(data("a.parquet", "b.parquet", signals=("pred",)), None, base=tmp_path)
    assert "'pred'" in message


def test_the_digest_follows_the_contents_of_prices_and_context(tmp_path):
    prices().write_csv(tmp_path / "p.csv")
    (tmp_path / "c.csv").write_text("date,VIX\n2024-01-01,20\n2024-01-02,21\n", encoding="utf-8")
    source = ContextSource(file="c.csv", columns=("VIX",))
    before = read_market(data("p.csv"), source, base=tmp_path).digest
    parts = b"".join(
        hashlib.sha256((tmp_path / name).read_bytes()).digest() for name in ("p.csv", "c.csv")
    )
    assert before == hashlib.sha256(parts).hexdigest()
    (tmp_path / "c.csv").write_text("date,VIX\n2024-01-01,20\n2024-01-02,22\n", encoding="utf-8")
    assert read_market(data("p.csv"), source, base=tmp_path).digest != before


def test_progress_rises_to_one(tmp_path):
    prices().write_csv(tmp_path / "p.csv")
    told = []
    read_market(data("p.csv"), None, base=tmp_path, progress=told.append)
    assert told == sorted(told)
    assert told[-1] == 1.0


def test_a_cancelled_reading_raises_cancelled(tmp_path):
    prices().write_csv(tmp_path / "p.csv")
    with pytest.raises(Cancelled):
        read_market(data("p.csv"), None, base=tmp_path, cancelled=lambda: True)


@pytest.mark.parametrize("share", [0.66, 0.75, 0.85])
def test_a_reading_stops_while_the_bars_are_put_in_order_too(tmp_path, share):
    prices().write_csv(tmp_path / "p.csv")
    told = [0.0]

    with pytest.raises(Cancelled):
        read_market(
            data("p.csv"),
            None,
            base=tmp_path,
            progress=told.append,
            cancelled=lambda: told[-1] >= share,
        )

    assert told[-1] < 0.95


def test_the_asset_column_of_a_csv_stays_text_when_it_is_named(tmp_path):
    numbered = prices("A").with_columns(symbol=pl.lit("0700")).rename({"symbol": "firm"})
    numbered.write_csv(tmp_path / "p.csv")
    assert read_market(data("p.csv", asset="firm"), None, base=tmp_path).market.symbols == ("0700",)


@pytest.mark.real_data
@pytest.mark.skipif(not SHARED.is_dir(), reason="the market data is not beside the checkout")
def test_the_request_on_real_data_reads_into_the_market_its_file_describes():
    path = SHARED / "projects" / "ml_signal_sp500.toml"
    request = load_request(path)
    loaded = read_market(request.data, request.context, base=path.parent)
    raw = pl.read_parquet(SHARED / "data" / "sp500_2016_2021.parquet").filter(
        pl.col("date") >= date(2017, 6, 1)
    )
    market = loaded.market
    assert market.row_count == raw.height
    assert market.time_count == raw["date"].n_unique()
    assert len(market.symbols) == raw["symbol"].n_unique()
    assert np.array_equal(market.prices[CLOSE], raw.sort("date", "symbol")["close"].to_numpy())
    assert market.has_context.all()
    assert [p.severity for p in loaded.problems] == ["warning"]


def test_a_csv_with_a_header_only_has_no_rows(tmp_path):
    (tmp_path / "p.csv").write_text("date,open,high,low,close\n", encoding="utf-8")
    (message,) = problems(data("p.csv"), None, base=tmp_path)
    assert message.startswith("p.csv: there are no rows")


def test_a_wrong_time_and_a_wrong_number_are_told_at_once(tmp_path):
    lines = [f"2024-01-{day:02d},1.0,2.0,0.5,1.5" for day in range(2, 12)]
    lines[2] = "2O24-01-04,1.0,2.0,0.5,1.5"
    lines[5] = "2024-01-07,1.0,2.0,abc,1.5"
    text = "\n".join(["date,open,high,low,close", *lines])
    (tmp_path / "p.csv").write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        read_market(DataSource(files=("p.csv",), signals=()), None, base=tmp_path)
    told = [str(problem) for problem in caught.value.problems]
    assert len(told) == 2
    assert "column 'date', row 3" in told[0]
    assert "column 'low', row 6" in told[1]
