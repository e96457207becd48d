"""Statistics against quantstats: equal where both mean the same, and worked out by hand where not."""

import importlib.util
from datetime import datetime
from statistics import NormalDist

import numpy as np
import pytest

from ml4t_desktop.analysis.account.drawdowns import worst_drawdowns
from ml4t_desktop.analysis.account.returns import equity_times
from tests.parity.series import CAPITAL, NAMES, Series, series

ALONE = {
    "total_return": lambda q, own: q.comp(own),
    "volatility": lambda q, own: q.volatility(own),
    "sharpe": lambda q, own: q.sharpe(own),
    "sortino": lambda q, own: q.sortino(own),
    "max_drawdown": lambda q, own: q.max_drawdown(own),
    "omega": lambda q, own: q.omega(own),
    "tail_ratio": lambda q, own: q.tail_ratio(own),
    "skew": lambda q, own: q.skew(own),
    "kurtosis": lambda q, own: q.kurtosis(own),
    "best_day": lambda q, own: q.best(own),
    "worst_day": lambda q, own: q.worst(own),
    "best_month": lambda q, own: q.best(own, aggregate="ME"),
    "worst_month": lambda q, own: q.worst(own, aggregate="ME"),
    "var_95_normal": lambda q, own: q.value_at_risk(own),
}
AGAINST = {
    "beta": lambda q, own, other: q.greeks(own, other)["beta"],
    "r_squared": lambda q, own, other: q.r_squared(own, other),
    "information_ratio": lambda q, own, other: q.information_ratio(own, other) * 252**0.5,
}
# Up 10 %, down 10 %, nothing, up 5 %: the equity is 110, 99, 99, 103.95.
BY_HAND = Series(
    series("short").days[:4], np.array([0.1, -0.1, 0.0, 0.05]), np.array([0.05, -0.1, 0.05, 0.0])
)


@pytest.fixture(scope="session")
def quantstats(tmp_path_factory):
    if importlib.util.find_spec("quantstats") is None:
        pytest.skip("quantstats is not installed (the extra 'statistics' brings it)")
    import quantstats.stats

    return quantstats.stats


@pytest.fixture(scope="session", params=NAMES)
def case(request):
    from tests.conftest import REAL_DATA

    return series(request.param, REAL_DATA if (REAL_DATA / "data").is_dir() else None)


@pytest.mark.parametrize("name", ALONE)
def test_a_statistic_of_returns_is_that_of_quantstats(quantstats, case, name):
    own, _ = case.pandas()
    ours, theirs = getattr(case.metrics, name), ALONE[name](quantstats, own)
    if ours is None:
        assert not np.isfinite(theirs), f"{name}: {case.metrics.undefined[name]}"
        return
    assert ours == pytest.approx(theirs, rel=1e-9)


@pytest.mark.parametrize("name", AGAINST)
def test_a_statistic_against_a_benchmark_is_that_of_quantstats(quantstats, case, name):
    own, other = case.pandas()
    assert case.relative[name] == pytest.approx(AGAINST[name](quantstats, own, other), rel=1e-9)


def test_the_worst_drawdowns_are_those_of_quantstats(quantstats, case):
    own, _ = case.pandas()
    table = quantstats.drawdown_details(quantstats.to_drawdown_series(own))
    depths = np.sort(table["max drawdown"].to_numpy())[:5] / 100
    equity = CAPITAL * np.cumprod(1 + case.returns)
    found = worst_drawdowns(equity_times(case.run), equity, CAPITAL, 5)
    assert [item.depth for item in found] == pytest.approx(depths, rel=1e-6)


def test_the_growth_a_year_counts_calendar_days_and_theirs_counts_bars(quantstats):
    case = series("calm")
    own, _ = case.pandas()
    growth, calendar = np.prod(1 + case.returns), (case.days[-1] - case.days[0]).days
    assert quantstats.cagr(own) == pytest.approx(growth ** (252 / own.size) - 1)
    assert case.metrics.cagr == pytest.approx(growth ** (365.25 / calendar) - 1)


def test_the_ulcer_index_divides_by_all_bars_and_theirs_by_one_less(quantstats):
    """Drawdowns 0, -10 %, -10 % and -5.5 %: the squares sum to 0.023025, over four or over three."""
    own, _ = BY_HAND.pandas()
    assert BY_HAND.metrics.ulcer_index == pytest.approx((0.023025 / 4) ** 0.5)
    assert quantstats.ulcer_index(own) == pytest.approx((0.023025 / 3) ** 0.5)


def test_the_ulcer_performance_index_is_of_the_annual_return_and_theirs_of_the_total(quantstats):
    case = series("calm")
    own, _ = case.pandas()
    metrics, theirs = case.metrics, quantstats.ulcer_performance_index(own)
    assert metrics.upi == pytest.approx(metrics.cagr / metrics.ulcer_index)
    assert theirs == pytest.approx(metrics.total_return / quantstats.ulcer_index(own))


