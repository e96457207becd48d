"""A page that scrolls while something is carried to its edge: what lies below the fold can be reached."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from PySide6.QtCore import QEvent, QObject, QPoint, QTimer
from PySide6.QtGui import QDragMoveEvent, QWindow
from PySide6.QtWidgets import QScrollArea, QWidget

_EDGE: Final = 40  # pixels within which it scrolls
_EVERY_MS: Final = 30
_SLOWEST, _FASTEST = 2, 16  # pixels a step, further out the faster


@contextmanager
def scrolled_at_edges(carried: QWidget) -> Iterator[None]:
    """Let the area around a widget scroll while that is carried near, above or below its ends."""
    area: QWidget | None = carried
    while area is not None and not isinstance(area, QScrollArea):
        area = area.parentWidget()
    handle = carried.window().windowHandle()
    if area is None or handle is None:
        yield
        return
    scrolling = DragScroll(area, handle)
    try:
        yield
    finally:
        scrolling.stop()


class DragScroll(QObject):
    """Scrolls an area by where a drag is over its window."""

    def __init__(self, area: QScrollArea, handle: QWindow) -> None:
        super().__init__(area)
        self._area, self._handle = area, handle
        self._place: QPoint | None = None
        self._timer = QTimer(self)
        self._timer.setInterval(_EVERY_MS)
        self._timer.timeout.connect(self.scroll)
        handle.installEventFilter(self)
        self._timer.start()

    def stop(self) -> None:
        """Leave the area where it is."""
        self._timer.stop()
        self._handle.removeEventFilter(self)
        self.deleteLater()

    def go_to(self, place: QPoint | None) -> None:
        """Take where the drag is, in the window; None when it has left that."""
        self._place = place

    def scroll(self) -> None:
        """Scroll a step if the drag is near an end of the area."""
        if self._place is None:
            return
        view = self._area.viewport()
        place = view.mapFrom(view.window(), self._place)
        if not 0 <= place.x() < view.width():
            return
        above, below = _EDGE - place.y(), place.y() - (view.height() - _EDGE)
        bar = self._area.verticalScrollBar()
        if above > 0:
            bar.setValue(bar.value() - _step(above))
        elif below > 0:
            bar.setValue(bar.value() + _step(below))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802, D102 (Qt's)
        if isinstance(event, QDragMoveEvent):
            self.go_to(event.position().toPoint())
        elif event.type() == QEvent.Type.DragLeave:
            self.go_to(None)
        return super().eventFilter(watched, event)


def _step(beyond: int) -> int:
    return min(_SLOWEST + beyond // 4, _FASTEST)
