"""Two runs put together by hand beside each other."""

import numpy as np
import pytest

from ml4t_desktop.analysis.compare import BETTER, curves, parting, statistic_rows
from ml4t_desktop.analysis.definitions import DEFINITION_OF
from ml4t_desktop.analysis.metrics import compute_metrics
from tests.unit.analysis.result_builder import STILL_OPEN, at, result


def test_equity_is_rebased_to_100_on_the_time_axis_of_both():
    first = result([200.0, 100.0, 150.0], initial_capital=100.0)
    second = result([50.0], times=[at("2024-01-02")], initial_capital=50.0)

    found = curves([first, second])

    assert found.rebased[0].tolist() == [200.0, 100.0, 150.0]
    assert np.isnan(found.rebased[1][[0, 2]]).all()
    assert found.rebased[1][1] == 100.0
    assert found.drawdowns[0].tolist() == [0.0, -0.5, -0.25]


def test_differences_are_from_the_first_and_the_best_is_marked():
    runs = [compute_metrics(result(values)) for values in ([110.0, 120.0], [90.0, 130.0])]

    rows = {row.definition.name: row for row in statistic_rows(runs)}

    assert rows["final_value"].differences == (None, 10.0)
    assert rows["final_value"].best == (1,)
    assert rows["max_drawdown"].best == (0,)
    assert rows["initial_capital"].best == ()
    assert rows["initial_capital"].is_equal


def test_every_statistic_that_can_be_better_is_one():
    assert set(BETTER) <= set(DEFINITION_OF)


@pytest.mark.parametrize(
    ("other", "what", "values", "time"),
    [
        ({"quantity": 5.0}, "quantity", (10.0, 5.0), "2024-01-02"),
        ({"entry_price": 101.0}, "entry_price", (100.0, 101.0), "2024-01-02"),
        ({"exit_time": at("2024-01-04")}, "exit_time", (at("2024-01-05"), at("2024-01-04")), "2024-01-04"),
        ({"exit_reason": "stop_loss"}, "exit_reason", ("signal", "stop_loss"), "2024-01-05"),
        ({"fees": 3.0}, "costs", (2.0, 3.0), "2024-01-05"),
    ],
)  # fmt: skip
def test_runs_part_where_a_trade_of_both_differs_first(other, what, values, time):
    found = parting(result(trades=[{}]), result(trades=[other]))

    assert (found.what, found.values, found.time) == (what, values, at(time))
    assert (found.symbol, found.first, found.second) == ("AAA", 0, 0)


def test_the_earliest_moment_counts_and_a_trade_of_one_run_alone_is_told():
    late = {"symbol": "ZZZ", "entry_time": at("2024-01-03")}
    early = {"symbol": "BBB", "entry_time": at("2024-01-01")}
    first, second = result(trades=[{}, late]), result(trades=[{}, early])

    found = parting(first, second)

    assert (found.what, found.symbol, found.time) == ("only_second", "BBB", at("2024-01-01"))
    assert (found.first, found.second) == (None, 1)
    assert parting(second, first).what == "only_first"


def test_the_same_trades_do_not_part_nor_do_last_digits():
    assert parting(result(trades=[{}, STILL_OPEN]), result(trades=[{}, STILL_OPEN])) is None
    digits = {"entry_price": 100.0 * (1 + 1e-13)}
    assert parting(result(trades=[{}]), result(trades=[digits])) is None


def test_a_trade_that_is_still_open_in_one_run_parts_at_the_exit_in_the_other():
    found = parting(result(trades=[{}]), result(trades=[STILL_OPEN]))

    assert (found.what, found.time) == ("exit_time", at("2024-01-05"))
    assert found.values == (at("2024-01-05"), None)
