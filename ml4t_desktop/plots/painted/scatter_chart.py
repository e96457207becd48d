"""Points of two values each, with lines that can be dragged, and a rectangle that chooses points."""

from typing import Final

import numpy as np
from numpy.typing import NDArray
from pyqtgraph.functions import arrayToQPolygonF
from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QCursor,
    QImage,
    QMouseEvent,
    QPainter,
    QPen,
    QPixmap,
    QResizeEvent,
)
from PySide6.QtWidgets import QWidget

from ml4t_desktop.plots.painted.chart import PaintedChart
from ml4t_desktop.plots.style import brush, colour
from ml4t_desktop.session.formats import Kind
from ml4t_desktop.session.language import tr
from ml4t_desktop.session.theme import Theme

Values = NDArray[np.float64]
_MANY: Final = 40_000  # more points are drawn as their density
_POINT: Final = 4
_NEAR: Final = 5.0
_LEAST_DRAG: Final = 4.0
_ROOM: Final = 0.04
_NONE: Values = np.zeros(0)


class ScatterChart(PaintedChart):
    """Points in the colours of gain and loss, and one upright line that can be dragged.

    Signals
    -------
    line_dragged : float
        Where the line is while it is dragged.
    brushed : object
        A mask over the points: those in the rectangle that was drawn with the mouse.
    point_hovered, point_clicked : int
        The place of the point under the mouse; -1 for none.
    """

    line_dragged = Signal(float)
    brushed = Signal(object)
    point_hovered = Signal(int)
    point_clicked = Signal(int)

    def __init__(
        self,
        title: str,
        theme: Theme,
        x_kind: Kind = "percent",
        y_kind: Kind = "percent",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(title, theme, x_kind, y_kind, parent)
        self._x: Values = _NONE
        self._y: Values = _NONE
        self._front: NDArray[np.bool_] | None = None
        self._line: float | None = None
        self._line_tint = theme.loss
        self._line_title = ""
        self._is_dragging = False
        self._corner: QPointF | None = None
        self._end: QPointF | None = None
        self._hovered = -1
        self._picture: QPixmap | None = None

    @property
    def line(self) -> float | None:
        """Where the line is."""
        return self._line

    def set_points(self, x: Values, y: Values, front: NDArray[np.bool_] | None = None) -> None:
        """Show other points; those that are not in front are faint."""
        self._x, self._y, self._front = x, y, front
        self._hovered = -1
        self.x_range, self.y_range = _extent(x), _extent(y)
        self._picture = None
        self.setAccessibleDescription(self._described())
        self.update()

    def set_line(self, at: float | None, title: str, *, is_gain: bool) -> None:
        """Put the line somewhere, or take it away."""
        self._line, self._line_title = at, title
        self._line_tint = self.theme.gain if is_gain else self.theme.loss
        self.update()

    def apply_theme(self, theme: Theme) -> None:
        """Recolour."""
        is_gain = self._line_tint == self.theme.gain
        self._picture = None
        super().apply_theme(theme)
        self._line_tint = theme.gain if is_gain else theme.loss

    def nearest(self, position: QPointF) -> int:
        """Return the place of the point within some pixels of a place of the widget, -1 for none."""
        if not self._x.size:
            return -1
        area = self.frame()
        x, y = self.value_at(position)
        across = (self.x_range[1] - self.x_range[0]) / area.width()
        up = (self.y_range[1] - self.y_range[0]) / area.height()
        distance = np.hypot((self._x - x) / across, (self._y - y) / up)
        place = int(np.argmin(distance))
        return place if distance[place] <= _NEAR else -1

    def paint_inside(self, painter: QPainter, area: QRectF) -> None:
        """Paint points, axes, the line, and the rectangle that is being drawn."""
        painter.setPen(QPen(colour(self.theme.muted)))
        zero = self.place(0.0, 0.0)
        painter.drawLine(QPointF(area.left(), zero.y()), QPointF(area.right(), zero.y()))
        painter.drawLine(QPointF(zero.x(), area.top()), QPointF(zero.x(), area.bottom()))
        if self._picture is None:
            self._picture = self._drawn()
        painter.drawPixmap(self.rect(), self._picture, self._picture.rect())
        if self._hovered >= 0:
            at = self.place(float(self._x[self._hovered]), float(self._y[self._hovered]))
            painter.setPen(QPen(QColor(self.theme.text), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawEllipse(at, 6, 6)
        self._paint_line(painter, area)
        if self._corner is not None and self._end is not None:
            painter.setPen(QPen(QColor(self.theme.accent)))
            painter.setBrush(brush(self.theme.accent, 0.12))
            painter.drawRect(QRectF(self._corner, self._end).normalized())

    def _described(self) -> str:
        """Return how many points there are, and their middles."""
        if not self._x.size:
            return ""
        across = self.text_of(float(np.nanmedian(self._x)), self.x_kind)
        up = self.text_of(float(np.nanmedian(self._y)), self.y_kind)
        return tr(
            "{points:,} points, half of them below {across} across and below {up} upwards",
            points=int(self._x.size),
            across=across,
            up=up,
        )

    def _paint_line(self, painter: QPainter, area: QRectF) -> None:
        if self._line is None:
            return
        at = self.place(self._line, 0.0).x()
        line = QPen(QColor(self._line_tint), 2)
        painter.setPen(line)
        painter.drawLine(QPointF(at, area.top()), QPointF(at, area.bottom()))
        text = f"{self._line_title} {self.text_of(self._line, self.x_kind)}"
        width = painter.fontMetrics().horizontalAdvance(text) + 8
        left = at + 4 if at + width < area.right() else at - width
        box = QRectF(left, area.top() + 2, width, painter.fontMetrics().height() + 2)
        painter.fillRect(box, colour(self.theme.surface))
        painter.drawText(box, int(Qt.AlignmentFlag.AlignCenter), text)

    def _drawn(self) -> QPixmap:
        """Return the points as a picture, which stays until they change."""
        ratio = self.devicePixelRatioF()
        picture = QPixmap(self.size() * ratio)
        picture.setDevicePixelRatio(ratio)
        picture.fill(Qt.GlobalColor.transparent)
        painter = QPainter(picture)
        painter.setClipRect(self.frame())
        is_gain = self._y > 0
        front = np.ones(self._x.size, np.bool_) if self._front is None else self._front
        if self._x.size > _MANY:
            painter.drawImage(self.frame(), self._density(front))
        else:
            for chosen, tint, alpha in (
                (~front, self.theme.muted, 0.25),
                (front & ~is_gain, self.theme.loss, 0.6),
                (front & is_gain, self.theme.gain, 0.6),
            ):
                self._paint_points(painter, chosen, tint, alpha)
        painter.end()
        return picture

    def _paint_points(
        self, painter: QPainter, chosen: NDArray[np.bool_], tint: str, alpha: float
    ) -> None:
        if not chosen.any():
            return  # a polygon without points has no memory to write to
        pen = QPen(colour(tint, alpha), _POINT)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        painter.setPen(pen)
        area, (left, right), (low, high) = self.frame(), self.x_range, self.y_range
        x = area.left() + (self._x[chosen] - left) / (right - left) * area.width()
        y = area.bottom() - (self._y[chosen] - low) / (high - low) * area.height()
        painter.drawPoints(arrayToQPolygonF(x, y))

    def _density(self, front: NDArray[np.bool_]) -> QImage:
        """Return how dense points are, two pixels in each direction, in the colours of gain and loss."""
        area = self.frame()
        size = max(int(area.width() / 2), 1), max(int(area.height() / 2), 1)
        counts, _, edges = np.histogram2d(
            self._x[front], self._y[front], bins=size, range=(self.x_range, self.y_range)
        )
        strength = np.log1p(counts.T[::-1]) / max(np.log1p(counts.max()), 1e-9)
        middles = ((edges[:-1] + edges[1:]) / 2)[::-1]
        pixels = np.zeros((size[1], size[0], 4), np.uint8)
        for rows, tint in ((middles > 0, self.theme.gain), (middles <= 0, self.theme.loss)):
            shade = QColor(tint)
            pixels[rows, :, :3] = (shade.blue(), shade.green(), shade.red())
        pixels[..., 3] = np.where(strength > 0, 40 + 215 * strength, 0).astype(np.uint8)
        image = QImage(pixels.tobytes(), size[0], size[1], size[0] * 4, QImage.Format.Format_ARGB32)
        return image.copy()

    def _is_on_line(self, position: QPointF) -> bool:
        if self._line is None:
            return False
        return abs(self.place(self._line, 0.0).x() - position.x()) <= _NEAR

    # Qt

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: D102, N802 (Qt's)
        if event.button() != Qt.MouseButton.LeftButton:
            return
        if self._is_on_line(event.position()):
            self._is_dragging = True
        elif self.frame().contains(event.position()):
            self._corner = self._end = event.position()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: D102, N802 (Qt's)
        if self._is_dragging:
            low, high = self.x_range
            self.line_dragged.emit(min(max(self.value_at(event.position())[0], low), high))
            return
        if self._corner is not None:
            self._end = event.position()
            self.update()
            return
        shape = (
            Qt.CursorShape.SplitHCursor
            if self._is_on_line(event.position())
            else Qt.CursorShape.ArrowCursor
        )
        self.setCursor(QCursor(shape))
        place = self.nearest(event.position())
        if place != self._hovered:
            self._hovered = place
            self.point_hovered.emit(place)
            self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: D102, N802 (Qt's)
        if self._is_dragging:
            self._is_dragging = False
            return
        if self._corner is None:
            return
        corner, self._corner, self._end = self._corner, None, None
        self.update()
        if (event.position() - corner).manhattanLength() < _LEAST_DRAG:
            place = self.nearest(event.position())
            if place >= 0:
                self.point_clicked.emit(place)
            return
        ends = self.value_at(corner), self.value_at(event.position())
        (left, right), (low, high) = (sorted(pair) for pair in zip(*ends, strict=True))
        inside = (self._x >= left) & (self._x <= right) & (self._y >= low) & (self._y <= high)
        self.brushed.emit(inside)

    def leaveEvent(self, event: QEvent) -> None:  # noqa: D102, N802 (Qt's)
        if self._hovered >= 0:
            self._hovered = -1
            self.point_hovered.emit(-1)
            self.update()
        super().leaveEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: D102, N802 (Qt's)
        self._picture = None
        super().resizeEvent(event)


def _extent(values: Values) -> tuple[float, float]:
    """Return the range of values with zero in it and some room around."""
    finite = values[np.isfinite(values)]
    low = float(min(finite.min(initial=0.0), 0.0))
    high = float(max(finite.max(initial=0.0), 0.0))
    spread = (high - low) or 1.0
    return low - spread * _ROOM, high + spread * _ROOM
