"""Data files that other programs write while a request is open, or wrote since it was saved: told, calmly."""

import json
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from functools import partial
from pathlib import Path
from typing import Final

from PySide6.QtCore import QFileSystemWatcher, QObject, QTimer, Slot

from ml4t_desktop.errors import Problem
from ml4t_desktop.files.inside import real_file, real_files
from ml4t_desktop.project.data_files import DataState, data_state, stamped
from ml4t_desktop.project.documents.entry import DataFile
from ml4t_desktop.result.whole_file import write_whole
from ml4t_desktop.session.data.data_store import DataStore
from ml4t_desktop.session.document.document import DocumentStore
from ml4t_desktop.session.jobs import JobRunner, JobToken
from ml4t_desktop.session.language import tr, tr_count
from ml4t_desktop.session.notices import Notice
from ml4t_desktop.session.request.steps import Step
from ml4t_desktop.session.runs.results import ResultStore

READ_AGAIN: Final = "file.read_again"
_QUIET_MS = 400  # that a file must be left alone before it counts as written
_DOCUMENTS = 200


@dataclass(frozen=True, slots=True)
class _States:
    document: Path
    states: Mapping[str, DataState]


class FileChanges(QObject):
    """Says which data files have changed since they were read, or since the document was saved.

    Files are watched, and compared again when the window comes to the front.

    Parameters
    ----------
    kept : Path or None
        The file in which it is kept how the data files were when a document was saved.
    """

    def __init__(
        self,
        jobs: JobRunner,
        data: DataStore,
        document: DocumentStore,
        results: ResultStore,
        kept: Path | None = None,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._jobs, self._data, self._results = jobs, data, results
        self._document, self._request = document, document.request
        self._intake, self._notices = document.intake, document.notices
        self._kept = kept
        self._asked: int | None = None
        self._rows: dict[Path, int] = {}  # of files that are read anew
        self._told: frozenset[Path] = frozenset()
        self._missing: tuple[str, ...] = ()
        self._watcher = QFileSystemWatcher(self)
        self._quiet = QTimer(self)
        self._quiet.setSingleShot(True)
        self._quiet.setInterval(_QUIET_MS)
        self._quiet.timeout.connect(self.look)
        self._watcher.fileChanged.connect(self._on_written)
        document.request.request_changed.connect(self._watch)
        data.looked_at.connect(self._on_looked_at)
        document.entered.connect(self._on_entered)
        document.written.connect(self._keep)
        jobs.finished.connect(self._on_finished)

    @property
    def has_changed(self) -> bool:
        """Whether any data file was written by another program since it was read."""
        return bool(self._told)

    @Slot()
    def look(self) -> None:
        """Compare the files with what was read of them, and tell which have changed since."""
        self._watch()
        changed = self._intake.look_again()
        missing = self._document.missing_files()
        if missing and missing != self._missing:
            self._document.tell_missing()
        self._missing = missing
        if not changed or frozenset(changed) == self._told:
            return
        self._told = frozenset(changed)
        self._document.history.look_at_files()
        if self._results.run is None:
            fix = tr("Read it anew to see what is in it now; a run uses it as it is then")
        else:
            fix = tr(
                "The run on screen was made of it as it was; the next run uses it as it is now"
            )
        names = ", ".join(real_file(path).name for path in changed)
        notices = [
            Notice(
                Problem(
                    where=real_file(path).name,
                    what=tr("was written by another program after it was read"),
                    fix=fix,
                    severity="note",
                ),
                None,
                READ_AGAIN,
            )
            for path in changed
        ]
        self._notices.show(tr("{files}: changed since it was read", files=names), notices)

    def close(self) -> None:
        """Watch nothing any more."""
        self._quiet.stop()
        self._watcher.blockSignals(True)  # noqa: FBT003 (Qt's)
        if self._watcher.files():
            self._watcher.removePaths(self._watcher.files())

    def read_again(self) -> None:
        """Read the files anew that have changed, and say what is in them now."""
        for path in self._intake.look_again():
            look = self._data.look(path)
            self._rows[path] = look.inspection.row_count if look is not None else 0
        self._told = frozenset()
        self._notices.clear()
        self._intake.read_again()

    @Slot(str)
    def _on_written(self, _file: str) -> None:
        self._quiet.start()

    @Slot(object)
    def _watch(self, _draft: object = None) -> None:
        """Watch the files that the request names; one that was replaced is another for the system."""
        wanted = {str(path) for path in self._files() if path.is_file()}
        watched = {*self._watcher.files()}
        if watched - wanted:
            self._watcher.removePaths([*(watched - wanted)])
        if wanted - watched:
            self._watcher.addPaths([*(wanted - watched)])

    def _files(self) -> list[Path]:
        return real_files(self._request.resolved(name) for name in self._request.data_names())

    @Slot(object)
    def _on_looked_at(self, path: Path) -> None:
        before, look = self._rows.pop(path, None), self._data.look(path)
        if before is None or look is None:
            return
        now = look.inspection
        told = tr_count("{n:,} row now", "{n:,} rows now", now.row_count)
        what = tr(
            "{rows}, {before:,} before; {first} to {last}",
            rows=told,
            before=before,
            first=now.first,
            last=now.last,
        )
        problem = Problem(where=path.name, what=what, severity="note")
        self._notices.show(
            tr("{file} was read anew", file=path.name), (Notice(problem, Step.DATA),)
        )

    # Since the document was saved

    @Slot(object)
    def _on_entered(self, document: Path) -> None:
        """Find out which data files are others than when the document was saved."""
        self._told, self._missing = frozenset(), self._document.missing_files()
        known = self._as_saved().get(str(document), ())
        if known:
            self._asked = self._jobs.submit(partial(_states_task, document, known))

    @Slot(int, object)
    def _on_finished(self, job_id: int, value: object) -> None:
        if job_id != self._asked or not isinstance(value, _States):
            return
        self._asked = None
        changed = [path for path, state in value.states.items() if state == "changed"]
        if not changed or self._request.path != value.document or self._notices.message is not None:
            return
        notices = [
            Notice(
                Problem(
                    where=Path(path).name,
                    what=tr("has changed since {document} was saved", document=value.document.name),
                    fix=tr(
                        "Runs that are kept show what was read then; a new run uses it as it is now"
                    ),
                    severity="note",
                ),
                Step.DATA,
            )
            for path in changed
        ]
        self._notices.show(tr("Data files have changed since the request was saved"), notices)

    @Slot(object)
    def _keep(self, document: Path) -> None:
        """Keep how the data files are now that the document is saved."""
        if self._kept is None:
            return
        hashes = {
            (file.path, file.size, file.modified): file.sha256
            for entry in self._document.history.entries
            for file in entry.files
        }
        files: list[DataFile] = []
        for path in self._files():
            with suppress(OSError):
                file = stamped(path)
                sha256 = hashes.get((file.path, file.size, file.modified), "")
                files.append(replace(file, sha256=sha256))
        others = {key: value for key, value in self._as_saved().items() if key != str(document)}
        kept = dict([*others.items(), (str(document), files)][-_DOCUMENTS:])
        text = json.dumps({key: [asdict(file) for file in value] for key, value in kept.items()})
        with suppress(OSError):  # it is a comfort, and nothing is lost without it
            write_whole(self._kept, text)

    def _as_saved(self) -> dict[str, Iterable[DataFile]]:
        if self._kept is None:
            return {}
        try:
            raw = json.loads(self._kept.read_text(encoding="utf-8"))
            return {key: tuple(DataFile(**file) for file in files) for key, files in raw.items()}
        except (OSError, ValueError, TypeError, AttributeError):
            return {}  # none was saved yet, or another version wrote it


def _states_task(document: Path, files: Iterable[DataFile], token: JobToken) -> _States:
    return _States(document, {file.path: data_state((file,), token.check) for file in files})
