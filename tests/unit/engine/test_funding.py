"""Funding of perpetual contracts, worked out by hand."""

from datetime import datetime, timedelta

import pytest

from ml4t_desktop.backtest import BacktestEngine, Strategy
from ml4t_desktop.backtest.data import DataFrameFeed
from ml4t_desktop.engine.strategies.context import Context
from ml4t_desktop.errors import InputError
from ml4t_desktop.request import Account
from tests.unit.engine.trial import FLAT, day, fates, fills, market_of, play, play_rules

MARGIN = {"type": "margin", "initial_capital": 100_000.0}
START = datetime(2024, 1, 1)


def at(*prices):
    return [(price,) * 4 for price in prices]


def hours(*numbers):
    return [START + timedelta(hours=number) for number in numbers]


def flows(result):
    """Funding as (timestamp, symbol, amount)."""
    paid = result.cash_flows
    assert set(paid["kind"]) <= {"funding"}
    return paid.select("timestamp", "symbol", "amount").rows()


def held(quantity, bars, *, funding, account=MARGIN, times=None, signals=None, sell_at=None):
    """Buy `quantity` at the second bar of A and hold it."""
    script = {0: lambda s: s.submit_order("A", quantity)}
    if sell_at is not None:
        script[sell_at] = lambda s: s.close_position("A")
    market = market_of(bars, times=times, signals=signals)
    return play(market, script, account={**account, "funding": funding})


def test_a_long_pays_a_positive_rate_at_every_multiple_of_the_interval_on_its_last_close():
    times = hours(0, 4, 8, 12, 16, 20)
    result = held(10, at(100, 100, 110, 120, 130, 140), funding={"rate": 0.001}, times=times)
    # Bought at 4:00. At 8:00 ten are worth 1,000 (the close of 4:00), at 16:00 1,200.
    assert flows(result) == [
        (times[2], "A", pytest.approx(-1.0)),
        (times[4], "A", pytest.approx(-1.2)),
    ]
    assert result.trades["pnl"].to_list() == [400.0]
    assert result.final_value == pytest.approx(100_400.0 - 2.2)


def test_a_short_receives_what_a_long_pays_and_a_negative_rate_turns_it_round():
    times = hours(0, 4, 8, 12)
    for quantity, rate, amount in ((-10, 0.001, 1.0), (-10, -0.001, -1.0), (10, -0.001, 1.0)):
        result = held(quantity, at(100, 100, 110, 120), funding={"rate": rate}, times=times)
        assert flows(result) == [(times[2], "A", pytest.approx(amount))]


def test_a_bar_after_a_gap_pays_for_every_moment_in_between_in_one_row():
    times = [*hours(0, 4), START + timedelta(days=3, hours=4)]
    result = held(10, at(100, 100, 100), funding={"rate": 0.001}, times=times)
    # 8:00, 16:00 and midnight of three days.
    assert flows(result) == [(times[2], "A", pytest.approx(-9.0))]


def test_what_is_bought_at_the_moment_itself_pays_nothing_and_what_is_sold_there_pays():
    times = hours(0, 8, 12, 16, 24)
    result = held(10, at(100, 100, 100, 100, 100), funding={"rate": 0.001}, times=times, sell_at=2)
    # Bought at 8:00 after its moment, sold at 16:00 after its moment.
    assert flows(result) == [(times[3], "A", pytest.approx(-1.0))]


def test_moments_count_from_the_epoch_and_not_from_the_first_bar():
    times = hours(3, 4, 5, 6, 7)
    result = held(10, at(*[100] * 5), funding={"rate": 0.001, "interval": "3h"}, times=times)
    assert flows(result) == [(times[3], "A", pytest.approx(-1.0))]


def test_a_position_pays_by_its_multiplier():
    account = {"type": "contracts", "multiplier": 50.0}
    result = held(2, [FLAT] * 3, funding={"rate": 0.001, "interval": "1d"}, account=account)
    assert flows(result) == [(day(2), "A", pytest.approx(-10.0))]


