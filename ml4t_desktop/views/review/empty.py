"""What a panel shows before there is anything to show: the next step."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from ml4t_desktop.session.language import shown
from ml4t_desktop.session.theme import Theme


class EmptyState(QWidget):
    """A title and the next step, in the middle of the panel."""

    def __init__(self, title: str, hint: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("empty_state")
        self._title = QLabel(shown(title))
        self._hint = QLabel()
        self._hint.setWordWrap(True)
        self.set_hint(hint)
        layout = QVBoxLayout(self)
        layout.addStretch(2)
        for label in (self._title, self._hint):
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
            layout.addWidget(label)
        layout.addStretch(3)
        self._title.setProperty("role", "large")

    def set_title(self, title: str) -> None:
        """Say what is not there."""
        self._title.setText(shown(title))

    def set_hint(self, hint: str) -> None:
        """Say what to do next."""
        self._hint.setText(shown(hint))

    @property
    def text(self) -> str:
        """Title and next step."""
        return f"{self._title.text()} {self._hint.text()}"

    def apply_theme(self, theme: Theme) -> None:
        """Recolour."""
        self._hint.setStyleSheet(f"color: {theme.muted};")
