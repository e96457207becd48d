"""Risk limits of rules: halts by running the loop again, and the same fills as a strategy's."""

from datetime import timedelta

import numpy as np
import pytest

from ml4t_desktop.engine.losses import LossWatch, next_breach
from ml4t_desktop.engine.rules.chunked_rules import run_rules_in_pieces
from ml4t_desktop.engine.rules.rule_run import run_rules
from ml4t_desktop.engine.strategies.strategy import Strategy
from ml4t_desktop.market.corporate_actions import SymbolChange, with_corporate_actions
from ml4t_desktop.market.timeline import PiecesInMemory
from ml4t_desktop.request.risk import RiskLimits
from ml4t_desktop.units import MICROSECONDS_PER_DAY
from tests.unit.engine.strategies.test_guarded_broker import closes, events, limited
from tests.unit.engine.trial import (
    FLAT,
    MONDAY,
    day,
    fates,
    fills,
    market_of,
    play_rules,
    request_of,
)

LONG = {"column": "signal.s", "op": ">", "value": 0.5}
RULES = {"entry": LONG, "sizing": {"helper": "buy_percent", "percent": 0.5}}


def ruled(market, rules=RULES, **parts):
    return play_rules(market, rules, execution={"lot_size": 0.0}, **parts)


def test_at_the_maximum_drawdown_rules_leave_and_do_not_come_back():
    # 500 units at 100; at 80 equity is 90,000.
    market = market_of(closes(100.0, 100.0, 90.0, 80.0, 79.0, 78.0, 77.0), signals={"s": [1.0] * 7})
    result = ruled(market, risk={"max_drawdown": 0.1})
    assert fills(result) == [(1, "A", 500.0, 100.0), (4, "A", -500.0, 79.0)]
    assert events(result) == [
        (3, "halted", "max_drawdown", None),
        (3, "flattened", "max_drawdown", "A"),
    ]
    assert result.trades["exit_reason"].to_list() == ["liquidation"]


@pytest.mark.parametrize("border", [None, 3, 4])
def test_a_position_left_before_its_symbol_changes_is_told_by_the_symbol_of_its_order(border):
    """The halt of day 3 leaves A, which is B from day 4 on: the order is B's, in pieces too."""
    bars = {
        "A": [*closes(100.0, 100.0, 90.0, 80.0), None],
        "B": [None, None, None, None, (79.0,) * 4],
    }
    signals = {"s": {"A": [1.0] * 5, "B": [0.0] * 5}}
    market = with_corporate_actions(
        market_of(bars, signals=signals), [SymbolChange("A", day(4), "B")]
    )
    request = request_of(RULES, execution={"lot_size": 0.0}, risk={"max_drawdown": 0.1})
    result = (
        run_rules(market, request)
        if border is None
        else run_rules_in_pieces(PiecesInMemory(market, (0, border, 5)), request)
    )
    assert result.orders["symbol"].to_list() == ["A", "B"]
    assert events(result)[:2] == [
        (3, "halted", "max_drawdown", None),
        (3, "flattened", "max_drawdown", "B"),
    ]


def test_halting_leaves_positions_to_their_rules():
    market = market_of(
        {"A": closes(100.0, 100.0, 80.0, 80.0, 80.0), "B": [FLAT] * 5},
        signals={"s": {"A": [1.0] * 5, "B": [0.0, 0.0, 1.0, 1.0, 1.0]}},
    )
    result = ruled(market, risk={"max_drawdown": 0.1, "on_loss": "halt"})
    assert fills(result) == [(1, "A", 500.0, 100.0)]
    assert result.trades["status"].to_list() == ["open"]


