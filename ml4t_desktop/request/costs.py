"""Commission and slippage models."""

from itertools import pairwise
from typing import Annotated, Literal, TypeVar

from pydantic import Field, model_validator

from ml4t_desktop.request.value import NotNegative, Number, Positive, PositiveFraction, Value
from ml4t_desktop.wording import mark


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
            message = mark("tiers must have ascending 'up_to', left out only in the last")
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


_COST_FIELDS = frozenset(
    {"rate", "minimum", "cap", "amount", "maker", "taker", "width", "impact", "coefficient"}
)


def scaled_costs(costs: Costs, factor: float) -> Costs:
    """Return costs so many times as high; what limits a quantity stays.

    A percentage of slippage stays below the whole price.

    Parameters
    ----------
    factor : float
        Zero or more; with zero trading is free.
    """
    if not factor:
        return Costs()
    commission = costs.commission
    if isinstance(commission, TieredCommission):
        tiers = tuple(_scaled(tier, factor) for tier in commission.tiers)
        commission = commission.model_copy(update={"tiers": tiers})
    else:
        commission = _scaled(commission, factor)
    slippage = _scaled(costs.slippage, factor)
    if isinstance(slippage, PercentSlippage):
        slippage = slippage.model_copy(update={"rate": min(slippage.rate, _MOST_SLIPPAGE)})
    return Costs(commission=commission, slippage=slippage)


_MOST_SLIPPAGE = 0.999
_Model = TypeVar("_Model", bound=Value)


def _scaled(model: _Model, factor: float) -> _Model:
    fields = _COST_FIELDS.intersection(type(model).model_fields)
    return model.model_copy(update={name: getattr(model, name) * factor for name in fields})
