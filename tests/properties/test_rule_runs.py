"""What holds for every rule run, whatever the market and the request."""

import math
import random
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ml4t_desktop.engine.control import RunControl
from ml4t_desktop.engine.rules.rule_run import run_rules
from ml4t_desktop.errors import Cancelled
from ml4t_desktop.files.columns.column_map import ColumnMap
from ml4t_desktop.files.context.match import with_context_values
from ml4t_desktop.files.frames import market_from_frame
from tests.oracle.markets import Scenario
from tests.oracle.requests import SIGNALS
from tests.properties.markets import CHANCES, RULES, changed, market, run, with_prices

TABLES = ("trades", "fills", "orders", "equity", "cash_flows", "risk_events")


def is_close(left: float, right: float, scale: float) -> bool:
    return math.isclose(left, right, rel_tol=1e-9, abs_tol=1e-9 * scale)


@given(RULES)
def test_equity_is_cash_and_positions_and_changes_by_the_trades(case: Scenario) -> None:
    result = run(case)
    capital = case.request.account.initial_capital
    for row in result.equity.iter_rows(named=True):
        assert is_close(row["equity"], row["cash"] + row["net_exposure"], capital)
        assert row["gross_exposure"] >= abs(row["net_exposure"]) - 1e-9 * capital
        if case.request.account.type == "cash" and case.request.account.funding is None:
            assert row["cash"] >= 0
    turnover = float((result.fills["price"] * result.fills["quantity"]).sum())
    change = result.final_value - capital - float(result.cash_flows["amount"].sum())
    assert is_close(float(result.trades["pnl"].sum()), change, max(capital, turnover))


@given(RULES)
def test_what_the_fills_paid_is_what_cash_lost(case: Scenario) -> None:
    result = run(case)
    cash = case.request.account.initial_capital + float(result.cash_flows["amount"].sum())
    held: dict[str, float] = {}
    traded: dict[str, float] = {}
    for fill in result.fills.iter_rows(named=True):
        side = 1 if fill["side"] == "buy" else -1
        symbol = fill["symbol"]
        points = case.request.account.multiplier_of(symbol)
        cash -= side * fill["quantity"] * fill["price"] * points + fill["commission"]
        held[symbol] = held.get(symbol, 0.0) + side * fill["quantity"]
        traded[symbol] = traded.get(symbol, 0.0) + fill["quantity"]
    last = result.equity.row(-1, named=True)
    turnover = float((result.fills["price"] * result.fills["quantity"]).sum())
    assert is_close(last["cash"], cash, turnover)
    # What a symbol has left but for rounding: an open position, even of 1e-14 units, is none of that.
    left = [symbol for symbol in held if abs(held[symbol]) > 1e-12 * traded[symbol]]
    assert last["open_positions"] == len(left)
    fees = float(result.trades["fees"].sum())
    assert is_close(fees, float(result.fills["commission"].sum()), turnover)
    slippage = float(result.trades["slippage"].sum())
    assert is_close(slippage, float(result.fills["slippage"].sum()), turnover)


@given(RULES, st.floats(min_value=0.1, max_value=0.95))
def test_deleting_the_future_changes_nothing_in_the_past(case: Scenario, share: float) -> None:
    times = sorted({bar.time for bar in case.bars})
    last = times[int(share * (len(times) - 1))]
    whole = run(case)
    part = run(case, [bar for bar in case.bars if bar.time <= last])
    assert part.fills.equals(whole.fills.filter(pl.col("timestamp") <= last))
    assert part.equity.equals(whole.equity.filter(pl.col("timestamp") <= last))
    closed = whole.trades.filter(pl.col("exit_time") <= last)
    known = part.trades.filter(pl.col("status") == "closed")
    # A text column without a text in the part that is left has another type: compare the values.
    assert known.to_dicts() == closed.to_dicts()


@given(RULES, CHANCES)
def test_the_order_of_the_input_rows_changes_nothing(case: Scenario, chance: random.Random) -> None:
    rows = [
        {
            "timestamp": bar.time,
            "symbol": bar.symbol,
            "open": bar.open,
            "high": bar.high,
            "low": bar.low,
            "close": bar.close,
            "volume": bar.volume,
            **bar.signals,
        }
        for bar in case.bars
    ]
    columns = ColumnMap(signals=SIGNALS)
    results = []
    for _ in range(2):
        read, _warnings = market_from_frame(
            pl.DataFrame(rows, infer_schema_length=None), columns, source="bars"
        )
        results.append(run_rules(with_context_values(read, case.context), case.request))
        chance.shuffle(rows)
    for table in TABLES:
        assert getattr(results[0], table).equals(getattr(results[1], table)), table