def test_winning_days_are_of_all_days_and_theirs_of_those_that_moved(quantstats):
    """Two of four days won; one of the others made nothing."""
    own, _ = BY_HAND.pandas()
    assert BY_HAND.metrics.winning_days == 2 / 4
    assert quantstats.win_rate(own) == pytest.approx(2 / 3)


def test_expected_shortfall_is_of_the_days_that_were_and_theirs_of_a_normal_distribution(
    quantstats,
):
    """The worst of four days is -10 %; a normal one with mean 1.25 % and spread 8.539 % has -16.4 % there."""
    own, _ = BY_HAND.pandas()
    mean, spread = 0.0125, own.std()
    density = NormalDist().pdf(NormalDist().inv_cdf(0.05)) / 0.05
    assert BY_HAND.metrics.cvar_95 == pytest.approx(-0.1)
    assert quantstats.conditional_value_at_risk(own) == pytest.approx(mean - spread * density)


def test_the_recovery_factor_is_of_money_and_theirs_of_summed_returns(quantstats):
    """39.5 were made of 1,000 and 110 lost on the way; returns sum to 5 % and fell by 10 %."""
    own, _ = BY_HAND.pandas()
    assert BY_HAND.metrics.recovery_factor == pytest.approx(39.5 / 110)
    assert quantstats.recovery_factor(own) == pytest.approx(0.05 / 0.10)


def test_the_information_ratio_is_annualised_and_theirs_is_that_of_a_day(quantstats):
    own, other = BY_HAND.pandas()
    ahead = np.array([0.05, 0.0, -0.05, 0.05])
    daily = ahead.mean() / ahead.std(ddof=1)
    assert quantstats.information_ratio(own, other) == pytest.approx(daily)
    assert BY_HAND.relative["information_ratio"] == pytest.approx(daily * 252**0.5)


def test_months_are_compounded_in_gain_to_pain_and_summed_in_theirs(quantstats):
    """January: 10 % and 10 % again, 21 % in all; February: -10 % twice, -19 % in all; theirs 20 and -20."""
    days = tuple(datetime(2024, month, day) for month in (1, 2) for day in (5, 6))
    case = Series(days, np.array([0.1, 0.1, -0.1, -0.1]), np.zeros(4))
    own, _ = case.pandas()
    assert case.metrics.gain_to_pain == pytest.approx((0.21 - 0.19) / 0.19)
    assert quantstats.gain_to_pain_ratio(own, resolution="ME") == pytest.approx(0.0, abs=1e-12)


def test_alpha_is_compounded_and_theirs_is_multiplied(quantstats):
    case = series("calm")
    own, other = case.pandas()
    daily = float(np.mean(case.returns - case.relative["beta"] * case.other))
    assert case.relative["alpha"] == pytest.approx((1 + daily) ** 252 - 1)
    assert quantstats.greeks(own, other)["alpha"] == pytest.approx(daily * 252)


def test_the_treynor_ratio_is_of_the_annual_return_and_theirs_of_the_total(quantstats):
    case = series("calm")
    own, other = case.pandas()
    beta, metrics = case.relative["beta"], case.metrics
    assert quantstats.treynor_ratio(own, other) == pytest.approx(metrics.total_return / beta)
    assert metrics.cagr / beta != pytest.approx(metrics.total_return / beta, rel=0.1)


def test_the_probabilistic_sharpe_ratio_takes_the_moments_of_the_sample(quantstats):
    """Theirs takes skew and kurtosis corrected for the size of the sample; of three years it hardly matters."""
    case = series("calm")
    own, _ = case.pandas()
    assert case.metrics.probabilistic_sharpe == pytest.approx(
        quantstats.probabilistic_sharpe_ratio(own), abs=2e-4
    )
    away = case.returns - case.returns.mean()
    ratio = case.returns.mean() / case.returns.std(ddof=1)
    skew = (away**3).mean() / (away**2).mean() ** 1.5
    kurtosis = (away**4).mean() / (away**2).mean() ** 2
    error = ((1 - skew * ratio + (kurtosis - 1) / 4 * ratio**2) / (own.size - 1)) ** 0.5
    assert case.metrics.probabilistic_sharpe == pytest.approx(NormalDist().cdf(ratio / error))


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [
        ("profit_factor", "profit_factor"),
        ("payoff_ratio", "payoff_ratio"),
        ("kelly_criterion", "kelly"),
    ],
)
def test_what_is_said_of_trades_is_of_trades_and_theirs_is_of_days(quantstats, theirs, ours):
    """Without trades there is none here, whatever the days were."""
    own, _ = BY_HAND.pandas()
    assert np.isfinite(getattr(quantstats, theirs)(own))
    assert getattr(BY_HAND.metrics, ours) is None
    assert BY_HAND.metrics.undefined[ours] == "no closed trade"
