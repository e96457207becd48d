"""Signals that say nothing, stop, change their unit, or hold values out of all proportion."""

import numpy as np
from numpy.typing import NDArray

from ml4t_desktop.files.findings import counted, time_text
from ml4t_desktop.files.quality.finding import Finding, Kind, RepairChoice, taken_back
from ml4t_desktop.files.quality.places import first_bars, places_of
from ml4t_desktop.files.quality.subject import Subject
from ml4t_desktop.files.watch import NOBODY, Watch
from ml4t_desktop.market import Column, TextColumn
from ml4t_desktop.wording import mark, say

_MANY_EMPTY = 0.5
_FAR = 20.0  # times the distance of the quartiles
_RARE = 0.001
_FEW = 3
_UNIT = 30.0
_BLOCKS = 24
_FEWEST = 240
_TAIL = 0.1
_NULL = RepairChoice(
    key="data.repairs.infinite_signal", value="null", title=mark("Take them as missing")
)


def signal_findings(subject: Subject, watch: Watch = NOBODY) -> list[Finding]:
    """Return findings on every signal."""
    found: list[Finding] = []
    for place, (name, column) in enumerate(subject.market.signals.items()):
        watch.advance(place / len(subject.market.signals))
        where = _where(subject, name)
        given = column.codes >= 0 if isinstance(column, TextColumn) else ~np.isnan(column)
        if not given.any():
            found.append(
                _about(
                    "empty_signal",
                    mark("Empty signal"),
                    where,
                    mark("has no value in any row"),
                    mark("Every clause with it is false"),
                )
            )
            continue
        if _is_constant(column, given):
            found.append(
                _about(
                    "constant_signal",
                    mark("Constant signal"),
                    where,
                    mark("has the same value in every row"),
                    mark("A clause with it holds always or never, and ranking by it ranks by name"),
                )
            )
        found += _sparse(subject, where, given)
        found += _ends(subject, where, given)
        if not isinstance(column, TextColumn):
            found += _numbers(subject, where, column, watch)
    return found


def _where(subject: Subject, name: str) -> str:
    own = any(name in file.roles.signals for file in subject.raw.files)
    return (
        say("{source}, column '{name}'", source=subject.source, name=name)
        if own
        else say("predictions, column '{name}'", name=name)
    )


def _about(kind: Kind, title: str, where: str, what: str, effect: str) -> Finding:
    return Finding(
        kind=kind, severity="warning", title=title, where=where, what=what, effect=effect
    )


def _is_constant(column: Column, given: NDArray[np.bool_]) -> bool:
    values = (column.codes if isinstance(column, TextColumn) else column)[given]
    return values.size > 1 and bool(values.min() == values.max())


def _sparse(subject: Subject, where: str, given: NDArray[np.bool_]) -> list[Finding]:
    empty = 1.0 - float(given.mean())
    if empty <= _MANY_EMPTY:
        return []
    first = int(subject.market.timestamps[subject.moment[int(np.argmax(given))]])
    per_time = np.bincount(subject.moment[given], minlength=subject.market.time_count)
    times = int(np.count_nonzero(per_time))
    return [
        Finding(
            kind="sparse_signal",
            severity="note",
            title=mark("Mostly empty signal"),
            where=where,
            what=say(
                "has no value in {empty:.0%} of the rows (first value at {first}, values at "
                "{times:,} of {time_count:,} times)",
                empty=empty,
                first=time_text(first),
                times=times,
                time_count=subject.market.time_count,
            ),
            effect=mark("Clauses with it are false where it has no value"),
            places=places_of(subject.bars, np.flatnonzero(~given)),
        )
    ]


def _ends(subject: Subject, where: str, given: NDArray[np.bool_]) -> list[Finding]:
    """Say that a signal stops long before the bars do."""
    last = int(subject.moment[np.flatnonzero(given)[-1]])
    rest = subject.market.time_count - 1 - last
    if rest <= _TAIL * subject.market.time_count:
        return []
    end = int(subject.market.timestamps[last])
    rows = np.flatnonzero(subject.moment > last)
    return [
        Finding(
            kind="signal_ends",
            severity="warning",
            title=mark("Signal that stops"),
            where=where,
            what=say(
                "has its last value at {end}, {rest} before the bars end",
                end=time_text(end),
                rest=counted(rest, "time"),
            ),
            effect=mark(
                "Nothing is entered on it afterwards, and that time counts in every yearly figure"
            ),
            advice=mark("End the period of the request there"),
            places=places_of(subject.bars, rows),
        )
    ]


