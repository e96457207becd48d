"""Blocks put on pages one below the other, and the pages written as a PDF file."""

import os
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from PySide6.QtCore import QLocale, QMarginsF
from PySide6.QtGui import QGuiApplication, QPageLayout, QPageSize, QPainter, QPdfWriter

from ml4t_desktop.paper.ink import RIGHT, UNITS, Box, Ink, Measure, Style
from ml4t_desktop.session.language import tr
from ml4t_desktop.session.theme import LIGHT
from ml4t_desktop.wording import mark

PaperSize = Literal["a4", "letter"]
SIZES: Final[dict[PaperSize, QPageSize.PageSizeId]] = {
    "a4": QPageSize.PageSizeId.A4,
    "letter": QPageSize.PageSizeId.Letter,
}
MARGIN: Final = 42.0
_FOOT: Final = 24.0
_POINTS_PER_INCH: Final = 72
_SMALL: Final = Style(size=7.5, colour=LIGHT.muted)


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """Something that stands on one page.

    Parameters
    ----------
    height : float
        In points.
    paint : callable
        Draws it into a box of that height and of the width of the page.
    keeps_next : bool
        Whether the block after it has to be on the same page.
    head : Block or None
        What is repeated above it where it begins a page, such as the header of a table.
    begins_page : bool
    """

    height: float
    paint: Callable[[Ink, Box], None]
    keeps_next: bool = False
    head: "Block | None" = None
    begins_page: bool = False


Placed = tuple[Block, float]


def paged(blocks: Sequence[Block], height: float) -> list[list[Placed]]:
    """Return which blocks stand on which page, and how far below its upper edge.

    Parameters
    ----------
    height : float
        Of what can be written on a page, in points. A block that is higher has a page of its own.
    """
    pages: list[list[Placed]] = [[]]
    below = 0.0
    for place, block in enumerate(blocks):
        needed = _needed(blocks, place, height)
        if pages[-1] and (block.begins_page or below + needed > height):
            pages.append([])
            below = 0.0
            if block.head is not None:
                pages[-1].append((block.head, below))
                below += block.head.height
        pages[-1].append((block, below))
        below += block.height
    return pages


def _needed(blocks: Sequence[Block], place: int, height: float) -> float:
    """Return the height of a block and of those it has to be on one page with."""
    needed = blocks[place].height
    if place and blocks[place - 1].keeps_next:
        return needed  # whether there is room for them was asked before the first of them
    while blocks[place].keeps_next and place + 1 < len(blocks):
        place += 1
        needed += blocks[place].height
    return min(needed, height)


def local_paper() -> PaperSize:
    """Return the paper that is usual where the user is: Letter in America, A4 elsewhere."""
    is_metric = QLocale().measurementSystem() == QLocale.MeasurementSystem.MetricSystem
    return "a4" if is_metric else "letter"


def paper_of(name: str) -> PaperSize:
    """Return the paper of a name; another name stands for what is usual where the user is."""
    if name == "a4":
        return "a4"
    return "letter" if name == "letter" else local_paper()


def write_pdf(
    path: Path,
    title: str,
    paper: PaperSize,
    make: Callable[[Measure, float], Sequence[Block]],
    advance: Callable[[float], None],
) -> int:
    """Write blocks as a PDF file, as a whole or not at all, and return the number of its pages.

    Parameters
    ----------
    title : str
        Stands at the foot of every page.
    make : callable
        Returns the blocks, given what measures texts and the width of the page in points.
    advance : callable
        Told the share of the pages that is written; raises when nobody waits for them any more.

    Raises
    ------
    OSError
        If the file cannot be written.
    """
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        # Qt tells a file that cannot be opened on stderr; Python's error says why.
        temporary.touch()
        writer = QPdfWriter(str(temporary))
        writer.setResolution(round(UNITS * _POINTS_PER_INCH))
        writer.setPageSize(QPageSize(SIZES[paper]))
        writer.setPageMargins(QMarginsF(0, 0, 0, 0), QPageLayout.Unit.Point)
        writer.setTitle(title)
        writer.setCreator("ML4T Desktop")
        count = _write_pages(writer, title, make, advance)
        temporary.replace(path)
    finally:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)
    return count


def _write_pages(
    writer: QPdfWriter,
    title: str,
    make: Callable[[Measure, float], Sequence[Block]],
    advance: Callable[[float], None],
) -> int:
    size = writer.pageLayout().fullRect(QPageLayout.Unit.Point)
    area = Box(
        x=MARGIN, y=MARGIN, width=size.width() - 2 * MARGIN, height=size.height() - 2 * MARGIN
    )
    measure = Measure(writer, QGuiApplication.font().family())
    pages = paged(make(measure, area.width), area.height - _FOOT)
    painter = QPainter()
    if not painter.begin(writer):
        message = mark("the file cannot be written")
        raise OSError(message)
    try:
        ink = Ink(painter, measure)
        for number, page in enumerate(pages, 1):
            if number > 1:
                writer.newPage()
            for block, below in page:
                place = Box(x=area.x, y=area.y + below, width=area.width, height=block.height)
                block.paint(ink, place)
            _foot(ink, area, title, tr("Page {number} of {all}", number=number, all=len(pages)))
            advance(number / len(pages))
    finally:
        painter.end()
    return len(pages)


def _foot(ink: Ink, area: Box, title: str, number: str) -> None:
    line = area.bottom - _FOOT + 10
    ink.line((area.x, line), (area.right, line), LIGHT.border)
    box = Box(x=area.x, y=line + 3, width=area.width, height=11)
    ink.text(Box(x=box.x, y=box.y, width=area.width - 90, height=box.height), title, _SMALL)
    ink.text(box, number, _SMALL, RIGHT)
