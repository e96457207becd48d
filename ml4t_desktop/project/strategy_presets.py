"""Whole strategies under a name: rules and sizing, and with them execution, costs and capital if wanted.

A preset is a TOML file with the tables of a request beside ``[preset]``; it names columns and no data.

Format 1::

    [preset]
    format = 1
    name = "Calm markets"
    note = "What it is for"

    [strategy]          # as in a request; so are [execution], [costs] and [account], which may be left out
"""

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from ml4t_desktop.errors import InputError, Problem
from ml4t_desktop.request import parse_request
from ml4t_desktop.result.whole_file import write_whole
from ml4t_desktop.wording import mark, say

SUFFIX: Final = ".strategy.toml"
FORMAT: Final = 1
PARTS: Final = ("strategy", "execution", "costs", "account")
_HEAD: Final = "preset"
_RULES: Final = ("entry", "exit", "short_entry", "short_exit", "filter")
_COLUMN_KEYS: Final = ("sizing.confidence", "sizing.probability", "sizing.by", "limits.rank_by")
_MARKET_WIDE: Final = frozenset({"top_n", "bottom_n"})


@dataclass(frozen=True, slots=True)
class StrategyPreset:
    """A strategy under a name.

    Parameters
    ----------
    name, note : str
        What it is called, and what it is for.
    tables : mapping
        ``strategy`` and those of the other `PARTS` that it sets; each replaces that of a request.
    path : Path or None
        Its file; None for one that is made from the columns of the data.
    """

    name: str
    note: str
    tables: Mapping[str, Any]
    path: Path | None = None

    @property
    def columns(self) -> tuple[str, ...]:
        """The signals and the context that it uses, in the order of their first use."""
        funding = (self.tables.get("account") or {}).get("funding")
        paid = (
            [str(funding["column"])] if isinstance(funding, Mapping) and "column" in funding else []
        )
        used = dict.fromkeys((*used_columns(self.tables.get("strategy", {})), *paid))
        return tuple(name for name in used if not name.startswith("bar."))


def used_columns(strategy: Mapping[str, Any]) -> Iterator[str]:
    """Yield the full name of every column that a strategy uses, as often as it does."""
    for rule in _RULES:
        for clause in _clauses(strategy.get(rule)):
            yield str(clause["column"])
            if clause.get("other") is not None:
                yield str(clause["other"])
    for key in _COLUMN_KEYS:
        table, _, name = key.partition(".")
        column = (strategy.get(table) or {}).get(name)
        if column is not None:
            yield str(column)


def is_market_wide(strategy: Mapping[str, Any], column: str) -> bool:
    """Return whether assets are ranked by a column, which a context, the same for all, cannot do."""
    ranks = any(
        clause["column"] == column and clause.get("op") in _MARKET_WIDE
        for rule in _RULES
        for clause in _clauses(strategy.get(rule))
    )
    return ranks or (strategy.get("limits") or {}).get("rank_by") == column


def can_do_without(tables: Mapping[str, Any], column: str) -> bool:
    """Return whether only clauses and the ranking use a column, and neither sizing nor funding."""
    sizing = (tables.get("strategy") or {}).get("sizing") or {}
    funding = (tables.get("account") or {}).get("funding")
    paid = funding.get("column") if isinstance(funding, Mapping) else None
    return column not in {*map(str, sizing.values()), paid}


