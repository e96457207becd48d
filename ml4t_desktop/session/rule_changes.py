"""What differs between two rules, in words: one threshold, one clause, or more."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ml4t_desktop.session.rule_tree import Part, is_clause, rule_of, short_name

_THRESHOLDS = {">", ">=", "<", "<=", "crosses_above", "crosses_below", "between"}


@dataclass(frozen=True, slots=True)
class RuleChange:
    """A difference of two rules.

    Parameters
    ----------
    place : str
        Numbers of the parts that lead to it, such as ``0.2``; empty for the whole rule.
    old, new : object
        The values of the one clause that has another value, else None.
    """

    name: str
    place: str = ""
    old: Any = None
    new: Any = None


def rule_change(old: Part | None, new: Part | None, title: str) -> RuleChange:
    """Return what differs between two trees of conditions.

    Parameters
    ----------
    title : str
        What the rule is called, such as ``entry``.
    """
    before, after = rule_of(old), rule_of(new)
    if before.joint != after.joint and len(before.parts) == len(after.parts) > 1:
        return RuleChange(f"how clauses of the {title} are joined")
    return _of_parts(before.parts, after.parts, title, ())


def _of_parts(
    old: tuple[Part, ...], new: tuple[Part, ...], title: str, place: tuple[str, ...]
) -> RuleChange:
    at = ".".join(place)
    if abs(len(old) - len(new)) == 1:
        verb = "added to" if len(new) > len(old) else "removed from"
        longer, shorter = (new, old) if len(new) > len(old) else (old, new)
        extra = _extra(longer, shorter)
        if extra is not None:
            return RuleChange(f"{_kind(longer[extra])} {verb} the {title}", at)
    if len(old) != len(new):
        return RuleChange(f"{title} rule", at)
    differing = [number for number, part in enumerate(new) if part != old[number]]
    if len(differing) == 1:
        number = differing[0]
        return _of_part(old[number], new[number], title, (*place, str(number)))
    is_moved = all(part in new for part in old) and all(part in old for part in new)
    return RuleChange(f"order of the {title} clauses" if is_moved else f"{title} rule", at)


def _of_part(old: Part, new: Part, title: str, place: tuple[str, ...]) -> RuleChange:
    if is_clause(old) and is_clause(new):
        return _of_clause(old, new, title, ".".join(place))
    for key in ("all", "any"):
        if key in old and key in new:
            return _of_parts(tuple(old[key]), tuple(new[key]), title, place)
    if "not" in old and "not" in new:
        return _of_part(old["not"], new["not"], title, (*place, "not"))
    if {"all", "any"} >= {*old, *new}:
        return RuleChange(f"how clauses of the {title} are joined", ".".join(place))
    return RuleChange(f"{title} rule", ".".join(place))


def _of_clause(old: Part, new: Part, title: str, place: str) -> RuleChange:
    differing = {key for key in {*old, *new} if old.get(key) != new.get(key)}
    column = short_name(str(new["column"]))
    if "column" in differing:
        was = short_name(str(old["column"]))
        return RuleChange(f"{column} instead of {was} in the {title}", place)
    if "op" in differing:
        return RuleChange(f"comparison of {column}", place)
    if differing == {"value"}:
        word = "threshold" if new.get("op") in _THRESHOLDS else "value"
        return RuleChange(f"{word} of {column}", place, old.get("value"), new.get("value"))
    return RuleChange(f"what {column} is compared with", place)


def _extra(longer: tuple[Part, ...], shorter: tuple[Part, ...]) -> int | None:
    """Return which part the shorter one lacks; None when more than that differs."""
    for number in range(len(longer)):
        if (*longer[:number], *longer[number + 1 :]) == shorter:
            return number
    return None


def _kind(part: Mapping[str, Any]) -> str:
    return f"clause on {short_name(str(part['column']))}" if is_clause(part) else "group of clauses"
