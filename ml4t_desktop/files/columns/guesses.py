"""Guessing what the columns of an unknown table are, with reasons in plain words."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import polars as pl

from ml4t_desktop.files.columns.column_map import PRICE_ROLES
from ml4t_desktop.files.columns.content import roles_by_content
from ml4t_desktop.files.columns.names import (
    Role,
    is_adjusted_close,
    is_market_data,
    is_model_output,
    is_quote,
    reason_to_ignore,
    usual_role,
)
from ml4t_desktop.files.columns.recognition import (
    busier_volume,
    price_beside_range,
    recognised,
    signal_candidates,
)
from ml4t_desktop.files.columns.times import are_epochs, can_be_times
from ml4t_desktop.files.columns.values import are_number_texts
from ml4t_desktop.wording import mark, say

TableKind = Literal["prices", "predictions", "context"]
_SURE, _BY_TYPE, _BY_CONTENT, _WEAK = 0.95, 0.7, 0.6, 0.4
_SAMPLE = 1_000
_FEW_TIMES, _FEW_ASSETS, _GLANCED_TIMES = 3, 2, 20
_ALL_PRICES = dict.fromkeys(PRICE_ROLES, "")
_INDEX_WORDS = ("vix", "index", "context", "macro", "regime", "yield", "rate", "dxy", "breadth")


@dataclass(frozen=True, slots=True, kw_only=True)
class Guess:
    """What a column probably is.

    Parameters
    ----------
    role : str
        ``time``, ``clock`` (a time of day beside a date), ``asset``, ``open``, ``high``, ``low``,
        ``close``, ``volume``, ``signal``, ``context`` or ``ignored``.
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
        reason = mark("named as times usually are") if by_name else mark("the only column of dates")
        return Guess(
            role="time", column=named, reason=reason, confidence=_SURE if by_name else _BY_TYPE
        )
    for name, kind in frame.schema.items():
        readable = kind.is_temporal() or kind == pl.String
        if readable and frame[name].head(_SAMPLE).drop_nulls().len():
            if not can_be_times(frame[name].head(_SAMPLE)):
                continue
            reason = mark("its values are times")
            return Guess(role="time", column=name, reason=reason, confidence=_BY_CONTENT)
    epochs = next((name for name in frame.columns if are_epochs(frame[name].head(_SAMPLE))), None)
    if epochs is not None:
        reason = mark("its numbers count the time since 1970")
        return Guess(role="time", column=epochs, reason=reason, confidence=_BY_CONTENT)
    if named is not None and usual_role(named) == "time":
        reason = mark(
            "named as times usually are, though not all of its values can be read as times"
        )
        return Guess(role="time", column=named, reason=reason, confidence=_WEAK)
    return None


def guess_clock(frame: pl.DataFrame, time: str | None) -> Guess | None:
    """Return the column of times of day that belongs to a column of dates."""
    if time is None:
        return None
    found = roles_by_content(frame.head(_SAMPLE), _ALL_PRICES | {"time": time, "asset": ""})
    if "clock" not in found:
        return None
    column, reason = found["clock"]
    return Guess(role="clock", column=column, reason=reason, confidence=_BY_TYPE)


def guess_asset(frame: pl.DataFrame, time: str | None, clock: str | None = None) -> Guess | None:
    """Return the column of symbols, None for a table of one asset or of none."""
    named = recognised(frame.schema, "asset", {n for n in (time, clock) if n})
    if named is not None:
        reason = mark("named as symbols usually are")
        return Guess(role="asset", column=named, reason=reason, confidence=_SURE)
    if time is None:
        return None
    known = _ALL_PRICES | {"time": time} | ({"clock": clock} if clock else {})
    found = roles_by_content(frame, known)
    if "asset" not in found:
        return None
    column, reason = found["asset"]
    return Guess(role="asset", column=column, reason=reason, confidence=_BY_CONTENT)


def guess_prices(frame: pl.DataFrame, taken: set[str]) -> list[Guess]:
    """Return the columns of open, high, low, close and volume that are recognised."""
    guesses: list[Guess] = []
    roles: Sequence[Role] = ("open", "high", "low", "close", "volume")
    for role in roles:
        name = recognised(frame.schema, role, taken)
        if name is not None:
            name = busier_volume(frame, name) if role == "volume" else name
            reason = say("named as the {role} usually is", role=role)
            guesses.append(Guess(role=role, column=name, reason=reason, confidence=_SURE))
    if not any(guess.role == "close" for guess in guesses):
        guesses += _price_as_close(frame, {guess.role for guess in guesses}, taken)
    if not any(guess.role == "close" for guess in guesses):
        adjusted = next((name for name in frame.columns if is_adjusted_close(name)), None)
        if adjusted is not None and frame.schema[adjusted].is_numeric():
            reason = mark("the only close there is, though adjusted for dividends")
            guesses.append(Guess(role="close", column=adjusted, reason=reason, confidence=_WEAK))
    if not any(guess.role in PRICE_ROLES for guess in guesses):
        known = {"time": "", "clock": "", "asset": ""}
        found = roles_by_content(frame.drop(taken & {*frame.columns}), known)
        had = {guess.role for guess in guesses}
        guesses += [
            Guess(role=role, column=found[role][0], reason=found[role][1], confidence=_BY_CONTENT)
            for role in roles
            if role in found and role not in had
        ]
    return guesses


def _price_as_close(frame: pl.DataFrame, found: set[Role], taken: set[str]) -> list[Guess]:
    """Return the column called price, which is the last one of the bar where there is no close."""
    name = price_beside_range(frame.schema, found, taken)
    if name is None:
        return []
    reason = mark("a price, and no column is called the close")
    if is_quote(name):
        reason = mark(
            "the bid, as there is no price of a trade; the spread is a cost to be named as slippage"
        )
    return [Guess(role="close", column=name, reason=reason, confidence=_BY_TYPE)]


