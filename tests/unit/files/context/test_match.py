from datetime import UTC, date, datetime, timedelta

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ml4t_desktop.errors import InputError
from ml4t_desktop.files.context.match import (
    ContextMatch,
    matched_rows,
    with_context,
    with_context_values,
)
from ml4t_desktop.market import Market, TextColumn
from ml4t_desktop.request import Repairs
from ml4t_desktop.units import microseconds

DAYS = [date(2024, 1, day) for day in (2, 3, 4, 5)]
at = datetime.fromisoformat


def market(moments, time_zone=None):
    count = len(moments)
    return Market.build(
        timestamp=np.array([microseconds(moment) for moment in moments]),
        asset=np.zeros(count, np.int32),
        symbols=("A",),
        prices=np.ones((5, count)),
        time_zone=time_zone,
    )


def joined(moments, frame, **how):
    options = {"time": "date", "columns": (), "match": "exact", "max_age": None, "lag": None}
    options |= {"repairs": Repairs(), "source": "c.csv"} | how
    return with_context(market(moments), frame, **options)


def values(made, name="VIX"):
    column = made.context[name]
    if isinstance(column, TextColumn):
        return [column.value(row) for row in range(len(column))]
    return [None if np.isnan(value) else value for value in column.tolist()]


def vix(*rows):
    return pl.DataFrame(rows, schema=["date", "VIX"], orient="row")


def refused(*args, **kwargs):
    with pytest.raises(InputError) as caught:
        joined(*args, **kwargs)
    return str(caught.value)


def test_exact_context_is_that_of_the_same_time_only():
    made, problems = joined(DAYS, vix((DAYS[2], 22.0), (DAYS[0], 20.0), (DAYS[3], None)))
    assert values(made) == [20.0, None, 22.0, None]
    assert made.has_context.tolist() == [True, False, True, True]
    assert problems == ()


def test_asof_context_is_the_latest_at_or_before():
    made, _ = joined(DAYS[1:], vix((DAYS[1], 21.0), (DAYS[3], 23.0)), match="asof")
    assert values(made) == [21.0, 21.0, 23.0]


def test_before_the_first_value_asof_finds_nothing():
    made, _ = joined(DAYS, vix((DAYS[1], 21.0)), match="asof")
    assert made.has_context.tolist() == [False, True, True, True]


def test_a_null_in_the_latest_row_is_absent_not_older():
    made, _ = joined(DAYS[:2], vix((DAYS[0], 21.0), (DAYS[1], None)), match="asof")
    assert values(made) == [21.0, None]
    assert made.has_context.tolist() == [True, True]


def test_values_older_than_the_maximum_age_do_not_count():
    made, _ = joined(DAYS, vix((DAYS[0], 20.0)), match="asof", max_age="2d")
    assert values(made) == [20.0, 20.0, 20.0, None]


def test_with_a_lag_a_value_counts_from_that_much_later():
    frame = vix(*[(day, float(20 + n)) for n, day in enumerate(DAYS)])
    made, _ = joined(DAYS, frame, match="asof", lag="1d")
    assert values(made) == [None, 20.0, 21.0, 22.0]
    made, _ = joined(DAYS, frame, match="exact", lag="1d")
    assert values(made) == [None, 20.0, 21.0, 22.0]


@given(
    st.lists(st.integers(0, 60), min_size=1, max_size=12, unique=True),
    st.lists(st.integers(0, 60), min_size=1, max_size=12, unique=True),
    st.integers(0, 5),
    st.one_of(st.none(), st.integers(0, 10)),
)
@settings(max_examples=60, deadline=None)
def test_asof_never_looks_later_and_finds_the_latest(bars, known, lag, max_age):
    timestamps, time = np.array(sorted(bars)), np.array(sorted(known))
    how = ContextMatch(
        match="asof", lag=f"{lag}us", max_age=None if max_age is None else f"{max_age}us"
    )
    for now, row in zip(timestamps, matched_rows(timestamps, time, how), strict=True):
        usable = [t for t in known if t + lag <= now and (max_age is None or now - t <= max_age)]
        latest = [t for t in known if t + lag <= now]
        expected = max(latest) if latest and max(latest) in usable else None
        assert (None if row < 0 else time[row]) == expected


def test_texts_flags_and_numbers_are_joined_and_other_columns_left_out():
    frame = vix((DAYS[0], 20.0), (DAYS[1], 21.0)).with_columns(
        regime=pl.Series(["bull", None]), panic=pl.Series([False, True]), other=pl.Series(DAYS[:2])
    )
    made, _ = joined(DAYS[:2], frame)
    assert list(made.context) == ["VIX", "regime", "panic"]
    assert values(made, "regime") == ["bull", None]
    assert values(made, "panic") == [0.0, 1.0]
    assert list(joined(DAYS[:2], frame, columns=("regime",))[0].context) == ["regime"]


