import math
import statistics

import numpy as np
import pytest

from ml4t_desktop.analysis.metrics import compute_metrics, side_metrics
from ml4t_desktop.analysis.trades.streaks import last_streak, z_score
from ml4t_desktop.analysis.trades.trade_statistics import trade_statistics
from ml4t_desktop.analysis.undefined import Undefined
from tests.unit.analysis.result_builder import STILL_OPEN, at, result, trades_frame
from tests.unit.analysis.test_metrics import RETURNS, compounded


def found(*rows, capital=1_000.0):
    return trade_statistics(trades_frame(rows), capital)


def test_the_interval_of_the_win_rate_is_wilsons():
    # 7 of 10: (p + z^2/2n -+ z sqrt(p q/n + z^2/4n^2)) / (1 + z^2/n), as tabulated 0.397 to 0.892.
    rates = found(*[{"pnl": 1.0}] * 7, *[{"pnl": -1.0}] * 3)
    assert rates["win_rate_low"] == pytest.approx(0.3968, abs=1e-4)
    assert rates["win_rate_high"] == pytest.approx(0.8922, abs=1e-4)


def test_an_interval_never_leaves_zero_and_one():
    rates = found({"pnl": 1.0})
    assert rates["win_rate_high"] == 1.0
    assert 0.0 < rates["win_rate_low"] < 1.0


def test_kelly_is_told_whole_and_half_and_the_quality_number_is_capped():
    pnl = [3.0, 3.0, -1.0, -2.0] * 50
    numbers = found(*({"pnl": value} for value in pnl))
    assert numbers["kelly"] == pytest.approx(0.5 - 0.5 / 2.0)
    assert numbers["half_kelly"] == pytest.approx(0.125)
    ratio = statistics.mean(pnl) / statistics.stdev(pnl)
    assert numbers["sqn"] == pytest.approx(math.sqrt(200) * ratio)
    assert numbers["sqn_100"] == pytest.approx(10 * ratio)


def test_middle_and_spread_of_trades_are_those_of_their_profits():
    numbers = found(*({"pnl": value} for value in (1.0, 2.0, 9.0)))
    assert numbers["median_trade"] == 2.0
    assert numbers["trade_deviation"] == pytest.approx(statistics.stdev([1.0, 2.0, 9.0]))
    assert numbers["trades_pnl"] == 12.0


def test_efficiency_says_which_part_of_the_range_was_caught():
    # Long from 100, best 120, worst 90, out at 110: 20/30 at entry, 20/30 at exit, 10/30 in all.
    long = {"entry_price": 100.0, "exit_price": 110.0, "mfe": 0.2, "mae": -0.1}
    numbers = found(long)
    assert numbers["entry_efficiency"] == pytest.approx(2 / 3)
    assert numbers["exit_efficiency"] == pytest.approx(2 / 3)
    assert numbers["total_efficiency"] == pytest.approx(1 / 3)
    assert numbers["average_end_drawdown"] == pytest.approx(0.1)
    # The short from 100, best 80, worst 110, out at 90 is its mirror image.
    assert found({**long, "direction": "short", "exit_price": 90.0})[
        "total_efficiency"
    ] == pytest.approx(1 / 3)


def test_an_exit_beyond_the_excursions_counts_in_the_range():
    numbers = found({"entry_price": 100.0, "exit_price": 95.0, "mfe": 0.0, "mae": -0.04})
    assert numbers["exit_efficiency"] == 0.0
    assert numbers["total_efficiency"] == -1.0


def test_a_trade_that_never_moved_has_no_efficiency():
    numbers = found({"entry_price": 100.0, "exit_price": 100.0, "mfe": 0.0, "mae": 0.0})
    assert numbers["entry_efficiency"] == Undefined("the price never left that of the entry")


def test_holding_times_are_in_bars_and_calendar_days():
    rows = [
        {"bars_held": 1, "entry_time": at("2024-01-01"), "exit_time": at("2024-01-02")},
        {"bars_held": 8, "entry_time": at("2024-01-01"), "exit_time": at("2024-01-04 12:00")},
        {"bars_held": 2, "entry_time": at("2024-01-05"), "exit_time": at("2024-01-05")},
    ]
    numbers = found(*rows)
    assert numbers["median_bars_held"] == 2.0
    assert numbers["max_bars_held"] == 8
    assert numbers["average_days_held"] == pytest.approx((1 + 3.5 + 0) / 3)


def test_the_balance_grows_by_the_mean_and_by_the_geometric_mean():
    numbers = found({"pnl": 100.0}, {"pnl": -110.0}, capital=1_000.0)
    assert numbers["growth_per_trade"] == pytest.approx((0.1 - 0.1) / 2, abs=1e-12)
    assert numbers["geometric_growth_per_trade"] == pytest.approx(0.99**0.5 - 1)
    ruined = found({"pnl": -1_000.0}, {"pnl": 5.0}, capital=1_000.0)
    assert ruined["growth_per_trade"] == Undefined("the balance is not positive after every trade")


