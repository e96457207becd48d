"""Presets: values of a request under a name people know, and what they change in one."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ml4t_desktop.request.account import Account
from ml4t_desktop.request.costs import Costs
from ml4t_desktop.request.execution import Execution
from ml4t_desktop.request.request import Request
from ml4t_desktop.request.toml import parse_request


@dataclass(frozen=True, slots=True)
class Setting:
    """One value a preset names.

    Parameters
    ----------
    key : str
        Dotted key of the request, such as ``execution.fill``.
    value : object
        As a request file has it; None means left out.
    line : str
        What it does, in a sentence.
    """

    key: str
    value: Any
    line: str


@dataclass(frozen=True, slots=True)
class Change:
    """What a preset changes in a request: the value before and after, and what the new one does."""

    key: str
    old: Any
    new: Any
    line: str

    def __str__(self) -> str:
        return f"{self.key}: {value_text(self.old)} -> {value_text(self.new)}"


@dataclass(frozen=True, slots=True)
class Preset:
    """Values of a request under a name people know.

    Parameters
    ----------
    name : str
        As the command line takes it.
    title : str
        What it imitates, in a sentence.
    settings : tuple of Setting
        The values it names; all others of a request stay as they are.
    limits : tuple of str
        What it cannot imitate, and what it leaves alone, in sentences.
    """

    name: str
    title: str
    settings: tuple[Setting, ...]
    limits: tuple[str, ...]

    def changes(self, raw: Mapping[str, Any]) -> tuple[Change, ...]:
        """Return what the preset changes in the tables of a request, in its order.

        Parameters
        ----------
        raw : mapping
            Tables as in a request file, complete or not, every default written out.
        """
        found: list[Change] = []
        for setting in self.settings:
            old = _value_at(raw, setting.key)
            if not _is_same(old, setting.value):
                found.append(Change(setting.key, old, setting.value, setting.line))
        return tuple(found)

    @property
    def execution(self) -> Execution:
        """The execution of a request with nothing but this preset."""
        return Execution.model_validate(self._table("execution"))

    @property
    def costs(self) -> Costs:
        """The costs of a request with nothing but this preset."""
        return Costs.model_validate(self._table("costs"))

    @property
    def account(self) -> Account:
        """The account of a request with nothing but this preset."""
        return Account.model_validate(self._table("account"))

    def _table(self, name: str) -> dict[str, Any]:
        """Return the values of one table whose keys have no table below."""
        keyed = ((setting.key.partition("."), setting.value) for setting in self.settings)
        return {key: value for (table, _, key), value in keyed if table == name}


def apply_preset(request: Request, preset: Preset) -> tuple[Request, tuple[Change, ...]]:
    """Return a request with the values of a preset, and what that changed.

    Values the preset does not name stay as they are; the request holds the new ones, not the name.

    Raises
    ------
    InputError
        If the request does not allow a value of the preset.
    """
    raw = request.model_dump(mode="python", by_alias=True, exclude_none=True)
    changes = preset.changes(raw)
    for change in changes:
        _put(raw, change.key, change.new)
    return parse_request(raw), changes


def value_text(value: object) -> str:
    """Return a value of a request as a short text."""
    if isinstance(value, Mapping):
        kind = value.get("model", "")
        numbers = [f"{key} {value_text(item)}" for key, item in value.items() if key != "model"]
        return ", ".join([str(kind), *numbers] if kind else numbers)
    if isinstance(value, tuple | list):
        return f"({'; '.join(map(value_text, value))})"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return f"{value:.12g}"
    return "none" if value is None else str(value)


def _value_at(raw: Mapping[str, Any], key: str) -> Any:
    node: Any = raw
    for step in key.split("."):
        node = node.get(step) if isinstance(node, Mapping) else None
    return node


def _is_same(old: object, new: object) -> bool:
    """Return whether two values are the same; what a table leaves out counts as zero."""
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        return all(old.get(key, 0.0) == new.get(key, 0.0) for key in {*old, *new})
    return old == new and isinstance(old, bool) == isinstance(new, bool)


def _put(raw: dict[str, Any], key: str, value: object) -> None:
    *parents, last = key.split(".")
    table = raw
    for parent in parents:
        table = table.setdefault(parent, {})
    table[last] = value
