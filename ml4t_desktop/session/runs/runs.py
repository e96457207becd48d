"""Running the request: start, phases, cancel, and what becomes of the result."""

import time
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from ml4t_desktop.errors import InputError, Problem, RunFailed, StrategyFailed, message_of
from ml4t_desktop.session.data.data_store import DataStore, MarketKey, market_key
from ml4t_desktop.session.data.shared_reading import SharedReading
from ml4t_desktop.session.jobs import JobRunner, JobToken, Task
from ml4t_desktop.session.language import tr
from ml4t_desktop.session.notices import Notice, NoticeStore
from ml4t_desktop.session.request.request_store import RequestStore
from ml4t_desktop.session.request.steps import Step, step_of_problem
from ml4t_desktop.session.runs.results import ResultStore
from ml4t_desktop.session.work import Work
from ml4t_desktop.wording import mark

if TYPE_CHECKING:
    from ml4t_desktop.files.loaded import LoadedMarket
    from ml4t_desktop.project.completed import CompletedRun
    from ml4t_desktop.request import Request

READING = mark("Reading")
PREPARING = mark("Preparing")
RUNNING = mark("Running")
FINISHING = mark("Finishing")


@dataclass(frozen=True, slots=True, eq=False)
class Outcome:
    """A run, and the market it was made over.

    Parameters
    ----------
    key : MarketKey
        What the market was read from.
    """

    key: MarketKey
    loaded: "LoadedMarket"
    run: "CompletedRun"


@dataclass(frozen=True, slots=True, eq=False)
class _Saved:
    folder: Path


