"""From one sum to another by steps: bars that begin where the one before has ended."""

from typing import Final

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen
from PySide6.QtWidgets import QWidget

from ml4t_desktop.plots.colours import brush
from ml4t_desktop.plots.painted.chart import PaintedChart
from ml4t_desktop.session.formats import compact
from ml4t_desktop.session.theme import Theme

_ROOM: Final = 0.10  # of the height, above and below for the amounts
_GAP: Final = 0.18  # of the width of a bar


class Waterfall(PaintedChart):
    """Amounts of money one after the other; the first and the last are sums, and stand on zero."""

    def __init__(self, title: str, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(title, theme, "number", "money", parent)
        self._names: tuple[str, ...] = ()
        self._amounts = np.zeros(0)

    @property
    def bars(self) -> tuple[tuple[float, float], ...]:
        """Where every bar begins and ends."""
        if not self._amounts.size:
            return ()
        ends = np.cumsum(self._amounts[:-1])
        starts = np.concatenate([[0.0], ends[:-1]])
        steps = tuple(zip(starts.tolist(), ends.tolist(), strict=True))
        return (*steps, (0.0, float(self._amounts[-1])))

    def show_steps(self, names: tuple[str, ...], amounts: tuple[float, ...]) -> None:
        """Show steps, the last of which is the sum of those before."""
        self._names, self._amounts = names, np.array(amounts, np.float64)
        sides = [side for bar in self.bars for side in bar]
        low, high = min(sides, default=0.0), max(sides, default=1.0)
        room = ((high - low) or 1.0) * _ROOM
        self.x_range = (0.0, float(max(len(names), 1)))
        self.y_range = (low - room if low < 0 else 0.0, high + room)
        said = ", ".join(
            f"{name} {self.text_of(amount, 'money')}"
            for name, amount in zip(names, amounts, strict=True)
        )
        self.setAccessibleDescription(said)
        self.setToolTip(said)
        self.update()

    def x_labels(self, area: QRectF) -> list[tuple[float, str]]:
        """Return the names of the steps, each under its bar."""
        width = area.width() / max(len(self._names), 1)
        metrics = self.fontMetrics()
        return [
            (place + 0.5, metrics.elidedText(name, Qt.TextElideMode.ElideRight, int(width - 4)))
            for place, name in enumerate(self._names)
        ]

    def paint_inside(self, painter: QPainter, area: QRectF) -> None:
        """Paint the bars, what each amounts to, and a line from each to the next."""
        del area
        theme, bars = self.theme, self.bars
        for place, (start, end) in enumerate(bars):
            is_sum = place in {0, len(bars) - 1}
            tone = theme.accent if is_sum else theme.gain if end >= start else theme.loss
            corner = self.place(place + _GAP / 2, max(start, end))
            other = self.place(place + 1 - _GAP / 2, min(start, end))
            painter.fillRect(QRectF(corner, other), brush(tone, 0.85))
            if place < len(bars) - 2:
                self._paint_link(painter, place, end)
            painter.setPen(QColor(theme.text))
            text = compact(float(self._amounts[place]), self.locale_)
            box = QRectF(corner.x() - 20, corner.y() - 16, other.x() - corner.x() + 40, 14)
            painter.drawText(box, int(Qt.AlignmentFlag.AlignCenter), text)

    def _paint_link(self, painter: QPainter, place: int, height: float) -> None:
        painter.setPen(QPen(QColor(self.theme.muted), 1, Qt.PenStyle.DotLine))
        start = self.place(place + 1 - _GAP / 2, height)
        painter.drawLine(start, QPointF(self.place(place + 1 + _GAP / 2, height).x(), start.y()))
