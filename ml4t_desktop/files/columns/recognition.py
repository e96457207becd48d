"""Finding the columns of bars in a table, by what is named and by usual names and types."""

import re
from collections.abc import Collection, Mapping
from typing import Literal

import polars as pl

from ml4t_desktop.errors import InputError, Problem
from ml4t_desktop.files.columns.column_map import PRICE_ROLES, ColumnMap, Roles
from ml4t_desktop.files.columns.names import (
    Role,
    is_adjusted_close,
    is_plain_price,
    is_quote,
    reason_to_ignore,
    usual_rank,
    usual_role,
)
from ml4t_desktop.files.columns.time_texts import span_named
from ml4t_desktop.files.columns.values import are_number_texts
from ml4t_desktop.files.findings import listed, named, unknown_column
from ml4t_desktop.wording import mark, say

_FEW = 20
Schema = Mapping[str, pl.DataType]


def bar_roles(
    schema: Schema, columns: ColumnMap, source: str, sample: pl.DataFrame | None = None
) -> tuple[Roles, tuple[Problem, ...]]:
    """Return which columns of a table play which part, and warnings.

    Parameters
    ----------
    sample : DataFrame or None
        Some rows of the table, to recognise by content what names do not tell.

    Raises
    ------
    InputError
        If a named column is not there, or a needed one is not recognised; all at once.
    """
    names = list(schema)
    problems = [
        unknown_column(source, key, name, names)
        for key, name in columns.named()
        if name not in schema
    ]
    found: dict[str, str | None] = {
        role: getattr(columns, role) for role in ("time", "asset", *PRICE_ROLES, "volume", "clock")
    }
    taken = {name for _, name in columns.named()}
    for role in ("time", "asset", *PRICE_ROLES, "volume"):
        if found[role] is None:
            found[role] = recognised(schema, role, taken)
            taken.add(found[role] or "")
    if sample is not None and columns.volume is None and found["volume"] is not None:
        found["volume"] = busier_volume(sample, found["volume"])
    warnings = _close_from_price(schema, found, taken, source)
    warnings += _close_from_adjusted(schema, found, taken, source)
    if sample is not None and not problems:
        warnings += _by_content(sample, found, source)
    warnings += _closes_only(found, source)
    missing = [role for role in ("time", *PRICE_ROLES) if not found[role]]
    span = None if "time" not in missing else span_problem(sample, taken, source)
    if span is not None:
        problems.append(span)
        missing.remove("time")
    if missing:
        problems.append(_not_recognised(source, missing, names))
    if problems:
        raise InputError(problems)
    warnings += _doubled(schema, found, columns, source)
    signals = columns.signals
    if signals is None:
        used = {name for name in found.values() if name}
        signals = signal_candidates(schema, used, sample)
        warnings += _no_signals(schema, {*used, *signals}, source)
    return Roles(signals=tuple(dict.fromkeys(signals)), **found), warnings  # pyright: ignore[reportArgumentType] # none of the needed ones is missing here


def recognised(
    schema: Schema, role: Literal[Role], taken: set[str] | frozenset[str] = frozenset()
) -> str | None:
    """Return the column whose usual name and type fit a role, None when there is none.

    A column in `taken` cannot be the time or the asset as well; one price may serve as several.
    """
    barred = taken if role in ("time", "asset") else ()
    fitting = [
        name
        for name, kind in schema.items()
        if name not in barred and usual_role(name) == role and _fits(kind, role)
    ]
    if fitting:
        return min(fitting, key=lambda name: usual_rank(name, role))
    if role != "time":
        return None
    temporal = [name for name, kind in schema.items() if _is_time(kind) and name not in taken]
    return temporal[0] if len(temporal) == 1 else None


def busier_volume(sample: pl.DataFrame, name: str) -> str:
    """Return another column of volumes where this one is zero throughout, as that of a broker without one."""
    if (
        name not in sample.columns
        or not sample[name].dtype.is_numeric()
        or (sample[name] != 0).any()
    ):
        return name
    others = [
        other
        for other in sample.columns
        if other != name and usual_role(other) == "volume" and sample[other].dtype.is_numeric()
    ]
    return next((other for other in others if (sample[other].drop_nulls() != 0).any()), name)