def with_columns(tables: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
    """Return the tables of a preset with other columns in place of its own.

    Parameters
    ----------
    names : mapping of str to str
        The new full name of a column by the old one; those that are not in it stay.
    """
    return {key: _renamed(value, names) for key, value in tables.items()}


def without_columns(strategy: Mapping[str, Any], gone: frozenset[str]) -> dict[str, Any]:
    """Return a strategy without the clauses and the ranking that use some columns.

    A group that is left empty goes too; a rule of which nothing is left is no rule any more.
    """
    if not gone:
        return dict(strategy)
    left = {name: value for name, value in strategy.items() if name not in _RULES}
    for rule in _RULES:
        tree = _pruned(strategy[rule], gone) if strategy.get(rule) is not None else None
        if tree is not None:
            left[rule] = tree
    limits = dict(strategy.get("limits") or {})
    if limits.get("rank_by") in gone:
        del limits["rank_by"]
        left["limits"] = limits
    return left


def left_out(strategy: Mapping[str, Any], column: str) -> int:
    """Return how many clauses and rankings would go with a column."""
    clauses = sum(
        column in (clause["column"], clause.get("other"))
        for rule in _RULES
        for clause in _clauses(strategy.get(rule))
    )
    return clauses + ((strategy.get("limits") or {}).get("rank_by") == column)


def read_preset(path: Path) -> StrategyPreset:
    """Return the preset of a file.

    Raises
    ------
    InputError
        If it cannot be read or is none, with everything that is wrong.
    """
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise _refused(
            path,
            say("cannot be read ({reason})", reason=error.strerror),
            mark("Check who may read it"),
        ) from error
    except (ValueError, RecursionError) as error:
        raise _refused(
            path,
            say("is no valid TOML: {reason}", reason=str(error)),
            mark("Mend the place, or delete it"),
        ) from error
    head = raw.pop(_HEAD, None)
    if not isinstance(head, dict) or not isinstance(raw.get("strategy"), dict):
        what = mark("is no preset of a strategy: [preset] and [strategy] belong in it")
        raise _refused(path, what, mark("Choose a file that was exported as a preset"))
    version = head.get("format", FORMAT)
    if not isinstance(version, int) or version > FORMAT:
        what = say(
            "is written in format {version}; this version reads formats up to {known}",
            version=version,
            known=FORMAT,
        )
        raise _refused(path, what, mark("Read it with a newer version"))
    unknown = [name for name in raw if name not in PARTS]
    if unknown:
        what = say("holds what no preset has: {names}", names=", ".join(unknown))
        raise _refused(path, what, say("Leave in it: {names}", names=", ".join(PARTS)))
    name = str(head.get("name") or "").strip() or path.name.removesuffix(SUFFIX)
    return checked(StrategyPreset(name, str(head.get("note") or ""), raw, path))


def write_preset(preset: StrategyPreset, path: Path) -> None:
    """Write a preset, all of it or nothing.

    Raises
    ------
    InputError
        If that fails.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, preset_text(preset))
    except OSError as error:
        what = say("cannot be written ({reason})", reason=error.strerror or str(error))
        fix = mark("Check the free space, and who may write there")
        raise _refused(path, what, fix) from error


def preset_text(preset: StrategyPreset) -> str:
    """Return a preset as the text of its file."""
    import tomli_w

    head: dict[str, Any] = {"format": FORMAT, "name": preset.name}
    if preset.note:
        head["note"] = preset.note
    tables = {name: _plain(preset.tables[name]) for name in PARTS if name in preset.tables}
    return tomli_w.dumps({_HEAD: head, **tables})


def file_name(name: str, taken: frozenset[str] = frozenset()) -> str:
    """Return a file name for a preset that every system takes, and none of those that are taken."""
    stem = re.sub(r"[^\w-]+", "_", name, flags=re.UNICODE).strip("_")[:60] or "strategy"
    found, number = f"{stem}{SUFFIX}", 1
    while found.lower() in {other.lower() for other in taken}:
        number += 1
        found = f"{stem}_{number}{SUFFIX}"
    return found


def checked(preset: StrategyPreset) -> StrategyPreset:
    """Return a preset with every default written out.

    Raises
    ------
    InputError
        If no request could have its tables, with all problems.
    """
    tables = _checked(preset, preset.path or Path(preset.name))
    return StrategyPreset(preset.name, preset.note, tables, preset.path)


def _checked(preset: StrategyPreset, path: Path) -> Mapping[str, Any]:
    """Return the tables of a preset with all defaults, once a request of them was possible."""
    columns = preset.columns
    signals = [name.partition(".")[2] for name in columns if name.startswith("signal.")]
    context = [name.partition(".")[2] for name in columns if name.startswith("context.")]
    raw = {"data": {"files": ["-"], "signals": signals}, **preset.tables}
    if context:
        raw["context"] = {"file": "-", "columns": context}
    if "account" not in preset.tables:  # a preset may leave the account to whoever takes it
        raw["account"] = {"type": "margin"}
    read = parse_request(raw, path.name).model_dump(mode="python", by_alias=True, exclude_none=True)
    return {name: read[name] for name in PARTS if name in preset.tables}


def _clauses(tree: Any) -> Iterator[Mapping[str, Any]]:
    if not isinstance(tree, Mapping):
        return
    if "column" in tree:
        yield tree
    for joint in ("all", "any"):
        for below in tree.get(joint) or ():
            yield from _clauses(below)
    yield from _clauses(tree.get("not"))


def _renamed(value: Any, names: Mapping[str, str]) -> Any:
    """Return a value of a strategy with other columns; texts that clauses compare with stay."""
    if isinstance(value, Mapping):
        return {
            key: names.get(item, item)
            if isinstance(item, str) and key in _HOLDS_COLUMN
            else item
            if key == "value"
            else _renamed(item, names)
            for key, item in value.items()
        }
    return (
        tuple(_renamed(item, names) for item in value) if isinstance(value, list | tuple) else value
    )


_HOLDS_COLUMN: Final = frozenset({"column", "other", "confidence", "probability", "by", "rank_by"})


def _pruned(tree: Mapping[str, Any], gone: frozenset[str]) -> Mapping[str, Any] | None:
    if "column" in tree:
        return None if {tree["column"], tree.get("other")} & gone else tree
    if "not" in tree:
        inner = _pruned(tree["not"], gone)
        return None if inner is None else {"not": inner}
    joint = "all" if "all" in tree else "any"
    parts = tree.get(joint) or ()
    kept = tuple(part for part in (_pruned(part, gone) for part in parts) if part is not None)
    return {joint: kept} if kept or not parts else None


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items() if item is not None}
    return [_plain(item) for item in value] if isinstance(value, list | tuple) else value


def _refused(path: Path, what: str, fix: str) -> InputError:
    return InputError(Problem(where=path.name, what=what, fix=fix))
