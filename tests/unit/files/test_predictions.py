from datetime import date

import numpy as np
import polars as pl
import pytest

from ml4t_desktop.backtest.data import FileFeed, ParquetDataFeed
from ml4t_desktop.errors import InputError
from ml4t_desktop.files.market_files import read_market
from ml4t_desktop.request import DataSource, PredictionSource, Repairs
from tests.unit.files.ugly import DAYS, frame

NAN = float("nan")
REFUSE = Repairs()
ROWS = [("2024-01-30", "AAA", 0.1), ("2024-01-31", "BBB", 0.2), ("2024-02-02", "AAA", 0.4)]


@pytest.fixture
def folder(tmp_path):
    frame().drop("ml_pred").write_parquet(tmp_path / "prices.parquet")
    return tmp_path


def predictions(folder, rows=ROWS, name="preds.csv", names=("date", "symbol", "pred")):
    pl.DataFrame(rows, schema=list(names), orient="row").write_csv(folder / name)


def load(folder, signals=("pred",), repairs=REFUSE, **keys):
    keys.setdefault("files", ("preds.csv",))
    source = PredictionSource(**keys)
    data = DataSource(
        files=("prices.parquet",), signals=signals, predictions=source, repairs=repairs
    )
    return read_market(data, None, base=folder)


def by_asset(market, name="pred"):
    values = market.signals[name].reshape(4, 2).T
    return values.tolist()


def told(loaded):
    return "\n".join(str(problem) for problem in loaded.problems)


def refused(folder, **keys):
    with pytest.raises(InputError) as caught:
        load(folder, **keys)
    return str(caught.value)


def test_a_prediction_belongs_to_the_bar_of_its_asset_and_time(folder):
    predictions(folder)
    loaded = load(folder)
    np.testing.assert_array_equal(
        by_asset(loaded.market), [[0.1, NAN, NAN, 0.4], [NAN, 0.2, NAN, NAN]]
    )
    assert "3 of 8 bars have a prediction" in told(loaded)
    assert "3 of 3 predictions used" in told(loaded)


def test_progress_never_falls_back_from_the_predictions_to_the_prices(folder):
    predictions(folder)
    data = DataSource(
        files=("prices.parquet",),
        signals=("pred",),
        predictions=PredictionSource(files=("preds.csv",)),
    )
    told = []

    read_market(data, None, base=folder, progress=told.append)

    assert told == sorted(told)
    assert told[-1] == 1.0


def test_the_latest_prediction_at_or_before_a_bar_is_used_up_to_its_age(folder):
    predictions(folder)
    made = by_asset(load(folder, match="asof").market)
    np.testing.assert_array_equal(made, [[0.1, 0.1, 0.1, 0.4], [NAN, 0.2, 0.2, 0.2]])
    made = by_asset(load(folder, match="asof", max_age="1d").market)
    np.testing.assert_array_equal(made, [[0.1, 0.1, NAN, 0.4], [NAN, 0.2, 0.2, NAN]])


def test_a_prediction_that_becomes_known_later_belongs_to_a_later_bar(folder):
    predictions(folder)
    made = by_asset(load(folder, lag="1d").market)
    np.testing.assert_array_equal(made, [[NAN, 0.1, NAN, NAN], [NAN, NAN, 0.2, NAN]])


def test_joining_agrees_with_a_search_row_by_row(folder):
    rng = np.random.default_rng(7)
    days = [f"2024-0{1 + n // 28}-{1 + n % 28:02}" for n in range(56)]
    bars = [(d, s, 10.0) for d in days for s in "ABCDE" if rng.random() < 0.7]
    table = pl.DataFrame(bars, schema=["date", "symbol", "close"], orient="row")
    table.write_parquet(folder / "prices.parquet")
    rows = [(d, s, rng.random()) for d in days for s in "ABCDEF" if rng.random() < 0.3]
    predictions(folder, rows)
    market = load(folder, match="asof", lag="2d", max_age="9d").market
    known = {(s, date.fromisoformat(d)): p for d, s, p in rows}
    for row, (day, symbol, _) in enumerate(sorted(bars)):
        ages = [(date.fromisoformat(day) - when).days for s, when in known if s == symbol]
        fits = [age for age in ages if age >= 2]
        latest = min(fits, default=99)
        when = date.fromordinal(date.fromisoformat(day).toordinal() - latest)
        wanted = known[symbol, when] if latest <= 9 else NAN
        np.testing.assert_array_equal(market.signals["pred"][row], wanted)


