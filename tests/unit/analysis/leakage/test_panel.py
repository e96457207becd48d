"""Returns laid out asset by asset, and what their values are compared with."""

import numpy as np
import pytest

from ml4t_desktop.analysis.leakage.panel import REACH, asset_panel
from tests.unit.engine.trial import market_of


def bar(price: float) -> tuple[float, float, float, float]:
    return (price, price, price, price)


def closes(**prices: list[float]):
    return market_of({name: [bar(price) for price in line] for name, line in prices.items()})


def five(count: int):
    """A market of so many assets and two bars, whose second closes are 11, 12, 13 and so on."""
    return closes(**{name: [10.0, 11.0 + place] for place, name in enumerate("ABCDE"[:count])})


def test_returns_lie_asset_by_asset_with_room_behind_each():
    panel = asset_panel(closes(A=[10.0, 11.0, 9.9], B=[50.0, 25.0, 50.0]))
    assert panel.time.size == 2 * (3 + REACH)
    second = 3 + REACH
    assert panel.returns[[1, 2]] == pytest.approx([0.1, -0.1])
    assert panel.returns[[second + 1, second + 2]] == pytest.approx([-0.5, 1.0])
    assert np.flatnonzero(np.isfinite(panel.returns)).tolist() == [1, 2, second + 1, second + 2]


def test_values_laid_out_come_back_in_the_order_of_the_rows():
    panel = asset_panel(closes(A=[10.0, 11.0], B=[50.0, 25.0]))
    values = np.array([1.0, 2.0, 3.0, 4.0])  # A and B of the first day, then of the second
    laid = panel.laid_out(values)
    assert laid[[0, 1]].tolist() == [1.0, 3.0]
    assert laid[[2 + REACH, 3 + REACH]].tolist() == [2.0, 4.0]
    assert panel.by_row(laid).tolist() == values.tolist()


def test_five_assets_at_a_time_are_ranked_among_each_other():
    panel = asset_panel(five(5))
    assert panel.ranks_across
    found = panel.by_row(panel.ranks(panel.returns))
    assert np.isnan(found[:5]).all()  # no asset has a return at its first bar
    # Ranks 1 to 5 less their mean of 3, over their deviation: the root of (4 + 1 + 0 + 1 + 4) / 5.
    assert found[5:] == pytest.approx(np.array([-2, -1, 0, 1, 2]) / 2**0.5)


def test_fewer_assets_are_compared_with_their_own_past():
    assert not asset_panel(five(4)).ranks_across
