"""The name of a change of the request, found by comparing it with what was there before."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from ml4t_desktop.session.draft import Draft
from ml4t_desktop.session.rule_changes import rule_change
from ml4t_desktop.session.steps import step_of_key

RULES: Final = ("entry", "exit", "filter", "short_entry", "short_exit")
_TYPED: Final = ("name",)  # texts that are typed and not chosen
_TITLES: Final = {
    "name": "name",
    "data.corporate_actions": "corporate actions",
    "data.benchmark": "benchmark",
    "data.benchmark.file": "benchmark",
    "data.benchmark.time": "times of the benchmark",
    "data.benchmark.values": "what the benchmark holds",
    "data.benchmark.column": "column of the benchmark",
    "data.benchmark.match": "matching of the benchmark",
    "data.lag": "delays of columns",
    "data.start": "first day",
    "data.end": "last day",
    "risk.on_loss": "what happens after a loss",
    "strategy.limits.rank_by": "ranking of candidates",
    "strategy.sizing.by": "signal of the weights",
    "strategy.sizing.helper": "sizing",
    "strategy.entry_order.type": "entry order",
    "strategy.exits.evaluate": "when exits are tested",
    "execution.fill": "fill of market orders",
    "execution.insufficient_cash": "what happens without cash",
    "execution.ambiguous_bar": "order of stop and target in one bar",
    "execution.protect_entry_bar": "protection of the entry bar",
    "account.type": "type of account",
}
_COLUMN_ROLES: Final = ("time", "asset", "open", "high", "low", "close", "volume")
_TABLES: Final = {
    "data": "columns",
    "context": "context",
    "costs.commission": "commission",
    "costs.slippage": "slippage",
    "costs": "costs",
    "strategy": "strategy",
    "strategy.sizing": "sizing",
    "strategy.entry_order": "entry order",
    "strategy.exits": "exits",
    "strategy.limits": "limits",
    "data.repairs": "repairs",
    "risk": "risk limits",
}
# Lists whose entries are added and taken away one by one, and what an entry is.
_LISTS: Final = {
    "data.files": "",
    "data.predictions.files": "",
    "data.signals": "signal ",
    "context.columns": "context ",
}


@dataclass(frozen=True, slots=True)
class Change:
    """What a change of the request is called, and where it is.

    Parameters
    ----------
    name : str
        Such as ``threshold of ml_pred_5d``; it stands behind a verb, as in ``Undo: …``.
    place : str
        A dotted key of the request, and within a rule the place of the clause.
    is_gradual : bool
        Whether it is one of many on the way to a value, as when a number is dragged or typed.
    """

    name: str
    place: str
    is_gradual: bool = False

    @property
    def key(self) -> str:
        """The dotted key alone."""
        return self.place.partition("[")[0]


def change_between(before: Draft, after: Draft) -> Change:
    """Return the name of what makes one draft of the other."""
    keys = tuple(changed_keys(before.raw, after.raw))
    if change := _of_context(keys, before, after) or _of_lists(keys, before, after):
        return change
    if len(keys) == 1:
        return _of_key(keys[0], before.get(keys[0]), after.get(keys[0]))
    return _of_many(keys)


def changed_keys(
    before: Mapping[str, Any], after: Mapping[str, Any], at: str = ""
) -> Iterator[str]:
    """Yield the keys of tables that differ; a rule counts as one value, a table that is not there as empty."""
    for name in dict.fromkeys((*before, *after)):
        old, new, key = before.get(name), after.get(name), f"{at}{name}"
        if old == new:
            continue
        if _is_table(old) and _is_table(new) and (old or new) and not is_rule(key):
            yield from changed_keys(old or {}, new or {}, f"{key}.")
        else:
            yield key


def _is_table(value: Any) -> bool:
    return value is None or isinstance(value, Mapping)


def is_rule(key: str) -> bool:
    """Return whether a key holds a tree of conditions."""
    return key.removeprefix("strategy.") in RULES


def _of_lists(keys: tuple[str, ...], before: Draft, after: Draft) -> Change | None:
    """Return the change of a list of files or columns; what goes along with it has no name."""
    for key, kind in _LISTS.items():
        if not any(item == key or key.startswith(f"{item}.") for item in keys):
            continue
        old, new = before.get(key, ()), after.get(key, ())
        added = [str(item) for item in new if item not in old]
        removed = [str(item) for item in old if item not in new]
        if added and removed:
            return Change(LIST_TITLES[key], key)
        if added or removed:
            verb = "added" if added else "removed"
            return Change(f"{_counted(added or removed, kind)} {verb}", key)
        if old != new:
            return Change(f"order of {LIST_TITLES[key]}", key)
    return None


LIST_TITLES: Final = {
    "data.files": "price files",
    "data.predictions.files": "files of predictions",
    "data.signals": "signals",
    "context.columns": "context columns",
}


def _counted(names: list[str], kind: str) -> str:
    if len(names) == 1:
        return f"{kind}{_file_name(names[0]) if not kind else names[0]}"
    return f"{len(names)} {kind.strip() + ' columns' if kind else 'files'}"


def _of_context(keys: tuple[str, ...], before: Draft, after: Draft) -> Change | None:
    """Return the change of the context file."""
    old, new = before.context_file, after.context_file
    if old == new or not any(key.partition(".")[0] == "context" for key in keys):
        return None
    verb = "added" if old is None else "removed" if new is None else "taken instead"
    return Change(f"{_file_name(new or old or '')} {verb}", "context.file")


def _of_key(key: str, old: Any, new: Any) -> Change:
    if is_rule(key):
        found = rule_change(old, new, key.rpartition(".")[2].replace("_", " "))
        place = f"{key}[{found.place}]"
        return Change(found.name, place, is_gradual=_is_gradual(key, found.old, found.new))
    if key == "data.benchmark" and (new is None or old is None):
        named = new if new is not None else old
        verb = "removed" if new is None else "added"
        return Change(f"{_file_name(str(named['file']))} {verb}", key)
    if key in {"data.corporate_actions", "data.benchmark.file"} and (
        isinstance(old, str) or isinstance(new, str)
    ):
        verb = "removed" if new is None else "added" if old is None else "taken instead"
        name = new if isinstance(new, str) else old
        return Change(f"{_file_name(str(name))} {verb}", key)
    return Change(title_of_key(key), key, is_gradual=_is_gradual(key, old, new))


def _of_many(keys: tuple[str, ...]) -> Change:
    """Return the change of several keys: that of the table all are in, or of the steps."""
    if not keys:
        return Change("request", "")
    for table in _tables_above(keys):
        if table in _TABLES:
            return Change(_TABLES[table], keys[0])
    steps = dict.fromkeys(step.value for key in keys if (step := step_of_key(key)) is not None)
    return Change(f"{len(keys)} values of {' and '.join(steps) or 'the request'}", keys[0])


def _tables_above(keys: tuple[str, ...]) -> Iterator[str]:
    """Yield the tables that hold all the keys, the innermost first."""
    parts = keys[0].split(".")[:-1]
    for count in range(len(parts), 0, -1):
        table = ".".join(parts[:count])
        if all(key.startswith(f"{table}.") for key in keys):
            yield table


def title_of_key(key: str) -> str:
    """Return the words for a key of the request, such as ``commission rate``."""
    if found := _TITLES.get(key) or _TABLES.get(key):
        return found
    table, _, last = key.rpartition(".")
    word = last.replace("_", " ")
    if table == "data" and last in _COLUMN_ROLES:
        return f"column for {'the time' if last == 'time' else last}"
    return _OF_TABLE.get(table, "{}").format(word if table != "data.lag" else last)


_OF_TABLE: Final = {
    "context": "{} of the context",
    "costs.commission": "commission {}",
    "costs.slippage": "slippage {}",
    "data.lag": "delay of {}",
    "data.repairs": "repair of {}",
    "strategy.sizing": "{} of the sizing",
    "strategy.entry_order": "{} of the entry order",
}


def _is_gradual(key: str, old: Any, new: Any) -> bool:
    """Return whether a value went to another of its kind, as it does under a drag."""
    if isinstance(old, tuple) and isinstance(new, tuple) and len(old) == len(new):
        return bool(old) and all(
            _is_gradual(key, *pair) for pair in zip(old, new, strict=True) if pair[0] != pair[1]
        )
    if isinstance(old, str) and isinstance(new, str):
        return key in _TYPED
    return _is_amount(old) and _is_amount(new)


def _is_amount(value: Any) -> bool:
    return isinstance(value, int | float | date) and not isinstance(value, bool)


def _file_name(path: str) -> str:
    return path.replace("\\", "/").rpartition("/")[2]
