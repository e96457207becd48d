"""Small markets written by hand, and runs over them whose books are checked every time."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta

import numpy as np
import polars as pl

from ml4t_desktop.engine.invariants import check_identities
from ml4t_desktop.engine.rules.rule_run import run_rules
from ml4t_desktop.engine.strategies.strategy import Strategy
from ml4t_desktop.engine.strategies.walk import run_strategy
from ml4t_desktop.market import Column, Market
from ml4t_desktop.request import Account, Costs, Execution, Request, RiskLimits, parse_request
from ml4t_desktop.result.run_result import RunResult
from ml4t_desktop.units import microseconds

MONDAY = datetime(2024, 1, 1)
DAY = timedelta(days=1)
FLAT = (100.0, 100.0, 100.0, 100.0)

Bar = Sequence[float] | None
Action = Callable[[Strategy], object]


def day(index: int) -> datetime:
    """The time of bar `index` of a market with daily bars."""
    return MONDAY + index * DAY


def market_of(
    bars: Sequence[Bar] | Mapping[str, Sequence[Bar]],
    *,
    signals: Mapping[str, Sequence[float | None] | Mapping[str, Sequence[float | None]]]
    | None = None,
    times: Sequence[datetime] | None = None,
) -> Market:
    """The market of bars (open, high, low, close[, volume]) per asset, None where it has no bar.

    Bars of one asset, called "A", may be given without a mapping, and so may its signals.
    """
    table = dict(bars) if isinstance(bars, Mapping) else {"A": bars}
    symbols = tuple(sorted(table))
    length = len(next(iter(table.values())))
    stamps = [microseconds(time) for time in times or [day(i) for i in range(length)]]
    places = [
        (t, a)
        for t in range(length)
        for a in range(len(symbols))
        if table[symbols[a]][t] is not None
    ]
    prices = np.full((5, len(places)), np.nan)
    for row, (t, a) in enumerate(places):
        bar = table[symbols[a]][t]
        prices[: len(bar), row] = bar
    return Market.build(
        timestamp=np.array([stamps[t] for t, _ in places], np.int64),
        asset=np.array([a for _, a in places], np.int32),
        symbols=symbols,
        prices=prices,
        signals={
            name: _signal(values if isinstance(values, Mapping) else {"A": values}, symbols, places)
            for name, values in (signals or {}).items()
        },
    )


def _signal(
    values: Mapping[str, Sequence[float | None]],
    symbols: Sequence[str],
    places: Sequence[tuple[int, int]],
) -> Column:
    picked = [values[symbols[a]][t] for t, a in places]
    return np.array([np.nan if value is None else value for value in picked], np.float64)


class Script(Strategy):
    """Does what is written for each timestamp, after its bars; `seen` keeps what that returned."""

    def __init__(self, actions: Mapping[int, Action]) -> None:
        self.actions = actions
        self.seen: dict[int, object] = {}
        self._now = -1

    def on_bar_end(self, timestamp, context=None):
        self._now += 1
        action = self.actions.get(self._now)
        if action is not None:
            self.seen[self._now] = action(self)


def play(
    bars: Market | Sequence[Bar] | Mapping[str, Sequence[Bar]],
    strategy: Strategy | Mapping[int, Action],
    *,
    execution: Mapping[str, object] | None = None,
    costs: Mapping[str, object] | None = None,
    account: Mapping[str, object] | None = None,
    has_context: bool = False,
    risk: Mapping[str, object] | None = None,
) -> RunResult:
    """The result of a strategy, or of actions by timestamp, over bars; its money is checked."""
    result = run_strategy(
        bars if isinstance(bars, Market) else market_of(bars),
        strategy if isinstance(strategy, Strategy) else Script(strategy),
        execution=Execution.model_validate(dict(execution or {})),
        costs=Costs.model_validate(dict(costs or {})),
        account=Account.model_validate(dict(account or {})),
        has_context=has_context,
        risk=None if risk is None else RiskLimits.model_validate(dict(risk)),
    )
    check_identities(result)
    return result


def request_of(strategy: Mapping[str, object], **parts: object) -> Request:
    """A request of rules; signals s, t, confidence and the context VIX, regime are declared."""
    return parse_request(
        {
            "data": {"files": ["bars.parquet"], "signals": ["s", "t", "confidence"]},
            "context": {"file": "context.csv", "columns": ["VIX", "regime"]},
            "strategy": strategy,
            **parts,
        }
    )


def play_rules(
    bars: Market | Sequence[Bar] | Mapping[str, Sequence[Bar]],
    strategy: Mapping[str, object],
    **parts: object,
) -> RunResult:
    """The result of rules over bars; its money is checked."""
    market = bars if isinstance(bars, Market) else market_of(bars)
    result = run_rules(market, request_of(strategy, **parts))
    check_identities(result)
    return result


def fills(result: RunResult) -> list[tuple[int, str, float, float]]:
    """Fills as (day since the first Monday, symbol, signed quantity, price)."""
    frame = result.fills.select(
        ((pl.col("timestamp") - MONDAY) / DAY).cast(pl.Int64),
        "symbol",
        pl.when(pl.col("side") == "buy").then(pl.col("quantity")).otherwise(-pl.col("quantity")),
        "price",
    )
    return frame.rows()


def fates(result: RunResult) -> list[tuple[str, str, float, float]]:
    """Orders as (status, reason, requested, filled), in the order of submission."""
    return result.orders.select("status", "reason", "requested", "filled").rows()
