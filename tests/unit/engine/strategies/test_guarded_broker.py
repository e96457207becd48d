"""Risk limits of a strategy, worked out by hand."""

from datetime import datetime, timedelta

import pytest

from ml4t_desktop.engine.invariants import check_identities
from ml4t_desktop.engine.strategies.strategy import Strategy
from ml4t_desktop.engine.strategies.walk import run_strategy
from ml4t_desktop.request import Account, Execution
from ml4t_desktop.request.risk import RiskLimits
from tests.unit.engine.trial import FLAT, MONDAY, Script, day, fates, fills, market_of


def closes(*values):
    return [(value, value, value, value) for value in values]


def limited(bars, actions, account=None, execution=None, **limits):
    """The result of actions by timestamp under limits."""
    market = bars if not isinstance(bars, list | dict) else market_of(bars)
    strategy = actions if isinstance(actions, Strategy) else Script(actions)
    result = run_strategy(
        market,
        strategy,
        account=Account.model_validate(account or {}),
        execution=Execution.model_validate({"lot_size": 0.0} if execution is None else execution),
        risk=RiskLimits(**limits),
    )
    check_identities(result)
    return result


def events(result):
    """What the limits did as (day, action, limit, symbol)."""
    rows = result.risk_events.select("timestamp", "action", "limit", "symbol").rows()
    return [((time - MONDAY).days, action, limit, symbol) for time, action, limit, symbol in rows]


def buys(quantity, asset_id="A"):
    return lambda s: s.submit_order(asset_id, quantity)


def test_at_the_maximum_drawdown_everything_is_closed_and_nothing_opened_again():
    # 500 units at 100; at 80 equity is 90,000: a fall of 10 % exactly, and the limit counts.
    bars = closes(100.0, 100.0, 90.0, 80.0, 79.0, 78.0, 77.0)
    result = limited(bars, {0: buys(500), 4: buys(10)}, max_drawdown=0.1)
    assert fills(result) == [(1, "A", 500.0, 100.0), (4, "A", -500.0, 79.0)]
    assert events(result) == [
        (3, "halted", "max_drawdown", None),
        (3, "flattened", "max_drawdown", "A"),
        (4, "refused", "max_drawdown", "A"),
    ]
    assert result.risk_events["value"][0] == pytest.approx(0.1)
    assert result.risk_events["threshold"][0] == 0.1
    assert result.trades["exit_reason"].to_list() == ["liquidation"]
    assert fates(result)[-1] == ("rejected", "refused by the risk limit max_drawdown", 10.0, 0.0)


def test_the_drawdown_counts_from_the_highest_close():
    # From 100,000 up to 125,000 at 150; at 100 the fall is 20 %.
    bars = closes(100.0, 100.0, 150.0, 101.0, 100.0, 99.0)
    result = limited(bars, {0: buys(500)}, max_drawdown=0.2)
    assert events(result)[0] == (4, "halted", "max_drawdown", None)


def test_halting_keeps_positions_and_lets_them_be_reduced_but_not_turned():
    bars = closes(100.0, 100.0, 80.0, 80.0, 80.0, 80.0)
    actions = {0: buys(500), 3: buys(-700)}
    result = limited(bars, actions, account={"type": "margin"}, max_drawdown=0.1, on_loss="halt")
    assert fills(result) == [(1, "A", 500.0, 100.0), (4, "A", -500.0, 80.0)]
    assert fates(result)[-1] == ("reduced", "reduced to the risk limit max_drawdown", 700.0, 500.0)
    assert events(result)[-1] == (3, "reduced", "max_drawdown", "A")


def test_orders_that_would_add_are_cancelled_by_a_halt_and_protection_stays():
    def entry(s):
        s.submit_bracket("A", 500, stop_loss=0.5)
        s.submit_order("A", 100, "limit", limit_price=50.0)

    bars = closes(100.0, 100.0, 80.0, 49.0, 49.0)
    result = limited(bars, {0: entry}, max_drawdown=0.1, on_loss="halt")
    assert fills(result) == [(1, "A", 500.0, 100.0), (3, "A", -500.0, 49.0)]
    assert ("cancelled", "cancelled by the risk limit max_drawdown", 100.0, 0.0) in fates(result)
    assert (2, "cancelled", "max_drawdown", "A") in events(result)


