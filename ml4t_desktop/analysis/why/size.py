"""The arithmetic of a size at one bar, step by step."""

from dataclasses import dataclass
from typing import Literal

from ml4t_desktop.analysis.why.clauses import value_at
from ml4t_desktop.market import Market
from ml4t_desktop.request import Request
from ml4t_desktop.request.sizing import (
    BuyPercent,
    FixedQuantity,
    FixedValue,
    FractionalKelly,
    SizeByConfidence,
)
from ml4t_desktop.wording import mark, meant, say

Kind = Literal["percent", "money", "price", "quantity", "number"]


@dataclass(frozen=True, slots=True, kw_only=True)
class SizeStep:
    """One line of the arithmetic: what it is, and its value."""

    title: str
    kind: Kind
    value: float | None


def size_steps(
    market: Market, request: Request, row: int, close: float, equity: float
) -> tuple[SizeStep, ...]:
    """Return how much the sizing of a request asks for at a bar, before lots, cash and limits.

    Parameters
    ----------
    row : int
    close, equity : float
        The close of the bar and the equity at it.

    Returns
    -------
    tuple of SizeStep
        Empty for sizes that other bars or assets have a say in.
    """
    sizing = request.strategy.sizing
    match sizing:
        case BuyPercent():
            return _of_share(sizing.percent, close, equity)
        case SizeByConfidence():
            confidence = _number(value_at(market, sizing.confidence, row))
            share = None if confidence is None else sizing.max_percent * confidence
            return (
                SizeStep(
                    title=say("Confidence ({short})", short=_short(sizing.confidence)),
                    kind="number",
                    value=confidence,
                ),
                SizeStep(title=mark("Largest share"), kind="percent", value=sizing.max_percent),
                *_of_share(share, close, equity),
            )
        case FractionalKelly():
            chance = _number(value_at(market, sizing.probability, row))
            share = None if chance is None else _kelly(sizing, chance)
            return (
                SizeStep(
                    title=say("Chance to win ({short})", short=_short(sizing.probability)),
                    kind="number",
                    value=chance,
                ),
                *_of_share(share, close, equity),
            )
        case FixedQuantity():
            return (SizeStep(title=mark("Quantity"), kind="quantity", value=sizing.quantity),)
        case FixedValue():
            return (
                SizeStep(title=mark("Money"), kind="money", value=sizing.value),
                SizeStep(title=meant("a price", "Close"), kind="price", value=close),
                SizeStep(
                    title=mark("Quantity before rounding"),
                    kind="quantity",
                    value=sizing.value / close,
                ),
            )
        case _:
            return ()


def _of_share(share: float | None, close: float, equity: float) -> tuple[SizeStep, ...]:
    money = None if share is None else share * equity
    return (
        SizeStep(title=mark("Share of the equity"), kind="percent", value=share),
        SizeStep(title=mark("Equity"), kind="money", value=equity),
        SizeStep(title=mark("Money"), kind="money", value=money),
        SizeStep(title=meant("a price", "Close"), kind="price", value=close),
        SizeStep(
            title=mark("Quantity before rounding"),
            kind="quantity",
            value=None if money is None else money / close,
        ),
    )


def _kelly(sizing: FractionalKelly, chance: float) -> float:
    full = chance - (1.0 - chance) / sizing.payoff
    return min(max(sizing.fraction * full, 0.0), sizing.max_percent)


def _number(value: object) -> float | None:
    return value if isinstance(value, float) else None


def _short(column: str) -> str:
    return column.partition(".")[2]
