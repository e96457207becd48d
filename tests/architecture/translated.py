"""Which words of a message no translation reaches."""

import re
import string
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

from babel.messages.pofile import read_po

from ml4t_desktop.errors import Problem
from ml4t_desktop.wording import Text

_TEMPLATE = Path(__file__).resolve().parents[2] / "resources/translations/ml4t_desktop.pot"
_LETTERS = re.compile("[A-Za-z]{2,}")
_PROSE = re.compile(r"(?<!\S)[A-Za-z]{2,}[;:.]? [a-z]{2,}[,;:.)]?(?!\S)")  # no path, no name
_SAID_BY_OTHERS = frozenset(
    {"reason", "error", "last", "message", "first", "splitlines"}
)  # the system, TOML, Python


def untranslated(problems: Iterable[Problem]) -> list[str]:
    """Return the words of problems that stay English in every language."""
    return left_in_english(
        text for problem in problems for text in (problem.what, problem.fix, problem.where)
    )


def left_in_english(texts: Iterable[str]) -> list[str]:
    """Return the words of texts that stay English in every language."""
    return [words for text in texts for words in _words(text)]


def _words(text: object, name: str = "") -> Iterator[str]:
    if isinstance(text, Text):
        pattern = str(text.pattern)
        if _LETTERS.search(_without_places(pattern)) and pattern not in _known():
            yield f"not in the template: {pattern}"
        for place, value in text.values.items():
            yield from _words(value, place)
    elif isinstance(text, str) and name not in _SAID_BY_OTHERS and " codec " not in text:
        yield from [f"plain: {text}"] if _PROSE.search(text) else []


def _without_places(pattern: str) -> str:
    try:
        return "".join(text for text, *_ in string.Formatter().parse(pattern))
    except ValueError:  # a text with braces of its own
        return pattern


@cache
def _known() -> frozenset[str]:
    with _TEMPLATE.open("rb") as file:
        found = [message.id for message in read_po(file)]
    return frozenset(
        text for each in found for text in (each if isinstance(each, tuple) else (each,))
    )
