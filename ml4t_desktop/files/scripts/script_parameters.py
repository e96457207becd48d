"""What a strategy lets others set, read from its source.

Two ways, both plain Python: ``threshold = Parameter(0.9, low=0.0, high=1.0)`` in the class, and
keyword arguments of ``__init__`` with a type and a default. A date is written ``date(2024, 1, 31)``; what may
be left out has a type such as ``float | None`` and None as its default.
"""

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, Literal

from ml4t_desktop.errors import Problem
from ml4t_desktop.wording import mark, say

Kind = Literal["number", "whole", "flag", "text", "date"]
Scalar = bool | int | float | str | date
_KINDS: Final[Mapping[str, Kind]] = {
    "float": "number",
    "int": "whole",
    "bool": "flag",
    "str": "text",
    "date": "date",
}
_NO_VALUE: Final = "None"
_PLACES: Final = ("default", "low", "high")
_NAMES: Final = frozenset({*_PLACES, "step", "unit", "help", "choices"})


@dataclass(frozen=True, slots=True, kw_only=True)
class ScriptParameter:
    """One number, flag, text or date of a strategy that can be set.

    Parameters
    ----------
    default : bool, int, float, str, date or None
        None: without a value nobody has set it, and it is None.
    low, high, step : float or None
        Bounds, both included, and how far an arrow goes.
    unit : str
        ``%`` for fractions shown as per cent.
    choices : tuple
        The only values there are; empty: any.
    """

    name: str
    kind: Kind
    default: Scalar | None
    low: float | None = None
    high: float | None = None
    step: float | None = None
    unit: str = ""
    help: str = ""
    choices: tuple[Scalar, ...] = ()

    @property
    def title(self) -> str:
        """Its name in words."""
        words = self.name.replace("_", " ").strip()
        return words[:1].upper() + words[1:]

    def fitted(self, value: Scalar) -> Scalar:
        """Return a value as the parameter takes it: a whole number for a number is one."""
        if self.kind == "number" and isinstance(value, int) and not isinstance(value, bool):
            return float(value)
        if self.kind == "whole" and isinstance(value, float) and value.is_integer():
            return int(value)
        return value

    @property
    def is_optional(self) -> bool:
        """Whether it may be left without a value."""
        return self.default is None

    def misfit(self, value: Scalar) -> str:
        """Return what is wrong with a value, or nothing."""
        value = self.fitted(value)
        if kind_of(value) != self.kind:
            words = {
                "number": "a number",
                "whole": mark("a whole number"),
                "flag": mark("true or false"),
                "date": mark("a date"),
            }
            return say(
                "must be {get}, it is {value!r}", get=words.get(self.kind, "a text"), value=value
            )
        if self.choices and value not in self.choices:
            return say(
                "must be one of {map}, it is {value!r}",
                map=", ".join(map(repr, self.choices)),
                value=value,
            )
        if isinstance(value, str | date):
            return ""
        if self.low is not None and value < self.low:
            return say("must be at least {low:g}, it is {value:g}", low=self.low, value=value)
        if self.high is not None and value > self.high:
            return say("must be at most {high:g}, it is {value:g}", high=self.high, value=value)
        return ""


def kind_of(value: object) -> Kind | None:
    """Return what kind of parameter a value is of, None for none."""
    return _KINDS.get(type(value).__name__)


def parameters_of(
    chain: list[ast.ClassDef], where: str
) -> tuple[tuple[ScriptParameter, ...], tuple[Problem, ...]]:
    """Return the parameters of a class and what is wrong with them.

    Parameters
    ----------
    chain : list of ClassDef
        The class, and then its bases in the file.
    where : str
        Name of the file.
    """
    found: dict[str, ScriptParameter] = {}
    problems: list[Problem] = []
    has_init = False
    for node in chain:
        of_class: list[ScriptParameter | Problem] = [*_attributes(node, where)]
        init = next((n for n in node.body if _is_init(n)), None)
        if isinstance(init, ast.FunctionDef) and not has_init:
            has_init = True
            of_class += _arguments(init, where)
        for item in of_class:
            if isinstance(item, Problem):
                problems.append(item)
            else:
                found.setdefault(item.name, item)
    return tuple(found.values()), tuple(problems)


def _is_init(node: ast.stmt) -> bool:
    return isinstance(node, ast.FunctionDef) and node.name == "__init__"


def _attributes(node: ast.ClassDef, where: str) -> Iterator[ScriptParameter | Problem]:
    """Yield what is declared as `Parameter` in the body of a class."""
    for item in node.body:
        if isinstance(item, ast.Assign) and len(item.targets) == 1:
            target, annotation = item.targets[0], None
        elif isinstance(item, ast.AnnAssign):
            target, annotation = item.target, item.annotation
        else:
            continue
        call = item.value
        if not isinstance(target, ast.Name) or not _is_parameter(call):
            continue
        assert isinstance(call, ast.Call)  # noqa: S101 (_is_parameter said so)
        yield _declared(
            target.id,
            call,
            annotation,
            say("{where}, line {lineno}", where=where, lineno=item.lineno),
        )


def _is_parameter(value: ast.expr | None) -> bool:
    if not isinstance(value, ast.Call):
        return False
    name = value.func
    called = name.id if isinstance(name, ast.Name) else getattr(name, "attr", "")
    return called == "Parameter"


