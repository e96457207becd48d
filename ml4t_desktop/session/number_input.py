"""Numbers as people type them: with the marks and digits of their country, or plain."""

import re

from PySide6.QtCore import QLocale

_MINUS = "\N{MINUS SIGN}"
_MARKS = re.compile("[\N{LEFT-TO-RIGHT MARK}\N{RIGHT-TO-LEFT MARK}\N{ARABIC LETTER MARK}]")
_BEGUN = re.compile(
    r"[-+]?[\d.,'\N{RIGHT SINGLE QUOTATION MARK}\N{ARABIC DECIMAL SEPARATOR}"
    r"\N{ARABIC THOUSANDS SEPARATOR}]*([eE][-+]?\d*)?"
)


def number_of(text: str, locale: QLocale) -> float | None:
    """Return the number that a text means; None when it means none.

    The country's own way of writing comes first, then the plain one with a point, then a comma for
    the decimal mark. What cannot be a group of thousands is never taken for one: ``0.850`` in
    Germany is less than one.

    Examples
    --------
    >>> number_of("1.234,5", QLocale("de_DE")), number_of("0.850", QLocale("de_DE"))
    (1234.5, 0.85)
    >>> number_of("0,85", QLocale("en_US"))
    0.85
    """
    typed = "".join(text.split())
    bare = _plain(typed)
    group, point = locale.groupSeparator(), locale.decimalPoint()
    if bare.lstrip("+-").startswith(f"0{group}"):
        typed = bare = bare.replace(group, point, 1)
    tries = [(locale, typed), (locale, bare), (QLocale.c(), bare)]
    if bare.count(",") == 1 and "." not in bare:
        tries.append((QLocale.c(), bare.replace(",", ".")))
    for reader, written in tries:
        value, is_number = reader.toDouble(written)
        if is_number:
            return float(value)
    return None


def may_become_number(text: str) -> bool:
    """Return whether a text is the beginning of a number, or nothing yet."""
    return _BEGUN.fullmatch(_plain("".join(text.split()))) is not None


def _plain(text: str) -> str:
    """Return a text with the sign that keyboards have, without marks of the direction of writing."""
    return _MARKS.sub("", text).replace(_MINUS, "-")
