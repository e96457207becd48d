"""Every statistic of a run, typed and by name."""

from collections.abc import Mapping
from dataclasses import dataclass, fields

import numpy as np

from ml4t_desktop.analysis import activity, performance
from ml4t_desktop.analysis.performance import MINIMUM_DAYS, NO_BARS, TOO_SHORT
from ml4t_desktop.analysis.returns import DAYS_PER_YEAR, equity_times, period_returns
from ml4t_desktop.analysis.trades import trade_statistics
from ml4t_desktop.analysis.undefined import (
    Number,
    Statistic,
    Statistics,
    Undefined,
    finite,
    quotient,
)
from ml4t_desktop.result.run_result import RunResult
from ml4t_desktop.units import MICROSECONDS_PER_DAY, moment


@dataclass(frozen=True, slots=True, kw_only=True)
class Metrics:
    """The statistics of one run; `definitions.DEFINITIONS` says what each means.

    Money is in the currency of the account; returns, rates and exposures are fractions; drawdowns
    and losses are zero or negative. A statistic that cannot be computed is None, and `undefined`
    holds the reason by its name.
    """

    initial_capital: float
    final_value: float
    net_profit: float
    total_return: float | None
    cagr: float | None
    best_day: float | None
    worst_day: float | None
    best_month: float | None
    worst_month: float | None
    winning_days: float | None
    winning_months: float | None
    volatility: float | None
    sharpe: float | None
    sharpe_standard_error: float | None
    sortino: float | None
    calmar: float | None
    upi: float | None
    omega: float | None
    gain_to_pain: float | None
    recovery_factor: float | None
    stability: float | None
    max_drawdown: float | None
    max_drawdown_money: float | None
    max_drawdown_days: float | None
    max_drawdown_bars: int | None
    longest_drawdown_days: float | None
    average_drawdown: float | None
    ulcer_index: float | None
    num_trades: int
    open_trades: int
    open_pnl: float
    long_trades: int
    short_trades: int
    win_rate: float | None
    winners: int
    losers: int
    scratch_trades: int
    profit_factor: float | None
    expectancy: float | None
    expectancy_percent: float | None
    payoff_ratio: float | None
    average_win: float | None
    average_loss: float | None
    largest_win: float | None
    largest_loss: float | None
    gross_profit: float
    gross_loss: float
    sqn: float | None
    kelly: float | None
    max_consecutive_wins: int
    max_consecutive_losses: int
    average_bars_held: float | None
    average_bars_held_winners: float | None
    average_bars_held_losers: float | None
    trades_per_year: float | None
    num_orders: int
    num_fills: int
    rejected_orders: int
    reduced_orders: int
    exposure: float | None
    mean_gross_exposure: float | None
    mean_net_exposure: float | None
    turnover: float | None
    total_fees: float
    total_slippage: float
    cost_drag: float | None
    dividends: float
    funding: float
    tail_ratio: float | None
    var_95: float | None
    cvar_95: float | None
    skew: float | None
    kurtosis: float | None
    start: str | None
    end: str | None
    days: float | None
    periods_per_year: int
    undefined: Mapping[str, str]


STATISTICS: tuple[str, ...] = tuple(
    field.name for field in fields(Metrics) if field.name != "undefined"
)


def compute_metrics(result: RunResult) -> Metrics:
    """Return every statistic of a run.

    Ratios use the returns of days (of bars when these are longer), with the first against the
    initial capital and a risk-free rate of zero; drawdowns use every equity point.
    """
    # Equity near the largest number overflows here and there: what does is then undefined.
    with np.errstate(all="ignore"):
        statistics = {name: finite(value) for name, value in _statistics(result).items()}
    values: dict[str, Number | None] = {}
    undefined: dict[str, str] = {}
    for name in STATISTICS:
        value = statistics[name]
        if isinstance(value, Undefined):
            undefined[name] = value.reason
            values[name] = None
        else:
            values[name] = value
    # A test holds the type of each value against its field.
    return Metrics(**values, undefined=undefined)  # pyright: ignore[reportArgumentType]


def metrics_dict(metrics: Metrics) -> dict[str, float | int | str | None]:
    """Return the statistics by name, ready for JSON: undefined ones None, reasons left out."""
    return {name: getattr(metrics, name) for name in STATISTICS}


def _statistics(result: RunResult) -> Statistics:
    initial, final = result.initial_capital, result.final_value
    times = equity_times(result)
    days = (int(times[-1]) - int(times[0])) / MICROSECONDS_PER_DAY if len(times) else 0.0
    periods = period_returns(result)
    statistics: Statistics = {
        "initial_capital": initial,
        "final_value": final,
        "net_profit": final - initial,
        "total_return": quotient(final - initial, initial, "the initial capital is zero"),
        "cagr": performance.annual_growth(initial, final, days) if len(times) else NO_BARS,
        **performance.return_statistics(periods, initial),
        **performance.drawdown_statistics(times, result.equity["equity"].to_numpy(), initial),
        **trade_statistics(result.trades),
        **activity.order_statistics(result),
        **activity.exposure_statistics(result.equity),
        **activity.cost_statistics(result),
        "turnover": activity.yearly_turnover(
            result, days / DAYS_PER_YEAR, MINIMUM_DAYS / DAYS_PER_YEAR
        ),
        "periods_per_year": periods.per_year,
        **_period(result, days),
    }
    return {**statistics, **_from_others(statistics, days)}


def _from_others(statistics: Statistics, days: float) -> Statistics:
    """Statistics that follow from others."""
    worst, worst_money = statistics["max_drawdown"], statistics["max_drawdown_money"]
    no_drawdown = "no drawdown"
    trades = int(statistics["num_trades"])  # pyright: ignore[reportArgumentType]  (a count)
    return {
        "calmar": quotient(statistics["cagr"], _size(worst), no_drawdown),
        "upi": quotient(statistics["cagr"], statistics["ulcer_index"], no_drawdown),
        "recovery_factor": quotient(statistics["net_profit"], _size(worst_money), no_drawdown),
        "trades_per_year": trades / (days / DAYS_PER_YEAR) if days >= MINIMUM_DAYS else TOO_SHORT,
    }


def _size(statistic: Statistic) -> float | Undefined:
    return statistic if isinstance(statistic, Undefined) else abs(float(statistic))


def _period(result: RunResult, days: float) -> Statistics:
    if not result.equity.height:
        return {"start": NO_BARS, "end": NO_BARS, "days": NO_BARS}
    times = equity_times(result)
    first, last = int(times[0]), int(times[-1])
    has_clock = bool((times % MICROSECONDS_PER_DAY).any())
    return {
        "start": _text(first, has_clock=has_clock),
        "end": _text(last, has_clock=has_clock),
        "days": days,
    }


def _text(time: int, *, has_clock: bool) -> str:
    """ISO date, with the time of day where the bars have one."""
    stamp = moment(time)
    return stamp.isoformat(sep=" ", timespec="seconds") if has_clock else stamp.date().isoformat()
