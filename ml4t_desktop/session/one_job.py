"""The one job in the background that a store waits for."""

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, Slot

from ml4t_desktop.session.jobs import JobRunner, Task


class OneJob(QObject):
    """Runs one task at a time for its parent; what a task brings that was dropped is nobody's any more.

    Parameters
    ----------
    jobs : JobRunner
    take : callable
        Gets what the task returned.
    fail : callable, optional
        Gets what it failed with, and raises that where it is no mistake of the user's. Without it every
        failure is an error of the program.
    stopped : callable, optional
        Called when somebody else stopped the task.
    advance : callable, optional
        Gets the share that is done, 0 to 1.
    """

    def __init__(
        self,
        jobs: JobRunner,
        take: Callable[[Any], None],
        parent: QObject,
        *,
        fail: Callable[[BaseException], None] | None = None,
        stopped: Callable[[], None] | None = None,
        advance: Callable[[float], None] | None = None,
    ) -> None:
        super().__init__(parent)
        self._jobs, self._take, self._fail = jobs, take, fail
        self._stopped, self._advance = stopped, advance
        self._id: int | None = None
        jobs.finished.connect(self._on_finished)
        jobs.failed.connect(self._on_failed)
        jobs.cancelled.connect(self._on_cancelled)
        if advance is not None:
            jobs.progressed.connect(self._on_progressed)

    @property
    def is_busy(self) -> bool:
        """Whether a task is waited for."""
        return self._id is not None

    @property
    def can_begin(self) -> bool:
        """Whether tasks are taken; not any more while the application ends."""
        return self._jobs.is_open

    def begin(self, task: Task) -> None:
        """Start a task in place of the one before."""
        self.drop()
        self._id = self._jobs.submit(task)

    def drop(self) -> None:
        """Stop waiting for the task, and let it stop."""
        if self._id is not None:
            job, self._id = self._id, None
            self._jobs.cancel(job)

    def _ends(self, job_id: int) -> bool:
        """Return whether it is the task that is waited for, which it is no longer."""
        if job_id != self._id:
            return False
        self._id = None
        return True

    @Slot(int, object)
    def _on_finished(self, job_id: int, value: object) -> None:
        if self._ends(job_id):
            self._take(value)

    @Slot(int, object)
    def _on_failed(self, job_id: int, error: object) -> None:
        if self._ends(job_id):
            assert isinstance(error, BaseException)  # noqa: S101 (what a job failed with)
            if self._fail is None:
                raise error
            self._fail(error)

    @Slot(int)
    def _on_cancelled(self, job_id: int) -> None:
        if self._ends(job_id) and self._stopped is not None:
            self._stopped()

    @Slot(int, str, float)
    def _on_progressed(self, job_id: int, _phase: str, share: float) -> None:
        if job_id == self._id and self._advance is not None:
            self._advance(share)
