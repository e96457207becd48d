"""The base of dialogs that ask for what something is to be saved with."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)


class SaveDialog(QDialog):
    """A form with what is wrong with it below, and the buttons Save and Cancel.

    Parameters
    ----------
    name : str
        Of the dialog, for those who look for it.
    role : {"hint", "problem"}
        How what is wrong is written.
    width : int
        The least.
    """

    def __init__(self, name: str, title: str, role: str, width: int, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(title)
        self.setMinimumWidth(width)
        self.form = QFormLayout()
        self.problem = QLabel()
        self.problem.setProperty("role", role)
        buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Save | QDialogButtonBox.StandardButton.Cancel
        )
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        self.save: QPushButton = buttons.button(QDialogButtonBox.StandardButton.Save)
        layout = QVBoxLayout(self)
        layout.addLayout(self.form)
        layout.addWidget(self.problem)
        layout.addWidget(buttons)
