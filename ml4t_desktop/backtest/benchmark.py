"""A result of the scripting API against a benchmark of a file or a frame."""

from pathlib import Path
from typing import Literal

import polars as pl

from ml4t_desktop.analysis.account.returns import equity_times
from ml4t_desktop.analysis.benchmark import (
    FILE,
    BenchmarkMetrics,
    benchmark_metrics,
    make_benchmark,
)
from ml4t_desktop.analysis.metrics import Metrics
from ml4t_desktop.analysis.undefined import Undefined
from ml4t_desktop.errors import InputError, Problem
from ml4t_desktop.files.benchmark_file import (
    benchmark_of_frame,
    read_benchmark,
    with_benchmark,
)
from ml4t_desktop.market.timeline import bare_market
from ml4t_desktop.request import BenchmarkFile
from ml4t_desktop.result.run_result import RunResult

_FRAME = "benchmark"


def measured(
    run: RunResult,
    metrics: Metrics,
    benchmark: str | Path | pl.DataFrame,
    time: str | None,
    column: str | None,
    values: Literal["price", "return"],
    match: Literal["asof", "exact"],
) -> BenchmarkMetrics:
    """Return how a benchmark did, and a run against it; see `BacktestResult.against`."""
    is_frame = isinstance(benchmark, pl.DataFrame)
    source = BenchmarkFile(
        file=_FRAME if is_frame else str(benchmark),
        time=time,
        column=column,
        values=values,
        match=match,
    )
    table = (
        benchmark_of_frame(benchmark, source) if is_frame else read_benchmark(source, Path.cwd())
    )
    market, _ = with_benchmark(bare_market(equity_times(run), ()), table, source)
    line = make_benchmark(market, FILE)
    if isinstance(line, Undefined):
        raise InputError(Problem(where=source.file, what=line.reason))
    return benchmark_metrics(run, metrics, market, line)
