"""Rules from a request, case by case: on which bars a clause holds, and what the rules then trade.

Every case is worked out by hand from the rules of the request file; a bar is one price, or open, high, low
and close.
"""

from datetime import datetime, timedelta

import polars as pl
import pytest

from ml4t_desktop.engine.rules.rule_run import run_rules
from ml4t_desktop.files.frames import ColumnMap, market_from_frame
from ml4t_desktop.request import parse_request

MONDAY = datetime(2024, 1, 1)
PRICES = ("open", "high", "low", "close")
FAR = {
    "type": "limit",
    "offset": 0.9,
    "good_for_bars": 1,
}  # never filled: a candidate at every close
TEN = {"helper": "fixed_quantity", "quantity": 10.0}
SHORT = {"account": {"type": "margin"}}
ALWAYS = {"all": []}


def bars(prices, asset="A", **signals):
    rows = []
    for place, price in enumerate(prices):
        if price is None:
            continue
        four = price if isinstance(price, tuple) else (price,) * 4
        bar = dict(zip(PRICES, map(float, four), strict=True))
        values = {name: column[place] for name, column in signals.items()}
        time = MONDAY + timedelta(days=place)
        rows.append({"timestamp": time, "symbol": asset, **bar, "volume": 1e6, **values})
    return pl.DataFrame(rows, schema_overrides={name: pl.Float64() for name in signals})


def run(frame, strategy, **tables):
    names = [name for name in frame.columns if len(name) == 1]
    data = {"files": ["bars"], "signals": names}
    request = parse_request({"data": data, "strategy": strategy, **tables})
    market, _ = market_from_frame(frame, ColumnMap(signals=tuple(names)), source="bars")
    return run_rules(market, request)


def traded(result):
    """Bar, symbol, signed quantity and price of every fill."""
    return [
        (
            (fill["timestamp"] - MONDAY).days,
            fill["symbol"],
            fill["quantity"] if fill["side"] == "buy" else -fill["quantity"],
            fill["price"],
        )
        for fill in result.fills.iter_rows(named=True)
    ]


def clause(column, op, value=None, other=None):
    given = {"column": column, "op": op, "value": value, "other": other}
    return {key: item for key, item in given.items() if item is not None}


def where(frame, condition):
    """Bars of A on which a condition holds, which is never held and enters at each of them."""
    strategy = {"entry": condition, "sizing": TEN, "entry_order": FAR}
    orders = run(frame, strategy).orders.filter(pl.col("symbol") == "A")
    return [(time - MONDAY).days for time in orders["decision_time"]]


NAN = float("nan")
LEVELS = [0.1, 0.5, None, NAN, 0.9, 0.9, 0.2]
STEPS = [1, 2, 3, 3, 4, 2, 1]
HOLES = [1, None, 2, 3, None, 4, 5]
CROSSING = [1, 2, 2, 3, 2, 1, 3]


@pytest.mark.parametrize(
    ("op", "value", "values", "expected"),
    [
        (">", 0.5, LEVELS, [4, 5]),
        (">=", 0.5, LEVELS, [1, 4, 5]),
        ("<", 0.5, LEVELS, [0, 6]),
        ("<=", 0.5, LEVELS, [0, 1, 6]),
        ("==", 0.9, LEVELS, [4, 5]),
        ("!=", 0.9, LEVELS, [0, 1, 6]),
        ("is_null", None, LEVELS, [2, 3]),
        ("between", [0.2, 0.9], LEVELS, [1, 4, 5, 6]),
        ("in", [0.1, 0.2], LEVELS, [0, 6]),
        ("rising", None, STEPS, [1, 2, 4]),
        ("rising", 2, STEPS, [2]),
        ("falling", None, STEPS, [5, 6]),
        ("falling", 2, STEPS, [6]),
        ("rising", None, HOLES, [3, 6]),
        ("crosses_above", 2, CROSSING, [3, 6]),
        ("crosses_below", 2, CROSSING, [5]),
        ("crosses_above", 2, [1, None, 3, 1, 3, None, 1], [4]),
    ],
)
def test_a_clause_holds_on_these_bars(op, value, values, expected):
    assert where(bars([10] * 7, p=values), clause("signal.p", op, value)) == expected


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ({"not": clause("signal.p", ">", 0.5)}, [0, 1, 2, 3, 6]),
        ({"any": [clause("signal.p", "<", 0.15), clause("signal.p", ">", 0.8)]}, [0, 4, 5]),
        ({"all": [clause("signal.p", ">", 0.15), clause("signal.p", "<", 0.8)]}, [1, 6]),
        (ALWAYS, [0, 1, 2, 3, 4, 5, 6]),
        ({"any": []}, []),
    ],
)
def test_clauses_are_joined(condition, expected):
    assert where(bars([10] * 7, p=LEVELS), condition) == expected


@pytest.mark.parametrize(
    ("op", "expected"), [("crosses_above", [1, 4]), (">", [1, 4]), ("==", [2])]
)
def test_a_clause_compares_two_columns(op, expected):
    frame = bars([10] * 5, p=[1, 3, 3, 1, 4], q=[2, 2, 3, 2, 2])
    assert where(frame, clause("signal.p", op, other="signal.q")) == expected


def test_a_column_of_32_bits_is_compared_in_64():
    frame = bars([10] * 2, p=[0.7, 0.9]).with_columns(pl.col("p").cast(pl.Float32))
    # 0.7 in 32 bits is 0.699999988, 0.9 is 0.899999976.
    assert where(frame, clause("signal.p", ">=", 0.7)) == [1]
    assert where(frame, clause("signal.p", "==", 0.9)) == []


@pytest.mark.parametrize(
    ("op", "count", "of_others", "expected"),
    [
        ("top_n", 2, {"B": [2, 3, 1, 2], "C": [3, 1, 2, 2], "D": [0, 3, None, 2]}, [1, 3]),
        ("bottom_n", 1, {"B": [2, 3, 1, 2], "C": [3, 1, 2, 2], "D": [0, 3, None, 2]}, [3]),
        ("top_n", 1, {"B": [2, 2, 2, None]}, [1, 3]),
    ],
)
def test_the_best_are_among_the_assets_with_a_value_now_and_ties_go_by_symbol(
    op, count, of_others, expected
):
    mine = bars([10] * 4, p=[1, 3, None, 2])
    others = [bars([10] * 4, name, p=values) for name, values in of_others.items()]
    assert where(pl.concat([mine, *others]), clause("signal.p", op, count)) == expected


def test_an_asset_without_a_bar_now_is_not_among_the_best():
    frame = pl.concat([bars([10] * 3, p=[0, 0, 0]), bars([10, None, 10], "B", p=[1, 1, 1])])
    assert where(frame, clause("signal.p", "top_n", 1)) == [1]


def flow(prices, enter, leave=(), strategy=None, **tables):
    frame = bars(
        prices,
        e=[float(place in enter) for place in range(len(prices))],
        x=[float(place in leave) for place in range(len(prices))],
    )
    rules = {"entry": clause("signal.e", ">", 0.5), "exit": clause("signal.x", ">", 0.5)}
    return run(frame, {**rules, "sizing": TEN, **(strategy or {})}, **tables)


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
