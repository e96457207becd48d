"""What the rules want: when to enter, when to leave, how much, how many."""

from collections.abc import Iterator
from typing import Literal

from pydantic import model_validator

from ml4t_desktop.request.conditions import ColumnName, Condition, clauses
from ml4t_desktop.request.sizing import BuyPercent, RebalanceToWeights, SizeByConfidence, Sizing
from ml4t_desktop.request.value import Count, OpenFraction, Positive, PositiveCount, Value


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


class RuleStrategy(Value):
    """Rules the engine evaluates at every close.

    `entry` and `exit` are those of the long side, and of the short side when `direction` is "short";
    with "both", the short side has `short_entry` and `short_exit`. `filter` must hold for any entry.
    """

    direction: Literal["long", "short", "both"] = "long"
    entry: Condition | None = None
    exit: Condition | None = None
    short_entry: Condition | None = None
    short_exit: Condition | None = None
    filter: Condition | None = None
    sizing: Sizing = BuyPercent(percent=0.1)
    exits: Exits = Exits()
    limits: Limits = Limits()

    @model_validator(mode="after")
    def _sides(self) -> "RuleStrategy":
        if self.direction != "both" and (
            self.short_entry is not None or self.short_exit is not None
        ):
            message = (
                "'short_entry' and 'short_exit' belong to direction = \"both\"; "
                "with \"short\" use 'entry' and 'exit'"
            )
            raise ValueError(message)
        if self.direction == "both" and isinstance(self.sizing, RebalanceToWeights):
            message = '\'rebalance_to_weights\' takes one side: set direction to "long" or "short"'
            raise ValueError(message)
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
        if isinstance(self.sizing, RebalanceToWeights) and self.sizing.by is not None:
            yield "strategy.sizing.by", self.sizing.by
