"""Seeded random small markets and requests: one named scenario per seed."""

import random
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from ml4t_desktop.request import Request, parse_request
from tests.oracle.history import Bar, Value

SIGNALS = ("score", "confidence", "leave", "mood")
FIRST_DAY = datetime(2024, 1, 1)
CONTEXT = ("VIX", "regime")
KINDS = ("cash", "costs", "margin", "both_sides", "intrabar", "volume", "intrabar_margin")


@dataclass
class Scenario:
    """One market and what is asked of it; `name` says what is special about it."""

    name: str
    seed: int
    bars: list[Bar]
    context: dict[datetime, dict[str, Value]]
    request: Request


def scenario(seed: int) -> Scenario:
    """Return the scenario of a seed, always the same."""
    chance = random.Random(seed)
    kind = KINDS[seed % len(KINDS)]
    bars = random_bars(chance, wild=kind == "volume")
    context = random_context(chance, sorted({bar.time for bar in bars}))
    request = parse_request(random_request(chance, kind))
    return Scenario(f"{kind}-{seed}", seed, bars, context, request)


def random_bars(chance: random.Random, *, wild: bool = False) -> list[Bar]:
    """Return 2 to 6 assets over 10 to 60 days, with missing bars, gaps, ties and nulls."""
    days = chance.randint(10, 60)
    bars: list[Bar] = []
    steps = chance.choice([0.01, 0.25, 1.0])
    swing = chance.choice([0.005, 0.02, 0.06])
    for symbol in chance.sample(["AA", "BB", "CC", "DD", "EE", "FF"], chance.randint(2, 6)):
        close = chance.choice([8.0, 20.0, 50.0, 100.0])
        missing = chance.choice([0.0, 0.1, 0.3])
        for day in range(days):
            opens = close * (1 + chance.choice([0.0, 0.0, chance.gauss(0, swing)]))
            ends = opens * (1 + chance.gauss(0, swing))
            top = max(opens, ends) * (1 + chance.choice([0.0, abs(chance.gauss(0, swing))]))
            bottom = min(opens, ends) * (1 - chance.choice([0.0, abs(chance.gauss(0, swing))]))
            opens, top, bottom, ends = (_tick(price, steps) for price in (opens, top, bottom, ends))
            close = ends
            if chance.random() < missing:
                continue
            bars.append(
                Bar(
                    time=FIRST_DAY + timedelta(days=day),
                    symbol=symbol,
                    open=opens,
                    high=top,
                    low=bottom,
                    close=ends,
                    volume=float(chance.choice([30, 200, 1_000] if wild else [5_000, 100_000])),
                    signals=_signals(chance),
                )
            )
    return bars


def _tick(price: float, step: float) -> float:
    return max(round(round(price / step) * step, 2), 1.0)


def _signals(chance: random.Random) -> dict[str, Value]:
    values: dict[str, Value] = {
        "score": round(chance.uniform(0, 1), 1),
        "confidence": round(chance.uniform(0, 1), 2),
        "leave": round(chance.uniform(0, 1), 1),
        "mood": chance.choice(["up", "down", "flat"]),
    }
    for name in values:
        if chance.random() < 0.08:
            values[name] = None
    return values


def random_context(
    chance: random.Random, times: list[datetime]
) -> dict[datetime, dict[str, Value]]:
    """Return context for most timestamps, some values of it null."""
    context: dict[datetime, dict[str, Value]] = {}
    for time in times:
        if chance.random() < 0.9:
            context[time] = {
                "VIX": None if chance.random() < 0.1 else round(chance.uniform(10, 40), 0),
                "regime": None if chance.random() < 0.1 else chance.choice(["bull", "bear"]),
            }
    return context


