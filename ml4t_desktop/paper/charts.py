"""The charts of a report on paper, as blocks."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final

from PySide6.QtCore import QLocale

from ml4t_desktop.paper.axes import (
    LABEL,
    LABEL_WIDTH,
    Scale,
    ValueKind,
    draw_number_axis,
    draw_time_axis,
    draw_value_axis,
    value_scale,
)
from ml4t_desktop.paper.ink import CENTRE, Box, Ink, Style
from ml4t_desktop.paper.sheets import Block
from ml4t_desktop.session.formats import compact, format_value
from ml4t_desktop.session.theme import LIGHT, Theme

_LEGEND: Final = 14.0
_LEGEND_ROW: Final = 11.0
_BELOW: Final = 14.0
Values = Sequence[float | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line of a chart, with what the legend says of it."""

    name: str
    values: Values
    colour: str
    is_dashed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Band:
    """What lies between two lines."""

    low: Values
    high: Values
    share: float


def lines_chart(
    times: Sequence[int],
    lines: Sequence[Line],
    kind: ValueKind,
    *,
    height: float,
    bands: Sequence[Band] = (),
    level: float | None = None,
    has_times: bool = True,
) -> Block:
    """Return lines over time with their last values in the legend; a level is a dashed line across.

    Parameters
    ----------
    times : sequence of int
        Milliseconds since 1970, the same for all lines.
    has_times : bool
        Whether times stand below it.
    """
    drawing = _Lines(
        times=tuple(times),
        lines=tuple(lines),
        kind=kind,
        bands=tuple(bands),
        level=level,
        has_times=has_times,
    )
    return Block(height=height, paint=drawing.paint, keeps_next=not has_times)


def depth_chart(times: Sequence[int], depth: Values, name: str, theme: Theme, *, height: float) -> Block:  # fmt: skip
    """Return an area below zero over time."""
    return Block(
        height=height, paint=partial(_paint_depth, tuple(times), tuple(depth), name, theme)
    )


def bars_chart(
    edges: Sequence[float], counts: Sequence[int], note: str, theme: Theme, *,
    height: float, mark: float | None = None, has_tones: bool = True,
) -> Block:  # fmt: skip
    """Return counts of values between edges; gains and losses in their colours, unless told otherwise."""
    drawing = _Bars(
        edges=tuple(edges),
        counts=tuple(counts),
        note=note,
        theme=theme,
        mark=mark,
        has_tones=has_tones,
    )
    return Block(height=height, paint=drawing.paint)


def steps_chart(
    names: Sequence[str], amounts: Sequence[float], theme: Theme, *, height: float
) -> Block:
    """Return amounts that begin where the one before has ended; the first and the last are sums."""
    paint = partial(_paint_steps, tuple(names), tuple(amounts), theme)
    return Block(height=height, paint=paint)


def beside(*blocks: Block, gap: float = 14.0) -> Block:
    """Return blocks next to each other, of equal width."""

    def paint(ink: Ink, box: Box) -> None:
        width = (box.width - gap * (len(blocks) - 1)) / len(blocks)
        for place, block in enumerate(blocks):
            x = box.x + place * (width + gap)
            block.paint(ink, Box(x=x, y=box.y, width=width, height=block.height))

    return Block(height=max(block.height for block in blocks), paint=paint)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Lines:
    """What `lines_chart` draws."""

    times: tuple[int, ...]
    lines: tuple[Line, ...]
    kind: ValueKind
    bands: tuple[Band, ...]
    level: float | None
    has_times: bool

    def paint(self, ink: Ink, box: Box) -> None:
        area = _inner(box, below=_BELOW if self.has_times else 4.0)
        named = _named(ink, area, self.lines, self.kind)
        area = _lower(area, named[-1][1] if named else 0)
        sides = (side for band in self.bands for side in (band.low, band.high))
        every = [
            value for values in (*(line.values for line in self.lines), *sides) for value in values
        ]
        if self.level is not None:
            every.append(self.level)
        x, y = _time_scale(self.times, area), value_scale(area, every)
        draw_value_axis(ink, area, y, self.kind)
        draw_time_axis(ink, area, x, has_labels=self.has_times)
        for band in self.bands:
            above = _points(self.times, band.high, x, y)
            below = _points(self.times, band.low, x, y)
            ink.area([*above, *reversed(below)], LIGHT.muted, band.share)
        if self.level is not None:
            across = y.at(self.level)
            ink.line((area.x, across), (area.right, across), LIGHT.muted, is_dashed=True)
        for line in self.lines:
            points = _points(self.times, line.values, x, y)
            ink.polyline(points, line.colour, is_dashed=line.is_dashed)
        _write_names(ink, box.y, named)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Bars:
    """What `bars_chart` draws."""

    edges: tuple[float, ...]
    counts: tuple[int, ...]
    note: str
    theme: Theme
    mark: float | None
    has_tones: bool

    def paint(self, ink: Ink, box: Box) -> None:
        notes = self.note.splitlines()
        area = _lower(_inner(box, below=_BELOW), max(len(notes) - 1, 0))
        for place, note in enumerate(notes):
            top = box.y + place * _LEGEND_ROW
            ink.text(Box(x=area.x, y=top, width=area.width, height=_LEGEND), note, LABEL)
        if not any(self.counts):
            return
        ends = (self.edges[0], self.edges[-1], *(() if self.mark is None else (self.mark,)))
        x = Scale(low=min(ends), high=max(ends), start=area.x, end=area.right)
        y = Scale(low=0.0, high=max(self.counts) * 1.06, start=area.bottom, end=area.y)
        draw_value_axis(ink, area, y, "count")
        for left, right, count in zip(self.edges[:-1], self.edges[1:], self.counts, strict=True):
            self._draw_bar(ink, area, (x.at(left), x.at(right)), y.at(count), left + right)
        if self.mark is not None:
            at = x.at(self.mark)
            ink.line((at, area.y), (at, area.bottom), LIGHT.accent, 1.2)
        draw_number_axis(ink, area, x, "percent")

    def _draw_bar(
        self, ink: Ink, area: Box, sides: tuple[float, float], top: float, sign: float
    ) -> None:
        left, right = sides[0] + 0.3, sides[1] - 0.3
        bar = Box(x=left, y=top, width=right - left, height=area.bottom - top)
        if self.has_tones:
            ink.fill(bar, self.theme.gain if sign >= 0 else self.theme.loss, 0.75)
        else:
            ink.fill(bar, LIGHT.muted, 0.5)


