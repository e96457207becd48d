"""What of a run is looked at."""

import numpy as np

from ml4t_desktop.session.results import ResultStore, Subset


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
