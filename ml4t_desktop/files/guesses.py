"""Guessing what the columns of an unknown table are, with reasons in plain words."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import polars as pl

from ml4t_desktop.files.column_map import PRICE_ROLES
from ml4t_desktop.files.names import (
    Role,
    is_adjusted_close,
    is_model_output,
    reason_to_ignore,
    usual_role,
)
from ml4t_desktop.files.recognition import recognised
from ml4t_desktop.files.times import can_be_times

TableKind = Literal["prices", "context"]
_SURE, _BY_TYPE, _BY_CONTENT, _WEAK = 0.95, 0.7, 0.6, 0.4
_SAMPLE = 1_000
_INDEX_WORDS = ("vix", "index", "context", "macro", "regime", "yield", "rate", "dxy", "breadth")


@dataclass(frozen=True, slots=True, kw_only=True)
class Guess:
    """What a column probably is.

    Parameters
    ----------
    role : str
        ``time``, ``asset``, ``open``, ``high``, ``low``, ``close``, ``volume``, ``signal``,
        ``context`` or ``ignored``.
    column : str
    reason : str
        Why, in plain words.
    confidence : float
        0 to 1.
    """

    role: Role
    column: str
    reason: str
    confidence: float


def guess_time(frame: pl.DataFrame) -> Guess | None:
    """Return the column of times, None when nothing can be read as one."""
    named = recognised(frame.schema, "time")
    if named is not None and can_be_times(frame[named].head(_SAMPLE)):
        by_name = usual_role(named) == "time"
        reason = "named as times usually are" if by_name else "the only column of dates"
        return Guess(
            role="time", column=named, reason=reason, confidence=_SURE if by_name else _BY_TYPE
        )
    for name, kind in frame.schema.items():
        readable = kind.is_temporal() or kind == pl.String
        if readable and frame[name].head(_SAMPLE).drop_nulls().len():
            if not can_be_times(frame[name].head(_SAMPLE)):
                continue
            reason = "its values are times"
            return Guess(role="time", column=name, reason=reason, confidence=_BY_CONTENT)
    return None


def guess_asset(frame: pl.DataFrame, time: str | None) -> Guess | None:
    """Return the column of symbols, None for a table of one asset or of none."""
    named = recognised(frame.schema, "asset", {time} if time else set())
    if named is not None:
        reason = "named as symbols usually are"
        return Guess(role="asset", column=named, reason=reason, confidence=_SURE)
    if time is None or frame[time].n_unique() == frame.height:
        return None
    for name, kind in frame.schema.items():
        words = kind == pl.String or isinstance(kind, pl.Categorical | pl.Enum)
        if name == time or not words or _is_clock(frame[name].head(_SAMPLE)):
            continue
        if not frame.select(time, name).is_duplicated().any():
            reason = "a text that differs between rows of one time"
            return Guess(role="asset", column=name, reason=reason, confidence=_BY_CONTENT)
    return None


def _is_clock(column: pl.Series) -> bool:
    """Return whether texts are times of day or whole times, as beside a column of dates."""
    texts = column.cast(pl.String).drop_nulls()
    return bool(texts.str.contains(r"^\d{1,2}:\d\d").all()) or can_be_times(texts)


def guess_prices(frame: pl.DataFrame, taken: set[str]) -> list[Guess]:
    """Return the columns of open, high, low, close and volume that are recognised."""
    guesses: list[Guess] = []
    roles: Sequence[Role] = ("open", "high", "low", "close", "volume")
    for role in roles:
        name = recognised(frame.schema, role, taken)
        if name is not None:
            reason = f"named as the {role} usually is"
            guesses.append(Guess(role=role, column=name, reason=reason, confidence=_SURE))
    if not any(guess.role == "close" for guess in guesses):
        adjusted = next((name for name in frame.columns if is_adjusted_close(name)), None)
        if adjusted is not None and frame.schema[adjusted].is_numeric():
            reason = "the only close there is, though adjusted for dividends"
            guesses.append(Guess(role="close", column=adjusted, reason=reason, confidence=_WEAK))
    return guesses


def guess_kind(
    frame: pl.DataFrame, path_stem: str, guesses: Sequence[Guess], *, times_repeat: bool
) -> TableKind:
    """Return whether a table holds bars of assets or market-wide values."""
    roles = {guess.role for guess in guesses}
    if "asset" in roles or times_repeat:
        return "prices"
    if not {*PRICE_ROLES} <= roles:
        return "context"
    others = [name for name in frame.columns if name not in {guess.column for guess in guesses}]
    signals = any(is_model_output(name) for name in others)
    index = any(word in path_stem.casefold() for word in _INDEX_WORDS)
    return "context" if index and "volume" not in roles and not signals else "prices"


def guess_rest(frame: pl.DataFrame, taken: set[str], kind: TableKind) -> list[Guess]:
    """Return what the columns are that are neither time, asset nor price."""
    rest = [name for name in frame.columns if name not in taken]
    if kind == "context":
        return [_context_guess(name, frame.schema[name]) for name in rest]
    return [_signal_guess(name, frame.schema[name]) for name in rest]


def _context_guess(name: str, kind: pl.DataType) -> Guess:
    if kind.is_temporal() or kind.is_nested() or kind == pl.Null:
        reason = f"holds {kind}, neither numbers nor texts"
        return Guess(role="ignored", column=name, reason=reason, confidence=_SURE)
    reason = "a value by time, the same for all assets"
    return Guess(role="context", column=name, reason=reason, confidence=_BY_TYPE)


def _signal_guess(name: str, kind: pl.DataType) -> Guess:
    why_not = reason_to_ignore(name)
    if why_not is not None:
        return Guess(role="ignored", column=name, reason=why_not, confidence=_BY_TYPE)
    if not (kind.is_numeric() or kind == pl.Boolean):
        reason = f"holds {kind}, not numbers"
        return Guess(role="ignored", column=name, reason=reason, confidence=_BY_CONTENT)
    if usual_role(name) is not None:
        reason = f"another column is the {usual_role(name)}"
        return Guess(role="ignored", column=name, reason=reason, confidence=_BY_CONTENT)
    if is_model_output(name):
        reason = "numbers, and named like the output of a model"
        return Guess(role="signal", column=name, reason=reason, confidence=_SURE)
    reason = "numbers that are no price; it may be the output of a model"
    return Guess(role="signal", column=name, reason=reason, confidence=_WEAK)
