"""Texts that can be said in another language later: English now, with what they were made of.

Whoever makes a text here need not know who reads it. A `Text` is an ordinary ``str`` in English, as the
command line prints it and a test compares it; the window asks `session.language.shown` for it in the
language of the user, with its numbers written as the user writes numbers.
"""

from collections.abc import Iterable, Mapping
from typing import Self


class Text(str):
    """An English text that remembers its pattern and its values.

    Parameters
    ----------
    english : str
    pattern : str
        With places such as ``{column}`` or ``{rows:,}`` for the values.
    values : mapping
        By the names of the places. A value that is a `Text` is translated within the text.
    plural : str
        The pattern for another number than one; empty when there is none.
    number : int
        Chooses between the two.
    context : str
        What is meant, for a word that means several things.
    """

    __slots__ = ("context", "number", "pattern", "plural", "values")
    pattern: str
    values: Mapping[str, object]
    plural: str
    number: int
    context: str

    def __new__(
        cls,
        english: str,
        pattern: str = "",
        values: Mapping[str, object] | None = None,
        plural: str = "",
        number: int = 1,
        context: str = "",
    ) -> Self:
        """Make one; without a pattern, the text is its own."""
        made = super().__new__(cls, english)
        made.pattern, made.values = pattern or str(english), values or {}
        made.plural, made.number, made.context = plural, number, context
        return made

    def __add__(self, other: str) -> str:
        """Return both, one after the other; a sentence that is added stays one that can be translated."""
        return joined("", (self, other))

    def __radd__(self, other: str) -> str:
        """Return both, one after the other."""
        return joined("", (other, self))

    def __reduce__(self) -> tuple[type[Self], tuple[object, ...]]:
        """Say how it is made anew, in another process."""
        parts = (str(self), self.pattern, self.values, self.plural, self.number, self.context)
        return type(self), parts


def mark(text: str) -> str:
    """Return a constant that is translated where it is shown; like all below, it is a `Text`."""
    return Text(text)


def meant(context: str, text: str) -> str:
    """Return a constant whose word means several things, with which of them is meant."""
    return Text(text, context=context)


def say(pattern: str, /, **values: object) -> str:
    """Return a sentence with its values in place, as `str.format` puts them there.

    Examples
    --------
    >>> say("{file} has {rows:,} rows", file="prices.csv", rows=1234)
    'prices.csv has 1,234 rows'
    """
    return Text(pattern.format(**values), pattern, values)


def say_count(singular: str, plural: str, n: int, /, **values: object) -> str:
    """Return the one of two sentences that fits a number, which both may name as ``{n}``.

    Examples
    --------
    >>> say_count("{n} row", "{n:,} rows", 1234)
    '1,234 rows'
    """
    named = {"n": n, **values}
    chosen = singular if n == 1 else plural
    return Text(chosen.format(**named), singular, named, plural, n)


def joined(separator: str, parts: Iterable[object]) -> str:
    """Return texts one after the other; only for what is a list or a sequence of whole sentences."""
    named = {f"part{number}": part for number, part in enumerate(parts)}
    pattern = separator.join(f"{{{name}}}" for name in named)
    return Text(separator.join(map(str, named.values())), pattern, named)


def parted(text: str) -> tuple[str, ...]:
    """Return the texts that `joined` put one after the other; any other text alone."""
    values = text.values if isinstance(text, Text) else {}
    parts = tuple(part for part in values.values() if isinstance(part, str))
    return parts if "part0" in values else (text,)
