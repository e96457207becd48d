"""The grid of a sweep: which values of which keys, and the request of every combination."""

import math
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from itertools import product
from typing import Any, Final

from ml4t_desktop.errors import InputError, Problem
from ml4t_desktop.request import Request, parse_request
from ml4t_desktop.wording import mark, say

Scalar = bool | int | float | str
MOST_VARIANTS: Final = 100_000
_FIXED: Final = ("format", "name", "benchmark", "data", "context")
_HOW: Final = mark(
    "Write it as key=a,b,c or key=low:high:step, such as strategy.exits.stop_loss=0.05:0.2:0.05"
)


@dataclass(frozen=True, slots=True)
class Axis:
    """One key of the request and the values it takes.

    Parameters
    ----------
    key : str
        Dotted; places in lists are numbers, as in ``strategy.entry.all.0.value``.
    values : tuple
        At least one, each once.
    """

    key: str
    values: tuple[Scalar, ...]


@dataclass(frozen=True, slots=True)
class Variant:
    """One combination of values.

    Parameters
    ----------
    number : int
        Counted from 0, the last axis fastest.
    place : tuple of int
        Which value of each axis.
    request : Request or None
        None where the values make no request; `refused` says why.
    """

    number: int
    place: tuple[int, ...]
    values: tuple[Scalar, ...]
    request: Request | None
    refused: str = ""


@dataclass(frozen=True, slots=True)
class Grid:
    """All combinations of some axes."""

    axes: tuple[Axis, ...]

    @property
    def shape(self) -> tuple[int, ...]:
        """How many values each axis has."""
        return tuple(len(axis.values) for axis in self.axes)

    @property
    def size(self) -> int:
        """How many variants there are."""
        return math.prod(self.shape)

    def variants(self, request: Request) -> Iterator[Variant]:
        """Yield every combination, with its request.

        Raises
        ------
        InputError
            If a key is of no use, or no combination makes a request.
        """
        raw = request.model_dump(mode="python", by_alias=True, exclude_none=True)
        problems = [problem for axis in self.axes for problem in _of_key(raw, axis.key)]
        if self.size > MOST_VARIANTS:
            what = say(
                "{size:,} variants are more than {most:,}", size=self.size, most=MOST_VARIANTS
            )
            problems.append(Problem(where="--param", what=what, fix=mark("Take fewer values")))
        if problems:
            raise InputError(problems)
        places = product(*(range(count) for count in self.shape))
        for number, place in enumerate(places):
            yield self._variant(raw, number, place)

    def _variant(self, raw: Mapping[str, Any], number: int, place: tuple[int, ...]) -> Variant:
        chosen = tuple(axis.values[i] for axis, i in zip(self.axes, place, strict=True))
        changed: Any = deepcopy(dict(raw))
        for axis, value in zip(self.axes, chosen, strict=True):
            changed = _with(changed, axis.key.split("."), value)
        try:
            return Variant(number, place, chosen, parse_request(changed))
        except InputError as error:
            return Variant(number, place, chosen, None, str(error.problems[0]))


def parse_axes(texts: Sequence[str]) -> Grid:
    """Return the grid of ``--param`` texts.

    Raises
    ------
    InputError
        With every text that is none.
    """
    problems: list[Problem] = []
    axes: list[Axis] = []
    for text in texts:
        try:
            axes.append(parse_axis(text))
        except InputError as error:
            problems += error.problems
    keys = [axis.key for axis in axes]
    problems += [
        Problem(
            where=f"--param {key}",
            what=mark("is given twice"),
            fix=mark("Put all its values into one"),
        )
        for key in dict.fromkeys(keys)
        if keys.count(key) > 1
    ]
    if not texts:
        problems.append(Problem(where="--param", what=mark("is missing"), fix=_HOW))
    if problems:
        raise InputError(problems)
    return Grid(tuple(axes))


