"""Corporate actions: what a company does to its shares, and to whoever holds them.

An action is applied before anything trades at the first timestamp that is not before its ex-date, also
when its asset has no bar then. Actions of one time are applied in this order: dividends, splits and stock
dividends, spin-offs, mergers, symbol changes, delistings; ties by symbol. None of them makes or loses
money; none of them is an order or a fill.

* Prices are taken as they were traded: give actions with unadjusted prices only.
* What is multiplied is multiplied exactly: a cash account with whole lots may come to hold a fraction of a
  share, which closing the position sells.
* Rules and strategies see the bars as they are. A symbol that has no bar before it is taken over by a
  symbol change continues the bars of the old one (`rising`, cool-downs, counts of bars).
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from numbers import Real
from typing import ClassVar

import numpy as np

from ml4t_desktop.errors import InputError, Problem
from ml4t_desktop.market.action_table import (
    DELISTING,
    DIVIDEND,
    MERGER,
    NO_ASSET,
    RENAMING,
    SPIN_OFF,
    SPLIT,
    ActionTable,
)
from ml4t_desktop.market.market import Market
from ml4t_desktop.market.succession import with_succession
from ml4t_desktop.units import microseconds
from ml4t_desktop.wording import mark, say

_NO_SYMBOL = mark("must be a symbol, it is {value!r}")


@dataclass(frozen=True, slots=True)
class CorporateAction:
    """What all corporate actions have: the asset, and the day from which its buyers are without them.

    Parameters
    ----------
    asset_id : str
        The symbol it is known by up to then.
    ex_date : date or datetime

    Raises
    ------
    InputError
        If a value is impossible; all of them at once. Also a `ValueError`.
    """

    asset_id: str
    ex_date: date | datetime
    kind: ClassVar[int]

    def __post_init__(self) -> None:
        """Check all values."""
        problems = [*self._common_problems(), *self._problems()]
        if problems:
            name = f"{type(self).__name__}({self.asset_id!r}, {self.ex_date})"
            raise InputError(
                replace(problem, where=f"{name}, {problem.where}") for problem in problems
            )

    def _common_problems(self) -> Iterable[Problem]:
        if not isinstance(self.asset_id, str) or not self.asset_id:
            yield Problem(where="asset_id", what=say(_NO_SYMBOL, value=self.asset_id))
        if not isinstance(self.ex_date, date) or self.ex_date != self.ex_date:
            yield Problem(
                where="ex_date",
                what=say("must be a date, it is {value!r}", value=self.ex_date),
                fix=mark("Give a date or a datetime"),
            )

    def _problems(self) -> Iterable[Problem]:
        return ()

    def numbers(self) -> tuple[float, float]:
        """Return the two numbers of its row in an `ActionTable`."""
        return 0.0, 0.0

    def successor(self) -> str | None:
        """Return the symbol of the shares it gives, None when it gives none."""
        return None


@dataclass(frozen=True, slots=True)
class CashDividend(CorporateAction):
    """Money for each share held over the close before the ex-date.

    Who buys on the ex-date gets nothing, who is short then pays. It is a row of the cash flows, not profit
    of the trade; prices, stops and orders stay where they are.

    Parameters
    ----------
    amount : float
        Money per share, above zero.
    """

    amount: float
    kind: ClassVar[int] = DIVIDEND

    def _problems(self) -> Iterable[Problem]:
        return _positive("amount", self.amount)

    def numbers(self) -> tuple[float, float]:
        """Return the amount."""
        return float(self.amount), 0.0


@dataclass(frozen=True, slots=True)
class StockSplit(CorporateAction):
    """`ratio` new shares for each old one; below one it is a reverse split.

    Quantities of the position and of its working orders are multiplied; its entry price, water marks and
    last close, and the prices of working orders, are divided: equity does not change.

    Parameters
    ----------
    ratio : float
        2.0 for two new shares per old one; above zero.
    """

    ratio: float
    kind: ClassVar[int] = SPLIT

    def _problems(self) -> Iterable[Problem]:
        return _positive("ratio", self.ratio)

    def numbers(self) -> tuple[float, float]:
        """Return new shares per old one."""
        return float(self.ratio), 0.0


@dataclass(frozen=True, slots=True)
class StockDividend(CorporateAction):
    """`ratio` extra shares for each share held: a split of one plus `ratio`.

    Parameters
    ----------
    ratio : float
        0.05 for five new shares per hundred; above zero.
    """

    ratio: float
    kind: ClassVar[int] = SPLIT

    def _problems(self) -> Iterable[Problem]:
        return _positive("ratio", self.ratio)

    def numbers(self) -> tuple[float, float]:
        """Return shares after it per share before it."""
        return 1.0 + float(self.ratio), 0.0


@dataclass(frozen=True, slots=True)
class Merger(CorporateAction):
    """The asset is taken over for cash, for shares of another one, or for both.

    For cash the position is closed at that price (`exit_reason` merger). For shares it becomes a position of
    the new asset with the same cost, trade and `position_id`; it joins one that is held already, and closes
    an opposite one. For both, the cash closes the part of the position that it is worth against the new
    shares at their last close (else at their open, else at what is left of the last close). Orders that
    reduce the position go over to the new asset, the others are cancelled.

    Parameters
    ----------
    cash : float
        Money per share.
    ratio : float
        Shares of `new_asset_id` per share.
    new_asset_id : str or None
    """

    cash: float = 0.0
    ratio: float = 0.0
    new_asset_id: str | None = None
    kind: ClassVar[int] = MERGER

    def _problems(self) -> Iterable[Problem]:
        wrong = [*_not_negative("cash", self.cash), *_not_negative("ratio", self.ratio)]
        yield from wrong
        if not wrong and self.cash == 0 and self.ratio == 0:
            yield Problem(
                where="cash",
                what=mark("a merger pays cash, or gives shares by a ratio"),
                fix=mark("Give one of them"),
            )
        if not wrong and self.ratio > 0 and self.new_asset_id is None:
            yield Problem(
                where="new_asset_id",
                what=mark("is missing"),
                fix=mark("Name the asset that the ratio is about"),
            )
        if not wrong and self.cash > 0 and self.ratio == 0 and self.new_asset_id is not None:
            yield Problem(
                where="ratio",
                what=mark("is missing"),
                fix=mark("Say how many new shares there are for each"),
            )
        if self.new_asset_id is not None:
            yield from _another(self.new_asset_id, self.asset_id)

    def numbers(self) -> tuple[float, float]:
        """Return cash and ratio."""
        return float(self.cash), float(self.ratio)

    def successor(self) -> str | None:
        """Return the asset whose shares are given."""
        return self.new_asset_id


@dataclass(frozen=True, slots=True)
class SpinOff(CorporateAction):
    """`ratio` shares of a new asset for each share held; the old ones are kept.

    Cost, last close and order prices of the parent are shared by what both open at on the ex-date (where
    one has no bar then, by their closes before). A new asset without any price by then costs nothing, and
    its position has no stop levels. The new position has a trade of its own, entered on the ex-date by the
    decision of the parent's.

    Parameters
    ----------
    new_asset_id : str
    ratio : float
        New shares per share of the parent, above zero.
    """

    new_asset_id: str
    ratio: float
    kind: ClassVar[int] = SPIN_OFF

    def _problems(self) -> Iterable[Problem]:
        yield from _another(self.new_asset_id, self.asset_id)
        yield from _positive("ratio", self.ratio)

    def numbers(self) -> tuple[float, float]:
        """Return the ratio."""
        return float(self.ratio), 0.0

    def successor(self) -> str | None:
        """Return the asset that is spun off."""
        return self.new_asset_id


@dataclass(frozen=True, slots=True)
class SymbolChange(CorporateAction):
    """The asset goes on under another symbol: position, trade, orders, cool-down and bars.

    Parameters
    ----------
    new_asset_id : str
    """

    new_asset_id: str
    kind: ClassVar[int] = RENAMING

    def _problems(self) -> Iterable[Problem]:
        return _another(self.new_asset_id, self.asset_id)

    def successor(self) -> str | None:
        """Return the new symbol."""
        return self.new_asset_id


@dataclass(frozen=True, slots=True)
class Delisting(CorporateAction):
    """The asset trades no more: its position is closed (`exit_reason` delisted), its orders are cancelled.

    Parameters
    ----------
    price : float or None
        What a share is still worth, zero or above; None is the last close.
    """

    price: float | None = None
    kind: ClassVar[int] = DELISTING

    def _problems(self) -> Iterable[Problem]:
        return () if self.price is None else _not_negative("price", self.price)

    def numbers(self) -> tuple[float, float]:
        """Return the price, NaN for the last close."""
        return math.nan if self.price is None else float(self.price), 0.0


def with_corporate_actions(
    market: Market, actions: Sequence[CorporateAction], places: Sequence[str] | None = None
) -> Market:
    """Return the market with these corporate actions, in place of those it has.

    Parameters
    ----------
    actions : sequence of CorporateAction
        In any order. Those with an ex-date before the first or after the last bar have no effect.
    places : sequence of str
        Where each was found, for messages; else its place in `actions`.

    Raises
    ------
    InputError
        If one that has an effect names a symbol the market does not have, or is no corporate action; all
        problems at once.
    """
    problems: list[Problem] = []
    rows: list[tuple[int, int, int, int, float, float]] = []
    index = {symbol: asset for asset, symbol in enumerate(market.symbols)}
    for number, action in enumerate(actions):
        place = places[number] if places else f"corporate_actions[{number}]"
        if not isinstance(action, CorporateAction):
            what = say("is no corporate action, but {kind}", kind=type(action).__name__)
            problems.append(
                Problem(where=place, what=what, fix=mark("Give CashDividend, StockSplit, …"))
            )
            continue
        if not has_effect(market, action):
            continue
        time = microseconds(action.ex_date)
        named = [action.asset_id, *([new] if (new := action.successor()) else [])]
        problems += [_unknown(market, symbol, place) for symbol in named if symbol not in index]
        if all(symbol in index for symbol in named):
            new_asset = index[named[1]] if len(named) > 1 else NO_ASSET
            rows.append((time, action.kind, index[named[0]], new_asset, *action.numbers()))
    if problems:
        raise InputError(problems)
    return with_succession(replace(market, actions=_table(rows)))


def has_effect(market: Market, action: CorporateAction) -> bool:
    """Return whether an ex-date lies within the time of a market's bars."""
    if not market.time_count:
        return False
    time = microseconds(action.ex_date)
    day = microseconds(market.moment(0).date())
    return day <= time <= int(market.timestamps[-1])


