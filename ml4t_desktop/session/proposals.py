"""What a dropped file makes of a draft: its columns as guessed, and rules to begin with."""

import math
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ml4t_desktop.session.draft import Draft
from ml4t_desktop.session.work import Levels, Look

if TYPE_CHECKING:
    from ml4t_desktop.files.inspection import FileInspection

ROLES = ("time", "asset", "open", "high", "low", "close", "volume")
_POSITION_SHARE = 0.05
_POSITIONS = 20


def guessed(inspection: "FileInspection", role: str) -> str | None:
    """Return the column that is taken for a role, None when none is."""
    found = [guess for guess in inspection.guesses if guess.role == role]
    return max(found, key=lambda guess: guess.confidence).column if found else None


def reason(inspection: "FileInspection", role: str, column: str | None) -> str:
    """Return why a column was taken for a role, in words; empty when it was not."""
    for guess in inspection.guesses:
        if guess.role == role and guess.column == column:
            return guess.reason
    return ""


def signal_columns(inspection: "FileInspection") -> tuple[str, ...]:
    """Return the columns that are taken for model output."""
    return tuple(guess.column for guess in inspection.guesses if guess.role == "signal")


def with_price_file(draft: Draft, look: Look, name: str) -> Draft:
    """Return the draft with a price file: the first brings columns and rules, others are added.

    Parameters
    ----------
    name : str
        How the request names the file.
    """
    if name in draft.files:
        return draft
    if draft.files:
        return draft.edited("data.files", (*draft.files, name))
    inspection = look.inspection
    edits: dict[str, Any] = {f"data.{role}": guessed(inspection, role) for role in ROLES}
    edits["data.files"] = (name,)
    edits["data.signals"] = signal_columns(inspection)
    if not draft.get("name"):
        edits["name"] = Path(name).stem
    return with_first_rules(draft.edited_all(edits), look.levels)


def with_context_file(draft: Draft, inspection: "FileInspection", name: str) -> Draft:
    """Return the draft with a context file, all of its values chosen."""
    if draft.context_file == name:
        return draft
    time = guessed(inspection, "time")
    chosen = [guess.column for guess in inspection.guesses if guess.role in {"context", "signal"}]
    columns = chosen or [
        info.name for info in inspection.columns if info.name != time and info.kind != "time"
    ]
    context: dict[str, Any] = {"file": name, "columns": tuple(columns), "match": "exact"}
    return draft.edited("context", context | ({"time": time} if time else {}))


def with_first_rules(draft: Draft, levels: Mapping[str, Levels]) -> Draft:
    """Return the draft with rules to begin with, unless it has an entry or there is no signal.

    Enters when the prediction is among its highest tenth; leaves when the exit signal is among its
    own, or else when the prediction falls to its middle.
    """
    signals: tuple[str, ...] = draft.get("data.signals", ())
    entries = [name for name in signals if "exit" not in name.lower() and name in levels]
    if draft.get("strategy.entry") is not None or not entries:
        return draft
    prediction = entries[0]
    exits = [name for name in signals if "exit" in name.lower() and name in levels]
    leave = (
        _at_least(exits[0], levels[exits[0]].high)
        if exits
        else _at_most(prediction, levels[prediction].middle)
    )
    return draft.edited_all(
        {
            "strategy.entry": {"all": (_at_least(prediction, levels[prediction].high),)},
            "strategy.exit": {"any": (leave,)},
            "strategy.sizing": {"helper": "buy_percent", "percent": _POSITION_SHARE},
            "strategy.limits.max_positions": _POSITIONS,
            "strategy.limits.rank_by": f"signal.{prediction}",
        }
    )


def _at_least(name: str, value: float) -> dict[str, Any]:
    return {"column": f"signal.{name}", "op": ">=", "value": readable(value, math.floor)}


def _at_most(name: str, value: float) -> dict[str, Any]:
    return {"column": f"signal.{name}", "op": "<=", "value": readable(value, math.ceil)}


def readable(value: float, to_whole: Callable[[float], int]) -> float:
    """Return a number with two significant digits, as a person would type it.

    Parameters
    ----------
    to_whole : callable
        `math.floor` or `math.ceil`: the side on which the number must not cut off the value.
    """
    if value == 0 or not math.isfinite(value):
        return 0.0
    decimals = 1 - math.floor(math.log10(abs(value)))
    # What is a tiny bit off two digits already (0.87 as 86.99999) is those two digits.
    whole = to_whole(round(value * 10.0**decimals, 9))
    return round(whole / 10.0**decimals, max(decimals, 0))
