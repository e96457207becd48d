"""How a text file is laid out, judged by its first lines."""

import csv
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from ml4t_desktop.files.formats.headers import header_of
from ml4t_desktop.request import TableForm
from ml4t_desktop.wording import say

_SEPARATORS = (
    ";",
    "\t",
    "|",
    ",",
)  # of two that fit alike, the first: a comma may be a decimal mark
_JUDGED_LINES = 200
_SAID = re.compile(r"sep=(.)\s*", re.IGNORECASE)
_COMMA_NUMBER = re.compile(r"[+-]?(\d+|\d{1,3}(?:\.\d{3})+),(\d+)")
_UNIT = re.compile(r"^[$€£]\s*|\s*([$€£%]|EUR|USD|CHF)$")
_DOT_NUMBER = re.compile(r"[+-]?\d*\.(\d+)([eE][+-]?\d+)?")
_THOUSANDS = 3  # digits behind a mark that may be one of thousands
_MOST_SEPARATED = 0.6
_LINE = re.compile(r"\r\n|\n|\r")


@dataclass(frozen=True, slots=True, kw_only=True)
class TextLayout:
    """How a text file separates its columns.

    Parameters
    ----------
    encoding : str
    separator : str
    quote : str
        Quotation mark around cells.
    decimal_comma : bool
    collapsed : bool
        Whether several blanks are one separator.
    comment : str or None
        Lines that begin so are no rows.
    skipped : int
        Lines up to and with the header.
    names : tuple of str
        The columns, without blanks around them, each name once.
    remarks : tuple of str
        What is unusual, in words.
    """

    encoding: str
    separator: str
    quote: str = '"'
    decimal_comma: bool = False
    collapsed: bool = False
    comment: str | None = None
    skipped: int
    names: tuple[str, ...]
    remarks: tuple[str, ...] = ()


def text_layout(head: str, encoding: str, form: TableForm, *, is_whole: bool) -> TextLayout:
    """Return how a text file is laid out.

    Parameters
    ----------
    head : str
        Its beginning.
    form : TableForm
        What the user says about it wins.
    is_whole : bool
        Whether `head` is all there is; otherwise its last line may be cut.
    """
    lines = _LINE.split(head.removeprefix("\ufeff"))
    if not is_whole and len(lines) > 1:
        lines = lines[:-1]
    remarks: list[str] = []
    start, said = 0, _SAID.fullmatch(lines[0])
    if said:
        start = 1
    comment, start = _comment(lines, start)
    body = [line for line in lines[start:] if line.strip() and not _is_comment(line, comment)]
    separator = form.separator or (said[1] if said else None) or _separator(body)
    collapsed = separator == " " and any("  " in line.strip() for line in body)
    quote = "'" if body and _is_quoted(body[0], separator, "'") else '"'
    rows = cells_of(body[:_JUDGED_LINES], separator, quote, collapsed=collapsed)
    header = header_of(rows)
    remarks += header.remarks
    if comment is not None and any(_is_comment(line, comment) for line in lines):
        remarks.append(say("lines that begin with {comment} are comments", comment=comment))
    decimal_comma = form.decimal == "," or (form.decimal is None and _has_decimal_comma(rows))
    return TextLayout(
        encoding=encoding,
        separator=separator,
        quote=quote,
        decimal_comma=decimal_comma and separator != ",",
        collapsed=collapsed,
        comment=comment,
        skipped=_lines_up_to(lines, start, header.rows, comment),
        names=header.names,
        remarks=tuple(remarks),
    )


def cells_of(
    lines: Sequence[str], separator: str, quote: str = '"', *, collapsed: bool = False
) -> list[list[str]]:
    """Return the cells of lines, without blanks around them."""
    if collapsed:
        lines = [re.sub(" +", " ", line.strip()) for line in lines]
    rows = csv.reader(lines, delimiter=separator, quotechar=quote, skipinitialspace=True)
    try:
        return [[cell.strip() for cell in row] for row in rows]
    except csv.Error:  # a cell longer than any in a table, or a lonely end of line
        return [[cell.strip() for cell in line.split(separator)] for line in lines]


def _comment(lines: Sequence[str], start: int) -> tuple[str | None, int]:
    """Return the mark of comments, and where the table begins; a header may be marked as one."""
    mark = next((m for m in ("#", "//", "%") if any(line.startswith(m) for line in lines)), None)
    if mark is None:
        return None, start
    place = start
    while place < len(lines) and (not lines[place].strip() or lines[place].startswith(mark)):
        place += 1
    if place >= len(lines) or place == start:
        return mark, start
    above, first = lines[place - 1], lines[place]
    if above.startswith(mark):
        for separator in _SEPARATORS:
            cells = cells_of([above.removeprefix(mark), first], separator)
            if len(cells[0]) == len(cells[1]) > 1 and header_of(cells[1:]).is_made:
                return None, place - 1
    return mark, place


def _is_comment(line: str, mark: str | None) -> bool:
    return mark is not None and line.startswith(mark)


def _separator(lines: Sequence[str]) -> str:
    """Return the character that cuts most lines into the same number of cells."""
    best, best_score = ",", (0.0, 0)
    for separator in _SEPARATORS:
        rows = cells_of(lines[:_JUDGED_LINES], separator)
        counts = Counter(len(row) for row in rows)
        width, count = max(counts.items(), key=lambda item: (item[0] > 1, item[1]), default=(1, 0))
        score = (count / len(rows) if width > 1 else 0.0, width if width > 1 else 0)
        if (round(score[0], 1), 0) > (round(best_score[0], 1), 0):
            best, best_score = separator, score
    if best_score[0] >= _MOST_SEPARATED or not lines:
        return best
    blanks = {len(line.split()) for line in lines[:_JUDGED_LINES]}
    if len(blanks) == 1 and blanks != {1}:
        return "\t" if all("\t" in line for line in lines[:_JUDGED_LINES]) else " "
    return best


def _is_quoted(line: str, separator: str, quote: str) -> bool:
    cells = [cell.strip() for cell in line.split(separator)]
    return all(len(cell) > 1 and cell[0] == cell[-1] == quote for cell in cells)


def _has_decimal_comma(rows: Sequence[Sequence[str]]) -> bool:
    """Return whether commas are decimal marks: some number must not be one with thousands."""
    cells = [_UNIT.sub("", cell) for row in rows for cell in row]
    commas = [match for cell in cells if (match := _COMMA_NUMBER.fullmatch(cell))]
    dots = [match for cell in cells if (match := _DOT_NUMBER.fullmatch(cell))]
    if any(len(match[1]) != _THOUSANDS for match in dots):
        return False
    return any(len(match[2]) != _THOUSANDS or match[1].startswith("0") for match in commas)


def _lines_up_to(lines: Sequence[str], start: int, rows: int, comment: str | None) -> int:
    """Return the number of lines up to and with so many rows of cells."""
    place = start
    while rows and place < len(lines):
        if lines[place].strip() and not _is_comment(lines[place], comment):
            rows -= 1
        place += 1
    return place
