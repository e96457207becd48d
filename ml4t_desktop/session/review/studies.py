"""What the pictures of trades show, computed in the background when somebody looks, once for each run."""

from collections import deque
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from ml4t_desktop.session.clocks import clock_zone
from ml4t_desktop.session.jobs import JobRunner, JobToken
from ml4t_desktop.session.runs.rest import Rest
from ml4t_desktop.session.runs.results import ResultStore, Subset

if TYPE_CHECKING:  # polars and numba load after the window is visible
    from ml4t_desktop.analysis.study import PartStudy, Study
    from ml4t_desktop.project.completed import CompletedRun
    from ml4t_desktop.result.run_result import RunResult

_KEPT = 3  # runs that one goes back and forth between


class StudyStore(QObject):
    """Holds the study of the run on screen, and that of the part of its trades that is looked at.

    Signals
    -------
    changed : no value
        The study is another one, or there is none.
    part_changed : no value
        The same of the part.
    """

    changed = Signal()
    part_changed = Signal()

    def __init__(
        self, jobs: JobRunner, results: ResultStore, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._jobs, self._results = jobs, results
        self._job: int | None = None
        self._part_job: int | None = None
        self._part: PartStudy | None = None
        self._part_zone = ""
        self._studies: deque[tuple[RunResult, Study]] = deque(maxlen=_KEPT)
        self._rest = Rest(results, self.want, self)
        self._part_rest = Rest(results, self.want_part, self)
        results.run_changed.connect(self._on_run_changed)
        results.subset_changed.connect(self._on_subset_changed)
        jobs.finished.connect(self._on_finished)
        jobs.failed.connect(self._on_failed)

    @property
    def study(self) -> "Study | None":
        """The study of the run on screen; None until it is there."""
        run = self._results.run
        if run is None:
            return None
        return next((study for result, study in self._studies if result is run.result), None)

    @property
    def part(self) -> "PartStudy | None":
        """The study of the part that is looked at; None without one, or until it is there."""
        return self._part

    def want(self) -> None:
        """Compute the study in the background, unless it is there or under way.

        That of a run on the way waits until there was no other for a moment.
        """
        run = self._results.run
        if run is None or self.study is not None or self._job is not None:
            return
        if not self._rest.holds():
            self._job = self._jobs.submit(partial(_study_task, run.result))

    def want_part(self) -> None:
        """Compute the study of the part in the background, unless it is there or under way; see `want`."""
        run, subset = self._results.run, self._results.subset
        if run is None or subset is None or self._part_job is not None:
            return
        zone = clock_zone(run)
        if self._part is not None and self._part_zone == zone:
            return
        if not self._part_rest.holds():
            self._part_zone = zone
            self._part_job = self._jobs.submit(partial(_part_task, run.result, subset, zone))

    @Slot(object)
    def _on_run_changed(self, _run: "CompletedRun | None") -> None:
        if self._job is not None:
            self._jobs.cancel(self._job)
            self._job = None
        self._forget_part()
        self.changed.emit()

    @Slot(object)
    def _on_subset_changed(self, _subset: Subset | None) -> None:
        self._forget_part()
        self.part_changed.emit()

    def _forget_part(self) -> None:
        if self._part_job is not None:
            self._jobs.cancel(self._part_job)
        self._part, self._part_job = None, None

    @Slot(int, object)
    def _on_finished(self, job_id: int, value: object) -> None:
        if job_id == self._job:
            self._job = None
            run = self._results.run
            if run is not None:
                self._studies.append((run.result, value))  # pyright: ignore[reportArgumentType]  (what the task returns)
                self.changed.emit()
        elif job_id == self._part_job:
            self._part_job = None
            self._part = value  # pyright: ignore[reportAttributeAccessIssue]  (what the task returns)
            self.part_changed.emit()

    @Slot(int, object)
    def _on_failed(self, job_id: int, error: object) -> None:
        if job_id not in {self._job, self._part_job}:
            return
        if job_id == self._job:
            self._job = None
        else:
            self._part_job = None
        assert isinstance(error, BaseException)  # noqa: S101 (what a job failed with)
        raise error


def _study_task(result: "RunResult", token: JobToken) -> "Study":
    from ml4t_desktop.analysis.study import study_run

    return study_run(result, token.check)


def _part_task(result: "RunResult", subset: Subset, zone: str, token: JobToken) -> "PartStudy":
    from ml4t_desktop.analysis.study import study_part

    return study_part(result, subset.trade_ids, token.check, zone)
