"""Orders through the scripting interface, case by case: bars and calls on the left, fills on the right.

Every case is worked out by hand from the execution rules; a bar is one price, or open, high, low and close.
"""

import math
from datetime import date, datetime, timedelta

import polars as pl
import pytest

from ml4t_desktop.backtest import BacktestEngine, BacktestResult, OrderType, Strategy
from ml4t_desktop.backtest.data import DataFrameFeed

MONDAY = datetime(2024, 1, 1)
PRICES = {name: pl.Float64() for name in ("open", "high", "low", "close")}
ONE_CENT = {"slippage": {"model": "percent", "rate": 0.01}}
SHORT = {"account": {"type": "margin"}}
FIRST_TARGET = {"execution": {"ambiguous_bar": "target_first"}}
UNPROTECTED = {"execution": {"protect_entry_bar": False}}
FROM_CLOSE = {"execution": {"stop_basis": "decision_close"}}
ALL_OF_IT = {"execution": {"participation": 1.0}}


def bars(*prices, asset="A", step=timedelta(days=1)):
    rows = []
    for place, price in enumerate(prices):
        four = price if isinstance(price, tuple) else (price,) * 4
        values = dict(zip(("open", "high", "low", "close", "volume"), (*four, 1e6), strict=False))
        rows.append({"timestamp": MONDAY + place * step, "symbol": asset, **values})
    return pl.DataFrame(rows, schema_overrides=PRICES)


class Calls(Strategy):
    """Makes the call that is written for each bar."""

    def __init__(self, calls):
        self.calls, self.place = calls, -1

    def on_bar_end(self, timestamp, context=None):
        self.place += 1
        if self.place in self.calls:
            name, *arguments = self.calls[self.place]
            options = arguments.pop() if arguments and isinstance(arguments[-1], dict) else {}
            getattr(self, name)("A", *arguments, **options)


def run(frame, calls, **settings) -> BacktestResult:
    return BacktestEngine(DataFrameFeed(frame), Calls(calls), **settings).run()


def traded(result, step=timedelta(days=1)):
    """Bar, signed quantity and price of every fill."""
    return [
        (
            (fill["timestamp"] - MONDAY) // step,
            fill["quantity"] if fill["side"] == "buy" else -fill["quantity"],
            pytest.approx(fill["price"], rel=1e-12),
        )
        for fill in result.fills.iter_rows(named=True)
    ]


def order(quantity, *arguments, **options):
    return ("submit_order", quantity, *arguments, options)


def bracket(quantity, *arguments, **options):
    return ("submit_bracket", quantity, *arguments, options)


BUY = order(5)
LIMITED = order(5, "limit", 19)
STOPPED = order(-5, "stop", stop_price=19.5)
STOP_LIMIT = order(5, "stop_limit", 21.5, 21)
SOLD_STOP_LIMIT = order(-5, "stop_limit", 8.5, 9)
TRAILED = order(-5, "trailing_stop", trail_percent=0.1)
PROTECTED = bracket(5, stop_loss=0.1, take_profit=0.1)
TRAILED_BRACKET = bracket(5, trailing_stop=0.1)
CALM = (10, 10.5, 9.8, 10)

