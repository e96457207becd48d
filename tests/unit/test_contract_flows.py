"""Rules of a request, case by case: what they trade, at which price, and why.

Every case is worked out by hand; a bar is one price, or open, high, low and close.
"""

import polars as pl
import pytest

from tests.unit.contract import ALWAYS, SHORT, TEN, bars, clause, flow, run, traded


def exits(**values):
    return {"exits": values}


def intrabar(**values):
    return {"exits": {"evaluate": "intrabar", **values}}


def cooling(count):
    return {"limits": {"cooldown_bars": count}}


ONE_CENT = {"costs": {"slippage": {"model": "percent", "rate": 0.01}}}
FROM_CLOSE = {"execution": {"stop_basis": "decision_close"}}
EVERY = range(9)
# Prices, bars of entry, bars of exit, keys of the strategy, tables, fills (bar, price), reason and bars held.
FLOWS = {
    "no second entry while held": (
        [10] * 8,
        (0, 2),
        (3,),
        {},
        {},
        [(1, 10), (4, 10)],
        ("signal", 3),
    ),
    "a candidate whatever exit says": ([10] * 4, (0,), (0,), {}, {}, [(1, 10)], None),
    "again at the close of the bar it left": (
        [10] * 5,
        EVERY,
        (2,),
        {},
        {},
        [(1, 10), (3, 10), (4, 10)],
        ("signal", 2),
    ),
    "one close skipped": ([10] * 6, EVERY, (2,), cooling(1), {}, [(1, 10), (3, 10), (5, 10)], None),
    "three closes skipped": (
        [10] * 8,
        EVERY,
        (2,),
        cooling(3),
        {},
        [(1, 10), (3, 10), (7, 10)],
        None,
    ),
    "one bar": ([10] * 8, (0,), (), exits(max_bars=1), {}, [(1, 10), (2, 10)], ("max_bars", 1)),
    "three bars": ([10] * 8, (0,), (), exits(max_bars=3), {}, [(1, 10), (4, 10)], ("max_bars", 3)),
    "stop on the close, the limit counts": (
        [10, 10, 9.5, 9, 8],
        (0,),
        (),
        exits(stop_loss=0.1),
        {},
        [(1, 10), (4, 8)],
        ("stop_loss", 3),
    ),
    "stop on the close of the entry bar": (
        [10, (10, 10, 9, 9), 8],
        (0,),
        (),
        exits(stop_loss=0.1),
        {},
        [(1, 10), (2, 8)],
        ("stop_loss", 1),
    ),
    "a low is no close": (
        [10, 10, (10, 10, 8, 10), 10],
        (0,),
        (),
        exits(stop_loss=0.1),
        {},
        [(1, 10)],
        None,
    ),
    "target on the close, the limit counts": (
        [10, 10, 11, 12],
        (0,),
        (),
        exits(take_profit=0.1),
        {},
        [(1, 10), (3, 12)],
        ("take_profit", 2),
    ),
    "trailing on the best close": (
        [10, 10, 20, 18, 17],
        (0,),
        (),
        exits(trailing_stop=0.1),
        {},
        [(1, 10), (4, 17)],
        ("trailing_stop", 3),
    ),
    "trailing on closes leaves highs out": (
        [10, (10, 30, 10, 10), (10, 10, 9.5, 9.5), 9, 8],
        (0,),
        (),
        exits(trailing_stop=0.1),
        {},
        [(1, 10), (4, 8)],
        ("trailing_stop", 3),
    ),
    "stop before all others": (
        [10, 10, 9, 8],
        (0,),
        (2,),
        exits(stop_loss=0.1, max_bars=2, trailing_stop=0.1),
        {},
        [(1, 10), (3, 8)],
        ("stop_loss", 2),
    ),
    "target before signal": (
        [10, 10, 12, 12],
        (0,),
        (2,),
        exits(take_profit=0.1, max_bars=2),
        {},
        [(1, 10), (3, 12)],
        ("take_profit", 2),
    ),
    "trailing before signal": (
        [10, 10, 20, 18, 17],
        (0,),
        (3,),
        exits(trailing_stop=0.1),
        {},
        [(1, 10), (4, 17)],
        ("trailing_stop", 3),
    ),
    "signal before bars": (
        [10, 10, 10, 12],
        (0,),
        (2,),
        exits(max_bars=2),
        {},
        [(1, 10), (3, 12)],
        ("signal", 2),
    ),
    "stop from the fill, 10.1": (
        [10, 10, 9.09, 9],
        (0,),
        (),
        exits(stop_loss=0.1),
        ONE_CENT,
        [(1, 10.1), (3, 9 * 0.99)],
        ("stop_loss", 2),
    ),
    "stop from the fill, not reached": (
        [10, 10, 9.1, 9.1],
        (0,),
        (),
        exits(stop_loss=0.1),
        ONE_CENT,
        [(1, 10.1)],
        None,
    ),
    "stop from the close of the decision": (
        [10, 11, 9, 9],
        (0,),
        (),
        exits(stop_loss=0.1),
        FROM_CLOSE,
        [(1, 11), (3, 9)],
        ("stop_loss", 2),
    ),
    "stop in the market": (
        [10, 10, (10, 10, 8, 10), 10],
        (0,),
        (),
        intrabar(stop_loss=0.1),
        {},
        [(1, 10), (2, 9)],
        ("stop_loss", 1),
    ),
    "target in the market": (
        [10, 10, (10, 12, 10, 10)],
        (0,),
        (),
        intrabar(take_profit=0.1),
        {},
        [(1, 10), (2, 11)],
        ("take_profit", 1),
    ),
    "trailing in the market": (
        [10, (10, 12, 10, 12), (12, 12, 10.5, 11)],
        (0,),
        (),
        intrabar(trailing_stop=0.1),
        {},
        [(1, 10), (2, 10.8)],
        ("trailing_stop", 1),
    ),
    "both in the entry bar": (
        [10, (10, 12, 8, 10)],
        (0,),
        (),
        intrabar(stop_loss=0.1, take_profit=0.1),
        {},
        [(1, 10), (1, 9)],
        ("stop_loss", 0),
    ),
    "again at the close of the bar of the stop": (
        [10, 10, (10, 10, 8, 10), 10, 10],
        EVERY,
        (),
        intrabar(stop_loss=0.1),
        {},
        [(1, 10), (2, 9), (3, 10)],
        ("stop_loss", 1),
    ),
    "the close of the bar of the stop skipped": (
        [10, 10, (10, 10, 8, 10), 10, 10],
        EVERY,
        (),
        {**intrabar(stop_loss=0.1), **cooling(1)},
        {},
        [(1, 10), (2, 9), (4, 10)],
        ("stop_loss", 1),
    ),
}


