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
from ml4t_desktop.wording import mark

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


class FractionalKelly(Value):
    """Buys a fraction of what Kelly's rule says: `fraction * (p - (1 - p) / payoff)` of equity.

    A null probability, or one that leaves nothing to gain, makes no order.

    Parameters
    ----------
    probability : str
        The column of the chance to win, between 0 and 1.
    payoff : float
        What a win gains over what a loss costs.
    fraction : float
        Share of the full Kelly size.
    max_percent : float
        At most this share of equity.
    """

    helper: Literal["fractional_kelly"] = "fractional_kelly"
    probability: ColumnName
    payoff: Positive
    fraction: PositiveFraction = 0.25
    max_percent: PositiveFraction = 0.2


class InverseVolatility(Value):
    """Buys `min(risk / sigma, max_percent)` of equity: each position may move the equity alike.

    Before there are `window` returns, and where they do not vary, there is no order.

    Parameters
    ----------
    risk : float
        Fraction of equity that one standard deviation of a bar's return may move.
    window : int
        Number of bar returns behind sigma (ddof 1), at least 2.
    max_percent : float
        At most this share of equity.
    """

    helper: Literal["inverse_volatility"] = "inverse_volatility"
    risk: Positive
    window: Annotated[PositiveCount, Field(ge=2)] = 20
    max_percent: PositiveFraction = 0.2


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
    max_weight : float or None
        Weights above it are cut to it; the rest is not shared out again.
    """

    helper: Literal["rebalance_to_weights"] = "rebalance_to_weights"
    weights: Literal["equal", "signal", "inverse_volatility"] = "equal"
    by: ColumnName | None = None
    window: PositiveCount = 20
    schedule: Literal["bar", "week", "month"] = "month"
    tolerance: NotNegative = 0.01
    close_missing: Flag = True
    gross: PositiveFraction = 1.0
    max_weight: PositiveFraction | None = None

    @model_validator(mode="after")
    def _signal_needs_column(self) -> "RebalanceToWeights":
        if (self.weights == "signal") != (self.by is not None):
            message = mark("'by' names the column for weights = \"signal\", and only for it")
            raise ValueError(message)
        if self.weights == "inverse_volatility" and self.window < 2:
            message = mark("'window' must be at least 2")
            raise ValueError(message)
        return self


Sizing = Annotated[
    BuyPercent
    | SizeByConfidence
    | FixedQuantity
    | FixedValue
    | FractionalKelly
    | InverseVolatility
    | RebalanceToWeights,
    Field(discriminator="helper"),
]
