"""The orders, money and events of the reference on examples worked out by hand."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

import pytest

from ml4t_desktop.market.corporate_actions import (
    CashDividend,
    CorporateAction,
    Delisting,
    Merger,
    SpinOff,
    StockSplit,
    SymbolChange,
)
from tests.oracle import reference
from tests.oracle.carrying import interval_of, moments_between
from tests.oracle.desk import Desk
from tests.oracle.history import Bar
from tests.oracle.test_reference import bars_of, january, request_of

FLAT = [(100.0, 101.0, 99.0, 100.0)] * 5


def played(
    bars: Sequence[Bar],
    at_first: Callable[[Desk], object],
    actions: Sequence[CorporateAction] = (),
    **parts: Any,
) -> reference.Tables:
    """Return the tables of a strategy that acts at the close of the first bar only."""

    def play(desk: Desk, time: datetime) -> None:
        if time == january(15):
            at_first(desk)

    return reference.run_script(list(bars), {}, request_of(**parts), actions, play)


def buy(quantity: float, **terms: Any) -> Callable[[Desk], object]:
    return lambda desk: desk.submit_order("AAPL", quantity, **terms)


def prices(tables: reference.Tables) -> list[tuple[int, float, float]]:
    return [(row["timestamp"].day, row["quantity"], row["price"]) for row in tables["fills"]]


@pytest.mark.parametrize(
    ("terms", "second", "fill"),
    [
        ({"order_type": "limit", "limit_price": 98.0}, (100, 101, 97, 99), 98.0),
        ({"order_type": "limit", "limit_price": 98.0}, (96, 99, 95, 97), 96.0),
        ({"order_type": "stop", "stop_price": 103.0}, (100, 104, 99, 101), 103.0),
        ({"order_type": "stop", "stop_price": 103.0}, (105, 107, 104, 106), 105.0),
        (
            {"order_type": "stop_limit", "stop_price": 103.0, "limit_price": 104.0},
            (100, 106, 99, 105),
            103.0,
        ),
        (
            {"order_type": "stop_limit", "stop_price": 103.0, "limit_price": 104.0},
            (105, 106, 103.5, 104),
            104.0,
        ),
        ({"order_type": "trailing_stop", "trail_percent": 0.05}, (100, 106, 99, 105), 105.0),
        ({"order_type": "trailing_stop", "trail_amount": 2.0}, (100, 106, 99, 105), 102.0),
    ],
)
def test_where_an_order_fills(terms: dict[str, Any], second: tuple, fill: float) -> None:
    tables = played(bars_of([FLAT[0], second]), buy(10, **terms))
    assert prices(tables) == [(16, 10.0, fill)]


@pytest.mark.parametrize(
    ("force", "fills"),
    [
        ("gtc", [(16, 10.0, 100.0), (17, 10.0, 100.0), (18, 10.0, 100.0)]),
        ("day", [(16, 10.0, 100.0)]),
        ("ioc", [(16, 10.0, 100.0)]),
        ("fok", []),
        ("on_open", [(16, 10.0, 100.0)]),
        ("on_close", [(16, 10.0, 101.0)]),
    ],
)
def test_how_long_an_order_of_thirty_works_when_ten_trade_a_day(force: str, fills: list) -> None:
    bars = bars_of([(100.0, 102.0, 99.0, 101.0)] * 4, volume=100.0)
    tables = played(bars, buy(30, time_in_force=force), execution={"participation": 0.1})
    assert prices(tables) == fills


def test_a_pair_trades_once_and_a_bracket_protects_from_the_fill() -> None:
    path = [FLAT[0], (102, 103, 101, 102), (102, 108, 96, 100), (100, 101, 99, 100)]

    def act(desk: Desk) -> None:
        desk.submit_bracket("AAPL", 10, stop_loss=0.05, take_profit=0.05)

    first = played(bars_of(path), act)
    # Entered at 102: the stop at 96.9 and the target at 107.1 are both inside 96 to 108.
    assert prices(first) == [(16, 10.0, 102.0), (17, 10.0, 96.9)]
    assert first["trades"][0]["exit_note"] == "ambiguous bar: stop taken first"
    assert [row["status"] for row in first["orders"]] == ["filled", "filled", "cancelled"]


def test_an_order_larger_than_the_opposite_position_turns_it_round() -> None:
    def play(desk: Desk, time: datetime) -> None:
        if time.day < 17:
            desk.submit_order("AAPL", 10 if time.day == 15 else -30)

    request = request_of(
        account={"type": "margin"}, costs={"commission": {"model": "fixed", "amount": 3.0}}
    )
    tables = reference.run_script(bars_of(FLAT), {}, request, (), play)
    closed, still_open = tables["trades"]
    assert (closed["quantity"], closed["direction"], closed["fees"]) == (10, "long", 4.0)
    assert (still_open["quantity"], still_open["direction"]) == (20, "short")
    assert still_open["fees"] == pytest.approx(2.0)


def test_proceeds_buy_again_two_days_later() -> None:
    def play(desk: Desk, time: datetime) -> None:
        if time.day == 15:
            desk.submit_order("AAPL", 100)
        if time.day == 16:
            desk.submit_order("AAPL", -100)
        heard.append(desk.get_cash())

    heard: list[float] = []
    account = {"initial_capital": 10_000.0, "settlement_days": 2}
    reference.run_script(bars_of(FLAT), {}, request_of(account=account), (), play)
    # Sold at the open of the 17th: spendable from the 19th on.
    assert heard == [10_000.0, 0.0, 0.0, 0.0, 10_000.0]


def test_a_year_of_interest_borrowing_and_funding() -> None:
    account = {
        "type": "margin",
        "initial_capital": 36_500.0,
        "interest_rate": 0.1,
        "borrow_rate": 0.2,
        "funding": {"rate": 0.001, "interval": "8h"},
    }
    tables = played(bars_of(FLAT[:3]), buy(-73), account=account)
    told = [(row["timestamp"].day, row["kind"], row["amount"]) for row in tables["cash_flows"]]
    # One day of 10 % on 36,500; then short 73 at 100: interest on 43,810, 20 % on 7,300 a day, and
    # three moments of a thousandth that longs pay.
    assert told == [
        (16, "interest", pytest.approx(10.0)),
        (17, "interest", pytest.approx(43_810 * 0.1 / 365)),
        (17, "borrow", pytest.approx(-4.0)),
        (17, "funding", pytest.approx(21.9)),
    ]


def test_moments_of_funding_are_multiples_of_the_interval_since_the_epoch() -> None:
    every = interval_of("8h")
    assert moments_between(datetime(2024, 1, 1, 7), datetime(2024, 1, 1, 8), every) == 1
    assert moments_between(datetime(2024, 1, 1, 8), datetime(2024, 1, 1, 15), every) == 0
    assert moments_between(datetime(2024, 1, 1, 8), datetime(2024, 1, 2, 8), every) == 3


def test_a_dividend_goes_to_who_held_over_the_night() -> None:
    tables = played(bars_of(FLAT), buy(10), [CashDividend("AAPL", january(17), 0.5)])
    (flow,) = tables["cash_flows"]
    assert (flow["timestamp"], flow["kind"], flow["amount"]) == (january(17), "dividend", 5.0)


def test_a_split_doubles_shares_and_halves_the_stop() -> None:
    path = [*FLAT[:2], (50.0, 51.0, 49.0, 50.0), (50.0, 50.5, 44.0, 45.0)]

    def act(desk: Desk) -> None:
        desk.submit_bracket("AAPL", 10, stop_loss=0.1)

    tables = played(bars_of(path), act, [StockSplit("AAPL", january(17), 2.0)])
    assert prices(tables) == [(16, 10.0, 100.0), (18, 20.0, 45.0)]
    (trade,) = tables["trades"]
    assert (trade["entry_price"], trade["pnl"]) == (50.0, -100.0)


@pytest.mark.parametrize(
    ("action", "price", "reason"),
    [
        (Merger("AAPL", january(17), cash=120.0), 120.0, "merger"),
        (Delisting("AAPL", january(17)), 100.0, "delisted"),
        (Delisting("AAPL", january(17), price=0.0), 0.0, "delisted"),
    ],
)
def test_an_asset_that_ends_pays_its_holders(
    action: CorporateAction, price: float, reason: str
) -> None:
    tables = played([*bars_of(FLAT[:2]), *bars_of(FLAT, "MSFT")], buy(10), [action])
    (trade,) = tables["trades"]
    assert (trade["exit_price"], trade["exit_reason"]) == (price, reason)
    assert trade["pnl"] == pytest.approx(10 * (price - 100))
    assert tables["equity"][-1]["cash"] == pytest.approx(100_000 + trade["pnl"])


def test_a_merger_for_cash_and_shares_closes_the_part_the_cash_is_worth() -> None:
    other = bars_of([(60.0, 60.0, 60.0, 60.0)] * 5, "MSFT")
    action = Merger("AAPL", january(17), cash=40.0, ratio=1.0, new_asset_id="MSFT")
    tables = played([*bars_of(FLAT[:2]), *other], buy(10), [action])
    closed, still_open = tables["trades"]
    # 40 in cash and a share of 60 for 100: four tenths are closed at 100, the rest costs 60 a share.
    assert (closed["quantity"], closed["exit_price"], closed["pnl"]) == (4.0, 100.0, 0.0)
    assert (still_open["symbol"], still_open["quantity"]) == ("MSFT", 10.0)
    assert still_open["entry_price"] == pytest.approx(60.0)


def test_a_spin_off_takes_its_part_of_the_cost_along() -> None:
    parent = bars_of([*FLAT[:2], *[(80.0, 81.0, 79.0, 80.0)] * 3])
    child = bars_of([(40.0, 41.0, 39.0, 40.0)] * 5, "SPUN")[2:]
    tables = played([*parent, *child], buy(10), [SpinOff("AAPL", january(17), "SPUN", 0.5)])
    costs = {row["symbol"]: (row["quantity"], row["entry_price"]) for row in tables["trades"]}
    # 80 and half a share of 40: a fifth of the cost of 1,000 goes to five new shares.
    assert costs["AAPL"] == (10.0, pytest.approx(80.0))
    assert costs["SPUN"] == (5.0, pytest.approx(40.0))


def test_a_renamed_asset_goes_on_in_the_same_trade() -> None:
    path = bars_of(FLAT)
    for bar in path[2:]:
        bar.symbol = "NEW"
    tables = played(path, buy(10), [SymbolChange("AAPL", january(17), "NEW")])
    (trade,) = tables["trades"]
    assert (trade["symbol"], trade["bars_held"], trade["entry_time"]) == ("NEW", 3, january(16))


def test_a_daily_loss_ends_trading_until_the_next_day() -> None:
    path = [*FLAT[:2], (90.0, 91.0, 89.0, 90.0), *FLAT[:2]]

    def play(desk: Desk, time: datetime) -> None:
        if time.day in (15, 17, 18):
            desk.submit_order("AAPL", 10)

    request = request_of(
        account={"initial_capital": 5_000.0}, risk={"max_daily_loss": 0.02, "on_loss": "halt"}
    )
    tables = reference.run_script(bars_of(path), {}, request, (), play)
    # Ten shares fell from 100 to 90: two per cent of 5,000.
    assert [row["action"] for row in tables["risk_events"]] == ["halted", "refused", "resumed"]
    assert prices(tables) == [(16, 10.0, 100.0), (19, 10.0, 100.0)]


def test_an_order_is_cut_to_the_exposure_that_is_left() -> None:
    request = {"account": {"initial_capital": 10_000.0}, "risk": {"max_gross_exposure": 0.3}}
    tables = played(bars_of(FLAT), buy(50), **request)
    assert prices(tables) == [(16, 30.0, 100.0)]
    (order,) = tables["orders"]
    assert (order["requested"], order["filled"], order["status"]) == (50, 30, "reduced")
