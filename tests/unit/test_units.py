"""Times and spans in microseconds."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from ml4t_desktop.units import end_microseconds, microseconds, moment, span_microseconds

DAY = 86_400_000_000


@pytest.mark.parametrize(
    ("time", "us"),
    [
        (date(1970, 1, 2), DAY),
        (datetime(1970, 1, 1, 0, 0, 1), 1_000_000),
        (datetime(1970, 1, 1, 0, 0, 0, 7, tzinfo=UTC), 7),
        (datetime(1970, 1, 1, 1, tzinfo=timezone(timedelta(hours=1))), 0),
        (datetime(1969, 12, 31, 23, 59, 59), -1_000_000),
        (datetime(2024, 2, 29, 12, 30, 0, 123_456), 1_709_209_800_123_456),
    ],
)
def test_times_count_from_the_epoch_and_naive_ones_are_utc(time, us):
    assert microseconds(time) == us


def test_an_end_that_is_a_date_includes_its_whole_day():
    assert end_microseconds(date(1970, 1, 1)) == DAY - 1
    assert end_microseconds(datetime(1970, 1, 1)) == 0


def test_a_moment_is_aware_only_where_the_source_was():
    assert moment(DAY) == datetime(1970, 1, 2)
    assert moment(DAY).tzinfo is None
    assert moment(DAY, "UTC") == datetime(1970, 1, 2, tzinfo=UTC)


@pytest.mark.parametrize(
    "time", [datetime(1960, 3, 4, 5, 6, 7, 8), datetime(2261, 1, 1, 23, 59, 59, 999_999)]
)
def test_moments_and_microseconds_are_inverse(time):
    assert moment(microseconds(time)) == time


@pytest.mark.parametrize(
    ("text", "us"),
    [
        ("5d", 5 * DAY),
        ("1h", 3_600_000_000),
        ("30min", 1_800_000_000),
        ("30m", 1_800_000_000),
        ("1.5h", 5_400_000_000),
        ("2w", 14 * DAY),
        ("10s", 10_000_000),
        ("250ms", 250_000),
        ("9us", 9),
        (" 3 d ", 3 * DAY),
        ("0d", 0),
    ],
)
def test_spans_are_a_number_and_a_unit(text, us):
    assert span_microseconds(text) == us


@pytest.mark.parametrize("text", ["", "5", "d", "-1d", "5 days", "1h30m", "1e3s"])
def test_a_text_that_is_no_span_is_refused_with_an_example(text):
    with pytest.raises(ValueError, match=r"is not a span of time.*5d"):
        span_microseconds(text)
