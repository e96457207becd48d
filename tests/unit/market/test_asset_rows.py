import numpy as np
import pytest

from ml4t_desktop.market import Market


def market_with(present: np.ndarray) -> Market:
    """Return a market of (times, assets), with a bar where there is True."""
    time, asset = np.nonzero(present)
    return Market.build(
        timestamp=time.astype(np.int64),
        asset=asset.astype(np.int32),
        symbols=tuple(f"S{number:04d}" for number in range(present.shape[1])),
        prices=np.ones((5, time.size)),
    )


@pytest.mark.parametrize("assets", [1, 2, 7, 8, 9, 300])
@pytest.mark.parametrize("share", [0.05, 0.5, 1.0])
def test_the_rows_of_an_asset_are_all_its_bars_in_order_of_time(assets, share):
    chance = np.random.default_rng(assets)
    present = chance.random((40, assets)) < share
    present[np.arange(40), chance.integers(0, assets, 40)] = True  # a time without a bar is none
    market = market_with(present)

    for asset in range(assets):
        expected = [row for row, own in enumerate(np.nonzero(present)[1]) if own == asset]
        assert market.asset_rows(asset).tolist() == expected
