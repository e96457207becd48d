"""Rules and the same rules written as a strategy make the same fills, to the last bit."""

import numpy as np
import pytest

from ml4t_desktop.engine.strategies.strategy import Strategy
from ml4t_desktop.market import Market
from tests.oracle.money import level_of
from tests.unit.engine.trial import day, market_of, play, play_rules

ASSETS, BARS = 6, 160


def random_market(seed: int) -> Market:
    """Prices that wander, gaps, and signals of which some are null."""
    rng = np.random.default_rng(seed)
    names = [f"S{i}" for i in range(ASSETS)]
    bars, s, t = {}, {}, {}
    for name in names:
        close = 50.0 * np.exp(np.cumsum(rng.normal(0, 0.03, BARS)))
        first = close * np.exp(rng.normal(0, 0.01, BARS))
        high = np.maximum(first, close) * np.exp(np.abs(rng.normal(0, 0.01, BARS)))
        low = np.minimum(first, close) * np.exp(-np.abs(rng.normal(0, 0.01, BARS)))
        volume = rng.uniform(1e4, 1e5, BARS)
        table = np.column_stack([first, high, low, close, volume]).tolist()
        bars[name] = [bar if rng.random() > 0.05 else None for bar in table]
        s[name] = [
            None if rng.random() < 0.1 else value for value in rng.normal(size=BARS).tolist()
        ]
        t[name] = [
            None if rng.random() < 0.1 else value for value in rng.normal(size=BARS).tolist()
        ]
    chance = {
        name: [None if rng.random() < 0.1 else p for p in rng.uniform(0.3, 0.9, BARS).tolist()]
        for name in names
    }
    return market_of(bars, signals={"s": s, "t": t, "confidence": chance})


