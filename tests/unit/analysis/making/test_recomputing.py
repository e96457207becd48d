"""Whatever number is shown: its formula, carried out with the inputs that are listed, gives it."""

import pytest

from ml4t_desktop.analysis.account.performance import has_clock
from ml4t_desktop.analysis.account.returns import equity_times
from ml4t_desktop.analysis.calendar import ACCOUNT_STATISTICS, calendar_breakdown
from ml4t_desktop.analysis.making.scopes import PartScope, RunScope, SideScope
from ml4t_desktop.analysis.making.spans import SpanScope
from ml4t_desktop.analysis.metrics import (
    STATISTICS,
    TRADE_STATISTICS,
    compute_metrics,
    side_metrics,
)
from ml4t_desktop.analysis.trades.breakdowns import GROUP, breakdown
from tests.unit.analysis.making.checking import assert_makes
from tests.unit.analysis.making.runs import EDGE_RUNS, random_run

RUNS = {**EDGE_RUNS, **{f"random {seed}": random_run(seed) for seed in range(10)}}


@pytest.mark.parametrize("kind", RUNS)
def test_every_statistic_of_a_run_follows_from_its_inputs(kind):
    run = RUNS[kind]
    metrics = compute_metrics(run, stop_loss=0.05)
    scope = RunScope(run, metrics, 0.05)
    clock = has_clock(equity_times(run))
    for name in STATISTICS:
        assert_makes(
            scope.explain(name), getattr(metrics, name), metrics.undefined, clock=clock, scope=scope
        )


@pytest.mark.parametrize("side", ["long", "short"])
@pytest.mark.parametrize("kind", RUNS)
def test_every_statistic_of_a_side_follows_from_its_inputs(kind, side):
    run = RUNS[kind]
    metrics, scope = side_metrics(run, side), SideScope(run, side)
    for name in TRADE_STATISTICS:
        assert_makes(scope.explain(name), getattr(metrics, name), metrics.undefined, scope=scope)


@pytest.mark.parametrize("by", ["year", "month"])
@pytest.mark.parametrize("kind", RUNS)
def test_every_number_of_a_year_or_month_follows_from_its_inputs(kind, by):
    run = RUNS[kind]
    for row in calendar_breakdown(run, by).head(14).iter_rows(named=True):
        scope = SpanScope(run, by, row[GROUP])
        for name in row.keys() - {GROUP}:
            is_total = name in {"num_trades", "trades_pnl", "gross_profit", "gross_loss"}
            assert_makes(
                scope.explain(name), row[name] or 0 if is_total else row[name], scope=scope
            )
        assert set(ACCOUNT_STATISTICS) - row.keys() <= {"best_month", "worst_month"}


@pytest.mark.parametrize("by", ["asset", "exit_reason", "weekday", "direction"])
@pytest.mark.parametrize("kind", RUNS)
def test_every_number_of_a_group_of_trades_follows_from_its_inputs(kind, by):
    run = RUNS[kind]
    column = {"asset": "symbol", "exit_reason": "exit_reason", "direction": "direction"}.get(by)
    for row in breakdown(run.trades, by).iter_rows(named=True):
        days = run.trades["entry_time"].dt.strftime("%A")
        names = days if column is None else run.trades[column]
        chosen = run.trades.filter((names == row[GROUP]) & (run.trades["status"] == "closed"))
        scope = PartScope(run, chosen, row[GROUP])
        for name in row.keys() - {GROUP}:
            assert_makes(scope.explain(name), row[name], scope=scope)


def test_a_win_rate_is_made_of_the_winners_and_the_worst_drawdown_of_the_trades_held_in_it():
    run = EDGE_RUNS["bankrupt"]
    scope = RunScope(run, compute_metrics(run))
    assert scope.explain("win_rate").part.trade_ids.tolist() == [3]
    assert scope.explain("largest_loss").part.trade_ids.tolist() == [1]
    assert scope.explain("max_consecutive_losses").part.trade_ids.tolist() == [1, 2]


def test_a_missing_profit_factor_shows_what_it_would_have_been_made_of():
    run = EDGE_RUNS["all winners"]
    made = RunScope(run, compute_metrics(run)).explain("profit_factor")
    assert made.reason == "no losing trade"
    assert [item.value for item in made.inputs] == [85.0, 0.0]
    assert made.value is None
