"""What every statistic means: its title, its group on screen, its kind and its formula."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from ml4t_desktop.analysis.trades.trade_definitions import (
    HOLDING,
    ORDERS,
    STREAKS,
    TRADING,
    Kind,
    Row,
)
from ml4t_desktop.wording import mark


@dataclass(frozen=True, slots=True, kw_only=True)
class Definition:
    """How one statistic is named, shown and computed.

    Parameters
    ----------
    name : str
        The field of `Metrics`, or of `BenchmarkMetrics` in the group BENCHMARK.
    title : str
        What a user reads beside the value.
    group : str
        The heading it stands under.
    kind : {"money", "percent", "ratio", "count", "days", "text"}
        How it is written; a percent is a fraction in the value.
    formula : str
        The definition in a sentence, for a tooltip.
    inputs : str
        What it is made of.
    headline : bool
        Whether it belongs on a summary of a few numbers.
    """

    name: str
    title: str
    group: str
    kind: Kind
    formula: str
    inputs: str
    headline: bool = False

    @property
    def unit(self) -> str:
        """The unit of the value, in words."""
        return _UNITS[self.kind]


_UNITS: Final[dict[Kind, str]] = {
    "money": mark("money of the account"),
    "percent": mark("fraction, written in per cent"),
    "ratio": mark("plain number"),
    "count": "count",
    "days": mark("calendar days"),
    "text": "text",
}

# Tables: a statistic on two lines reads better than on seven.
# fmt: off
_RETURNS: Final[tuple[Row, ...]] = (
    ("initial_capital", mark("Initial capital"), "money",
     mark("Money in the account at the start.")),
    ("final_value", mark("Final value"), "money",
     mark("Equity at the last bar: cash plus open positions at their last close.")),
    ("net_profit", mark("Net profit"), "money",
     mark("Final value - initial capital.")),
    ("total_return", mark("Total return"), "percent",
     mark("Net profit / initial capital.")),
    ("cagr", mark("Annual return (CAGR)"), "percent",
     mark("(Final value / initial capital)^(365.25 / calendar days) - 1; from 30 days on.")),
    ("best_day", mark("Best day"), "percent",
     mark("Highest return of a day (of a bar when bars are longer than a day).")),
    ("worst_day", mark("Worst day"), "percent",
     mark("Lowest return of a day (of a bar when bars are longer than a day).")),
    ("best_month", mark("Best month"), "percent",
     mark("Highest return of a calendar month; the first and the last month may be incomplete.")),
    ("worst_month", mark("Worst month"), "percent",
     mark("Lowest return of a calendar month; the first and the last month may be incomplete.")),
    ("average_month", mark("Average month"), "percent",
     mark("Mean of the returns of the calendar months.")),
    ("best_year", mark("Best year"), "percent",
     mark("Highest return of a calendar year; the first and the last year may be incomplete.")),
    ("worst_year", mark("Worst year"), "percent",
     mark("Lowest return of a calendar year; the first and the last year may be incomplete.")),
    ("winning_days", mark("Winning days"), "percent",
     mark("Days (bars when these are longer) with a positive return / all days.")),
    ("winning_months", mark("Winning months"), "percent",
     mark("Calendar months with a positive return / all months.")),
    ("winning_years", mark("Winning years"), "percent",
     mark("Calendar years with a positive return / all years.")),
    ("peak_equity", mark("Highest equity"), "money",
     mark("Highest equity of any bar, the initial capital included.")),
)
_RISK_ADJUSTED: Final[tuple[Row, ...]] = (
    ("volatility", mark("Annual volatility"), "percent",
     mark("Standard deviation (n - 1) of the daily returns * sqrt(periods per year).")),
    ("sharpe", mark("Sharpe ratio"), "ratio",
     (mark("Mean / standard deviation (n - 1) of the daily returns * sqrt(periods per year); "
      "risk-free rate 0."))),
    ("sharpe_standard_error", mark("Standard error of Sharpe"), "ratio",
     (mark("sqrt((1 - skew * S + (kurtosis - 1) / 4 * S^2) / (n - 1)) * sqrt(periods per year), with "
      "S the Sharpe ratio of one period and the raw kurtosis."))),
    ("probabilistic_sharpe", mark("Probabilistic Sharpe ratio"), "percent",
     (mark("Probability that the true Sharpe ratio is above 0: normal distribution function of Sharpe "
      "ratio / standard error (Bailey and Lopez de Prado)."))),
    ("sortino", mark("Sortino ratio"), "ratio",
     (mark("Mean of the daily returns / sqrt(mean of min(return, 0)^2 over all days) * sqrt(periods "
      "per year)."))),
    ("calmar", mark("Calmar ratio"), "ratio",
     mark("Annual return / size of the maximum drawdown.")),
    ("upi", mark("Ulcer performance index"), "ratio",
     mark("Annual return / ulcer index.")),
    ("omega", mark("Omega ratio"), "ratio",
     mark("Sum of the positive daily returns / size of the sum of the negative ones (threshold 0).")),
    ("gain_to_pain", mark("Gain to pain"), "ratio",
     mark("Sum of the monthly returns / size of the sum of the negative monthly returns.")),
    ("recovery_factor", mark("Recovery factor"), "ratio",
     mark("Net profit / money lost in the maximum drawdown.")),
    ("return_in_market", mark("Return on time in the market"), "percent",
     mark("Annual return / time in the market (the risk-adjusted return of AmiBroker).")),
    ("stability", mark("Stability (R\N{SUPERSCRIPT TWO})"), "ratio",
     (mark("Share of the variance of the cumulated log returns that a straight line over time "
      "explains."))),
)
_DRAWDOWN: Final[tuple[Row, ...]] = (
    ("max_drawdown", mark("Maximum drawdown"), "percent",
     (mark("Lowest equity / highest equity before it - 1, on every bar; the initial capital counts "
      "as a peak."))),
    ("max_drawdown_money", mark("Maximum drawdown in money"), "money",
     mark("Equity lost from the peak to the lowest point of the maximum drawdown.")),
    ("max_drawdown_days", mark("Length of the maximum drawdown"), "days",
     mark("Calendar days from the peak of the maximum drawdown to its recovery, or to the end.")),
    ("max_drawdown_days_to_trough", mark("Days to its lowest point"), "days",
     mark("Calendar days from the peak of the maximum drawdown to its lowest point.")),
    ("max_drawdown_bars", mark("Bars of the maximum drawdown"), "count",
     mark("Bars from the peak of the maximum drawdown to its recovery, or to the end.")),
    ("max_drawdown_start", mark("Peak before the maximum drawdown"), "text",
     mark("Time of the last bar at the peak; the first bar when it is the initial capital.")),
    ("max_drawdown_trough", mark("Bottom of the maximum drawdown"), "text",
     mark("Time of the lowest equity of the maximum drawdown.")),
    ("max_drawdown_recovery", mark("Recovery from the maximum drawdown"), "text",
     mark("Time of the first bar that is at the peak again.")),
    ("longest_drawdown_days", mark("Longest drawdown"), "days",
     mark("Calendar days from peak to recovery (or to the end) of the drawdown that lasted longest.")),
    ("average_drawdown", mark("Average drawdown"), "percent",
     mark("Mean of the lowest points of all drawdowns.")),
    ("average_drawdown_days", mark("Average length of a drawdown"), "days",
     mark("Mean calendar days from peak to recovery (or to the end) over all drawdowns.")),
    ("num_drawdowns", mark("Drawdowns"), "count",
     mark("Unbroken stretches of bars below a peak.")),
    ("time_under_water", mark("Time under water"), "percent",
     mark("Bars below the highest equity before them / all bars.")),
    ("ulcer_index", mark("Ulcer index"), "percent",
     mark("sqrt(mean of drawdown^2 over all bars).")),
)
_EXPOSURE: Final[tuple[Row, ...]] = (
    ("exposure", mark("Time in the market"), "percent",
     mark("Bars with an open position / all bars.")),
    ("mean_gross_exposure", mark("Mean gross exposure"), "percent",
     mark("Mean over all bars of the value of long plus short positions / equity.")),
    ("mean_net_exposure", mark("Mean net exposure"), "percent",
     mark("Mean over all bars of the value of long minus short positions / equity.")),
    ("max_gross_exposure", mark("Highest gross exposure"), "percent",
     mark("Highest value of long plus short positions / equity of any bar.")),
    ("mean_open_positions", mark("Mean open positions"), "ratio",
     mark("Mean over all bars of the number of open positions.")),
    ("max_open_positions", mark("Most open positions"), "count",
     mark("Highest number of open positions of any bar.")),
    ("turnover", mark("Annual turnover"), "ratio",
     mark("Sum of quantity * price over all fills / 2 / mean equity / years; from 30 days on.")),
)
_COSTS: Final[tuple[Row, ...]] = (
    ("total_fees", mark("Commission"), "money",
     mark("Sum of the commissions of all fills.")),
    ("total_slippage", mark("Slippage"), "money",
     mark("Sum over all fills of what slippage cost; it is in the prices already.")),
    ("profit_before_costs", mark("Profit before costs"), "money",
     mark("Net profit + commission + slippage.")),
    ("cost_drag", mark("Cost drag"), "percent",
     mark("(Commission + slippage) / (net profit + commission + slippage).")),
    ("dividends", mark("Dividends"), "money",
     mark("Sum of the dividends received and paid.")),
    ("funding", mark("Funding and interest"), "money",
     mark("Sum of funding, interest and borrow fees; negative when paid.")),
)
_BENCHMARK: Final[tuple[Row, ...]] = (
    ("benchmark", mark("Benchmark"), "text",
     (mark("What the run is measured against: the market in equal weights, renewed at every bar and "
      "without costs, unless the request names a file, an asset or a column."))),
    ("excess_return", mark("Excess return"), "percent",
     mark("Total return - total return of the benchmark, over the days that both have.")),
    ("beta", mark("Beta"), "ratio",
     (mark("Covariance of the daily returns with those of the benchmark / variance of those of the "
      "benchmark."))),
    ("alpha", mark("Annual alpha"), "percent",
     (mark("(1 + mean of (daily return - beta * daily return of the benchmark))^(periods per year) - "
      "1; risk-free rate 0."))),
    ("correlation", mark("Correlation"), "ratio",
     mark("Correlation of the daily returns with those of the benchmark.")),
    ("r_squared", mark("R\N{SUPERSCRIPT TWO} to the benchmark"), "percent",
     mark("Correlation^2: the share of the variance of the returns that the benchmark explains.")),
    ("tracking_error", mark("Tracking error"), "percent",
     (mark("Standard deviation (n - 1) of daily return - daily return of the benchmark * sqrt(periods "
      "per year)."))),
    ("information_ratio", mark("Information ratio"), "ratio",
     (mark("Mean / standard deviation (n - 1) of daily return - daily return of the benchmark * "
      "sqrt(periods per year)."))),
    ("treynor", mark("Treynor ratio"), "percent",
     mark("Annual return / beta.")),
    ("up_capture", mark("Up capture"), "percent",
     (mark("Annual growth of the run on days on which the benchmark rose / that of the benchmark on "
      "these days."))),
    ("down_capture", mark("Down capture"), "percent",
     (mark("Annual growth of the run on days on which the benchmark fell / that of the benchmark on "
      "these days."))),
    ("capture_ratio", mark("Capture ratio"), "ratio",
     mark("Up capture / down capture.")),
    ("winning_days_against", mark("Days ahead of the benchmark"), "percent",
     mark("Days with a higher return than the benchmark / all days.")),
)
_TAIL: Final[tuple[Row, ...]] = (
    ("tail_ratio", mark("Tail ratio"), "ratio",
     mark("Size of the 95th percentile / size of the 5th percentile of the daily returns.")),
    ("var_95", mark("Value at risk, 95 %"), "percent",
     mark("5th percentile of the daily returns that occurred; no normal distribution assumed.")),
    ("var_95_normal", mark("Value at risk, 95 %, normal"), "percent",
     (mark("Mean - 1.645 * standard deviation (n - 1) of the daily returns: what a normal distribution "
      "would make of them."))),
    ("cvar_95", mark("Expected shortfall, 95 %"), "percent",
     mark("Mean of the worst floor((n - 1) * 0.05) + 1 daily returns.")),
    ("skew", mark("Skew"), "ratio",
     mark("Skew of the daily returns, corrected for the size of the sample.")),
    ("kurtosis", mark("Excess kurtosis"), "ratio",
     mark("Kurtosis of the daily returns - 3, corrected for the size of the sample.")),
)
_PERIOD: Final[tuple[Row, ...]] = (
    ("start", mark("First bar"), "text",
     mark("Time of the first equity point.")),
    ("end", mark("Last bar"), "text",
     mark("Time of the last equity point.")),
    ("days", mark("Calendar days"), "days",
     mark("From the first to the last bar.")),
    ("periods_per_year", mark("Periods per year"), "count",
     (mark("What annual figures multiply by, from the days that have bars: 252 for weekdays, 365 "
      "when weekends trade, 52 for weeks, 12 for months."))),
)
# fmt: on
_GROUPS: Final = {
    mark("RETURNS"): _RETURNS,
    mark("RISK-ADJUSTED"): _RISK_ADJUSTED,
    mark("BENCHMARK"): _BENCHMARK,
    mark("DRAWDOWN"): _DRAWDOWN,
    mark("TRADING"): TRADING,
    mark("STREAKS & BALANCE"): STREAKS,
    mark("HOLDING & EXCURSION"): HOLDING,
    mark("ORDERS"): ORDERS,
    mark("EXPOSURE"): _EXPOSURE,
    mark("COSTS"): _COSTS,
    mark("TAIL & SHAPE"): _TAIL,
    mark("PERIOD"): _PERIOD,
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


_EQUITY: Final = mark("The equity of every bar and the initial capital.")
_DAYS: Final = mark(
    "The last equity of every day (of every bar when bars are longer): their returns."
)
_CLOSED: Final = mark("The closed rows of the trades table, in the order in which they closed.")
_ORDER_ROWS: Final = mark("The rows of the orders table.")
_FILL_ROWS: Final = mark("The rows of the fills table.")
_INPUTS_OF_GROUP: Final = {
    "RETURNS": _EQUITY,
    "RISK-ADJUSTED": _DAYS,
    "BENCHMARK": mark("The returns of the run and of the benchmark on the days that both have."),
    "DRAWDOWN": _EQUITY,
    "TRADING": _CLOSED,
    "STREAKS & BALANCE": _CLOSED,
    "HOLDING & EXCURSION": _CLOSED,
    "ORDERS": _ORDER_ROWS,
    "EXPOSURE": mark("The equity, exposure and number of open positions of every bar."),
    "COSTS": _FILL_ROWS,
    "TAIL & SHAPE": _DAYS,
    "PERIOD": mark("The timestamps of the equity."),
}
_INPUTS: Final = {
    **dict.fromkeys(("calmar", "upi", "recovery_factor"), _EQUITY),
    "return_in_market": mark("The equity and the number of open positions of every bar."),
    **dict.fromkeys(("best_day", "worst_day", "winning_days"), _DAYS),
    **dict.fromkeys(("open_trades", "open_pnl"), mark("The open rows of the trades table.")),
    "positions": mark("All rows of the trades table."),
    "num_fills": _FILL_ROWS,
    "turnover": mark("The rows of the fills table and the equity of every bar."),
    "cost_drag": mark("The rows of the fills table and the net profit."),
    "profit_before_costs": mark("The rows of the fills table and the net profit."),
    **dict.fromkeys(("dividends", "funding"), mark("The rows of the table of cash flows.")),
    **dict.fromkeys(("trade_fees", "trade_slippage"), _CLOSED),
    "expectancy_r": mark("The closed rows of the trades table and the stop loss of the request."),
}


def _definitions() -> Iterator[Definition]:
    for group, rows in _GROUPS.items():
        for name, title, kind, formula in rows:
            yield Definition(
                name=name,
                title=title,
                group=group,
                kind=kind,
                formula=formula,
                inputs=_INPUTS.get(name, _INPUTS_OF_GROUP[group]),
                headline=name in _HEADLINES,
            )


# One for every statistic of `Metrics` and of the run against a benchmark, in the order in which they are shown.
DEFINITIONS: Final[tuple[Definition, ...]] = tuple(_definitions())
DEFINITION_OF: Final = {definition.name: definition for definition in DEFINITIONS}
