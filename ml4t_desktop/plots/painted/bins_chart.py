"""Bars side by side, over ranges of numbers or over names, of which some can be chosen with the mouse."""

from typing import Final

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRect, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPen
from PySide6.QtWidgets import QWidget

from ml4t_desktop.plots.colours import brush, colour
from ml4t_desktop.plots.painted.chart import PaintedChart
from ml4t_desktop.session.formats import Kind
from ml4t_desktop.session.language import shown, tr
from ml4t_desktop.session.theme import Theme

Values = NDArray[np.float64]
_ROOM: Final = 0.08  # of the height, above the tallest
_GAP: Final = 0.12  # of the width of a bar
_APART: Final = 6.0  # of the names below the bars
_MOST_SPOKEN: Final = 31  # bars: of the days of a month each


class BinsChart(PaintedChart):
    """Bars; a drag or a click chooses some, whose trades are then looked at everywhere.

    Signals
    -------
    chosen : int, int
        The first and the last bar that were chosen.
    bar_asked : int, QRect
        How the height of a bar is made was asked for: one was clicked.
    """

    chosen = Signal(int, int)
    bar_asked = Signal(int, QRect)

    def __init__(
        self,
        title: str,
        theme: Theme,
        x_kind: Kind = "number",
        y_kind: Kind = "count",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(title, theme, x_kind, y_kind, parent)
        self._edges: Values = np.array([0.0, 1.0])
        self._heights: Values = np.zeros(1)
        self._front: Values | None = None
        self._labels: tuple[str, ...] = ()
        self._by_height = False
        self._notes: tuple[str, ...] = ()
        self._start: int | None = None
        self._picked: tuple[int, int] | None = None
        self.can_choose = True
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    @property
    def heights(self) -> Values:
        """The heights of the bars."""
        return self._heights

    @property
    def labels(self) -> tuple[str, ...]:
        """The names of the bars; none when they are over ranges of numbers."""
        return self._labels

    @property
    def front(self) -> Values | None:
        """The heights of the bars of the part that is looked at."""
        return self._front

    def set_bins(self, edges: Values, heights: Values, front: Values | None = None) -> None:
        """Show bars between edges, in the colour of a gain above zero and of a loss below.

        Parameters
        ----------
        edges : ndarray of float64, shape (b + 1,)
        heights : ndarray of float64, shape (b,)
        front : ndarray of float64, shape (b,), optional
            Of the part that is looked at; all bars are then faint behind it.
        """
        self._labels, self._by_height, self._notes = (), False, ()
        self._show(edges, heights, front)

    def set_names(
        self,
        labels: tuple[str, ...],
        heights: Values,
        front: Values | None = None,
        notes: tuple[str, ...] = (),
    ) -> None:
        """Show a bar for each name, in the colour of a gain where it is above zero, else of a loss.

        `notes` are told over the bars.
        """
        self._labels, self._by_height, self._notes = labels, True, notes
        self._show(np.arange(len(labels) + 1, dtype=np.float64), heights, front)

    def pick(self, first: int, last: int) -> None:
        """Choose the bars from one to another."""
        self._picked = (first, last)
        self.update()
        self.chosen.emit(first, last)

    def ask_bar(self, place: int) -> None:
        """Ask how the height of a bar is made."""
        left = self.place(float(self._edges[place]), 0.0).x()
        right = self.place(float(self._edges[place + 1]), 0.0).x()
        area = self.frame().toRect()
        self.bar_asked.emit(place, QRect(int(left), area.top(), int(right - left), area.height()))

    def ask_current(self) -> bool:
        """Ask how the chosen bar is made, else the first of the figures; say whether there is one."""
        if self._picked is not None and self._picked[0] == self._picked[1]:
            self.ask_bar(self._picked[0])
            return True
        return super().ask_current()

    def bar_at(self, position: QPointF) -> int | None:
        """Return the bar over or under which a place is."""
        if not self.frame().adjusted(0, 0, 1, 20).contains(position):
            return None
        x, _ = self.value_at(position)
        found = int(np.searchsorted(self._edges, x, side="right")) - 1
        return found if 0 <= found < self._heights.size else None

    def range_text(self, first: int, last: int) -> str:
        """Return in words which bars are meant."""
        if self._labels:
            names = shown(self._labels[first]), shown(self._labels[last])
            return (
                names[0]
                if first == last
                else tr("{names} to {names2}", names=names[0], names2=names[1])
            )
        low, high = (self.text_of(self._edges[place], self.x_kind) for place in (first, last + 1))
        return tr("{low} to {high}", low=low, high=high)

    def _show(self, edges: Values, heights: Values, front: Values | None) -> None:
        self._edges, self._heights, self._front = edges, heights, front
        self._picked = None
        known = heights[np.isfinite(heights)]
        low, high = float(min(known.min(initial=0.0), 0.0)), float(max(known.max(initial=0.0), 0.0))
        spread = (high - low) or 1.0
        self.x_range = (float(edges[0]), float(edges[-1]))
        self.y_range = (low - spread * _ROOM if low < 0 else 0.0, high + spread * _ROOM)
        self.setAccessibleDescription(self._described())
        self.update()

    def _tints(self) -> list[str]:
        middles = (self._edges[:-1] + self._edges[1:]) / 2
        signs = self._heights if self._by_height else middles
        if not self._by_height and self._edges[0] >= 0:
            return [self.theme.accent] * self._heights.size
        return [self.theme.gain if sign > 0 else self.theme.loss for sign in signs.tolist()]

    def paint_inside(self, painter: QPainter, area: QRectF) -> None:
        """Paint the bars, those of the part in front, and what is chosen."""
        faint = 0.28 if self._front is not None else 0.85
        tints = self._tints()
        painter.setPen(Qt.PenStyle.NoPen)
        for place, tint in enumerate(tints):
            self._paint_bar(painter, place, float(self._heights[place]), tint, faint)
            if self._front is not None:
                self._paint_bar(painter, place, float(self._front[place]), tint, 0.95)
        painter.setPen(QPen(colour(self.theme.muted)))
        zero = self.place(0.0, 0.0).y()
        painter.drawLine(QPointF(area.left(), zero), QPointF(area.right(), zero))
        if self._edges[0] < 0 < self._edges[-1] and not self._labels:
            at = self.place(0.0, 0.0).x()
            painter.drawLine(QPointF(at, area.top()), QPointF(at, area.bottom()))
        if self._picked is not None:
            left = self.place(float(self._edges[self._picked[0]]), 0.0).x()
            right = self.place(float(self._edges[self._picked[1] + 1]), 0.0).x()
            painter.setBrush(brush(self.theme.accent, 0.12))
            painter.setPen(QPen(QColor(self.theme.accent)))
            painter.drawRect(QRectF(left, area.top(), right - left, area.height()))

    def _paint_bar(
        self, painter: QPainter, place: int, height: float, tint: str, alpha: float
    ) -> None:
        if not np.isfinite(height) or height == 0:
            return
        gap = (self._edges[place + 1] - self._edges[place]) * _GAP / 2
        corner = self.place(float(self._edges[place] + gap), max(height, 0.0))
        other = self.place(float(self._edges[place + 1] - gap), min(height, 0.0))
        painter.setBrush(brush(tint, alpha))
        painter.drawRect(QRectF(corner, other))

    def x_labels(self, area: QRectF) -> list[tuple[float, str]]:
        """Return the names below the bars, every n-th where they do not all fit, or round numbers."""
        if not self._labels:
            return super().x_labels(area)
        measure = self.fontMetrics().horizontalAdvance
        widest = max(measure(shown(name)) for name in self._labels) + _APART
        every = max(int(np.ceil(widest * len(self._labels) / max(area.width(), 1.0))), 1)
        return [
            (place + 0.5, shown(name))
            for place, name in enumerate(self._labels)
            if place % every == 0
        ]

    def _described(self) -> str:
        """Return the bars in words, of many the tallest ones."""
        tall = np.argsort(-np.abs(np.nan_to_num(self._heights)), kind="stable")[:_MOST_SPOKEN]
        places = [place for place in np.sort(tall).tolist() if self._heights[place]]
        return ". ".join(self._tip(place).replace("\n", ": ") for place in places)

    def _tip(self, place: int) -> str:
        if place < len(self._notes):
            return f"{shown(self._labels[place])}\n{self._notes[place]}"
        height = self.text_of(float(self._heights[place]), self.y_kind)
        text = f"{self.range_text(place, place)}\n{height}"
        if self._front is not None:
            front = self.text_of(float(self._front[place]), self.y_kind)
            return tr("{text}, of which {front} are looked at", text=text, front=front)
        return text

    # Qt

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: D102, N802 (Qt's)
        figure = self.figure_at(event.position())
        if figure is not None and event.button() == Qt.MouseButton.LeftButton:
            self.ask(figure)
            return
        if event.button() == Qt.MouseButton.LeftButton and self.can_choose:
            self._start = self.bar_at(event.position())
            if self._start is not None:
                self._picked = (self._start, self._start)
                self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: D102, N802 (Qt's)
        place = self.bar_at(event.position())
        is_figure = self.figure_at(event.position()) is not None
        self.setCursor(
            Qt.CursorShape.PointingHandCursor if is_figure else Qt.CursorShape.ArrowCursor
        )
        if place is None:
            self.setToolTip(tr("Click to see how it is made") if is_figure else "")
            return
        if self._start is not None:
            ends = sorted((self._start, place))
            self._picked = ends[0], ends[1]
            self.update()
        self.setToolTip(self._tip(place))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: D102, N802 (Qt's)
        if self._start is not None and self._picked is not None:
            self._start = None
            first, last = self._picked
            if first == last:
                self.ask_bar(first)  # before the choice: other bars may come of it
            self.pick(first, last)
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: D102, N802 (Qt's)
        steps = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.ask_current():
            return
        step = steps.get(Qt.Key(event.key()))
        if step is None or not self.can_choose:
            super().keyPressEvent(event)
            return
        before = self._picked[0] if self._picked is not None else -1 if step > 0 else 1
        place = min(max(before + step, 0), self._heights.size - 1)
        self.pick(place, place)
