"""Correlations by lag, against plain loops over assets and timestamps."""

import numpy as np
import pytest

from ml4t_desktop.analysis.leakage.lag_curves import LAGS, lag_sums
from ml4t_desktop.analysis.leakage.panel import REACH, asset_panel, market_panel
from ml4t_desktop.analysis.leakage.scores import (
    trailing_scores,
    trailing_sizes,
    within_group_ranks,
)
from ml4t_desktop.analysis.leakage.watch import Unwatched
from ml4t_desktop.errors import Cancelled
from ml4t_desktop.market.market import ASSET, CLOSE
from ml4t_desktop.market.sample import sample_market


def curve_of(market, name):
    panel = asset_panel(market)
    values = panel.laid_out(market.signals[name])
    return lag_sums(panel, panel.ranks(values), panel.return_ranks(), Unwatched()).curve()


def by_loops(market, name, lag):
    """Pair ranks of values and of returns of one asset, bar by bar, and average the products."""
    returns, values = {}, {}
    for asset in range(len(market.symbols)):
        rows = market.asset_rows(asset)
        close = market.prices[CLOSE, rows]
        for place, row in enumerate(rows.tolist()):
            values[asset, place] = (row, market.signals[name][row])
            if place:
                returns[asset, place] = (row, close[place] / close[place - 1] - 1.0)
    times = market.row_times()
    ranked = [_ranked(times, found) for found in (values, returns)]
    products = [
        score * ranked[1][asset, place + lag]
        for (asset, place), score in ranked[0].items()
        if (asset, place + lag) in ranked[1]
    ]
    return np.mean(products)


def _ranked(times, found):
    at = {}
    for key, (row, value) in found.items():
        if np.isfinite(value):
            at.setdefault(times[row], []).append((value, key))
    ranks = {}
    for pairs in at.values():
        numbers = np.array([value for value, _ in pairs])
        below = (numbers[None, :] < numbers[:, None]).sum(axis=1)
        equal = (numbers[None, :] == numbers[:, None]).sum(axis=1)
        rank = below + (equal - 1) / 2
        if len(pairs) >= 5 and rank.std() > 0:
            scaled = (rank - rank.mean()) / rank.std()
            ranks.update({key: score for (_, key), score in zip(pairs, scaled, strict=True)})
    return ranks


@pytest.mark.parametrize("lag", [-20, -3, 0, 1, 7, 20])
def test_correlations_are_those_of_plain_loops(lag):
    market = sample_market(assets=8, days=200, seed=3)

    assert curve_of(market, "ml_pred_5d").at(lag)[0] == pytest.approx(
        by_loops(market, "ml_pred_5d", lag), abs=1e-12
    )


def test_a_column_of_the_next_return_correlates_fully_one_bar_ahead():
    market = sample_market(assets=10, days=150, seed=1)
    panel = asset_panel(market)
    ranks = panel.ranks(panel.returns)
    known = np.full(ranks.size, np.nan)
    known[:-1] = panel.returns[1:]
    curve = lag_sums(panel, panel.ranks(known), ranks, Unwatched()).curve()

    # The first bar of an asset has no return, so ranks are not always among the same assets.
    assert curve.at(1)[0] == pytest.approx(1.0, abs=2e-3)
    assert curve.strongest_ahead == 1
    assert abs(curve.at(2)[0]) < 0.1


def test_the_error_covers_what_chance_does():
    """Of many columns of noise, about 95 in 100 correlations lie within two errors of zero."""
    market = sample_market(assets=20, days=300, seed=5)
    panel = asset_panel(market)
    returns = panel.ranks(panel.returns)
    random = np.random.default_rng(2)
    distances = []
    for _ in range(12):
        noise = panel.laid_out(random.standard_normal(market.row_count))
        curve = lag_sums(panel, panel.ranks(noise), returns, Unwatched()).curve()
        distances.append(curve.correlation / curve.error)
    spread = np.std(distances)

    assert 0.9 < spread < 1.1


def test_the_error_of_a_slow_column_over_many_bars_covers_what_chance_does():
    """Overlapping horizons of a column that hardly moves: the errors must grow with them."""
    market = sample_market(assets=1, days=1500, seed=8)
    panel = asset_panel(market)
    returns = panel.return_ranks()
    random = np.random.default_rng(4)
    distances = []
    for _ in range(150):
        walk = panel.laid_out(np.cumsum(random.standard_normal(market.row_count)))
        value, error = lag_sums(panel, panel.ranks(walk), returns, Unwatched()).ahead(20)
        distances.append(value / error)

    assert np.std(distances) < 1.35
    assert abs(np.mean(distances)) < 0.4