def test_a_daily_loss_pauses_rules_until_the_next_day():
    hours = [MONDAY + timedelta(hours=h) for h in (10, 11, 12, 13)]
    times = [*hours, *(t + timedelta(days=1) for t in hours)]
    market = market_of(
        closes(100.0, 100.0, 98.0, 98.0, 98.0, 98.0, 98.0, 98.0),
        signals={"s": [1.0] * 8},
        times=times,
    )
    result = ruled(market, risk={"max_daily_loss": 0.01})
    rows = result.fills.select("timestamp", "side").rows()
    assert rows == [(times[1], "buy"), (times[3], "sell"), (times[5], "buy")]
    rows = result.risk_events.select("timestamp", "action").rows()
    assert rows == [(times[2], "halted"), (times[2], "flattened"), (times[4], "resumed")]


def test_a_rebalancing_is_not_undone_by_a_halt():
    rules = {
        "entry": LONG,
        "sizing": {"helper": "rebalance_to_weights", "schedule": "bar", "gross": 0.5},
    }
    market = market_of(closes(100.0, 100.0, 70.0, 70.0, 70.0), signals={"s": [1.0] * 5})
    result = ruled(market, rules, risk={"max_drawdown": 0.1, "on_loss": "halt"})
    assert fills(result) == [(1, "A", 500.0, 100.0)]


def test_the_smaller_of_both_numbers_of_positions_counts():
    market = market_of(
        {"A": [FLAT] * 3, "B": [FLAT] * 3, "C": [FLAT] * 3},
        signals={"s": {name: [1.0] * 3 for name in "ABC"}},
    )
    rules = RULES | {
        "limits": {"max_positions": 2},
        "sizing": {"helper": "buy_percent", "percent": 0.1},
    }
    assert len(fills(ruled(market, rules, risk={"max_positions": 1}))) == 1
    assert len(fills(ruled(market, rules, risk={"max_positions": 3}))) == 2


THREE = {"A": [FLAT] * 4, "B": [FLAT] * 4, "C": [FLAT] * 4}
ALL_LONG = {"s": {name: [1.0] * 4 for name in "ABC"}}


def test_an_entry_beyond_the_gross_exposure_is_cut_and_the_next_one_refused():
    # 50,000 and 25,000 of 100,000 are allowed; C is asked for again at every close.
    result = ruled(market_of(THREE, signals=ALL_LONG), risk={"max_gross_exposure": 0.75})
    assert fills(result) == [(1, "A", 500.0, 100.0), (1, "B", 250.0, 100.0)]
    assert events(result) == [
        (0, "reduced", "max_gross_exposure", "B"),
        *[(t, "refused", "max_gross_exposure", "C") for t in range(4)],
    ]
    assert result.risk_events["value"].to_list() == [1.0, *[1.25] * 4]
    assert set(result.risk_events["threshold"]) == {0.75}
    assert fates(result)[:3] == [
        ("filled", "", 500.0, 500.0),
        ("reduced", "reduced to the risk limit max_gross_exposure", 500.0, 250.0),
        ("rejected", "refused by the risk limit max_gross_exposure", 500.0, 0.0),
    ]


def test_less_than_a_lot_left_by_a_limit_is_a_refusal():
    market = market_of([FLAT] * 2, signals={"s": [1.0, 0.0]})
    risk = {"max_gross_exposure": 0.0005}
    by_rules = play_rules(market, RULES, risk=risk)
    by_hand = limited(market, {0: lambda s: s.submit_order("A", 500)}, execution={}, **risk)
    for result in (by_rules, by_hand):
        assert fates(result) == [
            ("rejected", "refused by the risk limit max_gross_exposure", 500.0, 0.0)
        ]
        assert events(result) == [(0, "refused", "max_gross_exposure", "A")]


def test_a_refused_entry_uses_no_place():
    market = market_of(
        {"A": [FLAT] * 3, "B": [(1.0,) * 4] * 3},
        signals={"s": {"A": [0.0, 1.0, 1.0], "B": [1.0, 0.0, 0.0]}},
    )
    rules = RULES | {"limits": {"max_positions": 1}}
    refused = ruled(market, rules, risk={"max_gross_exposure": 0.5, "max_net_exposure": 0.0})
    assert fills(refused) == []
    assert events(refused)[0] == (0, "refused", "max_net_exposure", "B")
    assert events(refused)[1] == (1, "refused", "max_net_exposure", "A")


