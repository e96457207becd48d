from datetime import date, datetime

import polars as pl
import pytest

from ml4t_desktop.errors import InputError
from ml4t_desktop.files.columns.times import read_times
from ml4t_desktop.units import microseconds

at = datetime.fromisoformat
DAY = microseconds(date(2024, 1, 31))
HALF_PAST_NINE = microseconds(at("2024-01-31 09:30"))


def us(values, dtype=None):
    return read_times(pl.Series("when", values, dtype=dtype), "f.csv").us.tolist()


def refused(values):
    with pytest.raises(InputError) as caught:
        read_times(pl.Series("when", values), "f.csv")
    return str(caught.value)


@pytest.mark.parametrize(
    "text",
    ["2024-01-31", "2024/01/31", "2024.01.31", "20240131", "31.01.2024", "01/31/2024", "31/01/2024", "31-01-2024",
     "01/31/24", "31-Jan-2024", "31 Jan 2024", "Jan 31, 2024", "January 31, 2024", "2024-01-31T00:00:00",
     "2024-01-31 00:00:00.000", "2024-01-31T00:00:00Z", "2024-01-31 00:00:00+00:00", " 2024-01-31 "],
)  # fmt: skip
def test_a_date_in_any_usual_notation_is_that_day(text):
    assert us([text]) == [DAY]


@pytest.mark.parametrize(
    "text",
    ["2024-01-31 09:30", "2024-01-31T09:30:00", "2024-01-31 09:30:00.000000", "20240131 093000", "01/31/2024 9:30 AM",
     "31.01.2024 09:30", "2024-01-31T09:30:00Z", "2024-01-31 04:30:00-05:00", "2024-01-31 04:30:00-0500",
     "2024-01-31T10:30:00.000+01:00", "2024-01-31 09:30:00 UTC", "2024-01-31 04:30:00-05"],
)  # fmt: skip
def test_a_timestamp_in_any_usual_notation_is_that_moment(text):
    assert us([text]) == [HALF_PAST_NINE]


@pytest.mark.parametrize("scale", [1, 1_000, 1_000_000, 1_000_000_000])
@pytest.mark.parametrize("as_text", [False, True])
def test_epoch_numbers_are_told_apart_by_their_size(scale, as_text):
    numbers = [HALF_PAST_NINE // 1_000_000 * scale, DAY // 1_000_000 * scale]
    assert us([str(n) for n in numbers] if as_text else numbers) == [HALF_PAST_NINE, DAY]


def test_epoch_seconds_may_have_fractions():
    assert us([HALF_PAST_NINE / 1e6 + 0.25]) == [HALF_PAST_NINE + 250_000]


def test_a_number_that_is_a_date_is_that_day():
    assert us([20240131, 20240201]) == [DAY, microseconds(date(2024, 2, 1))]


@pytest.mark.parametrize("unit", ["ms", "us", "ns"])
def test_timestamps_of_any_unit_are_microseconds(unit):
    assert us([at("2024-01-31 09:30")], pl.Datetime(unit)) == [HALF_PAST_NINE]


def test_a_zone_is_converted_to_utc_and_remembered():
    local = pl.Series("when", [at("2024-01-31 04:30")]).dt.replace_time_zone("America/New_York")
    times = read_times(local, "f")
    assert times.us.tolist() == [HALF_PAST_NINE]
    assert times.zoned
    assert not read_times(pl.Series("when", [date(2024, 1, 31)]), "f").zoned


def test_offsets_that_change_with_daylight_saving_are_one_column():
    texts = ["2024-03-08 16:00:00-05:00", "2024-03-11 16:00:00-04:00"]
    assert us(texts) == [
        microseconds(at("2024-03-08 21:00")),
        microseconds(at("2024-03-11 20:00")),
    ]


def test_midnights_of_a_zone_count_as_whole_days():
    local = pl.Series("when", [at("2024-01-31 00:00")]).dt.replace_time_zone("America/New_York")
    assert read_times(local, "f").whole_days
    assert not read_times(pl.Series("when", [at("2024-01-31 09:30")]), "f").whole_days


def test_a_day_after_the_twelfth_tells_day_and_month_apart():
    assert us(["02/01/2024", "31/01/2024"]) == [microseconds(date(2024, 1, 2)), DAY]


def test_the_order_of_rows_tells_day_and_month_apart_but_a_warning_says_so():
    times = read_times(pl.Series("when", ["01/02/2024", "02/02/2024", "01/03/2024"]), "f.csv")
    assert times.us.tolist() == [
        microseconds(date(2024, m, d)) for m, d in ((2, 1), (2, 2), (3, 1))
    ]
    assert "day before month" in times.problems[0].what


def test_times_with_and_without_fractions_or_clock_are_one_column():
    assert us(["2024-01-31 00:00:00", "2024-01-31 09:30:00.000001"]) == [DAY, HALF_PAST_NINE + 1]
    assert us(["2024-01-31", "2024-01-31 09:30:00"]) == [DAY, HALF_PAST_NINE]


def test_the_first_text_that_is_no_time_is_named_with_its_row():
    message = refused(["2024-01-31", "2024-02-01", "soon", "2024-02-03", "later"])
    assert "f.csv, column 'when', row 3" in message
    assert "'soon'" in message
    assert "2 rows" in message


def test_a_row_without_a_time_is_named():
    assert "column 'when', row 2" in refused([date(2024, 1, 31), None])


def test_small_numbers_and_words_are_no_times():
    assert "no times" in refused([1, 2, 3])
    assert "no time" in refused(["AAPL", "MSFT"])
    assert "not times" in refused([True, False])
