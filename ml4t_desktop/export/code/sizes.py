"""The lines that work out how much an entry wants."""

from ml4t_desktop.export.code.conditions import value_of
from ml4t_desktop.request import Account, RuleStrategy
from ml4t_desktop.request.sizing import (
    BuyPercent,
    FixedQuantity,
    FixedValue,
    FractionalKelly,
    InverseVolatility,
    SizeByConfidence,
)

_EQUITY = "max(self.get_portfolio_value(), 0.0)"


def size_lines(rules: RuleStrategy, account: Account) -> list[str]:
    """Return lines that put a signed size into ``quantity``, or return False for no order."""
    match rules.sizing:
        case BuyPercent(percent=percent):
            return [f"quantity = side * ({_EQUITY} * {percent!r} / bar.close)"]
        case SizeByConfidence() as sizing:
            return [
                f"confidence = {value_of(sizing.confidence)}",
                "if isnan(confidence):",
                "    return False",
                f"share = {sizing.max_percent!r} * confidence",
                f"quantity = side * ({_EQUITY} * share / bar.close)",
                *_NOTHING,
            ]
        case FixedQuantity(quantity=quantity):
            return [f"quantity = side * {quantity!r}"]
        case FixedValue(value=value):
            unit = multiplier_of(account)
            price = "bar.close" if unit == "1.0" else f"(bar.close * {unit})"
            return [f"quantity = side * ({value!r} / {price})"]
        case FractionalKelly() as sizing:
            return [
                f"chance = {value_of(sizing.probability)}",
                f"share = {sizing.fraction!r} * (chance - (1.0 - chance) / {sizing.payoff!r})",
                "if not share > 0.0:",
                "    return False",
                f"share = min(share, {sizing.max_percent!r})",
                f"quantity = side * ({_EQUITY} * share / bar.close)",
            ]
        case InverseVolatility() as sizing:
            return [
                "sigma = self.volatility(bar)",
                "if not sigma:",
                "    return False",
                f"share = min({sizing.risk!r} / sigma, {sizing.max_percent!r})",
                f"quantity = side * ({_EQUITY} * share / bar.close)",
            ]
        case _:
            message = "weights are not sizes"
            raise TypeError(message)


_NOTHING = ["if quantity == 0.0:", "    return False"]


def multiplier_of(account: Account) -> str:
    """Return the expression of an asset's multiplier."""
    given = account.multiplier
    if isinstance(given, int | float):
        return repr(float(given))
    return f"{ {name: float(v) for name, v in given.items()}!r}.get(bar.asset_id, 1.0)"
