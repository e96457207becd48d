"""The header of a table of cells: where it is, and what it calls the columns."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from ml4t_desktop.files.columns.names import usual_role
from ml4t_desktop.files.findings import counted
from ml4t_desktop.wording import mark, say

PAIR = "|"
_NUMBER = re.compile(r"[(]?[+-]?[$€£]?\s?(\d[\d.,' ]*|\.\d+)([eE][+-]?\d+)?\s?%?[)]?")
_TIME = re.compile(r"\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}.*|\d{1,2}:\d{2}.*|\d{8}")
_FEWEST_CELLS = 4
_FEWEST_ROWS = 3  # that tell a line of units from the first row
_LOOKED_AT = 20
_TOTALS = frozenset({
    "total", "totals", "grandtotal", "subtotal", "sum", "average", "avg", "mean", "median", "count",
    "summe", "gesamt", "durchschnitt", "mittelwert", "anzahl", "somme", "moyenne", "suma", "totale", "media",
})  # fmt: skip
# As its documentation calls what its archives have without names.
_KLINES = (
    "open_time", "open", "high", "low", "close", "volume", "close_time", "quote_volume", "count",
    "taker_buy_volume", "taker_buy_quote_volume", "ignore",
)  # fmt: skip
_KLINE_TIME = re.compile(r"\d{13}|\d{16}")
_NO_WORD = ("", "-", "nan", "na", "n/a", "null", "none", "#n/a")


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """The header of a table.

    Parameters
    ----------
    rows : int
        Rows of cells up to and with the header.
    names : tuple of str
    is_made : bool
        Whether the table has none, so that the columns are called by their place.
    remarks : tuple of str
    """

    rows: int
    names: tuple[str, ...]
    is_made: bool = False
    remarks: tuple[str, ...] = ()


def header_of(rows: Sequence[Sequence[str]]) -> Header:
    """Return the header of rows of cells; a table may have none, titles above it, or two levels."""
    if not rows:
        return Header(rows=0, names=())
    width = _width(rows)
    filled = _filled_width(rows, width)
    fitting = [place for place, row in enumerate(rows) if _fits(row, width, filled)]
    first = next((place for place in fitting if not _is_title(rows[place])), None)
    first = first if first is not None else next(iter(fitting), None)
    if first is None:
        return Header(rows=0, names=())
    remarks = (
        [say("{first} above the header left out", first=counted(first, "line"))] if first else []
    )
    plain = _without_names(rows[first:])
    if plain is not None:
        names, said, is_made = plain
        remarks += [said] if said else []
        used = first if is_made else first + 1
        return Header(rows=used, names=names, is_made=is_made, remarks=tuple(remarks))
    levels = _levels(rows[first:])
    if levels is not None:
        names, used = levels
        remarks.append(mark("the header has two levels"))
        made, more = unique_names(names)
        return Header(rows=first + used, names=made, remarks=(*remarks, *more))
    names = [*rows[first]]
    if filled <= len(names) < width:  # lines that end with separators
        names += [""] * (width - len(names))
    elif len(names) == width - 1:
        data = [row for row in rows[first + 1 :] if len(row) == width]
        if all(not row[-1] for row in data):
            names.append("")
        else:
            names.insert(0, "")
            remarks.append(mark("the first column has no name"))
    made, more = unique_names(names)
    units = _units(rows[first + 1 :], len(names))
    if units:
        said = ", ".join(dict.fromkeys(cell for cell in units if cell))
        remarks.append(say("the line below the header is no row of the table ({said})", said=said))
    return Header(rows=first + 1 + bool(units), names=made, remarks=(*remarks, *more))


def _without_names(rows: Sequence[Sequence[str]]) -> tuple[tuple[str, ...], str, bool] | None:
    """Return the names of columns that nobody named, a remark, and whether there is no header at all."""
    counts = _counted(rows[0])
    if counts:
        return counts, "", False
    if not _is_data(rows[0]):
        return None
    if _are_klines(rows):
        said = mark("the table has no header; its twelve columns are those of Binance")
        return _KLINES, said, True
    names = tuple(f"column_{place + 1}" for place in range(len(rows[0])))
    return names, mark("the table has no header; the columns are called by their place"), True


def _counted(row: Sequence[str]) -> tuple[str, ...]:
    """Return the names of a header that only counts the columns from 0, behind the nameless one of an index."""
    index = 1 if row and not row[0] else 0
    counts = [str(place) for place in range(len(row) - index)]
    if len(counts) < _FEWEST_CELLS or [*row[index:]] != counts:
        return ()
    return (*["unnamed_1"][:index], *counts)


def _are_klines(rows: Sequence[Sequence[str]]) -> bool:
    """Return whether rows without header are the twelve columns of Binance: it opens, and ends before the next."""
    return len(rows[0]) == len(_KLINES) and all(
        len(row) == len(_KLINES)
        and _KLINE_TIME.fullmatch(row[0]) is not None
        and len(row[6]) == len(row[0])
        and row[6] > row[0]
        and row[8].isdecimal()
        and row[11].strip("0") in ("", ".")
        for row in rows[:_LOOKED_AT]
        if len(row) > 1
    )


def unique_names(names: Sequence[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return each name once, nameless columns called by their place, and remarks on what was done."""
    made: dict[str, None] = {}
    doubled: list[str] = []
    for place, name in enumerate(names):
        plain = name.strip().strip("\"'").lstrip("#").strip() or f"unnamed_{place + 1}"
        new, count = plain, 1
        while new in made:
            count += 1
            new = f"{plain}_{count}"
        if new != plain:
            doubled.append(new)
        made[new] = None
    remark = say("names that occur again are numbered: {doubled}", doubled=", ".join(doubled[:5]))
    return tuple(made), (remark,) if doubled else ()


