"""Splits change the unit of a run and nothing else: the same run on adjusted prices is the reference."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ml4t_desktop.engine.rules.rule_run import run_rules
from ml4t_desktop.market import Market
from ml4t_desktop.market.corporate_actions import StockSplit, with_corporate_actions
from ml4t_desktop.market.market import ASSET
from ml4t_desktop.request import Request, parse_request
from ml4t_desktop.units import MICROSECONDS_PER_DAY, moment

ASSETS, DAYS = 3, 40
RULES: dict[str, Any] = {
    "data": {"files": ["bars.parquet"], "signals": ["s", "t"]},
    "execution": {"lot_size": 0.0, "participation": 0.2},
    "costs": {
        "commission": {"model": "percent", "rate": 0.001},
        "slippage": {"model": "sqrt_impact", "coefficient": 0.01},
    },
}
STRATEGY = {
    "entry": {"column": "signal.s", "op": ">", "value": 0.6},
    "exit": {"column": "signal.t", "op": ">", "value": 0.9},
    "sizing": {"helper": "buy_percent", "percent": 0.4},
}


def request(evaluate: str, basis: str, direction: str) -> Request:
    exits = {"stop_loss": 0.04, "take_profit": 0.07, "trailing_stop": 0.05, "max_bars": 9}
    strategy = {**STRATEGY, "direction": direction, "exits": {**exits, "evaluate": evaluate}}
    execution = {**RULES["execution"], "stop_basis": basis}
    account = {"type": "cash" if direction == "long" else "margin"}
    parts = {**RULES, "strategy": strategy, "execution": execution, "account": account}
    return parse_request(parts)


def adjusted_market(seed: int) -> Market:
    """Random bars with gaps: each asset has no bar on some days."""
    chance = np.random.default_rng(seed)
    there = chance.random((DAYS, ASSETS)) < 0.85
    there[0] = True
    t, asset = np.nonzero(there)
    walk = 100 * np.exp(np.cumsum(chance.normal(0, 0.03, (DAYS, ASSETS)), axis=0))
    close = walk[t, asset]
    start = close * np.exp(chance.normal(0, 0.02, close.size))
    high = np.maximum(start, close) * np.exp(np.abs(chance.normal(0, 0.01, close.size)))
    low = np.minimum(start, close) / np.exp(np.abs(chance.normal(0, 0.01, close.size)))
    volume = chance.uniform(2_000, 20_000, close.size)
    return Market.build(
        timestamp=t * MICROSECONDS_PER_DAY,
        asset=asset.astype(np.int32),
        symbols=tuple("ABC"[:ASSETS]),
        prices=np.array([start, high, low, close, volume]),
        signals={name: chance.random(close.size) for name in ("s", "t")},
    )


def unadjusted(market: Market, splits: list[tuple[int, int, float]]) -> Market:
    """The same market as it was traded: prices before a split are `ratio` times as high."""
    prices = market.prices.copy()
    times = market.timestamps[market.row_times()]
    days = times // MICROSECONDS_PER_DAY
    for asset, day, ratio in splits:
        before = (market.rows[ASSET] == asset) & (days < day)
        prices[:4, before] *= ratio
        prices[4, before] /= ratio
    raw = Market.build(
        timestamp=times,
        asset=market.rows[ASSET],
        symbols=market.symbols,
        prices=prices,
        signals=market.signals,
    )
    actions = [
        StockSplit("ABC"[asset], moment(day * MICROSECONDS_PER_DAY), ratio)
        for asset, day, ratio in splits
    ]
    return with_corporate_actions(raw, actions)


SPLITS = st.lists(
    st.tuples(
        st.integers(0, ASSETS - 1),
        st.integers(1, DAYS - 1),
        st.sampled_from([2.0, 3.0, 1.5, 0.1, 1.05, 7.0]),
    ),
    min_size=1,
    max_size=5,
)


@given(
    st.integers(0, 10**6),
    SPLITS,
    st.sampled_from(["close", "intrabar"]),
    st.sampled_from(["fill", "decision_close"]),
    st.sampled_from(["long", "short"]),
)
def test_a_run_over_splits_is_the_run_on_adjusted_prices(
    seed: int, splits: list[tuple[int, int, float]], evaluate: str, basis: str, direction: str
) -> None:
    market = adjusted_market(seed)
    asked = request(evaluate, basis, direction)
    expected = run_rules(market, asked)
    result = run_rules(unadjusted(market, splits), asked)
    assert result.equity["equity"].to_list() == pytest.approx(
        expected.equity["equity"].to_list(), rel=1e-9
    )
    columns = ("symbol", "status", "exit_reason", "bars_held", "exit_time", "entry_decision_time")
    assert result.trades.select(columns).equals(expected.trades.select(columns))
    for name in ("pnl", "mfe", "mae", "pnl_percent"):
        assert result.trades[name].to_list() == pytest.approx(
            expected.trades[name].to_list(), rel=1e-6, abs=1e-6
        )
