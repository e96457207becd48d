"""Random corporate actions, and bars that look as if they had happened."""

import random
from dataclasses import replace
from datetime import date, datetime

from ml4t_desktop.market.corporate_actions import (
    CashDividend,
    CorporateAction,
    Delisting,
    Merger,
    SpinOff,
    StockDividend,
    StockSplit,
    SymbolChange,
)
from tests.oracle.history import Bar

NEW_SYMBOLS = ("AZ", "MM", "ZZ")


def with_random_actions(
    chance: random.Random, bars: list[Bar]
) -> tuple[list[Bar], list[CorporateAction]]:
    """Return the bars with one to five actions in them, and the actions."""
    times = sorted({bar.time for bar in bars})
    fresh = list(NEW_SYMBOLS)
    actions: list[CorporateAction] = []
    for when in sorted(chance.choice(times[1:]) for _ in range(chance.randint(1, 5))):
        symbols = sorted({bar.symbol for bar in bars})
        asset = chance.choice(symbols)
        other = chance.choice([symbol for symbol in symbols if symbol != asset])
        kind = chance.choice(
            ["dividend", "split", "stock", "merger", "merger", "spin_off", "rename", "delisting"]
        )
        if kind == "dividend":
            actions.append(CashDividend(asset, _ex(chance, when), chance.uniform(0.1, 3.0)))
        elif kind == "delisting":
            actions.append(Delisting(asset, when, chance.choice([None, 0.0, 12.5])))
            bars = _without(chance, bars, asset, when)
        elif kind == "merger":
            actions.append(_merger(chance, asset, when, other))
            bars = _without(chance, bars, asset, when)
        elif kind in ("split", "stock"):
            ratio = chance.choice([0.1, 0.5, 1.5, 2.0, 7.0])
            make = StockSplit if kind == "split" else StockDividend
            actions.append(make(asset, when, ratio))
            bars = _scaled(bars, asset, when, ratio if kind == "split" else 1 + ratio)
        elif kind == "spin_off":
            ratio = chance.choice([0.1, 0.5, 2.0])
            if fresh and chance.random() < 0.6:
                other = fresh.pop(chance.randrange(len(fresh)))
                bars = bars + _copied(bars, asset, other, when, 0.3)
            if other in {bar.symbol for bar in bars}:
                actions.append(SpinOff(asset, when, other, ratio))
        elif fresh:
            new = fresh.pop(chance.randrange(len(fresh)))
            moved = _copied(bars, asset, new, when, 1.0)
            if moved:
                actions.append(SymbolChange(asset, when, new))
                bars = [bar for bar in bars if bar.symbol != asset or bar.time < when] + moved
    return bars, [one for one in actions if _is_known(one, bars)]


def _is_known(action: CorporateAction, bars: list[Bar]) -> bool:
    symbols = {bar.symbol for bar in bars}
    return action.asset_id in symbols and (action.successor() or action.asset_id) in symbols


def _ex(chance: random.Random, when: datetime) -> date | datetime:
    """Return an ex-date as a day now and then."""
    return when.date() if chance.random() < 0.3 else when


def _merger(chance: random.Random, asset: str, when: datetime, other: str) -> Merger:
    cash, ratio = chance.uniform(1.0, 120.0), chance.choice([0.25, 1.0, 3.0])
    pays = chance.choice(["cash", "shares", "both"])
    if pays == "cash":
        return Merger(asset, when, cash=cash)
    return Merger(asset, when, cash if pays == "both" else 0.0, ratio, other)


def _without(chance: random.Random, bars: list[Bar], symbol: str, when: datetime) -> list[Bar]:
    """Return the bars without those of an asset that is no longer, but for a sloppy file."""
    if chance.random() < 0.2:
        return bars
    left = [bar for bar in bars if bar.symbol != symbol or bar.time < when]
    return left if any(bar.symbol == symbol for bar in left) else bars


def _scaled(bars: list[Bar], symbol: str, when: datetime, ratio: float) -> list[Bar]:
    return [
        _times(bar, 1 / ratio) if bar.symbol == symbol and bar.time >= when else bar for bar in bars
    ]


def _copied(bars: list[Bar], symbol: str, new: str, when: datetime, share: float) -> list[Bar]:
    return [
        replace(_times(bar, share), symbol=new)
        for bar in bars
        if bar.symbol == symbol and bar.time >= when
    ]


def _times(bar: Bar, factor: float) -> Bar:
    prices = {name: getattr(bar, name) * factor for name in ("open", "high", "low", "close")}
    return replace(bar, **prices)
