"""The share of equity over confidence, with one example marked."""

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPalette, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from ml4t_desktop.plots.colours import spoken
from ml4t_desktop.session.language import tr

if TYPE_CHECKING:  # numpy loads after the window is visible
    import numpy as np
    from numpy.typing import NDArray

Marked = tuple[float, float]
_HEIGHT: Final = 92
_DOT: Final = 4.0


class SizeCurve(QWidget):
    """Draws a curve from confidence 0 to 1."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("size_curve")
        self.setAccessibleName(tr("Share of equity over confidence"))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._points: list[Marked] = []
        self.marked: Marked | None = None

    def show_curve(
        self, curve: "tuple[NDArray[np.float64], NDArray[np.float64]] | None", marked: Marked | None
    ) -> None:
        """Show a curve, and the confidence and share of the example."""
        self._points = (
            [] if curve is None else list(zip(*(side.tolist() for side in curve), strict=True))
        )
        self.marked = marked
        self.setAccessibleDescription(self._described())
        self.update()

    @property
    def points(self) -> list[Marked]:
        """Confidence and share of what is drawn."""
        return self._points

    def _described(self) -> str:
        """Return the ends of the curve, and the example, in words."""
        if not self._points:
            return ""
        first, last = self._points[0][1], self._points[-1][1]
        ends = tr(
            "{first:percent} of the equity at confidence 0, {last:percent} at confidence 1",
            first=first,
            last=last,
        )
        if self.marked is None:
            return ends
        at, share = self.marked
        marked = tr("In the example {share:percent} at confidence {at:number}", share=share, at=at)
        return spoken(ends, marked)

    def sizeHint(self) -> QSize:  # noqa: N802, D102 (Qt's)
        return QSize(200, _HEIGHT)

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802, D102 (Qt's)
        if not self._points:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        palette, metrics = self.palette(), self.fontMetrics()
        most = max(1e-9, *(share for _, share in self._points))
        top = f"{self.locale().toString(most * 100, 'g', 4)} %"
        left, bottom = metrics.horizontalAdvance(top) + 6.0, self.height() - metrics.height() - 3.0
        area = QRectF(left, 6.0, self.width() - left - 8.0, bottom - 6.0)

        def place(point: Marked) -> QPointF:
            share = min(point[1] / most, 1.0)
            return QPointF(
                area.left() + point[0] * area.width(), area.bottom() - share * area.height()
            )

        painter.setPen(QPen(palette.color(QPalette.ColorRole.Mid), 1))
        painter.drawLine(area.bottomLeft(), area.bottomRight())
        painter.drawLine(area.topLeft(), area.bottomLeft())
        painter.setPen(palette.color(QPalette.ColorRole.PlaceholderText))
        painter.drawText(QPointF(0, area.top() + metrics.ascent() / 2), top)
        painter.drawText(QPointF(area.left(), self.height() - 3.0), "0")
        middle = "confidence"
        wide = metrics.horizontalAdvance(middle)
        painter.drawText(QPointF(area.center().x() - wide / 2, self.height() - 3.0), middle)
        painter.drawText(
            QPointF(area.right() - metrics.horizontalAdvance("1"), self.height() - 3.0), "1"
        )
        accent = palette.color(QPalette.ColorRole.Highlight)
        painter.setPen(QPen(accent, 1.8))
        painter.drawPolyline(QPolygonF([place(point) for point in self._points]))
        if self.marked is not None:
            dot = place(self.marked)
            painter.setPen(QPen(palette.color(QPalette.ColorRole.Mid), 1, Qt.PenStyle.DashLine))
            painter.drawLine(dot, QPointF(dot.x(), area.bottom()))
            painter.drawLine(dot, QPointF(area.left(), dot.y()))
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(accent)
            painter.drawEllipse(dot, _DOT, _DOT)
        painter.end()
