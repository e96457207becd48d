"""What of a run is looked at."""

from datetime import datetime
from types import SimpleNamespace

import numpy as np
import polars as pl

from ml4t_desktop.session.runs.results import ResultStore, Subset


class _Run:
    """Stands for a run: the store only keeps it."""


def test_a_part_of_the_trades_is_told_once_and_all_of_them_come_back(qtbot):
    results, told = ResultStore(), []
    results.show_run(_Run())
    results.subset_changed.connect(told.append)
    part = Subset("losers", np.array([2, 5]))

    results.show_subset(part)
    results.show_subset(part)
    assert results.subset is part
    results.show_subset(None)

    assert told == [part, None]


def test_another_run_is_looked_at_as_a_whole_and_without_a_chosen_trade(qtbot):
    results = ResultStore()
    results.show_run(_Run())
    results.select_trade(2)
    results.show_subset(Subset("losers", np.array([2])))

    results.show_run(_Run())

    assert results.subset is None
    assert results.trade_id is None


class _WithTrades:
    """A run of trades of (trade_id, day of the decision), all of one asset."""

    def __init__(self, *rows):
        days = [(number, "AAA", datetime(2024, 1, day)) for number, day in rows]
        names = ["trade_id", "symbol", "entry_decision_time"]
        self.result = SimpleNamespace(trades=pl.DataFrame(days, schema=names, orient="row"))


def test_a_re_run_keeps_what_is_looked_at_where_it_is_still_there(qtbot):
    results, told = ResultStore(), []
    results.show_run(_WithTrades((1, 2), (2, 3), (3, 4)))
    results.select_trade(2)
    results.show_subset(Subset("winners", np.array([1, 3])))
    results.trade_selected.connect(told.append)

    results.show_rerun(_WithTrades((1, 3), (2, 4)))
    assert results.trade_id == 1
    assert results.subset.name == "winners"
    assert results.subset.trade_ids.tolist() == [2]
    assert not results.is_kept

    results.show_rerun(_WithTrades((1, 4)), is_kept=True)
    assert results.trade_id is None
    assert told == [1, None]
    assert results.is_kept


def test_what_is_compared_with_is_no_ghost_while_it_is_on_screen_itself(qtbot):
    results, told = ResultStore(), []
    results.ghost_changed.connect(told.append)
    first, second = _Run(), _Run()
    results.show_run(first)
    results.compare_with(first)
    assert results.ghost is None
    assert results.reference is first

    results.show_rerun(second)
    assert results.ghost is first
    results.compare_with(None)
    assert results.ghost is None
    assert told == [None, first, None]


def test_clearing_the_screen_ends_the_comparison(qtbot):
    results = ResultStore()
    results.show_run(_Run())
    results.compare_with(results.run)
    results.show_run(None)

    assert results.reference is None
