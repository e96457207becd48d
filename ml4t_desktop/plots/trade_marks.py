"""How trades are drawn on a price chart: marks at entry and exit, lines between them, the chosen one."""

from typing import Any

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from pyqtgraph.Qt import internals
from PySide6.QtCore import QLineF, QObject, QPointF, QRectF, Signal
from PySide6.QtGui import QPainter, QPainterPath, QPen, QPolygonF
from PySide6.QtWidgets import QStyleOptionGraphicsItem, QWidget

from ml4t_desktop.plots.asset_bars import TradeMarks
from ml4t_desktop.plots.style import brush, colour, pen
from ml4t_desktop.session.theme import Theme

_ARROW_SIZE = 26  # a symbol's box is centred on its point, and the arrow has half of it
_EXIT_SIZE = 9
_CHOSEN_SIZE = 26
_MANY_MARKS = 2000  # fewer are drawn quicker than thinned
_MARK_PIXELS = 2.0


def _path(*points: tuple[float, float]) -> QPainterPath:
    path = QPainterPath()
    path.addPolygon(QPolygonF([QPointF(x, y) for x, y in points]))
    path.closeSubpath()
    return path


# Arrow tips lie on the price: from below for a buy, from above for a sale.
LONG_ENTRY = _path((0, 0), (0.22, 0.44), (-0.22, 0.44))
SHORT_ENTRY = _path((0, 0), (0.22, -0.44), (-0.22, -0.44))
LONG_EXIT = "s"
SHORT_EXIT = "d"


def long_colour(theme: Theme) -> str:
    """Return the colour of long entries."""
    return theme.accent


def short_colour(theme: Theme) -> str:
    """Return the colour of short entries."""
    return theme.series[2]


class PairItem(pg.GraphicsObject):
    """Lines from one point to another; of many, those in view are drawn."""

    def __init__(self) -> None:
        super().__init__()
        self._rect = QRectF()
        self._drawn = internals.PrimitiveArray(QLineF, 4)
        self.lines: NDArray[np.float64] = np.zeros((0, 4))
        self.set_colour("#808080")

    def set_lines(self, lines: NDArray[np.float64]) -> None:
        """Draw other lines: x and y of their first, then of their second point, shape (m, 4)."""
        self.prepareGeometryChange()
        self.lines = lines
        self._rect = QRectF()
        if lines.size:
            x, y = lines[:, ::2], lines[:, 1::2]
            low, high = QPointF(x.min(), y.min()), QPointF(x.max(), y.max())
            self._rect = QRectF(low, high).adjusted(-1, -1, 1, 1)
        self.update()

    def set_colour(self, name: str) -> None:
        """Set the colour of the lines."""
        self.pen = pen(name)
        self.update()

    def boundingRect(self) -> QRectF:  # noqa: D102, N802 (Qt's)
        return self._rect

    def paint(  # noqa: D102 (Qt's)
        self,
        painter: QPainter,
        option: QStyleOptionGraphicsItem,  # noqa: ARG002 (Qt's)
        widget: QWidget | None = None,  # noqa: ARG002 (Qt's)
    ) -> None:
        box = self.getViewBox()
        if box is None:
            return
        left, right = box.viewRange()[0]
        seen = self.lines[(self.lines[:, 2] >= left) & (self.lines[:, 0] <= right)]
        if not seen.size:
            return
        array: Any = self._drawn  # pyqtgraph does not declare its type
        array.resize(len(seen))
        array.ndarray()[:] = seen
        painter.setPen(self.pen)
        painter.drawLines(*array.drawargs())


class SpotsItem(pg.ScatterPlotItem):
    """Marks, of which those that lie on one another are drawn once."""

    def _maskAt(self, obj: Any) -> NDArray[np.bool_]:  # noqa: N802 (pyqtgraph's)
        mask: NDArray[np.bool_] = super()._maskAt(obj)
        if not isinstance(obj, QRectF) or np.count_nonzero(mask) < _MANY_MARKS:
            return mask
        across, up = self.pixelVectors()
        if across is None or up is None:
            return mask
        # The mark drawn last is the one on top; marks of another look stay.
        places = np.flatnonzero(mask)[::-1]
        data: Any = self.data
        x = np.floor(data["x"][places] / (across.length() * _MARK_PIXELS)).astype(np.int64)
        y = np.floor(data["y"][places] / (up.length() * _MARK_PIXELS)).astype(np.int64)
        look = data["sourceRect"]["x"][places].astype(np.int64)
        _, first = np.unique((x << 40) ^ ((y & 0xFFFFF) << 20) ^ look, return_index=True)
        kept = np.zeros_like(mask)
        kept[places[first]] = True
        return kept


