import numpy as np
import pytest

from ml4t_desktop.analysis.trades.streaks import run_lengths
from ml4t_desktop.analysis.trades.trade_statistics import trade_statistics
from ml4t_desktop.analysis.undefined import Undefined
from tests.unit.analysis.result_builder import STILL_OPEN, trades_frame


def stats(trades):
    return trade_statistics(trades, 1_000.0)


def closed(*pnl):
    return trades_frame([{"pnl": value, "pnl_percent": value / 1000} for value in pnl])


# Wins 30, 10, 20 (sum 60), losses -15, -5 (sum -20), one scratch.
SIX = closed(30.0, 10.0, -15.0, 0.0, 20.0, -5.0)


def test_outcomes_are_counted_and_summed():
    found = stats(SIX)
    assert found["num_trades"] == 6
    assert (found["winners"], found["losers"], found["scratch_trades"]) == (3, 2, 1)
    assert (found["gross_profit"], found["gross_loss"]) == (60.0, -20.0)
    assert (found["average_win"], found["average_loss"]) == (20.0, -10.0)
    assert (found["largest_win"], found["largest_loss"]) == (30.0, -15.0)


def test_ratios_are_those_of_money():
    found = stats(SIX)
    assert found["win_rate"] == 0.5
    assert found["profit_factor"] == 3.0
    assert found["payoff_ratio"] == 2.0
    assert found["expectancy"] == pytest.approx(40 / 6)
    assert found["expectancy_percent"] == pytest.approx(0.04 / 6)
    assert found["kelly"] == pytest.approx(0.5 - 0.5 / 2.0)


def test_the_system_quality_number_uses_the_sample_deviation():
    # Mean 2, deviation sqrt(((3)^2 + (1)^2 + (-4)^2) / 2) = sqrt(13), times sqrt(3).
    found = stats(closed(5.0, 3.0, -2.0))
    assert found["sqn"] == pytest.approx(3**0.5 * 2 / 13**0.5)


def test_a_scratch_trade_breaks_a_streak():
    found = stats(closed(1.0, 1.0, 0.0, 1.0, -1.0, -2.0, -1.0, 5.0))
    assert found["max_consecutive_wins"] == 2
    assert found["max_consecutive_losses"] == 3


def test_open_trades_count_in_no_win_rate():
    rows = [{"pnl": 10.0}, {"pnl": -5.0}, {**STILL_OPEN, "pnl": 70.0}, {**STILL_OPEN, "pnl": -20.0}]
    found = stats(trades_frame(rows))
    assert (found["num_trades"], found["open_trades"]) == (2, 2)
    assert found["open_pnl"] == 50.0
    assert found["win_rate"] == 0.5
    assert found["largest_win"] == 10.0


def test_bars_held_are_those_of_all_winners_and_losers():
    rows = [
        {"pnl": 1.0, "bars_held": 2},
        {"pnl": 1.0, "bars_held": 4, "direction": "short"},
        {"pnl": -1.0, "bars_held": 9, "direction": "short"},
    ]
    found = stats(trades_frame(rows))
    assert found["average_bars_held"] == 5.0
    assert found["average_bars_held_winners"] == 3.0
    assert found["average_bars_held_losers"] == 9.0


def test_without_a_loser_what_divides_by_losses_is_undefined_and_says_so():
    found = stats(closed(5.0, 3.0))
    no_loser = Undefined("no losing trade")
    for name in ("profit_factor", "payoff_ratio", "kelly", "average_loss", "largest_loss"):
        assert found[name] == no_loser, name
    assert found["gross_loss"] == 0.0
    assert found["win_rate"] == 1.0


def test_without_a_winner_the_profit_factor_is_zero_and_the_payoff_undefined():
    found = stats(closed(-5.0, -3.0))
    assert found["profit_factor"] == 0.0
    assert found["payoff_ratio"] == Undefined("no winning trade")
    assert found["kelly"] == Undefined("no winning trade")


def test_one_trade_has_no_system_quality_number():
    assert stats(closed(5.0))["sqn"] == Undefined("fewer than 2 closed trades")


def test_equal_trades_have_no_system_quality_number():
    found = stats(closed(5.0, 5.0))["sqn"]
    assert found == Undefined("every closed trade made the same amount")


@pytest.mark.parametrize("rows", [[], [STILL_OPEN]])
def test_without_closed_trades_counts_are_zero_and_means_undefined(rows):
    found = stats(trades_frame(rows))
    assert (found["num_trades"], found["winners"], found["max_consecutive_wins"]) == (0, 0, 0)
    for name in ("win_rate", "expectancy", "expectancy_percent", "sqn", "average_bars_held"):
        assert found[name] == Undefined("no closed trade"), name


@pytest.mark.parametrize(
    ("hits", "longest"), [([], 0), ([0, 0], 0), ([1], 1), ([1, 1, 0, 1, 1, 1], 3), ([0, 1, 1], 2)]
)
def test_the_longest_run_is_found_at_either_end(hits, longest):
    assert run_lengths(np.array(hits, bool)).max(initial=0) == longest


def test_a_trade_that_cost_nothing_has_no_share_in_the_mean_percentage():
    rows = [{"pnl": 10.0, "pnl_percent": 0.02}, {"pnl": 5.0, "pnl_percent": None}]
    found = stats(trades_frame(rows))
    assert found["expectancy_percent"] == 0.02
    assert found["expectancy"] == 7.5
