"""Context held against its declared schema: every deviation with its time and name."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from ml4t_desktop.errors import InputError, Problem
from ml4t_desktop.request.context_schema import ContextSchema
from ml4t_desktop.units import microseconds
from ml4t_desktop.wording import mark, say

# Of one name; a column that is wrong throughout would hide what is wrong with the others.
_MOST_SHOWN = 20


def check_context(
    schema: ContextSchema, values: Mapping[Any, Any], where: str = "context_data"
) -> None:
    """Check every entry of context given as a dictionary by time.

    Parameters
    ----------
    schema : ContextSchema
    values : mapping of date or datetime to mapping
        Names to numbers, flags or texts.
    where : str
        What the problems call it.

    Raises
    ------
    InputError
        With all problems: keys that are no time, two entries of one time that differ, values of a wrong
        kind, out of range or not allowed, names that are required or not declared. Of one name the
        first twenty are shown and the others counted.
    """
    problems = _entry_problems(values, where)
    by_name: dict[str, list[Problem]] = {}
    for when, row in values.items():
        if not isinstance(when, date) or not isinstance(row, Mapping):
            continue
        for name, what, fix in _deviations(schema, row):
            place = f"{where}, {when.isoformat()}, '{name}'"
            by_name.setdefault(name, []).append(Problem(where=place, what=what, fix=fix))
    for name, found in by_name.items():
        problems += found[:_MOST_SHOWN]
        if len(found) > _MOST_SHOWN:
            more = say("{count:,} more times do not fit the schema", count=len(found) - _MOST_SHOWN)
            problems.append(Problem(where=f"{where}, '{name}'", what=more))
    if problems:
        raise InputError(problems)


def _entry_problems(values: Mapping[Any, Any], where: str) -> list[Problem]:
    problems: list[Problem] = []
    rows: dict[int, Mapping[str, Any]] = {}
    for when, row in values.items():
        if not isinstance(when, date):
            what = say("needs dates or datetimes as keys, not {when!r}", when=when)
            problems.append(Problem(where=where, what=what))
            continue
        place = f"{where}, {when.isoformat()}"
        if not isinstance(row, Mapping):
            problems.append(
                Problem(where=place, what=say("must map names to values, not {row!r}", row=row))
            )
            continue
        first = rows.setdefault(microseconds(when), row)
        if dict(first) != dict(row):
            what, fix = (
                mark("two different entries are of this time"),
                mark("Keep one; naive times are UTC"),
            )
            problems.append(Problem(where=place, what=what, fix=fix))
    return problems


def _deviations(schema: ContextSchema, row: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """Return (name, what is wrong, what to do) of one entry."""
    found: list[tuple[str, str, str]] = []
    for name, field in schema.fields.items():
        complaint = field.complaint(row.get(name))
        if complaint is not None:
            found.append((name, complaint, mark("Mend the value, or the schema")))
    if not schema.allow_undeclared:
        declared = ", ".join(schema.fields)
        fix = say("Declare it, or set allow_undeclared; declared are {declared}", declared=declared)
        found += [(name, mark("is not declared"), fix) for name in row if name not in schema.fields]
    return found
