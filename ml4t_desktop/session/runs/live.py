"""Live: any change of the request runs the whole backtest anew, and the window shows what comes of it."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QElapsedTimer, QObject, QTimer, Signal, Slot

from ml4t_desktop.errors import InputError, RunFailed, message_of
from ml4t_desktop.session.data.data_store import DataStore, MarketKey, market_key
from ml4t_desktop.session.jobs import JobRunner
from ml4t_desktop.session.language import shown, tr
from ml4t_desktop.session.problem_words import problem_words
from ml4t_desktop.session.request.request_store import RequestStore
from ml4t_desktop.session.runs.results import ResultStore
from ml4t_desktop.session.runs.runs import Outcome, RunStore
from ml4t_desktop.session.settings import SettingsStore

if TYPE_CHECKING:
    from ml4t_desktop.project.completed import CompletedRun
    from ml4t_desktop.request import Request

# A re-run that takes longer than this is given up for a newer value. A shorter one is shown first: if
# every step of a drag gave up the one before, nothing would be seen to move.
_PATIENCE_MS = 150
_FRESH_MS = 2000


class LiveStore(QObject):
    """Re-runs the request while it is edited, once there is a result on screen.

    One re-run goes on at a time. While it does only the newest request waits; a re-run that takes
    long is given up for it. What keeps a request from being run is said in `text`, and the last
    result stays.

    Signals
    -------
    changed : no value
        Whether Live is on, whether a re-run goes on, or what is said has changed.
    progressed : str, float
        Phase of the re-run, and share of it that is done.
    """

    changed = Signal()
    progressed = Signal(str, float)

    def __init__(
        self,
        jobs: JobRunner,
        request: RequestStore,
        data: DataStore,
        results: ResultStore,
        runs: RunStore,
        settings: SettingsStore,
        why_not: Callable[[], str],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._jobs, self._request, self._data = jobs, request, data
        self._results, self._runs, self._settings = results, runs, settings
        self._why_not = why_not
        self._job: int | None = None
        self._base = request.base
        self._is_behind = False
        self._text = ""
        self._was_on = settings.settings.is_live
        self._since = QElapsedTimer()
        self._looked = QElapsedTimer()
        self._key: tuple[tuple[object, ...], MarketKey] | None = None
        self._patience = QTimer(self)
        self._patience.setSingleShot(True)
        self._patience.timeout.connect(self._give_up)
        request.request_changed.connect(self._on_request_changed)
        data.looked_at.connect(self._on_looked_at)
        settings.settings_changed.connect(self._on_settings_changed)
        runs.started.connect(self._on_run_started)
        runs.ended.connect(self._on_run_ended)
        jobs.finished.connect(self._on_finished)
        jobs.failed.connect(self._on_failed)
        jobs.progressed.connect(self._on_progressed)

    @property
    def is_on(self) -> bool:
        """Whether changes are run at once."""
        return self._settings.settings.is_live

    @property
    def is_running(self) -> bool:
        """Whether a re-run goes on."""
        return self._job is not None

    @property
    def text(self) -> str:
        """Why the last change has no result, in words; empty when it has one."""
        return self._text

    def switch(self) -> None:
        """Turn Live on or off; it is remembered."""
        self._settings.choose_live(is_live=not self.is_on)

    def cancel(self) -> None:
        """Stop the re-run; the last result stays on screen until the next change."""
        if self._job is None:
            return
        self._let_go()
        self._say(tr("Cancelled. The next change of the set-up is run again"))

    def _consider(self, coming: "CompletedRun | None" = None) -> None:
        """Run the request as it is now, or remember that the re-run under way is not of it.

        Parameters
        ----------
        coming : CompletedRun, optional
            What is about to be shown.
        """
        shown = coming or self._results.run
        if not self.is_on or shown is None:
            return
        if self._runs.is_running or self._data.is_looking:
            return
        if self._job is not None:
            self._is_behind = True
            left = _PATIENCE_MS - self._since.elapsed()
            if left <= 0:
                self._give_up()
            elif not self._patience.isActive():
                self._patience.start(int(left))
            return
        reason = self._why_not()
        if reason:
            self._say(reason)
            return
        request = self._request.draft.request()
        if request != shown.request:
            self._base = self._request.base
            self._since.start()
            task = self._runs.task(request, self._base, self._key_of(request))
            self._job = self._jobs.submit(task, is_prompt=True)
        self._say("")

    def _key_of(self, request: "Request") -> MarketKey:
        """Return what the market of a request is read from; files are not looked at for every step of a drag."""
        asked = (request.data, request.context, self._base)
        is_fresh = self._looked.isValid() and self._looked.elapsed() < _FRESH_MS
        if self._key is None or self._key[0] != asked or not is_fresh:
            self._key = asked, market_key(request, self._base)
            self._looked.start()
        return self._key[1]

    def _give_up(self) -> None:
        """Stop a re-run that a newer request waits for."""
        if self._job is not None and self._is_behind:
            self._let_go()
            self._consider()

    def _let_go(self) -> None:
        """Forget the re-run under way; what it still does is dropped when it ends."""
        assert self._job is not None  # noqa: S101 (callers looked)
        job, self._job = self._job, None
        self._patience.stop()
        self._is_behind = False
        self._jobs.cancel(job)

    def _say(self, text: str) -> None:
        self._text = text
        self.changed.emit()

    def _show(self, run: "CompletedRun", base: Path) -> None:
        """Show a re-run, compared with the run that was there before the changes began."""
        shown = self._results.run
        if shown is not None and self._results.is_kept:
            before = _files(shown.request, self._runs.base)
            is_same_data = before == _files(run.request, base)
            if self._results.reference is None or not self._results.is_pinned:
                self._results.compare_with(shown if is_same_data else None, is_pinned=False)
        self._runs.show_rerun(run, base)

    @Slot(object)
    def _on_request_changed(self, _draft: object) -> None:
        self._consider()

    @Slot(object)
    def _on_looked_at(self, _path: object) -> None:
        self._consider()

    @Slot(object)
    def _on_settings_changed(self, _settings: object) -> None:
        if self.is_on == self._was_on:
            return
        self._was_on = self.is_on
        if not self.is_on and self._job is not None:
            self._let_go()
        self._say("")
        self._consider()

    @Slot()
    def _on_run_started(self) -> None:
        if self._job is not None:
            self._let_go()
        self._say("")

    @Slot()
    def _on_run_ended(self) -> None:
        self._consider()

    @Slot(int, str, float)
    def _on_progressed(self, job_id: int, phase: str, share: float) -> None:
        if job_id == self._job:
            self.progressed.emit(phase, share)

    @Slot(int, object)
    def _on_finished(self, job_id: int, value: object) -> None:
        if job_id != self._job or not isinstance(value, Outcome):
            return
        base = self._base
        self._data.keep_market(value.key, value.loaded)
        self._end(value.run)
        self._show(value.run, base)
        self.changed.emit()

    @Slot(int, object)
    def _on_failed(self, job_id: int, error: object) -> None:
        if job_id != self._job:
            return
        is_behind = self._is_behind
        self._end()
        if not isinstance(error, InputError | RunFailed | OSError):
            assert isinstance(error, BaseException)  # noqa: S101 (what a job failed with)
            raise error
        if not is_behind:
            self._say(_sentence(error))

    def _end(self, coming: "CompletedRun | None" = None) -> None:
        """Take note that the re-run is over, and begin the one that waits: it runs while this one is drawn."""
        self._job = None
        self._patience.stop()
        if self._is_behind:
            self._is_behind = False
            self._consider(coming)


def _sentence(error: InputError | RunFailed | OSError) -> str:
    """Return the first thing that was wrong."""
    if isinstance(error, InputError):
        return problem_words(error.problems[0])
    return shown(message_of(error))


def _files(request: "Request", base: Path) -> list[Path]:
    """Return where the price files of a request are, however their paths are written."""
    return [(base / name).resolve() for name in request.data.files]
