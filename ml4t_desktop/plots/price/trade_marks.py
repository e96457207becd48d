"""How trades are drawn on a price chart: marks at entry and exit, lines between them, the chosen one."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from pyqtgraph.Qt import internals
from PySide6.QtCore import QLineF, QObject, QPointF, QRectF, Signal
from PySide6.QtGui import QPainter, QPainterPath, QPen, QPolygonF
from PySide6.QtWidgets import QStyleOptionGraphicsItem, QWidget

from ml4t_desktop.plots.price.asset_bars import TradeMarks
from ml4t_desktop.plots.price.trade_counts import CountItem
from ml4t_desktop.plots.style import brush, colour, pen
from ml4t_desktop.session.theme import Theme

_ARROW_SIZE = 26  # a symbol's box is centred on its point, and the arrow has half of it
_EXIT_SIZE = 9
_CHOSEN_SIZE = 26
_MANY_MARKS = 2000  # fewer are drawn quicker than thinned
_MARK_PIXELS = 2.0
_PIXELS_PER_TRADE = 9.0  # where there is less room for each, trades are counted instead
_FEW = 60  # are drawn however dense they are
_NEAR_PIXELS = 14.0


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

    Where marks would lie on one another, trades are counted instead.

    Signals
    -------
    clicked : int
        The `trade_id` of the mark that was clicked.
    """

    clicked = Signal(int)

    def __init__(self, plot: Any, theme: Theme, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._plot = plot
        self._marks: TradeMarks | None = None
        self._is_log = False
        self.is_dense = False
        self.gains, self.losses = PairItem(), PairItem()
        self.chosen_line, self.hover_line = pg.PlotCurveItem(), pg.PlotCurveItem()
        self.levels = {name: pg.PlotCurveItem() for name in ("stop", "target", "trail")}
        self.ring = pg.ScatterPlotItem(pxMode=True)
        self.spots = SpotsItem(pxMode=True)
        self.counts = CountItem()
        self.counts.setVisible(False)
        for depth, item in enumerate(
            (
                self.counts, self.gains, self.losses, *self.levels.values(), self.chosen_line,
                self.hover_line, self.ring, self.spots,
            ),
            start=10,
        ):  # fmt: skip
            item.setZValue(depth)
            # They lie on the bars, and the value axis has room around those.
            plot.addItem(item, ignoreBounds=True)
        self.counts.setZValue(-20)  # prices are to be read over them
        self.spots.sigClicked.connect(self._on_clicked)
        plot.getViewBox().sigXRangeChanged.connect(self.follow_density)

    def set_marks(self, marks: TradeMarks, *, is_log: bool = False) -> None:
        """Draw the trades of another asset; `is_log`: at the decimal logarithm of their prices."""
        self._marks, self._is_log = marks, is_log
        is_gain = marks.pnl > 0
        prices = self._drawn(marks.entry_price), self._drawn(marks.exit_price)
        for item, chosen in ((self.gains, is_gain), (self.losses, ~is_gain)):
            ends = (marks.entry, prices[0], marks.exit, prices[1])
            item.set_lines(np.column_stack([end[chosen] for end in ends]).astype(np.float64))
        self._draw_spots(marks)
        self.counts.set_trades(marks.entry, is_gain)
        self.choose(None)
        self.hover(None)
        self.follow_density()

    def choose(self, place: int | None) -> None:
        """Stress one trade, by its place among the marks."""
        marks = self._marks
        if marks is None or place is None:
            self.ring.setData([], [])
            self.chosen_line.setData([], [])
            self.show_levels({}, 0)
            return
        x, y = self._ends(marks, place)
        shown = slice(0, 1) if marks.is_open[place] else slice(0, 2)
        self.ring.setData(x[shown], y[shown])
        line = QPen(colour(self._theme.gain if marks.pnl[place] > 0 else self._theme.loss), 2)
        line.setCosmetic(True)
        self.chosen_line.setData(x, y, pen=line)

    def hover(self, place: int | None) -> None:
        """Join entry and exit of the trade under the mouse."""
        marks = self._marks
        if marks is None or place is None:
            self.hover_line.setData([], [])
            return
        line = QPen(colour(self._theme.text), 2)
        line.setCosmetic(True)
        line.setDashPattern([2, 2])
        self.hover_line.setData(*self._ends(marks, place), pen=line)

    def show_levels(self, levels: Mapping[str, NDArray[np.float64]], first: int) -> None:
        """Draw the levels at which the chosen trade was to be left: ``stop``, ``target``, ``trail``.

        `first` is the ordinal of the first bar that they hold for.
        """
        tints = {"stop": self._theme.loss, "target": self._theme.gain, "trail": self._theme.warning}
        for name, item in self.levels.items():
            values = levels.get(name)
            if values is None or not values.size:
                item.setData([], [])
                continue
            x = np.repeat(np.arange(first, first + values.size), 2) + np.tile(
                [-0.5, 0.5], values.size
            )
            item.setData(x, self._drawn(np.repeat(values, 2)), pen=pen(tints[name], is_dashed=True))

    def near(self, x: float, y: float) -> int | None:
        """Return the place of the trade whose entry or exit lies within some pixels of a point."""
        marks = self._marks
        if marks is None or not len(marks) or self.is_dense:
            return None
        across, up = self._plot.getViewBox().viewPixelSize()
        best, found = _NEAR_PIXELS, None
        for ordinals, prices in (
            (marks.entry, marks.entry_price), (marks.exit, marks.exit_price),
        ):  # fmt: skip
            close = np.flatnonzero(np.abs(ordinals - x) <= across * _NEAR_PIXELS)
            if not close.size:
                continue
            distance = np.hypot(
                (ordinals[close] - x) / across, (self._drawn(prices[close]) - y) / up
            )
            place = int(np.argmin(distance))
            if distance[place] <= best:
                best, found = float(distance[place]), int(close[place])
        return found

    def follow_density(self, *_: object) -> None:
        """Draw every trade, or count them, as there is room in the part in view."""
        seen = self.counts.in_view()
        width = self._plot.getViewBox().width()
        is_dense = seen > _FEW and seen * _PIXELS_PER_TRADE > width
        if is_dense != self.is_dense:
            self.is_dense = is_dense
            for item in (self.gains, self.losses, self.spots):
                item.setVisible(not is_dense)
            self.counts.setVisible(is_dense)

    def apply_theme(self, theme: Theme) -> None:
        """Recolour what is drawn; the stress is drawn anew by `choose`."""
        self._theme = theme
        self.gains.set_colour(theme.gain)
        self.losses.set_colour(theme.loss)
        self.counts.set_theme(theme)
        ring = QPen(colour(theme.text))
        ring.setCosmetic(True)
        self.ring.setSymbol("o")
        self.ring.setSize(_CHOSEN_SIZE)
        self.ring.setPen(ring)
        self.ring.setBrush(brush(theme.accent, 0.12))
        if self._marks is not None:
            self._draw_spots(self._marks)

    def _ends(self, marks: TradeMarks, place: int) -> tuple[list[float], NDArray[np.float64]]:
        x = [float(marks.entry[place]), float(marks.exit[place])]
        return x, self._drawn(np.array([marks.entry_price[place], marks.exit_price[place]]))

    def _drawn(self, prices: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.log10(prices) if self._is_log else prices

    def _draw_spots(self, marks: TradeMarks) -> None:
        theme = self._theme
        fills = {True: brush(long_colour(theme)), False: brush(short_colour(theme))}
        # An exit at a loss is hollow: its colour alone would not tell everyone.
        results = {True: brush(theme.gain), False: brush(theme.surface)}
        plain, hollow = pen(theme.surface), pen(theme.loss)
        hollow.setWidth(2)
        closed = np.flatnonzero(~marks.is_open)
        entries = [LONG_ENTRY if is_long else SHORT_ENTRY for is_long in marks.is_long]
        exits = [LONG_EXIT if is_long else SHORT_EXIT for is_long in marks.is_long[closed]]
        self.spots.setData(
            x=np.concatenate([marks.entry, marks.exit[closed]]).astype(np.float64),
            y=self._drawn(np.concatenate([marks.entry_price, marks.exit_price[closed]])),
            symbol=entries + exits,
            brush=[fills[bool(is_long)] for is_long in marks.is_long]
            + [results[bool(gain)] for gain in marks.pnl[closed] > 0],
            data=np.concatenate([marks.trade_id, marks.trade_id[closed]]),
            size=np.repeat([_ARROW_SIZE, _EXIT_SIZE], [len(marks), closed.size]),
            pen=[plain] * len(marks)
            + [plain if gain else hollow for gain in marks.pnl[closed] > 0],
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