def signal_candidates(
    schema: Schema, taken: set[str], sample: pl.DataFrame | None = None
) -> tuple[str, ...]:
    """Return the columns of numbers and flags that are neither prices nor bookkeeping.

    With a sample, texts that are numbers, such as percentages, count too.
    """
    return tuple(
        name
        for name, kind in schema.items()
        if name not in taken
        and (
            kind.is_numeric()
            or kind == pl.Boolean
            or (sample is not None and are_number_texts(sample[name]))
        )
        and usual_role(name) is None
        and reason_to_ignore(name) is None
    )


def _doubled(
    schema: Schema, found: Mapping[str, str | None], columns: ColumnMap, source: str
) -> tuple[Problem, ...]:
    """Return warnings of columns that bear the name of another one, number or capitals apart."""
    chosen = {getattr(columns, role) for role in found}
    plain = {name: re.sub(r"_\d+$", "", name).casefold() for name in schema}
    warnings: list[Problem] = []
    for role, name in found.items():
        if name is None or name in chosen or name not in plain:
            continue
        twins = [other for other in schema if other != name and plain[other] == name.casefold()]
        if usual_role(name) == role and twins:
            what = say(
                "is taken as the {role}, though there is {value} too",
                role=role,
                value=listed([f"{t!r}" for t in twins]),
            )
            fix = say("Name the right one in [data]: {role}", role=role)
            where = say("{source}, column '{name}'", source=source, name=name)
            warnings.append(Problem(where=where, what=what, fix=fix, severity="warning"))
    return tuple(warnings)


def _no_signals(schema: Schema, taken: set[str], source: str) -> tuple[Problem, ...]:
    """Return warnings of columns that may be meant as signals and cannot be any."""
    warnings: list[Problem] = []
    for name, kind in schema.items():
        if name in taken or usual_role(name) or reason_to_ignore(name):
            continue
        if kind.is_nested() or kind in (pl.Binary, pl.Object):
            where = say("{source}, column '{name}'", source=source, name=name)
            what = say("holds {kind}, neither numbers nor texts, and is left out", kind=kind)
            fix = mark("Write its numbers as columns of their own")
            warnings.append(Problem(where=where, what=what, fix=fix, severity="warning"))
    return tuple(warnings)


def price_beside_range(
    schema: Schema, found: Collection[str], taken: Collection[str]
) -> str | None:
    """Return the column called price, the last one of a bar, where no column is called the close.

    Parameters
    ----------
    found : collection of str
        The roles that have a column.
    """
    if "close" in found:
        return None
    plain = [name for name in schema if is_plain_price(name) and name not in taken]
    plain.sort(key=is_quote)
    return next((name for name in plain if _fits(schema[name], "close")), None)


def _close_from_price(
    schema: Schema, found: dict[str, str | None], taken: set[str], source: str
) -> tuple[Problem, ...]:
    name = price_beside_range(schema, {role for role, column in found.items() if column}, taken)
    if name is None:
        return ()
    found["close"] = name
    taken.add(name)
    what = mark("is taken as the close, as no column is called so")
    if is_quote(name):
        what = mark("is taken as the close, as there is no price of a trade")
        fix = mark(
            "Say what the spread costs in the step Execution, as slippage; name a mid price if there is one"
        )
        where = say("{source}, column '{name}'", source=source, name=name)
        return (Problem(where=where, what=what, fix=fix, severity="warning"),)
    return (
        Problem(
            where=say("{source}, column '{name}'", source=source, name=name),
            what=what,
            severity="note",
        ),
    )


