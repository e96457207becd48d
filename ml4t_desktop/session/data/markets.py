"""The market of the request, read in the background as soon as the request says what to read."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from ml4t_desktop.errors import InputError, Problem, message_of
from ml4t_desktop.session.data.data_store import DataStore, MarketKey, market_key
from ml4t_desktop.session.data.shared_reading import SharedReading
from ml4t_desktop.session.jobs import JobRunner, JobToken
from ml4t_desktop.session.one_job import OneJob
from ml4t_desktop.session.request.draft import Draft
from ml4t_desktop.session.request.request_store import RequestStore
from ml4t_desktop.session.work import Work
from ml4t_desktop.wording import mark

if TYPE_CHECKING:
    from ml4t_desktop.files.loaded import LoadedMarket
    from ml4t_desktop.request import Request

_QUIET_MS: Final = 120  # files are often added and corrected several at once
_READ_FROM: Final = ("format", "data", "context")
_TOO_LARGE: Final = Problem(
    what=mark("The data may not fit the memory, so it is read when it is run and not before")
)


class MarketStore(QObject):
    """Keeps the market that belongs to the data of the request.

    Parameters
    ----------
    is_looked_at : callable
        Says whether a run is on screen; without one the market before goes before another is read.

    Signals
    -------
    market_changed : LoadedMarket or None
        None while the market of the present data is not there.
    """

    market_changed = Signal(object)

    def __init__(
        self,
        jobs: JobRunner,
        work: Work,
        request: RequestStore,
        data: DataStore,
        parent: QObject | None = None,
        *,
        is_looked_at: Callable[[], bool] = lambda: True,
    ) -> None:
        super().__init__(parent)
        self._is_looked_at = is_looked_at
        self._work, self._request, self._data = work, request, data
        self._job = OneJob(jobs, self._take, self, fail=self._on_failed)
        self._seen: tuple[Any, ...] = ()
        self._key: MarketKey | None = None
        self._loaded: LoadedMarket | None = None
        self._problems: tuple[Problem, ...] = ()
        self._is_given_up = False
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(_QUIET_MS)
        self._pause.timeout.connect(self._read)
        request.request_changed.connect(self._on_request_changed)
        data.looked_at.connect(self._on_looked_at)
        data.market_kept.connect(self._on_market_kept)

    @property
    def loaded(self) -> "LoadedMarket | None":
        """The market of the request's data, None until it is read."""
        return self._loaded

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What keeps the market from being read."""
        return self._problems

    @property
    def is_reading(self) -> bool:
        """Whether the market is being read."""
        return self._job.is_busy or self._pause.isActive()

    @Slot()
    def give_up(self) -> None:
        """Stop reading, until other data is asked for or a run reads it."""
        if self._pause.isActive():
            self._pause.stop()
            self._adopt()
        self._is_given_up = True
        self._job.drop()

    @Slot(object)
    def _on_request_changed(self, draft: Draft) -> None:
        seen = tuple(draft.raw.get(name) for name in _READ_FROM)
        if seen != self._seen:
            self._seen = seen
            self._pause.start()

    @Slot(object)
    def _on_looked_at(self, _path: Path) -> None:
        self._pause.start()

    @Slot()
    def _read(self) -> None:
        """Begin to read, unless the market is there or a file is still being looked at."""
        if not self._job.can_begin:
            return
        if self._data.is_looking:
            if not self._is_looked_at():  # the look needs the memory as well
                self._adopt()
                if self._loaded is None:
                    self._data.let_go()
            return
        request = self._adopt()
        is_there = self._loaded is not None or self._job.is_busy or self._is_given_up
        if request is None or self._key is None or is_there or self._has_problem():
            return
        if not self._is_looked_at():
            self._data.let_go()
        base = self._request.base
        reading = self._data.reading(self._key, request, base)
        self._job.begin(partial(_read_task, self._work, request, base, reading))

    def _adopt(self) -> "Request | None":
        """Belong to the present data from here on; return a request of it."""
        request = request_of(self._request.draft)
        key = market_key(request, self._request.base) if request is not None else None
        if key != self._key:
            self._job.drop()
            self._key, self._problems, self._is_given_up = key, (), False
            self._show(self._data.market(key) if key is not None else None)
        return request

    def _has_problem(self) -> bool:
        request = self._request
        return any(self._data.problems(request.resolved(name)) for name in request.draft.files)

    def _show(self, loaded: "LoadedMarket | None") -> None:
        if loaded is not self._loaded:
            self._loaded = loaded
            self.market_changed.emit(loaded)

    @Slot(object)
    def _on_market_kept(self, key: MarketKey) -> None:
        if key == self._key:
            self._show(self._data.market(key))

    def _take(self, loaded: "LoadedMarket | None") -> None:
        if loaded is None:
            self._problems = (_TOO_LARGE,)
            self.market_changed.emit(None)
        elif self._key is not None:
            self._data.keep_market(self._key, loaded)

    def _on_failed(self, error: BaseException) -> None:
        if not isinstance(error, InputError | OSError):
            raise error
        own = (
            error.problems if isinstance(error, InputError) else (Problem(what=message_of(error)),)
        )
        self._problems = own  # a run tells them; here they say why nothing can be counted
        self.market_changed.emit(None)


def request_of(draft: Draft) -> "Request | None":
    """Return a request of the draft's data alone, None while that is incomplete."""
    if not draft.files:
        return None
    asked = {name: draft.raw[name] for name in _READ_FROM if name in draft.raw}
    try:
        return Draft.of_tables(asked).request()
    except InputError:
        return None


def _read_task(
    work: Work, request: "Request", base: Path, reading: SharedReading, token: JobToken
) -> "LoadedMarket | None":
    """Return the market, None when it may not fit the memory."""
    return reading.get(token) if work.fits_memory(request.data, base) else None
