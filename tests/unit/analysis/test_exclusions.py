"""Runs without some of their entries: nothing is entered there, and what it frees is used elsewhere."""

import pytest

from ml4t_desktop.analysis.exclusions import refused_rows, refusing, without_mask
from ml4t_desktop.engine.rules.rule_run import run_rules
from tests.unit.engine.trial import market_of, request_of

FLAT = (10.0, 10.0, 10.0, 10.0)
BARS = {"A": [FLAT] * 6, "B": [FLAT] * 6}
# A may be entered on the first bar and the third, B on the first alone; A is left on the second.
SIGNALS = {
    "s": {"A": [1.0, 0.0, 0.9, 0.0, 0.0, 0.0], "B": [0.8, 0.0, 0.0, 0.0, 0.0, 0.0]},
    "t": {"A": [0.0, 1.0, 0.0, 0.0, 0.0, 0.0], "B": [0.0, 1.0, 0.0, 0.0, 0.0, 0.0]},
}
STRATEGY = {
    "entry": {"column": "signal.s", "op": ">", "value": 0.5},
    "exit": {"column": "signal.t", "op": ">", "value": 0.5},
    "sizing": {"helper": "buy_percent", "percent": 0.1},
    "limits": {"max_positions": 1, "rank_by": "signal.s"},
}


@pytest.fixture
def asked():
    market = market_of(BARS, signals=SIGNALS)
    request = request_of(STRATEGY, account={"initial_capital": 10_000.0})
    return market, request, run_rules(market, request).trades


def entered(market, request, trades, mask):
    masked, other = refusing(market, request, refused_rows(market, trades, mask))
    result = without_mask(run_rules(masked, other), market)
    assert result.trades.columns == run_rules(market, request).trades.columns
    found = result.trades.sort("entry_decision_time")
    return list(zip(found["symbol"], found["entry_decision_time"].dt.day(), strict=True))


def test_the_run_itself_has_one_place_and_gives_it_to_the_best(asked):
    _, _, trades = asked
    assert trades.sort("entry_decision_time")["symbol"].to_list() == ["A", "A"]


def test_without_a_trade_its_place_goes_to_the_next(asked):
    market, request, trades = asked
    first = trades.sort("entry_decision_time")[:1]
    day = first["entry_decision_time"].dt.day()[0]
    assert entered(market, request, first, "trades") == [("B", day), ("A", day + 2)]


def test_without_a_time_nothing_is_entered_in_it(asked):
    market, request, trades = asked
    first = trades.sort("entry_decision_time")[:1]
    day = first["entry_decision_time"].dt.day()[0]
    assert entered(market, request, first, "times") == [("A", day + 2)]


def test_without_an_asset_it_is_never_entered(asked):
    market, request, trades = asked
    day = trades["entry_decision_time"].dt.day().min()
    assert entered(market, request, trades[:1], "assets") == [("B", day)]


def test_without_nothing_the_run_is_the_same(asked):
    market, request, trades = asked
    masked, other = refusing(market, request, refused_rows(market, trades[:0], "trades"))
    again = without_mask(run_rules(masked, other), market)
    assert again.trades.equals(trades)


def test_a_filter_that_is_there_still_holds(asked):
    market, _, trades = asked
    filtered = request_of(
        {**STRATEGY, "filter": {"column": "signal.s", "op": ">", "value": 0.95}},
        account={"initial_capital": 10_000.0},
    )
    day = trades["entry_decision_time"].dt.day().min()
    assert entered(market, filtered, trades[:0], "trades") == [("A", day)]
    assert entered(market, filtered, trades.sort("entry_decision_time")[:1], "trades") == []