def test_a_daily_loss_ends_trading_until_the_next_day():
    hours = [MONDAY + timedelta(hours=h) for h in (10, 11, 12, 13)]
    times = [*hours, *(t + timedelta(days=1) for t in hours)]
    # 500 units; a fall from 100 to 98 costs 1,000: 1 % of 100,000.
    bars = market_of(closes(100.0, 100.0, 98.0, 98.0, 98.0, 98.0, 98.0, 98.0), times=times)
    result = limited(bars, {0: buys(500), 3: buys(7), 4: buys(9)}, max_daily_loss=0.01)
    rows = result.fills.select("timestamp", "side", "quantity").rows()
    assert rows == [(times[1], "buy", 500.0), (times[3], "sell", 500.0), (times[5], "buy", 9.0)]
    rows = result.risk_events.select("timestamp", "action").rows()
    assert rows == [
        (times[2], "halted"),
        (times[2], "flattened"),
        (times[3], "refused"),
        (times[4], "resumed"),
    ]


def test_a_loss_counts_from_the_close_of_the_day_before():
    # Day by day 4 %, 4 %: no day loses 5 %, together it is more.
    bars = closes(100.0, 100.0, 96.0, 92.2, 92.2)
    assert events(limited(bars, {0: buys(1000)}, max_daily_loss=0.05)) == []


def test_an_order_beyond_the_gross_exposure_is_cut_to_what_fits():
    bars = {"A": [FLAT] * 4, "B": [FLAT] * 4}
    actions = {0: buys(300), 1: buys(500, "B"), 2: buys(1, "B")}
    result = limited(bars, actions, max_gross_exposure=0.5)
    assert fills(result) == [(1, "A", 300.0, 100.0), (2, "B", 200.0, 100.0)]
    assert fates(result) == [
        ("filled", "", 300.0, 300.0),
        ("reduced", "reduced to the risk limit max_gross_exposure", 500.0, 200.0),
        ("rejected", "refused by the risk limit max_gross_exposure", 1.0, 0.0),
    ]
    assert result.risk_events["value"][0] == pytest.approx(0.8)


def test_orders_of_the_same_bar_count_before_they_are_filled():
    def both(s):
        s.submit_order("A", 400)
        s.submit_order("B", 400)

    result = limited({"A": [FLAT] * 3, "B": [FLAT] * 3}, {0: both}, max_gross_exposure=0.5)
    assert [quantity for _, _, quantity, _ in fills(result)] == [400.0, 100.0]


def test_a_sale_at_the_market_makes_room_for_a_purchase_of_the_same_bar():
    def swap(s):
        s.close_position("A")
        s.submit_order("B", 500)

    result = limited(
        {"A": [FLAT] * 4, "B": [FLAT] * 4}, {0: buys(500), 1: swap}, max_gross_exposure=0.5
    )
    assert [quantity for _, _, quantity, _ in fills(result)] == [500.0, -500.0, 500.0]
    assert events(result) == []


def test_net_exposure_counts_shorts_against_longs():
    def orders(s):
        s.submit_order("A", 500)
        s.submit_order("B", -400)
        s.submit_order("A", 300)

    bars = {"A": [FLAT] * 3, "B": [FLAT] * 3}
    result = limited(bars, {0: orders}, account={"type": "margin"}, max_net_exposure=0.3)
    # 500 is cut to 300, minus 400 leaves a net of -100, so the last 300 fit.
    assert [quantity for _, _, quantity, _ in fills(result)] == [-400.0, 300.0, 300.0] or [
        quantity for _, _, quantity, _ in fills(result)
    ] == [300.0, -400.0, 300.0]
    assert [row[1] for row in events(result)] == ["reduced"]


