"""What follows from the evidence, in plain words."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from ml4t_desktop.analysis.account.returns import period_returns
from ml4t_desktop.analysis.benchmark import MARKET, benchmark_metrics, make_benchmark
from ml4t_desktop.analysis.metrics import compute_metrics
from ml4t_desktop.analysis.undefined import Undefined
from ml4t_desktop.analysis.validity.bootstrap import redraw
from ml4t_desktop.analysis.validity.costs import cost_view
from ml4t_desktop.analysis.validity.luck import Luck, measure_luck
from ml4t_desktop.analysis.validity.sharpe import Deflated, sharpe_sample
from ml4t_desktop.analysis.validity.stress import Variant, run_variants
from ml4t_desktop.analysis.validity.verdict import Evidence, verdict
from ml4t_desktop.engine.control import RunControl
from ml4t_desktop.engine.rules.rule_run import run_rules
from ml4t_desktop.files.market_files import read_market
from ml4t_desktop.request import load_request
from tests.unit.analysis.result_builder import result as result_of


def luck(as_good: int, runs: int = 200) -> Luck:
    returns = np.concatenate([np.full(as_good, 0.5), np.full(runs - as_good, -0.1)])
    return Luck(method="other_assets", total_return=0.4, returns=returns)


def variant(name, total_return):
    return Variant(
        assumption=name, equity=np.zeros(2), total_return=total_return, sharpe=1.0, max_drawdown=-0.1, trades=40
    )  # fmt: skip


@pytest.fixture
def strong() -> Evidence:
    """A year and a half that rises steadily, with 40 trades."""
    rng = np.random.default_rng(1)
    equity = 1000 * np.cumprod(1 + rng.normal(0.002, 0.008, 390))
    trades = [{"pnl": 30.0 - i} for i in range(40)]
    result = result_of(equity.tolist(), initial_capital=1000.0, trades=trades)
    metrics = compute_metrics(result)
    periods = period_returns(result)
    return Evidence(
        metrics=metrics,
        benchmark="none",
        redrawn=redraw(periods, 1000.0, paths=300),
        trade_intervals=(),
        sample=sharpe_sample(periods.returns),
        deflated=Deflated(trials=1, variance=0.001, hurdle=0.0, probability=0.999),
        costs=replace(cost_view(result, metrics), break_even=5.0, paid_rate=0.001, bearable_rate=0.005),
        periods_per_year=252,
        variants=(variant("as_asked", 0.4), variant("one_bar_late", 0.3)),
        luck=luck(1),
    )  # fmt: skip


def test_a_result_that_passes_every_test_is_said_to_stand_and_nothing_more(strong):
    found = verdict(strong)

    assert found.headline.tone == "good"
    assert "no promise" in found.headline.text
    assert {remark.tone for remark in found.remarks} == {"good"}


def test_signals_no_better_than_those_of_other_assets_have_no_edge(strong):
    found = verdict(replace(strong, luck=luck(90)))

    assert found.headline.tone == "bad"
    assert "no edge" in found.headline.text
    assert found.remarks[0].name == "luck"
    assert [value for _, value in found.remarks[0].numbers] == [90, 200, 0.4]


def test_what_chance_might_do_now_and_then_is_a_doubt_not_a_verdict(strong):
    found = verdict(replace(strong, luck=luck(14)))

    assert found.headline.tone == "doubt"
    assert "luck" in found.headline.text


def test_many_trials_turn_a_good_ratio_into_a_doubtful_one(strong):
    tried = Deflated(trials=500, variance=0.001, hurdle=0.1, probability=0.6)
    found = verdict(replace(strong, deflated=tried))
    remark = next(item for item in found.remarks if item.name == "deflated")

    assert found.headline.tone == "doubt"
    assert "variants" in remark.text
    assert ("count", 500) in remark.numbers


def test_a_result_that_is_gone_one_bar_later_points_to_the_leaks(strong):
    late = (variant("as_asked", 0.4), variant("one_bar_late", 0.05))
    found = verdict(replace(strong, variants=late))
    remark = next(item for item in found.remarks if item.name == "late")

    assert remark.tone == "bad"
    assert "leaks" in remark.text
    assert found.headline.tone == "doubt"


def test_few_trades_are_said_before_anything_is_praised(strong):
    few = replace(strong.metrics, num_trades=12)
    found = verdict(replace(strong, metrics=few))

    assert "too few trades" in found.headline.text


def test_a_loss_is_called_a_loss(strong):
    found = verdict(replace(strong, metrics=replace(strong.metrics, net_profit=-1.0)))

    assert found.headline.text == "The run lost money."


def test_what_is_not_known_yet_is_not_spoken_of(strong):
    found = verdict(replace(strong, luck=None, variants=(), redrawn=None, benchmark=None))

    assert {"luck", "late", "interval", "benchmark"}.isdisjoint(
        remark.name for remark in found.remarks
    )


def test_every_text_has_a_number_for_each_of_its_places(strong):
    worst = replace(
        strong,
        luck=luck(150),
        metrics=replace(strong.metrics, num_trades=3),
        variants=(variant("as_asked", 0.4), variant("one_bar_late", 0.0), variant("same_bar", 2.0)),
        costs=replace(strong.costs, break_even=0.5),
        deflated=Deflated(trials=9, variance=0.1, hurdle=0.5, probability=0.2),
    )  # fmt: skip
    for evidence in (
        strong,
        worst,
        replace(worst, costs=replace(worst.costs, break_even=Undefined(""))),
    ):
        for remark in verdict(evidence).remarks:
            remark.text.format(*(value for _, value in remark.numbers))


@pytest.mark.real_data
def test_the_predictions_of_the_real_data_are_said_to_have_no_edge(real_data: Path):
    path = real_data / "projects/ml_signal_sp500.toml"
    request = load_request(path)
    market = read_market(request.data, request.context, base=path.parent).market
    result = run_rules(market, request)
    metrics = compute_metrics(result)
    periods = period_returns(result)
    total = result.final_value / result.initial_capital - 1
    evidence = Evidence(
        metrics=metrics,
        benchmark=benchmark_metrics(result, metrics, market, make_benchmark(market, MARKET)),
        redrawn=redraw(periods, result.initial_capital),
        trade_intervals=(),
        sample=sharpe_sample(periods.returns),
        deflated=Undefined("not asked"),
        costs=cost_view(result, metrics),
        periods_per_year=periods.per_year,
        variants=run_variants(market, request, result, RunControl()),
        luck=measure_luck(market, request, total, lambda _share: None, runs=40),
    )

    found = verdict(evidence)

    assert "no edge" in found.headline.text
    assert {"luck", "interval", "benchmark"} <= {r.name for r in found.remarks if r.tone != "good"}
