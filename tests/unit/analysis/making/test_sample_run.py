"""The sample, run for real: benchmark, windows, drawdowns, evidence and signals follow from their inputs."""

from dataclasses import fields
from types import SimpleNamespace

import numpy as np
import polars as pl
import pytest

from ml4t_desktop.analysis.account.drawdowns import worst_drawdowns
from ml4t_desktop.analysis.account.exposure_lines import exposure_lines
from ml4t_desktop.analysis.account.returns import equity_times, period_returns
from ml4t_desktop.analysis.account.rolling_lines import rolling_lines
from ml4t_desktop.analysis.benchmark import (
    RELATIVE_STATISTICS,
    benchmark_metrics,
    benchmark_returns,
    make_benchmark,
)
from ml4t_desktop.analysis.calendar import calendar_breakdown
from ml4t_desktop.analysis.distributions import shape_of
from ml4t_desktop.analysis.leakage.lag_curves import LAGS
from ml4t_desktop.analysis.making.derivation import Sample
from ml4t_desktop.analysis.making.distribution import DistributionScope
from ml4t_desktop.analysis.making.scopes import (
    AgainstScope,
    BenchmarkScope,
    DifferenceScope,
    KeptScope,
    RunScope,
)
from ml4t_desktop.analysis.making.signals import SignalScope
from ml4t_desktop.analysis.making.spans import (
    DrawdownScope,
    SpanScope,
    WindowScope,
)
from ml4t_desktop.analysis.making.stretches import StretchesScope, StretchScope
from ml4t_desktop.analysis.making.totals import TotalsScope
from ml4t_desktop.analysis.making.validity import EvidenceScope
from ml4t_desktop.analysis.making.what_if import WhatIfScope
from ml4t_desktop.analysis.metrics import RETURN_STATISTICS, STATISTICS, compute_metrics
from ml4t_desktop.analysis.signals.calibration import Calibration
from ml4t_desktop.analysis.signals.review import review_signal
from ml4t_desktop.analysis.signals.thresholds import threshold_curve
from ml4t_desktop.analysis.stability import divisions, stability
from ml4t_desktop.analysis.trades.breakdowns import GROUP
from ml4t_desktop.analysis.trades.excursions import excursions, what_if
from ml4t_desktop.analysis.trades.trade_totals import TradeNumbers
from ml4t_desktop.analysis.undefined import Undefined
from ml4t_desktop.analysis.validity.gathering import first_evidence
from ml4t_desktop.analysis.validity.luck import measure_luck
from ml4t_desktop.analysis.validity.stress import run_variants
from ml4t_desktop.engine.control import RunControl
from ml4t_desktop.engine.rules.rule_run import run_rules
from ml4t_desktop.files.market_files import read_market
from ml4t_desktop.files.sample_files import write_sample
from ml4t_desktop.request import load_request
from tests.unit.analysis.making.checking import assert_makes


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    path = write_sample(tmp_path_factory.mktemp("sample"), small=True)
    request = load_request(path)
    market = read_market(request.data, request.context, base=path.parent).market
    result = run_rules(market, request, RunControl())
    metrics = compute_metrics(result, stop_loss=request.strategy.exits.stop_loss)
    return SimpleNamespace(request=request, market=market, result=result, metrics=metrics)


@pytest.fixture(scope="module")
def evidence(run):
    from dataclasses import replace

    found = first_evidence(
        run.result, run.metrics, run.market, benchmark="market", trials=7, ratios=(0.01, 0.03, 0.02),
        check=lambda: None,
    )  # fmt: skip
    luck = measure_luck(
        run.market, run.request, run.metrics.total_return, lambda _share: None, runs=12
    )
    variants = run_variants(run.market, run.request, run.result, RunControl())
    return replace(found, luck=luck, variants=variants)


def test_every_statistic_of_the_sample_follows_from_its_inputs(run):
    stop = run.request.strategy.exits.stop_loss
    scope = RunScope(run.result, run.metrics, stop)
    for name in STATISTICS:
        assert_makes(
            scope.explain(name), getattr(run.metrics, name), run.metrics.undefined, scope=scope
        )


@pytest.mark.parametrize("name", ["market", "asset.first", "none"])
def test_the_benchmark_and_the_run_against_it_follow_from_their_inputs(run, name):
    name = f"asset.{run.market.symbols[0]}" if name == "asset.first" else name
    line = make_benchmark(run.market, name)
    if isinstance(line, Undefined):
        assert line.reason
        return
    found = benchmark_metrics(run.result, run.metrics, run.market, line)
    alone = BenchmarkScope(run.market, line, found)
    against = AgainstScope(run.result, run.metrics, run.market, line, found)
    for statistic in RETURN_STATISTICS:
        assert_makes(
            alone.explain(statistic), getattr(found, statistic), found.undefined, scope=alone
        )
    for statistic in RELATIVE_STATISTICS:
        assert_makes(
            against.explain(statistic), getattr(found, statistic), found.undefined, scope=against
        )