def _numbers(
    subject: Subject, where: str, column: NDArray[np.float64], watch: Watch
) -> list[Finding]:
    found: list[Finding] = []
    rows = np.flatnonzero(np.isinf(column))
    if rows.size:
        is_done = subject.repairs.infinite_signal == "null"
        found.append(
            Finding(
                kind="infinite_signal",
                severity="note" if is_done else "warning",
                title=mark("Infinite values"),
                where=where,
                what=say(
                    "{size} not finite ({first_bars})",
                    size=counted(rows.size, "value"),
                    first_bars=first_bars(subject.market, rows),
                ),
                effect=mark("The request takes them as missing")
                if is_done
                else mark("An infinite value passes every threshold and ranks before all others"),
                repairs=() if is_done else (_NULL,),
                undo=taken_back(_NULL) if is_done else None,
                places=places_of(subject.bars, rows),
            )
        )
    finite = np.flatnonzero(np.isfinite(column))
    if finite.size < _FEWEST:
        return found
    scale = _scale_change(subject, where, column, finite, watch)
    watch.check()
    return [*found, *(scale or _outlying(subject, where, column, finite))]


def _outlying(
    subject: Subject, where: str, column: NDArray[np.float64], finite: NDArray[np.int64]
) -> list[Finding]:
    values = column[finite]
    low, middle, high = np.quantile(values, (0.25, 0.5, 0.75))
    if high <= low:
        return []
    far = finite[np.abs(values - middle) > _FAR * (high - low)]
    if not far.size or far.size > max(_RARE * finite.size, _FEW):
        return []
    return [
        Finding(
            kind="outlying_signal",
            severity="warning",
            title=mark("Values out of proportion"),
            where=where,
            what=say(
                "{size} more than {far:.0f} times as far from the middle as half of all values are "
                "apart ({first_bars})",
                size=counted(far.size, "value"),
                far=_FAR,
                first_bars=first_bars(subject.market, far),
            ),
            effect=mark(
                "Ranking puts these bars first or last, and sizes that follow the signal "
                "become extreme"
            ),
            advice=mark("Look at the rows: often a unit, or a division by nearly zero"),
            places=places_of(subject.bars, far, column[far]),
            measure=mark("Value"),
        )
    ]


def _usual_size(values: NDArray[np.float64], watch: Watch) -> float:
    """Return the median of the logarithms of the sizes of values."""
    watch.check()
    return float(np.median(np.log(np.abs(values))))


def _scale_change(
    subject: Subject,
    where: str,
    column: NDArray[np.float64],
    finite: NDArray[np.int64],
    watch: Watch,
) -> list[Finding]:
    """Say where the usual size of a signal changes at once by a factor of 30, and stays."""
    kept = finite[column[finite] != 0]
    if kept.size < _FEWEST:
        return []
    blocks = np.array_split(kept, _BLOCKS)
    typical = np.array([_usual_size(column[block], watch) for block in blocks])
    steps = np.array([np.mean(typical[at:]) - np.mean(typical[:at]) for at in range(1, _BLOCKS)])
    worst = int(np.argmax(np.abs(steps))) + 1
    # The change may lie inside a block beside the cut.
    before, after = typical[: worst - 1], typical[worst + 1 :]
    if not before.size or not after.size:
        return []
    jump = float(np.mean(after) - np.mean(before))
    spread = max(np.ptp(before), np.ptp(after))
    if abs(jump) < np.log(_UNIT) or spread > abs(jump) / 2:
        return []
    starts = np.cumsum([0, *(block.size for block in blocks)])
    row = int(kept[starts[worst]])
    when = time_text(int(subject.market.timestamps[subject.moment[row]]))
    factor = np.exp(abs(jump))
    return [
        Finding(
            kind="signal_scale",
            severity="warning",
            title=mark("Change of unit"),
            where=where,
            what=say(
                mark("is {factor:,.0f} times larger from about {when} on than before")
                if jump > 0
                else mark("is {factor:,.0f} times smaller from about {when} on than before"),
                factor=factor,
                when=when,
            ),
            effect=mark("A threshold that fits one part is always or never passed in the other"),
            advice=mark("Bring both parts to one unit, such as percent or fractions"),
            places=places_of(subject.bars, np.array([row])),
        )
    ]
