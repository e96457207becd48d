"""The parts of the run on screen: sides, benchmark, groups of trades; computed when somebody looks."""

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from ml4t_desktop.session.jobs import JobRunner, JobToken
from ml4t_desktop.session.results import ResultStore

if TYPE_CHECKING:  # polars and numba load after the window is visible
    from ml4t_desktop.analysis.review import Review
    from ml4t_desktop.project.completed import CompletedRun

_MARKET = "market"


class ReviewStore(QObject):
    """Holds the review of the run on screen and what it is measured against.

    Signals
    -------
    changed : no value
        The review is another one.
    """

    changed = Signal()

    def __init__(
        self, jobs: JobRunner, results: ResultStore, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._jobs, self._results = jobs, results
        self._job: int | None = None
        self._review: Review | None = None
        self._chosen: str | None = None
        self._asked_by_request: str | None = None
        results.run_changed.connect(self._on_run_changed)
        jobs.finished.connect(self._on_finished)
        jobs.failed.connect(self._on_failed)

    @property
    def review(self) -> "Review | None":
        """The review of the run on screen; None until it is there."""
        return self._review

    @property
    def benchmark(self) -> str:
        """What runs are measured against: as chosen, else as the request says, else the market."""
        return self._chosen or self._asked_by_request or _MARKET

    def choose_benchmark(self, name: str) -> None:
        """Measure against something else, this run and those to come until a request names another."""
        if name == self.benchmark:
            return
        self._chosen = name
        self._forget()
        self.want()

    def want(self) -> None:
        """Compute the review in the background, unless it is there or under way."""
        run = self._results.run
        if run is None or self._review is not None or self._job is not None:
            return
        self._job = self._jobs.submit(partial(_review_task, run, self.benchmark))

    def _forget(self) -> None:
        if self._job is not None:
            self._jobs.cancel(self._job)
        self._job, self._review = None, None

    @Slot(object)
    def _on_run_changed(self, run: "CompletedRun | None") -> None:
        self._forget()
        named = run.request.benchmark if run is not None else None
        if named != self._asked_by_request:
            self._asked_by_request, self._chosen = named, None

    @Slot(int, object)
    def _on_finished(self, job_id: int, value: object) -> None:
        if job_id == self._job:
            self._job = None
            self._review = value  # pyright: ignore[reportAttributeAccessIssue]  (what the task returns)
            self.changed.emit()

    @Slot(int, object)
    def _on_failed(self, job_id: int, error: object) -> None:
        if job_id == self._job:
            self._job = None
            assert isinstance(error, BaseException)  # noqa: S101 (what a job failed with)
            raise error


def _review_task(run: "CompletedRun", benchmark: str, token: JobToken) -> "Review":
    from ml4t_desktop.analysis.review import review_run

    return review_run(run.result, run.metrics, run.market, benchmark, token.check)
