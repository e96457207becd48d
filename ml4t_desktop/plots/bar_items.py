"""Items that draw bars: candles, volume and lines, only what is seen and never finer than the pixels."""

from typing import Any

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from pyqtgraph.Qt import internals
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPolygonF
from PySide6.QtWidgets import QStyleOptionGraphicsItem, QWidget

from ml4t_desktop.plots.pyramid import Bars, Pyramid
from ml4t_desktop.plots.style import brush, pen

_NOTHING = Bars.of_line(np.zeros(0))


class BarItem(pg.GraphicsObject):
    """Base of items over a `Pyramid`: bounds, the part that is seen and its level of detail.

    The bounding rectangle is that of all the data, so it does not change while the chart is moved.
    """

    pixels_per_bar = 2.0

    def __init__(self) -> None:
        super().__init__()
        self._pyramid = Pyramid(_NOTHING)
        self._rect = QRectF()

    def set_bars(self, bars: Bars) -> None:
        """Draw other bars; bar i stands at x = i."""
        self.prepareGeometryChange()
        self._pyramid = Pyramid(bars)
        low, high = self.value_bounds(0, len(bars)) or (0.0, 0.0)
        self._rect = QRectF(-0.5, low, len(bars), high - low)
        self.informViewBoundsChanged()
        self.update()

    def value_bounds(self, first: int, stop: int) -> tuple[float, float] | None:
        """Return the lowest and highest value drawn for bars ``first:stop``."""
        return self._pyramid.bounds(first, stop)

    def seen(self) -> tuple[int, int, int]:
        """Return the level of detail and the first and last-but-one group that are in view."""
        box = self.getViewBox()
        count = len(self._pyramid)
        if box is None or not count:
            return 0, 0, 0
        left, right = box.viewRange()[0]
        level = self._pyramid.level_for((right - left) / max(box.width(), 1.0), self.pixels_per_bar)
        first = max(int(np.floor(left)) - 1, 0) >> level
        stop = (min(int(np.ceil(right)) + 2, count) + (1 << level) - 1) >> level
        return level, min(first, stop), stop

    def boundingRect(self) -> QRectF:  # noqa: D102, N802 (Qt's)
        return self._rect

    def dataBounds(  # noqa: D102, N802 (pyqtgraph's)
        self,
        ax: int,
        frac: float = 1.0,  # noqa: ARG002 (pyqtgraph's)
        orthoRange: Any = None,  # noqa: N803 (pyqtgraph's)
    ) -> tuple[float, float] | tuple[None, None]:
        count = len(self._pyramid)
        if not count:
            return None, None
        if ax == 0:
            return -0.5, count - 0.5
        first, stop = 0, count
        if orthoRange is not None:
            first, stop = int(np.ceil(orthoRange[0])), int(np.floor(orthoRange[1])) + 1
        return self.value_bounds(first, stop) or (None, None)

    def viewRangeChanged(self, *_: object) -> None:  # noqa: D102, N802 (pyqtgraph's)
        self.update()


class CandleItem(BarItem):
    """Candles: rising ones hollow in the colour of gains, falling ones filled in that of losses."""

    pixels_per_bar = 3.0

    def __init__(self) -> None:
        super().__init__()
        self._lines = internals.PrimitiveArray(QLineF, 4)
        self._rects = internals.PrimitiveArray(QRectF, 4)
        self.set_colours("#000000", "#000000", "#ffffff")

    def set_colours(self, rising: str, falling: str, ground: str) -> None:
        """Set the colours of candles; rising ones are filled with the ground."""
        self._rising = pen(rising), brush(ground)
        self._falling = pen(falling), brush(falling)
        self.update()

    def paint(  # noqa: D102 (Qt's)
        self,
        painter: QPainter,
        option: QStyleOptionGraphicsItem,  # noqa: ARG002 (Qt's)
        widget: QWidget | None = None,  # noqa: ARG002 (Qt's)
    ) -> None:
        level, first, stop = self.seen()
        if first >= stop:
            return
        bars = self._pyramid.level(level)
        part = slice(first, stop)
        x = (np.arange(first, stop) + 0.5) * (1 << level) - 0.5
        is_rising = bars.close[part] >= bars.open[part]
        for (line, fill), chosen in ((self._rising, is_rising), (self._falling, ~is_rising)):
            painter.setPen(line)
            painter.setBrush(fill)
            self._draw(painter, bars, part, chosen, x, 0.7 * (1 << level))

    def _draw(
        self,
        painter: QPainter,
        bars: Bars,
        part: slice,
        chosen: NDArray[np.bool_],
        x: Any,
        width: float,
    ) -> None:
        count = int(chosen.sum())
        if not count:
            return
        self._lines.resize(count)
        wicks = self._lines.ndarray()
        wicks[:, 0] = wicks[:, 2] = x[chosen]
        wicks[:, 1] = bars.low[part][chosen]
        wicks[:, 3] = bars.high[part][chosen]
        painter.drawLines(*_drawn(self._lines))
        opened, closed = bars.open[part][chosen], bars.close[part][chosen]
        self._rects.resize(count)
        bodies = self._rects.ndarray()
        bodies[:, 0] = x[chosen] - width / 2
        bodies[:, 1] = np.minimum(opened, closed)
        bodies[:, 2] = width
        bodies[:, 3] = np.abs(closed - opened)
        painter.drawRects(*_drawn(self._rects))


