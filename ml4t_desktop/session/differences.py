"""What differs between two requests, in words and with the values."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QLocale

from ml4t_desktop.session.changes import change_between, changed_keys, is_rule, title_of_key
from ml4t_desktop.session.draft import Draft
from ml4t_desktop.session.formats import as_words, format_value
from ml4t_desktop.session.rule_changes import RuleChange, rule_change
from ml4t_desktop.session.rule_nodes import Node, root_of, tree_of_root
from ml4t_desktop.session.rule_tree import Part

if TYPE_CHECKING:
    from ml4t_desktop.request import Request

_ARROW = "\N{RIGHTWARDS ARROW}"
_NONE = "none"


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that differs.

    Parameters
    ----------
    name : str
        Such as ``threshold of ml_pred_5d``.
    old, new : object
        Both None when they say nothing that the name does not.
    """

    name: str
    old: Any = None
    new: Any = None

    def text(self, locale: QLocale) -> str:
        """Return it in words, such as ``threshold of ml_pred_5d 0.8 → 0.85``."""
        old, new = _value_text(self.old, locale), _value_text(self.new, locale)
        if (self.old is None and self.new is None) or not old or not new:
            return self.name
        return f"{self.name} {old} {_ARROW} {new}"


def differences(before: Draft, after: Draft) -> tuple[Difference, ...]:
    """Return what makes one draft of another, in the order of the tables."""
    keys = tuple(changed_keys(before.raw, after.raw))
    found: list[Difference] = []
    for key in keys:
        old, new = before.get(key), after.get(key)
        if is_rule(key):
            title = key.rpartition(".")[2].replace("_", " ")
            found += [
                Difference(item.name, item.old, item.new) for item in _of_rule(old, new, title)
            ]
        elif isinstance(old, Mapping) or isinstance(new, Mapping):
            found.append(Difference(title_of_key(key)))
        elif isinstance(old, tuple) or isinstance(new, tuple):
            named = change_between(before, before.edited(key, new))
            found.append(Difference(named.name))
        else:
            found.append(Difference(title_of_key(key), old, new))
    return tuple(dict.fromkeys(found))


def request_differences(before: "Request", after: "Request") -> tuple[Difference, ...]:
    """Return what makes one request of another."""
    return differences(Draft.of(before), Draft.of(after))


def listed(found: tuple[Difference, ...], locale: QLocale, most: int = 3) -> str:
    """Return differences in one line, the first few in full."""
    texts = [item.text(locale) for item in found[:most]]
    if len(found) > most:
        texts.append(f"and {len(found) - most} more")
    return ", ".join(texts)


def _of_rule(old: Part | None, new: Part | None, title: str) -> Iterator[RuleChange]:
    """Yield the changes of a rule, clause by clause where the clauses are the same ones."""
    whole = rule_change(old, new, title)
    before, after = root_of(old), root_of(new)
    is_same_shape = before.joint == after.joint and len(before.children) == len(after.children)
    if whole.place or not is_same_shape:
        yield whole
        return
    for one, other in zip(before.children, after.children, strict=True):
        if one != other:
            old, new = (tree_of_root(Node(children=(node,))) for node in (one, other))
            yield rule_change(old, new, title)


def _value_text(value: Any, locale: QLocale) -> str:
    """Return a value in words; empty for one that cannot be said in a few."""
    if value is None:
        return _NONE
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, str):
        return as_words(value).lower() if value.islower() else value
    if isinstance(value, int | float):
        return format_value(value, "number", locale)
    if isinstance(value, tuple):
        return " to ".join(_value_text(item, locale) for item in value) if len(value) == 2 else ""
    return str(value)
