"""Timestamps in blocks: all of them, once, in order."""

import numpy as np

from ml4t_desktop.analysis.leakage.lag_curves import lag_sums
from ml4t_desktop.analysis.leakage.panel import asset_panel
from ml4t_desktop.analysis.leakage.watch import Unwatched
from ml4t_desktop.analysis.signals.forward import Sample, forward_sample
from ml4t_desktop.analysis.signals.groups import tenth_returns
from ml4t_desktop.market import blocks
from ml4t_desktop.market.blocks import slices, time_blocks
from ml4t_desktop.market.sample import sample_market


def test_blocks_end_before_they_have_too_many_rows():
    row_start = np.array([0, 3, 5, 9, 10, 10, 12])

    assert list(time_blocks(row_start, 5)) == [(0, 2), (2, 5), (5, 6)]


def test_a_timestamp_with_more_rows_than_a_block_is_a_block_of_its_own():
    assert list(time_blocks(np.array([0, 2, 9, 10]), 4)) == [(0, 1), (1, 2), (2, 3)]


def test_nothing_has_no_blocks():
    assert list(time_blocks(np.array([0]))) == []
    assert list(slices(0)) == []


def test_slices_cover_everything():
    assert list(slices(7, 3)) == [slice(0, 3), slice(3, 6), slice(6, 7)]


def test_the_size_of_the_blocks_changes_no_result(monkeypatch):
    market = sample_market(assets=30, days=400, seed=3)
    name = "ml_pred_5d"
    column = market.signals[name]
    assert isinstance(column, np.ndarray)

    def found():
        panel = asset_panel(market)
        ranks = panel.ranks(panel.laid_out(column))
        sums = lag_sums(panel, ranks, panel.return_ranks(), Unwatched())
        sample = forward_sample(market, name, 2)
        assert isinstance(sample, Sample)
        return ranks, panel.returns, sums.products, sums.pairs, sample, tenth_returns(sample)

    whole = found()
    small = (("time_blocks", (50,)), ("slices", (64,)))
    for function, size in small:
        monkeypatch.setattr(getattr(blocks, function), "__defaults__", size)
    pieces = found()

    assert np.array_equal(whole[0], pieces[0], equal_nan=True)
    assert np.array_equal(whole[1], pieces[1], equal_nan=True)
    np.testing.assert_allclose(whole[2], pieces[2], atol=1e-12)
    assert np.array_equal(whole[3], pieces[3])
    assert np.array_equal(whole[4].row, pieces[4].row)
    assert np.array_equal(whole[4].time, pieces[4].time)
    assert np.array_equal(whole[4].tenth, pieces[4].tenth)
    assert whole[5].table.equals(pieces[5].table)
