"""What the run is measured against: the market in equal weights, one asset, or a column of values."""

from dataclasses import dataclass, fields
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from ml4t_desktop.analysis.account.performance import NO_BARS
from ml4t_desktop.analysis.account.relative import relative_statistics
from ml4t_desktop.analysis.account.return_metrics import ReturnMetrics
from ml4t_desktop.analysis.account.returns import EquityRun, PeriodReturns, period_returns
from ml4t_desktop.analysis.metrics import RETURN_STATISTICS, Metrics, line_statistics
from ml4t_desktop.analysis.undefined import Statistics, Undefined, quotient, settled
from ml4t_desktop.market.action_table import DIVIDEND, SPLIT
from ml4t_desktop.market.columns import TextColumn
from ml4t_desktop.market.market import CLOSE, PREVIOUS, Market
from ml4t_desktop.wording import mark, say

MARKET: Final = "market"
NONE: Final = "none"
FILE: Final = "file"
ASSET_PREFIX: Final = "asset."
_NO_NUMBERS: Final = Undefined(mark("texts have no returns"))
_IN_PIECES: Final = Undefined(
    mark("the bars were read in pieces; a context column can be the benchmark of such a run")
)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Benchmark:
    """A line of values beside the equity.

    Parameters
    ----------
    name : str
        ``market``, ``file``, ``asset.X``, ``context.X`` or ``signal.X``.
    title : str
        What a user reads.
    values : ndarray of float64, shape (T,)
        Worth of one unit of money at every timestamp of the market; NaN before there is any value.
    """

    name: str
    title: str
    values: NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class _Line:
    """What returns are computed from."""

    initial_capital: float
    equity: pl.DataFrame


@dataclass(frozen=True, kw_only=True)
class BenchmarkMetrics(ReturnMetrics):
    """How the benchmark did, and how the run did against it, over the days that both have.

    `undefined` holds the reasons of both, by name.
    """

    benchmark: str
    excess_return: float | None
    beta: float | None
    alpha: float | None
    correlation: float | None
    r_squared: float | None
    tracking_error: float | None
    information_ratio: float | None
    treynor: float | None
    up_capture: float | None
    down_capture: float | None
    capture_ratio: float | None
    winning_days_against: float | None


# The statistics of the run against the benchmark, without those of the benchmark alone.
RELATIVE_STATISTICS: Final = tuple(
    field.name
    for field in fields(BenchmarkMetrics)
    if field.name not in {*RETURN_STATISTICS, "undefined"}
)
# Those of the benchmark alone that the file of statistics holds, as ``benchmark_<name>``.
SAVED_STATISTICS: Final = ("total_return", "cagr", "volatility", "sharpe", "max_drawdown")


def choices(market: Market) -> tuple[str, ...]:
    """Return the names of everything a run of this market can be measured against."""
    numbers = (
        name
        for name in market.column_names()
        if name.startswith(("context.", "signal.")) and not market.is_text(name)
    )
    of_file = (FILE,) if market.benchmark is not None else ()
    return (
        MARKET,
        *of_file,
        *(f"{ASSET_PREFIX}{symbol}" for symbol in market.symbols),
        *numbers,
        NONE,
    )


def title_of(name: str, market: Market | None = None) -> str:
    """Return what a user reads for a benchmark; that of a file is called after it, where its market is given."""
    if name == FILE:
        line = market.benchmark if market is not None else None
        return line.title if line is not None else mark("File")
    if name == MARKET:
        return mark("Market, equal weights")
    return mark("No benchmark") if name == NONE else name.partition(".")[2]


def make_benchmark(market: Market, name: str) -> Benchmark | Undefined:
    """Return a benchmark of a market, or why there is none.

    Parameters
    ----------
    market : Market
    name : str
        ``market``: the mean, at every timestamp, of the changes of all assets since their bars before,
        compounded: equal weights, renewed at every bar, no costs. ``asset.X``: the close of an asset
        and its dividends, as if they were added to it. ``context.X``: the values of a column. ``file``:
        that of ``[data.benchmark]``. ``signal.X``: its mean over the assets of a timestamp, so the value
        itself where all have the same.
    """
    if name == NONE:
        return Undefined(mark("no benchmark was chosen"))
    if not market.time_count:
        return NO_BARS
    if name not in choices(market):
        return Undefined(say("the market has no {name}", name=name))
    with np.errstate(all="ignore"):
        values = _values(market, name)
    if isinstance(values, Undefined):
        return values
    there = np.flatnonzero(np.isfinite(values))
    if not len(there) or np.nanmin(values) <= 0:
        flaw = (
            mark("{title} is not above zero throughout, so it has no returns")
            if len(there)
            else mark("{title} has no value")
        )
        return Undefined(say(flaw, title=title_of(name, market)))
    filled = values[np.maximum.accumulate(np.where(np.isfinite(values), np.arange(len(values)), 0))]
    return Benchmark(name=name, title=title_of(name, market), values=filled / values[there[0]])


def benchmark_metrics(
    run: EquityRun, metrics: Metrics, market: Market, benchmark: Benchmark
) -> BenchmarkMetrics:
    """Return how a benchmark did, and the run against it.

    Parameters
    ----------
    run : EquityRun
    metrics : Metrics
        Those of the run.
    market : Market
        The market of run and benchmark.
    benchmark : Benchmark
    """
    with np.errstate(all="ignore"):
        times, values, periods = benchmark_line(market, benchmark)
        own = line_statistics(periods, times, values, 1.0)
        relative = _relative(period_returns(run), market, benchmark, metrics)
        found, undefined = settled(
            {**own, **relative, "benchmark": benchmark.title},
            (*RETURN_STATISTICS, *RELATIVE_STATISTICS),
        )
    return BenchmarkMetrics(**found, undefined=undefined)  # pyright: ignore[reportArgumentType]


