from datetime import date, datetime
from itertools import pairwise

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ml4t_desktop.errors import InputError
from ml4t_desktop.files.frames import ColumnMap, market_from_frame
from ml4t_desktop.market import TextColumn
from ml4t_desktop.market.market import CLOSE, OPEN, VOLUME
from ml4t_desktop.request import Repairs
from ml4t_desktop.units import microseconds

at = datetime.fromisoformat
FIRST, SECOND, THIRD = (date(2024, 1, day) for day in (2, 3, 4))


def bars(*rows, **columns):
    """Rows of (date, symbol, close); open, high, low and volume follow from the close."""
    days, symbols, close = zip(*rows, strict=True)
    frame = pl.DataFrame({"date": days, "symbol": symbols, "close": close})
    price = pl.col("close")
    prices = {"open": price, "high": price + 1, "low": price - 0.5, "volume": price * 100}
    return frame.with_columns(**prices).with_columns(
        **{n: pl.Series(v) for n, v in columns.items()}
    )


def market(frame, **columns):
    return market_from_frame(frame, ColumnMap(**columns), source="f.csv")[0]


def warnings(frame, **columns):
    return [str(p) for p in market_from_frame(frame, ColumnMap(**columns), source="f.csv")[1]]


def refused(frame, **columns):
    with pytest.raises(InputError) as caught:
        market(frame, **columns)
    return [str(problem) for problem in caught.value.problems]


def same(one, two):
    assert one.symbols == two.symbols
    assert np.array_equal(one.timestamps, two.timestamps)
    assert np.array_equal(one.row_start, two.row_start)
    assert np.array_equal(one.rows, two.rows)
    assert np.array_equal(one.prices, two.prices, equal_nan=True)
    assert list(one.signals) == list(two.signals)
    for name in one.signals:
        assert np.array_equal(one.signals[name], two.signals[name], equal_nan=True)


def test_rows_are_sorted_by_time_and_symbol_with_symbols_in_order():
    made = market(
        bars((SECOND, "B", 4.0), (FIRST, "B", 2.0), (SECOND, "A", 3.0), (FIRST, "A", 1.0))
    )
    assert made.symbols == ("A", "B")
    assert made.timestamps.tolist() == [microseconds(FIRST), microseconds(SECOND)]
    assert made.rows[0].tolist() == [0, 1, 0, 1]
    assert made.prices[CLOSE].tolist() == [1.0, 2.0, 3.0, 4.0]
    assert made.prices[VOLUME].tolist() == [100.0, 200.0, 300.0, 400.0]