@pytest.mark.parametrize("case", FLOWS)
def test_rules_trade_and_name_the_reason(case):
    prices, enter, leave, strategy, tables, expected, ending = FLOWS[case]
    result = flow(prices, enter, leave, strategy, **tables)
    assert [(place, pytest.approx(price)) for place, _, _, price in traded(result)] == expected
    if ending is not None:
        assert result.trades.select("exit_reason", "bars_held").row(0) == ending


@pytest.mark.parametrize(
    ("last", "strategy", "leave", "mfe", "mae"),
    [
        # Left at its open, 9.8 or 9.2: that price alone counts of the bar.
        ((9.8, 15, 5, 10), {}, (2,), 0.2, -0.05),
        ((9.2, 15, 5, 10), {}, (2,), 0.2, -0.08),
        # Left inside, at 9: the open of 10.6 and that price, not the high.
        ((10.6, 15, 5, 10), intrabar(stop_loss=0.1), (), 0.2, -0.1),
    ],
)
def test_of_the_exit_bar_counts_what_came_before_the_exit(last, strategy, leave, mfe, mae):
    trade = flow([10, 10, (10, 12, 9.5, 10), last], (0,), leave, strategy).trades.row(0, named=True)
    assert (trade["mfe"], trade["mae"]) == (pytest.approx(mfe), pytest.approx(mae))


@pytest.mark.parametrize(
    ("ranks", "taken"),
    [
        ({"A": 1, "B": 3, "C": 2}, ["B", "C"]),
        ({"A": None, "B": -3, "C": None}, ["B", "A"]),
        ({"A": 1, "B": 1, "C": 1}, ["A", "B"]),
    ],
)
def test_candidates_are_ranked_null_last_and_ties_by_symbol(ranks, taken):
    frame = pl.concat([bars([10] * 3, name, p=[rank] * 3) for name, rank in ranks.items()])
    limits = {"max_positions": 2, "rank_by": "signal.p"}
    fills = run(frame, {"entry": ALWAYS, "sizing": TEN, "limits": limits}).fills
    assert fills["symbol"].to_list() == taken


