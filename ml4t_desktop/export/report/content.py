"""What a report shows of a run, as plain lists that can be written as JSON."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import polars as pl

from ml4t_desktop.analysis.account.drawdowns import underwater
from ml4t_desktop.analysis.benchmark import MARKET, benchmark_metrics, make_benchmark
from ml4t_desktop.analysis.calendar import calendar_breakdown, monthly_table
from ml4t_desktop.analysis.definitions import DEFINITIONS
from ml4t_desktop.analysis.distributions import histogram
from ml4t_desktop.analysis.metrics import Metrics, side_metrics
from ml4t_desktop.analysis.undefined import Undefined
from ml4t_desktop.analysis.validity.verdict import Evidence, Remark
from ml4t_desktop.export.report.evidence import evidence_content
from ml4t_desktop.export.report.numbers import numbers, plain
from ml4t_desktop.market import Market
from ml4t_desktop.result.run_result import RunResult
from ml4t_desktop.result.schema import CLOSED

MOST_POINTS: Final = 6_000
_YEAR_COLUMNS: Final = (
    "group",
    "total_return",
    "volatility",
    "sharpe",
    "max_drawdown",
    "num_trades",
    "win_rate",
    "profit_factor",
)
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
        What was said of the run, such as that its data had doubtful bars.
    digest : str
        Hash of the contents of the data files; empty where nobody took it.
    assumptions : sequence of str
        What the run takes for granted, a sentence each.
    """

    name: str
    run_id: str
    request_toml: str
    versions: Mapping[str, str]
    remarks: Sequence[str] = ()
    digest: str = ""
    assumptions: Sequence[str] = ()


def plain_words(remark: Remark) -> str:
    """Return a remark with its numbers as they are written in files."""
    patterns = {"percent": "{:.2%}", "ratio": "{:.2f}", "count": "{:.0f}"}
    return remark.text.format(*(patterns[kind].format(value) for kind, value in remark.numbers))


def report_content(
    result: RunResult,
    metrics: Metrics,
    market: Market,
    provenance: Provenance,
    benchmark: str = MARKET,
    evidence: Evidence | None = None,
    words: Callable[[Remark], str] = plain_words,
) -> dict[str, Any]:
    """Return everything that a report shows, as JSON takes it.

    Parameters
    ----------
    result, metrics, market
        Of one run.
    benchmark : str
        One of `analysis.benchmark.choices`.
    evidence : Evidence, optional
        How far the run can be believed.
    words : callable
        Returns a remark of the verdict with its numbers written.

    Returns
    -------
    dict
        The document that ``report.js`` reads, and what is printed on paper; the keys are its own.
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
            **{key: plain(getattr(of, item.name, None)) for key, of in columns.items()},
            "reason": metrics.undefined.get(item.name, ""),
        }
        for item in DEFINITIONS
    ]
    values = None if isinstance(line, Undefined) else line.values
    places = _shown_places(result)
    return {
        "name": provenance.name,
        "run_id": provenance.run_id,
        "request": provenance.request_toml,
        "versions": dict(provenance.versions),
        "digest": provenance.digest,
        "assumptions": list(provenance.assumptions),
        "remarks": list(provenance.remarks),
        "evidence": (
            None if evidence is None else evidence_content(evidence, result, words, places)
        ),
        "benchmark": None if isinstance(line, Undefined) else line.title,
        "statistics": statistics,
        "equity": _equity(result, values, places),
        "months": _rows(monthly_table(result)),
        "years": _years(result),
        "distribution": _distribution(result),
        "trades": _trades(result.trades),
    }


def _shown_places(result: RunResult) -> np.ndarray:
    """Return the points of the equity curve that are drawn, extremes kept."""
    values = result.equity["equity"].to_numpy()
    return _thinned(values, underwater(values, result.initial_capital))


def _equity(result: RunResult, benchmark: np.ndarray | None, places: np.ndarray) -> dict[str, Any]:
    """Return the curves; of many points those that a screen could show."""
    frame = result.equity
    values = frame["equity"].to_numpy()
    depth = underwater(values, result.initial_capital)
    times = frame["timestamp"].cast(pl.Int64).to_numpy()[places] // 1000
    curves: dict[str, Any] = {
        "initial": result.initial_capital,
        "time": times.tolist(),
        "equity": numbers(values[places]),
        "drawdown": numbers(depth[places]),
    }
    if benchmark is not None and benchmark.size == values.size:
        curves["benchmark"] = numbers(benchmark[places] * result.initial_capital)
    return curves


def _years(result: RunResult) -> list[dict[str, Any]]:
    """Return the statistics of every year, as the breakdown by year has them."""
    frame = calendar_breakdown(result, "year")
    names = [name for name in _YEAR_COLUMNS if name in frame.columns]
    return _rows(frame.select(names))


def _distribution(result: RunResult) -> dict[str, Any]:
    """Return how often closed trades returned how much."""
    closed = result.trades.filter(pl.col("status") == CLOSED)
    found = histogram(closed["pnl_percent"].to_numpy())
    return {"edges": numbers(found.edges), "counts": found.counts.tolist()}


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
        "rows": [[plain(value) for value in row] for row in trades.select(n for n, _, _ in shown).iter_rows()],
    }  # fmt: skip


def _rows(frame: pl.DataFrame) -> list[dict[str, Any]]:
    return [
        {name: plain(value) for name, value in row.items()} for row in frame.iter_rows(named=True)
    ]
