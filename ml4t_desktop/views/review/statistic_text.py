"""A statistic of a run in words: its value, its formula, why it is undefined."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final, Literal

from PySide6.QtCore import QLocale

from ml4t_desktop.session.formats import format_value, time_on_screen
from ml4t_desktop.session.language import shown, tr

if TYPE_CHECKING:  # the analysis loads numba and polars, after the window is visible
    from ml4t_desktop.analysis.account.return_metrics import ReturnMetrics
    from ml4t_desktop.analysis.definitions import Definition
    from ml4t_desktop.analysis.trades.trade_metrics import TradeMetrics

NOT_DEFINED: Final = "n/a"
_LARGE: Final = 1000
# Where being above or below zero is being good or bad.
_SIGNED: Final = frozenset({"total_return", "cagr", "sharpe", "sortino", "calmar"})
# Times, which are written plainly in the statistics of a run.
TIMES: Final = frozenset(
    {"start", "end", "max_drawdown_start", "max_drawdown_trough", "max_drawdown_recovery"}
)
Tone = Literal["gain", "loss", "muted", "text"]


def statistic_text(
    definition: Definition,
    metrics: ReturnMetrics | TradeMetrics,
    locale: QLocale,
    *,
    is_brief: bool = False,
    is_zoned: bool = False,
) -> str:
    """Return the value of a statistic as text, ``n/a`` when it is undefined, empty when there is none.

    Parameters
    ----------
    is_brief : bool
        Whether large amounts of money have no decimals.
    is_zoned : bool
        Whether the times of the run carry a zone: those of day are on the clocks that are chosen.
    """
    if not hasattr(metrics, definition.name):
        return ""
    value = getattr(metrics, definition.name)
    if isinstance(value, float) and math.isinf(value):
        return NOT_DEFINED
    if is_brief and definition.kind == "money" and abs(value or 0) >= _LARGE:
        return format_value(value, "count", locale)
    if definition.name in TIMES and value is not None:
        return time_on_screen(str(value), locale, is_zoned=is_zoned)
    text = shown(value) if isinstance(value, str) else value  # the name of the benchmark
    return format_value(text, definition.kind, locale) or NOT_DEFINED


def statistic_tip(definition: Definition, metrics: ReturnMetrics | TradeMetrics) -> str:
    """Return formula and inputs of a statistic, and the reason when it is undefined."""
    reason = metrics.undefined.get(definition.name)
    formula = tr(
        "{title}: {formula}\n\nMade of: {inputs}",
        title=definition.title,
        formula=definition.formula,
        inputs=definition.inputs,
    )
    return (
        tr("{formula}\n\nNot defined here: {reason}", formula=formula, reason=reason)
        if reason
        else formula
    )


def tone(definition: Definition, metrics: ReturnMetrics | TradeMetrics) -> Tone:
    """Return whether a statistic is good, bad, undefined or neither."""
    value = getattr(metrics, definition.name)
    if value is None or (isinstance(value, float) and not math.isfinite(value)):
        return "muted"
    if definition.name not in _SIGNED or value == 0:
        return "text"
    return "gain" if value > 0 else "loss"