def _declared(
    name: str, call: ast.Call, annotation: ast.expr | None, place: str
) -> ScriptParameter | Problem:
    given: dict[str, Any] = {}
    try:
        for key, value in zip(_PLACES, call.args, strict=False):
            given[key] = _plain(value)
        for keyword in call.keywords:
            given[str(keyword.arg)] = _plain(keyword.value)
    except (ValueError, TypeError):
        what = say("the parameter '{name}' is not written in plain values", name=name)
        fix = mark("Write numbers, texts, True or False: the file is read without being run")
        return Problem(where=place, what=what, fix=fix)
    unknown = sorted(set(given) - _NAMES)
    if unknown or len(call.args) > len(_PLACES) or "default" not in given:
        what = (
            say("the parameter '{name}' has no '{unknown}'", name=name, unknown=unknown[0])
            if unknown
            else say("the parameter '{name}' needs one default", name=name)
        )
        fix = mark("Write Parameter(default, low, high, step=…, unit=…, help=…, choices=…)")
        return Problem(where=place, what=what, fix=fix)
    return _made(name, given, _kind_of_annotation(annotation)[0], place)


def _arguments(init: ast.FunctionDef, where: str) -> Iterator[ScriptParameter | Problem]:
    """Yield the arguments of ``__init__`` that have a default; the others cannot be given."""
    spec = init.args
    positional = [*spec.posonlyargs, *spec.args]
    defaults: list[ast.expr | None] = [None] * (len(positional) - len(spec.defaults))
    pairs = list(zip(positional, [*defaults, *spec.defaults], strict=True))[1:]
    pairs += zip(spec.kwonlyargs, spec.kw_defaults, strict=True)
    for argument, default in pairs:
        place = say("{where}, line {lineno}", where=where, lineno=argument.lineno)
        if default is None:
            what = say("'{arg}' of __init__ has no default", arg=argument.arg)
            yield Problem(where=place, what=what, fix=mark("Give it one: nobody else can"))
            continue
        try:
            value = _plain(default)
        except (ValueError, TypeError):
            continue  # stays as it is
        kind, choices = _kind_of_annotation(argument.annotation)
        if kind is not None or kind_of(value) is not None:
            yield _made(argument.arg, {"default": value, "choices": choices}, kind, place)


def _plain(value: ast.expr) -> Any:
    """Return a value that is written out: a literal, or a date in numbers.

    Raises
    ------
    ValueError, TypeError
        If it is anything else.
    """
    if isinstance(value, ast.Call) and not value.keywords:
        called = value.func
        name = called.id if isinstance(called, ast.Name) else getattr(called, "attr", "")
        if name == "date":
            return date(*(ast.literal_eval(part) for part in value.args))
    return ast.literal_eval(value)


def _kind_of_annotation(annotation: ast.expr | None) -> tuple[Kind | None, tuple[Scalar, ...]]:
    """Return the kind an annotation says, and the values of a `Literal`."""
    annotation = _without_none(annotation)
    if isinstance(annotation, ast.Name):
        return _KINDS.get(annotation.id), ()
    if isinstance(annotation, ast.Attribute) and annotation.attr == "date":
        return "date", ()
    if isinstance(annotation, ast.Subscript) and ast.unparse(annotation.value).endswith("Literal"):
        try:
            values = ast.literal_eval(annotation.slice)
        except (ValueError, TypeError):
            return None, ()
        listed = values if isinstance(values, tuple) else (values,)
        return kind_of(listed[0]), listed
    return None, ()


def _without_none(annotation: ast.expr | None) -> ast.expr | None:
    """Return what an annotation says beside None: ``float`` of ``float | None`` and ``Optional[float]``."""
    if isinstance(annotation, ast.Constant) and isinstance(annotation.value, str):
        try:
            return _without_none(ast.parse(annotation.value, mode="eval").body)
        except SyntaxError:
            return None
    if isinstance(annotation, ast.BinOp) and isinstance(annotation.op, ast.BitOr):
        sides = (annotation.left, annotation.right)
        known = [side for side in sides if ast.unparse(side) != _NO_VALUE]
        return _without_none(known[0]) if len(known) == 1 else None
    if isinstance(annotation, ast.Subscript) and ast.unparse(annotation.value).endswith("Optional"):
        return _without_none(annotation.slice)
    return annotation


def _made(
    name: str, given: Mapping[str, Any], kind: Kind | None, place: str
) -> ScriptParameter | Problem:
    default = given["default"]
    kind = kind or kind_of(default)
    choices = tuple(given.get("choices") or ())
    numbers = [given.get(key) for key in ("low", "high", "step")]
    texts = [given.get(key, "") for key in ("unit", "help")]
    is_sound = all(n is None or kind_of(n) in {"number", "whole"} for n in numbers) and all(
        isinstance(text, str) for text in texts
    )
    if kind is None or not is_sound:
        what = say(
            "the parameter '{name}' must be a number, a text, a date, True or False", name=name
        )
        return Problem(where=place, what=what)
    made = ScriptParameter(
        name=name,
        kind=kind,
        default=_as_kind(default, kind),
        low=numbers[0],
        high=numbers[1],
        step=numbers[2],
        unit=texts[0],
        help=texts[1],
        choices=choices,
    )
    if (made.low, made.high) != (None, None) and kind in {"flag", "text", "date"}:
        return Problem(
            where=place,
            what=say("the parameter '{name}' is no number and takes no bounds", name=name),
        )
    if default is not None and (wrong := made.misfit(default)):
        return Problem(
            where=place, what=say("the default of '{name}' {wrong}", name=name, wrong=wrong)
        )
    return made


def _as_kind(value: Any, kind: Kind) -> Scalar | None:
    return float(value) if kind == "number" and kind_of(value) == "whole" else value
