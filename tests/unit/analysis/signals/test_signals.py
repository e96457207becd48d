"""What followed the values of a signal, worked out by hand."""

from datetime import timedelta

import numpy as np
import pytest

from ml4t_desktop.analysis.signals.calibration import calibration
from ml4t_desktop.analysis.signals.context_grid import context_grid
from ml4t_desktop.analysis.signals.correlation import rank_correlation, rolling_mean
from ml4t_desktop.analysis.signals.drift import drift
from ml4t_desktop.analysis.signals.errors import error_of_mean
from ml4t_desktop.analysis.signals.forward import Sample, forward_sample, tenths
from ml4t_desktop.analysis.signals.groups import tenth_returns, tenth_trades, wilson
from ml4t_desktop.analysis.signals.review import likely_horizon, review_signal
from ml4t_desktop.analysis.undefined import Undefined
from ml4t_desktop.market import TextColumn
from ml4t_desktop.market.market import Market
from ml4t_desktop.market.sample import sample_market
from tests.unit.analysis.result_builder import trades_frame
from tests.unit.engine.trial import MONDAY, market_of


def sample_of(value, later, time, *, is_across, horizon=1, tenth=None):
    value, later, time = np.array(value, float), np.array(later, float), np.array(time)
    group = time if is_across else np.zeros(value.size, np.int64)
    return Sample(
        name="s",
        horizon=horizon,
        is_across=is_across,
        column=value,
        has_both=np.ones(value.size, np.bool_),
        row_start=np.searchsorted(time, np.arange(int(time.max()) + 2)),
        later=later,
        tenth=(tenths(value, group) if tenth is None else np.array(tenth)).astype(np.int8),
        missing=0,
    )


def replaced(market: Market, **changes) -> Market:
    fields = {name: getattr(market, name) for name in market.__dataclass_fields__}
    return Market(**{**fields, **changes})


