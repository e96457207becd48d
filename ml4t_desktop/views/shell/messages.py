"""The strip of messages: what went wrong or is doubtful, where, and where to mend it."""

from functools import partial
from html import escape

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication, QResizeEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from ml4t_desktop.session.language import shown, tr
from ml4t_desktop.session.notices import Message, Notice, NoticeStore
from ml4t_desktop.session.problem_words import problem_words
from ml4t_desktop.session.request.steps import step_title
from ml4t_desktop.session.window.commands import command
from ml4t_desktop.views.shell.announcing import announce
from ml4t_desktop.wording import mark

_SEVERITIES = {"error": mark("error"), "warning": mark("warning"), "note": mark("note")}
_SIGNS = {"error": "✖", "warning": "▲", "note": "●"}
_MOST_HEIGHT = 190
_LEAST_WIDTH = 300
_BESIDE = 24  # the margins of the strip, and a little
_BETWEEN = 6


class MessageStrip(QFrame):
    """Renders the message of the notice store; hidden when there is none.

    Signals
    -------
    step_asked : Step
        The step where a problem can be mended.
    command_asked : str
        Id of the command that mends a problem.
    """

    step_asked = Signal(object)
    command_asked = Signal(str)

    def __init__(self, notices: NoticeStore, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("messages")
        self._notices = notices
        self._title = QLabel()
        self._title.setObjectName("messages.title")
        self._title.setProperty("role", "heading")
        self._title.setWordWrap(True)
        self._copy = QPushButton(tr("Copy"))
        self._copy.setToolTip(tr("Copy the message as text"))
        self._copy.clicked.connect(self._on_copy)
        self._close = QToolButton()
        self._close.setObjectName("messages.close")
        self._close.setText("✕")
        self._close.setAutoRaise(True)
        self._close.setToolTip(tr("Close"))
        self._close.setAccessibleName(tr("Close the message"))
        self._close.clicked.connect(notices.dismiss)
        self._area = QScrollArea()
        self._area.setWidgetResizable(True)
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        said = QVBoxLayout()
        said.setSpacing(4)
        said.addWidget(self._title)
        said.addWidget(self._area)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(12, 6, 8, 6)
        layout.setSpacing(_BETWEEN)
        layout.addLayout(said, 1)
        layout.addWidget(self._copy, 0, Qt.AlignmentFlag.AlignTop)
        layout.addWidget(self._close, 0, Qt.AlignmentFlag.AlignTop)
        notices.message_changed.connect(self._show)
        self._show(notices.message)

    def text(self) -> str:
        """Return what the strip says."""
        message = self._notices.message
        return message.text() if message is not None else ""

    def _show(self, message: Message | None) -> None:
        self.setVisible(message is not None)
        if message is None:
            return
        is_single = len(message.notices) == 1
        self._title.setText(shown(message.title))
        self._title.setHidden(is_single)  # said in the line of the only problem
        self.setProperty("severity", "error" if message.is_error else "note")
        self.style().unpolish(self)
        self.style().polish(self)
        body = QWidget()
        rows = QVBoxLayout(body)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(4)
        for notice in message.notices:
            rows.addWidget(self._row(notice, message.title if is_single else ""))
        self._area.setWidget(body)
        self._area.setVisible(bool(message.notices))
        self._copy.setVisible(bool(message.notices))
        self._fit_height()
        announce(self, message.text())

    def _fit_height(self) -> None:
        """Give the problems the height that their words take at this width, and no more."""
        body = self._area.widget()
        layout = body.layout() if body is not None else None
        if layout is None:
            return
        buttons = self._close.sizeHint().width() + _BETWEEN
        if not self._copy.isHidden():
            buttons += self._copy.sizeHint().width() + _BETWEEN
        width = max(self.width() - _BESIDE - buttons, _LEAST_WIDTH)
        self._area.setFixedHeight(min(layout.heightForWidth(width) + 2, _MOST_HEIGHT))

    def _row(self, notice: Notice, title: str) -> QWidget:
        problem = notice.problem
        sign = QLabel(_SIGNS[problem.severity])
        sign.setProperty("role", problem.severity)
        sign.setAccessibleName(shown(_SEVERITIES[problem.severity]))
        said = problem_words(problem)
        text = QLabel(_titled(shown(title), said) if title else said)
        text.setTextFormat(Qt.TextFormat.RichText if title else Qt.TextFormat.PlainText)
        text.setWordWrap(True)
        text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        row = QWidget()
        layout = QHBoxLayout(row)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(sign, 0, Qt.AlignmentFlag.AlignTop)
        layout.addWidget(text, 1)
        if notice.command:
            mend = QPushButton(shown(command(notice.command).title).replace("&", ""))
            mend.setObjectName(f"messages.{notice.command}")
            mend.clicked.connect(partial(self._on_command, notice))
            layout.addWidget(mend, 0, Qt.AlignmentFlag.AlignTop)
        if notice.step is not None:
            button = QPushButton(tr("Go to {step}", step=step_title(notice.step)))
            button.setObjectName(f"messages.step.{notice.step.name.lower()}")
            button.clicked.connect(partial(self._on_step, notice))
            layout.addWidget(button, 0, Qt.AlignmentFlag.AlignTop)
        return row

    def _on_step(self, notice: Notice, _is_checked: object = None) -> None:
        self.step_asked.emit(notice.step)

    def _on_command(self, notice: Notice, _is_checked: object = None) -> None:
        self.command_asked.emit(notice.command)

    def _on_copy(self) -> None:
        QGuiApplication.clipboard().setText(self.text())

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802, D102 (Qt's)
        super().resizeEvent(event)
        self._fit_height()


def _titled(title: str, text: str) -> str:
    """Return a headline and what it is about as one paragraph."""
    return f"<b>{escape(title)}</b>&ensp;{escape(text)}"
