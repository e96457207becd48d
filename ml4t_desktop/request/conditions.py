"""Rules as a tree: clauses joined by all, any and not."""

from collections.abc import Iterator
from typing import Annotated, Any, Literal, TypeGuard

from pydantic import ConfigDict, Discriminator, Field, Tag, model_validator

from ml4t_desktop.request.value import Number, Text, Value
from ml4t_desktop.wording import mark, say

Op = Literal[
    ">",
    ">=",
    "<",
    "<=",
    "==",
    "!=",
    "between",
    "in",
    "rising",
    "falling",
    "crosses_above",
    "crosses_below",
    "top_n",
    "bottom_n",
    "is_null",
]
ORDER_OPS = frozenset({">", ">=", "<", "<=", "crosses_above", "crosses_below"})
COUNT_OPS = frozenset({"rising", "falling", "top_n", "bottom_n"})
ColumnName = Annotated[Text, Field(pattern=r"^(bar|signal|context)\..+$")]


def _scalar_kind(value: object) -> str:
    if isinstance(value, bool):
        return "flag"
    return "text" if isinstance(value, str) else "number"


def _value_kind(value: object) -> str:
    return "list" if isinstance(value, list | tuple) else "scalar"


# Told apart by their type, so that a wrong value makes one problem and not one for every kind.
Scalar = Annotated[
    Annotated[Number, Tag("number")] | Annotated[Text, Tag("text")] | Annotated[bool, Tag("flag")],
    Discriminator(_scalar_kind),
]
ClauseValue = Annotated[
    Annotated[Scalar, Tag("scalar")] | Annotated[tuple[Scalar, ...], Tag("list")],
    Discriminator(_value_kind),
]


class Clause(Value):
    """A comparison of one column with a value, a list of values or another column.

    Parameters
    ----------
    column : str
        ``bar.close``, ``signal.NAME`` or ``context.NAME``.
    op : str
        ``between`` takes two ends, both included; ``in`` a list; ``rising``, ``falling`` a number of
        steps (1 if left out); ``top_n``, ``bottom_n`` a number of assets; ``is_null`` nothing.
    value : number, text or list
    other : str
        A second column instead of a value.
    """

    column: ColumnName
    op: Op
    value: ClauseValue | None = None
    other: ColumnName | None = None

    @model_validator(mode="after")
    def _fits(self) -> "Clause":
        message = _misfit(self)
        if message:
            raise ValueError(message)
        return self


def _misfit(clause: Clause) -> str:
    """Return what is wrong with a clause's value, or nothing."""
    if clause.other is not None:
        if clause.op not in ORDER_OPS | {"==", "!="}:
            return say("'{op}' takes no second column", op=clause.op)
        return "" if clause.value is None else mark("give either 'value' or 'other', not both")
    if clause.op == "is_null":
        return "" if clause.value is None else mark("'is_null' takes no value")
    if clause.op in COUNT_OPS:
        return _misfit_count(clause)
    if clause.op in {"between", "in"}:
        return _misfit_list(clause)
    return _misfit_single(clause)


def _misfit_count(clause: Clause) -> str:
    value = clause.value
    if value is None and clause.op in {"rising", "falling"}:
        return ""
    whole = _is_number(value) and float(value) == int(value) and value >= 1
    return "" if whole else say("'{op}' needs a whole number of at least 1", op=clause.op)


def _misfit_list(clause: Clause) -> str:
    given = clause.value if isinstance(clause.value, tuple) else ()
    if clause.op == "in":
        return "" if given else mark("'in' needs a list of values")
    ends = [float(end) for end in given if _is_number(end)]
    if len(given) != 2 or len(ends) != 2:
        return mark("'between' needs two numbers, such as [0.2, 0.8]")
    return "" if ends[0] <= ends[1] else mark("'between' needs the smaller number first")


def _misfit_single(clause: Clause) -> str:
    if clause.value is None or isinstance(clause.value, tuple):
        return say("'{op}' needs one value, or a second column as 'other'", op=clause.op)
    needs_number = clause.op in ORDER_OPS and not _is_number(clause.value)
    return say("'{op}' needs a number", op=clause.op) if needs_number else ""


def _is_number(value: object) -> TypeGuard[int | float]:
    return isinstance(value, int | float) and not isinstance(value, bool)


class All(Value):
    """Holds when every part holds; an empty one holds always."""

    all: tuple["Condition", ...]


class AnyOf(Value):
    """Holds when at least one part holds; an empty one never does."""

    any: tuple["Condition", ...]


class Not(Value):
    """Holds when its part does not."""

    not_: "Condition" = Field(alias="not")
    model_config = ConfigDict(
        frozen=True, extra="forbid", populate_by_name=True, serialize_by_alias=True
    )


def _kind(value: Any) -> str:
    keys = value.keys() if isinstance(value, dict) else getattr(type(value), "model_fields", ())
    for kind in ("all", "any"):
        if kind in keys:
            return kind
    return "not" if "not" in keys or "not_" in keys else "clause"


Condition = Annotated[
    Annotated[All, Tag("all")]
    | Annotated[AnyOf, Tag("any")]
    | Annotated[Not, Tag("not")]
    | Annotated[Clause, Tag("clause")],
    Discriminator(_kind),
]
for _model in (All, AnyOf, Not):
    _model.model_rebuild()


def clauses(condition: "Condition | None") -> Iterator[Clause]:
    """Yield every clause of a tree, from left to right."""
    match condition:
        case All():
            for part in condition.all:
                yield from clauses(part)
        case AnyOf():
            for part in condition.any:
                yield from clauses(part)
        case Not():
            yield from clauses(condition.not_)
        case Clause():
            yield condition
        case _:
            return