@pytest.mark.parametrize("as_ranks", [True, False])
def test_a_price_does_not_seem_to_foretell_its_own_reversal(as_ranks):
    """Ranks of a random walk among its past, and its next steps: nothing but chance, however long."""
    steps = np.random.default_rng(0).standard_normal(60_000)
    walk, ends = np.cumsum(steps), np.array([0, steps.size])
    level = trailing_scores(walk, ends, as_ranks=as_ranks)
    size = trailing_sizes(steps, ends, as_ranks=as_ranks)
    both = np.isfinite(level[:-1]) & np.isfinite(size[1:])

    products = level[:-1][both] * size[1:][both]

    assert abs(products.mean()) < 3 * products.std() / both.sum() ** 0.5
    assert np.nanstd(size) == pytest.approx(1.0, abs=0.02)


def test_a_value_is_compared_with_the_past_only():
    values = np.random.default_rng(0).standard_normal(600)
    whole = trailing_scores(values, np.array([0, 600]), as_ranks=True)
    part = trailing_scores(values[:400], np.array([0, 400]), as_ranks=True)

    np.testing.assert_array_equal(whole[:400], part)
    assert np.isnan(whole[:20]).all()
    assert np.isfinite(whole[20:]).all()


@pytest.mark.parametrize("as_ranks", [True, False])
def test_trailing_scores_are_those_of_a_plain_loop(as_ranks):
    values = np.round(np.random.default_rng(1).standard_normal(400), 1)
    values[::7] = np.nan
    known = values[np.isfinite(values)]
    expected = []
    for place in range(20, known.size):
        past = known[max(0, place - 250) : place]
        if as_ranks:
            share = np.mean(past < known[place]) + np.mean(past == known[place]) / 2
            expected.append((share - 0.5) * 12**0.5)
        else:
            expected.append(np.clip((known[place] - past.mean()) / past.std(), -4, 4))

    scores = trailing_scores(values, np.array([0, 400]), as_ranks=as_ranks)

    np.testing.assert_allclose(scores[np.isfinite(values)][20:], expected, atol=1e-9)


def test_ties_share_their_rank_and_groups_without_a_difference_say_nothing():
    values = np.array([1.0, 2.0, 2.0, 5.0, 7.0, 7.0, 7.0])
    group = np.array([0, 0, 0, 0, 1, 1, 1])

    ranks = within_group_ranks(values, group, 2, fewest=3)

    centred = np.array([0.0, 1.5, 1.5, 3.0]) - 1.5
    np.testing.assert_allclose(ranks[:4], centred / centred.std())
    assert np.isnan(ranks[4:]).all()


def test_many_timestamps_are_ranked_as_few_are():
    random = np.random.default_rng(6)
    values, group = random.standard_normal(40_000), np.arange(40_000) // 6
    few = within_group_ranks(values, group, int(group.max()) + 1, 5)
    many = within_group_ranks(values, group + 40_000, int(group.max()) + 40_001, 5)

    np.testing.assert_array_equal(few, many)


def test_the_market_as_a_whole_has_the_mean_return():
    market = sample_market(assets=6, days=60, seed=2)
    whole = market_panel(market, asset_panel(market))
    returns = {}
    for asset in range(6):
        rows = market.asset_rows(asset)
        close = market.prices[CLOSE, rows]
        for row, value in zip(rows[1:].tolist(), close[1:] / close[:-1] - 1.0, strict=True):
            returns.setdefault(market.row_times()[row], []).append(value)

    for time, values in returns.items():
        assert whole.returns[time] == pytest.approx(np.mean(values))


def test_no_lag_reaches_from_one_asset_into_another():
    market = sample_market(assets=5, days=40, seed=4)
    panel = asset_panel(market)
    assets = np.full(panel.time.size, -1)
    assets[panel.place] = market.rows[ASSET]
    for lag in LAGS[LAGS > 0].tolist():
        both = (assets[:-lag] >= 0) & (assets[lag:] >= 0)
        assert (assets[:-lag][both] == assets[lag:][both]).all()
    assert panel.segments[1] - panel.segments[0] == market.asset_rows(0).size + REACH


class Stopped:
    def advance(self, share):
        raise AssertionError(share)

    def check(self):
        raise Cancelled


def test_the_sums_can_be_cancelled():
    panel = asset_panel(sample_market(assets=5, days=60))

    with pytest.raises(Cancelled):
        lag_sums(panel, panel.returns, panel.returns, Stopped())
