"""The bars of a market as plain values, and the look-ups a rule may make."""

from dataclasses import dataclass, field
from datetime import datetime

Value = float | str | None


@dataclass
class Bar:
    """One bar of one asset; `index` counts the asset's own bars from 0."""

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
    """All bars by time and by asset, and the context by time."""

    times: list[datetime]
    at: dict[datetime, dict[str, Bar]]
    of: dict[str, list[Bar]]
    context: dict[datetime, dict[str, Value]]


def history_of(bars: list[Bar], context: dict[datetime, dict[str, Value]]) -> History:
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
    return history


def earlier(history: History, bar: Bar, steps: int) -> Bar | None:
    """Return the asset's bar `steps` bars before, None before its first."""
    place = bar.index - steps
    return history.of[bar.symbol][place] if place >= 0 else None


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
