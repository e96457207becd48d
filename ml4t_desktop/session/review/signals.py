"""The signal that is looked at: what followed it, and the run over its thresholds."""

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from ml4t_desktop.session.jobs import JobRunner, JobToken
from ml4t_desktop.session.one_job import OneJob
from ml4t_desktop.session.runs.rest import Rest
from ml4t_desktop.session.runs.results import ResultStore

if TYPE_CHECKING:  # polars and numba load after the window is visible
    from ml4t_desktop.analysis.signals.review import SignalReview
    from ml4t_desktop.analysis.signals.thresholds import ThresholdCurve
    from ml4t_desktop.analysis.undefined import Undefined
    from ml4t_desktop.project.completed import CompletedRun


class SignalStore(QObject):
    """Holds the review of one signal of the run on screen.

    Signals
    -------
    changed : no value
        The signal, the horizon, the review or the curve is another.
    progressed : float
        Share of the runs over thresholds that are done.
    """

    changed = Signal()
    progressed = Signal(float)

    def __init__(
        self, jobs: JobRunner, results: ResultStore, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._results = results
        self._name = ""
        self._horizon: int | None = None
        self._review: SignalReview | Undefined | None = None
        self._curve: ThresholdCurve | Undefined | None = None
        self._looking = OneJob(jobs, self._take_review, self)
        self._running = OneJob(jobs, self._take_curve, self, advance=self.progressed.emit)
        self._rest = Rest(results, self.want, self)
        results.run_changed.connect(self._on_run_changed)

    @property
    def names(self) -> tuple[str, ...]:
        """The signals of the run on screen."""
        run = self._results.run
        return tuple(run.market.signals) if run is not None else ()

    @property
    def name(self) -> str:
        """The signal that is looked at; empty without any."""
        if self._name in self.names:
            return self._name
        return _first_choice(self._results.run, self.names)

    @property
    def horizon(self) -> int:
        """Bars to the close that ends a return: as chosen, else as the name of the signal says."""
        if self._horizon is not None:
            return self._horizon
        from ml4t_desktop.analysis.signals.review import likely_horizon

        return likely_horizon(self.name)

    @property
    def review(self) -> "SignalReview | Undefined | None":
        """What is known of the signal, or why nothing is; None until it is there."""
        return self._review

    @property
    def curve(self) -> "ThresholdCurve | Undefined | None":
        """The run over the thresholds of the signal, or why there is none; None until it is there."""
        return self._curve

    @property
    def is_running(self) -> bool:
        """Whether the runs over thresholds go on."""
        return self._running.is_busy

    def choose(self, name: str) -> None:
        """Look at another signal."""
        if name != self.name:
            self._forget()
            self._name = name
            self.changed.emit()
            self.want()

    def choose_horizon(self, bars: int) -> None:
        """Look at returns over another number of bars, 1 to 20."""
        if bars != self.horizon:
            self._looking.drop()
            self._horizon, self._review = bars, None
            self.changed.emit()
            self.want()

    def want(self) -> None:
        """Compute in the background what is not there nor under way.

        That of a run on the way waits until there was no other for a moment.
        """
        run, name = self._results.run, self.name
        if run is None or not name or not run.market.row_count:
            return
        if self._rest.holds() or not self._looking.can_begin:
            return
        if self._review is None and not self._looking.is_busy:
            self._looking.begin(partial(_review_task, run, name, self.horizon))
        if self._curve is None and not self._running.is_busy:
            self._running.begin(partial(_curve_task, run, name))

    def _forget(self) -> None:
        self._looking.drop()
        self._running.drop()
        self._review, self._curve = None, None

    @Slot(object)
    def _on_run_changed(self, _run: object) -> None:
        self._forget()
        self.changed.emit()

    def _take_review(self, review: "SignalReview | Undefined") -> None:
        self._review = review
        self.changed.emit()

    def _take_curve(self, curve: "ThresholdCurve | Undefined") -> None:
        self._curve = curve
        self.changed.emit()


def _first_choice(run: "CompletedRun | None", names: tuple[str, ...]) -> str:
    """Return the signal that decides entries, else the first one."""
    if run is None or not names:
        return ""
    for _, column in run.request.strategy.columns():
        kind, _, name = column.partition(".")
        if kind == "signal" and name in names:
            return name
    return names[0]


def _review_task(
    run: "CompletedRun", name: str, horizon: int, token: JobToken
) -> "SignalReview | Undefined":
    from ml4t_desktop.analysis.signals.review import review_signal

    return review_signal(run.market, run.result.trades, name, horizon, token.check)


def _curve_task(run: "CompletedRun", name: str, token: JobToken) -> "ThresholdCurve | Undefined":
    from ml4t_desktop.analysis.signals.thresholds import threshold_curve
    from ml4t_desktop.engine.control import RunControl

    def advance(share: float) -> None:
        token.check()
        token.advance(share)

    control = RunControl()
    token.stop_too(control)
    return threshold_curve(run.market, run.request, name, advance, control)