class Twin(Strategy):
    """The rules below in Python: exits in `on_event`, ranked entries in `on_bar_end`."""

    def __init__(
        self,
        *,
        direction="long",
        percent=0.3,
        most=None,
        ranked=False,
        cooldown=0,
        exits=None,
        entry_order=None,
        sizing=None,
    ):
        self.sides = {"long": (1,), "short": (-1,), "both": (1, -1)}[direction]
        self.percent, self.most, self.ranked, self.cooldown = percent, most, ranked, cooldown
        self.exits = dict(exits or {})
        self.intrabar = self.exits.pop("evaluate", "close") == "intrabar"
        self.limit = dict(entry_order or {})
        self.sizing = dict(sizing or {})

    def on_start(self):
        self.returns, self.last_close, self.age = {}, {}, {}
        self.best, self.closes, self.flat, self.was_held = {}, {}, {}, set()
        self.candidates = []

    def on_event(self, event):
        asset, held = event.asset_id, self.get_position(event.asset_id)
        self.follow_returns(event)
        self.end_old_entry(asset)
        if held:
            self.was_held.add(asset)
            self.flat[asset] = 0
            if not any(order.type == "market" for order in self.open_orders(asset)) and self.leaves(
                event, held
            ):
                self.close_position(asset)
            return
        self.best.pop(asset, None)
        self.closes.pop(asset, None)
        self.flat[asset] = self.flat.get(asset, 0) + 1
        side = self.side(event.signals.get("s"))
        rested = asset not in self.was_held or self.flat[asset] > self.cooldown
        if side and rested and not self.open_orders(asset):
            self.candidates.append((event, side))

    def follow_returns(self, event):
        asset = event.asset_id
        if asset in self.last_close:
            kept = self.returns.setdefault(asset, [])
            kept.append(event.close / self.last_close[asset] - 1.0)
        self.last_close[asset] = event.close

    def end_old_entry(self, asset):
        """Cancel a limit entry that has met as many bars as it was good for."""
        for order in self.open_orders(asset):
            if order.order_id in self.age:
                self.age[order.order_id] += 1
                if self.age[order.order_id] == self.limit.get("good_for_bars", 1):
                    self.cancel_order(order.order_id)

    def share(self, event):
        """The share of equity that the sizing gives, None for no order."""
        sizing = self.sizing
        if not sizing:
            return self.percent
        if sizing["helper"] == "fractional_kelly":
            p = event.signals.get("confidence")
            if p is None:
                return None
            share = sizing["fraction"] * (p - (1.0 - p) / sizing["payoff"])
            return min(share, sizing["max_percent"]) if share > 0 else None
        window, returns = sizing["window"], self.returns.get(event.asset_id, [])
        if len(returns) < window:
            return None
        ring = [0.0] * window  # the places the returns have in a ring, so that they add up alike
        for place in range(len(returns) - window, len(returns)):
            ring[place % window] = returns[place]
        mean = 0.0
        for value in ring:
            mean += value
        mean /= window
        total = 0.0
        for value in ring:
            total += (value - mean) * (value - mean)
        return min(sizing["risk"] / np.sqrt(total / (window - 1)), sizing["max_percent"])

    def side(self, s):
        if s is None:
            return 0
        long, short = (
            1 in self.sides and s > 0.8,
            -1 in self.sides and (s > 0.8 if self.sides == (-1,) else s < -0.8),
        )
        return long - short

    def leaves(self, event, held):
        sign, close = (1.0 if held > 0 else -1.0), event.close
        trade = self.open_trade(event.asset_id)
        entry = trade.entry_price
        entered_here = trade.entry_time == event.timestamp
        if not (self.limit and entered_here and entry != event.open):  # else inside this bar
            self.closes[event.asset_id] = self.closes.get(event.asset_id, 0) + 1
        best = self.best.get(event.asset_id, entry)
        self.best[event.asset_id] = best = max(best, close) if sign > 0 else min(best, close)
        rules = self.exits
        if not self.intrabar:
            if (
                "stop_loss" in rules
                and sign * (close - entry * (1 - sign * rules["stop_loss"])) <= 0
            ):
                return True
            if (
                "take_profit" in rules
                and sign * (close - entry * (1 + sign * rules["take_profit"])) >= 0
            ):
                return True
            if (
                "trailing_stop" in rules
                and sign * (close - best * (1 - sign * rules["trailing_stop"])) <= 0
            ):
                return True
        if event.signals.get("t", 0.0) > 1.0:
            return True
        return self.closes.get(event.asset_id, 0) >= rules.get("max_bars", 10**9)

    def on_bar_end(self, timestamp, context=None):
        names = [f"S{i}" for i in range(ASSETS)]
        held = sum(self.get_position(name) != 0 for name in names)
        waiting = sum(self.get_position(order.symbol) == 0 for order in self.open_orders())
        places = ASSETS if self.most is None else self.most - held - waiting
        if self.ranked:
            self.candidates.sort(
                key=lambda pair: (-pair[0].signals.get("t", -np.inf), pair[0].asset_id)
            )
        for event, side in self.candidates:
            if places <= 0:
                break
            places -= self.enter(event, side)
        self.candidates = []

    def enter(self, event, side):
        before = len(self.open_orders())
        fractions = {key: value for key, value in self.exits.items() if key != "max_bars"}
        share = self.share(event)
        if share is None:
            return False
        quantity = side * (self.get_portfolio_value() * share / event.close)
        asset = event.asset_id
        if self.limit:
            limit = level_of(event.close, -side * self.limit["offset"])
            if self.intrabar:
                order_id = self.submit_bracket(asset, quantity, limit, **fractions)
            else:
                order_id = self.submit_order(asset, quantity, "limit", limit)
            self.age[order_id] = 0
        elif self.intrabar:
            self.submit_bracket(asset, quantity, **fractions)
        elif side > 0:
            self.buy_percent(asset, share, event.close)
        else:
            self.submit_order(asset, quantity)
        return len(self.open_orders()) > before


def rules_of(
    *,
    direction="long",
    percent=0.3,
    most=None,
    ranked=False,
    cooldown=0,
    exits=None,
    entry_order=None,
    sizing=None,
):
    high = {"column": "signal.s", "op": ">", "value": 0.8}
    low = {"column": "signal.s", "op": "<", "value": -0.8}
    leave = {"column": "signal.t", "op": ">", "value": 1.0}
    limits = {"cooldown_bars": cooldown}
    limits |= {"max_positions": most} if most else {}
    limits |= {"rank_by": "signal.t"} if ranked else {}
    rules = {
        "direction": direction,
        "entry": high,
        "exit": leave,
        "sizing": sizing or {"helper": "buy_percent", "percent": percent},
        "entry_order": {"type": "limit", **entry_order} if entry_order else {},
        "limits": limits,
        "exits": exits or {},
    }
    return rules | ({"short_entry": low, "short_exit": leave} if direction == "both" else {})


