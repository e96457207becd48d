"""The evidence of a run, gathered in three parts: at once, with a few runs, and with many."""

from collections.abc import Callable, Sequence
from dataclasses import replace

import polars as pl

from ml4t_desktop.analysis.account.returns import period_returns
from ml4t_desktop.analysis.benchmark import benchmark_metrics, make_benchmark
from ml4t_desktop.analysis.metrics import Metrics
from ml4t_desktop.analysis.undefined import Undefined
from ml4t_desktop.analysis.validity.bootstrap import redraw, trade_intervals
from ml4t_desktop.analysis.validity.costs import cost_view
from ml4t_desktop.analysis.validity.luck import measure_luck
from ml4t_desktop.analysis.validity.sharpe import deflated, sharpe_sample
from ml4t_desktop.analysis.validity.stress import run_variants
from ml4t_desktop.analysis.validity.verdict import Evidence
from ml4t_desktop.engine.control import RunControl
from ml4t_desktop.engine.rules.rule_run import run_rules
from ml4t_desktop.market import Market
from ml4t_desktop.request import Request
from ml4t_desktop.result.run_result import RunResult
from ml4t_desktop.result.schema import CLOSED


def first_evidence(
    result: RunResult,
    metrics: Metrics,
    market: Market,
    *,
    benchmark: str,
    trials: int,
    ratios: Sequence[float],
    check: Callable[[], None],
) -> Evidence:
    """Return what can be said of a run without running again.

    Parameters
    ----------
    benchmark : str
        One of `benchmark.choices`.
    trials : int
        Variants that were run on this data, this one included.
    ratios : sequence of float
        Their Sharpe ratios per period, as far as they are known.
    check : callable
        Called between the parts; raises when nobody waits for them any more.
    """
    line = make_benchmark(market, benchmark)
    check()
    against = (
        line.reason
        if isinstance(line, Undefined)
        else benchmark_metrics(result, metrics, market, line)
    )
    check()
    periods = period_returns(result)
    redrawn = redraw(periods, result.initial_capital)
    check()
    closed = result.trades.filter(pl.col("status") == CLOSED)
    sample = sharpe_sample(periods.returns)
    return Evidence(
        metrics=metrics,
        benchmark=against,
        redrawn=redrawn,
        trade_intervals=trade_intervals(closed),
        sample=sample,
        deflated=sample if isinstance(sample, Undefined) else deflated(sample, trials, ratios),
        costs=cost_view(result, metrics),
        periods_per_year=periods.per_year,
    )


def can_run_again(market: Market, request: Request) -> bool:
    """Return whether rules can be run again: the market is in memory, and there are rules."""
    strategy = request.strategy
    return market.row_count > 0 and (strategy.entry is not None or strategy.short_entry is not None)


def with_reruns(
    evidence: Evidence,
    market: Market,
    request: Request,
    result: RunResult,
    control: RunControl,
    advance: Callable[[float], None],
) -> Evidence:
    """Return the evidence with what running again says, as far as that is missing and can be done.

    Parameters
    ----------
    control : RunControl
        Cancels what goes on.
    advance : callable
        Told the share of the runs with other signals that is done; raises when nobody waits any more.
    """
    if not can_run_again(market, request):
        return evidence
    variants = evidence.variants or run_variants(market, request, result, control)
    luck = evidence.luck
    if luck is None:
        total = result.final_value / result.initial_capital - 1.0

        def again(other: Market, asked: Request) -> RunResult:
            return run_rules(other, asked, control)

        luck = measure_luck(market, request, total, advance, run=again)
    return replace(evidence, variants=variants, luck=luck)
