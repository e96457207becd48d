"""The run on screen as one file that others can read: HTML with its charts, made in the background."""

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from ml4t_desktop.errors import InputError
from ml4t_desktop.session.jobs import JobRunner, JobToken
from ml4t_desktop.session.language import tr
from ml4t_desktop.session.notices import Notice, NoticeStore
from ml4t_desktop.session.remarks import remark_text
from ml4t_desktop.session.results import ResultStore
from ml4t_desktop.session.reviews import ReviewStore
from ml4t_desktop.session.validity import ValidityStore

if TYPE_CHECKING:  # polars and numba load after the window is visible
    from ml4t_desktop.project.completed import CompletedRun


class ReportStore(QObject):
    """Writes reports of the run on screen.

    Signals
    -------
    written : Path
    """

    written = Signal(object)

    def __init__(
        self,
        jobs: JobRunner,
        results: ResultStore,
        reviews: ReviewStore,
        validity: ValidityStore,
        notices: NoticeStore,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._jobs, self._results, self._reviews = jobs, results, reviews
        self._validity, self._notices = validity, notices
        self._job: int | None = None
        jobs.finished.connect(self._on_finished)
        jobs.failed.connect(self._on_failed)
        jobs.cancelled.connect(self._on_cancelled)

    @property
    def is_writing(self) -> bool:
        """Whether a report is being made."""
        return self._job is not None

    def remarks(self) -> tuple[str, ...]:
        """Return what is said of the run on screen: the verdict as far as it is known, and its warnings."""
        run, evidence = self._results.run, self._validity.evidence
        if run is None:
            return ()
        said: list[str] = []
        if evidence is not None:
            from ml4t_desktop.analysis.validity.verdict import verdict

            found = verdict(evidence)
            said = [remark_text(remark) for remark in (found.headline, *found.remarks)]
        return (*said, *(str(problem) for problem in run.problems))

    def write(self, path: Path) -> None:
        """Write a report of the run on screen, in the background."""
        run = self._results.run
        if run is None or self._job is not None:
            return
        task = partial(_report_task, run, self._reviews.benchmark, self.remarks(), path)
        self._job = self._jobs.submit(task)

    @Slot(int, object)
    def _on_finished(self, job_id: int, value: object) -> None:
        if job_id == self._job:
            self._job = None
            self._notices.show(tr("The report was written to {value}", value=value))
            self.written.emit(value)

    @Slot(int, object)
    def _on_failed(self, job_id: int, error: object) -> None:
        if job_id != self._job:
            return
        self._job = None
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
            self._job = None


def _report_task(
    run: "CompletedRun", benchmark: str, remarks: tuple[str, ...], path: Path, token: JobToken
) -> Path:
    from ml4t_desktop.export.report import write_html_report
    from ml4t_desktop.export.report.content import Provenance, report_content
    from ml4t_desktop.project.identity import versions
    from ml4t_desktop.request import request_toml

    provenance = Provenance(
        name=run.request.name or tr("Backtest"),
        run_id=run.run_id,
        request_toml=request_toml(run.request),
        versions=versions(),
        remarks=remarks,
    )
    content = report_content(run.result, run.metrics, run.market, provenance, benchmark)
    token.check()
    write_html_report(content, path)
    return path
