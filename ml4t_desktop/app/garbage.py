"""Garbage collected on the thread of the window alone.

Python collects cycles on whatever thread happens to allocate. A cycle with Qt objects that is
collected on a worker takes Qt's locks there and waits for the interpreter, while the window holds the
interpreter and waits for the locks: both stand still for ever.
"""

import gc
from types import TracebackType
from typing import Self

from PySide6.QtCore import QTimer

_EVERY_MS = 500


class GarbageOnThisThread:
    """While it is entered, cycles are collected by a timer of this thread and nowhere else."""

    def __init__(self) -> None:
        self._timer = QTimer()
        self._timer.setInterval(_EVERY_MS)
        self._timer.timeout.connect(collect_due)
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


def collect_due() -> None:
    """Collect the oldest generation that Python would collect by now."""
    due = [
        generation
        for generation, (count, limit) in enumerate(
            zip(gc.get_count(), gc.get_threshold(), strict=True)
        )
        if limit and count > limit
    ]
    if due:
        gc.collect(due[-1])
