from datetime import date, timedelta

import polars as pl
import pytest

from ml4t_desktop.errors import InputError
from ml4t_desktop.files.inspection import inspect_file


def written(tmp_path, frame, name="data.csv"):
    path = tmp_path / name
    frame.write_parquet(path) if name.endswith("parquet") else frame.write_csv(path)
    return inspect_file(path)


def bars(count=6, symbols=2):
    days = [date(2024, 1, 1) + timedelta(n // symbols) for n in range(count)]
    frame = pl.DataFrame({"Date": days, "Ticker": ["AB"[n % symbols] for n in range(count)]})
    price = pl.lit(10.0)
    return frame.with_columns(Open=price, High=price, Low=price, Close=price, Volume=pl.lit(1))


def roles(inspection):
    return {guess.column: guess.role for guess in inspection.guesses}


@pytest.mark.parametrize("name", ["p.csv", "p.parquet"])
def test_a_price_file_is_recognised_column_by_column(tmp_path, name):
    frame = bars().with_columns(
        pl.lit(9.0).alias("Adj Close"), pl.lit(0.5).alias("pred_5d"), pl.lit(3.0).alias("beta"),
        pl.lit(1.0).alias("fwd_ret_5d"), pl.lit("x").alias("note"),
    )  # fmt: skip
    inspection = written(tmp_path, frame, name)
    assert inspection.kind == "prices"
    assert roles(inspection) == {
        "Date": "time", "Ticker": "asset", "Open": "open", "High": "high", "Low": "low", "Close": "close",
        "Volume": "volume", "Adj Close": "ignored", "pred_5d": "signal", "beta": "signal",
        "fwd_ret_5d": "ignored", "note": "ignored",
    }  # fmt: skip
    assert [guess.column for guess in inspection.guesses] == frame.columns
    assert (inspection.row_count, inspection.asset_count) == (6, 2)
    assert (inspection.first, inspection.last) == ("2024-01-01", "2024-01-03")
    confidence = {guess.column: guess.confidence for guess in inspection.guesses}
    assert confidence["pred_5d"] > confidence["beta"]
    assert all(guess.reason for guess in inspection.guesses)
    assert inspection.columns[0].kind == "time"
    assert (inspection.columns[0].minimum, inspection.columns[0].maximum) == (
        "2024-01-01",
        "2024-01-03",
    )


def test_symbols_are_found_by_their_values_when_their_column_has_no_usual_name(tmp_path):
    inspection = written(tmp_path, bars().rename({"Ticker": "firm"}))
    assert roles(inspection)["firm"] == "asset"
    assert inspection.asset_count == 2


def test_times_are_found_by_their_values_when_their_column_has_no_usual_name(tmp_path):
    inspection = written(tmp_path, bars().rename({"Date": "when exactly"}))
    assert roles(inspection)["when exactly"] == "time"


def test_one_row_for_each_time_and_no_prices_is_context(tmp_path):
    days = [date(2024, 1, 1), date(2024, 1, 2)]
    frame = pl.DataFrame({"date": days, "VIX": [20.0, None], "regime": ["bull", "bear"]})
    inspection = written(tmp_path, frame)
    assert inspection.kind == "context"
    assert roles(inspection) == {"date": "time", "VIX": "context", "regime": "context"}
    assert inspection.asset_count is None
    assert inspection.columns[1].null_count == 1
    assert inspection.columns[2].samples == ("bull", "bear")


def test_an_index_without_symbols_and_volume_is_context_by_its_name(tmp_path):
    single = bars(4, 1).drop("Ticker")
    assert written(tmp_path, single.drop("Volume"), "vix-daily.csv").kind == "context"
    assert written(tmp_path, single, "ACME.csv").kind == "prices"
    assert written(tmp_path, single, "ACME.csv").asset_count == 1


def test_ranges_leave_out_what_is_no_number(tmp_path):
    frame = bars(4).with_columns(
        score=pl.Series([0.25, None, float("nan"), 0.75]), up=pl.Series([True, False, True, True])
    )
    score, up = written(tmp_path, frame, "p.parquet").columns[-2:]
    assert (score.kind, score.null_count, score.minimum, score.maximum) == ("number", 2, 0.25, 0.75)
    assert (up.kind, up.minimum, up.maximum) == ("flag", 0.0, 1.0)


def test_the_preview_is_the_first_hundred_rows_and_samples_at_most_twenty_texts(tmp_path):
    frame = pl.DataFrame({"symbol": [f"S{n:03d}" for n in range(150)], "x": range(150)})
    inspection = written(tmp_path, frame)
    assert inspection.preview.height == 100
    assert len(inspection.columns[0].samples) == 20
    assert (inspection.first, inspection.row_count) == ("", 150)


def test_a_file_that_is_no_table_is_refused(tmp_path):
    with pytest.raises(InputError, match="no such file"):
        inspect_file(tmp_path / "none.csv")


def test_a_column_of_clock_times_is_not_taken_for_symbols(tmp_path):
    frame = (
        bars(4).drop("Ticker").with_columns(Hour=pl.Series(["09:00", "10:00", "09:00", "10:00"]))
    )
    assert "asset" not in roles(written(tmp_path, frame)).values()
