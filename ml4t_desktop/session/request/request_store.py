"""The request being edited, and the file it is kept in."""

from collections.abc import Callable, Iterable
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any, Protocol

from PySide6.QtCore import QObject, Signal

from ml4t_desktop.errors import InputError, Problem
from ml4t_desktop.project.paths import joined, named_paths, seen_from, with_paths
from ml4t_desktop.result.whole_file import write_whole
from ml4t_desktop.session.language import tr
from ml4t_desktop.session.request.changes import Change, change_between
from ml4t_desktop.session.request.draft import Draft, draft_toml, read_draft
from ml4t_desktop.session.request.request_file import read_request
from ml4t_desktop.session.request.undo import Entries, UndoStack, UndoStep


class EditedHistory(Protocol):
    """The history, whose changes are taken back in turn with those of the request."""

    def present(self, numbers: Iterable[int]) -> Entries:
        """Return the runs of these numbers as they are now."""
        ...

    def put(self, entries: Entries) -> None:
        """Put runs in place of those of their numbers."""
        ...


class RequestStore(QObject):
    """Holds the draft, its file, and whether the file is behind the draft.

    Every edit can be taken back; opening another request forgets the edits of the one before.

    Signals
    -------
    request_changed : Draft
    file_changed : Path or None
        Also when only `is_modified` changed.
    undo_changed : no value
        Something else can be taken back, or done again, than a change of the request.
    """

    request_changed = Signal(object)
    file_changed = Signal(object)
    undo_changed = Signal()

    def __init__(self, parent: QObject | None = None, undo: UndoStack | None = None) -> None:
        super().__init__(parent)
        self._history: EditedHistory | None = None
        self._undo = undo or UndoStack()
        self._draft = Draft.empty()
        self._saved = self._draft
        self._path: Path | None = None
        self._unsaved_base = Path.cwd()
        self._fresh: Callable[[], Draft] = Draft.empty

    def begin_with(self, fresh: Callable[[], Draft]) -> None:
        """Begin new requests, and one that nobody has touched, with what `fresh` returns."""
        self._fresh = fresh
        self.renew()

    def renew(self) -> None:
        """Begin anew with what requests begin with now, unless there is anything in the present one."""
        is_untouched = self._draft == self._saved and self._path is None and not self._draft.files
        if is_untouched and self.last_change is None and self.next_change is None:
            self._adopt(self._fresh(), None)

    def edit(self, key: str, value: Any) -> None:
        """Set the value of a dotted key; None removes it."""
        self.replace(self._draft.edited(key, value))

    def replace(self, draft: Draft, name: str = "") -> None:
        """Put another draft in place of the present one.

        Parameters
        ----------
        name : str
            What the change is called where it can be undone; empty: after what differs.
        """
        if draft == self._draft:
            return
        change = change_between(self._draft, draft)
        self._undo.add(Change(name, change.place) if name else change, self._draft, draft)
        self._show(draft)

    def undo(self) -> Change | None:
        """Take the last change back and return it; None when there is none."""
        return self._stepped(self._undo.undo(self._present))

    def redo(self) -> Change | None:
        """Do the change again that was taken back last, and return it; None when there is none."""
        return self._stepped(self._undo.redo(self._present))

    def attach(self, history: EditedHistory) -> None:
        """Take changes of a history back, too."""
        self._history = history

    def remember_entries(self, change: Change, before: Entries) -> None:
        """Let a change of the history be taken back in its turn.

        Parameters
        ----------
        before : mapping of int to Entry or None
            The runs as they were.
        """
        self._undo.add_entries(change, before)
        self.undo_changed.emit()

    def runs_to_undo(self) -> frozenset[str]:
        """Return the ids of the runs that undo or redo would bring back."""
        return self._undo.runs()

    def begin_drag(self) -> None:
        """Take the edits of one number as one change until `end_drag`, however long it takes.

        Edits that follow each other quickly are one change without it.
        """
        self._undo.begin_drag()

    def end_drag(self) -> None:
        """End what `begin_drag` began."""
        self._undo.end_drag()

    def clear(self) -> None:
        """Begin anew, without data and without a file."""
        self._undo.clear()
        self._adopt(self._fresh(), None)

    def open(self, path: Path) -> None:
        """Open a request file; if that fails, the draft stays as it was.

        Raises
        ------
        InputError
            With every problem of the file.
        """
        resolved = path.resolve()
        draft = read_draft(resolved)
        self._undo.clear()
        self._adopt(draft, resolved)

    def open_copy(self, path: Path) -> None:
        """Open a request file as a new request without a file of its own, as the sample is.

        Raises
        ------
        InputError
            With every problem of the file.
        """
        resolved = path.resolve()
        draft = rebased(read_draft(resolved), resolved.parent, None)
        self._undo.clear()
        self._adopt(draft, None)

    def restore(self, draft: Draft, path: Path | None, *, as_copy: bool = False) -> None:
        """Take up a request with edits that were never saved; nothing is written.

        Parameters
        ----------
        path : Path or None
            The file it belongs to, which stays as it is until somebody saves.
        as_copy : bool
            Take it up without its file, because that is not what was edited any more.
        """
        if path is not None and as_copy:
            draft, path = rebased(draft, path.parent, None), None
        saved = Draft.empty()
        if path is not None:
            with suppress(InputError):
                saved = read_request(path)
        self._undo.clear()
        self._adopt(draft, path, saved)

    def save(self, path: Path | None = None) -> None:
        """Write the request to its file, or to another that becomes its file.

        Raises
        ------
        InputError
            If the file cannot be written; the old one is untouched.
        ValueError
            If there is no path and the request has no file.
        """
        target = path.resolve() if path is not None else self._path
        if target is None:
            message = tr("the request has no file yet")
            raise ValueError(message)
        draft = self.written_for(target)
        try:
            write_whole(target, draft_toml(draft))
        except OSError as error:
            fix = tr("Choose another folder, or make room")
            what = tr("cannot be written ({strerror})", strerror=error.strerror)
            raise InputError(Problem(where=str(target), what=what, fix=fix)) from error
        self.take_file(target, draft, self._draft)

    def written_for(self, target: Path) -> Draft:
        """Return the draft as a file at `target` has it."""
        return rebased(self._draft, self.base, target.parent).written_out()

    def take_file(self, path: Path, written: Draft, before: Draft) -> None:
        """Take a file for that of the request, which somebody has written.

        Parameters
        ----------
        written : Draft
            What is in it, with paths that count from its folder.
        before : Draft
            The draft of which that was made; edits made since stay.
        """
        draft = written
        if self._draft != before:
            draft = rebased(self._draft, self.base, path.parent)
        self._undo.rewrite(partial(rebased, old=self.base, new=path.parent))
        self._adopt(draft, path, written)

    def open_draft(self, draft: Draft, path: Path) -> None:
        """Take up the request of a file that somebody has read.

        Parameters
        ----------
        draft : Draft
            With absolute paths.
        """
        seen = rebased(draft, None, path.parent)
        self._undo.clear()
        self._adopt(seen, path)

    @property
    def draft(self) -> Draft:
        """The draft."""
        return self._draft

    @property
    def path(self) -> Path | None:
        """The file of the request."""
        return self._path

    @property
    def base(self) -> Path:
        """The folder from which the paths of the request count."""
        return self._path.parent if self._path is not None else self._unsaved_base

    @property
    def is_modified(self) -> bool:
        """Whether the draft differs from its file; a new one from an empty draft."""
        return self._draft != self._saved

    @property
    def has_unsaved_work(self) -> bool:
        """Whether somebody may want to save before the request is left."""
        has_any = self._path is not None or self._draft.files or self._draft.context_file
        return self.is_modified and bool(has_any)

    @property
    def last_change(self) -> Change | None:
        """The change that `undo` takes back."""
        return self._undo.last

    @property
    def next_change(self) -> Change | None:
        """The change that `redo` does again."""
        return self._undo.next

    def portable(self) -> Draft:
        """Return the draft as it can be kept anywhere: without a file its paths are absolute."""
        return self._draft if self._path is not None else rebased(self._draft, self.base, None)

    def resolved(self, name: str) -> Path:
        """Return where a file that the request names is."""
        return joined(self.base, name)

    def data_names(self) -> tuple[str, ...]:
        """Return every data file that the request names, once."""
        return tuple(dict.fromkeys(named_paths(self._draft.raw)))

    def named(self, path: Path) -> str:
        """Return how the request names a file."""
        return seen_from(path, self._path.parent if self._path is not None else None)

    def _stepped(self, step: UndoStep | None) -> Change | None:
        if step is None:
            return None
        if step.draft is not None:
            self._show(step.draft)
        elif self._history is not None and step.entries is not None:
            self._history.put(step.entries)
            self.undo_changed.emit()
        return step.change

    def _present(self, step: UndoStep) -> UndoStep:
        if step.draft is not None or step.entries is None or self._history is None:
            return UndoStep(step.change, self._draft)
        return UndoStep(step.change, None, self._history.present(step.entries))

    def _show(self, draft: Draft) -> None:
        was_modified = self.is_modified
        self._draft = draft
        self.request_changed.emit(draft)
        if was_modified != self.is_modified:
            self.file_changed.emit(self._path)

    def _adopt(self, draft: Draft, path: Path | None, saved: Draft | None = None) -> None:
        is_other = draft != self._draft or path != self._path
        self._draft, self._saved, self._path = draft, saved or draft, path
        if is_other:
            self.request_changed.emit(draft)
        self.file_changed.emit(path)


def rebased(draft: Draft, old: Path | None, new: Path | None) -> Draft:
    """Return a draft whose paths count from another folder; None stands for absolute paths."""
    if old == new:
        return draft
    tables = with_paths(draft.raw, lambda name: seen_from(joined(old or Path(), name), new))
    return draft if tables is draft.raw else Draft(tables)
