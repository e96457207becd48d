"""What the mouse does over charts one above the other beside moving them: choosing a part, resizing them."""

from typing import TYPE_CHECKING, Any

import pyqtgraph as pg
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QCursor, QMouseEvent

from ml4t_desktop.plots.style import brush, pen

if TYPE_CHECKING:
    from ml4t_desktop.plots.panes import PaneStack

_NEAR = 4.0  # pixels from a divider
_LEAST_DRAG = 4.0


class Gestures:
    """Follows the mouse over a stack of panes.

    A drag with the Shift key, or any drag while brushing is on, chooses a part of the time; a drag of
    the line between two panes gives one the height that the other loses.
    """

    def __init__(self, stack: "PaneStack") -> None:
        self._stack = stack
        self.is_brushing = False
        self._start: QPointF | None = None
        self._regions: list[Any] = []
        self._divider: int | None = None

    def press(self, event: QMouseEvent) -> bool:
        """Return whether the press begins a gesture of these."""
        if event.button() != Qt.MouseButton.LeftButton:
            return False
        at = self._stack.mapToScene(event.position().toPoint())
        self._divider = self._divider_at(at)
        if self._divider is not None:
            return True
        wants = self.is_brushing or bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        if wants and self._stack.pane_at(at) is not None and self._stack.count:
            self._start = at
            return True
        return False

    def move(self, event: QMouseEvent) -> bool:
        """Return whether the move is part of a gesture of these."""
        at = self._stack.mapToScene(event.position().toPoint())
        if self._divider is not None:
            self._stack.move_divider(self._divider, at.y())
            return True
        if self._start is not None:
            self._show_region(self._ordinal(self._start), self._ordinal(at))
            return True
        is_over = event.buttons() == Qt.MouseButton.NoButton and self._divider_at(at) is not None
        shape = Qt.CursorShape.SplitVCursor if is_over else Qt.CursorShape.ArrowCursor
        if self._stack.viewport().cursor().shape() != shape:
            self._stack.viewport().setCursor(QCursor(shape))
        return False

    def release(self, event: QMouseEvent) -> bool:
        """Return whether the release ends a gesture of these."""
        if self._divider is not None:
            self._divider = None
            self._stack.heights_changed.emit()
            return True
        if self._start is None:
            return False
        start, self._start = self._start, None
        at = self._stack.mapToScene(event.position().toPoint())
        self._hide_region()
        if abs(at.x() - start.x()) >= _LEAST_DRAG:
            ends = sorted((self._ordinal(start), self._ordinal(at)))
            last = self._stack.count - 1
            first, stop = (min(max(round(end), 0), last) for end in ends)
            self._stack.brushed.emit(first, stop)
        return True

    def _ordinal(self, at: QPointF) -> float:
        box = self._stack.panes[0].plot.getViewBox()
        return box.mapSceneToView(at).x()

    def _divider_at(self, at: QPointF) -> int | None:
        for number, pane in enumerate(self._stack.panes[:-1]):
            if abs(pane.plot.sceneBoundingRect().bottom() - at.y()) <= _NEAR:
                return number
        return None

    def _show_region(self, first: float, last: float) -> None:
        if not self._regions:
            for pane in self._stack.panes:
                region = pg.LinearRegionItem(movable=False)
                region.setBrush(brush(self._stack.theme.accent, 0.18))
                for edge in region.lines:
                    edge.setPen(pen(self._stack.theme.accent))
                region.setZValue(40)
                pane.plot.addItem(region, ignoreBounds=True)
                self._regions.append(region)
        for region in self._regions:
            region.setRegion((first, last))

    def _hide_region(self) -> None:
        for pane, region in zip(self._stack.panes, self._regions, strict=False):
            pane.plot.removeItem(region)
        self._regions = []