def test_a_balance_on_a_straight_line_is_told_so():
    numbers = found(*[{"pnl": 10.0}] * 5)
    assert numbers["balance_line_correlation"] == pytest.approx(1.0)
    assert numbers["balance_line_error"] == pytest.approx(0.0, abs=1e-9)
    # Balances 1010, 1000, 1030: slope 10, residuals 10/3 (1, -2, 1)... of squares 600/3.
    bent = found({"pnl": 10.0}, {"pnl": -10.0}, {"pnl": 30.0})
    residual = np.array([1010.0, 1000.0, 1030.0]) - (1010 + 10 * (np.arange(3) - 1) + 10 / 3)
    assert bent["balance_line_error"] == pytest.approx(np.sqrt(residual @ residual / 1))


def test_streaks_are_averaged_and_the_last_one_has_its_sign():
    numbers = found(*({"pnl": value} for value in (1.0, 1.0, -1.0, 1.0, -2.0, -3.0)))
    assert numbers["average_win_streak"] == 1.5
    assert numbers["average_loss_streak"] == 1.5
    assert numbers["last_streak"] == -2
    assert last_streak(np.array([1.0, 1.0])) == 2
    assert last_streak(np.array([1.0, 0.0])) == 0


def test_the_z_score_is_low_when_wins_follow_wins_and_high_when_they_take_turns():
    # 6 wins and 6 losses: P = 72, N = 12; sqrt(72 * 60 / 11) = 19.8175.
    grouped = np.array([1.0] * 6 + [-1.0] * 6)
    turns = np.array([1.0, -1.0] * 6)
    assert z_score(grouped) == pytest.approx((12 * 1.5 - 72) / math.sqrt(72 * 60 / 11))
    assert z_score(turns) == pytest.approx((12 * 11.5 - 72) / math.sqrt(72 * 60 / 11))
    assert isinstance(z_score(np.array([1.0, 1.0, 1.0])), Undefined)


def test_each_side_has_the_statistics_of_its_own_trades_and_exposure():
    exposure = [(0.0, 0.0, 0), (100.0, 50.0, 2), (60.0, -60.0, 1), (0.0, 0.0, 0)]
    rows = [
        {"pnl": 10.0},
        {"pnl": -4.0, "direction": "short"},
        {"pnl": 6.0, "direction": "short"},
        {**STILL_OPEN, "direction": "short", "pnl": 2.0},
    ]
    run = result([100.0, 200.0, 120.0, 100.0], exposure=exposure, trades=rows)
    long, short = side_metrics(run, "long"), side_metrics(run, "short")
    assert (long.num_trades, short.num_trades, short.open_trades) == (1, 2, 1)
    assert short.profit_factor == 1.5
    assert long.profit_factor is None
    assert long.undefined["profit_factor"] == "no losing trade"
    # Long 75 of 200 on one bar of four; short 25 of 200 and 60 of 120.
    assert long.mean_gross_exposure == pytest.approx(75 / 200 / 4)
    assert short.mean_gross_exposure == pytest.approx((25 / 200 + 60 / 120) / 4)
    assert short.mean_net_exposure == pytest.approx(-(25 / 200 + 60 / 120) / 4)
    assert (long.exposure, short.exposure) == (0.25, 0.5)


def test_expectancy_in_r_needs_the_stop_of_the_request():
    run = result([100.0, 101.0], trades=[{"pnl_percent": 0.03}, {"pnl_percent": -0.01}])
    assert compute_metrics(run, stop_loss=0.05).expectancy_r == pytest.approx(0.2)
    assert compute_metrics(run).undefined["expectancy_r"] == "the request has no stop loss"


def test_the_probability_of_a_positive_sharpe_ratio_is_that_of_its_standard_error():
    metrics = compute_metrics(result(compounded(RETURNS)))
    distance = metrics.sharpe / metrics.sharpe_standard_error
    assert metrics.probabilistic_sharpe == pytest.approx((1 + math.erf(distance / 2**0.5)) / 2)


def test_the_normal_value_at_risk_is_that_of_quantstats():
    metrics = compute_metrics(result(compounded(RETURNS)))
    assert metrics.var_95_normal == pytest.approx(-0.020874279071545175, rel=1e-9)


def test_the_dates_of_the_maximum_drawdown_are_told():
    metrics = compute_metrics(result([110.0, 90.0, 80.0, 120.0, 119.0]))
    assert metrics.max_drawdown_start == "2024-01-01"
    assert metrics.max_drawdown_trough == "2024-01-03"
    assert metrics.max_drawdown_recovery == "2024-01-04"
    assert metrics.max_drawdown_days_to_trough == 2.0
    assert metrics.num_drawdowns == 2
    assert metrics.average_drawdown_days == pytest.approx((3 + 1) / 2)
    assert metrics.time_under_water == pytest.approx(3 / 5)
    assert metrics.peak_equity == 120.0
    below = compute_metrics(result([90.0, 95.0]))
    assert below.undefined["max_drawdown_recovery"] == "not recovered by the end"