@pytest.mark.parametrize("by", ["year", "month"])
def test_years_and_months_with_a_benchmark_follow_from_their_inputs(run, by):
    theirs = benchmark_returns(run.market, make_benchmark(run.market, "market"))
    for row in calendar_breakdown(run.result, by, theirs).head(12).iter_rows(named=True):
        scope = SpanScope(run.result, by, row[GROUP], theirs)
        for name in row.keys() - {GROUP}:
            is_sum = name in {
                "trades_pnl",
                "gross_profit",
                "gross_loss",
                "trade_fees",
                "trade_slippage",
            }
            assert_makes(
                scope.explain(name), (row[name] or 0.0) if is_sum else row[name], scope=scope
            )


def test_rolling_lines_follow_from_the_inputs_of_their_windows(run):
    periods, days, count = period_returns(run.result), 21, 10
    lines = rolling_lines(periods, run.result.trades, days, count)
    exposure = exposure_lines(run.result)
    turnover = np.convolve(exposure.turnover, np.ones(days))[: exposure.turnover.size]
    turnover[: days - 1] = np.nan
    shown = {
        "total_return": lines.total_return, "volatility": lines.volatility, "sharpe": lines.sharpe,
        "win_rate": lines.win_rate, "gross": exposure.gross, "net": exposure.net,
        "positions": exposure.positions, "turnover": turnover,
    }  # fmt: skip
    for place in (0, 19, 20, 21, periods.days.size // 2, periods.days.size - 1):
        scope = WindowScope(run.result, run.result.trades, place, days, count)
        for name, line in shown.items():
            assert_makes(scope.explain(name), float(line[place]), scope=scope)


def test_the_worst_drawdowns_follow_from_their_inputs(run):
    times, equity = equity_times(run.result), run.result.equity["equity"].to_numpy()
    for rank, fall in enumerate(
        worst_drawdowns(times, equity, run.result.initial_capital, 10), start=1
    ):
        scope = DrawdownScope(run.result, fall, rank)
        day = 86_400_000_000
        shown = {
            "rank": rank, "depth": fall.depth, "money": fall.money, "start": fall.start / day,
            "trough": fall.trough / day, "days_down": fall.days_to_trough, "days": fall.days,
            "recovery": None if fall.recovery is None else fall.recovery / day,
            "days_up": None if fall.recovery is None else fall.days - fall.days_to_trough,
        }  # fmt: skip
        for name, value in shown.items():
            assert_makes(scope.explain(name), value, scope=scope)
        held = scope.explain("trades").part.trade_ids
        chosen = run.result.trades.filter(pl.col("trade_id").is_in(held))
        assert_makes(scope.explain("trades"), len(held), scope=scope)
        assert_makes(scope.explain("trades_pnl"), chosen["pnl"].sum(), scope=scope)
        assert (chosen["entry_time"].to_physical() <= fall.trough).all()


@pytest.mark.parametrize("values", [[], [1.0], [2.0, 2.0, 2.0], [0.5, -3.0, 9.0, 1.0]])
def test_mean_median_and_skew_of_a_distribution_follow_from_its_values(values):
    numbers = np.array(values)
    scope = DistributionScope(Sample("days", np.arange(numbers.size), numbers), "days", "percent")
    shape = shape_of(numbers)
    for name in ("mean", "median", "skew"):
        assert_makes(scope.explain(name), getattr(shape, name), scope=scope)


@pytest.mark.parametrize("step", [1, 3, 10_000])
def test_what_the_trades_shown_add_up_to_follows_from_them(run, step):
    trades = run.result.trades
    rows = np.arange(0, trades.height, step)
    totals = TradeNumbers(trades).totals(rows)
    scope = TotalsScope(run.result, trades[rows])
    shown = {
        "shown": totals.shown, "pnl": totals.pnl, "fees": totals.fees, "slippage": totals.slippage,
        "win_rate": totals.win_rate, "expectancy_percent": totals.mean_percent,
        "average_bars_held": totals.mean_bars, "profit_factor": totals.profit_factor,
    }  # fmt: skip
    for name, value in shown.items():
        assert_makes(scope.explain(name), value, scope=scope)


def test_every_number_of_the_stretches_follows_from_its_inputs(run):
    theirs = benchmark_returns(run.market, make_benchmark(run.market, "market"))
    for division in divisions(run.market, run.result):
        found = stability(run.result, run.market, division, theirs)
        together = StretchesScope(run.result, run.market, found)
        assert_makes(together.explain("gained"), found.gained)
        assert_makes(together.explain("chance"), found.chance)
        assert_makes(together.explain("gap"), found.gap)
        for place, row in enumerate(found.table.head(8).iter_rows(named=True)):
            scope = StretchScope(run.result, run.market, found, place, row["stretch"], theirs)
            for name in row.keys() - {"stretch", "first", "last"}:
                assert_makes(scope.explain(name), row[name], scope=scope)


@pytest.mark.parametrize("levels", [(None, None), (0.02, None), (None, 0.03), (0.01, 0.02)])
def test_every_figure_of_another_stop_and_target_follows_from_its_inputs(run, levels):
    of = excursions(run.result.trades)
    found, scope = what_if(of, *levels), WhatIfScope(of, *levels)
    for field in fields(found):
        assert_makes(scope.explain(field.name), getattr(found, field.name), scope=scope)


def test_what_another_run_is_apart_follows_from_both(run):
    scope = RunScope(run.result, run.metrics)
    apart = DifferenceScope(scope, "Run 2", KeptScope({"sharpe": 0.25}, "Run 1"), "Run 1")
    assert_makes(apart.explain("sharpe"), run.metrics.sharpe - 0.25)
    assert_makes(apart.explain("sortino"), None)


def test_every_figure_behind_the_verdict_follows_from_its_inputs(run, evidence):
    scope = EvidenceScope(run.result, evidence)
    for item in (*evidence.redrawn.intervals, *evidence.trade_intervals):
        assert_makes(scope.explain(item.name), item.value, scope=scope)
        assert_makes(scope.explain(f"{item.name}.low"), item.low, scope=scope)
        assert_makes(scope.explain(f"{item.name}.high"), item.high, scope=scope)
    sample, year, costs = evidence.sample, evidence.periods_per_year, evidence.costs
    record = sample.shortest_track_record()
    shown = {
        "loss": evidence.redrawn.loss,
        "probability": sample.probability_above(0.0),
        "trials": 7,
        "hurdle": evidence.deflated.hurdle * year**0.5,
        "deflated": evidence.deflated.probability,
        "track_record": None if isinstance(record, Undefined) else record / year,
        "luck": evidence.luck.probability,
        "break_even": costs.break_even,
        "paid_rate": costs.paid_rate,
        "bearable_rate": costs.bearable_rate,
        **{step.name: step.amount for step in costs.steps},
    }
    for name, value in shown.items():
        assert_makes(scope.explain(name), value, scope=scope)
    for variant in evidence.variants:
        for name in ("total_return", "sharpe", "max_drawdown", "trades"):
            assert_makes(
                scope.explain(f"{variant.assumption}.{name}"), getattr(variant, name), scope=scope
            )


def test_every_figure_of_a_signal_follows_from_its_inputs(run):
    for signal in run.market.signals:
        review = review_signal(run.market, run.result.trades, signal, 5, lambda: None)
        curve = threshold_curve(run.market, run.request, signal, lambda _share: None)
        has_curve = not isinstance(curve, Undefined)
        capital = run.result.initial_capital
        scope = SignalScope(
            review, run.market, run.result.trades, capital, curve if has_curve else None
        )
        assert_makes(scope.explain("correlation"), review.correlation.mean, scope=scope)
        assert_makes(scope.explain("error"), review.correlation.error, scope=scope)
        assert_makes(scope.explain("t"), review.correlation.t_statistic, scope=scope)
        assert_makes(scope.explain("spread"), review.tenths.spread, scope=scope)
        for row in review.tenths.table.iter_rows(named=True):
            assert_makes(scope.explain(f"tenth.{row['tenth']}"), row["mean"], scope=scope)
            assert_makes(scope.explain(f"tenth.{row['tenth']}.low"), row["low"], scope=scope)
            assert_makes(scope.explain(f"tenth.{row['tenth']}.high"), row["high"], scope=scope)
        for row in review.trades.iter_rows(named=True):
            assert_makes(scope.explain(f"trades.{row['tenth']}"), row["mean_pnl"], scope=scope)
        for place, lag in enumerate(LAGS.tolist()):
            assert_makes(
                scope.explain(f"lag.{lag}"), float(review.decay.correlation[place]), scope=scope
            )
        assert_makes(
            scope.explain("missing"), review.sample.missing / review.sample.bars, scope=scope
        )
        for row in review.drift.iter_rows(named=True):
            for name in ("missing", "low", "middle", "high", "stability"):
                assert_makes(scope.explain(f"drift.{row['year']}.{name}"), row[name], scope=scope)
        found = review.calibration
        is_known = isinstance(found, Calibration)
        for name in ("brier", "base_rate", "skill"):
            assert_makes(
                scope.explain(name), getattr(found, name) if is_known else None, scope=scope
            )
        for grid in review.contexts:
            for row, column in np.ndindex(grid.mean.shape):
                made = scope.explain(f"context.{grid.context}.{row}.{column}")
                assert_makes(made, float(grid.mean[row, column]))
        for place, point in enumerate(curve.points if has_curve else ()):
            assert_makes(scope.explain(f"threshold.{place}"), point.total_return, scope=scope)
