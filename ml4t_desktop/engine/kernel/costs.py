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
    """Return `basis * (1 + fraction)` to 12 significant digits, so that decimal limits are hit exactly."""
    price = basis * (1.0 + fraction)
    # What the general way gives too, without a logarithm: well between two powers of ten.
    if 10.00001 < price < 99.9999:
        return np.rint(price * 1e10) / 1e10
    if 100.0001 < price < 999.999:
        return np.rint(price * 1e9) / 1e9
    if not price > 0.0:
        return price
    digits = 12 - int(np.ceil(np.log10(price)))
    if digits >= 0:
        scale = 10.0**digits
        return np.rint(price * scale) / scale
    return price
