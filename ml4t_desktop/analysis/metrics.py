"""Every statistic of a run, typed and by name."""

from dataclasses import dataclass, fields
from typing import Final, Literal

import numpy as np
import polars as pl
from numpy.typing import NDArray

from ml4t_desktop.analysis.account import activity, performance
from ml4t_desktop.analysis.account.performance import MINIMUM_DAYS, NO_BARS, TOO_SHORT
from ml4t_desktop.analysis.account.return_metrics import ReturnMetrics
from ml4t_desktop.analysis.account.returns import (
    DAYS_PER_YEAR,
    PeriodReturns,
    equity_times,
    period_returns,
)
from ml4t_desktop.analysis.trades.trade_metrics import TradeMetrics
from ml4t_desktop.analysis.trades.trade_statistics import trade_statistics
from ml4t_desktop.analysis.undefined import Statistic, Statistics, Undefined, quotient, settled
from ml4t_desktop.result.run_result import RunResult
from ml4t_desktop.result.schema import CLOSED
from ml4t_desktop.units import MICROSECONDS_PER_DAY
from ml4t_desktop.wording import mark


@dataclass(frozen=True, kw_only=True)
class Metrics(TradeMetrics, ReturnMetrics):
    """The statistics of one run; `definitions.DEFINITIONS` says what each means.

    Money is in the currency of the account; returns, rates and exposures are fractions; drawdowns
    and losses are zero or negative. A statistic that cannot be computed is None, and `undefined`
    holds the reason by its name.
    """

    initial_capital: float
    final_value: float
    net_profit: float
    peak_equity: float | None
    recovery_factor: float | None
    return_in_market: float | None
    max_drawdown_money: float | None
    long_trades: int
    short_trades: int
    expectancy_r: float | None
    num_orders: int
    num_fills: int
    rejected_orders: int
    reduced_orders: int
    cancelled_orders: int
    expired_orders: int
    mean_open_positions: float | None
    max_open_positions: int | None
    turnover: float | None
    total_fees: float
    total_slippage: float
    profit_before_costs: float
    cost_drag: float | None
    dividends: float
    funding: float
    start: str | None
    end: str | None
    days: float | None
    periods_per_year: int


def _names(kind: type[ReturnMetrics | TradeMetrics]) -> tuple[str, ...]:
    return tuple(field.name for field in fields(kind) if field.name != "undefined")


STATISTICS: Final = _names(Metrics)
TRADE_STATISTICS: Final = _names(TradeMetrics)
RETURN_STATISTICS: Final = _names(ReturnMetrics)


def compute_metrics(result: RunResult, *, stop_loss: float | None = None) -> Metrics:
    """Return every statistic of a run.

    Ratios use the returns of days (of bars when these are longer), with the first against the
    initial capital and a risk-free rate of zero; drawdowns use every equity point.

    Parameters
    ----------
    result : RunResult
    stop_loss : float, optional
        What a trade puts at risk, as a fraction of its entry value: the unit R of `expectancy_r`.
    """
    # Equity near the largest number overflows here and there: what does is then undefined.
    with np.errstate(all="ignore"):
        values, undefined = settled(_statistics(result, stop_loss), STATISTICS)
    # A test holds the type of each value against its field.
    return Metrics(**values, undefined=undefined)  # pyright: ignore[reportArgumentType]


def side_metrics(result: RunResult, side: Literal["long", "short"]) -> TradeMetrics:
    """Return the statistics of the trades on one side.

    The balance of a side is the initial capital plus the profits of its own trades.
    """
    with np.errstate(all="ignore"):
        statistics = {
            **trade_statistics(
                result.trades.filter(result.trades["direction"] == side), result.initial_capital
            ),
            **activity.side_exposure(result.equity, side),
        }
        days = _calendar_days(equity_times(result))
        statistics["trades_per_year"] = _yearly(statistics["num_trades"], days)
        values, undefined = settled(statistics, TRADE_STATISTICS)
    return TradeMetrics(**values, undefined=undefined)  # pyright: ignore[reportArgumentType]


def part_metrics(result: RunResult, trades: pl.DataFrame) -> TradeMetrics:
    """Return the statistics of a part of the trades; its balance is the initial capital plus its profits."""
    only_whole = Undefined(mark("only the account as a whole, or one of its sides, has this"))
    with np.errstate(all="ignore"):
        statistics = trade_statistics(trades, result.initial_capital)
        days = _calendar_days(equity_times(result))
        statistics["trades_per_year"] = _yearly(statistics["num_trades"], days)
        complete = {**dict.fromkeys(TRADE_STATISTICS, only_whole), **statistics}
        values, undefined = settled(complete, TRADE_STATISTICS)
    return TradeMetrics(**values, undefined=undefined)  # pyright: ignore[reportArgumentType]


