"""The statistics of trades, typed: those of all trades, or of the long or the short ones."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class TradeMetrics:
    """Statistics of trades and of what they cost; `definitions.DEFINITIONS` says what each means.

    Money is in the currency of the account; rates and excursions are fractions. A statistic that
    cannot be computed is None, and `undefined` holds the reason by its name.
    """

    num_trades: int
    open_trades: int
    open_pnl: float
    positions: int
    win_rate: float | None
    win_rate_low: float | None
    win_rate_high: float | None
    winners: int
    losers: int
    scratch_trades: int
    trades_pnl: float
    gross_profit: float
    gross_loss: float
    profit_factor: float | None
    expectancy: float | None
    expectancy_percent: float | None
    median_trade: float | None
    trade_deviation: float | None
    payoff_ratio: float | None
    average_win: float | None
    average_loss: float | None
    average_win_percent: float | None
    average_loss_percent: float | None
    largest_win: float | None
    largest_loss: float | None
    best_trade_percent: float | None
    worst_trade_percent: float | None
    sqn: float | None
    sqn_100: float | None
    kelly: float | None
    half_kelly: float | None
    max_consecutive_wins: int
    max_consecutive_losses: int
    average_win_streak: float | None
    average_loss_streak: float | None
    last_streak: int | None
    z_score: float | None
    average_bars_held: float | None
    average_bars_held_winners: float | None
    average_bars_held_losers: float | None
    median_bars_held: float | None
    max_bars_held: int | None
    average_days_held: float | None
    trades_per_year: float | None
    average_mfe: float | None
    average_mae: float | None
    average_mfe_losers: float | None
    average_mae_winners: float | None
    worst_mae: float | None
    average_end_drawdown: float | None
    entry_efficiency: float | None
    exit_efficiency: float | None
    total_efficiency: float | None
    mfe_correlation: float | None
    mae_correlation: float | None
    growth_per_trade: float | None
    geometric_growth_per_trade: float | None
    balance_line_correlation: float | None
    balance_line_error: float | None
    trade_fees: float
    trade_slippage: float
    exposure: float | None
    mean_gross_exposure: float | None
    mean_net_exposure: float | None
    max_gross_exposure: float | None
    undefined: Mapping[str, str]
