"""The line that says that columns are remembered, and lets them be forgotten."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from ml4t_desktop.session.language import tr
from ml4t_desktop.views.setup.fields import hint


class MemoryRow(QWidget):
    """Says that the columns chosen are remembered for files of the same shape.

    Signals
    -------
    forget_asked : no value
    """

    forget_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        about = hint(tr("Your choice of columns is remembered for files with the same columns."))
        forget = QPushButton(tr("Forget"))
        forget.setObjectName("data.forget")
        forget.setToolTip(tr("Forget it and go back to what is recognised"))
        forget.clicked.connect(self._on_clicked)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(about, 1)
        layout.addWidget(forget)

    def _on_clicked(self) -> None:
        self.forget_asked.emit()
