"""Runs of every kind, from none to ruin, whose numbers have to be explained."""

from collections.abc import Sequence
from datetime import timedelta

import numpy as np

from ml4t_desktop.result.run_result import RunResult
from tests.unit.analysis.result_builder import MONDAY, Row, at, fill, order, result, weekdays

CAPITAL = 10_000.0


def random_run(seed: int) -> RunResult:
    """A run with random equity, trades on both sides, orders, fills and cash flows."""
    random = np.random.default_rng(seed)
    count = int(random.integers(2, 400))
    hours = 24 if seed % 3 else 6
    times = (
        weekdays(count)
        if hours == 24
        else [MONDAY + timedelta(hours=hours * i) for i in range(count)]
    )
    equity = CAPITAL * np.exp(np.cumsum(random.normal(0.0003, 0.012, count)))
    exposure = [
        (
            float(gross),
            float(gross * random.uniform(-1, 1)),
            int(gross > 0) * int(random.integers(1, 5)),
        )
        for gross in equity * random.choice([0.0, 0.5, 0.9, 1.4], count)
    ]
    trades = random_trades(random, times, int(random.integers(0, 60)))
    fills = [
        fill(float(random.integers(1, 90)), float(random.uniform(5, 200)),
             commission=float(random.uniform(0, 3)), slippage=float(random.uniform(0, 2)), fill_id=i)
        for i in range(2 * len(trades))
    ]  # fmt: skip
    states = ("filled", "reduced", "rejected", "cancelled", "expired")
    orders = [order(states[int(random.integers(0, 5))], order_id=i) for i in range(len(fills))]
    kinds = ("dividend", "funding", "interest", "borrow")
    flows = [
        {
            "timestamp": MONDAY,
            "symbol": "AAA",
            "kind": kinds[i % 4],
            "amount": float(random.normal(0, 9)),
        }
        for i in range(int(random.integers(0, 7)))
    ]
    return result(
        equity.tolist(), times=times, initial_capital=CAPITAL, exposure=exposure, trades=trades,
        fills=fills, orders=orders, cash_flows=flows,
    )  # fmt: skip


def random_trades(random: np.random.Generator, times: Sequence, count: int) -> list[Row]:
    """Trades in the order in which they closed, the last ones still open."""
    rows = [_trade(random, times) for _ in range(count)]
    rows.sort(key=lambda row: row["exit_time"] or times[-1] + timedelta(days=1))
    for place, row in enumerate(rows):
        row["trade_id"] = place + 1
    return rows


def _trade(random: np.random.Generator, times: Sequence) -> Row:
    first, last = sorted(int(place) for place in random.integers(0, len(times), 2))
    is_open, is_long = random.random() < 0.1, random.random() < 0.7
    bought = float(random.uniform(20, 90))
    sold = bought * float(1 + random.normal(0.002, 0.03))
    quantity = float(random.integers(1, 30))
    pnl = (
        0.0 if random.random() < 0.05 else (sold - bought) * quantity * (1 if is_long else -1) - 1.0
    )
    return {
        "position_id": int(random.integers(1, 40)),
        "symbol": str(random.choice(["AAA", "BBB", "CCC"])),
        "direction": "long" if is_long else "short",
        "status": "open" if is_open else "closed",
        "quantity": quantity,
        "entry_time": times[first],
        "entry_price": bought,
        "exit_time": None if is_open else times[last],
        "exit_decision_time": None if is_open else times[last],
        "exit_price": sold,
        "pnl": pnl,
        "pnl_percent": pnl / (bought * quantity),
        "fees": 1.0,
        "slippage": 0.25,
        "bars_held": last - first,
        "mfe": float(abs(random.normal(0, 0.02))) if random.random() < 0.9 else None,
        "mae": -float(abs(random.normal(0, 0.02))) if random.random() < 0.9 else None,
        "exit_reason": "open" if is_open else str(random.choice(["signal", "stop_loss"])),
    }


def _trades(*profits: float) -> list[Row]:
    return [
        {"trade_id": i + 1, "pnl": profit, "pnl_percent": profit / 1000.0, "bars_held": 3 + i}
        for i, profit in enumerate(profits)
    ]


# By what is special about them.
EDGE_RUNS = {
    "no bars": result(initial_capital=CAPITAL),
    "one bar": result([10_100.0], initial_capital=CAPITAL),
    "one day of many bars": result(
        [10_000.0, 10_050.0, 9_900.0, 10_020.0],
        times=[at(f"2024-01-01T1{hour}:00") for hour in range(4)],
        initial_capital=CAPITAL,
    ),
    "two bars": result([10_100.0, 10_000.0], initial_capital=CAPITAL),
    "three bars": result([10_100.0, 10_000.0, 10_200.0], initial_capital=CAPITAL),
    "no trades": result([CAPITAL] * 60, initial_capital=CAPITAL),
    "constant growth": result(
        (CAPITAL * 1.001 ** np.arange(1, 61)).tolist(), initial_capital=CAPITAL, trades=_trades(5.0, 5.0)
    ),
    "one trade": result(
        np.linspace(CAPITAL, 10_300, 60).tolist(), initial_capital=CAPITAL, trades=_trades(98.0)
    ),
    "one losing trade": result(
        np.linspace(CAPITAL, 9_700, 60).tolist(), initial_capital=CAPITAL, trades=_trades(-98.0)
    ),
    "all losses": result(
        np.linspace(CAPITAL, 9_000, 90).tolist(), initial_capital=CAPITAL, trades=_trades(-5, -9, -1, -70)
    ),
    "all winners": result(
        np.linspace(CAPITAL, 12_000, 90).tolist(), initial_capital=CAPITAL, trades=_trades(5, 9, 1, 70)
    ),
    "nothing but scratches": result(
        [CAPITAL + i % 2 for i in range(50)], initial_capital=CAPITAL, trades=_trades(0.0, 0.0, 0.0)
    ),
    "open trades alone": result(
        [CAPITAL + i for i in range(50)],
        initial_capital=CAPITAL,
        trades=[{"trade_id": 1, "status": "open", "exit_time": None, "exit_reason": "open", "pnl": 9.0}],
    ),
    "bankrupt": result(
        [9_000.0, 4_000.0, -500.0, -500.0, 200.0] * 12, initial_capital=CAPITAL, trades=_trades(-9000, -1500, 700)
    ),
    "ended at zero": result(
        [9_000.0, 4_000.0, 0.0], initial_capital=CAPITAL, trades=_trades(-6000, -4000)
    ),
    "months apart": result(
        [10_100.0, 10_300.0, 10_050.0, 10_400.0],
        times=[at("2023-01-31"), at("2023-02-28"), at("2023-03-31"), at("2023-05-02")],
        initial_capital=CAPITAL,
        trades=_trades(100, -20, 300, 20),
    ),
}  # fmt: skip
