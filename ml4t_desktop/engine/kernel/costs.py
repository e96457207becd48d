"""What a fill costs: slippage moves its price, commission is paid beside it."""

import numpy as np

from ml4t_desktop.engine.kernel.codes import (
    FIXED_COMMISSION,
    FIXED_SLIPPAGE,
    LINEAR_IMPACT,
    MAKER_TAKER,
    PER_SHARE,
    PERCENT_COMMISSION,
    PERCENT_SLIPPAGE,
    SPREAD,
    SQRT_IMPACT,
    TIERED,
    VOLUME_SHARE,
)
from ml4t_desktop.engine.kernel.compiled import inlined
from ml4t_desktop.engine.kernel.layout import Books

# How far a product of few factors may be from what it is without rounding, as a share of it.
_ROUNDING = 4e-15
# An amount that is less than this share of what it belongs to is nothing but rounding.
DUST = 1e-12


@inlined
def slipped(books: Books, price: float, buy: bool, quantity: float, volume: float) -> float:
    """Return the price after slippage; an unknown or zero volume makes no impact."""
    settings = books.settings[0]
    model = settings.slippage
    move = 0.0
    if model == PERCENT_SLIPPAGE:
        move = price * settings.slippage_a
    elif model == FIXED_SLIPPAGE:
        move = settings.slippage_a
    elif model == SPREAD:
        move = settings.slippage_a / 2.0
    elif volume > 0.0:
        share = quantity / volume
        if model == VOLUME_SHARE:
            share = min(share, settings.slippage_a)
            move = price * settings.slippage_b * share * share
        elif model == SQRT_IMPACT:
            move = price * settings.slippage_a * np.sqrt(share)
        elif model == LINEAR_IMPACT:
            move = price * settings.slippage_a * share
    return price + move if buy else max(price - move, 0.0)


@inlined
def commission(books: Books, value: float, quantity: float, maker: bool, first: bool) -> float:
    """Return the commission of a fill of `quantity` units for `value` money.

    `maker` is true for fills of a limit order, `first` for the first fill of an order.
    """
    settings = books.settings[0]
    model = settings.commission
    if model == PERCENT_COMMISSION:
        return value * settings.commission_a
    if model == PER_SHARE:
        fee = max(quantity * settings.commission_a, settings.commission_b)
        return min(fee, value * settings.commission_c) if settings.commission_c > 0.0 else fee
    if model == FIXED_COMMISSION:
        return settings.commission_a if first else 0.0
    if model == TIERED:
        for i in range(books.tiers.shape[1]):
            if value <= books.tiers[0, i]:
                return value * books.tiers[1, i]
        return value * books.tiers[1, -1]
    if model == MAKER_TAKER:
        return value * (settings.commission_a if maker else settings.commission_b)
    return 0.0


@inlined
def whole_lots(quantity: float, lot: float) -> float:
    """Return a size rounded towards zero to whole lots; 1e-9 below a whole lot counts as that lot."""
    if not quantity > 0.0:
        return 0.0
    if lot <= 0.0:
        return quantity
    lots = quantity / lot
    whole = np.floor(lots)
    if (whole + 1.0) - lots <= 1e-9 * (whole + 1.0):
        whole += 1.0
    return whole * lot


@inlined
def level(basis: float, fraction: float) -> float:
    """Return `basis * (1 + fraction)`, so that decimal limits are hit exactly.

    That is the decimal of 12 significant digits which the product is but for its rounding, if there is
    one; prices that were divided, by a split or in an adjustment, mostly are none.
    """
    if fraction == 0.0:
        return basis
    price = basis * (1.0 + fraction)
    scale = 1.0
    # What the general way gives too, without a logarithm: well between two powers of ten.
    if 10.00001 < price < 99.9999:
        scale = 1e10
    elif 100.0001 < price < 999.999:
        scale = 1e9
    elif price > 0.0:
        digits = 12 - int(np.ceil(np.log10(price)))
        if digits < 0:
            return price
        scale = 10.0**digits
    scaled = price * scale
    whole = np.rint(scaled)
    return whole / scale if abs(whole - scaled) <= _ROUNDING * scaled else price
