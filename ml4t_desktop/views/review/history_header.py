"""The line above the panels: which run is on screen, how many variants were tried, whether its data changed."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QLocale, Qt, QTimer, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QWidget

from ml4t_desktop.project.data_files import DataState
from ml4t_desktop.session.session import Session
from ml4t_desktop.session.theme import Theme
from ml4t_desktop.views.review.history_text import moment_text, state_text

if TYPE_CHECKING:  # polars loads after the window is visible
    from ml4t_desktop.project.completed import CompletedRun

_TRIALS_TIP = (
    "Every distinct request that was run on these files counts once, whatever it is called, in this and in "
    "earlier sessions. The best of many looks better than it is: the deflated Sharpe ratio takes that into "
    "account."
)


class RunHeader(QFrame):
    """What is on screen, in a line; hidden without a run.

    Signals
    -------
    command_asked : str
        Id of a command that a button stands for.
    """

    command_asked = Signal(str)

    def __init__(self, session: Session, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("run_header")
        self._session = session
        self._theme = theme
        self._run = QLabel()
        self._run.setObjectName("run_header.run")
        self._run.setTextFormat(Qt.TextFormat.PlainText)
        self._run.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._state = QLabel()
        self._state.setObjectName("run_header.state")
        self._trials = QLabel()
        self._trials.setObjectName("run_header.trials")
        self._trials.setToolTip(_TRIALS_TIP)
        self._restore = QPushButton("Restore its request")
        self._restore.setObjectName("run_header.restore")
        self._restore.setProperty("role", "secondary")
        self._restore.setToolTip(
            "Put what was asked of this run in place of the present request; undo takes it back"
        )
        self._restore.clicked.connect(partial(self._on_restore))
        layout = QHBoxLayout(self)
        layout.setContentsMargins(12, 3, 12, 3)
        layout.setSpacing(14)
        layout.addWidget(self._run, 1)
        layout.addWidget(self._state)
        layout.addWidget(self._restore)
        layout.addWidget(self._trials)
        # What a drag changes many times is written once it has come to rest.
        self._due = QTimer(self)
        self._due.setSingleShot(True)
        self._due.setInterval(0)
        self._due.timeout.connect(self.refresh)
        for signal in (
            session.results.run_changed,
            session.history.changed,
            session.history.shown_changed,
            session.history.states_changed,
            session.request.request_changed,
            session.trials.changed,
        ):
            signal.connect(self._on_changed)
        self.apply_theme(theme)
        self.refresh()

    def refresh(self) -> None:
        """Write the line anew."""
        run = self._session.results.run
        number = self._session.history.shown
        self.setVisible(run is not None and bool(self._line(run)))
        if run is None:
            return
        self._run.setText(self._line(run))
        self._run.setToolTip(self._run.text())
        count = len(self._session.trials.trials(run.digest)) if self._has_digest(run) else 0
        noun = "variant" if count == 1 else "variants"
        self._trials.setText(f"{QLocale().toString(count)} {noun} tried on this data")
        self._trials.setVisible(count > 0)
        state: DataState = self._session.history.state(number) if number is not None else "unknown"
        self._state.setText(state_text(state, is_long=True))
        self._state.setVisible(state in {"changed", "missing"})
        self._restore.setVisible(self._is_other_request(number))

    def apply_theme(self, theme: Theme) -> None:
        """Recolour."""
        self._theme = theme
        self.setStyleSheet(
            f"RunHeader {{ background: {theme.raised}; border: none; border-bottom: 1px solid {theme.border}; }}"
        )
        self._trials.setStyleSheet(f"color: {theme.muted};")
        self._state.setStyleSheet(f"color: {theme.warning};")

    def text(self) -> str:
        """Return what the line says."""
        parts = (self._run, self._state, self._trials)
        return "  ".join(part.text() for part in parts if not part.isHidden())

    def _line(self, run: CompletedRun | None) -> str:
        number = self._session.history.shown
        entry = self._session.history.entry(number) if number is not None else None
        if number is not None and entry is not None:
            words = (
                entry.note.splitlines()[0] if entry.note else self._session.history.words(number)
            )
            pin = "★ " if entry.is_pinned else ""
            return f"{pin}Run {number}  ·  {moment_text(entry.moment)}  ·  {words}"
        if run is None or not self._session.history.is_kept:
            return ""
        return "This run follows the request; it is kept in the history once nothing changes"

    def _has_digest(self, run: CompletedRun) -> bool:
        return bool(getattr(run, "digest", ""))  # runs of other makers have none

    def _is_other_request(self, number: int | None) -> bool:
        history = self._session.history
        if number is None or history.entry(number) is None:
            return False
        return history.request_of(number) != self._session.request.draft

    def _on_changed(self, _value: object = None) -> None:
        self._due.start()

    def _on_restore(self, _is_checked: object = None) -> None:
        self.command_asked.emit("run.restore")
