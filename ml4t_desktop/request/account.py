"""The account: capital, what it may borrow, what a contract is worth."""

from typing import Annotated, Literal

from pydantic import AfterValidator, Discriminator, Tag

from ml4t_desktop.request.value import (
    Count,
    NotNegative,
    Number,
    Positive,
    PositiveFraction,
    Text,
    Value,
)
from ml4t_desktop.units import span_microseconds
from ml4t_desktop.wording import mark


def _multiplier_kind(value: object) -> str:
    return "table" if isinstance(value, dict) else "number"


Multiplier = Annotated[
    Annotated[Positive, Tag("number")] | Annotated[dict[Text, Positive], Tag("table")],
    Discriminator(_multiplier_kind),
]


def _interval(text: str) -> str:
    if span_microseconds(text) <= 0:
        message = mark("must be longer than nothing, such as 8h")
        raise ValueError(message)
    return text


def _rate_column(name: str) -> str:
    kind, _, rest = name.partition(".")
    if kind not in {"signal", "context"} or not rest:
        message = mark("must be a column such as signal.funding or context.funding")
        raise ValueError(message)
    return name


class FundingRate(Value):
    """The same rate at every multiple of an interval since the epoch (UTC).

    Parameters
    ----------
    rate : float
        Fraction of the position's value; longs pay a positive one, and shorts receive it.
    interval : str
        Such as "8h".
    """

    rate: Number
    interval: Annotated[Text, AfterValidator(_interval)] = "8h"


class FundingColumn(Value):
    """The rates of a column: paid wherever the column has a value and the asset a bar.

    Parameters
    ----------
    column : str
        ``signal.NAME``, of the asset's bar, or ``context.NAME``, of the timestamp.
    """

    column: Annotated[Text, AfterValidator(_rate_column)]


def _funding_kind(value: object) -> str:
    has_column = isinstance(value, FundingColumn) or (isinstance(value, dict) and "column" in value)
    # No keys of the table: what pydantic adds to the place of an error must not look like one.
    return "by column" if has_column else "by rate"


Funding = Annotated[
    Annotated[FundingRate, Tag("by rate")] | Annotated[FundingColumn, Tag("by column")],
    Discriminator(_funding_kind),
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
    funding : FundingRate or FundingColumn or None
        Funding of perpetual contracts, paid on the value of positions before anything trades; it can make
        the cash of a cash account negative, which then buys nothing.
    """

    type: Literal["cash", "margin", "contracts"] = "cash"
    initial_capital: Positive = 100_000.0
    initial_margin: PositiveFraction = 0.5
    maintenance_margin: PositiveFraction = 0.25
    settlement_days: Count = 0
    multiplier: Multiplier = 1.0
    borrow_rate: NotNegative = 0.0
    interest_rate: Annotated[NotNegative, "yearly"] = 0.0
    funding: Funding | None = None

    def multiplier_of(self, symbol: str) -> float:
        """Return the contract multiplier of a symbol."""
        if isinstance(self.multiplier, dict):
            return self.multiplier.get(symbol, 1.0)
        return self.multiplier
