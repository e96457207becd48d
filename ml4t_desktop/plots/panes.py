"""Charts one above the other that share their time axis, with one cursor through all of them."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, Qt, QTimer, Signal
from PySide6.QtGui import QContextMenuEvent, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QWidget

from ml4t_desktop.plots.axes import TimeAxis, ValueAxis, ValueKind
from ml4t_desktop.plots.calendar import Calendar
from ml4t_desktop.plots.gestures import Gestures
from ml4t_desktop.plots.legend import Legend
from ml4t_desktop.plots.plot import Plot
from ml4t_desktop.plots.style import colour, pen, prepare_pane, spoken, style_pane
from ml4t_desktop.session.theme import Theme

_FRAMES_PER_SECOND = 60
_LEGEND_DELAY = 60  # milliseconds
_FEWEST_BARS = 5
_LEAST_HEIGHT = 36.0
_PADDING = 0.06
_SPACING = 2


@dataclass(eq=False)
class Pane:
    """One chart of a stack."""

    plot: Plot
    times: TimeAxis
    values: ValueAxis
    legend: Legend
    cursor: Any
    stretch: float


class PaneStack(pg.GraphicsLayoutWidget):
    """Charts one above the other over the ordinals of the same timestamps.

    Signals
    -------
    cursor_moved : int or None
        The ordinal under the mouse; None when it has left.
    brushed : int, int
        The first and last ordinal of a part of the time that was chosen with the mouse.
    range_changed : no value
        Another part of the time is in view.
    heights_changed : no value
        Panes were given other heights with the mouse.
    menu_asked : int, QPoint
        The menu of a pane, by its number, was asked for at a place of the screen.
    """

    cursor_moved = Signal(object)
    brushed = Signal(int, int)
    range_changed = Signal()
    heights_changed = Signal()
    menu_asked = Signal(int, object)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._panes: list[Pane] = []
        self._calendar = Calendar(np.zeros(0, np.int64))
        self._ordinal: int | None = None
        self._is_following = False
        self._is_sized = False
        self._gestures = Gestures(self)
        self._grid: Any = self.ci  # pyqtgraph does not declare the types of its layouts
        self._grid.setContentsMargins(0, 0, 8, 0)
        self._grid.layout.setSpacing(_SPACING)
        scene: Any = self.scene()
        self._mouse = pg.SignalProxy(
            scene.sigMouseMoved, rateLimit=_FRAMES_PER_SECOND, slot=self._on_mouse_moved
        )
        self._legends_due = QTimer(self)  # writing them at every step of a drag would slow it down
        self._legends_due.setSingleShot(True)
        self._legends_due.setInterval(_LEGEND_DELAY)
        self._legends_due.timeout.connect(self.refresh_legends)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    @property
    def panes(self) -> tuple[Pane, ...]:
        """The charts from top to bottom."""
        return tuple(self._panes)

    @property
    def theme(self) -> Theme:
        """The colours."""
        return self._theme

    @property
    def count(self) -> int:
        """Number of timestamps."""
        return len(self._calendar)

    @property
    def calendar(self) -> Calendar:
        """The timestamps of the ordinals."""
        return self._calendar

    def add_pane(self, kind: ValueKind, stretch: float, labels: tuple[str, ...] = ()) -> Pane:
        """Add a chart below the others; `labels` are what whole numbers stand for in a chart of texts."""
        times, values = TimeAxis(), ValueAxis(kind, labels)
        times.set_calendar(self._calendar)
        plot = Plot(values, times, is_thinned=True)
        prepare_pane(plot, _PADDING)
        cursor = pg.InfiniteLine(angle=90, movable=False)
        cursor.setVisible(False)
        cursor.setZValue(50)
        plot.addItem(cursor, ignoreBounds=True)
        pane = Pane(plot, times, values, Legend(plot), cursor, stretch)
        self._limit(pane)
        if self._panes:
            plot.setXRange(*self.visible_range(), padding=0)
            self._panes[-1].plot.getAxis("bottom").setStyle(showValues=False)
        plot.getViewBox().sigXRangeChanged.connect(self._on_range_changed)
        self._grid.addItem(plot, row=len(self._panes), col=0)
        self._panes.append(pane)
        self._share_height()
        self._style(pane)
        return pane

    def remove_last_pane(self) -> None:
        """Take the lowest chart away; the one above it carries the time axis."""
        pane = self._panes.pop()
        pane.plot.getViewBox().sigXRangeChanged.disconnect(self._on_range_changed)
        self._grid.removeItem(pane.plot)
        self._share_height()
        if self._panes:
            self._panes[-1].plot.getAxis("bottom").setStyle(showValues=True)

    def set_times(self, times: NDArray[np.int64], *, is_zoned: bool = False) -> None:
        """Set the time of every ordinal, microseconds since the epoch, and what can be seen at most.

        Parameters
        ----------
        is_zoned : bool
            As `Calendar` takes it.
        """
        self._calendar = Calendar(times, is_zoned=is_zoned)
        for pane in self._panes:
            pane.times.set_calendar(self._calendar)
            self._limit(pane)
        self._point_at(None)

    def show_range(self, first: float, last: float) -> None:
        """Show the ordinals from `first` to `last`."""
        if self._panes:
            self._panes[0].plot.setXRange(first - 0.5, last + 0.5, padding=0)

    def show_all(self) -> None:
        """Show the whole history."""
        self.show_range(0, max(self.count - 1, 1))

    def show_start(self) -> None:
        """Show as many bars as now, the first ones."""
        left, right = self.visible_range()
        self.show_range(0, right - left - 1)

    def show_end(self) -> None:
        """Show as many bars as now, the last ones."""
        left, right = self.visible_range()
        self.show_range(self.count - (right - left), self.count - 1)

    def show_times(self, first: int, last: int) -> None:
        """Show the bars between two times, microseconds since the epoch."""
        ends = np.searchsorted(self._calendar.times, [first, last])
        if self.count:
            begin = int(ends[0])
            self.show_range(begin, max(int(min(ends[1], self.count - 1)), begin + 1))

    def visible_times(self) -> tuple[int, int] | None:
        """Return the times of the leftmost and rightmost bar in view; None without any."""
        if not self.count:
            return None
        left, right = self.visible_range()
        first = int(np.clip(np.ceil(left), 0, self.count - 1))
        last = int(np.clip(np.floor(right), first, self.count - 1))
        return int(self._calendar.times[first]), int(self._calendar.times[last])

    def set_brushing(self, *, is_on: bool) -> None:
        """Set whether a drag with the mouse chooses a part of the time; with the Shift key it always does."""
        self._gestures.is_brushing = is_on

    def pane_at(self, position: QPointF) -> int | None:
        """Return the number of the pane at a position of the scene."""
        for number, pane in enumerate(self._panes):
            if pane.plot.sceneBoundingRect().contains(position):
                return number
        return None

    def share_heights(self, stretches: list[float]) -> None:
        """Set the shares of the height of all panes."""
        for pane, stretch in zip(self._panes, stretches, strict=True):
            pane.stretch = stretch
        self._is_sized = True
        self._share_height()

    def move_divider(self, above: int, y: float) -> None:
        """Put the line below a pane at a height of the scene; the pane below gives or takes the difference."""
        heights = self._heights()
        heights[-1] -= self._panes[-1].times.minimumHeight()
        top = self._panes[above].plot.sceneBoundingRect().top()
        both = heights[above] + heights[above + 1]
        wanted = min(max(y - top, _LEAST_HEIGHT), both - _LEAST_HEIGHT)
        if wanted <= 0:
            return
        heights[above], heights[above + 1] = wanted, both - wanted
        self.share_heights([float(height) for height in heights])

    def visible_range(self) -> tuple[float, float]:
        """Return the leftmost and rightmost ordinal in view."""
        left, right = self._panes[0].plot.getViewBox().viewRange()[0]
        return left, right

    def zoom(self, factor: float) -> None:
        """Show `factor` times as many bars around the middle."""
        left, right = self.visible_range()
        half = max((right - left) * factor, _FEWEST_BARS) / 2
        middle = (left + right) / 2
        self.show_range(middle - half + 0.5, middle + half - 0.5)

    def pan(self, share: float) -> None:
        """Move by a share of what is in view, to the right when positive."""
        left, right = self.visible_range()
        step = (right - left) * share
        self.show_range(left + step + 0.5, right + step - 0.5)

    def apply_theme(self, theme: Theme) -> None:
        """Recolour every chart."""
        self._theme = theme
        self.setBackground(colour(theme.surface))
        for pane in self._panes:
            self._style(pane)

    def legend_html(self, pane: Pane, ordinal: int) -> str:  # noqa: ARG002 (for subclasses)
        """Return what a chart says about an ordinal; subclasses fill it."""
        return ""

    def refresh_legends(self) -> None:
        """Write the legends anew."""
        at = self._legend_ordinal()
        for pane in self._panes:
            pane.legend.write(self.legend_html(pane, at) if at is not None else "")
        self.setAccessibleDescription(spoken(self.summary(), *map(_legend_text, self._panes)))

    def summary(self) -> str:
        """Return the main figures in a sentence, for who does not see the chart; subclasses fill it."""
        return ""

    def _legend_ordinal(self) -> int | None:
        """Return the ordinal under the mouse, else the last one in view; None without any."""
        if not self.count or self._ordinal is not None:
            return self._ordinal
        right = self.visible_range()[1]
        return int(np.clip(np.floor(right), 0, self.count - 1)) if np.isfinite(right) else None

    def _point_at(self, ordinal: int | None) -> None:
        """Put the cursor at an ordinal and say what is there."""
        changed = ordinal != self._ordinal
        self._ordinal = ordinal
        for pane in self._panes:
            pane.cursor.setVisible(ordinal is not None)
            if ordinal is not None:
                pane.cursor.setPos(ordinal)
        self.refresh_legends()
        if changed:
            self.cursor_moved.emit(ordinal)

    def _on_mouse_moved(self, event: tuple[QPointF]) -> None:
        position = event[0]
        for pane in self._panes:
            if pane.plot.sceneBoundingRect().contains(position):
                at = pane.plot.getViewBox().mapSceneToView(position).x()
                ordinal = round(at)
                self._point_at(ordinal if 0 <= ordinal < self.count else None)
                return
        self._point_at(None)

    def _on_range_changed(self, _box: object, seen: tuple[float, float]) -> None:
        """Show the same ordinals in every pane; pyqtgraph's own links align pixels instead."""
        if self._is_following:
            return
        self._is_following = True  # every pane that follows would set all the others again
        try:
            for pane in self._panes:
                box = pane.plot.getViewBox()
                if tuple(box.viewRange()[0]) != tuple(seen):
                    box.setXRange(*seen, padding=0)
        finally:
            self._is_following = False
        if self._ordinal is None:
            self._legends_due.start()
        self.range_changed.emit()

    def _share_height(self) -> None:
        """Give the uppermost chart half of the height or more, however many are below it."""
        heights = self._heights()
        rows = self._grid.layout
        for row in range(rows.rowCount()):
            # Stretch factors would only share what the preferred heights leave.
            rows.setRowFixedHeight(row, heights[row] if row < len(heights) else 0.0)

    def _heights(self) -> list[float]:
        """Return the height of every chart in pixels, that of the time axis included."""
        shares = [pane.stretch for pane in self._panes]
        if not shares:
            return []
        if not self._is_sized:
            shares[0] = max(shares[0], sum(shares[1:]))
        axis = self._panes[-1].times.minimumHeight()
        free = max(self.height() - axis - _SPACING * len(shares), len(shares))
        heights = [free * share / sum(shares) for share in shares]
        heights[-1] += axis
        return heights

    def _limit(self, pane: Pane) -> None:
        margin = max(self.count * 0.02, 2.0)
        pane.plot.getViewBox().setLimits(
            xMin=-margin, xMax=max(self.count - 1, 1) + margin, minXRange=_FEWEST_BARS
        )

    def _style(self, pane: Pane) -> None:
        style_pane(pane.plot, self._theme)
        pane.cursor.setPen(pen(self._theme.muted, is_dashed=True))
        pane.legend.set_colours(colour(self._theme.text), colour(self._theme.surface))

    def close(self) -> None:
        """Close the chart: pyqtgraph deletes its items with it, so nothing may be written any more."""
        self._legends_due.stop()
        self._mouse.disconnect()
        self._panes = []
        super().close()

    def resizeEvent(self, ev: Any) -> None:  # noqa: D102, N802 (Qt's)
        super().resizeEvent(ev)
        if getattr(self, "_panes", []):  # pyqtgraph resizes while it is made, and once it is closed
            self._share_height()

    def leaveEvent(self, ev: Any) -> None:  # noqa: D102, N802 (Qt's)
        self._point_at(None)
        super().leaveEvent(ev)

    def mousePressEvent(self, ev: QMouseEvent) -> None:  # noqa: D102, N802 (Qt's)
        if self._gestures.press(ev):
            ev.accept()
        else:
            super().mousePressEvent(ev)

    def mouseMoveEvent(self, ev: QMouseEvent) -> None:  # noqa: D102, N802 (Qt's)
        if self._gestures.move(ev):
            ev.accept()
        else:
            super().mouseMoveEvent(ev)

    def mouseReleaseEvent(self, ev: QMouseEvent) -> None:  # noqa: D102, N802 (Qt's)
        if self._gestures.release(ev):
            ev.accept()
        else:
            super().mouseReleaseEvent(ev)

    def contextMenuEvent(self, ev: QContextMenuEvent) -> None:  # noqa: D102, N802 (Qt's)
        number = self.pane_at(self.mapToScene(ev.pos()))
        if number is not None:
            self.menu_asked.emit(number, ev.globalPos())
            ev.accept()

    def keyPressEvent(self, ev: QKeyEvent) -> None:  # noqa: D102, N802 (Qt's)
        match ev.key():
            case Qt.Key.Key_Left:
                self.pan(-0.1)
            case Qt.Key.Key_Right:
                self.pan(0.1)
            case Qt.Key.Key_Plus | Qt.Key.Key_Equal | Qt.Key.Key_Up:
                self.zoom(0.8)
            case Qt.Key.Key_Minus | Qt.Key.Key_Down:
                self.zoom(1.25)
            case Qt.Key.Key_PageUp:
                self.pan(-0.9)
            case Qt.Key.Key_PageDown:
                self.pan(0.9)
            case Qt.Key.Key_Home:
                self.show_start()
            case Qt.Key.Key_End:
                self.show_end()
            case Qt.Key.Key_0:
                self.show_all()
            case _:
                super().keyPressEvent(ev)


def _legend_text(pane: Pane) -> str:
    return pane.legend.toPlainText()
