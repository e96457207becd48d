"""Risk limits of rules: halts by running the loop again, and the same fills as a strategy's."""

from datetime import timedelta

import numpy as np
import pytest

from ml4t_desktop.engine.losses import LossWatch, next_breach
from ml4t_desktop.engine.strategy import Strategy
from ml4t_desktop.errors import InputError
from ml4t_desktop.request.risk import RiskLimits
from ml4t_desktop.units import MICROSECONDS_PER_DAY
from tests.unit.engine.test_guarded_broker import closes, events, limited
from tests.unit.engine.trial import FLAT, MONDAY, fills, market_of, play_rules

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


def test_exposures_of_rules_are_refused_with_their_keys():
    with pytest.raises(InputError) as caught:
        ruled(
            market_of([FLAT] * 2, signals={"s": [1.0] * 2}),
            risk={"max_gross_exposure": 1.0, "max_net_exposure": 0.5},
        )
    assert [problem.where for problem in caught.value.problems] == [
        "risk.max_gross_exposure",
        "risk.max_net_exposure",
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
