"""The trades of a run, or a part of them, looked at from every side that has a picture."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
import polars as pl
from numpy.typing import NDArray

from ml4t_desktop.analysis.account.exposure_lines import ExposureLines, exposure_lines
from ml4t_desktop.analysis.account.returns import PeriodReturns, period_returns
from ml4t_desktop.analysis.clocks import UTC_NAME
from ml4t_desktop.analysis.distributions import Histogram, histogram
from ml4t_desktop.analysis.metrics import part_metrics
from ml4t_desktop.analysis.trades.breakdowns import GROUPINGS, Grouping, breakdown
from ml4t_desktop.analysis.trades.excursions import Excursions, excursions
from ml4t_desktop.analysis.trades.streaks import run_lengths
from ml4t_desktop.analysis.trades.trade_metrics import TradeMetrics
from ml4t_desktop.result.run_result import RunResult
from ml4t_desktop.result.schema import CLOSED
from ml4t_desktop.units import MICROSECONDS_PER_DAY

Values = NDArray[np.float64]
Ids = NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Study:
    """The closed trades of a run, k of them in the order in which they closed, and its days.

    Parameters
    ----------
    trade_id : ndarray of int64, shape (k,)
    percent, pnl, bars : ndarray of float64, shape (k,)
        Net results as fractions and in money, and bars held.
    closed_on : ndarray of int64, shape (k,)
        Days since 1970-01-01 on which they closed.
    returns, holding, days : Histogram
        Of `percent`, `bars`, and of the returns of the days of the account.
    wins, losses : ndarray of int64
        Lengths of the streaks of winning and of losing trades, in their order.
    periods : PeriodReturns
    excursions : Excursions
    exposure : ExposureLines
    """

    trade_id: Ids
    percent: Values
    pnl: Values
    bars: Values
    closed_on: Ids
    returns: Histogram
    holding: Histogram
    days: Histogram
    wins: Ids
    losses: Ids
    periods: PeriodReturns
    excursions: Excursions
    exposure: ExposureLines

    def closed_on_days(self, chosen: NDArray[np.bool_]) -> Ids:
        """Return the trades that closed on some of the days of `periods`, ascending."""
        return np.sort(self.trade_id[np.isin(self.closed_on, self.periods.days[chosen])])


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PartStudy:
    """A part of the trades of a run.

    Parameters
    ----------
    metrics : TradeMetrics
    breakdowns : mapping of str to DataFrame
        By `breakdowns.GROUPINGS`, of the trades alone.
    """

    metrics: TradeMetrics
    breakdowns: Mapping[Grouping, pl.DataFrame]


def study_run(result: RunResult, check: Callable[[], None]) -> Study:
    """Return the study of a run; `check` raises between its parts when nobody waits for it any more."""
    closed = result.trades.filter(pl.col("status") == CLOSED)
    percent = closed["pnl_percent"].to_numpy()
    pnl = closed["pnl"].to_numpy()
    bars = closed["bars_held"].cast(pl.Float64).to_numpy()
    check()
    periods = period_returns(result)
    moments = closed["exit_time"].cast(pl.Int64).to_numpy()
    study = Study(
        trade_id=closed["trade_id"].to_numpy(),
        percent=percent,
        pnl=pnl,
        bars=bars,
        closed_on=moments // MICROSECONDS_PER_DAY,
        returns=histogram(percent),
        holding=histogram(bars, is_whole=True),
        days=histogram(periods.returns),
        wins=run_lengths(pnl > 0),
        losses=run_lengths(pnl < 0),
        periods=periods,
        excursions=excursions(result.trades),
        exposure=exposure_lines(result),
    )
    check()
    return study


def study_part(
    result: RunResult, trade_ids: Ids, check: Callable[[], None], zone: str = UTC_NAME
) -> PartStudy:
    """Return the study of a part of the trades of a run, weekdays and hours on the clocks of a zone."""
    trades = result.trades.filter(np.isin(result.trades["trade_id"].to_numpy(), trade_ids))
    frames: dict[Grouping, pl.DataFrame] = {}
    for by in GROUPINGS:
        check()
        frames[by] = breakdown(trades, by, zone)
    return PartStudy(metrics=part_metrics(result, trades), breakdowns=MappingProxyType(frames))