def test_tenths_cut_a_group_into_ten_parts_of_its_own():
    values = np.concatenate([np.arange(20.0), 100 + np.arange(10.0)])
    group = np.repeat([0, 1], [20, 10])

    assert tenths(values, group).tolist() == [i // 2 for i in range(20)] + list(range(10))


def test_equal_values_share_a_tenth():
    # Nine zeros fill the places 0 to 8 of ten; the middle of them is place 4.
    assert tenths(np.array([0.0] * 9 + [1.0]), np.zeros(10, np.int64)).tolist() == [4] * 9 + [9]


def test_the_return_runs_from_the_next_open_to_the_close_so_many_bars_later():
    bars = [(10.0 + i, 12.0 + i, 9.0 + i, 11.0 + i) for i in range(120)]
    market = market_of(bars, signals={"s": [float(i) for i in range(120)]})

    found = forward_sample(market, "s", 2)

    assert found.later.size == 118
    # After bar 0: bought at the open of bar 1 (11), valued at the close of bar 2 (13).
    assert found.later[0] == pytest.approx(13 / 11 - 1)
    assert found.later[-1] == pytest.approx((11 + 119) / (10 + 118) - 1)


def test_few_values_and_texts_have_no_sample():
    short = market_of([(1.0, 1.0, 1.0, 1.0)] * 50, signals={"s": [1.0] * 50})
    market = sample_market(assets=2, days=100)
    words = TextColumn(np.zeros(market.row_count, np.int32), ("up",))

    assert "fewer than 100" in forward_sample(short, "s", 1).reason
    assert isinstance(forward_sample(replaced(market, signals={"w": words}), "w", 1), Undefined)


def test_the_mean_of_a_tenth_weighs_every_timestamp_alike():
    # Tenth 9 at time 0 holds two bars (mean 0.02), at time 1 one bar of 0.06, at time 2 one of 0.
    sample = sample_of(
        [1, 2, 5, 7], [0.01, 0.03, 0.06, 0.0], [0, 0, 1, 2], is_across=True, tenth=[9, 9, 9, 9]
    )
    table = tenth_returns(sample).table

    assert table["mean"][9] == pytest.approx((0.02 + 0.06 + 0.0) / 3)
    assert table["count"][9] == 4
    error = np.std([0.02, 0.06, 0.0]) / 2**0.5
    assert table["high"][9] - table["mean"][9] == pytest.approx(1.6449 * error, rel=1e-4)


def test_a_signal_that_orders_returns_rises_from_tenth_to_tenth():
    rng = np.random.default_rng(2)
    value = rng.uniform(size=(200, 50))
    later = value / 100 + rng.normal(0, 0.001, value.shape)
    times = np.repeat(np.arange(200), 50)
    sample = sample_of(value.ravel(), later.ravel(), times, is_across=True)
    found = tenth_returns(sample)

    assert found.monotonicity == pytest.approx(1.0)
    assert found.spread == pytest.approx(0.009, abs=0.0005)
    assert found.spread / found.spread_error > 20


def test_overlapping_returns_make_the_error_larger():
    noise = np.random.default_rng(1).normal(size=5000)
    overlapping = np.convolve(noise, np.ones(5), "valid")

    # Each value shares four of five summands with its neighbour: the true error is five times that of
    # independent draws of the noise.
    true = 5 / overlapping.size**0.5
    assert error_of_mean(noise, 1) == pytest.approx(noise.std() / 5000**0.5, rel=0.001)
    assert error_of_mean(overlapping, 1) < 0.5 * true
    assert error_of_mean(overlapping, 25) == pytest.approx(true, rel=0.1)


def test_the_rank_correlation_is_that_of_each_timestamp():
    # Time 0: ranks agree; time 1: they are reversed.
    sample = sample_of(
        [*range(6), *range(6)], [*range(6), *range(6, 0, -1)], np.repeat([0, 1], 6), is_across=True
    )
    found = rank_correlation(sample)

    assert found.values.tolist() == pytest.approx([1.0, -1.0])
    assert found.mean == pytest.approx(0.0)


def test_over_time_the_rank_correlation_is_spearmans():
    rng = np.random.default_rng(3)
    value, later = rng.normal(size=300), rng.normal(size=300)
    sample = sample_of(value, later + value, np.arange(300), is_across=False)
    ranks = [np.argsort(np.argsort(part)) for part in (value, later + value)]

    assert rank_correlation(sample).mean == pytest.approx(np.corrcoef(*ranks)[0, 1])


def test_a_rolling_mean_waits_until_it_has_enough():
    assert rolling_mean(np.array([1.0, 2.0, 6.0]), 2)[1:].tolist() == [1.5, 4.0]
    assert np.isnan(rolling_mean(np.array([1.0, 2.0, 6.0]), 2)[0])
    assert np.isnan(rolling_mean(np.array([1.0]), 2)).all()


def test_a_probability_that_is_right_has_the_brier_score_of_its_spread():
    # Said 0.8 ten times: happened eight times. (8 * 0.04 + 2 * 0.64) / 10 = 0.16.
    sample = sample_of([0.8] * 10, [0.01] * 8 + [-0.01] * 2, np.arange(10), is_across=False)
    found = calibration(sample)

    assert found.event == "rises"
    assert found.brier == pytest.approx(0.16)
    assert found.base_rate == pytest.approx(0.8)
    assert found.skill == pytest.approx(0.0)
    assert found.table["happened"].to_list() == [pytest.approx(0.8)]


def test_across_assets_the_event_is_to_beat_the_median_of_the_day():
    # Medians: 0.015 of the first day (even count), -0.02 of the second.
    sample = sample_of(
        [0.1, 0.9, 0.9, 0.1, 0.9],
        [0.01, 0.02, -0.01, -0.02, -0.03],
        [0, 0, 1, 1, 1],
        is_across=True,
    )
    found = calibration(sample)

    assert found.event == "beats_median"
    assert found.base_rate == pytest.approx(2 / 5)
    by_said = dict(zip(found.table["said"].round(1), found.table["happened"], strict=True))
    assert by_said[0.9] == pytest.approx(2 / 3)
    assert by_said[0.1] == pytest.approx(0.0)


def test_values_beyond_one_are_no_probabilities():
    sample = sample_of([0.5, 1.5], [0.0, 0.1], [0, 1], is_across=False)

    assert isinstance(calibration(sample), Undefined)


def test_the_interval_of_a_share_is_that_of_wilson():
    # 8 of 10 with z = 1.6449: (0.8 + 0.1353 +- 1.6449 * sqrt(0.016 + 0.00676)) / 1.2706.
    low, high = wilson(np.array([8.0]), np.array([10.0]))

    assert low[0] == pytest.approx(0.5408, abs=5e-4)
    assert high[0] == pytest.approx(0.9314, abs=5e-4)


def test_trades_stand_in_the_tenth_of_the_signal_they_were_decided_on():
    rows = [{"pnl": float(i - 4), "entry_signal__s": i / 10} for i in range(10)]
    table = tenth_trades(trades_frame(rows), "s")

    assert table["trades"].to_list() == [1] * 10
    assert table["pnl"].to_list() == [float(i - 4) for i in range(10)]
    assert table["win_rate"].to_list() == [0.0] * 5 + [1.0] * 5
    assert tenth_trades(trades_frame(rows[:9]), "s").is_empty()
    assert tenth_trades(trades_frame(rows), "other").is_empty()


def test_returns_are_shown_by_market_and_by_fifth_of_the_signal():
    bars = [(10.0, 10.0, 10.0, 10.0)] * 4
    market = replaced(
        market_of(bars, signals={"s": [1.0] * 4}),
        context={
            "VIX": np.array([10.0, 20.0, 30.0, 40.0]),
            "regime": TextColumn(np.array([0, 1, 1, -1], np.int32), ("bull", "bear")),
        },
    )
    sample = sample_of(
        [1, 2, 3, 4], [0.1, 0.2, 0.4, 0.8], [0, 1, 2, 3], is_across=False, tenth=[0, 9, 9, 9]
    )

    numbers, words = context_grid(market, sample, "VIX"), context_grid(market, sample, "regime")

    assert numbers.bounds == ((10.0, 17.5), (17.5, 25.0), (25.0, 32.5), (32.5, 40.0))
    assert numbers.mean[:, 4].tolist()[1:] == pytest.approx([0.2, 0.4, 0.8])
    assert numbers.count[0].tolist() == [1, 0, 0, 0, 0]
    assert words.labels == ("bull", "bear")
    assert words.mean[1, 4] == pytest.approx(0.3)
    assert words.count.sum() == 3


def test_a_signal_that_moves_to_other_values_drifts():
    times = [MONDAY + timedelta(days=i) for i in range(1096)]  # 2024, 2025, 2026
    rng = np.random.default_rng(1)
    values = rng.uniform(size=1096)
    values[731:] = 0.5 + values[731:] / 2
    market = market_of([(1.0, 1.0, 1.0, 1.0)] * 1096, signals={"s": values.tolist()}, times=times)
    table = drift(market, "s")

    assert table["year"].to_list() == [2024, 2025, 2026]
    assert table["stability"][0] is None
    assert table["stability"][1] < 0.1
    # Five parts of ten are all but empty, the others hold a fifth each:
    # 5 (0.2 - 0.1) ln 2 + 5 (0 - 0.1) ln(0.0001 / 0.1) = 3.8.
    assert table["stability"][2] == pytest.approx(3.8, abs=0.3)


def test_the_name_of_a_signal_may_say_its_horizon():
    assert [likely_horizon(name) for name in ("ml_pred_5d", "fwd_20", "y", "model2_10d", "p_252")] == [
        5, 20, 5, 10, 5,
    ]  # fmt: skip


def test_a_review_holds_every_part(qtbot):
    market = sample_market(assets=30, days=300)
    checks = []

    found = review_signal(market, trades_frame([]), "ml_pred_5d", 5, lambda: checks.append(1))

    assert found.sample.is_across
    assert found.counts.sum() == np.isfinite(market.signals["ml_pred_5d"]).sum()
    assert found.decay.correlation.size == 41
    assert [grid.context for grid in found.contexts] == list(market.context)
    assert len(checks) > 3
