import numpy as np
import pytest

from ml4t_desktop.analysis.rules.sizing_example import SizingExamples, size_curve
from ml4t_desktop.engine.rules.rule_run import run_rules
from ml4t_desktop.request.sizing import BuyPercent, FractionalKelly, SizeByConfidence
from tests.unit.engine.trial import market_of, request_of

BARS = {
    "A": [(10.0, 10.0, 10.0, 10.0), (11.0, 12.0, 10.0, 11.0), (12.0, 12.0, 12.0, 12.0)],
    "B": [(20.0, 20.0, 20.0, 20.0), (21.0, 22.0, 20.0, 21.0), (22.0, 22.0, 22.0, 22.0)],
}
SIGNALS = {
    "s": {"A": [0.9, 0.2, 0.9], "B": [0.95, 0.8, 0.1]},
    "confidence": {"A": [0.5, 0.5, 0.5], "B": [0.8, 0.4, 0.5]},
}
ENTRY = {"column": "signal.s", "op": ">", "value": 0.7}
SIZINGS = [
    {"helper": "buy_percent", "percent": 0.33},
    {"helper": "size_by_confidence", "confidence": "signal.confidence", "max_percent": 0.5},
    {"helper": "fixed_quantity", "quantity": 7.5},
    {"helper": "fixed_value", "value": 777.0},
    {
        "helper": "fractional_kelly",
        "probability": "signal.confidence",
        "payoff": 2.0,
        "fraction": 0.5,
        "max_percent": 0.4,
    },
]
COSTS = {
    "commission": {"model": "percent", "rate": 0.01},
    "slippage": {"model": "percent", "rate": 0.001},
}


def request_with(sizing, **more):
    strategy = {"entry": ENTRY, "sizing": sizing, "limits": {"rank_by": "signal.s"}}
    return request_of(strategy, costs=COSTS, account={"initial_capital": 10_000.0}, **more)


def test_an_example_is_the_best_entry_of_its_time_from_signal_to_fill():
    # 0.5 * 0.8 = 40 % of 10,000 is 4,000, at 20 that is 200 shares; filled at 21 plus 0.1 %.
    examples = SizingExamples(market_of(BARS, signals=SIGNALS), request_with(SIZINGS[1]))
    one = examples.example(0)

    assert (one.symbol, one.close, one.count) == ("B", 20.0, 2)
    assert one.values == {"signal.s": 0.95, "signal.confidence": 0.8}
    assert one.share == pytest.approx(0.4)
    assert (one.exact, one.ordered, one.filled) == (pytest.approx(200.0), 200.0, 200.0)
    assert one.price == pytest.approx(21.021)
    assert one.commission == pytest.approx(42.042)
    assert one.slippage == pytest.approx(4.2)
    assert one.cash == pytest.approx(10_000 - 200 * 21.021 - 42.042)


@pytest.mark.parametrize("sizing", SIZINGS, ids=lambda sizing: sizing["helper"])
def test_the_first_example_is_the_first_order_of_a_run(sizing):
    market, request = market_of(BARS, signals=SIGNALS), request_with(sizing)
    one = SizingExamples(market, request).example(0)
    run = run_rules(market, request)

    order = run.orders.row(0, named=True)
    assert (one.symbol, one.ordered) == (order["symbol"], abs(order["requested"]))
    assert (one.status, one.reason) == (order["status"], order["reason"] or "")
    fill = run.fills.filter(run.fills["order_id"] == order["order_id"]).row(0, named=True)
    assert one.price == pytest.approx(fill["price"], rel=1e-15)
    assert (one.commission, one.slippage) == (fill["commission"], fill["slippage"])


def test_too_little_cash_shrinks_the_example_as_it_shrinks_the_order():
    market = market_of(BARS, signals=SIGNALS)
    one = SizingExamples(market, request_with({"helper": "buy_percent", "percent": 1.0})).example(0)

    assert one.ordered == 500
    assert one.filled == 471  # 471 * 21.021 * 1.01 = 9999.9; one share more would exceed the cash
    assert one.status == "reduced"
    assert 0 <= one.cash < 21.3


def test_a_size_by_volatility_sees_the_bars_before():
    closes = [10.0, 11.0, 10.0, 11.0, 10.0, 11.0]
    bars = [(c, c, c, c) for c in closes]
    market = market_of(bars, signals={"s": [0.0] * 4 + [0.9, 0.0]})
    sizing = {"helper": "inverse_volatility", "risk": 0.01, "window": 3, "max_percent": 0.5}
    request = request_with(sizing)
    one = SizingExamples(market, request).example(0)

    order = run_rules(market, request).orders.row(0, named=True)
    assert one.ordered == order["requested"] > 0


def test_a_rule_that_selects_nothing_has_no_example():
    never = {**ENTRY, "value": 5.0}
    request = request_of({"entry": never, "sizing": SIZINGS[0]})

    assert SizingExamples(market_of(BARS, signals=SIGNALS), request).count == 0


def test_the_curve_of_a_size_by_confidence_is_a_line():
    chances, shares = size_curve(SizeByConfidence(confidence="signal.c", max_percent=0.2))

    assert shares == pytest.approx(0.2 * chances)


def test_the_curve_of_kelly_begins_where_there_is_an_edge_and_ends_at_the_most():
    sizing = FractionalKelly(probability="signal.p", payoff=1.0, fraction=0.5, max_percent=0.2)
    chances, shares = size_curve(sizing)

    assert np.all(shares[chances <= 0.5] == 0)
    assert shares[60] == pytest.approx(0.5 * (0.6 - 0.4))
    assert shares[-1] == pytest.approx(0.2)
    assert size_curve(BuyPercent(percent=0.1)) is None


def test_an_example_is_one_that_makes_an_order_where_the_first_cannot():
    # The volatility of the last two returns is there from the third bar on.
    bars = [(price,) * 4 for price in (10.0, 11.0, 10.5, 11.5, 11.0, 12.0, 11.0, 12.5)]
    sizing = {"helper": "inverse_volatility", "risk": 0.01, "window": 3, "max_percent": 0.5}
    market = market_of({"A": bars}, signals={"s": {"A": [0.9] * len(bars)}})
    examples = SizingExamples(market, request_with(sizing))

    assert examples.example(0).ordered == 0.0
    telling = examples.telling()
    assert telling.ordered > 0.0
    assert telling.number > 0