def benchmark_returns(market: Market, benchmark: Benchmark) -> PeriodReturns:
    """Return the returns of a benchmark by day, the first against its first value."""
    return benchmark_line(market, benchmark)[2]


def benchmark_line(
    market: Market, benchmark: Benchmark
) -> tuple[NDArray[np.int64], NDArray[np.float64], PeriodReturns]:
    """Return a benchmark from its first value on.

    Returns
    -------
    times : ndarray of int64, shape (n,)
        Microseconds since the epoch, those of the market.
    values : ndarray of float64, shape (n,)
        The worth of one unit of money, no NaN.
    returns : PeriodReturns
        By day, the first against the first value.
    """
    present = np.isfinite(benchmark.values)
    times, values = market.timestamps[present], benchmark.values[present]
    points = pl.DataFrame({"timestamp": times, "equity": values})
    return times, values, period_returns(_Line(1.0, points))


def common_days(
    run: PeriodReturns, market: Market, benchmark: Benchmark
) -> tuple[NDArray[np.int64], NDArray[np.float64], NDArray[np.float64]]:
    """Return the days that a run and its benchmark both have, and the returns of both on them.

    The first value of a benchmark that begins after the run is no return.

    Returns
    -------
    days : ndarray of int64, shape (n,)
        Since 1970-01-01, ascending.
    own, theirs : ndarray of float64, shape (n,)
        Fractions, of the run and of the benchmark.
    """
    theirs = benchmark_returns(market, benchmark)
    is_late = not bool(np.isfinite(benchmark.values[:1]).all())
    days, own, other = np.intersect1d(
        run.days, theirs.days[int(is_late) :], assume_unique=True, return_indices=True
    )
    return days, run.returns[own], theirs.returns[int(is_late) :][other]


def saved_name(name: str) -> str:
    """Return what a statistic of the benchmark alone is called beside those of the run."""
    return f"benchmark_{name}"


def _relative(
    run: PeriodReturns, market: Market, benchmark: Benchmark, metrics: Metrics
) -> Statistics:
    """Return the statistics of the run against the benchmark, over the days that both have."""
    _, own, other = common_days(run, market, benchmark)
    relative = relative_statistics(own, other, run.per_year)
    growth = metrics.cagr if metrics.cagr is not None else Undefined(metrics.undefined["cagr"])
    return {**relative, "treynor": quotient(growth, relative["beta"], mark("beta is zero"))}


def _values(market: Market, name: str) -> NDArray[np.float64] | Undefined:
    if name == FILE and market.benchmark is not None:
        return market.benchmark.values
    if name.startswith("context."):
        column = market.column(name)
        return _NO_NUMBERS if isinstance(column, TextColumn) else column
    return _of_rows(market, name) if market.row_count else _IN_PIECES


def _of_rows(market: Market, name: str) -> NDArray[np.float64] | Undefined:
    """Return the values of a benchmark that is made of bars."""
    if name == MARKET:
        return np.cumprod(1.0 + _means(market, _changes(market), empty=0.0), dtype=np.float64)
    if name.startswith(ASSET_PREFIX):
        return _asset_values(market, name.removeprefix(ASSET_PREFIX))
    column = market.column(name)
    if isinstance(column, TextColumn):
        return _NO_NUMBERS
    return _means(market, column, empty=np.nan)


def _asset_values(market: Market, symbol: str) -> NDArray[np.float64]:
    rows = market.asset_rows(market.symbols.index(symbol))
    values = np.full(market.time_count, np.nan)
    times = np.searchsorted(market.row_start, rows, side="right") - 1
    changes = _changes(market)[rows]
    changes[:1] = 0.0
    values[times] = np.cumprod(1.0 + changes)
    return values


def _means(market: Market, values: NDArray[np.float64], *, empty: float) -> NDArray[np.float64]:
    """Return the mean of the numbers of every timestamp, `empty` where there is none."""
    is_number = np.isfinite(values)
    starts = market.row_start[:-1]
    sums = np.add.reduceat(np.where(is_number, values, 0.0), starts)
    counts = np.add.reduceat(is_number.astype(np.int64), starts)
    return np.where(counts > 0, sums / np.maximum(counts, 1), empty)


def _changes(market: Market) -> NDArray[np.float64]:
    """Return the change of every bar's close since the asset's bar before, NaN at its first.

    A split multiplies the shares, a dividend counts as money received.
    """
    close, before = market.prices[CLOSE], market.rows[PREVIOUS]
    worth = _with_actions(market, close) if market.actions.size else close
    return np.where(before >= 0, worth / close[before] - 1.0, np.nan)


def _with_actions(market: Market, close: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return what one share of the bar before is worth at the close of every bar."""
    worth = close.copy()
    actions = market.actions
    dividends = np.zeros_like(close)
    for number in np.flatnonzero(np.isin(actions.kind, (SPLIT, DIVIDEND))):
        rows = market.asset_rows(int(actions.asset[number]))
        times = market.timestamps[np.searchsorted(market.row_start, rows, side="right") - 1]
        place = int(np.searchsorted(times, actions.time[number]))
        if place == len(rows):
            continue
        if actions.kind[number] == SPLIT:
            worth[rows[place]] *= actions.first[number]
        else:
            dividends[rows[place]] += actions.first[number]
    return worth + dividends
