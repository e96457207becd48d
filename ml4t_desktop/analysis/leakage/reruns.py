"""What it does to the result to take a column one bar later."""

from dataclasses import dataclass
from typing import Final

from ml4t_desktop.analysis.leakage.watch import Watch
from ml4t_desktop.analysis.metrics import Metrics, compute_metrics
from ml4t_desktop.engine.control import RunControl
from ml4t_desktop.engine.rules.rule_run import run_rules
from ml4t_desktop.market import Market
from ml4t_desktop.market.lagging import lagged
from ml4t_desktop.request import Request
from ml4t_desktop.result.run_result import RunResult

_GOOD: Final = 1.0
_LEFT: Final = 1.0 / 3.0
_MARGIN: Final = 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class LagEffect:
    """The result of a run as it is, and with one column a bar later.

    Parameters
    ----------
    final_before, final_after : float
        Final value of the account.
    sharpe_before, sharpe_after : float or None
        Sharpe ratios, None where undefined.
    sharpe_error : float or None
        Standard error of the first.
    trades_before, trades_after : int
        Closed trades.
    """

    final_before: float
    final_after: float
    sharpe_before: float | None
    sharpe_after: float | None
    sharpe_error: float | None
    trades_before: int
    trades_after: int

    @property
    def is_fragile(self) -> bool:
        """Whether a good result is gone with one bar: Sharpe of 1 or more, less than a third of it left."""
        if self.sharpe_before is None or self.sharpe_error is None or self.sharpe_before < _GOOD:
            return False
        after = self.sharpe_after or 0.0
        lost = self.sharpe_before - after
        return after < _LEFT * self.sharpe_before and lost > _MARGIN * self.sharpe_error


def watched_run(market: Market, request: Request, watch: Watch) -> RunResult:
    """Return what the rules of a request make of a market; stops when the watch is asked to."""
    control = RunControl()
    watch.stop_too(control)
    try:
        return run_rules(market, request, control)
    finally:
        watch.stop_too(None)


def lag_effect(
    market: Market, request: Request, column: str, before: Metrics, watch: Watch
) -> LagEffect:
    """Return what it does to take a column (full name) one bar later than it is now."""
    later = lagged(market, {column.partition(".")[2]: 1})
    after = compute_metrics(watched_run(later, request, watch))
    return LagEffect(
        final_before=before.final_value,
        final_after=after.final_value,
        sharpe_before=before.sharpe,
        sharpe_after=after.sharpe,
        sharpe_error=before.sharpe_standard_error,
        trades_before=before.num_trades,
        trades_after=after.num_trades,
    )