COSTS = {
    "commission": {"model": "percent", "rate": 0.001},
    "slippage": {"model": "percent", "rate": 0.0005},
}
SMALL = {"initial_capital": 2_000.0}
MARGIN = {"type": "margin", "initial_capital": 20_000.0}
KELLY = {
    "helper": "fractional_kelly",
    "probability": "signal.confidence",
    "payoff": 1.5,
    "fraction": 0.5,
    "max_percent": 0.3,
}
VOLATILITY = {"helper": "inverse_volatility", "risk": 0.006, "window": 5, "max_percent": 0.3}
EXPOSURE = {"max_gross_exposure": 0.5, "max_net_exposure": 0.35}
STOPS = {"stop_loss": 0.06, "take_profit": 0.12, "trailing_stop": 0.09}
VARIANTS = {
    "shrink and costs": ({}, {"costs": COSTS, "account": SMALL}),
    "reject": (
        {},
        {"costs": COSTS, "account": SMALL, "execution": {"insufficient_cash": "reject"}},
    ),
    "fractional": ({}, {"costs": COSTS, "execution": {"lot_size": 0.0}}),
    "ranked places": ({"most": 2, "ranked": True, "cooldown": 3}, {"costs": COSTS}),
    "tiny account": ({"most": 2, "percent": 0.1}, {"account": {"initial_capital": 700.0}}),
    "stops on the close": ({"most": 3, "exits": STOPS}, {"costs": COSTS}),
    "stops and days": ({"cooldown": 1, "exits": {**STOPS, "max_bars": 4}}, {"costs": COSTS}),
    "same close": (
        {"most": 3, "ranked": True, "cooldown": 2, "exits": {**STOPS, "max_bars": 5}},
        {"costs": COSTS, "execution": {"fill": "same_close"}},
    ),
    "next close": (
        {"direction": "both", "most": 3, "ranked": True, "cooldown": 2, "exits": STOPS},
        {"costs": COSTS, "account": MARGIN, "execution": {"fill": "next_close"}},
    ),
    "protective orders and the next close": (
        {"most": 3, "cooldown": 1, "exits": {**STOPS, "evaluate": "intrabar"}},
        {"costs": COSTS, "execution": {"fill": "next_close", "stop_basis": "decision_close"}},
    ),
    "short": ({"direction": "short", "exits": STOPS}, {"costs": COSTS, "account": MARGIN}),
    "both": (
        {"direction": "both", "most": 4, "ranked": True, "exits": {**STOPS, "max_bars": 8}},
        {"costs": COSTS, "account": {**MARGIN, "borrow_rate": 0.02, "interest_rate": 0.01}},
    ),
    "protective orders": (
        {"most": 3, "cooldown": 1, "exits": {**STOPS, "evaluate": "intrabar"}},
        {"costs": COSTS},
    ),
    "protective orders of shorts": (
        {"direction": "both", "exits": {**STOPS, "evaluate": "intrabar", "max_bars": 10}},
        {"costs": COSTS, "account": MARGIN, "execution": {"ambiguous_bar": "target_first"}},
    ),
    "Kelly": ({"sizing": KELLY, "most": 3, "ranked": True}, {"costs": COSTS}),
    "inverse volatility": ({"sizing": VOLATILITY, "most": 4, "exits": STOPS}, {"costs": COSTS}),
    "exposure": ({"most": 4, "ranked": True}, {"costs": COSTS, "risk": EXPOSURE}),
    "exposure of both sides": (
        {"direction": "both", "exits": {**STOPS, "max_bars": 8}},
        {"costs": COSTS, "account": MARGIN, "risk": EXPOSURE, "execution": {"lot_size": 0.0}},
    ),
    "exposure at the same close": (
        {"exits": STOPS, "sizing": VOLATILITY},
        {"costs": COSTS, "risk": EXPOSURE, "execution": {"fill": "same_close"}},
    ),
    "funding": (
        {"direction": "both", "exits": STOPS},
        {"account": {**MARGIN, "funding": {"rate": 0.0001, "interval": "8h"}}, "costs": COSTS},
    ),
}
# What ends is called by another name, and a halt refuses what rules do not ask for.
OTHERWISE_NAMED = {
    "limit entries": (
        {"entry_order": {"offset": 0.005, "good_for_bars": 2}, "most": 3, "ranked": True},
        {"costs": COSTS},
    ),
    "limit entries at the close's price": (
        {"entry_order": {"offset": 0.0}, "cooldown": 2, "exits": {**STOPS, "max_bars": 5}},
        {"costs": COSTS},
    ),
    "limit entries until they fill": (
        {"entry_order": {"offset": 0.03, "good_for_bars": 0}, "most": 3, "exits": STOPS},
        {"costs": COSTS},
    ),
    "limit entries of both sides, protected": (
        {
            "direction": "both",
            "entry_order": {"offset": 0.01, "good_for_bars": 3},
            "exits": {**STOPS, "evaluate": "intrabar", "max_bars": 10},
        },
        {"costs": COSTS, "account": MARGIN},
    ),
    "limit entries and exposure": (
        {"entry_order": {"offset": 0.01, "good_for_bars": 3}, "sizing": KELLY},
        {"costs": COSTS, "risk": EXPOSURE},
    ),
    "limit entries, exposure and a halt": (
        {"entry_order": {"offset": 0.01, "good_for_bars": 4}, "direction": "both"},
        {
            "costs": COSTS,
            "account": MARGIN,
            "risk": {**EXPOSURE, "max_daily_loss": 0.012, "on_loss": "halt"},
        },
    ),
    "exposure and flattening": (
        {"most": 4, "ranked": True},
        {"costs": COSTS, "risk": {**EXPOSURE, "max_daily_loss": 0.015, "max_drawdown": 0.4}},
    ),
}


