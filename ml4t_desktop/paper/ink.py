"""Drawing in points on a page: texts, lines and areas, as Qt's painter makes them."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPagedPaintDevice, QPainter, QPen, QPolygonF

UNITS: Final = 10.0  # of the device, in a point: a resolution of 720 dots per inch
LEFT: Final = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
RIGHT: Final = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
CENTRE: Final = Qt.AlignmentFlag.AlignCenter
_MONOSPACED: Final = "monospace"
_TALL: Final = 1e6
Point = tuple[float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Style:
    """How a text is written: its size in points, its weight and its colour."""

    size: float
    colour: str
    is_bold: bool = False
    is_fixed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """A part of a page, in points from its upper left corner."""

    x: float
    y: float
    width: float
    height: float

    @property
    def right(self) -> float:
        """Where it ends."""
        return self.x + self.width

    @property
    def bottom(self) -> float:
        """Where it ends."""
        return self.y + self.height


class Measure:
    """Knows how much room texts take on a device."""

    def __init__(self, device: QPagedPaintDevice, family: str) -> None:
        self._device, self._family = device, family
        self.font = lru_cache(self._font)
        self._metrics = lru_cache(self._metrics_of)

    def width(self, text: str, style: Style) -> float:
        """Return the width of a line, in points."""
        return self._metrics(style).horizontalAdvance(text) / UNITS

    def height(self, text: str, style: Style, width: float) -> float:
        """Return the height of a text that is broken at a width, in points."""
        room = QRectF(0, 0, width * UNITS, _TALL)
        wrapped = int(Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignLeft)
        return self._metrics(style).boundingRect(room, wrapped, text).height() / UNITS

    def elided(self, text: str, style: Style, width: float) -> str:
        """Return a line as far as it fits a width."""
        return self._metrics(style).elidedText(text, Qt.TextElideMode.ElideRight, width * UNITS)

    def _font(self, style: Style) -> QFont:
        font = QFont(_MONOSPACED if style.is_fixed else self._family)
        if style.is_fixed:
            font.setStyleHint(QFont.StyleHint.Monospace)
        font.setPointSizeF(style.size)
        font.setBold(style.is_bold)
        font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
        return font

    def _metrics_of(self, style: Style) -> QFontMetricsF:
        return QFontMetricsF(self._font(style), self._device)


class Ink:
    """Draws on the page that is open, in points."""

    def __init__(self, painter: QPainter, measure: Measure) -> None:
        self._painter, self.measure = painter, measure

    def text(self, box: Box, text: str, style: Style, align: Qt.AlignmentFlag = LEFT) -> None:
        """Write one line into a box, cut off where it does not fit."""
        shown = self.measure.elided(text, style, box.width)
        self._write(box, shown, style, int(align | Qt.TextFlag.TextSingleLine))

    def paragraph(self, box: Box, text: str, style: Style) -> None:
        """Write a text into a box, broken at its width."""
        top = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop
        self._write(box, text, style, int(top | Qt.TextFlag.TextWordWrap))

    def line(
        self, start: Point, end: Point, colour: str, width: float = 0.5, *, is_dashed: bool = False
    ) -> None:
        """Draw a straight line."""
        self._painter.setPen(_pen(colour, width, is_dashed=is_dashed))
        self._painter.drawLine(_point(start), _point(end))

    def polyline(
        self, points: Sequence[Point], colour: str, width: float = 0.8, *, is_dashed: bool = False
    ) -> None:
        """Draw lines from point to point."""
        self._painter.setPen(_pen(colour, width, is_dashed=is_dashed))
        self._painter.setBrush(Qt.BrushStyle.NoBrush)
        self._painter.drawPolyline([_point(point) for point in points])

    def area(self, points: Sequence[Point], colour: str, share: float = 1.0) -> None:
        """Fill what points go around; `share` is how much of the colour is put on white."""
        self._painter.setPen(Qt.PenStyle.NoPen)
        self._painter.setBrush(_tint(colour, share))
        self._painter.drawPolygon(QPolygonF([_point(point) for point in points]))

    def fill(self, box: Box, colour: str, share: float = 1.0) -> None:
        """Fill a box."""
        self._painter.fillRect(_rect(box), _tint(colour, share))

    def frame(self, box: Box, colour: str, width: float = 0.5) -> None:
        """Draw the border of a box."""
        self._painter.setPen(_pen(colour, width))
        self._painter.setBrush(Qt.BrushStyle.NoBrush)
        self._painter.drawRect(_rect(box))

    def _write(self, box: Box, text: str, style: Style, flags: int) -> None:
        self._painter.setFont(self.measure.font(style))
        self._painter.setPen(QColor(style.colour))
        self._painter.drawText(_rect(box), flags, text)


def _pen(colour: str, width: float, *, is_dashed: bool = False) -> QPen:
    pen = QPen(QColor(colour), width * UNITS)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    pen.setCapStyle(Qt.PenCapStyle.FlatCap)
    if is_dashed:
        pen.setDashPattern([3.0, 2.0])
    return pen


def _tint(colour: str, share: float) -> QColor:
    """Return a colour as it is on white where only a share of it is put there."""
    full = QColor(colour)
    parts = (255 - round((255 - part) * share) for part in (full.red(), full.green(), full.blue()))
    return QColor(*parts)


def _point(point: Point) -> QPointF:
    return QPointF(point[0] * UNITS, point[1] * UNITS)


def _rect(box: Box) -> QRectF:
    return QRectF(box.x * UNITS, box.y * UNITS, box.width * UNITS, box.height * UNITS)