def test_a_short_entry_brings_the_net_exposure_back_and_is_let_through():
    rules = {
        "direction": "both",
        "entry": LONG,
        "short_entry": {"column": "signal.s", "op": "<", "value": -0.5},
        "sizing": {"helper": "buy_percent", "percent": 0.4},
    }
    market = market_of(
        {"A": [FLAT] * 4, "B": [FLAT] * 4},
        signals={"s": {"A": [1.0] + [0.0] * 3, "B": [0.0, -1.0, 0.0, 0.0]}},
    )
    result = ruled(market, rules, risk={"max_net_exposure": 0.2}, account={"type": "margin"})
    # 0.2 long, then 0.4 short leads to 0.2 net short: just allowed.
    assert fills(result) == [(1, "A", 200.0, 100.0), (2, "B", -400.0, 100.0)]
    assert events(result) == [(0, "reduced", "max_net_exposure", "A")]


def test_a_rebalancing_is_held_to_the_exposure():
    rules = {"entry": LONG, "sizing": {"helper": "rebalance_to_weights", "schedule": "bar"}}
    result = ruled(market_of(THREE, signals=ALL_LONG), rules, risk={"max_gross_exposure": 0.5})
    # A third each is wanted: A in full, a sixth of B, nothing of C.
    third = 100_000.0 / 3
    assert [row[1] for row in fills(result)] == ["A", "B"]
    assert [row[2] * 100.0 for row in fills(result)] == pytest.approx([third, 50_000.0 - third])
    assert events(result)[:2] == [
        (0, "reduced", "max_gross_exposure", "B"),
        (0, "refused", "max_gross_exposure", "C"),
    ]


def test_what_an_exit_frees_at_the_same_close_is_there_for_an_entry():
    market = market_of(
        {"A": [FLAT] * 4, "B": [FLAT] * 4},
        signals={"s": {"A": [1.0, 0.0, 0.0, 0.0], "B": [0.0, 0.0, 1.0, 0.0]},
                 "t": {"A": [0.0, 0.0, 1.0, 0.0], "B": [0.0] * 4}},
    )  # fmt: skip
    rules = RULES | {"exit": {"column": "signal.t", "op": ">", "value": 0.5}}
    result = ruled(market, rules, risk={"max_gross_exposure": 0.5})
    assert fills(result)[1:] == [(3, "A", -500.0, 100.0), (3, "B", 500.0, 100.0)]
    assert result.risk_events.height == 0


@pytest.mark.parametrize("on_loss", ["flatten", "halt"])
def test_a_halt_cancels_the_limit_entries_that_wait(on_loss):
    rules = RULES | {"entry_order": {"type": "limit", "offset": 0.1, "good_for_bars": 0}}
    bars = {
        "A": closes(100.0, 90.0, 70.0, 70.0, 70.0, 70.0),
        "B": closes(100.0, 100.0, 100.0, 100.0, 80.0, 80.0),
    }
    signals = {"s": {"A": [1.0] * 6, "B": [1.0] * 6}}
    result = ruled(
        market_of(bars, signals=signals), rules, risk={"max_drawdown": 0.1, "on_loss": on_loss}
    )
    # 500 of A at 90; at 70 equity is 90,000, and B still waits at 90.
    assert fills(result)[0] == (1, "A", 500.0, 90.0)
    assert "B" not in result.fills["symbol"].to_list()
    told = [(2, "halted", "max_drawdown", None), (2, "cancelled", "max_drawdown", "B")]
    assert events(result)[:2] == told
    assert fates(result)[1] == ("cancelled", "cancelled by the risk limit max_drawdown", 500.0, 0.0)
    assert len(fills(result)) == (2 if on_loss == "flatten" else 1)