def test_times_with_and_without_a_zone_meet_in_utc():
    frame = vix((at("2024-01-02 00:00"), 20.0)).with_columns(
        pl.col("date").dt.replace_time_zone("UTC")
    )
    assert values(joined(DAYS[:1], frame)[0]) == [20.0]


def test_two_different_contexts_at_one_time_are_refused_unless_repaired():
    frame = vix((DAYS[0], 20.0), (DAYS[1], 21.0), (DAYS[1], 21.5))
    message = refused(DAYS, frame)
    assert message.startswith("c.csv, row 3: 2024-01-03 occurs again")
    assert values(joined(DAYS[:2], frame, repairs=Repairs(duplicate_context="first"))[0]) == [
        20.0,
        21.0,
    ]
    assert values(joined(DAYS[:2], frame, repairs=Repairs(duplicate_context="last"))[0]) == [
        20.0,
        21.5,
    ]


def test_identical_rows_are_one_with_a_warning():
    made, problems = joined(DAYS[:2], vix((DAYS[0], 20.0), (DAYS[1], None), (DAYS[1], None)))
    assert values(made) == [20.0, None]
    assert "row 3" in str(problems[0])


def test_an_unknown_column_lists_those_there_are():
    message = refused(DAYS, vix((DAYS[0], 20.0)), columns=("vix", "breadth"), time="day")
    assert "no column 'vix'. Did you mean 'VIX'?" in message
    assert "no column 'breadth'" in message
    assert "no column 'day'" in message
    assert "date, VIX" in message


def test_context_of_another_period_is_warned_about():
    _, problems = joined(DAYS, vix((date(2020, 1, 1), 20.0)))
    assert "none of the times" in problems[0].what
    assert "2024-01-02 to 2024-01-05" in problems[0].what
    _, problems = joined(DAYS, vix((DAYS[0], 20.0)))
    assert "1 of 4 times" in problems[0].what


def test_daily_context_on_intraday_bars_is_called_a_look_ahead_unless_lagged():
    moments = [at("2024-01-02 10:00"), at("2024-01-02 15:00"), at("2024-01-03 10:00")]
    frame = vix((DAYS[0], 20.0), (DAYS[1], 21.0))
    _, problems = joined(moments, frame, match="asof")
    assert any("look-ahead" in problem.what for problem in problems)
    lagged = joined(moments, frame, match="asof", lag="1d")[1]
    assert not any("look-ahead" in problem.what for problem in lagged)
    daily = [at("2024-01-02 16:00"), at("2024-01-03 16:00")]
    assert joined(daily, frame, match="asof")[1] == ()


def test_a_last_value_used_for_months_is_warned_about_unless_it_may_not_be_that_old():
    days = [DAYS[0] + timedelta(n) for n in range(90)]
    frame = vix((DAYS[0], 20.0), (DAYS[1], 21.0))
    assert any("max_age" in p.fix for p in joined(days, frame, match="asof")[1])
    problems = joined(days, frame, match="asof", max_age="60d")[1]
    assert not any("last value" in p.what for p in problems)


def test_a_dictionary_of_context_matches_naive_and_aware_times_as_utc():
    given_values = {
        at("2024-01-02"): {"VIX": 18.5, "regime": "bull"},
        datetime(2024, 1, 3, tzinfo=UTC): {"VIX": None, "calm": True},
        at("2024-01-04T01:00+01:00"): {},
    }
    made = with_context_values(market(DAYS), given_values)
    assert values(made) == [18.5, None, None, None]
    assert values(made, "regime") == ["bull", None, None, None]
    assert values(made, "calm") == [None, 1.0, None, None]
    assert made.has_context.tolist() == [True, True, True, False]


def test_a_dictionary_can_be_matched_asof():
    made = with_context_values(market(DAYS), {at("2024-01-03"): {"VIX": 20}}, "asof")
    assert values(made) == [None, 20.0, 20.0, 20.0]
    with pytest.raises(ValueError, match="'nearest' is no way"):
        with_context_values(market(DAYS), {}, "nearest")


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        (
            {at("2024-01-02"): {"regime": 1.0}, at("2024-01-03"): {"regime": "bull"}},
            "'regime' is a number at some",
        ),
        ({at("2024-01-02"): {"VIX": [1.0]}}, "'VIX' must be a number"),
        ({at("2024-01-02"): 20.0}, "must map names to values"),
        ({"2024-01-02": {"VIX": 1.0}}, "needs datetimes"),
        (
            {at("2024-01-02"): {"V": 1}, datetime(2024, 1, 2, tzinfo=UTC): {"V": 2}},
            "two different entries",
        ),
    ],
)
def test_a_wrong_dictionary_is_a_value_error_that_names_the_key(rows, words):
    with pytest.raises(ValueError, match=words):
        with_context_values(market(DAYS), rows)


def test_an_empty_dictionary_matches_nothing():
    made = with_context_values(market(DAYS), {})
    assert not made.has_context.any()
    assert not made.context
