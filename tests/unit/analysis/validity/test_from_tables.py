"""The figures behind the verdict, worked out a second time from the tables of a run alone."""

import random
from statistics import NormalDist

import numpy as np
import pytest

from ml4t_desktop.analysis.metrics import compute_metrics
from ml4t_desktop.analysis.validity.gathering import first_evidence
from ml4t_desktop.engine.rules.rule_run import run_rules
from ml4t_desktop.market.sample import sample_market
from ml4t_desktop.request import parse_request

REQUEST = parse_request(
    {
        "data": {"files": ["memory"], "signals": ["ml_pred_5d"]},
        "strategy": {
            "entry": {"column": "signal.ml_pred_5d", "op": ">", "value": 0.8},
            "exits": {"max_bars": 5},
        },
        "costs": {
            "commission": {"model": "percent", "rate": 0.001},
            "slippage": {"model": "percent", "rate": 0.0005},
        },
    }
)


@pytest.fixture(scope="module")
def known():
    market = sample_market(assets=10, days=500, seed=5)
    result = run_rules(market, REQUEST)
    evidence = first_evidence(
        result, compute_metrics(result), market, benchmark="market", trials=10, ratios=(), check=lambda: None
    )  # fmt: skip
    equity = np.concatenate([[result.initial_capital], result.equity["equity"].to_numpy()])
    return result, evidence, equity[1:] / equity[:-1] - 1


def test_how_sure_the_sharpe_ratio_is_follows_from_the_daily_returns(known):
    _, evidence, returns = known
    count, ratio = len(returns), returns.mean() / returns.std(ddof=1)
    z = (returns - returns.mean()) / returns.std()
    skew, kurtosis = (z**3).mean(), (z**4).mean()
    spread = 1 - skew * ratio + (kurtosis - 1) / 4 * ratio**2
    normal = NormalDist()
    sure = normal.cdf(ratio * (count - 1) ** 0.5 / spread**0.5)
    euler = 0.5772156649015329
    highest = (1 - euler) * normal.inv_cdf(1 - 1 / 10) + euler * normal.inv_cdf(1 - 1 / (10 * np.e))

    assert evidence.sample.probability_above(0.0) == pytest.approx(sure)
    assert evidence.sample.shortest_track_record() == pytest.approx(
        1 + spread * (normal.inv_cdf(0.95) / ratio) ** 2
    )
    # Without the ratios of the trials, their spread is that of chance: the error of this one.
    hurdle = evidence.deflated.hurdle
    assert hurdle == pytest.approx(highest * evidence.sample.error, rel=0.05)
    assert evidence.deflated.probability == pytest.approx(
        normal.cdf((ratio - hurdle) * (count - 1) ** 0.5 / spread**0.5)
    )


def test_gross_to_net_and_the_costs_it_would_bear_follow_from_the_fills(known):
    result, evidence, _ = known
    paid = result.fills["commission"].sum() + result.fills["slippage"].sum()
    traded = (result.fills["quantity"].abs() * result.fills["price"]).sum()
    net = result.equity["equity"][-1] - result.initial_capital
    steps = {step.name: step.amount for step in evidence.costs.steps}

    assert steps["before"] == pytest.approx(net + paid)
    assert steps["commission"] + steps["slippage"] == pytest.approx(-paid)
    assert steps["net"] == pytest.approx(net)
    assert evidence.costs.break_even == pytest.approx((net + paid) / paid)
    assert evidence.costs.paid_rate == pytest.approx(paid / traded)
    assert evidence.costs.bearable_rate == pytest.approx((net + paid) / traded)


def test_the_intervals_are_those_of_blocks_drawn_one_by_one(known):
    _, evidence, returns = known
    draw = random.Random(1)
    count, block = len(returns), evidence.redrawn.block
    totals, depths = [], []
    for _ in range(600):
        place, wealth, highest, depth = 0, 1.0, 1.0, 0.0
        for step in range(count):
            begins = step == 0 or draw.random() < 1 / block
            place = draw.randrange(count) if begins else (place + 1) % count
            wealth *= 1 + returns[place]
            highest = max(highest, wealth)
            depth = min(depth, wealth / highest - 1)
        totals.append(wealth - 1)
        depths.append(depth)
    intervals = {item.name: item for item in evidence.redrawn.intervals}
    width = np.quantile(totals, 0.95) - np.quantile(totals, 0.05)

    total, drawdown = intervals["total_return"], intervals["max_drawdown"]
    assert total.low == pytest.approx(np.quantile(totals, 0.05), abs=0.15 * width)
    assert total.high == pytest.approx(np.quantile(totals, 0.95), abs=0.15 * width)
    assert drawdown.low == pytest.approx(np.quantile(depths, 0.05), rel=0.15)
    assert evidence.redrawn.loss == pytest.approx(np.mean(np.array(totals) < 0), abs=0.05)
