import numpy as np
import pytest

from ml4t_desktop.analysis.account.relative import relative_statistics
from ml4t_desktop.analysis.undefined import Undefined
from tests.unit.analysis.test_metrics import RETURNS

BENCHMARK = (
    0.008, -0.002, 0.011, -0.02, 0.009, 0.003, -0.004, -0.006, 0.001, 0.007, -0.013, 0.014,
    0.002, -0.003, -0.009, 0.012, 0.004, -0.002, 0.005, -0.007, 0.006, -0.003, 0.01, -0.001,
)  # fmt: skip
# What empyrical-reloaded 0.7.1 gives with 252 days a year, by its functions beta, alpha, up_capture,
# down_capture, up_down_capture and excess_sharpe (times the root of 252, which it leaves out); tracking
# error and correlation are those of pandas, the share explained that of quantstats 0.0.86.
REFERENCE = {
    "beta": 1.6289099033565417,
    "alpha": 0.3723477314743959,
    "up_capture": 4.203510705412143,
    "down_capture": 1.107227757198141,
    "capture_ratio": 3.7964282218224,
    "information_ratio": 4.164389090673004,
    "tracking_error": 0.11094064217840333,
    "correlation": 0.947068639435654,
    "r_squared": 0.8969390078025006,
}


@pytest.mark.parametrize("name", list(REFERENCE))
def test_statistics_against_a_benchmark_agree_with_the_established_libraries(name):
    found = relative_statistics(np.array(RETURNS), np.array(BENCHMARK), 252)
    assert found[name] == pytest.approx(REFERENCE[name], rel=1e-9)


def test_the_excess_return_is_the_difference_of_the_growth():
    found = relative_statistics(np.array([0.1, 0.1]), np.array([0.0, 0.2]), 252)
    assert found["excess_return"] == pytest.approx(1.21 - 1.2)
    assert found["winning_days_against"] == 0.5


def test_a_run_equal_to_its_benchmark_has_beta_one_and_no_information_ratio():
    returns = np.array(RETURNS)
    found = relative_statistics(returns, returns, 252)
    assert found["beta"] == pytest.approx(1.0)
    assert found["alpha"] == pytest.approx(0.0, abs=1e-12)
    assert found["tracking_error"] == 0.0
    assert found["information_ratio"] == Undefined("the difference to the benchmark does not vary")


def test_a_benchmark_that_stands_still_has_no_beta_and_no_capture():
    found = relative_statistics(np.array(RETURNS), np.zeros(len(RETURNS)), 252)
    for name in ("beta", "alpha", "correlation", "r_squared"):
        assert found[name] == Undefined("the benchmark does not vary"), name
    assert found["up_capture"] == Undefined("the benchmark never rose")
    assert found["down_capture"] == Undefined("the benchmark never fell")
    assert found["capture_ratio"] == Undefined("the benchmark never rose")


def test_one_common_day_is_too_few():
    found = relative_statistics(np.array([0.1]), np.array([0.1]), 252)
    assert set(found.values()) == {Undefined("fewer than 2 days that both have")}
