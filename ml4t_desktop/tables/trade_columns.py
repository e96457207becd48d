"""The columns of the trade table: their titles, groups, explanations and default order."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

import numpy as np

from ml4t_desktop.session.language import tr
from ml4t_desktop.tables.column import Column, Kind
from ml4t_desktop.units import MICROSECONDS_PER_DAY
from ml4t_desktop.wording import mark

if TYPE_CHECKING:  # polars loads after the window is visible
    import polars as pl

_TRADE: Final = mark("Trade")
_RESULT: Final = mark("Result")
_FILLS: Final = mark("Fills")
_COSTS: Final = mark("Excursion and costs")
_DETAILS: Final = mark("Details")
_BEFORE: Final = (
    Column(name="symbol", header=mark("Symbol"), group=_TRADE),
    Column(name="direction", header=mark("Side"), kind="word", group=_TRADE, tip=mark("Long or short")),
    Column(name="entry_time", header=mark("Entry time"), kind="time", group=_TRADE,
    tip=mark("When the entry was filled")),
    Column(
        name="exit_time", header=mark("Exit time"), kind="time", group=_TRADE,
        tip=mark("When the exit was filled; empty while the trade is open"),
    ),
    Column(
        name="pnl", header=mark("P&L"), kind="money", total="sum", group=_RESULT, is_signed=True,
        tip=mark("Profit and loss after all fees"),
    ),
    Column(
        name="pnl_percent", header=mark("P&L %"), kind="percent", total="mean", group=_RESULT, is_signed=True,
        tip=mark("Profit and loss after all fees, in per cent of the value at entry"),
    ),
    Column(
        name="bars_held", header=mark("Bars"), kind="count", total="mean", group=_RESULT,
        tip=mark("Bars of the asset after the entry bar, the exit bar included"),
    ),
    Column(name="exit_reason", header=mark("Exit reason"), kind="word", group=_RESULT),
    Column(name="quantity", header=mark("Quantity"), kind="quantity", group=_FILLS),
    Column(
        name="entry_price", header=mark("Entry price"), kind="price", group=_FILLS,
        tip=mark("Average price paid, slippage included"),
    ),
    Column(
        name="exit_price", header=mark("Exit price"), kind="price", group=_FILLS,
        tip=mark("Price at the exit, slippage included; the last close while the trade is open"),
    ),
)  # fmt: skip
_AFTER: Final = (
    Column(
        name="mfe", header=mark("Best"), kind="percent", total="mean", group=_COSTS,
        tip=mark("Maximum favourable excursion: the best the trade stood, in per cent of the entry price"),
    ),
    Column(
        name="mae", header=mark("Worst"), kind="percent", total="mean", group=_COSTS,
        tip=mark("Maximum adverse excursion: the worst the trade stood, in per cent of the entry price"),
    ),
    Column(name="fees", header=mark("Fees"), kind="money", total="sum", group=_COSTS,
    tip=mark("Commission at entry and exit")),
    Column(
        name="slippage", header=mark("Slippage"), kind="money", total="sum", group=_COSTS,
        tip=mark("Money lost to slippage, already in the prices"),
    ),
    Column(name="status", header=mark("Status"), kind="word", group=_DETAILS),
    Column(name="entry_reason", header=mark("Entry reason"), kind="word", group=_DETAILS),
    Column(
        name="entry_note", kind="word", header=mark("Entry note"), group=_DETAILS,
        tip=mark("How the entry was filled, where the bar left room for doubt: gaps, ambiguous bars"),
    ),
    Column(
        name="exit_note", kind="word", header=mark("Exit note"), group=_DETAILS,
        tip=mark("How the exit was filled, where the bar left room for doubt: gaps, ambiguous bars"),
    ),
    Column(
        name="entry_decision_time", header=mark("Entry decided"), kind="time", group=_DETAILS,
        tip=mark("The bar after which the entry was decided; its signals are those of the entry"),
    ),
    Column(
        name="exit_decision_time", header=mark("Exit decided"), kind="time", group=_DETAILS,
        tip=mark("The bar after which the exit was decided; its signals are those of the exit"),
    ),
    Column(name="multiplier", header=mark("Multiplier"), kind="number", group=_DETAILS,
    tip=mark("Money per point of price")),
    Column(name="trade_id", header=mark("Trade"), kind="count", group=_DETAILS),
    Column(name="position_id", header=mark("Position"), kind="count", group=_DETAILS),
)  # fmt: skip
_NOTES: Final = ("entry_note", "exit_note")
CAPTURED_GROUPS: Final = {
    "entry_signal__": mark("Signals at entry"),
    "exit_signal__": mark("Signals at exit"),
    "entry_context__": mark("Context at entry"),
    "exit_context__": mark("Context at exit"),
}


def trade_columns(trades: pl.DataFrame) -> tuple[Column, ...]:
    """Return the columns of a trade table in their default order, signals and context among them.

    Times are shown as dates when every time of the table is a midnight, notes only where there are any.
    """
    time: Kind = "time" if has_time_of_day(trades) else "date"
    captured = tuple(
        _captured(trades, name, prefix)
        for prefix in CAPTURED_GROUPS
        for name in trades.columns
        if name.startswith(prefix)
    )
    unused = {name for name in _NOTES if trades[name].null_count() == trades.height}
    return tuple(
        _of_time(column, time)
        for column in (*_BEFORE, *captured, *_AFTER)
        if column.name not in unused
    )


def has_time_of_day(trades: pl.DataFrame) -> bool:
    """Return whether any entry or exit is at another time than midnight."""
    for name in ("entry_time", "exit_time"):
        moments = trades[name].drop_nulls().to_physical().to_numpy()
        if np.any(moments % MICROSECONDS_PER_DAY):
            return True
    return False


def _captured(trades: pl.DataFrame, name: str, prefix: str) -> Column:
    group = CAPTURED_GROUPS[prefix]
    kind = _kind(trades[name])
    title = name.removeprefix(prefix)
    is_entry = prefix.startswith("entry")
    return Column(
        name=name,
        header=title,
        kind=kind,
        group=group,
        tip=tr("{title} at the bar on which the entry was decided", title=title)
        if is_entry
        else tr("{title} at the bar on which the exit was decided", title=title),
        total="mean" if kind in {"number", "decimal"} else "",
    )


def _kind(series: pl.Series) -> Kind:
    if not series.dtype.is_numeric():
        return "text"
    if not series.dtype.is_float():
        return "number"
    values = (
        series.to_numpy()
    )  # Polars would share this little out to threads, at every run on the way
    values = values[np.isfinite(values)]
    return "decimal" if np.any(values != np.floor(values)) else "number"


def _of_time(column: Column, kind: Kind) -> Column:
    if column.kind != "time":
        return column
    return replace(column, kind=kind)
