"""The parts of the run on screen: sides, benchmark, groups of trades; computed when somebody looks."""

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from ml4t_desktop.session.clocks import clock_zone
from ml4t_desktop.session.jobs import JobRunner, JobToken
from ml4t_desktop.session.one_job import OneJob
from ml4t_desktop.session.runs.results import ResultStore

if TYPE_CHECKING:  # polars and numba load after the window is visible
    from ml4t_desktop.analysis.benchmark import Benchmark
    from ml4t_desktop.analysis.review import Review
    from ml4t_desktop.analysis.undefined import Undefined
    from ml4t_desktop.market.market import Market
    from ml4t_desktop.project.completed import CompletedRun

_MARKET = "market"
_REST_MS: Final = (
    120  # while values are dragged the parts of each run on the way would only be in its way
)


@dataclass(frozen=True, slots=True, eq=False)
class _Line:
    """A benchmark that was made, and of what."""

    market: "Market"
    name: str
    made: "Benchmark | Undefined"


@dataclass(frozen=True, slots=True, eq=False)
class _Reviewed:
    review: "Review"
    line: _Line
    zone: str


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
        self._results = results
        self._job = OneJob(jobs, self._take, self)
        self._review: Review | None = None
        self._last: _Reviewed | None = None
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(_REST_MS)
        self._rest.timeout.connect(self._begin)
        self._chosen: str | None = None
        self._asked_by_request: str | None = None
        results.run_changed.connect(self._on_run_changed)

    @property
    def review(self) -> "Review | None":
        """The review of the run on screen; None until it is there."""
        return self._review

    @property
    def last(self) -> "Review | None":
        """The latest review of any run against the same benchmark; what it says of that alone still holds."""
        run, last = self._results.run, self._last
        if run is None or last is None or last.line.market is not run.market:
            return None
        return last.review if last.line.name == self.benchmark else None

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
        """Compute the review in the background, unless it is there or under way.

        That of a run on the way waits until there was no other for a moment.
        """
        if self._results.run is None or self._job.is_busy or not self._is_wanted():
            return
        if self._results.is_kept:
            self._begin()
        else:
            self._rest.start()

    def _is_wanted(self) -> bool:
        """Return whether there is no review, or one on the clocks of another zone than is chosen now."""
        run, last = self._results.run, self._last
        if run is None or self._review is None or last is None:
            return True
        return last.zone != clock_zone(run)

    def _begin(self) -> None:
        run = self._results.run
        if run is None or self._job.is_busy or not self._job.can_begin:
            return
        line = self._last.line if self._last is not None else None
        self._job.begin(partial(_review_task, run, self.benchmark, line, clock_zone(run)))

    def _forget(self) -> None:
        self._rest.stop()
        self._job.drop()
        self._review = None

    @Slot(object)
    def _on_run_changed(self, run: "CompletedRun | None") -> None:
        self._forget()
        if run is None:  # the market of the run before may be large
            self._last = None
        named = run.request.measured_against if run is not None else None
        if named != self._asked_by_request:
            self._asked_by_request, self._chosen = named, None

    def _take(self, reviewed: _Reviewed) -> None:
        self._last, self._review = reviewed, reviewed.review
        self.changed.emit()


def _review_task(
    run: "CompletedRun", benchmark: str, line: _Line | None, zone: str, token: JobToken
) -> _Reviewed:
    """Return the review, with the benchmark of the review before where it is the same one."""
    from ml4t_desktop.analysis.benchmark import make_benchmark
    from ml4t_desktop.analysis.review import review_run

    if line is None or line.market is not run.market or line.name != benchmark:
        line = _Line(run.market, benchmark, make_benchmark(run.market, benchmark))
    token.check()
    review = review_run(
        run.result, run.metrics, run.market, benchmark, line.made, token.check, zone
    )
    return _Reviewed(review, line, zone)
