"""What is typed over a column to see only some rows: one small language for numbers, texts and times.

Numbers: ``> 5``, ``1 .. 5``, ``= 3``. Texts: words they contain, ``= all of it``, ``! not this``.
Times: ``2020``, ``2020-03``, ``> 2020-03-15``, ``2019 .. 2020-06``. ``|`` means or, ``empty`` no value.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

import numpy as np
from PySide6.QtCore import QLocale, Qt

from ml4t_desktop.session.formats import date_format, time_zone
from ml4t_desktop.session.language import shown
from ml4t_desktop.tables.coded_texts import CodedTexts
from ml4t_desktop.tables.column import Column
from ml4t_desktop.units import MICROSECONDS_PER_DAY
from ml4t_desktop.wording import mark

if TYPE_CHECKING:  # polars loads after the window is visible
    import polars as pl
    from numpy.typing import NDArray

    Mask = NDArray[np.bool_]

_OPERATORS: Final = (">=", "<=", "!=", ">", "<", "=", "!")
_EMPTY: Final = "empty"
_SECOND: Final = 1_000_000
_TIME = re.compile(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2})(?:[ T](\d{1,2}):(\d{2})(?::(\d{2}))?)?)?)?$")
_HINTS: Final = {
    "number": mark("Write a number, > 5, <= -2, 1 .. 5, = 3, or several with |; empty: no value"),
    "percent": mark("Write per cent: > 5, <= -2, 1 .. 5, = 3, or several with |; empty: no value"),
    "text": mark(
        "Write a part of the text, = all of it, ! what it must not contain, or several with |"
    ),
    "time": mark(
        "Write 2020, 2020-03, > 2020-03-15, 2019 .. 2020-06, or several with |; empty: no value"
    ),
}


class FilterError(ValueError):
    """What was typed cannot be understood; the text says what can be written."""


@dataclass(frozen=True, slots=True)
class Span:
    """Numbers or times from `low` to `high`; an end that is left out is infinite."""

    low: float = -np.inf
    high: float = np.inf
    has_low: bool = True
    has_high: bool = True
    is_outside: bool = False

    def holds(self, values: NDArray[np.float64]) -> Mask:
        """Return which values lie in it; NaN never does."""
        with np.errstate(invalid="ignore"):
            above = values >= self.low if self.has_low else values > self.low
            below = values <= self.high if self.has_high else values < self.high
            inside = above & below
            return ~inside & ~np.isnan(values) if self.is_outside else inside


def filter_hint(column: Column) -> str:
    """Return what can be written over a column."""
    if column.is_text:
        return shown(_HINTS["text"])
    return shown(_HINTS.get(_family(column), _HINTS["number"]))


def filter_mask(
    series: pl.Series,
    column: Column,
    text: str,
    locale: QLocale,
    texts: CodedTexts | None = None,
) -> Mask | None:
    """Return which rows of a column a filter lets through; None for all.

    `texts` is the same column of texts once more, where somebody has kept it.

    Raises
    ------
    FilterError
        If the text cannot be understood.
    """
    parts = [part.strip() for part in text.split("|") if part.strip()]
    if not parts:
        return None
    found: Mask | None = None
    for part in parts:
        mask = _part_mask(series, column, part, locale, texts)
        found = mask if found is None else found | mask
    return found


def exactly(values: tuple[str, ...]) -> str:
    """Return the filter that lets exactly some texts through."""
    return " | ".join(f"={value}" for value in values)


def exact_values(text: str) -> tuple[str, ...]:
    """Return the texts that a filter made by `exactly` lets through; those of another filter are none."""
    parts = [part.strip() for part in text.split("|") if part.strip()]
    chosen = [part[1:].strip() for part in parts if part.startswith("=")]
    return tuple(chosen) if len(chosen) == len(parts) else ()


def _part_mask(
    series: pl.Series, column: Column, part: str, locale: QLocale, texts: CodedTexts | None
) -> Mask:
    bare = part.lstrip("!= ").lower()
    if bare == _EMPTY:
        missing = series.is_null()
        if series.dtype.is_float():
            missing = missing | series.is_nan().fill_null(value=True)
        mask = missing.to_numpy()
        return ~mask if part.startswith("!") else mask
    if not (series.dtype.is_numeric() or series.dtype.is_temporal()):
        return _text_mask(texts or CodedTexts(series), part)
    if series.dtype.is_temporal():
        values = _shown_times(series)
        numbers = values.cast(_float()).fill_null(np.nan).to_numpy()
        return _span(part, _Times(locale), filter_hint(column)).holds(numbers)
    numbers = series.cast(_float()).fill_null(np.nan).to_numpy()
    scale = 100.0 if column.kind == "percent" else 1.0
    return _span(part, _Numbers(locale, scale), filter_hint(column)).holds(numbers)


def _shown_times(series: pl.Series) -> pl.Series:
    """Return times as they are on screen, in microseconds; days are the same everywhere."""
    zone = getattr(series.dtype, "time_zone", None)
    physical = series.to_physical()
    if zone is None or not (physical % MICROSECONDS_PER_DAY != 0).any():
        return physical
    shown = series.dt.convert_time_zone(str(time_zone())).dt.replace_time_zone(None)
    return shown.to_physical()


def _float() -> type[pl.DataType]:
    import polars as pl

    return pl.Float64


def _family(column: Column) -> str:
    if column.kind in {"time", "date"}:
        return "time"
    return "percent" if column.kind == "percent" else "number"


def _split(part: str) -> tuple[str, str]:
    """Return operator and operand; no operator is an empty text."""
    for operator in _OPERATORS:
        if part.startswith(operator):
            return operator, part[len(operator) :].strip()
    return "", part


def _span(part: str, read: Callable[[str], tuple[float, float] | None], hint: str) -> Span:
    """Return the span that a part means; `read` gives the first and last value that an operand stands for."""
    if ".." in part:
        first, _, last = part.partition("..")
        low = read(first.strip()) if first.strip() else (-np.inf, -np.inf)
        high = read(last.strip()) if last.strip() else (np.inf, np.inf)
        if low is None or high is None:
            raise FilterError(hint)
        return Span(low[0], high[1])
    operator, operand = _split(part)
    found = read(operand)
    if found is None:
        raise FilterError(hint)
    first, last = found
    spans: Mapping[str, Span] = {
        ">": Span(low=last, has_low=False),
        ">=": Span(low=first),
        "<": Span(high=first, has_high=False),
        "<=": Span(high=last),
        "!=": Span(first, last, is_outside=True),
        "!": Span(first, last, is_outside=True),
    }
    return spans.get(operator, Span(first, last))


class _Numbers:
    """Reads numbers in the user's locale or with a point; one is as exact as it is written."""

    def __init__(self, locale: QLocale, scale: float) -> None:
        self._locale, self._scale = locale, scale

    def __call__(self, text: str) -> tuple[float, float] | None:
        bare = text.removesuffix("%").strip()
        value, is_number = self._locale.toDouble(bare)
        point = self._locale.decimalPoint()
        if not is_number:
            value, is_number = QLocale.c().toDouble(bare)
            point = "."
        if not is_number or not np.isfinite(value):
            return None
        decimals = len(bare.partition(point)[2]) if point in bare else 0
        is_whole = point not in bare and self._scale == 1.0
        half = 1e-12 * max(abs(value), 1.0) if is_whole else 0.5 * 10.0**-decimals
        return (value - half) / self._scale, (value + half) / self._scale


