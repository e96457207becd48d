"""What is typed over a column, and which rows it lets through."""

from datetime import datetime

import numpy as np
import polars as pl
import pytest
from PySide6.QtCore import QLocale

from ml4t_desktop.session.formats import use_time_zone
from ml4t_desktop.tables.column import Column
from ml4t_desktop.tables.filters import FilterError, exact_values, exactly, filter_mask

NUMBERS = pl.Series("x", [-2.0, 0.0, 5.0, 5.004, 12.5, None, float("nan")])
TEXTS = pl.Series("t", ["stop_loss", "signal", "take_profit", None, "stop_loss"])
TIMES = pl.Series(
    "d",
    [
        datetime(2019, 12, 31, 23, 59),
        datetime(2020, 1, 1),
        datetime(2020, 3, 15, 9, 30),
        datetime(2020, 4, 1),
        None,
    ],
)
NUMBER = Column(name="x", header="x", kind="number")
PERCENT = Column(name="x", header="x", kind="percent")
WORD = Column(name="t", header="t", kind="word")
TIME = Column(name="d", header="d", kind="time")


def let_through(series, column, text, locale=None) -> list[int]:
    mask = filter_mask(series, column, text, locale or QLocale.c())
    assert mask is not None
    return np.flatnonzero(mask).tolist()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("> 5", [3, 4]),
        (">= 5", [2, 3, 4]),
        ("<0", [0]),
        ("<= 0", [0, 1]),
        ("5", [2]),
        ("= 5.00", [2, 3]),  # as exact as it is written
        ("!= 5", [0, 1, 3, 4]),
        ("0 .. 5.1", [1, 2, 3]),
        ("..0", [0, 1]),
        ("5..", [2, 3, 4]),
        ("< 0 | > 10", [0, 4]),
        ("empty", [5, 6]),
        ("!empty", [0, 1, 2, 3, 4]),
    ],
)
def test_numbers_are_filtered_by_comparison_and_range(text, expected):
    assert let_through(NUMBERS, NUMBER, text) == expected


def test_percentages_are_written_in_per_cent():
    fractions = pl.Series("x", [0.01, 0.0312, -0.05])
    assert let_through(fractions, PERCENT, "> 1") == [1]
    assert let_through(fractions, PERCENT, "3.12 %") == [1]
    assert let_through(fractions, PERCENT, "<= -5") == [2]


def test_numbers_may_be_written_as_the_user_writes_them():
    german = QLocale(QLocale.Language.German)
    assert let_through(NUMBERS, NUMBER, "> 5,003", german) == [3, 4]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("stop", [0, 4]),
        ("Stop loss", [0, 4]),
        ("=signal", [1]),
        ("=sig", []),
        ("!stop", [1, 2, 3]),
        ("sig | take", [1, 2]),
        ("empty", [3]),
    ],
)
def test_texts_are_filtered_by_what_they_contain(text, expected):
    assert let_through(TEXTS, WORD, text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2020", [1, 2, 3]),
        ("2020-03", [2]),
        ("2020-03-15 09:30", [2]),
        ("> 2020-03", [3]),
        (">= 2020-03", [2, 3]),
        ("< 2020", [0]),
        ("<= 2020-01-01", [0, 1]),
        ("2019 .. 2020-03", [0, 1, 2]),
        ("empty", [4]),
    ],
)
def test_times_are_filtered_by_years_months_days_and_minutes(text, expected):
    assert let_through(TIMES, TIME, text) == expected


def test_nothing_written_lets_everything_through():
    assert filter_mask(NUMBERS, NUMBER, "  ", QLocale.c()) is None


@pytest.mark.parametrize(
    ("series", "column", "text"),
    [(NUMBERS, NUMBER, "> five"), (TIMES, TIME, "2020-13"), (TIMES, TIME, "March"), (NUMBERS, NUMBER, ">")],
)  # fmt: skip
def test_what_cannot_be_understood_says_what_can_be_written(series, column, text):
    with pytest.raises(FilterError, match="Write"):
        filter_mask(series, column, text, QLocale.c())


def test_chosen_values_are_written_as_a_filter_and_read_again():
    text = exactly(("stop_loss", "signal"))
    assert let_through(TEXTS, WORD, text) == [0, 1, 4]
    assert exact_values(text) == ("stop_loss", "signal")
    assert exact_values("stop") == ()


def test_times_are_filtered_as_they_are_written_on_screen():
    series = pl.Series("t", [datetime(2021, 3, 12, 14, 30), datetime(2021, 3, 13, 2, 0)])
    zoned = series.dt.replace_time_zone("UTC")
    use_time_zone("America/New_York")
    try:
        assert let_through(zoned, TIME, "2021-03-12 09:30") == [0]
        assert let_through(zoned, TIME, "2021-03-12") == [0, 1]
        assert let_through(series, TIME, "2021-03-12") == [0]
    finally:
        use_time_zone("UTC")
