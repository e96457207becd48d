"""What the history knows of the run on screen: its number, whether its data changed, variants tried."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QWidget

from ml4t_desktop.project.data_files import DataState
from ml4t_desktop.session.language import shown, tr, tr_count
from ml4t_desktop.session.session import Session
from ml4t_desktop.views.review.runs.history_text import moment_text, state_text
from ml4t_desktop.wording import mark

_TRIALS_TIP = mark(
    "Every distinct request that was run on these files counts once, whatever it is called, in this and in "
    "earlier sessions. The best of many looks better than it is: the deflated Sharpe ratio takes that into "
    "account."
)


class RunMarks(QWidget):
    """A few words at the end of the line above the panels.

    Signals
    -------
    command_asked : str
        Id of a command that a button stands for.
    """

    command_asked = Signal(str)

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("run_marks")
        self._session = session
        self.state = _label("run_marks.state", "warning")
        self.run = _label("run_marks.run", "hint")
        self.trials = _label("run_marks.trials", "hint")
        self.trials.setToolTip(shown(_TRIALS_TIP))
        self.restore = QPushButton(tr("Restore its request"))
        self.restore.setObjectName("run_restore_here")
        self.restore.setProperty("role", "quiet")
        self.restore.setToolTip(
            tr("Put what was asked of this run in place of the present request; undo takes it back")
        )
        self.restore.clicked.connect(partial(self._on_restore))
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(12)
        for widget in (self.restore, self.state, self.run, self.trials):
            layout.addWidget(widget)
        # What a drag changes many times is written once in a turn of the loop.
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
        self.refresh()

    def refresh(self) -> None:
        """Write the words anew."""
        run = self._session.results.run
        number = self._session.history.shown
        entry = self._session.history.entry(number) if number is not None else None
        digest = str(getattr(run, "digest", ""))  # runs of other makers have none
        count = len(self._session.trials.trials(digest))
        self.trials.setText(
            tr_count("{n:,} variant tried on this data", "{n:,} variants tried on this data", count)
        )
        self.trials.setVisible(count > 0)
        state: DataState = "unknown"
        self.run.setVisible(entry is not None)
        if number is not None and entry is not None:
            state = self._session.history.state(number)
            self.run.setText(
                tr("{value}Run {number}", value="★ " if entry.is_pinned else "", number=number)
            )
            words = self._session.history.words(number)
            self.run.setToolTip(
                "\n".join(filter(None, (moment_text(entry.moment), words, entry.note)))
            )
        self.state.setText(state_text(state, is_long=True))
        self.state.setVisible(state in {"changed", "missing"})
        self.restore.setVisible(self._is_other_request(number))

    def text(self) -> str:
        """Return what is said."""
        parts = (self.state, self.run, self.trials)
        return "  ".join(part.text() for part in parts if not part.isHidden())

    def _is_other_request(self, number: int | None) -> bool:
        history = self._session.history
        if number is None or history.entry(number) is None:
            return False
        return history.request_of(number) != self._session.request.draft

    def _on_changed(self, _value: object = None) -> None:
        self._due.start()

    def _on_restore(self, _is_checked: object = None) -> None:
        self.command_asked.emit("run.restore")


def _label(name: str, role: str) -> QLabel:
    label = QLabel()
    label.setObjectName(name)
    label.setProperty("role", role)
    return label
