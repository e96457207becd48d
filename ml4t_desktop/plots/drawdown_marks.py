"""The worst drawdowns of a run as bands through its charts, numbered and clickable."""

from dataclasses import dataclass
from typing import Any

import pyqtgraph as pg
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPainter
from PySide6.QtWidgets import QApplication, QStyleOptionGraphicsItem, QWidget

from ml4t_desktop.plots.style import brush, colour, pen

_FAINT, _NUMBERED, _STRONG = 0.05, 0.11, 0.12
_SMALLER = 0.85
_LEAST_WIDTH = 3.0  # pixels, so that a short one can be clicked


@dataclass(frozen=True, slots=True)
class Band:
    """Where a drawdown is.

    Parameters
    ----------
    first, last : int
        Ordinals of its peak and of its recovery, or of the last point.
    trough : int
        Ordinal of its lowest point.
    """

    first: int
    last: int
    trough: int


class BandItem(pg.GraphicsObject):
    """Bands over the whole height of a chart, the chosen one stressed; with their ranks where wanted."""

    def __init__(self, *, is_numbered: bool = False) -> None:
        super().__init__()
        self._is_numbered = is_numbered
        self._bands: tuple[Band, ...] = ()
        self._chosen: int | None = None
        self._font = QFont(QApplication.font())
        self._font.setPointSizeF(self._font.pointSizeF() * _SMALLER)
        self._font.setBold(True)
        self.setZValue(-50)
        self.set_colours("#808080", "#808080")

    def set_bands(self, bands: tuple[Band, ...], chosen: int | None) -> None:
        """Show other bands, the worst first."""
        self._bands, self._chosen = bands, chosen
        self.update()

    def set_colours(self, name: str, text: str) -> None:
        """Set the colours of bands and ranks."""
        self._faint, self._strong = (
            brush(name, _NUMBERED if self._is_numbered else _FAINT),
            brush(name, _STRONG),
        )
        self._edge, self._text = pen(name, 0.7), colour(text)
        self.update()

    def boundingRect(self) -> QRectF:  # noqa: D102, N802 (Qt's)
        box = self.getViewBox()
        return box.viewRect() if box is not None else QRectF()

    def dataBounds(self, *_: object) -> tuple[None, None]:  # noqa: D102, N802 (pyqtgraph's)
        return None, None

    def viewRangeChanged(self, *_: object) -> None:  # noqa: D102, N802 (pyqtgraph's)
        self.prepareGeometryChange()
        self.update()

    def paint(  # noqa: D102 (Qt's)
        self,
        painter: QPainter,
        option: QStyleOptionGraphicsItem,  # noqa: ARG002 (Qt's)
        widget: QWidget | None = None,  # noqa: ARG002 (Qt's)
    ) -> None:
        seen = self.boundingRect()
        least = self._units_per_pixel() * _LEAST_WIDTH
        for place, band in enumerate(self._bands):
            width = max(float(band.last - band.first), least)
            area = QRectF(band.first, seen.top(), width, seen.height()).intersected(seen)
            if area.isEmpty():
                continue
            painter.fillRect(area, self._strong if place == self._chosen else self._faint)
            if place == self._chosen:
                painter.setPen(self._edge)
                painter.drawLine(area.topLeft(), area.bottomLeft())
                painter.drawLine(area.topRight(), area.bottomRight())
        if self._is_numbered:
            self._write_ranks(painter, seen)

    def _write_ranks(self, painter: QPainter, seen: QRectF) -> None:
        """Write the rank of each band at its foot, where it does not run into that of a worse one."""
        to_pixels = painter.transform()
        painter.save()
        painter.resetTransform()
        painter.setFont(self._font)
        painter.setPen(self._text)
        measure = QFontMetricsF(self._font)
        written: list[QRectF] = []
        for place, band in enumerate(self._bands):
            if not seen.left() <= band.trough <= seen.right():
                continue
            text = str(place + 1)
            # The view's y axis points up, so that its top is the lowest value.
            foot = to_pixels.map(QPointF(band.trough, seen.top()))
            width, height = measure.horizontalAdvance(text) + 4, measure.height()
            area = QRectF(foot.x() - width / 2, foot.y() - height - 1, width, height)
            if not any(area.intersects(other) for other in written):
                written.append(area)
                painter.drawText(area, Qt.AlignmentFlag.AlignCenter, text)
        painter.restore()

    def _units_per_pixel(self) -> float:
        box: Any = self.getViewBox()
        left, right = box.viewRange()[0]
        return (right - left) / max(box.width(), 1.0)
