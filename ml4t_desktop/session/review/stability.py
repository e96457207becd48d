"""The run on screen in stretches, made in the background when somebody looks."""

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from ml4t_desktop.session.jobs import JobRunner, JobToken
from ml4t_desktop.session.one_job import OneJob
from ml4t_desktop.session.review.periods import PeriodStore
from ml4t_desktop.session.review.reviews import ReviewStore
from ml4t_desktop.session.runs.rest import Rest
from ml4t_desktop.session.runs.results import ResultStore

if TYPE_CHECKING:  # polars and numba load after the window is visible
    from ml4t_desktop.analysis.day_states import Period
    from ml4t_desktop.analysis.stability import Division, Stability
    from ml4t_desktop.project.completed import CompletedRun


class StabilityStore(QObject):
    """Holds the stretches of the run on screen, by what was chosen.

    Signals
    -------
    changed : no value
        The stretches are others, or there are none.
    """

    changed = Signal()

    def __init__(
        self,
        jobs: JobRunner,
        results: ResultStore,
        reviews: ReviewStore,
        periods: PeriodStore | None = None,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._results, self._reviews = results, reviews
        self.periods = periods or PeriodStore(parent=self)
        self._job = OneJob(jobs, self._take, self)
        self._division: Division | None = None
        self._known: tuple[tuple[Division, ...], Stability | None] | None = None
        self._benchmark = reviews.benchmark
        self._rest = Rest(results, self.want, self)
        results.run_changed.connect(self._on_run_changed)
        reviews.changed.connect(self._on_review_changed)
        self.periods.changed.connect(self._on_periods_changed)

    @property
    def divisions(self) -> "tuple[Division, ...]":
        """What the run on screen can be divided by; nothing until that is known."""
        return self._known[0] if self._known is not None else ()

    @property
    def stability(self) -> "Stability | None":
        """The stretches of the run on screen; None until they are there, or when it has none."""
        return self._known[1] if self._known is not None else None

    @property
    def is_known(self) -> bool:
        """Whether it is known what there is of the run on screen."""
        return self._known is not None

    @property
    def benchmark(self) -> str:
        """What the stretches are held against."""
        return self._benchmark

    def choose(self, division: "Division") -> None:
        """Divide by something else; it is kept for the runs that follow, as far as they can be divided so."""
        if division != self._division:
            self._division = division
            self._forget()

    def want(self) -> None:
        """Divide the run on screen in the background, unless that is done or under way."""
        run = self._results.run
        if run is None or self._known is not None or self._job.is_busy:
            return
        if self._rest.holds() or not self._job.can_begin:
            return
        self._benchmark = self._reviews.benchmark
        self._job.begin(partial(_task, run, self._division, self._benchmark, self.periods.periods))

    @Slot()
    def _on_review_changed(self) -> None:
        """Begin anew when it is another benchmark."""
        if self._reviews.benchmark != self._benchmark:
            self._forget()

    @Slot()
    def _on_periods_changed(self) -> None:
        self._forget()

    def _forget(self) -> None:
        self._job.drop()
        self._known = None
        self.changed.emit()

    @Slot(object)
    def _on_run_changed(self, _run: object) -> None:
        self._forget()

    def _take(self, value: "tuple[tuple[Division, ...], Stability | None]") -> None:
        self._known = value
        self.changed.emit()


def _task(
    run: "CompletedRun",
    division: "Division | None",
    benchmark: str,
    periods: "tuple[Period, ...]",
    token: JobToken,
) -> "tuple[tuple[Division, ...], Stability | None]":
    from ml4t_desktop.analysis.benchmark import benchmark_returns, make_benchmark
    from ml4t_desktop.analysis.stability import divisions, stability
    from ml4t_desktop.analysis.undefined import Undefined

    found = divisions(run.market, run.result, periods)
    token.check()
    if not found:
        return (), None
    line = make_benchmark(run.market, benchmark)
    against = None if isinstance(line, Undefined) else benchmark_returns(run.market, line)
    token.check()
    chosen = division if division in found else found[0]
    return found, stability(run.result, run.market, chosen, against, token.check, periods)
