"""How much to buy: the helpers of a strategy, as values."""

from typing import Annotated, Literal

from pydantic import Field, model_validator

from ml4t_desktop.request.conditions import ColumnName
from ml4t_desktop.request.value import (
    Flag,
    NotNegative,
    Positive,
    PositiveCount,
    PositiveFraction,
    Value,
)

# What rounding may add to a sum or a change of weights before it exceeds its limit.
WEIGHT_TOLERANCE = 1e-9


class BuyPercent(Value):
    """Buys `equity * percent / price`."""

    helper: Literal["buy_percent"] = "buy_percent"
    percent: PositiveFraction


class SizeByConfidence(Value):
    """Buys `equity * max_percent * confidence / price`; a null confidence makes no order."""

    helper: Literal["size_by_confidence"] = "size_by_confidence"
    confidence: ColumnName
    max_percent: PositiveFraction


class FixedQuantity(Value):
    """Buys the same quantity each time."""

    helper: Literal["fixed_quantity"] = "fixed_quantity"
    quantity: Positive


class FixedValue(Value):
    """Buys for the same amount of money each time."""

    helper: Literal["fixed_value"] = "fixed_value"
    value: Positive


class RebalanceToWeights(Value):
    """On a schedule, gives weights to the assets for which the entry holds.

    Parameters
    ----------
    weights : {"equal", "signal", "inverse_volatility"}
        How `gross` is shared out.
    by : str
        The column that gives the weights, for `weights = "signal"`; values of zero or less get none.
    window : int
        Number of returns behind a volatility.
    schedule : {"bar", "week", "month"}
        Rebalances at every timestamp, or at the first one of each week or month.
    tolerance : float
        Changes of weight up to this are skipped.
    close_missing : bool
        Whether held assets for which the entry does not hold are closed.
    gross : float
        Sum of the weights.
    """

    helper: Literal["rebalance_to_weights"] = "rebalance_to_weights"
    weights: Literal["equal", "signal", "inverse_volatility"] = "equal"
    by: ColumnName | None = None
    window: PositiveCount = 20
    schedule: Literal["bar", "week", "month"] = "month"
    tolerance: NotNegative = 0.01
    close_missing: Flag = True
    gross: PositiveFraction = 1.0

    @model_validator(mode="after")
    def _signal_needs_column(self) -> "RebalanceToWeights":
        if (self.weights == "signal") != (self.by is not None):
            message = "'by' names the column for weights = \"signal\", and only for it"
            raise ValueError(message)
        if self.weights == "inverse_volatility" and self.window < 2:
            message = "'window' must be at least 2"
            raise ValueError(message)
        return self


Sizing = Annotated[
    BuyPercent | SizeByConfidence | FixedQuantity | FixedValue | RebalanceToWeights,
    Field(discriminator="helper"),
]