def test_predictions_that_met_no_bar_are_counted_and_named(folder):
    predictions(folder, [*ROWS, ("2024-01-30", "ZZZ", 0.9), ("2024-03-05", "BBB", 0.5)])
    text = told(load(folder))
    assert "1 asset without prices: ZZZ" in text
    assert "1 prediction without a bar at their time, the first for BBB at 2024-03-05" in text


def test_predictions_that_meet_no_bar_at_all_are_refused_with_both_sides(folder):
    predictions(folder, [("2025-01-30", "AAA", 0.1)])
    text = refused(folder)
    assert "2025-01-30" in text
    assert "2024-02-02" in text
    predictions(folder, [("2024-01-30", "XXX", 0.1)])
    assert "XXX against AAA, BBB" in refused(folder)


def test_two_predictions_for_one_bar_are_refused_unless_a_repair_chooses(folder):
    predictions(folder, [*ROWS, ("2024-01-30", "AAA", 0.8)])
    assert "two different predictions for AAA at 2024-01-30" in refused(folder)
    first = load(folder, repairs=Repairs(duplicate_bar="first")).market
    assert by_asset(first)[0][0] == 0.1
    last = load(folder, repairs=Repairs(duplicate_bar="last")).market
    assert by_asset(last)[0][0] == 0.8


def test_files_of_several_years_are_one_table(folder):
    predictions(folder, ROWS[:2], "p1.csv")
    predictions(folder, ROWS[2:], "p2.csv")
    made = by_asset(load(folder, files=("p1.csv", "p2.csv")).market)
    assert made[0][0] == 0.1
    assert made[0][3] == 0.4


def test_wide_predictions_are_called_as_their_file(folder):
    (folder / "ml_pred.csv").write_text(
        "date,AAA,BBB\n2024-01-30,0.1,0.2\n2024-02-02,0.3,\n", encoding="utf-8"
    )
    loaded = load(folder, signals=("ml_pred",), files=("ml_pred.csv",))
    np.testing.assert_array_equal(
        by_asset(loaded.market, "ml_pred"), [[0.1, NAN, NAN, 0.3], [0.2, NAN, NAN, NAN]]
    )


def test_predictions_without_symbols_belong_to_the_one_asset_there_is(tmp_path):
    frame(("AAA",)).drop("ml_pred").write_parquet(tmp_path / "prices.parquet")
    predictions(tmp_path, [("2024-01-31", 0.7)], names=("date", "pred"))
    made = load(tmp_path).market.signals["pred"]
    np.testing.assert_array_equal(made, [NAN, 0.7, NAN, NAN])


def test_predictions_without_symbols_beside_several_assets_are_refused(folder):
    predictions(folder, [("2024-01-31", 0.7)], names=("date", "pred"))
    assert "no column of symbols, and there are 2 assets" in refused(folder)


def test_a_prediction_that_is_no_number_is_named_with_file_column_and_row(folder):
    rows = [("2024-01-30", "AAA", "0.1"), ("2024-01-31", "AAA", "0.2"), ("2024-02-01", "AAA", "x")]
    predictions(folder, rows)
    assert "preds.csv, column 'pred', row 3: 'x' is no number" in refused(folder)


def test_a_signal_that_no_file_has_is_refused_with_the_columns_there_are(folder):
    predictions(folder)
    text = refused(folder, signals=("pred", "other"))
    assert "there is no column 'other'" in text


def test_a_feed_takes_predictions_beside_its_prices(folder):
    predictions(folder)
    feed = ParquetDataFeed(folder / "prices.parquet", predictions=folder / "preds.csv")
    np.testing.assert_array_equal(
        by_asset(feed.market), [[0.1, NAN, NAN, 0.4], [NAN, 0.2, NAN, NAN]]
    )
    assert len(DAYS) == feed.market.time_count


def test_a_feed_of_a_folder_has_an_asset_for_each_file(tmp_path):
    for symbol in ("AAA", "BBB"):
        frame((symbol,)).drop("symbol").write_csv(tmp_path / f"prices_{symbol}_daily.csv")
    (tmp_path / "README.md").write_text("read me", encoding="utf-8")
    feed = FileFeed(tmp_path)
    assert feed.market.symbols == ("AAA", "BBB")
    assert feed.market.row_count == 8
    assert "README.md" in "\n".join(map(str, feed.problems))