def random_request(chance: random.Random, kind: str) -> dict[str, Any]:
    """Return a request as a TOML document would hold it."""
    is_margin = kind in {"margin", "both_sides", "intrabar_margin"}
    direction = "long"
    if is_margin:
        direction = chance.choice(["long", "short", "both"])
    if kind == "both_sides":
        direction = "both"
    strategy: dict[str, Any] = {
        "direction": direction,
        "entry": random_condition(chance),
        "sizing": random_sizing(chance, is_margin=is_margin),
        "exits": random_exits(chance, intrabar=kind.startswith("intrabar")),
        "limits": random_limits(chance),
    }
    _maybe(chance, 0.7, strategy, "exit", random_condition(chance))
    _maybe(chance, 0.2, strategy, "filter", random_condition(chance))
    if direction == "both":
        strategy["short_entry"] = random_condition(chance)
        _maybe(chance, 0.7, strategy, "short_exit", random_condition(chance))
    account = random_account(chance, is_margin=is_margin)
    if "multiplier" in account:
        strategy["sizing"] = {"helper": "fixed_quantity", "quantity": chance.choice([1.0, 20.0])}
    return {
        "format": 1,
        "name": kind,
        "data": {"files": ["bars.csv"], "signals": list(SIGNALS)},
        "context": {"file": "context.csv", "columns": list(CONTEXT)},
        "strategy": strategy,
        "execution": random_execution(chance, kind),
        "costs": random_costs(chance, kind),
        "account": account,
    }


def random_condition(chance: random.Random, depth: int = 0) -> dict[str, Any]:
    """Return a tree of clauses that holds now and then."""
    draw = chance.random()
    if depth < 2 and draw < 0.35:
        word = chance.choice(["all", "any"])
        return {word: [random_condition(chance, depth + 1) for _ in range(chance.randint(1, 3))]}
    if depth < 2 and draw < 0.45:
        return {"not": random_condition(chance, depth + 1)}
    return random_clause(chance)


def random_clause(chance: random.Random) -> dict[str, Any]:
    """Return a clause with any op of DESIGN 4.2."""
    number = round(chance.uniform(0, 1), 1)
    score = chance.choice(["signal.score", "signal.leave", "signal.confidence"])
    return chance.choice(
        [
            {"column": score, "op": chance.choice([">", ">=", "<", "<="]), "value": number},
            {"column": score, "op": chance.choice([">", "<=", "=="]), "other": "signal.leave"},
            {"column": "signal.score", "op": chance.choice(["==", "!="]), "value": number},
            {"column": "signal.mood", "op": chance.choice(["==", "!="]), "value": "up"},
            {"column": "signal.mood", "op": "in", "value": ["up", "flat"]},
            {"column": "signal.leave", "op": "in", "value": [0.1, 0.5, 0.9]},
            {"column": score, "op": "between", "value": [0.2, 0.8]},
            {"column": "bar.close", "op": chance.choice(["rising", "falling"])},
            {"column": score, "op": chance.choice(["rising", "falling"]), "value": 2},
            {"column": "context.VIX", "op": chance.choice(["rising", "falling"])},
            {
                "column": score,
                "op": chance.choice(["crosses_above", "crosses_below"]),
                "value": number,
            },
            {
                "column": "signal.score",
                "op": chance.choice(["crosses_above", "crosses_below"]),
                "other": "signal.leave",
            },
            {"column": score, "op": chance.choice(["top_n", "bottom_n"]), "value": 2},
            {"column": score, "op": "is_null"},
            {"column": "context.VIX", "op": "<=", "value": 30.0},
            {"column": "context.regime", "op": chance.choice(["==", "!="]), "value": "bull"},
            {"column": "context.regime", "op": "is_null"},
            {"column": "bar.close", "op": ">", "other": "bar.open"},
        ]
    )


def random_sizing(chance: random.Random, *, is_margin: bool) -> dict[str, Any]:
    """Return a sizing helper that at times asks for more than there is."""
    percent = chance.choice([0.05, 0.2, 0.5, 0.95])
    if is_margin:
        percent = chance.choice([0.2, 0.6, 1.0])
    return chance.choice(
        [
            {"helper": "buy_percent", "percent": percent},
            {
                "helper": "size_by_confidence",
                "confidence": "signal.confidence",
                "max_percent": percent,
            },
            {"helper": "fixed_quantity", "quantity": chance.choice([0.5, 7.0, 100.0, 400.0])},
            {"helper": "fixed_value", "value": chance.choice([500.0, 2_000.0, 9_000.0])},
        ]
    )


