"""Keeps the edits of a window safe while they are made, and takes up those left behind."""

import logging
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from ml4t_desktop.errors import InputError, Problem, message_of
from ml4t_desktop.session.document.history import HistoryStore
from ml4t_desktop.session.document.recovery import (
    NO_HISTORY,
    Keeping,
    Kept,
    KeptHistory,
    left_behind,
    remove,
)
from ml4t_desktop.session.jobs import JobRunner, JobToken
from ml4t_desktop.session.language import tr
from ml4t_desktop.session.notices import Notice, NoticeStore
from ml4t_desktop.session.request.draft import Draft
from ml4t_desktop.session.request.request_store import RequestStore
from ml4t_desktop.session.request.steps import counted

log = logging.getLogger(__name__)
_DELAY_MS = 250
_RETRY_MS = 5_000
_Edits = tuple[Draft, Path | None, KeptHistory]


@dataclass(frozen=True, slots=True)
class _Found:
    kept: tuple[Kept, ...]


class Autosave(QObject):
    """Writes edits to the user's data folder, never to the file of the request.

    While edits follow each other, they are written every `_DELAY_MS`; when the request is saved or
    the window is closed, what was kept is removed.

    Parameters
    ----------
    jobs : JobRunner
        One of its own, so that a long run does not keep edits waiting; closed with this.
    keeping : Keeping
        Where this window keeps its edits, and its history.
    history : HistoryStore, optional
        Kept beside the request.

    Signals
    -------
    changed : no value
        `found` is another.
    looked : no value
        A look for edits that were left behind has ended.
    """

    changed = Signal()
    looked = Signal()

    def __init__(
        self,
        request: RequestStore,
        notices: NoticeStore,
        jobs: JobRunner,
        keeping: Keeping,
        history: HistoryStore | None = None,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._request, self._notices, self._jobs = request, notices, jobs
        self._keeping, self._history = keeping, history
        self._folder = keeping.file.parent
        self._found: tuple[Kept, ...] = ()
        self._taken: tuple[Kept, ...] = ()
        self._job: int | None = None
        self._look_job: int | None = None
        self._written: _Edits | None = None
        self._taking: tuple[Kept, ...] = ()
        self._has_failed = False
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._keep)
        request.request_changed.connect(self._on_edited)
        request.file_changed.connect(self._keep)  # the first edit and a save do not wait
        if history is not None:
            history.changed.connect(self._keep)
        jobs.finished.connect(self._on_finished)
        jobs.failed.connect(self._on_failed)

    @property
    def found(self) -> tuple[Kept, ...]:
        """Edits that were left behind, the latest first."""
        return self._found

    @property
    def is_up_to_date(self) -> bool:
        """Whether everything is on disk that would be lost otherwise."""
        is_written = self._written == self._edits() and not self._has_failed
        return self._job is None and is_written

    def look(self) -> None:
        """Look for edits that were left behind, in the background: their files may be far away."""
        if self._jobs.is_open and self._look_job is None:
            self._look_job = self._jobs.submit(partial(_look_task, self._folder))

    def take(self, kept: Kept) -> None:
        """Take up edits that were left behind; they are removed there once they are kept here."""
        self._set_found(tuple(item for item in self._found if item != kept))
        if not kept.file.exists():
            self._notices.show(
                tr("The changes of {kept} were taken up in another window", kept=kept.name)
            )
            return
        self._taken = (*self._taken, kept)
        self._request.restore(kept.draft, kept.path, as_copy=kept.is_behind)
        if self._history is not None:
            self._history.restore(kept.history)
        self._keep()
        self._notices.show(_taken_text(kept))

    def discard(self, kept: Kept) -> None:
        """Remove edits that were left behind."""
        remove(kept.file)
        self._set_found(tuple(item for item in self._found if item != kept))

    def close(self) -> None:
        """Wait for what is being written, and keep nothing any more."""
        self._timer.stop()
        self._jobs.close()
        for kept in self._taken:
            remove(kept.file)
        self._keeping.close()

    def _edits(self) -> _Edits | None:
        request = self._request
        history = self._history.kept() if self._history is not None else NO_HISTORY
        if not request.is_modified and not history.unsaved:
            return None
        return request.portable(), request.path, history

    def _set_found(self, found: tuple[Kept, ...]) -> None:
        if found != self._found:
            self._found = found
            self.changed.emit()

    @Slot(object)
    def _on_edited(self, _value: object) -> None:
        if not self._timer.isActive() and self._jobs.is_open:
            self._timer.start(_DELAY_MS)

    @Slot()
    @Slot(object)
    def _keep(self, _value: object = None) -> None:
        if self._job is not None or not self._jobs.is_open:
            return  # the end of the job begins the next
        edits = self._edits()
        if edits == self._written and not self._taken and not self._has_failed:
            return
        self._taking, self._taken = self._taken, ()
        self._written = edits
        self._job = self._jobs.submit(partial(_keep_task, self._keeping, edits, self._taking))

    @Slot(int, object)
    def _on_finished(self, job_id: int, value: object) -> None:
        if job_id == self._look_job and isinstance(value, _Found):
            self._look_job = None
            self._set_found(value.kept)
            self.looked.emit()
        if job_id != self._job:
            return
        self._job, self._has_failed = None, False
        self._keep()

    @Slot(int, object)
    def _on_failed(self, job_id: int, error: object) -> None:
        if job_id != self._job:
            return
        self._job = None
        self._taken = (*self._taking, *self._taken)
        if not isinstance(error, OSError | InputError):
            assert isinstance(error, BaseException)  # noqa: S101 (what a job failed with)
            raise error
        self._timer.start(_RETRY_MS)
        if not self._has_failed:
            self._has_failed = True
            problem = Problem(
                where=str(self._folder),
                what=tr("cannot be written ({reason})", reason=_reason(error)),
                fix=tr("Save the request yourself, or make room"),
                severity="warning",
            )
            self._notices.show(tr("Changes are not kept safe at the moment"), (Notice(problem),))


def _reason(error: OSError | InputError) -> str:
    """Return why the disk refused, in the words of the system where these are told."""
    cause = error.__cause__ if isinstance(error, InputError) else error
    return (cause.strerror if isinstance(cause, OSError) else None) or message_of(error)


def _look_task(folder: Path, _token: JobToken) -> _Found:
    try:
        return _Found(left_behind(folder))
    except OSError as error:  # a folder nobody may read holds nothing for us
        log.warning("%s cannot be looked into: %s", folder, error)
        return _Found(())


def _keep_task(
    keeping: Keeping, edits: _Edits | None, taken: tuple[Kept, ...], _token: JobToken
) -> None:
    for kept in taken:
        keeping.take_results(kept.results)
    if edits is None:
        keeping.clear()
    else:
        keeping.write(*edits)
    for kept in taken:
        remove(kept.file)


def _taken_text(kept: Kept) -> str:
    runs = kept.history.unsaved
    told = tr("The unsaved changes of {kept} are back", kept=kept.name)
    if runs:
        told = tr("{told}, with {runs}", told=told, runs=counted(runs, "unsaved_run"))
    if kept.is_behind:
        return tr("{told}, as a new request: its file is not as it was", told=told)
    return tr("{told}; its file is as it was until you save", told=told) if kept.path else told
