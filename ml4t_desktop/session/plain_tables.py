"""Tables as plain values, for a spreadsheet or a file: numbers without separators, per cents as fractions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Final, Protocol, runtime_checkable

from PySide6.QtCore import QLocale

from ml4t_desktop.session.direction import LEFT_TO_RIGHT_MARK
from ml4t_desktop.session.language import tr

if TYPE_CHECKING:  # polars loads after the window is visible
    import polars as pl

Plain = str | float | int | date | datetime | None
_PERCENT: Final = "%"
_STAR: Final = "★"
_NOTHING: Final = frozenset({"", "n/a"})


@dataclass(frozen=True, slots=True, kw_only=True)
class PlainTable:
    """The rows of a table.

    Parameters
    ----------
    headers : tuple of str
    rows : tuple of tuple
        Texts, numbers, dates and times; None where there is nothing.
    """

    headers: tuple[str, ...]
    rows: tuple[tuple[Plain, ...], ...]

    def text(self) -> str:
        """Return it as lines of values with tabs between them, as spreadsheets take it."""
        lines = (self.headers, *self.rows)
        return "\n".join("\t".join(_word(value) for value in line) for line in lines)

    def frame(self) -> pl.DataFrame:
        """Return it as a frame; a column of numbers alone is one of numbers, any other of texts."""
        import polars as pl

        names = _distinct(self.headers)
        columns = {name: [row[place] for row in self.rows] for place, name in enumerate(names)}
        return pl.DataFrame(
            [pl.Series(name, *_column(values), strict=False) for name, values in columns.items()]
        )


@runtime_checkable
class HasPlainTable(Protocol):
    """A widget that is no table of Qt and yet has one."""

    def plain_table(self) -> PlainTable:
        """Return what it shows."""
        ...


def plain_value(text: str, locale: QLocale) -> Plain:
    """Return what a text of a table stands for: a number, a fraction for per cents, else the text itself.

    Examples
    --------
    >>> plain_value("1,234.50", QLocale("en_US"))
    1234.5
    >>> plain_value("12.5 %", QLocale("en_US"))
    0.125
    """
    shown = text.replace(_STAR, "").replace(LEFT_TO_RIGHT_MARK, "").strip()
    if shown in _NOTHING:
        return None
    is_percent = shown.endswith(_PERCENT)
    number, is_number = locale.toDouble(shown.removesuffix(_PERCENT).strip())
    if not is_number:
        return shown
    return round(number / 100, 12) if is_percent else number


def _word(value: Plain) -> str:
    if isinstance(value, datetime):
        has_clock = bool(value.hour or value.minute or value.second)
        return value.strftime("%Y-%m-%d %H:%M:%S" if has_clock else "%Y-%m-%d")
    if isinstance(value, float):
        return "" if value != value else repr(value)  # noqa: PLR0124 (NaN)
    return "" if value is None else " ".join(str(value).split())


def _column(values: list[Plain]) -> tuple[list[Plain], pl.DataType | None]:
    import polars as pl

    known = [value for value in values if value is not None]
    if known and all(isinstance(value, int | float) for value in known):
        numbers: list[Plain] = [float(v) if isinstance(v, int | float) else None for v in values]
        return numbers, pl.Float64()
    if known and all(isinstance(value, date) for value in known):
        return values, None
    return [None if value is None else _word(value) for value in values], pl.String()


def _distinct(headers: Sequence[str]) -> list[str]:
    """Return the headers, each another one, as columns of files are."""
    found: list[str] = []
    for header in headers:
        called = header or tr("Name")
        name, number = called, 1
        while name in found:
            number += 1
            name = f"{called} {number}"
        found.append(name)
    return found
