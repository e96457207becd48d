"""Regimes shaded behind a chart: one tint for each state of the market."""

from dataclasses import dataclass
from itertools import cycle
from typing import Any

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QStyleOptionGraphicsItem, QWidget

from ml4t_desktop.plots.style import brush
from ml4t_desktop.session.theme import Theme

_ALPHA = 0.11
_PIXELS = 2.0
_GOOD = frozenset({"bull", "bullish", "up", "uptrend", "calm", "risk_on", "low", "low_vol", "good"})
_BAD = frozenset(
    {"bear", "bearish", "down", "downtrend", "panic", "crisis", "risk_off", "high", "high_vol",
     "bad", "does_not_hold"}
)  # fmt: skip
_NO_CODES: NDArray[np.int32] = np.zeros(0, np.int32)


@dataclass(frozen=True, slots=True, eq=False)
class Shading:
    """The state of the market at every bar.

    Parameters
    ----------
    title : str
    codes : ndarray of int32, shape (n,)
        Place among the labels; -1 where the state is not known, which is not shaded.
    labels : tuple of str
    """

    title: str
    codes: NDArray[np.int32]
    labels: tuple[str, ...]


class ShadingItem(pg.GraphicsObject):
    """Draws the states in view over the whole height; of those narrower than two pixels a sample."""

    def __init__(self) -> None:
        super().__init__()
        self._codes = _NO_CODES
        self._starts = np.zeros(0, np.int64)
        self._brushes: list[Any] = []
        self._rect = QRectF()

    def set_codes(self, codes: NDArray[np.int32]) -> None:
        """Draw other states."""
        self.prepareGeometryChange()
        self._codes = codes
        changes = np.flatnonzero(np.diff(codes)) + 1
        self._starts = np.concatenate([[0], changes, [codes.size]]) if codes.size else changes
        self._rect = QRectF(-0.5, -1e12, codes.size, 2e12)
        self.update()

    def set_colours(self, names: tuple[str, ...]) -> None:
        """Set the tints of the states, in the order of their labels."""
        self._brushes = [brush(name, _ALPHA) for name in names]
        self.update()

    def spans(self) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
        """Return the edges of what is drawn, one more than there are states, and the states."""
        box = self.getViewBox()
        if box is None or not self._codes.size:
            return np.zeros(0, np.int64), _NO_CODES
        left, right = box.viewRange()[0]
        first, stop = max(int(left), 0), min(int(right) + 2, self._codes.size)
        if first >= stop:
            return np.zeros(0, np.int64), _NO_CODES
        begin = int(np.searchsorted(self._starts, first, side="right")) - 1
        end = int(np.searchsorted(self._starts, stop))
        most = max(int(box.width() / _PIXELS), 1)
        if end - begin <= most:
            edges = np.clip(self._starts[begin : end + 1], first, stop)
            return edges, self._codes[edges[:-1]]
        step = max((stop - first) // most, 1)
        sampled = np.arange(first - first % step, stop + step, step)
        return sampled, self._codes[np.clip(sampled[:-1] + step // 2, 0, self._codes.size - 1)]

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
        edges, codes = self.spans()
        box = self.getViewBox()
        if not codes.size or box is None or not self._brushes:
            return
        low, high = box.viewRange()[1]
        painter.setPen(Qt.PenStyle.NoPen)
        for code in np.unique(codes[codes >= 0]).tolist():
            places = np.flatnonzero(codes == code)
            painter.setBrush(self._brushes[code % len(self._brushes)])
            rects = [
                QRectF(edges[place] - 0.5, low, edges[place + 1] - edges[place], high - low)
                for place in places.tolist()
            ]
            painter.drawRects(rects)


def state_colours(theme: Theme, labels: tuple[str, ...]) -> tuple[str, ...]:
    """Return the colours of states: of known names those of gain and loss, of others in turn."""
    others = cycle((theme.series[2], theme.series[0], theme.series[4], theme.series[5]))
    found: list[str] = []
    for label in labels:
        word = label.lower().replace("-", "_").replace(" ", "_")
        if word in _GOOD:
            found.append(theme.gain)
        elif word in _BAD:
            found.append(theme.loss)
        else:
            found.append(next(others))
    return tuple(found)