def _table(rows: list[tuple[int, int, int, int, float, float]]) -> ActionTable:
    if not rows:
        return ActionTable()
    rows = sorted(rows, key=lambda row: (*row[:4], repr(row[4:])))
    whole = np.array([row[:4] for row in rows], np.int64).T.copy()
    numbers = np.array([row[4:] for row in rows], np.float64).T.copy()
    return ActionTable(*whole, *numbers)


def _unknown(market: Market, symbol: str, place: str) -> Problem:
    some = ", ".join(market.symbols[:10]) + (", …" if len(market.symbols) > 10 else "")
    return Problem(
        where=place,
        what=say(
            "there is no asset '{symbol}' in the data; there are {some}", symbol=symbol, some=some
        ),
        fix=mark("Add its bars, or remove the action"),
    )


def _is_number(value: object) -> bool:
    return isinstance(value, Real) and not isinstance(value, bool) and math.isfinite(value)


def _positive(name: str, value: object) -> Iterable[Problem]:
    if not _is_number(value) or not value > 0:  # pyright: ignore[reportOperatorIssue] (a number)
        yield Problem(
            where=name, what=say("must be a number above zero, it is {value!r}", value=value)
        )


def _not_negative(name: str, value: object) -> Iterable[Problem]:
    if not _is_number(value) or not value >= 0:  # pyright: ignore[reportOperatorIssue] (a number)
        yield Problem(
            where=name, what=say("must be zero or a number above it, it is {value!r}", value=value)
        )


def _another(new: object, old: str) -> Iterable[Problem]:
    if not isinstance(new, str) or not new:
        yield Problem(where="new_asset_id", what=say(_NO_SYMBOL, value=new))
    elif new == old:
        yield Problem(
            where="new_asset_id", what=say("must be another symbol than '{old}'", old=old)
        )
