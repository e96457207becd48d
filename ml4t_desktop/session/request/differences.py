"""What differs between two requests, in words and with both values."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import QLocale

from ml4t_desktop.session.formats import format_value
from ml4t_desktop.session.language import in_a_row, shown, tr
from ml4t_desktop.session.request.changes import LIST_TITLES, changed_keys, is_rule, title_of_key
from ml4t_desktop.session.request.choice_words import choice_words
from ml4t_desktop.session.request.draft import Draft
from ml4t_desktop.session.request.rule_nodes import Node, root_of
from ml4t_desktop.session.request.rule_sentence import node_sentence
from ml4t_desktop.session.request.rule_tree import Part
from ml4t_desktop.session.request.steps import Step, step_of_key
from ml4t_desktop.session.words import as_words, word
from ml4t_desktop.wording import mark

if TYPE_CHECKING:
    from ml4t_desktop.request import Request

ARROW: Final = "\N{RIGHTWARDS ARROW}"
_NOTHING: Final = mark("none")
_IGNORED: Final = ("name", "format")
_SHARES: Final = frozenset(
    {
        "percent", "max_percent", "stop_loss", "take_profit", "trailing_stop", "rate", "participation",
        "tolerance", "initial_margin", "maintenance_margin", "max_drawdown", "max_daily_loss", "maker",
        "taker", "borrow_rate", "interest_rate", "max_weight", "max_gross_exposure", "cap",
    }
)  # fmt: skip
_JOINTS: Final = {"all": mark("all must hold"), "any": mark("any may hold")}


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
        for key in changed_keys(before.raw, after.raw)
        if key not in _IGNORED
        for item in _of_key(key, before.get(key), after.get(key))
    ]
    order = [*Step, None]
    return tuple(sorted(found, key=lambda item: order.index(item.step)))


def request_differences(before: "Request", after: "Request") -> tuple[Difference, ...]:
    """Return what differs between two complete requests."""
    return differences(Draft.of(before), Draft.of(after))


def listed(found: tuple[Difference, ...], most: int = 3) -> str:
    """Return differences in a line: the first of them, and how many more there are."""
    texts = [item.text for item in found[:most]]
    more = len(found) - most
    return "; ".join([*texts, *([tr("and {more:,} more", more=more)] if more > 0 else [])])


def _of_key(key: str, old: Any, new: Any) -> Iterator[Difference]:
    step = step_of_key(key)
    if is_rule(key):
        yield from _of_rule(as_words(key.rpartition(".")[2]), step, old, new)
    elif isinstance(old, Mapping) or isinstance(new, Mapping):
        names = dict.fromkeys((*_table(old), *_table(new)))
        for name in names:
            yield from _of_key(f"{key}.{name}", _table(old).get(name), _table(new).get(name))
    elif old != new:
        yield Difference(
            as_words(shown(LIST_TITLES[key]) if key in LIST_TITLES else title_of_key(key)),
            value_words(key, old),
            value_words(key, new),
            step,
        )


def _of_rule(
    title: str, step: Step | None, old: Part | None, new: Part | None
) -> Iterator[Difference]:
    """Yield the parts that differ; clauses that compare the same columns are one change."""
    before, after = root_of(old), root_of(new)
    gone = [node for node in before.children if node not in after.children]
    come = [node for node in after.children if node not in before.children]
    for node in list(gone):
        other = next((item for item in come if _is_alike(node, item)), None)
        if other is not None:
            gone.remove(node)
            come.remove(other)
            shared = _words(replace(node, clause={**(node.clause or {}), "value": None})).strip()
            yield Difference(title, _plain_value(node), _plain_value(other), step, shared)
    if len(gone) == len(come) == 1:
        yield Difference(title, _words(gone[0]), _words(come[0]), step)
    else:
        for node in gone:
            yield Difference(title, _words(node), shown(_NOTHING), step)
        for node in come:
            yield Difference(title, shown(_NOTHING), _words(node), step)
    if before.joint != after.joint and len(before.children) > 1 and len(after.children) > 1:
        yield Difference(title, shown(_JOINTS[before.joint]), shown(_JOINTS[after.joint]), step)


def _is_alike(node: Node, other: Node) -> bool:
    """Return whether two clauses differ in nothing but the value."""
    one, two = node.clause, other.clause
    if one is None or two is None or "value" not in one or "value" not in two:
        return False
    alike = replace(other, clause=one) == node
    return alike and {**one, "value": None} == {**two, "value": None}


def _words(node: Node) -> str:
    text = node_sentence(node, QLocale())
    return tr("{text} (switched off)", text=text) if node.is_off else text


def _plain_value(node: Node) -> str:
    return _plain((node.clause or {}).get("value"))


def _table(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def value_words(key: str, value: Any) -> str:
    """Return a value in words, shares in per cent and files by their names."""
    if value is None or value == ():
        return shown(_NOTHING)
    name = key.rpartition(".")[2]
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if is_number and name in _SHARES:
        return f"{format_value(round(value * 100, 10), 'number', QLocale())} %"
    if isinstance(value, str):
        is_file = key in {"context.file", "data.corporate_actions", "data.benchmark.file"}
        return _file_name(value) if is_file else _choice(key, value)
    if key in {"data.files", "data.predictions.files"} and isinstance(value, tuple):
        return ", ".join(_file_name(str(item)) for item in value)
    if isinstance(value, Mapping) and "model" in value:
        return in_a_row(_model_words(key, value))
    return _plain(value)


def _model_words(key: str, table: Mapping[str, Any]) -> Iterator[str]:
    """Yield the kind of a cost and then its numbers, each with its name."""
    yield word(str(table["model"]))
    for name, value in table.items():
        if name != "model":
            is_money = table["model"] == "per_share" and name == "rate"
            said = _plain(value) if is_money else value_words(f"{key}.{name}", value)
            yield tr("{name} {value}", name=word(name), value=said)


def _plain(value: Any) -> str:
    if isinstance(value, bool):
        return tr("yes") if value else tr("no")
    if isinstance(value, int | float):
        return format_value(value, "number", QLocale())
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple | list):
        return ", ".join(_plain(item) for item in value)
    if isinstance(value, Mapping):
        return ", ".join(f"{name} {_plain(item)}" for name, item in value.items())
    return str(value)


def _choice(key: str, text: str) -> str:
    """Return a choice such as ``same_close`` in words, a column by its name."""
    if text.startswith(_KINDS):
        return text.partition(".")[2]
    is_named = key.startswith(("data.", "context.")) and not key.endswith(".match")
    return text if is_named else choice_words(key, text)


_KINDS: Final = ("signal.", "context.", "bar.")


def _file_name(path: str) -> str:
    return path.replace("\\", "/").rpartition("/")[2]