def _close_from_adjusted(
    schema: Schema, found: dict[str, str | None], taken: set[str], source: str
) -> tuple[Problem, ...]:
    if found["close"] is not None:
        return ()
    adjusted = [name for name in schema if is_adjusted_close(name) and _fits(schema[name], "close")]
    if not adjusted:
        return ()
    found["close"] = adjusted[0]
    taken.add(adjusted[0])
    warning = Problem(
        where=say("{source}, column '{adjusted}'", source=source, adjusted=adjusted[0]),
        what=mark(
            "is used as the close because there is no other; it may not fit the other prices"
        ),
        fix=mark("Name the traded close as 'close' in [data] if there is one"),
        severity="warning",
    )
    return (warning,)


def _by_content(
    sample: pl.DataFrame, found: dict[str, str | None], source: str
) -> tuple[Problem, ...]:
    """Fill in what the values tell about the columns that names did not tell, and say so."""
    from ml4t_desktop.files.columns.content import roles_by_content

    roles = roles_by_content(sample, {r: name for r, name in found.items() if name is not None})
    notes: list[Problem] = []
    for role, (name, reason) in roles.items():
        found[role] = name
        what = say("is taken as the {role}: {reason}", role=role, reason=reason)
        where = say("{source}, column '{name}'", source=source, name=name)
        severity = "note" if role == "clock" else "warning"
        fix = (
            "" if role == "clock" else say("Name another in [data] if it is not: {role}", role=role)
        )
        notes.append(Problem(where=where, what=what, fix=fix, severity=severity))
    return tuple(notes)


def _closes_only(found: dict[str, str | None], source: str) -> tuple[Problem, ...]:
    """Let the close stand for missing prices where that bends nothing, and say so."""
    missing = [role for role in ("open", "high", "low") if found[role] is None]
    close = found["close"]
    if close is None or missing not in (["open", "high", "low"], ["open"]):
        return ()
    found.update(dict.fromkeys(missing, close))
    where = say("{source}, column '{close}'", source=source, close=close)
    if missing == ["open"]:
        what = mark("there is no open; the close of the same bar stands for it")
        return (
            Problem(
                where=where,
                what=what,
                fix=mark("Name the open if there is one"),
                severity="warning",
            ),
        )
    what = mark(
        "there are only closing prices; they stand for open, high and low, so an order filled at "
        "the next open is filled at the next close, and stops and limits see no price in between"
    )
    return (Problem(where=where, what=what, severity="warning"),)


def _not_recognised(source: str, roles: list[str], names: list[str]) -> Problem:
    keys = ", ".join(f'{role} = "…"' for role in roles)
    fix = say("Name them in [data]: {keys}", keys=keys)
    if "close" not in roles and {"high", "low"} & {*roles}:
        fix += mark("; in a file without them, name the close for all four")
    what = say(
        "no column is recognised as {roles}; the columns are: {names}",
        roles=", ".join(roles),
        names=named(names),
    )
    return Problem(where=source, what=what, fix=fix)


def span_problem(
    sample: pl.DataFrame | None, taken: Collection[str], source: str
) -> Problem | None:
    """Return the problem of a column of texts that name months, quarters or weeks, and no days."""
    for column in () if sample is None else sample.get_columns():
        if column.name in taken or column.dtype != pl.String:
            continue
        texts = column.drop_nulls().unique(maintain_order=True).head(_FEW).to_list()
        if not texts or not all(map(span_named, texts)):
            continue
        return Problem(
            where=say("{source}, column '{name}'", source=source, name=column.name),
            what=say(
                "no other column is recognised as time, and '{text}' is none: {span}",
                text=texts[0],
                span=span_named(texts[0]),
            ),
            fix=mark("Give the day from which its values were known, such as 2024-01-31"),
        )
    return None


def _is_time(kind: pl.DataType) -> bool:
    return kind == pl.Date or isinstance(kind, pl.Datetime)


def _fits(kind: pl.DataType, role: str) -> bool:
    """Return whether a type can play a role; texts may hold numbers and times."""
    words = kind == pl.String or isinstance(kind, pl.Categorical | pl.Enum)
    if role == "time":
        return _is_time(kind) or words or kind.is_numeric()
    if role == "asset":
        return words or kind.is_integer()
    return kind.is_numeric() or words
