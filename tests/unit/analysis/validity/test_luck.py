"""Signals that cannot know anything."""

import numpy as np
import pytest

from ml4t_desktop.analysis.undefined import Undefined
from ml4t_desktop.analysis.validity.luck import measure_luck, other_sources, with_signals_of
from ml4t_desktop.engine.rules.rule_run import run_rules
from ml4t_desktop.errors import Cancelled
from ml4t_desktop.market.market import ASSET, CLOSE, PREVIOUS
from ml4t_desktop.market.sample import sample_market
from ml4t_desktop.request import parse_request

RULES = {
    "entry": {"column": "signal.ml_pred_5d", "op": "top_n", "value": 3},
    "exits": {"max_bars": 3},
    "sizing": {"helper": "buy_percent", "percent": 0.1},
}


def request_of(strategy):
    data = {"files": ["memory"], "signals": ["ml_pred_5d", "confidence", "exit_signal"]}
    return parse_request({"data": data, "strategy": strategy})


@pytest.fixture(scope="module")
def market():
    return sample_market(assets=12, days=300)


def total_return(market, request):
    result = run_rules(market, request)
    return result.final_value / result.initial_capital - 1


def nothing(_share):
    pass


def test_every_asset_gets_the_signals_of_one_other_asset_at_the_same_time(market):
    method, sources = other_sources(market, 3)
    rows = next(sources)
    known = rows >= 0
    times, assets = market.row_times(), market.rows[ASSET]
    pairs = {tuple(pair) for pair in np.stack([assets[known], assets[rows[known]]]).T.tolist()}

    assert method == "other_assets"
    assert (times[rows[known]] == times[known]).all()
    assert len(pairs) == 12
    assert len({other for _, other in pairs}) == 12


def test_with_few_assets_signals_move_along_the_history_of_their_own():
    market = sample_market(assets=2, days=200)
    method, sources = other_sources(market, 1)
    rows = next(sources)

    assert method == "other_times"
    assert (market.rows[ASSET][rows] == market.rows[ASSET]).all()
    assert sorted(rows.tolist()) == list(range(market.row_count))
    assert (rows != np.arange(market.row_count)).all()


def test_signals_that_know_the_future_are_told_from_luck(market):
    close, previous = market.prices[CLOSE], market.rows[PREVIOUS]
    change = np.where(previous >= 0, close / close[previous] - 1, 0.0)
    tomorrow = np.full(close.size, np.nan)
    has_next = np.flatnonzero(previous >= 0)
    tomorrow[previous[has_next]] = change[has_next]
    knowing = with_signals_of(market, np.arange(close.size))
    signals = {**knowing.signals, "ml_pred_5d": tomorrow}
    knowing = type(market)(
        **{
            name: getattr(market, name) for name in market.__dataclass_fields__ if name != "signals"
        },
        signals=signals,
    )
    request = request_of({**RULES, "exits": {"max_bars": 1}})

    luck = measure_luck(knowing, request, total_return(knowing, request), nothing, runs=60)

    assert luck.as_good == 0
    assert luck.probability == pytest.approx(1 / 61)


def test_signals_of_noise_are_not_told_from_luck(market):
    noise = np.random.default_rng(5).uniform(size=market.row_count)
    blind = type(market)(
        **{
            name: getattr(market, name) for name in market.__dataclass_fields__ if name != "signals"
        },
        signals={**market.signals, "ml_pred_5d": noise},
    )
    request = request_of(RULES)

    luck = measure_luck(blind, request, total_return(blind, request), nothing, runs=60)

    assert luck.probability > 0.02
    assert luck.returns.size == 60


def test_the_same_question_has_the_same_answer(market):
    request = request_of(RULES)
    first, second = (measure_luck(market, request, 0.0, nothing, runs=5).returns for _ in range(2))

    assert first.tolist() == second.tolist()


def test_rules_without_signals_are_not_asked(market):
    request = request_of({"entry": {"column": "bar.close", "op": "rising"}})

    assert isinstance(measure_luck(market, request, 0.1, nothing), Undefined)


def test_it_can_be_cancelled_between_two_runs(market):
    done = []

    def stop(share):
        done.append(share)
        message = "nobody waits"
        raise Cancelled(message)

    with pytest.raises(Cancelled):
        measure_luck(market, request_of(RULES), 0.1, stop, runs=5)
    assert done == [0.2]