@pytest.mark.parametrize(
    ("price_of_b", "confidence_of_b", "sizing"),
    [
        (50_000, 0.5, {"helper": "buy_percent", "percent": 0.1}),
        (10, None, {"helper": "size_by_confidence", "confidence": "signal.c", "max_percent": 0.2}),
    ],
)
def test_a_candidate_without_a_size_uses_no_place(price_of_b, confidence_of_b, sizing):
    table = {"A": (1, 10, 0.5), "B": (3, price_of_b, confidence_of_b), "C": (2, 10, 0.5)}
    frame = pl.concat(
        [
            bars([price] * 3, name, p=[rank] * 3, c=[c] * 3)
            for name, (rank, price, c) in table.items()
        ]
    )
    limits = {"max_positions": 2, "rank_by": "signal.p"}
    fills = run(frame, {"entry": ALWAYS, "sizing": sizing, "limits": limits}).fills
    assert fills.select("symbol", "quantity").rows() == [("C", 1_000.0), ("A", 1_000.0)]


def test_a_position_counts_until_it_is_gone():
    frame = pl.concat(
        [
            bars([10] * 5, "A", e=[1, 0, 0, 0, 0], x=[0, 0, 1, 0, 0]),
            bars([10] * 5, "B", e=[0, 0, 1, 1, 0], x=[0] * 5),
        ]
    )
    strategy = {
        "entry": clause("signal.e", ">", 0.5),
        "exit": clause("signal.x", ">", 0.5),
        "sizing": TEN,
        "limits": {"max_positions": 1},
    }
    assert traded(run(frame, strategy)) == [(1, "A", 10, 10), (3, "A", -10, 10), (4, "B", 10, 10)]


def test_both_sides_have_rules_of_their_own_and_both_at_once_is_neither():
    frame = bars(
        [10] * 9,
        l=[1, 0, 0, 0, 0, 0, 1, 0, 0],
        m=[0, 0, 1, 0, 0, 0, 0, 0, 0],
        s=[0, 0, 0, 1, 0, 0, 1, 0, 0],
        t=[0, 0, 0, 0, 0, 1, 0, 0, 0],
    )
    strategy = {
        "direction": "both",
        "entry": clause("signal.l", ">", 0.5),
        "exit": clause("signal.m", ">", 0.5),
        "short_entry": clause("signal.s", ">", 0.5),
        "short_exit": clause("signal.t", ">", 0.5),
        "sizing": TEN,
    }
    assert [
        (place, quantity) for place, _, quantity, _ in traded(run(frame, strategy, **SHORT))
    ] == [
        (1, 10),
        (3, -10),
        (4, -10),
        (6, 10),
    ]


@pytest.mark.parametrize(
    ("prices", "strategy", "expected", "reason"),
    [
        ([10, 10, 10.5, 11, 12], exits(stop_loss=0.1), (4, 12), "stop_loss"),
        (
            [10, 10, 9.5, (9.5, 9.5, 8, 9)],
            intrabar(take_profit=0.1),
            (3, 9),
            "take_profit",
        ),
    ],
)
def test_stops_and_targets_of_a_short_lie_on_the_other_side(prices, strategy, expected, reason):
    result = flow(prices, (0,), (), {"direction": "short", **strategy}, **SHORT)
    place, _, quantity, price = traded(result)[1]
    assert (place, price, quantity) == (*expected, 10)
    assert result.trades["exit_reason"].to_list() == [reason]


def test_bars_are_counted_for_each_asset_and_one_without_a_bar_keeps_its_close():
    frame = pl.concat(
        [
            bars([10, None, 11, None, 13, 14], "A", e=[1, 0, 0, 0, 0, 0]),
            bars([5] * 6, "B", e=[0] * 6),
        ]
    )
    strategy = {"entry": clause("signal.e", ">", 0.5), "sizing": TEN, **exits(max_bars=2)}
    result = run(frame, strategy, account={"initial_capital": 1_000.0})
    assert traded(result) == [(2, "A", 10, 11), (5, "A", -10, 14)]
    assert result.trades["bars_held"].to_list() == [2]
    assert result.equity["equity"].to_list() == [1_000, 1_000, 1_000, 1_000, 1_020, 1_030]
