import dataclasses
import json
import math
import pickle
import subprocess
import sys
from datetime import timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ml4t_desktop.analysis.metrics import STATISTICS, Metrics, compute_metrics, metrics_dict
from tests.unit.analysis.result_builder import (
    STILL_OPEN,
    at,
    fill,
    order,
    result,
    weekdays,
)

RETURNS = (
    0.01, -0.005, 0.02, -0.03, 0.015, 0.0, 0.007, -0.012, 0.004, 0.011, -0.02, 0.03,
    -0.001, 0.002, -0.015, 0.025, 0.006, -0.008, 0.013, -0.004, 0.009, -0.01, 0.018, 0.001,
)  # fmt: skip
# What empyrical-reloaded 0.7.1 gives for these returns with 252 days a year, by its functions
# sharpe_ratio, sortino_ratio, annual_volatility, max_drawdown, tail_ratio, value_at_risk,
# conditional_value_at_risk, stability_of_timeseries, omega_ratio and cum_returns_final; skew and
# kurtosis are those of quantstats 0.0.86.
REFERENCE = {
    "sharpe": 3.0394965638022677,
    "sortino": 4.938987750541603,
    "volatility": 0.22799828374640094,
    "max_drawdown": -0.03000000000000001,
    "tail_ratio": 1.2597402597402592,
    "var_95": -0.01925,
    "cvar_95": -0.025,
    "stability": 0.760656558585354,
    "omega": 1.6285714285714288,
    "total_return": 0.06560670712382288,
    "skew": -0.2517470331211775,
    "kurtosis": 0.005227194378870697,
}


def compounded(returns, initial=100.0):
    return list(initial * np.cumprod(1 + np.asarray(returns)))


def days_apart(*days):
    return [at("2024-01-01") + timedelta(days=day) for day in days]


def assert_undefined(metrics, name, reason):
    assert getattr(metrics, name) is None, name
    assert metrics.undefined[name] == reason, name


@pytest.mark.parametrize("name", list(REFERENCE))
def test_statistics_agree_with_the_established_libraries(name):
    metrics = compute_metrics(result(compounded(RETURNS)))
    assert getattr(metrics, name) == pytest.approx(REFERENCE[name], rel=1e-9)


def test_money_and_growth_are_those_of_the_equity():
    # 365.25 days: 100 becomes 121, so the annual return is the total return.
    times = [at("2023-01-01"), at("2024-01-01 06:00")]
    metrics = compute_metrics(result([110.0, 121.0], times=times))
    assert (metrics.initial_capital, metrics.final_value, metrics.net_profit) == (100, 121, 21)
    assert metrics.total_return == pytest.approx(0.21)
    assert metrics.cagr == pytest.approx(0.21)
    assert metrics.days == 365.25


def test_drawdown_ratios_divide_by_the_size_of_the_drawdown():
    times = [at("2023-01-01"), at("2023-07-01"), at("2024-01-01 06:00")]
    metrics = compute_metrics(result([150.0, 75.0, 121.0], times=times))
    assert metrics.max_drawdown == -0.5
    assert metrics.max_drawdown_money == -75.0
    assert metrics.calmar == pytest.approx(0.21 / 0.5)
    assert metrics.recovery_factor == pytest.approx(21 / 75)
    ulcer = math.sqrt((0.5**2 + (1 - 121 / 150) ** 2) / 3)
    assert metrics.ulcer_index == pytest.approx(ulcer)
    assert metrics.upi == pytest.approx(0.21 / ulcer)
    assert metrics.max_drawdown_days == 365.25
    assert metrics.max_drawdown_bars == 2


def test_the_average_drawdown_is_the_mean_of_the_lowest_points():
    metrics = compute_metrics(result([90.0, 100.0, 70.0, 80.0, 100.0]))
    assert metrics.average_drawdown == pytest.approx(-0.2)
    assert metrics.max_drawdown_days == 3
    assert metrics.max_drawdown_bars == 3


def test_the_standard_error_of_sharpe_follows_the_shape_of_the_returns():
    # Two returns: skew 0 and kurtosis 1, so the variance of the error is 1 / (n - 1) = 1.
    metrics = compute_metrics(result(compounded([0.02, -0.01])))
    assert metrics.sharpe_standard_error == pytest.approx(252**0.5)


def test_months_and_days_are_counted_by_their_sign():
    times = days_apart(0, 1, 31, 60)  # 1 and 2 January, 1 February, 1 March
    metrics = compute_metrics(result([110.0, 120.0, 90.0, 90.0], times=times))
    assert metrics.best_month == pytest.approx(0.2)
    assert metrics.worst_month == pytest.approx(-0.25)
    assert metrics.winning_months == pytest.approx(1 / 3)
    assert metrics.gain_to_pain == pytest.approx((0.2 - 0.25) / 0.25)
    assert metrics.winning_days == 0.5
    assert metrics.best_day == pytest.approx(0.1)
    assert metrics.worst_day == pytest.approx(-0.25)


