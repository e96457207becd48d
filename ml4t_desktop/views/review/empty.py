"""What a panel shows before there is anything to show: the next step, and the button that takes it."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QLabel, QPushButton, QVBoxLayout, QWidget

from ml4t_desktop.session.language import shown
from ml4t_desktop.session.theme import Theme


class EmptyState(QWidget):
    """A title and the next step, in the middle of the panel.

    Parameters
    ----------
    title, hint : str
        What is not there, and what to do next.
    offer : str
        Id of the command that does it; empty where it takes more than a command.
    """

    def __init__(
        self, title: str, hint: str, offer: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("empty_state")
        self._title, self._hint = QLabel(), QLabel()
        self._hint.setWordWrap(True)
        self._offer = offer
        self._action_of: Callable[[str], QAction] | None = None
        self._action: QAction | None = None
        self.button = QPushButton()
        self.button.setObjectName("empty_state.offer")
        self.button.clicked.connect(self._on_clicked)
        layout = QVBoxLayout(self)
        layout.setSpacing(8)
        layout.addStretch(2)
        for label in (self._title, self._hint):
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
            layout.addWidget(label)
        layout.addWidget(self.button, 0, Qt.AlignmentFlag.AlignHCenter)
        layout.addStretch(3)
        self._title.setProperty("role", "large")
        self.tell(title, hint, offer)

    def tell(self, title: str, hint: str, offer: str = "") -> None:
        """Say what is not there and what to do next, and offer the command that does it."""
        self._title.setText(shown(title))
        self._hint.setText(shown(hint))
        self._offer = offer
        self._follow()

    def take_actions(self, action_of: Callable[[str], QAction]) -> None:
        """Take the actions of the window; only then there is a button."""
        self._action_of = action_of
        self._follow()

    @property
    def text(self) -> str:
        """Title and next step."""
        return f"{self._title.text()} {self._hint.text()}"

    def apply_theme(self, theme: Theme) -> None:
        """Recolour."""
        self._hint.setStyleSheet(f"color: {theme.muted};")

    def _follow(self) -> None:
        """Have the button stand for the action of the command that is offered."""
        if self._action is not None:
            self._action.changed.disconnect(self._on_action_changed)
            self._action = None
        if self._offer and self._action_of is not None:
            self._action = self._action_of(self._offer)
            self._action.changed.connect(self._on_action_changed)
            self._on_action_changed()
        self.button.setVisible(self._action is not None)

    def _on_action_changed(self) -> None:
        action = self._action
        if action is None:
            return
        keys = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
        title = action.text().replace("&", "")
        self.button.setText(f"{title} ({keys})" if keys else title)
        self.button.setToolTip(action.toolTip())
        self.button.setEnabled(action.isEnabled())

    def _on_clicked(self) -> None:
        if self._action is not None:
            self._action.trigger()