class RunStore(QObject):
    """Starts runs of the request and puts their results on screen.

    Signals
    -------
    started, ended : no value
        `ended` comes after whatever happened was published.
    failed : Exception
        Comes before `ended`.
    given_up : no value
        The user cancelled the run.
    progressed : str, float
        Phase, and share of it that is done.
    saved : Path
        The run folder that was written.
    """

    started = Signal()
    ended = Signal()
    failed = Signal(object)
    given_up = Signal()
    progressed = Signal(str, float)
    saved = Signal(object)

    def __init__(
        self,
        jobs: JobRunner,
        work: Work,
        request: RequestStore,
        data: DataStore,
        results: ResultStore,
        notices: NoticeStore,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._jobs, self._work = jobs, work
        self._request, self._data, self._results, self._notices = request, data, results, notices
        self._job: int | None = None
        self._saving: int | None = None
        self._base = request.base
        jobs.progressed.connect(self._on_progressed)
        jobs.finished.connect(self._on_finished)
        jobs.failed.connect(self._on_failed)
        jobs.cancelled.connect(self._on_cancelled)

    def start_run(self) -> None:
        """Run the request; a run that goes on is given up.

        Raises
        ------
        InputError
            If the draft is not a request.
        """
        request = self._request.draft.request()
        if self._job is not None:
            self._jobs.cancel(self._job)
        base = self._request.base
        task = self.task(request, base)
        self._notices.clear()
        self._base = base
        self._job = self._jobs.submit(task)
        self.started.emit()

    @property
    def base(self) -> Path:
        """The folder from which the paths of the run that was asked for last count."""
        return self._base

    def task(self, request: "Request", base: Path, key: MarketKey | None = None) -> Task:
        """Return what runs a request in the background, over the market in memory where it is of the same data.

        Parameters
        ----------
        key : MarketKey, optional
            That of the request's data, where it is known already.
        """
        key = key or market_key(request, base)
        reading = self._data.reading(key, request, base)
        return partial(_run_task, self._work, request, base, key, reading)

    def show_rerun(self, run: "CompletedRun", base: Path) -> None:
        """Put a run on screen that nobody asked for as such.

        Parameters
        ----------
        base : Path
            The folder from which the paths of its request work.
        """
        self._base = base
        self._results.show_rerun(run)

    def cancel(self) -> None:
        """Stop the run at once; the result before it stays on screen.

        What the work in the background still does is dropped when it ends.
        """
        if self._job is None:
            return
        job, self._job = self._job, None
        self._jobs.cancel(job)
        self.given_up.emit()
        self._notices.show(tr("The run was cancelled. What was on screen before is still there."))
        self.ended.emit()

    def save_run(self, folder: Path) -> None:
        """Write the run on screen as a run folder, in the background."""
        if self._results.run is not None and self._saving is None:
            task = partial(_save_task, self._work, self._results.run, folder, self._base)
            self._saving = self._jobs.submit(task)

    @property
    def is_running(self) -> bool:
        """Whether a run goes on."""
        return self._job is not None

    @Slot(int, str, float)
    def _on_progressed(self, job_id: int, phase: str, share: float) -> None:
        if job_id != self._job:
            return
        if phase == RUNNING and share == 0:
            phase = PREPARING
        elif phase == RUNNING and share >= 1:
            phase = FINISHING
        self.progressed.emit(phase, share)

    @Slot(int, object)
    def _on_finished(self, job_id: int, value: object) -> None:
        if job_id == self._saving and isinstance(value, _Saved):
            self._saving = None
            self.saved.emit(value.folder)
        if job_id != self._job or not isinstance(value, Outcome):
            return
        self._job = None
        self._data.keep_market(value.key, value.loaded)
        shown = self._results.run
        if shown is not None and shown.market is value.run.market:
            self._results.show_rerun(value.run, is_kept=True)
        else:
            self._results.show_run(value.run)
        if value.run.problems:
            self._tell(tr("The run is finished, with remarks"), value.run.problems)
        self.ended.emit()

    @Slot(int, object)
    def _on_failed(self, job_id: int, error: object) -> None:
        if job_id not in {self._job, self._saving}:
            return
        is_run = job_id == self._job
        if is_run:
            self._job = None
        else:
            self._saving = None
        if isinstance(error, InputError):
            self._tell(
                tr("The run was not started") if is_run else tr("The run was not saved"),
                error.problems,
            )
        elif isinstance(error, StrategyFailed):
            notice = Notice(_strategy_problem(error), Step.STRATEGY, "view.script")
            self._notices.show(tr("The Python strategy failed"), (notice,))
        elif isinstance(error, RunFailed | OSError):
            self._tell(
                tr("The run failed") if is_run else tr("The run was not saved"),
                (Problem(what=message_of(error)),),
            )
        if is_run:
            self.failed.emit(error)
            self.ended.emit()
        if not isinstance(error, InputError | RunFailed | OSError):
            assert isinstance(error, BaseException)  # noqa: S101 (what a job failed with)
            raise error

    @Slot(int)
    def _on_cancelled(self, job_id: int) -> None:
        if job_id == self._saving:
            self._saving = None

    def _tell(self, title: str, problems: tuple[Problem, ...]) -> None:
        draft = self._request.draft
        self._notices.show(title, (Notice(item, step_of_problem(item, draft)) for item in problems))


def _strategy_problem(error: StrategyFailed) -> Problem:
    where = str(error.lines[-1]) if error.lines else "strategy.python.file"
    return Problem(what=error.what, where=where)


def _run_task(
    work: Work,
    request: "Request",
    base: Path,
    key: MarketKey,
    reading: SharedReading,
    token: JobToken,
) -> Outcome:
    """Read the market unless it is there, and run; in the background."""
    from ml4t_desktop.engine.control import RunControl

    token.phase = READING
    began = time.perf_counter()
    loaded = reading.get(token)
    read_seconds = time.perf_counter() - began
    token.phase = PREPARING
    work.warm_up(lambda: token.is_cancelled)
    token.check()
    control = RunControl()
    token.attach(control)
    token.phase = RUNNING
    run = work.execute(request, loaded, control, base=base, read_seconds=read_seconds)
    token.check()
    return Outcome(key, loaded, run)


def _save_task(
    work: Work, run: "CompletedRun", folder: Path, base: Path, _token: JobToken
) -> _Saved:
    work.save(run, folder, base=base)
    return _Saved(folder)
