"""Lots, slippage and commission (DESIGN 3.3 and 4.2)."""

import math
from collections.abc import Callable

# An amount that is less than this share of what it belongs to is nothing but rounding.
DUST = 1e-12


def in_lots(quantity: float, lot: float) -> float:
    """Round towards zero; less than 1e-9 (relative) below a whole lot counts as that lot."""
    if lot == 0:
        return quantity
    lots = quantity / lot
    whole = math.floor(lots)
    if whole + 1 - lots < 1e-9 * (whole + 1):
        whole += 1
    return whole * lot


def level_of(basis: float, change: float) -> float:
    """Return the level a fraction away from a price.

    It is the decimal of 12 significant digits that the product is but for rounding, if there is one.
    """
    if change == 0:
        return basis
    price = basis * (1 + change)
    decimal = float(f"{price:.11e}")
    return decimal if abs(decimal - price) <= 4e-15 * price else price


def slipped(model, side: int, price: float, quantity: float, volume: float | None) -> float:
    """Return the price after slippage, never below zero; `side` is +1 for a buy, -1 for a sell."""
    return max(price + side * _moved(model, price, quantity, volume), 0.0)


def _moved(model, price: float, quantity: float, volume: float | None) -> float:  # noqa: PLR0911 (one return per model)
    """Return by how much slippage moves a price; an unknown or zero volume makes no impact."""
    if model.model == "none":
        return 0.0
    if model.model == "percent":
        return price * model.rate
    if model.model == "fixed":
        return model.amount
    if model.model == "spread":
        return model.width / 2
    share = quantity / volume if volume else 0.0
    if model.model == "volume_share":
        return price * model.impact * share * share
    if model.model == "linear_impact":
        return price * model.coefficient * share
    assert model.model == "sqrt_impact"
    return price * model.coefficient * math.sqrt(share)


def commission(  # noqa: PLR0911 (one return per model)
    model, quantity: float, money: float, *, at_limit: bool = False, first: bool = True
) -> float:
    """Return the commission of a fill of `quantity` for `money` (price x quantity x multiplier)."""
    if model.model == "none":
        return 0.0
    if model.model == "percent":
        return money * model.rate
    if model.model == "per_share":
        fee = max(quantity * model.rate, model.minimum)
        return min(fee, money * model.cap) if model.cap > 0 else fee
    if model.model == "fixed":
        return model.amount if first else 0.0
    if model.model == "maker_taker":
        return money * (model.maker if at_limit else model.taker)
    assert model.model == "tiered"
    for tier in model.tiers:
        if tier.up_to is None or money <= tier.up_to:
            return money * tier.rate
    return money * model.tiers[-1].rate


def most_lots(is_affordable: Callable[[float], bool], most: float, lot: float) -> float:
    """Return the largest affordable quantity in whole lots: simply try them from the top."""
    count = round(most / lot)
    while count > 0:
        if is_affordable(count * lot):
            return count * lot
        count -= 1
    return 0.0


def most_fraction(
    is_affordable: Callable[[float], bool], most: float, borders: list[float]
) -> float:
    """Return the largest affordable quantity of any size.

    `borders` are the quantities at which the commission changes its rate, so that between two of
    them more always costs more; they are searched from the top.
    """
    edges = [0.0, *sorted(border for border in borders if 0 < border < most), most]
    for low, high in zip(reversed(edges[:-1]), reversed(edges[1:]), strict=True):
        if is_affordable(high):
            return high
        just_above = low * (1 + 1e-13) if low else most * 1e-15
        if is_affordable(just_above):
            return _between(is_affordable, just_above, high)
    return 0.0


def _between(is_affordable: Callable[[float], bool], good: float, bad: float) -> float:
    for _ in range(200):
        middle = (good + bad) / 2
        if is_affordable(middle):
            good = middle
        else:
            bad = middle
    return good


def quantity_worth(money_of: Callable[[float], float], money: float, most: float) -> float:
    """Return the quantity whose value is `money`, or `most` if that is not worth so much."""
    if money_of(most) <= money:
        return most
    return _between(lambda quantity: money_of(quantity) <= money, 0.0, most)
