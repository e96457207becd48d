"""Whether the engine is ready: it is compiled once after installing, which takes a while."""

from functools import partial

from PySide6.QtCore import QObject, Signal, Slot

from ml4t_desktop.errors import Ml4tDesktopError, Problem, message_of
from ml4t_desktop.session.jobs import JobRunner, JobToken
from ml4t_desktop.session.language import tr
from ml4t_desktop.session.notices import Notice, NoticeStore
from ml4t_desktop.session.work import Work

_COMPILING = "compiling"


class EngineStore(QObject):
    """Makes the engine ready in the background.

    Signals
    -------
    changed : no value
        `is_preparing` has another value.
    """

    changed = Signal()

    def __init__(
        self, jobs: JobRunner, work: Work, notices: NoticeStore, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._jobs, self._work, self._notices = jobs, work, notices
        self._job: int | None = None
        self._is_preparing = False
        jobs.progressed.connect(self._on_progressed)
        jobs.finished.connect(self._on_ended)
        jobs.failed.connect(self._on_failed)
        jobs.cancelled.connect(self._on_ended)

    @property
    def is_preparing(self) -> bool:
        """Whether the engine is being compiled, for the first time after installing."""
        return self._is_preparing

    def warm_up(self) -> None:
        """Load what the first file and the first run need; a run begun meanwhile waits for it."""
        if self._job is None:
            self._job = self._jobs.submit(partial(_warm_up_task, self._work))

    @Slot(int, str, float)
    def _on_progressed(self, job_id: int, phase: str, _share: float) -> None:
        if job_id == self._job:
            self._set(is_preparing=phase == _COMPILING)

    @Slot(int, object)
    def _on_ended(self, job_id: int, _value: object = None) -> None:
        if job_id == self._job:
            self._job = None
            self._set(is_preparing=False)

    @Slot(int, object)
    def _on_failed(self, job_id: int, error: object) -> None:
        if job_id != self._job:
            return
        self._on_ended(job_id)
        if not isinstance(error, Ml4tDesktopError | OSError):
            assert isinstance(error, BaseException)  # noqa: S101 (what a job failed with)
            raise error
        problem = Problem(what=message_of(error), fix=tr("A run tries it again"))
        self._notices.show(tr("The engine is not ready"), (Notice(problem),))

    def _set(self, *, is_preparing: bool) -> None:
        if is_preparing != self._is_preparing:
            self._is_preparing = is_preparing
            self.changed.emit()


def _warm_up_task(work: Work, token: JobToken) -> None:
    if not work.is_compiled():
        token.phase = _COMPILING
    work.warm_up(lambda: token.is_cancelled)