def parse_axis(text: str) -> Axis:
    """Return the axis of one ``key=a,b,c`` or ``key=low:high:step``.

    Raises
    ------
    InputError
        If it is none.
    """
    key, equals, given = (part.strip() for part in text.partition("="))
    where = f"--param {text}"
    if not equals or not all(key.split(".")) or not given:
        raise InputError(Problem(where=where, what=mark("has no key or no values"), fix=_HOW))
    if given.count(":") == 2:
        return Axis(key, _span(given, where))
    values = tuple(dict.fromkeys(_value(part.strip()) for part in given.split(",") if part.strip()))
    if not values:
        raise InputError(Problem(where=where, what=mark("has no values"), fix=_HOW))
    return Axis(key, values)


def span(low: float, high: float, step: float) -> tuple[float, ...]:
    """Return the numbers from one to another, both included as far as the step reaches.

    They are rounded to the decimals that low and step are written with, so that 0.1 steps give 0.3.
    """
    count = math.floor((high - low) / step + 1e-9) + 1
    digits = max(_decimals(low), _decimals(step))
    return tuple(round(low + i * step, digits) for i in range(count))


def _span(given: str, where: str) -> tuple[Scalar, ...]:
    numbers = [_value(part.strip()) for part in given.split(":")]
    if any(isinstance(n, bool | str) for n in numbers):
        raise InputError(Problem(where=where, what=mark("needs three numbers"), fix=_HOW))
    low, high, step = (float(n) for n in numbers)
    if not (math.isfinite(low + high + step) and step > 0.0 and high >= low):
        what = mark("needs a step above zero, and the smaller number first")
        raise InputError(Problem(where=where, what=what, fix=_HOW))
    if (high - low) / step > MOST_VARIANTS:
        raise InputError(
            Problem(where=where, what=mark("has too many values"), fix=mark("Take a larger step"))
        )
    found = span(low, high, step)
    return tuple(int(n) for n in found) if all(isinstance(n, int) for n in numbers) else found


def _decimals(number: float) -> int:
    text = f"{number:.12f}".rstrip("0")
    return len(text.partition(".")[2])


def _value(text: str) -> Scalar:
    """Return a value: TOML, and what is no TOML is text."""
    try:
        value = tomllib.loads(f"value = {text}")["value"]
    except tomllib.TOMLDecodeError:
        return text
    return value if isinstance(value, bool | int | float | str) else text


def _of_key(raw: Mapping[str, Any], key: str) -> Iterator[Problem]:
    """Yield why a key cannot be swept."""
    where = f"--param {key}"
    steps = key.split(".")
    if steps[0] in _FIXED and not key.startswith("data.lag."):
        what = mark("belongs to the data, which all variants share")
        yield Problem(
            where=where, what=what, fix=mark("Choose a key of strategy, execution or account")
        )
        return
    node: Any = raw
    for depth, step in enumerate(steps):
        if isinstance(node, list | tuple):
            if not step.isdigit() or int(step) >= len(node):
                what = say(
                    "there is no entry '{step}' in {key}", step=step, key=".".join(steps[:depth])
                )
                fix = mark("It is empty")
                if node:
                    fix = say("Its entries are 0 to {last}", last=len(node) - 1)
                yield Problem(where=where, what=what, fix=fix)
                return
            node = node[int(step)]
        elif isinstance(node, Mapping):
            node = node.get(step, {})
        else:
            what = say("'{parent}' is a value, not a table", parent=".".join(steps[:depth]))
            yield Problem(where=where, what=what)
            return
    if isinstance(node, list | tuple) or (isinstance(node, Mapping) and node):
        yield Problem(
            where=where, what=mark("is a table, not one value"), fix=mark("Name a key in it")
        )


def _with(node: Any, steps: list[str], value: Scalar) -> Any:
    """Return a nested table with another value in a place."""
    if not steps:
        return value
    first, rest = steps[0], steps[1:]
    if isinstance(node, list | tuple):
        items = list(node)
        items[int(first)] = _with(items[int(first)], rest, value)
        return items
    table = dict(node) if isinstance(node, Mapping) else {}
    table[first] = _with(table.get(first, {}), rest, value)
    return table
