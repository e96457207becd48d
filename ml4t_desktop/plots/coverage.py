"""The coverage strip: a line for each asset, a column for each stretch of time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtWidgets import QWidget

from ml4t_desktop.plots.axes import TimeAxis
from ml4t_desktop.plots.calendar import Calendar
from ml4t_desktop.plots.plot import Plot, PlotView
from ml4t_desktop.plots.style import colour, pen
from ml4t_desktop.session.language import tr
from ml4t_desktop.session.theme import Theme

if TYPE_CHECKING:  # polars loads after the window is visible
    from numpy.typing import NDArray

    from ml4t_desktop.files.quality.coverage import Coverage

_FRAMES_PER_SECOND = 60
_FEWEST = 5


class CoverageStrip(PlotView):
    """Which asset has bars when.

    Signals
    -------
    pointed : str or None, int
        Symbol and column of the coverage under the mouse; None when it has left.
    clicked : str, int
        Symbol and column that were clicked.
    """

    pointed = Signal(object, int)
    clicked = Signal(str, int)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        self._coverage: Coverage | None = None
        self._is_changing = False
        self._times = TimeAxis()
        super().__init__(Plot(bottom=self._times), parent)
        self.setObjectName("coverage_strip")
        self.setAccessibleName(tr("Coverage by asset and time"))
        self.plot.getAxis("left").hide()
        self._box: Any = self.plot.getViewBox()
        self._box.setDefaultPadding(0)
        self._box.invertY(True)  # noqa: FBT003 (pyqtgraph's)
        self._box.disableAutoRange()
        self.image: Any = pg.ImageItem(axisOrder="row-major")
        self.plot.addItem(self.image)
        self._chosen: Any = pg.PlotDataItem()
        self.plot.addItem(self._chosen)
        self._table = np.zeros((4, 4), np.uint8)
        scene: Any = self.scene()
        self._mouse = pg.SignalProxy(
            scene.sigMouseMoved, rateLimit=_FRAMES_PER_SECOND, slot=self._on_mouse_moved
        )
        scene.sigMouseClicked.connect(self._on_clicked)
        self._box.sigRangeChanged.connect(self._draw)
        self._box.sigResized.connect(self._draw)
        self.apply_theme(theme)

    @property
    def coverage(self) -> Coverage | None:
        """The coverage that is shown."""
        return self._coverage

    def set_coverage(self, coverage: Coverage | None) -> None:
        """Show another coverage, all of it."""
        self._coverage = coverage
        self._chosen.setData([], [])
        if coverage is None:
            self.image.clear()
            return
        self._times.set_calendar(Calendar(coverage.times, is_zoned=coverage.is_zoned))
        rows, columns = coverage.states.shape
        self._is_changing = True
        self._box.setLimits(
            xMin=-0.5,
            xMax=columns - 0.5,
            yMin=-0.5,
            yMax=rows - 0.5,
            minXRange=min(_FEWEST, columns),
            minYRange=min(_FEWEST, rows),
        )
        self._box.setRange(
            xRange=(-0.5, columns - 0.5), yRange=(-0.5, rows - 0.5), padding=0, update=True
        )
        self._is_changing = False
        self.setAccessibleDescription(_described(coverage))
        self._draw()

    def choose(self, symbol: str, time_us: int) -> None:
        """Stress a place, without moving the part in view."""
        coverage = self._coverage
        if coverage is None or symbol not in coverage.symbols:
            self._chosen.setData([], [])
            return
        row = coverage.symbols.index(symbol)
        column = int(np.searchsorted(coverage.times, time_us, side="right")) - 1
        self._chosen.setData([max(column, 0)], [row])

    def apply_theme(self, theme: Theme) -> None:
        """Recolour."""
        self.setBackground(colour(theme.surface))
        axis = self.plot.getAxis("bottom")
        axis.setPen(pen(theme.grid))
        axis.setTextPen(pen(theme.muted))
        shades = state_colours(theme)
        self._table = np.array([colour(name).getRgb() for name in shades], np.uint8)
        self._chosen.setSymbol("o")
        self._chosen.setSymbolSize(9)
        self._chosen.setSymbolBrush(None)
        self._chosen.setSymbolPen(pen(theme.text))
        self._draw()

    def _draw(self, *_: object) -> None:
        """Draw what is in view, one state for each pixel: the gravest."""
        if self._coverage is None or self._is_changing:
            return
        states = self._coverage.states
        (left, right), (top, bottom) = self._box.viewRange()
        columns = _visible(left, right, states.shape[1])
        rows = _visible(top, bottom, states.shape[0])
        if columns.size < 2 or rows.size < 2:
            return
        width, height = (max(int(n), 1) for n in (self._box.width(), self._box.height()))
        seen = states[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
        binned = _gravest(_gravest(seen, height, axis=0), width, axis=1)
        self.image.setImage(self._table[binned], levels=None, autoLevels=False)
        self.image.setRect(QRectF(columns[0] - 0.5, rows[0] - 0.5, seen.shape[1], seen.shape[0]))

    def _place(self, position: QPointF) -> tuple[str, int] | None:
        if self._coverage is None or not self._box.sceneBoundingRect().contains(position):
            return None
        point = self._box.mapSceneToView(position)
        column, row = round(point.x()), round(point.y())
        rows, columns = self._coverage.states.shape
        if not (0 <= row < rows and 0 <= column < columns):
            return None
        return self._coverage.symbols[row], column

    def _on_mouse_moved(self, event: tuple[QPointF]) -> None:
        place = self._place(event[0])
        self.pointed.emit(*(place if place is not None else (None, 0)))

    def _on_clicked(self, event: Any) -> None:
        place = self._place(event.scenePos())
        if place is not None and event.button() == Qt.MouseButton.LeftButton:
            self.clicked.emit(*place)

    def close(self) -> None:
        """Close the chart and what listens to its mouse."""
        self._mouse.disconnect()
        self._coverage = None
        super().close()

    def leaveEvent(self, ev: Any) -> None:  # noqa: D102, N802 (Qt's)
        self.pointed.emit(None, 0)
        super().leaveEvent(ev)


def state_colours(theme: Theme) -> tuple[str, str, str, str]:
    """Return the colours of the states: none expected, bars, bars missing, doubtful bars."""
    bars = _between(theme.surface, theme.series[0], 0.4)
    return _between(theme.surface, theme.border, 0.5), bars, theme.warning, theme.error


def _described(coverage: Coverage) -> str:
    """Return how much of what is expected is there."""
    counts = np.bincount(coverage.states.ravel(), minlength=4)
    there, missing, doubtful = (int(counts[state]) for state in (1, 2, 3))
    return tr(
        "{assets:,} assets in {times:,} stretches of time: bars in {there:,} places, "
        "bars missing in {missing:,}, doubtful bars in {doubtful:,}",
        assets=len(coverage.symbols),
        times=int(coverage.times.size),
        there=there,
        missing=missing,
        doubtful=doubtful,
    )


def _between(ground: str, shade: str, share: float) -> str:
    """Return a shade with so much of it over the ground: most of the strip is good and stays calm."""
    one, two = colour(ground), colour(shade)
    pairs = (
        (one.red(), two.red()),
        (one.green(), two.green()),
        (one.blue(), two.blue()),
    )
    mixed = (round(a + (b - a) * share) for a, b in pairs)
    return "#" + "".join(f"{part:02x}" for part in mixed)


def _visible(low: float, high: float, count: int) -> NDArray[np.int64]:
    """Return the first and last place in view; nothing when none is."""
    first = max(int(np.floor(low + 0.5)), 0)
    last = min(int(np.ceil(high - 0.5)), count - 1)
    return np.array([first, last]) if first <= last else np.zeros(0, np.int64)


def _gravest(states: NDArray[np.uint8], pixels: int, axis: int) -> NDArray[np.uint8]:
    """Return at most as many rows (columns) as there are pixels, each the highest of those it holds."""
    count = states.shape[axis]
    if count <= pixels:
        return states
    starts = np.arange(pixels) * count // pixels
    return np.maximum.reduceat(states, starts, axis=axis)