def guess_kind(
    frame: pl.DataFrame, path_stem: str, guesses: Sequence[Guess], *, times_repeat: bool
) -> TableKind:
    """Return whether a table holds bars of assets, predictions for them, or market-wide values."""
    roles = {guess.role for guess in guesses}
    others = [name for name in frame.columns if name not in {guess.column for guess in guesses}]
    signals = any(is_model_output(name) for name in others)
    if not {*PRICE_ROLES, "volume"} & roles:
        if "asset" in roles and signal_candidates(
            frame.schema, {guess.column for guess in guesses}, frame
        ):
            return "predictions"
        words = [name for name in others if not _is_number(frame.schema[name])]
        if signals and not words and not any(word in path_stem.casefold() for word in _INDEX_WORDS):
            return "predictions"
    if "asset" in roles or times_repeat:
        return "prices"
    if "close" not in roles:
        return "prices" if "volume" in roles else "context"
    index = any(word in path_stem.casefold() for word in _INDEX_WORDS)
    if index and "volume" not in roles and not signals:
        return "context"
    return "prices" if {*PRICE_ROLES} <= roles or not others or signals else "context"


def market_wide(frame: pl.DataFrame, time: str, names: Sequence[str]) -> list[str]:
    """Return the columns that have one value at each time, the same for all assets.

    A column that never changes says nothing about the market and is none.
    """
    counts = frame.group_by(time).len()
    if counts.height < _FEW_TIMES or float(counts["len"].median() or 0) < _FEW_ASSETS:  # pyright: ignore[reportArgumentType] # a number
        return []
    some = frame[time].unique(maintain_order=True).head(_GLANCED_TIMES)
    likely = _same_at_each_time(frame.filter(pl.col(time).is_in(some.implode())), time, names)
    found = _same_at_each_time(frame, time, likely) if likely else []
    return [name for name in found if frame[name].drop_nulls().n_unique() > 1]


def _same_at_each_time(frame: pl.DataFrame, time: str, names: Sequence[str]) -> list[str]:
    same = [pl.col(name).drop_nulls().n_unique().le(1).alias(name) for name in names]
    by_time = frame.lazy().group_by(time).agg(same).select(pl.col(names).all()).collect()
    return [name for name in names if by_time[name][0]]


def _is_number(kind: pl.DataType) -> bool:
    return kind.is_numeric() or kind == pl.Boolean


def guess_rest(frame: pl.DataFrame, found: Sequence[Guess], kind: TableKind) -> list[Guess]:
    """Return what the columns are that are neither time, asset nor price."""
    taken = {guess.column for guess in found}
    rest = [name for name in frame.columns if name not in taken]
    if kind == "context":
        schema = frame.schema
        return [_context_guess(name, schema[name]) for name in rest]
    guesses = [_signal_guess(frame[name], is_beside_prices=kind == "prices") for name in rest]
    time = next((guess.column for guess in found if guess.role == "time"), None)
    if kind == "predictions" or time is None:
        return guesses
    # What a model predicts may be the same for all assets; it stays a signal all the same.
    schema = frame.schema
    may_be = [
        guess.column
        for guess in guesses
        if not is_model_output(guess.column)
        and reason_to_ignore(guess.column) is None
        and usual_role(guess.column) is None
        and not (schema[guess.column].is_temporal() or schema[guess.column].is_nested())
    ]
    wide = market_wide(frame, time, may_be) if may_be else []
    reason = mark("one value at each time, the same for all assets")
    return [
        Guess(role="context", column=guess.column, reason=reason, confidence=_SURE)
        if guess.column in wide
        else guess
        for guess in guesses
    ]


def _context_guess(name: str, kind: pl.DataType) -> Guess:
    if kind.is_temporal() or kind.is_nested() or kind == pl.Null:
        reason = say("holds {kind}, neither numbers nor texts", kind=kind)
        return Guess(role="ignored", column=name, reason=reason, confidence=_SURE)
    reason = mark("a value by time, the same for all assets")
    return Guess(role="context", column=name, reason=reason, confidence=_BY_TYPE)


def _signal_guess(column: pl.Series, *, is_beside_prices: bool) -> Guess:
    name, kind = column.name, column.dtype
    why_not = reason_to_ignore(name)
    if why_not is None and is_beside_prices and is_market_data(name):
        why_not = mark("market data that comes with the prices; choose it as a signal if it is one")
    if why_not is not None:
        return Guess(role="ignored", column=name, reason=why_not, confidence=_BY_TYPE)
    as_numbers = are_number_texts(column)
    if not (_is_number(kind) or as_numbers):
        reason = say("holds {kind}, not numbers", kind=kind)
        return Guess(role="ignored", column=name, reason=reason, confidence=_BY_CONTENT)
    if usual_role(name) is not None:
        reason = say("another column is the {usual_role}", usual_role=usual_role(name))
        return Guess(role="ignored", column=name, reason=reason, confidence=_BY_CONTENT)
    if is_model_output(name):
        reason = (
            mark("texts that are numbers, and named like the output of a model")
            if as_numbers
            else mark("numbers, and named like the output of a model")
        )
        return Guess(role="signal", column=name, reason=reason, confidence=_SURE)
    reason = (
        mark("texts that are numbers that are no price; it may be the output of a model")
        if as_numbers
        else mark("numbers that are no price; it may be the output of a model")
    )
    return Guess(role="signal", column=name, reason=reason, confidence=_WEAK)
