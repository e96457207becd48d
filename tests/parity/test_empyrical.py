"""Statistics against empyrical-reloaded: equal where both mean the same, and worked out by hand where not."""

import importlib.util

import numpy as np
import pytest

from ml4t_desktop.analysis.account.returns import monthly_returns, period_returns, yearly_returns
from ml4t_desktop.analysis.account.rolling import rolling_statistics
from tests.parity.series import CAPITAL, NAMES, Series, series

# Of the run alone: what it is called here, and there.
ALONE = {
    "total_return": lambda e, own: e.cum_returns_final(own),
    "volatility": lambda e, own: e.annual_volatility(own),
    "sharpe": lambda e, own: e.sharpe_ratio(own),
    "sortino": lambda e, own: e.sortino_ratio(own),
    "max_drawdown": lambda e, own: e.max_drawdown(own),
    "omega": lambda e, own: e.omega_ratio(own),
    "stability": lambda e, own: e.stability_of_timeseries(own),
    "tail_ratio": lambda e, own: e.tail_ratio(own),
    "var_95": lambda e, own: e.value_at_risk(own),
    "cvar_95": lambda e, own: e.conditional_value_at_risk(own),
    "best_month": lambda e, own: e.aggregate_returns(own, "monthly").max(),
    "worst_month": lambda e, own: e.aggregate_returns(own, "monthly").min(),
    "average_month": lambda e, own: e.aggregate_returns(own, "monthly").mean(),
    "best_year": lambda e, own: e.aggregate_returns(own, "yearly").max(),
    "worst_year": lambda e, own: e.aggregate_returns(own, "yearly").min(),
}
AGAINST = {
    "beta": lambda e, own, other: e.beta(own, other),
    "alpha": lambda e, own, other: e.alpha(own, other),
    "information_ratio": lambda e, own, other: e.excess_sharpe(own, other) * 252**0.5,
    "up_capture": lambda e, own, other: e.up_capture(own, other),
    "down_capture": lambda e, own, other: e.down_capture(own, other),
    "capture_ratio": lambda e, own, other: e.up_down_capture(own, other),
}
# Three up years in two days: 10 %, then 10 % again, on a Monday and a Tuesday.
BY_HAND = Series(series("short").days[:2], np.array([0.1, 0.1]), np.array([0.0, 0.0]))


@pytest.fixture(scope="session")
def empyrical():
    if importlib.util.find_spec("empyrical") is None:
        pytest.skip("empyrical-reloaded is not installed (the extra 'statistics' brings it)")
    import empyrical

    return empyrical


@pytest.fixture(scope="session", params=NAMES)
def case(request):
    from tests.conftest import REAL_DATA

    return series(request.param, REAL_DATA if (REAL_DATA / "data").is_dir() else None)


@pytest.mark.parametrize("name", ALONE)
def test_a_statistic_of_returns_is_that_of_empyrical(empyrical, case, name):
    own, _ = case.pandas()
    assert getattr(case.metrics, name) == pytest.approx(ALONE[name](empyrical, own), rel=1e-9)


@pytest.mark.parametrize("name", AGAINST)
def test_a_statistic_against_a_benchmark_is_that_of_empyrical(empyrical, case, name):
    own, other = case.pandas()
    expected = AGAINST[name](empyrical, own, other)
    assert case.relative[name] == pytest.approx(expected, rel=1e-9)


def test_months_and_years_are_those_of_empyrical(empyrical, case):
    own, _ = case.pandas()
    periods = period_returns(case.run)
    for ours, name in ((monthly_returns, "monthly"), (yearly_returns, "yearly")):
        theirs = empyrical.aggregate_returns(own, name).to_numpy()
        assert ours(periods, CAPITAL)[1] == pytest.approx(theirs, rel=1e-9, abs=1e-12)


def test_rolling_statistics_are_those_of_empyrical(empyrical, case):
    own, other = case.pandas()
    window = min(63, own.size - 2)
    periods = period_returns(case.run)
    theirs = period_returns(Series(case.days, case.other, case.returns).run)
    frame = rolling_statistics(periods, window, theirs)
    expected = {
        "volatility": empyrical.roll_annual_volatility(own, window=window),
        "sharpe": empyrical.roll_sharpe_ratio(own, window=window),
        "sortino": empyrical.roll_sortino_ratio(own, window=window),
        "beta": empyrical.roll_beta(own, other, window=window),
    }
    for name, line in expected.items():
        shown = frame[name].drop_nulls().to_numpy()
        known = np.isfinite(line.to_numpy())
        assert shown == pytest.approx(line.to_numpy()[known], rel=1e-6), name


def test_growth_a_year_counts_calendar_days_and_theirs_counts_bars(empyrical):
    """Theirs takes 1,040 bars for 1,040/252 years; ours takes the 1,454 days from the first to the last."""
    days = series("wild").days
    flat = Series(days, np.full(len(days), 0.0004), np.zeros(len(days)))
    own, _ = flat.pandas()
    growth = 1.0004 ** len(days)
    calendar = (days[-1] - days[0]).days
    assert empyrical.annual_return(own) == pytest.approx(growth ** (252 / len(days)) - 1)
    assert flat.metrics.cagr == pytest.approx(growth ** (365.25 / calendar) - 1)


def test_a_growth_of_two_days_is_not_extrapolated_to_a_year(empyrical):
    """1.21 in two days is 1.21^126 a year in theirs, more than the world has; here it is none."""
    own, _ = BY_HAND.pandas()
    assert empyrical.annual_return(own) == pytest.approx(1.21**126 - 1)
    assert BY_HAND.metrics.cagr is None
    assert BY_HAND.metrics.undefined["cagr"] == "less than 30 days"


def test_calmar_divides_the_growth_of_calendar_days(empyrical):
    case = series("calm")
    own, _ = case.pandas()
    depth = abs(empyrical.max_drawdown(own))
    assert empyrical.calmar_ratio(own) == pytest.approx(empyrical.annual_return(own) / depth)
    assert case.metrics.calmar == pytest.approx(case.metrics.cagr / depth)


def test_a_ratio_without_losses_is_undefined_and_infinite_there(empyrical):
    gains = Series(series("short").days, np.array([0.01, 0.02, 0.01, 0.03, 0.01]), np.zeros(5))
    own, _ = gains.pandas()
    assert np.isinf(empyrical.sortino_ratio(own))
    assert gains.metrics.sortino is None
    assert gains.metrics.undefined["sortino"] == "no negative return"