def test_exposures_and_losses_work_together():
    # B is cut to 25,000; at 80 the loss is 15 % of 100,000 and everything is left.
    bars = {name: closes(100.0, 100.0, 80.0, 80.0, 80.0) for name in "AB"}
    market = market_of(bars, signals={"s": {name: [1.0] * 5 for name in "AB"}})
    result = ruled(market, risk={"max_gross_exposure": 0.75, "max_drawdown": 0.15})
    assert fills(result) == [
        (1, "A", 500.0, 100.0), (1, "B", 250.0, 100.0), (3, "A", -500.0, 80.0), (3, "B", -250.0, 80.0),
    ]  # fmt: skip
    assert events(result) == [
        (0, "reduced", "max_gross_exposure", "B"),
        (2, "halted", "max_drawdown", None),
        (2, "flattened", "max_drawdown", "A"),
        (2, "flattened", "max_drawdown", "B"),
    ]


class Twin(Strategy):
    """The rules above in Python."""

    def on_event(self, event):
        if (
            not self.get_position(event.asset_id)
            and not self.open_orders(event.asset_id)
            and event.signals["s"] > 0.5
        ):
            self.buy_percent(event.asset_id, 0.2, event.close)
        elif self.get_position(event.asset_id) and event.signals["s"] < -0.5:
            self.close_position(event.asset_id)


@pytest.mark.parametrize("on_loss", ["flatten", "halt"])
@pytest.mark.parametrize("limits", [{"max_drawdown": 0.15}, {"max_daily_loss": 0.02},
                                    {"max_drawdown": 0.2, "max_daily_loss": 0.015}])  # fmt: skip
def test_rules_and_the_same_strategy_make_the_same_fills_under_limits(limits, on_loss):
    rng = np.random.default_rng(5)
    names, count = "ABCD", 200
    bars = {
        name: closes(*np.round(100.0 * np.exp(np.cumsum(rng.normal(0, 0.03, count))), 2))
        for name in names
    }
    signals = {"s": {name: rng.normal(size=count).tolist() for name in names}}
    times = [MONDAY + timedelta(hours=6 * i) for i in range(count)]
    market = market_of(bars, signals=signals, times=times)
    rules = {
        "entry": LONG,
        "exit": {"column": "signal.s", "op": "<", "value": -0.5},
        "sizing": {"helper": "buy_percent", "percent": 0.2},
    }
    by_rules = ruled(market, rules, risk=limits | {"on_loss": on_loss})
    by_strategy = limited(market, Twin(), **limits, on_loss=on_loss)
    assert "halted" in by_rules.risk_events["action"].to_list()
    columns = ["timestamp", "symbol", "side", "quantity", "price"]
    assert by_rules.fills.select(columns).equals(by_strategy.fills.select(columns))
    told = ["timestamp", "limit", "value", "threshold"]
    for action in ("halted", "resumed"):
        first, second = (
            result.risk_events.filter(action=action).select(told)
            for result in (by_rules, by_strategy)
        )
        assert first.equals(second)


@pytest.mark.parametrize("seed", range(20))
def test_a_curve_searched_at_once_and_close_by_close_breaks_at_the_same_places(seed):
    rng = np.random.default_rng(seed)
    equity = 1000.0 * np.exp(np.cumsum(rng.normal(0, 0.02, 300)))
    times = np.arange(300, dtype=np.int64) * (MICROSECONDS_PER_DAY // 5)
    limits = RiskLimits(max_drawdown=0.3, max_daily_loss=0.03)
    watch = LossWatch(limits, 1000.0)
    walked = [watch.look(t, int(times[t]), float(equity[t]))[1] for t in range(300)]
    found, last = [], None
    while (last := next_breach(limits, times, equity, 1000.0, last)) is not None:
        found.append(last)
    assert found == [breach for breach in walked if breach is not None]
