"""The same run under other assumptions, and its costs."""

import numpy as np
import pytest

from ml4t_desktop.analysis.metrics import compute_metrics
from ml4t_desktop.analysis.undefined import Undefined
from ml4t_desktop.analysis.validity.costs import cost_view
from ml4t_desktop.analysis.validity.stress import ASSUMPTIONS, assuming, run_variants
from ml4t_desktop.engine.control import RunControl
from ml4t_desktop.engine.rules.rule_run import run_rules
from ml4t_desktop.request import parse_request
from ml4t_desktop.request.costs import scaled_costs
from tests.unit.engine.trial import market_of

# Signal at bar 1: bought at the open of bar 2 (100), sold at the open of bar 4 (120).
BARS = [
    (100.0, 100.0, 100.0, 100.0),
    (100.0, 100.0, 90.0, 90.0),
    (100.0, 110.0, 100.0, 110.0),
    (110.0, 115.0, 110.0, 115.0),
    (120.0, 120.0, 120.0, 120.0),
    (120.0, 120.0, 120.0, 120.0),
]
SIGNAL = [0.0, 1.0, 0.0, 0.0, 0.0, 0.0]


def request_of(**costs):
    return parse_request(
        {
            "data": {"files": ["memory"], "signals": ["s"]},
            "strategy": {
                "entry": {"column": "signal.s", "op": ">", "value": 0.5},
                "exits": {"max_bars": 2},
                "sizing": {"helper": "fixed_quantity", "quantity": 10.0},
            },
            "costs": costs,
            "account": {"initial_capital": 10_000.0},
        }
    )


@pytest.fixture(scope="module")
def market():
    return market_of(BARS, signals={"s": SIGNAL})


def by_name(market, request):
    result = run_rules(market, request)
    found = run_variants(market, request, result, RunControl())
    return {item.assumption: item for item in found}


def test_every_assumption_gives_what_is_worked_out_by_hand(market):
    request = request_of(commission={"model": "fixed", "amount": 5.0})
    found = by_name(market, request)

    assert tuple(found) == ASSUMPTIONS
    # 10 shares from 100 to 120 less two commissions of 5.
    assert found["as_asked"].total_return == pytest.approx(190 / 10_000)
    # Bought at the close of bar 1 (90), sold at that of bar 3 (115): the entry bar counts from bar 2 on.
    assert found["same_bar"].total_return == pytest.approx(240 / 10_000)
    assert found["free"].total_return == pytest.approx(200 / 10_000)
    assert found["double_costs"].total_return == pytest.approx(180 / 10_000)
    # The signal at bar 2: bought at the open of bar 3 (110), sold at the open of bar 5 (120).
    assert found["one_bar_late"].total_return == pytest.approx(90 / 10_000)
    assert all(item.trades == 1 for item in found.values())


def test_the_run_itself_is_not_run_again(market):
    request = request_of()
    result = run_rules(market, request)
    asked = run_variants(market, request, result, RunControl())[0]

    assert np.shares_memory(asked.equity, result.equity["equity"].to_numpy())


@pytest.mark.parametrize(
    "costs",
    [
        {"commission": {"model": "percent", "rate": 0.01}},
        {"commission": {"model": "per_share", "rate": 0.2, "minimum": 3.0}},
        {"commission": {"model": "fixed", "amount": 4.0}},
        {
            "commission": {
                "model": "tiered",
                "tiers": [{"up_to": 500.0, "rate": 0.02}, {"rate": 0.01}],
            }
        },
        {"commission": {"model": "maker_taker", "maker": -0.001, "taker": 0.01}},
        {"slippage": {"model": "percent", "rate": 0.01}},
        {"slippage": {"model": "fixed", "amount": 0.5}},
        {"slippage": {"model": "spread", "width": 0.5}},
    ],
    ids=lambda costs: str(next(iter(costs.values()))["model"]),
)
def test_doubled_costs_are_paid_twice(market, costs):
    request = request_of(**costs)
    once, twice = (
        run_rules(market, asked) for asked in (request, assuming(request, "double_costs"))
    )

    def paid(result):
        return result.fills["commission"].sum() + result.fills["slippage"].sum()

    assert paid(once) > 0
    # A percentage on a price that slippage has moved is a little more than twice.
    assert paid(twice) == pytest.approx(2 * paid(once), rel=0.02)


def test_slippage_never_takes_the_whole_price():
    costs = request_of(slippage={"model": "percent", "rate": 0.6}).costs

    assert scaled_costs(costs, 2.0).slippage.rate < 1.0


def test_steps_lead_from_profit_before_costs_to_the_net_profit(market):
    request = request_of(
        commission={"model": "fixed", "amount": 5.0}, slippage={"model": "fixed", "amount": 0.5}
    )
    result = run_rules(market, request)
    view = cost_view(result, compute_metrics(result))
    amounts = {step.name: step.amount for step in view.steps}

    # Bought at 100.5, sold at 119.5, ten shares: 190, less ten of commission.
    assert amounts == pytest.approx(
        {"before": 200.0, "commission": -10.0, "slippage": -10.0, "carry": 0.0, "dividends": 0.0, "net": 180.0}
    )  # fmt: skip
    assert view.break_even == pytest.approx(10.0)
    assert view.paid_rate == pytest.approx(20 / (1005 + 1195))
    assert view.bearable_rate == pytest.approx(200 / (1005 + 1195))


def test_a_run_without_costs_has_no_break_even(market):
    result = run_rules(market, request_of())

    assert isinstance(cost_view(result, compute_metrics(result)).break_even, Undefined)
