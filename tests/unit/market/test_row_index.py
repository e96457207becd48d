"""Where the bars of an asset are: the same found by a table and by sorting."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ml4t_desktop.market import Market, row_index
from ml4t_desktop.market.market import ASSET, ORDINAL, PREVIOUS


def test_bars_know_how_many_their_asset_had_and_which_was_the_last() -> None:
    # Times:        0        1     2           3
    asset = np.array([0, 1, 2, 1, 3, 0, 1, 2, 3, 0], np.int32)
    time = np.array([0, 0, 0, 1, 1, 2, 2, 2, 2, 3])
    market = Market.build(
        timestamp=time, asset=asset, symbols=("A", "B", "C", "D"), prices=np.ones((5, 10))
    )
    assert market.rows[ASSET].tolist() == asset.tolist()
    assert market.rows[ORDINAL].tolist() == [0, 0, 0, 1, 0, 1, 2, 1, 1, 2]
    assert market.rows[PREVIOUS].tolist() == [-1, -1, -1, 1, -1, 0, 3, 2, 4, 5]
    assert market.row_start.tolist() == [0, 3, 5, 9, 10]


@given(st.integers(1, 40), st.integers(1, 90), st.integers(0, 2**32 - 1))
def test_a_table_and_sorting_find_the_same(times: int, assets: int, seed: int) -> None:
    present = np.random.default_rng(seed).random((times, assets)) < 0.8
    present[:, 0] = True  # a time without any bar is none
    time, asset = (part.astype(np.int32) for part in np.nonzero(present))
    start = np.append(0, np.cumsum(np.bincount(time)))
    by_table = row_index._by_table(asset, start, assets)
    by_order = row_index._by_order(asset, assets)
    assert np.array_equal(by_table, by_order)
    assert np.array_equal(row_index.row_index(asset, start, assets), by_order)


@pytest.mark.parametrize(
    ("time", "asset"), [([0, 1, 0], [0, 0, 1]), ([0, 0], [1, 0]), ([0, 0], [1, 1])]
)
def test_rows_out_of_order_or_twice_are_refused(time: list[int], asset: list[int]) -> None:
    with pytest.raises(ValueError, match="sorted by timestamp and asset"):
        Market.build(
            timestamp=np.array(time),
            asset=np.array(asset, np.int32),
            symbols=("A", "B"),
            prices=np.ones((5, len(time))),
        )