class _Times:
    """Reads times: plainly from the year on, or days as the country writes them."""

    def __init__(self, locale: QLocale) -> None:
        self._locale = locale

    def __call__(self, text: str) -> tuple[float, float] | None:
        """Return the first and last microsecond that are meant."""
        day = self._locale.toDate(text.strip(), date_format(self._locale))
        return _time_span(day.toString(Qt.DateFormat.ISODate) if day.isValid() else text)


def _time_span(text: str) -> tuple[float, float] | None:
    """Return the first and last microsecond of a year, month, day, minute or second."""
    match = _TIME.match(text.strip())
    if match is None:
        return None
    fields = [int(value) for value in match.groups() if value is not None]
    year, month, day, hour, minute, second = [*fields, *(0, 1, 1, 0, 0, 0)[len(fields) :]]
    try:
        start = datetime(year, month, day, hour, minute, second, tzinfo=UTC)
    except ValueError:
        return None
    if len(fields) == 1:
        end = start.replace(year=start.year + 1)
    elif len(fields) == 2:
        end = (start.replace(day=28) + timedelta(days=4)).replace(day=1)
    else:
        steps = {3: timedelta(days=1), 5: timedelta(minutes=1), 6: timedelta(seconds=1)}
        end = start + steps[len(fields)]
    return start.timestamp() * _SECOND, end.timestamp() * _SECOND - 1.0


def _text_mask(texts: CodedTexts, part: str) -> Mask:
    operator, operand = _split(part)
    wanted = plain(operand)
    if operator in {"=", "!="}:
        hits = [plain(text) == wanted for text in texts.labels]
    else:
        hits = [wanted in plain(text) for text in texts.labels]
    mask = texts.mask(hits)
    return ~mask if operator in {"!", "!="} else mask


def plain(text: str) -> str:
    """Return a text as it is compared: without case, and with blanks for underscores."""
    return text.replace("_", " ").strip().lower()