def line_statistics(
    periods: PeriodReturns,
    times: NDArray[np.int64],
    values: NDArray[np.float64],
    initial: float,
) -> Statistics:
    """Return the statistics of a line of values (equity, or a benchmark), by name.

    Parameters
    ----------
    periods : PeriodReturns
        The returns of `values` by day.
    times : ndarray of int64, shape (n,)
        Microseconds since the epoch.
    values : ndarray of float64, shape (n,)
    initial : float
        The value before the first.
    """
    final = float(values[-1]) if len(values) else initial
    days = _calendar_days(times)
    statistics: Statistics = {
        "total_return": quotient(final - initial, initial, mark("the initial capital is zero")),
        "cagr": performance.annual_growth(initial, final, days) if len(times) else NO_BARS,
        **performance.return_statistics(periods, initial),
        **performance.drawdown_statistics(times, values, initial),
    }
    worst = statistics["max_drawdown"]
    statistics["calmar"] = quotient(statistics["cagr"], _size(worst), _NO_DRAWDOWN)
    statistics["upi"] = quotient(statistics["cagr"], statistics["ulcer_index"], _NO_DRAWDOWN)
    return statistics


def metrics_dict(metrics: Metrics) -> dict[str, float | int | str | None]:
    """Return the statistics by name, ready for JSON: undefined ones None, reasons left out."""
    return {name: getattr(metrics, name) for name in STATISTICS}


_NO_DRAWDOWN: Final = mark("no drawdown")


def _statistics(result: RunResult, stop_loss: float | None) -> Statistics:
    initial, final = result.initial_capital, result.final_value
    times = equity_times(result)
    days = _calendar_days(times)
    periods = period_returns(result)
    statistics: Statistics = {
        "initial_capital": initial,
        "final_value": final,
        "net_profit": final - initial,
        **line_statistics(periods, times, result.equity["equity"].to_numpy(), initial),
        **trade_statistics(result.trades, initial),
        **_sides(result.trades),
        **activity.order_statistics(result),
        **activity.exposure_statistics(result.equity),
        **activity.cost_statistics(result),
        "turnover": activity.yearly_turnover(
            result, days / DAYS_PER_YEAR, MINIMUM_DAYS / DAYS_PER_YEAR
        ),
        "periods_per_year": periods.per_year,
        **_period(times, days),
    }
    return {**statistics, **_from_others(statistics, days, stop_loss)}


def _from_others(statistics: Statistics, days: float, stop_loss: float | None) -> Statistics:
    """Statistics that follow from others."""
    no_stop = Undefined(mark("the request has no stop loss"))
    return {
        "recovery_factor": quotient(
            statistics["net_profit"], _size(statistics["max_drawdown_money"]), _NO_DRAWDOWN
        ),
        "return_in_market": quotient(
            statistics["cagr"], statistics["exposure"], mark("never in the market")
        ),
        "trades_per_year": _yearly(statistics["num_trades"], days),
        "expectancy_r": quotient(
            statistics["expectancy_percent"], no_stop if stop_loss is None else stop_loss, ""
        ),
    }


def _sides(trades: pl.DataFrame) -> Statistics:
    is_closed = (trades["status"] == CLOSED).to_numpy()
    is_long = (trades["direction"] == "long").to_numpy()
    return {
        "long_trades": int(np.count_nonzero(is_closed & is_long)),
        "short_trades": int(np.count_nonzero(is_closed & ~is_long)),
    }


def _yearly(count: Statistic, days: float) -> float | Undefined:
    return quotient(count, days / DAYS_PER_YEAR, "") if days >= MINIMUM_DAYS else TOO_SHORT


def _calendar_days(times: NDArray[np.int64]) -> float:
    return (int(times[-1]) - int(times[0])) / MICROSECONDS_PER_DAY if len(times) else 0.0


def _size(statistic: Statistic) -> float | Undefined:
    return statistic if isinstance(statistic, Undefined) else abs(float(statistic))


def _period(times: NDArray[np.int64], days: float) -> Statistics:
    if not len(times):
        return {"start": NO_BARS, "end": NO_BARS, "days": NO_BARS}
    has_clock = performance.has_clock(times)
    return {
        "start": performance.time_text(int(times[0]), has_clock=has_clock),
        "end": performance.time_text(int(times[-1]), has_clock=has_clock),
        "days": days,
    }
