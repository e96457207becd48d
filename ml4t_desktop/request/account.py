"""The account: capital, what it may borrow, what a contract is worth."""

from typing import Annotated, Literal

from pydantic import Discriminator, Tag

from ml4t_desktop.request.value import Count, NotNegative, Positive, PositiveFraction, Text, Value


def _multiplier_kind(value: object) -> str:
    return "table" if isinstance(value, dict) else "number"


Multiplier = Annotated[
    Annotated[Positive, Tag("number")] | Annotated[dict[Text, Positive], Tag("table")],
    Discriminator(_multiplier_kind),
]


class Account(Value):
    """Capital and the rules of the account.

    Parameters
    ----------
    type : {"cash", "margin", "contracts"}
        A cash account never borrows and never sells short.
    initial_capital : float
        Money at the start.
    initial_margin, maintenance_margin : float
        Fractions of the value of positions, for margin and contracts.
    settlement_days : int
        Days until the proceeds of a sale can be spent.
    multiplier : float or table
        Money per point of price and unit; a table gives it by symbol, 1 for those not named.
    borrow_rate : float
        Yearly fee on the value of short positions.
    interest_rate : float
        Yearly interest on positive cash; negative cash pays it.
    """

    type: Literal["cash", "margin", "contracts"] = "cash"
    initial_capital: Positive = 100_000.0
    initial_margin: PositiveFraction = 0.5
    maintenance_margin: PositiveFraction = 0.25
    settlement_days: Count = 0
    multiplier: Multiplier = 1.0
    borrow_rate: NotNegative = 0.0
    interest_rate: Annotated[NotNegative, "yearly"] = 0.0

    def multiplier_of(self, symbol: str) -> float:
        """Return the contract multiplier of a symbol."""
        if isinstance(self.multiplier, dict):
            return self.multiplier.get(symbol, 1.0)
        return self.multiplier