class ColumnItem(BarItem):
    """Columns from zero, such as volume; a group of bars shows its highest."""

    def __init__(self) -> None:
        super().__init__()
        self._rects = internals.PrimitiveArray(QRectF, 4)
        self.set_colour("#808080")

    def set_colour(self, name: str) -> None:
        """Set the colour of the columns."""
        self._pen, self._brush = pen(name, 0.55), brush(name, 0.55)
        self.update()

    def value_bounds(self, first: int, stop: int) -> tuple[float, float] | None:
        """Return zero and the highest value."""
        bounds = self._pyramid.bounds(first, stop)
        return None if bounds is None else (min(bounds[0], 0.0), max(bounds[1], 0.0))

    def paint(  # noqa: D102 (Qt's)
        self,
        painter: QPainter,
        option: QStyleOptionGraphicsItem,  # noqa: ARG002 (Qt's)
        widget: QWidget | None = None,  # noqa: ARG002 (Qt's)
    ) -> None:
        level, first, stop = self.seen()
        heights = np.nan_to_num(self._pyramid.level(level).high[first:stop])
        if not heights.size:
            return
        self._rects.resize(heights.size)
        columns = self._rects.ndarray()
        columns[:, 0] = (np.arange(first, stop) + 0.15) * (1 << level) - 0.5
        columns[:, 1] = 0.0
        columns[:, 2] = 0.7 * (1 << level)
        columns[:, 3] = heights
        painter.setPen(self._pen)
        painter.setBrush(self._brush)
        painter.drawRects(*_drawn(self._rects))


class LineItem(BarItem):
    """A line through values, broken where one is missing; a group of bars shows its whole range.

    Parameters
    ----------
    is_filled : bool
        Whether the area between the line and zero is tinted.

    Attributes
    ----------
    is_filled : bool
        Whether the area between the line and zero is tinted.
    is_stepped : bool
        Whether a value holds from half a bar before its bar to half a bar after it, as texts do.
    """

    pixels_per_bar = 1.0

    def __init__(self, *, is_filled: bool = False) -> None:
        super().__init__()
        self.is_filled = is_filled
        self.is_stepped = False
        self.set_colour("#808080")

    def set_values(self, values: NDArray[np.float64]) -> None:
        """Draw another line; value i stands at x = i, NaN is a gap."""
        self.set_bars(Bars.of_line(np.ascontiguousarray(values, np.float64)))

    def set_colour(self, name: str, alpha: float = 1.0, *, is_dashed: bool = False) -> None:
        """Set the colour of the line, its share of opacity (0 to 1), and whether it is dashed."""
        self._pen, self._brush = pen(name, alpha, is_dashed=is_dashed), brush(name, 0.18 * alpha)
        self.update()

    def value_bounds(self, first: int, stop: int) -> tuple[float, float] | None:
        """Return the lowest and highest value, zero included when the area down to it is tinted."""
        bounds = self._pyramid.bounds(first, stop)
        if bounds is None or not self.is_filled:
            return bounds
        return min(bounds[0], 0.0), max(bounds[1], 0.0)

    def points(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return x and y of what is drawn: each value in view, or the range of each group."""
        level, first, stop = self.seen()
        bars = self._pyramid.level(level)
        part = slice(first, stop)
        if level == 0:
            line: NDArray[np.float64] = np.arange(first, stop).astype(np.float64)
            values = bars.close[part]
            if not self.is_stepped:
                return line, values
            return np.repeat(line, 2) + np.tile([-0.5, 0.5], line.size), np.repeat(values, 2)
        x = (np.arange(first, stop) + 0.5) * (1 << level) - 0.5
        y = np.column_stack([bars.open[part], bars.low[part], bars.high[part], bars.close[part]])
        return np.repeat(x, 4).astype(np.float64), y.ravel()

    def paint(  # noqa: D102 (Qt's)
        self,
        painter: QPainter,
        option: QStyleOptionGraphicsItem,  # noqa: ARG002 (Qt's)
        widget: QWidget | None = None,  # noqa: ARG002 (Qt's)
    ) -> None:
        x, y = self.points()
        if not x.size:
            return
        if self.is_filled:
            self._tint(painter, x, np.nan_to_num(y))
        painter.setPen(self._pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)  # a path is filled as well
        painter.drawPath(pg.functions.arrayToQPath(x, y, connect="finite"))
        if not np.isnan(y).any():
            return
        alone = _alone(y)  # a value between two gaps has no line to be seen by
        if alone.size:
            points = [QPointF(float(x[i]), float(y[i])) for i in alone]
            painter.drawPoints(points)

    def _tint(self, painter: QPainter, x: NDArray[np.float64], y: NDArray[np.float64]) -> None:
        around_x = np.concatenate([x[:1], x, x[-1:]])
        around_y = np.concatenate([[0.0], y, [0.0]])
        area: QPolygonF = pg.functions.arrayToQPolygonF(around_x, around_y)
        painter.setPen(pen("#000000", 0.0))
        painter.setBrush(self._brush)
        painter.drawPolygon(area)


def _drawn(items: Any) -> Any:
    """Return the arguments that draw an array of primitives; pyqtgraph does not declare their type."""
    return items.drawargs()


def _alone(y: NDArray[np.float64]) -> NDArray[np.int64]:
    """Return where a value stands between two gaps."""
    gap = np.concatenate([[True], np.isnan(y), [True]])
    return np.flatnonzero(~gap[1:-1] & gap[:-2] & gap[2:])
