"""The question for the name of a preset, what it is for, and what is kept with it."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QLabel,
    QLineEdit,
    QVBoxLayout,
    QWidget,
)

from ml4t_desktop.errors import InputError
from ml4t_desktop.session.language import shown, tr


class PresetNameDialog(QDialog):
    """Asks for a name and a note; it stays open while what was asked for cannot be done.

    Parameters
    ----------
    done : callable
        Takes name, note and whether execution, costs and capital are kept as well; may raise `InputError`.
    has_parts : bool
        Whether that is asked.
    """

    def __init__(
        self,
        title: str,
        name: str,
        note: str,
        done: Callable[[str, str, bool], object],
        parent: QWidget,
        *,
        has_parts: bool,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("preset_name")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(title)
        self.setMinimumWidth(460)
        self._done = done
        self.name, self.note = QLineEdit(name), QLineEdit(note)
        self.name.setObjectName("preset_name.name")
        self.note.setObjectName("preset_name.note")
        self.note.setPlaceholderText(tr("What it is for"))
        self.parts = QCheckBox(tr("Keep execution, costs and capital with it"))
        self.parts.setObjectName("preset_name.parts")
        self.parts.setVisible(has_parts)
        self.problem = QLabel()
        self.problem.setProperty("role", "problem")
        self.problem.setWordWrap(True)
        self.problem.hide()
        form = QFormLayout()
        form.addRow(tr("&Name"), self.name)
        form.addRow(tr("N&ote"), self.note)
        buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Save | QDialogButtonBox.StandardButton.Cancel
        )
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        self._save = buttons.button(QDialogButtonBox.StandardButton.Save)
        layout = QVBoxLayout(self)
        layout.addLayout(form)
        layout.addWidget(self.parts)
        layout.addWidget(self.problem)
        layout.addWidget(buttons)
        self.name.textChanged.connect(self._show_whether_named)
        self.name.selectAll()
        self._show_whether_named()

    def accept(self) -> None:
        """Do what was asked for, and close when that went well."""
        if not self._save.isEnabled():
            return
        try:
            self._done(self.name.text().strip(), self.note.text().strip(), self.parts.isChecked())
        except InputError as error:
            self.problem.setText("\n".join(shown(str(item)) for item in error.problems))
            self.problem.show()
            return
        super().accept()

    def _show_whether_named(self, _text: str = "") -> None:
        self._save.setEnabled(bool(self.name.text().strip()))
