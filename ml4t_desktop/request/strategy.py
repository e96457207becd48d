"""What the rules want: when to enter, when to leave, how much, how many."""

from collections.abc import Iterator
from typing import Literal

from pydantic import model_validator

from ml4t_desktop.request.conditions import ColumnName, Condition, clauses
from ml4t_desktop.request.python_strategy import PythonStrategy
from ml4t_desktop.request.sizing import (
    BuyPercent,
    FractionalKelly,
    RebalanceToWeights,
    SizeByConfidence,
    Sizing,
)
from ml4t_desktop.request.value import (
    Count,
    HalfOpenFraction,
    OpenFraction,
    Positive,
    PositiveCount,
    Value,
)
from ml4t_desktop.wording import joined, mark, say

ONE_SIDE = mark('\'rebalance_to_weights\' takes one side: set direction to "long" or "short"')
MARKET_ONLY = mark(
    "'rebalance_to_weights' trades at the market: set entry_order.type to \"market\""
)


class EntryOrder(Value):
    """How an entry is ordered.

    Parameters
    ----------
    type : {"market", "limit"}
    offset : float
        For a limit: how far, as a fraction of the close it was decided on, below it a long and above it a
        short entry asks for.
    good_for_bars : int
        For a limit: it works for so many bars of the asset after the decision; 0 until it fills.
    """

    type: Literal["market", "limit"] = "market"
    offset: HalfOpenFraction = 0.0
    good_for_bars: Count = 1

    @model_validator(mode="after")
    def _belongs_to_limit(self) -> "EntryOrder":
        if self.type == "market" and (self.offset > 0.0 or self.good_for_bars != 1):
            message = mark("'offset' and 'good_for_bars' belong to type = \"limit\"")
            raise ValueError(message)
        return self


class Exits(Value):
    """Exits by price and time, beside the exit rule.

    Parameters
    ----------
    stop_loss, take_profit, trailing_stop : float or None
        Fractions of the basis price (the fill, or the close of the decision bar).
    max_bars : int or None
        Leaves at the n-th close seen while holding.
    evaluate : {"close", "intrabar"}
        On the close, leaving by market order; or as protective orders in the market.
    """

    stop_loss: OpenFraction | None = None
    take_profit: Positive | None = None
    trailing_stop: OpenFraction | None = None
    max_bars: PositiveCount | None = None
    evaluate: Literal["close", "intrabar"] = "close"


class Limits(Value):
    """How many positions, which first, and how soon again."""

    max_positions: PositiveCount | None = None
    rank_by: ColumnName | None = None
    cooldown_bars: Count = 0


_RULE_PARTS = (
    "direction", "entry", "exit", "short_entry", "short_exit", "filter", "entry_order", "exits", "limits", "sizing",
)  # fmt: skip


class RuleStrategy(Value):
    """Rules the engine evaluates at every close.

    `entry` and `exit` are those of the long side, and of the short side when `direction` is "short";
    with "both", the short side has `short_entry` and `short_exit`. `filter` must hold for any entry.
    With `python` a class decides instead, and there are no rules.
    """

    direction: Literal["long", "short", "both"] = "long"
    entry: Condition | None = None
    exit: Condition | None = None
    short_entry: Condition | None = None
    short_exit: Condition | None = None
    filter: Condition | None = None
    sizing: Sizing = BuyPercent(percent=0.1)
    entry_order: EntryOrder = EntryOrder()
    exits: Exits = Exits()
    limits: Limits = Limits()
    python: PythonStrategy | None = None

    @model_validator(mode="after")
    def _python_alone(self) -> "RuleStrategy":
        if self.python is None:
            return self
        usual = type(self).model_fields
        beside = [name for name in _RULE_PARTS if getattr(self, name) != usual[name].default]
        if beside:
            raise ValueError(joined("; ", map(_beside_python, beside)))
        return self

    @model_validator(mode="after")
    def _sides(self) -> "RuleStrategy":
        messages: list[str] = []
        if self.direction != "both" and (
            self.short_entry is not None or self.short_exit is not None
        ):
            messages.append(
                mark(
                    "'short_entry' and 'short_exit' belong to direction = \"both\"; "
                    "with \"short\" use 'entry' and 'exit'"
                )
            )
        if isinstance(self.sizing, RebalanceToWeights):
            if self.direction == "both":
                messages.append(ONE_SIDE)
            if self.entry_order.type == "limit":
                messages.append(MARKET_ONLY)
        if messages:
            raise ValueError(joined("; ", messages))
        return self

    def columns(self) -> Iterator[tuple[str, str]]:
        """Yield (place in the request, column name) of every column the rules use."""
        for side in ("entry", "exit", "short_entry", "short_exit", "filter"):
            for clause in clauses(getattr(self, side)):
                yield f"strategy.{side}", clause.column
                if clause.other is not None:
                    yield f"strategy.{side}", clause.other
        if self.limits.rank_by is not None:
            yield "strategy.limits.rank_by", self.limits.rank_by
        if isinstance(self.sizing, SizeByConfidence):
            yield "strategy.sizing.confidence", self.sizing.confidence
        if isinstance(self.sizing, FractionalKelly):
            yield "strategy.sizing.probability", self.sizing.probability
        if isinstance(self.sizing, RebalanceToWeights) and self.sizing.by is not None:
            yield "strategy.sizing.by", self.sizing.by


def _beside_python(name: str) -> str:
    return say(
        "strategy.{name}: a Python strategy decides by itself: remove this, or strategy.python",
        name=name,
    )
