"""Defects of other packages that are not to be found here, each with values worked out by hand."""

from datetime import timedelta
from statistics import NormalDist

import numpy as np
import pytest

from ml4t_desktop.analysis.account.relative import relative_statistics
from ml4t_desktop.analysis.account.returns import period_returns
from ml4t_desktop.analysis.account.rolling import rolling_statistics
from ml4t_desktop.analysis.metrics import compute_metrics
from tests.unit.analysis.result_builder import at, result, weekdays


def run_of(returns, **values):
    equity = 100.0 * np.cumprod(1.0 + np.asarray(returns))
    return result(equity.tolist(), **values)


def trade(pnl: float, share: float):
    return {"pnl": pnl, "pnl_percent": share}


def test_the_probabilistic_sharpe_ratio_takes_the_raw_kurtosis_not_three_less():
    """Two values as often as each other have kurtosis 1 and no skew: the error is sqrt(1 / (n - 1))."""
    returns = [0.03, -0.01] * 10
    ratio = 0.01 / np.std(returns, ddof=1)
    assert compute_metrics(run_of(returns)).probabilistic_sharpe == pytest.approx(
        NormalDist().cdf(ratio * 19**0.5)
    )


def test_the_payoff_ratio_divides_means_and_not_means_by_counts():
    metrics = compute_metrics(
        result([100.0] * 3, trades=[trade(9, 0.1), trade(3, 0.1), trade(-2, -0.1)])
    )
    assert metrics.payoff_ratio == pytest.approx(6 / 2)


def test_the_information_ratio_is_annualised():
    own, other = np.array([0.02, 0.0, 0.01]), np.array([0.0, 0.0, 0.0])
    assert relative_statistics(own, other, 252)["information_ratio"] == pytest.approx(252**0.5)


def test_a_rolling_ratio_is_annualised_by_the_periods_of_a_year_not_by_the_window():
    returns = np.random.default_rng(4).normal(0.001, 0.01, 60)
    periods = period_returns(run_of(returns))
    last = rolling_statistics(periods, 20)["sharpe"][-1]
    part = returns[-20:]
    assert last == pytest.approx(part.mean() / part.std(ddof=1) * 252**0.5)


def test_a_win_rate_is_of_trades_and_not_of_days():
    """One winner and one loser, over a hundred days of which all but one were won."""
    returns = [0.001] * 99 + [-0.01]
    metrics = compute_metrics(run_of(returns, trades=[trade(9, 0.1), trade(-2, -0.1)]))
    assert metrics.win_rate == 0.5
    assert metrics.winning_days == 0.99


def test_ruin_has_no_annual_growth_instead_of_that_of_its_absolute_value():
    metrics = compute_metrics(result([100.0] * 59 + [-50.0]))
    assert metrics.cagr is None
    assert metrics.undefined["cagr"] == "equity is not positive"


def test_time_in_the_market_is_not_rounded_up():
    held = [(50.0, 50.0, 1), (0.0, 0.0, 0), (0.0, 0.0, 0)]
    assert compute_metrics(result([100.0] * 3, exposure=held)).exposure == pytest.approx(1 / 3)


def test_profit_factor_and_expectancy_are_of_money_and_the_mean_of_trades_is_arithmetic():
    """A small trade that doubled and a large one that lost a tenth: 10 were made and 100 lost."""
    metrics = compute_metrics(result([100.0] * 3, trades=[trade(10, 1.0), trade(-100, -0.1)]))
    assert metrics.profit_factor == pytest.approx(0.1)
    assert metrics.expectancy == pytest.approx(-45)
    assert metrics.expectancy_percent == pytest.approx(0.45)


def test_alpha_is_of_a_year_and_not_of_the_whole_time():
    """A steady 0.01 % a day beyond the benchmark is 2.55 % a year, however many years there are."""
    other = np.tile([0.01, -0.01], 400)
    alpha = relative_statistics(other + 0.0001, other, 252)["alpha"]
    assert alpha == pytest.approx(1.0001**252 - 1)


def test_annual_growth_is_compounded():
    """Doubled in two years: 41.4 % a year, not 50 %."""
    times = [at("2021-01-01"), at("2023-01-01")]
    metrics = compute_metrics(result([100.0, 200.0], times=times))
    assert metrics.cagr == pytest.approx(2 ** (365.25 / 730) - 1)


def test_a_drawdown_lasts_until_its_recovery_and_not_only_to_its_lowest_point():
    metrics = compute_metrics(result([100.0, 90.0, 95.0, 101.0]))
    assert metrics.max_drawdown_days == 3
    assert metrics.max_drawdown_days_to_trough == 1


def test_what_would_be_infinite_is_undefined_and_never_zero():
    metrics = compute_metrics(result([101.0, 102.0, 104.0], trades=[trade(9, 0.1), trade(3, 0.1)]))
    for name, reason in {
        "profit_factor": "no losing trade",
        "payoff_ratio": "no losing trade",
        "kelly": "no losing trade",
        "calmar": "less than 30 days",
        "omega": "no negative return",
        "sortino": "no negative return",
        "recovery_factor": "no drawdown",
        "gain_to_pain": "no losing month",
    }.items():
        assert getattr(metrics, name) is None, name
        assert metrics.undefined[name] == reason, name


@pytest.mark.parametrize(
    ("step", "per_year"),
    [(timedelta(days=1), 365), (timedelta(days=7), 52), (timedelta(hours=6), 365)],
)
def test_figures_of_a_year_follow_the_data_and_not_252_days(step, per_year):
    returns = np.random.default_rng(1).normal(0.001, 0.01, 120)
    run = run_of(returns, times=[at("2024-01-01") + step * i for i in range(120)])
    of_days = period_returns(run).returns
    expected = of_days.mean() / of_days.std(ddof=1) * per_year**0.5
    assert compute_metrics(run).sharpe == pytest.approx(expected)


def test_the_sortino_ratio_divides_by_all_days_and_does_not_explode_with_a_single_loss():
    """One loss of 1 % in 100 days: downside sqrt(0.0001 / 100) = 0.1 %, not the spread of one value."""
    returns = [0.001] * 99 + [-0.01]
    mean = (0.099 - 0.01) / 100
    assert compute_metrics(run_of(returns)).sortino == pytest.approx(mean / 0.001 * 252**0.5)


def test_a_ratio_of_intraday_bars_is_that_of_their_days():
    """Thirteen bars a day, of which the last alone counts."""
    random = np.random.default_rng(2)
    days = weekdays(40)
    times = [day + timedelta(minutes=30 * bar) for day in days for bar in range(13)]
    ends = 100.0 * np.cumprod(1.0 + random.normal(0.001, 0.01, 40))
    noise = random.uniform(0.99, 1.01, (40, 13))
    noise[:, -1] = 1.0
    intraday = compute_metrics(result((ends[:, None] * noise).ravel().tolist(), times=times))
    daily = compute_metrics(result(ends.tolist(), times=days))
    assert intraday.sharpe == pytest.approx(daily.sharpe)
    assert intraday.volatility == pytest.approx(daily.volatility)
