"""Conditions as Python expressions over a bar."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from ml4t_desktop.request.conditions import All, AnyOf, Clause, Condition, Not

_PAST = frozenset({"rising", "falling", "crosses_above", "crosses_below"})


@dataclass(slots=True)
class Used:
    """What the expressions of a strategy need.

    Parameters
    ----------
    past : dict of str to int
        Columns of which so many earlier values are remembered for each asset.
    best : dict of Clause to str
        Clauses that compare the assets of a timestamp, and the names of their sets.
    """

    past: dict[str, int] = field(default_factory=dict)
    best: dict[tuple[str, int, bool], str] = field(default_factory=dict)


def expression(condition: Condition, used: Used) -> str:
    """Return a condition as an expression over ``bar``, ``context`` and ``self``."""
    match condition:
        case All():
            return _joined(condition.all, "and", "True", used)
        case AnyOf():
            return _joined(condition.any, "or", "False", used)
        case Not():
            return f"not ({expression(condition.not_, used)})"
        case Clause():
            return _clause(condition, used)


def parts(condition: Condition | None, used: Used) -> tuple[str, list[str]]:
    """Return the word that joins the parts of a condition, and the parts."""
    match condition:
        case None:
            return "and", ["False"]
        case All(all=inner) if inner:
            return "and", [_inside(part, used) for part in inner]
        case AnyOf(any=inner) if inner:
            return "or", [_inside(part, used) for part in inner]
        case _:
            return "and", [expression(condition, used)]


def _joined(inner: Sequence[Condition], word: str, empty: str, used: Used) -> str:
    return f" {word} ".join(_inside(part, used) for part in inner) or empty


def _inside(part: Condition, used: Used) -> str:
    text = expression(part, used)
    return f"({text})" if isinstance(part, All | AnyOf) else text


def value_of(column: str, missing: str = "NAN") -> str:
    """Return the expression of a column at a bar."""
    kind, _, name = column.partition(".")
    if kind == "bar":
        return f"bar.{name}"
    source = "bar.signals" if kind == "signal" else "context"
    end = f", {missing}" if missing else ""
    return f"{source}.get({quoted(name)}{end})"


def quoted(text: str) -> str:
    """Return a text as Python, in the quotes that code is written with."""
    plain = repr(text)
    return f'"{plain[1:-1]}"' if plain.startswith("'") and '"' not in plain else plain


def _clause(clause: Clause, used: Used) -> str:
    column = value_of(clause.column)
    if clause.op == "is_null":
        if clause.column.startswith("bar."):
            return f"isnan({column})"
        return f"{value_of(clause.column, '')} is None"
    if clause.op in {"top_n", "bottom_n"}:
        return f"bar.asset_id in {_best(clause, used)}"
    if clause.op in _PAST:
        return _looking_back(clause, used)
    if clause.other is not None:
        return _two(clause)
    return _one(clause, column)


def _one(clause: Clause, column: str) -> str:
    value = clause.value
    if isinstance(value, tuple):
        if clause.op == "between":
            low, high = (_number(item) for item in value)
            return f"{low} <= {column} <= {high}"
        listed = ", ".join(_scalar(item) for item in value)
        return f"{value_of(clause.column, '')} in ({listed},)"
    if clause.op in {"==", "!="} and isinstance(value, str):
        text = value_of(clause.column, "")
        unequal = f"{text} not in (None, {quoted(value)})"
        return f"{text} == {quoted(value)}" if clause.op == "==" else unequal
    if clause.op == "!=":
        return f"is_other({column}, {_number(value)})"
    return f"{column} {clause.op} {_number(value)}"


def _two(clause: Clause) -> str:
    other = str(clause.other)
    if clause.op in {"==", "!="}:
        test = "is_same" if clause.op == "==" else "is_other"
        return f"{test}({value_of(clause.column, '')}, {value_of(other, '')})"
    return f"{value_of(clause.column)} {clause.op} {value_of(other)}"


def _looking_back(clause: Clause, used: Used) -> str:
    now = value_of(clause.column)
    if clause.op in {"rising", "falling"}:
        steps = 1 if clause.value is None else int(clause.value)  # pyright: ignore[reportArgumentType] (a whole number)
        _remember(clause.column, steps, used)
        return f"{clause.op}(self.before(bar, {quoted(clause.column)}, {steps}), {now})"
    _remember(clause.column, 1, used)
    was = f"self.before(bar, {quoted(clause.column)}, 1)[0]"
    if clause.other is not None:
        _remember(clause.other, 1, used)
        level, was_level = value_of(clause.other), f"self.before(bar, {quoted(clause.other)}, 1)[0]"
    else:
        level = was_level = _number(clause.value)
    over, under = (">", "<=") if clause.op == "crosses_above" else ("<", ">=")
    return f"({now} {over} {level} and {was} {under} {was_level})"


def _remember(column: str, steps: int, used: Used) -> None:
    used.past[column] = max(used.past.get(column, 0), steps)


def _best(clause: Clause, used: Used) -> str:
    key = (clause.column, int(clause.value), clause.op == "top_n")  # pyright: ignore[reportArgumentType]
    name = clause.column.partition(".")[2]
    word = "".join(letter if letter.isalnum() else "_" for letter in name)
    return used.best.setdefault(key, f"self.{clause.op.partition('_')[0]}_{key[1]}_{word}")


def best_sets(used: Used) -> Iterator[tuple[str, str, int, bool]]:
    """Yield the sets of best assets: attribute, column, number, and whether high is best."""
    for (column, count, is_top), name in used.best.items():
        yield name, column, count, is_top


def _scalar(value: object) -> str:
    return quoted(value) if isinstance(value, str) else _number(value)


def _number(value: object) -> str:
    """Return a number as it is compared: in 64-bit floating point."""
    assert isinstance(value, bool | int | float)  # noqa: S101 (the request checked it)
    number = float(value)
    return f"{number:.1f}" if number.is_integer() and abs(number) < 1e15 else repr(number)
