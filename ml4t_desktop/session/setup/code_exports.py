"""Rules written out as Python, in the background."""

from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot

from ml4t_desktop.errors import InputError, Problem, RunFailed, message_of
from ml4t_desktop.session.data.data_store import DataStore, market_key
from ml4t_desktop.session.data.shared_reading import SharedReading
from ml4t_desktop.session.jobs import JobRunner, JobToken
from ml4t_desktop.session.language import tr
from ml4t_desktop.session.notices import Notice, NoticeStore
from ml4t_desktop.session.request.request_store import RequestStore
from ml4t_desktop.session.request.steps import Step

if TYPE_CHECKING:
    from ml4t_desktop.request import Request


@dataclass(frozen=True, slots=True)
class _Written:
    path: Path
    fills: int


class CodeExports(QObject):
    """Writes the rules of the request as a script that was proved to trade alike."""

    def __init__(
        self,
        jobs: JobRunner,
        request: RequestStore,
        data: DataStore,
        notices: NoticeStore,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._jobs, self._request, self._data, self._notices = jobs, request, data, notices
        self._job: int | None = None
        jobs.finished.connect(self._on_finished)
        jobs.failed.connect(self._on_failed)
        jobs.cancelled.connect(self._on_cancelled)

    @property
    def is_busy(self) -> bool:
        """Whether a script is being written and proved."""
        return self._job is not None

    def export(self, path: Path) -> None:
        """Write the rules to a file, once running it has made the same fills.

        Raises
        ------
        InputError
            If the draft is not a request.
        """
        request, base = self._request.draft.request(), self._request.base
        reading = self._data.reading(market_key(request, base), request, base)
        self._notices.show(tr("The script is written and run, to prove that it trades alike …"))
        self._job = self._jobs.submit(partial(_export_task, request, base, path, reading))

    @Slot(int, object)
    def _on_finished(self, job_id: int, value: object) -> None:
        if job_id == self._job and isinstance(value, _Written):
            self._job = None
            self._notices.show(
                tr(
                    "{path} was written. Run by itself it made the same {fills:,} fills, to the last bit.",
                    path=value.path.name,
                    fills=value.fills,
                )
            )

    @Slot(int, object)
    def _on_failed(self, job_id: int, error: object) -> None:
        if job_id != self._job:
            return
        self._job = None
        title = tr("The rules were not written out")
        if isinstance(error, InputError):
            self._notices.show(title, (Notice(item, Step.STRATEGY) for item in error.problems))
        elif isinstance(error, RunFailed | OSError):
            self._notices.show(title, (Notice(Problem(what=message_of(error)), None),))
        else:
            assert isinstance(error, BaseException)  # noqa: S101 (what a job failed with)
            raise error

    @Slot(int)
    def _on_cancelled(self, job_id: int) -> None:
        if job_id == self._job:
            self._job = None


def _export_task(
    request: "Request", base: Path, path: Path, reading: SharedReading, token: JobToken
) -> _Written:
    from ml4t_desktop.engine.control import RunControl
    from ml4t_desktop.project.written_code import export_request

    loaded = reading.get(token)
    control = RunControl()
    token.attach(control)
    written = export_request(request, loaded, path, base=base, control=control)
    return _Written(path, written.fills)
