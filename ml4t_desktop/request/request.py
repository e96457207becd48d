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
from ml4t_desktop.wording import joined, mark, say

FORMAT = 1
_NO_SUCH_COLUMN = mark("there is no such column among data.signals and context.columns")
NOT_AMONG = mark("'{column}' is not among {kind}")
NOT_AMONG_BARS = mark("'{column}' is not among the bar columns")
NO_SHORTS = mark(
    'a cash account cannot sell short: set account.type to "margin", or strategy.direction to "long"'
)
# What a form can show and mend: everything said is possible, and does not fit together yet.
UNFITTING = frozenset({_NO_SUCH_COLUMN, NOT_AMONG, NOT_AMONG_BARS, NO_SHORTS})
_AT = mark("{place}: {message}")
_SIGNALS = mark("data.signals")
_CONTEXT = mark("context.columns")


class Request(Value):
    """Everything the user asked for. An edit makes a new one; equal requests give equal results.

    `benchmark` is what the result is measured against: ``market`` (all assets in equal weights),
    ``asset.X``, ``context.X``, ``signal.X``, ``file`` (that of ``[data.benchmark]``) or ``none``. Left out,
    it is the file where there is one, else the market.
    """

    format: Literal[1] = FORMAT
    name: Text = ""
    benchmark: Text | None = None
    data: DataSource
    context: ContextSource | None = None
    strategy: RuleStrategy = RuleStrategy()
    execution: Execution = Execution()
    costs: Costs = Costs()
    account: Account = Account()
    risk: RiskLimits | None = None

    @model_validator(mode="after")
    def _columns_are_named(self) -> "Request":
        messages = sorted(
            {say(_AT, place=place, message=message) for place, message in self._unnamed()}
        )
        messages += self._benchmark_problems()
        messages += [
            say(_AT, place="data.lag." + name, message=_NO_SUCH_COLUMN)
            for name in self._delayed_in_vain()
        ]
        if self.strategy.direction != "long" and self.account.type == "cash":
            messages.append(say(_AT, place="account.type", message=NO_SHORTS))
        if messages:
            raise ValueError(joined("; ", messages))
        return self

    def _benchmark_problems(self) -> list[str]:
        name = self.benchmark
        if name == "file" and self.data.benchmark is None:
            return [
                mark('benchmark: there is no file; name one in [data.benchmark], as file = "…"')
            ]
        if name in {None, "market", "none", "file"}:
            return []
        kind, _, rest = str(name).partition(".")
        if kind not in {"asset", "context", "signal"} or not rest:
            message = say(
                'benchmark: \'{name}\' is no benchmark; write "market", "none", "file", "asset.SYMBOL", '
                '"context.COLUMN" or "signal.COLUMN"',
                name=name,
            )
            return [message]
        declared = self.data.signals if kind == "signal" else ()
        if kind == "context" and self.context is not None:
            declared = self.context.columns or (rest,)
        if kind == "asset" or rest in declared:
            return []
        place = _SIGNALS if kind == "signal" else _CONTEXT
        return [
            say("benchmark: '{name}' is not among {place}; add it there", name=name, place=place)
        ]

    @property
    def measured_against(self) -> str:
        """The benchmark, with what it is where none is named."""
        return self.benchmark or ("file" if self.data.benchmark is not None else "market")

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
                yield place, _undeclared(column)


def _undeclared(column: str) -> str:
    if column.startswith("bar."):
        return say(NOT_AMONG_BARS, column=column)
    kind = _SIGNALS if column.startswith("signal.") else _CONTEXT
    return say(NOT_AMONG, column=column, kind=kind)
