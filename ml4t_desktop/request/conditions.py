"""Rules as a tree: clauses joined by all, any and not."""

from collections.abc import Iterator
from typing import Annotated, Any, Literal

from pydantic import Discriminator, Field, Tag, model_validator

from ml4t_desktop.request.value import Number, Text, Value

Op = Literal[
    ">", ">=", "<", "<=", "==", "!=", "between", "in", "rising", "falling", "crosses_above", "crosses_below",
    "top_n", "bottom_n", "is_null",
]
ORDER_OPS = frozenset({">", ">=", "<", "<=", "crosses_above", "crosses_below"})
COUNT_OPS = frozenset({"rising", "falling", "top_n", "bottom_n"})
ColumnName = Annotated[Text, Field(pattern=r"^(bar|signal|context)\..+$")]
Scalar = Number | Text | bool


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
    value: Scalar | tuple[Scalar, ...] | None = None
    other: ColumnName | None = None

    @model_validator(mode="after")
    def _fits(self) -> "Clause":
        message = _misfit(self)
        if message:
            raise ValueError(message)
        return self


def _misfit(clause: Clause) -> str:
    """Return what is wrong with a clause's value, or nothing."""
    value, op = clause.value, clause.op
    if clause.other is not None:
        if op not in ORDER_OPS | {"==", "!="}:
            return f"'{op}' takes no second column"
        return "give either 'value' or 'other', not both" if value is not None else ""
    if op == "is_null":
        return "'is_null' takes no value" if value is not None else ""
    if op in COUNT_OPS:
        optional = op in {"rising", "falling"}
        if value is None and optional:
            return ""
        whole = isinstance(value, int | float) and not isinstance(value, bool) and value == int(value) and value >= 1
        return "" if whole else f"'{op}' needs a whole number of at least 1"
    if op == "between":
        numbers = isinstance(value, tuple) and len(value) == 2 and all(_is_number(end) for end in value)
        if not numbers:
            return "'between' needs two numbers, such as [0.2, 0.8]"
        low, high = value
        return "" if low <= high else "'between' needs the smaller number first"
    if op == "in":
        return "" if isinstance(value, tuple) and value else "'in' needs a list of values"
    if value is None or isinstance(value, tuple):
        return f"'{op}' needs one value, or a second column as 'other'"
    return "" if op not in ORDER_OPS or _is_number(value) else f"'{op}' needs a number"


def _is_number(value: object) -> bool:
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
    model_config = {"frozen": True, "extra": "forbid", "populate_by_name": True, "serialize_by_alias": True}


def _kind(value: Any) -> str:
    keys = value.keys() if isinstance(value, dict) else type(value).model_fields
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
