import numpy as np
import pytest

from ml4t_desktop.market.market import CLOSE, HIGH, LOW, OPEN, PREVIOUS, VOLUME
from ml4t_desktop.market.sample import sample_market, sample_market_arrays


@pytest.fixture(scope="module")
def arrays():
    return sample_market_arrays()


def ranks(values):
    return np.argsort(np.argsort(values, axis=1), axis=1)


def test_the_same_arguments_give_the_same_values_and_another_seed_others(arrays):
    again = sample_market_arrays()
    assert np.array_equal(arrays.prices, again.prices)
    assert np.array_equal(arrays.vix, again.vix)
    assert not np.array_equal(arrays.prices, sample_market_arrays(seed=1).prices)


def test_highs_and_lows_contain_open_and_close_and_all_prices_are_positive_cents(arrays):
    prices = arrays.prices
    assert (prices[HIGH] >= np.maximum(prices[OPEN], prices[CLOSE])).all()
    assert (prices[LOW] <= np.minimum(prices[OPEN], prices[CLOSE])).all()
    assert (prices[:VOLUME] > 0).all()
    assert np.allclose(prices[:VOLUME] * 100, np.round(prices[:VOLUME] * 100), atol=1e-6)
    assert (prices[VOLUME] > 0).all()


def test_predictions_have_a_small_edge_over_the_next_five_days():
    arrays = sample_market_arrays(assets=200, days=900, seed=3)
    close = arrays.prices[CLOSE]
    ahead = (close[5:] / close[:-5] - 1.0)[120:]
    predicted = arrays.signals["ml_pred_5d"][:-5][120:]
    pairs = zip(ranks(predicted), ranks(ahead), strict=True)
    coefficient = np.mean([np.corrcoef(one, other)[0, 1] for one, other in pairs])
    assert 0.025 < coefficient < 0.055


def test_there_are_no_predictions_before_a_model_could_be_fitted(arrays):
    for values in arrays.signals.values():
        assert np.isnan(values[:120]).all()
        assert ((values[120:] >= 0) & (values[120:] <= 1)).all()


def test_confidence_rises_with_the_strength_of_the_prediction(arrays):
    strength = np.abs(arrays.signals["ml_pred_5d"][120:] - 0.5).ravel()
    assert np.corrcoef(strength, arrays.signals["confidence"][120:].ravel())[0, 1] > 0.7


def test_the_volatility_index_rises_when_stocks_fall_and_stays_in_its_range(arrays):
    close = arrays.prices[CLOSE]
    change = (close[1:] / close[:-1] - 1.0).mean(axis=1)
    assert np.corrcoef(np.diff(arrays.vix), change)[0, 1] < -0.3
    assert arrays.vix.min() >= 9.0
    assert arrays.vix.max() <= 85.0


def test_stocks_of_one_sector_move_together_more_than_others(arrays):
    close = arrays.prices[CLOSE]
    together = np.corrcoef((close[1:] / close[:-1]).T)
    sector = np.array([symbol[:3] for symbol in arrays.symbols])
    same = (sector[:, None] == sector) & ~np.eye(sector.size, dtype=bool)
    assert together[same].mean() > together[sector[:, None] != sector].mean() + 0.05


def test_days_are_ascending_weekdays(arrays):
    assert (np.diff(arrays.dates) > np.timedelta64(0, "D")).all()
    assert np.is_busday(arrays.dates).all()
    assert np.datetime64("2016-01-01") not in arrays.dates


def test_the_market_leaves_out_the_missing_bars():
    arrays, market = sample_market_arrays(assets=12, days=300), sample_market(assets=12, days=300)
    missing = int((~arrays.present).sum())
    assert missing > 100  # one asset is listed late, one leaves early
    assert market.row_count == 12 * 300 - missing
    assert market.time_count == 300
    day, asset = (int(found) for found in np.argwhere(arrays.present)[1000])
    row = market.row_start[day] + arrays.present[day, :asset].sum()
    assert market.prices[CLOSE, row] == arrays.prices[CLOSE, day, asset]
    assert market.rows[PREVIOUS, row] < row


@pytest.mark.parametrize(("assets", "days"), [(0, 10), (793, 10), (5, 1)])
def test_sizes_that_make_no_market_are_refused(assets, days):
    with pytest.raises(ValueError, match="1 to 792 assets"):
        sample_market_arrays(assets=assets, days=days)
