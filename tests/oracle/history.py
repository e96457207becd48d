"""The bars of a market as plain values, and the look-ups a rule may make."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from ml4t_desktop.market.corporate_actions import CorporateAction, SymbolChange

Value = float | str | None


@dataclass
class Bar:
    """One bar of one asset; `index` counts the asset's own bars from 0, those of its old symbol too."""

    time: datetime
    symbol: str
    open: float
    high: float
    low: float
    close: float
    volume: float | None = None
    signals: dict[str, Value] = field(default_factory=dict)
    index: int = -1


@dataclass
class History:
    """All bars by time and by asset, and the context by time.

    `before` has the last bar of the old symbol for an asset that began as another one.
    """

    times: list[datetime]
    at: dict[datetime, dict[str, Bar]]
    of: dict[str, list[Bar]]
    context: dict[datetime, dict[str, Value]]
    before: dict[str, Bar] = field(default_factory=dict)


def history_of(
    bars: list[Bar],
    context: dict[datetime, dict[str, Value]],
    actions: Iterable[CorporateAction] = (),
) -> History:
    """Return the bars sorted by time and symbol, each with its place among the asset's bars."""
    history = History(times=[], at={}, of={}, context=context)
    for bar in sorted(bars, key=lambda one: (one.time, one.symbol)):
        if bar.time not in history.at:
            history.times.append(bar.time)
            history.at[bar.time] = {}
        own = history.of.setdefault(bar.symbol, [])
        bar.index = len(own)
        own.append(bar)
        history.at[bar.time][bar.symbol] = bar
    for action in in_order(actions, history.times):
        if isinstance(action, SymbolChange):
            _continue(history, action)
    return history


def in_order(actions: Iterable[CorporateAction], times: list[datetime]) -> list[CorporateAction]:
    """Return the actions within the time of the bars, in the order in which they are applied."""
    inside = [
        action
        for action in actions
        if times and times[0].date() <= day_of(action) and moment_of(action) <= times[-1]
    ]

    def place(action: CorporateAction) -> tuple:
        names = (action.asset_id, action.successor() or "")
        # Two of one kind for one asset at one time are a mistake of the file: any order will do.
        return moment_of(action), action.kind, *names, repr(action.numbers())

    return sorted(inside, key=place)


def moment_of(action: CorporateAction) -> datetime:
    """Return the ex-date of an action, a date as its midnight."""
    if isinstance(action.ex_date, datetime):
        return action.ex_date
    return datetime.combine(action.ex_date, datetime.min.time())


def day_of(action: CorporateAction):
    """Return the day of the ex-date."""
    return moment_of(action).date()


def _continue(history: History, action: SymbolChange) -> None:
    """Let the bars of a new symbol go on counting where those of the old one ended."""
    when = moment_of(action)
    old = [bar for bar in history.of.get(action.asset_id, []) if bar.time < when]
    new = history.of.get(action.new_asset_id, [])
    if not old or not new or new[0].time < when or action.new_asset_id in history.before:
        return
    history.before[action.new_asset_id] = old[-1]
    for bar in new:
        bar.index += old[-1].index + 1


def earlier(history: History, bar: Bar, steps: int) -> Bar | None:
    """Return the asset's bar `steps` bars before, None before its first."""
    found: Bar | None = bar
    for _ in range(steps):
        if found is None:
            return None
        own = history.of[found.symbol]
        place = found.index - own[0].index
        found = own[place - 1] if place > 0 else history.before.get(found.symbol)
    return found


def latest(history: History, symbol: str, time: datetime) -> Bar | None:
    """Return the last bar of an asset at or before a time, None before its first."""
    found = None
    for bar in history.of.get(symbol, []):
        if bar.time > time:
            break
        found = bar
    return found


def value(history: History, bar: Bar | None, column: str) -> Value:
    """Return a column such as ``signal.score`` at a bar; None where there is no value."""
    if bar is None:
        return None
    kind, name = column.split(".", 1)
    if kind == "bar":
        return getattr(bar, name)
    if kind == "signal":
        return bar.signals.get(name)
    return history.context.get(bar.time, {}).get(name)


def number(given: object) -> float:
    """Return a value that must be a number."""
    assert isinstance(given, int | float)
    return float(given)
