"""The history of runs: each as it was, with its request, its data and what was noted about it."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from ml4t_desktop.errors import InputError, Problem, RunFailed, message_of
from ml4t_desktop.project.data_files import DataState
from ml4t_desktop.project.documents.cleaning import Limits, tidied
from ml4t_desktop.project.documents.entry import DataFile, Entry
from ml4t_desktop.session.document.history_tasks import (
    States,
    Written,
    states_task,
    tidy_task,
    write_task,
)
from ml4t_desktop.session.document.recovery import Keeping, KeptHistory
from ml4t_desktop.session.jobs import JobRunner
from ml4t_desktop.session.language import tr
from ml4t_desktop.session.notices import Notice, NoticeStore
from ml4t_desktop.session.request.changes import Change
from ml4t_desktop.session.request.differences import Difference, differences, listed
from ml4t_desktop.session.request.draft import Draft
from ml4t_desktop.session.request.request_store import RequestStore, rebased
from ml4t_desktop.session.request.undo import Entries
from ml4t_desktop.session.runs.results import ResultStore
from ml4t_desktop.session.work import Work

if TYPE_CHECKING:  # polars and numba load after the window is visible
    from ml4t_desktop.project.completed import CompletedRun

SETTLED_MS: Final = 2_000  # without another run, that of a number being dragged is one to be kept
HISTORY: Final = "history"  # the place of a change of it, and the key of its panel


class HistoryStore(QObject):
    """Keeps every finished run: what is noted in memory, its tables on disk.

    A run of a request that is being dragged is kept once nothing has changed for a while. Equal
    inputs give the same run: repeating the last one does not add another.

    Parameters
    ----------
    keeping : Keeping or None
        Where tables are kept until a project is saved; without it no history is kept.

    Signals
    -------
    changed : no value
        Other runs, or other notes.
    shown_changed : int or None
        Another run of the history is on screen; None: one that is not in it.
    states_changed : no value
        It is known anew which data files are as they were.
    """

    changed = Signal()
    shown_changed = Signal(object)
    states_changed = Signal()

    def __init__(
        self,
        jobs: JobRunner,
        work: Work,
        request: RequestStore,
        results: ResultStore,
        notices: NoticeStore,
        keeping: Keeping | None,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._jobs, self._work, self._keeping = jobs, work, keeping
        self._request, self._results, self._notices = request, results, notices
        self._limits = Limits()
        self._entries: dict[int, Entry] = {}
        self._drafts: dict[int, tuple[Mapping[str, object], Draft]] = {}
        self._last_number = 0
        self._saved: dict[int, object] = {}
        self._source: Path | None = None
        self._shown: int | None = None
        self._opened: CompletedRun | None = None
        self._states: dict[tuple[DataFile, ...], DataState] = {}
        self._states_job: int | None = None
        self._writing: dict[int, int] = {}
        self._waiting: CompletedRun | None = None
        self._settling = QTimer(self)
        self._settling.setSingleShot(True)
        self._settling.setInterval(SETTLED_MS)
        self._settling.timeout.connect(self._on_settled)
        request.attach(self)
        results.run_changed.connect(self._on_run_changed)
        jobs.finished.connect(self._on_finished)
        jobs.failed.connect(self._on_failed)

    # What there is

    @property
    def is_kept(self) -> bool:
        """Whether runs are kept at all."""
        return self._keeping is not None

    @property
    def is_busy(self) -> bool:
        """Whether tables are being written, or a project is read or written."""
        return self._jobs.is_busy

    @property
    def keeping(self) -> Keeping | None:
        """Where tables are kept until a project is saved."""
        return self._keeping

    @property
    def entries(self) -> tuple[Entry, ...]:
        """The runs in the order in which they ended."""
        return tuple(self._entries.values())

    @property
    def last_number(self) -> int:
        """The highest number a run was ever given."""
        return self._last_number

    @property
    def shown(self) -> int | None:
        """The number of the run on screen."""
        return self._shown

    @property
    def source(self) -> Path | None:
        """The project file that holds the tables of the runs that were saved."""
        return self._source

    @property
    def unsaved(self) -> int:
        """How many runs are new, noted anew or deleted since the project was saved."""
        now = {number: entry.marks for number, entry in self._entries.items()}
        gone = sum(number not in now for number in self._saved)
        return gone + sum(self._saved.get(number) != marks for number, marks in now.items())

    def entry(self, number: int) -> Entry | None:
        """Return a run by its number."""
        return self._entries.get(number)

    def request_of(self, number: int) -> Draft:
        """Return what was asked of a run, with paths as the present request names them."""
        entry = self._entries[number]
        known = self._drafts.get(number)
        if known is None or known[0] is not entry.request:
            known = self._drafts[number] = (entry.request, Draft.of_tables(entry.request))
        return rebased(known[1], None, self._request.base if self._request.path else None)

    def differences(self, number: int) -> tuple[Difference, ...]:
        """Return what was asked otherwise than of the run before; nothing for the first."""
        before = self._before(number)
        if before is None:
            return ()
        return differences(self.request_of(before), self.request_of(number))

    def words(self, number: int) -> str:
        """Return the name of a run, or what was asked otherwise than of the run before."""
        entry = self._entries[number]
        before = self._before(number)
        if entry.name:
            return entry.name
        if before is None:
            return tr("First run")
        told = listed(self.differences(number), 2)
        if not told:
            is_other = self._entries[before].digest != entry.digest
            return (
                tr("The same request on other data") if is_other else tr("The same request again")
            )
        return told

    def state(self, number: int) -> DataState:
        """Return whether the data files of a run are as they were, as far as that is known."""
        return self._states.get(self._entries[number].files, "unknown")

    def place(self, number: int) -> Path | None:
        """Return the run folder, or the project file, that holds the tables of a run."""
        entry = self._entries[number]
        if not entry.has_tables or self._keeping is None:
            return None
        folder = self._keeping.results / entry.run_id
        return folder if folder.is_dir() else self._source

    # What is done

    def write_note(self, number: int, note: str) -> None:
        """Note something about a run."""
        self._edit(number, tr("note of run {number}", number=number), note=note.strip())

    def rename(self, number: int, name: str) -> None:
        """Give a run a name; an empty one takes it away."""
        self._edit(number, tr("name of run {number}", number=number), name=name.strip())

    def pin(self, number: int, *, is_pinned: bool) -> None:
        """Keep a run whatever is tidied away, or no longer."""
        name = (
            tr("run {number} pinned", number=number)
            if is_pinned
            else tr("run {number} unpinned", number=number)
        )
        self._edit(number, name, is_pinned=is_pinned)

    def delete(self, numbers: Iterable[int]) -> None:
        """Take runs out of the history; that can be undone."""
        gone = {number: self._entries[number] for number in numbers if number in self._entries}
        if not gone:
            return
        title = (
            tr("run {iter} deleted", iter=next(iter(gone)))
            if len(gone) == 1
            else tr("{count} runs deleted", count=len(gone))
        )
        self._request.remember_entries(Change(title, HISTORY), gone)
        self.put(dict.fromkeys(gone))

    def delete_unmarked(self) -> None:
        """Delete the runs that nobody pinned, named or noted, but for the one on screen."""
        self.delete(
            number
            for number, entry in self._entries.items()
            if not entry.is_kept and number != self._shown
        )

    def look_at_files(self) -> None:
        """Find out in the background which data files are as they were."""
        if self._states_job is None and self._jobs.is_open:
            files = {entry.files for entry in self._entries.values() if entry.files}
            if files:
                self._states_job = self._jobs.submit(partial(states_task, tuple(files)))

    def show_opened(self, number: int, run: "CompletedRun") -> None:
        """Put a run from the history on screen."""
        self._opened = run
        self._results.show_run(run)
        self._set_shown(number)

    # Undo, see `RequestStore.attach`

    def present(self, numbers: Iterable[int]) -> Entries:
        """Return the runs of these numbers as they are now."""
        return {number: self._entries.get(number) for number in numbers}

    def put(self, entries: Entries) -> None:
        """Put runs in place of those of their numbers; None takes one out."""
        merged = {**self._entries, **entries}
        self._entries = {
            number: entry for number in sorted(merged) if (entry := merged[number]) is not None
        }
        if self._shown is not None and self._shown not in self._entries:
            self._set_shown(None)
        self.changed.emit()

    # The document

    def clear(self) -> None:
        """Begin anew, without runs."""
        self.adopt((), 0, None)

    def adopt(self, entries: Iterable[Entry], last_number: int, source: Path | None) -> None:
        """Take up the history of a project."""
        self._take(entries, last_number, source)
        self._saved = {number: entry.marks for number, entry in self._entries.items()}
        self.changed.emit()
        self.look_at_files()

    def restore(self, kept: KeptHistory) -> None:
        """Take up a history that was never saved, or not with all its runs."""
        self._take(kept.entries, kept.last_number, kept.source)
        self._saved = {number: self._entries[number].marks for number in kept.saved}
        gone = kept.unsaved - (len(self._entries) - len(kept.saved))
        self._saved |= {-place: None for place in range(1, gone + 1)}  # no run has such a number
        self.changed.emit()
        self.look_at_files()

    def note_saved(self, entries: Iterable[Entry], source: Path) -> None:
        """Say that runs are in a project file now; their tables are not needed here any more."""
        saved = tuple(entries)
        self._saved = {entry.number: entry.marks for entry in saved}
        self._source = source
        self.changed.emit()
        if self._keeping is not None and self._jobs.is_open:
            done = {entry.run_id for entry in saved} - self._request.runs_to_undo()
            self._jobs.submit(partial(tidy_task, self._keeping, frozenset(done)))

    def kept(self) -> KeptHistory:
        """Return the history as it is kept safe until it is saved."""
        saved = tuple(
            number
            for number, entry in self._entries.items()
            if self._saved.get(number) == entry.marks
        )
        return KeptHistory(self.entries, self._last_number, self._source, self.unsaved, saved)

    def folders(self) -> dict[str, Path]:
        """Return where the tables of runs are that are not in a project file yet, by the ids of runs."""
        if self._keeping is None:
            return {}
        return {entry.run_id: self._keeping.results / entry.run_id for entry in self.entries}

    def close(self) -> None:
        """Stop, and wait for what is being written."""
        self._settling.stop()
        self._jobs.close()

    def _take(self, entries: Iterable[Entry], last_number: int, source: Path | None) -> None:
        self._settling.stop()
        self._waiting = None
        self._entries = {entry.number: entry for entry in entries}
        self._drafts.clear()
        self._last_number = max([last_number, *self._entries])
        self._source = source
        self._states.clear()
        self._results.show_run(None)
        self._set_shown(None)

    def _before(self, number: int) -> int | None:
        earlier = [other for other in self._entries if other < number]
        return max(earlier, default=None)

    def _edit(self, number: int, title: str, **values: object) -> None:
        entry = self._entries.get(number)
        changed = replace(entry, **values) if entry is not None else None  # pyright: ignore[reportArgumentType]  (names of fields)
        if entry is None or changed == entry:
            return
        self._request.remember_entries(Change(title, HISTORY), {number: entry})
        self.put({number: changed})

    def _set_shown(self, number: int | None) -> None:
        if number != self._shown:
            self._shown = number
            self.shown_changed.emit(number)

    @Slot(object)
    def _on_run_changed(self, run: "CompletedRun | None") -> None:
        if run is self._opened and run is not None:
            return
        self._opened = None
        if run is None or self._keeping is None:
            self._set_shown(None)
            return
        if not self._results.is_kept:
            self._waiting = run
            self._settling.start()
            same = self._same_as(run)
            self._set_shown(same.number if same is not None else None)
        else:
            self._settling.stop()
            self._add(run)

    @Slot()
    def _on_settled(self) -> None:
        run, self._waiting = self._waiting, None
        if run is not None and run is self._results.run:
            self._add(run)

    def _same_as(self, run: "CompletedRun") -> Entry | None:
        """Return the last entry, or the one on screen, when it is the same run."""
        last = next(reversed(self._entries.values()), None)
        shown = self._entries.get(self._shown) if self._shown is not None else None
        return next((e for e in (last, shown) if e is not None and e.run_id == run.run_id), None)

    def _add(self, run: "CompletedRun") -> None:
        from ml4t_desktop.project.documents.kept_runs import entry_of

        same = self._same_as(run)
        if same is not None:
            if not same.has_tables:
                self._entries[same.number] = replace(same, has_tables=True)
                self._write(run, same)
                self.changed.emit()
            self._set_shown(same.number)
            return
        asked = rebased(Draft.of(run.request), self._request.base, None).raw
        files = self._files_of(run, asked)
        entry = replace(entry_of(run, self._last_number + 1, asked), files=files)
        self._last_number = entry.number
        kept = tidied((*self._entries.values(), entry), self._limits)
        self._entries = {item.number: item for item in kept}
        self._write(run, entry)
        self._set_shown(entry.number)
        self.changed.emit()

    def _write(self, run: "CompletedRun", entry: Entry) -> None:
        if self._keeping is not None and self._jobs.is_open:
            task = partial(write_task, self._work, self._keeping, run, entry, self._request.base)
            self._writing[self._jobs.submit(task)] = entry.number

    def _files_of(self, run: "CompletedRun", asked: Mapping[str, object]) -> tuple[DataFile, ...]:
        """Return the files of a run of the same data and the same request of data."""
        for entry in reversed(self._entries.values()):
            is_same = entry.request.get("data") == asked.get("data")
            if is_same and entry.digest == run.digest and entry.files:
                return entry.files
        return ()

    @Slot(int, object)
    def _on_finished(self, job_id: int, value: object) -> None:
        if job_id == self._states_job and isinstance(value, States):
            self._states_job = None
            self._states |= value.states
            self.states_changed.emit()
        number = self._writing.pop(job_id, None)
        entry = self._entries.get(number) if number is not None else None
        if entry is not None and isinstance(value, Written):
            if value.files:
                self._states[value.files] = "same"
            files = value.files or entry.files
            self._entries[entry.number] = replace(entry, size=value.size, files=files)
            self.changed.emit()

    @Slot(int, object)
    def _on_failed(self, job_id: int, error: object) -> None:
        if job_id == self._states_job:
            self._states_job = None
        number = self._writing.pop(job_id, None)
        if number is None:
            return
        entry = self._entries.get(number)
        if not isinstance(error, OSError | InputError | RunFailed):
            assert isinstance(error, BaseException)  # noqa: S101 (what a job failed with)
            raise error
        if entry is None:
            return
        self._entries[entry.number] = replace(entry, has_tables=False)
        self.changed.emit()
        problem = Problem(
            what=message_of(error),
            fix=tr("Make room, and run it again to keep them"),
            severity="warning",
        )
        self._notices.show(
            tr("Run {number} is in the history without its trades and equity", number=entry.number),
            (Notice(problem),),
        )