def _inner(box: Box, *, below: float) -> Box:
    return Box(
        x=box.x + LABEL_WIDTH,
        y=box.y + _LEGEND,
        width=box.width - LABEL_WIDTH - 4,
        height=box.height - _LEGEND - below,
    )


def _time_scale(times: tuple[int, ...], area: Box) -> Scale:
    first, last = (times[0], times[-1]) if times else (0, 1)
    return Scale(low=float(first), high=float(max(last, first + 1)), start=area.x, end=area.right)


def _paint_depth(
    times: tuple[int, ...], depth: tuple[float | None, ...], name: str, theme: Theme, ink: Ink, box: Box
) -> None:  # fmt: skip
    area = _inner(box, below=_BELOW)
    x, y = _time_scale(times, area), value_scale(area, depth, floor=0.0)
    draw_value_axis(ink, area, y, "percent")
    draw_time_axis(ink, area, x, has_labels=True)
    points = _points(times, depth, x, y)
    if points:
        ink.area([(points[0][0], y.at(0)), *points, (points[-1][0], y.at(0))], theme.loss, 0.22)
        ink.polyline(points, theme.loss, 0.6)
    line = Line(name=name, values=depth, colour=theme.loss)
    _write_names(ink, box.y, _named(ink, area, (line,), "percent"))


def _paint_steps(
    names: tuple[str, ...], amounts: tuple[float, ...], theme: Theme, ink: Ink, box: Box
) -> None:
    area = _inner(box, below=_BELOW)
    bars: list[tuple[float, float]] = []
    for amount in amounts[:-1]:
        start = bars[-1][1] if bars else 0.0
        bars.append((start, start + amount))
    bars.append((0.0, amounts[-1]))
    y = value_scale(area, [side for bar in bars for side in bar], floor=0.0)
    draw_value_axis(ink, area, y, "money")
    width = area.width / len(bars)
    for place, (start, end) in enumerate(bars):
        is_sum = place in {0, len(bars) - 1}
        tone = LIGHT.accent if is_sum else theme.gain if end >= start else theme.loss
        x, top = area.x + (place + 0.12) * width, min(y.at(start), y.at(end))
        bar = Box(x=x, y=top, width=0.76 * width, height=abs(y.at(start) - y.at(end)))
        ink.fill(bar, tone, 0.8)
        below = Box(x=area.x + place * width, y=area.bottom + 2, width=width, height=10)
        ink.text(below, names[place], LABEL, CENTRE)
        above = Box(x=below.x, y=top - 10, width=width, height=10)
        ink.text(above, compact(amounts[place], QLocale()), LABEL, CENTRE)
    ink.line((area.x, y.at(0)), (area.right, y.at(0)), LIGHT.border, 0.6)


def _points(
    times: tuple[int, ...], values: Values, x: Scale, y: Scale
) -> list[tuple[float, float]]:
    return [
        (x.at(time), y.at(value))
        for time, value in zip(times, values, strict=True)
        if value is not None
    ]


def _named(
    ink: Ink, area: Box, lines: Sequence[Line], kind: ValueKind
) -> list[tuple[float, int, str, Style]]:
    """Return the names of the lines with their last values: where, in which row, and how each is written."""
    found: list[tuple[float, int, str, Style]] = []
    x, row, locale = area.x, 0, QLocale()
    for line in lines:
        last = next((value for value in reversed(line.values) if value is not None), None)
        of = "percent" if kind == "percent" else "money"
        text = f"{line.name} {format_value(last, of, locale)}"
        style = Style(size=7.5, colour=line.colour, is_bold=True)
        width = ink.measure.width(text, style) + 12
        if x + width > area.right + 12 and x > area.x:
            x, row = area.x, row + 1
        found.append((x, row, text, style))
        x += width
    return found


def _write_names(ink: Ink, top: float, named: Sequence[tuple[float, int, str, Style]]) -> None:
    for x, row, text, style in named:
        width = ink.measure.width(text, style) + 4
        box = Box(x=x, y=top + row * _LEGEND_ROW, width=width, height=_LEGEND)
        ink.text(box, text, style)


def _lower(area: Box, rows: int) -> Box:
    """Return the area of a chart whose legend has more rows than one."""
    more = rows * _LEGEND_ROW
    return Box(x=area.x, y=area.y + more, width=area.width, height=area.height - more)
