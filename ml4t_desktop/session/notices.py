"""What the analyst is told, in one place: the window only renders it."""

from collections.abc import Iterable
from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal

from ml4t_desktop.errors import Problem
from ml4t_desktop.session.language import shown
from ml4t_desktop.session.problem_words import problem_words
from ml4t_desktop.session.request.steps import Step


@dataclass(frozen=True, slots=True)
class Notice:
    """A problem, the step of the set-up it belongs to, and the command that mends it, if there is one."""

    problem: Problem
    step: Step | None = None
    command: str = ""


@dataclass(frozen=True, slots=True)
class Message:
    """What is told at once: a headline and the notices below it."""

    title: str
    notices: tuple[Notice, ...] = ()

    @property
    def is_error(self) -> bool:
        """Whether any of it stopped the work."""
        return any(notice.problem.severity == "error" for notice in self.notices)

    def text(self) -> str:
        """Return all of it as text, one problem in each line."""
        told = (problem_words(notice.problem) for notice in self.notices)
        return "\n".join((shown(self.title), *told))


class NoticeStore(QObject):
    """Holds the message on screen.

    Signals
    -------
    message_changed : Message or None
    """

    message_changed = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._message: Message | None = None
        self._dismissed: Message | None = None

    @property
    def message(self) -> Message | None:
        """What is on screen."""
        return self._message

    def show(self, title: str, notices: Iterable[Notice] = ()) -> None:
        """Tell something; it replaces what was told before.

        Remarks that were dismissed once are not told again.
        """
        message = Message(title, tuple(notices))
        self._set(None if message == self._dismissed and not message.is_error else message)

    def dismiss(self) -> None:
        """Take the message away because its reader is done with it."""
        self._dismissed = self._message
        self._set(None)

    def clear(self) -> None:
        """Take the message away."""
        self._set(None)

    def _set(self, message: Message | None) -> None:
        if message == self._message:
            return
        self._message = message
        self.message_changed.emit(message)
