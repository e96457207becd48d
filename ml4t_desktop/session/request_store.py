"""The request being edited, and the file it is kept in."""

import os
import tempfile
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal

from ml4t_desktop.errors import InputError, Problem
from ml4t_desktop.session.draft import Draft, draft_toml, read_draft


class RequestStore(QObject):
    """Holds the draft, its file, and whether the file is behind the draft.

    Signals
    -------
    request_changed : Draft
    file_changed : Path or None
        Also when only `is_modified` changed.
    """

    request_changed = Signal(object)
    file_changed = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._draft = Draft.empty()
        self._saved = self._draft
        self._path: Path | None = None
        self._unsaved_base = Path.cwd()

    def edit(self, key: str, value: Any) -> None:
        """Set the value of a dotted key; None removes it."""
        self.replace(self._draft.edited(key, value))

    def replace(self, draft: Draft) -> None:
        """Put another draft in place of the present one."""
        if draft == self._draft:
            return
        was_modified = self.is_modified
        self._draft = draft
        self.request_changed.emit(draft)
        if was_modified != self.is_modified:
            self.file_changed.emit(self._path)

    def clear(self) -> None:
        """Begin anew, without data and without a file."""
        self._adopt(Draft.empty(), None)

    def open(self, path: Path) -> None:
        """Open a request file; if that fails, the draft stays as it was.

        Raises
        ------
        InputError
            With every problem of the file.
        """
        resolved = path.resolve()
        self._adopt(read_draft(resolved), resolved)

    def open_copy(self, path: Path) -> None:
        """Open a request file as a new request without a file of its own, as the sample is.

        Raises
        ------
        InputError
            With every problem of the file.
        """
        resolved = path.resolve()
        self._adopt(_rebased(read_draft(resolved), resolved.parent, None), None)

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
            message = "the request has no file yet"
            raise ValueError(message)
        draft = _rebased(self._draft, self.base, target.parent).written_out()
        try:
            _write_whole(target, draft_toml(draft))
        except OSError as error:
            fix = "Choose another folder, or make room"
            what = f"cannot be written ({error.strerror})"
            raise InputError(Problem(where=str(target), what=what, fix=fix)) from error
        self._adopt(draft, target)

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

    def resolved(self, name: str) -> Path:
        """Return where a file that the request names is."""
        return Path(os.path.normpath(self.base / name))

    def named(self, path: Path) -> str:
        """Return how the request names a file."""
        return _name(path, self._path.parent if self._path is not None else None)

    def _adopt(self, draft: Draft, path: Path | None) -> None:
        is_other = draft != self._draft or path != self._path
        self._draft, self._saved, self._path = draft, draft, path
        if is_other:
            self.request_changed.emit(draft)
        self.file_changed.emit(path)


def _rebased(draft: Draft, old: Path, new: Path | None) -> Draft:
    """Return a draft whose paths count from another folder; None makes them absolute."""
    if old == new:
        return draft
    if draft.files:
        files = tuple(_name(Path(os.path.normpath(old / file)), new) for file in draft.files)
        draft = draft.edited("data.files", files)
    if draft.context_file is not None:
        context = _name(Path(os.path.normpath(old / draft.context_file)), new)
        draft = draft.edited("context.file", context)
    predictions: tuple[str, ...] = draft.get("data.predictions.files", ())
    if predictions:
        moved = tuple(_name(Path(os.path.normpath(old / file)), new) for file in predictions)
        draft = draft.edited("data.predictions.files", moved)
    actions = draft.get("data.corporate_actions")
    if isinstance(actions, str):
        moved = _name(Path(os.path.normpath(old / actions)), new)
        draft = draft.edited("data.corporate_actions", moved)
    return draft


def _name(path: Path, base: Path | None) -> str:
    """Return a path relative to `base` where both share more than the root, else absolute."""
    absolute = Path(os.path.normpath(path.absolute()))
    if base is None or absolute.drive != base.drive or absolute.parts[1:2] != base.parts[1:2]:
        return absolute.as_posix()
    return Path(os.path.relpath(absolute, base)).as_posix()


def _write_whole(target: Path, text: str) -> None:
    """Write a file so that its name never stands for half of it."""
    handle, name = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
    temporary = Path(name)
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        temporary.chmod(target.stat().st_mode if target.exists() else 0o644)
        temporary.replace(target)
    finally:
        temporary.unlink(missing_ok=True)