def test_a_position_without_a_bar_pays_a_fixed_rate_and_no_rate_of_a_column():
    bars = {"A": [FLAT, FLAT, None, FLAT], "B": [FLAT] * 4}
    rates = {"A": [0.001, 0.001, None, 0.002], "B": [0.001] * 4}
    by_rate = held(10, bars, funding={"rate": 0.001, "interval": "1d"})
    assert [row[0] for row in flows(by_rate)] == [day(2), day(3)]
    by_column = held(10, bars, funding={"column": "signal.rate"}, signals={"rate": rates})
    assert flows(by_column) == [(day(3), "A", pytest.approx(-2.0))]


def test_the_rate_of_a_signal_is_that_of_the_bar_and_null_or_zero_pays_nothing():
    rates = [0.9, 0.9, 0.001, None, 0.0, -0.002]
    result = held(10, [FLAT] * 6, funding={"column": "signal.rate"}, signals={"rate": rates})
    assert flows(result) == [(day(2), "A", pytest.approx(-1.0)), (day(5), "A", pytest.approx(2.0))]


class Holder(Strategy):
    """Buys ten at the first bar."""

    def on_event(self, event):
        if not self.get_position(event.asset_id) and not self.open_orders():
            self.submit_order(event.asset_id, 10)


def frame():
    import polars as pl

    days = [day(i) for i in range(5)]
    prices = dict.fromkeys(("open", "high", "low", "close"), [100.0] * 5)
    return pl.DataFrame({"timestamp": days, "asset": ["A"] * 5, **prices})


RATES = {day(i): {"rate": rate} for i, rate in enumerate((0.9, 0.9, 0.001, 0.002))}


def test_the_rate_of_the_context_is_that_of_the_timestamp():
    engine = BacktestEngine(
        DataFrameFeed(frame()), Holder(), context_data=RATES,
        account=Account(funding={"column": "context.rate"}),
    )  # fmt: skip
    flows = engine.run().cash_flows.select("timestamp", "amount").rows()
    assert flows == [(day(2), pytest.approx(-1.0)), (day(3), pytest.approx(-2.0))]


def test_the_rate_of_a_live_context_is_asked_for_when_its_turn_comes():
    class Feed:
        def current(self, timestamp):
            return Context(timestamp, RATES.get(timestamp, {}))

    engine = BacktestEngine(
        DataFrameFeed(frame()), Holder(), context_data=Feed(),
        account={"funding": {"column": "context.rate"}},
    )  # fmt: skip
    flows = engine.run().cash_flows.select("timestamp", "amount").rows()
    assert flows == [(day(2), pytest.approx(-1.0)), (day(3), pytest.approx(-2.0))]


def test_a_column_that_is_not_there_is_told_with_those_that_are():
    market = market_of([FLAT] * 2, signals={"rate": [0.1, 0.1]})
    with pytest.raises(InputError, match=r"signal\.rat'; there is signal\.rate"):
        play(market, {}, account={"funding": {"column": "signal.rat"}})


def test_funding_is_taken_from_a_cash_account_too_which_then_buys_nothing():
    account = {"initial_capital": 1_000.0, "funding": {"rate": 0.01, "interval": "1d"}}
    script = {0: lambda s: s.submit_order("A", 10), 2: lambda s: s.submit_order("A", 1),
              3: lambda s: s.close_position("A")}  # fmt: skip
    result = play([FLAT] * 5, script, account=account)
    assert result.equity["cash"].to_list() == pytest.approx([1_000, 0, -10, -20, 970])
    assert fates(result)[1] == ("rejected", "not enough cash", 1.0, 0.0)
    assert fills(result)[1] == (4, "A", -10.0, 100.0)


def test_rules_pay_the_same_and_a_split_before_the_open_does_not_change_it():
    from ml4t_desktop.backtest import StockSplit
    from ml4t_desktop.market.corporate_actions import with_corporate_actions

    rules = {
        "entry": {"column": "signal.s", "op": ">", "value": 0.5},
        "sizing": {"helper": "fixed_quantity", "quantity": 10.0},
    }
    market = market_of(at(100, 100, 100, 50, 50), signals={"s": [1.0, 0.0, 0.0, 0.0, 0.0]})
    split = with_corporate_actions(market, [StockSplit("A", day(3), 2.0)])
    account = {"funding": {"rate": 0.001, "interval": "1d"}}
    result = play_rules(split, rules, account=account)
    assert [amount for _, _, amount in flows(result)] == pytest.approx([-1.0, -1.0, -1.0])
