"""The statistics of a line of values, typed: those of the equity of a run, or of a benchmark."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class ReturnMetrics:
    """Statistics of returns and drawdowns; `definitions.DEFINITIONS` says what each means.

    Returns are fractions; drawdowns are zero or negative. A statistic that cannot be computed is None,
    and `undefined` holds the reason by its name.
    """

    total_return: float | None
    cagr: float | None
    best_day: float | None
    worst_day: float | None
    best_month: float | None
    worst_month: float | None
    average_month: float | None
    best_year: float | None
    worst_year: float | None
    winning_days: float | None
    winning_months: float | None
    winning_years: float | None
    volatility: float | None
    sharpe: float | None
    sharpe_standard_error: float | None
    probabilistic_sharpe: float | None
    sortino: float | None
    calmar: float | None
    upi: float | None
    omega: float | None
    gain_to_pain: float | None
    stability: float | None
    max_drawdown: float | None
    max_drawdown_days: float | None
    max_drawdown_days_to_trough: float | None
    max_drawdown_bars: int | None
    max_drawdown_start: str | None
    max_drawdown_trough: str | None
    max_drawdown_recovery: str | None
    longest_drawdown_days: float | None
    average_drawdown: float | None
    average_drawdown_days: float | None
    num_drawdowns: int | None
    time_under_water: float | None
    ulcer_index: float | None
    tail_ratio: float | None
    var_95: float | None
    var_95_normal: float | None
    cvar_95: float | None
    skew: float | None
    kurtosis: float | None
    undefined: Mapping[str, str]
