"""Garbage collected on the thread of the window alone.

Python collects cycles on whatever thread happens to allocate. A cycle with Qt objects that is
collected on a worker takes Qt's locks there and waits for the interpreter, while the window holds the
interpreter and waits for the locks: both stand still for ever.
"""

import gc
import time
from types import TracebackType
from typing import Self

from PySide6.QtCore import QTimer

_EVERY_MS = 500
_MOST_LOADING = 30.0  # seconds after which everything is collected, whether all is loaded or not


class GarbageOnThisThread:
    """While it is entered, cycles are collected by a timer of this thread and nowhere else."""

    def __init__(self) -> None:
        self._timer = QTimer()
        self._timer.setInterval(_EVERY_MS)
        self._timer.timeout.connect(self._collect)
        self._loads_until = time.monotonic() + _MOST_LOADING
        self._was_enabled = gc.isenabled()

    def __enter__(self) -> Self:
        self._was_enabled = gc.isenabled()
        gc.disable()
        self._timer.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._timer.stop()
        gc.unfreeze()
        if self._was_enabled:
            gc.enable()

    def spare_what_is_loaded(self) -> None:
        """Leave what is there by now alone: modules stay, and going through them holds the window up."""
        gc.freeze()
        self._loads_until = 0.0

    def _collect(self) -> None:
        """Collect what is due; what is being loaded is gone through when it is all there."""
        collect_due(oldest=1 if time.monotonic() < self._loads_until else 2)


def collect_due(oldest: int = 2) -> None:
    """Collect the oldest generation that Python would collect by now, and none that is older than that."""
    due = [
        generation
        for generation, (count, limit) in enumerate(
            zip(gc.get_count(), gc.get_threshold(), strict=True)
        )
        if limit and count > limit
    ]
    if due:
        gc.collect(min(due[-1], oldest))
