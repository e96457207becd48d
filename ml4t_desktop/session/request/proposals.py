"""What a dropped file makes of a draft: its columns as guessed, and rules to begin with."""

import math
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from ml4t_desktop.files.inside import real_file
from ml4t_desktop.session.looks import Levels, Look
from ml4t_desktop.session.request.draft import Draft
from ml4t_desktop.wording import mark, meant

if TYPE_CHECKING:
    from ml4t_desktop.files.inspection import FileInspection

ROLE_TITLES = {
    "time": mark("Time"),
    "clock": mark("Time of day"),
    "asset": mark("Asset"),
    "open": meant("a price", "Open"),
    "high": meant("a price", "High"),
    "low": meant("a price", "Low"),
    "close": meant("a price", "Close"),
    "volume": mark("Volume"),
}
ROLES = tuple(ROLE_TITLES)
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


def certainty(inspection: "FileInspection", role: str, column: str | None) -> float:
    """Return how sure a guess is, 0 to 1; zero when it is none."""
    for guess in inspection.guesses:
        if guess.role == role and guess.column == column:
            return guess.confidence
    return 0.0


def signal_columns(inspection: "FileInspection") -> tuple[str, ...]:
    """Return the columns that are taken for model output."""
    return tuple(guess.column for guess in inspection.guesses if guess.role == "signal")


def chosen_columns(draft: Draft) -> dict[str, Any]:
    """Return what a draft says about the columns of its price files, by key of the request."""
    keys = [*(f"data.{role}" for role in ROLES), "data.signals"]
    return {key: value for key in keys if (value := draft.get(key)) is not None}


def proposed_columns(inspection: "FileInspection") -> dict[str, Any]:
    """Return what is taken for the columns of a price file, by key of the request.

    Columns that reading makes, such as the symbols of file names, are found again by reading.
    """
    found = {role: guessed(inspection, role) for role in ROLES}
    proposed: dict[str, Any] = {
        f"data.{role}": name
        for role, name in found.items()
        if name is not None and name not in inspection.made
    }
    return proposed | {"data.signals": signal_columns(inspection)}


def closes_only(inspection: "FileInspection") -> bool:
    """Return whether closing prices are all the prices there are."""
    roles = {guess.role for guess in inspection.guesses}
    return "close" in roles and not roles & {"open", "high", "low"}


def asset_total(draft: Draft, prices: "Iterable[FileInspection]") -> int:
    """Return how many assets price files hold: each without a column of symbols is one, unless all are named alike."""
    counts = [file.asset_count or 1 for file in prices if guessed(file, "asset") is not None]
    alone = [file for file in prices if guessed(file, "asset") is None]
    more = (
        min(len(alone), 1) if draft.get("data.asset_id") or draft.get("data.asset") else len(alone)
    )
    return max(counts, default=0) + more


def with_price_file(
    draft: Draft, look: Look, name: str, remembered: Mapping[str, Any] | None = None
) -> Draft:
    """Return the draft with a price file: the first brings columns and rules, others are added.

    Parameters
    ----------
    name : str
        How the request names the file.
    remembered : mapping or None
        The columns chosen for a file of the same shape before, in place of the guesses.
    """
    if name in draft.files:
        return draft
    if draft.files:
        return draft.edited("data.files", (*draft.files, name))
    inspection = look.inspection
    edits: dict[str, Any] = {f"data.{role}": None for role in ROLES}
    edits |= remembered if remembered is not None else proposed_columns(inspection)
    edits["data.files"] = (name,)
    predicted = _predicted(draft)
    signals = [column for column in edits.get("data.signals", ()) if column not in predicted]
    market_wide = inspection.columns_as("context")
    if market_wide and remembered is None:
        if draft.context_file is None:
            edits["context"] = _context_of(inspection, name, market_wide)
        else:
            numbers = {info.name for info in inspection.columns if info.kind in {"number", "flag"}}
            signals += [column for column in market_wide if column in numbers]
    edits["data.signals"] = (*predicted, *signals)
    if not draft.get("name"):
        edits["name"] = real_file(look.path).stem
    return with_first_rules(draft.edited_all(edits), look.levels)


def _predicted(draft: Draft) -> tuple[str, ...]:
    """Return the signals that came with files of predictions, as these were added first."""
    return (
        draft.get("data.signals", ()) if draft.get("data.predictions") and not draft.files else ()
    )


def _context_of(
    inspection: "FileInspection", name: str, columns: tuple[str, ...]
) -> dict[str, Any]:
    time = guessed(inspection, "time")
    context: dict[str, Any] = {"file": name, "columns": columns, "match": "exact"}
    return context | ({"time": time} if time else {})


def with_prediction_file(draft: Draft, look: Look, name: str) -> Draft:
    """Return the draft with a file of predictions, its columns as signals.

    The first file brings the columns of time and asset and rules to begin with.
    """
    inspection = look.inspection
    files: tuple[str, ...] = draft.get("data.predictions.files", ())
    if name in files:
        return draft
    edits: dict[str, Any] = {"data.predictions.files": (*files, name)}
    if not files:
        edits["data.predictions.match"] = "exact"
        for role in ("time", "asset"):
            column = guessed(inspection, role)
            if column is not None and column not in inspection.made:
                edits[f"data.predictions.{role}"] = column
    signals: tuple[str, ...] = draft.get("data.signals", ())
    fresh = tuple(column for column in signal_columns(inspection) if column not in signals)
    edits["data.signals"] = (*signals, *fresh)
    return with_first_rules(draft.edited_all(edits), look.levels)


def without_prediction_file(
    draft: Draft, name: str, gone: tuple[str, ...], kept: tuple[str, ...]
) -> Draft:
    """Return the draft without a file of predictions, and without the signals only it has.

    Parameters
    ----------
    gone, kept : tuple of str
        The columns of the file, and those of all other files.
    """
    files = tuple(file for file in draft.get("data.predictions.files", ()) if file != name)
    signals = draft.get("data.signals", ())
    left = tuple(column for column in signals if column not in gone or column in kept)
    edits: dict[str, Any] = {"data.signals": left}
    edits |= {"data.predictions.files": files} if files else {"data.predictions": None}
    return draft.edited_all(edits)


def with_context_file(draft: Draft, inspection: "FileInspection", name: str) -> Draft:
    """Return the draft with a context file, all of its values chosen."""
    if draft.context_file == name:
        return draft
    if inspection.kind == "prices" and draft.context_file is None and name in draft.files:
        wide = inspection.columns_as("context")
        if wide:
            return draft.edited("context", _context_of(inspection, name, wide))
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
