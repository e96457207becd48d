"""The document of the window: a request alone, or a project with the history of its runs."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot

from ml4t_desktop.errors import InputError, Problem
from ml4t_desktop.files.inside import place_of, real_file, real_files
from ml4t_desktop.project.documents.document import (
    Opened,
    Project,
    extract_run,
    is_project,
    open_project,
    save_project,
)
from ml4t_desktop.project.paths import joined, named_paths, with_paths
from ml4t_desktop.session.data.data_store import file_stamp
from ml4t_desktop.session.data.intake import Intake
from ml4t_desktop.session.document.history import HistoryStore
from ml4t_desktop.session.document.recovery import Keeping
from ml4t_desktop.session.jobs import JobRunner, JobToken
from ml4t_desktop.session.language import tr
from ml4t_desktop.session.notices import Message, Notice, NoticeStore
from ml4t_desktop.session.request.draft import Draft, draft_of
from ml4t_desktop.session.request.request_store import RequestStore
from ml4t_desktop.session.request.steps import Step
from ml4t_desktop.session.runs.trials import TrialStore

LOCATE = "file.locate"
_Stamp = tuple[str, int, int]


@dataclass(frozen=True, slots=True)
class _Read:
    path: Path
    opened: Opened
    draft: Draft
    stamp: _Stamp


@dataclass(frozen=True, slots=True)
class _Saving:
    path: Path
    project: Project
    written: Draft
    before: Draft
    then: Callable[[], object]


@dataclass(frozen=True, slots=True)
class _Saved:
    stamp: _Stamp


class DocumentStore(QObject):
    """Opens and saves requests and projects; which of them it is, the ending of the file decides.

    Projects are read and written in the background, one after the other and after the tables of runs that
    are being written: `jobs` is the runner of the history, with one thread. What is open stays as it is
    until all of another has been read.

    Signals
    -------
    opened : Path
        A project was opened.
    saved : Path
        A project was written.
    entered, written : Path
        A request or a project was opened, or saved.
    busy_changed : bool
        Whether a project is being read or written.
    progressed : str, float
        What is done, in words, and the share of it.
    """

    opened = Signal(object)
    saved = Signal(object)
    entered = Signal(object)
    written = Signal(object)
    busy_changed = Signal(bool)
    progressed = Signal(str, float)

    def __init__(
        self,
        jobs: JobRunner,
        request: RequestStore,
        history: HistoryStore,
        trials: TrialStore,
        intake: Intake,
        notices: NoticeStore,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._jobs, self.request, self.history, self._trials = jobs, request, history, trials
        self.intake, self.notices = intake, notices
        self._opening: int | None = None
        self._opening_path: Path | None = None
        self._saving: dict[int, _Saving] = {}
        self._created: Project | None = None
        self._stamp: _Stamp | None = None
        self._not_saved: Message | None = None
        jobs.finished.connect(self._on_finished)
        jobs.failed.connect(self._on_failed)
        jobs.cancelled.connect(self._on_cancelled)
        jobs.progressed.connect(self._on_progressed)

    @property
    def is_project(self) -> bool:
        """Whether the document is a project."""
        return self.request.path is not None and is_project(self.request.path)

    @property
    def is_busy(self) -> bool:
        """Whether a project is being read or written."""
        return self._opening is not None or bool(self._saving)

    @property
    def unsaved_runs(self) -> int:
        """How many runs would be lost, or would lose what was noted about them."""
        return self.history.unsaved

    @property
    def has_unsaved_work(self) -> bool:
        """Whether somebody may want to save before the document is left."""
        return self.request.has_unsaved_work or bool(self.unsaved_runs)

    def clear(self) -> None:
        """Begin anew, with nothing."""
        self.request.clear()
        self._leave()

    def open(self, path: Path, *, as_copy: bool = False) -> None:
        """Open a request or a project; what is open stays when that fails, which is told."""
        if is_project(path):
            self._opening = self._jobs.submit(partial(_open_task, path.resolve()))
            self._opening_path = path
            self.busy_changed.emit(True)  # noqa: FBT003 (Qt's)
        elif self.intake.open_request(path, as_copy=as_copy):
            self._leave()
            self.tell_missing()
            if self.request.path is not None:
                self.entered.emit(self.request.path)

    def save(self, path: Path | None, then: Callable[[], object]) -> None:
        """Save the document in its file, or in another that becomes its file; `then` when it is saved."""
        target = path.resolve() if path is not None else self.request.path
        if target is None or not is_project(target):
            if self.intake.save_request(target):
                if self.request.path is not None:
                    self.written.emit(self.request.path)
                then()
            return
        if target == self.request.path and self._is_behind(target):
            what = tr("was changed by another program since it was opened")
            fix = tr("Save it under another name, so that neither is lost")
            self._tell(
                tr("The project was not saved"), (Problem(where=target.name, what=what, fix=fix),)
            )
            self._not_saved = self.notices.message
            return
        self._trials.count_now()
        written = self.request.written_for(target)
        tables = with_paths(written.tables(), lambda name: joined(target.parent, name).as_posix())
        project = Project(
            request=tables,
            entries=self.history.entries,
            last_number=self.history.last_number,
            trials=self._trials.of_project,
            **({"created": self._created.created} if self._created is not None else {}),
        )
        saving = _Saving(target, project, written, self.request.draft, then)
        task = partial(
            _save_task,
            saving,
            self.history.folders(),
            self.history.source,
            self.history.keeping,
            self.request.runs_to_undo(),
        )
        self._saving[self._jobs.submit(task)] = saving
        self.busy_changed.emit(True)  # noqa: FBT003 (Qt's)

    def cancel(self) -> None:
        """Stop reading or writing projects; files stay as they were."""
        for job_id in (*self._saving, *([self._opening] if self._opening is not None else [])):
            self._jobs.cancel(job_id)

    def missing_files(self) -> tuple[str, ...]:
        """Return the files that the request names and that are not there."""
        names = named_paths(self.request.draft.raw)
        return tuple(name for name in names if not real_file(self.request.resolved(name)).exists())

    def locate(self, name: str, path: Path) -> None:
        """Take a file for one that is not where it was, and others that moved along with it.

        Parameters
        ----------
        name : str
            As the request names it.
        path : Path
            Where it is now.
        """
        known = {file.path: file for entry in self.history.entries for file in entry.files}
        moved = {name: path}
        for other in self.missing_files():
            place = place_of(self.request.resolved(other))
            was_beside = place_of(self.request.resolved(name)).file == place.file
            beside = path if was_beside else path.parent / place.file.name
            if beside.exists():
                moved[other] = beside if place.inner is None else beside / place.inner
        was = known.get(self.request.resolved(name).as_posix())
        tables = with_paths(
            self.request.draft.raw,
            lambda old: self.request.named(moved[old]) if old in moved else old,
        )
        self.request.replace(Draft(tables), tr("{file} found", file=Path(name).name))
        told = tr("{path} is taken from {parent}", path=path.name, parent=path.parent)
        if was is not None and path.is_file() and path.stat().st_size != was.size:
            told = tr(
                "{told}. It is not the file that the runs were made on: its size is another one",
                told=told,
            )
        self.notices.show(told)

    def tell_missing(self) -> None:
        """Tell which files of the request are not there, with a way to point at them."""
        missing = self.missing_files()
        if missing:
            problems = tuple(
                Problem(
                    where=file.name,
                    what=tr("is not where it was ({parent})", parent=file.parent),
                    fix=tr("Point at it where it is now (File > Locate missing data)"),
                    severity="warning",
                )
                for file in real_files(self.request.resolved(name) for name in missing)
            )
            self.notices.show(
                tr("Data files are missing"), (Notice(item, Step.DATA, LOCATE) for item in problems)
            )

    def _leave(self) -> None:
        """Forget the project of before: another document is there."""
        self._created, self._stamp = None, None
        self.history.clear()
        self._trials.adopt({})

    def _is_behind(self, path: Path) -> bool:
        return self._stamp is not None and path.exists() and file_stamp(path) != self._stamp

    def _tell(self, title: str, problems: tuple[Problem, ...]) -> None:
        self.notices.show(title, (Notice(item) for item in problems))

    @Slot(int, object)
    def _on_finished(self, job_id: int, value: object) -> None:
        if job_id == self._opening and isinstance(value, _Read):
            self._opening = None
            self._take(value)
            self.busy_changed.emit(self.is_busy)
        saving = self._saving.pop(job_id, None)
        if saving is not None and isinstance(value, _Saved):
            self._stamp = value.stamp
            self._created = saving.project
            if self._not_saved is not None and self.notices.message is self._not_saved:
                self.notices.clear()  # it is saved now
            self.request.take_file(saving.path, saving.written, saving.before)
            self.history.note_saved(saving.project.entries, saving.path)
            self.saved.emit(saving.path)
            self.written.emit(saving.path)
            self.busy_changed.emit(self.is_busy)
            saving.then()

    def _take(self, read: _Read) -> None:
        project = read.opened.project
        self.notices.clear()
        self.request.open_draft(read.draft, read.path)
        self._created, self._stamp = project, read.stamp
        self._trials.adopt(project.trials)
        self.history.adopt(project.entries, project.last_number, read.path)
        self.opened.emit(read.path)
        if read.opened.problems:
            self._tell(
                tr("{path} was opened, but not all of it", path=read.path.name),
                read.opened.problems,
            )
        else:
            self.tell_missing()
        self.entered.emit(read.path)

    @Slot(int)
    def _on_cancelled(self, job_id: int) -> None:
        saving = self._saving.pop(job_id, None)
        is_opening = job_id == self._opening
        if saving is None and not is_opening:
            return
        if is_opening:
            self._opening = None
        self.busy_changed.emit(self.is_busy)
        if saving is not None:
            text = tr(
                "{file} was not saved: you stopped it. It is as it was.", file=saving.path.name
            )
            self.notices.show(text)

    @Slot(int, str, float)
    def _on_progressed(self, job_id: int, _phase: str, share: float) -> None:
        saving = self._saving.get(job_id)
        if saving is not None:
            self.progressed.emit(tr("Saving {file}", file=saving.path.name), share)
        elif job_id == self._opening and self._opening_path is not None:
            self.progressed.emit(tr("Opening {file}", file=self._opening_path.name), share)

    @Slot(int, object)
    def _on_failed(self, job_id: int, error: object) -> None:
        is_opening = job_id == self._opening
        if not is_opening and job_id not in self._saving:
            return
        if is_opening:
            self._opening = None
        self._saving.pop(job_id, None)
        self.busy_changed.emit(self.is_busy)
        if not isinstance(error, InputError):
            assert isinstance(error, BaseException)  # noqa: S101 (what a job failed with)
            raise error
        name = self._opening_path.name if self._opening_path is not None else ""
        self._tell(
            tr("{name} was not opened", name=name)
            if is_opening
            else tr("The project was not saved"),
            error.problems,
        )
        self._not_saved = None if is_opening else self.notices.message


def _told(token: JobToken, share: float) -> None:
    token.check()
    token.advance(share)


def _open_task(path: Path, _token: JobToken) -> _Read:
    """Read all of a project before anything on screen is changed."""
    stamp = file_stamp(path)
    opened = open_project(path)
    draft = draft_of(opened.project.request, path)
    return _Read(path, opened, draft, stamp)


def _save_task(
    saving: _Saving,
    folders: dict[str, Path],
    source: Path | None,
    keeping: Keeping | None,
    to_undo: frozenset[str],
    token: JobToken,
) -> _Saved:
    kept = {entry.run_id for entry in saving.project.entries}
    folders = {run_id: folder for run_id, folder in folders.items() if folder.is_dir()}
    if keeping is not None and source is not None:
        _keep_deleted(to_undo - kept - folders.keys(), source, keeping)
    save_project(
        saving.project, saving.path, folders=folders, source=source, progress=partial(_told, token)
    )
    return _Saved(file_stamp(saving.path))


def _keep_deleted(run_ids: frozenset[str], source: Path, keeping: Keeping) -> None:
    """Keep the tables of runs that were deleted, as long as that can be undone."""
    for run_id in run_ids:
        with keeping.writing_results() as results:
            try:
                extract_run(source, run_id, results / run_id)
            except InputError:
                continue
