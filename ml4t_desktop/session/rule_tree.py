"""The condition of a draft as rows of a form: parts joined by all or any."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

Joint = Literal["all", "any"]
Part = Mapping[str, Any]
_SIGNS = {">": ">", ">=": "≥", "<": "<", "<=": "≤", "==": "=", "!=": "≠"}


@dataclass(frozen=True, slots=True)
class Rule:
    """What a form shows of a condition.

    Parameters
    ----------
    joint : {"all", "any"}
        How the parts are joined.
    parts : tuple of mapping
        Clauses, and sub-trees that the form keeps as they are.
    """

    joint: Joint = "all"
    parts: tuple[Part, ...] = ()

    def with_part(self, index: int, part: Part) -> "Rule":
        """Return the rule with one part replaced, or added when `index` is the number of parts."""
        return Rule(self.joint, (*self.parts[:index], part, *self.parts[index + 1 :]))

    def without_part(self, index: int) -> "Rule":
        """Return the rule without one part."""
        return Rule(self.joint, (*self.parts[:index], *self.parts[index + 1 :]))

    def joined_by(self, joint: Joint) -> "Rule":
        """Return the rule with its parts joined differently."""
        return Rule(joint, self.parts)


def rule_of(tree: Part | None) -> Rule:
    """Return the rule a tree of a request shows as; nothing of the tree is lost."""
    if not tree:
        return Rule()
    if "all" in tree:
        return Rule("all", tuple(tree["all"]))
    if "any" in tree:
        return Rule("any", tuple(tree["any"]))
    return Rule("all", (tree,))


def tree_of(rule: Rule) -> Part | None:
    """Return the tree of a rule, None for one without parts."""
    return {rule.joint: rule.parts} if rule.parts else None


def is_clause(part: Part) -> bool:
    """Return whether a part is one comparison, which the form can edit."""
    return "column" in part


def condition_text(part: Part) -> str:
    """Return a condition in words, such as ``not (VIX > 30 or regime = bear)``."""
    if "not" in part:
        return f"not ({condition_text(part['not'])})"
    for joint, word in (("all", " and "), ("any", " or ")):
        if joint in part:
            return word.join(_bracketed(below) for below in part[joint]) or f"{joint} of nothing"
    return _clause_text(part)


def _bracketed(part: Part) -> str:
    text = condition_text(part)
    return text if is_clause(part) or "not" in part else f"({text})"


def _clause_text(clause: Part) -> str:
    op = str(clause.get("op", ""))
    words = [short_name(str(clause["column"])), _SIGNS.get(op, op.replace("_", " "))]
    if clause.get("other") is not None:
        words.append(short_name(str(clause["other"])))
    elif isinstance(clause.get("value"), tuple | list):
        words.append(", ".join(str(value) for value in clause["value"]))
    elif clause.get("value") is not None:
        words.append(str(clause["value"]))
    return " ".join(words)


def short_name(column: str) -> str:
    """Return a column without its kind: ``VIX`` of ``context.VIX``."""
    return column.partition(".")[2] or column
