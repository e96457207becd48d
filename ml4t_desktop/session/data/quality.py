"""The quality report of the data of the request, and repairs taken from it."""

from collections.abc import Mapping
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError
from PySide6.QtCore import QObject, Signal, Slot

from ml4t_desktop.errors import InputError
from ml4t_desktop.request import ContextSource, DataSource
from ml4t_desktop.session.data.data_store import DataStore, file_stamp, market_key
from ml4t_desktop.session.data.markets import request_of
from ml4t_desktop.session.data.shared_reading import SharedReading
from ml4t_desktop.session.jobs import JobRunner, JobToken
from ml4t_desktop.session.one_job import OneJob
from ml4t_desktop.session.request.draft import Draft
from ml4t_desktop.session.request.request_store import RequestStore
from ml4t_desktop.session.work import Work

if TYPE_CHECKING:
    from ml4t_desktop.files.loaded import LoadedMarket
    from ml4t_desktop.files.quality import QualityReport, RepairChoice

_Asked = tuple[DataSource, ContextSource | None, Path, tuple[object, ...]]


_READ = 0.3  # the share of the work that reading is taken for


class QualityStore(QObject):
    """Holds what was found about the data of the request it was looked for in.

    Only the files and columns matter: the rules of the request need not be complete.

    Signals
    -------
    changed : no value
        Report or `is_checking` are others, or the report is no longer of the request as it is.
    progressed : float
        Share of the check that is done.
    """

    changed = Signal()
    progressed = Signal(float)

    def __init__(
        self,
        jobs: JobRunner,
        work: Work,
        request: RequestStore,
        data: DataStore,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._work, self._request, self._data = work, request, data
        self._job = OneJob(
            jobs,
            self._take,
            self,
            fail=self._on_failed,
            stopped=self.changed.emit,
            advance=self.progressed.emit,
        )
        self._asked: _Asked | None = None
        self._report: QualityReport | None = None
        request.request_changed.connect(self._on_request_changed)

    @property
    def report(self) -> "QualityReport | None":
        """What was found last, be it in this request or in one before."""
        return self._report

    @property
    def is_checking(self) -> bool:
        """Whether a check goes on."""
        return self._job.is_busy

    @property
    def can_check(self) -> bool:
        """Whether the data part of the request is complete."""
        return data_of(self._request.draft) is not None

    @property
    def is_current(self) -> bool:
        """Whether the last check was made for the data as it is asked for, and as the files are."""
        question = self._question()
        return question is not None and question == self._asked

    def check(self) -> None:
        """Check the data, unless that was done or goes on."""
        question = self._question()
        if question is None or question == self._asked:
            return
        self._asked = question
        data, context, base, _ = question
        asked = request_of(self._request.draft)
        reading: SharedReading | None = None
        if asked is not None:
            reading = self._data.reading(market_key(asked, base), asked, base)
        self._job.begin(partial(_check_task, self._work, data, context, base, reading))
        self.changed.emit()

    def check_again(self) -> None:
        """Check the data, be it for a second time."""
        self._asked = None
        self.check()

    def cancel(self) -> None:
        """Stop the check at once; what was found before stays."""
        if self._job.is_busy:
            self._job.drop()
            self._asked = None
            self.changed.emit()

    def repair(self, choice: "RepairChoice") -> None:
        """Let the request ask for a repair, or not to ask for it any more, as one edit."""
        self._request.edit(choice.key, choice.value)

    def _question(self) -> _Asked | None:
        asked = data_of(self._request.draft)
        if asked is None:
            return None
        data, context = asked
        names = [*data.files, *(data.predictions.files if data.predictions else ())]
        names += [name for name in (data.corporate_actions,) if name]
        names += [context.file] if context else []
        base = self._request.base
        return data, context, base, tuple(file_stamp(base / name) for name in names)

    @Slot(object)
    def _on_request_changed(self, draft: Draft) -> None:
        if not draft.files:
            self._report, self._asked = None, None
        self.changed.emit()

    def _take(self, report: "QualityReport") -> None:
        self._report = report
        self.changed.emit()

    def _on_failed(self, error: BaseException) -> None:
        if isinstance(error, InputError):
            self._report = _report_of(error)
        self.changed.emit()
        if not isinstance(error, InputError):
            raise error


def data_of(draft: Draft) -> tuple[DataSource, ContextSource | None] | None:
    """Return the data part of a draft whatever the rest is like, None while it is not complete."""
    data: Mapping[str, Any] = draft.get("data", {})
    context: Mapping[str, Any] = draft.get("context", {})
    if not data.get("files"):
        return None
    try:
        return (
            DataSource.model_validate(data),
            ContextSource.model_validate(context) if context.get("file") else None,
        )
    except ValidationError:
        return None


def _check_task(
    work: Work,
    data: DataSource,
    context: ContextSource | None,
    base: Path,
    reading: SharedReading | None,
    token: JobToken,
) -> "QualityReport":
    """Check the data, that in memory where it can be read; in the background."""
    loaded: LoadedMarket | None = None
    if reading is not None and (
        reading.is_there or (not reading.has_failed and work.fits_memory(data, base))
    ):
        with suppress(InputError, OSError):  # what cannot be read is what the check tells
            loaded = reading.get(token, _READ)
    start = _READ if loaded is not None else 0.0
    return work.check_quality(
        data,
        context,
        base=base,
        progress=lambda share: token.advance(start + (1.0 - start) * share),
        cancelled=lambda: token.is_cancelled,
        loaded=loaded,
    )


def _report_of(error: InputError) -> "QualityReport":
    """Return a report that tells why there is none."""
    from ml4t_desktop.files.quality import QualityReport
    from ml4t_desktop.files.quality.finding import remark

    return QualityReport(path=Path(), findings=tuple(map(remark, error.problems)))
