"""What the commands do: the link between the window's actions and the session."""

import html
from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QDateTime, QLocale, QObject, Signal

import ml4t_desktop
from ml4t_desktop.app.dialogs import (
    CONTEXT_FILES,
    DATA_FILES,
    REQUEST_FILES,
    TABLE_FILES,
    Answer,
    Dialogs,
    RecoveryAnswer,
)
from ml4t_desktop.app.panels import PANELS
from ml4t_desktop.session.availability import why_not
from ml4t_desktop.session.changes import Change
from ml4t_desktop.session.commands import COMMANDS, plain_title
from ml4t_desktop.session.intake import Purpose
from ml4t_desktop.session.recovery import Kept
from ml4t_desktop.session.resources import sample_request_path
from ml4t_desktop.session.session import Session
from ml4t_desktop.session.steps import step_of_key


class Desk(QObject):
    """Carries out commands.

    Signals
    -------
    tab_asked : str
        The key of a panel.
    trade_asked : int, str
        So many trades on from the chosen one; of any outcome, or ``winner`` or ``loser``.
    filter_asked : no value
        The trades table is to be filtered.
    trades_target_chosen : Path
        The file that the trades shown are to be written to.
    step_asked : Step
        The step of the set-up where something has changed.
    quit_asked : no value
    """

    tab_asked = Signal(str)
    trade_asked = Signal(int, str)
    filter_asked = Signal()
    trades_target_chosen = Signal(object)
    step_asked = Signal(object)
    quit_asked = Signal()

    def __init__(self, session: Session, dialogs: Dialogs, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session, self._dialogs = session, dialogs
        choose_theme = session.settings.choose_theme
        self._handlers: dict[str, Callable[[], object]] = {
            "file.new": self._new,
            "file.open": self._open,
            "file.open_folder": self._open_folder,
            "file.add_context": self._add_context,
            "file.add_predictions": partial(self._add, "Add predictions", "predictions"),
            "file.add_actions": partial(self._add, "Add corporate actions", "actions"),
            "file.open_sample": self.open_sample,
            "file.save": self._save,
            "file.save_as": self._save_as,
            "file.export_run": self._export_run,
            "file.recover": self.offer_recovery,
            "edit.undo": partial(self._step, session.request.undo),
            "edit.redo": partial(self._step, session.request.redo),
            "file.quit": self.quit_asked.emit,
            "run.start": session.runs.start_run,
            "run.cancel": self._cancel,
            **{f"view.{item.key}": partial(self.tab_asked.emit, item.key) for item in PANELS},
            "trade.next": partial(self.trade_asked.emit, 1, ""),
            "trade.previous": partial(self.trade_asked.emit, -1, ""),
            "trade.next_loser": partial(self.trade_asked.emit, 1, "loser"),
            "trade.next_winner": partial(self.trade_asked.emit, 1, "winner"),
            "trade.filter": self.filter_asked.emit,
            "trade.export": self._export_trades,
            "trade.all": partial(session.results.show_subset, None),
            "view.theme_system": partial(choose_theme, "system"),
            "view.theme_light": partial(choose_theme, "light"),
            "view.theme_dark": partial(choose_theme, "dark"),
            "help.shortcuts": self._tell_shortcuts,
            "help.about": self._tell_version,
        }
        if session.autosave is not None:
            session.autosave.looked.connect(self.offer_recovery)
        session.runs.saved.connect(self._on_run_saved)
        session.request.file_changed.connect(self._on_file_changed)

    @property
    def command_ids(self) -> frozenset[str]:
        """The commands that can be carried out."""
        return frozenset(self._handlers)

    def carry_out(self, command_id: str) -> None:
        """Carry out a command, unless something keeps it from being given."""
        if not why_not(self._session, command_id):
            self._handlers[command_id]()

    def open_sample(self) -> None:
        """Open the sample as a new request."""
        self._guarded(
            partial(self._session.intake.open_request, sample_request_path(), as_copy=True)
        )

    def open_recent(self, name: str) -> None:
        """Open a request that was open before."""
        self._guarded(partial(self._session.intake.open_request, Path(name)))

    def offer_recovery(self) -> None:
        """Ask what becomes of the latest changes that were left behind, if there are any."""
        autosave = self._session.autosave
        if autosave is not None and autosave.found:
            kept = autosave.found[0]
            self._dialogs.ask_recovery(_found_text(kept), partial(self._on_recovery, kept))

    def drop(self, paths: list[Path]) -> None:
        """Take files that were dropped or opened."""
        requests = [path for path in paths if path.suffix.lower() == ".toml"]
        if requests:
            self._guarded(partial(self._session.intake.add_files, paths))
        else:
            self._session.intake.add_files(paths)

    def save_then(self, then: Callable[[], object]) -> None:
        """Save, asking for a file when there is none, and go on once that is done."""
        if self._session.request.path is not None:
            if self._session.intake.save_request():
                then()
            return
        self._dialogs.save_file(
            "Save the request", self._proposed(".toml"), REQUEST_FILES, partial(self._save_to, then)
        )

    def close_then(self, then: Callable[[], object]) -> None:
        """Go on unless there are unsaved changes that somebody wants to keep."""
        self._guarded(then)

    def _guarded(self, then: Callable[[], object]) -> None:
        """Go on; when that would lose changes, only after they are saved or given up."""
        if self._session.request.has_unsaved_work:
            self._dialogs.ask_unsaved(partial(self._on_answer, then))
        else:
            then()

    def _on_answer(self, then: Callable[[], object], answer: Answer) -> None:
        if answer == "save":
            self.save_then(then)
        else:
            then()

    def _on_recovery(self, kept: Kept, answer: RecoveryAnswer) -> None:
        autosave = self._session.autosave
        assert autosave is not None  # noqa: S101 (it found what was asked about)
        if answer == "restore":
            self._guarded(partial(autosave.take, kept))
        else:
            autosave.discard(kept)
            self.offer_recovery()

    def _step(self, move: Callable[[], Change | None]) -> None:
        """Undo or redo, and show where."""
        change = move()
        step = step_of_key(change.key) if change is not None else None
        if step is not None:
            self.step_asked.emit(step)

    def _new(self) -> None:
        self._guarded(self._session.request.clear)

    def _open(self) -> None:
        self._dialogs.open_files("Open", DATA_FILES, self.drop)

    def _open_folder(self) -> None:
        take = partial(self._session.intake.add_files, purpose="prices")
        self._dialogs.open_folder("Open a folder with a file for each asset", take)

    def _add_context(self) -> None:
        self._add("Add context", "context")

    def _add(self, title: str, purpose: Purpose) -> None:
        take = partial(self._session.intake.add_files, purpose=purpose)
        self._dialogs.open_files(title, CONTEXT_FILES, take)

    def _cancel(self) -> None:
        """Stop the run; without one, stop reading files."""
        if self._session.runs.is_running:
            self._session.runs.cancel()
        else:
            self._session.data.cancel_looks()

    def _save(self) -> None:
        self.save_then(_nothing)

    def _save_as(self) -> None:
        save = partial(self._save_to, _nothing)
        self._dialogs.save_file("Save the request as", self._proposed(".toml"), REQUEST_FILES, save)

    def _save_to(self, then: Callable[[], object], path: Path) -> None:
        if self._session.intake.save_request(path):
            then()

    def _export_run(self) -> None:
        save = self._session.runs.save_run
        self._dialogs.save_file(
            "Export the run folder", self._proposed("-run"), "Folders (*)", save
        )

    def _export_trades(self) -> None:
        self._dialogs.save_file(
            "Export the trades shown",
            self._proposed("-trades.csv"),
            TABLE_FILES,
            self.trades_target_chosen.emit,
        )

    def _proposed(self, ending: str) -> Path:
        request = self._session.request
        if request.path is not None:
            folder, stem = request.path.parent, request.path.stem
        else:
            name = str(request.draft.get("name") or "request")
            stem = "".join(letter if letter.isalnum() else "_" for letter in name).strip("_")
            files = request.draft.files
            folder = request.resolved(files[0]).parent if files else Path.home()
        return folder / f"{stem or 'request'}{ending}"

    def _on_run_saved(self, folder: Path) -> None:
        self._session.notices.show(f"The run was written to {folder}")

    def _on_file_changed(self, path: Path | None) -> None:
        if path is not None:
            self._session.settings.remember_file(path)

    def _tell_shortcuts(self) -> None:
        rows = "".join(
            f"<tr><td style='padding:2px 18px 2px 0'><b>{html.escape(item.shortcut)}</b></td>"
            f"<td>{html.escape(plain_title(item))}</td></tr>"
            for item in COMMANDS
            if item.shortcut
        )
        self._dialogs.tell("Keyboard shortcuts", f"<table>{rows}</table>")

    def _tell_version(self) -> None:
        text = "From a file of predictions to a backtest, and to every trade it made."
        self._dialogs.tell("About", f"<b>ML4T Desktop {ml4t_desktop.__version__}</b><br>{text}")


def _found_text(kept: Kept) -> str:
    moment = QLocale().toString(
        QDateTime.fromSecsSinceEpoch(int(kept.moment.timestamp())), QLocale.FormatType.ShortFormat
    )
    return f"{kept.name} was left with changes that were not saved, the last of them at {moment}."


def _nothing() -> None:
    """Go on with nothing."""
