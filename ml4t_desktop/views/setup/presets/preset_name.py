"""The question for the name of a preset, what it is for, and what is kept with it."""

from collections.abc import Callable

from PySide6.QtWidgets import QCheckBox, QLineEdit, QWidget

from ml4t_desktop.errors import InputError
from ml4t_desktop.session.language import shown, tr
from ml4t_desktop.views.save_dialog import SaveDialog


class PresetNameDialog(SaveDialog):
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
        super().__init__("preset_name", title, "problem", 460, parent)
        self._done = done
        self.name, self.note = QLineEdit(name), QLineEdit(note)
        self.name.setObjectName("preset_name.name")
        self.note.setObjectName("preset_name.note")
        self.note.setPlaceholderText(tr("What it is for"))
        self.parts = QCheckBox(tr("Keep execution, costs and capital with it"))
        self.parts.setObjectName("preset_name.parts")
        self.parts.setVisible(has_parts)
        self.problem.setWordWrap(True)
        self.problem.hide()
        self.form.addRow(tr("&Name"), self.name)
        self.form.addRow(tr("N&ote"), self.note)
        self.form.addRow(self.parts)
        self.name.textChanged.connect(self._show_whether_named)
        self.name.selectAll()
        self._show_whether_named()

    def accept(self) -> None:
        """Do what was asked for, and close when that went well."""
        if not self.save.isEnabled():
            return
        try:
            self._done(self.name.text().strip(), self.note.text().strip(), self.parts.isChecked())
        except InputError as error:
            self.problem.setText("\n".join(shown(str(item)) for item in error.problems))
            self.problem.show()
            return
        super().accept()

    def _show_whether_named(self, _text: str = "") -> None:
        self.save.setEnabled(bool(self.name.text().strip()))
