"""The values of a column as a small histogram, with the threshold of a clause as a handle to drag."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from ml4t_desktop.plots.colours import colour
from ml4t_desktop.session.language import tr

if TYPE_CHECKING:  # numpy loads after the window is visible
    from ml4t_desktop.analysis.rules.column_shape import ColumnShape

Span = tuple[float, float]
_HEIGHT: Final = 34
_GRIP: Final = 9.0
_REACH: Final = 12.0  # pixels around a handle where it is taken rather than jumped to
_MARGIN: Final = 5.0
_INFINITE: Final = float("inf")
_SELECTED: Final[dict[str, Callable[[float], Span]]] = {
    ">": lambda value: (value, _INFINITE),
    ">=": lambda value: (value, _INFINITE),
    "crosses_above": lambda value: (value, _INFINITE),
    "<": lambda value: (-_INFINITE, value),
    "<=": lambda value: (-_INFINITE, value),
    "crosses_below": lambda value: (-_INFINITE, value),
    "==": lambda value: (value, value),
    "!=": lambda _value: (-_INFINITE, _INFINITE),
}


def has_threshold(op: str, value: object) -> bool:
    """Return whether a comparison has numbers that can be dragged."""
    if op == "between":
        return isinstance(value, tuple | list) and len(value) == 2
    return op in _SELECTED and isinstance(value, int | float) and not isinstance(value, bool)


class Threshold(QWidget):
    """Shows where the values of a column lie and which of them a clause selects.

    Signals
    -------
    moved : object
        The threshold, or both of them as a tuple, rounded to a step.
    drag_began, drag_ended : no value
    """

    moved = Signal(object)
    drag_began = Signal()
    drag_ended = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("histogram")
        self.setAccessibleName(tr("Values of the column, and the part that is selected"))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setMouseTracking(True)
        self._shape: ColumnShape | None = None
        self._op = ""
        self._values: tuple[float, ...] = ()
        self._held: int | None = None

    def show_shape(self, shape: "ColumnShape | None", op: str, value: Any) -> None:
        """Show the values of a column and the numbers of a comparison."""
        numbers: tuple[Any, ...] = tuple(value) if isinstance(value, tuple | list) else (value,)
        values = tuple(float(number) for number in numbers)
        if self._held is not None:
            values = self._values  # the hand is ahead of what comes back
        if (shape, op, values) != (self._shape, self._op, self._values):
            self._shape, self._op, self._values = shape, op, values
            self.setAccessibleDescription(self._described())
            self.update()

    @property
    def values(self) -> tuple[float, ...]:
        """The thresholds shown."""
        return self._values

    def place_of(self, value: float) -> float:
        """Return where a value lies across the widget, at its ends what lies outside."""
        low, high = self._ends()
        share = min(max((value - low) / (high - low), 0.0), 1.0)
        return _MARGIN + share * (self.width() - 2 * _MARGIN)

    def value_at(self, place: float) -> float:
        """Return the value of a place across the widget, rounded to a step."""
        low, high = self._ends()
        share = min(max((place - _MARGIN) / (self.width() - 2 * _MARGIN), 0.0), 1.0)
        value = low + share * (high - low)
        step = self._shape.step if self._shape is not None else 0.0
        return round(round(value / step) * step, 12) if step else value

    def selected(self) -> Span:
        """Return the ends of what the clause selects."""
        if self._op == "between":
            return (min(self._values), max(self._values))
        return _SELECTED[self._op](self._values[0])

    def _described(self) -> str:
        """Return in words between which numbers the column lies and which of them are selected."""
        shape = self._shape
        if shape is None or not self._can_drag():
            return ""
        numbers = (shape.low, shape.high, *self._values)
        low, high, *chosen = (self.locale().toString(number, "g", 6) for number in numbers)
        return tr(
            "Values from {low} to {high}, threshold {chosen}",
            low=low,
            high=high,
            chosen=", ".join(chosen),
        )

    def sizeHint(self) -> QSize:  # noqa: N802, D102 (Qt's)
        return QSize(160, _HEIGHT)

    def minimumSizeHint(self) -> QSize:  # noqa: N802, D102 (Qt's)
        return QSize(60, _HEIGHT)

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802, D102 (Qt's)
        if event.button() != Qt.MouseButton.LeftButton or not self._can_drag():
            event.ignore()
            return
        place = event.position().x()
        distances = [abs(self.place_of(value) - place) for value in self._values]
        self._held = distances.index(min(distances))
        self.drag_began.emit()
        if distances[self._held] > _REACH:
            self._move_to(place)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802, D102 (Qt's)
        if self._held is not None:
            self._move_to(event.position().x())
        elif self._can_drag():
            self.setCursor(Qt.CursorShape.SizeHorCursor)
        else:
            self.unsetCursor()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802, D102 (Qt's)
        if self._held is not None and event.button() == Qt.MouseButton.LeftButton:
            self._held = None
            self.drag_ended.emit()

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802, D102 (Qt's)
        if not self._can_drag() or self._shape is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_bins(painter, self._shape)
        self._paint_handles(painter)
        painter.end()

    def _paint_bins(self, painter: QPainter, shape: "ColumnShape") -> None:
        bottom = self.height() - 4.0
        width = (self.width() - 2 * _MARGIN) / len(shape.bins)
        most = max(int(shape.bins.max()), 1)
        bars = [
            QRectF(_MARGIN + i * width, bottom - height, max(width - 0.5, 0.5), height)
            for i, count in enumerate(shape.bins.tolist())
            if (height := max((count / most) ** 0.5 * (bottom - 2.0), 1.0 if count else 0.0))
        ]
        palette = self.palette()
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(palette.color(QPalette.ColorRole.Mid))
        painter.drawRects(bars)
        left, right = (self.place_of(end) for end in self.selected())
        accent = palette.color(QPalette.ColorRole.Highlight).name()
        area = QRectF(left, 0.0, right - left, bottom)
        painter.save()
        painter.setClipRect(area)
        painter.setBrush(colour(accent, 0.14))
        painter.drawRect(area)
        painter.setBrush(colour(accent, 0.85))
        painter.drawRects(bars)
        painter.restore()
        painter.setPen(QPen(palette.color(QPalette.ColorRole.Mid), 1))
        painter.drawLine(QPointF(_MARGIN, bottom), QPointF(self.width() - _MARGIN, bottom))

    def _paint_handles(self, painter: QPainter) -> None:
        palette = self.palette()
        line = palette.color(QPalette.ColorRole.WindowText)
        for value in self._values:
            place = self.place_of(value)
            painter.setPen(QPen(line, 1.4))
            painter.drawLine(QPointF(place, 0.0), QPointF(place, self.height() - 4.0))
            grip = QRectF(place - _GRIP / 2, self.height() - _GRIP - 1, _GRIP, _GRIP)
            painter.setBrush(palette.color(QPalette.ColorRole.Highlight))
            painter.drawEllipse(grip)

    def _move_to(self, place: float) -> None:
        assert self._held is not None  # noqa: S101 (only while a handle is held)
        values = list(self._values)
        values[self._held] = self.value_at(place)
        if tuple(values) == self._values:
            return
        self._values = tuple(values)
        self.update()
        both = len(values) == 2
        self.moved.emit((min(values), max(values)) if both else values[0])

    def _can_drag(self) -> bool:
        shape = self._shape
        return shape is not None and len(shape.bins) > 0 and bool(self._values) and bool(self._op)

    def _ends(self) -> Span:
        if self._shape is None or not self._shape.high > self._shape.low:
            return (0.0, 1.0)
        return (self._shape.low, self._shape.high)
