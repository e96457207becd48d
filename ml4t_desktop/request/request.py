"""The request: everything the user asked for, as one frozen value."""

from collections.abc import Iterator
from typing import Literal

from pydantic import model_validator

from ml4t_desktop.request.account import Account, FundingColumn
from ml4t_desktop.request.costs import Costs
from ml4t_desktop.request.data import ContextSource, DataSource
from ml4t_desktop.request.execution import Execution
from ml4t_desktop.request.risk import RiskLimits
from ml4t_desktop.request.strategy import RuleStrategy
from ml4t_desktop.request.value import Text, Value

FORMAT = 1
_NO_SUCH_COLUMN = "there is no such column among data.signals and context.columns"


class Request(Value):
    """Everything the user asked for. An edit makes a new one; equal requests give equal results."""

    format: Literal[1] = FORMAT
    name: Text = ""
    data: DataSource
    context: ContextSource | None = None
    strategy: RuleStrategy = RuleStrategy()
    execution: Execution = Execution()
    costs: Costs = Costs()
    account: Account = Account()
    risk: RiskLimits | None = None

    @model_validator(mode="after")
    def _columns_are_named(self) -> "Request":
        messages = sorted({f"{place}: {message}" for place, message in self._unnamed()})
        messages += [f"data.lag.{name}: {_NO_SUCH_COLUMN}" for name in self._delayed_in_vain()]
        if self.strategy.direction != "long" and self.account.type == "cash":
            messages.append(
                'a cash account cannot sell short: set account.type to "margin", or strategy.direction to "long"'
            )
        if messages:
            raise ValueError("; ".join(messages))
        return self

    def _delayed_in_vain(self) -> tuple[str, ...]:
        """Return the columns that are delayed and not used; nobody knows them without a list."""
        if not self.data.lag or (self.context is not None and not self.context.columns):
            return ()
        used = {*self.data.signals, *(self.context.columns if self.context else ())}
        return tuple(name for name in self.data.lag if name not in used)

    def _unnamed(self) -> Iterator[tuple[str, str]]:
        """Yield every column the rules or the funding use and the request does not declare."""
        declared = {f"bar.{name}" for name in ("open", "high", "low", "close", "volume")}
        declared |= {f"signal.{name}" for name in self.data.signals}
        declared |= {f"context.{name}" for name in (self.context.columns if self.context else ())}
        used = [*self.strategy.columns()]
        if isinstance(self.account.funding, FundingColumn):
            used.append(("account.funding.column", self.account.funding.column))
        for place, column in used:
            if column not in declared:
                kind = "data.signals" if column.startswith("signal.") else "context.columns"
                yield (
                    place,
                    f"'{column}' is not among {'the bar columns' if column.startswith('bar.') else kind}",
                )
