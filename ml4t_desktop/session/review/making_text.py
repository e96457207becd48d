"""How a number is made, in words and digits: as few digits as give exactly the number on screen."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QLocale

from ml4t_desktop.session.formats import Kind, format_value
from ml4t_desktop.session.language import shown, tr

if TYPE_CHECKING:  # polars loads after the window is visible
    from ml4t_desktop.analysis.making.derivation import Derivation
    from ml4t_desktop.analysis.making.derivation import Kind as InputKind
    from ml4t_desktop.analysis.making.formula import Value

NOT_DEFINED: Final = "n/a"
_EPOCH: Final = datetime(1970, 1, 1)  # noqa: DTZ001 (times of data have the zone of the data)
_MOST_DIGITS: Final = 17
# Decimals to begin with; of numbers, digits that count.
_FIRST: Final[dict[str, int]] = {"money": 2, "percent": 2, "days": 1, "number": 4}
_STEP: Final = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class MakingText:
    """What is written of a number.

    Parameters
    ----------
    value : str
        As on screen; ``n/a`` where it is undefined.
    formula : str
        With the names of the inputs.
    worked : str
        With their values; empty where the number is undefined.
    inputs : tuple of (name, title, value, statistic)
    """

    value: str
    formula: str
    worked: str
    inputs: tuple[tuple[str, str, str, str], ...]


def making_text(made: "Derivation", locale: QLocale, *, is_zoned: bool = False) -> MakingText:
    """Return what is written of a number.

    The values of the inputs are written with as few digits as give the number on screen when the formula is
    carried out with them as they are written. `is_zoned` says whether the times of the run carry a zone: those
    of day are on the clocks that are chosen.
    """
    from ml4t_desktop.analysis.making.formula import written

    value = made.value
    texts = _texts(made, locale, is_zoned=is_zoned)
    names = {item.name: said_name(item.name) for item in made.inputs}
    return MakingText(
        value=value_text(value, made.kind, locale, is_zoned=is_zoned)
        if value is not None
        else NOT_DEFINED,
        formula=written(made.formula, names),
        worked=written(made.formula, texts) if value is not None else "",
        inputs=tuple(
            (
                names[item.name],
                shown(item.title),
                texts[item.name],
                item.statistic if item.statistic != made.name else "",
            )
            for item in made.inputs
        ),
    )


def said_name(name: str) -> str:
    """Return the name of an input as it is read in a formula."""
    return name.replace("_", " ")


def value_text(
    value: "Value | None", kind: "InputKind", locale: QLocale, *, is_zoned: bool = False
) -> str:
    """Return a number as it is written on screen."""
    if kind == "moment" and isinstance(value, int | float):
        return moment_text(value, locale, is_zoned=is_zoned)
    return format_value(value, _screen_kind(kind), locale)


def moment_text(days: float, locale: QLocale, *, is_zoned: bool = False) -> str:
    """Return a time in days since 1970-01-01, as a date where it is midnight."""
    moment = _EPOCH + timedelta(microseconds=round(days * 86_400_000_000))
    if moment.time() == _EPOCH.time():
        return format_value(moment, "date", locale)
    return format_value(moment.replace(tzinfo=UTC) if is_zoned else moment, "time", locale)


def _screen_kind(kind: "InputKind") -> Kind:
    return "number" if kind in ("number", "moment") else kind


def _texts(made: "Derivation", locale: QLocale, *, is_zoned: bool) -> Mapping[str, str]:
    """Return the inputs as they are written."""
    wanted = value_text(made.value, made.kind, locale)
    levels = range(0, _MOST_DIGITS, _STEP)
    more = next((more for more in levels if _says(made, more, locale) == wanted), levels[-1])
    said = _said(made, more)
    return {
        item.name: input_text(said[item.name], item.kind, locale, more, is_zoned=is_zoned)
        for item in made.inputs
    }


def _said(made: "Derivation", more: int) -> "Mapping[str, Value | None]":
    """Return the numbers that the inputs say with so many more digits than at first."""
    return {item.name: _rounded(item.value, item.kind, more) for item in made.inputs}


def _says(made: "Derivation", more: int, locale: QLocale) -> str:
    """Return what is read when the formula is carried out with the inputs as they are written."""
    from ml4t_desktop.analysis.making.formula import carried_out

    value = None if made.value is None else carried_out(made.formula, _said(made, more))
    return value_text(value, made.kind, locale)


def _rounded(value: "Value | None", kind: "InputKind", more: int) -> "Value | None":
    """Return the number that is written for a value with so many more digits than at first."""
    if not isinstance(value, float) or not math.isfinite(value) or kind not in _FIRST:
        return value
    digits = _FIRST[kind] + more
    if kind == "number":
        return float(f"{value:.{digits}g}")
    if kind == "percent":
        return float(f"{value * 100:.{digits}f}") / 100  # as who reads it takes it
    return float(f"{value:.{digits}f}")


def input_text(
    value: "Value | None",
    kind: "InputKind",
    locale: QLocale,
    more: int = 0,
    *,
    is_zoned: bool = False,
) -> str:
    """Return the value of an input with so many more digits than at first."""
    if value is None or isinstance(value, str):
        return NOT_DEFINED if value is None else value
    match kind:
        case "moment":
            text = moment_text(value, locale, is_zoned=is_zoned)
        case "number":
            text = _plain(float(value), _FIRST["number"] + more, locale)
        case "percent":
            text = tr("{number} %", number=_decimals(float(value) * 100, 2 + more, 2, locale))
        case "money":
            text = _decimals(float(value), 2 + more, 2, locale)
        case "days":
            text = _decimals(float(value), 1 + more, 0, locale)
        case _:
            text = format_value(value, _screen_kind(kind), locale)
    return text


def _plain(value: float, digits: int, locale: QLocale) -> str:
    """Return a number with so many digits that count."""
    size = abs(value)
    if size and not 1e-6 <= size < 1e15:
        return locale.toString(value, "g", digits)
    whole = math.floor(math.log10(size)) + 1 if size else 1
    return _decimals(value, max(digits - whole, 0), 0, locale)


def _decimals(value: float, most: int, least: int, locale: QLocale) -> str:
    """Return a number with at most so many decimals, without zeros at the end but for the least."""
    text = locale.toString(value, "f", most)
    point = locale.decimalPoint()
    head, found, tail = text.partition(point)
    if not found:
        return text
    kept = tail.rstrip(locale.zeroDigit()).ljust(least, locale.zeroDigit())
    return f"{head}{point}{kept}" if kept else head
