"""Headings, paragraphs and tables as blocks."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Final

from ml4t_desktop.paper.ink import LEFT, RIGHT, Box, Ink, Measure, Style
from ml4t_desktop.paper.sheets import Block
from ml4t_desktop.session.theme import LIGHT

TITLE: Final = Style(size=20, colour=LIGHT.text, is_bold=True)
HEADING: Final = Style(size=12.5, colour=LIGHT.text, is_bold=True)
BODY: Final = Style(size=9, colour=LIGHT.text)
MUTED: Final = Style(size=8, colour=LIGHT.muted)
CELL: Final = Style(size=7.5, colour=LIGHT.text)
GROUP: Final = Style(size=7, colour=LIGHT.muted, is_bold=True)
HEAD: Final = Style(size=7.5, colour=LIGHT.muted, is_bold=True)
NOTE: Final = Style(size=6.5, colour=LIGHT.muted)
CODE: Final = Style(size=7, colour=LIGHT.text, is_fixed=True)
_LEAST_ROW: Final = 11.5
_GAP: Final = 3.0
_SHORT: Final = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column of a table: its title, its width in points, and whether numbers stand in it.

    `style` is that of its cells; texts of a column that wraps are broken, others cut off.
    """

    title: str
    width: float
    is_number: bool = True
    wraps: bool = False
    style: Style = CELL


def space(height: float) -> Block:
    """Return room left free."""
    return Block(height=height, paint=lambda _ink, _box: None)


def heading(text: str, *, begins_page: bool = False) -> Block:
    """Return a heading, on the page of what follows it."""

    def paint(ink: Ink, box: Box) -> None:
        ink.text(Box(x=box.x, y=box.y + 8, width=box.width, height=18), text, HEADING)

    return Block(height=30, paint=paint, keeps_next=True, begins_page=begins_page)


def paragraph(measure: Measure, width: float, text: str, style: Style = BODY) -> Block:
    """Return a text broken at the width of the page."""
    height = measure.height(text, style, width)

    def paint(ink: Ink, box: Box) -> None:
        ink.paragraph(Box(x=box.x, y=box.y, width=width, height=height + 1), text, style)

    return Block(height=height + _GAP, paint=paint)


def table(
    measure: Measure, columns: Sequence[Column], rows: Sequence[Sequence[str] | str]
) -> list[Block]:
    """Return the rows of a table as blocks; a row that is one text is a heading among them.

    The titles of the columns are repeated on every page; a short table stays on one.
    """
    head = Block(
        height=15.0,
        paint=partial(_paint_head, tuple(columns)),
        keeps_next=True,
    )
    blocks = [head]
    for row in rows:
        if isinstance(row, str):
            paint = partial(_paint_group, row)
            blocks.append(Block(height=15.0, paint=paint, keeps_next=True, head=head))
            continue
        height = max(
            (
                measure.height(text, column.style, column.width - 4) + 2.5
                for column, text in zip(columns, row, strict=True)
                if column.wraps and text
            ),
            default=_LEAST_ROW,
        )
        paint = partial(_paint_row, tuple(columns), tuple(row))
        blocks.append(Block(height=max(height, _LEAST_ROW), paint=paint, head=head))
    if len(rows) <= _SHORT:
        blocks[1:-1] = [replace(block, keeps_next=True) for block in blocks[1:-1]]
    return blocks


def code(measure: Measure, width: float, text: str) -> list[Block]:
    """Return lines of a file, those that are too long broken anywhere."""
    letter = measure.width("m", CODE)
    most = max(int(width / letter), 20)
    blocks: list[Block] = []
    for line in text.splitlines():
        parts = [line[start : start + most] for start in range(0, max(len(line), 1), most)]
        blocks += [Block(height=9.2, paint=partial(_paint_code, part)) for part in parts]
    return blocks


def _paint_code(text: str, ink: Ink, box: Box) -> None:
    ink.text(Box(x=box.x, y=box.y, width=box.width + 20, height=box.height), text, CODE)


def _paint_head(columns: tuple[Column, ...], ink: Ink, box: Box) -> None:
    _paint_cells(columns, tuple(column.title for column in columns), ink, box, style=HEAD)
    ink.line((box.x, box.bottom - 1), (box.right, box.bottom - 1), LIGHT.border, 0.7)


def _paint_group(text: str, ink: Ink, box: Box) -> None:
    ink.text(Box(x=box.x, y=box.y + 3, width=box.width, height=box.height - 3), text, GROUP)


def _paint_row(columns: tuple[Column, ...], texts: tuple[str, ...], ink: Ink, box: Box) -> None:
    _paint_cells(columns, texts, ink, box)
    ink.line((box.x, box.bottom), (box.right, box.bottom), LIGHT.grid, 0.3)


def _paint_cells(
    columns: tuple[Column, ...],
    texts: tuple[str, ...],
    ink: Ink,
    box: Box,
    style: Style | None = None,
) -> None:
    x = box.x
    for column, text in zip(columns, texts, strict=True):
        inner = Box(x=x + 2, y=box.y, width=column.width - 4, height=box.height)
        if column.wraps and style is None:
            shown = Box(x=inner.x, y=box.y + 1.2, width=inner.width, height=box.height)
            ink.paragraph(shown, text, column.style)
        else:
            line = Box(x=inner.x, y=box.y, width=inner.width, height=min(box.height, 15.0))
            ink.text(line, text, style or column.style, RIGHT if column.is_number else LEFT)
        x += column.width
