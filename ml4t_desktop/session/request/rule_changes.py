"""What differs between two rules, in words: one threshold, one clause, or more."""

from dataclasses import dataclass, replace
from typing import Any

from ml4t_desktop.session.language import tr
from ml4t_desktop.session.request.rule_nodes import Node, Path, removed, root_of
from ml4t_desktop.session.request.rule_tree import Part, short_name

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
    return _of_groups(root_of(old), root_of(new), title, ())


def _of_groups(old: Node, new: Node, title: str, path: Path) -> RuleChange:
    place = ".".join(map(str, path))
    before, after = old.children, new.children
    if old.joint != new.joint and len(before) == len(after) > 1:
        return RuleChange(tr("how clauses of the {rule} are joined", rule=title), place)
    if abs(len(before) - len(after)) == 1:
        longer, shorter = (after, before) if len(after) > len(before) else (before, after)
        extra = _extra(longer, shorter)
        if extra is not None:
            kind = part_kind(longer[extra])
            name = (
                tr("{part} added to the {rule}", part=kind, rule=title)
                if longer is after
                else tr("{part} removed from the {rule}", part=kind, rule=title)
            )
            return RuleChange(name, place)
    differing = [
        number for number, node in enumerate(after) if node not in before[number : number + 1]
    ]
    if len(before) == len(after) and len(differing) == 1:
        number = differing[0]
        return _of_nodes(before[number], after[number], title, (*path, number))
    is_moved = _clauses(old) == _clauses(new) != []
    carried = _carried(old, new) if is_moved else None
    if carried is not None:
        return RuleChange(
            tr("{part} moved within the {rule}", part=part_kind(carried), rule=title), place
        )
    if is_moved and sorted(map(repr, before)) == sorted(map(repr, after)):
        return RuleChange(tr("order of the {rule} clauses", rule=title), place)
    return RuleChange(
        tr("how clauses of the {rule} are joined", rule=title)
        if is_moved
        else tr("{rule} rule", rule=title),
        place,
    )


def _of_nodes(old: Node, new: Node, title: str, path: Path) -> RuleChange:
    place = ".".join(map(str, path))
    if replace(old, is_off=new.is_off) == new:
        return RuleChange(
            tr("{part} switched off", part=part_kind(new))
            if new.is_off
            else tr("{part} switched on", part=part_kind(new)),
            place,
        )
    if replace(old, negations=new.negations) == new:
        return RuleChange(
            tr("negation of the {part}", part=part_kind(new))
            if new.is_negated
            else tr("end of the negation of the {part}", part=part_kind(new)),
            place,
        )
    if (old.is_off, old.negations) == (new.is_off, new.negations):
        if old.clause is not None and new.clause is not None:
            return _of_clause(old.clause, new.clause, title, place)
        if old.is_group and new.is_group:
            return _of_groups(old, new, title, path)
    is_moved = _clauses(Node(children=(old,))) == _clauses(Node(children=(new,)))
    return RuleChange(
        tr("how clauses of the {rule} are joined", rule=title)
        if is_moved
        else tr("{rule} rule", rule=title),
        place,
    )


def _carried(old: Node, new: Node) -> Node | None:
    """Return the one part that went from one group to another; None when it is not just that."""
    for path, node in new.walk():
        if len(new.at(path[:-1]).children) == 1:
            continue  # it went with its group
        for was, other in old.walk():
            is_elsewhere = was[:-1] != path[:-1]
            if node == other and is_elsewhere and removed(old, was) == removed(new, path):
                return node
    return None


def _clauses(root: Node) -> list[str]:
    """Return the clauses of a rule as they are apart from their places."""
    return sorted(repr(node.clause) for _, node in root.walk() if not node.is_group)


def _of_clause(old: Part, new: Part, title: str, place: str) -> RuleChange:
    differing = {key for key in {*old, *new} if old.get(key) != new.get(key)}
    column = short_name(str(new["column"]))
    if "column" in differing:
        was = short_name(str(old["column"]))
        return RuleChange(
            tr("{column} instead of {was} in the {rule}", column=column, was=was, rule=title),
            place,
        )
    if "op" in differing:
        return RuleChange(tr("comparison of {column}", column=column), place)
    if differing == {"value"}:
        return RuleChange(
            tr("threshold of {column}", column=column)
            if new.get("op") in _THRESHOLDS
            else tr("value of {column}", column=column),
            place,
            old.get("value"),
            new.get("value"),
        )
    return RuleChange(tr("what {column} is compared with", column=column), place)


def _extra(longer: tuple[Node, ...], shorter: tuple[Node, ...]) -> int | None:
    """Return which node the shorter one lacks; None when more than that differs."""
    for number in range(len(longer)):
        if (*longer[:number], *longer[number + 1 :]) == shorter:
            return number
    return None


def part_kind(node: Node) -> str:
    """Return what a part of a rule is called, such as ``clause on VIX``."""
    if node.clause is None:
        return tr("group of clauses")
    return tr("clause on {column}", column=short_name(str(node.clause["column"])))
