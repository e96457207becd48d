"""A run in stretches: what stands in each, and whether they are alike."""

from dataclasses import replace
from datetime import datetime, timedelta

import numpy as np
import polars as pl
import pytest

from ml4t_desktop.analysis.benchmark import benchmark_returns, make_benchmark
from ml4t_desktop.analysis.calendar import calendar_breakdown
from ml4t_desktop.analysis.metrics import compute_metrics
from ml4t_desktop.analysis.stability import (
    TESTED,
    TRAINED,
    beyond_chi_square,
    divisions,
    same_all_along,
    stability,
    trades_of,
)
from ml4t_desktop.engine.rules.rule_run import run_rules
from ml4t_desktop.market import Market
from ml4t_desktop.market.sample import sample_market
from ml4t_desktop.request import parse_request
from tests.unit.analysis.result_builder import result, weekdays

REQUEST = parse_request(
    {
        "data": {"files": ["memory"], "signals": ["ml_pred_5d"]},
        "strategy": {
            "entry": {"column": "signal.ml_pred_5d", "op": ">", "value": 0.8},
            "exits": {"max_bars": 5},
        },
    }
)


@pytest.fixture(scope="module")
def run():
    market = sample_market(assets=8, days=700)
    return market, run_rules(market, REQUEST)


def market_of(days: list[datetime], **signals) -> Market:
    stamps = np.array([int((day - datetime(1970, 1, 1)).total_seconds()) for day in days])
    count = len(days)
    return Market.build(
        timestamp=(stamps * 1_000_000).astype(np.int64),
        asset=np.zeros(count, np.int32),
        symbols=("AAA",),
        prices=np.full((5, count), 100.0),
        signals={name: np.asarray(values, np.float64) for name, values in signals.items()},
    )


def test_years_are_those_of_the_breakdown_by_year(run):
    market, made = run
    line = benchmark_returns(market, make_benchmark(market, "market"))

    found = stability(made, market, "year", line).table
    expected = calendar_breakdown(made, "year", line)

    assert found["stretch"].to_list() == expected["group"].cast(pl.String).to_list()
    for name in (
        "total_return",
        "benchmark_return",
        "volatility",
        "max_drawdown",
        "num_trades",
        "win_rate",
    ):
        theirs, own = expected[name].to_list(), found[name].to_list()
        assert own == pytest.approx(theirs, rel=1e-9), name


def test_the_stretches_multiply_to_the_whole_and_have_all_its_trades(run):
    market, made = run
    metrics = compute_metrics(made)

    for division in divisions(market, made):
        table = stability(made, market, division).table
        assert np.prod(1 + table["total_return"].to_numpy()) - 1 == pytest.approx(
            metrics.total_return
        )
        assert table["num_trades"].sum() == metrics.num_trades
        assert table["trades_pnl"].sum() == pytest.approx(metrics.trades_pnl)


def test_an_interval_holds_its_value_and_needs_twenty_returns(run):
    market, made = run

    years = stability(made, market, "year").table
    months = stability(made, market, "month").table.filter(pl.col("days") < 20)

    assert (years["sharpe_low"] < years["sharpe"]).all()
    assert (years["sharpe"] < years["sharpe_high"]).all()
    assert months["sharpe"].null_count() == months.height
    assert months["total_return"].null_count() == 0


def test_the_trades_of_a_stretch_are_those_it_counts(run):
    market, made = run
    found = stability(made, market, "quarter")

    for place, row in enumerate(found.table.iter_rows(named=True)):
        ids = trades_of(made, market, found, place)
        chosen = made.trades.filter(pl.col("trade_id").is_in(ids))
        assert chosen.height == row["num_trades"]
        assert (chosen["exit_time"].dt.date() >= row["first"]).all()
        assert (chosen["exit_time"].dt.date() <= row["last"]).all()


def test_days_of_training_stand_apart_where_a_column_says_so():
    days = weekdays(80)
    equity = np.concatenate(
        [100 * 1.01 ** np.arange(1, 41), 100 * 1.01**40 * 0.999 ** np.arange(1, 41)]
    )
    equity += np.tile([0.0, 0.2], 40)  # returns that vary
    made = result(equity.tolist(), times=days)
    market = market_of(days, is_train=[1.0] * 40 + [0.0] * 40)

    found = stability(made, market, "split")
    ratios = dict(zip(found.table["stretch"], found.table["sharpe"], strict=True))

    assert divisions(market, made)[0] == "split"
    assert found.table["stretch"].to_list() == [TRAINED, TESTED]
    assert ratios[TRAINED] > 0 > ratios[TESTED]
    assert found.gap > 2


def test_a_market_without_such_a_column_is_divided_by_the_calendar(run):
    market, made = run

    assert "split" not in divisions(market, made)
    assert divisions(market, made)[0] == "year"


def test_two_years_are_divided_by_their_halves_first():
    days = [datetime(2020, 6, 1) + timedelta(days=n) for n in range(400)]
    made = result((100 + np.arange(400)).tolist(), times=days)

    assert divisions(market_of(days), made)[0] == "half"


def test_a_run_within_a_month_cannot_be_divided():
    days = [datetime(2020, 6, 1) + timedelta(days=n) for n in range(20)]
    made = result((100 + np.arange(20)).tolist(), times=days)

    assert divisions(market_of(days), made) == ()


@pytest.mark.parametrize(
    ("value", "freedom", "expected"),
    [
        (3.841459, 1, 0.05),
        (5.991465, 2, 0.05),
        (7.814728, 3, 0.05),
        (18.307038, 10, 0.05),
        (124.342113, 100, 0.05),
        (0.0, 4, 1.0),
        (10.827566, 1, 0.001),
    ],
)
def test_the_chi_square_distribution_is_that_of_the_tables(value, freedom, expected):
    assert beyond_chi_square(value, freedom) == pytest.approx(expected, rel=1e-5)


def test_values_that_lie_within_their_errors_are_the_same_all_along():
    # Weights 1, mean 1: Q = 0.25 + 0.25 = 0.5 with one degree of freedom.
    assert same_all_along([(0.5, 1.0), (1.5, 1.0)]) == pytest.approx(0.4795, abs=1e-4)
    assert same_all_along([(0.0, 0.1), (2.0, 0.1)]) < 1e-6
    assert same_all_along([(0.5, 1.0)]) is None


def test_chance_alone_rarely_makes_stretches_differ_as_if_they_were_others():
    rng = np.random.default_rng(5)
    days = weekdays(1_000)
    found = []
    for _ in range(60):
        equity = 100 * np.cumprod(1 + rng.normal(0.0004, 0.01, 1_000))
        made = result(equity.tolist(), times=days)
        found.append(stability(made, market_of(days), "half").chance)

    assert 0 <= np.mean(np.array(found) < 0.05) <= 0.15
    assert 0.3 < np.mean(found) < 0.7


def test_a_stretch_in_which_the_account_was_empty_has_no_return():
    days = weekdays(600)
    equity = [100.0] * 300 + [0.0] * 300
    made = replace(result(equity, times=days))

    table = stability(made, market_of(days), "year").table

    assert table["total_return"].null_count() >= 1
