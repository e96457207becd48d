"""Commission and slippage models."""

from itertools import pairwise
from typing import Annotated, Literal

from pydantic import Field, model_validator

from ml4t_desktop.request.value import NotNegative, Number, Positive, PositiveFraction, Value


class NoCommission(Value):
    """Trading is free."""

    model: Literal["none"] = "none"


class PercentCommission(Value):
    """A fraction of the value traded."""

    model: Literal["percent"] = "percent"
    rate: NotNegative


class PerShareCommission(Value):
    """An amount per share, at least `minimum`, at most the fraction `cap` of the value (0: no cap)."""

    model: Literal["per_share"] = "per_share"
    rate: NotNegative
    minimum: NotNegative = 0.0
    cap: NotNegative = 0.0


class FixedCommission(Value):
    """An amount per order, charged with its first fill."""

    model: Literal["fixed"] = "fixed"
    amount: NotNegative


class Tier(Value):
    """A rate for fills up to a value; `up_to` is left out in the last tier."""

    up_to: Positive | None = None
    rate: NotNegative


class TieredCommission(Value):
    """The rate of the first tier whose `up_to` the value of the fill does not exceed."""

    model: Literal["tiered"] = "tiered"
    tiers: Annotated[tuple[Tier, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _ascending(self) -> "TieredCommission":
        limits = [tier.up_to for tier in self.tiers]
        bounded = [limit for limit in limits[:-1] if limit is not None]
        ascending = all(a < b for a, b in pairwise(bounded))
        last = limits[-1]
        ends = last is None or not bounded or last > bounded[-1]
        if len(bounded) != len(limits) - 1 or not ascending or not ends:
            message = "tiers must have ascending 'up_to', left out only in the last"
            raise ValueError(message)
        return self


class MakerTakerCommission(Value):
    """Fractions of the value: `maker` for limit fills (negative is a rebate), `taker` for the others."""

    model: Literal["maker_taker"] = "maker_taker"
    maker: Number
    taker: Number


Commission = Annotated[
    NoCommission
    | PercentCommission
    | PerShareCommission
    | FixedCommission
    | TieredCommission
    | MakerTakerCommission,
    Field(discriminator="model"),
]


class NoSlippage(Value):
    """Fills at the reference price."""

    model: Literal["none"] = "none"


class PercentSlippage(Value):
    """A fraction of the price, against the order."""

    model: Literal["percent"] = "percent"
    rate: Annotated[NotNegative, Field(lt=1)]


class FixedSlippage(Value):
    """An amount of price, against the order."""

    model: Literal["fixed"] = "fixed"
    amount: NotNegative


class SpreadSlippage(Value):
    """Half of a spread of `width` (in price), against the order."""

    model: Literal["spread"] = "spread"
    width: NotNegative


class VolumeShareSlippage(Value):
    """The price moves by `impact` times the squared share of the bar's volume; at most `limit` of it trades."""

    model: Literal["volume_share"] = "volume_share"
    limit: PositiveFraction = 0.025
    impact: NotNegative = 0.1


class SqrtImpactSlippage(Value):
    """The price moves by `coefficient` times the square root of the share of the bar's volume."""

    model: Literal["sqrt_impact"] = "sqrt_impact"
    coefficient: NotNegative


class LinearImpactSlippage(Value):
    """The price moves by `coefficient` times the share of the bar's volume."""

    model: Literal["linear_impact"] = "linear_impact"
    coefficient: NotNegative


Slippage = Annotated[
    NoSlippage
    | PercentSlippage
    | FixedSlippage
    | SpreadSlippage
    | VolumeShareSlippage
    | SqrtImpactSlippage
    | LinearImpactSlippage,
    Field(discriminator="model"),
]


class Costs(Value):
    """What trading costs."""

    commission: Commission = NoCommission()
    slippage: Slippage = NoSlippage()