def random_exits(chance: random.Random, *, intrabar: bool) -> dict[str, Any]:
    """Return exits, each of them often left out."""
    exits: dict[str, Any] = {"evaluate": "intrabar" if intrabar else "close"}
    often = 0.7 if intrabar else 0.5
    _maybe(chance, often, exits, "stop_loss", chance.choice([0.01, 0.02, 0.05, 0.1]))
    _maybe(chance, often, exits, "take_profit", chance.choice([0.01, 0.02, 0.05, 0.1]))
    _maybe(chance, 0.4, exits, "trailing_stop", chance.choice([0.01, 0.02, 0.05]))
    _maybe(chance, 0.3, exits, "max_bars", chance.randint(1, 5))
    return exits


def random_limits(chance: random.Random) -> dict[str, Any]:
    """Return places, ranking and cool-down."""
    limits: dict[str, Any] = {"cooldown_bars": chance.choice([0, 0, 1, 3])}
    _maybe(chance, 0.5, limits, "max_positions", chance.randint(1, 3))
    column = chance.choice(["signal.score", "bar.close", "signal.confidence"])
    _maybe(chance, 0.6, limits, "rank_by", column)
    return limits


def random_execution(chance: random.Random, kind: str) -> dict[str, Any]:
    """Return how orders are filled."""
    execution: dict[str, Any] = {
        "fill": chance.choice(["next_open", "next_open", "same_close"]),
        "lot_size": chance.choice([1.0, 0.0, 0.1, 10.0]),
        "insufficient_cash": chance.choice(["shrink", "shrink", "reject"]),
        "ambiguous_bar": chance.choice(["stop_first", "target_first"]),
        "protect_entry_bar": chance.choice([True, True, False]),
        "stop_basis": chance.choice(["fill", "decision_close"]),
    }
    if kind == "volume":
        _maybe(chance, 0.5, execution, "participation", chance.choice([0.05, 0.1, 0.5]))
    return execution


def random_costs(chance: random.Random, kind: str) -> dict[str, Any]:
    """Return commission and slippage; only the volume kind has slippage by volume."""
    commissions = [
        {"model": "none"},
        {"model": "percent", "rate": 0.001},
        {"model": "per_share", "rate": 0.01, "minimum": 1.0},
        {"model": "per_share", "rate": 0.05, "minimum": 2.0, "cap": 0.01},
        {"model": "fixed", "amount": 3.0},
        {
            "model": "tiered",
            "tiers": [
                {"up_to": 1_000.0, "rate": 0.004},
                {"up_to": 4_000.0, "rate": 0.002},
                {"rate": 0.001},
            ],
        },
        {"model": "maker_taker", "maker": -0.0002, "taker": 0.001},
    ]
    slippages = [
        {"model": "none"},
        {"model": "percent", "rate": 0.0005},
        {"model": "fixed", "amount": 0.02},
        {"model": "spread", "width": 0.04},
    ]
    by_volume = [
        {"model": "volume_share", "limit": 0.1, "impact": 0.1},
        {"model": "sqrt_impact", "coefficient": 0.01},
    ]
    if kind == "cash":
        return {}
    slippage = chance.choice(by_volume if kind == "volume" else slippages)
    return {"commission": chance.choice(commissions), "slippage": slippage}


def random_account(chance: random.Random, *, is_margin: bool) -> dict[str, Any]:
    """Return capital that is at times too small, and at times a multiplier."""
    account: dict[str, Any] = {"initial_capital": chance.choice([2_000.0, 10_000.0, 100_000.0])}
    if is_margin:
        account["type"] = chance.choice(["margin", "margin", "contracts"])
        margins = chance.choice([(0.5, 0.25), (0.2, 0.18), (0.1, 0.09)])
        account["initial_margin"], account["maintenance_margin"] = margins
        _maybe(chance, 0.2, account, "multiplier", chance.choice([5.0, {"AA": 2.0, "CC": 10.0}]))
    return account


def _maybe(chance: random.Random, often: float, table: dict[str, Any], key: str, to: Any) -> None:
    if chance.random() < often:
        table[key] = to
