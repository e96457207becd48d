"""Context that is missing, outdated, constant or out of step with the bars."""

from typing import Literal

import numpy as np
from numpy.typing import NDArray

from ml4t_desktop.files.context.context_checks import match_warnings
from ml4t_desktop.files.context.context_values import ContextTable
from ml4t_desktop.files.findings import counted, time_text
from ml4t_desktop.files.quality.finding import Finding, Kind
from ml4t_desktop.files.quality.places import cut, time_places
from ml4t_desktop.files.quality.subject import Subject
from ml4t_desktop.market import Column, TextColumn
from ml4t_desktop.wording import mark, say, say_count

_LONGEST = 10
_USUAL = 20.0
_MANY = 0.02
_FEWEST = 30


def table_findings(table: ContextTable, source: str) -> list[Finding]:
    """Return findings on the columns of a table of context, before it is matched to bars."""
    found: list[Finding] = []
    for name, column in table.columns.items():
        where = say("{source}, column '{name}'", source=source, name=name)
        given = _given(column)
        if not given.any():
            found.append(
                _about(
                    "empty_context", mark("Empty context"), where, mark("has no value in any row")
                )
            )
            continue
        values = _codes(column)[given]
        if values.size > 1 and values.min() == values.max():
            what = mark("has the same value in every row")
            found.append(_about("constant_context", mark("Constant context"), where, what))
            continue
        infinite = np.flatnonzero(np.isinf(_codes(column)))
        if infinite.size:
            found.append(
                Finding(
                    kind="infinite_context",
                    severity="warning",
                    title=mark("Infinite values"),
                    where=where,
                    what=say("{size} not finite", size=counted(infinite.size, "value")),
                    effect=mark("An infinite value passes every threshold"),
                    advice=mark("Mend the file"),
                    places=time_places(table.time[infinite]),
                )
            )
        found += _stale_run(table, name, column, where)
    return found


def match_findings(
    subject: Subject,
    table: ContextTable,
    source: str,
    *,
    match: Literal["exact", "asof"],
    lag: str | None,
    max_age: str | None,
) -> list[Finding]:
    """Return findings on how context meets the bars of the subject's market."""
    market = subject.market
    found: list[Finding] = []
    told = match_warnings(
        market,
        table,
        market.has_context,
        source,
        asof=match == "asof",
        lag=lag,
        max_age=max_age,
    )
    for problem in told:
        is_daily = "look-ahead" in problem.what
        is_ended = "ends at" in problem.what
        found.append(
            Finding(
                kind="context_daily"
                if is_daily
                else "context_ends"
                if is_ended
                else "context_unmatched",
                severity="warning",
                title=mark("Daily context on intraday bars")
                if is_daily
                else mark("Context that ends early")
                if is_ended
                else mark("Context does not meet the bars"),
                where=problem.where,
                what=problem.what,
                effect=mark("Rules know the future of their day")
                if is_daily
                else mark("Rules decide on old values")
                if is_ended
                else mark("Clauses with context are false where there is none"),
                advice=problem.fix,
                places=time_places(market.timestamps[~market.has_context]),
            )
        )
    if any(item.kind == "context_unmatched" for item in found):
        return found
    for name, column in market.context.items():
        lacking = np.flatnonzero(~_given(column))
        share = lacking.size / max(market.time_count, 1)
        if not lacking.size or lacking.size == market.time_count:
            continue
        times = [time_text(int(us)) for us in market.timestamps[lacking[:4]].tolist()]
        found.append(
            Finding(
                kind="context_unmatched",
                severity="warning" if share > _MANY else "note",
                title=mark("Context missing"),
                where=say("{source}, column '{name}'", source=source, name=name),
                what=say_count(
                    "{n} time of the bars, {percent}, has no value ({cut})",
                    "{n:,} times of the bars, {percent}, have no value ({cut})",
                    lacking.size,
                    percent=_percent(share),
                    cut=cut(times),
                ),
                effect=mark("Clauses with it are false there, and their opposite is true"),
                advice=mark('With match = "asof" the latest value before is used')
                if match == "exact"
                else "",
                places=time_places(market.timestamps[lacking]),
            )
        )
    return found


def _percent(share: float) -> str:
    return f"{share:.1%}" if share >= 0.001 else "under 0.1%"


def _about(kind: Kind, title: str, where: str, what: str) -> Finding:
    effect = (
        mark("A clause with it is always false")
        if kind == "empty_context"
        else (mark("A clause with it holds always or never"))
    )
    return Finding(
        kind=kind, severity="warning", title=title, where=where, what=what, effect=effect
    )


def _given(column: Column) -> NDArray[np.bool_]:
    return column.codes >= 0 if isinstance(column, TextColumn) else ~np.isnan(column)


def _codes(column: Column) -> NDArray[np.float64]:
    if isinstance(column, TextColumn):
        return np.where(column.codes < 0, np.nan, column.codes.astype(np.float64))
    return column


def _stale_run(table: ContextTable, name: str, column: Column, where: str) -> list[Finding]:
    """Say that a number stands still much longer than it usually does.

    Texts and numbers of few levels, such as regimes, stay the same by nature.
    """
    if isinstance(column, TextColumn):
        return []
    rows = np.flatnonzero(~np.isnan(column))
    values = column[rows]
    if rows.size < _FEWEST or np.unique(values).size < rows.size / 10:
        return []
    starts = np.flatnonzero(np.concatenate(([True], values[1:] != values[:-1])))
    lengths = np.diff(np.append(starts, values.size))
    usual = float(np.quantile(lengths, 0.99)) if lengths.size > _FEWEST else 1.0
    worst = int(np.argmax(lengths))
    longest = int(lengths[worst])
    if longest < max(_LONGEST, min(_USUAL, 3 * usual)):
        return []
    run = rows[starts[worst] : starts[worst] + longest]
    first, last = time_text(int(table.time[run[0]])), time_text(int(table.time[run[-1]]))
    return [
        Finding(
            kind="context_stale",
            severity="warning",
            title=mark("Context that stands still"),
            where=where,
            what=say(
                "does not change in {longest:,} rows, from {first} to {last}",
                longest=longest,
                first=first,
                last=last,
            ),
            effect=mark("Rules decide on a value that was probably filled in"),
            advice=mark(
                "Get the values from their source, or leave the rows out and set a max_age"
            ),
            places=time_places(table.time[run], column[run]),
            measure=name,
        )
    ]
