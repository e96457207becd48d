"""The reference on examples worked out by hand."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest

from ml4t_desktop.request import parse_request
from tests.oracle import reference
from tests.oracle.history import Bar, Value
from tests.oracle.money import commission, in_lots, slipped

AAPL = [
    (99.0, 101.0, 98.0, 100.0),
    (101.0, 111.0, 100.0, 110.0),
    (111.0, 126.0, 110.0, 125.0),
    (124.0, 127.0, 123.0, 126.0),
    (121.0, 122.0, 119.0, 120.0),
]
FIRST = datetime(2024, 1, 15)


def january(day: int) -> datetime:
    return FIRST.replace(day=day)


def bars_of(
    prices: Sequence[Sequence[float]],
    symbol: str = "AAPL",
    signals: Mapping[int, Mapping[str, Value]] | None = None,
    volume: float = 1_000.0,
) -> list[Bar]:
    return [
        Bar(
            FIRST + timedelta(days=day),
            symbol,
            o,
            h,
            low,
            c,
            volume,
            dict((signals or {}).get(day, {})),
        )
        for day, (o, h, low, c) in enumerate(prices)
    ]


def request_of(**parts: Any) -> Any:
    document: dict[str, Any] = {
        "data": {"files": ["bars.csv"], "signals": ["pred", "conf", "leave"]},
        "strategy": {
            "entry": {"column": "signal.pred", "op": ">", "value": 0.7},
            "sizing": {"helper": "fixed_quantity", "quantity": 10.0},
        },
    }
    for place, values in parts.items():
        document.setdefault(place, {}).update(values)
    return parse_request(document)


ENTER_AT_ONCE: dict[int, dict[str, Value]] = {0: {"pred": 0.8, "conf": 0.9}}


def test_a_confident_prediction_buys_180_shares_at_the_next_open() -> None:
    sizing = {"helper": "size_by_confidence", "confidence": "signal.conf", "max_percent": 0.2}
    request = request_of(strategy={"sizing": sizing}, execution={"lot_size": 0.0})

    tables = reference.run(bars_of(AAPL, signals=ENTER_AT_ONCE), {}, request)

    (fill,) = tables["fills"]
    assert fill["timestamp"] == january(16)
    assert fill["price"] == 101.0
    assert fill["quantity"] == pytest.approx(180.0)
    (trade,) = tables["trades"]
    assert trade["entry_decision_time"] == january(15)
    assert trade["entry_signals"] == {"pred": 0.8, "conf": 0.9}
    # 180 shares from 101 to the last close of 120; the highest high was 127, the lowest low 100.
    assert trade["pnl"] == pytest.approx(180 * 19)
    assert trade["mfe"] == pytest.approx(26 / 101)
    assert trade["mae"] == pytest.approx(-1 / 101)
    assert (trade["status"], trade["exit_reason"], trade["exit_time"]) == ("open", "open", None)
    assert tables["equity"][0]["equity"] == 100_000
    assert tables["equity"][-1]["equity"] == pytest.approx(103_420)


def test_a_target_on_the_close_leaves_at_the_next_open() -> None:
    strategy = {"exits": {"take_profit": 0.2}}
    tables = reference.run(bars_of(AAPL, signals=ENTER_AT_ONCE), {}, request_of(strategy=strategy))
    trade = tables["trades"][0]
    # Bought at 101: 125 on the third day is the first close at or above 121.2.
    assert trade["exit_decision_time"] == january(17)
    assert (trade["exit_time"], trade["exit_price"]) == (january(18), 124.0)
    assert (trade["exit_reason"], trade["bars_held"]) == ("take_profit", 2)
    assert trade["pnl"] == pytest.approx(230.0)
    # The exit bar was left at its open: its high of 127 does not count.
    assert trade["mfe"] == pytest.approx(25 / 101)


def test_the_same_target_inside_the_bar_fills_at_its_level() -> None:
    strategy = {"exits": {"take_profit": 0.2, "evaluate": "intrabar"}}
    tables = reference.run(bars_of(AAPL, signals=ENTER_AT_ONCE), {}, request_of(strategy=strategy))
    trade = tables["trades"][0]
    assert (trade["exit_time"], trade["exit_price"]) == (january(17), 121.2)
    assert trade["exit_decision_time"] == january(16)
    assert trade["mfe"] == pytest.approx(20.2 / 101)


def test_a_bar_that_opens_beyond_the_stop_fills_at_its_open() -> None:
    prices = [(100.0,) * 4, (100.0,) * 4, (90.0, 95.0, 85.0, 94.0)]
    strategy = {"exits": {"stop_loss": 0.05, "evaluate": "intrabar"}}
    tables = reference.run(
        bars_of(prices, signals=ENTER_AT_ONCE), {}, request_of(strategy=strategy)
    )
    assert tables["trades"][0]["exit_price"] == 90.0


@pytest.mark.parametrize(("first", "price"), [("stop_first", 95.0), ("target_first", 105.0)])
def test_a_bar_that_touches_both_legs_fills_the_one_asked_for(first: str, price: float) -> None:
    prices = [(100.0,) * 4, (100.0,) * 4, (100.0, 106.0, 94.0, 100.0)]
    strategy = {"exits": {"stop_loss": 0.05, "take_profit": 0.05, "evaluate": "intrabar"}}
    request = request_of(strategy=strategy, execution={"ambiguous_bar": first})
    tables = reference.run(bars_of(prices, signals=ENTER_AT_ONCE), {}, request)
    assert tables["trades"][0]["exit_price"] == price
    assert sorted(row["status"] for row in tables["orders"]) == ["cancelled", "filled", "filled"]


@pytest.mark.parametrize(("protected", "price"), [(True, 95.0), (False, 90.0)])
def test_the_entry_bar_is_protected_unless_asked_otherwise(protected: bool, price: float) -> None:
    prices = [(100.0,) * 4, (100.0, 101.0, 94.0, 100.0), (90.0,) * 4]
    strategy = {"exits": {"stop_loss": 0.05, "evaluate": "intrabar"}}
    request = request_of(strategy=strategy, execution={"protect_entry_bar": protected})
    tables = reference.run(bars_of(prices, signals=ENTER_AT_ONCE), {}, request)
    assert tables["trades"][0]["exit_price"] == price


def test_a_stop_that_the_entry_opens_beyond_fills_at_that_open() -> None:
    # The stop is at 95 (from the decision's close of 100), the entry opens at 90.
    prices = [(100.0,) * 4, (90.0, 96.0, 88.0, 91.0), (91.0,) * 4]
    strategy = {"exits": {"stop_loss": 0.05, "evaluate": "intrabar"}}
    request = request_of(strategy=strategy, execution={"stop_basis": "decision_close"})
    trade = reference.run(bars_of(prices, signals=ENTER_AT_ONCE), {}, request)["trades"][0]
    assert (trade["entry_price"], trade["exit_price"]) == (90.0, 90.0)


def test_an_exit_cancels_what_is_left_of_its_entry() -> None:
    signals: dict[int, dict[str, Value]] = {**ENTER_AT_ONCE, 1: {"leave": 1.0}}
    strategy = {"exit": {"column": "signal.leave", "op": "==", "value": 1.0}}
    request = request_of(strategy=strategy, execution={"participation": 0.4})
    tables = reference.run(bars_of(AAPL, signals=signals, volume=10.0), {}, request)
    assert [(row["side"], row["quantity"]) for row in tables["fills"]] == [("buy", 4), ("sell", 4)]
    assert (tables["orders"][0]["status"], tables["orders"][0]["filled"]) == ("cancelled", 4.0)


def test_a_trailing_stop_inside_the_bar_follows_the_highs_of_the_bars_before() -> None:
    # Bought at 100; highs of 110 and 120 put the stop at 99 and 108; 120's own bar fell to 105,
    # above 99, and the bar after it touches 108.
    prices = [
        (100.0,) * 4,
        (100.0, 110.0, 100.0, 110.0),
        (110.0, 120.0, 105.0, 118.0),
        (118.0, 118.0, 107.0, 110.0),
    ]
    strategy = {"exits": {"trailing_stop": 0.1, "evaluate": "intrabar"}}
    tables = reference.run(
        bars_of(prices, signals=ENTER_AT_ONCE), {}, request_of(strategy=strategy)
    )
    trade = tables["trades"][0]
    assert (trade["exit_price"], trade["exit_reason"]) == (108.0, "trailing_stop")
    assert trade["exit_time"] == FIRST + timedelta(days=3)


def test_max_bars_counts_the_close_of_a_bar_entered_at_its_open() -> None:
    strategy = {"exits": {"max_bars": 2}}
    tables = reference.run(bars_of(AAPL, signals=ENTER_AT_ONCE), {}, request_of(strategy=strategy))
    trade = tables["trades"][0]
    assert trade["exit_decision_time"] == january(17)
    assert (trade["exit_reason"], trade["bars_held"]) == ("max_bars", 2)


def test_same_close_trades_at_the_close_it_was_decided_on() -> None:
    signals: dict[int, dict[str, Value]] = {**ENTER_AT_ONCE, 2: {"leave": 1.0}}
    strategy = {"exit": {"column": "signal.leave", "op": "==", "value": 1.0}}
    request = request_of(strategy=strategy, execution={"fill": "same_close"})
    trade = reference.run(bars_of(AAPL, signals=signals), {}, request)["trades"][0]
    assert (trade["entry_time"], trade["entry_price"]) == (FIRST, 100.0)
    assert (trade["exit_time"], trade["exit_price"]) == (january(17), 125.0)
    assert trade["mfe"] == pytest.approx(0.26)


@pytest.mark.parametrize(
    ("mode", "filled", "status"), [("shrink", 9.0, "reduced"), ("reject", 0.0, "rejected")]
)
def test_what_cash_cannot_pay_is_shrunk_or_rejected(mode: str, filled: float, status: str) -> None:
    # Ten shares at 101 and a commission of 5 need 1,015; nine need 914.
    request = request_of(
        execution={"insufficient_cash": mode},
        costs={"commission": {"model": "fixed", "amount": 5.0}},
        account={"initial_capital": 1_000.0},
    )
    tables = reference.run(bars_of(AAPL, signals=ENTER_AT_ONCE), {}, request)
    order = tables["orders"][0]
    assert (order["filled"], order["status"]) == (filled, status)
    assert order["reason"]
    assert tables["equity"][-1]["cash"] == 1_000 - (914 if filled else 0)


def test_a_fractional_order_shrinks_to_the_last_cent() -> None:
    sizing = {"helper": "fixed_value", "value": 5_000.0}
    request = request_of(
        strategy={"sizing": sizing},
        execution={"lot_size": 0.0},
        costs={"commission": {"model": "percent", "rate": 0.01}},
        account={"initial_capital": 1_010.0},
    )
    tables = reference.run(bars_of(AAPL, signals=ENTER_AT_ONCE), {}, request)
    assert tables["fills"][0]["quantity"] == pytest.approx(1_000 / 101)
    assert tables["equity"][-1]["cash"] == pytest.approx(0.0, abs=1e-8)


def test_buying_power_of_a_margin_account_holds_shorts_too() -> None:
    # 1,000 of equity at half margin carries 2,000: 18 shares short at 110 - but 19 would need 1,045.
    prices = [(100.0,) * 4, (110.0,) * 4, (121.0,) * 4]
    strategy = {
        "direction": "short",
        "sizing": {"helper": "fixed_quantity", "quantity": 100.0},
    }
    request = request_of(strategy=strategy, account={"type": "margin", "initial_capital": 1_000.0})
    tables = reference.run(bars_of(prices, signals=ENTER_AT_ONCE), {}, request)
    assert tables["orders"][0]["filled"] == 18.0
    trade = tables["trades"][0]
    assert (trade["direction"], trade["pnl"]) == ("short", -198.0)
    assert trade["mae"] == pytest.approx(-0.1)
    assert tables["equity"][-1]["equity"] == 802.0


def test_an_account_below_its_maintenance_margin_is_liquidated_at_the_next_open() -> None:
    # 18 shares short at 110; at 140 equity is 460, less than a quarter of 2,520.
    prices = [(100.0,) * 4, (110.0,) * 4, (140.0,) * 4, (141.0,) * 4]
    strategy = {
        "direction": "short",
        "sizing": {"helper": "fixed_quantity", "quantity": 100.0},
    }
    request = request_of(strategy=strategy, account={"type": "margin", "initial_capital": 1_000.0})
    trade = reference.run(bars_of(prices, signals=ENTER_AT_ONCE), {}, request)["trades"][0]
    assert (trade["exit_reason"], trade["exit_price"]) == ("liquidation", 141.0)
    assert trade["exit_decision_time"] == FIRST + timedelta(days=2)


def test_places_go_by_rank_and_a_candidate_without_confidence_takes_none() -> None:
    day: dict[str, dict[str, Value]] = {
        "AA": {"pred": 0.75, "conf": 0.5},
        "BB": {"pred": 0.95},
        "CC": {"pred": 0.85, "conf": 0.5},
    }
    bars = [
        bar for symbol, its in day.items() for bar in bars_of(AAPL[:2], symbol, signals={0: its})
    ]
    strategy = {
        "sizing": {"helper": "size_by_confidence", "confidence": "signal.conf", "max_percent": 0.1},
        "limits": {"max_positions": 1, "rank_by": "signal.pred"},
    }
    tables = reference.run(bars, {}, request_of(strategy=strategy))
    assert [row["symbol"] for row in tables["orders"]] == ["CC"]


def test_cool_down_skips_the_first_flat_closes() -> None:
    always: dict[int, dict[str, Value]] = {day: {"pred": 0.9} for day in range(7)}
    strategy = {"exits": {"max_bars": 1}, "limits": {"cooldown_bars": 2}}
    tables = reference.run(
        bars_of([(100.0,) * 4] * 7, signals=always), {}, request_of(strategy=strategy)
    )
    # In on day 1, out on day 2; the closes of days 2 and 3 are skipped; decided on 4, in on 5.
    bought = [row["timestamp"].day - FIRST.day for row in tables["fills"] if row["side"] == "buy"]
    assert bought == [1, 5]


def test_an_asset_without_a_bar_keeps_its_order_for_its_next_one() -> None:
    bars = bars_of(AAPL, signals=ENTER_AT_ONCE) + bars_of([(10.0,) * 4] * 5, "MSFT")
    bars = [bar for bar in bars if (bar.symbol, bar.time.day) != ("AAPL", 16)]
    tables = reference.run(bars, {}, request_of())
    assert (tables["fills"][0]["timestamp"], tables["fills"][0]["price"]) == (
        january(17),
        111.0,
    )


def test_what_the_volume_does_not_let_trade_stays_working() -> None:
    request = request_of(execution={"participation": 0.4})
    tables = reference.run(bars_of(AAPL, signals=ENTER_AT_ONCE, volume=10.0), {}, request)
    assert [row["quantity"] for row in tables["fills"]] == [4.0, 4.0, 2.0]
    (trade,) = tables["trades"]
    assert trade["entry_price"] == pytest.approx((4 * 101 + 4 * 111 + 2 * 124) / 10)


@pytest.mark.parametrize(
    ("quantity", "lot", "rounded"),
    [
        (7.9, 1.0, 7.0),
        (8 - 1e-9, 1.0, 8.0),
        (8 - 1e-7, 1.0, 7.0),
        (0.35, 0.1, 0.3),
        (7.9, 0.0, 7.9),
    ],
)
def test_quantities_round_towards_zero_by_lots(quantity: float, lot: float, rounded: float) -> None:
    assert in_lots(quantity, lot) == pytest.approx(rounded, abs=1e-15)


@pytest.mark.parametrize(
    ("model", "fee"),
    [
        ({"model": "none"}, 0.0),
        ({"model": "percent", "rate": 0.001}, 5.0),
        ({"model": "per_share", "rate": 0.01}, 1.0),
        ({"model": "per_share", "rate": 0.01, "minimum": 2.0}, 2.0),
        ({"model": "per_share", "rate": 1.0, "cap": 0.005}, 25.0),
        ({"model": "fixed", "amount": 3.0}, 3.0),
        ({"model": "tiered", "tiers": [{"up_to": 5_000.0, "rate": 0.002}, {"rate": 0.001}]}, 10.0),
        ({"model": "tiered", "tiers": [{"up_to": 4_999.0, "rate": 0.002}, {"rate": 0.001}]}, 5.0),
        ({"model": "maker_taker", "maker": -0.001, "taker": 0.002}, 10.0),
    ],
)
def test_commission_of_100_shares_at_50(model: dict[str, Any], fee: float) -> None:
    costs = request_of(costs={"commission": model}).costs
    assert commission(costs.commission, 100.0, 5_000.0) == pytest.approx(fee)


@pytest.mark.parametrize(
    ("model", "bought", "sold"),
    [
        ({"model": "none"}, 50.0, 50.0),
        ({"model": "percent", "rate": 0.01}, 50.5, 49.5),
        ({"model": "fixed", "amount": 0.2}, 50.2, 49.8),
        ({"model": "spread", "width": 0.2}, 50.1, 49.9),
        ({"model": "volume_share", "limit": 0.5, "impact": 0.4}, 50.2, 49.8),
        ({"model": "sqrt_impact", "coefficient": 0.02}, 50.3162277660, 49.6837722340),
    ],
)
def test_slippage_of_a_tenth_of_the_volume_at_50(
    model: dict[str, Any], bought: float, sold: float
) -> None:
    costs = request_of(costs={"slippage": model}).costs
    assert slipped(costs.slippage, 1, 50.0, 100.0, 1_000.0) == pytest.approx(bought)
    assert slipped(costs.slippage, -1, 50.0, 100.0, 1_000.0) == pytest.approx(sold)


@pytest.mark.parametrize(
    ("clause", "days"),
    [
        ({"column": "signal.pred", "op": ">", "value": 0.5}, [1, 3]),
        ({"column": "signal.pred", "op": "between", "value": [0.4, 0.6]}, [0, 3]),
        ({"column": "signal.pred", "op": "in", "value": [0.4, 0.9]}, [0, 1]),
        ({"column": "signal.pred", "op": "is_null"}, [2]),
        ({"not": {"column": "signal.pred", "op": "<=", "value": 0.5}}, [1, 2, 3]),
        ({"column": "signal.pred", "op": "!=", "value": 0.4}, [1, 3]),
        ({"column": "signal.pred", "op": "rising"}, [1]),
        ({"column": "bar.close", "op": "rising", "value": 2}, [2, 3]),
        ({"column": "bar.close", "op": "crosses_above", "value": 110.0}, [2]),
        ({"column": "bar.close", "op": "crosses_below", "value": 110.0}, []),
        ({"column": "bar.close", "op": "<=", "other": "bar.open"}, []),
    ],
)
def test_a_clause_holds_on_these_days(clause: dict[str, Any], days: list[int]) -> None:
    from tests.oracle.conditions import holds
    from tests.oracle.history import history_of

    predictions = {day: {"pred": value} for day, value in enumerate([0.4, 0.9, None, 0.6])}
    bars = bars_of(AAPL[:4], signals=predictions)
    history = history_of(bars, {})
    entry = request_of(strategy={"entry": clause}).strategy.entry
    assert [day for day, bar in enumerate(bars) if holds(entry, history, bar)] == days
