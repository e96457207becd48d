import dataclasses
import itertools

from ml4t_desktop.analysis.benchmark import RELATIVE_STATISTICS, BenchmarkMetrics
from ml4t_desktop.analysis.calendar import ACCOUNT_STATISTICS
from ml4t_desktop.analysis.definitions import DEFINITIONS
from ml4t_desktop.analysis.metrics import (
    RETURN_STATISTICS,
    STATISTICS,
    TRADE_STATISTICS,
    Metrics,
)
from ml4t_desktop.analysis.trades.breakdowns import GROUP_STATISTICS, GROUPINGS

TYPE_OF_KIND = {
    "money": "float",
    "percent": "float",
    "ratio": "float",
    "count": "int",
    "days": "float",
    "text": "str",
}


def test_every_statistic_has_one_definition():
    names = sorted(definition.name for definition in DEFINITIONS)
    assert names == sorted((*STATISTICS, *RELATIVE_STATISTICS))


def test_titles_are_distinct_and_formulas_are_sentences():
    titles = [definition.title for definition in DEFINITIONS]
    assert len(set(titles)) == len(titles)
    for definition in DEFINITIONS:
        assert definition.formula.endswith("."), definition.name
        assert definition.inputs.endswith("."), definition.name
        assert definition.unit, definition.name
        assert definition.title[0].isupper(), definition.name


def test_the_kind_of_a_statistic_fits_the_type_of_its_field():
    fields = (*dataclasses.fields(BenchmarkMetrics), *dataclasses.fields(Metrics))
    annotation = {field.name: field.type for field in fields}
    for definition in DEFINITIONS:
        text = str(getattr(annotation[definition.name], "__name__", annotation[definition.name]))
        assert text.removesuffix(" | None") == TYPE_OF_KIND[definition.kind], definition.name


def test_each_group_stands_together():
    groups = [definition.group for definition in DEFINITIONS]
    changes = sum(before != after for before, after in itertools.pairwise(groups))
    assert changes == len(set(groups)) - 1


def test_a_summary_has_a_handful_of_headlines():
    headlines = [definition.name for definition in DEFINITIONS if definition.headline]
    assert {"final_value", "sharpe", "max_drawdown", "num_trades"} <= set(headlines)
    assert len(headlines) <= 12


# What users of other tools look for, by where it has to be: for the account and the benchmark alike, for all
# trades and those of a side, and for the account alone.
OF_LINES = (
    "total_return", "cagr", "volatility", "sharpe", "sharpe_standard_error", "probabilistic_sharpe", "sortino",
    "calmar", "upi", "omega", "gain_to_pain", "stability", "max_drawdown", "max_drawdown_days",
    "max_drawdown_bars", "max_drawdown_days_to_trough", "max_drawdown_recovery", "average_drawdown",
    "longest_drawdown_days", "ulcer_index", "tail_ratio", "var_95", "var_95_normal", "cvar_95", "skew",
    "kurtosis", "best_day", "worst_day", "best_month", "worst_month", "best_year", "worst_year",
    "winning_days", "winning_months",
)  # fmt: skip
OF_TRADES = (
    "num_trades", "open_trades", "open_pnl", "win_rate", "win_rate_low", "win_rate_high", "scratch_trades",
    "profit_factor", "expectancy", "expectancy_percent", "payoff_ratio", "sqn", "sqn_100", "kelly",
    "half_kelly", "average_win", "average_loss", "largest_win", "largest_loss", "best_trade_percent",
    "worst_trade_percent", "max_consecutive_wins", "max_consecutive_losses", "average_bars_held",
    "average_bars_held_winners", "average_bars_held_losers", "trades_per_year", "trade_fees",
    "trade_slippage", "growth_per_trade", "geometric_growth_per_trade", "balance_line_correlation",
    "balance_line_error", "z_score", "mfe_correlation", "mae_correlation", "average_end_drawdown",
    "entry_efficiency", "exit_efficiency", "total_efficiency", "exposure", "mean_gross_exposure",
    "mean_net_exposure",
)  # fmt: skip
OF_THE_ACCOUNT = (
    "expectancy_r", "recovery_factor", "return_in_market", "turnover", "total_fees", "total_slippage",
    "cost_drag", "max_open_positions", "mean_open_positions", "long_trades", "short_trades", "start", "end",
    "days", "peak_equity", "rejected_orders", "expired_orders",
)  # fmt: skip
AGAINST = (
    "beta",
    "alpha",
    "information_ratio",
    "tracking_error",
    "treynor",
    "up_capture",
    "down_capture",
)
OF_A_YEAR = (
    "total_return", "benchmark_return", "excess_return", "volatility", "sharpe", "max_drawdown",
    "num_trades", "win_rate", "profit_factor", "exposure", "best_month", "worst_month",
)  # fmt: skip


def test_every_statistic_that_users_of_other_tools_look_for_is_where_they_look():
    assert set(OF_LINES) <= set(RETURN_STATISTICS)
    assert set(OF_TRADES) <= set(TRADE_STATISTICS)
    assert {*OF_LINES, *OF_TRADES, *OF_THE_ACCOUNT} <= set(STATISTICS)
    assert set(AGAINST) <= set(RELATIVE_STATISTICS)
    assert set(OF_A_YEAR) <= {*ACCOUNT_STATISTICS, *GROUP_STATISTICS}
    assert {"year", "month", "asset", "exit_reason", "weekday", "hour", "direction"} <= set(
        GROUPINGS
    )
