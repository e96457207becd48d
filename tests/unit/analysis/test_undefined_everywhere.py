"""What has no value says why, in every table of statistics: never zero in its place, infinite or not a number."""

import math
from dataclasses import fields, replace

import numpy as np
import polars as pl
import pytest

from ml4t_desktop.analysis.account.returns import equity_times, period_returns
from ml4t_desktop.analysis.account.rolling import rolling_statistics, rolling_trades
from ml4t_desktop.analysis.benchmark import benchmark_metrics, make_benchmark
from ml4t_desktop.analysis.calendar import calendar_breakdown, monthly_table
from ml4t_desktop.analysis.metrics import Metrics, compute_metrics, part_metrics, side_metrics
from ml4t_desktop.analysis.saved import saved_statistics
from ml4t_desktop.analysis.trades.breakdowns import GROUPINGS, breakdown
from ml4t_desktop.analysis.undefined import Undefined
from ml4t_desktop.analysis.validity.bootstrap import redraw, trade_intervals
from ml4t_desktop.analysis.validity.costs import cost_view
from ml4t_desktop.analysis.validity.sharpe import deflated, sharpe_sample
from ml4t_desktop.market.market import BenchmarkLine
from ml4t_desktop.market.timeline import bare_market
from ml4t_desktop.result.schema import CLOSED
from tests.unit.analysis.making.runs import CAPITAL, EDGE_RUNS
from tests.unit.analysis.result_builder import result

RUNS = {**EDGE_RUNS, "constant equity": result([CAPITAL] * 90, initial_capital=CAPITAL)}
# Of nothing at all there are none, and they come to nothing: these are zero and no less true.
COUNTS = frozenset(
    {
        "num_trades", "open_trades", "open_pnl", "positions", "winners", "losers", "scratch_trades",
        "trades_pnl", "gross_profit", "gross_loss", "max_consecutive_wins", "max_consecutive_losses",
        "trade_fees", "trade_slippage", "long_trades", "short_trades", "num_orders", "num_fills",
        "rejected_orders", "reduced_orders", "cancelled_orders", "expired_orders", "total_fees",
        "total_slippage", "profit_before_costs", "dividends", "funding", "net_profit", "total_return",
        "max_open_positions", "num_drawdowns", "final_value", "initial_capital", "periods_per_year",
    }
)  # fmt: skip


@pytest.fixture(params=RUNS)
def run(request):
    return RUNS[request.param]


def assert_said(values: object):
    """Check that numbers are finite, and that what is missing has its reason, and only that."""
    undefined = values.undefined
    for field in fields(values):
        if field.name == "undefined":
            continue
        value = getattr(values, field.name)
        if value is None:
            assert undefined.get(field.name), f"{field.name} says no reason"
        else:
            assert field.name not in undefined, field.name
            assert not isinstance(value, float) or math.isfinite(value), field.name


def assert_finite(frame: pl.DataFrame):
    for name, kind in frame.schema.items():
        if kind.is_float():
            wrong = frame[name].is_nan() | frame[name].is_infinite()
            assert not wrong.fill_null(value=False).any(), f"{name}: {frame[name].to_list()}"


def test_statistics_of_the_run_its_sides_and_its_parts_say_why(run):
    assert_said(compute_metrics(run))
    for side in ("long", "short"):
        assert_said(side_metrics(run, side))
    assert_said(part_metrics(run, run.trades.head(1)))


def test_statistics_of_the_benchmark_and_against_it_say_why(run):
    times = equity_times(run)
    metrics = compute_metrics(run)
    lines = {
        "flat": np.full(times.size, 100.0),
        "rising": 100.0 * 1.001 ** np.arange(times.size),
        "late": np.where(np.arange(times.size) < times.size // 2, np.nan, 50.0),
    }
    for title, values in lines.items():
        market = replace(bare_market(times, ()), benchmark=BenchmarkLine(title, values))
        line = make_benchmark(market, "file")
        if isinstance(line, Undefined):
            assert line.reason
            continue
        assert_said(benchmark_metrics(run, metrics, market, line))


def test_the_file_of_statistics_has_a_reason_for_every_null(run):
    values, reasons = saved_statistics(run, compute_metrics(run))
    for name, value in values.items():
        assert (value is None) == (name in reasons), name
        assert not isinstance(value, float) or math.isfinite(value), name


def test_groups_years_and_months_hold_numbers_or_nothing(run):
    for by in GROUPINGS:
        assert_finite(breakdown(run.trades, by))
    for by in ("year", "month"):
        assert_finite(calendar_breakdown(run, by))
    assert_finite(monthly_table(run))


def test_rolling_lines_hold_numbers_or_nothing(run):
    assert_finite(rolling_statistics(period_returns(run), 2))
    assert_finite(rolling_trades(run.trades, 2))


def test_the_evidence_holds_numbers_or_reasons(run):
    returns = period_returns(run)
    sample = sharpe_sample(returns.returns)
    costs = cost_view(run, compute_metrics(run))
    closed = run.trades.filter(pl.col("status") == CLOSED)
    redrawn = redraw(returns, run.initial_capital, paths=50)
    for item in (*(redrawn.intervals if redrawn else ()), *trade_intervals(closed, paths=50)):
        assert all(map(math.isfinite, (item.value, item.low, item.high))), item.name
    for value in (costs.break_even, costs.paid_rate, costs.bearable_rate):
        assert value.reason if isinstance(value, Undefined) else math.isfinite(value)
    if isinstance(sample, Undefined):
        assert sample.reason
        return
    found = deflated(sample, 5, ())
    for value in (sample.probability_above(0.0), sample.shortest_track_record(), found.probability):
        assert value.reason if isinstance(value, Undefined) else math.isfinite(value)


def test_without_trades_and_movement_nothing_but_counts_is_zero():
    metrics = compute_metrics(RUNS["constant equity"])
    zero = {
        field.name
        for field in fields(Metrics)
        if field.name != "undefined" and getattr(metrics, field.name) == 0
    }
    moved = {
        "volatility", "cagr", "best_day", "worst_day", "best_month", "worst_month", "average_month",
        "best_year", "worst_year", "winning_days", "winning_months", "winning_years", "max_drawdown",
        "max_drawdown_money", "max_drawdown_days", "max_drawdown_bars", "longest_drawdown_days",
        "average_drawdown", "time_under_water", "ulcer_index", "var_95", "var_95_normal", "cvar_95",
        "exposure", "mean_gross_exposure", "mean_net_exposure", "max_gross_exposure",
        "mean_open_positions", "turnover", "trades_per_year",
    }  # fmt: skip
    assert zero <= COUNTS | moved, zero - COUNTS - moved


def test_returns_that_do_not_vary_have_no_interval_of_a_sharpe_ratio():
    flat = period_returns(RUNS["constant equity"])
    found = redraw(flat, CAPITAL, paths=50)
    assert found is not None
    assert "sharpe" not in {item.name for item in found.intervals}