@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize("variant", VARIANTS)
def test_rules_and_their_twin_agree_to_the_last_bit(variant, seed):
    settings, parts = VARIANTS[variant]
    market = random_market(seed)
    by_rules = play_rules(market, rules_of(**settings), **parts)
    by_hand = play(market, Twin(**settings), **parts)
    assert by_rules.fills.height > 15
    assert by_rules.fills.equals(by_hand.fills)
    assert by_rules.orders.equals(by_hand.orders)
    assert by_rules.equity.equals(by_hand.equity)
    assert by_rules.cash_flows.equals(by_hand.cash_flows)
    told = ["entry_reason", "exit_reason"]
    assert by_rules.trades.drop(told).equals(by_hand.trades.drop(told))


@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize("variant", OTHERWISE_NAMED)
def test_limit_entries_and_halts_agree_with_their_twin_in_every_fill(variant, seed):
    settings, parts = OTHERWISE_NAMED[variant]
    market = random_market(seed)
    by_rules = play_rules(market, rules_of(**settings), **parts)
    by_hand = play(market, Twin(**settings), **parts)
    assert by_rules.fills.height > 15
    assert by_rules.fills.drop("order_id").equals(by_hand.fills.drop("order_id"))
    assert by_rules.equity.equals(by_hand.equity)
    told = ["entry_reason", "exit_reason"]
    assert by_rules.trades.drop(told).equals(by_hand.trades.drop(told))
    if "risk" not in parts:
        told = ["status", "reason"]
        assert by_rules.orders.drop(told).equals(by_hand.orders.drop(told))
        if settings["entry_order"].get("good_for_bars", 1):
            assert "its bars were over" in by_rules.orders["reason"].to_list()
    else:
        for action in ("halted", "resumed", "reduced"):
            first, second = (
                result.risk_events.filter(action=action).drop("order_id")
                for result in (by_rules, by_hand)
            )
            assert first.equals(second)


@pytest.mark.parametrize("variant", ["exposure", "exposure of both sides"])
def test_what_the_limits_did_is_told_alike(variant):
    settings, parts = VARIANTS[variant]
    market = random_market(3)
    by_rules = play_rules(market, rules_of(**settings), **parts)
    by_hand = play(market, Twin(**settings), **parts)
    assert {"reduced", "refused"} <= set(by_rules.risk_events["action"])
    assert by_rules.risk_events.equals(by_hand.risk_events)


@pytest.mark.parametrize(
    "variant",
    [
        "both",
        "stops and days",
        "same close",
        "next close",
        "protective orders",
        "exposure",
        "inverse volatility",
    ],
)
def test_deleting_the_future_changes_nothing_in_the_past(variant):
    from ml4t_desktop.market.period import between
    from ml4t_desktop.units import microseconds

    settings, parts = VARIANTS[variant]
    market = random_market(7)
    whole = play_rules(market, rules_of(**settings), **parts)
    for cut in (20, 67, 120):
        part = play_rules(
            between(market, None, microseconds(day(cut))), rules_of(**settings), **parts
        )
        known = whole.fills.filter(whole.fills["timestamp"] <= day(cut))
        assert part.fills.equals(known)
        assert part.equity.equals(whole.equity.head(part.equity.height))
        ended = part.trades.filter(part.trades["status"] == "closed")
        assert ended.equals(whole.trades.head(ended.height))
