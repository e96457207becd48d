"""Trades too dense to be told apart: how many were entered where, and how many of them won."""

from typing import Any

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QStyleOptionGraphicsItem, QWidget

from ml4t_desktop.plots.style import brush, pen
from ml4t_desktop.session.theme import Theme

_BIN_PIXELS = 44.0
_TALLEST = 20.0
_NONE: NDArray[np.int64] = np.zeros(0, np.int64)


class CountItem(pg.GraphicsObject):
    """A small bar for each stretch of the time axis at the foot of the chart, and the number over it.

    Stretches begin at multiples of their length, a power of two bars, so they move with the chart.
    """

    def __init__(self) -> None:
        super().__init__()
        self._entries = _NONE
        self._won = _NONE
        self._rect = QRectF()
        self._gain: Any = None

    def set_trades(self, entries: NDArray[np.int64], is_gain: NDArray[np.bool_]) -> None:
        """Count other trades: the ordinals of their entries, ascending, and whether each won."""
        self.prepareGeometryChange()
        self._entries = entries
        self._won = np.concatenate([[0], np.cumsum(is_gain)])
        last = float(entries[-1]) if entries.size else 0.0
        self._rect = QRectF(-1.0, -1e12, last + 2.0, 2e12)
        self.update()

    def set_theme(self, theme: Theme) -> None:
        """Set the colours."""
        self._gain, self._loss = brush(theme.gain, 0.55), brush(theme.loss, 0.55)
        self._text = pen(theme.text)
        self.update()

    def in_view(self) -> int:
        """Return how many trades were entered in the part of the time that is in view."""
        box = self.getViewBox()
        if box is None:
            return 0
        left, right = box.viewRange()[0]
        first, stop = np.searchsorted(self._entries, [left, right])
        return int(stop - first)

    def bins(self) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
        """Return the edges of the stretches in view, and of each the trades entered and those that won."""
        box = self.getViewBox()
        if box is None or not self._entries.size:
            return _NONE, _NONE, _NONE
        left, right = box.viewRange()[0]
        bars = max((right - left) / max(box.width(), 1.0) * _BIN_PIXELS, 1.0)
        step = 1 << int(np.ceil(np.log2(bars)))
        edges = np.arange(int(left) // step * step, int(right) + step + 1, step)
        places = np.searchsorted(self._entries, edges)
        return edges, np.diff(places), np.diff(self._won[places])

    def boundingRect(self) -> QRectF:  # noqa: D102, N802 (Qt's)
        return self._rect

    def viewRangeChanged(self, *_: object) -> None:  # noqa: D102, N802 (pyqtgraph's)
        self.update()

    def paint(  # noqa: D102 (Qt's)
        self,
        painter: QPainter,
        option: QStyleOptionGraphicsItem,  # noqa: ARG002 (Qt's)
        widget: QWidget | None = None,  # noqa: ARG002 (Qt's)
    ) -> None:
        edges, counts, won = self.bins()
        box = self.getViewBox()
        if box is None or not counts.size or self._gain is None or not counts.any():
            return
        left, right = box.viewRange()[0]
        bottom = box.viewRange()[1][0]
        corner = painter.worldTransform().map(QPointF(left, bottom))
        start, foot = corner.x(), corner.y()
        scale = box.width() / (right - left)
        painter.save()
        painter.resetTransform()
        most = float(counts.max())
        height = painter.fontMetrics().height()
        for edge, count, wins in zip(edges.tolist(), counts.tolist(), won.tolist(), strict=False):
            if not count:
                continue
            x = start + (edge - left) * scale
            width = (edges[1] - edges[0]) * scale
            tall = max(_TALLEST * count / most, 3.0)
            green = tall * wins / count
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(self._gain)
            painter.drawRect(QRectF(x + 1, foot - green, width - 2, green))
            painter.setBrush(self._loss)
            painter.drawRect(QRectF(x + 1, foot - tall, width - 2, tall - green))
            painter.setPen(self._text)
            flags = int(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignBottom)
            box_of_text = QRectF(x, foot - tall - height - 1, width, height)
            painter.drawText(box_of_text, flags, str(count))
        painter.restore()
