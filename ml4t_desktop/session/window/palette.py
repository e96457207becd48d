"""What can be asked for by typing, and which of it a few typed letters mean."""

from collections.abc import Iterable
from dataclasses import dataclass

_START = 8  # points for a letter that begins a word
_RUN = 5  # for one right after the letter before
_WHOLE = 10  # for letters that begin a word and stand next to each other
_PLAIN = 1
_GAP = 0.05  # off for each letter in between


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One thing that can be asked for.

    Parameters
    ----------
    id : str
        What is given back when it is chosen.
    title : str
    kind : str
        What it is, in a word or two, such as the menu it stands in.
    detail : str
        What it is for.
    shortcut : str
    why_not : str
        Why it cannot be had now; empty when it can.
    """

    id: str
    title: str
    kind: str
    detail: str = ""
    shortcut: str = ""
    why_not: str = ""


def found(entries: Iterable[Entry], typed: str) -> tuple[Entry, ...]:
    """Return the entries that the typed letters may mean, the likeliest first.

    Every typed word has to be in an entry, its letters in order; those in the title count more than
    those in the kind. What can be had now comes before what cannot, when both are as likely.
    """
    words = typed.casefold().split()
    scored = [(_score(entry, words), place, entry) for place, entry in enumerate(entries)]
    kept = [(score, place, entry) for score, place, entry in scored if score is not None]
    kept.sort(key=lambda item: (-item[0], bool(item[2].why_not), item[1]))
    return tuple(entry for _, _, entry in kept)


def _score(entry: Entry, words: list[str]) -> float | None:
    """Return how well words fit an entry, None when one of them does not."""
    total = 0.0
    for word in words:
        best = max(
            fit(entry.title.casefold(), word) or 0.0,
            (fit(entry.kind.casefold(), word) or 0.0) / 2,
        )
        if not best:
            return None
        total += best
    return total


def fit(text: str, word: str) -> float | None:
    """Return how well the letters of a word are found in a text in their order; None: not at all.

    Letters at the beginning of words and next to each other count most: ``sa`` finds "Save as"
    before "Cancel all".
    """
    best: float | None = None
    for start in (place for place, letter in enumerate(text) if letter == word[0]):
        points = _points(text, word, start)
        if points is not None and (best is None or points > best):
            best = points
    return best


def _points(text: str, word: str, start: int) -> float | None:
    points, before = 0.0, -2
    place = start
    for letter in word:
        place = text.find(letter, max(place, before + 1))
        if place < 0:
            return None
        if place == 0 or not text[place - 1].isalnum():
            points += _START
        elif place == before + 1:
            points += _RUN
        else:
            points += _PLAIN
        points -= _GAP * max(place - before - 1, 0) if before >= 0 else _GAP * place
        before = place
    is_begun = start == 0 or not text[start - 1].isalnum()
    if is_begun and text.startswith(word, start):
        points += _WHOLE
    return max(points - _GAP * len(text) / 10, _GAP)
