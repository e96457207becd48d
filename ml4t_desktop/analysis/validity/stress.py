"""The same run under other assumptions, so that what hides in them can be seen."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from ml4t_desktop.analysis.account.drawdowns import underwater
from ml4t_desktop.analysis.account.returns import period_returns
from ml4t_desktop.analysis.undefined import Undefined
from ml4t_desktop.analysis.validity.sharpe import sharpe_sample
from ml4t_desktop.engine.control import RunControl
from ml4t_desktop.engine.rules.rule_run import run_rules
from ml4t_desktop.market import Market
from ml4t_desktop.market.lagging import lagged
from ml4t_desktop.request import Request
from ml4t_desktop.request.costs import scaled_costs
from ml4t_desktop.result.run_result import RunResult

Assumption = Literal["as_asked", "same_bar", "free", "double_costs", "one_bar_late"]
ASSUMPTIONS: Final[tuple[Assumption, ...]] = (
    "as_asked",
    "same_bar",
    "free",
    "double_costs",
    "one_bar_late",
)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Variant:
    """A run under one assumption.

    Parameters
    ----------
    assumption : {"as_asked", "same_bar", "free", "double_costs", "one_bar_late"}
        The run itself; fills at the close that decided; no commission and no slippage; both doubled;
        every signal and context value used one bar later than it is now.
    equity : ndarray of float64, shape (T,)
        At the timestamps of the run.
    total_return : float
    sharpe : float or None
        Annualised; None where it is undefined.
    max_drawdown : float
    trades : int
        Closed trades.
    """

    assumption: Assumption
    equity: NDArray[np.float64]
    total_return: float
    sharpe: float | None
    max_drawdown: float
    trades: int


def variant_of(result: RunResult, assumption: Assumption) -> Variant:
    """Return the figures of a run that was made under an assumption."""
    equity = result.equity["equity"].to_numpy()
    capital = result.initial_capital
    periods = period_returns(result)
    sample = sharpe_sample(periods.returns)
    depth = float(underwater(equity, capital).min()) if equity.size else 0.0
    return Variant(
        assumption=assumption,
        equity=equity,
        total_return=result.final_value / capital - 1.0,
        sharpe=None if isinstance(sample, Undefined) else sample.sharpe * periods.per_year**0.5,
        max_drawdown=depth,
        trades=int((result.trades["status"] == "closed").sum()),
    )


Runner = Callable[[Market, Request, RunControl], RunResult]


def run_variant(
    market: Market,
    request: Request,
    assumption: Assumption,
    control: RunControl,
    run: Runner = run_rules,
) -> Variant:
    """Run a request over its market under an assumption.

    Parameters
    ----------
    market : Market
        As the run used it, the delays of the request applied.
    control : RunControl
        Cancels the run.
    run : callable
        Runs a request over a market; rules when left out.
    """
    if assumption == "one_bar_late":
        market = lagged(market, dict.fromkeys((*market.signals, *market.context), 1))
    return variant_of(run(market, assuming(request, assumption), control), assumption)


def assuming(request: Request, assumption: Assumption) -> Request:
    """Return the request under an assumption; delays are the market's affair."""
    if assumption == "same_bar":
        execution = request.execution.model_copy(update={"fill": "same_close"})
        return request.model_copy(update={"execution": execution})
    factor = {"free": 0.0, "double_costs": 2.0}.get(assumption)
    if factor is None:
        return request
    return request.model_copy(update={"costs": scaled_costs(request.costs, factor)})


def run_variants(
    market: Market,
    request: Request,
    result: RunResult,
    control: RunControl,
    run: Runner = run_rules,
) -> tuple[Variant, ...]:
    """Return the run and every variant of it, in the order of `ASSUMPTIONS`.

    Parameters
    ----------
    market, request, result
        Of one run.
    control : RunControl
        Cancels what goes on.
    run : callable
        As for `run_variant`.
    """
    return tuple(
        variant_of(result, assumption)
        if assumption == "as_asked"
        else run_variant(market, request, assumption, control, run)
        for assumption in ASSUMPTIONS
    )
