"""What differs between two requests, in words and with both values."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from PySide6.QtCore import QLocale

from ml4t_desktop.session.changes import changed_keys, is_rule, title_of_key
from ml4t_desktop.session.draft import Draft
from ml4t_desktop.session.formats import as_words, format_value
from ml4t_desktop.session.rule_tree import Part, condition_text, is_clause, rule_of
from ml4t_desktop.session.steps import Step, step_of_key

ARROW: Final = "\N{RIGHTWARDS ARROW}"
_NOTHING: Final = "none"
_IGNORED: Final = ("name", "format")
_SHARES: Final = frozenset(
    {
        "percent", "max_percent", "stop_loss", "take_profit", "trailing_stop", "rate", "participation",
        "tolerance", "initial_margin", "maintenance_margin", "max_drawdown", "max_daily_loss", "maker",
        "taker", "borrow_rate", "interest_rate", "max_weight", "max_gross_exposure",
    }
)  # fmt: skip
_JOINTS: Final = {"all": "all must hold", "any": "any may hold"}


@dataclass(frozen=True, slots=True)
class Difference:
    """One value that differs.

    Parameters
    ----------
    title : str
        What differs, such as ``Stop loss`` or ``Entry``.
    old, new : str
        The values in words; ``none`` where there is none.
    step : Step or None
        Where it is set.
    shared : str
        What both sides have before their values, such as ``ml_pred_5d >``; empty for nothing.
    """

    title: str
    old: str
    new: str
    step: Step | None = None
    shared: str = ""

    @property
    def text(self) -> str:
        """The difference in one line, such as ``Entry: ml_pred_5d > 0.9 → 0.85``."""
        shared = f"{self.shared} " if self.shared else ""
        return f"{self.title}: {shared}{self.old} {ARROW} {self.new}"


def differences(before: Draft, after: Draft) -> tuple[Difference, ...]:
    """Return what differs between two requests, in the order of the set-up; names do not count."""
    found = [
        item
        for key in changed_keys(before, after)
        if key not in _IGNORED
        for item in _of_key(key, before.get(key), after.get(key))
    ]
    order = [*Step, None]
    return tuple(sorted(found, key=lambda item: order.index(item.step)))


def summary(found: tuple[Difference, ...], most: int = 2) -> str:
    """Return differences in a line: the first of them, and how many more there are."""
    texts = [item.text for item in found[:most]]
    more = len(found) - most
    return "; ".join([*texts, *([f"{more} more"] if more > 0 else [])])


def _of_key(key: str, old: Any, new: Any) -> Iterator[Difference]:
    step = step_of_key(key)
    if is_rule(key):
        yield from _of_rule(as_words(key.rpartition(".")[2]), step, old, new)
    elif isinstance(old, Mapping) or isinstance(new, Mapping):
        names = dict.fromkeys((*_table(old), *_table(new)))
        for name in names:
            yield from _of_key(f"{key}.{name}", _table(old).get(name), _table(new).get(name))
    elif old != new:
        yield Difference(as_words(title_of_key(key)), _value(key, old), _value(key, new), step)


def _of_rule(
    title: str, step: Step | None, old: Part | None, new: Part | None
) -> Iterator[Difference]:
    """Yield the clauses that differ; those of both that compare the same columns are one change."""
    before, after = rule_of(old), rule_of(new)
    gone = [part for part in before.parts if part not in after.parts]
    come = [part for part in after.parts if part not in before.parts]
    for part in list(gone):
        other = next((item for item in come if _is_alike(part, item)), None)
        if other is not None:
            gone.remove(part)
            come.remove(other)
            yield Difference(title, *_both_values(part, other), step, _shared(part))
    if len(gone) == len(come) == 1:
        yield Difference(title, condition_text(gone[0]), condition_text(come[0]), step)
    else:
        for part in gone:
            yield Difference(title, condition_text(part), _NOTHING, step)
        for part in come:
            yield Difference(title, _NOTHING, condition_text(part), step)
    if before.joint != after.joint and len(before.parts) > 1 and len(after.parts) > 1:
        yield Difference(title, _JOINTS[before.joint], _JOINTS[after.joint], step)


def _is_alike(part: Part, other: Part) -> bool:
    """Return whether two clauses differ in nothing but the value."""
    if not (is_clause(part) and is_clause(other)) or "value" not in part or "value" not in other:
        return False
    return {**part, "value": None} == {**other, "value": None}


def _shared(part: Part) -> str:
    text = condition_text({**part, "value": None})
    return text.strip()


def _both_values(part: Part, other: Part) -> tuple[str, str]:
    return _plain(part["value"]), _plain(other["value"])


def _table(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _value(key: str, value: Any) -> str:
    """Return a value in words, shares in per cent and files by their names."""
    if value is None or value == ():
        return _NOTHING
    if isinstance(value, bool):
        return "yes" if value else "no"
    name = key.rpartition(".")[2]
    if isinstance(value, int | float) and name in _SHARES:
        return f"{format_value(round(value * 100, 10), 'number', QLocale())} %"
    if key in {"data.files", "data.predictions.files"} and isinstance(value, tuple):
        return ", ".join(_file_name(str(item)) for item in value)
    if key in {"context.file", "data.corporate_actions"} and isinstance(value, str):
        return _file_name(value)
    return _plain(value)


def _plain(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float):
        return format_value(value, "number", QLocale())
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple | list):
        return ", ".join(_plain(item) for item in value)
    if isinstance(value, Mapping):
        return ", ".join(f"{name} {_plain(item)}" for name, item in value.items())
    return str(value).partition(".")[2] if str(value).startswith(_KINDS) else str(value)


_KINDS: Final = ("signal.", "context.", "bar.")


def _file_name(path: str) -> str:
    return path.replace("\\", "/").rpartition("/")[2]