CASES = {
    "market at the next open": ([10, (20, 22, 18, 21)], {0: BUY}, {}, [(1, 5, 20)]),
    "market at this close": (
        [10, 20],
        {0: BUY},
        {"execution": {"fill": "same_close"}},
        [(0, 5, 10)],
    ),
    "limit inside the bar, without slippage": (
        [10, (20, 22, 18, 21)],
        {0: LIMITED},
        {"costs": ONE_CENT},
        [(1, 5, 19)],
    ),
    "limit at a better open": ([10, (17, 22, 16, 21)], {0: LIMITED}, {}, [(1, 5, 17)]),
    "limit not reached": ([10, (20, 22, 19.5, 21)], {0: LIMITED}, {}, []),
    "sale at a limit": (
        [10, 20, (20, 23, 19, 22)],
        {0: BUY, 1: order(-5, "limit", 22.5)},
        {},
        [(1, 5, 20), (2, -5, 22.5)],
    ),
    "sale at a better open": (
        [10, 20, (25, 26, 24, 22)],
        {0: BUY, 1: order(-5, "limit", 22.5)},
        {},
        [(1, 5, 20), (2, -5, 25)],
    ),
    "stop inside the bar": (
        [10, 20, (20, 23, 19, 22)],
        {0: BUY, 1: STOPPED},
        {},
        [(1, 5, 20), (2, -5, 19.5)],
    ),
    "stop that the open is beyond, with slippage": (
        [10, 20, (18, 23, 17, 22)],
        {0: LIMITED, 1: STOPPED},
        {"costs": ONE_CENT, "account": {"type": "margin"}},
        [(2, 5, 18), (2, -5, 18 * 0.99)],
    ),
    "buying stop": (
        [10, (20, 22, 18, 21)],
        {0: order(5, "stop", stop_price=21)},
        {},
        [(1, 5, 21)],
    ),
    "buying stop, gap": ([10, (23, 24, 22, 23)], {0: order(5, "stop", None, 21)}, {}, [(1, 5, 23)]),
    "stop-limit touched inside": ([10, (20, 22, 19, 21)], {0: STOP_LIMIT}, {}, [(1, 5, 21)]),
    "stop-limit, open between": ([10, (21.2, 22, 21, 21)], {0: STOP_LIMIT}, {}, [(1, 5, 21.2)]),
    "stop-limit, open beyond, then a limit in the same bar": (
        [10, (22, 23, 21.2, 22.5)],
        {0: STOP_LIMIT},
        {},
        [(1, 5, 21.5)],
    ),
    "stop-limit, open beyond, then a limit in the next bar": (
        [10, (22, 23, 21.8, 22.5), (22, 22.5, 21.4, 22)],
        {0: STOP_LIMIT},
        {},
        [(2, 5, 21.5)],
    ),
    "stop-limit, open beyond, then a better open": (
        [10, (22, 23, 21.8, 22.5), (21.3, 22.5, 21.2, 22)],
        {0: STOP_LIMIT},
        {},
        [(2, 5, 21.3)],
    ),
    "selling stop-limit": (
        [10, 10, (10, 10, 8, 9)],
        {0: BUY, 1: SOLD_STOP_LIMIT},
        {},
        [(1, 5, 10), (2, -5, 9)],
    ),
    "selling stop-limit, open between": (
        [10, 10, (8.8, 10, 8, 9)],
        {0: BUY, 1: SOLD_STOP_LIMIT},
        {},
        [(1, 5, 10), (2, -5, 8.8)],
    ),
    "selling stop-limit, open beyond": (
        [10, 10, (8, 8.4, 8, 8), (8, 8.6, 8, 8)],
        {0: BUY, 1: SOLD_STOP_LIMIT},
        {},
        [(1, 5, 10), (3, -5, 8.5)],
    ),
    # From the close of 10: 9; the high of 12 counts from the next bar on: 10.8.
    "trailing alone follows the bars before": (
        [10, 10, (10, 12, 9.5, 11), (11, 11, 10.7, 10.9)],
        {0: BUY, 1: TRAILED},
        {},
        [(1, 5, 10), (3, -5, 10.8)],
    ),
    "trailing alone is raised after its test": (
        [10, 10, (10, 12, 9, 11)],
        {0: BUY, 1: TRAILED},
        {},
        [(1, 5, 10), (2, -5, 9)],
    ),
    "trailing alone, gap": (
        [10, 10, (10, 12, 9.5, 11), (10.5, 11, 10.2, 10.9)],
        {0: BUY, 1: TRAILED},
        {},
        [(1, 5, 10), (3, -5, 10.5)],
    ),
    "trailing of a short": (
        [10, 10, (10, 10.5, 8, 9), (8.5, 8.9, 8.5, 8.9)],
        {0: order(-5), 1: order(5, "trailing_stop", trail_percent=0.1)},
        SHORT,
        [(1, -5, 10), (3, 5, 8.8)],
    ),
    "target": ([10, CALM, (10, 12, 10, 11)], {0: PROTECTED}, {}, [(1, 5, 10), (2, -5, 11)]),
    "both legs: the stop": (
        [10, CALM, (10, 12, 8, 11)],
        {0: PROTECTED},
        {},
        [(1, 5, 10), (2, -5, 9)],
    ),
    "both legs: the target": (
        [10, CALM, (10, 12, 8, 11)],
        {0: PROTECTED},
        FIRST_TARGET,
        [(1, 5, 10), (2, -5, 11)],
    ),
    "entry bar protected": (
        [10, (10, 10.5, 8.8, 10), 10],
        {0: PROTECTED},
        {},
        [(1, 5, 10), (1, -5, 9)],
    ),
    "entry bar unprotected": (
        [10, (10, 10.5, 8.8, 10), (8.5, 10, 8, 10)],
        {0: PROTECTED},
        UNPROTECTED,
        [(1, 5, 10), (2, -5, 8.5)],
    ),
    "entry inside its bar: legs from the next": (
        [10, (10, 10.5, 8, 9.6), (9.6, 9.7, 9.5, 9.6)],
        {0: bracket(5, 9.5, 0.1)},
        {},
        [(1, 5, 9.5)],
    ),
    "entry that never filled: no legs": (
        [10, (10, 10.5, 9.7, 9.9), (9.9, 12, 9.8, 10)],
        {0: bracket(5, 9.5, 0.1, 0.1)},
        {},
        [],
    ),
    "stop from the fill, slippage included and commission not": (
        [10, 10, (10, 10, 8, 9)],
        {0: bracket(5, stop_loss=0.1)},
        {"costs": ONE_CENT | {"commission": {"model": "percent", "rate": 0.01}}},
        [(1, 5, 10.1), (2, -5, 10.1 * 0.9 * 0.99)],
    ),
    "stop from the close of the decision": (
        [10, 11, (11, 11, 8, 9)],
        {0: bracket(5, stop_loss=0.1)},
        FROM_CLOSE,
        [(1, 5, 11), (2, -5, 9)],
    ),
    "trailing bracket follows the high of the entry bar": (
        [10, (10, 12, 9.5, 11), (11, 11, 10.7, 11)],
        {0: TRAILED_BRACKET},
        {},
        [(1, 5, 10), (2, -5, 10.8)],
    ),
    "trailing bracket starts at the fill": (
        [10, (10, 12, 8.9, 11)],
        {0: TRAILED_BRACKET},
        {},
        [(1, 5, 10), (1, -5, 9)],
    ),
    # Entered inside: from 9.5, then from the high of 11 the bar after: 9.9.
    "trailing bracket entered inside leaves the entry bar out": (
        [10, (10, 12, 9.4, 11), (11, 11, 10.2, 11), (10, 10, 8.5, 9)],
        {0: bracket(5, 9.5, trailing_stop=0.1)},
        {},
        [(1, 5, 9.5), (3, -5, 9.9)],
    ),
    "one cancels other: the limit": (
        [10, 10, (10, 12, 9.5, 11), (11, 11, 8, 8)],
        {0: BUY, 1: ("submit_oco", -5, 11.5, 9)},
        {},
        [(1, 5, 10), (2, -5, 11.5)],
    ),
    "one cancels other: the stop": (
        [10, 10, (10, 10.5, 9.5, 10), (10, 11, 8, 8)],
        {0: BUY, 1: ("submit_oco", -5, {"limit_price": 11.5, "stop_price": 9})},
        {},
        [(1, 5, 10), (3, -5, 9)],
    ),
    "day: the next bar only": (
        [10, 10, (10, 10, 8, 9)],
        {0: order(5, "limit", 9, time_in_force="day")},
        {},
        [],
    ),
    "good till date, included": (
        [10, 10, (10, 10, 8, 9)],
        {0: order(5, "limit", 9, time_in_force="gtd", expires=MONDAY + timedelta(days=2))},
        {},
        [(2, 5, 9)],
    ),
    "good till date, a day and a text": (
        [10, 10, (10, 10, 8, 9)],
        {
            0: order(5, "limit", 9, expires=date(2024, 1, 2)),
            1: order(6, "limit", 9, expires="2024-01-03"),
        },
        {},
        [(2, 6, 9)],
    ),
    "fill or kill": (
        [10, (10, 10, 10, 10, 3), 10],
        {0: order(5, time_in_force="fok")},
        ALL_OF_IT,
        [],
    ),
    "immediate or cancel": (
        [10, (10, 10, 10, 10, 3), 10],
        {0: order(5, time_in_force="ioc")},
        ALL_OF_IT,
        [(1, 3, 10)],
    ),
    "participation: the rest stays working": (
        [10, (10, 10, 10, 10, 3), 11],
        {0: BUY},
        ALL_OF_IT,
        [(1, 3, 10), (2, 2, 11)],
    ),
    "all by position": (
        [10, (10, 10, 8, 9)],
        {0: order(5, OrderType.LIMIT, 9.5, None, None, "gtc", None)},
        {},
        [(1, 5, 9.5)],
    ),
    "no more is sold than is held": (
        [10, 10, 10],
        {0: BUY, 1: order(-8)},
        {},
        [(1, 5, 10), (2, -5, 10)],
    ),
    "no short in a cash account": ([10, 10], {0: order(-5)}, {}, []),
    "rounded towards zero": ([10, 10], {0: order(-2.7)}, SHORT, [(1, -2, 10)]),
    "as good as a whole lot": ([10, 10], {0: order(3 - 1e-10)}, {}, [(1, 3, 10)]),
    "fractions": ([10, 10], {0: order(0.7)}, {"execution": {"lot_size": 0}}, [(1, 0.7, 10)]),
    "shrunk to the cash, with its costs": (
        [10, 10],
        {0: order(20_000)},
        {"costs": ONE_CENT | {"commission": {"model": "percent", "rate": 0.001}}},
        [(1, math.floor(100_000 / (10.1 * 1.001)), 10.1)],
    ),
    "rejected, when asked": (
        [10, 10],
        {0: order(20_000)},
        {"execution": {"insufficient_cash": "reject"}},
        [],
    ),
    # Sold on the 3rd, settled on the 5th, when its close buys at the open of the 6th.
    "money of a sale settles": (
        [10] * 7,
        {0: order(10_000), 1: order(-10_000), 2: order(5), 3: order(6)},
        {"account": {"settlement_days": 2}},
        [(1, 10_000, 10), (2, -10_000, 10), (4, 6, 10)],
    ),
    "buying power": ([10, 10], {0: order(30_000)}, SHORT, [(1, 20_000, 10)]),
    "buying power of a short": ([10, 10], {0: order(-30_000)}, SHORT, [(1, -20_000, 10)]),
    # At the close of 6: 20,000 of equity for 120,000 of value; a quarter is needed.
    "liquidated at the next open": (
        [10, 10, (7, 7, 6, 6), 5],
        {0: order(20_000)},
        SHORT,
        [(1, 20_000, 10), (3, -20_000, 5)],
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_an_order_trades_as_the_rules_say(case):
    prices, calls, settings, expected = CASES[case]
    assert traded(run(bars(*prices), calls, **settings)) == expected


@pytest.mark.parametrize(
    ("decided", "touched", "expected"),
    [(0, 3, [(3, 5, 9)]), (0, 4, []), (3, 5, [(5, 5, 9)]), (3, 8, [])],
)
def test_a_day_order_is_good_for_the_rest_of_the_day_of_the_next_bar(decided, touched, expected):
    step = timedelta(hours=6)
    prices = [(10, 10, 8 if place == touched else 9.5, 9.5) for place in range(9)]
    calls = {decided: order(5, "limit", 9, time_in_force="day")}
    assert traded(run(bars(*prices, step=step), calls), step) == expected


@pytest.mark.parametrize(
    ("commission", "price", "paid"),
    [
        ({"model": "none"}, 10, 0),
        ({"model": "percent", "rate": 0.001}, 10, 1),
        ({"model": "fixed", "amount": 7}, 10, 7),
        ({"model": "per_share", "rate": 0.005, "minimum": 1.0, "cap": 0.01}, 10, 1),
        ({"model": "per_share", "rate": 0.05, "minimum": 1.0, "cap": 0.01}, 10, 5),
        ({"model": "per_share", "rate": 0.5, "minimum": 1.0, "cap": 0.01}, 10, 10),
        ({"model": "tiered", "tiers": [{"up_to": 500, "rate": 0.01}, {"rate": 0.005}]}, 10, 5),
        ({"model": "tiered", "tiers": [{"up_to": 500, "rate": 0.01}, {"rate": 0.005}]}, 5, 5),
        ({"model": "maker_taker", "maker": -0.0002, "taker": 0.0003}, 10, 0.3),
    ],
)
def test_commission(commission, price, paid):
    result = run(bars(price, price), {0: order(100)}, costs={"commission": commission})
    assert result.fills["commission"].to_list() == [pytest.approx(paid)]


@pytest.mark.parametrize(
    ("slippage", "price"),
    [
        ({"model": "none"}, 10),
        ({"model": "percent", "rate": 0.01}, 10.1),
        ({"model": "fixed", "amount": 0.05}, 10.05),
        ({"model": "spread", "width": 0.1}, 10.05),
        # A hundred of ten thousand: 1 %.
        ({"model": "volume_share", "limit": 0.025, "impact": 0.1}, 10 * (1 + 0.1 * 0.01**2)),
        ({"model": "sqrt_impact", "coefficient": 0.1}, 10 * (1 + 0.1 * 0.1)),
    ],
)
def test_slippage_is_in_the_price_and_told_in_money(slippage, price):
    frame = bars(*[(10, 10, 10, 10, 10_000)] * 2)
    fill = run(frame, {0: order(100)}, costs={"slippage": slippage}).fills.row(0, named=True)
    assert fill["price"] == pytest.approx(price, rel=1e-12)
    assert fill["slippage"] == pytest.approx(100 * (price - 10), abs=1e-9)


def test_a_fill_that_turns_a_position_closes_one_and_opens_another():
    costs = {"commission": {"model": "fixed", "amount": 8}}
    result = run(bars(10, 10, 12, 11, 13), {0: BUY, 1: order(-8)}, costs=costs, **SHORT)
    told = ["direction", "quantity", "entry_price", "exit_price", "fees", "pnl", "status"]
    assert result.trades.select(told).rows() == [
        ("long", 5.0, 10.0, 12.0, 8.0 + 5.0, 10.0 - 13.0, "closed"),
        ("short", 3.0, 12.0, 13.0, 3.0, -3.0 - 3.0, "open"),
    ]
    assert result.trades["position_id"].n_unique() == 2
    assert result.final_value - result.initial_capital == result.trades["pnl"].sum()


def test_what_reduces_a_position_makes_a_trade_with_its_share_of_the_fees():
    costs = {"commission": {"model": "fixed", "amount": 6}}
    calls = {0: order(6), 1: order(-2), 2: order(-4)}
    trades = run(bars(10, 10, 12, 11), calls, costs=costs).trades
    assert trades.select("quantity", "exit_price", "fees", "pnl").rows() == [
        (2.0, 12.0, 2.0 + 6.0, 4.0 - 8.0),
        (4.0, 11.0, 4.0 + 6.0, 4.0 - 10.0),
    ]
    assert trades["position_id"].n_unique() == 1


def test_a_position_has_an_average_price():
    calls = {0: order(6), 1: order(2), 2: order(-8)}
    trade = run(bars(10, 10, 12, 13), calls).trades.row(0, named=True)
    assert (trade["entry_price"], trade["pnl"]) == (10.5, 8 * 2.5)


NAN, INFINITE = math.nan, math.inf
REFUSED = {
    "more than all of the equity": ("buy_percent", 1.1, 10),
    "less than nothing": ("buy_percent", -0.1, 10),
    "no share": ("buy_percent", NAN, 10),
    "a price of zero": ("buy_percent", 0.1, 0),
    "a negative price": ("buy_percent", 0.1, -1),
    "no price": ("buy_percent", 0.1, NAN),
    "an infinite price": ("buy_percent", 0.1, INFINITE),
    "a limit of zero": ("buy_percent", 0.1, 10, 0),
    "a negative limit": ("buy_percent", 0.1, 10, {"limit_price": -1}),
    "no limit": ("buy_percent", 0.1, 10, NAN),
    "more than is held": ("sell_percent", 1.1),
    "a negative share of what is held": ("sell_percent", -0.1),
    "no share of what is held": ("sell_percent", NAN),
    "a sale at a negative limit": ("sell_percent", 0.5, -2),
    "a close at a negative limit": ("close_position", -2),
    "a confidence above one": ("size_by_confidence", 1.2, 0.2, 10),
    "a confidence below zero": ("size_by_confidence", -0.2, 0.2, 10),
    "no confidence": ("size_by_confidence", NAN, 0.2, 10),
    "a maximum above one": ("size_by_confidence", 0.2, 1.2, 10),
    "a maximum below zero": ("size_by_confidence", 0.2, -0.2, 10),
    "no order": ("submit_order", 0),
    "no quantity": ("submit_order", NAN),
    "an infinite quantity": ("submit_order", INFINITE),
    "an unknown type": ("submit_order", 1, "stopp"),
    "a limit order without a limit": ("submit_order", 1, "limit"),
    "a stop order without a stop": ("submit_order", 1, "stop"),
    "a stop-limit order without a stop": ("submit_order", 1, "stop_limit", 9),
    "a trailing stop without a trail": ("submit_order", 1, "trailing_stop"),
    "a trail of nothing": ("submit_order", 1, "trailing_stop", {"trail_percent": 0}),
    "a trail of everything": ("submit_order", -1, "trailing_stop", {"trail_percent": 1.0}),
    "a market order with a limit": ("submit_order", 1, "market", 5),
    "an unknown time in force": ("submit_order", 1, {"time_in_force": "gtx"}),
    "good till no date": ("submit_order", 1, {"time_in_force": "gtd"}),
    "a date that is none": ("submit_order", 1, "limit", 5, {"expires": "soon"}),
    "a stop that loses all": ("submit_bracket", 1, {"stop_loss": 1.0}),
    "a negative stop": ("submit_bracket", 1, {"stop_loss": -0.1}),
    "a negative target": ("submit_bracket", 1, {"take_profit": -0.1}),
    "a negative limit of two": ("submit_oco", -1, -5, 3),
}


@pytest.mark.parametrize("case", REFUSED)
def test_arguments_out_of_range_are_refused(case):
    with pytest.raises(ValueError, match=r"\w"):
        run(bars(10, 10), {0: REFUSED[case]})
