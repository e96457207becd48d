"""What every statistic means: its title, its group on screen, its kind and its formula."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal

Kind = Literal["money", "percent", "ratio", "count", "days", "text"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Definition:
    """How one statistic is named, shown and computed.

    Parameters
    ----------
    name : str
        The field of `Metrics`.
    title : str
        What a user reads beside the value.
    group : str
        The heading it stands under.
    kind : {"money", "percent", "ratio", "count", "days", "text"}
        How it is written; a percent is a fraction in the value.
    formula : str
        The definition in a sentence, for a tooltip.
    headline : bool
        Whether it belongs on a summary of a few numbers.
    """

    name: str
    title: str
    group: str
    kind: Kind
    formula: str
    headline: bool = False


_Row = tuple[str, str, Kind, str]

# Tables: a statistic on two lines reads better than on seven.
# fmt: off
_RETURNS: Final[tuple[_Row, ...]] = (
    ("initial_capital", "Initial capital", "money",
     "Money in the account at the start."),
    ("final_value", "Final value", "money",
     "Equity at the last bar: cash plus open positions at their last close."),
    ("net_profit", "Net profit", "money",
     "Final value - initial capital."),
    ("total_return", "Total return", "percent",
     "Net profit / initial capital."),
    ("cagr", "Annual return (CAGR)", "percent",
     "(Final value / initial capital)^(365.25 / calendar days) - 1; from 30 days on."),
    ("best_day", "Best day", "percent",
     "Highest return of a day (of a bar when bars are longer than a day)."),
    ("worst_day", "Worst day", "percent",
     "Lowest return of a day (of a bar when bars are longer than a day)."),
    ("best_month", "Best month", "percent",
     "Highest return of a calendar month; the first and the last month may be incomplete."),
    ("worst_month", "Worst month", "percent",
     "Lowest return of a calendar month; the first and the last month may be incomplete."),
    ("winning_days", "Winning days", "percent",
     "Days (bars when these are longer) with a positive return / all days."),
    ("winning_months", "Winning months", "percent",
     "Calendar months with a positive return / all months."),
)
_RISK_ADJUSTED: Final[tuple[_Row, ...]] = (
    ("volatility", "Annual volatility", "percent",
     "Standard deviation (n - 1) of the daily returns * sqrt(periods per year)."),
    ("sharpe", "Sharpe ratio", "ratio",
     ("Mean / standard deviation (n - 1) of the daily returns * sqrt(periods per year); "
      "risk-free rate 0.")),
    ("sharpe_standard_error", "Standard error of Sharpe", "ratio",
     ("sqrt((1 - skew * S + (kurtosis - 1) / 4 * S^2) / (n - 1)) * sqrt(periods per year), with "
      "S the Sharpe ratio of one period and the raw kurtosis.")),
    ("sortino", "Sortino ratio", "ratio",
     ("Mean of the daily returns / sqrt(mean of min(return, 0)^2 over all days) * sqrt(periods "
      "per year).")),
    ("calmar", "Calmar ratio", "ratio",
     "Annual return / size of the maximum drawdown."),
    ("upi", "Ulcer performance index", "ratio",
     "Annual return / ulcer index."),
    ("omega", "Omega ratio", "ratio",
     "Sum of the positive daily returns / size of the sum of the negative ones (threshold 0)."),
    ("gain_to_pain", "Gain to pain", "ratio",
     "Sum of the monthly returns / size of the sum of the negative monthly returns."),
    ("recovery_factor", "Recovery factor", "ratio",
     "Net profit / money lost in the maximum drawdown."),
    ("stability", "Stability (R\N{SUPERSCRIPT TWO})", "ratio",
     ("Share of the variance of the cumulated log returns that a straight line over time "
      "explains.")),
)
_DRAWDOWN: Final[tuple[_Row, ...]] = (
    ("max_drawdown", "Maximum drawdown", "percent",
     ("Lowest equity / highest equity before it - 1, on every bar; the initial capital counts "
      "as a peak.")),
    ("max_drawdown_money", "Maximum drawdown in money", "money",
     "Equity lost from the peak to the lowest point of the maximum drawdown."),
    ("max_drawdown_days", "Length of the maximum drawdown", "days",
     "Calendar days from the peak of the maximum drawdown to its recovery, or to the end."),
    ("max_drawdown_bars", "Bars of the maximum drawdown", "count",
     "Bars from the peak of the maximum drawdown to its recovery, or to the end."),
    ("longest_drawdown_days", "Longest drawdown", "days",
     "Calendar days from peak to recovery (or to the end) of the drawdown that lasted longest."),
    ("average_drawdown", "Average drawdown", "percent",
     "Mean of the lowest points of all drawdowns."),
    ("ulcer_index", "Ulcer index", "percent",
     "sqrt(mean of drawdown^2 over all bars)."),
)
_TRADING: Final[tuple[_Row, ...]] = (
    ("num_trades", "Closed trades", "count",
     "Trades that were closed; each partial exit is a trade of its own."),
    ("open_trades", "Open trades", "count",
     "Positions still open at the end; they count in no win rate."),
    ("open_pnl", "Open profit", "money",
     "Profit of the open trades at the last close, net of their entry fees."),
    ("long_trades", "Long trades", "count",
     "Closed trades on the long side."),
    ("short_trades", "Short trades", "count",
     "Closed trades on the short side."),
    ("win_rate", "Win rate", "percent",
     "Closed trades with a profit after fees / all closed trades."),
    ("winners", "Winning trades", "count",
     "Closed trades with a profit after fees."),
    ("losers", "Losing trades", "count",
     "Closed trades with a loss after fees."),
    ("scratch_trades", "Scratch trades", "count",
     "Closed trades that made exactly nothing after fees."),
    ("profit_factor", "Profit factor", "ratio",
     "Gross profit / size of the gross loss, in money."),
    ("expectancy", "Expectancy", "money",
     "Mean profit of a closed trade after fees."),
    ("expectancy_percent", "Expectancy in percent", "percent",
     "Mean over the closed trades of the profit after fees / entry value."),
    ("payoff_ratio", "Payoff ratio", "ratio",
     "Average win / size of the average loss."),
    ("average_win", "Average win", "money",
     "Mean profit of the winning trades."),
    ("average_loss", "Average loss", "money",
     "Mean loss of the losing trades."),
    ("largest_win", "Largest win", "money",
     "Profit of the best closed trade."),
    ("largest_loss", "Largest loss", "money",
     "Loss of the worst closed trade."),
    ("gross_profit", "Gross profit", "money",
     "Sum of the profits of the winning trades."),
    ("gross_loss", "Gross loss", "money",
     "Sum of the losses of the losing trades."),
    ("sqn", "System quality number", "ratio",
     ("sqrt(closed trades) * mean profit / standard deviation (n - 1) of the profits; read it "
      "from 30 trades on.")),
    ("kelly", "Kelly fraction", "percent",
     "Win rate - (1 - win rate) / payoff ratio; half of it is the usual limit."),
    ("max_consecutive_wins", "Most wins in a row", "count",
     "Longest unbroken run of winning trades, in the order in which they closed."),
    ("max_consecutive_losses", "Most losses in a row", "count",
     "Longest unbroken run of losing trades, in the order in which they closed."),
    ("average_bars_held", "Average bars held", "ratio",
     "Mean over the closed trades of the bars after the entry bar, the exit bar included."),
    ("average_bars_held_winners", "Average bars held, winners", "ratio",
     "The same over the winning trades."),
    ("average_bars_held_losers", "Average bars held, losers", "ratio",
     "The same over the losing trades."),
    ("trades_per_year", "Trades per year", "ratio",
     "Closed trades / (calendar days / 365.25); from 30 days on."),
    ("num_orders", "Orders", "count",
     "Orders that were submitted."),
    ("num_fills", "Fills", "count",
     "Executions; one order may have several."),
    ("rejected_orders", "Rejected orders", "count",
     ("Orders that did not trade at all because they were refused; the orders table has the "
      "reason.")),
    ("reduced_orders", "Reduced orders", "count",
     "Orders that traded less than was asked; the orders table has the reason."),
)
_EXPOSURE: Final[tuple[_Row, ...]] = (
    ("exposure", "Time in the market", "percent",
     "Bars with an open position / all bars."),
    ("mean_gross_exposure", "Mean gross exposure", "percent",
     "Mean over all bars of the value of long plus short positions / equity."),
    ("mean_net_exposure", "Mean net exposure", "percent",
     "Mean over all bars of the value of long minus short positions / equity."),
    ("turnover", "Annual turnover", "ratio",
     "Sum of quantity * price over all fills / 2 / mean equity / years; from 30 days on."),
)
_COSTS: Final[tuple[_Row, ...]] = (
    ("total_fees", "Commission", "money",
     "Sum of the commissions of all fills."),
    ("total_slippage", "Slippage", "money",
     "Sum over all fills of what slippage cost; it is in the prices already."),
    ("cost_drag", "Cost drag", "percent",
     "(Commission + slippage) / (net profit + commission + slippage)."),
    ("dividends", "Dividends", "money",
     "Sum of the dividends received and paid."),
    ("funding", "Funding and interest", "money",
     "Sum of funding, interest and borrow fees; negative when paid."),
)
_TAIL: Final[tuple[_Row, ...]] = (
    ("tail_ratio", "Tail ratio", "ratio",
     "Size of the 95th percentile / size of the 5th percentile of the daily returns."),
    ("var_95", "Value at risk, 95 %", "percent",
     "5th percentile of the daily returns that occurred; no normal distribution assumed."),
    ("cvar_95", "Expected shortfall, 95 %", "percent",
     "Mean of the worst floor((n - 1) * 0.05) + 1 daily returns."),
    ("skew", "Skew", "ratio",
     "Skew of the daily returns, corrected for the size of the sample."),
    ("kurtosis", "Excess kurtosis", "ratio",
     "Kurtosis of the daily returns - 3, corrected for the size of the sample."),
)
_PERIOD: Final[tuple[_Row, ...]] = (
    ("start", "First bar", "text",
     "Time of the first equity point."),
    ("end", "Last bar", "text",
     "Time of the last equity point."),
    ("days", "Calendar days", "days",
     "From the first to the last bar."),
    ("periods_per_year", "Periods per year", "count",
     ("What annual figures multiply by, from the days that have bars: 252 for weekdays, 365 "
      "when weekends trade, 52 for weeks, 12 for months.")),
)
# fmt: on
_GROUPS: Final = {
    "RETURNS": _RETURNS,
    "RISK-ADJUSTED": _RISK_ADJUSTED,
    "DRAWDOWN": _DRAWDOWN,
    "TRADING": _TRADING,
    "EXPOSURE": _EXPOSURE,
    "COSTS": _COSTS,
    "TAIL & SHAPE": _TAIL,
    "PERIOD": _PERIOD,
}
_HEADLINES: Final = frozenset(
    {
        "final_value",
        "total_return",
        "cagr",
        "volatility",
        "sharpe",
        "max_drawdown",
        "num_trades",
        "win_rate",
        "profit_factor",
        "exposure",
    }
)


def _definitions() -> Iterator[Definition]:
    for group, rows in _GROUPS.items():
        for name, title, kind, formula in rows:
            yield Definition(
                name=name,
                title=title,
                group=group,
                kind=kind,
                formula=formula,
                headline=name in _HEADLINES,
            )


# One for every statistic of `Metrics`, in the order in which they are shown.
DEFINITIONS: Final[tuple[Definition, ...]] = tuple(_definitions())
DEFINITION_OF: Final = {definition.name: definition for definition in DEFINITIONS}
