"""Putting a run of the history on screen again, as it was when it ended."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from ml4t_desktop.errors import InputError, Problem
from ml4t_desktop.project.data_files import DataState, data_state
from ml4t_desktop.project.documents.entry import Entry
from ml4t_desktop.session.data.data_store import DataStore, MarketKey, market_key
from ml4t_desktop.session.document.history import HistoryStore
from ml4t_desktop.session.jobs import JobRunner, JobToken
from ml4t_desktop.session.language import tr
from ml4t_desktop.session.notices import Notice, NoticeStore
from ml4t_desktop.session.request.request_store import RequestStore
from ml4t_desktop.session.request.steps import Step
from ml4t_desktop.session.work import Work

if TYPE_CHECKING:  # polars and numba load after the window is visible
    from ml4t_desktop.files.loaded import LoadedMarket
    from ml4t_desktop.project.completed import CompletedRun
    from ml4t_desktop.request import Request


@dataclass(frozen=True, slots=True, eq=False)
class _Task:
    """What a run is read with."""

    entry: Entry
    request: "Request"
    place: Path
    base: Path
    key: MarketKey
    loaded: "LoadedMarket | None"


@dataclass(frozen=True, slots=True, eq=False)
class _Reopened:
    number: int
    run: "CompletedRun"
    state: DataState
    read: "tuple[MarketKey, LoadedMarket] | None"


class Reopening(QObject):
    """Reads runs of the history in the background and shows them; the last one asked for wins.

    Signals
    -------
    reopened : int
        A run is on screen again.
    busy_changed : bool
    progressed : str, float
        What is done, in words, and the share of it.
    """

    reopened = Signal(int)
    busy_changed = Signal(bool)
    progressed = Signal(str, float)

    def __init__(
        self,
        jobs: JobRunner,
        work: Work,
        request: RequestStore,
        data: DataStore,
        history: HistoryStore,
        notices: NoticeStore,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._jobs, self._work, self._request = jobs, work, request
        self._data, self._history, self._notices = data, history, notices
        self._job: int | None = None
        self._then: Callable[[], object] | None = None
        jobs.finished.connect(self._on_finished)
        jobs.failed.connect(self._on_failed)
        jobs.progressed.connect(self._on_progressed)

    @property
    def is_busy(self) -> bool:
        """Whether a run is being read."""
        return self._job is not None

    def restore(self, number: int) -> None:
        """Put a run on screen, and its request in place of the present one; that can be undone."""
        entry = self._history.entry(number)
        if entry is None:
            return
        self._request.replace(
            self._history.request_of(number),
            tr("Restore the request of run {number}", number=number),
        )
        self.show(number)

    def show(self, number: int, then: Callable[[], object] | None = None) -> None:
        """Put a run on screen; the request stays as it is.

        Parameters
        ----------
        then : callable, optional
            Called when it is there, unless another was asked for meanwhile.
        """
        entry = self._history.entry(number)
        if entry is None:
            return
        if number == self._history.shown:
            self._give_up()
            self._on_shown(number, then)
            return
        place = self._history.place(number)
        if place is None:
            self._tell(number, InputError(no_tables(number)))
            return
        try:
            request = self._history.request_of(number).request()
        except InputError as error:
            self._tell(number, error)
            return
        base = self._request.base
        key = market_key(request, base)
        task = _Task(entry, request, place, base, key, self._data.market(key))
        self._give_up()
        self._then = then
        self._job = self._jobs.submit(partial(_read_task, self._work, task))
        self.busy_changed.emit(True)  # noqa: FBT003 (Qt's)

    def cancel(self) -> None:
        """Stop reading a run; what was on screen stays."""
        self._give_up()
        self._then = None

    def _give_up(self) -> None:
        if self._job is not None:
            self._jobs.cancel(self._job)
            self._job = None
            self.busy_changed.emit(False)  # noqa: FBT003 (Qt's)

    def _on_shown(self, number: int, then: Callable[[], object] | None) -> None:
        self.reopened.emit(number)
        if then is not None:
            then()

    def _tell(self, number: int, error: InputError) -> None:
        self._notices.show(
            tr("Run {number} cannot be shown", number=number),
            (Notice(problem) for problem in error.problems),
        )

    @Slot(int, object)
    def _on_finished(self, job_id: int, value: object) -> None:
        if job_id != self._job or not isinstance(value, _Reopened):
            return
        self._job = None
        self.busy_changed.emit(False)  # noqa: FBT003 (Qt's)
        if value.read is not None:
            self._data.keep_market(*value.read)
        self._history.show_opened(value.number, value.run)
        if value.state in {"changed", "missing"}:
            gone = value.state == "missing"
            what = (
                tr("the data files of this run are not where they were")
                if gone
                else tr("the data files have changed since this run")
            )
            fix = tr(
                "Its trades, equity and statistics are as they were; prices and benchmark are left out"
            )
            problem = Problem(what=what, fix=fix, severity="warning")
            self._notices.show(
                tr("Run {number} is shown without its prices", number=value.number),
                (Notice(problem, Step.DATA),),
            )
        then, self._then = self._then, None
        self._on_shown(value.number, then)

    @Slot(int, str, float)
    def _on_progressed(self, job_id: int, _phase: str, share: float) -> None:
        if job_id == self._job:
            self.progressed.emit(tr("Opening the run"), share)

    @Slot(int, object)
    def _on_failed(self, job_id: int, error: object) -> None:
        if job_id != self._job:
            return
        self._job = None
        self.busy_changed.emit(False)  # noqa: FBT003 (Qt's)
        if not isinstance(error, InputError):
            assert isinstance(error, BaseException)  # noqa: S101 (what a job failed with)
            raise error
        self._notices.show(tr("The run cannot be shown"), (Notice(item) for item in error.problems))


def no_tables(number: int) -> Problem:
    """Return what is wrong with a run whose tables were tidied away."""
    return Problem(
        where=tr("run {number}", number=number),
        what=tr("its trades and equity are not kept any more"),
        fix=tr("Restore its request and run it again"),
    )


def _read_task(work: Work, task: _Task, token: JobToken) -> _Reopened:
    """Read a run, and its market when that can still be had; in the background."""
    from ml4t_desktop.market.lagging import lagged
    from ml4t_desktop.project.documents.kept_runs import completed_run

    entry, loaded, state = task.entry, task.loaded, data_state(task.entry.files, token.check)
    read = None
    if loaded is None and state == "same":
        loaded = work.read(
            task.request.data,
            task.request.context,
            base=task.base,
            progress=token.advance,
            cancelled=lambda: token.is_cancelled,
        )
        read = (task.key, loaded)
    if loaded is not None and loaded.digest != entry.digest:
        loaded, state = None, "changed"
    token.check()
    market = lagged(loaded.market, task.request.data.lag) if loaded is not None else None
    run = completed_run(entry, task.request, task.place, market)
    return _Reopened(entry.number, run, state, read)
