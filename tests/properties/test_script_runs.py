"""What holds for every strategy, whatever orders it submits."""

import math
from dataclasses import replace

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ml4t_desktop.engine.strategies.walk import run_strategy
from ml4t_desktop.errors import Cancelled
from ml4t_desktop.result.run_result import RunResult
from tests.oracle.agreement import engine_market, run_engine_script
from tests.oracle.markets import Scenario
from tests.oracle.scripts import ScriptedStrategy
from tests.properties.markets import SCRIPTS

TABLES = ("trades", "fills", "orders", "equity", "cash_flows", "risk_events")


def run(case: Scenario) -> RunResult:
    assert case.script is not None
    return run_engine_script(case, case.script)[0]


def without_actions(case: Scenario) -> Scenario:
    """Return a scenario whose prices and orders nobody restates."""
    return replace(case, actions=[])


@given(SCRIPTS.map(without_actions))
def test_fills_are_within_the_bar_and_never_worse_than_the_limit(case: Scenario) -> None:
    result = run(case)
    bars = {(bar.time, bar.symbol): bar for bar in case.bars}
    orders = {row["order_id"]: row for row in result.orders.iter_rows(named=True)}
    for fill in result.fills.iter_rows(named=True):
        order = orders[fill["order_id"]]
        bar = bars[fill["timestamp"], fill["symbol"]]
        side = 1 if fill["side"] == "buy" else -1
        points = case.request.account.multiplier_of(fill["symbol"])
        before = fill["price"] - side * fill["slippage"] / (fill["quantity"] * points)
        assert bar.low * (1 - 1e-9) <= before <= bar.high * (1 + 1e-9)
        if order["limit_price"] is not None:
            assert side * fill["price"] <= side * order["limit_price"] * (1 + side * 1e-12)
            assert fill["slippage"] == 0
        if order["type"] == "stop":
            assert side * before >= side * order["stop_price"] * (1 - side * 1e-12)


@given(SCRIPTS)
def test_an_order_trades_what_its_fills_say_and_tells_why_not_more(case: Scenario) -> None:
    result = run(replace(case, actions=[]))
    traded = dict(result.fills.group_by("order_id").agg(pl.col("quantity").sum()).iter_rows())
    for order in result.orders.iter_rows(named=True):
        assert math.isclose(order["filled"], traded.get(order["order_id"], 0.0), rel_tol=1e-9)
        assert order["filled"] <= order["requested"] * (1 + 1e-9)
        assert (order["reason"] == "") == (order["status"] == "filled")
        if order["status"] == "rejected":
            assert order["filled"] == 0


@given(SCRIPTS, st.floats(min_value=0.1, max_value=0.95))
def test_deleting_the_future_changes_nothing_in_the_past(case: Scenario, share: float) -> None:
    case = without_actions(case)
    times = sorted({bar.time for bar in case.bars})
    last = times[int(share * (len(times) - 1))]
    whole = run(case)
    part = run(replace(case, bars=[bar for bar in case.bars if bar.time <= last]))
    for table in ("fills", "equity", "cash_flows", "risk_events"):
        past = getattr(whole, table).filter(pl.col("timestamp") <= last)
        assert getattr(part, table).equals(past), table


@given(SCRIPTS, st.floats(min_value=0.0, max_value=1.0))
def test_a_run_cancelled_anywhere_leaves_the_next_one_whole(case: Scenario, share: float) -> None:
    assert case.script is not None
    before = run(case)
    bars = engine_market(case)
    asked = iter(range(bars.time_count))
    end = int(share * (bars.time_count - 1))
    with pytest.raises(Cancelled):
        run_strategy(
            bars,
            ScriptedStrategy(case.script),
            execution=case.request.execution,
            costs=case.request.costs,
            account=case.request.account,
            risk=case.request.risk,
            should_stop=lambda: next(asked) >= end,
        )
    after = run(case)
    for table in TABLES:
        assert getattr(before, table).equals(getattr(after, table)), table
