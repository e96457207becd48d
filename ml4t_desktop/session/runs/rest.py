"""The moment after a run on the way in which heavy work about it waits for a newer one."""

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QObject, QTimer, Slot

from ml4t_desktop.session.runs.results import ResultStore

REST_MS: Final = 300


class Rest(QObject):
    """Holds work about the run on screen back while values are dragged, and asks for it after that.

    Each run on the way would start work that the next one throws away, and that takes the processors
    from it. It is made before its owner listens to the results, to know of a run before that.

    Parameters
    ----------
    results : ResultStore
        A run that was asked for as such is not waited for.
    then : callable
        Starts the work that was held back.
    """

    def __init__(
        self,
        results: ResultStore,
        then: Callable[[], object],
        parent: QObject,
        milliseconds: int = REST_MS,
    ) -> None:
        super().__init__(parent)
        self._results, self._then = results, then
        self._is_wanted = False
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(milliseconds)
        self._timer.timeout.connect(self._on_over)
        results.run_changed.connect(self._on_run_changed)

    def holds(self) -> bool:
        """Return whether work that is wanted now has to wait; it is asked for when the rest is over."""
        self._is_wanted = self._timer.isActive()
        return self._is_wanted

    @property
    def is_wanted(self) -> bool:
        """Whether work waits for the end of the rest."""
        return self._is_wanted

    @Slot(object)
    def _on_run_changed(self, run: object) -> None:
        self._is_wanted = False
        if run is None or self._results.is_kept:
            self._timer.stop()
        else:
            self._timer.start()

    @Slot()
    def _on_over(self) -> None:
        if self._is_wanted:
            self._is_wanted = False
            self._then()
