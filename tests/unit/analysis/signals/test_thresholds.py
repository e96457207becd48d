"""The backtest over the values a threshold could have had."""

import pytest

from ml4t_desktop.analysis.signals.thresholds import entry_clause, threshold_curve, with_threshold
from ml4t_desktop.analysis.undefined import Undefined
from ml4t_desktop.engine.rules.rule_run import run_rules
from ml4t_desktop.errors import Cancelled
from ml4t_desktop.market.sample import sample_market
from ml4t_desktop.request import parse_request

CLAUSE = {"column": "signal.ml_pred_5d", "op": ">", "value": 0.8}


def request_of(entry, **strategy):
    return parse_request(
        {
            "data": {"files": ["memory"], "signals": ["ml_pred_5d", "confidence", "exit_signal"]},
            "strategy": {"entry": entry, "exits": {"max_bars": 5}, **strategy},
            "account": {"type": "margin"},
        }
    )


@pytest.fixture(scope="module")
def market():
    return sample_market(assets=10, days=200)


def nothing(_share):
    pass


def test_the_present_threshold_is_a_point_and_gives_the_run_itself(market):
    request = request_of(CLAUSE)
    result = run_rules(market, request)

    curve = threshold_curve(market, request, "ml_pred_5d", nothing)
    point = next(item for item in curve.points if item.threshold == curve.present)

    assert curve.present == 0.8
    assert point.total_return == pytest.approx(result.final_value / result.initial_capital - 1)
    assert point.trades == result.trades.filter(result.trades["status"] == "closed").height


def test_a_higher_threshold_lets_fewer_bars_through(market):
    curve = threshold_curve(market, request_of(CLAUSE), "ml_pred_5d", nothing)
    shares = [point.selected for point in curve.points]

    assert shares == sorted(shares, reverse=True)
    assert shares[0] > 0.8
    assert curve.points == tuple(sorted(curve.points, key=lambda point: point.threshold))


def test_the_clause_is_found_wherever_it_stands_and_only_its_number_changes(market):
    deep = {"all": [{"column": "bar.close", "op": ">", "value": 1.0}, {"any": [{"not": CLAUSE}]}]}
    request = request_of(deep)
    side, clause = entry_clause(request, "ml_pred_5d")
    changed = with_threshold(request, side, clause, 0.25)

    assert changed == request_of(
        {"all": [deep["all"][0], {"any": [{"not": {**CLAUSE, "value": 0.25}}]}]}
    )
    assert request == request_of(deep)


def test_the_short_side_is_looked_at_when_the_long_one_has_no_such_clause(market):
    both = request_of(
        {"column": "bar.close", "op": ">", "value": 1.0},
        direction="both",
        short_entry={**CLAUSE, "op": "<"},
    )

    assert entry_clause(both, "ml_pred_5d")[0] == "short_entry"


@pytest.mark.parametrize(
    "entry",
    [
        {"column": "signal.confidence", "op": ">", "value": 0.5},
        {"column": "signal.ml_pred_5d", "op": ">", "other": "signal.confidence"},
        {"column": "signal.ml_pred_5d", "op": "rising"},
    ],
    ids=["other column", "two columns", "no number"],
)
def test_without_a_number_to_compare_with_there_is_no_curve(market, entry):
    assert isinstance(threshold_curve(market, request_of(entry), "ml_pred_5d", nothing), Undefined)


def test_it_stops_when_nobody_waits(market):
    def stop(_share):
        message = "nobody waits"
        raise Cancelled(message)

    with pytest.raises(Cancelled):
        threshold_curve(market, request_of(CLAUSE), "ml_pred_5d", stop)
