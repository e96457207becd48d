"""Work that is not asked for yet, done when the window has nothing else to do."""

import time
from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QObject, QTimer

_SHORT_TURN: Final = 0.006  # seconds that a turn of the event loop takes in which little happens
_PATIENCE: Final = 2.0  # seconds after which it is done all the same


class WhenCalm(QObject):
    """Calls a function once, after a while and in a turn of the event loop that follows a short one.

    What takes long of itself would else meet the painting of a result, and hold the window up twice
    as long.

    Parameters
    ----------
    then : callable
        What is done.
    milliseconds : int
        How long to wait at least.
    """

    def __init__(self, then: Callable[[], object], milliseconds: int, parent: QObject) -> None:
        super().__init__(parent)
        self._then = then
        self._until = self._turned = 0.0
        self._wait = _timer(self, milliseconds, self._on_waited)
        self._turn = _timer(self, 0, self._on_turn)

    def start(self) -> None:
        """Ask for it; nothing happens while it is asked for already."""
        if not self._wait.isActive() and not self._turn.isActive():
            self._until = time.perf_counter() + _PATIENCE
            self._wait.start()

    def _on_waited(self) -> None:
        self._turned = time.perf_counter()
        self._turn.start()

    def _on_turn(self) -> None:
        now = time.perf_counter()
        if now - self._turned <= _SHORT_TURN or now >= self._until:
            self._then()
        else:
            self._wait.start()


def _timer(owner: WhenCalm, milliseconds: int, slot: Callable[[], None]) -> QTimer:
    timer = QTimer(owner)
    timer.setSingleShot(True)
    timer.setInterval(milliseconds)
    timer.timeout.connect(slot)
    return timer
