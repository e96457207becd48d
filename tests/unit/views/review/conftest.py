"""A small finished run, put together by hand: four assets, 45 trades, three of them still open."""

from datetime import date

import numpy as np
import polars as pl
import pytest

from ml4t_desktop.market import Market, TextColumn
from ml4t_desktop.market.market import CLOSE, OPEN
from ml4t_desktop.result.run_result import RunResult
from ml4t_desktop.result.schema import CASH_FLOWS, EQUITY, FILLS, ORDERS, TRADES
from ml4t_desktop.session.jobs import ImmediateExecutor, JobRunner

SYMBOLS = ("AAA", "BBB", "CCC", "ZZZ")
BARS = 300
SPACING = 20
CAPITAL = 100_000.0


def build_market(bars: int = BARS) -> Market:
    """Four assets on business days; ZZZ never trades. The signal is null for the first ten bars."""
    random = np.random.default_rng(7)
    assets = len(SYMBOLS)
    days = np.busday_offset(date(2020, 1, 1), np.arange(bars), roll="forward")
    times = days.astype("datetime64[us]").astype(np.int64)
    close = 50.0 * np.exp(np.cumsum(random.normal(0.0004, 0.02, (bars, assets)), axis=0))
    opened = np.vstack([close[:1], close[:-1]]) * np.exp(random.normal(0, 0.005, (bars, assets)))
    high = np.maximum(opened, close) * (1 + np.abs(random.normal(0, 0.006, (bars, assets))))
    low = np.minimum(opened, close) * (1 - np.abs(random.normal(0, 0.006, (bars, assets))))
    volume = random.integers(1e6, 5e6, (bars, assets)).astype(np.float64)
    prediction = random.random((bars, assets))
    prediction[:10] = np.nan
    market = Market.build(
        timestamp=np.repeat(times, assets),
        asset=np.tile(np.arange(assets, dtype=np.int32), bars),
        symbols=SYMBOLS,
        prices=np.stack([part.ravel() for part in (opened, high, low, close, volume)]),
        signals={"ml_pred_5d": prediction.ravel(), "confidence": random.random(bars * assets)},
    )
    regime = TextColumn((np.arange(bars) // 50 % 2).astype(np.int32), ("bull", "bear"))
    context = {"VIX": 15 + 10 * random.random(bars), "regime": regime}
    return Market(
        timestamps=market.timestamps,
        row_start=market.row_start,
        symbols=market.symbols,
        prices=market.prices,
        rows=market.rows,
        signals=market.signals,
        context=context,
        has_context=np.ones(bars, np.bool_),
    )


def build_trades(market: Market) -> pl.DataFrame:
    """Each of the first three assets enters every twentieth bar and leaves eight bars later."""
    rows = []
    for asset in range(3):
        bars = market.asset_rows(asset)
        for number, entry in enumerate(range(12, bars.size - 1, SPACING)):
            rows.append(_trade(market, bars, entry, number, asset))
    rows.sort(key=lambda row: (row["status"] == "open", row["exit_time"] or 0, row["symbol"]))
    for place, row in enumerate(rows):
        row["trade_id"] = row["position_id"] = place + 1
    captured = {name: pl.Float64 for name in rows[0] if "__" in name and "regime" not in name}
    texts = {name: pl.String for name in rows[0] if "regime" in name}
    return pl.DataFrame(rows, schema={**TRADES, **captured, **texts}, orient="row")


def _trade(market: Market, bars, entry: int, number: int, asset: int) -> dict[str, object]:
    is_open = entry + 8 >= bars.size
    leave = bars.size - 1 if is_open else entry + 8
    sign = -1 if number % 4 == 3 else 1
    bought = float(market.prices[OPEN, bars[entry]])
    sold = float(market.prices[CLOSE if is_open else OPEN, bars[leave]])
    quantity, fees = 100.0 + number, 2.5
    pnl = sign * (sold - bought) * quantity - fees

    def when(bar: int) -> int:
        return int(market.timestamps[bar])

    def values(bar: int | None, head: str) -> dict[str, object]:
        row = None if bar is None else int(bars[bar])
        place = {"entry": "entry", "exit": "exit"}[head]
        return {
            f"{place}_signal__ml_pred_5d": None
            if row is None
            else market.signals["ml_pred_5d"][row],
            f"{place}_signal__confidence": None
            if row is None
            else market.signals["confidence"][row],
            f"{place}_context__VIX": None if bar is None else market.context["VIX"][bar],
            f"{place}_context__regime": None
            if bar is None
            else market.context["regime"].value(bar),
        }

    decided_out = None if is_open else leave - 1
    return {
        "trade_id": 0,
        "position_id": 0,
        "symbol": SYMBOLS[asset],
        "direction": "long" if sign > 0 else "short",
        "status": "open" if is_open else "closed",
        "quantity": quantity,
        "entry_decision_time": when(entry - 1),
        "entry_time": when(entry),
        "entry_price": bought,
        "exit_decision_time": None if decided_out is None else when(decided_out),
        "exit_time": None if is_open else when(leave),
        "exit_price": sold,
        "pnl": pnl,
        "pnl_percent": pnl / (bought * quantity),
        "fees": fees,
        "slippage": 1.25,
        "bars_held": leave - entry,
        "mfe": 0.05,
        "mae": -0.03,
        "entry_reason": "entry",
        "exit_reason": "open" if is_open else ("signal", "stop_loss", "take_profit")[number % 3],
        "multiplier": 1.0,
        **values(entry - 1, "entry"),
        **values(decided_out, "exit"),
    }


def build_result(market: Market, trades: pl.DataFrame | None = None) -> RunResult:
    random = np.random.default_rng(3)
    count = market.time_count
    equity = CAPITAL * np.exp(np.cumsum(random.normal(0.0004, 0.008, count)))
    points = {
        "timestamp": market.timestamps,
        "equity": equity,
        "cash": equity * 0.4,
        "gross_exposure": equity * 0.6,
        "net_exposure": equity * 0.6,
        "open_positions": np.full(count, 2),
    }
    return RunResult(
        initial_capital=CAPITAL,
        trades=build_trades(market) if trades is None else trades,
        fills=pl.DataFrame(schema=FILLS),
        orders=pl.DataFrame(schema=ORDERS),
        equity=pl.DataFrame(points).cast(EQUITY),
        cash_flows=pl.DataFrame(schema=CASH_FLOWS),
    )


def build_run(market: Market, result: RunResult):
    from ml4t_desktop.analysis.metrics import compute_metrics
    from ml4t_desktop.project.completed import CompletedRun
    from ml4t_desktop.request import Request

    request = Request.model_validate({"name": "by hand", "data": {"files": ["prices.csv"]}})
    return CompletedRun(
        run_id="0", request=request, market=market, result=result, metrics=compute_metrics(result)
    )


@pytest.fixture(scope="session")
def market() -> Market:
    return build_market()


@pytest.fixture(scope="session")
def run(market):
    """A finished run."""
    return build_run(market, build_result(market))


@pytest.fixture(scope="session")
def run_without_trades(market):
    """A finished run that made no trade."""
    return build_run(market, build_result(market, build_trades(market).clear()))


@pytest.fixture(scope="session")
def run_again(market):
    """Another run over the same market with the same trades."""
    return build_run(market, build_result(market))


@pytest.fixture(scope="session")
def run_with_notes(market):
    """A finished run whose trade 17 has two notes at its exit."""
    note = "ambiguous bar: stop taken first; in the bar of the entry"
    noted = pl.when(pl.col("trade_id") == 17).then(pl.lit(note))
    return build_run(
        market, build_result(market, build_trades(market).with_columns(exit_note=noted))
    )


@pytest.fixture
def immediate_jobs(qtbot):
    """Work in the background that is done at once; its end is told from the event loop."""
    jobs = JobRunner(ImmediateExecutor())
    yield jobs
    qtbot.waitUntil(lambda: not jobs.is_busy)
    jobs.close()