def test_intraday_bars_are_annualised_by_days():
    times = [day + timedelta(hours=hour) for day in weekdays(10) for hour in (10, 13, 16)]
    returns = np.resize([0.01, -0.02, 0.015, 0.001], 10)
    closes = compounded(returns)
    equity = [value for close in closes for value in (close * 0.9, close * 1.1, close)]
    intraday, daily = compute_metrics(result(equity, times=times)), compute_metrics(result(closes))
    assert intraday.periods_per_year == 252
    for name in ("sharpe", "sortino", "volatility", "var_95", "skew"):
        assert getattr(intraday, name) == pytest.approx(getattr(daily, name))
    assert intraday.start == "2024-01-01 10:00:00"
    assert daily.start == "2024-01-01"


def test_weekly_bars_are_annualised_by_weeks():
    times = days_apart(*range(0, 70, 7))
    returns = np.resize([0.01, -0.02, 0.03], 10)
    metrics = compute_metrics(result(compounded(returns), times=times))
    assert metrics.periods_per_year == 52
    assert metrics.volatility == pytest.approx(np.std(returns, ddof=1) * 52**0.5)


def test_exposure_is_the_share_of_bars_and_of_equity():
    exposure = [(0.0, 0.0, 0), (100.0, 50.0, 2), (60.0, -60.0, 1), (0.0, 0.0, 0)]
    metrics = compute_metrics(result([100.0, 200.0, 120.0, 100.0], exposure=exposure))
    assert metrics.exposure == 0.5
    assert metrics.mean_gross_exposure == pytest.approx((0.5 + 0.5) / 4)
    assert metrics.mean_net_exposure == pytest.approx((0.25 - 0.5) / 4)


def test_turnover_is_half_the_traded_value_over_mean_equity_per_year():
    times = [at("2023-01-01"), at("2024-01-01 06:00")]
    metrics = compute_metrics(
        result([90.0, 110.0], times=times, fills=[fill(2.0, 50.0), fill(2.0, 60.0, side="sell")])
    )
    assert metrics.turnover == pytest.approx(220 / 2 / 100)


def test_turnover_of_contracts_counts_their_multiplier():
    times = [at("2023-01-01"), at("2024-01-01 06:00")]
    future = {"symbol": "ES", "multiplier": 50.0}
    fills = [fill(1.0, 10.0, symbol="ES"), fill(1.0, 100.0)]
    run = result([100.0, 100.0], times=times, trades=[future, {}], fills=fills)
    assert compute_metrics(run).turnover == pytest.approx((500 + 100) / 2 / 100)


def test_costs_and_cash_flows_are_summed_by_kind():
    flows = [
        {"timestamp": at("2024-01-01"), "symbol": "AAA", "kind": kind, "amount": amount}
        for kind, amount in (
            ("dividend", 5.0),
            ("dividend", 1.0),
            ("borrow", -2.0),
            ("funding", -1),
        )
    ]
    fills = [fill(1.0, 10.0, commission=3.0, slippage=1.0), fill(1.0, 10.0, commission=2.0)]
    metrics = compute_metrics(result([114.0], fills=fills, cash_flows=flows))
    assert (metrics.total_fees, metrics.total_slippage) == (5.0, 1.0)
    assert metrics.cost_drag == pytest.approx(6 / 20)
    assert (metrics.dividends, metrics.funding) == (6.0, -3.0)


def test_orders_are_counted_by_what_became_of_them():
    states = ["filled", "reduced", "rejected", "rejected", "cancelled", "expired"]
    run = result([100.0], orders=[order(state) for state in states], fills=[fill(1.0, 1.0)])
    metrics = compute_metrics(run)
    assert (metrics.num_orders, metrics.num_fills) == (6, 1)
    assert (metrics.rejected_orders, metrics.reduced_orders) == (2, 1)


def test_trades_per_year_count_closed_trades():
    times = [at("2023-01-01"), at("2023-01-01") + timedelta(days=730.5)]
    metrics = compute_metrics(result([1.0, 1.0], times=times, trades=[{}, {}, {}, STILL_OPEN]))
    assert metrics.trades_per_year == pytest.approx(1.5)


def test_a_run_without_trades_says_why_each_statistic_is_missing():
    metrics = compute_metrics(result([100.0] * 40))
    assert (metrics.num_trades, metrics.net_profit, metrics.max_drawdown) == (0, 0.0, 0.0)
    assert metrics.volatility == 0.0
    assert metrics.cagr == 0.0
    assert_undefined(metrics, "sharpe", "the returns do not vary")
    assert_undefined(metrics, "sortino", "no negative return")
    assert_undefined(metrics, "calmar", "no drawdown")
    assert_undefined(metrics, "win_rate", "no closed trade")
    assert_undefined(metrics, "stability", "equity does not vary")
    assert_undefined(metrics, "cost_drag", "no profit before costs")


