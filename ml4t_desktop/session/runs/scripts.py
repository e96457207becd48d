"""The Python file of the request: what is in it, whether it may be run, and what it said last."""

from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import QFileSystemWatcher, QObject, QTimer, Signal, Slot

from ml4t_desktop.errors import InputError, Problem, StrategyFailed
from ml4t_desktop.files.scripts.script import Script, ScriptClass, read_script
from ml4t_desktop.project.scripts.trust import TrustList
from ml4t_desktop.request import PythonStrategy
from ml4t_desktop.session.jobs import JobRunner, JobToken
from ml4t_desktop.session.language import tr
from ml4t_desktop.session.request.draft import Draft, FieldProblem
from ml4t_desktop.session.request.request_store import RequestStore
from ml4t_desktop.session.runs.results import ResultStore

if TYPE_CHECKING:
    from ml4t_desktop.project.scripts.script_host import ScriptHost

KEY: Final = "strategy.python"
_SETTLE_MS: Final = 120  # editors write a file in several steps
_OUTPUT_MS: Final = 150


class ScriptStore(QObject):
    """Looks at the request's Python file whenever it changes, without ever running it.

    Signals
    -------
    changed : no value
        Another file, other contents, trust, or what is wrong with it.
    output_changed : no value
        The strategy printed something, or failed.
    """

    changed = Signal()
    output_changed = Signal()

    def __init__(
        self,
        jobs: JobRunner,
        request: RequestStore,
        results: ResultStore,
        trust: TrustList,
        host: "ScriptHost | None" = None,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._jobs, self._request, self._results = jobs, request, results
        self._trust, self._host = trust, host
        self._path: Path | None = None
        self._script: Script | None = None
        self._problems: tuple[Problem, ...] = ()
        self._is_trusted = False
        self._failure: StrategyFailed | None = None
        self._output = ""
        self._job: int | None = None
        self._adopts = False
        self._other: Mapping[str, Any] | None = None
        self._watcher = QFileSystemWatcher(self)
        self._watcher.fileChanged.connect(self._on_file_event)
        self._watcher.directoryChanged.connect(self._on_file_event)
        self._settling = _timer(self, _SETTLE_MS, self.look_again, is_single=True)
        self._printing = _timer(self, _OUTPUT_MS, self._take_output)
        jobs.finished.connect(self._on_finished)
        jobs.failed.connect(self._on_failed)
        request.request_changed.connect(self._on_request_changed)

    @property
    def is_python(self) -> bool:
        """Whether a Python strategy decides, and no rules."""
        return self._request.draft.get(KEY) is not None

    @property
    def path(self) -> Path | None:
        """The file the request names."""
        return self._path

    @property
    def script(self) -> Script | None:
        """The file as it is now, None while it was not looked at."""
        return self._script

    @property
    def chosen(self) -> ScriptClass | None:
        """The class the request names, as it is in the file."""
        name = self._request.draft.get(f"{KEY}.class")
        return self._script.class_called(str(name)) if self._script is not None else None

    @property
    def is_trusted(self) -> bool:
        """Whether the user has agreed to run the file as it is now."""
        return self._is_trusted

    @property
    def was_trusted(self) -> bool:
        """Whether the user has agreed to run another text in the same place."""
        return self._script is not None and self._trust.knows(self._script)

    @property
    def is_behind(self) -> bool:
        """Whether the run on screen was made with another text of the file than there is now."""
        run = self._results.run
        ran = run.script if run is not None else None
        if ran is None or self._script is None or ran.path != self._script.path:
            return False
        return ran.digest != self._script.digest

    @property
    def failure(self) -> StrategyFailed | None:
        """Why the last run of the strategy failed."""
        return self._failure

    @property
    def output(self) -> str:
        """What the strategy has printed, in the run that goes on or in the last one."""
        return self._output

    @property
    def warnings(self) -> tuple[Problem, ...]:
        """What is doubtful about the chosen class."""
        return tuple(item for item in self._found() if item.severity != "error")

    @property
    def problems(self) -> tuple[FieldProblem, ...]:
        """What keeps the strategy from being run, whoever trusts it."""
        if not self.is_python:
            return ()
        if self._path is None:
            lack = Problem(what=tr("No Python file yet"), fix=tr("Open one"), where=f"{KEY}.file")
            return (FieldProblem(f"{KEY}.file", lack),)
        errors = [item for item in self._found() if item.severity == "error"]
        return tuple(
            FieldProblem(item.where if item.where.startswith(KEY) else f"{KEY}.file", item)
            for item in errors
        )

    def open(self, path: Path) -> None:
        """Let a class of a file decide: the first one in it, with the values of the file."""
        self._adopts = True
        self._show_file(path, is_forced=True)

    def choose_class(self, name: str) -> None:
        """Let another class of the file decide; values of parameters it shares stay."""
        if self._script is None:
            return
        found = self._script.class_called(name)
        known = {item.name for item in found.parameters} if found is not None else set[str]()
        values = self._request.draft.get(f"{KEY}.parameters", {})
        kept = {key: value for key, value in values.items() if key in known}
        table = {**self._request.draft.get(KEY), "class": name, "parameters": kept}
        self._request.edit(KEY, table)

    def use_defaults(self) -> None:
        """Give every parameter the value it has in the file."""
        self._request.edit(f"{KEY}.parameters", {})

    def use_python(self, *, is_on: bool) -> None:
        """Switch between rules and Python; what is left is there again when it is switched back."""
        if is_on == self.is_python:
            return
        draft = self._request.draft
        left = draft.get("strategy")
        usual = Draft.empty().get("strategy")
        taken = self._other or (usual if not is_on else {**usual, KEY.rpartition(".")[2]: {}})
        self._other = left
        name = tr("Python instead of rules") if is_on else tr("rules instead of Python")
        self._request.replace(draft.edited("strategy", taken), name)

    def agree(self) -> None:
        """Remember that the user has read the file and agrees to run it.

        Raises
        ------
        InputError
            If that cannot be kept.
        """
        if self._script is not None:
            self._trust.remember(self._script)
            self._is_trusted = True
            self._warm()
            self.changed.emit()

    def begin_run(self) -> None:
        """Follow what the strategy prints."""
        self._failure, self._output = None, ""
        if self.is_python:
            self._printing.start()
        self.output_changed.emit()

    def end_run(self, failure: Exception | None = None) -> None:
        """Stop following; keep why it failed."""
        self._printing.stop()
        if isinstance(failure, StrategyFailed):
            self._failure = failure
        self._take_output()
        self.output_changed.emit()

    def look_again(self) -> None:
        """Look at the file: it may have changed."""
        if self._path is not None and self._jobs.is_open:
            self._watch(self._path)
            self._job = self._jobs.submit(partial(_look_task, self._path))

    def close(self) -> None:
        """Look at nothing any more."""
        self._settling.stop()
        self._printing.stop()

    def _found(self) -> tuple[Problem, ...]:
        """Return what is wrong or doubtful, with errors of reading the file."""
        if self._script is None:
            return self._problems
        from ml4t_desktop.project.scripts.script_run import script_problems

        table = self._request.draft.get(KEY) or {}
        name = str(table.get("class") or "")
        if not name.isidentifier() or not self._script.classes:
            what = tr(
                "{path} holds no class that derives from Strategy", path=self._script.path.name
            )
            fix = tr("Write one, or open another file")
            return (Problem(what=what, fix=fix, where=f"{KEY}.file"),)
        try:
            return script_problems(self._script, PythonStrategy.model_validate(dict(table)))
        except ValueError:
            return ()  # the request tells it

    @Slot(object)
    def _on_request_changed(self, _draft: object) -> None:
        name = self._request.draft.get(f"{KEY}.file")
        if name is None:
            if not self._adopts:
                self._show_file(None)
            return
        path = self._request.resolved(str(name))
        if path != self._path:
            self._show_file(path)
        else:
            self.changed.emit()

    def _show_file(self, path: Path | None, *, is_forced: bool = False) -> None:
        if path == self._path and not is_forced:
            return
        self._path, self._script, self._problems, self._is_trusted = path, None, (), False
        self._failure, self._output = None, ""
        self._watch(path)
        if path is not None:
            self._job = self._jobs.submit(partial(_look_task, path))
        self.changed.emit()
        self.output_changed.emit()

    def _watch(self, path: Path | None) -> None:
        """Watch the file, and its folder: most editors put another file in its place."""
        wanted = [] if path is None else [str(path), str(path.parent)]
        watched = [*self._watcher.files(), *self._watcher.directories()]
        if gone := [name for name in watched if name not in wanted]:
            self._watcher.removePaths(gone)
        if new := [name for name in wanted if name not in watched and Path(name).exists()]:
            self._watcher.addPaths(new)

    @Slot(str)
    def _on_file_event(self, _name: str) -> None:
        self._settling.start()

    @Slot(int, object)
    def _on_finished(self, job_id: int, value: object) -> None:
        if job_id != self._job or not isinstance(value, Script):
            return
        self._job = None
        is_same = self._script is not None and self._script.digest == value.digest
        if is_same and not self._adopts:
            return
        self._script, self._problems = value, ()
        self._is_trusted = self._trust.allows(value)
        if self._adopts:
            self._adopts = False
            self._adopt(value)
        self._warm()
        self.changed.emit()

    def _adopt(self, script: Script) -> None:
        """Let the request name the file that was opened, and a class of it."""
        draft = self._request.draft
        now = draft.get(KEY) or {}
        name = self._request.named(script.path)
        is_same = now.get("file") == name and script.class_called(str(now.get("class", "")))
        if is_same or self._path is None:
            return
        first = script.classes[0].name if script.classes else ""
        if not self.is_python:
            self._other = draft.get("strategy")
        table = {"file": name, "class": first, "parameters": {}}
        usual = Draft.empty().get("strategy")
        self._request.replace(draft.edited("strategy", {**usual, "python": table}))

    @Slot(int, object)
    def _on_failed(self, job_id: int, error: object) -> None:
        if job_id != self._job:
            return
        self._job = None
        if not isinstance(error, InputError):
            assert isinstance(error, BaseException)  # noqa: S101 (what a job failed with)
            raise error
        self._script, self._problems, self._is_trusted = None, error.problems, False
        if self._adopts and self._path is not None:
            self._adopts = False
            table = {"file": self._request.named(self._path), "class": "", "parameters": {}}
            usual = Draft.empty().get("strategy")
            draft = self._request.draft.edited("strategy", {**usual, "python": table})
            self._request.replace(draft)
        self.changed.emit()

    def _warm(self) -> None:
        """Start the process a run will need, once a run is to be expected."""
        if self._is_trusted and self._host is not None and self._jobs.is_open:
            self._jobs.submit(partial(_warm_task, self._host))

    @Slot()
    def _take_output(self) -> None:
        output = self._host.output if self._host is not None else ""
        if output != self._output:
            self._output = output
            self.output_changed.emit()


def _timer(owner: QObject, milliseconds: int, slot: Any, *, is_single: bool = False) -> QTimer:
    timer = QTimer(owner)
    timer.setInterval(milliseconds)
    timer.setSingleShot(is_single)
    timer.timeout.connect(slot)
    return timer


def _look_task(path: Path, _token: JobToken) -> Script:
    return read_script(path)


def _warm_task(host: "ScriptHost", _token: JobToken) -> None:
    host.warm()