def _width(rows: Sequence[Sequence[str]]) -> int:
    """Return the number of cells most rows have; of two as common, the larger."""
    counts = Counter(len(row) for row in rows)
    return max(counts.items(), key=lambda item: (item[1], item[0]))[0]


def _filled_width(rows: Sequence[Sequence[str]], width: int) -> int:
    """Return the number of cells up to the last one that any of the widest rows fills."""
    wide = [row for row in rows if len(row) == width]
    return max((place + 1 for row in wide for place, cell in enumerate(row) if cell), default=0)


def _fits(row: Sequence[str], width: int, filled: int) -> bool:
    """Return whether a row can be the header: as wide as the rows, or as what they fill, or lacking one name."""
    if len(row) == width:
        return width == 1 or sum(bool(cell) for cell in row) > 1
    return (len(row) == width - 1 or filled <= len(row) < width) and len(row) > 1 and all(row)


def _units(rows: Sequence[Sequence[str]], width: int) -> Sequence[str]:
    """Return the line of units, of types or of dashes between the header and the rows; empty if there is none.

    It has words, or nothing, where the rows below it have numbers and times.
    """
    if len(rows) < _FEWEST_ROWS or len(rows[0]) != width:
        return ()
    units, body = rows[0], [row for row in rows[1 : _LOOKED_AT + 1] if len(row) == width]
    numbers = [c for c in range(width) if _most(body, c, _NUMBER)]
    times = [c for c in range(width) if _most(body, c, _TIME)]
    judged = {*numbers, *times}
    if not times or len(numbers) < 2 or not any(units[c] for c in judged):
        return ()
    return units if all(not units[c] or _is_word(units[c]) for c in judged) else ()


def _most(rows: Sequence[Sequence[str]], column: int, pattern: re.Pattern[str]) -> bool:
    return 2 * sum(bool(pattern.fullmatch(row[column])) for row in rows) > len(rows)


def is_total(cells: Sequence[str], before: Sequence[str]) -> bool:
    """Return whether a last row sums up the others: it says so, and has no time where the row before has one."""
    first = next((cell for cell in cells if cell), "")
    return (
        first.casefold().rstrip(": ").replace(" ", "") in _TOTALS
        and any(_TIME.fullmatch(cell) for cell in before)
        and not any(_TIME.fullmatch(cell) for cell in cells)
    )


def _is_title(row: Sequence[str]) -> bool:
    """Return whether only the first two of several cells are filled, such as a word and its value."""
    return len(row) >= _FEWEST_CELLS and not any(row[2:])


def _is_word(cell: str) -> bool:
    return not (_NUMBER.fullmatch(cell) or _TIME.fullmatch(cell))


def _is_data(row: Sequence[str]) -> bool:
    """Return whether a row holds values: mostly numbers and times, and no usual name."""
    values = sum(not _is_word(cell) for cell in row)
    if any(usual_role(cell) is not None and _is_word(cell) for cell in row if len(cell) > 1):
        return False
    return 2 * values >= max(len(row), 1)


def _levels(rows: Sequence[Sequence[str]]) -> tuple[list[str], int] | None:
    """Return names such as ``Close|AAPL`` of a header of two rows, and the rows it takes."""
    if len(rows) < 3 or len(rows[0]) < 2:
        return None
    upper, lower = rows[0][1:], rows[1][1:]
    if len(lower) != len(upper) or not all(lower) or not all(map(_is_word, lower)):
        return None
    if any(cell.casefold() in _NO_WORD for cell in lower) or not _is_word(rows[1][0]):
        return None
    third = rows[2]
    named = bool(third) and bool(third[0]) and _is_word(third[0]) and not any(third[1:])
    roles = {usual_role(cell) for cell in (*upper, *lower)} - {None}
    repeated = len(set(upper)) < len(upper)
    if not named and not (repeated and roles):
        return None
    filled: list[str] = []
    for cell in upper:
        filled.append(cell or (filled[-1] if filled else ""))
    time = third[0] if named else rows[1][0] or rows[0][0]
    pairs = [f"{above}{PAIR}{below}" for above, below in zip(filled, lower, strict=True)]
    return [time, *pairs], 3 if named else 2
