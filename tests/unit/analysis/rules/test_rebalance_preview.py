import numpy as np
import pytest

from ml4t_desktop.analysis.rules.rebalance_preview import rebalance_preview, rebalance_times
from ml4t_desktop.engine.rules.rule_run import run_rules
from tests.unit.engine.trial import market_of, request_of

FLAT = (10.0, 10.0, 10.0, 10.0)
DEAR = (20.0, 20.0, 20.0, 20.0)
BARS = {"A": [FLAT, FLAT, DEAR, DEAR], "B": [FLAT] * 4, "C": [FLAT] * 4}
SIGNALS = {"s": {"A": [1.0, 1.0, 1.0, 1.0], "B": [1.0, 1.0, 1.0, 1.0], "C": [0.0, 0.0, 0.0, 1.0]}}
SIZING = {"helper": "rebalance_to_weights", "schedule": "bar", "tolerance": 0.0}


def request():
    entry = {"column": "signal.s", "op": ">", "value": 0.5}
    strategy = {"entry": entry, "sizing": SIZING}
    return request_of(strategy, account={"initial_capital": 10_000.0})


def lines_at(number):
    market = market_of(BARS, signals=SIGNALS)
    preview = rebalance_preview(market, request(), rebalance_times(market, "bar"), number)
    return preview, {
        line.symbol: (round(line.weight, 4), round(line.target, 4), line.order)
        for line in preview.lines
    }


def test_at_first_nothing_is_held_and_every_target_is_bought():
    preview, lines = lines_at(0)

    assert preview.equity == 10_000.0
    assert lines == {"A": (0.0, 0.5, 500.0), "B": (0.0, 0.5, 500.0)}


def test_what_has_grown_is_sold_and_what_lags_is_bought():
    # A has doubled: 500 * 20 and 500 * 10 are 15,000; half of it each is 375 of A and 750 of B.
    preview, lines = lines_at(2)

    assert preview.equity == 15_000.0
    assert lines == {"A": (0.6667, 0.5, -125.0), "B": (0.3333, 0.5, 250.0)}


@pytest.mark.parametrize("number", range(4))
def test_the_orders_are_those_of_a_run_at_that_date(number):
    market = market_of(BARS, signals=SIGNALS)
    orders = run_rules(market, request()).orders
    time = market.moment(number)
    sent = {
        row["symbol"]: row["requested"] * (1 if row["side"] == "buy" else -1)
        for row in orders.iter_rows(named=True)
        if row["decision_time"] == time
    }

    assert {s: order for s, (_, _, order) in lines_at(number)[1].items() if order} == sent


def test_dates_are_the_first_of_their_week_or_month():
    market = market_of([FLAT] * 40)  # from Monday, 1 January, to 9 February

    assert rebalance_times(market, "month").tolist() == [0, 31]
    assert np.all(rebalance_times(market, "week") == np.arange(0, 40, 7))
    assert rebalance_times(market, "bar").size == 40
