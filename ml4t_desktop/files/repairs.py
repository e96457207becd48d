"""Repairs that the request asks for, done to the bars that were read and never to the file."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from ml4t_desktop.errors import Problem
from ml4t_desktop.files.bar_checks import outside_range, rows_text, stale_bars
from ml4t_desktop.files.bars import Bars
from ml4t_desktop.files.findings import counted
from ml4t_desktop.market import Column, TextColumn
from ml4t_desktop.market.market import CLOSE, HIGH, LOW, OPEN
from ml4t_desktop.request import Repairs
from ml4t_desktop.wording import mark, say, say_count

_FIX = mark("This is what [data.repairs] says")


def repaired(bars: Bars, repairs: Repairs) -> tuple[Bars, list[Problem]]:
    """Return bars with the repairs done that change or leave out usable bars, each with its count.

    Parameters
    ----------
    bars : Bars
        Sorted by time and asset, one for each pair, with usable prices. Not changed.
    """
    notes: list[Problem] = []
    if repairs.stale_bar == "drop":  # before the ranges: a widened bar does not look stale
        rows = np.flatnonzero(stale_bars(bars))
        if rows.size:
            what = say_count(
                "{n} bar that repeats the close before without trading is left out",
                "{n:,} bars that repeat the close before without trading are left out",
                rows.size,
            )
            notes.append(_note(bars, rows, what))
            bars = _without(bars, rows)
    if repairs.impossible_bar != "keep":
        rows = np.flatnonzero(outside_range(bars.prices))
        if rows.size:
            widen = repairs.impossible_bar == "widen"
            notes.append(_note(bars, rows, _mended(rows.size, is_widened=widen)))
            bars = _widened(bars, rows) if widen else _without(bars, rows)
    if repairs.infinite_signal == "null":
        signals, count = without_infinite(bars.signals)
        if count:
            notes.append(infinite_note(bars.files[0].source, count))
            bars = replace(bars, signals=signals)
    return bars, notes


def without_infinite(signals: dict[str, Column]) -> tuple[dict[str, Column], int]:
    """Return signals with NaN for infinite values, and how many these are."""
    made: dict[str, Column] = {}
    count = 0
    for name, column in signals.items():
        made[name] = column
        if isinstance(column, TextColumn):
            continue
        infinite = np.isinf(column)
        if infinite.any():
            made[name] = np.where(infinite, np.nan, column)
            count += int(infinite.sum())
    return made, count


def infinite_note(source: str, count: int) -> Problem:
    """Return the note that infinite signals were taken as missing."""
    what = say("{count} of signals taken as missing", count=counted(count, "infinite_value"))
    return Problem(where=source, what=what, fix=_FIX, severity="warning")


def _note(bars: Bars, rows: NDArray[np.int64], what: str) -> Problem:
    file, number = bars.place(int(rows[0]))
    return Problem(
        where=say("{source}, row {number}", source=file.source, number=number),
        what=say("{what} ({rows})", what=what, rows=rows_text(bars, rows)),
        fix=_FIX,
        severity="warning",
    )


def _mended(count: int, *, is_widened: bool) -> str:
    if is_widened:
        return say_count(
            "{n} bar with an impossible range is widened",
            "{n:,} bars with an impossible range are widened",
            count,
        )
    return say_count(
        "{n} bar with an impossible range is left out",
        "{n:,} bars with an impossible range are left out",
        count,
    )


def _without(bars: Bars, rows: NDArray[np.int64]) -> Bars:
    kept = np.ones(bars.time.size, np.bool_)
    kept[rows] = False
    return bars.take(np.flatnonzero(kept))


def _widened(bars: Bars, rows: NDArray[np.int64]) -> Bars:
    """Return bars whose high is the highest of their four prices and whose low is the lowest."""
    prices = bars.prices.copy()
    four = bars.prices[[OPEN, HIGH, LOW, CLOSE]][:, rows]
    prices[HIGH, rows] = four.max(axis=0)
    prices[LOW, rows] = four.min(axis=0)
    return replace(bars, prices=prices)
