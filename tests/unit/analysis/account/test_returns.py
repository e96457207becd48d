from datetime import timedelta

import numpy as np
import pytest

from ml4t_desktop.analysis.account.returns import (
    daily_returns,
    monthly_returns,
    period_returns,
    periods_per_year,
)
from ml4t_desktop.result.schema import DAILY_RETURNS, TIME_UTC, check_schema
from tests.unit.analysis.result_builder import MONDAY, at, result, weekdays


def days_of(*moments):
    return np.array([(moment - at("1970-01-01")).days for moment in moments], np.int64)


def every(days, count):
    return days_of(*(MONDAY + timedelta(days=days * i) for i in range(count)))


def test_the_first_return_is_against_the_initial_capital():
    table = daily_returns(result([110.0, 99.0], initial_capital=100.0))
    assert table["daily_return"].to_list() == pytest.approx([0.10, -0.10])
    assert table["timestamp"].to_list() == weekdays(2)
    check_schema(table, DAILY_RETURNS)


def test_intraday_points_make_one_return_a_day_from_the_last_point():
    times = [at("2024-01-01 10:00"), at("2024-01-01 16:00"), at("2024-01-02 10:00")]
    table = daily_returns(result([50.0, 120.0, 60.0], times=times))
    assert table["timestamp"].to_list() == [at("2024-01-01"), at("2024-01-02")]
    assert table["daily_return"].to_list() == pytest.approx([0.2, -0.5])


def test_an_aware_run_has_aware_daily_returns():
    table = daily_returns(result([100.0], time_zone="UTC"))
    assert table.schema["timestamp"] == TIME_UTC


def test_a_run_without_bars_has_an_empty_table_of_daily_returns():
    table = daily_returns(result([]))
    assert table.height == 0
    check_schema(table, DAILY_RETURNS)


def test_a_return_after_ruin_is_null():
    table = daily_returns(result([0.0, 10.0]))
    assert table["daily_return"].to_list() == [-1.0, None]


def test_compounded_daily_returns_give_the_final_value():
    equity = list(100 * np.cumprod(1 + np.random.default_rng(3).normal(0, 0.02, 300)))
    returns = daily_returns(result(equity))["daily_return"].to_numpy()
    assert 100 * np.prod(1 + returns) == pytest.approx(equity[-1])


def test_months_are_compounded_and_the_first_is_against_the_initial_capital():
    times = [at("2024-01-30"), at("2024-01-31"), at("2024-02-01")]
    run = result([90.0, 120.0, 60.0], times=times)
    months, returns = monthly_returns(period_returns(run), run.initial_capital)
    assert months.astype(str).tolist() == ["2024-01", "2024-02"]
    assert returns.tolist() == pytest.approx([0.2, -0.5])


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        (days_of(*weekdays(500)), 252),
        (every(1, 500), 365),
        (every(7, 100), 52),
        (days_of(*(at(f"{2020 + i // 12}-{1 + i % 12:02}-28") for i in range(48))), 12),
        (every(91, 20), 4),
        (every(365, 10), 1),
        (days_of(at("2024-01-01")), 252),
        (days_of(), 252),
    ],
)
def test_periods_per_year_follow_from_the_days_that_have_bars(days, expected):
    assert periods_per_year(days) == expected


def test_a_market_that_opens_on_sunday_evening_is_not_taken_for_one_that_never_closes():
    all_days = every(1, 700)
    without_saturdays = all_days[all_days % 7 != 2]
    assert periods_per_year(without_saturdays) == 252


def test_holidays_do_not_change_the_periods_per_year():
    days = np.delete(days_of(*weekdays(500)), np.arange(7, 500, 21))
    assert periods_per_year(days) == 252


def test_daily_returns_are_the_same_with_aware_and_naive_times():
    equity = [100.0, 103.0, 99.0, 104.0]
    naive, aware = daily_returns(result(equity)), daily_returns(result(equity, time_zone="UTC"))
    assert naive["daily_return"].equals(aware["daily_return"])
    assert naive["timestamp"].equals(aware["timestamp"].dt.replace_time_zone(None))