def test_constant_growth_has_no_sharpe_ratio_instead_of_an_enormous_one():
    metrics = compute_metrics(result(compounded([0.001] * 60)))
    assert_undefined(metrics, "sharpe", "the returns do not vary")
    assert_undefined(metrics, "skew", "the returns do not vary")


def test_a_short_run_has_no_annual_figures():
    metrics = compute_metrics(result([100.0, 101.0, 99.0], fills=[fill(1.0, 1.0)], trades=[{}]))
    for name in ("cagr", "calmar", "upi", "trades_per_year", "turnover"):
        assert_undefined(metrics, name, "less than 30 days")


def test_ruin_is_no_growth_and_hides_behind_no_absolute_value():
    metrics = compute_metrics(result([150.0] * 40 + [-50.0]))
    assert_undefined(metrics, "cagr", "equity is not positive")
    assert_undefined(metrics, "stability", "equity is not positive")
    assert metrics.total_return == -1.5
    after = compute_metrics(result([50.0, -10.0, 20.0]))
    assert_undefined(after, "sharpe", "equity is not positive")
    assert_undefined(after, "mean_gross_exposure", "equity is not positive")


def test_one_bar_is_enough_for_a_total_but_for_no_ratio():
    metrics = compute_metrics(result([110.0]))
    assert metrics.total_return == pytest.approx(0.1)
    assert metrics.best_day == pytest.approx(0.1)
    for name in ("volatility", "sharpe", "sortino", "tail_ratio", "var_95"):
        assert_undefined(metrics, name, "fewer than 2 returns")


def test_a_run_without_bars_is_told_as_such():
    metrics = compute_metrics(result([]))
    assert metrics.final_value == 100.0
    assert metrics.total_return == 0.0
    for name in ("start", "days", "max_drawdown", "exposure", "cagr", "sharpe"):
        assert_undefined(metrics, name, "no bars")


def test_growth_too_large_for_a_number_is_undefined():
    for final in (1e60, 1e300):
        metrics = compute_metrics(result([1.0, final], times=days_apart(0, 30)))
        assert_undefined(metrics, "cagr", "the value is too large to be a number")
        assert None not in (metrics.final_value, metrics.total_return, metrics.best_day)


def random_run(seed, bars, trades):
    rng = np.random.default_rng(seed)
    rows = [
        {
            "pnl": float(np.round(pnl, 1)),
            "direction": str(rng.choice(["long", "short"])),
            "status": str(rng.choice(["closed", "open"], p=[0.8, 0.2])),
        }
        for pnl in rng.normal(0, 3, trades)
    ]
    return result(compounded(rng.normal(0, 0.05, bars)), trades=rows)


@settings(deadline=None, max_examples=40)
@given(st.integers(0, 10_000), st.integers(0, 45), st.integers(0, 6))
def test_every_statistic_has_its_type_or_a_reason_and_is_finite(seed, bars, trades):
    metrics = compute_metrics(random_run(seed, bars, trades))
    annotation = {field.name: field.type for field in dataclasses.fields(Metrics)}
    for name, value in metrics_dict(metrics).items():
        assert (value is None) == (name in metrics.undefined), name
        if value is None:
            assert metrics.undefined[name]
            continue
        expected = str(getattr(annotation[name], "__name__", annotation[name])).split(" | ")[0]
        assert type(value).__name__ == expected, name
        if isinstance(value, float):
            assert math.isfinite(value), name


@settings(deadline=None, max_examples=25)
@given(st.integers(0, 10_000))
def test_ratios_do_not_depend_on_the_unit_of_money(seed):
    returns = np.random.default_rng(seed).normal(0.001, 0.02, 60)
    small = compute_metrics(result(compounded(returns)))
    large = compute_metrics(result(compounded(returns, 1e6), initial_capital=1e6))
    for name in ("sharpe", "sortino", "calmar", "max_drawdown", "cagr", "omega", "recovery_factor"):
        assert getattr(large, name) == pytest.approx(getattr(small, name), rel=1e-6), name


def test_the_plain_mapping_is_valid_json_with_every_statistic_by_name():
    metrics = compute_metrics(random_run(1, 40, 5))
    text = json.dumps(metrics_dict(metrics), allow_nan=False)
    assert tuple(json.loads(text)) == STATISTICS


def test_metrics_travel_between_processes():
    metrics = compute_metrics(random_run(2, 40, 5))
    assert pickle.loads(pickle.dumps(metrics)) == metrics  # noqa: S301 (our own bytes)


def test_statistics_need_neither_scipy_nor_pandas():
    code = (
        "import sys, ml4t_desktop.analysis.metrics\n"
        "sys.exit(len({'scipy', 'pandas', 'pyarrow', 'PySide6'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
