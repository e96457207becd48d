from dataclasses import replace

import numpy as np
import pytest

from ml4t_desktop.analysis.benchmark import benchmark_metrics, choices, make_benchmark
from ml4t_desktop.analysis.metrics import compute_metrics
from ml4t_desktop.analysis.saved import saved_statistics
from ml4t_desktop.analysis.undefined import Undefined
from ml4t_desktop.market import Market, TextColumn
from ml4t_desktop.market.action_table import DIVIDEND, SPLIT, ActionTable
from ml4t_desktop.units import MICROSECONDS_PER_DAY, microseconds
from tests.unit.analysis.result_builder import MONDAY, result

FIRST = microseconds(MONDAY)
# AAA closes at 10, 11, 12; BBB has no bar on the second day and closes at 20, 30; both on weekdays.
TIMES = FIRST + np.array([0, 0, 1, 2, 2]) * MICROSECONDS_PER_DAY
CLOSES = [10.0, 20.0, 11.0, 12.0, 30.0]


def market(**values):
    made = Market.build(
        timestamp=TIMES,
        asset=np.array([0, 1, 0, 0, 1], np.int32),
        symbols=("AAA", "BBB"),
        prices=np.tile(np.array(CLOSES), (5, 1)),
        signals={"index": np.array([1.0, 3.0, np.nan, 4.0, 6.0])},
    )
    context = {
        "SPX": np.array([np.nan, 100.0, 110.0]),
        "regime": TextColumn(np.zeros(3, np.int32), ("a",)),
    }
    return replace(made, context=context, has_context=np.ones(3, bool), **values)


def line(name, of=None):
    made = make_benchmark(of or market(), name)
    assert not isinstance(made, Undefined), made
    return made.values


def test_the_market_is_the_mean_of_the_changes_since_each_assets_last_bar():
    assert line("market") == pytest.approx([1.0, 1.1, 1.1 * (1 + (1 / 11 + 0.5) / 2)])


def test_an_asset_keeps_its_value_on_a_day_without_a_bar():
    assert line("asset.BBB") == pytest.approx([1.0, 1.0, 1.5])


def test_a_column_is_measured_from_its_first_value():
    values = line("context.SPX")
    assert np.isnan(values[0])
    assert values[1:] == pytest.approx([1.0, 1.1])


def test_a_signal_is_the_mean_over_the_assets_that_have_a_value():
    assert line("signal.index") == pytest.approx([1.0, 1.0, 2.5])


def test_a_split_is_no_loss_and_a_dividend_is_money_received():
    days = FIRST + np.array([1, 2]) * MICROSECONDS_PER_DAY
    actions = ActionTable(
        time=days,
        kind=np.array([SPLIT, DIVIDEND]),
        asset=np.array([0, 0]),
        new_asset=np.array([-1, -1]),
        first=np.array([2.0, 1.2]),
        second=np.zeros(2),
    )
    assert line("asset.AAA", market(actions=actions)) == pytest.approx(
        [1.0, 2 * 11 / 10, 2.2 * 13.2 / 11]
    )


def test_what_can_be_chosen_are_market_assets_and_columns_of_numbers():
    assert choices(market()) == (
        "market", "asset.AAA", "asset.BBB", "signal.index", "context.SPX", "none",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("none", "no benchmark was chosen"),
        ("asset.CCC", "the market has no asset.CCC"),
        ("context.regime", "the market has no context.regime"),
    ],
)
def test_what_is_no_benchmark_says_why(name, reason):
    assert make_benchmark(market(), name) == Undefined(reason)


def test_a_column_that_falls_to_zero_has_no_returns():
    made = replace(market(), context={"SPX": np.array([1.0, 0.0, 2.0])})
    found = make_benchmark(made, "context.SPX")
    assert found == Undefined("SPX is not above zero throughout, so it has no returns")


def test_the_run_is_compared_over_the_days_on_which_the_benchmark_had_a_value_before():
    run = result([150.0, 300.0, 330.0])
    made = market()
    found = benchmark_metrics(run, compute_metrics(run), made, make_benchmark(made, "context.SPX"))
    assert found.total_return == pytest.approx(0.1)
    assert found.excess_return is None
    assert found.undefined["excess_return"] == "fewer than 2 days that both have"
    whole = benchmark_metrics(run, compute_metrics(run), made, make_benchmark(made, "market"))
    assert whole.excess_return == pytest.approx(3.3 - 1.1 * (1 + (1 / 11 + 0.5) / 2))
    assert whole.benchmark == "Market, equal weights"


def test_the_saved_statistics_hold_run_sides_and_benchmark_with_every_reason():
    run = result([100.0, 101.0, 99.0], trades=[{}, {"direction": "short", "pnl": -3.0}])
    values, reasons = saved_statistics(run, compute_metrics(run), market(), "asset.BBB")
    assert values["benchmark_total_return"] == pytest.approx(0.5)
    assert (values["long_num_trades"], values["short_gross_loss"]) == (1, -3.0)
    assert values["num_trades"] == 2
    assert {name for name, value in values.items() if value is None} == set(reasons)
    assert reasons["long_average_loss"] == "no losing trade"


def test_without_a_market_the_saved_benchmark_is_undefined():
    run = result([100.0, 101.0])
    values, reasons = saved_statistics(run, compute_metrics(run))
    assert values["beta"] is None
    assert reasons["beta"] == "a result without its market has no benchmark"
