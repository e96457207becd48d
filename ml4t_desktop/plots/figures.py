"""Small charts of a few values: columns with their intervals, and curves, over names or numbers."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRect, QSize, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QKeyEvent
from PySide6.QtWidgets import QMenu, QWidget

from ml4t_desktop.plots.axes import PlainAxis, ValueAxis, ValueKind, round_levels
from ml4t_desktop.plots.legend import Legend
from ml4t_desktop.plots.plot import Plot
from ml4t_desktop.plots.style import brush, colour, pen, style_pane
from ml4t_desktop.session.language import shown, tr
from ml4t_desktop.session.theme import Theme

Values = NDArray[np.float64]
_PIXELS_PER_LABEL = 46.0
_PIXELS_PER_LETTER = 8.0
_ROOM = 0.06  # of the height of what is drawn, above and below
_WIDTH = 0.8
_MOST_SAID = 200  # of the texts, to who cannot see the chart
_MOST_MEASURED = 50  # of the names below it
_NONE = np.zeros(0)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Columns:
    """Columns from zero, each with an interval where one is given.

    Parameters
    ----------
    at, height : ndarray of float64, shape (n,)
    low, high : ndarray of float64, shape (n,), optional
        Ends of the intervals.
    width : float
    by_sign : bool
        Columns below zero in the colour of a loss, others of a gain; else all alike.
    """

    at: Values
    height: Values
    low: Values | None = None
    high: Values | None = None
    width: float = _WIDTH
    by_sign: bool = False


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Curve:
    """A line through points; `is_faint` for what others are held against."""

    x: Values
    y: Values
    is_faint: bool = False
    has_points: bool = False


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Figure:
    """What a small chart shows.

    Parameters
    ----------
    title : str
        In bold above; what it says beside it is in `hint`.
    columns : Columns or None
    curves : tuple of Curve
    marks : tuple of float
        Upright lines, such as thresholds.
    labels : sequence of str
        What the whole numbers from 0 stand for; empty: x is a number.
    x_kind, y_kind : {"money", "percent", "price", "number"}
    words : sequence of str
        What is said of each x of the columns, or of the first curve, under the mouse.
    """

    title: str
    hint: str = ""
    columns: Columns | None = None
    curves: tuple[Curve, ...] = ()
    marks: tuple[float, ...] = ()
    labels: Sequence[str] = ()
    x_kind: ValueKind = "number"
    y_kind: ValueKind = "number"
    words: Sequence[str] = field(default=())


class NameAxis(PlainAxis):
    """Names at whole numbers, or numbers of a kind, along the bottom."""

    def __init__(self) -> None:
        super().__init__("bottom")
        self._labels: Sequence[str] = ()
        self._numbers = ValueAxis("number")

    def set_names(self, labels: Sequence[str], kind: ValueKind) -> None:
        """Set what stands at 0, 1, 2, …; nothing: numbers of a kind."""
        self._labels = labels
        self._numbers = ValueAxis(kind)
        self.picture = None
        self.update()

    def tickValues(  # noqa: D102, N802 (pyqtgraph's)
        self,
        minVal: float,  # noqa: N803 (pyqtgraph's)
        maxVal: float,  # noqa: N803 (pyqtgraph's)
        size: float,
    ) -> list[tuple[float, list[float]]]:
        some = self._labels[:: 1 + len(self._labels) // _MOST_MEASURED]
        longest = max(map(len, some), default=0)
        most = max(size / max(_PIXELS_PER_LABEL, longest * _PIXELS_PER_LETTER + 20), 1.0)
        if self._labels:
            every = max(1, int(np.ceil(len(self._labels) / most)))
            return [(float(every), [float(i) for i in range(0, len(self._labels), every)])]
        return round_levels(minVal, maxVal, size, _PIXELS_PER_LABEL)

    def tickStrings(  # noqa: D102, N802 (pyqtgraph's)
        self, values: list[float], scale: float, spacing: float
    ) -> list[str]:
        if self._labels:
            return [self._labels[int(value)] for value in values]
        return self._numbers.tickStrings(values, scale, spacing)


class FigureChart(pg.GraphicsLayoutWidget):
    """One small chart; the mouse tells what is under it.

    Signals
    -------
    value_asked : int, QRect
        How one of its values is made was asked for: its place among them, and where it is drawn; -1 is the
        figure beside the title.
    """

    value_asked = Signal(int, QRect)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._theme = theme
        self._figure: Figure | None = None
        self._is_built = False
        self.apply_theme(theme)

    def build(self) -> None:
        """Make the plot, which takes long, if there is none yet."""
        if self._is_built:
            return
        self._is_built = True
        self._axis = NameAxis()
        self._values = ValueAxis("number")
        grid: Any = self.ci
        grid.setContentsMargins(0, 0, 8, 0)
        self._plot = Plot(self._values, self._axis)
        self._plot.getViewBox().setMouseEnabled(x=False, y=False)
        grid.addItem(self._plot)
        self._bars: Any = pg.BarGraphItem(x=_NONE, height=_NONE, width=_WIDTH)
        self._whiskers: Any = pg.ErrorBarItem(beam=0.25)
        self._zero = pg.InfiniteLine(0.0, angle=0, movable=False)
        for item in (self._bars, self._whiskers, self._zero):
            self._plot.addItem(item, ignoreBounds=True)
        self._curves: list[Any] = []
        self._marks: list[Any] = []
        self._legend = Legend(self._plot)
        scene: Any = self.scene()
        scene.sigMouseMoved.connect(self._on_mouse_moved)
        scene.sigMouseClicked.connect(self._on_clicked)
        self.apply_theme(self._theme)

    @property
    def figure(self) -> Figure | None:
        """What is shown."""
        return self._figure

    def show_figure(self, figure: Figure) -> None:
        """Show other values."""
        self.build()
        self._figure = figure
        self.setAccessibleName(shown(figure.title))
        self.setAccessibleDescription(shown(". ".join(figure.words[:_MOST_SAID]) or figure.hint))
        self._axis.set_names(figure.labels, figure.x_kind)
        if figure.y_kind != self._values.kind:
            self._values.set_kind(figure.y_kind)
        self._draw()

    def legend(self) -> str:
        """Return what is written in the chart."""
        return self._legend.toPlainText() if self._is_built else ""

    def apply_theme(self, theme: Theme) -> None:
        """Recolour."""
        self._theme = theme
        self.setBackground(colour(theme.surface))
        if not self._is_built:
            return
        style_pane(self._plot, theme)
        self._legend.set_colours(colour(theme.text), colour(theme.surface))
        self._zero.setPen(pen(theme.muted, 0.8))
        self._draw()

    def _draw(self) -> None:
        figure = self._figure
        if figure is None:
            return
        self._draw_columns(figure.columns)
        self._draw_curves(figure.curves)
        self._draw_marks(figure.marks)
        self._fit(figure)
        self._write(None)

    def _draw_columns(self, columns: Columns | None) -> None:
        has_any = columns is not None and columns.at.size > 0
        self._bars.setVisible(has_any)
        self._whiskers.setVisible(has_any and columns is not None and columns.low is not None)
        if columns is None or not has_any:
            return
        theme, height = self._theme, np.nan_to_num(columns.height)
        names = [
            (theme.loss if value < 0 else theme.gain) if columns.by_sign else theme.accent
            for value in height
        ]
        self._bars.setOpts(
            x=columns.at,
            height=height,
            width=columns.width,
            brushes=[brush(name, 0.75) for name in names],
            pens=[pen(name, 0.0) for name in names],
        )
        if columns.low is not None and columns.high is not None:
            middle = (columns.low + columns.high) / 2
            known = np.isfinite(middle)
            self._whiskers.setData(
                x=columns.at[known],
                y=middle[known],
                height=(columns.high - columns.low)[known],
                beam=columns.width * 0.3,
                pen=pen(theme.text, 0.9),
            )

    def _draw_curves(self, curves: tuple[Curve, ...]) -> None:
        while len(self._curves) < len(curves):
            item = pg.PlotDataItem()
            self._plot.addItem(item)
            self._curves.append(item)
        series = iter(self._theme.series)
        for number, item in enumerate(self._curves):
            item.setVisible(number < len(curves))
            if number >= len(curves):
                continue
            curve = curves[number]
            name = self._theme.muted if curve.is_faint else next(series)
            item.setData(curve.x, curve.y, connect="finite")
            item.setPen(pen(name, 0.8, is_dashed=curve.is_faint))
            item.setSymbol("o" if curve.has_points else None)
            item.setSymbolSize(6)
            item.setSymbolBrush(brush(name))
            item.setSymbolPen(pen(name))

    def _draw_marks(self, marks: tuple[float, ...]) -> None:
        while len(self._marks) < len(marks):
            line = pg.InfiniteLine(0.0, angle=90, movable=False)
            self._plot.addItem(line, ignoreBounds=True)
            self._marks.append(line)
        for number, line in enumerate(self._marks):
            line.setVisible(number < len(marks))
            line.setPen(pen(self._theme.warning))
            if number < len(marks):
                line.setPos(marks[number])

    def _fit(self, figure: Figure) -> None:
        """Show everything, with zero where there are columns."""
        x = [curve.x for curve in figure.curves] + [np.array(figure.marks)]
        y = [curve.y for curve in figure.curves]
        half = 0.0
        if figure.columns is not None:
            x.append(figure.columns.at)
            y += [figure.columns.height, np.zeros(1)]
            y += [part for part in (figure.columns.low, figure.columns.high) if part is not None]
            half = figure.columns.width / 2
        across, along = _finite(x), _finite(y)
        if across.size:
            low, high = float(across.min()) - half, float(across.max()) + half
            margin = (high - low) * 0.03 or 0.5
            self._plot.setXRange(low - margin, high + margin, padding=0)
        if along.size:
            low, high = float(along.min()), float(along.max())
            size = (high - low) or abs(high) or 1.0
            self._plot.setYRange(low - _ROOM * size, high + _ROOM * size, padding=0)

    def _write(self, place: int | None) -> None:
        figure = self._figure
        if figure is None:
            return
        theme = self._theme
        said = figure.words[place] if place is not None and place < len(figure.words) else ""
        text = said or f"<span style='color:{theme.muted}'>{shown(figure.hint)}</span>"
        title = f"<b>{shown(figure.title)}</b><br>"
        longest = max((shown(figure.hint), *figure.words[:_MOST_SAID]), key=len)
        self._legend.write(title + text, title + longest)

    def ask_current(self) -> bool:
        """Ask how the figure beside the title is made; say whether there is anything."""
        figure = self._figure
        if figure is None or not figure.words:
            return False
        self.value_asked.emit(-1, self._plot.sceneBoundingRect().toRect())
        return True

    def _place_at(self, position: QPointF) -> int | None:
        figure = self._figure
        if figure is None or not self._plot.sceneBoundingRect().contains(position):
            return None
        at = self._plot.getViewBox().mapSceneToView(position).x()
        places = figure.columns.at if figure.columns is not None else figure.curves[0].x
        return int(np.argmin(np.abs(places - at))) if places.size else None

    def _on_clicked(self, event: Any) -> None:
        figure = self._figure
        if figure is None or not figure.words or event.button() != Qt.MouseButton.LeftButton:
            return
        at = event.scenePos()
        if self._legend.sceneBoundingRect().contains(at):
            self.ask_current()
            return
        place = self._place_at(at)
        if place is not None:
            box = self._plot.sceneBoundingRect().toRect()
            self.value_asked.emit(place, QRect(int(at.x()) - 8, box.top(), 16, box.height()))

    def _on_mouse_moved(self, position: QPointF) -> None:
        figure = self._figure
        if figure is None or not figure.words:
            return
        self._write(self._place_at(position))

    def keyPressEvent(self, ev: QKeyEvent) -> None:  # noqa: D102, N802 (Qt's)
        if ev.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.ask_current():
            return
        super().keyPressEvent(ev)

    def contextMenuEvent(self, ev: QContextMenuEvent) -> None:  # noqa: D102, N802 (Qt's)
        place = self._place_at(self.mapToScene(ev.pos()))
        if place is None or self._figure is None or not self._figure.words:
            return
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        where = QRect(ev.pos().x() - 8, 0, 16, self.height())
        menu.addAction(tr("How it is made"), partial(self.value_asked.emit, place, where))
        menu.popup(ev.globalPos())

    def leaveEvent(self, ev: Any) -> None:  # noqa: D102, N802 (Qt's)
        self._write(None)
        super().leaveEvent(ev)

    def minimumSizeHint(self) -> QSize:  # noqa: D102, N802 (Qt's)
        return QSize(220, 150)


def _finite(parts: list[Values]) -> Values:
    found = np.concatenate([np.asarray(part, np.float64).ravel() for part in parts] or [_NONE])
    return found[np.isfinite(found)]
