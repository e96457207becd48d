"""From what the trades made to what was left: the costs of a run, and how many it would have borne."""

from dataclasses import dataclass
from typing import Final, Literal

from ml4t_desktop.analysis.account.activity import traded_value
from ml4t_desktop.analysis.metrics import Metrics
from ml4t_desktop.analysis.undefined import Undefined, quotient
from ml4t_desktop.result.run_result import RunResult
from ml4t_desktop.wording import mark

CostName = Literal["before", "commission", "slippage", "carry", "dividends", "net"]
NO_COSTS: Final = mark("the run had no costs")


@dataclass(frozen=True, slots=True, kw_only=True)
class CostStep:
    """One step from the profit before costs to the net profit.

    Parameters
    ----------
    name : {"before", "commission", "slippage", "carry", "dividends", "net"}
        `carry` is interest, borrow fees and funding together; `before` and `net` are sums, the others
        amounts between them.
    amount : float
        Money of the account; costs are negative.
    """

    name: CostName
    amount: float


@dataclass(frozen=True, slots=True, kw_only=True)
class CostView:
    """The costs of a run.

    Parameters
    ----------
    steps : tuple of CostStep
        Their amounts between the first and the last add up to the last.
    break_even : float or Undefined
        By what commission and slippage together could be multiplied until nothing is left of the profit,
        the trades being the same; below 1 where the run lost.
    paid_rate : float or Undefined
        Commission and slippage over the value traded.
    bearable_rate : float or Undefined
        The rate at which nothing would be left.
    """

    steps: tuple[CostStep, ...]
    break_even: float | Undefined
    paid_rate: float | Undefined
    bearable_rate: float | Undefined


def cost_view(result: RunResult, metrics: Metrics) -> CostView:
    """Return the costs of a run."""
    paid = metrics.total_fees + metrics.total_slippage
    before = metrics.net_profit + paid - metrics.dividends - metrics.funding
    traded = traded_value(result)
    nothing = mark("nothing was traded")
    return CostView(
        steps=(
            CostStep(name="before", amount=before),
            CostStep(name="commission", amount=-metrics.total_fees),
            CostStep(name="slippage", amount=-metrics.total_slippage),
            CostStep(name="carry", amount=metrics.funding),
            CostStep(name="dividends", amount=metrics.dividends),
            CostStep(name="net", amount=metrics.net_profit),
        ),
        break_even=quotient(metrics.net_profit + paid, paid, NO_COSTS),
        paid_rate=quotient(paid, traded, nothing),
        bearable_rate=quotient(metrics.net_profit + paid, traded, nothing),
    )
