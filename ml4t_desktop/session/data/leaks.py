"""The leak checks of the request: their report, and columns taken later."""

from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from ml4t_desktop.errors import InputError, Problem
from ml4t_desktop.session.data.data_store import DataStore, MarketKey, market_key
from ml4t_desktop.session.data.shared_reading import SharedReading
from ml4t_desktop.session.jobs import JobRunner, JobToken
from ml4t_desktop.session.one_job import OneJob
from ml4t_desktop.session.request.draft import Draft
from ml4t_desktop.session.request.request_store import RequestStore
from ml4t_desktop.session.work import Work

if TYPE_CHECKING:
    from ml4t_desktop.analysis.leakage import LeakReport
    from ml4t_desktop.files.loaded import LoadedMarket
    from ml4t_desktop.request import Request

LAG = "data.lag"
_READ = 0.2  # the share of the work that reading is taken for


@dataclass(frozen=True, slots=True, eq=False)
class _Outcome:
    key: MarketKey
    loaded: "LoadedMarket"
    report: "LeakReport"


class LeakStore(QObject):
    """Holds what the leak checks found in the request they were made for.

    Signals
    -------
    changed : no value
        Report, problems or `is_checking` are others.
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
        self._asked: object = None
        self._report: LeakReport | None = None
        self._problems: tuple[Problem, ...] = ()
        request.request_changed.connect(self._on_request_changed)

    @property
    def report(self) -> "LeakReport | None":
        """What was found last, be it in this request or in one before."""
        return self._report

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What prevented the last check."""
        return self._problems

    @property
    def is_checking(self) -> bool:
        """Whether a check goes on."""
        return self._job.is_busy

    @property
    def can_check(self) -> bool:
        """Whether the request is complete enough to be checked."""
        return bool(self._request.draft.files) and not self._request.draft.problems()

    @property
    def is_current(self) -> bool:
        """Whether the last check was made for the request as it is, whatever came of it."""
        return self.can_check and self._asked == self._question()

    def check(self) -> None:
        """Check the request, unless that was done or goes on."""
        if not self.can_check or self.is_current:
            return
        request, base = self._request.draft.request(), self._request.base
        self._asked = self._question()
        key = market_key(request, base)
        self._problems = ()
        reading = self._data.reading(key, request, base)
        self._job.begin(partial(_check_task, self._work, request, base, key, reading))
        self.changed.emit()

    def check_again(self) -> None:
        """Check the request, be it for a second time: its files may have changed."""
        self._asked = None
        self.check()

    def cancel(self) -> None:
        """Stop the check at once; what was found before stays."""
        if self._job.is_busy:
            self._job.drop()
            self._asked = None
            self.changed.emit()

    def lag_of(self, name: str) -> int:
        """Return by how many bars the request delays a column."""
        return int(self._request.draft.get(LAG, {}).get(name, 0))

    def use_later(self, name: str, bars: int) -> None:
        """Let the request take a column so many bars later than it is stamped; 0: as it is."""
        lag = {**self._request.draft.get(LAG, {}), name: bars}
        self._request.edit(LAG, {key: value for key, value in lag.items() if value} or None)

    def _question(self) -> object:
        draft = self._request.draft
        return None if draft.problems() else (draft.request(), self._request.base)

    @Slot(object)
    def _on_request_changed(self, draft: Draft) -> None:
        if not draft.files and self._report is not None:
            self._report, self._asked = None, None
        self.changed.emit()

    def _take(self, outcome: _Outcome) -> None:
        self._data.keep_market(outcome.key, outcome.loaded)
        self._report = outcome.report
        self.changed.emit()

    def _on_failed(self, error: BaseException) -> None:
        if not isinstance(error, InputError):
            self.changed.emit()
            raise error
        self._report, self._problems = None, error.problems
        self.changed.emit()


def without_unused_lags(draft: Draft) -> Draft:
    """Return the draft without delays of columns that it does not use any more."""
    lag = draft.get(LAG)
    if not lag:
        return draft
    used = {*draft.get("data.signals", ()), *draft.get("context.columns", ())}
    kept = {name: bars for name, bars in lag.items() if name in used}
    return draft if len(kept) == len(lag) else draft.edited(LAG, kept or None)


def _check_task(
    work: Work,
    request: "Request",
    base: Path,
    key: MarketKey,
    reading: SharedReading,
    token: JobToken,
) -> _Outcome:
    """Read the market unless it is there, and check it; in the background."""
    loaded = reading.get(token, _READ)
    return _Outcome(key, loaded, work.check_leaks(request, base, loaded=loaded, watch=token))