@given(st.permutations(range(12)))
@settings(max_examples=20, deadline=None)
def test_the_order_of_the_rows_changes_nothing(order):
    days = [date(2024, 1, 2 + n // 3) for n in range(12)]
    frame = bars(
        *[(day, "ABC"[n % 3], 1.0 + n) for n, day in enumerate(days)],
        pred=[0.1 * n for n in range(12)],
    )
    same(market(frame), market(frame[list(order)]))


def test_arrays_can_be_written_to_so_that_compiled_code_sees_one_type():
    made = market(bars((FIRST, "A", 1.0), (SECOND, "A", 2.0), pred=[0.5, 0.6]))
    arrays = (made.timestamps, made.row_start, made.prices, made.rows, made.signals["pred"])
    assert all(array.flags.writeable and array.flags.c_contiguous for array in arrays)


def test_missing_and_nan_signals_are_both_absent():
    made = market(
        bars(
            (FIRST, "A", 1.0), (SECOND, "A", 2.0), (THIRD, "A", 3.0), pred=[None, float("nan"), 0.5]
        )
    )
    assert np.isnan(made.signals["pred"]).tolist() == [True, True, False]


def test_flags_become_numbers_and_words_become_texts():
    frame = bars(
        (FIRST, "A", 1.0),
        (SECOND, "A", 2.0),
        (THIRD, "A", 3.0),
        go=[True, False, None],
        mood=["up", "", "down"],
    )
    made = market(frame, signals=("go", "mood"))
    assert made.signals["go"].tolist()[:2] == [1.0, 0.0]
    assert np.isnan(made.signals["go"][2])
    mood = made.signals["mood"]
    assert isinstance(mood, TextColumn)
    assert [mood.value(row) for row in range(3)] == ["up", None, "down"]


def test_unnamed_columns_are_recognised_whatever_their_case():
    names = {
        "date": "Timestamp",
        "symbol": "TICKER",
        "open": "O",
        "high": "H",
        "low": "L",
        "close": "C",
        "volume": "Vol.",
    }
    frame = bars(
        (FIRST, "A", 1.0),
        (SECOND, "A", 2.0),
        my_score=[0.1, 0.2],
        adj_close=[9.0, 9.0],
        fwd_ret_5d=[1.0, 2.0],
    )
    made = market(frame.rename(names))
    assert made.prices[VOLUME].tolist() == [100.0, 200.0]
    assert list(made.signals) == ["my_score"]


def test_adjusted_close_is_used_only_when_there_is_no_other_and_then_says_so():
    frame = bars((FIRST, "A", 1.0)).with_columns(pl.lit(0.8).alias("Adj Close"))
    assert market(frame).prices[CLOSE].tolist() == [1.0]
    assert warnings(frame) == []
    without = frame.drop("close")
    assert market(without).prices[CLOSE].tolist() == [0.8]
    assert "'Adj Close'" in warnings(without)[0]


def test_a_table_without_an_asset_column_is_one_asset_called_by_name_or_stem():
    frame = bars((FIRST, "A", 1.0), (SECOND, "A", 2.0)).drop("symbol")
    assert market(frame, asset_id="ACME").symbols == ("ACME",)
    assert market_from_frame(frame, ColumnMap(), source="XYZ.csv.gz")[0].symbols == ("XYZ",)


def test_a_given_name_wins_over_a_recognised_column_of_one_symbol_only():
    assert market(bars((FIRST, "A", 1.0)), asset_id="ACME").symbols == ("ACME",)
    assert market(bars((FIRST, "A", 1.0)), asset="symbol", asset_id="ACME").symbols == ("A",)
    assert market(bars((FIRST, "A", 1.0), (FIRST, "B", 2.0)), asset_id="ACME").symbols == ("A", "B")


def test_without_a_volume_it_is_unknown():
    assert np.isnan(market(bars((FIRST, "A", 1.0)).drop("volume")).prices[VOLUME]).all()


def test_the_close_may_be_named_for_all_four_prices():
    frame = bars((FIRST, "A", 1.0)).select("date", "symbol", "close")
    made = market(frame, open="close", high="close", low="close")
    assert made.prices[OPEN].tolist() == [1.0]


def test_a_table_without_a_close_column_is_refused_with_its_columns():
    (message,) = refused(bars((FIRST, "A", 1.0)).drop("close"))
    assert "no column is recognised as close" in message
    assert "date, symbol, open, high, low, volume" in message


def test_unknown_columns_are_all_named_at_once_with_the_closest_there_is():
    messages = refused(
        bars((FIRST, "A", 1.0), pred=[0.5]), close="Close", signals=("predd", "pred")
    )
    assert len(messages) == 2
    assert "close: there is no column 'Close'. Did you mean 'close'?" in messages[0]
    assert "signals: there is no column 'predd'. Did you mean 'pred'?" in messages[1]


def test_start_and_end_are_included_and_an_end_date_is_its_whole_day():
    moments = [
        at("2024-01-02 09:00"),
        at("2024-01-03 09:00"),
        at("2024-01-03 23:59"),
        at("2024-01-04 00:00"),
    ]
    frame = bars(*[(moment, "A", 1.0 + n) for n, moment in enumerate(moments)])
    assert market(frame, end=SECOND).prices[CLOSE].tolist() == [1.0, 2.0, 3.0]
    assert market(frame, start=SECOND, end=at("2024-01-03 09:00")).prices[CLOSE].tolist() == [2.0]
    assert market(frame[::-1], start=moments[1], end=THIRD).prices[CLOSE].tolist() == [
        2.0,
        3.0,
        4.0,
    ]


def test_rows_outside_the_period_are_not_checked():
    frame = bars((FIRST, "A", -1.0), (SECOND, "A", 2.0), (SECOND, "A", 2.0), (THIRD, "A", 3.0))
    assert market(frame, start=THIRD).row_count == 1


def test_no_rows_in_the_period_names_the_period_there_is():
    (message,) = refused(bars((FIRST, "A", 1.0), (SECOND, "A", 2.0)), start=date(2030, 1, 1))
    assert "2024-01-02 to 2024-01-03" in message


def test_a_table_without_rows_is_refused():
    assert "no rows" in refused(bars((FIRST, "A", 1.0)).head(0))[0]


@pytest.mark.parametrize(
    ("bad", "shown"),
    [
        (None, "no value"),
        (float("nan"), "no value"),
        (float("inf"), "inf"),
        (0.0, "0"),
        (-3.0, "-3"),
    ],
)
def test_a_bad_price_is_refused_with_column_row_symbol_and_time(bad, shown):
    frame = bars((FIRST, "B", 1.0), (THIRD, "B", 3.0), (SECOND, "A", 2.0), (FIRST, "A", 1.0))
    frame = frame.with_columns(close=pl.Series([1.0, 3.0, bad, 1.0]))
    (message,) = refused(frame)
    assert "f.csv, column 'close', row 3" in message
    assert f"A at 2024-01-03 has {shown} as its close" in message
    assert 'bad_price = "drop"' in message


def test_rows_are_counted_as_in_the_file_when_the_period_cuts_it():
    frame = bars((FIRST, "A", 1.0), (SECOND, "A", 0.0), (THIRD, "A", 3.0))
    assert "row 2" in refused(frame, start=SECOND)[0]
    assert "row 2" in refused(frame[::-1], start=SECOND)[0]


def test_bad_prices_are_left_out_when_the_request_says_so():
    frame = bars((FIRST, "A", 1.0), (SECOND, "A", 2.0), (FIRST, "B", 2.0)).with_columns(
        low=pl.Series([0.5, 1.0, -1.0])
    )
    made = market(frame, repairs=Repairs(bad_price="drop"))
    assert made.symbols == ("A",)
    assert made.prices[CLOSE].tolist() == [1.0, 2.0]
    assert "row 3" in warnings(frame, repairs=Repairs(bad_price="drop"))[0]


def test_two_different_bars_at_one_time_are_refused_unless_repaired():
    frame = bars((FIRST, "A", 1.0), (SECOND, "A", 2.0), (SECOND, "A", 2.5))
    (message,) = refused(frame)
    assert "f.csv, row 3: A at 2024-01-03 has another bar that differs (row 2:" in message
    first = market(frame, repairs=Repairs(duplicate_bar="first"))
    last = market(frame, repairs=Repairs(duplicate_bar="last"))
    assert (first.prices[CLOSE].tolist(), last.prices[CLOSE].tolist()) == ([1.0, 2.0], [1.0, 2.5])


def test_bars_that_differ_only_in_a_signal_are_different():
    frame = bars((FIRST, "A", 1.0), (FIRST, "A", 1.0), pred=[0.5, 0.6])
    assert "'pred' differs" in refused(frame)[0]


def test_the_first_of_identical_rows_is_used_with_a_warning():
    frame = bars((SECOND, "A", 2.0), (FIRST, "A", 1.0), (FIRST, "A", 1.0), pred=[0.5, None, None])
    assert market(frame).prices[CLOSE].tolist() == [1.0, 2.0]
    (message,) = warnings(frame)
    assert "f.csv, row 3" in message
    assert "identical" in message


def test_bad_prices_and_duplicates_are_told_together():
    frame = bars((FIRST, "A", -1.0), (SECOND, "A", 2.0), (SECOND, "A", 2.5))
    messages = refused(frame)
    assert len(messages) == 2
    assert "row 1" in messages[0]
    assert "row 3" in messages[1]


def test_a_high_below_the_close_is_used_with_a_warning():
    frame = bars((FIRST, "A", 1.0), (SECOND, "A", 2.0)).with_columns(high=pl.Series([2.0, 1.9]))
    assert market(frame).prices[1].tolist() == [2.0, 1.9]
    (message,) = warnings(frame)
    assert "f.csv, row 2: 1 bar has a high or low" in message
    assert "A at 2024-01-03" in message


def test_a_negative_volume_counts_as_unknown_with_a_warning():
    frame = bars((FIRST, "A", 1.0), (SECOND, "A", 2.0)).with_columns(volume=pl.Series([-5.0, 7.0]))
    assert market(frame).prices[VOLUME].tolist()[1] == 7.0
    assert np.isnan(market(frame).prices[VOLUME][0])
    assert "volume" in warnings(frame)[0]


def test_texts_in_a_column_of_prices_are_numbers_or_named():
    frame = bars((FIRST, "A", 1.0), (SECOND, "A", 2.0)).with_columns(
        close=pl.Series([" 1.5", "2.5"])
    )
    assert market(frame.with_columns(high=pl.lit(3.0))).prices[CLOSE].tolist() == [1.5, 2.5]
    frame = frame.with_columns(close=pl.Series(["1.5", "two"]), open=pl.Series(["x", "y"]))
    messages = refused(frame)
    assert (
        "f.csv, column 'open', row 1: 'x' is no number; 2 rows of this kind (1, 2)" in messages[0]
    )
    assert "f.csv, column 'close', row 2: 'two' is no number. " in messages[1]


def test_a_row_without_a_symbol_is_named():
    assert "column 'symbol', row 2" in refused(bars((FIRST, "A", 1.0), (SECOND, None, 2.0)))[0]
    assert "column 'symbol', row 1" in refused(bars((FIRST, "", 1.0), (SECOND, "A", 2.0)))[0]


def test_symbols_may_be_categories_or_whole_numbers():
    frame = bars((FIRST, "B", 1.0), (FIRST, "A", 2.0))
    assert market(frame.with_columns(pl.col("symbol").cast(pl.Categorical))).symbols == ("A", "B")
    numbered = market(frame.with_columns(symbol=pl.Series([20, 3])))
    assert numbered.symbols == ("20", "3")
    assert numbered.prices[CLOSE].tolist() == [1.0, 2.0]


def test_times_with_a_zone_make_a_market_in_utc():
    clock = pl.col("date").cast(pl.Datetime("ns")) + pl.duration(hours=16)
    zoned = clock.dt.replace_time_zone("America/New_York")
    made = market(bars((FIRST, "A", 1.0)).with_columns(zoned))
    assert made.time_zone == "UTC"
    assert made.timestamps.tolist() == [microseconds(at("2024-01-02 21:00"))]
    assert market(bars((FIRST, "A", 1.0))).time_zone is None


def test_midnights_of_a_zone_are_the_dates_they_are_there():
    zoned = pl.col("date").cast(pl.Datetime("ns")).dt.replace_time_zone("America/New_York")
    made = market(bars((FIRST, "A", 1.0)).with_columns(zoned))
    assert made.time_zone is None
    assert made.timestamps.tolist() == [microseconds(at("2024-01-02 00:00"))]


def test_previous_rows_lead_back_through_the_bars_of_an_asset():
    made = market(bars((FIRST, "A", 1.0), (FIRST, "B", 2.0), (SECOND, "B", 3.0), (THIRD, "A", 4.0)))
    assert made.rows[2].tolist() == [-1, -1, 1, 0]
    assert all(a < b for a, b in pairwise(made.timestamps.tolist()))
