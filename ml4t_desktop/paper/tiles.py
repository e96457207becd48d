"""The verdict, the headline numbers and the months of a report on paper, as blocks."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any, Final

from PySide6.QtCore import QLocale

from ml4t_desktop.paper.ink import CENTRE, LEFT, Box, Ink, Measure, Style
from ml4t_desktop.paper.sheets import Block
from ml4t_desktop.paper.texts import BODY, CELL, HEAD
from ml4t_desktop.session.formats import format_value
from ml4t_desktop.session.language import shown, tr
from ml4t_desktop.session.theme import LIGHT, Theme

MONTHS: Final = (
    "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
)  # fmt: skip
_SIGNS: Final = {"good": "\N{CHECK MARK}", "doubt": "?", "bad": "\N{BALLOT X}"}
_SIGNED: Final = frozenset({"total_return", "cagr", "sharpe", "net_profit"})
_HEADLINE: Final = Style(size=13, colour=LIGHT.text, is_bold=True)
_STRONG: Final = 0.08  # a return of a month that has the full colour
_PER_ROW: Final = 5
_TILE: Final = 36.0
_ROW: Final = 15.0


def verdict_blocks(
    measure: Measure, width: float, said: Sequence[Mapping[str, str]], theme: Theme
) -> list[Block]:
    """Return what follows from the evidence: the headline, and what it rests on."""
    if not said:
        return []
    tones = {"good": theme.gain, "doubt": theme.warning, "bad": theme.error}
    first, *others = said
    inner = width - 16
    height = measure.height(first["text"], _HEADLINE, inner) + 10

    def paint(ink: Ink, box: Box) -> None:
        ink.fill(Box(x=box.x, y=box.y, width=4, height=height), tones[first["tone"]])
        place = Box(x=box.x + 12, y=box.y + 5, width=inner, height=height)
        ink.paragraph(place, first["text"], _HEADLINE)

    blocks = [Block(height=height + 6, paint=paint, keeps_next=bool(others))]
    for remark in others:
        text, tone = remark["text"], tones[remark["tone"]]
        high = measure.height(text, BODY, width - 18)
        sign = partial(_paint_remark, text, _SIGNS[remark["tone"]], tone, high)
        blocks.append(Block(height=high + 3.5, paint=sign))
    return blocks


def _paint_remark(text: str, sign: str, tone: str, height: float, ink: Ink, box: Box) -> None:
    mark = Style(size=9, colour=tone, is_bold=True)
    ink.text(Box(x=box.x + 2, y=box.y, width=14, height=11), sign, mark)
    place = Box(x=box.x + 18, y=box.y, width=box.width - 18, height=height + 1)
    ink.paragraph(place, text, BODY)


def tile_rows(statistics: Sequence[Mapping[str, Any]], theme: Theme) -> list[Block]:
    """Return the headline numbers, five in a row."""
    shown = [item for item in statistics if item["headline"]]
    return [
        Block(height=_TILE + 5, paint=partial(_paint_tiles, shown[at : at + _PER_ROW], theme))
        for at in range(0, len(shown), _PER_ROW)
    ]


def _paint_tiles(items: Sequence[Mapping[str, Any]], theme: Theme, ink: Ink, box: Box) -> None:
    gap = 6.0
    width = (box.width - gap * (_PER_ROW - 1)) / _PER_ROW
    for place, item in enumerate(items):
        tile = Box(x=box.x + place * (width + gap), y=box.y, width=width, height=_TILE)
        ink.frame(tile, LIGHT.border)
        value = item["all"]
        text = "n/a" if value is None else format_value(value, item["kind"], QLocale())
        inner = Box(x=tile.x + 6, y=tile.y + 4, width=width - 12, height=11)
        ink.text(inner, shown(item["title"]), Style(size=7, colour=LIGHT.muted))
        colour = LIGHT.text
        if item["name"] in _SIGNED and isinstance(value, int | float) and value:
            colour = theme.gain if value > 0 else theme.loss
        below = Box(x=inner.x, y=tile.y + 16, width=inner.width, height=16)
        ink.text(below, text, Style(size=11.5, colour=colour, is_bold=True))


def months_blocks(months: Sequence[Mapping[str, Any]], theme: Theme) -> list[Block]:
    """Return the returns of the months, a row for each year, the stronger the deeper the colour."""
    names = [QLocale().monthName(month, QLocale.FormatType.ShortFormat) for month in range(1, 13)]
    head = Block(
        height=_ROW,
        paint=partial(_paint_month_names, (tr("Year"), *names, tr("Year"))),
        keeps_next=True,
    )
    rows = [
        Block(height=_ROW, paint=partial(_paint_months, row, theme), head=head) for row in months
    ]
    return [head, *rows]


def _paint_month_names(names: tuple[str, ...], ink: Ink, box: Box) -> None:
    width = box.width / len(names)
    for place, name in enumerate(names):
        cell = Box(x=box.x + place * width, y=box.y, width=width, height=_ROW)
        ink.text(cell, name, HEAD, CENTRE if place else LEFT)


def _paint_months(row: Mapping[str, Any], theme: Theme, ink: Ink, box: Box) -> None:
    width = box.width / (len(MONTHS) + 2)
    ink.text(Box(x=box.x, y=box.y, width=width, height=_ROW), str(row["year"]), HEAD)
    for place, name in enumerate((*MONTHS, "ytd"), 1):
        value = row[name]
        if value is None:
            continue
        cell = Box(x=box.x + place * width, y=box.y, width=width - 1, height=_ROW - 1)
        share = min(abs(value) / _STRONG, 1.0) * 0.45
        if name != "ytd":
            ink.fill(cell, theme.gain if value >= 0 else theme.loss, share)
        style = CELL if name != "ytd" else Style(size=7.5, colour=LIGHT.text, is_bold=True)
        ink.text(cell, format_value(value * 100, "ratio", QLocale()), style, CENTRE)
