"""The name of a change of the request, found by comparing it with what was there before."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from ml4t_desktop.session.language import all_of, shown, tr, tr_count
from ml4t_desktop.session.request.draft import Draft
from ml4t_desktop.session.request.rule_changes import rule_change
from ml4t_desktop.session.request.steps import step_of_key, step_title
from ml4t_desktop.session.words import word
from ml4t_desktop.wording import mark

RULES: Final = ("entry", "exit", "filter", "short_entry", "short_exit")
_TYPED: Final = ("name",)  # texts that are typed and not chosen
_TITLES: Final = {
    "name": mark("name"),
    "data.corporate_actions": mark("corporate actions"),
    "data.benchmark": mark("benchmark"),
    "data.benchmark.file": mark("benchmark"),
    "data.benchmark.time": mark("times of the benchmark"),
    "data.benchmark.values": mark("what the benchmark holds"),
    "data.benchmark.column": mark("column of the benchmark"),
    "data.benchmark.match": mark("matching of the benchmark"),
    "data.lag": mark("delays of columns"),
    "data.start": mark("first day"),
    "data.end": mark("last day"),
    "risk.on_loss": mark("what happens after a loss"),
    "strategy.limits.rank_by": mark("ranking of candidates"),
    "strategy.sizing.by": mark("signal of the weights"),
    "strategy.sizing.helper": mark("sizing"),
    "strategy.entry_order.type": mark("entry order"),
    "strategy.exits.evaluate": mark("when exits are tested"),
    "execution.fill": mark("fill of market orders"),
    "execution.insufficient_cash": mark("what happens without cash"),
    "execution.ambiguous_bar": mark("order of stop and target in one bar"),
    "execution.protect_entry_bar": mark("protection of the entry bar"),
    "account.type": mark("type of account"),
}
_COLUMN_ROLES: Final = {
    "time": mark("column for the time"),
    "asset": mark("column for asset"),
    "open": mark("column for open"),
    "high": mark("column for high"),
    "low": mark("column for low"),
    "close": mark("column for close"),
    "volume": mark("column for volume"),
}
_TABLES: Final = {
    "data": mark("columns"),
    "context": mark("context"),
    "costs.commission": mark("commission"),
    "costs.slippage": mark("slippage"),
    "costs": mark("costs"),
    "strategy": mark("strategy"),
    "strategy.sizing": mark("sizing"),
    "strategy.entry_order": mark("entry order"),
    "strategy.exits": mark("exits"),
    "strategy.limits": mark("limits"),
    "data.repairs": mark("repairs"),
    "risk": mark("risk limits"),
}
# Lists whose entries are added and taken away one by one.
_LISTS: Final = ("data.files", "data.predictions.files", "data.signals", "context.columns")


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
    if change := _of_file_beside(keys, before, after) or _of_lists(keys, before, after):
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
    for key in _LISTS:
        if not any(item == key or key.startswith(f"{item}.") for item in keys):
            continue
        old, new = before.get(key, ()), after.get(key, ())
        added = [str(item) for item in new if item not in old]
        removed = [str(item) for item in old if item not in new]
        if added and removed:
            return Change(shown(LIST_TITLES[key]), key)
        if added or removed:
            name = _added(key, added) if added else _removed(key, removed)
            return Change(name, key)
        if old != new:
            return Change(tr("order of {list}", list=LIST_TITLES[key]), key)
    return None


LIST_TITLES: Final = {
    "data.files": mark("price files"),
    "data.predictions.files": mark("files of predictions"),
    "data.signals": mark("signals"),
    "context.columns": mark("context columns"),
}


def _added(key: str, names: list[str]) -> str:
    n, name = len(names), names[0]
    if key == "data.signals":
        return tr_count("signal {name} added", "{n:,} signal columns added", n, name=name)
    if key == "context.columns":
        return tr_count("context {name} added", "{n:,} context columns added", n, name=name)
    return tr_count("{name} added", "{n:,} files added", n, name=_file_name(name))


def _removed(key: str, names: list[str]) -> str:
    n, name = len(names), names[0]
    if key == "data.signals":
        return tr_count("signal {name} removed", "{n:,} signal columns removed", n, name=name)
    if key == "context.columns":
        return tr_count("context {name} removed", "{n:,} context columns removed", n, name=name)
    return tr_count("{name} removed", "{n:,} files removed", n, name=_file_name(name))


def _of_file(old: str | None, new: str | None) -> str:
    """Return what became of the one file of its kind."""
    name = _file_name(new or old or "")
    if old is None:
        return tr("{file} added", file=name)
    return tr("{file} removed", file=name) if new is None else tr("{file} taken instead", file=name)


def _of_file_beside(keys: tuple[str, ...], before: Draft, after: Draft) -> Change | None:
    """Return the change of the file of context or benchmark; what goes along with it has no name."""
    for table in ("context", "data.benchmark"):
        key = f"{table}.file"
        old, new = before.get(key), after.get(key)
        if old != new and any(f"{item}.".startswith(f"{table}.") for item in keys):
            return Change(_of_file(old, new), key)
    return None


def _of_key(key: str, old: Any, new: Any) -> Change:
    if is_rule(key):
        found = rule_change(old, new, word(key.rpartition(".")[2]))
        place = f"{key}[{found.place}]"
        return Change(found.name, place, is_gradual=_is_gradual(key, found.old, found.new))
    if key == "data.corporate_actions" and (isinstance(old, str) or isinstance(new, str)):
        names = (item if isinstance(item, str) else None for item in (old, new))
        return Change(_of_file(*names), key)
    return Change(title_of_key(key), key, is_gradual=_is_gradual(key, old, new))


def _of_many(keys: tuple[str, ...]) -> Change:
    """Return the change of several keys: that of the table all are in, or of the steps."""
    if not keys:
        return Change(tr("request"), "")
    for table in _tables_above(keys):
        if table in _TABLES:
            return Change(shown(_TABLES[table]), keys[0])
    steps = dict.fromkeys(
        step_title(step) for key in keys if (step := step_of_key(key)) is not None
    )
    where = all_of(steps) if steps else tr("the request")
    name = tr_count("{n} value of {steps}", "{n:,} values of {steps}", len(keys), steps=where)
    return Change(name, keys[0])


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
        return shown(found)
    table, _, last = key.rpartition(".")
    if table == "data" and last in _COLUMN_ROLES:
        return shown(_COLUMN_ROLES[last])
    if table == "data.lag":
        return tr("delay of {column}", column=last)
    pattern = _OF_TABLE.get(table)
    return word(last) if pattern is None else shown(pattern).format(value=word(last))


_OF_TABLE: Final = {
    "context": mark("{value} of the context"),
    "costs.commission": mark("commission {value}"),
    "costs.slippage": mark("slippage {value}"),
    "data.repairs": mark("repair of {value}"),
    "strategy.sizing": mark("{value} of the sizing"),
    "strategy.entry_order": mark("{value} of the entry order"),
}


def _is_gradual(key: str, old: Any, new: Any) -> bool:
    """Return whether a value went to another of its kind, as it does under a drag."""
    if isinstance(old, tuple) and isinstance(new, tuple) and len(old) == len(new):
        return bool(old) and all(
            _is_gradual(key, *pair) for pair in zip(old, new, strict=True) if pair[0] != pair[1]
        )
    if isinstance(old, Mapping) and isinstance(new, Mapping) and old.keys() == new.keys():
        pairs = ((old[name], new[name]) for name in old if old[name] != new[name])
        return all(_is_gradual(key, *pair) for pair in pairs)
    if isinstance(old, str) and isinstance(new, str):
        return key in _TYPED
    return _is_amount(old) and _is_amount(new)


def _is_amount(value: Any) -> bool:
    return isinstance(value, int | float | date) and not isinstance(value, bool)


def _file_name(path: str) -> str:
    return path.replace("\\", "/").rpartition("/")[2]
