"""What a report shows of a run, as plain lists that can be written as JSON."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

import numpy as np
import polars as pl

from ml4t_desktop.analysis.benchmark import MARKET, benchmark_metrics, make_benchmark
from ml4t_desktop.analysis.calendar import monthly_table
from ml4t_desktop.analysis.definitions import DEFINITIONS
from ml4t_desktop.analysis.drawdowns import underwater
from ml4t_desktop.analysis.metrics import Metrics, side_metrics
from ml4t_desktop.analysis.undefined import Undefined
from ml4t_desktop.market import Market
from ml4t_desktop.result.run_result import RunResult

MOST_POINTS: Final = 6_000
_TRADE_COLUMNS: Final = (
    ("trade_id", "Trade", "count"), ("symbol", "Symbol", "text"), ("direction", "Side", "text"),
    ("status", "Status", "text"), ("entry_time", "Entry", "time"), ("exit_time", "Exit", "time"),
    ("quantity", "Quantity", "number"), ("entry_price", "Entry price", "price"),
    ("exit_price", "Exit price", "price"), ("pnl", "P&L", "money"), ("pnl_percent", "P&L %", "percent"),
    ("fees", "Fees", "money"), ("slippage", "Slippage", "money"), ("bars_held", "Bars", "count"),
    ("mfe", "MFE", "percent"), ("mae", "MAE", "percent"), ("exit_reason", "Exit reason", "text"),
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Provenance:
    """Where a report comes from.

    Parameters
    ----------
    name : str
        Of the request; the title of the report.
    run_id : str
    request_toml : str
        What was asked, as a request file.
    versions : mapping of str to str
    remarks : sequence of str
        What was said of the run, such as that its data had doubtful bars; the verdict among it.
    """

    name: str
    run_id: str
    request_toml: str
    versions: Mapping[str, str]
    remarks: Sequence[str] = ()


def report_content(
    result: RunResult,
    metrics: Metrics,
    market: Market,
    provenance: Provenance,
    benchmark: str = MARKET,
) -> dict[str, Any]:
    """Return everything that a report shows, as JSON takes it.

    Parameters
    ----------
    result, metrics, market
        Of one run.
    benchmark : str
        One of `analysis.benchmark.choices`.

    Returns
    -------
    dict
        The document that ``report.js`` reads; the keys are its own.
    """
    line = make_benchmark(market, benchmark)
    against = (
        None if isinstance(line, Undefined) else benchmark_metrics(result, metrics, market, line)
    )
    long, short = side_metrics(result, "long"), side_metrics(result, "short")
    has_sides = bool(long.num_trades and short.num_trades)
    columns = {
        "all": metrics,
        "long": long if has_sides else None,
        "short": short if has_sides else None,
        "benchmark": against,
    }
    statistics = [
        {
            "name": item.name,
            "title": item.title,
            "group": item.group,
            "kind": item.kind,
            "formula": item.formula,
            "headline": item.headline,
            **{key: _plain(getattr(of, item.name, None)) for key, of in columns.items()},
            "reason": metrics.undefined.get(item.name, ""),
        }
        for item in DEFINITIONS
    ]
    return {
        "name": provenance.name,
        "run_id": provenance.run_id,
        "request": provenance.request_toml,
        "versions": dict(provenance.versions),
        "remarks": list(provenance.remarks),
        "benchmark": None if isinstance(line, Undefined) else line.title,
        "statistics": statistics,
        "equity": _equity(result, None if isinstance(line, Undefined) else line.values),
        "months": _rows(monthly_table(result)),
        "trades": _trades(result.trades),
    }


def _equity(result: RunResult, benchmark: np.ndarray | None) -> dict[str, Any]:
    """Return the curves; of many points those that a screen could show, extremes kept."""
    frame = result.equity
    values = frame["equity"].to_numpy()
    depth = underwater(values, result.initial_capital)
    places = _thinned(values, depth)
    times = frame["timestamp"].cast(pl.Int64).to_numpy()[places] // 1000
    curves: dict[str, Any] = {
        "initial": result.initial_capital,
        "time": times.tolist(),
        "equity": _numbers(values[places]),
        "drawdown": _numbers(depth[places]),
    }
    if benchmark is not None and benchmark.size == values.size:
        curves["benchmark"] = _numbers(benchmark[places] * result.initial_capital)
    return curves


def _thinned(values: np.ndarray, depth: np.ndarray) -> np.ndarray:
    """Return the places to draw: of each stretch the highest and lowest equity and the deepest drawdown."""
    if values.size <= MOST_POINTS:
        return np.arange(values.size)
    edges = np.linspace(0, values.size, MOST_POINTS // 3 + 1).astype(np.int64)
    kept = {0, values.size - 1}
    for start, stop in zip(edges[:-1].tolist(), edges[1:].tolist(), strict=True):
        part = values[start:stop]
        kept |= {start + int(part.argmax()), start + int(part.argmin())}
        kept.add(start + int(depth[start:stop].argmin()))
    return np.array(sorted(kept))


def _trades(trades: pl.DataFrame) -> dict[str, Any]:
    captured = [
        (name, name.replace("__", " "), "number") for name in trades.columns if "__" in name
    ]
    shown = [*_TRADE_COLUMNS, *captured]
    return {
        "columns": [{"name": name, "title": title, "kind": kind} for name, title, kind in shown],
        "rows": [[_plain(value) for value in row] for row in trades.select(n for n, _, _ in shown).iter_rows()],
    }  # fmt: skip


def _rows(frame: pl.DataFrame) -> list[dict[str, Any]]:
    return [
        {name: _plain(value) for name, value in row.items()} for row in frame.iter_rows(named=True)
    ]


def _numbers(values: np.ndarray) -> list[float | None]:
    return [None if math.isnan(value) else float(f"{value:.12g}") for value in values.tolist()]


def _plain(value: object) -> str | float | int | None:
    """Return a value as JSON has it: times as texts, numbers that are none as null."""
    if isinstance(value, datetime):
        has_clock = bool(value.hour or value.minute or value.second)
        return value.strftime("%Y-%m-%d %H:%M:%S" if has_clock else "%Y-%m-%d")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float):
        return float(f"{value:.10g}") if math.isfinite(value) else None
    return value if isinstance(value, str | int) else None
