"""Work in the background: the one runner for everything that leaves the GUI thread."""

import errno
import logging
import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import CancelledError, Executor, Future
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Qt, QTimer, Signal, Slot

from ml4t_desktop.errors import Cancelled, InputError, Problem
from ml4t_desktop.session.language import tr

if TYPE_CHECKING:  # numpy loads with the first run
    from ml4t_desktop.engine.control import RunControl

log = logging.getLogger(__name__)
_POLL_MS = 33
_NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


class JobToken:
    """What a task in the background shares with the GUI thread: a wish to stop, and how far it is.

    Plain attributes: the task writes, the GUI polls.
    """

    def __init__(self) -> None:
        self._cancelled = threading.Event()
        self._control: RunControl | None = None
        self._beside: RunControl | None = None
        self.phase = ""
        self.share = 0.0

    def cancel(self) -> None:
        """Ask the task to stop."""
        self._cancelled.set()
        for control in (self._control, self._beside):
            if control is not None:
                control.cancel()

    def attach(self, control: "RunControl | None") -> None:
        """Let a run's control tell the progress and take the wish to stop; None lets go of it."""
        self._control = control
        if control is not None and self.is_cancelled:
            control.cancel()

    def stop_too(self, control: "RunControl | None") -> None:
        """Let a run take the wish to stop, though it tells no progress; None lets go of it."""
        self._beside = control
        if control is not None and self.is_cancelled:
            control.cancel()

    @property
    def is_cancelled(self) -> bool:
        """Whether somebody asked to stop."""
        return self._cancelled.is_set()

    @property
    def progress(self) -> float:
        """Share of the present phase that is done, 0 to 1."""
        return self._control.progress if self._control is not None else self.share

    def advance(self, share: float) -> None:
        """Say how much of the present phase is done."""
        self.share = share

    def check(self) -> None:
        """Raise `Cancelled` if somebody asked to stop."""
        if self.is_cancelled:
            message = "the work was cancelled"
            raise Cancelled(message)


Task = Callable[[JobToken], Any]


@dataclass(frozen=True, slots=True)
class _Job:
    token: JobToken
    future: "Future[Any]"


class JobRunner(QObject):
    """Runs tasks on an executor and tells their ends in the GUI thread, always from the event loop.

    Parameters
    ----------
    executor : Executor
    prompt : Executor, optional
        Where what the analyst waits for with a finger on a slider is done; None: on the same one.

    Signals
    -------
    finished : int, object
        Job id and what the task returned.
    failed : int, object
        Job id and the exception.
    cancelled : int
    progressed : int, str, float
        Job id, phase and share of it, polled while jobs live.
    """

    finished = Signal(int, object)
    failed = Signal(int, object)
    cancelled = Signal(int)
    progressed = Signal(int, str, float)
    _ended = Signal(int)

    def __init__(
        self, executor: Executor, parent: QObject | None = None, *, prompt: Executor | None = None
    ) -> None:
        super().__init__(parent)
        self._executor, self._prompt = executor, prompt or executor
        self._jobs: dict[int, _Job] = {}
        self._last_id = 0
        self._is_open = True
        self._timer = QTimer(self)
        self._timer.setInterval(_POLL_MS)
        self._timer.timeout.connect(self._poll)
        self._arrived: deque[int] = deque()
        self._delivery = QTimer(self)
        self._delivery.setSingleShot(True)
        self._delivery.setInterval(0)
        self._delivery.timeout.connect(self._deliver)
        self._ended.connect(self._on_ended, Qt.ConnectionType.QueuedConnection)

    def submit(self, task: Task, *, is_prompt: bool = False) -> int:
        """Start a task and return its id.

        Parameters
        ----------
        is_prompt : bool
            Whether it is short, and the analyst waits for it with a finger on a slider.

        Raises
        ------
        RuntimeError
            After `close`.
        """
        if not self._is_open:
            message = "the job runner is closed"
            raise RuntimeError(message)
        self._last_id += 1
        job_id = self._last_id
        token = JobToken()
        future = (self._prompt if is_prompt else self._executor).submit(task, token)
        self._jobs[job_id] = _Job(token, future)
        self._timer.start()
        # The callback runs in the worker's thread; emitting is all it does.
        future.add_done_callback(_Announcement(self._ended, job_id))
        return job_id

    def cancel(self, job_id: int) -> None:
        """Ask a job to stop; one that has not begun never begins."""
        job = self._jobs.get(job_id)
        if job is not None:
            job.token.cancel()
            job.future.cancel()

    @property
    def is_busy(self) -> bool:
        """Whether any job has not been told as ended."""
        return bool(self._jobs)

    @property
    def is_open(self) -> bool:
        """Whether tasks can be submitted."""
        return self._is_open

    def close(self) -> None:
        """Stop everything and wait for it; no signal is emitted from here on."""
        self._is_open = False
        for job in self._jobs.values():
            job.token.cancel()
        for executor in (self._executor, self._prompt):
            executor.shutdown(wait=True, cancel_futures=True)
        self._jobs.clear()
        self._arrived.clear()
        self._timer.stop()
        self._delivery.stop()

    @Slot()
    def _poll(self) -> None:
        for job_id, job in list(self._jobs.items()):
            self.progressed.emit(job_id, job.token.phase, job.token.progress)

    @Slot(int)
    def _on_ended(self, job_id: int) -> None:
        """Take note of an end, to be told by a timer: what is drawn then is painted in the turn after."""
        self._arrived.append(job_id)
        self._delivery.start()

    @Slot()
    def _deliver(self) -> None:
        """Tell the end of one job; others that ended with it have turns of their own."""
        if not self._arrived:
            return
        job_id = self._arrived.popleft()
        if self._arrived:
            self._delivery.start()
        job = self._jobs.pop(job_id, None)
        if not self._jobs:
            self._timer.stop()
        if job is None:
            return
        try:
            value = job.future.result()
        except (CancelledError, Cancelled):
            self.cancelled.emit(job_id)
        except BaseException as error:  # noqa: BLE001 (a panic is no `Exception`; whoever submitted it decides)
            log.info("job %d failed: %s", job_id, error)
            self.failed.emit(job_id, _told(error))
        else:
            self.finished.emit(job_id, value)


def _told(error: BaseException) -> BaseException:
    """Return what a lack of memory or of room on the disk is to an analyst: something to mend."""
    if isinstance(error, MemoryError):
        what, fix = (
            tr("there is not enough memory for it"),
            tr("Close other programs, or use less data"),
        )
        told = InputError(Problem(what=what, fix=fix))
    elif isinstance(error, OSError) and error.errno in _NO_ROOM:
        where = str(error.filename or "")
        what, fix = (
            tr("there is no room left on the disk"),
            tr("Make room on it, or choose another place"),
        )
        told = InputError(Problem(where=where, what=what, fix=fix))
    else:
        return error
    told.__cause__ = error
    return told


class _Announcement:
    """A done callback without a reference to the runner's Python side beyond its signal."""

    def __init__(self, signal: Any, job_id: int) -> None:
        self._signal = signal
        self._job_id = job_id

    def __call__(self, _future: "Future[Any]") -> None:
        self._signal.emit(self._job_id)


class ImmediateExecutor(Executor):
    """Runs a task where it is submitted: for tests, and for a process without threads."""

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> "Future[Any]":
        """Run the task now and return a future that is done."""
        future: Future[Any] = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except Exception as error:  # noqa: BLE001 (kept in the future, as executors do)
            future.set_exception(error)
        return future
