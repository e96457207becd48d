"""One line above the results: whether they are of the set-up as it is, and what they are compared with."""

from __future__ import annotations

from functools import partial
from operator import is_

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QSizePolicy, QWidget

from ml4t_desktop.errors import InputError
from ml4t_desktop.session.language import tr
from ml4t_desktop.session.request.differences import differences, listed, request_differences
from ml4t_desktop.session.request.draft import Draft
from ml4t_desktop.session.request.request_store import rebased
from ml4t_desktop.session.session import Session
from ml4t_desktop.views.elided import ElidedLabel
from ml4t_desktop.views.shell.run_marks import RunMarks


class RunLine(QFrame):
    """Says what is shown; it is there while there is a run on screen.

    Signals
    -------
    command_asked : str
        Id of a command that a button stands for.
    """

    command_asked = Signal(str)

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("run_line")
        self._session = session
        self.standing = ElidedLabel()
        self.standing.setObjectName("run_standing")
        self.standing.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._told = ""
        self._seen: tuple[object, ...] = ()
        self._compared = ""
        self.run_button = self._button(tr("&Run (F5)"), "run.start")
        self.compare_button = self._button(tr("Compare with this"), "run.compare")
        self.end_button = self._button(tr("End the comparison"), "run.end_comparison")
        self.marks = RunMarks(session)
        self.marks.command_asked.connect(self.command_asked)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(12, 4, 8, 4)
        layout.setSpacing(10)
        layout.addWidget(self.standing, 1)
        layout.addWidget(self.run_button)
        layout.addWidget(self.compare_button)
        layout.addWidget(self.end_button)
        layout.addWidget(self.marks)
        session.request.request_changed.connect(self.refresh)
        session.results.run_changed.connect(self.refresh)
        session.results.ghost_changed.connect(self.refresh)
        session.live.changed.connect(self.refresh)
        session.runs.started.connect(self.refresh)
        session.runs.ended.connect(self.refresh)
        self.refresh()

    def refresh(self, _value: object = None) -> None:
        """Say it anew, if it is about something else; while a run goes on, what is said stays."""
        run = self._session.results.run
        self.setVisible(run is not None)
        if run is None:
            self._seen = ()
            return
        results, live = self._session.results, self._session.live
        is_running = live.is_running or self._session.runs.is_running
        seen = (run, results.ghost, results.reference, self._session.request.draft, live.text)
        if is_running or (len(seen) == len(self._seen) and all(map(is_, seen, self._seen))):
            return
        self._seen = seen
        self._show_standing()
        self._show_comparison()
        self._write()

    @property
    def text(self) -> str:
        """All that is said."""
        return f"{self._told} {self._compared}".strip()

    def _show_standing(self) -> None:
        """Say whether the set-up is that of the run."""
        session = self._session
        changed = self._changes()
        is_current = changed == ""
        if is_current:
            text = tr("This run is that of the set-up as it is now.")
        elif changed is None:
            text = tr("The set-up has changed since this run, and is not complete.")
        else:
            text = tr("The set-up has changed since this run: {changed}.", changed=changed)
        if session.live.text:
            text = f"{text} {session.live.text}."
        self._told = text
        self._set_role("hint" if is_current else "note")
        is_offered = not is_current and changed is not None
        if self.run_button.isHidden() == is_offered:
            self.run_button.setVisible(is_offered)

    def _changes(self) -> str | None:
        """Return what has changed since the run; empty when nothing has, None when that cannot be run."""
        run = self._session.results.run
        assert run is not None  # noqa: S101 (the caller looked)
        try:
            request = self._session.request.draft.request()
        except InputError:
            return None
        if request == run.request:
            return ""
        # Saving makes paths count from the folder of the file; the files are the same ones.
        path = self._session.request.path
        folder = None if path is None else path.parent
        before = rebased(Draft.of(run.request), self._session.runs.base, folder)
        now = Draft.of(request)
        return "" if before == now else listed(differences(before, now)) or tr("its files")

    def _show_comparison(self) -> None:
        results = self._session.results
        run, ghost, reference = results.run, results.ghost, results.reference
        assert run is not None  # noqa: S101 (the caller looked)
        text = ""
        if ghost is not None and ghost.said:
            text = ghost.said
        elif ghost is not None:
            found = listed(request_differences(ghost.request, run.request))
            text = (
                tr("It is compared with the run before: {found}.", found=found)
                if found
                else tr("It is compared with a run of the same set-up.")
            )
        elif reference is not None:
            text = tr("The runs that follow are compared with this one.")
        self._compared = text
        self.end_button.setVisible(reference is not None)
        self.compare_button.setVisible(reference is not run)

    def _write(self) -> None:
        if self.standing.text() != self.text:
            self.standing.setText(self.text)
            self.standing.setAccessibleName(self.text)

    def _set_role(self, role: str) -> None:
        if self.standing.property("role") != role:
            self.standing.setProperty("role", role)
            self.standing.style().unpolish(self.standing)
            self.standing.style().polish(self.standing)

    def _ask(self, command_id: str, _is_checked: object = None) -> None:
        self.command_asked.emit(command_id)

    def _button(self, text: str, command_id: str) -> QPushButton:
        button = QPushButton(text)
        button.setObjectName(command_id.replace(".", "_") + "_here")
        button.setProperty("role", "quiet")
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.clicked.connect(partial(self._ask, command_id))
        button.hide()
        return button