def test_what_reduces_a_position_is_never_refused():
    # The short of B alone is beyond the net limit once A is gone, and still A can be sold.
    def orders(s):
        s.submit_order("A", 500)
        s.submit_order("B", -500)

    bars = {"A": [FLAT] * 4, "B": [FLAT] * 4}
    actions = {0: orders, 1: lambda s: s.submit_order("A", -500)}
    result = limited(bars, actions, account={"type": "margin"}, max_net_exposure=0.6)
    assert fills(result)[-1] == (2, "A", -500.0, 100.0)
    assert events(result) == []


def test_the_number_of_positions_counts_those_ordered_and_those_not_gone_yet():
    def two(s):
        s.submit_order("A", 10)
        s.submit_order("B", 10)

    def swap(s):
        s.close_position("A")
        s.submit_order("B", 10)

    bars = {"A": [FLAT] * 5, "B": [FLAT] * 5}
    actions = {0: two, 1: lambda s: s.submit_order("A", 5), 2: swap, 3: buys(10, "B")}
    result = limited(bars, actions, max_positions=1)
    assert fills(result) == [
        (1, "A", 10.0, 100.0),
        (2, "A", 5.0, 100.0),
        (3, "A", -15.0, 100.0),
        (4, "B", 10.0, 100.0),
    ]
    assert events(result) == [
        (0, "refused", "max_positions", "B"),
        (2, "refused", "max_positions", "B"),
    ]


def test_one_order_of_a_pair_that_is_refused_takes_the_other_with_it():
    result = limited(
        [FLAT] * 4,
        {0: buys(500), 1: lambda s: s.submit_oco("A", 100, 90.0, 110.0)},
        max_gross_exposure=0.5,
    )
    assert [status for status, *_ in fates(result)] == ["filled", "rejected", "rejected"]
    assert len(fills(result)) == 1


def test_limits_that_are_not_reached_change_nothing():
    bars = closes(100.0, 101.0, 99.0, 102.0, 98.0)
    actions = {0: buys(500), 2: lambda s: s.sell_percent("A", 0.5)}
    free = run_strategy(market_of(bars), Script(actions), execution=Execution(lot_size=0.0))
    kept = limited(
        bars, actions, max_drawdown=0.5, max_daily_loss=0.5, max_gross_exposure=2.0,
        max_net_exposure=2.0, max_positions=5,
    )  # fmt: skip
    for table in ("trades", "fills", "orders", "equity"):
        assert getattr(free, table).equals(getattr(kept, table)), table
    assert kept.risk_events.height == 0


def test_at_the_same_close_the_position_is_gone_at_the_breach():
    bars = closes(100.0, 100.0, 80.0, 70.0)
    execution = {"lot_size": 0.0, "fill": "same_close"}
    result = limited(bars, {0: buys(500)}, execution=execution, max_drawdown=0.1)
    assert fills(result) == [(0, "A", 500.0, 100.0), (2, "A", -500.0, 80.0)]


def test_limits_that_contradict_each_other_are_refused():
    with pytest.raises(ValueError, match="cannot exceed"):
        RiskLimits(max_gross_exposure=0.5, max_net_exposure=0.6)


def test_an_aware_market_gets_aware_events():
    import polars as pl

    from ml4t_desktop.backtest import BacktestEngine
    from ml4t_desktop.backtest.data import DataFrameFeed

    frame = pl.DataFrame(
        {"timestamp": [datetime(2024, 1, d) for d in (1, 2, 3)], "close": [100.0, 100.0, 50.0]}
    ).with_columns(
        pl.col("timestamp").dt.replace_time_zone("UTC"),
        **{name: pl.col("close") for name in ("open", "high", "low")},
    )
    result = BacktestEngine(
        DataFrameFeed(frame, asset_id="A"), Script({0: buys(500)}), risk={"max_drawdown": 0.1}
    ).run()
    assert result.risk_events["timestamp"][0] == day(2).replace(
        tzinfo=result.equity["timestamp"][0].tzinfo
    )
