"""Files that come in, opened or dropped: looked at first, then put where they belong."""

from collections.abc import Iterable
from pathlib import Path
from typing import Literal

from PySide6.QtCore import QObject, Signal, Slot

from ml4t_desktop.errors import InputError, Problem
from ml4t_desktop.session.data_store import DataStore
from ml4t_desktop.session.notices import Notice, NoticeStore
from ml4t_desktop.session.proposals import with_context_file, with_price_file
from ml4t_desktop.session.request_store import RequestStore
from ml4t_desktop.session.steps import Step
from ml4t_desktop.session.work import Look

Purpose = Literal["any", "prices", "context"]
REQUEST_SUFFIX = ".toml"


class Intake(QObject):
    """Puts files into the request: prices, context, or a whole request.

    Signals
    -------
    taken : Path
        A file has its place in the request.
    """

    taken = Signal(object)

    def __init__(
        self,
        request: RequestStore,
        data: DataStore,
        notices: NoticeStore,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._request, self._data, self._notices = request, data, notices
        self._wanted: dict[Path, Purpose] = {}
        data.looked_at.connect(self._on_looked_at)
        request.request_changed.connect(self._look_at_files)

    def add_files(self, paths: Iterable[Path], purpose: Purpose = "any") -> None:
        """Put files where they belong; a request file is opened instead of what is there."""
        for path in paths:
            absolute = path.absolute()
            if absolute.suffix.lower() == REQUEST_SUFFIX:
                self.open_request(absolute)
                continue
            self._wanted[absolute] = purpose
            if look := self._fresh_look(absolute):
                self._take(absolute, look)

    def open_request(self, path: Path, *, as_copy: bool = False) -> bool:
        """Open a request file, or tell what is wrong with it; return whether it was opened."""
        try:
            if as_copy:
                self._request.open_copy(path)
            else:
                self._request.open(path)
        except InputError as error:
            self._notices.show(
                f"{path.name} was not opened", (Notice(problem) for problem in error.problems)
            )
            return False
        self._notices.clear()
        self.taken.emit(path)
        return True

    def save_request(self, path: Path | None = None) -> bool:
        """Save the request, or tell why not; return whether it was saved."""
        try:
            self._request.save(path)
        except InputError as error:
            self._notices.show(
                "The request was not saved", (Notice(problem) for problem in error.problems)
            )
            return False
        return True

    def _fresh_look(self, path: Path) -> Look | None:
        """Return what is known of a file; when it is not known, it comes later by signal."""
        self._data.look_at(path)
        return None if self._data.is_pending(path) else self._data.look(path)

    @Slot(object)
    def _look_at_files(self, _draft: object) -> None:
        """Look at the files that the request names and that nobody has looked at."""
        draft = self._request.draft
        for name in (*draft.files, *([draft.context_file] if draft.context_file else [])):
            self._data.look_at(self._request.resolved(name))

    @Slot(object)
    def _on_looked_at(self, path: Path) -> None:
        look = self._data.look(path)
        if path not in self._wanted:
            return
        if look is not None:
            self._take(path, look)
            return
        step = Step.CONTEXT if self._wanted.pop(path) == "context" else Step.DATA
        self._notices.show(
            f"{path.name} cannot be used",
            (Notice(item, step) for item in self._data.problems(path)),
        )

    def _take(self, path: Path, look: Look) -> None:
        purpose = self._wanted.pop(path)
        if look.inspection.row_count == 0:
            empty = Problem(where=path.name, what="has no rows", fix="Choose another file")
            self._notices.show(f"{path.name} cannot be used", (Notice(empty),))
            return
        kind = look.inspection.kind if purpose == "any" else purpose
        draft, name = self._request.draft, self._request.named(path)
        if kind == "context":
            changed = with_context_file(draft, look.inspection, name)
        else:
            changed = with_price_file(draft, look, name)
        self._request.replace(changed)
        self._tell_what_differs(path, look, kind)
        self.taken.emit(path)

    def _tell_what_differs(self, path: Path, look: Look, kind: str) -> None:
        """Tell which chosen columns a further price file lacks."""
        if kind == "context":
            return
        present = {info.name for info in look.inspection.columns}
        draft = self._request.draft
        lacking = [name for name in draft.get("data.signals", ()) if name not in present]
        if lacking:
            problem = Problem(
                where=path.name,
                what=f"has no column {', '.join(lacking)}",
                fix="Untick these signals, or remove the file",
            )
            self._notices.show(
                f"{path.name} differs from the other files", (Notice(problem, Step.DATA),)
            )
