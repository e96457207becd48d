"""Seeded random requests: every option of a request, at values that matter."""

import random
from typing import Any

SIGNALS = ("score", "confidence", "leave", "mood", "funding")
CONTEXT = ("VIX", "regime")
KINDS = (
    "cash",
    "costs",
    "margin",
    "both_sides",
    "intrabar",
    "volume",
    "intrabar_margin",
    "rebalance",
    "rebalance_margin",
    "carrying",
    "carrying_margin",
    "actions",
    "actions_margin",
    "risk",
    "risk_margin",
    "script",
    "script_margin",
    "script_volume",
    "script_actions",
    "script_actions_margin",
    "script_risk_margin",
)


def is_script(kind: str) -> bool:
    return kind.startswith("script")


def has_actions(kind: str) -> bool:
    return "actions" in kind


def random_request(chance: random.Random, kind: str) -> dict[str, Any]:
    """Return a request as a TOML document would hold it."""
    is_margin = kind.endswith(("margin", "both_sides")) or (
        kind == "script_volume" and chance.random() < 0.5
    )
    direction = "long"
    if is_margin:
        direction = chance.choice(["long", "short", "both"])
    if kind == "both_sides":
        direction = "both"
    is_rebalancing = kind.startswith("rebalance") and chance.random() < 0.9
    if is_rebalancing and direction == "both":
        direction = "short"
    is_intrabar = kind.startswith("intrabar") or (
        kind.startswith(("actions", "risk", "rebalance")) and chance.random() < 0.4
    )
    strategy: dict[str, Any] = {
        "direction": direction,
        "entry": random_condition(chance),
        "sizing": random_sizing(chance, is_margin=is_margin),
        "exits": random_exits(chance, intrabar=is_intrabar),
        "limits": random_limits(chance),
    }
    if is_rebalancing:
        strategy["sizing"] = random_weights(chance)
    elif chance.random() < 0.25:
        strategy["entry_order"] = {
            "type": "limit",
            "offset": chance.choice([0.0, 0.005, 0.02]),
            "good_for_bars": chance.choice([0, 1, 1, 3]),
        }
    _maybe(chance, 0.7, strategy, "exit", random_condition(chance))
    _maybe(chance, 0.2, strategy, "filter", random_condition(chance))
    if direction == "both":
        strategy["short_entry"] = random_condition(chance)
        _maybe(chance, 0.7, strategy, "short_exit", random_condition(chance))
    document: dict[str, Any] = {
        "format": 1,
        "name": kind,
        "data": {"files": ["bars.csv"], "signals": list(SIGNALS)},
        "context": {"file": "context.csv", "columns": list(CONTEXT)},
        "strategy": strategy,
        "execution": random_execution(chance, kind),
        "costs": random_costs(chance, kind),
        "account": random_account(chance, kind, is_margin=is_margin),
    }
    if "risk" in kind:
        document["risk"] = random_risk(chance)
    return document


def random_weights(chance: random.Random) -> dict[str, Any]:
    """Return a rebalancing with any weighting and schedule."""
    sizing: dict[str, Any] = {
        "helper": "rebalance_to_weights",
        "weights": chance.choice(["equal", "signal", "inverse_volatility"]),
        "window": chance.choice([2, 5]),
        "schedule": chance.choice(["bar", "week", "month"]),
        "tolerance": chance.choice([0.0, 0.01, 0.05]),
        "close_missing": chance.choice([True, True, False]),
        "gross": chance.choice([1.0, 0.6]),
    }
    if sizing["weights"] == "signal":
        sizing["by"] = chance.choice(["signal.score", "signal.confidence"])
    _maybe(chance, 0.3, sizing, "max_weight", chance.choice([0.1, 0.3]))
    return sizing


def random_risk(chance: random.Random) -> dict[str, Any]:
    """Return limits, some of which are reached in a short time."""
    risk: dict[str, Any] = {"on_loss": chance.choice(["flatten", "halt"])}
    _maybe(chance, 0.5, risk, "max_drawdown", chance.choice([0.005, 0.02, 0.1]))
    _maybe(chance, 0.5, risk, "max_daily_loss", chance.choice([0.002, 0.01, 0.05]))
    _maybe(chance, 0.4, risk, "max_gross_exposure", chance.choice([0.3, 0.8, 1.5]))
    most = risk.get("max_gross_exposure", 1.0)
    _maybe(chance, 0.4, risk, "max_net_exposure", chance.choice([0.2, 0.5, 0.9]) * most)
    _maybe(chance, 0.4, risk, "max_positions", chance.randint(1, 3))
    return risk


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
            {
                "helper": "fractional_kelly",
                "probability": "signal.confidence",
                "payoff": chance.choice([0.8, 1.5]),
                "fraction": chance.choice([0.25, 1.0]),
                "max_percent": percent,
            },
            {
                "helper": "inverse_volatility",
                "risk": chance.choice([0.002, 0.01]),
                "window": chance.choice([2, 6]),
                "max_percent": percent,
            },
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
        "fill": chance.choice(["next_open", "next_open", "same_close", "next_close"]),
        "lot_size": chance.choice([1.0, 0.0, 0.1, 10.0]),
        "insufficient_cash": chance.choice(["shrink", "shrink", "reject"]),
        "ambiguous_bar": chance.choice(["stop_first", "target_first"]),
        "protect_entry_bar": chance.choice([True, True, False]),
        "stop_basis": chance.choice(["fill", "decision_close"]),
    }
    if kind.endswith("volume") or chance.random() < 0.1:
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
        {"model": "linear_impact", "coefficient": 0.02},
    ]
    if kind == "cash":
        return {}
    slippage = chance.choice(by_volume if kind.endswith("volume") else slippages)
    return {"commission": chance.choice(commissions), "slippage": slippage}


def random_account(chance: random.Random, kind: str, *, is_margin: bool) -> dict[str, Any]:
    """Return capital that is at times too small, a multiplier, and what holding costs."""
    account: dict[str, Any] = {"initial_capital": chance.choice([2_000.0, 10_000.0, 100_000.0])}
    if is_margin:
        account["type"] = chance.choice(["margin", "margin", "contracts"])
        margins = chance.choice([(0.5, 0.25), (0.2, 0.18), (0.1, 0.09)])
        account["initial_margin"], account["maintenance_margin"] = margins
        _maybe(chance, 0.2, account, "multiplier", chance.choice([5.0, {"AA": 2.0, "CC": 10.0}]))
    carries = kind.startswith("carrying") or chance.random() < 0.1
    if not carries:
        return account
    _maybe(chance, 0.5, account, "interest_rate", chance.choice([0.02, 0.5]))
    if is_margin:
        _maybe(chance, 0.5, account, "borrow_rate", chance.choice([0.03, 0.8]))
    else:
        _maybe(chance, 0.6, account, "settlement_days", chance.randint(1, 3))
    funding = [
        {"rate": 0.0001, "interval": "8h"},
        {"rate": -0.003, "interval": "1d"},
        {"column": "signal.funding"},
        {"column": "context.VIX"} if is_margin else {"column": "signal.funding"},
    ]
    _maybe(chance, 0.5, account, "funding", chance.choice(funding))
    return account


def _maybe(chance: random.Random, often: float, table: dict[str, Any], key: str, to: Any) -> None:
    if chance.random() < often:
        table[key] = to
