from dataclasses import replace
from types import MappingProxyType

import numpy as np

from ml4t_desktop.market import Market, TextColumn
from ml4t_desktop.market.lagging import lagged


def two_assets() -> Market:
    """A at times 0, 1, 2, 3; B, without a bar at time 1, at 0, 2, 3."""
    asset = np.array([0, 1, 0, 0, 1, 0, 1], np.int32)
    time = np.array([0, 0, 1, 2, 2, 3, 3], np.int64)
    signal = np.array([10.0, 20.0, 11.0, 12.0, 22.0, 13.0, 23.0])
    words = TextColumn(np.array([0, 1, 0, 1, 0, 1, 0], np.int32), ("up", "down"))
    market = Market.build(
        timestamp=time,
        asset=asset,
        symbols=("A", "B"),
        prices=np.ones((5, 7)),
        signals={"x": signal, "words": words},
    )
    context = {"VIX": np.array([1.0, 2.0, 3.0, 4.0])}
    return replace(market, context=MappingProxyType(context), has_context=np.ones(4, np.bool_))


def test_a_signal_is_taken_from_the_bar_before_of_its_asset_even_over_a_gap():
    taken = lagged(two_assets(), {"x": 1}).signals["x"]

    assert isinstance(taken, np.ndarray)
    np.testing.assert_array_equal(taken, [np.nan, np.nan, 10.0, 11.0, 20.0, 12.0, 22.0])


def test_two_bars_are_twice_one_bar():
    market = two_assets()
    twice = lagged(lagged(market, {"x": 1}), {"x": 1}).signals["x"]

    np.testing.assert_array_equal(lagged(market, {"x": 2}).signals["x"], twice)
    np.testing.assert_array_equal(twice, [np.nan, np.nan, np.nan, 10.0, np.nan, 11.0, 20.0])


def test_context_is_taken_from_the_timestamp_before():
    taken = lagged(two_assets(), {"VIX": 1}).context["VIX"]

    np.testing.assert_array_equal(taken, [np.nan, 1.0, 2.0, 3.0])


def test_texts_are_delayed_and_absent_at_first():
    words = lagged(two_assets(), {"words": 1}).signals["words"]

    assert isinstance(words, TextColumn)
    assert [words.value(row) for row in range(7)] == [None, None, "up", "up", "down", "down", "up"]


def test_more_bars_than_there_are_leave_no_value():
    market = lagged(two_assets(), {"x": 50, "VIX": 50})

    assert np.isnan(market.signals["x"]).all()
    assert np.isnan(market.context["VIX"]).all()


def test_nothing_to_delay_leaves_the_market_as_it_is():
    market = two_assets()

    assert lagged(market, None) is market
    assert lagged(market, {"x": 0}) is market
    assert lagged(market, {"x": 1}).signals["words"] is market.signals["words"]
