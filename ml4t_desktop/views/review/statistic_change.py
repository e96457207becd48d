"""How a statistic differs from that of the run it is compared with, in words."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from ml4t_desktop.session.formats import format_value
from ml4t_desktop.session.language import tr
from ml4t_desktop.views.review.statistic_text import Tone, statistic_text

if TYPE_CHECKING:  # the analysis loads numba and polars, after the window is visible
    from PySide6.QtCore import QLocale

    from ml4t_desktop.analysis.definitions import Definition
    from ml4t_desktop.analysis.metrics import Metrics

BETTER: Final = "\N{CHECK MARK}"
WORSE: Final = "\N{BALLOT X}"
_LARGE: Final = 1000
# Losses and drawdowns are zero or negative, so higher is better for them too.
_HIGHER_IS_BETTER: Final = frozenset(
    {
        "final_value", "net_profit", "total_return", "cagr", "best_day", "worst_day", "best_month",
        "worst_month", "average_month", "best_year", "worst_year", "winning_days", "winning_months",
        "winning_years", "peak_equity", "sharpe", "probabilistic_sharpe", "sortino", "calmar", "upi",
        "omega", "gain_to_pain", "recovery_factor", "return_in_market", "stability", "max_drawdown",
        "max_drawdown_money", "average_drawdown", "win_rate", "win_rate_low", "win_rate_high",
        "trades_pnl", "profit_factor", "expectancy", "expectancy_percent", "expectancy_r",
        "median_trade", "payoff_ratio", "average_win", "average_loss", "average_win_percent",
        "average_loss_percent", "largest_win", "largest_loss", "best_trade_percent",
        "worst_trade_percent", "gross_profit", "gross_loss", "sqn", "sqn_100", "kelly", "half_kelly",
        "max_consecutive_wins", "average_win_streak", "growth_per_trade",
        "geometric_growth_per_trade", "balance_line_correlation", "average_mfe", "average_mae",
        "worst_mae", "entry_efficiency", "exit_efficiency", "total_efficiency", "profit_before_costs",
        "tail_ratio", "var_95", "var_95_normal", "cvar_95", "skew",
    }
)  # fmt: skip
_LOWER_IS_BETTER: Final = frozenset(
    {
        "volatility", "max_drawdown_days", "max_drawdown_days_to_trough", "max_drawdown_bars",
        "longest_drawdown_days", "average_drawdown_days", "time_under_water", "ulcer_index",
        "max_consecutive_losses", "average_loss_streak", "balance_line_error",
        "average_end_drawdown", "trade_fees", "trade_slippage", "total_fees", "total_slippage",
        "cost_drag", "rejected_orders", "reduced_orders",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Change:
    """A difference as it is written, signed, with a mark when it is for the better or the worse.

    Parameters
    ----------
    text, tip : str
        Empty text when nothing has changed.
    tone : {"gain", "loss", "muted", "text"}
    """

    text: str
    tone: Tone
    tip: str


def statistic_change(
    definition: Definition, now: Metrics, before: Metrics, locale: QLocale
) -> Change:
    """Return how a statistic of a run differs from that of another run.

    A difference of percentages is in percentage points.
    """
    new, old = getattr(now, definition.name), getattr(before, definition.name)
    was = statistic_text(definition, before, locale)
    tip = tr("{title} was {was} in the run it is compared with.", title=definition.title, was=was)
    if new == old:
        return Change(
            "",
            "muted",
            tr("{title} is the same in the run it is compared with.", title=definition.title),
        )
    if not (_is_number(new) and _is_number(old)):
        return Change(tr("was {was}", was=was), "muted", tip)
    difference = float(new) - float(old)
    text = _signed(definition, difference, locale)
    if not text:
        return Change("", "muted", tip)
    tone = _tone(definition.name, difference)
    verdict = {"gain": tr(" This is better."), "loss": tr(" This is worse.")}.get(tone, "")
    mark = {"gain": f" {BETTER}", "loss": f" {WORSE}"}.get(tone, "")
    return Change(f"{text}{mark}", tone, tr("{tip}{verdict}", tip=tip, verdict=verdict))


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and math.isfinite(value)


def _signed(definition: Definition, difference: float, locale: QLocale) -> str:
    """Return a difference with its sign; empty when it is too small to be seen."""
    size = abs(difference)
    kind = definition.kind
    is_brief = kind == "money" and size >= _LARGE
    text = format_value(size, "count" if is_brief else kind, locale)
    if text == format_value(0.0, kind, locale):
        return ""
    if kind == "percent":
        text = tr("{points} pp", points=text.removesuffix(" %"))
    return f"{'+' if difference > 0 else '-'}{text}"


def _tone(name: str, difference: float) -> Tone:
    if name in _HIGHER_IS_BETTER:
        return "gain" if difference > 0 else "loss"
    if name in _LOWER_IS_BETTER:
        return "gain" if difference < 0 else "loss"
    return "text"
