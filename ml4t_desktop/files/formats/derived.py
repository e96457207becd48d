"""Columns that a table has in another form: fields of structs, places of lists, the date its folder names."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import unquote

import polars as pl

from ml4t_desktop.errors import InputError, Problem
from ml4t_desktop.files.columns.names import usual_role
from ml4t_desktop.files.findings import counted, listed, of_this_kind
from ml4t_desktop.files.inside import shown_name
from ml4t_desktop.wording import mark, say

_DEEPEST: Final = 4
_MOST: Final = 64  # values in a list that are columns of predictions, and no series of their own


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Derived:
    """A column as it is used, of one that is in the file.

    Parameters
    ----------
    name : str
    base : str or None
        The column of the file; None where the folder says the value.
    values : Expr
    length : int or None
        How many values each list of the base has.
    """

    name: str
    base: str | None
    values: pl.Expr
    length: int | None = None


def derived_columns(sample: pl.DataFrame, path: Path) -> tuple[Derived, ...]:
    """Return the columns that stand for nested ones, and the date of a folder such as ``date=2024-01-31``.

    A field is called by its own name where that is a usual one, such as ``close``; else the name of its
    struct goes before it. Lists are columns where all of them are as long, and hold numbers.

    Parameters
    ----------
    sample : DataFrame
        The first rows with all columns.
    """
    nested = {n: k for n, k in sample.schema.items() if k.is_nested()}
    taken = {name for name in sample.columns if name not in nested}
    found: list[Derived] = []
    for base, kind in nested.items():
        made = _parts(base, pl.col(base), kind, sample, 0)
        if made is None:
            continue
        for part in made:
            short = part.name
            name = short if usual_role(short) and short not in taken else f"{base}_{short}"
            if name in taken:
                name = f"{name}_2"
            taken.add(name)
            found.append(
                Derived(name=name, base=base, values=part.values.alias(name), length=part.length)
            )
    if not any(usual_role(name) == "time" or k.is_temporal() for name, k in sample.schema.items()):
        found += [
            Derived(name=key, base=None, values=pl.lit(value).alias(key))
            for key, value in said_by_folders(path, "time")
            if key not in taken
        ]
    return tuple(found)


def said_by_folders(path: Path, role: str) -> list[tuple[str, str]]:
    """Return what folders such as ``symbol=AAPL`` above a file say of one role, as names and values."""
    pairs = [part.partition("=") for part in path.parent.parts]
    return [(key, unquote(value)) for key, _, value in pairs if value and usual_role(key) == role]


def _parts(
    base: str, value: pl.Expr, kind: pl.DataType, sample: pl.DataFrame, depth: int
) -> list[Derived] | None:
    """Return the columns of a nested one, called without its name; None where it cannot be any."""
    if isinstance(kind, pl.Struct):
        made: list[Derived] = []
        for field in kind.fields:
            inner = value.struct.field(field.name)
            field_kind = field.dtype if isinstance(field.dtype, pl.DataType) else field.dtype()
            if not field_kind.is_nested():
                made.append(Derived(name=field.name, base=base, values=inner))
            elif isinstance(field_kind, pl.Struct) and depth < _DEEPEST:
                made += [
                    Derived(name=f"{field.name}_{part.name}", base=base, values=part.values)
                    for part in _parts(base, inner, field_kind, sample, depth + 1) or ()
                ]
            else:
                return None
        return made
    if depth or not isinstance(kind, pl.List | pl.Array):
        return None
    inner_kind = kind.inner
    if not isinstance(inner_kind, pl.DataType) or not inner_kind.is_numeric():
        return None
    column = sample[base]
    lists = column.arr.to_list() if isinstance(kind, pl.Array) else column
    lengths = lists.list.len().drop_nulls().unique()
    if len(lengths) != 1 or not 0 < int(lengths[0]) <= _MOST:
        return None
    plain = value.arr.to_list() if isinstance(kind, pl.Array) else value
    length = int(lengths[0])
    return [
        Derived(
            name=str(place),
            base=base,
            values=plain.list.get(place, null_on_oob=True),
            length=length,
        )
        for place in range(length)
    ]


def with_derived(frame: pl.DataFrame, plan: Sequence[Derived], path: Path) -> pl.DataFrame:
    """Return a frame with the columns of a plan in the places of those they are made of.

    Raises
    ------
    InputError
        If a list is longer or shorter than those of the first rows; names the rows.
    """
    if not plan:
        return frame
    refuse_other_lengths(frame, plan, path)
    columns: list[pl.Expr] = []
    for name in frame.columns:
        own = [part.values for part in plan if part.base == name]
        columns += own or [pl.col(name)]
    columns += [part.values for part in plan if part.base is None]
    return frame.select(columns)


def refuse_other_lengths(frame: pl.DataFrame, plan: Sequence[Derived], path: Path) -> None:
    """Refuse lists that are not as long as those of the first rows."""
    lengths = {part.base: part.length for part in plan if part.base and part.length is not None}
    problems: list[Problem] = []
    for base, length in lengths.items():
        if base not in frame.columns or not isinstance(frame.schema[base], pl.List):
            continue
        found = frame[base].list.len()
        rows = ((found != length).fill_null(value=False).arg_true() + 1).to_list()
        if rows:
            where = say(
                "{file}, column '{column}', row {row}",
                file=shown_name(path),
                column=base,
                row=rows[0],
            )
            what = say(
                "holds a list of {count}, and the lists before have {length}{of_this_kind}",
                count=counted(int(found[rows[0] - 1]), "value"),
                length=length,
                of_this_kind=of_this_kind(rows),
            )
            fix = mark("Write its numbers as columns of their own")
            problems.append(Problem(where=where, what=what, fix=fix))
    if problems:
        raise InputError(problems)


def notes_on(plan: Sequence[Derived], path: Path) -> tuple[Problem, ...]:
    """Return notes on the columns that stand for others."""
    notes: list[Problem] = []
    for base in dict.fromkeys(part.base for part in plan):
        names = [part.name for part in plan if part.base == base]
        if base is None:
            what = say("its folder says its {columns}", columns=listed(names))
            notes.append(Problem(where=shown_name(path), what=what, severity="note"))
            continue
        where = say("{source}, column '{name}'", source=shown_name(path), name=base)
        what = say(
            "the values of '{name}' are columns of their own: {columns}",
            name=base,
            columns=listed(names),
        )
        notes.append(Problem(where=where, what=what, severity="note"))
    return tuple(notes)
