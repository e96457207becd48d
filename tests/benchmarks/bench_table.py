"""How quick a table of a million trades sorts, filters and groups, its totals and its painting included.

    python tests/benchmarks/bench_table.py

Draws offscreen unless QT_QPA_PLATFORM says otherwise.
"""

import os
import sys
import time
from collections.abc import Callable
from datetime import datetime
from functools import partial

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import numpy as np
import polars as pl
from figures import Figure, show
from PySide6.QtCore import Qt

from ml4t_desktop.app.main import make_application
from ml4t_desktop.app.theming import theme_of
from ml4t_desktop.project.completed import CompletedRun
from ml4t_desktop.result.run_result import RunResult
from ml4t_desktop.result.schema import CASH_FLOWS, EQUITY, FILLS, ORDERS, TRADES
from ml4t_desktop.session.runs.results import ResultStore, Subset
from ml4t_desktop.views.review.trades.panel import TradesPanel

TRADE_COUNT, ASSETS, TIMES = 1_000_000, 500, 3
BUDGET = 200.0
SORTED = (
    "pnl",
    "pnl_percent",
    "symbol",
    "exit_reason",
    "entry_time",
    "bars_held",
    "entry_signal__a",
)


def trades() -> pl.DataFrame:
    """Return a million made-up trades."""
    random = np.random.default_rng(1)
    names = np.array([f"S{number:03d}" for number in range(ASSETS)])
    pnl = random.normal(1.0, 100.0, TRADE_COUNT)
    entry = np.sort(random.integers(0, 5 * 365 * 24 * 60, TRADE_COUNT)) * 60_000_000
    start = int(datetime(2017, 1, 1).timestamp()) * 1_000_000
    texts = {
        "symbol": names[random.integers(0, ASSETS, TRADE_COUNT)],
        "direction": np.array(["long", "short"])[random.integers(0, 2, TRADE_COUNT)],
        "exit_reason": np.array(["signal", "stop_loss", "take_profit"])[
            random.integers(0, 3, TRADE_COUNT)
        ],
    }
    columns = {
        "trade_id": np.arange(1, TRADE_COUNT + 1),
        "position_id": np.arange(1, TRADE_COUNT + 1),
        **texts,
        "quantity": np.floor(random.uniform(1, 500, TRADE_COUNT)),
        "pnl": pnl,
        "pnl_percent": pnl / 1e4,
        "bars_held": random.integers(1, 60, TRADE_COUNT),
        "mfe": np.abs(pnl) / 1e4,
        "mae": -np.abs(pnl) / 2e4,
        "entry_price": random.uniform(10, 500, TRADE_COUNT),
        "exit_price": random.uniform(10, 500, TRADE_COUNT),
        "entry_signal__a": random.random(TRADE_COUNT),
        "entry_context__VIX": random.uniform(10, 60, TRADE_COUNT),
    }
    times = pl.Series(entry + start).cast(pl.Datetime("us"))
    frame = pl.DataFrame(columns).with_columns(
        status=pl.lit("closed"),
        entry_reason=pl.lit("entry"),
        fees=pl.lit(1.0),
        slippage=pl.lit(1.0),
        multiplier=pl.lit(1.0),
        entry_note=pl.lit(None, pl.String),
        exit_note=pl.lit(None, pl.String),
        entry_time=times,
        exit_time=times,
        entry_decision_time=times,
        exit_decision_time=times,
    )
    captured = [name for name in frame.columns if "__" in name]
    return frame.select(*TRADES, *captured)


def timed(app, what: str, step: Callable[[], object], *before: Callable[[], object]) -> Figure:
    """Return the shortest of some times that a step and the painting after it took."""
    taken: list[float] = []
    for _ in range(TIMES):
        for reset in before:
            reset()
        app.processEvents()
        began = time.perf_counter()
        step()
        app.processEvents()
        taken.append(time.perf_counter() - began)
    return Figure(what=what, value=min(taken) * 1e3, unit="ms", budget=BUDGET)


def main() -> None:
    """Measure the panel of trades."""
    app = make_application()
    results = ResultStore()
    panel = TradesPanel(results, theme_of("light"))
    panel.resize(1400, 800)
    panel.show()
    frame = trades()
    result = RunResult(
        initial_capital=1e6, trades=frame, fills=pl.DataFrame(schema=FILLS),
        orders=pl.DataFrame(schema=ORDERS), equity=pl.DataFrame(schema=EQUITY),
        cash_flows=pl.DataFrame(schema=CASH_FLOWS),
    )  # fmt: skip
    run = CompletedRun.__new__(CompletedRun)
    for name, value in (("result", result), ("problems", ())):
        object.__setattr__(run, name, value)
    began = time.perf_counter()
    results.show_run(run)
    app.processEvents()
    rows = [Figure(what="showing the table", value=(time.perf_counter() - began) * 1e3, unit="ms")]
    table, bar = panel.table, panel.bar
    names = [column.name for column in table.trade_model.columns]

    def sort(name: str, order: Qt.SortOrder) -> Callable[[], None]:
        return lambda: table.header.setSortIndicator(names.index(name), order)

    def unsort() -> None:
        table.header.setSortIndicator(-1, Qt.SortOrder.AscendingOrder)

    up, down = Qt.SortOrder.AscendingOrder, Qt.SortOrder.DescendingOrder
    rows += [
        timed(app, f"sort {name}, {'down' if order == down else 'up'}", sort(name, order), unsort)
        for name in SORTED
        for order in (up, down)
    ]
    unsort()
    bar.fields_button.setChecked(True)
    header = table.header

    def filtered(name: str, text: str) -> Callable[[], None]:
        return lambda: header.set_texts({name: text})

    for name, text in (
        ("pnl", "> 50"), ("symbol", "s01"), ("exit_reason", "=stop_loss"), ("entry_time", "2019-03"),
        ("entry_signal__a", "0.2 .. 0.4"),
    ):  # fmt: skip
        rows.append(timed(app, f"filter {name} {text}", filtered(name, text), filtered("", "")))
    sort("pnl", Qt.SortOrder.DescendingOrder)()
    rows.append(
        timed(app, "filter symbol s01, sorted by pnl", filtered("symbol", "s01"), filtered("", ""))
    )
    unsort()
    header.set_texts({})
    rows.append(
        timed(app, "search s01", lambda: bar.search.setText("s01"), lambda: bar.search.setText(""))
    )
    bar.search.setText("")
    rows += [
        timed(app, f"group by {key}", partial(bar.choose_group, key), partial(bar.choose_group, ""))
        for key in ("symbol", "month:exit_time", "exit_reason", "entry_signal__a")
    ]
    bar.choose_group("symbol")
    rows.append(
        timed(
            app, "sort groups of symbols by pnl", sort("pnl", Qt.SortOrder.DescendingOrder), unsort
        )
    )
    bar.choose_group("")
    part = Subset("a tenth", np.arange(1, TRADE_COUNT, 10))
    rows.append(
        timed(
            app,
            "look at a tenth",
            lambda: results.show_subset(part),
            lambda: results.show_subset(None),
        )
    )
    show(f"A table of {TRADE_COUNT:,} trades, {len(names)} columns", rows)
    sys.stdout.flush()
    os._exit(0)


if __name__ == "__main__":
    main()
