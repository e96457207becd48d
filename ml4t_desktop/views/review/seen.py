"""The base of panels that draw what is on screen only while they are seen themselves."""

from collections import deque
from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QWidget


class AfterPainting(QObject):
    """Calls a function in a turn of the event loop in which nothing is painted that was drawn before.

    Timers come after the painting of a turn: the first one lets that pass, the second one calls. A call
    that is queued would come before, and what it draws would be painted in the same turn.
    """

    def __init__(self, then: Callable[[], object], parent: QObject) -> None:
        super().__init__(parent)
        self._painted, self._timer = QTimer(self), QTimer(self)
        for timer, do in ((self._painted, self._timer.start), (self._timer, then)):
            timer.setSingleShot(True)
            timer.setInterval(0)
            timer.timeout.connect(do)

    def start(self) -> None:
        """Ask for it; nothing happens while it is asked for already."""
        if not self._timer.isActive():
            self._painted.start()


class SeenPanel(QWidget):
    """A panel that is drawn when its content changes, or as soon as it is seen after that.

    A run is published to every panel at once; those on other tabs would only hold up the window.
    """

    delay_ms = 0  # panels of one tab with different delays are drawn in different turns of the loop

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._is_due = False
        self._parts: deque[Callable[[], object]] = deque()
        self._rest: dict[str, Callable[[], object]] = {}
        self._soon = AfterPainting(self._draw_due, self)
        self._next = AfterPainting(self._draw_rest, self)

    def make_later(self, *parts: Callable[[], object]) -> None:
        """Make what takes long in turns of the event loop of their own, before the first drawing."""
        self._parts.extend(parts)

    def draw(self) -> None:
        """Show the present state of the stores."""
        raise NotImplementedError

    def then(self, **parts: Callable[[], object]) -> None:
        """Draw the rest, part by part, in turns of the event loop of their own: what takes long together.

        Parameters
        ----------
        parts
            What draws each, by a name: one that still waits makes way for another of its name.
        """
        self._rest |= parts
        self._next.start()

    def complete(self) -> None:
        """Draw the rest now, as what comes next builds on it."""
        while self._rest:
            self._rest.pop(next(iter(self._rest)))()

    def no_rest(self) -> None:
        """Give up what was still to be drawn."""
        self._rest.clear()

    @property
    def is_due(self) -> bool:
        """Whether the content has changed since all of it was drawn."""
        return self._is_due or bool(self._rest)

    def draw_when_seen(self) -> None:
        """Draw now, or when the panel is shown."""
        self._is_due = True
        self._draw_due()

    def draw_soon(self) -> None:
        """Draw in a turn of the event loop of its own, or when the panel is shown."""
        self._is_due = True
        if self.isVisible():
            self._draw_later()

    def is_drawn(self) -> bool:
        """Return whether the panel shows the present state, after drawing it if it can be seen."""
        if self._is_due and self.isVisible():
            self._draw_due()
            return False
        return not self._is_due

    def _draw_later(self) -> None:
        """Draw in a later turn of the loop; with a delay after one that others may have taken."""
        if self.delay_ms:
            QTimer.singleShot(self.delay_ms, self, self._draw_next)
        else:
            self._draw_next()

    def _draw_next(self) -> None:
        self._soon.start()

    def _draw_due(self) -> None:
        if not self._is_due or not self.isVisible():
            return
        if self._parts:
            self._parts.popleft()()
            self._soon.start()
            return
        self._is_due = False
        self.draw()

    def _draw_rest(self) -> None:
        if not self._rest or not self.isVisible():
            return
        self._rest.pop(next(iter(self._rest)))()
        if self._rest:
            self._next.start()

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802, D102 (Qt's)
        super().showEvent(event)
        if self._is_due:
            self._draw_later()  # the tab is there before its content
        elif self._rest:
            self._next.start()
