"""Opening, saving and leaving the document: what is asked, and what is done with the answer."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QDateTime, QLocale, QObject

from ml4t_desktop.app.dialogs import (
    CONTEXT_FILES,
    DATA_FILES,
    DOCUMENT_FILES,
    Answer,
    Dialogs,
    RecoveryAnswer,
    Unsaved,
)
from ml4t_desktop.files.inside import real_file
from ml4t_desktop.project.documents.document import SUFFIX, is_project
from ml4t_desktop.session.data.intake import REQUEST_SUFFIX
from ml4t_desktop.session.document.recovery import Kept
from ml4t_desktop.session.language import tr
from ml4t_desktop.session.request.steps import counted
from ml4t_desktop.session.resources import sample_request_path
from ml4t_desktop.session.session import Session


class DocumentDesk(QObject):
    """Carries out the commands about the document."""

    def __init__(self, session: Session, dialogs: Dialogs, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session, self._dialogs = session, dialogs
        self.handlers: dict[str, Callable[[], object]] = {
            "file.new": self._new,
            "file.open": self._open,
            "file.open_sample": self.open_sample,
            "file.save": self._save,
            "file.save_as": self._save_as,
            "file.recover": self.offer_recovery,
            "file.locate": self._locate,
            "file.read_again": session.changes.read_again,
        }
        if session.autosave is not None:
            session.autosave.looked.connect(self.offer_recovery)
        session.request.file_changed.connect(self._on_file_changed)

    def open_sample(self) -> None:
        """Open the sample as a new request."""
        self.guarded(partial(self._session.document.open, sample_request_path(), as_copy=True))

    def open_recent(self, name: str) -> None:
        """Open a request or a project that was open before."""
        self.guarded(partial(self._session.document.open, Path(name)))

    def drop(self, paths: list[Path]) -> None:
        """Take files that were dropped or opened; a request or a project is opened first."""
        documents = [path for path in paths if is_document(path)]
        others = [path for path in paths if path not in documents]
        if documents:
            self.guarded(partial(self._open_with, documents[-1], others))
        else:
            self._session.intake.add_files(others)

    def offer_recovery(self) -> None:
        """Ask what becomes of the latest changes that were left behind, if there are any."""
        autosave = self._session.autosave
        if autosave is not None and autosave.found:
            kept = autosave.found[0]
            self._dialogs.ask_recovery(found_text(kept), partial(self._on_recovery, kept))

    def save_then(self, then: Callable[[], object]) -> None:
        """Save, asking for a file when there is none, and go on once that is done.

        Runs can only be saved in a project; a request that has any is asked to become one.
        """
        path = self._session.request.path
        if path is not None and (is_project(path) or not self._session.document.unsaved_runs):
            self._session.document.save(path, then)
            return
        self._ask_where(tr("Save"), then)

    def guarded(self, then: Callable[[], object]) -> None:
        """Go on; when that would lose changes, only after they are saved or given up."""
        document, request = self._session.document, self._session.request
        if not document.has_unsaved_work:
            then()
            return
        unsaved = Unsaved(
            is_request_changed=request.has_unsaved_work,
            runs=document.unsaved_runs,
            is_project=document.is_project,
            has_request_file=request.path is not None,
        )
        self._dialogs.ask_unsaved(unsaved, partial(self._on_answer, then))

    def _on_answer(self, then: Callable[[], object], answer: Answer) -> None:
        if answer == "save":
            self.save_then(then)
        elif answer == "save_request":
            self._session.document.save(self._session.request.path, then)
        else:
            then()

    def _on_recovery(self, kept: Kept, answer: RecoveryAnswer) -> None:
        autosave = self._session.autosave
        assert autosave is not None  # noqa: S101 (it found what was asked about)
        if answer == "restore":
            self.guarded(partial(autosave.take, kept))
        else:
            autosave.discard(kept)
            self.offer_recovery()

    def _new(self) -> None:
        self.guarded(self._session.document.clear)

    def _open(self) -> None:
        self._dialogs.open_files(tr("Open"), DATA_FILES, self.drop)

    def _open_with(self, document: Path, others: list[Path]) -> None:
        self._session.document.open(document.absolute())
        if others:
            self._session.intake.add_files(others)

    def _save(self) -> None:
        """Save in the present file: a request alone where it is one, whatever runs there are."""
        path = self._session.request.path
        if path is not None:
            self._session.document.save(path, _nothing)
        else:
            self._ask_where(tr("Save"), _nothing)

    def _save_as(self) -> None:
        self._ask_where(tr("Save as"), _nothing)

    def _ask_where(self, title: str, then: Callable[[], object]) -> None:
        save = partial(self._save_to, then)
        self._dialogs.save_file(title, self._proposed(), DOCUMENT_FILES, save)

    def _save_to(self, then: Callable[[], object], path: Path) -> None:
        self._session.document.save(path, then)

    def _proposed(self) -> Path:
        """Return a name beside the document, or beside its data; a project when there are runs."""
        path = self._session.request.path
        has_runs = bool(self._session.history.entries)
        is_request = path is not None and not is_project(path) and not has_runs
        return self.proposed(REQUEST_SUFFIX if is_request else SUFFIX)

    def proposed(self, ending: str) -> Path:
        """Return a name for something that belongs to the document."""
        request = self._session.request
        if request.path is not None:
            folder, stem = request.path.parent, request.path.stem
        else:
            name = str(request.draft.get("name") or "request")
            stem = "".join(letter if letter.isalnum() else "_" for letter in name).strip("_")
            files = request.draft.files
            folder = request.resolved(files[0]).parent if files else Path.home()
        return folder / f"{stem or 'request'}{ending}"

    def _locate(self) -> None:
        """Ask where the first file is that is not where it was."""
        missing = self._session.document.missing_files()
        if missing:
            name = missing[0]
            take = partial(self._located, name)
            self._dialogs.open_files(
                tr("Where is {name} now?", name=self._file_name(name)), CONTEXT_FILES, take
            )

    def _file_name(self, name: str) -> str:
        return real_file(self._session.request.resolved(name)).name

    def _located(self, name: str, paths: list[Path]) -> None:
        if paths:
            self._session.document.locate(name, paths[0])
            if self._session.document.missing_files():
                self._session.document.tell_missing()

    def _on_file_changed(self, path: Path | None) -> None:
        if path is not None:
            self._session.settings.remember_file(path)


def is_document(path: Path) -> bool:
    """Return whether a file is a request or a project by its name."""
    return path.suffix.lower() in {REQUEST_SUFFIX, SUFFIX}


def found_text(kept: Kept) -> str:
    """Return what was left behind, in words."""
    moment = QLocale().toString(
        QDateTime.fromSecsSinceEpoch(int(kept.moment.timestamp())), QLocale.FormatType.ShortFormat
    )
    if kept.history.unsaved:
        runs = counted(kept.history.unsaved, "run")
        return tr(
            "{kept} was left with changes that were not saved, {runs} among them, the last of "
            "them at {moment}.",
            kept=kept.name,
            runs=runs,
            moment=moment,
        )
    return tr(
        "{kept} was left with changes that were not saved, the last of them at {moment}.",
        kept=kept.name,
        moment=moment,
    )


def _nothing() -> None:
    """Go on with nothing."""
