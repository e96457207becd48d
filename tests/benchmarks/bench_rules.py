"""Rules over 500 assets and 2,520 days in memory, on one thread: bars a second.

Each set of rules runs as if for the first time, with nothing kept of earlier runs, and then again and
again with another threshold, as while a slider is moved.

python tests/benchmarks/bench_rules.py
"""

from collections.abc import Iterator

from figures import Figure, best_seconds, show

from ml4t_desktop.engine.rules.rule_run import run_rules
from ml4t_desktop.engine.workspace import workspace_of
from ml4t_desktop.market import Market
from ml4t_desktop.market.sample import sample_market
from ml4t_desktop.request import Request, parse_request

ASSETS, DAYS = 500, 2520
ENTRY = {"column": "signal.ml_pred_5d", "op": ">", "value": 0.9}
PLAIN = {
    "entry": ENTRY,
    "exit": {"column": "signal.exit_signal", "op": ">", "value": 0.9},
    "sizing": {"helper": "buy_percent", "percent": 0.02},
}
RANKED = {
    **PLAIN,
    "exits": {"stop_loss": 0.1, "take_profit": 0.2},
    "limits": {"max_positions": 50, "rank_by": "signal.ml_pred_5d"},
}
STRATEGIES = {
    "one entry clause, one exit clause": PLAIN,
    "ranked, 50 positions, stop and target on the close": RANKED,
    "the same, stop, target and trailing inside the bar": {
        **RANKED,
        "exits": {**RANKED["exits"], "trailing_stop": 0.08, "evaluate": "intrabar"},
    },
    "five clauses in a tree, sized by confidence": {
        **RANKED,
        "entry": {
            "all": [
                ENTRY,
                {"column": "signal.confidence", "op": ">", "value": 0.5},
                {"any": [
                    {"column": "bar.close", "op": ">", "other": "bar.open"},
                    {"column": "signal.ml_pred_5d", "op": "rising", "value": 2},
                ]},
                {"not": {"column": "bar.volume", "op": "<", "value": 1000.0}},
            ]
        },
        "sizing": {
            "helper": "size_by_confidence", "confidence": "signal.confidence", "max_percent": 0.05,
        },
    },
    "rebalanced to equal weights each month": {
        "entry": ENTRY,
        "sizing": {"helper": "rebalance_to_weights"},
    },
}  # fmt: skip
COSTS = {
    "commission": {"model": "percent", "rate": 0.001},
    "slippage": {"model": "percent", "rate": 0.0005},
}


def request_of(strategy: dict) -> Request:
    """Return the request of one set of rules."""
    data = {"files": ["memory"], "signals": ["ml_pred_5d", "confidence", "exit_signal"]}
    account = {"initial_capital": 1_000_000.0}
    return parse_request({"data": data, "strategy": strategy, "costs": COSTS, "account": account})


def _first_run(market: Market, request: Request) -> None:
    workspace_of(market).forget()
    run_rules(market, request)


def _with_threshold(strategy: dict, value: float) -> Request:
    entry = {**ENTRY, "value": value}
    rules = strategy["entry"]
    moved = {"all": [entry, *rules["all"][1:]]} if "all" in rules else entry
    return request_of({**strategy, "entry": moved})


def _figure(what: str, market: Market, seconds: float) -> Figure:
    return Figure(
        what=what,
        value=market.row_count / seconds / 1e6,
        unit="M bars/s",
        budget=50,
        at_least=True,
        form=",.1f",
    )


def main() -> None:
    """Measure every set of rules."""
    market = sample_market(assets=ASSETS, days=DAYS)

    def figures() -> Iterator[Figure]:
        for title, strategy in STRATEGIES.items():
            request = request_of(strategy)
            trades = run_rules(market, request).trades.height
            seconds = best_seconds(lambda request=request: _first_run(market, request), 7)
            yield _figure(f"{title} ({trades:,} trades)", market, seconds)
            moved = iter([_with_threshold(strategy, 0.9 + step / 1e4) for step in range(8)])
            seconds = best_seconds(lambda moved=moved: run_rules(market, next(moved)), 7)
            yield _figure("    with another threshold", market, seconds)

    show(f"Rules over {market.row_count:,} bars in memory", figures())


if __name__ == "__main__":
    main()