class TradeLayer(QObject):
    """The trades of one asset on its price pane: one scatter of marks, and lines from entry to exit.

    Signals
    -------
    clicked : int
        The `trade_id` of the mark that was clicked.
    """

    clicked = Signal(int)

    def __init__(self, plot: Any, theme: Theme, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._marks: TradeMarks | None = None
        self.gains, self.losses = PairItem(), PairItem()
        self.chosen_line = pg.PlotCurveItem()
        self.ring = pg.ScatterPlotItem(pxMode=True)
        self.spots = SpotsItem(pxMode=True)
        for depth, item in enumerate(
            (self.gains, self.losses, self.chosen_line, self.ring, self.spots), start=10
        ):
            item.setZValue(depth)
            # They lie on the bars, and the value axis has room around those.
            plot.addItem(item, ignoreBounds=True)
        self.spots.sigClicked.connect(self._on_clicked)

    def set_marks(self, marks: TradeMarks) -> None:
        """Draw the trades of another asset."""
        self._marks = marks
        is_gain = marks.pnl > 0
        for item, chosen in ((self.gains, is_gain), (self.losses, ~is_gain)):
            ends = (marks.entry, marks.entry_price, marks.exit, marks.exit_price)
            item.set_lines(np.column_stack([end[chosen] for end in ends]).astype(np.float64))
        self._draw_spots(marks)
        self.choose(None)

    def choose(self, place: int | None) -> None:
        """Stress one trade, by its place among the marks."""
        marks = self._marks
        if marks is None or place is None:
            self.ring.setData([], [])
            self.chosen_line.setData([], [])
            return
        x = [float(marks.entry[place]), float(marks.exit[place])]
        y = [float(marks.entry_price[place]), float(marks.exit_price[place])]
        shown = slice(0, 1) if marks.is_open[place] else slice(0, 2)
        self.ring.setData(x[shown], y[shown])
        line = QPen(colour(self._theme.gain if marks.pnl[place] > 0 else self._theme.loss), 2)
        line.setCosmetic(True)
        self.chosen_line.setData(x, y, pen=line)

    def apply_theme(self, theme: Theme) -> None:
        """Recolour what is drawn; the stress is drawn anew by `choose`."""
        self._theme = theme
        self.gains.set_colour(theme.gain)
        self.losses.set_colour(theme.loss)
        ring = QPen(colour(theme.text))
        ring.setCosmetic(True)
        self.ring.setSymbol("o")
        self.ring.setSize(_CHOSEN_SIZE)
        self.ring.setPen(ring)
        self.ring.setBrush(brush(theme.accent, 0.12))
        if self._marks is not None:
            self._draw_spots(self._marks)

    def _draw_spots(self, marks: TradeMarks) -> None:
        theme = self._theme
        fills = {True: brush(long_colour(theme)), False: brush(short_colour(theme))}
        results = {True: brush(theme.gain), False: brush(theme.loss)}
        closed = np.flatnonzero(~marks.is_open)
        entries = [LONG_ENTRY if is_long else SHORT_ENTRY for is_long in marks.is_long]
        exits = [LONG_EXIT if is_long else SHORT_EXIT for is_long in marks.is_long[closed]]
        self.spots.setData(
            x=np.concatenate([marks.entry, marks.exit[closed]]).astype(np.float64),
            y=np.concatenate([marks.entry_price, marks.exit_price[closed]]),
            symbol=entries + exits,
            brush=[fills[bool(is_long)] for is_long in marks.is_long]
            + [results[bool(gain)] for gain in marks.pnl[closed] > 0],
            data=np.concatenate([marks.trade_id, marks.trade_id[closed]]),
            size=np.repeat([_ARROW_SIZE, _EXIT_SIZE], [len(marks), closed.size]),
            pen=pen(theme.surface),
        )

    def _on_clicked(self, _item: object, points: Any, _event: object) -> None:
        if len(points):
            self.clicked.emit(int(points[0].data()))


class SpanLayer:
    """The chosen trade on one pane: its span tinted, the bars of its decisions as dotted lines."""

    def __init__(self, plot: Any) -> None:
        self.span = pg.LinearRegionItem(movable=False)
        self.decisions = (
            pg.InfiniteLine(angle=90, movable=False),
            pg.InfiniteLine(angle=90, movable=False),
        )
        for item in (self.span, *self.decisions):
            item.setZValue(-10)
            item.setVisible(False)
            plot.addItem(item, ignoreBounds=True)

    def show(self, marks: TradeMarks, place: int | None) -> None:
        """Show a trade by its place among the marks, or none."""
        self.span.setVisible(place is not None)
        if place is None:
            for line in self.decisions:
                line.setVisible(False)
            return
        self.span.setRegion((marks.entry[place] - 0.5, marks.exit[place] + 0.5))
        places = (marks.entry_decision[place], marks.exit_decision[place])
        for line, at in zip(self.decisions, places, strict=True):
            line.setVisible(bool(at >= 0))
            line.setPos(float(at))

    def apply_theme(self, theme: Theme) -> None:
        """Recolour."""
        self.span.setBrush(brush(theme.accent, 0.09))
        for edge in self.span.lines:
            edge.setPen(pen(theme.accent, 0.0))
        for line in self.decisions:
            line.setPen(pen(theme.warning, 0.9, is_dashed=True))