@given(RULES, st.sampled_from([-2, -1, 1, 3]))
def test_prices_in_another_unit_give_the_same_money(case: Scenario, power: int) -> None:
    unit = 2.0**power
    request = changed(
        case.request,
        execution={"lot_size": 0.0, "participation": None},
        strategy={"sizing": {"helper": "fixed_value", "value": 900.0}},
        costs={
            "commission": {"model": "percent", "rate": 0.001},
            "slippage": {"model": "percent", "rate": 0.0005},
        },
    )
    scaled = with_prices(case.bars, lambda price: price * unit)
    one = run_rules(market(case), request)
    other = run_rules(market(case, scaled), request)
    assert one.fills.height == other.fills.height
    for mine, its in zip(one.fills.to_dicts(), other.fills.to_dicts(), strict=True):
        assert (mine["timestamp"], mine["symbol"]) == (its["timestamp"], its["symbol"])
        assert math.isclose(mine["price"] * unit, its["price"], rel_tol=1e-9)
        assert math.isclose(mine["quantity"] / unit, its["quantity"], rel_tol=1e-8)
    for mine, its in zip(one.equity["equity"], other.equity["equity"], strict=True):
        assert is_close(mine, its, request.account.initial_capital)


@given(RULES)
def test_an_order_fills_after_its_decision_within_the_range_of_its_bar(case: Scenario) -> None:
    result = run(case)
    decided = dict(zip(result.orders["order_id"], result.orders["decision_time"], strict=True))
    kind = dict(zip(result.orders["order_id"], result.orders["type"], strict=True))
    bars = {(bar.time, bar.symbol): bar for bar in case.bars}
    same_close = case.request.execution.fill == "same_close"
    for fill in result.fills.iter_rows(named=True):
        order = fill["order_id"]
        bar = bars[fill["timestamp"], fill["symbol"]]
        may_be_at_once = same_close and kind[order] == "market"
        assert fill["timestamp"] > decided[order] or (
            may_be_at_once and fill["timestamp"] == decided[order]
        )
        points = case.request.account.multiplier_of(fill["symbol"])
        moved = fill["slippage"] / (fill["quantity"] * points)
        before = fill["price"] - moved if fill["side"] == "buy" else fill["price"] + moved
        assert bar.low * (1 - 1e-9) <= before <= bar.high * (1 + 1e-9)


@given(RULES)
def test_without_a_signal_nothing_happens(case: Scenario) -> None:
    never = {"column": "signal.score", "op": ">", "value": 2.0}
    strategy: dict[str, Any] = {"entry": never}
    if case.request.strategy.direction == "both":
        strategy["short_entry"] = never
    request = changed(case.request, strategy=strategy, account={"interest_rate": 0.0})
    result = run_rules(market(case), request)
    assert result.orders.is_empty()
    assert result.trades.is_empty()
    assert set(result.equity["equity"]) == {case.request.account.initial_capital}


@given(RULES)
def test_a_cancelled_run_gives_nothing_and_leaves_the_next_one_whole(case: Scenario) -> None:
    before = run(case)
    control = RunControl()
    control.cancel()
    with pytest.raises(Cancelled):
        run_rules(market(case), case.request, control)
    after = run(case)
    for table in TABLES:
        assert getattr(before, table).equals(getattr(after, table)), table


@given(RULES)
def test_a_trade_carries_what_was_known_when_it_was_decided(case: Scenario) -> None:
    bars = {(bar.time, bar.symbol): bar for bar in case.bars}
    for trade in run(case).trades.iter_rows(named=True):
        entry = bars[trade["entry_decision_time"], trade["symbol"]]
        for name in SIGNALS:
            assert trade[f"entry_signal__{name}"] == entry.signals.get(name)
        if trade["status"] == "closed":
            known = [
                bar
                for bar in case.bars
                if bar.symbol == trade["symbol"] and bar.time <= trade["exit_decision_time"]
            ]
            leave = max(known, key=lambda bar: bar.time)
            for name in SIGNALS:
                assert trade[f"exit_signal__{name}"] == leave.signals.get(name)
        assert trade["mfe"] >= 0 >= trade["mae"]
