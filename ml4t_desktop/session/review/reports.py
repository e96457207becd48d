"""The run on screen as one file that others can read, made in the background."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import QObject, Signal, Slot

from ml4t_desktop.errors import InputError, Problem
from ml4t_desktop.session.jobs import JobRunner, JobToken
from ml4t_desktop.session.language import any_of, tr
from ml4t_desktop.session.notices import Notice, NoticeStore
from ml4t_desktop.session.review.remarks import remark_text
from ml4t_desktop.session.review.reviews import ReviewStore
from ml4t_desktop.session.review.validity import Trials, ValidityStore, one_trial
from ml4t_desktop.session.runs.results import ResultStore
from ml4t_desktop.wording import mark

if TYPE_CHECKING:  # polars and numba load after the window is visible
    from ml4t_desktop.analysis.validity.verdict import Evidence
    from ml4t_desktop.project.completed import CompletedRun

Advance = Callable[[float], None]
Writer = Callable[[dict[str, Any], Path, Advance], object]
JUDGING: Final = mark("Holding the run against luck")
WRITING: Final = mark("Writing the report")


class ReportStore(QObject):
    """Writes reports of the run on screen.

    Signals
    -------
    started : no value
    written : Path
    progressed : str, float
        What is being done, and the share of it.
    ended : no value
        Written, failed or cancelled.
    """

    started = Signal()
    written = Signal(object)
    progressed = Signal(str, float)
    ended = Signal()

    def __init__(
        self,
        jobs: JobRunner,
        results: ResultStore,
        reviews: ReviewStore,
        validity: ValidityStore,
        notices: NoticeStore,
        trials: Trials = one_trial,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._jobs, self._results, self._reviews = jobs, results, reviews
        self._validity, self._notices, self._trials = validity, notices, trials
        self._writers: dict[str, Callable[[], Writer]] = {".html": lambda: _write_html}
        self._job: int | None = None
        jobs.progressed.connect(self._on_progressed)
        jobs.finished.connect(self._on_finished)
        jobs.failed.connect(self._on_failed)
        jobs.cancelled.connect(self._on_cancelled)

    @property
    def is_writing(self) -> bool:
        """Whether a report is being made."""
        return self._job is not None

    def add_format(self, suffix: str, writer: Callable[[], Writer]) -> None:
        """Let reports with an ending such as ``.pdf`` be written.

        Parameters
        ----------
        writer : callable
            Returns what writes a report, as things are chosen when it is asked for. It is called in
            another thread, with the content, the file and whom to tell the share that is done.
        """
        self._writers[suffix] = writer

    def write(self, path: Path) -> None:
        """Write a report of the run on screen in the background; its ending says as what."""
        run = self._results.run
        if run is None or self._job is not None:
            return
        make = self._writers.get(path.suffix.lower())
        if make is None:
            what = (
                tr("the name ends with {suffix!r}", suffix=path.suffix)
                if path.suffix
                else tr("the name has no ending")
            )
            fix = tr("End it with {known}", known=any_of(self._writers))
            problem = Problem(where=path.name, what=what, fix=fix)
            self._notices.show(tr("The report was not written"), (Notice(problem),))
            return
        asked = ReportOrder(
            run=run,
            benchmark=self._reviews.benchmark,
            evidence=self._validity.evidence,
            trials=self._trials(run),
        )
        self._job = self._jobs.submit(partial(_report_task, asked, make(), path))
        self.started.emit()
        self.progressed.emit(JUDGING, 0.0)

    def cancel(self) -> None:
        """Stop writing; nothing half-written stays."""
        if self._job is not None:
            self._jobs.cancel(self._job)

    @Slot(int, str, float)
    def _on_progressed(self, job_id: int, phase: str, share: float) -> None:
        if job_id == self._job:
            self.progressed.emit(phase, share)

    @Slot(int, object)
    def _on_finished(self, job_id: int, value: object) -> None:
        if job_id == self._job:
            self._end()
            self._notices.show(tr("The report was written to {value}", value=value))
            self.written.emit(value)

    @Slot(int, object)
    def _on_failed(self, job_id: int, error: object) -> None:
        if job_id != self._job:
            return
        self._end()
        if isinstance(error, InputError):
            self._notices.show(
                tr("The report was not written"), (Notice(problem) for problem in error.problems)
            )
            return
        assert isinstance(error, BaseException)  # noqa: S101 (what a job failed with)
        raise error

    @Slot(int)
    def _on_cancelled(self, job_id: int) -> None:
        if job_id == self._job:
            self._end()
            self._notices.show(tr("The report was cancelled, nothing was written"))

    def _end(self) -> None:
        self._job = None
        self.ended.emit()


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ReportOrder:
    """What a report is to be made of.

    Parameters
    ----------
    run : CompletedRun
    benchmark : str
        One of `analysis.benchmark.choices`.
    evidence : Evidence, optional
        What is known of how far the run can be believed; the rest is gathered.
    trials : pair
        Variants that were run on the data, and their Sharpe ratios.
    """

    run: "CompletedRun"
    benchmark: str
    evidence: "Evidence | None" = None
    trials: tuple[int, Sequence[float]] = (1, ())


def ordered_content(order: ReportOrder, token: JobToken) -> Mapping[str, Any]:
    """Return what a report shows, after gathering the evidence that is missing.

    Raises
    ------
    Cancelled
        If the token was.
    """
    from ml4t_desktop.export.report.content import Provenance, report_content
    from ml4t_desktop.project.identity import versions
    from ml4t_desktop.request import request_toml
    from ml4t_desktop.session.review.assumptions import assumptions

    run = order.run
    token.phase = JUDGING
    evidence = _evidence(order, token)
    token.phase, token.share = WRITING, 0.0
    provenance = Provenance(
        name=run.request.name or tr("Backtest"),
        run_id=run.run_id,
        request_toml=request_toml(run.request),
        versions=versions(),
        remarks=[str(problem) for problem in run.problems],
        digest=run.digest,
        assumptions=assumptions(run.request),
    )
    return report_content(
        run.result, run.metrics, run.market, provenance, order.benchmark, evidence, remark_text
    )


def _evidence(order: ReportOrder, token: JobToken) -> "Evidence":
    from ml4t_desktop.analysis.validity.gathering import first_evidence, with_reruns
    from ml4t_desktop.engine.control import RunControl

    run, (trials, ratios) = order.run, order.trials
    evidence = order.evidence or first_evidence(
        run.result,
        run.metrics,
        run.market,
        benchmark=order.benchmark,
        trials=trials,
        ratios=ratios,
        check=token.check,
    )

    def advance(share: float) -> None:
        token.check()
        token.advance(share)

    control = RunControl()
    token.stop_too(control)
    return with_reruns(evidence, run.market, run.request, run.result, control, advance)


def _report_task(order: ReportOrder, writer: Writer, path: Path, token: JobToken) -> Path:
    content = ordered_content(order, token)

    def advance(share: float) -> None:
        token.check()
        token.advance(share)

    writer(dict(content), path, advance)
    return path


def _write_html(content: dict[str, Any], path: Path, _advance: Advance) -> None:
    from ml4t_desktop.export.report import write_html_report

    write_html_report(content, path)
