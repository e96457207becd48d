"""What else could have come out."""

import numpy as np
import polars as pl
import pytest

from ml4t_desktop.analysis.account.returns import PeriodReturns
from ml4t_desktop.analysis.validity.bootstrap import (
    block_length,
    drawn_places,
    redraw,
    trade_intervals,
)
from tests.unit.analysis.result_builder import at, trades_frame


def periods(returns: np.ndarray) -> PeriodReturns:
    return PeriodReturns(
        days=np.arange(returns.size),
        equity=100.0 * np.cumprod(1.0 + returns),
        returns=returns,
        per_year=252,
    )


def test_places_follow_each_other_unless_a_block_begins():
    places = drawn_places(1000, 50, 10, np.random.default_rng(1))
    follows = (places[:, :-1] + 1) % 1000 == places[:, 1:]

    assert places.min() >= 0
    assert places.max() < 1000
    assert follows.mean() == pytest.approx(0.9, abs=0.01)


def test_every_return_is_drawn_about_as_often_as_any_other():
    places = drawn_places(40, 5000, 5, np.random.default_rng(1))
    counts = np.bincount(places.ravel(), minlength=40)

    assert counts / counts.mean() == pytest.approx(np.ones(40), abs=0.05)


def test_the_interval_of_a_sharpe_ratio_is_about_its_standard_error_wide():
    returns = np.random.default_rng(7).normal(0.0005, 0.01, 2500)
    redrawn = redraw(periods(returns), 100.0)
    sharpe = next(item for item in redrawn.intervals if item.name == "sharpe")
    error = 252**0.5 / returns.size**0.5

    assert sharpe.high - sharpe.low == pytest.approx(2 * 1.645 * error, rel=0.15)
    assert sharpe.low < sharpe.value < sharpe.high


def test_equal_returns_leave_no_doubt():
    redrawn = redraw(periods(np.full(60, 0.01)), 100.0)
    by_name = {item.name: item for item in redrawn.intervals}

    assert by_name["total_return"].low == pytest.approx(1.01**60 - 1)
    assert by_name["total_return"].high == pytest.approx(1.01**60 - 1)
    assert redrawn.loss == 0.0
    assert redrawn.drawdowns.min() >= -1e-9
    assert redrawn.cone[:, -1] == pytest.approx(np.full(5, 100 * 1.01**60))


def test_a_total_loss_stays_one():
    returns = np.full(40, 0.01)
    returns[::8] = -1.0
    redrawn = redraw(periods(returns), 100.0)

    assert redrawn.loss == pytest.approx(1.0, abs=0.05)
    assert next(item for item in redrawn.intervals if item.name == "cagr").low == -1.0


def test_too_few_or_unknown_returns_are_not_drawn():
    assert redraw(periods(np.full(19, 0.01)), 100.0) is None
    assert redraw(periods(np.append(np.full(30, 0.01), np.nan)), 100.0) is None


def test_blocks_grow_with_the_cube_root():
    assert (block_length(60), block_length(1000), block_length(8000)) == (5, 10, 20)


def test_trades_of_a_week_stay_together():
    # Two weeks: one of two winners of 30, one of a loser of 20. A draw is both weeks once, or one of them
    # twice, so the win rate is 2/3, 1 or 0.
    monday, next_monday = at("2024-01-01"), at("2024-01-08")
    trades = trades_frame(
        [
            {"entry_time": monday, "pnl": 30.0},
            {"entry_time": at("2024-01-03"), "pnl": 30.0},
            {"entry_time": next_monday, "pnl": -20.0},
        ]
    )
    by_name = {item.name: item for item in trade_intervals(trades)}

    assert by_name["win_rate"].value == pytest.approx(2 / 3)
    assert (by_name["win_rate"].low, by_name["win_rate"].high) == (0.0, 1.0)
    assert by_name["profit_factor"].value == pytest.approx(3.0)
    assert by_name["expectancy"].low == pytest.approx(-20.0)
    assert by_name["expectancy"].high == pytest.approx(30.0)


def test_trades_of_a_single_week_have_no_interval():
    assert trade_intervals(trades_frame([{"pnl": 1.0}, {"pnl": 2.0}])) == ()
    assert trade_intervals(trades_frame([]).clear()) == ()
    assert isinstance(trades_frame([]), pl.DataFrame)
