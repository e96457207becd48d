"""The presets of strategies: those of the user's folder, and those made from the columns there are."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import QObject, Signal

from ml4t_desktop.errors import InputError, Problem
from ml4t_desktop.project.strategy_presets import (
    PARTS,
    SUFFIX,
    StrategyPreset,
    can_do_without,
    checked,
    file_name,
    is_market_wide,
    left_out,
    read_preset,
    with_columns,
    without_columns,
    write_preset,
)
from ml4t_desktop.session.language import tr
from ml4t_desktop.session.looks import Look
from ml4t_desktop.session.request.changes import changed_keys, title_of_key
from ml4t_desktop.session.request.columns import BAR_COLUMNS, RuleColumn
from ml4t_desktop.session.request.draft import Draft
from ml4t_desktop.session.request.proposals import ROLES
from ml4t_desktop.session.request.request_store import RequestStore
from ml4t_desktop.session.setup.shipped_strategies import shipped_strategies

if TYPE_CHECKING:
    from ml4t_desktop.files.inspection import ColumnInfo

KEEP: Final = "keep"
LEAVE_OUT: Final = ""
_SIZING_HELPER: Final = "strategy.sizing.helper"
_SIZING_VALUES: Final = "strategy.sizing."


@dataclass(frozen=True, slots=True)
class ColumnMatch:
    """A column of a preset that the data does not have, and what may stand for it.

    Parameters
    ----------
    column : str
        Its full name in the preset.
    options : tuple of str
        Full names of columns that fit.
    proposed : str
        The one that is likely meant; empty when none is.
    left_out : int
        How many clauses and rankings use it; they may be left out. 0 where it cannot be done without.
    """

    column: str
    options: tuple[str, ...]
    proposed: str
    left_out: int


class StrategyPresetStore(QObject):
    """Holds the presets of a folder, and puts one into the request as a single change.

    Signals
    -------
    changed : no value
        Other presets are in the folder.
    """

    changed = Signal()

    def __init__(
        self,
        folder: Path,
        request: RequestStore,
        columns: Callable[[], tuple[RuleColumn, ...]],
        looks: Callable[[], tuple[Look, ...]],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._folder, self._request = folder, request
        self._columns, self._looks = columns, looks
        self._deleted: StrategyPreset | None = None
        self._problems: tuple[Problem, ...] = ()

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What is wrong with files of the folder, as of the last `own`."""
        return self._problems

    @property
    def can_restore(self) -> bool:
        """Whether a preset was deleted that can be had again."""
        return self._deleted is not None

    def own(self) -> tuple[StrategyPreset, ...]:
        """Return the presets of the folder by name; what cannot be read is among the `problems`."""
        found: list[StrategyPreset] = []
        problems: list[Problem] = []
        for path in sorted(self._folder.glob(f"*{SUFFIX}")):
            try:
                found.append(read_preset(path))
            except InputError as error:
                problems.extend(error.problems)
        self._problems = tuple(problems)
        return tuple(sorted(found, key=lambda item: item.name.casefold()))

    def shipped(self) -> tuple[StrategyPreset, ...]:
        """Return the strategies that people know, made from the columns of the data."""
        looks = self._looks()
        levels = {name: item for look in looks for name, item in look.levels.items()}
        assets = max((look.inspection.asset_count or 0 for look in looks), default=0)
        account = self._request.draft.get("account") or {}
        return shipped_strategies(self._columns(), levels, assets, account)

    def save(self, name: str, note: str = "", *, is_whole: bool = False) -> StrategyPreset:
        """Keep the present strategy under a name; a preset of that name is replaced.

        Parameters
        ----------
        is_whole : bool
            Whether execution, costs and capital are kept with it.

        Raises
        ------
        InputError
            If the strategy is not complete, or cannot be written.
        """
        draft = self._request.draft
        parts = PARTS if is_whole else PARTS[:1]
        tables = {part: draft.get(part) for part in parts if draft.get(part) is not None}
        python = draft.get("strategy.python.file")
        if python:
            file = self._request.resolved(python).as_posix()
            tables = Draft(tables).edited("strategy.python.file", file).raw
        made = checked(StrategyPreset(name.strip(), note.strip(), tables))
        same = next((item for item in self.own() if item.name == made.name), None)
        return self._put(made, same.path if same is not None else None)

    def rename(self, preset: StrategyPreset, name: str, note: str = "") -> StrategyPreset:
        """Give a preset another name and note; its file keeps its own.

        Raises
        ------
        InputError
            If there is one of that name, or it cannot be written.
        """
        wanted = name.strip()
        if any(other.name == wanted and other.path != preset.path for other in self.own()):
            problem = Problem(
                what=tr("There is a preset “{wanted}” already", wanted=wanted),
                fix=tr("Choose another name"),
            )
            raise InputError(problem)
        return self._put(StrategyPreset(wanted, note.strip(), preset.tables), preset.path)

    def delete(self, preset: StrategyPreset) -> None:
        """Delete the file of a preset; `restore` brings the last one back.

        Raises
        ------
        InputError
            If it cannot be deleted.
        """
        if preset.path is None:
            return
        try:
            preset.path.unlink(missing_ok=True)
        except OSError as error:
            what = tr("cannot be deleted ({reason})", reason=error.strerror)
            fix = tr("Check who may write there")
            raise InputError(Problem(where=preset.path.name, what=what, fix=fix)) from error
        self._deleted = preset
        self.changed.emit()

    def restore(self) -> StrategyPreset | None:
        """Write the preset again that was deleted last."""
        if self._deleted is None:
            return None
        deleted, self._deleted = self._deleted, None
        return self._put(deleted, deleted.path)

    def take(self, path: Path) -> StrategyPreset:
        """Copy a preset from a file elsewhere into the folder.

        Raises
        ------
        InputError
            If it is none, or cannot be written.
        """
        read = read_preset(path)
        names = {item.name for item in self.own()}
        name, number = read.name, 1
        while name in names:
            number += 1
            name = f"{read.name} ({number})"
        return self._put(StrategyPreset(name, read.note, read.tables), None)

    def export(self, preset: StrategyPreset, path: Path) -> None:
        """Write a preset into a file elsewhere.

        Raises
        ------
        InputError
            If that fails.
        """
        named = path if path.name.endswith(SUFFIX) else path.with_name(f"{path.stem}{SUFFIX}")
        write_preset(preset, named)

    def matches(self, preset: StrategyPreset) -> tuple[ColumnMatch, ...]:
        """Return what the data does not have of the columns of a preset, with what may stand for it."""
        known = {column.name: column for column in self._columns()}
        spare = self._spare()
        strategy = preset.tables.get("strategy", {})
        found: list[ColumnMatch] = []
        for name in preset.columns:
            if name in known or name in spare:
                continue
            wide = is_market_wide(strategy, name)
            offered = [*known, *spare]
            options = tuple(
                other
                for other in offered
                if not (wide and other.startswith("context.")) and _is_amount(known.get(other))
            )
            ordered = tuple(sorted(options, key=lambda other: _distance(name, other)))
            free = left_out(strategy, name) if can_do_without(preset.tables, name) else 0
            likely = ordered[0] if ordered and _distance(name, ordered[0])[0] < _FAR else ""
            found.append(ColumnMatch(name, ordered, likely, free))
        return tuple(found)

    def applied(self, preset: StrategyPreset, chosen: Mapping[str, str]) -> Draft:
        """Return the request with the tables of a preset.

        Parameters
        ----------
        chosen : mapping of str to str
            For columns of the preset, the column that stands for it; `LEAVE_OUT` to do without, and
            `KEEP`, as if it was not there, to leave its name and mend it later.
        """
        names = {old: new for old, new in chosen.items() if new not in {KEEP, LEAVE_OUT}}
        gone = frozenset(old for old, new in chosen.items() if new == LEAVE_OUT)
        tables = with_columns(preset.tables, names)
        tables["strategy"] = without_columns(tables["strategy"], gone)
        draft = self._request.draft
        python = (tables["strategy"].get("python") or {}).get("file")
        if python:
            tables = dict(
                Draft(tables).edited("strategy.python.file", self._request.named(Path(python))).raw
            )
        tables = _with_defaults(tables)
        used = {*preset.columns, *names.values()} - names.keys() - gone
        fresh = tuple(name.partition(".")[2] for name in self._spare() if name in used)
        edits: dict[str, Any] = {part: tables[part] for part in PARTS if part in tables}
        if fresh:
            edits["data.signals"] = (*draft.get("data.signals", ()), *fresh)
        return draft.edited_all(edits)

    def changes(self, preset: StrategyPreset, chosen: Mapping[str, str]) -> tuple[str, ...]:
        """Return in words which values of the request a preset would change."""
        after = self.applied(preset, chosen)
        keys = tuple(changed_keys(self._request.draft.raw, after.raw))
        if _SIZING_HELPER in keys:  # another one brings its own values
            keys = tuple(
                key for key in keys if key == _SIZING_HELPER or not key.startswith(_SIZING_VALUES)
            )
        return tuple(dict.fromkeys(title_of_key(key) for key in keys))

    def apply(self, preset: StrategyPreset, chosen: Mapping[str, str]) -> None:
        """Put a preset into the request, as one change that can be undone."""
        self._request.replace(self.applied(preset, chosen), tr("preset “{name}”", name=preset.name))

    def _put(self, preset: StrategyPreset, path: Path | None) -> StrategyPreset:
        if path is None:
            taken = frozenset(item.name for item in self._folder.glob("*"))
            path = self._folder / file_name(preset.name, taken)
        write_preset(preset, path)
        self.changed.emit()
        return StrategyPreset(preset.name, preset.note, preset.tables, path)

    def _spare(self) -> "dict[str, ColumnInfo]":
        """Return columns of the price files that could be signals and are not, by their full names."""
        draft = self._request.draft
        taken = {*draft.get("data.signals", ()), *BAR_COLUMNS}
        taken |= {draft.get(f"data.{role}") for role in ROLES}
        return {
            f"signal.{info.name}": info
            for look in self._looks()
            for info in look.inspection.columns
            if info.name not in taken and info.kind in {"number", "flag"}
        }


def _with_defaults(tables: Mapping[str, Any]) -> dict[str, Any]:
    """Return the tables with every default written out, where they are complete."""
    try:
        return dict(Draft(checked(StrategyPreset("preset", "", tables)).tables).raw)
    except InputError:
        return dict(tables)


_FAR: Final = 2


def _is_amount(column: RuleColumn | None) -> bool:
    return column is None or column.kind != "text"


def _distance(name: str, other: str) -> tuple[int, int, str]:
    """Return how unlike two columns are: first by their names, then by where they are from."""
    kind, _, own = name.partition(".")
    other_kind, _, found = other.partition(".")
    plain, plain_other = _plain(own), _plain(found)
    if plain == plain_other:
        rank = 0
    elif plain in plain_other or plain_other in plain:
        rank = 1
    else:
        rank = _FAR
    return rank, _KINDS.get((kind, other_kind), 3), other


_KINDS: Final = {
    ("signal", "signal"): 0, ("signal", "bar"): 2, ("signal", "context"): 1,
    ("context", "context"): 0, ("context", "signal"): 1, ("context", "bar"): 2,
}  # fmt: skip


def _plain(name: str) -> str:
    return "".join(letter for letter in name.lower() if letter.isalnum())
