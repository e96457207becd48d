"""The order of the rows, and rows that repeat an asset and a time."""

import numpy as np
from numpy.typing import NDArray

from ml4t_desktop.files.bar_checks import (
    equal_rows,
    in_order,
    leaving_out,
    neighbours,
    with_usable_prices,
)
from ml4t_desktop.files.bars import Bars
from ml4t_desktop.files.findings import counted
from ml4t_desktop.files.quality.finding import Finding, RepairChoice, taken_back
from ml4t_desktop.files.quality.places import places_of
from ml4t_desktop.files.quality.subject import source_text
from ml4t_desktop.request import Repairs
from ml4t_desktop.wording import mark, say, say_count

_FIRST = RepairChoice(
    key="data.repairs.duplicate_bar", value="first", title=mark("Use the first row")
)
_LAST = RepairChoice(key="data.repairs.duplicate_bar", value="last", title=mark("Use the last row"))


def unsorted_rows(raw: Bars) -> list[Finding]:
    """Return a note for each file whose rows go back in time within an asset."""
    found: list[Finding] = []
    start = 0
    for file in raw.files:
        part = slice(start, start + file.time.size)
        start += file.time.size
        rows = _back_in_time(raw.time[part], raw.asset[part])
        if not rows.size:
            continue
        steps = max(file.time.size - np.unique(raw.asset[part]).size, 1)
        what = say(
            "{size} earlier than the row of the asset before", size=counted(rows.size, "row")
        )
        if rows.size > 0.99 * steps:
            what = mark("the rows go from the newest to the oldest")
        found.append(
            Finding(
                kind="unsorted",
                severity="note",
                title=mark("Rows out of order"),
                where=file.source,
                what=what,
                effect=mark(
                    "None: the bars are sorted by time when they are read, and none is lost"
                ),
                places=places_of(raw, rows + part.start),
            )
        )
    return found


def repeated_bars(raw: Bars, repairs: Repairs) -> list[Finding]:
    """Return findings on rows that share asset and time with another."""
    usable, _ = with_usable_prices(raw, leaving_out(repairs))
    bars = in_order(usable)
    same = neighbours(bars)
    if not same.any():
        return []
    equal = equal_rows(bars)
    source = source_text(raw)
    found: list[Finding] = []
    differing, identical = same & ~equal, same & equal
    if differing.any():
        found.append(_differing(bars, differing, repairs, source))
    if identical.any():
        count = int(identical.sum())
        found.append(
            Finding(
                kind="identical_rows",
                severity="warning",
                title=mark("Rows twice"),
                where=source,
                what=say_count(
                    "{n} row repeats another, value by value",
                    "{n:,} rows repeat another, value by value",
                    count,
                ),
                effect=mark("One of them is used"),
                advice=mark("Remove the repetitions, and look how they came about"),
                places=places_of(bars, _groups(identical)),
            )
        )
    return found


def _differing(bars: Bars, differing: NDArray[np.bool_], repairs: Repairs, source: str) -> Finding:
    count = int(differing.sum())
    row = int(np.flatnonzero(differing)[0]) + 1
    refused = repairs.duplicate_bar == "refuse"
    return Finding(
        kind="duplicate_bar",
        severity="error" if refused else "note",
        title=mark("Two bars at one time"),
        where=source,
        what=say_count(
            "{n} row has the asset and time of another row, with other values (first {described})",
            "{n:,} rows have the asset and time of another row, with other values (first "
            "{described})",
            count,
            described=bars.described(row),
        ),
        effect=mark("A run is refused: only one of the two can be what was known then")
        if refused
        else say(
            "The request uses the {duplicate_bar} of such rows", duplicate_bar=repairs.duplicate_bar
        ),
        advice=mark("Mend the file; if it holds several assets, say which column names them")
        if refused
        else "",
        repairs=(_FIRST, _LAST) if refused else (),
        undo=None if refused else taken_back(_FIRST),
        places=places_of(bars, _groups(differing)),
    )


def _groups(repeats: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Return the rows that repeat the row before, and those rows before."""
    rows = np.flatnonzero(repeats)
    return np.union1d(rows, rows + 1)


def _back_in_time(time: NDArray[np.int64], asset: NDArray[np.int32]) -> NDArray[np.int64]:
    if time.size < 2 or np.all(time[1:] >= time[:-1]):
        return np.zeros(0, np.int64)
    order = np.argsort(asset, kind="stable")
    back = (time[order][1:] < time[order][:-1]) & (asset[order][1:] == asset[order][:-1])
    return np.sort(order[1:][back])
