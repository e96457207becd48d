"""What the commands do: the link between the window's actions and the session."""

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from ml4t_desktop.app.commands.document_desk import DocumentDesk, is_document
from ml4t_desktop.app.commands.script_desk import ScriptDesk
from ml4t_desktop.app.dialogs import (
    CONTEXT_FILES,
    FOLDERS,
    Dialogs,
)
from ml4t_desktop.errors import Problem
from ml4t_desktop.project.strategy_presets import SUFFIX
from ml4t_desktop.session.data.intake import Purpose
from ml4t_desktop.session.document.history import HISTORY
from ml4t_desktop.session.language import tr
from ml4t_desktop.session.notices import Notice
from ml4t_desktop.session.request.changes import Change
from ml4t_desktop.session.request.steps import Step, step_of_key
from ml4t_desktop.session.session import Session
from ml4t_desktop.session.window.availability import why_not


class Desk(QObject):
    """Carries out commands.

    Signals
    -------
    step_asked : Step
        The step of the set-up where something has changed.
    quit_asked : no value
    presets_dropped : list of Path
        Files of presets of strategies.
    """

    step_asked = Signal(object)
    quit_asked = Signal()
    presets_dropped = Signal(object)

    def __init__(self, session: Session, dialogs: Dialogs, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session, self._dialogs = session, dialogs
        self.document = DocumentDesk(session, dialogs, self)
        self._scripts = ScriptDesk(session, dialogs, self.carry_out)
        choose_theme = session.settings.choose_theme
        self._handlers: dict[str, Callable[[], object]] = {
            **self.document.handlers,
            "file.open_folder": self._open_folder,
            "file.add_context": self._add_context,
            "file.add_predictions": partial(self._add, tr("Add predictions"), "predictions"),
            "file.add_actions": partial(self._add, tr("Add corporate actions"), "actions"),
            "file.add_benchmark": partial(self._add, tr("Add a benchmark"), "benchmark"),
            "file.export_run": self._export_run,
            "edit.undo": partial(self._step, session.request.undo),
            "edit.redo": partial(self._step, session.request.redo),
            "file.quit": self.quit_asked.emit,
            **self._scripts.handlers,
            "run.start": partial(self._scripts.trusted_then, session.runs.start_run),
            "run.cancel": self._cancel,
            "run.restore": self._restore_run,
            "run.tidy": session.history.delete_unmarked,
            "run.live": self._switch_live,
            "run.compare": self._compare,
            "run.end_comparison": partial(session.results.compare_with, None),
            "view.theme_system": partial(choose_theme, "system"),
            "view.theme_light": partial(choose_theme, "light"),
            "view.theme_dark": partial(choose_theme, "dark"),
        }
        session.runs.saved.connect(self._on_run_saved)

    @property
    def command_ids(self) -> frozenset[str]:
        """The commands that can be carried out."""
        return frozenset(self._handlers)

    def add(self, handlers: Mapping[str, Callable[[], object]]) -> None:
        """Let other parts of the window carry out commands of theirs."""
        self._handlers.update(handlers)

    def carry_out(self, command_id: str) -> None:
        """Carry out a command, unless something keeps it from being given."""
        if not why_not(self._session, command_id):
            self._handlers[command_id]()

    def drop(self, paths: list[Path]) -> None:
        """Take files that were dropped or opened."""
        presets = [path for path in paths if path.name.endswith(SUFFIX)]
        if presets:
            self.presets_dropped.emit(presets)
            paths = [path for path in paths if path not in presets]
            if not paths:
                return
        scripts = [path for path in paths if path.suffix.lower() == ".py"]
        others = [path for path in paths if path not in scripts]
        if others:
            self.document.drop(others)
        if scripts:
            self._scripts.take(scripts[-1:])
        documents = [path for path in others if is_document(path)]
        self._tell_left_out(scripts, tr("One strategy decides at a time"))
        self._tell_left_out(documents, tr("One request is open at a time"))

    def refuse_links(self) -> None:
        """Say why what was dropped is not taken."""
        what = tr(
            "What it leads to is on another computer, and this application speaks to no network"
        )
        fix = tr("Save the file on this computer, and drop it then")
        self._session.notices.show(
            tr("A link cannot be used"), (Notice(Problem(what=what, fix=fix), Step.DATA),)
        )

    def _tell_left_out(self, paths: list[Path], why: str) -> None:
        """Say which of several files is used, where there can be only one."""
        if len(paths) < 2:
            return
        left = ", ".join(path.name for path in paths[:-1])
        problem = Problem(
            what=tr("Left out: {files}. {why}", files=left, why=why),
            fix=tr("To use another one, drop it alone"),
            severity="note",
        )
        title = tr("{file} is used", file=paths[-1].name)
        self._session.notices.show(title, (Notice(problem),))

    def open_sample(self) -> None:
        """Open the sample as a new request."""
        self.document.open_sample()

    def open_recent(self, name: str) -> None:
        """Open a request or a project that was open before."""
        self.document.open_recent(name)

    def _step(self, move: Callable[[], Change | None]) -> None:
        """Undo or redo, and show where."""
        change = move()
        step = step_of_key(change.key) if change is not None else None
        if step is not None:
            self.step_asked.emit(step)
        elif change is not None and change.place == HISTORY:
            self.carry_out(f"view.{HISTORY}")

    def _open_folder(self) -> None:
        take = partial(self._session.intake.add_files, purpose="prices")
        self._dialogs.open_folder(tr("Open a folder with a file for each asset"), take)

    def _add_context(self) -> None:
        self._add(tr("Add context"), "context")

    def _add(self, title: str, purpose: Purpose) -> None:
        """Take files for something, and show where they are set up."""

        def take(paths: list[Path]) -> None:
            self._session.intake.add_files(paths, purpose)
            self.step_asked.emit(Step.CONTEXT if purpose == "context" else Step.DATA)

        self._dialogs.open_files(title, CONTEXT_FILES, take)

    def _switch_live(self) -> None:
        """Turn Live on or off; without a result there is to be one first."""
        session = self._session
        session.live.switch()
        if session.live.is_on and session.results.run is None and not session.why_not_run():
            session.runs.start_run()

    def _compare(self) -> None:
        self._session.results.compare_with(self._session.results.run)

    def _cancel(self) -> None:
        """Stop the run; without one, stop reading files."""
        if self._session.runs.is_running:
            self._session.runs.cancel()
        elif self._session.live.is_running:
            self._session.live.cancel()
        elif self._session.document.is_busy:
            self._session.document.cancel()
        elif self._session.reopening.is_busy:
            self._session.reopening.cancel()
        elif self._session.reports.is_writing:
            self._session.reports.cancel()
        else:
            self._session.data.cancel_looks()

    def _restore_run(self) -> None:
        """Put the request of the run on screen in place of the present one."""
        if self._session.history.shown is not None:
            self._session.reopening.restore(self._session.history.shown)

    def _export_run(self) -> None:
        save = self._session.runs.save_run
        self._dialogs.save_file(tr("Export the run folder"), self.proposed("-run"), FOLDERS, save)

    def proposed(self, ending: str) -> Path:
        """Return a file named after the request, where its data is."""
        return self.document.proposed(ending)

    def _on_run_saved(self, folder: Path) -> None:
        self._session.notices.show(tr("The run was written to {folder}", folder=folder))
