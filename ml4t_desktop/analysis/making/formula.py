"""A formula that can be carried out and written: with the names of its inputs, or with their values."""

import ast
import math
import operator
from collections.abc import Callable, Mapping
from functools import lru_cache
from statistics import NormalDist
from typing import Final

from ml4t_desktop.analysis.stability import beyond_chi_square

Value = float | int | str
_NORMAL: Final = NormalDist()
_TWO: Final[Mapping[type[ast.operator], Callable[[float, float], float]]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.Pow: operator.pow,
}
_FUNCTIONS: Final[Mapping[str, Callable[..., float]]] = {
    "sqrt": math.sqrt,
    "abs": math.fabs,
    "min": lambda *values: min(values),
    "max": lambda *values: max(values),
    "normal": _NORMAL.cdf,
    "normal_inverse": _NORMAL.inv_cdf,
    "chi_square_above": lambda value, freedom: beyond_chi_square(value, int(freedom)),
}
_SIGNS: Final[Mapping[type[ast.operator], str]] = {
    ast.Add: " + ",
    ast.Sub: " - ",
    ast.Mult: " \N{MULTIPLICATION SIGN} ",
    ast.Div: " / ",
    ast.Pow: " ^ ",
}
_RANKS: Final[Mapping[type[ast.operator], int]] = {
    ast.Add: 1,
    ast.Sub: 1,
    ast.Mult: 2,
    ast.Div: 2,
    ast.Pow: 4,
}
_NEGATIVE: Final = 3
_ATOM: Final = 5
_WORDS: Final = {
    "normal_inverse": "inverse normal",
    "chi_square_above": "chance of more in chi-square",
    "sqrt": "\N{SQUARE ROOT}",
}


def carried_out(formula: str, values: Mapping[str, Value | None]) -> Value | None:
    """Return what a formula gives with values; None where it gives no finite number.

    Parameters
    ----------
    formula : str
        Names, numbers, ``+ - * / **``, brackets, and the functions sqrt, abs, min, max, normal (the
        distribution function of the normal distribution), normal_inverse and chi_square_above (a value and its
        degrees of freedom). One name alone may stand
        for a text.
    values : mapping of str to value
        By name; None for an input that has none.
    """
    tree = _parsed(formula)
    if isinstance(tree, ast.Name):
        return _finite(values[tree.id])
    try:
        return _finite(_evaluated(tree, values))
    except (ZeroDivisionError, OverflowError, ValueError, TypeError):
        return None


def names_in(formula: str) -> tuple[str, ...]:
    """Return the names of the inputs of a formula, in their order."""
    found = (node for node in ast.walk(_parsed(formula)) if isinstance(node, ast.Name))
    ordered = sorted(found, key=lambda node: node.col_offset)
    return tuple(dict.fromkeys(node.id for node in ordered if node.id not in _FUNCTIONS))


def written(formula: str, words: Mapping[str, str]) -> str:
    """Return a formula as it is read, with words in place of names; a negative number is in brackets."""
    return _text(_parsed(formula), words)[0]


@lru_cache(maxsize=512)
def _parsed(formula: str) -> ast.expr:
    return ast.parse(formula, mode="eval").body


def _finite(value: Value | None) -> Value | None:
    if isinstance(value, str) or value is None:
        return value
    return value if isinstance(value, int | float) and math.isfinite(value) else None


def _evaluated(node: ast.expr, values: Mapping[str, Value | None]) -> float:
    match node:
        case ast.Constant(value=int() | float() as number):
            return number
        case ast.Name(id=name):
            value = values[name]
            if value is None or isinstance(value, str):
                message = f"{name} is no number"
                raise ValueError(message)
            return value
        case ast.UnaryOp(op=ast.USub(), operand=inner):
            return -_evaluated(inner, values)
        case ast.BinOp(left=left, op=sign, right=right):
            return _TWO[type(sign)](_evaluated(left, values), _evaluated(right, values))
        case ast.Call(func=ast.Name(id=name), args=parts):
            return _FUNCTIONS[name](*(_evaluated(part, values) for part in parts))
    message = f"a formula has no {ast.dump(node)}"
    raise SyntaxError(message)


def _text(node: ast.expr, words: Mapping[str, str]) -> tuple[str, int]:
    """Return the text of a part and how firmly it holds together."""
    match node:
        case ast.Constant(value=int() | float() as number):
            return f"{number:g}" if isinstance(number, float) else str(number), _ATOM
        case ast.Name(id=name):
            word = words[name]
            return word, _NEGATIVE if word.startswith("-") else _ATOM
        case ast.UnaryOp(op=ast.USub(), operand=inner):
            return f"-{_held(inner, words, _ATOM)}", _NEGATIVE
        case ast.BinOp(left=left, op=sign, right=right):
            rank = _RANKS[type(sign)]
            is_strict = isinstance(sign, ast.Sub | ast.Div | ast.Pow)
            before = _held(left, words, rank + isinstance(sign, ast.Pow))
            after = _held(right, words, max(rank + is_strict, _NEGATIVE + 1 if rank < 3 else rank)
                          if _is_negative(right, words) else rank + is_strict)  # fmt: skip
            return f"{before}{_SIGNS[type(sign)]}{after}", rank
        case ast.Call(func=ast.Name(id="abs"), args=[inner]):
            return f"|{_text(inner, words)[0]}|", _ATOM
        case ast.Call(func=ast.Name(id=name), args=parts):
            inside = ", ".join(_text(part, words)[0] for part in parts)
            return f"{_WORDS.get(name, name)}({inside})", _ATOM
    message = f"a formula has no {ast.dump(node)}"
    raise SyntaxError(message)


def _is_negative(node: ast.expr, words: Mapping[str, str]) -> bool:
    return _text(node, words)[0].startswith("-")


def _held(node: ast.expr, words: Mapping[str, str], least: int) -> str:
    """Return the text of a part, in brackets where what is around it holds more firmly."""
    text, rank = _text(node, words)
    return text if rank >= least else f"({text})"
