"""What is known of the files: looks at them, and the market that was read last."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QObject, Signal, Slot

from ml4t_desktop.errors import InputError, Problem
from ml4t_desktop.files.columns.column_map import ColumnMap
from ml4t_desktop.files.folders import files_in
from ml4t_desktop.files.inside import may_hold_tables, real_file
from ml4t_desktop.session.data.shared_reading import SharedReading
from ml4t_desktop.session.jobs import JobRunner, JobToken
from ml4t_desktop.session.looks import AS_FOUND, Look
from ml4t_desktop.session.work import Work
from ml4t_desktop.wording import mark

if TYPE_CHECKING:
    from ml4t_desktop.files.inner_tables import InnerTable
    from ml4t_desktop.files.loaded import LoadedMarket
    from ml4t_desktop.request import Request

_Stamp = tuple[str, int, int]
_GIVEN_UP = Problem(what=mark("Reading was cancelled"), fix=mark("Open the file again to go on"))


@dataclass(frozen=True, slots=True)
class MarketKey:
    """What a market in memory was read from: the same key gives the same market."""

    asked: str
    stamps: tuple[_Stamp, ...]


class DataStore(QObject):
    """Holds the looks at files, and one market.

    Signals
    -------
    looked_at : Path
        A look is there, or the problems that prevented it.
    progressed : Path, float
        How much of a file was read.
    looked_inside : Path
        It is known which tables are in an archive, a workbook or a folder.
    given_up : Path
        The user did not want to wait for a look.
    market_kept : MarketKey
        Another market is in memory.
    """

    looked_at = Signal(object)
    looked_inside = Signal(object)
    progressed = Signal(object, float)
    given_up = Signal(object)
    market_kept = Signal(object)

    def __init__(self, jobs: JobRunner, work: Work, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._jobs = jobs
        self._work = work
        self._looks: dict[Path, Look] = {}
        self._problems: dict[Path, tuple[Problem, ...]] = {}
        self._stamps: dict[Path, tuple[_Stamp, ColumnMap]] = {}
        self._pending: dict[int, Path] = {}
        self._inside: dict[Path, tuple[InnerTable, ...]] = {}
        self._inside_stamps: dict[Path, _Stamp] = {}
        self._opening: dict[int, Path] = {}
        self._market: tuple[MarketKey, LoadedMarket] | None = None
        self._reading: tuple[MarketKey, SharedReading] | None = None
        jobs.finished.connect(self._on_finished)
        jobs.failed.connect(self._on_failed)
        jobs.cancelled.connect(self._on_cancelled)
        jobs.progressed.connect(self._on_progressed)

    def look_at(self, path: Path, columns: ColumnMap = AS_FOUND) -> None:
        """Look at a file in the background, unless it is known and has not changed.

        Parameters
        ----------
        columns : ColumnMap
            How the file is written, as far as the user says it.
        """
        stamp = (file_stamp(path), columns)
        is_known = path in self._looks or path in self._problems or self.is_pending(path)
        if self._stamps.get(path) == stamp and is_known:
            return
        for job in [job for job, pending in self._pending.items() if pending == path]:
            del self._pending[job]
            self._jobs.cancel(job)
        self._stamps[path] = stamp
        self._pending[self._jobs.submit(partial(_look_task, self._work, path, columns))] = path

    def look_inside(self, path: Path) -> bool:
        """Look in the background at the tables in a file that may hold several; return whether that goes on.

        What was looked at and has not changed is known already.
        """
        stamp = file_stamp(path)
        if self._inside_stamps.get(path) != stamp:
            self._inside_stamps[path] = stamp
            self._inside.pop(path, None)
            if may_hold_tables(path):
                self._opening[self._jobs.submit(partial(_inside_task, self._work, path))] = path
        return path in self._opening.values()

    def inside(self, path: Path) -> "tuple[InnerTable, ...]":
        """Return the tables in a file, as far as they are known; none when it is a table itself."""
        return self._inside.get(path, ())

    @property
    def holders(self) -> "tuple[Path, ...]":
        """The files of which it is known that they hold several tables."""
        return tuple(path for path, tables in self._inside.items() if tables)

    def cancel_looks(self) -> None:
        """Stop looking at files."""
        for job, path in self._opening.items():
            self._inside_stamps.pop(path, None)
            self._pending[job] = path  # told as any other look
        self._opening.clear()
        given_up = dict(self._pending)
        self._pending.clear()
        for job, path in given_up.items():
            self._jobs.cancel(job)
            self._stamps.pop(path, None)
            self._looks.pop(path, None)  # it is of the file as it was before
            self._problems[path] = (_GIVEN_UP,)
            self.given_up.emit(path)
            self.looked_at.emit(path)

    def look(self, path: Path) -> Look | None:
        """Return what is known of a file, None while it was not looked at."""
        return self._looks.get(path)

    def has_changed(self, path: Path) -> bool:
        """Return whether a file is another than when it was looked at last; not while it is."""
        known = self._stamps.get(path)
        return known is not None and not self.is_pending(path) and known[0] != file_stamp(path)

    def is_pending(self, path: Path) -> bool:
        """Return whether a file is being looked at."""
        return path in self._pending.values()

    def problems(self, path: Path) -> tuple[Problem, ...]:
        """Return what prevented a look at a file."""
        return self._problems.get(path, ())

    @property
    def is_looking(self) -> bool:
        """Whether a file is being looked at."""
        return bool(self._pending or self._opening)

    def market(self, key: MarketKey) -> "LoadedMarket | None":
        """Return the market in memory if it was read from just that."""
        return self._market[1] if self._market is not None and self._market[0] == key else None

    def keep_market(self, key: MarketKey, loaded: "LoadedMarket") -> None:
        """Keep a market in memory, in place of the one before."""
        self._reading = None
        if self._market is None or self._market[1] is not loaded:
            self._market = (key, loaded)
            self.market_kept.emit(key)

    def let_go(self) -> None:
        """Keep no market in memory: another one is about to be read, and nobody looks at this one."""
        self._market = None

    def reading(self, key: MarketKey, request: "Request", base: Path) -> SharedReading:
        """Return the reading of a market, the same one for all who need it while it goes on."""
        if self._reading is None or self._reading[0] != key:
            read = partial(_read, self._work, request, base)
            self._reading = (key, SharedReading(read, self.market(key)))
        return self._reading[1]

    @Slot(int, str, float)
    def _on_progressed(self, job_id: int, _phase: str, share: float) -> None:
        path = self._pending.get(job_id) or self._opening.get(job_id)
        if path is not None:
            self.progressed.emit(path, share)

    @Slot(int, object)
    def _on_finished(self, job_id: int, look: object) -> None:
        holder = self._opening.pop(job_id, None)
        if holder is not None:
            self._inside[holder] = cast("tuple[InnerTable, ...]", look)
            self.looked_inside.emit(holder)
            return
        path = self._pending.pop(job_id, None)
        if path is not None and isinstance(look, Look):
            self._problems.pop(path, None)
            self._looks[path] = look
            self.looked_at.emit(path)

    @Slot(int, object)
    def _on_failed(self, job_id: int, error: object) -> None:
        holder = self._opening.pop(job_id, None)
        if holder is not None:  # looking inside tells nothing: reading does
            self.looked_inside.emit(holder)
            assert isinstance(error, BaseException)  # noqa: S101 (what a job failed with)
            raise error
        path = self._pending.pop(job_id, None)
        if path is None:
            return
        if not isinstance(error, InputError):
            assert isinstance(error, BaseException)  # noqa: S101 (what a job failed with)
            self._stamps.pop(path, None)
            raise error
        self._looks.pop(path, None)
        self._problems[path] = error.problems
        self.looked_at.emit(path)

    @Slot(int)
    def _on_cancelled(self, job_id: int) -> None:
        path = self._pending.pop(job_id, None)
        if path is not None:
            self._stamps.pop(path, None)


def market_key(request: "Request", base: Path) -> MarketKey:
    """Return what decides the market of a request: files as they are now, columns and dates.

    Delays of columns do not count: they are applied to the market that was read.
    """
    context, predictions = request.context, request.data.predictions
    benchmark = request.data.benchmark
    more = (
        context.file if context is not None else None,
        request.data.corporate_actions,
        benchmark.file if benchmark is not None else None,
    )
    theirs = predictions.files if predictions is not None else ()
    files = (*request.data.files, *theirs, *(name for name in more if name is not None))
    asked = f"{request.data.model_copy(update={'lag': None})!r} {context!r}"
    return MarketKey(asked, tuple(file_stamp(base / file) for file in files))


def file_stamp(path: Path) -> _Stamp:
    """Return what changes when a file is written: path, time and size; zeros when missing.

    That of a folder changes with the files in it.
    """
    try:
        state = real_file(path).stat()
        if not path.is_dir():
            return (str(path), state.st_mtime_ns, state.st_size)
        inner = [file.path.stat() for file in files_in(path)]
    except (OSError, ValueError):  # an InputError of the folder too
        return (str(path), 0, 0)
    latest = max((item.st_mtime_ns for item in inner), default=0)
    return (str(path), latest, len(inner) + sum(item.st_size for item in inner))


def _inside_task(work: Work, path: Path, token: JobToken) -> "tuple[InnerTable, ...]":
    return work.look_inside(path, progress=token.advance, cancelled=lambda: token.is_cancelled)


def _look_task(work: Work, path: Path, columns: ColumnMap, token: JobToken) -> Look:
    return work.look(path, columns, progress=token.advance, cancelled=lambda: token.is_cancelled)


def _read(
    work: Work,
    request: "Request",
    base: Path,
    progress: Callable[[float], None],
    cancelled: Callable[[], bool],
) -> "LoadedMarket":
    return work.read(
        request.data, request.context, base=base, progress=progress, cancelled=cancelled
    )
