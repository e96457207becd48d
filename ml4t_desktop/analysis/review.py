"""What the review screens show of a run beyond its statistics: sides, benchmark, groups, months."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import polars as pl

from ml4t_desktop.analysis.benchmark import (
    Benchmark,
    BenchmarkMetrics,
    benchmark_metrics,
    benchmark_returns,
    choices,
    title_of,
)
from ml4t_desktop.analysis.calendar import calendar_breakdown, monthly_table
from ml4t_desktop.analysis.clocks import UTC_NAME
from ml4t_desktop.analysis.metrics import Metrics, side_metrics
from ml4t_desktop.analysis.trades.breakdowns import GROUPINGS, Grouping, breakdown
from ml4t_desktop.analysis.trades.trade_metrics import TradeMetrics
from ml4t_desktop.analysis.undefined import Undefined
from ml4t_desktop.market.market import Market
from ml4t_desktop.result.run_result import RunResult


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Review:
    """A run in parts.

    Parameters
    ----------
    long, short : TradeMetrics
    benchmark : BenchmarkMetrics or str
        The reason, in words, when there is none.
    benchmark_name : str
        What was asked for, of `benchmark_choices`.
    benchmark_choices : mapping of str to str
        What can be measured against, and what a user reads for it.
    line : Benchmark or None
        Its values; None when there is none.
    breakdowns : mapping of str to DataFrame
        By `breakdowns.GROUPINGS`; those by year and month are of `calendar.calendar_breakdown`.
    months : DataFrame of `calendar.MONTHS`
    """

    long: TradeMetrics
    short: TradeMetrics
    benchmark: BenchmarkMetrics | str
    benchmark_name: str
    benchmark_choices: Mapping[str, str]
    line: Benchmark | None
    breakdowns: Mapping[Grouping, pl.DataFrame]
    months: pl.DataFrame


def review_run(
    result: RunResult,
    metrics: Metrics,
    market: Market,
    benchmark_name: str,
    found: Benchmark | Undefined,
    check: Callable[[], None],
    zone: str = UTC_NAME,
) -> Review:
    """Return a run in parts.

    Parameters
    ----------
    result, metrics, market : RunResult, Metrics, Market
        Of one run.
    benchmark_name : str
        One of `benchmark.choices`; one that this market has not is none.
    found : Benchmark or Undefined
        What `benchmark.make_benchmark` made of the name.
    check : callable
        Called between the parts; raises when nobody waits for them any more.
    zone : str
        On whose clocks weekdays and hours are.
    """
    if isinstance(found, Undefined):
        of_benchmark, against = None, found.reason
    else:
        of_benchmark = benchmark_returns(market, found)
        against = benchmark_metrics(result, metrics, market, found)
    check()
    frames: dict[Grouping, pl.DataFrame] = {}
    for by in GROUPINGS:
        check()
        if by == "year" or by == "month":  # noqa: PLR1714 (which narrows the type)
            frames[by] = calendar_breakdown(result, by, of_benchmark)
        else:
            frames[by] = breakdown(result.trades, by, zone)
    return Review(
        long=side_metrics(result, "long"),
        short=side_metrics(result, "short"),
        benchmark=against,
        benchmark_name=benchmark_name,
        benchmark_choices=MappingProxyType(
            {name: title_of(name, market) for name in choices(market)}
        ),
        line=None if isinstance(found, Undefined) else found,
        breakdowns=MappingProxyType(frames),
        months=monthly_table(result),
    )
